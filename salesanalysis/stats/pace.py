"""What is still to come of a count: a gamma-Poisson forecast for the rest of a period.

The rate of each unit is drawn towards its group, and the forecast is as wide as counts of such stretches have
been: the ups and downs of a unit alone, and those shared by all units, which do not cancel out in a sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats as sps

from ..core.errors import InvalidInput
from .tidy import check_level

#: Fewest stretches of time from which shared ups and downs can be told.
FEWEST_BLOCKS = 5


@dataclass(frozen=True)
class Scatter:
    """How far counts of a stretch of time lie from their mean m: variance ``own * m + shared * m^2``.

    Attributes
    ----------
    own : float
        Variance over mean once shared ups and downs are removed, at least 1.
    shared : float
        Variance of the factor by which the next stretch may move all units together, including that it is
        known from few stretches only.
    blocks : int
        Stretches of time behind it; 0: nothing known, Poisson taken.
    """

    own: float = 1.0
    shared: float = 0.0
    blocks: int = 0

    def dispersion(self, mean: ArrayLike) -> np.ndarray:
        """Variance over mean of counts with this mean, shared ups and downs included.

        Examples
        --------
        >>> Scatter(1.2, 0.1, 8).dispersion([0.0, 5.0]).tolist()
        [1.2, 1.7]
        """
        return self.own + self.shared * np.asarray(mean, dtype=float)


def scatter(count: ArrayLike, exposure: ArrayLike) -> Scatter:
    """Measure own and shared variation of counts by unit and stretch of time.

    Parameters
    ----------
    count, exposure : array-like (units, blocks)
        Events and time; a unit that was not there has exposure 0.

    Returns
    -------
    Scatter
        Poisson with fewer than `FEWEST_BLOCKS` blocks or no events.

    Notes
    -----
    Expected counts are each unit's rate times its exposure. A block's factor is all it brought over all that
    was expected of it; `own` is Pearson's chi-square over its degrees of freedom around expected times
    factor, `shared` the variance of the factors beyond what `own` explains, times ``(1 + 1/B)`` for the mean
    of B blocks and ``(B - 1) / (B - 3)`` for their variance, as in Student's t. With one unit nothing is
    shared: all of it is its own.

    Examples
    --------
    >>> up_and_down = [[4, 16, 4, 16, 4, 16], [8, 32, 8, 32, 8, 32]]
    >>> found = scatter(up_and_down, np.ones((2, 6)))
    >>> round(found.own, 2), round(found.shared, 2)
    (1.0, 0.78)
    """
    k, e = np.atleast_2d(np.asarray(count, dtype=float)), np.atleast_2d(np.asarray(exposure, dtype=float))
    if k.shape != e.shape:
        raise InvalidInput("Counts and exposures need the same units and stretches of time.")
    total = e.sum(axis=1)
    rate = np.divide(k.sum(axis=1), total, out=np.zeros(len(k)), where=total > 0)
    mean = rate[:, None] * e
    kept = mean.sum(axis=0) > 0
    blocks = int(kept.sum())
    if blocks < FEWEST_BLOCKS:
        return Scatter()
    k, mean = k[:, kept], mean[:, kept]
    units = int((mean.sum(axis=1) > 0).sum())
    if units == 1:
        return Scatter(max(1.0, _chi(k, mean) / (blocks - 1)), 0.0, blocks)
    factor = k.sum(axis=0) / mean.sum(axis=0)
    cells = int((mean > 0).sum())
    own = max(1.0, _chi(k, mean * factor) / max(cells - units - blocks + 1, 1))
    weight = mean.sum(axis=0)
    around = float(weight @ (factor - 1) ** 2) / (blocks - 1)  # expected: own + shared * (usual weight)
    usual = (weight.sum() - (weight**2).sum() / weight.sum()) / (blocks - 1)
    few = (1 + 1 / blocks) * (blocks - 1) / (blocks - 3)
    return Scatter(own, few * max(0.0, float(around - own) / float(usual)), blocks)


def _chi(k: np.ndarray, mean: np.ndarray) -> float:
    return float(np.divide((k - mean) ** 2, mean, out=np.zeros_like(mean), where=mean > 0).sum())


@dataclass(frozen=True, eq=False)
class Ahead:
    """Forecast of counts: negative binomial with these means and variances, Poisson where they are equal."""

    mean: np.ndarray
    variance: np.ndarray

    def chance(self, at_least: ArrayLike) -> np.ndarray:
        """Chance of counting at least so many; 1 for nothing or less."""
        wanted = np.ceil(np.asarray(at_least, dtype=float) - 1e-9)
        return np.where(wanted <= 0, 1.0, self._family("sf", wanted - 1))

    def interval(self, level: float = 0.8) -> tuple[np.ndarray, np.ndarray]:
        """Return the central interval in whole counts."""
        tail = (1 - check_level(level)) / 2
        return self._family("ppf", tail), self._family("ppf", 1 - tail)

    def _family(self, what: str, value: ArrayLike) -> np.ndarray:
        mean, more = np.maximum(self.mean, 1e-12), np.maximum(self.variance - self.mean, 0.0)
        is_wide = more > 1e-9 * mean
        size = np.where(is_wide, mean**2 / np.where(is_wide, more, 1.0), 1.0)
        wide = getattr(sps.nbinom, what)(value, size, size / (size + mean))
        return np.where(is_wide, wide, getattr(sps.poisson, what)(value, mean))


def ahead(shape: ArrayLike, rate: ArrayLike, exposure: ArrayLike, *, spread: Scatter | None = None) -> Ahead:
    """Forecast the counts of the exposure to come from a gamma posterior of each rate.

    Parameters
    ----------
    shape, rate : array-like
        Of the gamma posterior: its mean is ``shape / rate`` events per unit of exposure.
    exposure : array-like
        Time to come, in the same units.
    spread : Scatter or None
        How counts vary; None: Poisson.

    Returns
    -------
    Ahead
        Mean ``m = exposure * shape / rate``; variance ``dispersion * m + (exposure / rate)^2 * shape``.

    Examples
    --------
    Ten wins wanted in thirteen weeks, two won in four, prior Gamma(6.5, 10):

    >>> rest = ahead(6.5 + 2, 10 + 4, 9)
    >>> round(float(rest.mean), 2), round(float(rest.chance(8)), 4), [int(v) for v in rest.interval(0.8)]
    (5.46, 0.2256, [2, 9])
    """
    a, b, h = (np.asarray(v, dtype=float) for v in (shape, rate, exposure))
    mean = h * a / b
    return Ahead(mean, (spread or Scatter()).dispersion(mean) * mean + (h / b) ** 2 * a)
