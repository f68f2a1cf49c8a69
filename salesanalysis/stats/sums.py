"""Intervals from sums alone: means and totals whose single values stayed in the database."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats as sps

from .interval import Interval, poisson_exact, wilson
from .tidy import check_level


def mean_from_sums(total: ArrayLike, squares: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> Interval:
    """Student t interval of a mean from the sum, the sum of squares and the number of values.

    Parameters
    ----------
    total, squares, n : array-like
        Sum of the values, sum of their squares, how many they are.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        NaN ends with fewer than two values.

    Notes
    -----
    Equal to `mean_t` of the values themselves.

    Examples
    --------
    >>> found = mean_from_sums(6.0, 14.0, 3)
    >>> round(found.conf_low, 4), round(found.conf_high, 4)
    (-0.4841, 4.4841)
    """
    s, q, m = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (total, squares, n)))
    known, many = np.where(m > 0, m, np.nan), np.where(m > 1, m, np.nan)
    mean = s / known
    # Rounding may leave a variance of equal values just below zero.
    variance = np.maximum(q - s * mean, 0.0) / (many - 1)
    half = sps.t.ppf(0.5 + check_level(level) / 2, many - 1) * np.sqrt(variance / many)
    return _interval(mean, mean - half, mean + half, m, level, "t")


def scaled_poisson(total: ArrayLike, squares: ArrayLike, *, level: float = 0.95) -> Interval:
    """Interval of a sum of sizes over a random number of events, such as the value of all orders.

    Parameters
    ----------
    total, squares : array-like
        Sum of the sizes and sum of their squares; sizes are not negative.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        NaN ends without events. `n` is the number of events of equal size with the same spread.

    Notes
    -----
    Compound Poisson by a scaled Poisson variable: with scale ``squares / total`` both the mean and the
    variance agree (Bohm and Zech 2014). Equal sizes give the exact Poisson interval times the size.

    Examples
    --------
    >>> found = scaled_poisson(100.0, 1000.0)
    >>> round(found.conf_low, 3), round(found.conf_high, 3)
    (47.954, 183.904)
    """
    s, q = np.broadcast_arrays(np.asarray(total, dtype=float), np.asarray(squares, dtype=float))
    scale = q / np.where(s > 0, s, np.nan)
    events = s / scale
    ends = poisson_exact(np.where(np.isnan(events), 0.0, events), level=level)
    return _interval(s, ends.conf_low * scale, ends.conf_high * scale, events, level, "scaled_poisson")


def ratio_of_counts(count: ArrayLike, base: ArrayLike, *, level: float = 0.95) -> Interval:
    """Interval of the ratio of two independent counts, from the share of the first in both together.

    Parameters
    ----------
    count, base : array-like
        Events of the two kinds; `count` need not be part of `base`.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        NaN where `base` is zero.

    Notes
    -----
    Given their sum, the first of two Poisson counts is binomial; the Wilson interval of its share is carried
    over to the odds.

    Examples
    --------
    >>> found = ratio_of_counts(30, 20)
    >>> round(found.estimate, 2), round(found.conf_low, 2), round(found.conf_high, 2)
    (1.5, 0.86, 2.62)
    """
    k, m = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(base, dtype=float))
    share = wilson(k, k + m, level=level)
    some = np.where(m > 0, 1.0, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = (np.asarray(end) / (1 - np.asarray(end)) for end in (share.conf_low, share.conf_high))
        return _interval(k / m * some, low * some, high * some, m, level, "ratio_of_counts")


def _interval(
    estimate: np.ndarray, low: np.ndarray, high: np.ndarray, n: np.ndarray, level: float, method: str
) -> Interval:
    parts = [np.asarray(part, dtype=float) for part in (estimate, low, high, n)]
    if parts[0].ndim == 0:
        parts = [float(part) for part in parts]
    return Interval(*parts, level, method)
