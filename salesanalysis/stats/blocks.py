"""The normal equations of single clusters, some clusters at a time, and the estimates without each of them.

Without cluster g the equations are ``(A - A_g) d = s_g``. Where a cluster holds little of the information the
inverse of ``A`` nearly solves them, and a few conjugate-gradient steps for many clusters at once make it
exact to rounding; where it holds much, its own equations are solved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .absorb import UNITS_AT_ONCE, Panel, by_unit, cells, solve

#: Up to this leverage a cluster cannot hold all there is to know about any term, and the steps settle soon.
LARGEST_LEVERAGE = 0.5
STEPS = 25
TOLERANCE = 1e-11


@dataclass(frozen=True, eq=False)
class Blocks:
    """Normal equations of consecutive clusters over ``[terms, all times]``, units partialled out.

    Parameters
    ----------
    clusters : slice
        Which clusters.
    inner, cross : array (g, k, k), (g, k, T)
        Terms by terms and terms by times.
    held : array (g, T)
        Weight of each time.
    share, mean : array (u, T)
        Weight of each time by unit, and the same as a share of the unit's.
    edges : int array (g,)
        First unit of each cluster.
    score : array (g, k + T)
        Scores.
    """

    clusters: slice
    inner: np.ndarray
    cross: np.ndarray
    held: np.ndarray
    share: np.ndarray
    mean: np.ndarray
    edges: np.ndarray
    score: np.ndarray

    def times(self, vectors: np.ndarray) -> np.ndarray:
        """Multiply each cluster's matrix by its own vector, (g, k + T)."""
        k = self.inner.shape[1]
        x, t = vectors[:, :k, None], vectors[:, k:, None]
        top = self.inner @ x + self.cross @ t
        low = (x.transpose(0, 2, 1) @ self.cross)[:, 0] + self.held * t[:, :, 0]
        if len(self.share):
            owner = np.repeat(vectors[:, k:], np.diff([*self.edges, len(self.share)]), axis=0)
            along = (self.share * owner).sum(axis=1, keepdims=True)
            low -= np.add.reduceat(self.mean * along, self.edges)
        return np.concatenate([top[:, :, 0], low], axis=1)

    def matrix(self, g: int) -> np.ndarray:
        """Return the matrix of one cluster."""
        edges = [*self.edges, len(self.share)]
        units = slice(edges[g], edges[g + 1]) if len(self.share) else slice(0, 0)
        low = np.diag(self.held[g]) - self.mean[units].T @ self.share[units]
        return np.block([[self.inner[g], self.cross[g]], [self.cross[g].T, low]])

    def leverage(self, inverse: np.ndarray) -> np.ndarray:
        """Trace of ``inverse @ A_g`` for each cluster: the share of the parameters that it settles."""
        k = self.inner.shape[1]
        trace = (self.inner * inverse[:k, :k]).sum(axis=(1, 2))
        trace += 2 * (self.cross * inverse[:k, k:]).sum(axis=(1, 2))
        trace += self.held @ np.diag(inverse)[k:]
        if len(self.share):
            trace -= np.add.reduceat(((self.mean @ inverse[k:, k:]) * self.share).sum(axis=1), self.edges)
        return trace


def blocks(panel: Panel, weight: np.ndarray, residual: np.ndarray) -> Iterator[Blocks]:
    """Yield the clusters' equations, so many at a time that memory does not grow with the clusters.

    Parameters
    ----------
    panel : Panel
        The panel.
    weight, residual : array (n,)
        Working weights and score residuals.

    Examples
    --------
    >>> unit = np.array([0, 0, 1, 1]); x = np.array([[0.0], [1], [0], [3]])
    >>> part = next(blocks(Panel(x, unit, 0 * unit, unit), np.ones(4), np.array([-1.0, 1, 0, 0])))
    >>> part.inner.ravel().tolist(), part.score[:, 0].tolist()
    ([0.5, 4.5], [1.0, 0.0])
    """
    first = 0
    starts = panel.unit[panel.cluster_edges[:-1]]  # first unit of each cluster
    while first < panel.n_clusters:
        room = np.searchsorted(starts, starts[first] + UNITS_AT_ONCE)
        last = int(np.clip(room, first + 1, first + UNITS_AT_ONCE))
        last = min(last, panel.n_clusters)
        yield _block(panel, weight, residual, slice(first, last))
        first = last


def _block(panel: Panel, weight: np.ndarray, residual: np.ndarray, clusters: slice) -> Blocks:
    edge = panel.cluster_edges[clusters.start : clusters.stop + 1]
    rows, count, times = slice(edge[0], edge[-1]), len(edge) - 1, panel.n_times
    x, w, r, time = panel.columns[:, rows], weight[rows], residual[rows], panel.time[rows]
    weighted, k = w * x, len(x)
    group = panel.cluster[rows] - clusters.start
    edge = edge - edge[0]
    inner = np.array([x[:, a:b] @ weighted[:, a:b].T for a, b in pairwise(edge)])
    cross = np.array([cells(group, time, row, (count, times)) for row in weighted])
    cross = np.ascontiguousarray(cross.reshape(k, count, times).transpose(1, 0, 2))
    held = cells(group, time, w, (count, times))
    score_x = np.add.reduceat(x * r, edge[:-1], axis=1).T
    score_t = cells(group, time, r, (count, times))
    share = mean = np.zeros((0, times))
    edges = np.zeros(count, dtype=int)
    if panel.absorb:
        unit = panel.unit[rows] - panel.unit[rows][0]
        some = Panel(panel.x[rows], unit, time, group)
        total = np.maximum(by_unit(some, w), np.finfo(float).tiny)
        share = cells(unit, time, w, (some.n_units, times))
        mean, edges = share / total[:, None], unit[edge[:-1]]
        sums, rest = by_unit(some, weighted).T, by_unit(some, r)[:, None]
        average = sums / total[:, None]
        inner -= np.add.reduceat(average[:, :, None] * sums[:, None, :], edges)
        cross -= np.add.reduceat(sums[:, :, None] * mean[:, None, :], edges)
        score_x = score_x - np.add.reduceat(average * rest, edges)
        score_t = score_t - np.add.reduceat(mean * rest, edges)
    score = np.concatenate([score_x, score_t], axis=1)
    return Blocks(clusters, inner, cross, held, share, mean, edges, score)


def left_out(
    part: Blocks, matrix: np.ndarray, inverse: np.ndarray, place: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Change of the terms when each cluster of a part is left out.

    Parameters
    ----------
    part : Blocks
        Some clusters.
    matrix, inverse : array (p, p)
        The whole matrix over ``[terms, kept times]`` and its inverse.
    place : int array (p,)
        Places of the kept parameters among ``[terms, all times]``.

    Returns
    -------
    (array (g, k), bool array (g, k))
        The changes and which of them are determined.

    Examples
    --------
    >>> unit = np.array([0, 0, 1, 1]); x = np.array([[0.0], [1], [0], [3]])
    >>> part = next(blocks(Panel(x, unit, 0 * unit, unit), np.ones(4), np.array([-1.0, 1, 0, 0])))
    >>> left_out(part, np.array([[5.0]]), np.array([[0.2]]), np.array([0]))[0].round(3).tolist()
    [[0.222], [0.0]]
    """
    k, width = part.inner.shape[1], part.score.shape[1]
    wide = np.zeros((width, width))
    wide[np.ix_(place, place)] = inverse
    easy = part.leverage(wide) < LARGEST_LEVERAGE
    change = np.full((len(part.inner), k), np.nan)
    known = np.ones(change.shape, dtype=bool)
    if easy.any():
        found, settled = _gradient(part, matrix, inverse, place)
        change[settled], easy = found[settled], easy & settled
    for g in np.flatnonzero(~easy):
        own = part.matrix(g)[np.ix_(place, place)]
        solution, known[g] = solve(matrix - own, part.score[g, place], k)
        change[g] = solution[:k]
    return change, known


def _gradient(
    part: Blocks, matrix: np.ndarray, inverse: np.ndarray, place: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Conjugate gradients for every cluster at once, preconditioned with the inverse of the whole."""
    rest = part.score[:, place].copy()
    ahead = rest @ inverse
    step, size = ahead, (rest * ahead).sum(axis=1)
    least, found = TOLERANCE**2 * size, np.zeros_like(rest)
    padded = np.zeros_like(part.score)
    for _ in range(STEPS):
        if (size <= least).all():
            break
        padded[:, place] = step
        along = step @ matrix - part.times(padded)[:, place]
        length = _ratio(size, (step * along).sum(axis=1))[:, None]
        found = found + length * step
        rest = rest - length * along
        ahead = rest @ inverse
        now = (rest * ahead).sum(axis=1)
        step, size = ahead + _ratio(now, size)[:, None] * step, now
    return found[:, : part.inner.shape[1]], size <= least


def _ratio(top: np.ndarray, low: np.ndarray) -> np.ndarray:
    return np.divide(top, low, out=np.zeros_like(top), where=low > 0)
