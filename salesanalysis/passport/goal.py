"""Test three: is there a goal, is it said how many should reach it, and do they?"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..goals import Goal, goals_for
from ..goals.goal import goal_of, stated
from ..kpi import Kpi, panel
from ..stats import wilson
from .outcome import Outcome

#: Share of reps that should reach a goal, by what it is meant to be: kpis.md gives A P85-P90, C P20-P25.
SHOULD_REACH = {"A": (0.10, 0.15), "C average": (0.50, 0.50), "C minimum": (0.75, 0.80)}
#: Finished periods that are looked at, and the fewest goals of reps in them.
PERIODS, ENOUGH = 4, 8


def goal_oriented(crm: Crm, kpis: Iterable[Kpi], level: float) -> dict[str, Outcome]:
    """Return the outcome of the third test for each KPI.

    A goal is attainable where the share of reps that reached it in the last finished periods agrees with
    what it is meant to be, or lies above it.
    """
    kpis = list(kpis)
    goals = [goal for goal in stated(crm) if goal.period.start <= crm.as_of]
    declared = _declared(crm)
    with_goals = [kpi for kpi in kpis if any(goal.kpi == kpi.name for goal in goals)]
    reached = _reached(crm, with_goals, goals)
    return {kpi.name: _outcome(kpi, declared, reached, level) for kpi in kpis}


def _declared(crm: Crm) -> dict[str, str]:
    """Return by KPI the philosophy its latest goals declare; empty where they declare none."""
    if not crm.has("goals"):
        return {}
    frame = crm.frame("goals")
    kinds = frame["philosophy"] if "philosophy" in frame else pd.Series(None, frame.index, dtype="object")
    latest = kinds.fillna("").groupby(frame["kpi"].to_numpy()).last()
    return {str(kpi): str(kind) for kpi, kind in latest.items()}


def _reached(crm: Crm, kpis: list[Kpi], goals: list[Goal]) -> pd.DataFrame:
    """Return one row per rep, KPI and finished period with a goal: whether it was reached."""
    finished = {g.period for g in goals if g.period.last_day <= crm.as_of and g.period.end > crm.span.start}
    rows: list[tuple[str, bool]] = []
    teams = _teams(crm)
    for period in sorted(finished, key=lambda p: (p.end, p.start))[-PERIODS:]:
        of_period = [k for k in kpis if any(g.kpi == k.name and g.period == period for g in goals)]
        rows += _in_period(crm, of_period, period, teams)
    return pd.DataFrame(rows, columns=["kpi", "is_reached"])


def _teams(crm: Crm) -> dict[str, str]:
    reps = crm.frame("reps")
    return dict(zip(reps["rep_id"], reps["team"])) if "team" in reps else {}


def _in_period(crm: Crm, kpis: list[Kpi], period: Period, teams: dict[str, str]) -> list[tuple[str, bool]]:
    targets = goals_for(crm, period, kpis)
    able = [kpi for kpi in kpis if all(crm.has(need) for need in kpi.needs)]
    if not able:
        return []
    found = panel(crm, able, period, by="rep_id").kpis
    rows = []
    for row in found[found["estimate"].notna() & found["rep_id"].notna()].itertuples():
        kpi = next(k for k in able if k.name == row.kpi)
        goal = goal_of(kpi, targets, row.rep_id, teams.get(row.rep_id))
        if goal is not None:
            above = row.estimate >= goal.target
            rows.append((kpi.name, above if kpi.better == "higher" else row.estimate <= goal.target))
    return rows


def _outcome(kpi: Kpi, declared: dict[str, str], reached: pd.DataFrame, level: float) -> Outcome:
    if kpi.name not in declared:
        return Outcome("fail", "no_goal")
    philosophy = declared[kpi.name]
    mine = reached.loc[reached["kpi"] == kpi.name, "is_reached"]
    hits, n = int(mine.sum()), len(mine)
    share = wilson(hits, n, level=level) if n else None
    numbers = (share.estimate, share.conf_low, share.conf_high) if share else ()
    found = dict(zip(("estimate", "conf_low", "conf_high"), map(float, numbers)), n=n, subject=philosophy)
    if not philosophy:
        return Outcome("cannot_tell", "no_philosophy", **found)
    low, high = SHOULD_REACH[philosophy]
    if n < ENOUGH:
        return Outcome("cannot_tell", "few_goals", **found)
    if found["conf_high"] < low:
        return Outcome("fail", "too_hard", **found)
    return Outcome("pass", "too_easy" if found["conf_low"] > high else "as_meant", **found)
