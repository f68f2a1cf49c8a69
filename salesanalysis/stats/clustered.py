"""Shares of cases that come in clusters, such as the quarters of one rep: fewer independent than counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats as sps

from ..core.errors import InvalidInput
from .interval import Interval, wilson
from .tidy import check_level


def clustered_share(is_success: ArrayLike, cluster: ArrayLike, *, level: float = 0.95) -> Interval:
    """Wilson interval of a share by as many independent cases as the clusters are worth.

    Parameters
    ----------
    is_success : array-like of bool (n,)
        Outcome of each case.
    cluster : array-like (n,)
        What the case belongs to.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        NaN without cases; NaN ends with fewer than two clusters. `n` counts the cases.

    Notes
    -----
    Effective number of cases by the ratio estimator's variance between clusters, never above the number
    counted, times ``(z / t)^2`` for the clusters less one (Korn and Graubard 1998, on Wilson's interval).
    Where all cases end alike they say nothing of how clusters differ, and all of them are counted.

    Examples
    --------
    >>> found = clustered_share([1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0], list("aaaabbbbcccc"))
    >>> found.estimate, round(found.conf_low, 2), round(found.conf_high, 2)
    (0.5, 0.04, 0.96)
    """
    y, of = np.asarray(is_success, dtype=float), np.asarray(cluster)
    if y.shape != of.shape or y.ndim != 1:
        raise InvalidInput("Outcomes and clusters must be lists of the same length.")
    codes, known = pd.factorize(of)
    groups, count = len(known), len(y)
    if not count:
        return Interval(np.nan, np.nan, np.nan, 0, check_level(level), "clustered_share")
    share = float(y.mean())
    if groups < 2:
        return Interval(share, np.nan, np.nan, count, check_level(level), "clustered_share")
    worth = float(_worth(y, codes, groups))
    tail = 0.5 + check_level(level) / 2
    worth *= (sps.norm.ppf(tail) / sps.t.ppf(tail, groups - 1)) ** 2
    ends = wilson(share * worth, worth, level=level)
    return Interval(share, float(ends.conf_low), float(ends.conf_high), count, level, "clustered_share")


def _worth(y: np.ndarray, codes: np.ndarray, groups: int) -> float:
    """Return how many independent cases scatter as much as these clusters do."""
    share, count = y.mean(), len(y)
    alone = share * (1 - share) / count
    if not alone:
        return count
    size, hits = np.bincount(codes), np.bincount(codes, y)
    between = groups / (groups - 1) * ((hits - share * size) ** 2).sum() / count**2
    return min(count * alone / between, count) if between else count
