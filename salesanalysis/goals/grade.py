"""`grades`: the report card. Where a result lies among what comparable reps find in such a period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ..core.calendar import working_days
from ..core.crm import Crm, check_crm
from ..core.period import Period
from ..core.result import Result
from ..kpi import Kpi
from ..kpi.catalogue import kept_of
from .goal import elapsed_share
from .level import counts_by_day
from .propose import GoalProposalResult, propose_goals
from .scorecard import ScorecardResult, scorecard

#: Grades from the best; the marks are the three levels that goals are set at.
GRADES = ("A", "B", "C", "D")
MARKS = ("mark_a", "mark_average", "mark_minimum")
COLUMNS = (
    *("rep_id", "name", "team", "role", "kpi", "estimate", "conf_low", "conf_high", "n", "unit", "better"),
    *(*MARKS, "grade", "grade_low", "grade_high", "verdict", "reason"),
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class GradesResult(Result):
    """One row per rep and KPI.

    `table` columns: ``rep_id, name, team, role, kpi``; the value with its interval; the three marks of the
    rep's group for the days that the rep was there (``mark_a, mark_average, mark_minimum``); ``grade`` of the
    value and of both ends of its interval (``grade_low`` the worse); `verdict`: ``certain`` where the whole
    interval has one grade, ``open`` where it has more, ``cannot_tell`` with its `reason`.

    Attributes
    ----------
    history : tuple of Period
        Periods that the marks rest on.
    standards : pandas.DataFrame
        The marks of each group of reps, of a full-time rep for the whole period.
    """

    history: tuple[Period, ...] = ()
    standards: pd.DataFrame = field(default_factory=pd.DataFrame)


def grades(
    crm: Crm,
    period: str | Period,
    *,
    rep: str | Iterable[str] | None = None,
    team: str = "",
    kpis: str | Kpi | Iterable[str | Kpi] | None = None,
    history: int = 8,
) -> GradesResult:
    """Grade each result as a report card does: A few reach, B above the average, C above the floor, D below.

    Parameters
    ----------
    crm : Crm
        The data.
    period : str or Period
        Span of days; where the data ends inside it, totals are graded by the working days so far.
    rep : str, sequence of str or None
        Whose, by rep_id or name; empty or None: everyone employed in the period.
    team : str
        Only this team's reps.
    kpis : names, Kpi objects or None
        What to grade; None: what has goals, bookings and win rate, or else the headline KPIs.
    history : int
        How many earlier periods the marks rest on; at least 4.

    Returns
    -------
    GradesResult

    Raises
    ------
    InvalidInput
        Unknown rep, team or KPI; nobody employed in the period.
    MissingData
        A KPI asked for needs a table or column that this data does not have.

    Notes
    -----
    The marks are those that goals are proposed at (`propose_goals`): the levels that 12.5, 50 and 77.5 of 100
    results of comparable ramped reps reach in a period of this length. They come from earlier periods, so a
    good quarter of all reps gives good grades to all. A grade tells where a result lies, not why; one whose
    interval has several grades is printed with all of them.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.grades(sa.sample(), "2026-Q3", rep="Bagas Prakoso", kpis="calls")
    >>> found.table[["grade", "verdict"]].values.tolist()
    [['D', 'certain']]
    """
    check_crm(crm, "grades()")
    span = Period.parse(period, fiscal_start=crm.client.fiscal_year_start)
    if span.start > crm.as_of:  # nothing is there to grade yet
        return _nothing_yet(crm, span)
    card = scorecard(crm, period, rep=rep or None, kpis=kpis, trend=0)
    if team:
        crm.only(team=team)  # an unknown team is refused with the close match
        mine = card.table["team"] == team
        card = _only(card, mine)
    proposal = _proposal(crm, card, history)
    table = _graded(crm, card, proposal)
    return GradesResult(
        table=table,
        method="goals.grades",
        n=card.n,
        client=crm.client,
        period=card.period,
        as_of=crm.as_of,
        notes=tuple(n for n in proposal.notes if n.code in _KEPT),
        history=proposal.history,
        standards=proposal.standards,
    )


def _nothing_yet(crm: Crm, span: Period) -> GradesResult:
    table = pd.DataFrame(columns=list(COLUMNS))
    return GradesResult(
        table=table, method="goals.grades", n=0, client=crm.client, period=span, as_of=crm.as_of
    )


#: Cautions of a proposal that hold for its marks too.
_KEPT = ("no_earlier_periods", "goals_from_shorter_periods", "no_season_correction")


def _only(card: ScorecardResult, rows: pd.Series) -> ScorecardResult:
    return replace(card, table=card.table[rows].reset_index(drop=True))


def _graded(crm: Crm, card: ScorecardResult, proposal: GoalProposalResult) -> pd.DataFrame:
    goals = proposal.table[proposal.table["scope"] == "rep"]
    keys = goals[["scope_id", "kpi", "group", "days", "verdict", "reason"]]
    keys = keys.rename(columns={"scope_id": "rep_id", "verdict": "told", "reason": "why"})
    table = card.table.merge(keys, on=["rep_id", "kpi"], how="left")
    marks = proposal.standards.set_index(["group", "kpi"]) if len(proposal.standards) else None
    known = {kpi.name: kpi for kpi in card.asked}
    country = crm.client.country
    whole = working_days(card.period.start, card.period.end, country)
    part = elapsed_share(card.period, crm.as_of, country)
    # Somebody there for a part of the days is held against that part.
    shares = (table["days"] / max(whole, 1)).clip(upper=1.0) * part
    rows = [_row(row, known[row["kpi"]], marks, share) for (_, row), share in zip(table.iterrows(), shares)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(row: pd.Series, kpi: Kpi, marks: pd.DataFrame | None, share: float) -> dict[str, object]:
    found = {name: row[name] for name in COLUMNS[:11]} | dict.fromkeys(MARKS, np.nan)
    found |= {"grade": "", "grade_low": "", "grade_high": "", "verdict": "cannot_tell"}
    key = (row.get("group"), kpi.name)
    if pd.isna(row["estimate"]):
        return found | {"reason": "no_value"}
    if row["verdict"] == "too_few":
        return found | {"reason": "too_few"}
    if marks is None or key not in marks.index or row["told"] == "cannot_tell":
        why = row.get("why")
        return found | {"reason": why if isinstance(why, str) and why else "too_few_reps"}
    standard = marks.loc[key]
    scale = share if counts_by_day(kpi) else 1.0
    levels = [float(standard[name]) * scale for name in MARKS]
    found |= dict(zip(MARKS, levels))
    ends = (
        (row["conf_low"], row["conf_high"]) if kpi.better == "higher" else (row["conf_high"], row["conf_low"])
    )
    worst, own, best = (grade_of(value, levels, kpi.better) for value in (ends[0], row["estimate"], ends[1]))
    # Where an end is not known, any grade beyond could be.
    worst, best = worst or GRADES[-1], best or GRADES[0]
    found |= {"grade": own, "grade_low": worst, "grade_high": best}
    return found | {"verdict": "certain" if worst == best else "open", "reason": ""}


def grade_of(value: float, marks: list[float], better: str = "higher") -> str:
    """Return the grade of a value; empty for a missing one.

    Parameters
    ----------
    value : float
        The result.
    marks : list of float
        What few reach, what half reach, and the floor.
    better : str
        ``higher`` or ``lower``.

    Examples
    --------
    >>> [grade_of(v, [90, 60, 40]) for v in (95, 60, 50, 39)]
    ['A', 'B', 'C', 'D']
    >>> grade_of(20, [30, 40, 50], "lower")
    'A'
    """
    if pd.isna(value):
        return ""
    reached = [value <= mark if better == "lower" else value >= mark for mark in marks]
    return GRADES[reached.index(True)] if any(reached) else GRADES[-1]


def _proposal(crm: Crm, card: ScorecardResult, history: int) -> GoalProposalResult:
    """Return what comparable reps did, which is the same for each rep's page of a batch."""

    def proposed() -> GoalProposalResult:
        return propose_goals(crm, card.period, kpis=card.asked, history=history)

    return kept_of(crm, "goals.proposal", card.asked, (card.period, history), proposed)
