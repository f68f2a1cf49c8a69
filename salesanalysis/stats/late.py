"""Time to one of several ends, for cases that may come under observation late and belong to clusters.

Where nothing comes late, the estimates are those of `survival`; what is added here is left truncation with
competing ends, and standard errors that allow for cases of one cluster being alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats as sps

from ..core.errors import InvalidInput
from .interval import wilson
from .tidy import check_level


@dataclass(frozen=True)
class Estimate:
    """One number with its standard error and interval.

    `n` cases in `groups` clusters, of which `events` ended in the way looked at.
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    n: int
    events: int
    groups: int


@dataclass(frozen=True, eq=False)
class Watched:
    """Cases counted at the times at which something ended: cases at risk and ends by cause.

    Parameters
    ----------
    time, entry : array (n,)
        End of the watch and its beginning; a case is at risk at t where ``entry < t <= time``.
    cause : array (n,)
        0: not ended; 1 to `causes`: how it ended.
    cluster : array (n,)
        What the case belongs to.
    """

    time: np.ndarray
    entry: np.ndarray
    cause: np.ndarray
    cluster: np.ndarray
    grid: np.ndarray
    at_risk: np.ndarray
    ends: np.ndarray
    """Ends by cause (rows) and time (columns)."""

    @property
    def groups(self) -> int:
        """Number of clusters."""
        return int(self.cluster.max(initial=-1)) + 1

    @property
    def hazard(self) -> np.ndarray:
        """Chance to end at each time by cause."""
        return self.ends / self.at_risk

    @property
    def before(self) -> np.ndarray:
        """Share for which nothing had ended just before each time."""
        left = np.cumprod(1 - self.hazard.sum(axis=0))
        return np.concatenate([[1.0], left[:-1]]) if left.size else left


def watch(
    time: ArrayLike, cause: ArrayLike, *, entry: ArrayLike | None = None, cluster: ArrayLike | None = None
) -> Watched:
    """Count cases at risk and ends.

    Parameters
    ----------
    time, cause : array-like (n,)
        End of the watch (0 or more) and how the case ended (0: it had not).
    entry : array-like (n,), optional
        When the case came under observation, before `time`; default: from the beginning, even at time 0.
    cluster : array-like (n,), optional
        What the case belongs to; default: each to itself.

    Raises
    ------
    InvalidInput
        Times are missing or negative, or a case comes under observation after its end.

    Examples
    --------
    >>> watch([2, 3, 3, 5], [1, 2, 0, 1]).at_risk.tolist()
    [4, 3, 1]
    """
    t, kind = np.asarray(time, dtype=float), np.asarray(cause, dtype=int)
    start = np.full(t.shape, -np.inf) if entry is None else np.asarray(entry, dtype=float)
    if t.shape != kind.shape or t.shape != start.shape or t.ndim != 1:
        raise InvalidInput("Times, causes and entries must be lists of the same length.")
    if not np.isfinite(t).all() or (t < 0).any() or not (start < t).all() or (kind < 0).any():
        raise InvalidInput(
            "Every case must come under observation before its time, and times are not negative."
        )
    of = np.arange(t.size) if cluster is None else pd.factorize(np.asarray(cluster), use_na_sentinel=False)[0]
    grid = np.unique(t[kind > 0])
    over = t.size - np.searchsorted(np.sort(t), grid, side="left")
    waiting = t.size - np.searchsorted(np.sort(start), grid, side="left")
    ends = np.zeros((int(kind.max(initial=0)), grid.size))
    happened = kind > 0
    np.add.at(ends, (kind[happened] - 1, np.searchsorted(grid, t[happened])), 1)
    return Watched(t, start, kind, of, grid, over - waiting, ends)


def incidence(
    cases: Watched, cause: int = 1, *, until: float = np.inf, level: float = 0.95
) -> tuple[Estimate, float]:
    """Estimate the share that ends by `cause` (Aalen-Johansen with left truncation).

    Parameters
    ----------
    cases : Watched
    cause : int
    until : float
        Time up to which ends count; default: to the last one.
    level : float
        Level of the interval, on the log(-log) scale with t by the clusters.

    Returns
    -------
    Estimate, float
        And the share for which by then nothing had ended.

    Notes
    -----
    Andersen, Borgan, Gill and Keiding (1993), section 4.4; the variance sums the influence of the cases of
    each cluster, and is never below that of independent cases.

    Examples
    --------
    >>> found, rest = incidence(watch([1, 2, 3, 4], [1, 2, 1, 0]))
    >>> found.estimate, rest
    (0.5, 0.25)
    """
    kept = cases.grid <= until
    if cause > len(cases.ends) or not kept.any():
        rest = float(np.prod(1 - cases.hazard[:, kept].sum(axis=0))) if kept.any() else 1.0
        return _share(0.0, 0.0, cases, 0, level=level), rest
    before, hazard = cases.before, cases.hazard
    steps = np.where(kept, before * hazard[cause - 1], 0.0)
    reached = np.cumsum(steps)
    after = _ratio(np.where(kept, reached[-1] - reached, 0.0), 1 - hazard.sum(axis=0))
    slopes = np.tile(-after, (len(cases.ends), 1))
    slopes[cause - 1] += np.where(kept, before, 0.0)
    error = _error(cases, slopes)
    last = np.flatnonzero(kept)[-1]
    rest = float(before[last] * (1 - hazard[:, last].sum()))
    return _share(float(reached[-1]), error, cases, int(cases.ends[cause - 1][kept].sum()), level=level), rest


def mean_time(cases: Watched, until: float, *, level: float = 0.95) -> Estimate:
    """Estimate the mean time without an end of any kind, counted up to `until`.

    Examples
    --------
    >>> round(mean_time(watch([2, 4], [1, 1]), 4).estimate, 6)
    3.0
    """
    hazard = cases.hazard.sum(axis=0) if len(cases.ends) else np.zeros(cases.grid.size)
    kept = cases.grid < until
    left = np.concatenate([[1.0], np.cumprod(1 - hazard[kept])])
    edges = np.concatenate([[0.0], cases.grid[kept], [until]])
    area = np.cumsum(np.diff(edges) * left)
    slopes = np.zeros(cases.grid.size)
    slopes[kept] = -_ratio(area[-1] - area[:-1], 1 - hazard[kept])
    error = _error(cases, np.tile(slopes, (max(len(cases.ends), 1), 1)))
    half = _quantile(cases, level) * error
    events = int(cases.ends[:, kept].sum())
    mean = float(area[-1])
    return Estimate(mean, error, mean - half, mean + half, cases.time.size, events, cases.groups)


def apart(one: Estimate, other: Estimate, *, level: float = 0.95) -> dict[str, float]:
    """Compare two independent estimates: ``difference, difference_low, difference_high, p_value``.

    By t with Satterthwaite's degrees of freedom for the clusters; one cluster alone counts as many.

    Examples
    --------
    >>> a, b = Estimate(3.0, 0.3, 2.4, 3.6, 9, 9, 9), Estimate(2.0, 0.4, 1.2, 2.8, 9, 9, 9)
    >>> [round(value, 3) for value in apart(a, b).values()]
    [1.0, -0.067, 2.067, 0.064]
    """
    gap, error = one.estimate - other.estimate, float(np.hypot(one.std_error, other.std_error))
    names = ("difference", "difference_low", "difference_high", "p_value")
    if not error > 0:
        return dict(zip(names, (gap, np.nan, np.nan, np.nan)))
    df = freedom((one.std_error**2, other.std_error**2), (one.groups, other.groups))
    half = float(sps.t.ppf((1 + check_level(level)) / 2, df)) * error
    return dict(zip(names, (gap, gap - half, gap + half, float(2 * sps.t.sf(abs(gap) / error, df)))))


def freedom(variances: tuple[float, float], groups: tuple[int, int]) -> float:
    """Return Satterthwaite's degrees of freedom of a difference; one cluster alone counts as many.

    Examples
    --------
    >>> freedom((1.0, 1.0), (5, 5)), freedom((1.0, 0.0), (1, 5))
    (8.0, inf)
    """
    parts = sum(v**2 / (g - 1) for v, g in zip(variances, groups) if g >= 2)
    return float(sum(variances) ** 2 / parts) if parts > 0 else float("inf")


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Where everything left ends at once, nothing comes after it."""
    return np.divide(above, below, out=np.zeros_like(above, dtype=float), where=below > 1e-12)


def _error(cases: Watched, slopes: np.ndarray) -> float:
    """Standard error from each case's influence, summed within clusters."""
    if not cases.grid.size:
        return 0.0
    drift = np.concatenate([[0.0], np.cumsum((slopes * cases.hazard / cases.at_risk).sum(axis=0))])
    place = np.searchsorted(cases.grid, cases.time, side="right")
    passed = drift[place] - drift[np.searchsorted(cases.grid, cases.entry, side="right")]
    happened = cases.cause > 0
    at = np.searchsorted(cases.grid, cases.time[happened])
    own = np.zeros(cases.time.size)
    own[happened] = slopes[cases.cause[happened] - 1, at] / cases.at_risk[at]
    moved = own - passed
    alone = float(np.sum(moved**2))
    groups = cases.groups
    if not 2 <= groups < cases.time.size:
        return float(np.sqrt(alone))
    together = np.bincount(cases.cluster, weights=moved, minlength=groups)
    return float(np.sqrt(max(alone, np.sum(together**2) * groups / (groups - 1))))


def _quantile(cases: Watched, level: float) -> float:
    tail = (1 + check_level(level)) / 2
    return float(sps.t.ppf(tail, cases.groups - 1) if cases.groups >= 2 else sps.norm.ppf(tail))


def _share(value: float, error: float, cases: Watched, events: int, *, level: float) -> Estimate:
    count = cases.time.size
    if not 1e-9 < value < 1 - 1e-9 or not error > 0:
        ends = wilson(value * count, count, level=level)
        return Estimate(
            value, error, float(ends.conf_low), float(ends.conf_high), count, events, cases.groups
        )
    rest = 1 - value
    scale, spread = np.log(-np.log(rest)), _quantile(cases, level) * error / (rest * abs(np.log(rest)))
    low, high = 1 - np.exp(-np.exp(scale - spread)), 1 - np.exp(-np.exp(scale + spread))
    return Estimate(value, error, float(low), float(high), count, events, cases.groups)
