"""Exact split of the gap between two products of factors, such as volume x rates x size.

Both methods treat factors alike whatever their order and add up to the gap. LMDI gives each factor the
logarithmic mean of the two products times the log ratio of the factor; it needs positive factors. Shapley
averages over all orders in which factors could change one after another and allows zeros.
"""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..core.errors import InvalidInput

METHODS = ("auto", "lmdi", "shapley")


def log_mean(one: ArrayLike, two: ArrayLike) -> np.ndarray:
    """Logarithmic mean ``(a - b) / ln(a / b)`` of positive numbers; their common value when equal.

    Examples
    --------
    >>> round(float(log_mean(38.0, 117.0)), 8)
    70.24796263
    """
    a, b = np.broadcast_arrays(np.asarray(one, dtype=float), np.asarray(two, dtype=float))
    # Written with half the log ratio, x / sinh(x) stays exact for nearly equal values.
    half = np.log(a / b) / 2
    small = np.abs(half) < 1e-4
    safe = np.where(small, 1.0, half)
    return np.sqrt(a * b) * np.where(small, 1 + half**2 / 6, np.sinh(safe) / safe)


def lmdi(actual: ArrayLike, benchmark: ArrayLike) -> np.ndarray:
    """Contribution of each factor to the gap of the products, by the logarithmic mean Divisia index.

    Parameters
    ----------
    actual, benchmark : array (..., J)
        Factors; products are taken over the last axis. Leading axes broadcast.

    Returns
    -------
    array (..., J)
        Sums over the last axis to ``prod(actual) - prod(benchmark)``. NaN where a factor is not positive.

    Notes
    -----
    Ang (2005).

    Examples
    --------
    >>> lmdi([2.0, 3.0], [1.0, 3.0]).round(6).tolist()
    [3.0, 0.0]
    """
    one, two = np.broadcast_arrays(np.asarray(actual, dtype=float), np.asarray(benchmark, dtype=float))
    positive = ((one > 0) & (two > 0)).all(axis=-1, keepdims=True)
    one, two = np.where(positive, one, 1.0), np.where(positive, two, 1.0)
    weight = log_mean(one.prod(axis=-1), two.prod(axis=-1))
    return np.where(positive, weight[..., None] * np.log(one / two), np.nan)


def shapley(actual: ArrayLike, benchmark: ArrayLike) -> np.ndarray:
    """Contribution of each factor to the gap of the products, averaged over all orders of change.

    Parameters
    ----------
    actual, benchmark : array (..., J)
        Factors, zero allowed; J at most 12.

    Returns
    -------
    array (..., J)
        Sums over the last axis to ``prod(actual) - prod(benchmark)``.

    Examples
    --------
    >>> shapley([0.0, 3.0], [2.0, 1.0]).tolist()
    [-4.0, 2.0]
    """
    one, two = np.broadcast_arrays(np.asarray(actual, dtype=float), np.asarray(benchmark, dtype=float))
    count = one.shape[-1]
    if count > 12:
        raise InvalidInput(f"A Shapley split takes at most 12 factors; got {count}.")
    result = np.zeros(one.shape)
    for j in range(count):
        others = [i for i in range(count) if i != j]
        for size in range(count):
            share = factorial(size) * factorial(count - size - 1) / factorial(count)
            for changed in combinations(others, size):
                mixed = two.copy()
                mixed[..., list(changed)] = one[..., list(changed)]
                result[..., j] += share * mixed[..., others].prod(axis=-1)
        result[..., j] *= one[..., j] - two[..., j]
    return result


def decompose_product(actual: pd.Series, benchmark: pd.Series, *, method: str = "auto") -> pd.DataFrame:
    """Tidy split of the gap ``prod(actual) - prod(benchmark)``.

    Parameters
    ----------
    actual, benchmark : Series
        Factors by name; the same names.
    method : str
        ``"lmdi"``, ``"shapley"`` or ``"auto"`` (LMDI, or Shapley when a factor is zero).

    Returns
    -------
    DataFrame
        ``term, actual, benchmark, ratio, estimate, share, method``: `estimate` is the contribution in units
        of the product, `share` its part of the gap (NaN without a gap).

    Raises
    ------
    InvalidInput
        Different names, missing or negative factors, LMDI with a zero.

    Examples
    --------
    >>> d = decompose_product(pd.Series({"n": 8.0, "p": 0.5}), pd.Series({"n": 10.0, "p": 0.5}))
    >>> d.estimate.round(9).tolist(), d.method[0]
    ([-1.0, 0.0], 'lmdi')
    """
    if method not in METHODS:
        raise InvalidInput(f"Unknown method {method!r}. Known: {', '.join(METHODS)}.")
    if set(actual.index) != set(benchmark.index) or not actual.index.is_unique:
        raise InvalidInput(f"Factors must agree: {list(actual.index)} against {list(benchmark.index)}.")
    one = actual.to_numpy(dtype=float)
    two = benchmark[actual.index].to_numpy(dtype=float)
    if np.isnan([*one, *two]).any() or (one < 0).any() or (two < 0).any():
        raise InvalidInput("Factors must be known and not negative.")
    zero = bool((one == 0).any() or (two == 0).any())
    if method == "lmdi" and zero:
        raise InvalidInput("LMDI needs positive factors; use the Shapley split when one is zero.")
    chosen = "shapley" if zero or method == "shapley" else "lmdi"
    part = (shapley if chosen == "shapley" else lmdi)(one, two)
    gap = one.prod() - two.prod()
    share = part / gap if gap != 0 else np.full(part.shape, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(two > 0, one / two, np.nan)
    columns = {"actual": one, "benchmark": two, "ratio": ratio, "estimate": part, "share": share}
    return pd.DataFrame({"term": list(actual.index), **columns, "method": chosen})
