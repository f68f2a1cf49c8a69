"""A two-way panel with the unit effects partialled out exactly and the time effects kept as columns.

The columns of the fitted model are ``[terms, time dummies, unit dummies]``. Unit dummies are never built: for
weights ``w`` their part of the normal equations is diagonal, so each unit's weighted mean removes it exactly.
Time dummies are kept (there are few): deleting a cluster changes them and the jackknife must follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

# A pivot below this share of its column's own scale is a linear dependence, not information.
SINGULAR = 1e-9
#: Units whose times are laid out side by side at once; it bounds memory and keeps the work in cache.
UNITS_AT_ONCE = 256


@dataclass(frozen=True, eq=False)
class Panel:
    """Coded rows of a panel, sorted by cluster and then unit.

    Parameters
    ----------
    x : array (n, k)
        Terms.
    unit, time, cluster : int array (n,)
        Codes from 0 without holes; units lie inside clusters.
    absorb : bool
        Whether unit effects are removed; if not, the caller puts an intercept into `x`.
    """

    x: np.ndarray
    unit: np.ndarray
    time: np.ndarray
    cluster: np.ndarray
    absorb: bool = True

    @cached_property
    def n_times(self) -> int:
        """Number of time periods."""
        return int(self.time.max()) + 1

    @cached_property
    def n_units(self) -> int:
        """Number of units."""
        return int(self.unit.max()) + 1

    @cached_property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return int(self.cluster.max()) + 1

    @cached_property
    def kept_times(self) -> np.ndarray:
        """Times with a dummy column: all but one in each connected part of the unit-time graph."""
        if not self.absorb:
            return np.arange(1, self.n_times)
        edges = coo_matrix(
            (np.ones(self.unit.size), (self.unit, self.n_units + self.time)),
            shape=(self.n_units + self.n_times,) * 2,
        )
        part = connected_components(edges, directed=False)[1][self.n_units :]
        first = np.unique(part, return_index=True)[1]
        return np.setdiff1d(np.arange(self.n_times), first)

    @cached_property
    def unit_edges(self) -> np.ndarray:
        """First row of each unit, and the number of rows at the end."""
        return np.searchsorted(self.unit, np.arange(self.n_units + 1))

    @cached_property
    def cluster_edges(self) -> np.ndarray:
        """First row of each cluster, and the number of rows at the end."""
        return np.searchsorted(self.cluster, np.arange(self.n_clusters + 1))

    @cached_property
    def columns(self) -> np.ndarray:
        """Terms as contiguous rows (k, n), without unit means: the model is the same, rounding is less."""
        x = np.array(self.x.T, order="C", ndmin=2)
        if self.absorb and x.size:
            count = np.diff(self.unit_edges)
            x -= np.repeat(by_unit(self, x) / count, count, axis=1)
        return x

    @property
    def n_parameters(self) -> int:
        """Parameters of the full model, unit effects included."""
        return self.x.shape[1] + self.kept_times.size + (self.n_units if self.absorb else 0)


def by_unit(panel: Panel, values: np.ndarray) -> np.ndarray:
    """Sum values, whose last axis is rows, over the rows of each unit.

    Examples
    --------
    >>> unit = np.array([0, 0, 1]); zero = np.zeros(3, dtype=int)
    >>> by_unit(Panel(np.zeros((3, 0)), unit, zero, unit), np.array([1.0, 2, 5])).tolist()
    [3.0, 5.0]
    """
    return np.add.reduceat(values, panel.unit_edges[:-1], axis=-1)


def equations(panel: Panel, weight: np.ndarray, residual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Normal matrix and score of ``[terms, time dummies]`` after removing units.

    Parameters
    ----------
    panel : Panel
        The panel.
    weight, residual : array (n,)
        Working weights and score residuals ``y - mu``.

    Returns
    -------
    (array (p, p), array (p,))
        ``Z'WZ`` and ``Z'r`` with Z partialled out by unit.

    Examples
    --------
    >>> zero = np.zeros(4, dtype=int)
    >>> p = Panel(np.array([[1.0], [2.0], [3.0], [6.0]]), zero, zero, zero)
    >>> equations(p, np.ones(4), np.ones(4))[0]
    array([[14.]])
    """
    x, time, times, kept = panel.columns, panel.time, panel.n_times, panel.kept_times
    weighted = weight * x
    inner, score = weighted @ x.T, x @ residual
    cross = np.array([np.bincount(time, row, times) for row in weighted]).reshape(len(x), times)
    by_time = np.diag(np.bincount(time, weight, times))
    score_time = np.bincount(time, residual, times)
    if panel.absorb:
        total = np.maximum(by_unit(panel, weight), np.finfo(float).tiny)
        sums, rest = by_unit(panel, weighted), by_unit(panel, residual)
        inner -= (sums / total) @ sums.T
        score = score - sums @ (rest / total)
        for first in range(0, panel.n_units, UNITS_AT_ONCE):  # units x times is never held whole
            last = min(first + UNITS_AT_ONCE, panel.n_units)
            rows, some = slice(*panel.unit_edges[[first, last]]), slice(first, last)
            share = cells(panel.unit[rows] - first, time[rows], weight[rows], (last - first, times))
            mean = share / total[some, None]
            by_time -= mean.T @ share
            cross -= sums[:, some] @ mean
            score_time -= rest[some] @ mean
    cross, by_time = cross[:, kept], by_time[np.ix_(kept, kept)]
    return np.block([[inner, cross], [cross.T, by_time]]), np.concatenate([score, score_time[kept]])


def cells(group: np.ndarray, time: np.ndarray, values: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Sum values by group and time.

    Examples
    --------
    >>> cells(np.array([0, 1, 1]), np.array([1, 0, 0]), np.array([5.0, 2, 3]), (2, 2)).tolist()
    [[0.0, 5.0], [5.0, 0.0]]
    """
    return np.bincount(group * shape[1] + time, values, shape[0] * shape[1]).reshape(shape)


def solve(matrix: np.ndarray, vector: np.ndarray, terms: int) -> tuple[np.ndarray, np.ndarray]:
    """Solve a symmetric system that may be singular, telling which terms it still determines.

    Parameters
    ----------
    matrix : array (p, p)
        Symmetric, positive semi-definite.
    vector : array (p,) or (p, m)
        Right-hand side.
    terms : int
        How many leading unknowns are terms.

    Returns
    -------
    (array, bool array (terms,))
        The (minimum-norm) solution and whether each term is determined.

    Examples
    --------
    >>> solution, known = solve(np.diag([4.0, 0.0]), np.array([8.0, 0.0]), 2)
    >>> solution.tolist(), known.tolist()
    ([2.0, 0.0], [True, False])
    """
    if matrix.size == 0:
        return vector, np.ones(terms, dtype=bool)
    scale = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    scale = np.where(scale > 0, scale, 1.0)
    scaled = matrix / np.outer(scale, scale)
    right = (vector.T / scale).T
    try:
        factor = cho_factor(scaled, lower=True, check_finite=False)
    except np.linalg.LinAlgError:
        factor = None
    if factor is not None and np.diag(factor[0]).min() ** 2 > SINGULAR:
        return (cho_solve(factor, right, check_finite=False).T / scale).T, np.ones(terms, dtype=bool)
    value, vectors = np.linalg.eigh(scaled)
    small = value <= SINGULAR * max(value.max(), 1.0)
    inverse = np.where(small, 0.0, 1.0 / np.where(small, 1.0, value))
    solution = vectors @ (inverse * (vectors.T @ right).T).T
    known = (np.abs(vectors[:terms, small]) < 1e-4).all(axis=1)
    return (solution.T / scale).T, known


def identified(panel: Panel) -> tuple[np.ndarray, list[str]]:
    """Which terms the panel can tell apart from each other and from the unit and time effects.

    Returns
    -------
    (bool array (k,), list of str)
        Terms to fit (a maximal independent set), and per term the reason it has no estimate of its own:
        ``""``, ``"no_variation"`` or ``"collinear"``. A term in an exact linear relation with other terms
        has no estimate whatever the order of the columns, even though one of them stays in the fit.

    Examples
    --------
    >>> unit = np.array([0, 0, 0, 1, 1, 1]); x = np.array([[1.0, 5], [2, 5], [4, 5], [3, 7], [1, 7], [1, 7]])
    >>> identified(Panel(x, unit, np.zeros(6, dtype=int), unit))[1]
    ['', 'no_variation']
    """
    k = panel.x.shape[1]
    if k == 0:
        return np.zeros(0, dtype=bool), []
    ones = np.ones(panel.unit.size)
    matrix, _ = equations(panel, ones, ones)
    cross = matrix[:k, k:]
    remain = matrix[:k, :k] - cross @ solve(matrix[k:, k:], cross.T, 0)[0]
    spread = ((panel.x - panel.x.mean(axis=0)) ** 2).sum(axis=0)
    if not panel.absorb:
        spread = (panel.x**2).sum(axis=0)
    left = np.diag(remain).copy()
    varies = (left > SINGULAR * spread) & (spread > 0)
    scale = np.sqrt(np.where(varies, left, 1.0))
    correlation = remain / np.outer(scale, scale)
    keep = np.zeros(k, dtype=bool)
    for j in np.flatnonzero(varies):
        own = correlation[j, keep]
        explained = own @ solve(correlation[np.ix_(keep, keep)], own, 0)[0]
        keep[j] = correlation[j, j] - explained > SINGULAR
    reasons = np.where(varies, "", "no_variation").astype(object)
    for j in np.flatnonzero(varies & ~keep):
        weights = solve(correlation[np.ix_(keep, keep)], correlation[keep, j], 0)[0]
        reasons[j] = "collinear"
        reasons[np.flatnonzero(keep)[np.abs(weights) > 1e-4]] = "collinear"
    return keep, list(reasons)


def only(panel: Panel, keep: np.ndarray) -> Panel:
    """The same panel with only some of its terms.

    Examples
    --------
    >>> zero = np.zeros(2, dtype=int)
    >>> only(Panel(np.ones((2, 3)), zero, zero, zero), np.array([True, False, True])).x.shape
    (2, 2)
    """
    if keep.all():
        return panel
    return Panel(panel.x[:, keep], panel.unit, panel.time, panel.cluster, panel.absorb)
