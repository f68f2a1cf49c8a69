"""Does one group of units lie apart from the others? Judged by dealing the units out anew."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..core.errors import InvalidInput
from .tidy import check_level

#: Units on each side below which nothing is said.
LEAST = 3
DRAWS = 4999


@dataclass(frozen=True)
class Apart:
    """A group's pooled rate against the others'.

    Attributes
    ----------
    estimate, reference : float
        Pooled rate of the group and of the others.
    ratio, conf_low, conf_high : float
        Group to others, with a bootstrap interval over units.
    p_value : float
        Share of deals with a ratio at least as far from 1; two-sided.
    """

    estimate: float
    reference: float
    ratio: float
    conf_low: float
    conf_high: float
    p_value: float


def group_apart(
    count: ArrayLike, base: ArrayLike, member: ArrayLike, *, draws: int = DRAWS, level: float = 0.95
) -> Apart:
    """Compare the pooled rate of a group of units with that of the others.

    Parameters
    ----------
    count, base : array-like (units,)
        Events and what they are counted of; units without a base are left out.
    member : bool array-like (units,)
        Who belongs to the group.
    draws : int
        Random deals, and bootstrap samples.
    level : float
        Level of the interval.

    Returns
    -------
    Apart
        All NaN with fewer than three units on either side, or without events.

    Notes
    -----
    Units differ among themselves more than chance, so that a binomial test of the sums would find groups
    apart where there are none. Dealing the units out to groups of the same size at random keeps that spread.

    Examples
    --------
    >>> found = group_apart([30, 28, 31, 10, 12, 9, 11], [100] * 7, [1, 1, 1, 0, 0, 0, 0])
    >>> round(found.ratio, 2), found.p_value < 0.05
    (2.83, True)
    """
    check_level(level)
    k, m, inside = (np.asarray(a).ravel() for a in (count, base, member))
    if not k.size == m.size == inside.size:
        raise InvalidInput("Counts, bases and members must have the same length.")
    kept = m > 0
    k, m, inside = k[kept].astype(float), m[kept].astype(float), inside[kept].astype(bool)
    if min(inside.sum(), (~inside).sum()) < LEAST or not k.sum() > 0:
        return Apart(*[float("nan")] * 6)
    rng = np.random.default_rng(0)
    order = rng.permuted(np.tile(inside, (draws, 1)), axis=1)
    seen, dealt = _log_ratio(k, m, inside[None, :])[0], _log_ratio(k, m, order)
    p = (1 + (np.abs(dealt) >= abs(seen) - 1e-12).sum()) / (draws + 1)
    ends = np.exp(np.quantile(_resampled(k, m, inside, rng, draws), [(1 - level) / 2, (1 + level) / 2]))
    own, other = k[inside].sum() / m[inside].sum(), k[~inside].sum() / m[~inside].sum()
    ratio = own / other if other > 0 else float("inf")
    return Apart(float(own), float(other), float(ratio), float(ends[0]), float(ends[1]), float(p))


def _log_ratio(k: np.ndarray, m: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Return the log ratio of pooled rates for each row of members; half an event more keeps it finite."""
    own = (inside @ k + 0.5) / (inside @ m)
    return np.log(own) - np.log((~inside @ k + 0.5) / (~inside @ m))


def _resampled(
    k: np.ndarray, m: np.ndarray, inside: np.ndarray, rng: np.random.Generator, draws: int
) -> np.ndarray:
    logs = []
    for side in (inside, ~inside):
        units = np.flatnonzero(side)
        drawn = units[rng.integers(0, units.size, (draws, units.size))]
        logs.append(np.log((k[drawn].sum(axis=1) + 0.5) / m[drawn].sum(axis=1)))
    return logs[0] - logs[1]
