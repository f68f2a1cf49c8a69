"""Levels of units from their own counts, sums or means, shrunk towards each other; see `population`."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, gammaln

from ..core.errors import InvalidInput
from .population import Population

#: Bootstrap draws of units.
DRAWS = 200
#: Points of the grid: means of the group, and how alike its units are.
_MEANS, _SPREADS = 41, 30
#: Weight of the group against a unit's own data, from almost free units to almost equal ones.
_STRENGTH = np.geomspace(2.0, 4000.0, _SPREADS)
#: Standard errors to each side that the grid of means holds.
_REACH = 6.0


def levels_of_shares(
    successes: ArrayLike, n: ArrayLike, *, dispersion: float = 1.0, draws: int = DRAWS, seed: int = 0
) -> Population:
    """Levels of units whose shares are known from successes in trials (beta-binomial).

    Parameters
    ----------
    successes, n : array-like (units,)
        Successes and trials.
    dispersion : float
        By how much shares of one unit scatter over time beyond chance (variance ratio, at least 1): trials
        weigh ``1 / dispersion`` as much.
    draws, seed : int
        Bootstrap draws of units and the seed of their generator.

    Returns
    -------
    Population

    Notes
    -----
    Same model as `shrink_shares`; mean and strength of the group lie on a grid, and each draw of units weighs
    it anew, so that draws shrink towards their own mean. A unit's posterior, a mixture of betas, is taken as
    the beta of the same mean and variance.

    Examples
    --------
    >>> levels_of_shares([4, 5, 9, 4], [20, 20, 30, 15]).quantile(0.5)[0].round(2)
    np.float64(0.26)
    """
    k, m = _pair(successes, n)
    k, m = k / _at_least_1(dispersion), m / dispersion
    if (k > m * (1 + 1e-12)).any():
        raise InvalidInput("Successes must lie between 0 and the number of trials.")
    pooled = (k.sum() + 0.5) / (m.sum() + 1)
    reach = _REACH * _error_of_mean(
        k / np.where(m > 0, m, 1), m, np.sqrt(pooled * (1 - pooled) / (m.sum() + 1))
    )
    mean, strength = _grid(max(pooled - reach, 5e-4), min(pooled + reach, 1 - 5e-4), _STRENGTH)
    a, b = mean * strength, (1 - mean) * strength
    after, fail = a[:, None] + k, b[:, None] + np.maximum(m - k, 0.0)
    log = betaln(after, fail) - betaln(a, b)[:, None]
    first = after / (after + fail)
    second = first * (after + 1) / (after + fail + 1)
    times = _times(k.size, draws, seed)
    centre, variance = _moments(log, first, second, times)
    size = np.maximum(centre * (1 - centre) / variance - 1, 1e-6)
    return Population("beta", centre * size, (1 - centre) * size, times)


def levels_of_rates(
    total: ArrayLike, exposure: ArrayLike, *, dispersion: float = 1.0, draws: int = DRAWS, seed: int = 0
) -> Population:
    """Levels of units whose rates are known from counts, or sums of money, in an exposure (gamma-Poisson).

    Parameters
    ----------
    total, exposure : array-like (units,)
        Events or money, and days (or whatever they are counted by).
    dispersion : float
        Variance of a unit's totals over their mean; of money it has the size of one sale.
    draws, seed : int
        As in `levels_of_shares`.

    Returns
    -------
    Population

    Notes
    -----
    Same model as `shrink_rates`, with the totals divided by their dispersion.

    Examples
    --------
    >>> levels_of_rates([40, 50, 90, 40], [20, 20, 30, 15]).mean.round(2).tolist()
    [2.4, 2.55, 2.73, 2.6]
    """
    k, e = _pair(total, exposure)
    if e.sum() <= 0 or not dispersion > 0:
        raise InvalidInput(
            "At least one unit needs a positive exposure, and the dispersion must be positive."
        )
    k, e = k / dispersion, e / dispersion
    pooled = (k.sum() + 0.5) / e.sum()
    relative = _error_of_mean(k / np.where(e > 0, e, 1), e, np.sqrt(k.sum() + 0.5) / e.sum()) / pooled
    reach = np.exp(min(_REACH * relative, 7.0))
    log_mean, strength = _grid(np.log(pooled / reach), np.log(pooled * reach), _STRENGTH)
    rate = strength / np.exp(log_mean)
    after, within = strength[:, None] + k, rate[:, None] + e
    log = gammaln(after) - gammaln(strength)[:, None] + strength[:, None] * np.log(rate)[:, None]
    log = log - after * np.log(within)
    times = _times(k.size, draws, seed)
    centre, variance = _moments(log, after / within, after * (after + 1) / within**2, times)
    return Population("gamma", centre**2 / variance, centre / variance, times)


def levels_of_means(
    value: ArrayLike, variance: ArrayLike, *, draws: int = DRAWS, seed: int = 0
) -> Population:
    """Levels of units whose means are known with a sampling variance each (normal).

    Parameters
    ----------
    value, variance : array-like (units,)
        Each unit's mean and its sampling variance.
    draws, seed : int
        As in `levels_of_shares`.

    Returns
    -------
    Population

    Notes
    -----
    Same model as `partial_pool`: the spread between units is averaged over and not plugged in.

    Examples
    --------
    >>> levels_of_means([9.0, 10.0, 11.0, 12.0], [0.04] * 4).quantile(0.5)[0].round(1)
    np.float64(10.5)
    """
    y, v = np.asarray(value, dtype=float).ravel(), np.asarray(variance, dtype=float).ravel()
    if y.shape != v.shape or not y.size or not np.isfinite([*y, *v]).all() or (v < 0).any():
        raise InvalidInput("Means and variances must be known, of the same length, and no variance negative.")
    scale = max(float(np.std(y)), float(np.sqrt(np.median(v))), 1e-12 * max(float(np.abs(y).max()), 1e-300))
    v = np.maximum(v, (1e-6 * scale) ** 2)
    middle, reach = float(y.mean()), _REACH * scale / np.sqrt(y.size)
    mean, tau = _grid(middle - reach, middle + reach, np.linspace(0.0, 2.5 * scale, _SPREADS))
    whole = v + tau[:, None] ** 2
    log = -0.5 * (np.log(whole) + (y - mean[:, None]) ** 2 / whole)
    own = tau[:, None] ** 2 / whole
    first = own * y + (1 - own) * mean[:, None]
    times = _times(y.size, draws, seed)
    centre, spread = _moments(log, first, first**2 + own * v, times)
    return Population("normal", centre, np.sqrt(spread), times)


def _pair(total: ArrayLike, base: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    k, m = np.asarray(total, dtype=float).ravel(), np.asarray(base, dtype=float).ravel()
    if k.shape != m.shape or not k.size:
        raise InvalidInput("Totals and bases must be lists of the same length, one value a unit.")
    if not np.isfinite([*k, *m]).all() or (k < 0).any() or (m < 0).any():
        raise InvalidInput("Totals and bases must be known and not negative.")
    return k, m


def _at_least_1(dispersion: float) -> float:
    if not dispersion >= 1:
        raise InvalidInput(f"Dispersion is at least 1, chance alone; got {dispersion:g}.")
    return dispersion


def _error_of_mean(raw: np.ndarray, base: np.ndarray, alone: float) -> float:
    """Return a generous standard error of the group's mean: chance, or the units' own spread."""
    known = raw[base > 0]
    return max(float(alone), float(np.std(known)) / np.sqrt(known.size) if known.size else 0.0)


def _grid(low: float, high: float, spreads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    means, rest = np.meshgrid(np.linspace(low, high, _MEANS), spreads)
    return means.ravel(), rest.ravel()


def _times(units: int, draws: int, seed: int) -> np.ndarray:
    """Return how often each unit stands in the data: once, then as often as it is drawn."""
    drawn = np.random.default_rng(seed).multinomial(units, np.full(units, 1 / units), size=draws)
    return np.vstack([np.ones(units), drawn])


def _moments(
    log: np.ndarray, first: np.ndarray, second: np.ndarray, times: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and variance of each unit's level for each draw; its units weigh the grid."""
    weight = times @ log.T
    weight = np.exp(weight - weight.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    centre = weight @ first
    variance = weight @ second - centre**2
    return centre, np.maximum(variance, 1e-12 * np.maximum(centre**2, 1e-300))
