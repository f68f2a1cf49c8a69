"""How sure one can be of each part of a gap: posterior of a chain volume x rates x size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.errors import InvalidInput
from .decompose import decompose_product, lmdi

# A size varies by about half its mean from case to case, so one case weighs like a gamma of shape 4.
SIZE_SHAPE = 4.0
INTERVAL = 0.90


@dataclass(frozen=True)
class Chain:
    """What was counted: a volume, rates in order as (successes, trials), and the sizes of the final cases.

    Parameters
    ----------
    volume : float
        Count at the head of the chain.
    rates : mapping of str to (successes, trials)
        In order; trials need not equal the successes before when rates come from cohorts.
    size_total : float or None
        Sum of the sizes over the last successes; None: sizes are unknown and the chain ends with cases.
    volume_name, size_name : str
        Names of the two outer factors.
    size_shape : float
        Gamma shape of a single size: one over the square of its standard deviation as a share of the mean.
    """

    volume: float
    rates: Mapping[str, tuple[float, float]]
    size_total: float | None
    volume_name: str = "volume"
    size_name: str = "size"
    size_shape: float = SIZE_SHAPE

    @property
    def cases(self) -> float:
        """Number of final cases, over which `size_total` is summed; the volume when there are no rates."""
        return list(self.rates.values())[-1][0] if self.rates else self.volume

    def factors(self, benchmark: pd.Series) -> pd.Series:
        """Point values of the factors; one without any base takes the benchmark's value.

        Examples
        --------
        >>> c = Chain(520, {"connect": (104, 520), "win": (26, 104)}, 494)
        >>> c.factors(pd.Series({"volume": 1.0, "connect": 0.3, "win": 0.3, "size": 1.0})).tolist()
        [520.0, 0.2, 0.25, 19.0]
        """
        rates = [k / n if n > 0 else benchmark[name] for name, (k, n) in self.rates.items()]
        sizes = []
        if self.size_total is not None:
            sizes = [self.size_total / self.cases if self.cases > 0 else benchmark[self.size_name]]
        return pd.Series([self.volume, *rates, *sizes], index=self.names, dtype=float)

    @property
    def names(self) -> list[str]:
        """Names of the factors in order."""
        return [self.volume_name, *self.rates, *([] if self.size_total is None else [self.size_name])]


def chain_posterior(
    chain: Chain,
    benchmark: pd.Series,
    *,
    draws: int = 4000,
    seed: int = 0,
    prior: float = 20.0,
    dispersion: float = 1.0,
) -> pd.DataFrame:
    """Split the gap to a benchmark, with the uncertainty of every factor.

    Parameters
    ----------
    chain : Chain
        Counts of one unit.
    benchmark : Series
        Fixed positive value of each factor, by name.
    draws, seed : int
        Posterior draws and the seed.
    prior : float
        Trials the benchmark rate is worth as a prior, ``k0``.
    dispersion : float
        Variance of the volume over its mean, at least 1.

    Returns
    -------
    DataFrame
        ``term, actual, benchmark, ratio, estimate, share, method`` as from `decompose_product`;
        ``posterior_mean, conf_low, conf_high`` (90 %), ``p_below`` (chance that the factor lies below the
        benchmark) and ``n``.

    Notes
    -----
    Rates follow ``Beta(k0 p + k, k0 (1 - p) + n - k)``, the volume ``Gamma(v / phi + .5)`` times phi, the
    inverse of the mean size ``Gamma(s n + s, rate s sum(size) + s size0)`` with `size_shape` s; each draw
    is split by LMDI.

    Examples
    --------
    >>> c = Chain(520, {"connect": (104, 520), "win": (26, 104)}, 494)
    >>> target = pd.Series({"volume": 650.0, "connect": 0.2, "win": 0.25, "size": 19.0})
    >>> bool(chain_posterior(c, target).set_index("term").p_below["volume"] > 0.99)
    True
    """
    _check(chain, benchmark, dispersion)
    factors = chain_draws(chain, benchmark, draws=draws, seed=seed, prior=prior, dispersion=dispersion)
    target = benchmark[chain.names].to_numpy(dtype=float)
    # A beta draw can underflow to zero, which has no logarithm.
    parts = lmdi(np.maximum(factors, 1e-300), target)
    table = decompose_product(chain.factors(benchmark), benchmark[chain.names])
    table["posterior_mean"] = parts.mean(axis=0)
    tail = (1 - INTERVAL) / 2
    table["conf_low"], table["conf_high"] = np.quantile(parts, [tail, 1 - tail], axis=0)
    table["p_below"] = (factors < target).mean(axis=0)
    bases = [chain.volume, *[n for _, n in chain.rates.values()], chain.cases]
    table["n"] = bases[: len(chain.names)]
    return table


def chain_draws(
    chain: Chain,
    benchmark: pd.Series,
    *,
    draws: int = 4000,
    seed: int = 0,
    prior: float = 20.0,
    dispersion: float = 1.0,
) -> np.ndarray:
    """Draw the factors of a chain from their posterior; parameters as of `chain_posterior`.

    Returns
    -------
    array (draws, factors)
        In the order of `Chain.names`.

    Examples
    --------
    >>> c = Chain(520, {"win": (26, 104)}, None)
    >>> chain_draws(c, pd.Series({"volume": 650.0, "win": 0.25}), draws=10).shape
    (10, 2)
    """
    rng = np.random.default_rng(seed)
    p = {name: float(benchmark[name]) for name in chain.names}
    shape = chain.volume / dispersion + 0.5
    drawn = [rng.gamma(shape, dispersion, draws)]
    drawn += [
        rng.beta(prior * p[name] + k, prior * (1 - p[name]) + n - k, draws)
        for name, (k, n) in chain.rates.items()
    ]
    if chain.size_total is not None:
        weight = chain.size_shape * (chain.size_total + p[chain.size_name])
        drawn.append(weight / rng.gamma(chain.size_shape * (chain.cases + 1), 1.0, draws))
    return np.column_stack(drawn)


def _check(chain: Chain, benchmark: pd.Series, dispersion: float) -> None:
    missing = [name for name in chain.names if name not in benchmark.index]
    if missing:
        raise InvalidInput(f"The benchmark lacks {', '.join(missing)}. It has: {', '.join(benchmark.index)}.")
    if not (benchmark[chain.names].astype(float) > 0).all():
        raise InvalidInput("Every factor of the benchmark must be positive.")
    for name, (k, n) in chain.rates.items():
        if not 0 <= k <= n:
            raise InvalidInput(f"{name}: successes must lie between 0 and the trials; got {k:g} of {n:g}.")
        if not benchmark[name] < 1:
            raise InvalidInput(f"{name}: a benchmark rate lies below 1; got {benchmark[name]:g}.")
    if dispersion < 1:
        raise InvalidInput(f"Dispersion is at least 1, the Poisson case; got {dispersion:g}.")
