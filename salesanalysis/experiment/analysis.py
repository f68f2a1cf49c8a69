"""Judge a randomised test once it is over, by the lot that was drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.errors import InvalidInput, MissingData, NotEnoughData, did_you_mean
from ..linkage import ExposureResult, weeks_of
from ..stats import Effects, check_level, ppml, randomisation_test
from .grid import QUICK, Cells, Grid, cells_of, grid_of
from .layout import doses, draws, read_weeks
from .result import ExperimentPlan, ExperimentResult

#: Shares of the plan's reps and rep-weeks without which the lot says nothing any more.
LEAST_REPS, LEAST_READ = 0.8, 0.8
#: Share of the weeks to read that a rep must be there for.
LEAST_THERE = 0.5
ESTIMATES = ("estimate", "conf_low", "conf_high", "p_value")
COLUMNS = ("term", "kind", *ESTIMATES, "n", "base", "method", "verdict", "reason")


def experiment_result(
    source: Crm | ExposureResult | pd.DataFrame, plan: ExperimentPlan, *, level: float = 0.95
) -> ExperimentResult:
    """Tell what a randomised test showed: whether raising the activity causes more wins.

    Parameters
    ----------
    source : Crm, ExposureResult or DataFrame
        Data with the weeks of the test and those before it.
    plan : ExperimentPlan
        The plan as it was written before the test began.
    level : float
        Confidence level.

    Returns
    -------
    ExperimentResult
        Before the day of reading, only whether the activity rose; after it, the effect on the outcome, on the
        intermediate outcome, and both adjusted by regression.

    Raises
    ------
    InvalidInput
        Something else than a plan, a bad level, a plan in days for data in numbers.
    MissingData
        The data lacks an activity or outcome of the plan.

    Notes
    -----
    Intention to treat: every rep counts as the lot drew, whatever he or she did. p-values compare the draw
    that was made with the others that could have been; intervals hold every effect (a factor on counts) that
    is not refused. Reps who left more than a fifth of the plan, missing weeks, or an activity that did not
    rise make the verdict "cannot tell". That a week is missing is taken to be unrelated to the arm.

    Examples
    --------
    >>> from salesanalysis.experiment import experiment_plan
    >>> rng = np.random.default_rng(0)
    >>> d = pd.DataFrame({"rep": np.repeat(np.arange(12), 80), "week": np.tile(np.arange(80), 12)})
    >>> d["calls"], d["wins"] = rng.poisson(20, 960), rng.poisson(1, 960)
    >>> found = experiment_result(d, experiment_plan(d, "calls"))
    >>> found.verdict, found.reason
    ('cannot_tell', 'too_early')
    """
    if not isinstance(plan, ExperimentPlan):
        raise InvalidInput(f"experiment_result() takes an ExperimentPlan, not {type(plan).__name__}.")
    check_level(level)
    weeks = weeks_of(source, "experiment_result", plan.outcome)
    trial = _trial(weeks, plan)
    compliance = _compliance(trial, level)
    outcomes = {plan.outcome: trial.kernel} | ({plan.intermediate: QUICK} if plan.intermediate else {})
    main = trial.cells(plan.outcome, trial.kernel)
    there, share = _there(trial, main)
    reason = trial.reason or _reason(there, share, compliance, raise_by=plan.raise_by)
    rows = [compliance]
    for column, weights in outcomes.items():
        cells = trial.cells(column, weights)
        rows += _effects(trial, cells, column, weights=weights, level=level)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    _judge(table, plan, reason, level)
    decides = table[(table["term"] == plan.outcome) & (table["kind"] == "intention_to_treat")].iloc[0]
    return ExperimentResult(
        table=table,
        method="experiment.experiment_result",
        n=int(main.counts.size),
        client=weeks.client,
        period=weeks.period,
        as_of=weeks.as_of,
        plan=plan,
        level=level,
        reps_read=int(there.sum()),
        reps_lost=int((~there).sum()),
        weeks_read=share,
        verdict=str(decides["verdict"]),
        reason=str(decides["reason"]),
    )


@dataclass(frozen=True, eq=False)
class _Trial:
    """Data of a test from the weeks before it on; `begin` is the column of its first week."""

    grid: Grid
    plan: ExperimentPlan
    begin: int
    assigned: np.ndarray
    reason: str

    @property
    def kernel(self) -> np.ndarray:
        return self.plan.kernel.weights

    def cells(self, column: str, weights: np.ndarray) -> Cells:
        """Return what is read of one column; nothing before the day of reading, except the activity."""
        dose = doses(self.assigned, self.plan.layout, weights)
        before = self.grid.part(column, self.begin - self.plan.before_weeks, self.begin)
        during = self.grid.part(column, self.begin, self.begin + dose.shape[2])
        read = read_weeks(self.plan.layout, weights)
        return cells_of(during, before, dose, read, within=self.plan.design == "rotation")


def _trial(weeks: ExposureResult, plan: ExperimentPlan) -> _Trial:
    columns = [plan.activity, plan.outcome, *([plan.intermediate] if plan.intermediate else [])]
    for name in columns:
        if name not in weeks.table.columns:
            known = [*weeks.activities, weeks.outcome]
            raise MissingData(f"The data has no '{name}', which the plan names.{did_you_mean(name, known)}")
    if weeks.table.empty:
        raise MissingData("The data holds no rep-week to judge the test by.")
    if pd.api.types.is_datetime64_any_dtype(weeks.table["week"]) == isinstance(plan.starts, int):
        raise InvalidInput(
            f"The plan starts in week {plan.starts}, and the weeks of the data are of another kind (days or "
            "whole numbers); judge it by data of the kind it was made with."
        )
    grid = grid_of(weeks, columns, plan.reps)
    begin, end = grid.position(plan.starts), grid.position(plan.read_on)
    reason = "too_early" if grid.length < end else ""
    return _Trial(grid, plan, begin, draws(plan.layout), reason)


def _compliance(trial: _Trial, level: float) -> dict[str, object]:
    """Return by how much the activity rose, week by week as assigned."""
    cells = trial.cells(trial.plan.activity, np.ones(1))
    row = _row(trial.plan.activity, "compliance", cells, "randomisation")
    if not _can_test(cells):
        return row
    found = randomisation_test(cells.counts, cells.lots, level=level)
    return row | {name: getattr(found, name) for name in ESTIMATES}


def _row(term: str, kind: str, cells: Cells, method: str) -> dict[str, object]:
    size = {"n": int(cells.counts.sum()), "base": int(cells.counts.size), "method": method}
    return {
        "term": term,
        "kind": kind,
        **dict.fromkeys(ESTIMATES, np.nan),
        **size,
        "verdict": "",
        "reason": "",
    }


def _can_test(cells: Cells) -> bool:
    if not cells.counts.size or not cells.counts.sum():
        return False
    dose = cells.lots.doses[0]
    return bool(dose.max() > dose.min())


def _there(trial: _Trial, cells: Cells) -> tuple[np.ndarray, float]:
    """Tell which reps were there for half of the weeks to read, and the share of rep-weeks that is known."""
    reps = len(trial.grid.reps)
    seen = np.bincount(cells.lots.unit, minlength=reps) if cells.counts.size else np.zeros(reps)
    wanted = cells.wanted / reps
    return seen >= LEAST_THERE * wanted, float(cells.counts.size / max(cells.wanted, 1))


def _reason(there: np.ndarray, share: float, compliance: dict[str, object], *, raise_by: float) -> str:
    """Why nothing can be told; empty when the test went as planned."""
    if there.mean() < LEAST_REPS:
        return "reps_left"
    if share < LEAST_READ:
        return "weeks_missing"
    rose, asked = compliance["estimate"], np.log1p(raise_by)
    # Small raises drown in the ups and downs of a week: what counts against one is an estimate below half.
    is_raised = compliance["conf_low"] > 0 or rose >= asked / 2
    return "" if is_raised else "activity_not_raised"


def _effects(
    trial: _Trial, cells: Cells, column: str, *, weights: np.ndarray, level: float
) -> list[dict[str, object]]:
    rows = [
        _row(column, kind, cells, method)
        for kind, method in (("intention_to_treat", "randomisation"), ("adjusted", "cluster_jackknife"))
    ]
    # A look before the day would be a second chance for a false finding.
    if trial.reason or not _can_test(cells):
        return rows
    found = randomisation_test(cells.counts, cells.lots, level=level)
    rows[0] |= {name: getattr(found, name) for name in ESTIMATES}
    rows[1] |= _adjusted(cells, level)
    return rows


def _adjusted(cells: Cells, level: float) -> dict[str, float]:
    """Return the same effect by Poisson regression, with each rep's level before the test."""
    lots = cells.lots
    frame = pd.DataFrame({"rep": lots.unit, "week": lots.time, "dose": lots.doses[0], "count": cells.counts})
    frame["before"] = np.log(lots.expected)
    terms = ["dose"] if lots.within else ["dose", "before"]
    try:
        fit = ppml(frame, "count", terms=terms, effects=Effects("rep", "week", absorb=lots.within))
    except NotEnoughData:
        return {}
    one = fit.tidy(level=level).set_index("term").loc["dose"]
    return {name: float(one[name]) for name in ESTIMATES}


def _judge(table: pd.DataFrame, plan: ExperimentPlan, reason: str, level: float) -> None:
    """Write verdict and reason beside each intention-to-treat row."""
    effects = plan.power.set_index("outcome")["effect"]
    for place in table.index[table["kind"] == "intention_to_treat"]:
        row = table.loc[place]
        useful = effects[row["term"]]
        verdict, why = _verdict(row, reason, float(np.max(useful)), 1 - level)
        table.loc[place, ["verdict", "reason"]] = [verdict, why]


def _verdict(row: pd.Series, reason: str, useful: float, alpha: float) -> tuple[str, str]:
    if reason:
        return "cannot_tell", reason
    if np.isnan(row["p_value"]):
        return "cannot_tell", "no_events"
    if row["p_value"] <= alpha:
        return ("raises" if row["estimate"] > 0 else "lowers"), ""
    if row["conf_high"] < useful:
        return "smaller_than_planned", ""
    return "cannot_tell", "wide_interval"
