"""How many trials it takes for so many successes: on average, and to be sure enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats as sps

from ..core.errors import InvalidInput
from .tidy import check_level

#: More trials than this are no plan: the answer is that it cannot be told.
MOST = 10_000_000


def trials_known(wanted: int, share: float, confidence: float = 0.8) -> int | None:
    """Return the least number of trials with ``P(successes >= wanted) >= confidence`` at a known share.

    None where no number up to ten million is enough.

    Examples
    --------
    >>> trials_known(6, 4 / 7, 0.5), trials_known(6, 4 / 7, 0.8)
    (10, 13)
    """
    check_level(confidence)
    return _least(lambda n: float(sps.binom.sf(wanted - 1, n, share)), wanted, confidence)


def trials_beta(wanted: int, a: float, b: float, confidence: float = 0.8) -> int | None:
    """Return the same when the share itself is known as Beta(a, b) only (beta-binomial, exact).

    Examples
    --------
    >>> trials_beta(6, 4.5, 3.5)
    15
    """
    check_level(confidence)
    return _least(lambda n: float(sps.betabinom.sf(wanted - 1, n, a, b)), wanted, confidence)


def trials_drawn(wanted: ArrayLike, share: ArrayLike, confidence: float = 0.8) -> int | None:
    """Return the same over draws of the share and, where it is uncertain too, of the number wanted.

    Each trial leads to a success with the product of the rates of a chain, so that successes are binomial
    given the rates: the mean over draws is the beta-binomial chain.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> trials_drawn(6, rng.beta(4.5, 3.5, 20000))
    15
    """
    check_level(confidence)
    needed, p = np.broadcast_arrays(np.asarray(wanted, dtype=float), np.asarray(share, dtype=float))
    start = int(np.max(needed, initial=0) > 0)
    return _least(lambda n: float(sps.binom.sf(needed - 1, n, p).mean()), start, confidence)


def _least(chance: Callable[[int], float], start: int, confidence: float) -> int | None:
    """Least whole number whose chance, rising with it, reaches the confidence."""
    if start <= 0:
        return 0
    low, high = start - 1, start
    while chance(high) < confidence:
        low, high = high, high * 2
        if high > MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if chance(middle) >= confidence else (middle, high)
    return high


def beta_of(mean: ArrayLike, std_error: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the Beta distribution with this mean and standard deviation.

    Examples
    --------
    >>> a, b = beta_of(0.5625, (4.5 * 3.5 / (8**2 * 9)) ** 0.5)
    >>> round(float(a), 6), round(float(b), 6)
    (4.5, 3.5)
    """
    m, s = np.asarray(mean, dtype=float), np.asarray(std_error, dtype=float)
    weight = m * (1 - m) / s**2 - 1
    return m * weight, (1 - m) * weight


def cases_for_sum(
    total: float, log_mean: float, log_sd: float, variation: float, *, draws: int, seed: int = 0
) -> np.ndarray:
    """Draw how many amounts it takes to add up to `total`.

    Parameters
    ----------
    total : float
        Sum wanted.
    log_mean, log_sd : float
        Posterior of the logarithm of the mean amount.
    variation : float
        Standard deviation of single amounts over their mean.
    draws, seed : int
        Number of draws and the seed.

    Returns
    -------
    array (draws,)
        Whole numbers, 0 for nothing wanted. Amounts vary like a gamma; beyond fifty the number that a sum
        takes is normal.

    Examples
    --------
    >>> [float(cases_for_sum(t, np.log(10.0), 0.0, 0.01, draws=100).max()) for t in (0, 95.0, 1005.0)]
    [0.0, 10.0, 101.0]
    """
    if total <= 0:
        return np.zeros(draws)
    rng = np.random.default_rng([seed, 2])
    mean = np.exp(log_mean + log_sd * rng.normal(size=draws))
    ratio = total / mean
    if np.median(ratio) > 50:
        return np.ceil(np.maximum(ratio + variation * np.sqrt(ratio) * rng.normal(size=draws), 1.0))
    shape = max(variation, 1e-6) ** -2
    longest = int(np.max(ratio) + 8 * (variation + 0.1) * np.sqrt(np.max(ratio)) + 10)
    sums = np.cumsum(rng.gamma(shape, 1 / shape, (draws, min(longest, 1000))), axis=1)
    return (sums < ratio[:, None]).sum(axis=1) + 1.0


@dataclass(frozen=True)
class Needed:
    """Trials needed: on average, for an even chance, and to be sure enough with the share known or not."""

    average: float
    even: int | None
    sure_known: int | None
    sure: int | None
    chance: float


def needed(wanted: int, successes: float, trials: float, confidence: float = 0.8) -> Needed:
    """Work back from `wanted` successes, having seen `successes` of `trials`.

    Returns
    -------
    Needed
        ``sure`` and its ``chance`` with the share as Beta(successes + .5, failures + .5).

    Raises
    ------
    InvalidInput
        Nothing was tried, or more succeeded than were tried.

    Examples
    --------
    >>> found = needed(6, 4, 7)
    >>> found.average, found.even, found.sure_known, found.sure, round(found.chance, 3)
    (10.5, 10, 13, 15, 0.817)
    """
    if not (trials > 0 and 0 <= successes <= trials):
        raise InvalidInput(f"{successes:g} of {trials:g} tell no rate; give successes of at least one trial.")
    if wanted <= 0:
        return Needed(0.0, 0, 0, 0, 1.0)
    share, a, b = successes / trials, successes + 0.5, trials - successes + 0.5
    sure = trials_beta(wanted, a, b, confidence)
    chance = float(sps.betabinom.sf(wanted - 1, sure, a, b)) if sure is not None else float("nan")
    if successes == 0:
        return Needed(float("nan"), None, None, sure, chance)
    known = [trials_known(wanted, share, level) for level in (0.5, confidence)]
    return Needed(wanted / share, *known, sure, chance)
