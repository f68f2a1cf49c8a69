"""Intervals for shares, rates, means, differences of shares and correlations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats as sps
from scipy.special import bdtr

from ..core.errors import InvalidInput
from .tidy import check_level


@dataclass(frozen=True, eq=False)
class Interval:
    """An estimate with its interval; arrays when the input was an array, numbers when it was a number.

    Parameters
    ----------
    estimate, conf_low, conf_high : array or float
        Values; NaN where the base is zero.
    n : array or float
        Base of each value.
    level : float
        Confidence level.
    method : str
        Name of the method.
    """

    estimate: np.ndarray | float
    conf_low: np.ndarray | float
    conf_high: np.ndarray | float
    n: np.ndarray | float
    level: float
    method: str


def wilson(successes: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> Interval:
    """Wilson score interval of a share.

    Parameters
    ----------
    successes, n : array-like
        Successes and trials.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        NaN where ``n`` is zero.

    Notes
    -----
    Wilson (1927); the value of R's ``prop.test(correct = FALSE)``.

    Examples
    --------
    >>> found = wilson(2, 13)
    >>> round(found.conf_low, 4), round(found.conf_high, 4)
    (0.0433, 0.4223)
    """
    k, m = _counts(successes, n)
    z = sps.norm.ppf(0.5 + check_level(level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(m > 0, k / m, np.nan)
        centre = (share + z**2 / (2 * m)) / (1 + z**2 / m)
        half = z / (1 + z**2 / m) * np.sqrt(share * (1 - share) / m + z**2 / (4 * m**2))
    # Exact ends at no and at all successes, where rounding would leave a trace.
    low = np.where(k == 0, np.where(m > 0, 0.0, np.nan), centre - half)
    high = np.where(k == m, np.where(m > 0, 1.0, np.nan), centre + half)
    return _interval(share, (low, high), m, level=level, method="wilson")


def poisson_exact(count: ArrayLike, exposure: ArrayLike = 1.0, *, level: float = 0.95) -> Interval:
    """Exact (Garwood) interval of a rate: count per exposure.

    Parameters
    ----------
    count : array-like
        Events, not negative.
    exposure : array-like
        Periods, working days or whatever the rate is per.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        `n` carries the exposure.

    Notes
    -----
    Garwood (1936); the value of R's ``poisson.test``.

    Examples
    --------
    >>> found = poisson_exact(10)
    >>> round(found.conf_low, 4), round(found.conf_high, 4)
    (4.7954, 18.3904)
    """
    k, time = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(exposure, dtype=float))
    if (k < 0).any() or (time < 0).any():
        raise InvalidInput("Counts and exposures cannot be negative.")
    tail = (1 - check_level(level)) / 2
    base = np.where(time > 0, time, np.nan)
    low = np.where(k > 0, sps.chi2.ppf(tail, 2 * np.maximum(k, 0.5)) / 2, np.where(np.isnan(k), np.nan, 0.0))
    high = sps.chi2.isf(tail, 2 * (k + 1)) / 2
    return _interval(k / base, (low / base, high / base), time, level=level, method="garwood")


def mean_t(values: ArrayLike, *, level: float = 0.95) -> Interval:
    """Student t interval of a mean; NaN values are left out.

    Examples
    --------
    >>> found = mean_t([1.0, 2.0, 3.0])
    >>> round(found.conf_low, 4), round(found.conf_high, 4)
    (-0.4841, 4.4841)
    """
    check_level(level)
    known = _known(values)
    n = known.size
    centre = known.mean() if n else np.nan
    half = np.nan
    if n > 1:
        half = sps.t.ppf(0.5 + level / 2, n - 1) * known.std(ddof=1) / np.sqrt(n)
    return Interval(float(centre), float(centre - half), float(centre + half), n, level, "t")


def bootstrap(
    values: ArrayLike,
    statistic: Callable[..., np.ndarray] = np.mean,
    *,
    level: float = 0.95,
    draws: int = 2000,
    seed: int = 0,
) -> Interval:
    """Percentile bootstrap interval of any statistic of one sample; NaN values are left out.

    Parameters
    ----------
    values : array-like (n,)
        Independent values, one a unit.
    statistic : callable
        Takes an array and ``axis``, like ``numpy.mean`` or ``numpy.median``.
    level : float
        Confidence level.
    draws, seed : int
        Resamples and the seed: equal input gives equal output.

    Returns
    -------
    Interval
        NaN ends with fewer than two values.

    Examples
    --------
    >>> found = bootstrap([1.0, 2.0, 3.0, 4.0, 20.0], np.median)
    >>> found.estimate, found.conf_low, found.conf_high
    (3.0, 1.0, 20.0)
    """
    check_level(level)
    known = _known(values)
    if known.size == 0:
        return Interval(np.nan, np.nan, np.nan, 0, level, "bootstrap")
    low = high = np.nan
    if known.size > 1:
        rng = np.random.default_rng(seed)
        # In blocks, so that memory stays flat however long the sample is.
        block = max(1, 2_000_000 // known.size)
        parts = [
            statistic(known[rng.integers(known.size, size=(min(block, draws - done), known.size))], axis=1)
            for done in range(0, draws, block)
        ]
        low, high = np.quantile(np.concatenate(parts), [0.5 - level / 2, 0.5 + level / 2])
    return Interval(float(statistic(known, axis=0)), float(low), float(high), known.size, level, "bootstrap")


def newcombe(
    successes: tuple[ArrayLike, ArrayLike], n: tuple[ArrayLike, ArrayLike], *, level: float = 0.95
) -> Interval:
    """Newcombe's hybrid score interval of the difference of two independent shares, first minus second.

    Parameters
    ----------
    successes, n : pair of array-like
        Successes and trials of the first and the second group.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        `n` is the sum of both bases.

    Notes
    -----
    Newcombe (1998), method 10; the paper's example 56/70 minus 48/80 is 0.2 [0.0524, 0.3339].

    Examples
    --------
    >>> found = newcombe((56, 48), (70, 80))
    >>> round(found.conf_low, 4), round(found.conf_high, 4)
    (0.0524, 0.3339)
    """
    one, two = (wilson(k, m, level=level) for k, m in zip(successes, n, strict=True))
    difference = np.asarray(one.estimate) - two.estimate
    below = np.hypot(np.asarray(one.estimate) - one.conf_low, np.asarray(two.conf_high) - two.estimate)
    above = np.hypot(np.asarray(one.conf_high) - one.estimate, np.asarray(two.estimate) - two.conf_low)
    base = np.asarray(one.n) + two.n
    return _interval(
        difference, (difference - below, difference + above), base, level=level, method="newcombe"
    )


def correlation_interval(
    r: ArrayLike, n: ArrayLike, *, level: float = 0.95, spearman: bool = False
) -> Interval:
    """Fisher z interval of a correlation.

    Parameters
    ----------
    r, n : array-like
        Correlations and pairs behind them; pairs must be independent.
    level : float
        Confidence level.
    spearman : bool
        Widen for ranks: the variance of z is ``(1 + r^2 / 2) / (n - 3)`` (Bonett and Wright 2000).

    Returns
    -------
    Interval
        NaN with fewer than four pairs.

    Examples
    --------
    >>> found = correlation_interval(0.5, 28)
    >>> round(found.conf_low, 4), round(found.conf_high, 4)
    (0.156, 0.7358)
    """
    value, pairs = np.broadcast_arrays(np.asarray(r, dtype=float), np.asarray(n, dtype=float))
    if (np.abs(value) > 1 + 1e-9).any():
        raise InvalidInput("A correlation lies between -1 and 1.")
    value = np.clip(value, -1, 1)
    free = np.where(pairs > 3, pairs - 3, np.nan)
    half = sps.norm.ppf(0.5 + check_level(level) / 2) * np.sqrt(
        (1 + (value**2 / 2 if spearman else 0)) / free
    )
    # A perfect correlation has no finite z; its interval closes onto itself.
    z = np.arctanh(np.clip(value, -1 + 1e-15, 1 - 1e-15))
    return _interval(value, (np.tanh(z - half), np.tanh(z + half)), pairs, level=level, method="fisher_z")


def _counts(successes: ArrayLike, n: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    k, m = np.broadcast_arrays(np.asarray(successes, dtype=float), np.asarray(n, dtype=float))
    if (k < 0).any() or (k > m).any():
        raise InvalidInput("Successes must lie between 0 and the number of trials.")
    return k, m


def _known(values: ArrayLike) -> np.ndarray:
    flat = np.asarray(values, dtype=float).ravel()
    return flat[~np.isnan(flat)]


def _interval(
    estimate: np.ndarray, ends: tuple[np.ndarray, np.ndarray], n: np.ndarray, *, level: float, method: str
) -> Interval:
    parts = [np.asarray(part, dtype=float) for part in (estimate, *ends, n)]
    if parts[0].ndim == 0:
        parts = [float(part) for part in parts]
    return Interval(*parts, level, method)


def binomial_p(successes: int, n: int, share: float = 0.5) -> float:
    """Return the two-sided p-value that so many of n came by chance at this share; missing without any.

    Examples
    --------
    >>> round(binomial_p(9, 10), 4)
    0.0215
    """
    if n and share == 0.5:  # both tails are alike, and many are asked for
        return min(1.0, 2 * float(bdtr(min(successes, n - successes), n, share)))
    return float(sps.binomtest(successes, n, share).pvalue) if n else float("nan")
