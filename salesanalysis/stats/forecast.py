"""How wrong forecasts have been, which method to take, and how wide the next one has to be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats as sps

from .pace import Ahead

#: What is taken for granted of shared errors before any was seen: their sd, and its weight in forecasts.
USUAL_SD, WEIGHT = 0.12, 4.0
#: Growth of the shared error's sd from one stretch to the next one beyond it.
STEP = 1.0


@dataclass(frozen=True)
class Paired:
    """Difference of two methods' absolute percentage errors over the same forecasts."""

    difference: float
    std_error: float

    @property
    def is_clear(self) -> bool:
        """Whether the difference exceeds one standard error."""
        return bool(abs(self.difference) > self.std_error)


def paired(first: ArrayLike, second: ArrayLike, overlap: float = 1.0) -> Paired:
    """Compare two methods by their absolute percentage errors.

    Parameters
    ----------
    first, second : array-like (forecasts,)
        Absolute percentage errors.
    overlap : float
        How many forecasts share the same days; the variance of the mean is that many times larger.

    Examples
    --------
    >>> found = paired([0.1, 0.2, 0.1, 0.2], [0.2, 0.4, 0.2, 0.2])
    >>> round(found.difference, 3), round(found.std_error, 3), found.is_clear
    (-0.1, 0.041, True)
    """
    gap = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    gap = gap[np.isfinite(gap)]
    if len(gap) < 2:
        return Paired(float("nan"), float("inf"))
    free = max(len(gap) / max(overlap, 1.0), 1.0)
    return Paired(float(gap.mean()), float(gap.std(ddof=1) / np.sqrt(free)))


def shared_error(actual: ArrayLike, mean: ArrayLike, variance: ArrayLike, overlap: float = 1.0) -> float:
    """Return the variance of the factor by which reality missed forecasts, beyond chance of single events.

    Parameters
    ----------
    actual, mean, variance : array-like (forecasts,)
        What happened, what was expected, and the variance by chance alone.
    overlap : float
        How many forecasts share the same days.

    Notes
    -----
    ``sum((actual - mean)^2 - variance) / sum(mean^2)``, not below 0, averaged with the square of `USUAL_SD`,
    which counts as `WEIGHT` forecasts that share no day with another one.

    Examples
    --------
    >>> round(shared_error([120, 80, 120, 80], [100] * 4, [100] * 4), 4)
    0.0222
    """
    y, m, v = (np.asarray(x, dtype=float) for x in (actual, mean, variance))
    known = np.isfinite(y) & np.isfinite(m) & (m > 0)
    if not known.any():
        return USUAL_SD**2
    y, m, v = y[known], m[known], v[known]
    found = max(float(((y - m) ** 2 - v).sum() / (m**2).sum()), 0.0)
    free = known.sum() / max(overlap, 1.0)
    return float((free * found + WEIGHT * USUAL_SD**2) / (free + WEIGHT))


def draw_ahead(
    mean: np.ndarray,
    variance: np.ndarray,
    shared: np.ndarray,
    *,
    is_count: bool,
    draws: int = 2000,
    seed: int = 0,
) -> np.ndarray:
    """Draw weekly totals of one series whose level may be off as forecasts have been.

    Parameters
    ----------
    mean, variance : array (weeks,)
        Expected totals, and their variance by chance alone.
    shared : array (weeks,)
        Variance of the factor by which the level may be off, week by week; it does not fall.
    is_count : bool
        Draw whole numbers.

    Returns
    -------
    array (draws, weeks)

    Examples
    --------
    >>> found = draw_ahead(np.full(13, 20.0), np.full(13, 20.0), np.full(13, 0.01), is_count=True)
    >>> bool(abs(found.sum(axis=1).mean() - 260) < 3), bool(26 < found.sum(axis=1).std() < 36)
    (True, True)
    """
    rng = np.random.default_rng(seed)
    log = np.log1p(np.maximum.accumulate(shared))
    steps = np.sqrt(np.diff(log, prepend=0.0).clip(min=0.0))
    walk = np.cumsum(rng.normal(size=(draws, len(mean))) * steps, axis=1)
    level = np.exp(walk - log / 2)
    centre = np.maximum(mean, 1e-12) * level
    if is_count:
        over = max(float(variance.sum() / max(mean.sum(), 1e-12)), 1.0) - 1.0
        rate = rng.gamma(np.maximum(centre / over, 1e-12), over) if over > 1e-6 else centre
        return rng.poisson(rate).astype(float)
    shape = np.maximum(centre**2 / np.maximum(variance * level, 1e-12), 1e-9)
    return rng.gamma(shape, centre / shape)


def shared_by_week(first: float, weeks: int, stretch: int = 13) -> np.ndarray:
    """Return the variance of the level's error for each week: that of forecasts of a stretch, then growing.

    Examples
    --------
    >>> shared_by_week(0.04, 27)[[0, 12, 26]].round(3).tolist()
    [0.04, 0.04, 0.083]
    """
    beyond = np.maximum(np.arange(1, weeks + 1) - stretch, 0) / stretch
    return first * (1 + STEP**2 * beyond)


def covered(draws: np.ndarray, actual: float, level: float) -> bool:
    """Tell whether the central interval of draws holds what happened.

    Examples
    --------
    >>> covered(np.arange(101.0), 5.0, 0.8), covered(np.arange(101.0), 50.0, 0.8)
    (False, True)
    """
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return bool(low <= actual <= high)


def ends(
    mean: ArrayLike, variance: ArrayLike, *, level: float = 0.8, is_count: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return the central interval of totals with these means and variances: gamma, or counts that vary so.

    Examples
    --------
    >>> low, high = ends([100.0], [400.0], level=0.8)
    >>> low.round(1).tolist(), high.round(1).tolist()
    ([75.4], [126.3])
    """
    m, v = np.maximum(np.asarray(mean, dtype=float), 1e-12), np.asarray(variance, dtype=float)
    if is_count:
        return Ahead(m, np.maximum(v, m)).interval(level)
    shape = m**2 / np.maximum(v, 1e-12)
    tail = (1 - level) / 2
    return tuple(np.nan_to_num(sps.gamma.ppf(q, shape, scale=m / shape)) for q in (tail, 1 - tail))


def reach(mean: float, variance: float, need: float, *, is_count: bool = False) -> float:
    """Return the chance that a total with this mean and variance is at least `need`.

    Examples
    --------
    >>> round(reach(100.0, 400.0, 100.0), 2), reach(100.0, 400.0, 0.0)
    (0.47, 1.0)
    """
    m, v = max(float(mean), 1e-12), max(float(variance), 1e-12)
    if need <= 0:
        return 1.0
    if is_count:
        return float(Ahead(np.asarray(m), np.asarray(max(v, m))).chance(need))
    return float(sps.gamma.sf(need, m**2 / v, scale=v / m))


def draw_totals(
    mean: np.ndarray, variance: np.ndarray, shared: tuple[float, float], *, is_count: bool, draws: int
) -> np.ndarray:
    """Draw totals of several units whose level may be off together, and each by itself.

    Parameters
    ----------
    mean, variance : array (units,)
        Expected totals, and their variance by chance alone.
    shared : tuple of two numbers
        Variance of the factor by which all may be off, and, beyond it, that of each.
    is_count : bool
        Draw whole numbers.
    draws : int

    Returns
    -------
    array (draws, units)

    Examples
    --------
    >>> found = draw_totals(np.full(4, 50.0), np.full(4, 90.0), (0.01, 0.04), is_count=False, draws=4000)
    >>> bool(abs(found.sum(axis=1).mean() - 200) < 2), bool(33 < found.sum(axis=1).std() < 37)
    (True, True)
    """
    rng = np.random.default_rng(0)
    logs = [np.log1p(s) for s in shared]
    level = np.exp(rng.normal(-logs[0] / 2, np.sqrt(logs[0]), (draws, 1)))
    level = level * np.exp(rng.normal(-logs[1] / 2, np.sqrt(logs[1]), (draws, len(mean))))
    centre = np.maximum(mean, 1e-12) * level
    if is_count:
        over = np.maximum(variance / np.maximum(mean, 1e-12), 1.0) - 1.0
        wide = rng.gamma(np.maximum(centre / np.maximum(over, 1e-6), 1e-12), np.maximum(over, 1e-6))
        return rng.poisson(np.where(over > 1e-6, wide, centre)).astype(float)
    shape = np.maximum(centre**2 / np.maximum(variance * level, 1e-12), 1e-9)
    return rng.gamma(shape, centre / shape)
