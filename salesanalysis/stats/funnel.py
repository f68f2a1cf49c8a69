"""Funnel plot: is a unit's share or rate further from the group's than chance allows for its size?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats as sps

from ..core.errors import InvalidInput
from .multiple import benjamini_hochberg
from .tidy import check_level


def funnel_shares(
    successes: ArrayLike, n: ArrayLike, *, expected: float | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Mid-p binomial test of each unit's share against the group's, with funnel limits.

    Parameters
    ----------
    successes, n : array-like (units,)
        Successes and trials.
    expected : float, optional
        Share to compare with; the pooled share of all units by default.
    level : float
        Level of the limits.

    Returns
    -------
    DataFrame
        ``estimate, expected, limit_low, limit_high, p_value, p_adjusted, n``. Flag what has `p_adjusted`
        (over all units) at most .05; the limits are for drawing and do not allow for looking at many units.

    Notes
    -----
    Spiegelhalter (2005); mid-p counts half of the probability of the value observed.

    Examples
    --------
    >>> funnel_shares([2, 30], [13, 87], expected=0.3).p_value.round(4).tolist()
    [0.2661, 0.3633]
    """
    k, m = _pair(successes, n)
    if (k > m).any():
        raise InvalidInput("Successes must lie between 0 and the number of trials.")
    centre = k.sum() / m.sum() if expected is None and m.sum() > 0 else expected
    if centre is None or not 0 <= centre <= 1:
        raise InvalidInput(f"A share to compare with lies between 0 and 1; got {centre!r}.")
    return _funnel(k, m, centre, law=sps.binom(m, centre), level=level)


def funnel_rates(
    count: ArrayLike,
    exposure: ArrayLike,
    *,
    expected: float | None = None,
    dispersion: float = 1.0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Mid-p test of each unit's rate against the group's: Poisson, or negative binomial if over-dispersed.

    Parameters
    ----------
    count, exposure : array-like (units,)
        Events and periods.
    expected : float, optional
        Rate to compare with; the pooled rate by default.
    dispersion : float
        Variance of counts over their mean, at least 1; see `overdispersion`.
    level : float
        Level of the limits.

    Returns
    -------
    DataFrame
        Columns as from `funnel_shares`; `n` is the exposure.

    Examples
    --------
    >>> found = funnel_rates([520], [1], expected=650)
    >>> bool(found.p_value[0] < 2e-7)
    True
    """
    k, e = _pair(count, exposure)
    centre = k.sum() / e.sum() if expected is None and e.sum() > 0 else expected
    if centre is None or centre < 0:
        raise InvalidInput(f"A rate to compare with cannot be negative; got {centre!r}.")
    if dispersion < 1:
        raise InvalidInput(f"Dispersion is at least 1, the Poisson case; got {dispersion:g}.")
    mean = centre * e
    law = sps.poisson(mean)
    if dispersion > 1:
        law = sps.nbinom(np.maximum(mean, 1e-12) / (dispersion - 1), 1 / dispersion)
    return _funnel(k, e, centre, law=law, level=level)


def count_chance(count: ArrayLike, mean: ArrayLike, *, dispersion: float = 1.0) -> np.ndarray:
    """Return how likely counts with these means lie as far out, on the side on which each lies; mid-p.

    Parameters
    ----------
    count, mean : array-like
        What was counted, and what was to be expected; NaN where nothing is.
    dispersion : float
        Variance of counts over their mean, at least 1.

    Examples
    --------
    >>> count_chance([5, 5], [5.0, 1.0]).round(4).tolist(), count_chance([5], [1.0], dispersion=3).round(3)
    ([0.4718, 0.0021], array([0.04]))
    """
    k, m = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(mean, dtype=float))
    safe = np.where(np.isfinite(m), np.maximum(m, 1e-12), 1.0)
    law = sps.poisson(safe) if dispersion <= 1 else sps.nbinom(safe / (dispersion - 1), 1 / dispersion)
    middle = law.pmf(k) / 2
    found = np.where(k >= safe, law.sf(k) + middle, law.cdf(k - 1) + middle)
    return np.where(np.isfinite(m), np.clip(found, 0.0, 1.0), np.nan)


def overdispersion(frame: pd.DataFrame, count: str, *, unit: str) -> float:
    """Variance over mean of a count within units (Pearson), never below 1.

    Parameters
    ----------
    frame : DataFrame
        One row per unit and period of equal length.
    count, unit : str
        Columns.

    Returns
    -------
    float
        1 when no unit has two periods and an event.

    Examples
    --------
    >>> overdispersion(pd.DataFrame({"u": list("aaaa"), "y": [0, 0, 8, 8]}), "y", unit="u")
    5.333333333333333
    """
    data = frame[[unit, count]].dropna()
    mean = data.groupby(unit, observed=True)[count].transform("mean")
    data, mean = data[mean > 0], mean[mean > 0]
    free = len(data) - data[unit].nunique()
    if free < 1:
        return 1.0
    return max(float(((data[count] - mean) ** 2 / mean).sum()) / free, 1.0)


def _pair(count: ArrayLike, base: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    k, m = np.atleast_1d(np.asarray(count, dtype=float)), np.atleast_1d(np.asarray(base, dtype=float))
    if k.shape != m.shape or (k < 0).any() or (m < 0).any():
        raise InvalidInput("Counts and bases must have the same length and not be negative.")
    return k, m


def _funnel(k: np.ndarray, base: np.ndarray, centre: float, *, law, level: float) -> pd.DataFrame:
    middle = law.pmf(k) / 2
    lower, upper = law.cdf(k - 1) + middle, law.sf(k) + middle
    p_value = np.where(base > 0, np.minimum(2 * np.minimum(lower, upper), 1.0), np.nan)
    tail = (1 - check_level(level)) / 2
    width = np.where(base > 0, base, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        return pd.DataFrame(
            {
                "estimate": k / width,
                "expected": centre,
                "limit_low": _limit(law, tail) / width,
                "limit_high": _limit(law, 1 - tail) / width,
                "p_value": p_value,
                "p_adjusted": benjamini_hochberg(p_value),
                "n": base,
            }
        )


def _limit(law, probability: float) -> np.ndarray:
    """Value at which the mid-p distribution function, joined by straight lines, reaches a probability."""

    def mid(value: np.ndarray) -> np.ndarray:
        return law.cdf(value - 1) + law.pmf(value) / 2

    above = law.ppf(probability)
    above = np.where(mid(above) < probability, above + 1, above)
    low, high = mid(above - 1), mid(above)
    step = np.where(high > low, (probability - low) / np.where(high > low, high - low, 1.0), 1.0)
    # No share lies below zero: where even zero is too likely there is no lower limit to cross.
    return np.maximum(above - 1 + step, 0.0)
