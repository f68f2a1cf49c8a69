"""XmR control chart: individual values against limits from their moving ranges, and how often it is wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..core.errors import InvalidInput

#: Limits lie this many mean moving ranges off the mean (three standard deviations of independent values).
FACTOR = 2.66
#: Fewest values that limits are drawn from.
BASELINE = 20


@dataclass(frozen=True, eq=False)
class Xmr:
    """Limits of a series, and which watched values lie beyond.

    Attributes
    ----------
    mean, low, high : float
        Mean of the baseline and the limits.
    distance : array
        Of each watched value from the mean, in half-widths of the limits; beyond 1 is a signal.
    """

    mean: float
    low: float
    high: float
    distance: np.ndarray

    @property
    def signals(self) -> np.ndarray:
        """Which of the watched values lie beyond the limits."""
        return np.abs(self.distance) > 1


def xmr(values: ArrayLike, *, watched: int) -> Xmr:
    """Set the last `watched` values against limits from those before.

    Raises
    ------
    InvalidInput
        Fewer than 20 values before the watched ones, or missing values.

    Notes
    -----
    Mean ± 2.66 mean|moving range|; rule 1 only (a value beyond a limit).

    Examples
    --------
    >>> found = xmr([10, 12] * 10 + [11, 20], watched=2)
    >>> round(found.high, 2), found.signals.tolist()
    (16.32, [False, True])
    """
    x = np.asarray(values, dtype=float)
    if np.isnan(x).any():
        raise InvalidInput("A control chart needs every value; leave out what is missing.")
    if watched < 1 or x.size - watched < BASELINE:
        raise InvalidInput(f"Limits need {BASELINE} values before the watched ones; got {x.size - watched}.")
    mean, half = (part[0] for part in _limits(x[None, : x.size - watched]))
    off = x[x.size - watched :] - mean
    # A baseline that never moved has no width: any other value lies beyond it.
    flat = np.where(off > 0, np.inf, np.where(off < 0, -np.inf, 0.0))
    distance = np.divide(off, half, out=flat, where=half > 0)
    return Xmr(float(mean), float(mean - half), float(mean + half), distance)


def autocorrelation(values: ArrayLike) -> float:
    """Return the correlation of each value with the one before; NaN for fewer than three or no variation.

    Examples
    --------
    >>> round(autocorrelation([1, 2, 3, 4, 5, 6]), 2)
    0.5
    """
    x = np.asarray(values, dtype=float)
    off = x - x.mean() if x.size else x
    total = float((off**2).sum())
    return float((off[1:] * off[:-1]).sum() / total) if x.size > 2 and total > 0 else float("nan")


def worst_by_chance(
    level: float,
    *,
    variance: float,
    correlation: float = 0.0,
    baseline: int = 26,
    watched: int = 26,
    draws: int = 2000,
) -> np.ndarray:
    """Return the largest distance of a watched value in each of many series in which nothing changes.

    Parameters
    ----------
    level, variance : float
        Mean and variance of the values; at least that of Poisson counts is taken as counting noise.
    correlation : float
        Of each value with the one before.
    baseline, watched, draws : int
        Values behind the limits, values watched, and series; the seed is fixed.

    Returns
    -------
    array (draws,)
        The share beyond 1 is the chance of a false alarm.

    Notes
    -----
    Negative binomial counts around an AR(1) level; for values that are no counts a level above 1000 makes the
    counting noise vanish.

    Examples
    --------
    >>> bool(0.1 < (worst_by_chance(20, variance=20) > 1).mean() < 0.25)
    True
    """
    rng = np.random.default_rng(0)
    length = baseline + watched
    # What exceeds counting noise moves slowly or at once; only the slow part is correlated.
    latent = max(variance - level, 0.0)
    slow = min(max(correlation, 0.0) * variance, 0.95 * variance)
    if slow:
        latent = max(latent, slow)
    phi = min(slow / latent, 0.95) if latent else 0.0
    noise = rng.normal(size=(draws, length))
    series = np.empty_like(noise)
    series[:, 0] = noise[:, 0]
    for t in range(1, length):
        series[:, t] = phi * series[:, t - 1] + np.sqrt(1 - phi**2) * noise[:, t]
    mean = np.maximum(level + np.sqrt(latent) * series, 0.0)
    values = rng.poisson(mean).astype(float) if latent < variance else mean
    centre, half = _limits(values[:, :baseline])
    off = np.abs(values[:, baseline:] - centre[:, None])
    half = np.where(half > 0, half, np.inf)
    return (off / half[:, None]).max(axis=1)


def _limits(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return values.mean(axis=1), FACTOR * np.abs(np.diff(values, axis=1)).mean(axis=1)
