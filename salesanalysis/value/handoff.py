"""The SDR × AE hand-off matrix: who sends whom what, and what is accepted, qualified and won of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.result import Note
from ..kpi import KPIS, Kpi, panel
from ..kpi.roles import handed_sales
from ..stats import shrink_shares, wilson
from .results import HandoffResult

#: Decided leads under which the shares of a pair say more about single leads than about the pair.
LEAST = 5
#: For each term: passed, decided, and passed or still open of how many.
_SHARES = {
    "accepted": ("accepted", "decided", "accepted_or_pending", "leads_handed"),
    "qualified": ("qualified", "qualification_known", "qualified_or_pending", "leads_handed"),
    "won": ("handed_won", "handed_closed", "won_or_open", "handed_sales"),
}
_COLUMNS = [
    *("rep_id", "name", "handed_to", "handed_to_name", "term", "value", "estimate", "conf_low", "conf_high"),
    *("bound_low", "bound_high", "numerator", "base", "n", "unit", "verdict"),
]
_KPIS = {
    "accepted": ("handoff_acceptance", "handoff_acceptance.high"),
    "qualified": ("qualified_share", "qualified_share.high"),
    "won": ("handoff_win_rate",),
}


def handoff(crm: Crm, period: str | Period, *, least: int = LEAST) -> HandoffResult:
    """Count the leads handed over in a period by SDR and AE, and what became of them so far.

    Parameters
    ----------
    crm : Crm
        The data, with ``leads.handed_on``, ``handed_to`` and ``decision``; with ``qualification`` and
        ``opportunity_id`` where known.
    period : str or Period
        Days on which leads were handed over.
    least : int
        Decided leads under which a pair's share is masked.

    Returns
    -------
    HandoffResult
        Shares are shrunk towards all pairs (hierarchical beta-binomial, 95 % credible intervals); ``sent``
        has Wilson's.

    Raises
    ------
    MissingData
        The data does not say who handed leads to whom.
    InvalidInput
        No lead was handed to an AE in the period.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.handoff(sa.sample(), "2026-Q3").matrix("accepted")  # doctest: +SKIP
    """
    check_crm(crm, "handoff()")
    crm.require("leads.rep_id", "leads.handed_on", "leads.handed_to", "leads.decision", wanted_by="handoff")
    span = crm.known_period(period)
    terms = ["accepted"]
    if crm.has("leads.qualification"):
        terms.append("qualified")
    if crm.has("leads.opportunity_id"):
        terms.append("won")
    pairs, unknown = _pairs(crm, span, terms)
    table = pd.concat([_sent(pairs), *(_share(pairs, term, least) for term in terms)], ignore_index=True)
    return HandoffResult(
        table=_named(crm, table)[_COLUMNS],
        least=least,
        method="value.handoff",
        n=int(pairs["leads_handed"].sum()),
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=tuple(_notes(crm, pairs, table, unknown, least)),
    )


def _pairs(crm: Crm, span: Period, terms: list[str]) -> tuple[pd.DataFrame, int]:
    """Return the counts of each pair, and the number of leads of which one side is not known."""
    asked = [KPIS["leads_handed"], *(KPIS[name] for term in terms for name in _KPIS[term])]
    if "won" in terms:
        asked.append(Kpi("handed_sales", (handed_sales,)))
    wide = panel(crm, asked, span, by=("rep_id", "handed_to")).wide().reset_index()
    wide = wide[wide["leads_handed"] > 0]
    is_known = wide["rep_id"].notna() & wide["handed_to"].notna()
    pairs = wide[is_known].reset_index(drop=True)
    if pairs.empty:
        raise InvalidInput(f"No lead with its SDR was handed to an AE in {span}.")
    if "won" in terms:
        pairs["won_or_open"] = pairs["handed_sales"] - pairs["handed_closed"] + pairs["handed_won"]
    return pairs, int(wide.loc[~is_known, "leads_handed"].sum())


def _sent(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each SDR's hand-offs that went to each AE."""
    sent = pairs["leads_handed"]
    of_all = sent.groupby(pairs["rep_id"]).transform("sum")
    found = wilson(sent, of_all)
    ends = {"estimate": found.estimate, "conf_low": found.conf_low, "conf_high": found.conf_high}
    return _rows(pairs, "sent", sent, of_all).assign(value=sent / of_all, **ends)


def _share(pairs: pd.DataFrame, term: str, least: int) -> pd.DataFrame:
    passed, decided, passed_or_open, of_all = (pairs[c] for c in _SHARES[term])
    found = shrink_shares(passed, decided)
    known = of_all.where(of_all > 0)
    rows = _rows(pairs, term, passed, decided).assign(
        value=found["raw"],
        estimate=found["estimate"],
        conf_low=found["conf_low"],
        conf_high=found["conf_high"],
        bound_low=passed / known,
        bound_high=passed_or_open / known,
    )
    hidden = decided < least
    rows.loc[hidden, ["value", "estimate", "conf_low", "conf_high", "bound_low", "bound_high"]] = np.nan
    return rows.assign(verdict=np.where(hidden, "masked", "shown"))


def _rows(pairs: pd.DataFrame, term: str, top: pd.Series, base: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "rep_id": pairs["rep_id"],
            "handed_to": pairs["handed_to"],
            "term": term,
            "bound_low": np.nan,
            "bound_high": np.nan,
            "numerator": top,
            "base": base,
            "n": pairs["leads_handed"].astype(int),
            "unit": "share",
            "verdict": "shown",
        }
    )


def _named(crm: Crm, table: pd.DataFrame) -> pd.DataFrame:
    known = crm.frame("reps").drop_duplicates("rep_id").set_index("rep_id")["name"]
    return table.assign(
        name=table["rep_id"].map(known).fillna(table["rep_id"]),
        handed_to_name=table["handed_to"].map(known).fillna(table["handed_to"]),
    )


def _notes(crm: Crm, pairs: pd.DataFrame, table: pd.DataFrame, unknown: int, least: int) -> list[Note]:
    found = []
    pending = int((pairs["leads_handed"] - pairs["decided"]).sum())
    if pending:
        found.append(Note("handoff_pending", pending))
    masked = int(((table["term"] == "accepted") & (table["verdict"] == "masked")).sum())
    if masked:
        found.append(Note("handoff_masked", masked, {"least": least}))
    if unknown:
        found.append(Note("handoff_unknown", unknown))
    return [*found, *crm.notes("leads")]
