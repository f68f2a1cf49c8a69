"""Covariances of a fitted panel regression: cluster jackknife (CR3), sandwich (CR1) and model-based.

The jackknife deletes one cluster at a time from the linearised fit: with ``A = Z'WZ`` and scores ``s_g``,
``delta_g = (A - A_g)^+ s_g`` is the change of the estimate when cluster g is left out and
``V = (G - 1) / G * sum_g delta_g delta_g'``, judged against t with G - 1 degrees of freedom. Z holds
terms and time effects with unit effects partialled out, so every deletion re-estimates the time effects. For
a linear model the result equals the full refits exactly. There is no other small-sample factor.
MacKinnon, Nielsen and Webb (2023), "Cluster-robust inference: a guide to empirical practice".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .absorb import Panel, equations, solve
from .blocks import blocks, left_out


@dataclass(frozen=True, eq=False)
class Covariances:
    """Three covariances of the terms and what the deletions say.

    Parameters
    ----------
    cr3, cr1, iid : array (k, k)
        Cluster jackknife, cluster sandwich with ``G/(G-1) * (n-1)/(n-k)``, model-based (sandwich-free).
    delta : array (G, k)
        Estimate minus the estimate without each cluster; NaN where that is not determined.
    single : bool array (k,)
        Terms that rest on one cluster: without it nothing is left to estimate them from.
    """

    cr3: np.ndarray
    cr1: np.ndarray
    iid: np.ndarray
    delta: np.ndarray
    single: np.ndarray


def covariances(panel: Panel, weight: np.ndarray, residual: np.ndarray, *, dispersion: float) -> Covariances:
    """All three covariances at a fitted panel.

    Parameters
    ----------
    panel : Panel
        The panel; every term identified.
    weight, residual : array (n,)
        Working weights and score residuals at the estimate.
    dispersion : float
        Factor of the model-based covariance: residual variance for least squares, 1 otherwise.

    Returns
    -------
    Covariances

    Examples
    --------
    >>> unit = np.array([0, 0, 1, 1, 2, 2]); x = np.array([[0.0], [1], [0], [1], [0], [1]])
    >>> gap = np.array([0.0, 1, 0, 2, 0, 3]) - np.array([-0.5, 1.5] * 3)
    >>> found = covariances(Panel(x, unit, 0 * unit, unit), np.ones(6), gap, dispersion=1.0)
    >>> round(float(found.cr3[0, 0]), 4)  # differences 1, 2, 3: variance of their mean
    0.3333
    """
    n, k = panel.x.shape
    groups = panel.n_clusters
    matrix, _ = equations(panel, weight, residual)
    inverse = solve(matrix, np.eye(len(matrix)), k)[0]
    place = np.concatenate([np.arange(k), k + panel.kept_times])
    delta, bread = np.full((groups, k), np.nan), np.zeros((groups, k))
    single = np.zeros(k, dtype=bool)
    for part in blocks(panel, weight, residual):
        change, known = left_out(part, matrix, inverse, place)
        delta[part.clusters] = np.where(known, change, np.nan)
        bread[part.clusters] = part.score[:, place] @ inverse[:, :k]
        single |= (~known).any(axis=0)
    held = np.nan_to_num(delta)
    cr3 = (groups - 1) / groups * held.T @ held
    # CR1 counts the terms only, as is usual when the other effects lie in, or are few beside, the clusters.
    factor = groups / (groups - 1) * (n - 1) / max(n - k, 1)
    cr1 = factor * bread.T @ bread
    cr3[single, :] = np.nan
    cr3[:, single] = np.nan
    return Covariances(cr3, cr1, dispersion * inverse[:k, :k], delta, single)
