"""Quantiles of the levels of units, each known from its own counts or values only up to chance.

Every unit's level is shrunk towards the others by a hierarchical model; the quantile is that of all shrunk
levels together, each with what is left of its own uncertainty. The quantile of raw values would be too far
out (good luck looks like a high level), that of the shrunk means alone too far in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats as sps
from scipy.special import betainc, gammainc, ndtr

from ..core.errors import InvalidInput
from .tidy import check_level

_HALVINGS = 40
#: Distribution functions of the families, by value and the two parameters.
_CDF: dict[str, Callable[..., np.ndarray]] = {
    "beta": lambda q, a, b: betainc(a, b, np.clip(q, 0.0, 1.0)),
    "gamma": lambda q, a, b: gammainc(a, b * np.maximum(q, 0.0)),
    "normal": lambda q, a, b: ndtr((q - a) / b),
}


@dataclass(frozen=True, eq=False)
class Population:
    """Levels of units after shrinking, and the same for bootstrap draws of units.

    Attributes
    ----------
    family : str
        beta, gamma or normal: how each unit's level is distributed given the data.
    first, second : array (1 + draws, units)
        Parameters of that distribution; row 0 is that of all units as they are.
    weight : array (1 + draws, units)
        How often each unit was drawn; 1 in row 0.

    Examples
    --------
    >>> from salesanalysis.stats import levels_of_shares
    >>> found = levels_of_shares([10, 30, 20, 25], [100, 100, 100, 100])
    >>> found.mean.round(2).tolist(), round(float(found.cdf(found.quantile(0.5)[0])), 3)
    ([0.13, 0.28, 0.2, 0.24], 0.5)
    """

    family: str
    first: np.ndarray
    second: np.ndarray
    weight: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """Shrunk level of each unit."""
        return self.means[0]

    @cached_property
    def means(self) -> np.ndarray:
        """Shrunk level of each unit, and the same for each draw: (1 + draws, units)."""
        a, b = self.first, self.second
        return {"beta": a / (a + b), "gamma": a / b, "normal": a}[self.family]

    def drawn(self, chance: np.random.Generator, count: int, *, draw: int = 0) -> np.ndarray:
        """Return `count` levels drawn from those of all units, or of one draw of units."""
        times = self.weight[draw]
        unit = chance.choice(times.size, count, p=times / times.sum())
        a, b = self.first[draw, unit], self.second[draw, unit]
        if self.family == "gamma":
            return chance.gamma(a) / b
        return chance.beta(a, b) if self.family == "beta" else chance.normal(a, b)

    def cdf(self, value: ArrayLike) -> np.ndarray:
        """Return the share of levels up to each of `value`."""
        q = np.asarray(value, dtype=float)[..., None]
        return _CDF[self.family](q, self.first[0], self.second[0]).mean(axis=-1)

    def quantile(self, share: float) -> np.ndarray:
        """Return the level below which `share` of the levels lie: of all units, then of each draw."""
        if not 0 < share < 1:
            raise InvalidInput(f"A quantile lies between 0 and 1; got {share:g}.")
        low, high = (np.full(len(self.weight), end, dtype=float) for end in self._ends())
        total = self.weight.sum(axis=1)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            at = _CDF[self.family](middle[:, None], self.first, self.second)
            below = (self.weight * at).sum(axis=1) < share * total
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return (low + high) / 2

    def interval(self, share: float, *, level: float = 0.8) -> tuple[float, float, float]:
        """Return the quantile and the ends of its interval, by the bootstrap over units (`expanded`)."""
        return expanded(self.quantile(share), self.weight.shape[1], level=level)

    def _ends(self) -> tuple[float, float]:
        if self.family == "beta":
            return 0.0, 1.0
        if self.family == "gamma":
            return 0.0, float((self.first + 12 * np.sqrt(self.first) + 12).max() / self.second.min())
        reach = 10 * float(self.second.max())
        return float(self.first.min()) - reach, float(self.first.max()) + reach


def expanded(found: np.ndarray, units: int, *, level: float) -> tuple[float, float, float]:
    """Return an estimate and the ends of its interval from its bootstrap over units.

    Percentiles are taken further out than `level` says, as far as Student's t with the units less one and the
    bootstrap's too small variance ask for (expanded percentile interval, Hesterberg 2015).

    Parameters
    ----------
    found : array (1 + draws,)
        The estimate, then that of each draw.
    units : int
        How many units were drawn from.
    level : float
        Level of the interval.

    Examples
    --------
    >>> draws = np.linspace(-1, 1, 2001)
    >>> tuple(round(end, 2) for end in expanded(np.append(0.0, draws), 10, level=0.8))
    (0.0, -0.86, 0.86)
    """
    middle = float(found[0])
    if units < 2:
        return middle, float("nan"), float("nan")
    reach = sps.t.ppf(0.5 + check_level(level) / 2, units - 1) * np.sqrt(units / (units - 1))
    low, high = np.quantile(found[1:], [sps.norm.cdf(-reach), sps.norm.cdf(reach)])
    # The middle stays inside, however few units there are.
    return middle, float(min(low, middle)), float(max(high, middle))
