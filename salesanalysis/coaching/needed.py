"""How much more data would settle a factor: the base needed, and the weeks to it at the rep's own pace."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from statistics import NormalDist

import pandas as pd

#: Chance that a difference of the size seen is named once the base is there.
POWER = 0.80
#: Weeks from which waiting for more data settles nothing that matters.
LONG = 260
#: Working days of a week.
WEEK = 5.0


def needed_base(value: float, benchmark: float, *, level: float = 0.05) -> int:
    """Return the trials after which a share like `value` would show against `benchmark` in 80 of 100 cases.

    Two-sided test at `level`, normal approximation; 0 where there is no difference to show.

    Examples
    --------
    >>> needed_base(0.25, 0.30)
    638
    """
    spreads = [math.sqrt(max(p * (1 - p), 0.0)) for p in (benchmark, value)]
    return _cases(value, benchmark, spreads, level)


def needed_events(count: float, expected: float, *, dispersion: float = 1.0, level: float = 0.05) -> int:
    """Return the events to expect until a volume like `count` would show against `expected`.

    `dispersion` is the variance of a rep's counts over their mean.

    Examples
    --------
    >>> needed_events(80, 100), needed_events(80, 100, dispersion=2)
    (184, 368)
    """
    spreads = [math.sqrt(dispersion * max(n, 0.0) / expected) for n in (expected, count)]
    return _cases(count / expected, 1.0, spreads, level)


def needed_cases(value: float, benchmark: float, *, variation: float = 0.5, level: float = 0.05) -> int:
    """Return the wins after which a mean size like `value` would show against `benchmark`.

    `variation` is the standard deviation of single sizes as a share of their mean.

    Examples
    --------
    >>> needed_cases(15.0, 20.0)
    27
    """
    return _cases(value, benchmark, [variation * benchmark, variation * value], level)


def _cases(value: float, benchmark: float, spreads: list[float], level: float) -> int:
    if math.isnan(value) or math.isclose(value, benchmark):
        return 0
    normal = NormalDist()
    reach = normal.inv_cdf(1 - level / 2) * spreads[0] + normal.inv_cdf(POWER) * spreads[1]
    return math.ceil((reach / (value - benchmark)) ** 2)


def more_data(
    table: pd.DataFrame,
    levels: Callable[[str], float],
    facts: Mapping[str, float],
) -> pd.DataFrame:
    """Return the table of a decomposition with ``needed`` and ``weeks_more`` for what is not settled.

    Parameters
    ----------
    table : DataFrame
        As of `DecompositionResult`.
    levels : callable
        Level at which each term is tested.
    facts : mapping of str to float
        ``gap``; ``matters`` (part of it that is worth settling); ``least`` and ``least_size`` (base of a
        claim); ``days`` worked; ``dispersion`` of the volume; ``variation`` of sizes.

    Returns
    -------
    DataFrame
        Missing where a factor is settled, holds too little of the gap, or does not differ at all.
    """
    found = [_needed(row, levels(str(row.term)), facts) for row in table.itertuples()]
    needed = pd.Series(found, index=table.index, dtype="float64")
    a_week = table["base"].astype("float64") / (facts["days"] / WEEK) if facts["days"] else math.nan
    more = ((needed - table["base"]).clip(lower=0.0) / a_week).where(lambda weeks: weeks < math.inf)
    return table.assign(needed=needed, weeks_more=more)


def _needed(row: tuple, level: float, facts: Mapping[str, float]) -> float:
    if row.verdict in ("enough_evidence", "enough_evidence_above"):
        return math.nan
    if abs(row.estimate) < facts["matters"] * abs(facts["gap"]):
        return math.nan
    if row.kind == "volume":
        cases = needed_events(row.value, row.benchmark, dispersion=facts["dispersion"], level=level)
    elif row.kind == "rate":
        cases = needed_base(row.value, row.benchmark, level=level)
    else:
        cases = needed_cases(row.value, row.benchmark, variation=facts["variation"], level=level)
    least = facts["least_size" if row.kind == "size" else "least"]
    return float(max(cases, least)) if cases else math.nan
