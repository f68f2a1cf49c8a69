"""What a design would find, from the client's own past: laid over weeks in which nothing was tested.

The design is drawn over the last weeks of the history, effects of a known size are added to the counts, and
the very test that will judge the result is run. So reps who differ, quiet weeks and drifting territories
count as they are.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..stats import mean_power, smallest_found
from .grid import BEFORE, LEAST_BEFORE, Cells, Grid, cells_of
from .layout import Layout, doses, draws, read_weeks

#: Elasticity that matters: 10 % more activity, 5 % more wins.
ELASTICITY = 0.5
#: Stretches of the past over which the design is laid, draws of the lot and trials in each.
STRETCHES, PLAN_DRAWS, TRIALS = 3, 299, 200
#: Fewest weeks read for a figure.
LEAST_READ = 4
COLUMNS = ("outcome", "weeks", "n", "effect", "power", "mde")


def promise(
    grid: Grid, layout: Layout, column: str, *, weights: np.ndarray, effect: float
) -> dict[str, object]:
    """Return what the design promises for one outcome: expected events, power, smallest detectable effect.

    Parameters
    ----------
    grid : Grid
        The past of the reps of the plan, in its order.
    layout : Layout
        The design.
    column : str
        Outcome.
    weights : array
        Lag weights from the activity to the outcome.
    effect : float
        Effect that matters, on the log scale.

    Returns
    -------
    dict
        A row of `COLUMNS`; NaN where the past is too short to tell. A past shorter than the test makes the
        figures those of the weeks that it holds.
    """
    row = {"outcome": column, "weeks": layout.weeks, "n": np.nan, "effect": effect}
    found = _stretches(grid, layout, column, weights)
    if not found:
        return row | {"power": np.nan, "mde": np.nan}
    row["n"] = float(np.mean([cells.counts.sum() for cells in found]))
    stretches = [(cells.counts, cells.lots) for cells in found]
    return row | {
        "power": mean_power(stretches, effect, trials=TRIALS, seed=layout.seed),
        "mde": smallest_found(stretches, trials=TRIALS, seed=layout.seed),
    }


def is_short(grid: Grid, layout: Layout, weights: np.ndarray) -> bool:
    """Tell whether the past holds fewer weeks than the test with the weeks before it."""
    return grid.length < LEAST_BEFORE + int(read_weeks(layout, weights).max(initial=0)) + 1


def _stretches(grid: Grid, layout: Layout, column: str, weights: np.ndarray) -> list[Cells]:
    dose = doses(draws(layout, PLAN_DRAWS), layout, weights)
    read = read_weeks(layout, weights)
    length = min(dose.shape[2], grid.length - LEAST_BEFORE)
    read = read[read < length]
    if read.size < LEAST_READ:
        return []
    room = grid.length - LEAST_BEFORE - length
    found = []
    for back in np.unique(np.linspace(0, room, STRETCHES).astype(int)):
        begin = grid.length - length - back
        before = grid.part(column, max(begin - BEFORE, 0), begin)
        during = grid.part(column, begin, begin + length)
        cells = cells_of(during, before, dose, read, within=layout.design == "rotation")
        if cells.counts.sum() > 0:
            found.append(cells)
    return found


def promises(
    grid: Grid, layouts: list[Layout], outcomes: dict[str, np.ndarray], *, effect: float
) -> pd.DataFrame:
    """Return one row for each outcome in the first layout, and for the first outcome in every other.

    Parameters
    ----------
    grid : Grid
        The past of the reps of the plan.
    layouts : list of Layout
        The design, and the same with other lengths.
    outcomes : dict of str to array
        Lag weights of each outcome, the one that decides first.
    effect : float
        Effect that matters, on the log scale.
    """
    main = next(iter(outcomes))
    rows = [
        promise(grid, layouts[0], column, weights=weights, effect=effect)
        for column, weights in outcomes.items()
    ]
    rows += [promise(grid, other, main, weights=outcomes[main], effect=effect) for other in layouts[1:]]
    return pd.DataFrame(rows, columns=list(COLUMNS))
