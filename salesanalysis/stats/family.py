"""The three outcome families the panel regressions know, each with its canonical link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, xlogy

from ..core.errors import InvalidInput


@dataclass(frozen=True)
class Family:
    """An outcome family with its canonical link.

    Parameters
    ----------
    name : str
        ``"poisson"``, ``"logit"`` or ``"gaussian"``.
    mean, weight, deviance : callable
        Mean from the linear predictor, working weight from the mean, deviance from outcome and mean.
    check : callable
        Raises on outcomes outside the family.
    is_pure : callable
        From (sum, count) of an effect's outcomes: whether its effect is infinite (all zero, or all one).
    perfect : callable
        From (outcome, mean): rows predicted without any doubt, which is how separation shows.
    """

    name: str
    mean: Callable[[np.ndarray], np.ndarray]
    weight: Callable[[np.ndarray], np.ndarray]
    deviance: Callable[[np.ndarray, np.ndarray], float]
    check: Callable[[np.ndarray], None]
    is_pure: Callable[[np.ndarray, np.ndarray], np.ndarray]
    perfect: Callable[[np.ndarray, np.ndarray], np.ndarray]


def _poisson_check(y: np.ndarray) -> None:
    if (y < 0).any():
        raise InvalidInput(f"A Poisson outcome cannot be negative; the lowest value is {y.min():g}.")


def _logit_check(y: np.ndarray) -> None:
    if not np.isin(y, (0.0, 1.0)).all():
        raise InvalidInput("A logit outcome holds only 0 and 1.")


def _poisson_deviance(y: np.ndarray, mu: np.ndarray) -> float:
    return float(2 * (xlogy(y, y) - xlogy(y, mu) - y + mu).sum())


def _logit_deviance(y: np.ndarray, mu: np.ndarray) -> float:
    return float(-2 * (xlogy(y, mu) + xlogy(1 - y, 1 - mu)).sum())


# exp() stays finite below 700; a linear predictor that far out is separation and is handled as such.
POISSON = Family(
    "poisson",
    lambda eta: np.exp(np.clip(eta, -600, 600)),
    lambda mu: mu,
    _poisson_deviance,
    _poisson_check,
    lambda total, count: total == 0,
    lambda y, mu: (y == 0) & (mu < 1e-8 * y.mean()),
)
LOGIT = Family(
    "logit",
    lambda eta: expit(np.clip(eta, -36, 36)),
    lambda mu: mu * (1 - mu),
    _logit_deviance,
    _logit_check,
    lambda total, count: (total == 0) | (total == count),
    lambda y, mu: np.abs(y - mu) < 1e-8,
)
GAUSSIAN = Family(
    "gaussian",
    lambda eta: eta,
    np.ones_like,
    lambda y, mu: float(((y - mu) ** 2).sum()),
    lambda y: None,
    lambda total, count: np.zeros(total.shape, dtype=bool),
    lambda y, mu: np.zeros(y.shape, dtype=bool),
)
