"""Do units differ more than chance allows? One chi-square test for shares, one for rates."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats as sps

from ..core.errors import InvalidInput


def alike_shares(successes: ArrayLike, n: ArrayLike) -> float:
    """p-value of "all units have the same share" (Pearson's chi-square of the units x 2 table).

    Parameters
    ----------
    successes, n : array-like (units,)
        Successes and trials; units without trials are left out.

    Returns
    -------
    float
        NaN with fewer than two units, or when all trials end alike.

    Examples
    --------
    >>> round(alike_shares([10, 20], [50, 50]), 6)
    0.029096
    """
    k, m = _pair(successes, n)
    if m.size < 2 or k.sum() in (0, m.sum()):
        return float("nan")
    expected = m * k.sum() / m.sum()
    statistic = ((k - expected) ** 2 / (expected * (1 - k.sum() / m.sum()))).sum()
    return float(sps.chi2.sf(statistic, m.size - 1))


def alike_rates(count: ArrayLike, exposure: ArrayLike, *, dispersion: float = 1.0) -> float:
    """p-value of "all units have the same rate" (chi-square, scaled by the dispersion of its own counts).

    Parameters
    ----------
    count, exposure : array-like (units,)
        Events and periods; units without exposure are left out.
    dispersion : float
        Variance of a unit's counts over their mean, at least 1.

    Returns
    -------
    float
        NaN with fewer than two units or no events.

    Examples
    --------
    >>> round(alike_rates([10, 25], [1, 1]), 6)
    0.01123
    """
    k, time = _pair(count, exposure)
    if dispersion < 1:
        raise InvalidInput(f"Dispersion is at least 1, the Poisson case; got {dispersion:g}.")
    if time.size < 2 or k.sum() == 0:
        return float("nan")
    expected = time * k.sum() / time.sum()
    return float(sps.chi2.sf(((k - expected) ** 2 / expected).sum() / dispersion, time.size - 1))


def _pair(count: ArrayLike, base: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    k, m = np.asarray(count, dtype=float).ravel(), np.asarray(base, dtype=float).ravel()
    if k.shape != m.shape or (k < 0).any() or (m < 0).any():
        raise InvalidInput("Counts and bases must have the same length and not be negative.")
    return k[m > 0], m[m > 0]
