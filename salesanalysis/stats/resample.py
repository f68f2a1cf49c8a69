"""Intervals of values worked out from several sums, such as products of ratios: bootstrap or delta."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy import stats as sps

from .interval import Interval
from .tidy import check_level

#: Takes sums of shape (rows, measures) and returns one value a row; NaN where it has none.
Statistic = Callable[[np.ndarray], np.ndarray]

#: A cell with more records, or more records in all, is left to the delta method, which uses them all too.
MAX_CELL, MAX_RECORDS = 2_000, 500_000
DRAWS = 1_000
#: An interval stands only where this share of the draws has a value.
_MOST = 0.9


def of_sums(
    records: np.ndarray, cells: np.ndarray, statistic: Statistic, *, level: float = 0.95, seed: int = 0
) -> tuple[Interval, np.ndarray]:
    """Interval of a statistic of sums over records, for each cell of a table.

    Parameters
    ----------
    records : array (n, measures)
        What each record adds to each sum.
    cells : array of int (n,)
        Cell of each record, numbered from 0 without gaps.
    statistic : callable
        See `Statistic`.
    level : float
        Confidence level.
    seed : int
        Equal records give equal ends, whichever other cells there are and however rows are ordered.

    Returns
    -------
    tuple of Interval and array of str
        One value a cell, `n` the records; and the method of each: ``bootstrap`` or ``delta``.

    Notes
    -----
    Records are drawn by the Poisson bootstrap (each weighs 0, 1, 2 … times with mean 1), so that their number
    varies as it would; percentile ends of 1,000 draws. Nothing is sub-sampled: in a cell of more than 2,000
    records, or with more than 500,000 in all, the delta method takes the same variance from the products of
    the records and the slope of the statistic, with Student t. NaN ends with fewer than two records, where
    more than a tenth of the draws have no value, and where records show no spread at all.

    Examples
    --------
    >>> sizes = np.array([[4.0, 1.0], [6.0, 1.0], [8.0, 1.0], [2.0, 1.0]])
    >>> found, how = of_sums(sizes, np.zeros(4, dtype=int), lambda s: s[:, 0] / s[:, 1])
    >>> float(found.estimate[0]), str(how[0]), bool(found.conf_low[0] < 5 < found.conf_high[0])
    (5.0, 'bootstrap', True)
    """
    check_level(level)
    count = np.bincount(cells) if len(cells) else np.zeros(0, dtype=int)
    sums = np.stack([np.bincount(cells, weights=column) for column in records.T], axis=1)
    products = second_moments(records, cells, len(count))
    ends = delta(sums, products, count, statistic, level=level)
    low, high = np.array(ends.conf_low), np.array(ends.conf_high)
    how = np.full(len(count), "delta", dtype=object)
    if len(records) <= MAX_RECORDS:
        drawn = (count >= 2) & (count <= MAX_CELL)
        how[drawn] = "bootstrap"
        low[drawn], high[drawn] = _drawn(records, cells, np.flatnonzero(drawn), statistic, (level, seed))
    flat = ~(high - low > 1e-12 * np.abs(low))  # equal records say nothing of how they would differ
    low[flat], high[flat] = np.nan, np.nan
    return Interval(ends.estimate, low, high, count, level, "of_sums"), how


def second_moments(records: np.ndarray, cells: np.ndarray, size: int) -> np.ndarray:
    """Return the sums of products of every two measures by cell: (cells, measures, measures).

    They add up over cells, so that a pool of cells has its variance without the records.

    Examples
    --------
    >>> second_moments(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0, 0]), 1).tolist()
    [[[10.0, 14.0], [14.0, 20.0]]]
    """
    width = records.shape[1]
    found = np.zeros((size, width, width))
    for i in range(width):
        for j in range(i, width):
            found[:, i, j] = np.bincount(cells, weights=records[:, i] * records[:, j], minlength=size)
            found[:, j, i] = found[:, i, j]
    return found


def delta(
    sums: np.ndarray, products: np.ndarray, n: np.ndarray, statistic: Statistic, *, level: float = 0.95
) -> Interval:
    """Delta-method interval of a statistic of sums, Student t on the records less one.

    Parameters
    ----------
    sums : array (cells, measures)
        Sums over the records of each cell.
    products : array (cells, measures, measures)
        As from `second_moments`.
    n : array (cells,)
        Records of each cell.
    statistic : callable
        See `Statistic`.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        NaN ends with fewer than two records.

    Notes
    -----
    The number of records is random too (compound Poisson): the variance of the sums is that of `products`
    without a mean taken off. A ratio of sums does not feel the difference.

    Examples
    --------
    >>> sums, products = np.array([[6.0, 3.0]]), np.array([[[14.0, 6.0], [6.0, 3.0]]])
    >>> found = delta(sums, products, np.array([3]), lambda s: s[:, 0] / s[:, 1])
    >>> round(float(found.conf_low[0]), 3), round(float(found.conf_high[0]), 3)
    (-0.028, 4.028)
    """
    statistic, sums = _quietly(statistic), np.asarray(sums, dtype=float)
    estimate = statistic(sums)
    slopes = np.empty_like(sums)
    for j in range(sums.shape[1]):
        step = 1e-6 * np.maximum(np.abs(sums[:, j]), 1.0)
        up, down = sums.copy(), sums.copy()
        up[:, j] += step
        down[:, j] -= step
        slopes[:, j] = (statistic(up) - statistic(down)) / (2 * step)
    variance = np.einsum("ci,cij,cj->c", slopes, products, slopes)
    free = np.where(n > 1, n - 1.0, np.nan)
    half = sps.t.ppf(0.5 + check_level(level) / 2, free) * np.sqrt(np.maximum(variance, 0.0))
    return Interval(estimate, estimate - half, estimate + half, n, level, "delta")


def _drawn(
    records: np.ndarray, cells: np.ndarray, chosen: np.ndarray, statistic: Statistic, how: tuple[float, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Percentile ends of the chosen cells; cells of one size share their weights."""
    level, seed = how
    order = np.lexsort((*records.T[::-1], cells))
    count = np.bincount(cells)
    starts = np.concatenate([[0], np.cumsum(count)[:-1]])
    low, high = np.full(len(count), np.nan), np.full(len(count), np.nan)
    for size in np.unique(count[chosen]):
        weights = _weights(int(size), seed)
        for cell in chosen[count[chosen] == size]:
            inside = order[starts[cell] : starts[cell] + size]
            values = _quietly(statistic)(weights @ records[inside])
            known = values[np.isfinite(values)]
            if len(known) >= _MOST * DRAWS:
                low[cell], high[cell] = np.quantile(known, [0.5 - level / 2, 0.5 + level / 2])
    return low[chosen], high[chosen]


@lru_cache(maxsize=8)
def _weights(size: int, seed: int) -> np.ndarray:
    return np.random.default_rng([seed, size]).poisson(1.0, (DRAWS, size)).astype(float)


def _quietly(statistic: Statistic) -> Statistic:
    """Return `statistic` without warnings of divisions by zero, which give NaN."""

    def value(sums: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(statistic(sums), dtype=float)

    return value
