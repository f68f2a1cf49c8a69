"""Goals of a period from the ``goals`` table: exact ones first, else built from shorter or longer ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from ..core.calendar import working_days
from ..core.crm import Crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.shelf import kept
from ..kpi.base import Kpi

#: Taken where neither the goals table nor the settings say.
DEFAULT_PHILOSOPHY = "C average"


@dataclass(frozen=True)
class Goal:
    """One target.

    Attributes
    ----------
    kpi : str
        Name in the registry.
    target : float
        In the KPI's unit, for the whole of `period`.
    period : Period
        Span of days it holds for.
    scope, scope_id : str
        rep, team or organisation, and whose; empty for the organisation.
    philosophy : str
        How many should reach it: few (A), half (C average) or most (C minimum).
    basis : str
        ``stated`` in the table for this very period, ``summed`` from shorter ones, ``share`` of a longer one.
    """

    kpi: str
    target: float
    period: Period
    scope: str = "rep"
    scope_id: str = ""
    philosophy: str = DEFAULT_PHILOSOPHY
    basis: str = "stated"


def stated(crm: Crm) -> list[Goal]:
    """Return every goal of the table as it stands there; none where the data has no goals.

    Raises
    ------
    InvalidInput
        A period that is not understood, with the goal it belongs to.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> stated(sa.sample())[0].kpi  # doctest: +SKIP
    'bookings'
    """
    return list(kept(crm, "goals.stated", (), lambda: _read(crm) if crm.has("goals") else []))


def _read(crm: Crm) -> list[Goal]:
    frame = crm.frame("goals")
    periods: dict[str, Period] = {}
    for text in frame["period"].unique():
        try:
            periods[text] = Period.parse(text, fiscal_start=crm.client.fiscal_year_start)
        except InvalidInput as error:
            kpi = frame.loc[frame["period"] == text, "kpi"].iloc[0]
            raise InvalidInput(f"Table goals, KPI {kpi}: {error}") from None
    blank = pd.Series(None, frame.index, dtype="object")
    ids = frame.get("scope_id", blank).fillna("")
    otherwise = frame["kpi"].map(lambda kpi: crm.client.philosophy.get(kpi, DEFAULT_PHILOSOPHY))
    kinds = frame.get("philosophy", blank).fillna(otherwise)
    columns = (frame["kpi"], frame["target"], frame["period"], frame["scope"], ids, kinds)
    rows = zip(*(column.to_numpy(dtype=object) for column in columns))  # much faster than text row by row
    return [Goal(k, float(t), periods[p], s, str(i), f) for k, t, p, s, i, f in rows]


def goals_for(crm: Crm, period: Period, kpis: Iterable[Kpi]) -> dict[tuple[str, str, str], Goal]:
    """Return the goals of `period` by KPI, scope and scope_id.

    A goal stated for the very period stands. Otherwise goals of shorter periods that fill it exactly are
    added up (rates and means are averaged by working days), else the share by working days of the shortest
    longer goal is taken (rates and means as they are).

    Examples
    --------
    >>> import salesanalysis as sa
    >>> goals = goals_for(sa.sample(), Period.parse("2026-Q3"), sa.KPIS.values())  # doctest: +SKIP
    """
    known = {kpi.name: kpi for kpi in kpis}
    groups: dict[tuple[str, str, str], list[Goal]] = {}
    touches: dict[int, bool] = {}  # many goals share the few periods
    for goal in stated(crm):
        if goal.kpi not in known:
            continue
        of = goal.period
        if id(of) not in touches:
            touches[id(of)] = of.start < period.end and of.end > period.start
        if touches[id(of)]:
            groups.setdefault((goal.kpi, goal.scope, goal.scope_id), []).append(goal)
    found = {key: _fit(known[key[0]], goals, period, crm.client.country) for key, goals in groups.items()}
    return {key: goal for key, goal in found.items() if goal}


def _fit(kpi: Kpi, goals: list[Goal], period: Period, country: str) -> Goal | None:
    for goal in goals:
        if (goal.period.start, goal.period.end) == (period.start, period.end):
            return goal
    parts = tiling(goals, period)
    if parts:
        days = [working_days(g.period.start, g.period.end, country) for g in parts]
        weights = [1.0] * len(parts) if kpi.is_total else [d / max(sum(days), 1) for d in days]
        target = sum(g.target * w for g, w in zip(parts, weights))
        return _moved(parts[0], target, period, "summed")
    longer = [g for g in goals if g.period.start <= period.start and g.period.end >= period.end]
    if not longer:
        return None
    goal = min(longer, key=lambda g: g.period.days)
    whole = working_days(goal.period.start, goal.period.end, country)
    share = working_days(period.start, period.end, country) / max(whole, 1) if kpi.is_total else 1.0
    return _moved(goal, goal.target * share, period, "share")


def tiling(goals: list[Goal], period: Period) -> list[Goal]:
    """Return goals of one grain that follow each other without gap or overlap from start to end of `period`.

    Examples
    --------
    >>> months = [Goal("calls", 10.0, month) for month in Period.parse("2026-Q3").split("month")]
    >>> len(tiling(months, Period.parse("2026-Q3"))), tiling(months[:2], Period.parse("2026-Q3"))
    (3, [])
    """
    for grain in dict.fromkeys(g.period.grain for g in goals):
        parts = sorted((g for g in goals if g.period.grain == grain), key=lambda g: g.period.start)
        parts = [g for g in parts if g.period.start >= period.start and g.period.end <= period.end]
        ends = [period.start, *(g.period.end for g in parts)]
        if parts and ends[-1] == period.end and all(g.period.start == e for g, e in zip(parts, ends)):
            return parts
    return []


def _moved(goal: Goal, target: float, period: Period, basis: str) -> Goal:
    return Goal(goal.kpi, target, period, goal.scope, goal.scope_id, goal.philosophy, basis)


def goal_of(
    kpi: Kpi, goals: dict[tuple[str, str, str], Goal], rep_id: str, team: str | None = None
) -> Goal | None:
    """Return the goal a rep is measured by: the rep's own, else for rates the team's or the company's.

    The total of a team or company is no single rep's goal, so totals and stocks have the rep's own goal only.
    """
    own = goals.get((kpi.name, "rep", rep_id))
    if own or kpi.is_total or kpi.accumulates != "flow":
        return own
    return goals.get((kpi.name, "team", team or "")) or goals.get((kpi.name, "organisation", ""))


def asked_by_days(kpi: Kpi) -> bool:
    """Tell whether a goal of `kpi` is asked by the days that the rep is there.

    What a rep does is stated for the whole period and asked by the days there. What is sold is asked as the
    goal says, which a company sets for a joiner knowing the day of hire.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> [asked_by_days(sa.KPIS[name]) for name in ("calls", "bookings", "win_rate")]
    [True, False, False]
    """
    return kpi.is_total and kpi.role != "result"


def elapsed_share(period: Period, as_of: date, country: str) -> float:
    """Return the share of the working days of `period` that lie within the data.

    Examples
    --------
    >>> elapsed_share(Period.parse("2026-Q3"), date(2026, 9, 30), "ID")
    1.0
    """
    if as_of >= period.last_day:
        return 1.0
    whole = working_days(period.start, period.end, country)
    return working_days(period.start, period.clip(as_of).end, country) / whole if whole else 1.0
