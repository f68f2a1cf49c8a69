"""Wild cluster restricted bootstrap of two-way least squares: a p-value that leans on no t distribution.

With the null imposed, each draw flips the residuals of whole clusters and the t statistic is computed anew.
Everything a draw needs is a sum by cluster, so a thousand draws are a few matrix products.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .absorb import Panel, by_unit, cells, equations, identified, only, solve
from .prepare import Effects, code, usable
from .threads import on_one_thread

DRAWS = 999
#: Up to this many clusters two-point weights give too few different draws; Webb's six points give enough.
FEW_CLUSTERS = 12


@on_one_thread
def wild_cluster_p(
    frame: pd.DataFrame,
    outcome: str,
    *,
    terms: list[str],
    effects: Effects,
    draws: int = DRAWS,
    seed: int = 0,
) -> pd.Series:
    """Bootstrap p-value of each term, all terms kept in the model.

    Parameters
    ----------
    frame : DataFrame
        One row per unit and time.
    outcome : str
        Numeric column.
    terms : list of str
        Numeric columns.
    effects : Effects
        Unit, time and cluster columns; an offset is not used.
    draws, seed : int
        Number of draws and their seed.

    Returns
    -------
    Series
        Two-sided p-value by term; NaN for a term that has no estimate of its own. The order of rows and the
        names of clusters do not change it.

    Notes
    -----
    Cameron, Gelbach and Miller (2008); six-point weights of Webb (2023) up to 12 clusters, else -1 and 1.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> d = pd.DataFrame({"rep": np.repeat(np.arange(12), 40), "week": np.tile(np.arange(40), 12)})
    >>> d["x"], d["noise"] = rng.normal(size=480), rng.normal(size=480)
    >>> d["y"] = d["x"] + rng.normal(size=480)
    >>> p = wild_cluster_p(d, "y", terms=["x", "noise"], effects=Effects("rep", "week"))
    >>> bool(p["x"] < 0.01), bool(p["noise"] > 0.05)
    (True, True)
    """
    data, _ = usable(frame, outcome, list(terms), effects)
    rows = code(data, outcome, list(terms), effects)
    keep, reasons = identified(rows.panel)
    named = ([] if effects.absorb else [""]) + list(terms)
    panel, kept = only(rows.panel, keep), [name for name, on in zip(named, keep, strict=True) if on]
    found = pd.Series(np.nan, index=list(terms))
    if rows.y.size <= panel.n_parameters:
        return found
    ones = np.ones(rows.y.size)
    matrix, score = equations(panel, ones, rows.y)
    inverse = solve(matrix, np.eye(len(matrix)), 0)[0]
    weights = wild_weights(panel.n_clusters, draws, seed)
    for j, name in enumerate(kept):
        if name and not reasons[named.index(name)]:
            found[name] = _p_value(panel, rows.y, (inverse, inverse @ score), j, weights)
    return found


def wild_weights(clusters: int, draws: int, seed: int = 0) -> np.ndarray:
    """Draw weights of mean 0 and variance 1, one row a draw.

    Examples
    --------
    >>> sorted(set((wild_weights(5, 99) ** 2).round(6).ravel().tolist())), wild_weights(20, 9).shape
    ([0.5, 1.0, 1.5], (9, 20))
    """
    points = np.sqrt([0.5, 1.0, 1.5]) if clusters <= FEW_CLUSTERS else np.ones(1)
    both = np.concatenate([-points, points])
    return np.random.default_rng(seed).choice(both, size=(draws, clusters))


def _p_value(
    panel: Panel, y: np.ndarray, fitted: tuple[np.ndarray, np.ndarray], j: int, weights: np.ndarray
) -> float:
    """Bootstrap one term with its coefficient set to zero."""
    inverse, coefficient = fitted
    own = inverse[:, j] / inverse[j, j]
    rest = _within(panel, y) - _combine(panel, coefficient - own * coefficient[j])
    term = _combine(panel, own)  # what the other terms and the effects leave of the term
    s, q = _scores(panel, rest), _scores(panel, term)
    part = np.add.reduceat(term * rest, panel.cluster_edges[:-1])
    order = np.argsort(part, kind="stable")  # so that names of clusters do not matter
    s, q, part = s[order], q[order], part[order]
    drawn = np.vstack([np.ones(len(part)), weights])
    slope = drawn @ part
    scores = drawn * part - ((drawn @ s) @ inverse) @ q.T
    spread = np.sqrt((scores**2).sum(axis=1))
    t = np.abs(np.divide(slope, spread, out=np.zeros_like(slope), where=spread > 0))
    return float((1 + (t[1:] >= t[0] * (1 - 1e-9)).sum()) / len(t))


def _within(panel: Panel, values: np.ndarray) -> np.ndarray:
    if not panel.absorb:
        return values
    return values - (by_unit(panel, values) / np.diff(panel.unit_edges))[panel.unit]


def _combine(panel: Panel, coefficient: np.ndarray) -> np.ndarray:
    """Row values of a combination of terms and times, without the units' means."""
    k = len(panel.columns)
    times = np.zeros(panel.n_times)
    times[panel.kept_times] = coefficient[k:]
    return coefficient[:k] @ panel.columns + _within(panel, times[panel.time])


def _scores(panel: Panel, values: np.ndarray) -> np.ndarray:
    """Sums of values with terms and times by cluster; the values have no unit means."""
    terms = np.add.reduceat(panel.columns * values, panel.cluster_edges[:-1], axis=1).T
    times = cells(panel.cluster, panel.time, values, (panel.n_clusters, panel.n_times))
    return np.hstack([terms, times[:, panel.kept_times]])
