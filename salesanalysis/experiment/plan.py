"""Plan a randomised test: raise an activity for a random half of comparable reps, or in turns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.errors import InvalidInput, NotEnoughData, unknown
from ..core.result import Note
from ..linkage import ExposureResult, weeks_of
from ..stats import levels
from .grid import BEFORE, QUICK, Grid, grid_of
from .layout import DESIGNS, FEWEST_DRAWS, Layout, comparable, number_of_draws, read_weeks, span
from .power import ELASTICITY, is_short, promises
from .result import ExperimentPlan
from .schedule import after, plan_table

#: A rep counts as ramped after so many weeks, and needs so many of the last `BEFORE` weeks.
RAMPED, LEAST_WEEKS = 26, 13
#: A rep who logged nothing in the last weeks is taken for gone.
LAST_WEEKS = 4
#: Stages in order when the client declares none.
FUNNEL = ("calls", "connects", "conversations", "proposals")
#: Other lengths, in weeks, for which the power is worked out as well.
OTHER_LENGTHS = (13, 26, 52)
#: Weeks between the last one known and the first one of the test.
TO_PREPARE = 1


def experiment_plan(
    source: Crm | ExposureResult | pd.DataFrame,
    activity: str,
    *,
    raise_by: float = 0.2,
    design: str = "parallel",
    weeks: int = 26,
    seed: int = 0,
) -> ExperimentPlan:
    """Plan a test that can tell whether more of an activity makes more wins.

    Parameters
    ----------
    source : Crm, ExposureResult or DataFrame
        As for `link`.
    activity : str
        What is raised.
    raise_by : float
        By how much: 0.2 is 20 %, 1 twice as much.
    design : str
        ``parallel``: a random half of comparable reps raises it all the time. ``rotation``: every rep raises
        it in turns, in blocks of weeks at least as long as most of the lag from activity to win.
    weeks : int
        Weeks during which it is raised; a rotation takes the even number of blocks that fits.
    seed : int
        Seed of the draw: the same seed and data give the same plan.

    Returns
    -------
    ExperimentPlan

    Raises
    ------
    InvalidInput
        Unknown activity or design, numbers out of range, a rotation longer than `weeks`.
    NotEnoughData
        Too few ramped reps for any draw to reach 5 %, or data without activities or wins.

    Notes
    -----
    Reps are put into pairs (fours, or one group, when pairs leave fewer than 100 draws) by their past wins
    and their past activity, and the lot is drawn within them. Power is simulated: the design is laid over up
    to three stretches of the client's own past, effects are added, and the re-randomisation test is run.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> d = pd.DataFrame({"rep": np.repeat(np.arange(12), 80), "week": np.tile(np.arange(80), 12)})
    >>> d["calls"], d["wins"] = rng.poisson(20, 960), rng.poisson(1, 960)
    >>> plan = experiment_plan(d, "calls", raise_by=0.5, seed=7)
    >>> plan.table["arm"].value_counts().to_dict(), plan.starts, plan.read_on
    ({'raise': 6, 'usual': 6}, 81, 112)
    """
    _check(raise_by, design, weeks, seed)
    history = weeks_of(source, "experiment_plan")
    if history.reason:
        words = history.client.words
        raise NotEnoughData(f"No test can be planned: {words.t(f'linkage.reason.{history.reason}')}.")
    if activity not in history.activities:
        raise unknown("activity", activity, history.activities)
    stage = _intermediate(history, activity)
    kernel = history.kernel.weights
    blocks, length = _blocks(design, weeks, kernel)
    columns = [activity, history.outcome, *([stage] if stage else [])]
    grid, excluded = _ramped(history, grid_of(history, columns), activity)
    layout = _layout(grid, (activity, history.outcome), Layout(design, (), blocks, length, seed))
    outcomes = {history.outcome: kernel} | ({stage: QUICK} if stage else {})
    power = promises(grid, _lengths(layout, kernel), outcomes, effect=ELASTICITY * float(np.log1p(raise_by)))
    starts = _number(grid.week(grid.length + TO_PREPARE))
    people = [(rep, str(history.names.get(rep, rep))) for rep in grid.reps]
    return ExperimentPlan(
        table=plan_table(layout, people, starts),
        method="experiment.experiment_plan",
        n=len(people),
        client=history.client,
        period=history.period,
        as_of=history.as_of,
        notes=_notes(excluded, is_short(grid, layout, kernel)),
        power=power,
        activity=activity,
        raise_by=float(raise_by),
        layout=layout,
        starts=starts,
        read_on=after(starts, int(read_weeks(layout, kernel).max()) + 1),
        before_weeks=BEFORE,
        outcome=history.outcome,
        intermediate=stage,
        kernel=history.kernel,
        excluded=excluded,
    )


def _check(raise_by: float, design: str, weeks: int, seed: int) -> None:
    if not 0 < raise_by <= 10:
        raise InvalidInput(f"'raise_by' is {raise_by}; 0.2 means 20 % more, and 10 is the most.")
    if design not in DESIGNS:
        raise unknown("design", design, DESIGNS)
    for name, value, least in (("weeks", weeks, 4), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise InvalidInput(f"'{name}' is {value!r}; give a whole number from {least} on.")


def _number(week: date | int) -> date | int:
    return week if isinstance(week, date) else int(week)


def _intermediate(history: ExposureResult, activity: str) -> str:
    """Return the last stage of the funnel before the win that follows the activity; nothing without one."""
    stages = [s for s in (history.client.funnel or FUNNEL) if s in history.activities]
    later = stages[stages.index(activity) + 1 :] if activity in stages else stages
    return later[-1] if later else ""


def _blocks(design: str, weeks: int, kernel: np.ndarray) -> tuple[int, int]:
    """Return number and length of blocks."""
    if design == "parallel":
        return 1, int(weeks)
    least = span(kernel)
    pairs = int(weeks) // (2 * least)
    if not pairs:
        raise InvalidInput(
            f"A rotation needs two blocks of {least} weeks, for wins follow the activity with that delay; "
            f"'weeks' is {weeks}. Give weeks={2 * least} or more, or design=\"parallel\"."
        )
    return 2 * pairs, int(weeks) // (2 * pairs)


def _ramped(history: ExposureResult, grid: Grid, activity: str) -> tuple[Grid, dict[str, int]]:
    """Keep reps who are ramped, still there, known for long enough and do the activity at all."""
    begin = max(grid.length - BEFORE, 0)
    counts = grid.part(activity, begin, grid.length)
    known = ~np.isnan(counts)
    gone = ~known[:, -LAST_WEEKS:].any(axis=1)
    new = np.zeros(len(grid.reps), dtype=bool)
    if "tenure" in history.table.columns:
        tenure = history.table.groupby("rep_id")["tenure"].max().reindex(grid.reps).to_numpy()
        new = tenure < RAMPED  # unknown: taken for ramped
    little = known.sum(axis=1) < LEAST_WEEKS
    never = ~(np.nansum(counts, axis=1) > 0)
    reasons = {"gone": gone, "new": new, "little_history": little, "never_does": never}
    kept, excluded = np.ones(len(grid.reps), dtype=bool), {}
    for reason, is_out in reasons.items():
        excluded[reason] = int((kept & is_out).sum())
        kept &= ~is_out
    rows = np.flatnonzero(kept)
    return (
        replace(
            grid,
            reps=[grid.reps[i] for i in rows],
            counts={name: values[rows] for name, values in grid.counts.items()},
        ),
        {reason: count for reason, count in excluded.items() if count},
    )


def _layout(grid: Grid, columns: tuple[str, str], bare: Layout) -> Layout:
    """Put the reps into comparable groups, wins first."""
    activity, outcome = columns
    count = len(grid.reps)
    if number_of_draws([count], bare.lots) < FEWEST_DRAWS:
        needed = next(n for n in range(2, 100) if number_of_draws([n], bare.lots) >= FEWEST_DRAWS)
        other = ' A rotation (design="rotation") does with fewer.' if bare.design == "parallel" else ""
        raise NotEnoughData(
            f"Only {count} ramped reps do this activity; with fewer than {needed} no draw of the lot could "
            f"reach 5 %.{other}"
        )
    begin = max(grid.length - BEFORE, 0)
    before = [levels(grid.part(column, begin, grid.length)) for column in (outcome, activity)]
    score = np.column_stack([np.sqrt(before[0]), np.log(0.5 + before[1])])
    return replace(bare, groups=tuple(int(g) for g in comparable(score, bare.lots)))


def _lengths(layout: Layout, kernel: np.ndarray) -> list[Layout]:
    """Return the plan's layout, then the same with other lengths."""
    if layout.design == "parallel":
        others = [replace(layout, block_weeks=w) for w in OTHER_LENGTHS if w != layout.weeks]
        return [layout, *(o for o in others if read_weeks(o, kernel).size)]
    pairs = {layout.blocks // 2 + more for more in (-1, 1)} - {0}
    return [layout, *(replace(layout, blocks=2 * p) for p in sorted(pairs))]


def _notes(excluded: dict[str, int], is_too_short: bool) -> tuple[Note, ...]:
    notes = [Note(f"experiment_{reason}", count) for reason, count in excluded.items()]
    return (*notes, *([Note("experiment_short_history")] if is_too_short else []))
