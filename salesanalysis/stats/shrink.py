"""Shares and rates of small units, pulled towards their group as far as the data say the group is alike.

The group's mean and spread are integrated over a grid instead of being plugged in at their best value, which
makes the intervals too narrow when units are few.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import betainc, betaln, expit, gammainc, gammaln

from ..core.errors import InvalidInput
from .tidy import check_level

# Prior weight of the group in trials (or in events, for rates): from almost free units to almost equal ones.
STRENGTH = np.geomspace(2.0, 400.0, 25)


def shrink_shares(successes: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> pd.DataFrame:
    """Hierarchical beta-binomial estimates of shares.

    Parameters
    ----------
    successes, n : array-like (units,)
        Successes and trials per unit; a unit without trials gets the group's distribution.
    level : float
        Level of the credible intervals.

    Returns
    -------
    DataFrame
        One row a unit in the order given: ``raw, estimate, std_error, conf_low, conf_high, n``.

    Notes
    -----
    ``k_i ~ BetaBinomial(n_i, mu kappa, (1 - mu) kappa)`` with flat mu and log-flat kappa in 2..400.

    Examples
    --------
    >>> shrink_shares([0, 5, 9, 4], [3, 20, 30, 15]).estimate.round(2).tolist()
    [0.25, 0.27, 0.28, 0.27]
    """
    k, m = _pair(successes, n)
    mean, strength, weight = _fit_shares(k, m)
    (won, of), back = _alike(k, m)
    a = (mean * strength)[:, None] + won
    b = ((1 - mean) * strength)[:, None] + of - won
    first = a / (a + b)
    second = first * (a + 1) / (a + b + 1)
    ends = _quantiles(lambda value: weight @ betainc(a, b, expit(value)), won.size, level)
    return _table(k, m, ((weight @ first)[back], (weight @ second)[back]), expit(ends)[:, back])


def shrink_rates(
    count: ArrayLike, exposure: ArrayLike, *, dispersion: float = 1.0, level: float = 0.95
) -> pd.DataFrame:
    """Hierarchical gamma-Poisson estimates of rates.

    Parameters
    ----------
    count, exposure : array-like (units,)
        Events and periods (or days) per unit.
    dispersion : float
        Variance of a unit's counts over their mean, at least 1; counts weigh ``1 / dispersion`` as much.
    level : float
        Level of the credible intervals.

    Returns
    -------
    DataFrame
        ``raw, estimate, std_error, conf_low, conf_high, n`` with `n` the exposure.

    Examples
    --------
    >>> shrink_rates([0, 12, 9], [4, 10, 10]).estimate.round(2).tolist()
    [0.68, 1.02, 0.9]
    """
    k, e = _pair(count, exposure)
    mean, strength, weight = _fit_rates(k, e, dispersion)
    events, time = k / dispersion, e / dispersion
    (found, within), back = _alike(events, time)
    a = strength[:, None] + found
    b = (strength / mean)[:, None] + within
    ends = _quantiles(lambda value: weight @ gammainc(a, b * np.exp(value)), found.size, level)
    moments = (weight @ (a / b))[back], (weight @ (a * (a + 1) / b**2))[back]
    return _table(k, e, moments, np.exp(ends)[:, back])


def draw_shares(successes: ArrayLike, n: ArrayLike, *, draws: int = 4000, seed: int = 0) -> np.ndarray:
    """Draw the shares of all units together from the posterior of `shrink_shares`.

    Returns
    -------
    array (draws, units)

    Examples
    --------
    >>> draw_shares([0, 5, 9, 4], [3, 20, 30, 15]).mean(axis=0).round(2).tolist()
    [0.25, 0.27, 0.28, 0.27]
    """
    k, m = _pair(successes, n)
    mean, strength, weight = _fit_shares(k, m)
    rng = np.random.default_rng(seed)
    at = rng.choice(mean.size, draws, p=weight)
    a, b = (mean[at] * strength[at])[:, None] + k, ((1 - mean[at]) * strength[at])[:, None] + m - k
    return rng.beta(a, b)


def draw_rates(
    count: ArrayLike, exposure: ArrayLike, *, dispersion: float = 1.0, draws: int = 4000, seed: int = 0
) -> np.ndarray:
    """Draw the rates of all units together from the posterior of `shrink_rates`.

    Returns
    -------
    array (draws, units)

    Examples
    --------
    >>> draw_rates([0, 12, 9], [4, 10, 10]).shape
    (4000, 3)
    """
    k, e = _pair(count, exposure)
    mean, strength, weight = _fit_rates(k, e, dispersion)
    rng = np.random.default_rng(seed)
    at = rng.choice(mean.size, draws, p=weight)
    shape = strength[at][:, None] + k / dispersion
    return rng.gamma(shape, 1 / ((strength[at] / mean[at])[:, None] + e / dispersion))


def _fit_shares(k: np.ndarray, m: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the group's mean and strength on a grid, with their posterior weights."""
    if (k > m).any():
        raise InvalidInput("Successes must lie between 0 and the number of trials.")
    pooled = (k.sum() + 0.5) / (m.sum() + 1)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / max(m.sum(), 1) + 1 / (3 * k.size)))

    def likelihood(mean: np.ndarray, strength: np.ndarray) -> np.ndarray:
        a, b = mean * strength, (1 - mean) * strength
        return (betaln(a[:, None] + k, b[:, None] + m - k) - betaln(a, b)[:, None]).sum(axis=1)

    return _grid(likelihood, np.clip([pooled - 6 * spread, pooled + 6 * spread], 5e-4, 1 - 5e-4))


def _fit_rates(k: np.ndarray, e: np.ndarray, dispersion: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the group's mean and strength on a grid, with their posterior weights."""
    if dispersion < 1:
        raise InvalidInput(f"Dispersion is at least 1, the Poisson case; got {dispersion:g}.")
    if e.sum() <= 0:
        raise InvalidInput("At least one unit needs a positive exposure.")
    events, time = k / dispersion, e / dispersion
    pooled = (events.sum() + 0.5) / time.sum()
    spread = np.sqrt(1 / (events.sum() + 0.5) + 1 / (2 * k.size))

    def likelihood(mean: np.ndarray, strength: np.ndarray) -> np.ndarray:
        rate = (strength / mean)[:, None]
        a = strength[:, None]
        return (gammaln(a + events) - gammaln(a) + a * np.log(rate) - (a + events) * np.log(rate + time)).sum(
            axis=1
        )

    bounds = pooled * np.exp(np.clip([-6 * spread, 6 * spread], -7, 7))
    return _grid(likelihood, bounds)


def _pair(count: ArrayLike, base: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    k, m = np.atleast_1d(np.asarray(count, dtype=float)), np.atleast_1d(np.asarray(base, dtype=float))
    if k.shape != m.shape or k.ndim != 1 or k.size == 0:
        raise InvalidInput("Counts and bases must be lists of the same length, one value a unit.")
    if np.isnan(k).any() or np.isnan(m).any() or (k < 0).any() or (m < 0).any():
        raise InvalidInput("Counts and bases must be known and not negative.")
    return k, m


def _alike(count: np.ndarray, base: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each pair of count and base once, and where every unit finds its own; small ones are alike."""
    pairs, back = np.unique(np.stack([count, base]), axis=1, return_inverse=True)
    return pairs, back.ravel()


def _grid(
    likelihood: Callable[[np.ndarray, np.ndarray], np.ndarray], bounds: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Posterior weights on a grid of group mean and strength; refined once where the weight lies."""
    low, high = bounds
    for points in (61, 31):
        mean, strength = (part.ravel() for part in np.meshgrid(np.linspace(low, high, points), STRENGTH))
        log = likelihood(mean, strength)
        weight = np.exp(log - log.max())
        weight /= weight.sum()
        used, step = mean[weight > 1e-6], (high - low) / (points - 1)
        low, high = max(used.min() - step, low), min(used.max() + step, high)
    heavy = weight > 1e-4 * weight.max()
    return mean[heavy], strength[heavy], weight[heavy] / weight[heavy].sum()


def _quantiles(cdf: Callable[[np.ndarray], np.ndarray], units: int, level: float) -> np.ndarray:
    """Both ends of central intervals by bisection on an unbounded scale; array (2, units)."""
    tail = (1 - check_level(level)) / 2
    ends = []
    for target in (tail, 1 - tail):
        low, high = np.full(units, -30.0), np.full(units, 30.0)
        for _ in range(30):
            middle = (low + high) / 2
            below = cdf(middle) < target
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        ends.append((low + high) / 2)
    return np.array(ends)


def _table(
    k: np.ndarray, m: np.ndarray, moments: tuple[np.ndarray, np.ndarray], ends: np.ndarray
) -> pd.DataFrame:
    first, second = moments
    return pd.DataFrame(
        {
            "raw": np.where(m > 0, k / np.where(m > 0, m, 1.0), np.nan),
            "estimate": first,
            "std_error": np.sqrt(np.maximum(second - first**2, 0.0)),
            "conf_low": ends[0],
            "conf_high": ends[1],
            "n": m,
        }
    )
