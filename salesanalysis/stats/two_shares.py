"""Shares whose cases come in clusters, many at once: how far a group's lies from a reference's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats as sps

from .difference import square_and_add
from .interval import Interval, wilson
from .tidy import check_level


@dataclass(frozen=True, eq=False)
class Clustered:
    """Shares as sums over their clusters; arrays of one shape.

    Parameters
    ----------
    successes, n : array
        Totals.
    squares, products, sizes : array
        Sums over the clusters of successes squared, successes times cases, cases squared.
    groups : array
        Number of clusters.
    """

    successes: np.ndarray
    n: np.ndarray
    squares: np.ndarray
    products: np.ndarray
    sizes: np.ndarray
    groups: np.ndarray

    def __sub__(self, other: Clustered) -> Clustered:
        return Clustered(*(getattr(self, f) - getattr(other, f) for f in self.__dataclass_fields__))

    @property
    def share(self) -> np.ndarray:
        """Successes ÷ cases; missing without cases."""
        return np.divide(self.successes, self.n, out=np.full(np.shape(self.n), np.nan), where=self.n > 0)

    @property
    def design(self) -> np.ndarray:
        """Variance over that of independent cases, at least 1; 1 for a single cluster.

        Examples
        --------
        >>> one = Clustered(*(np.array([float(v)]) for v in (10, 20, 100, 100, 200, 2)))
        >>> one.design.tolist()
        [20.0]
        """
        share, g = self.share, self.groups
        spread = self.squares - 2 * share * self.products + share**2 * self.sizes
        with np.errstate(divide="ignore", invalid="ignore"):
            found = g / (g - 1) * spread / (self.n * share * (1 - share))
        known = (g >= 2) & np.isfinite(found)
        return np.where(known, np.maximum(found, 1.0), 1.0)

    @property
    def worth(self) -> np.ndarray:
        """Number of independent cases that would tell as much."""
        return self.n / self.design


def shares_apart(one: Clustered, other: Clustered, *, level: float = 0.95) -> tuple[Interval, np.ndarray]:
    """Compare shares with those of a reference.

    Parameters
    ----------
    one, other : Clustered
    level : float
        Level of the intervals.

    Returns
    -------
    Interval, array
        Of the difference, first minus second (Newcombe, by as many independent cases as the clusters are
        worth), and two-sided p-values: score test with the variance of each side times its design effect,
        t with Satterthwaite's degrees of freedom; one cluster alone counts as many.

    Examples
    --------
    >>> a, b = (
    ...     Clustered(*(np.array([float(v)]) for v in (k, 100, k * k, 100 * k, 10_000, 1))) for k in (30, 50)
    ... )
    >>> found, p_value = shares_apart(a, b)
    >>> round(float(found.estimate[0]), 2), round(float(p_value[0]), 4)
    (-0.2, 0.0039)
    """
    check_level(level)
    sides = (one, other)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (one.successes + other.successes) / (one.n + other.n)
        parts = [pooled * (1 - pooled) / side.worth for side in sides]
        weights = [
            np.where(s.groups >= 2, v**2 / np.maximum(s.groups - 1, 1), 0.0) for s, v in zip(sides, parts)
        ]
        df = np.where(sum(weights) > 0, sum(parts) ** 2 / sum(weights), np.inf)
        statistic = np.abs(one.share - other.share) / np.sqrt(sum(parts))
        p_value = np.where(
            np.isfinite(statistic), 2 * sps.t.sf(statistic, np.where(df > 0, df, np.inf)), np.nan
        )
    df = np.nan_to_num(df, nan=np.inf)
    # Widened as much as t is wider than the normal distribution.
    tail = 0.5 + level / 2
    wider = np.where(np.isfinite(df), (sps.norm.ppf(tail) / sps.t.ppf(tail, np.maximum(df, 1.0))) ** 2, 1.0)
    scale = [np.divide(wider, s.design) for s in sides]
    ends = [wilson(s.successes * by, s.n * by, level=level) for s, by in zip(sides, scale)]
    return square_and_add(*ends), p_value


def draw(side: Clustered, *, draws: int = 2000, seed: int = 0) -> np.ndarray:
    """Draw shares from their posterior under Jeffreys' prior, by as many cases as the clusters are worth.

    Returns
    -------
    array (draws, ...)

    Examples
    --------
    >>> side = Clustered(*(np.array([float(v)]) for v in (30, 100, 900, 3000, 10_000, 1)))
    >>> round(float(draw(side).mean()), 2)
    0.3
    """
    rng = np.random.default_rng(seed)
    passed = np.nan_to_num(side.share) * side.worth
    failed = np.maximum(side.worth - passed, 0.0)
    return rng.beta(passed + 0.5, failed + 0.5, (draws, *np.shape(side.n)))
