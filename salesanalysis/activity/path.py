"""Activity against its goal, working day by working day: what there is beside what the days gone ask for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.calendar import workdays_by_day, working_days
from ..core.crm import Crm
from ..core.period import Period
from ..goals.goal import Goal
from .grid import Grid
from .levels import Goals

GOALS = (
    "kpi", "unit", "philosophy", "so_far", "expected_so_far", "target_whole", "conf_low", "conf_high",
    "attainment", "reps", "verdict",
)  # fmt: skip
PATH = ("kpi", "day_on", "value", "expected")


def shares(grid: Grid, period: Period) -> tuple[pd.Series, pd.Series]:
    """Return each rep's full-time days of the whole period and of its known part, over its working days."""
    crm, whole = grid.crm, working_days(period.start, period.end, grid.crm.client.country)
    planned = _planned(crm, grid, period).sum(axis=1)
    known = pd.Series(grid.worked(), grid.people.index)
    return planned / max(whole, 1), known / max(whole, 1)


def _planned(crm: Crm, grid: Grid, period: Period) -> pd.DataFrame:
    reps = crm.reps().set_index("rep_id", drop=False).reindex(grid.people.index)
    leave = crm.frame("absences") if crm.has("absences") else None
    return workdays_by_day(reps, period, absences=leave, country=crm.client.country)


def against_goals(
    grid: Grid, shown: pd.Index, goals: Goals, period: Period
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how the kinds with goals stand, one row each, and their path, one row per kind and working day.

    The goal of those shown is the sum of the reps' own goals for the days they are there; reps without a goal
    are left out of both sides. A day's entries include those of free days since the day before.
    """
    rows, paths = [], []
    planned = _planned(grid.crm, grid, period)
    whole = max(working_days(period.start, period.end, grid.crm.client.country), 1)
    for name in grid.kinds:
        own = {r: g for r in shown if (g := goals.get((name, "rep", str(r))))}
        if not own or name not in grid.counts:
            continue
        reps = pd.Index(list(own))
        places = grid.rows(reps)
        target = np.array([goal.target for goal in own.values()]) / whole
        asked = (planned.loc[reps].to_numpy() * target[:, None]).sum(axis=0)
        done = grid.counts[name][places][:, grid.inside].sum(axis=0)
        so_far = float(grid.total(name)[places].sum())
        days = pd.DatetimeIndex(planned.columns)
        path = pd.DataFrame({"kpi": name, "day_on": days, "expected": np.cumsum(asked)})
        value = pd.Series(np.cumsum(done), grid.days[grid.inside]).reindex(days)
        # Entries of free days belong to no working day; they are added to the last one, so that sums agree.
        if len(done):
            value[grid.days[grid.inside][-1]] = so_far
        path["value"] = value.to_numpy()
        paths.append(path[list(PATH)])
        gone = float(asked[: int(grid.inside.sum())].sum())
        rows.append(_row(grid, name, own, so_far, (gone, float(asked.sum()))))
    table = pd.DataFrame(rows, columns=list(GOALS))
    return table, pd.concat(paths, ignore_index=True) if paths else pd.DataFrame(columns=list(PATH))


def _row(
    grid: Grid, name: str, own: dict[str, Goal], so_far: float, asked: tuple[float, float]
) -> dict[str, object]:
    """Return one kind: a fact once the period is over, until then whether the difference is beyond chance."""
    gone, whole = asked
    spread = grid.scatter(name, grid.rows(pd.Index(list(own))))
    weeks = max(int(grid.inside.sum()) / 5, 1)
    half = 1.96 * np.sqrt(spread.own * so_far + spread.shared * so_far**2 / weeks)
    low, high = max(so_far - half, 0.0), so_far + half
    is_over = gone >= whole - 1e-9
    if whole <= 0:
        verdict = "cannot_tell"
    elif so_far >= whole:
        verdict = "reached"
    elif is_over:
        verdict = "missed"
    elif gone <= 0:
        verdict = "cannot_tell"
    else:
        verdict = "ahead" if low > gone else "behind" if high < gone else "on_line"
    return {
        "kpi": name,
        "unit": "count",
        "philosophy": next(iter(own.values())).philosophy,
        "so_far": so_far,
        "expected_so_far": gone,
        "target_whole": whole,
        "conf_low": low,
        "conf_high": high,
        "attainment": so_far / gone if gone > 0 else np.nan,
        "reps": len(own),
        "verdict": verdict,
    }
