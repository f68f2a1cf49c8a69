"""Medians of groups with their distribution-free interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats as sps

from .tidy import check_level


def medians(values: ArrayLike, group: ArrayLike, *, level: float = 0.95) -> pd.DataFrame:
    """Median of each group with the interval between two order statistics.

    Parameters
    ----------
    values : array-like (n,)
        NaN values are left out.
    group : array-like (n,)
        Group of each value.
    level : float
        Least level of the intervals.

    Returns
    -------
    DataFrame
        One row a group, indexed by it: ``estimate, conf_low, conf_high, n``; NaN ends where the group is too
        small for any interval of that level (fewer than six values at 95 %).

    Notes
    -----
    The number of values below the median is binomial with one half, whatever the distribution.

    Examples
    --------
    >>> medians([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], ["a"] * 10).loc["a", ["conf_low", "conf_high"]].tolist()
    [2.0, 9.0]
    """
    frame = pd.DataFrame({"value": np.asarray(values, dtype=float), "group": np.asarray(group)}).dropna()
    frame = frame.sort_values(["group", "value"], kind="stable", ignore_index=True)
    grouped = frame.groupby("group", sort=True)["value"]
    found = pd.DataFrame({"estimate": grouped.median(), "n": grouped.size()})
    n = found["n"].to_numpy()
    rank = sps.binom.ppf((1 - check_level(level)) / 2, n, 0.5).astype(int) if len(n) else n
    first, ordered = np.cumsum(n) - n, frame["value"].to_numpy()
    has = rank >= 1
    found["conf_low"], found["conf_high"] = np.nan, np.nan
    found.loc[has, "conf_low"] = ordered[(first + rank - 1)[has]]
    found.loc[has, "conf_high"] = ordered[(first + n - rank)[has]]
    return found[["estimate", "conf_low", "conf_high", "n"]]
