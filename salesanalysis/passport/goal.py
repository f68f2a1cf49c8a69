"""Test three: is there a goal, is it said how many should reach it, and do they?"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..goals import Goal, goals_for
from ..goals.goal import goal_of, stated
from ..kpi import Kpi, panel
from ..kpi.panel import computable
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
    kpis, goals = list(kpis), stated(crm)
    declared = _declared(crm, goals)
    reached = _reached(crm, kpis, goals)
    return {kpi.name: _outcome(kpi, declared, reached, level) for kpi in kpis}


def _declared(crm: Crm, goals: list[Goal]) -> dict[str, str]:
    """Return by KPI the philosophy its latest goal declares; empty where it declares none."""
    if not goals:
        return {}
    frame = crm.frame("goals")
    kinds = frame["philosophy"].fillna("") if "philosophy" in frame else [""] * len(frame)
    # Of goals without a philosophy `stated` tells the default: what was declared stands in the table alone.
    rows = sorted(zip(goals, kinds), key=lambda row: row[0].period.end)
    return {goal.kpi: str(kind) for goal, kind in rows}


def _reached(crm: Crm, kpis: list[Kpi], goals: list[Goal]) -> pd.DataFrame:
    """Return one row per rep, KPI and finished period with a goal: whether it was reached.

    Each KPI has its own last periods: one may have goals by the week, another by the quarter.
    """
    asked: dict[Period, list[Kpi]] = {}
    for kpi in kpis:
        periods = {g.period for g in goals if g.kpi == kpi.name and g.period.last_day <= crm.as_of}
        seen = [p for p in periods if p.end > crm.span.start]
        for period in sorted(seen, key=lambda p: (p.end, p.start))[-PERIODS:]:
            asked.setdefault(period, []).append(kpi)
    teams, rows = _teams(crm), list[tuple[str, bool]]()
    for period, of_period in asked.items():
        rows += _in_period(crm, of_period, period, teams)
    return pd.DataFrame(rows, columns=["kpi", "is_reached"])


def _teams(crm: Crm) -> dict[str, str]:
    reps = crm.frame("reps")
    return dict(zip(reps["rep_id"], reps["team"])) if "team" in reps else {}


def _in_period(crm: Crm, kpis: list[Kpi], period: Period, teams: dict[str, str]) -> list[tuple[str, bool]]:
    targets = goals_for(crm, period, kpis)
    able = computable(crm, kpis, ["rep_id"])
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
