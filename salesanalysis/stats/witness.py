"""Two estimates of one effect from the same clusters: pooled, with the variance that they share.

Each estimator is refitted without each cluster in turn, so the pooled one can be as well: its jackknife
variance holds the covariance of the two, whatever it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats as sps

from ..core.errors import InvalidInput
from .tidy import check_level


@dataclass(frozen=True)
class Pooled:
    """A pooled estimate.

    Attributes
    ----------
    estimate, std_error : float
        The weighted mean and its jackknife standard error.
    df : int
        Clusters less one.
    weights : array
        Weight of each estimate; they sum to one.
    leave_one_out : Series
        The pooled estimate without each cluster.
    difference, difference_p : float
        First estimate less the second, and the p-value of there being none.
    """

    estimate: float
    std_error: float
    df: int
    weights: np.ndarray
    leave_one_out: pd.Series
    difference: float
    difference_p: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Ends of the confidence interval, by t with G - 1 degrees of freedom."""
        half = float(sps.t.ppf(0.5 + check_level(level) / 2, self.df)) * self.std_error
        return self.estimate - half, self.estimate + half


def pool(estimates: np.ndarray, without: pd.DataFrame) -> Pooled:
    """Pool two estimates by inverse jackknife variances.

    Parameters
    ----------
    estimates : array (2,)
        The estimates from all clusters.
    without : DataFrame (clusters, 2)
        The same without each cluster; NaN where a cluster took no part in one of them, which its absence then
        leaves as it is.

    Returns
    -------
    Pooled

    Raises
    ------
    InvalidInput
        Fewer than two clusters, or an estimate that no cluster moves.

    Notes
    -----
    ``V = (G - 1) / G * sum_g d_g d_g'`` with d the changes of both; the weights are fixed when clusters are
    left out.

    Examples
    --------
    >>> found = pool(np.array([1.0, 3.0]), pd.DataFrame({"a": [0.9, 1.1], "b": [3.2, 2.8]}))
    >>> found.weights.round(2).tolist(), round(found.estimate, 2)
    ([0.8, 0.2], 1.4)
    """
    changes = (estimates - without.to_numpy(dtype=float))[without.notna().any(axis=1).to_numpy()]
    groups = len(changes)
    if groups < 2:
        raise InvalidInput(f"Two clusters are needed to pool estimates; there are {groups}.")
    changes = np.nan_to_num(changes)
    covariance = (groups - 1) / groups * changes.T @ changes
    variance = np.diag(covariance)
    if not (variance > 0).all():
        raise InvalidInput("An estimate that stays the same without any one cluster has no standard error.")
    weights = (1 / variance) / (1 / variance).sum()
    gap, apart = float(estimates[0] - estimates[1]), float(np.array([1, -1]) @ covariance @ [1, -1])
    index = without.index[without.notna().any(axis=1)]
    pooled = float(weights @ estimates)
    return Pooled(
        estimate=pooled,
        std_error=float(np.sqrt(weights @ covariance @ weights)),
        df=groups - 1,
        weights=weights,
        leave_one_out=pd.Series(pooled - changes @ weights, index=index),
        difference=gap,
        difference_p=float(2 * sps.t.sf(abs(gap) / np.sqrt(apart), groups - 1)) if apart > 0 else np.nan,
    )


def chained(estimates: np.ndarray, without: pd.DataFrame) -> Pooled:
    """Multiply two elasticities, with the jackknife variance of the product.

    Parameters
    ----------
    estimates : array (2,)
        The estimates from all clusters.
    without : DataFrame (clusters, 2)
        The same without each cluster; NaN where a cluster took no part in one of them.

    Returns
    -------
    Pooled
        With the product as its estimate; it has no weights.

    Examples
    --------
    >>> found = chained(np.array([0.5, 2.0]), pd.DataFrame({"a": [0.4, 0.6], "b": [2.0, 2.0]}))
    >>> round(found.estimate, 2), round(found.std_error, 2)
    (1.0, 0.2)
    """
    known = without[without.notna().any(axis=1)]
    groups = len(known)
    if groups < 2:
        raise InvalidInput(f"Two clusters are needed to chain estimates; there are {groups}.")
    values = np.where(known.isna(), estimates, known.to_numpy(dtype=float)).prod(axis=1)
    product = float(np.prod(estimates))
    spread = (groups - 1) / groups * ((product - values) ** 2).sum()
    return Pooled(
        estimate=product,
        std_error=float(np.sqrt(spread)),
        df=groups - 1,
        weights=np.full(2, np.nan),
        leave_one_out=pd.Series(values, index=known.index),
        difference=np.nan,
        difference_p=np.nan,
    )


def beyond(
    estimate: np.ndarray, std_error: np.ndarray, df: np.ndarray | float, *, allowance: np.ndarray | float
) -> np.ndarray:
    """Two-sided p-value of an effect that lies further from zero than `allowance`; 1 within it.

    Parameters
    ----------
    estimate, std_error, df : array
        Estimates, their standard errors and the degrees of freedom of t.
    allowance : array or float
        Largest bias, in either direction, that the estimate may have.

    Returns
    -------
    array

    Examples
    --------
    >>> beyond(np.array([0.1, 0.5]), np.array([0.1, 0.1]), 9, allowance=0.15).round(4).tolist()
    [1.0, 0.0067]
    """
    excess = np.maximum(np.abs(np.asarray(estimate, dtype=float)) - allowance, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return 2 * sps.t.sf(excess / np.asarray(std_error, dtype=float), df)
