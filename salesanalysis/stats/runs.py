"""Runs of days without an event: how likely is so long a run for somebody with these habits?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def longest_run(silent: ArrayLike) -> tuple[int, int]:
    """Return where the longest run of true values begins and how long it is; the latest of equal ones.

    Examples
    --------
    >>> longest_run([True, False, True, True, False])
    (2, 2)
    >>> longest_run([False])
    (0, 0)
    """
    marks = np.concatenate([[0], np.asarray(silent, dtype=int), [0]])
    steps = np.diff(marks)
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    if not len(starts):
        return 0, 0
    lengths = ends - starts
    best = len(lengths) - 1 - int(np.argmax(lengths[::-1]))
    return int(starts[best]), int(lengths[best])


def run_chance(length: int, days: int, begin: float, go_on: float) -> float:
    """Return the chance that a run of at least `length` silent days occurs within `days` days.

    Parameters
    ----------
    length, days : int
        Length of the run, and days looked at.
    begin, go_on : float
        Chance that a day is silent after one that was not, and after one that was.

    Notes
    -----
    Days form a Markov chain of two states that starts in its long-run shares; the chance is exact.

    Examples
    --------
    >>> round(run_chance(2, 2, 0.5, 0.5), 4), round(run_chance(3, 60, 0.01, 0.3), 3)
    (0.25, 0.051)
    >>> run_chance(5, 3, 0.5, 0.5), run_chance(0, 3, 0.5, 0.5)
    (0.0, 1.0)
    """
    if length <= 0:
        return 1.0
    if length > days:
        return 0.0
    usual = begin / (begin + 1 - go_on) if begin > 0 else 0.0
    # state[k]: no such run yet, and the last k days were silent.
    state = np.zeros(length + 1)
    state[0], state[1] = 1 - usual, usual
    for _ in range(days - 1):
        done, active, run = state[length], state[0], state[1:length]
        after = np.zeros(length + 1)
        after[0] = active * (1 - begin) + run.sum() * (1 - go_on)
        after[1] = active * begin
        after[2:] = run * go_on
        after[length] += done
        state = after
    return float(min(max(state[length], 0.0), 1.0))


def transitions(silent: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Count how silent days follow others: one row a unit.

    Parameters
    ----------
    silent, known : array (units, days)
        Whether a day was silent, and whether it counts at all. A day's neighbour is the last one before it
        that counts: weekends and leave do not break a run.

    Returns
    -------
    array (units, 4)
        Silent days after one with an event, all days after such a one; silent days after a silent one, all
        days after a silent one.

    Examples
    --------
    >>> days = np.array([[0, 0, 1, 1, 0, 0]], dtype=bool)
    >>> transitions(days, np.ones_like(days)).tolist()
    [[1.0, 3.0, 1.0, 2.0]]
    """
    found = np.zeros((len(silent), 4))
    last = np.full(len(silent), -1)
    for day in range(silent.shape[1]):
        counts, is_silent = known[:, day], silent[:, day]
        for column, state in ((0, 0), (2, 1)):
            follows = counts & (last == state)
            found[:, column] += follows & is_silent
            found[:, column + 1] += follows
        last = np.where(counts, is_silent, last)
    return found


def habits(
    own: np.ndarray, group: np.ndarray, *, weight: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Estimate each unit's chances of a silent day, drawn towards those of its group.

    Parameters
    ----------
    own, group : array (units, 4)
        As `transitions` counts them, of the unit and of the group it is drawn to.
    weight : (float, float)
        Days of the group that stand beside the unit's own, for the first and for the second chance.

    Returns
    -------
    tuple of array (units,)
        `begin`, `go_on` as `run_chance` takes them.

    Examples
    --------
    >>> begin, go_on = habits(np.array([[1, 19, 0, 1]]), np.array([[9, 189, 5, 9]]), weight=(20, 5))
    >>> begin.round(3).tolist(), go_on.round(3).tolist()
    ([0.051], [0.458])
    """
    found = []
    for column, days in ((0, weight[0]), (2, weight[1])):
        # A half of an event keeps the group off zero and one.
        centre = (group[:, column] + 0.5) / (group[:, column + 1] + 1)
        found.append((own[:, column] + days * centre) / (own[:, column + 1] + days))
    return found[0], found[1]
