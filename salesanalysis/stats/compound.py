"""Sums of so many amounts when both the number and the amounts are uncertain: draws with a fixed seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .pace import Scatter
from .pool import partial_pool

DRAWS = 4000
_NORMAL_80 = 1.2815515655446004


@dataclass(frozen=True, eq=False)
class Sizes:
    """Mean amount of each unit, drawn towards its group.

    Attributes
    ----------
    log_mean, log_sd : array (units,)
        Posterior of the logarithm of the mean amount.
    variation : float
        Standard deviation of single amounts over their mean.
    """

    log_mean: np.ndarray
    log_sd: np.ndarray
    variation: float

    @property
    def mean(self) -> np.ndarray:
        """Expected mean amount of each unit."""
        return np.exp(self.log_mean + self.log_sd**2 / 2)


def sizes(unit: ArrayLike, amount: ArrayLike, units: ArrayLike) -> Sizes | None:
    """Estimate the mean amount of each of `units` from single amounts.

    Parameters
    ----------
    unit, amount : array-like (cases,)
        Whose, and how much; amounts above 0.
    units : array-like (units,)
        Units asked for; one without a case gets what the others lead one to expect.

    Returns
    -------
    Sizes or None
        None without any amount.

    Examples
    --------
    >>> found = sizes(["a"] * 20 + ["b"] * 20 + ["c"] * 20, [8, 12] * 10 + [9, 11] * 20, ["a", "b", "d"])
    >>> found.mean.round(1).tolist(), round(found.variation, 2)
    ([10.0, 10.0, 10.0], 0.15)
    """
    cases = pd.DataFrame({"unit": np.asarray(unit), "amount": np.asarray(amount, dtype=float)})
    cases = cases[cases["amount"] > 0]
    if cases.empty:
        return None
    by = cases.groupby("unit")["amount"].agg(["mean", "size"])
    around = cases["amount"] / cases["unit"].map(by["mean"]) - 1
    spare = len(cases) - len(by)
    variation = max(float(np.sqrt((around**2).sum() / spare)), 0.05) if spare else 1.0
    asked = pd.Index(np.asarray(units))
    everyone = by.index.append(asked.difference(by.index))
    known = by.reindex(everyone)
    error = variation**2 / known["size"].to_numpy(dtype=float)
    pooled = partial_pool(np.log(known["mean"].to_numpy(dtype=float)), error, level=0.8)
    centre, sd = pooled["estimate"], (pooled["conf_high"] - pooled["conf_low"]) / 2 / _NORMAL_80
    if centre.isna().any():  # one or two units: nobody to be drawn to but all cases together
        centre = pd.Series(np.log(cases["amount"].mean()), everyone)
        sd = pd.Series(variation / np.sqrt(len(cases)), everyone)
    place = everyone.get_indexer(asked)
    return Sizes(centre.to_numpy()[place], sd.to_numpy()[place], variation)


def draw_counts(
    shape: ArrayLike,
    rate: ArrayLike,
    exposure: ArrayLike,
    *,
    spread: Scatter,
    draws: int = DRAWS,
    seed: int = 0,
) -> np.ndarray:
    """Draw the counts to come of several units, which share their common ups and downs.

    Parameters
    ----------
    shape, rate, exposure : array-like (units,)
        As in `ahead`.
    spread : Scatter
        How counts vary.
    draws, seed : int
        Number of draws and the seed.

    Returns
    -------
    array (draws, units)

    Examples
    --------
    >>> found = draw_counts([60.0, 30.0], [10.0, 10.0], [2.0, 2.0], spread=Scatter(), draws=2000)
    >>> found.mean(axis=0).round().tolist()
    [12.0, 6.0]
    """
    rng = np.random.default_rng(seed)
    a, b, h = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (shape, rate, exposure)))
    mean = rng.gamma(a, 1 / b, (draws, a.size)) * h
    if spread.shared > 0:
        mean = mean * rng.gamma(1 / spread.shared, spread.shared, (draws, 1))
    more = spread.own - 1
    if more > 1e-9:
        mean = rng.gamma(np.maximum(mean / more, 1e-12), more)
    return rng.poisson(mean).astype(float)


def draw_sums(count: np.ndarray, found: Sizes, *, seed: int = 0) -> np.ndarray:
    """Draw the sum of so many amounts for each draw and unit of `count`.

    Examples
    --------
    >>> found = Sizes(np.log([100.0]), np.array([0.0]), 0.5)
    >>> bool(abs(draw_sums(np.full((4000, 1), 25.0), found).mean() - 2500) < 25)
    True
    """
    rng = np.random.default_rng([seed, 1])
    mean = np.exp(found.log_mean + found.log_sd * rng.normal(size=count.shape))
    one = max(found.variation, 1e-6) ** -2  # amounts vary like a gamma of this shape
    return np.where(count > 0, rng.gamma(np.maximum(count, 1e-12) * one, mean / one), 0.0)
