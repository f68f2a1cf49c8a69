"""How much more data would settle an activity: more reps, more weeks, more wins, or fewer KPIs to test.

The rule was measured on simulated panels of 8 to 45 reps, 52 to 300 weeks and 0.4 to 12 wins a rep-week
(docs/experiments.md): the variance of an elasticity falls as
``(1 / rate + 0.38) / ((reps - 3) (weeks - 12))`` with the wins a rep-week as rate. The first weeks and reps
are spent on the effects of reps and weeks; wins beyond a few a week add little, since territories and markets
move on whatever is counted. More reps also bring t(reps - 1) closer to normal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.errors import InvalidInput, unknown
from ..core.result import Result
from ..stats import detectable_effect
from .exposure import HISTORY_WEEKS
from .result import LinkageResult
from .verdict import MINIMUM_REPS, MINIMUM_WEEKS, MINIMUM_WINS

#: Reps and weeks that the effects use up, and the part of the variance that more wins do not lower.
SPENT_REPS, SPENT_WEEKS, FLOOR = 3, 12, 0.38
#: Sizes of a family of KPIs declared beforehand that are worked out beside the present one.
FEWER = (3, 2, 1)
#: More reps than any plan could ask for.
MOST_REPS = 5000
_MOST_WINS_A_WEEK = 100.0
COLUMNS = ("term", "what", "tests", "now", "needed", "mde", "reason")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class NeededResult(Result):
    """How much data would find the effect that matters, each quantity alone with the others as they are.

    Attributes
    ----------
    table : pandas.DataFrame
        ``term``; ``what`` (``reps, weeks, wins``, or ``tests``: how many KPIs may be tested with the data as
        it is); ``tests``, the size of the family; ``now`` and ``needed``; ``mde``, the smallest elasticity
        found today in a family of that size; ``reason``: empty, ``enough``, or why `needed` is NaN:
        ``not_by_reps, not_by_weeks, not_by_wins`` (this alone cannot do it), ``not_by_fewer_tests``,
        ``few_reps, few_weeks`` (the least for any verdict is missing and this does not add to it),
        ``no_estimate``, ``not_measured`` (the rule was measured for rep-weeks only).
    effect : float
        Elasticity that should be found.
    power : float
        Share of data sets in which it should be found.
    level : float
        Confidence level of the family.
    reason : str
        Why there is nothing to plan from; empty otherwise.
    """

    effect: float = 0.5
    power: float = 0.8
    level: float = 0.95
    reason: str = ""


def needed(
    result: LinkageResult, term: str | None = None, *, effect: float = 0.5, power: float = 0.8
) -> NeededResult:
    """Tell how many reps, weeks or wins would find an effect of this size, and what fewer KPIs would do.

    Parameters
    ----------
    result : LinkageResult
        What `link` found.
    term : str, optional
        One activity; all those tested without it, hence none that follows from results.
    effect : float
        Elasticity that matters: at 0.5, 10 % more activity goes with 5 % more wins.
    power : float
        Share of data sets in which it should be found.

    Returns
    -------
    NeededResult

    Raises
    ------
    InvalidInput
        An effect that is not positive, a power outside 0.5 to 1, no `LinkageResult`.
    UnknownName
        `term` is no activity of the result.

    Notes
    -----
    With several KPIs the one sought must pass the first step of Benjamini-Hochberg, as if no other were
    linked: level divided by the number of tests. Gates other than the p-value are not counted. Where
    `evidence` combined two witnesses, the need is that of the rep-weeks alone, hence an upper bound.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> row = {"term": "calls", "std_error": 0.38, "reps": 10, "weeks": 44, "wins": 440, "n": 440}
    >>> found = LinkageResult(
    ...     table=pd.DataFrame([row]), method="", n=440, client=sa.Client(), family=("calls",)
    ... )
    >>> needed(found).table[["what", "now", "needed"]].to_numpy().tolist()
    [['reps', 10.0, 37.0], ['weeks', 44.0, 195.0], ['wins', 440.0, nan], ['tests', 1.0, nan]]
    """
    if not isinstance(result, LinkageResult):
        raise InvalidInput(f"needed() takes what link() returns, not {type(result).__name__}.")
    if not effect > 0:
        raise InvalidInput(f"'effect' is {effect}; give the elasticity that matters, such as 0.5.")
    if not 0.5 <= power < 1:
        raise InvalidInput(f"'power' is {power}; it lies between 0.5 and 1, such as 0.8.")
    rows = _rep_weeks(result)
    if term is not None:
        if term not in set(rows.get("term", ())):
            raise unknown("activity", term, rows.get("term", ()), where="the linkage result")
        rows = rows[rows["term"] == term]
    if result.family and len(rows):
        rows = rows[rows["term"].isin(result.family)]
    family = max(len(result.family), 1)
    goal = _Goal(effect, power, 1 - result.level, result.basis != "opportunity_week")
    found = [line for _, row in rows.iterrows() for line in _lines(row, family, goal)]
    return NeededResult(
        table=pd.DataFrame(found, columns=list(COLUMNS)),
        method="linkage.needed",
        n=result.n,
        client=result.client,
        period=result.period,
        as_of=result.as_of,
        effect=effect,
        power=power,
        level=result.level,
        reason=result.reason,
    )


def _rep_weeks(result: LinkageResult) -> pd.DataFrame:
    """Return the rows of the rep-week model, also where a second witness was heard."""
    if result.basis != "both":
        return result.table
    columns = ["std_error", "n", "reps", "wins"]
    alone = result.witnesses[result.witnesses["witness"] == "rep_weeks"].set_index("term")[columns]
    table = result.table.set_index("term", drop=False)
    table[columns] = alone.reindex(table.index)
    return table.reset_index(drop=True)


@dataclass(frozen=True)
class _Goal:
    effect: float
    power: float
    alpha: float
    is_measured: bool

    def mde(self, std_error: float, reps: float, tests: int) -> float:
        return float(
            detectable_effect(std_error, max(reps - 1, 1), power=self.power, level=1 - self.alpha / tests)
        )


def variance_factor(reps: float, weeks: float, rate: float) -> float:
    """Return how the variance of an elasticity depends on the size of a panel, up to one constant.

    Examples
    --------
    >>> small, medium = variance_factor(10, 44, 1.0), variance_factor(20, 70, 1.0)
    >>> round(0.38 * (medium / small) ** 0.5, 2)  # measured: 0.38 and 0.18
    0.18
    """
    return (1 / rate + FLOOR) / ((reps - SPENT_REPS) * (weeks - SPENT_WEEKS))


def _lines(row: pd.Series, family: int, goal: _Goal) -> list[dict[str, object]]:
    sizes = [family, *(k for k in FEWER if k < family)]
    now = {what: float(row[what]) for what in ("reps", "weeks", "wins")}
    lines = []
    for tests in sizes:
        mde = goal.mde(row["std_error"], now["reps"], tests)
        for what in now:
            value, reason = _alone(what, row, tests, goal)
            lines.append((what, tests, now[what], value, mde, reason))
    enough = [k for k in range(family, 0, -1) if goal.mde(row["std_error"], now["reps"], k) <= goal.effect]
    short = _short(now)
    if np.isnan(row["std_error"]) or short or not enough:
        reason = "no_estimate" if np.isnan(row["std_error"]) else short or "not_by_fewer_tests"
        last = (float("nan"), reason)
    else:
        last = (float(enough[0]), "enough" if enough[0] == family else "")
    mde = goal.mde(row["std_error"], now["reps"], family)
    lines.append(("tests", family, float(family), last[0], mde, last[1]))
    return [dict(zip(COLUMNS, (row["term"], *line), strict=True)) for line in lines]


def _short(now: dict[str, float], *, but: str = "") -> str:
    """Why no verdict would be given however much there were of `but`."""
    least = {"reps": MINIMUM_REPS, "weeks": MINIMUM_WEEKS, "wins": MINIMUM_WINS}
    if but in ("reps", "weeks"):
        del least["wins"]  # more reps or weeks bring more wins
    return next((f"few_{what}" for what, n in least.items() if what != but and now[what] < n), "")


def _alone(what: str, row: pd.Series, tests: int, goal: _Goal) -> tuple[float, str]:
    """Return how much of one quantity is needed with the others as they are, and why if that is NaN."""
    reps, weeks, wins, n = (float(row[c]) for c in ("reps", "weeks", "wins", "n"))
    usable = reps > SPENT_REPS and weeks > SPENT_WEEKS and wins > 0
    if not usable or not row["std_error"] > 0:
        return float("nan"), "no_estimate"
    if not goal.is_measured:
        return float("nan"), "not_measured"
    short = _short({"reps": reps, "weeks": weeks, "wins": wins}, but=what)
    if short:
        return float("nan"), short
    rate = wins / n
    constant = row["std_error"] ** 2 / variance_factor(reps, weeks, rate)

    def mde(value: float) -> float:
        size = {"reps": reps, "weeks": weeks, "rate": rate}
        size |= {"rate": value / n} if what == "wins" else {what: value}
        return goal.mde(np.sqrt(constant * variance_factor(**size)), size["reps"], tests)

    # The least wins of a verdict come with more reps or weeks too.
    least, most = {
        "reps": (max(MINIMUM_REPS, np.ceil(MINIMUM_WINS * reps / wins)), MOST_REPS),
        "weeks": (max(MINIMUM_WEEKS, np.ceil(MINIMUM_WINS * weeks / wins)), HISTORY_WEEKS),
        "wins": (MINIMUM_WINS, np.ceil(_MOST_WINS_A_WEEK * n)),
    }[what]
    value = _smallest(lambda v: mde(v) <= goal.effect, int(least), int(most))
    now = {"reps": reps, "weeks": weeks, "wins": wins}[what]
    return (float("nan"), f"not_by_{what}") if np.isnan(value) else (value, "enough" if value <= now else "")


def _smallest(holds: Callable[[float], bool], low: int, high: int) -> float:
    """Return the least whole number for which a condition that stays true holds; NaN beyond `high`."""
    if low > high or not holds(high):
        return float("nan")
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return float(low)
