"""Two values set side by side: the interval of their difference, or of their ratio."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .interval import Interval, wilson


def square_and_add(one: Interval, two: Interval) -> Interval:
    """Interval of the difference of two independent estimates, first minus second, from their own intervals.

    Parameters
    ----------
    one, two : Interval
        Estimates with the ends of their intervals; arrays of one shape or numbers. An end equal to the
        estimate says that it is known exactly, as a goal is.

    Returns
    -------
    Interval
        `n` is the sum of both; NaN where either has no interval.

    Notes
    -----
    The distances from each estimate to its ends are squared and added (Zou and Donner 2008). With Wilson
    intervals this is Newcombe's method 10 for the difference of two shares.

    Examples
    --------
    >>> found = square_and_add(wilson(56, 70), wilson(48, 80))
    >>> round(found.conf_low, 4), round(found.conf_high, 4)
    (0.0524, 0.3339)
    """
    a, b = (np.asarray(side.estimate, dtype=float) for side in (one, two))
    below = np.hypot(a - one.conf_low, np.asarray(two.conf_high) - b)
    above = np.hypot(np.asarray(one.conf_high) - a, b - np.asarray(two.conf_low))
    difference = a - b
    n = np.asarray(one.n) + two.n
    return _interval((difference, difference - below, difference + above, n), one.level, "square_and_add")


def rate_ratio(
    counts: tuple[ArrayLike, ArrayLike], exposures: tuple[ArrayLike, ArrayLike], *, level: float = 0.95
) -> Interval:
    """Interval of the ratio of two Poisson rates, first to second.

    Parameters
    ----------
    counts, exposures : pair of array-like
        Events and the time (days, calls) in which they happened, of the first and of the second.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        `n` is the sum of both counts. Without events in the second the ratio and its upper end are infinite;
        without any events there is no interval.

    Notes
    -----
    Given their sum, the first of two Poisson counts is binomial: the Wilson interval of its share is carried
    over to the odds, and the odds divided by the ratio of exposures.

    Examples
    --------
    >>> found = rate_ratio((30, 20), (60, 60))
    >>> round(found.estimate, 2), round(found.conf_low, 2), round(found.conf_high, 2)
    (1.5, 0.86, 2.62)
    """
    first, second = (np.asarray(c, dtype=float) for c in counts)
    time, other_time = (np.asarray(e, dtype=float) for e in exposures)
    share = wilson(first, first + second, level=level)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(time > 0, other_time / time, np.nan)
        ends = [np.asarray(end) / (1 - np.asarray(end)) * scale for end in (share.conf_low, share.conf_high)]
        ratio = first / second * scale
    return _interval((ratio, *ends, first + second), level, "rate_ratio")


def ratio_of_totals(one: Interval, two: Interval) -> Interval:
    """Interval of the ratio of two independent totals above zero, from their own intervals.

    Parameters
    ----------
    one, two : Interval
        Totals with the ends of their intervals, such as `scaled_poisson` gives.

    Returns
    -------
    Interval
        NaN where either is not above zero or has no interval.

    Notes
    -----
    `square_and_add` on the log scale.

    Examples
    --------
    >>> from salesanalysis.stats import scaled_poisson
    >>> found = ratio_of_totals(scaled_poisson(300.0, 3000.0), scaled_poisson(200.0, 2000.0))
    >>> round(found.estimate, 2), round(found.conf_low, 2), round(found.conf_high, 2)
    (1.5, 0.83, 2.76)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = [
            Interval(*(_log(v) for v in (s.estimate, s.conf_low, s.conf_high)), s.n, s.level, s.method)
            for s in (one, two)
        ]
        found = square_and_add(*logs)
        ends = [np.exp(v) for v in (found.estimate, found.conf_low, found.conf_high)]
    return _interval((*ends, found.n), one.level, "ratio_of_totals")


def _log(value: ArrayLike) -> np.ndarray:
    numbers = np.asarray(value, dtype=float)
    return np.log(np.where(numbers > 0, numbers, np.nan))


def _interval(parts: tuple[ArrayLike, ...], level: float, method: str) -> Interval:
    arrays = [np.asarray(part, dtype=float) for part in parts]
    if arrays[0].ndim == 0:
        arrays = [float(part) for part in arrays]
    return Interval(*arrays, level, method)
