"""Newton's method for a panel regression whose unit effects move in closed form."""

from __future__ import annotations

import numpy as np

from .absorb import by_unit, equations, only, solve
from .family import LOGIT, POISSON, Family
from .prepare import Rows

STEPS = 60
#: Newton's error after a step is about the square of the step.
TOLERANCE = 1e-6


def newton(rows: Rows, keep: np.ndarray, family: Family) -> tuple[np.ndarray, np.ndarray, bool]:
    """Newton steps with halving; unit effects move in closed form beside the terms and time effects.

    Parameters
    ----------
    rows : Rows
        Coded panel.
    keep : bool array (k,)
        Terms that are identified.
    family : Family
        Outcome family.

    Returns
    -------
    (array, array (n,), bool)
        Coefficients on the scaled terms, fitted means, whether the steps settled.

    Examples
    --------
    >>> import pandas as pd
    >>> from salesanalysis.stats.family import GAUSSIAN
    >>> from salesanalysis.stats.prepare import Effects, code
    >>> d = pd.DataFrame({"u": list("aabb"), "x": [-1.0, 1, -1, 1], "y": [0.0, 2, 5, 7]})
    >>> newton(code(d, "y", ["x"], Effects("u")), np.array([True]), GAUSSIAN)[0].tolist()
    [1.0]
    """
    panel = only(rows.panel, keep)
    k, coefficient = panel.x.shape[1], np.zeros(panel.x.shape[1])
    eta = rows.offset + _start(rows, family)
    mu = family.mean(eta)
    deviance = family.deviance(rows.y, mu)
    for _ in range(STEPS):
        weight, residual = family.weight(mu), rows.y - mu
        matrix, score = equations(panel, weight, residual)
        step = solve(matrix, score, k)[0]
        move = step[:k] @ panel.columns
        times = np.zeros(panel.n_times)
        times[panel.kept_times] = step[k:]
        move = move + times[panel.time]
        if panel.absorb:
            rest = by_unit(panel, residual - weight * move)
            move = move + (rest / np.maximum(by_unit(panel, weight), np.finfo(float).tiny))[panel.unit]
        size = 1.0
        for _ in range(30):
            trial = family.mean(eta + size * move)
            now = family.deviance(rows.y, trial)
            if now <= deviance + 1e-10 * (1 + abs(deviance)):
                break
            size /= 2
        eta, mu, deviance = eta + size * move, trial, now
        coefficient = coefficient + size * step[:k]
        if np.abs(size * move).max() < TOLERANCE * (1 + np.abs(eta).max()):
            return coefficient, mu, True
        if family.perfect(rows.y, mu).any() and _settled(rows.y, mu, size * move, family):
            return coefficient, mu, True
    return coefficient, mu, False


def _settled(y: np.ndarray, mu: np.ndarray, move: np.ndarray, family: Family) -> bool:
    """Whether only rows that are separated anyway are still moving."""
    rest = ~family.perfect(y, mu)
    return not rest.any() or float(np.abs(move[rest]).max()) < 1e-4


def _start(rows: Rows, family: Family) -> np.ndarray:
    """Starting effects inside the model's own space: unit levels on the link scale."""
    panel, base = rows.panel, np.ones(rows.y.size)
    unit = panel.unit if panel.absorb else np.zeros(rows.y.size, dtype=int)
    if family is POISSON:
        base = np.exp(np.clip(rows.offset, -600, 600))
    level = np.bincount(unit, rows.y) / np.bincount(unit, base)
    if family is POISSON:
        return np.log(level)[unit]
    if family is LOGIT:
        return np.log(level / (1 - level))[unit]
    return np.zeros(rows.y.size)
