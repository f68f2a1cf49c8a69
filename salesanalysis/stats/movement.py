"""How much a count or a share moves within its units, beyond chance and beyond what all units share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats as sps

from .tidy import check_level

_ROUNDS = 200


@dataclass(frozen=True)
class Movement:
    """Movement within units.

    Attributes
    ----------
    estimate, conf_low, conf_high : float
        Coefficient of variation within units over time, beyond chance and the common course of all units
        (0.2: in a usual period a unit lies 20 % off its own level); NaN where it cannot be told.
    p_value : float
        Of "nothing moves but by chance" (Pearson's chi-square of the two-way fit).
    dispersion : float
        Pearson's chi-square over its degrees of freedom: 1 where chance alone is at work.
    n, units, times : int
        Cells used and the units and times they lie in.
    """

    estimate: float
    conf_low: float
    conf_high: float
    p_value: float
    dispersion: float
    n: int
    units: int
    times: int


def movement(
    frame: pd.DataFrame, count: str, *, unit: str, time: str, base: str = "", level: float = 0.95
) -> Movement:
    """Measure how a count, or the share `count` of `base`, moves within units over time.

    Parameters
    ----------
    frame : DataFrame
        One row per unit and time; what is not there was not observed.
    count, unit, time, base : str
        Columns; without `base` a count, which chance scatters as Poisson, else a share (binomial; Poisson
        where the count exceeds its base somewhere).
    level : float
        Confidence level of the interval.

    Returns
    -------
    Movement

    Notes
    -----
    Expected values are the two-way fit of units and times. The variance beyond chance is a ratio of sums over
    cells; its interval comes from the jackknife over units, on the scale of the variance.

    Examples
    --------
    >>> d = pd.DataFrame({"u": list("aaaabbbb"), "t": [0, 1, 2, 3] * 2, "y": [5, 60, 5, 60, 60, 5, 60, 5]})
    >>> found = movement(d, "y", unit="u", time="t")
    >>> round(found.estimate, 2), found.p_value < 0.001
    (1.37, True)
    """
    data = frame[[unit, time, count, *([base] if base else [])]].dropna()
    if base:
        data = data[data[base] > 0]
    total = data.groupby(unit, observed=True)[count].transform("sum")
    data = data[total > 0]
    rows, units = pd.factorize(data[unit])
    columns, times = pd.factorize(data[time])
    df = len(data) - len(units) - len(times) + 1
    if len(units) < 2 or df < 1:
        return Movement(*[np.nan] * 5, len(data), len(units), len(times))
    y = data[count].to_numpy(dtype=float)
    m = data[base].to_numpy(dtype=float) if base else np.ones(len(y))
    expected = two_way(y, m, rows, columns)
    # A share of one thing in another is binomial; a ratio whose top may exceed its base is a rate of counts.
    is_share = bool(base) and bool((y <= m).all())
    if is_share:
        expected = np.minimum(expected, m)
    variance = expected * (1 - expected / m) if is_share else expected
    known = variance > 1e-12
    chi = float(((y - expected)[known] ** 2 / variance[known]).sum())
    # A fit takes up some of the scatter: df of n cells are left of it.
    excess = np.bincount(rows, (y - expected) ** 2 * len(y) / df - variance, len(units))
    scale = np.bincount(rows, expected**2, len(units))
    square = excess.sum() / scale.sum()
    without = (excess.sum() - excess) / np.maximum(scale.sum() - scale, np.finfo(float).tiny)
    groups = len(units)
    error = np.sqrt((groups - 1) / groups * ((without - without.mean()) ** 2).sum())
    half = sps.t.ppf(0.5 + check_level(level) / 2, groups - 1) * error
    ends = [float(np.sqrt(max(v, 0.0))) for v in (square, square - half, square + half)]
    return Movement(*ends, float(sps.chi2.sf(chi, df)), chi / df, len(y), groups, len(times))


def two_way(y: np.ndarray, m: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Expected values ``m a_i b_t`` with the sums of `y` by row and column: iterative proportional fitting.

    Parameters
    ----------
    y, m : array (n,)
        Counts, not negative, and what they are in proportion to.
    rows, columns : int array (n,)
        Codes from 0 of the unit and of the time of each cell.

    Returns
    -------
    array (n,)

    Examples
    --------
    >>> two_way(np.array([1.0, 3, 2, 6]), np.ones(4), np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])).tolist()
    [1.0, 3.0, 2.0, 6.0]
    """
    fitted = m * y.sum() / m.sum()
    for _ in range(_ROUNDS):
        before = fitted
        for key in (rows, columns):
            have, want = np.bincount(key, fitted), np.bincount(key, y)
            fitted = fitted * np.divide(want, have, out=np.zeros_like(want), where=have > 0)[key]
        if np.abs(fitted - before).max() < 1e-9 * max(1.0, y.max()):
            break
    return fitted
