"""Adjustment of p-values for looking at several of them at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from statsmodels.stats.multitest import fdrcorrection


def benjamini_hochberg(p_values: ArrayLike) -> np.ndarray:
    """Benjamini-Hochberg adjusted p-values; NaN stays NaN and is not counted into the family.

    Parameters
    ----------
    p_values : array-like (m,)
        Raw p-values.

    Returns
    -------
    array (m,)
        Flag what is at most q to hold the expected share of false flags at q.

    Notes
    -----
    Benjamini and Hochberg (1995).

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, float("nan"), 0.03]).round(4).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    return _adjust(p_values, lambda known: fdrcorrection(known)[1])


def holm(p_values: ArrayLike) -> np.ndarray:
    """Holm adjusted p-values, which bound the chance of any false flag; NaN stays NaN.

    Parameters
    ----------
    p_values : array-like (m,)
        Raw p-values.

    Returns
    -------
    array (m,)

    Notes
    -----
    Holm (1979).

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    return _adjust(p_values, _step_down)


def _step_down(known: np.ndarray) -> np.ndarray:
    """Holm by hand: the library collects garbage at every call, which takes longer than a regression."""
    order = np.argsort(known)
    climbing = np.maximum.accumulate(np.arange(known.size, 0, -1) * known[order])
    adjusted = np.empty(known.size)
    adjusted[order] = np.minimum(climbing, 1.0)
    return adjusted


def _adjust(p_values: ArrayLike, method: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    raw = np.asarray(p_values, dtype=float)
    adjusted = np.full(raw.shape, np.nan)
    known = ~np.isnan(raw)
    if known.any():
        adjusted[known] = method(raw[known])
    return adjusted
