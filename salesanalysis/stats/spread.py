"""Shares of several groups: whether they differ more than chance at all, and each against the rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats as sps

from ..core.errors import InvalidInput
from .difference import square_and_add
from .interval import Interval, wilson

#: Expected successes and failures of a group under which its share is tested exactly.
_NORMAL = 10.0


def design_effect(
    success: ArrayLike, group: ArrayLike, cluster: ArrayLike, *, least: int = 8
) -> tuple[float, int]:
    """By how much cases of one cluster, such as a rep, make shares of groups scatter beyond chance.

    Parameters
    ----------
    success : array-like of bool (n,)
        Outcome of each case.
    group, cluster : array-like (n,)
        Group whose share is asked for, and what cases belong to together; a cluster may lie in many groups.
    least : int
        Pairs of group and cluster beyond the groups under which the effect is not estimated.

    Returns
    -------
    (float, int)
        Variance ratio, at least 1, and its degrees of freedom; (1, 0) where it cannot be estimated.

    Notes
    -----
    Variance of the sums by group and cluster around the share of the group, over the binomial variance
    (Rao and Scott 1992), never below 1.

    Examples
    --------
    >>> design_effect([1] * 10 + [0] * 10, ["a"] * 20, ["x"] * 10 + ["y"] * 10, least=1)
    (20.0, 1)
    """
    y = np.asarray(success, dtype=float)
    of = np.unique(np.asarray(group), return_inverse=True)[1]
    in_cluster = np.unique(np.asarray(cluster), return_inverse=True)[1]
    if not y.size == of.size == in_cluster.size:
        raise InvalidInput("Outcomes, groups and clusters must be lists of the same length.")
    if not y.size:
        return 1.0, 0
    share = np.bincount(of, y) / np.bincount(of)
    pairs, where = np.unique(of * (in_cluster.max() + 1) + in_cluster, return_inverse=True)
    chance = float((share * (1 - share))[of].sum())
    free = len(pairs) - len(share)
    if free < least or chance <= 0:
        return 1.0, 0
    between = float((np.bincount(where, y - share[of]) ** 2).sum()) * len(pairs) / free
    return max(between / chance, 1.0), free


def shares_spread(
    successes: ArrayLike, n: ArrayLike, *, dispersion: float = 1.0, df: float = np.inf
) -> float:
    """P-value of shares of groups being one share: Pearson's chi-square, scaled by a design effect.

    Parameters
    ----------
    successes, n : array-like (groups,)
        Successes and trials.
    dispersion, df : float
        Design effect and its degrees of freedom.

    Returns
    -------
    float
        NaN with fewer than two groups, or where all cases end alike.

    Examples
    --------
    >>> round(shares_spread([30, 10], [50, 50]), 6)
    4.5e-05
    """
    k, m = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    k, m = k[m > 0], m[m > 0]
    if k.size < 2 or k.sum() in (0, m.sum()):
        return float("nan")
    share, free = k.sum() / m.sum(), k.size - 1
    statistic = float(((k - m * share) ** 2 / (m * share * (1 - share))).sum()) / dispersion
    if dispersion > 1 and np.isfinite(df) and df > 0:
        return float(sps.f.sf(statistic / free, free, df))
    return float(sps.chi2.sf(statistic, free))


def against_rest(
    successes: ArrayLike, n: ArrayLike, *, dispersion: float = 1.0, df: float = np.inf, level: float = 0.95
) -> tuple[Interval, np.ndarray, np.ndarray]:
    """Compare each group's share with that of all other groups together.

    Parameters
    ----------
    successes, n : array-like (groups,)
        Successes and trials.
    dispersion, df : float
        Design effect by which trials count less, and its degrees of freedom.
    level : float
        Level of the intervals.

    Returns
    -------
    (Interval, array (groups,), array (groups,))
        Difference from the rest (Newcombe), share of the rest, two-sided p-value: exact (mid-p of the
        hypergeometric) where few cases are expected, else normal, or t where the dispersion is estimated.

    Examples
    --------
    >>> found, rest, p = against_rest([30, 10], [50, 50])
    >>> found.estimate.round(2).tolist(), rest.round(2).tolist(), bool(p[0] < 0.001)
    ([0.4, -0.4], [0.2, 0.6], True)
    """
    k, m = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    hits, cases = k.sum(), m.sum()
    worth = [wilson(a / dispersion, b / dispersion, level=level) for a, b in ((k, m), (hits - k, cases - m))]
    share = hits / cases if cases else np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(m * share * (1 - share) * (1 - m / cases) * dispersion)
        z = np.abs(k - m * share) / np.where(error > 0, error, np.nan)
    estimated = dispersion > 1 and np.isfinite(df) and df > 0
    p = 2 * (sps.t.sf(z, df) if estimated else sps.norm.sf(z))
    few = np.isfinite(z) & (np.minimum(share, 1 - share) * m < _NORMAL * dispersion)
    if few.any():
        p[few] = (
            np.maximum(p[few], _mid_p(k[few], m[few], hits, cases))
            if estimated
            else _mid_p(k[few], m[few], hits, cases)
        )
    return square_and_add(*worth), np.asarray(worth[1].estimate), p


def _mid_p(k: np.ndarray, m: np.ndarray, hits: float, cases: float) -> np.ndarray:
    """Two-sided mid-p of `k` successes among `m` cases drawn from all: twice the smaller tail."""
    drawn = sps.hypergeom(int(cases), int(hits), m.astype(int))
    half = drawn.pmf(k) / 2
    return np.minimum(2 * np.minimum(drawn.cdf(k) - half, drawn.sf(k) + half), 1.0)
