"""What a role has to hold in balance: volume and quality, choice and closing, growth and keeping."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.period import Period
from ..core.result import Note, Result
from ..goals.people import MIN_PEERS, staff
from ..linkage.roles import sort_of
from .peers import Group, group
from .role_sides import SIDES, no_sides, sides_of

#: The trade to watch in each role: how the two sides stand when one is bought with the other.
TRADE = {"sdr": "above_below", "ae": "below_above", "am": "above_below"}
VERDICTS = (
    "trade",
    "both_low",
    "low_first",
    "low_second",
    "strong",
    "not_enough_evidence",
    "no_peers",
    "no_data",
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RoleResult(Result):
    """Both sides of what a rep's role has to hold in balance, beside the peers.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per side: ``term`` (a KPI; ``growth`` and ``retention`` of clients for an AM), ``n, base,
        value`` (as counted), ``estimate`` (shares drawn towards the role's reps as far as they are alike; a
        volume by working day), ``conf_low, conf_high`` (95 %), ``benchmark`` (peers pooled), ``p_value,
        p_adjusted`` (Benjamini-Hochberg over the role's reps, times both sides), ``unit, verdict``
        (``below, above, open, too_few`` or ``no_peers``).
    rep_id, name : str
        Whose balance it is.
    role : str
        ``sdr``, ``ae`` or ``am``; empty when the role is not known.
    peers : int
        Reps behind the benchmark.
    verdict : str
        One of `VERDICTS`; ``trade``: one side is surely bought with the other.
    """

    rep_id: str
    name: str
    role: str = ""
    peers: int = 0
    verdict: str = "no_data"

    def row(self, term: str) -> pd.Series:
        """Return one side."""
        return self.table.set_index("term", drop=False).loc[term]


def role_diagnosis(crm: Crm, period: Period | str, rep: str) -> RoleResult:
    """Set both sides of a rep's role beside the peers', so that one is not praised at the other's cost.

    Parameters
    ----------
    crm : Crm
        The data.
    period : Period or str
        Period such as ``2026-Q3``.
    rep : str
        rep_id or name.

    Returns
    -------
    RoleResult
        SDR: leads handed over a working day and the share that AEs accept: who hands over much of which
        little is taken wastes the AE's time. AE: share of hand-offs accepted and closing rate: one can win by
        refusing. AM: growth of the clients of the first day and share of them kept: a portfolio can grow
        while clients leave.

    Raises
    ------
    InvalidInput
        The period begins after the last day in the data.

    Notes
    -----
    A side stands below or above when its mid-p test against the pooled peers stays at or under .05 after
    Benjamini-Hochberg over the role's reps with the base of a claim, times two sides. Growth is decided when
    its bootstrap interval, widened for two sides, excludes the peers' growth. Everything else is open.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.role_diagnosis(sa.sample(), "2026", "Nadia Salsabila").role  # doctest: +SKIP
    'sdr'
    """
    check_crm(crm, "role_diagnosis()")
    known = crm.known_period(period).clip(crm.as_of)
    everyone = staff(crm, known)
    people = group(crm, known, rep, people=everyone)
    row = everyone["role"].get(people.rep_id, people.rep.get("role"))
    sort = sort_of(row if isinstance(row, str) else None)
    people, is_widened = _widened(people, everyone, sort)
    table = sides_of(crm, known, people, sort) if sort and people.days[people.rep_id] else no_sides()
    return RoleResult(
        table=table,
        method="coaching.role_diagnosis",
        n=int(table["n"].sum()) if len(table) else 0,
        client=crm.client,
        period=known,
        as_of=crm.as_of,
        notes=(Note("role_all_tenures", count=len(people.peers)),) if is_widened else (),
        rep_id=people.rep_id,
        name=str(people.rep["name"]),
        role=sort,
        peers=len(people.peers),
        verdict=_verdict(table, sort, people),
    )


def _widened(people: Group, everyone: pd.DataFrame, sort: str) -> tuple[Group, bool]:
    """Return all colleagues of the role, new ones too, where too few are ramped: SDRs and AMs are few."""
    if not sort or len(people.peers) >= MIN_PEERS:
        return people, False
    same = everyone.index[everyone["role"].map(sort_of) == sort]
    others = [str(i) for i in same if i != people.rep_id]
    days = {i: round(everyone.at[i, "days"]) for i in others}
    own = {people.rep_id: people.days[people.rep_id]}
    return replace(people, peers=tuple(others), days=own | days), len(others) >= MIN_PEERS


def _verdict(table: pd.DataFrame, sort: str, people: Group) -> str:
    if table.empty:
        return "no_data"
    if len(people.peers) < MIN_PEERS:
        return "no_peers"
    sides = dict(zip(table["term"], table["verdict"]))
    first, second = (sides.get(term, "open") for term in SIDES[sort])
    if f"{first}_{second}" == TRADE[sort]:
        return "trade"
    low = (first == "below", second == "below")
    if any(low):
        return {(True, True): "both_low", (True, False): "low_first"}.get(low, "low_second")
    return "strong" if "above" in (first, second) else "not_enough_evidence"


def for_group(result: RoleResult, least: int) -> RoleResult | None:
    """Return the result as the rep may read it: None where fewer peers than `least` stand behind it."""
    return replace(result, edition="rep") if result.peers >= least else None
