"""From a goal back to what it takes: wins, proposals, conversations, calls, on average and to be sure."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput, unknown
from ..core.period import Period
from ..core.result import Note, Result
from ..kpi import KPIS, cycle_times
from ..stats.backward import Needed, needed
from .back import COLUMNS, Back
from .pacing import PacingResult, pacing
from .past import WEEKS
from .route import CLOSED, Route, route
from .standing import sizes_of

SURE = 0.8


def required(goal: int, *, wins: float, of: float, sure: float = SURE) -> Needed:
    """Work back from a goal of wins to the leads it takes, having won `wins` of `of`.

    Parameters
    ----------
    goal : int
        Wins wanted.
    wins, of : float
        Wins seen, and the leads (or calls, proposals …) they came of.
    sure : float
        How sure to be.

    Returns
    -------
    Needed
        ``average`` (goal ÷ rate), ``even`` (at least an even chance), ``sure_known`` (sure, were the rate
        known) and ``sure`` with its ``chance``: the rate itself is uncertain. None, or NaN, where nothing
        was won and no number can be given.

    Raises
    ------
    InvalidInput
        No lead was tried, more were won than tried, or the goal is no whole number of wins.

    Notes
    -----
    Beta-binomial, the rate as Beta(wins + ½, losses + ½).

    Examples
    --------
    >>> found = required(6, wins=4, of=7)
    >>> found.average, found.even, found.sure_known, found.sure, round(found.chance, 3)
    (10.5, 10, 13, 15, 0.817)
    """
    if not (math.isfinite(goal) and goal >= 0 and goal == int(goal)):
        raise InvalidInput(f"The goal is {goal!r}; give a whole number of wins, 0 or more.")
    return needed(int(goal), wins, of, sure)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RequiredActivityResult(Result):
    """What each rep, team and the organisation still has to do, one row per step.

    `table` columns: ``scope, scope_id, rep_id, name, team, kpi``; ``step`` (calls … wins) and the step it
    leads to, ``of``; ``estimate`` needed on average, ``needed`` to be ``sure``; ``rest`` usual for the days
    left; ``this_week`` and ``this_week_sure`` the part of the week ahead; ``value`` the rate to the next step
    with its 80 % interval, ``n`` of ``base`` in the last year; ``verdict`` (`VERDICTS`) and ``reason``.

    Attributes
    ----------
    sure : float
        How sure `needed` is to be enough, the rates being uncertain.
    pacing : PacingResult
        The goal and what is missing.
    cycle_days : float
        Median days from an opportunity's creation to the win, in the last year.
    start_by : datetime.date or None
        Due day less that: what is opened later has less than an even chance to be won in time.
    is_late : bool
        Whether that day is gone.
    """

    sure: float
    pacing: PacingResult
    cycle_days: float
    start_by: date | None
    is_late: bool

    def of(self, scope: str, scope_id: str = "") -> RequiredActivityResult:
        """Return the rows of one: ``of("rep", "R02")``, ``of("team", "Jakarta 1")``."""
        table = self.table
        mine = table[(table["scope"] == scope) & (table["scope_id"] == scope_id)]
        if mine.empty:
            known = table.loc[table["scope"] == scope, "scope_id"].unique()
            raise unknown(scope, scope_id, known, where="this result")
        return replace(
            self,
            table=mine.reset_index(drop=True),
            pacing=self.pacing.of(scope, scope_id),
            n=int(mine["n"].iloc[-1]),
        )


def required_activity(
    crm: Crm, period: str | Period, *, kpi: str = "wins", rep: str | None = None, sure: float = SURE
) -> RequiredActivityResult:
    """Work back from what is missing of a goal to the proposals, conversations and calls it takes.

    Parameters
    ----------
    crm : Crm
        The data.
    period : str or Period
        Running, or yet to begin.
    kpi : str
        Whose goal: ``wins``, ``bookings``, or a count that steps lead to, such as ``leads_handed``.
    rep : str or None
        One rep only, by rep_id or name.
    sure : float
        How sure to be.

    Returns
    -------
    RequiredActivityResult
        Nothing is needed once the goal is reached; without a goal or rates it cannot be told.

    Raises
    ------
    InvalidInput, MissingData
        As `pacing`.

    Notes
    -----
    Rates of the last 52 weeks, a rep's drawn towards those of the role (beta-binomial). `needed` is the least
    number whose chance to bring the wins is at least `sure`, over 1,000 draws of the rates with a fixed seed
    and, for money, of the sizes. Steps are counted by period, not followed case by case.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.required_activity(sa.sample(), "2026-Q3", kpi="bookings", rep="Bagas Prakoso")
    >>> found.table["reason"].unique().tolist()
    ['over']
    """
    check_crm(crm, "required_activity()")
    if not 0 < sure < 1:
        raise InvalidInput(f"'sure' is {sure}; give a chance between 0 and 1, such as 0.8.")
    asked = KPIS.pick(kpi)[0]
    pace = pacing(crm, period, kpi=kpi, rep=rep)
    outcome = asked.name if asked.unit == "count" else "wins"
    amounts = None if asked.unit == "count" else sizes_of(crm, asked, pace.people.index)
    back = Back(route(crm, outcome), pace, amounts, sure)
    rows = [row for _, unit in pace.table.iterrows() for row in back.rows(unit)]
    cycle, start_by = _cycle(crm, pace.period) if outcome == "wins" else (math.nan, None)
    return RequiredActivityResult(
        table=pd.DataFrame(rows, columns=list(COLUMNS)),
        method="goals.required_activity",
        n=int(back.way.counts[outcome].sum()),
        client=crm.client,
        period=pace.period,
        as_of=crm.as_of,
        notes=(*pace.notes, *_notes(back.way)),
        sure=sure,
        pacing=pace,
        cycle_days=cycle,
        start_by=start_by,
        is_late=bool(start_by and start_by <= crm.as_of),
    )


def _cycle(crm: Crm, span: Period) -> tuple[float, date | None]:
    """Return the median days to a win in the last year, and the last day to open what may be won in time."""
    if not (crm.has("opportunities.created_on") and crm.has("opportunities.closed_on")):
        return math.nan, None
    end = crm.as_of + timedelta(days=1)
    start = max(end - timedelta(weeks=WEEKS), crm.span.start)
    found = cycle_times(crm, Period(start, end)).set_index("term")["estimate"]
    days = float(found["median"])
    return (days, span.last_day - timedelta(days=round(days))) if math.isfinite(days) else (math.nan, None)


def _notes(way: Route) -> tuple[Note, ...]:
    return (Note("required_without_activity"),) if way.steps in ((), (CLOSED,)) else ()
