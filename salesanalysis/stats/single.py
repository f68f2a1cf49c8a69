"""What single periods of units find: the units' levels with the scatter of periods put back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..core.errors import InvalidInput
from .movement import two_way
from .population import Population, expanded

#: Pairs of a level and a scatter: all of them up to the first number, else so many; and so many in each draw.
_ALL, _MANY, _FEW = 200_000, 50_000, 3_000


@dataclass(frozen=True, eq=False)
class Singles:
    """Values of single periods of the units of a population.

    Parameters
    ----------
    population : Population
        Levels of the units.
    value : array (n,)
        Value of each unit and period.
    unit : int array (n,)
        Place of its unit in the population.
    is_added : bool
        Scatter is added to a level; otherwise a level is multiplied by it, and must lie above 0.
    together : int
        Periods that make one: the scatter is the mean of so many of one unit's own.
    seed : int
        Of the generator that draws pairs.

    Notes
    -----
    Any level may meet any scatter that was seen: a value set against its own unit's shrunk level. Levels and
    scatter together have the spread of single values, without taking a unit's good luck for its level.

    Examples
    --------
    >>> from salesanalysis.stats import levels_of_rates
    >>> levels = levels_of_rates([10, 20, 30, 40], [2, 2, 2, 2])
    >>> found = Singles(levels, np.array([4.0, 6, 9, 11, 14, 16, 19, 21]), np.array([0, 0, 1, 1, 2, 2, 3, 3]))
    >>> round(float(found.quantile(0.5)[0]), 1), round(found.share_from(12.0), 2)
    (11.5, 0.44)
    """

    population: Population
    value: np.ndarray
    unit: np.ndarray
    is_added: bool = False
    together: int = 1
    seed: int = 0

    def share_from(self, mark: float) -> float:
        """Return the share of single values at `mark` or above."""
        return float((self._points(0) >= mark).mean())

    def share_to(self, mark: float) -> float:
        """Return the share of single values up to `mark`."""
        return float((self._points(0) <= mark).mean())

    def quantile(self, share: float) -> np.ndarray:
        """Return the value below which `share` of single values lie: of all units, then of each draw."""
        if not 0 < share < 1:
            raise InvalidInput(f"A quantile lies between 0 and 1; got {share:g}.")
        return np.array([np.quantile(self._points(i), share) for i in range(len(self.population.weight))])

    def interval(self, share: float, *, level: float = 0.8) -> tuple[float, float, float]:
        """Return the quantile and the ends of its interval, by the bootstrap over units."""
        return expanded(self.quantile(share), self.population.weight.shape[1], level=level)

    def _points(self, draw: int) -> np.ndarray:
        """Return single values: pairs of a level and a scatter, by how often their units were drawn."""
        levels, times = self.population.means[draw], self.population.weight[draw]
        own = levels[self.unit]
        scatter = self.value - own if self.is_added else self.value / np.where(own > 0, own, np.nan)
        known = np.isfinite(scatter)
        rows, of = scatter[known], self.unit[known]
        if draw == 0 and self.together == 1 and levels.size * rows.size <= _ALL:
            return self._put_back(levels[:, None], rows)
        chance, count = np.random.default_rng((self.seed, draw)), _FEW if draw else _MANY
        drawn = levels[chance.choice(levels.size, count, p=times / times.sum())]
        weight = times[of]
        first = chance.choice(rows.size, count, p=weight / weight.sum())
        return self._put_back(drawn, _mean_of(rows, of, first, self.together, chance))

    def _put_back(self, levels: np.ndarray, scatter: np.ndarray) -> np.ndarray:
        return np.ravel(levels + scatter if self.is_added else levels * scatter)


def _mean_of(
    rows: np.ndarray, of: np.ndarray, first: np.ndarray, together: int, chance: np.random.Generator
) -> np.ndarray:
    """Return the mean of each of `first` and others of the same unit, drawn with replacement."""
    total = rows[first].copy()
    order = np.argsort(of, kind="stable")
    start = np.searchsorted(of[order], of[first])
    size = np.bincount(of)[of[first]]
    for _ in range(together - 1):
        total += rows[order[start + (chance.random(len(first)) * size).astype(int)]]
    return total / together


def singles(
    population: Population,
    value: ArrayLike,
    unit: ArrayLike,
    *,
    is_added: bool = False,
    together: int = 1,
    seed: int = 0,
) -> Singles:
    """Return the values of single periods of the units of `population`; see `Singles`.

    Raises
    ------
    InvalidInput
        Values and units of different length, or a unit that is not in the population.
    """
    y, of = np.asarray(value, dtype=float), np.asarray(unit, dtype=int)
    if y.shape != of.shape or not y.size or of.min() < 0 or of.max() >= population.weight.shape[1]:
        raise InvalidInput("Values and units must be lists of the same length, units numbered from 0.")
    return Singles(population, y, of, is_added, together, seed)


def excess(
    frame: pd.DataFrame, total: str, *, unit: str, time: str, base: str, is_share: bool = False
) -> float:
    """Variance of totals over what chance gives: Pearson's chi-square over its degrees of freedom.

    What all units share in a period is taken out first (two-way fit). NaN without a degree of freedom.

    Parameters
    ----------
    frame : DataFrame
        One row per unit and time.
    total, unit, time, base : str
        Columns; expected totals are in proportion to `base`.
    is_share : bool
        Chance scatters as binomial in `base`, not as Poisson.

    Examples
    --------
    >>> d = pd.DataFrame({"u": list("aabb"), "t": [0, 1] * 2, "y": [2, 8, 8, 2], "e": 1.0})
    >>> excess(d, "y", unit="u", time="t", base="e")
    7.2
    """
    data = frame[frame[base] > 0]
    data = data[data.groupby(unit)[total].transform("sum") > 0]
    rows, units = pd.factorize(data[unit])
    columns, times = pd.factorize(data[time])
    free = len(data) - len(units) - len(times) + 1
    if free < 1:
        return float("nan")
    y, m = data[total].to_numpy(float), data[base].to_numpy(float)
    expected = two_way(y, m, rows, columns)
    variance = expected * (1 - np.minimum(expected / m, 1)) if is_share else expected
    known = variance > 1e-12
    return float(((y - expected)[known] ** 2 / variance[known]).sum()) / free
