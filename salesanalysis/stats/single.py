"""What single periods of units find: the units' levels with the scatter of periods put back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..core.errors import InvalidInput
from .movement import two_way
from .population import Population, expanded

#: Pairs of a level and a scatter that are drawn for the estimate, and for each draw of units.
_MANY, _FEW = 50_000, 3_000


@dataclass(frozen=True, eq=False)
class Singles:
    """Values of single periods of the units of a population.

    Parameters
    ----------
    population : Population
        Levels of the units.
    scatter : array (n,)
        How each unit's periods lie around its own mean.
    unit : int array (n,)
        Place of its unit in the population.
    is_added : bool
        Scatter is added to a level; otherwise a level is multiplied by it.
    together : int
        Periods that make one: the scatter is the mean of so many of one unit's own.
    seed : int
        Of the generator that draws pairs.
    """

    population: Population
    scatter: np.ndarray
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

    def value(self, share: float) -> float:
        """Return the value below which `share` of single values lie."""
        if not 0 < share < 1:
            raise InvalidInput(f"A quantile lies between 0 and 1; got {share:g}.")
        return float(np.quantile(self._points(0), share))

    def interval(self, share: float, *, level: float = 0.8) -> tuple[float, float, float]:
        """Return the quantile and the ends of its interval, by the bootstrap over units."""
        return expanded(self.quantile(share), self.population.weight.shape[1], level=level)

    def _points(self, draw: int) -> np.ndarray:
        """Return single values: pairs of a level and a scatter, by how often their units were drawn."""
        chance, count = np.random.default_rng((self.seed, draw)), _FEW if draw else _MANY
        times = self.population.weight[draw]
        levels = self.population.drawn(chance, count, draw=draw)
        weight = times[self.unit]
        if not weight.any():  # none of the units drawn has two periods: any scatter may do
            weight = np.ones_like(weight)
        first = chance.choice(self.unit.size, count, p=weight / weight.sum())
        scatter = _mean_of(self.scatter, self.unit, first, self.together, chance)
        return levels + scatter if self.is_added else levels * scatter


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
    own: ArrayLike,
    is_added: bool = False,
    together: int = 1,
    seed: int = 0,
) -> Singles:
    """Return the values of single periods of the units of `population`.

    Parameters
    ----------
    population : Population
        Levels of the units.
    value, unit : array-like (n,)
        Value of each unit and period, and the place of its unit in the population.
    own : array-like (units,)
        Each unit's own mean, not shrunk.
    is_added, together, seed
        See `Singles`.

    Raises
    ------
    InvalidInput
        Values and units of different length, or a unit that is not in the population.

    Notes
    -----
    A level is drawn from the shrunk levels and meets any scatter that was seen: a value set against its own
    unit's mean (its ratio to it, or its difference from it), widened by ``sqrt(T / (T - 1))`` for the T
    periods that the mean was made of. So values have the spread of single ones, without taking a unit's good
    luck for its level.

    Examples
    --------
    >>> from salesanalysis.stats import levels_of_rates
    >>> levels = levels_of_rates([10, 20, 30, 40], [2, 2, 2, 2])
    >>> value, unit = np.array([4.0, 6, 9, 11, 14, 16, 19, 21]), np.array([0, 0, 1, 1, 2, 2, 3, 3])
    >>> found = singles(levels, value, unit, own=[5.0, 10, 15, 20])
    >>> round(float(found.quantile(0.5)[0])), round(found.share_from(12.0), 1)
    (12, 0.5)
    """
    y, of = np.asarray(value, dtype=float), np.asarray(unit, dtype=int)
    mean = np.asarray(own, dtype=float)
    if y.shape != of.shape or not y.size or of.min() < 0 or of.max() >= mean.size:
        raise InvalidInput("Values and units must be lists of the same length, units numbered from 0.")
    periods = np.bincount(of, minlength=mean.size)[of]
    middle = mean[of]
    usable = (periods > 1) & (is_added | (middle > 0))
    wider = np.sqrt(periods[usable] / (periods[usable] - 1))
    if is_added:
        scatter = wider * (y - middle)[usable]
    else:
        scatter = np.maximum(1 + wider * (y[usable] / middle[usable] - 1), 0.0)
    if not scatter.size:  # nobody has two periods
        scatter, of, usable = np.full(1, 0.0 if is_added else 1.0), np.zeros(1, dtype=int), np.array([True])
    return Singles(
        population, scatter, of[usable] if of.size == usable.size else of, is_added, together, seed
    )


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
