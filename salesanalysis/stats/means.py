"""Is the mean size of a unit's cases further from the others' than chance allows? On the log scale."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats as sps

from ..core.errors import InvalidInput


def funnel_means(values: ArrayLike, unit: ArrayLike) -> pd.DataFrame:
    """Test each unit's sizes against those of all other units together (t-test of logs, common spread).

    Parameters
    ----------
    values : array-like (cases,)
        Positive sizes.
    unit : array-like (cases,)
        Unit of each case.

    Returns
    -------
    DataFrame
        Indexed by unit: ``n, estimate`` (mean), ``expected`` (mean of the others), ``p_value`` (two-sided;
        missing with no case elsewhere or fewer than three cases in all), ``variation`` (standard deviation
        of a size as a share of its mean, the same for all).

    Notes
    -----
    Sizes are skewed, so that a few large ones make means jump: logs are compared, and with one spread for
    all units a difference of logs is a ratio of means.

    Examples
    --------
    >>> found = funnel_means([1, 2, 3, 10, 20, 30], list("aaabbb"))
    >>> found["estimate"].tolist(), found["p_value"].round(3).tolist()
    ([2.0, 20.0], [0.007, 0.007])
    """
    sizes = np.asarray(values, dtype=float)
    units = pd.Index(np.asarray(unit), name="unit")
    if sizes.shape != units.shape or sizes.ndim != 1:
        raise InvalidInput("Sizes and units must be lists of the same length, one value a case.")
    if not (sizes > 0).all():
        raise InvalidInput("Sizes must be known and positive.")
    log = pd.Series(np.log(sizes), index=units)
    by = log.groupby(level=0, observed=True)
    n, mean = by.size(), by.mean()
    free = len(log) - len(n)
    spread = math.sqrt(((log - by.transform("mean")) ** 2).sum() / free) if free > 0 else math.nan
    rest = len(log) - n
    others = (log.sum() - n * mean) / rest.where(rest > 0)
    error = spread * np.sqrt(1 / n + 1 / rest.where(rest > 0))
    total = pd.Series(sizes, index=units).groupby(level=0, observed=True).sum()
    return pd.DataFrame(
        {
            "n": n,
            "estimate": total / n,
            "expected": (sizes.sum() - total) / rest.where(rest > 0),
            "p_value": 2 * sps.t.sf(np.abs(mean - others) / error, max(free, 1)),
            "variation": math.sqrt(math.expm1(spread**2)) if free > 0 else math.nan,
        }
    )
