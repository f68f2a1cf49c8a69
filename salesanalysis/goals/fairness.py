"""`quota_fairness`: do quotas follow what reps were given to sell from, or does the territory decide?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import unknown
from ..core.period import Period
from ..core.result import Note, Result
from ..kpi import KPIS, panel
from ..stats import rank_correlation
from .comparable import MIN_REPS, earlier
from .goal import elapsed_share
from .potential import GIVEN, Potential, potential
from .quota import quota

#: Confidence level of the intervals.
LEVEL = 0.95
#: A correlation that lies surely within these is no tilt that matters; so is a share within this ratio.
FAIR, IN_LINE = 0.5, 1.25
#: Share of the working days of the period that a rep holds a quota for.
_MOST = 0.5
VERDICTS = ("fair", "favours_large", "favours_small", "cannot_tell")
_COLUMNS = (
    *("rep_id", "name", "team", "target", "value", "attainment", "potential"),
    *("quota_share", "potential_share", "potential_low", "potential_high"),
    *("ratio", "ratio_low", "ratio_high", "verdict"),
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class QuotaFairnessResult(Result):
    """Quotas set against potential.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per rep who holds a quota for at least half of the period: ``rep_id, name, team, target,
        value, attainment, potential, quota_share, potential_share, potential_low, potential_high, ratio,
        ratio_low, ratio_high, verdict``. `ratio` is the share of the quotas to the share of the potential;
        its interval comes from drawing reps anew. Verdicts: ``more`` (surely asked for more than
        that share), ``less``, ``in_line`` (surely within a quarter of it), ``cannot_tell``.
    estimate, conf_low, conf_high : float
        Rank correlation of attainment with potential and its interval.
    verdict, reason : str
        ``fair`` (surely no strong correlation), ``favours_large`` (attainment goes with potential: quotas
        fall short of what large territories hold), ``favours_small``, ``cannot_tell``; and why:
        ``interval_above_zero, interval_below_zero, interval_within, interval_holds_both, too_few_reps,
        no_quota, nothing_given``.
    rates : pandas.Series
        What one unit of each thing given brought in an earlier period.
    given : pandas.DataFrame
        What each rep was given.
    level : float
        Confidence level.
    """

    estimate: float = float("nan")
    conf_low: float = float("nan")
    conf_high: float = float("nan")
    verdict: str = "cannot_tell"
    reason: str = ""
    rates: pd.Series = field(default_factory=pd.Series)
    given: pd.DataFrame = field(default_factory=pd.DataFrame)
    level: float = LEVEL


def quota_fairness(
    crm: Crm, period: str | Period, *, given: Iterable[str] = GIVEN, history: int = 4
) -> QuotaFairnessResult:
    """Set quotas and attainment against the potential of what each rep was given.

    Parameters
    ----------
    crm : Crm
        The data; quotas are the bookings goals of its ``goals`` table.
    period : str or Period
        Span of days; it has begun.
    given : sequence of str
        What potential is made of: ``pipeline, leads, accounts``, as far as the data has them.
    history : int
        Earlier periods of the same length that the company's rates are taken from.

    Returns
    -------
    QuotaFairnessResult

    Raises
    ------
    MissingData
        The data has no goals or no opportunities with owner, amount and dates.
    InvalidInput
        The period begins after the data ends, or something unknown is given.

    Notes
    -----
    Potential is what a rep was given, never what the rep made of it: open value that was taken over from
    somebody else, leads handed over in the period, and accounts owned when it began, each at what it brought
    all other reps in earlier periods. Where the data does not say who entered an opportunity or handed over
    a lead, all of the rep's count, own work among them, and the correlation leans towards favouring large
    territories. Spearman's rank correlation with Bonett and Wright's interval; the data cannot tell with
    fewer than 8 reps.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.quota_fairness(sa.sample(), "2026-Q3").verdict in ("fair", "cannot_tell", "favours_large")
    True
    """
    check_crm(crm, "quota_fairness()")
    kinds = (given,) if isinstance(given, str) else tuple(given)
    for kind in kinds:
        if kind not in GIVEN:
            raise unknown("thing given", kind, GIVEN)
    span = crm.known_period(period)
    needs = (f"opportunities.{c}" for c in ("rep_id", "amount", "created_on", "closed_on", "outcome"))
    crm.require(*needs, wanted_by="quota_fairness()")
    asked = _held(crm, span)
    reps = asked["rep_id"].tolist()
    found = potential(crm, span, earlier(crm, span, max(history, 1)), reps, given=kinds) if reps else None
    table = _table(asked, found)
    same = table.dropna(subset=["attainment", "potential"])
    share = rank_correlation(same["potential"], same["attainment"], level=LEVEL)
    verdict, reason = _judge(share.conf_low, share.conf_high, len(same), asked, found)
    is_told = reason not in ("too_few_reps", "no_quota", "nothing_given")
    ends = (share.estimate, share.conf_low, share.conf_high) if is_told else (float("nan"),) * 3
    notes = () if crm.as_of >= span.last_day else (_incomplete(crm, span),)
    return QuotaFairnessResult(
        table=table,
        method="goals.quota_fairness",
        n=len(same),
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=notes,
        **dict(zip(("estimate", "conf_low", "conf_high"), map(float, ends))),
        verdict=verdict,
        reason=reason,
        rates=found.rates if found else pd.Series(dtype=float),
        given=found.given if found else pd.DataFrame(),
    )


def _incomplete(crm: Crm, span: Period) -> Note:
    return Note("period_incomplete", values={"period": span, "as_of": crm.as_of})


def _held(crm: Crm, span: Period) -> pd.DataFrame:
    """Return the reps who hold a quota for most of the period, with what they booked and were asked for."""
    parts = quota(crm, span).parts
    held = parts[~parts["is_vacant"].astype(bool)]
    by = held.groupby("rep_id", sort=True)
    table = pd.DataFrame({"target": by["value"].sum(), "days": by["days"].sum()})
    latest = held.sort_values("days").drop_duplicates("rep_id", keep="last").set_index("rep_id")
    table = table.join(latest[["name", "team"]])
    whole = table["days"].max() if len(table) else 0
    table = table[(table["days"] >= _MOST * whole) & (table["target"] > 0)]
    booked = panel(crm, KPIS["bookings"], span).kpis
    booked = booked[booked["rep_id"].notna()].set_index("rep_id")["estimate"]
    table["value"] = booked.reindex(table.index).fillna(0.0)
    known = elapsed_share(span, crm.as_of, crm.client.country)
    table["attainment"] = table["value"] / (table["target"] * known) if known else np.nan
    return table.rename_axis("rep_id").reset_index()


def _table(asked: pd.DataFrame, found: Potential | None) -> pd.DataFrame:
    table = asked.assign(quota_share=asked["target"] / asked["target"].sum())
    # Draws in which nobody was given anything that others sold from say nothing of shares.
    draws = found.draws[found.draws.sum(axis=1) > 0] if found else np.empty((0, 0))
    if found is None or not len(draws):
        return table.reindex(columns=list(_COLUMNS)).assign(verdict="cannot_tell")
    table["potential"] = found.value.reindex(table["rep_id"]).to_numpy()
    shares = draws / draws.sum(axis=1, keepdims=True)
    tails = [0.5 - LEVEL / 2, 0.5 + LEVEL / 2]
    table["potential_share"] = table["potential"] / table["potential"].sum()
    table["potential_low"], table["potential_high"] = np.quantile(shares, tails, axis=0)
    for name, share in (("ratio", "share"), ("ratio_low", "high"), ("ratio_high", "low")):
        under = table[f"potential_{share}"]
        table[name] = table["quota_share"] / under.where(under > 0)
    table["verdict"] = [_rep(row.ratio_low, row.ratio_high) for row in table.itertuples()]
    return table[list(_COLUMNS)]


def _rep(low: float, high: float) -> str:
    if low >= 1 / IN_LINE and high <= IN_LINE:
        return "in_line"
    if low > 1:
        return "more"
    return "less" if high < 1 else "cannot_tell"


def _judge(low: float, high: float, n: int, asked: pd.DataFrame, found: Potential | None) -> tuple[str, str]:
    if asked.empty:
        return "cannot_tell", "no_quota"
    if found is None or not (found.value > 0).any():
        return "cannot_tell", "nothing_given"
    if n < MIN_REPS or not np.isfinite(low):
        return "cannot_tell", "too_few_reps"
    if low > 0:
        return "favours_large", "interval_above_zero"
    if high < 0:
        return "favours_small", "interval_below_zero"
    if max(-low, high) <= FAIR:
        return "fair", "interval_within"
    return "cannot_tell", "interval_holds_both"
