"""`leaderboard`: reps of each role by value, share of the goal and improvement, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.result import Note, Result
from ..core.rows import narrowed
from ..core.shelf import kept_by_arguments
from ..goals.goal import goals_for
from ..goals.pacing import counted_by
from ..goals.people import MIN_PEERS, staff
from ..kpi import KPIS, Kpi
from ..kpi.panel import computable
from .levels import Levels, events_of, levels, sums_of
from .standings import KINDS, SURE, changes, placed

#: What each role is ranked by, the first that its reps have a record of; never by how busy they are.
HEADLINES = ("bookings", "wins", "leads_handed")
COLUMNS = [
    *("rep_id", "name", "team", "role", "kpi", "kind", "n", "days", "value", "target", "estimate"),
    *("conf_low", "conf_high", "rank", "rank_low", "rank_high", "chance_top", "chance_bottom", "unit"),
]
LEFT_OUT = ["rep_id", "name", "role", "reason"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LeaderboardResult(Result):
    """One row per rep and way of ranking, reps of one role among themselves, best first.

    `table` columns: ``rep_id, name, team, role, kpi, kind`` (``value``; ``of_goal``: share of the goal;
    ``improved``: change against the period before), ``n`` events, ``days`` worked, ``value`` (as counted, in
    the unit of the kind), ``target``, ``estimate, conf_low, conf_high`` (the level, drawn towards the role's
    reps as far as they are alike; 90 %), ``rank, rank_low, rank_high`` (ranks that the data allow, 90 %),
    ``chance_top, chance_bottom`` (of the first, or last, quarter), ``unit``.

    Attributes
    ----------
    bands : pandas.DataFrame
        Per role and kind: ``n`` reps, ``low, middle, high`` (the middle half of the values and their median),
        ``leaders`` (how many could be first by the data), ``sure`` (how many belong to the first quarter for
        certain).
    left_out : pandas.DataFrame
        ``rep_id, name, role, reason``: ``ramping, few`` (fewer than three of the role), ``no_record``.
    team, region : str
        Among whom.
    subject : str
        The rep whose page it is, in the edition of one rep.
    """

    bands: pd.DataFrame = field(default_factory=pd.DataFrame)
    left_out: pd.DataFrame = field(default_factory=pd.DataFrame)
    team: str = ""
    region: str = ""
    subject: str = ""

    def of(self, role: str | None = None, kind: str = "") -> LeaderboardResult:
        """Return the rows of one role, of one way of ranking, or both."""
        table, bands = self.table, self.bands
        for name, value in (("role", role), ("kind", kind or None)):
            if value is not None:
                table, bands = table[table[name] == value], bands[bands[name] == value]
        return replace(self, table=table.reset_index(drop=True), bands=bands.reset_index(drop=True))

    def leading(self) -> pd.DataFrame:
        """Return the rows of those who belong to the first quarter with a chance of .95 or more."""
        return self.table[self.table["chance_top"] >= SURE]


@kept_by_arguments
def leaderboard(
    crm: Crm, period: str | Period = "", *, by: str = "", team: str = "", region: str = "", role: str = ""
) -> LeaderboardResult:
    """Rank the ramped reps of each role by value, by share of the goal and by improvement.

    Parameters
    ----------
    crm : Crm
        The data.
    period : str or Period
        Empty: the last whole quarter.
    by : str
        A total such as ``bookings`` or ``calls``; empty: bookings, of roles without any the leads handed
        over.
    team, region : str
        Among whom, on the last known day of the period; empty: everybody.
    role : str
        One role only; empty: every role by itself.

    Returns
    -------
    LeaderboardResult
        Roles are never ranked against each other.

    Raises
    ------
    InvalidInput
        `by` is no total of counts or of money by wins.
    UnknownName
        No such KPI, team or region.

    Notes
    -----
    Levels of all reps of a role are drawn together (gamma-Poisson by working day, with the scatter of a rep's
    own four-week counts; money as so many times a size drawn towards the role's), and ranked in every draw,
    as in `coaching.ranks`. Improvement is the ratio of a rep's level a working day to that of the period
    before, each drawn towards the role's, so that a jump by a single large sale counts for little.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> board = sa.leaderboard(sa.sample(), "2026-Q3")
    >>> sorted(board.table["kind"].unique())
    ['improved', 'of_goal', 'value']
    """
    check_crm(crm, "leaderboard()")
    asked = counted_total(by) if by else None
    span = crm.period(period)
    known = span.clip(crm.as_of)
    people = staff(crm, known)
    theirs = set(people.index)
    if team or region:
        theirs &= set(narrowed(crm, known.last_day, team=team, region=region).reps()["rep_id"])
    if role:
        people = people[people["role"] == role]
    able = (asked,) if asked else computable(crm, KPIS.pick(HEADLINES), ["rep_id"])
    sums = sums_of(crm, known, able)
    parts, bands, ranked = [], [], set[str]()
    for name, group in _roles(people):
        kpi = _headline(able, sums, group)
        if kpi is None:
            continue
        found = levels(crm, known, kpi, group, sums)
        if found is None:
            continue
        shown = [i for i in found.rep_ids if i in theirs]
        if len(shown) < MIN_PEERS:
            continue
        rows, band = _of_role(crm, span, found, shown, name)
        parts.append(rows)
        bands.append(band)
        ranked.update(shown)
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
    return LeaderboardResult(
        table=table[COLUMNS],
        method="dashboard.leaderboard",
        n=int(table.loc[table["kind"] == KINDS[0], "n"].sum()) if parts else 0,
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=_notes(crm, span),
        bands=pd.concat(bands, ignore_index=True) if bands else pd.DataFrame(columns=["role", "kind"]),
        left_out=_left_out(people[people.index.isin(theirs)], ranked),
        team=team,
        region=region,
    )


def _roles(people: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return the ramped reps by role, the largest role first; no roles known: all together."""
    ramped = people[people["is_peer"]].assign(role=people["role"].fillna(""))
    sizes = ramped["role"].value_counts()
    order = sorted(sizes.index, key=lambda r: (-sizes[r], r))
    return [(str(r), ramped[ramped["role"] == r]) for r in order]


def counted_total(by: str) -> Kpi:
    """Return the KPI that reps are ranked by: a total of counts, or of money by wins."""
    asked = KPIS.pick(by)[0]
    try:
        counted_by(asked)
    except InvalidInput:
        message = f"Reps cannot be ranked by {by}, which does not add up. Choose bookings, wins, calls …"
        raise InvalidInput(message) from None
    return asked


def _headline(able: tuple[Kpi, ...], sums: pd.DataFrame, group: pd.DataFrame) -> Kpi | None:
    """Return what a role is ranked by: the first total that enough of its reps have a record of."""
    for kpi in able:
        if (events_of(sums, kpi, group.index) > 0).sum() >= MIN_PEERS:
            return kpi
    return None


def _of_role(
    crm: Crm, span: Period, found: Levels, shown: list[str], role: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows and the bands of one role by every way of ranking that the data allow."""
    goals = goals_for(crm, span, [found.kpi])
    before = changes(crm, found, span)
    rows, bands = [], []
    for kind in KINDS:
        part = placed(found, shown, kind, crm=crm, span=span, goals=goals, before=before)
        if part is None:
            continue
        table, band = part
        rows.append(table.assign(role=role, kind=kind))
        bands.append({"role": role, "kpi": found.kpi.name, "kind": kind, **band})
    return pd.concat(rows, ignore_index=True), pd.DataFrame(bands)


def _left_out(people: pd.DataFrame, ranked: set[str]) -> pd.DataFrame:
    rest = people[~people["rep_id"].isin(ranked)]
    size = people[people["is_peer"]]["role"].fillna("").value_counts()
    few = rest["role"].fillna("").map(size).fillna(0) < MIN_PEERS
    reason = np.select([~rest["is_peer"].astype(bool), few], ["ramping", "few"], "no_record")
    return rest[["rep_id", "name", "role"]].assign(reason=reason).reset_index(drop=True)[LEFT_OUT]


def _notes(crm: Crm, span: Period) -> tuple[Note, ...]:
    if crm.as_of >= span.last_day:
        return ()
    return (Note("period_incomplete", values={"period": span, "as_of": crm.as_of}),)
