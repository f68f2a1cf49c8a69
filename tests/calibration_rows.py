"""What a calibration row is: teams to simulate, what to do with each, and what must come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Check:
    """One measured rate with its Monte Carlo error and the limits that it must keep.

    Attributes
    ----------
    name : str
        What was measured.
    value, error : float
        Mean over the teams and its standard error.
    low, high : float
        Limits, two Monte Carlo errors included; infinite where there is none.
    target : str
        The limits as they were set.
    """

    name: str
    value: float
    error: float
    low: float = -np.inf
    high: float = np.inf
    target: str = ""

    @property
    def holds(self) -> bool:
        """Whether the value keeps its limits."""
        return bool(self.low <= self.value <= self.high)


@dataclass(frozen=True)
class Row:
    """One row of the calibration.

    Attributes
    ----------
    name, what : str
        Its name on the command line, and what is simulated.
    n : int
        Teams, seeds 0 to n - 1.
    one : callable
        Measures one team: ``one(*arguments[:2], seed, *arguments[2:])`` for a preset and a size, else
        ``one(seed)``.
    arguments : tuple
        Preset, size and what else `one` takes.
    judge : callable
        Turns the measurements into checks.
    """

    name: str
    what: str
    n: int
    one: Callable[..., dict[str, object]]
    arguments: tuple
    judge: Callable[[list[dict[str, object]]], list[Check]]

    def measure(self, seed: int) -> dict[str, object]:
        """Measure the team of one seed."""
        return self.one(*self.arguments[:2], seed, *self.arguments[2:])


def shown(name: str, values: np.ndarray) -> Check:
    """A rate without a limit; NaN where a team has nothing to tell."""
    return Check(name, *_mean(values))


def at_most(name: str, values: np.ndarray, limit: float) -> Check:
    """A rate that may not lie above `limit` by more than two Monte Carlo errors."""
    mean, error = _mean(values)
    return Check(name, mean, error, high=limit + 2 * _slack(values, limit), target=f"<= {limit:g}")


def at_least(name: str, values: np.ndarray, limit: float) -> Check:
    """A rate that may not lie below `limit` by more than two Monte Carlo errors."""
    mean, error = _mean(values)
    return Check(name, mean, error, low=limit - 2 * _slack(values, limit), target=f">= {limit:g}")


def between(name: str, values: np.ndarray, low: float, high: float) -> Check:
    """A rate that must lie between two limits, give or take two Monte Carlo errors."""
    mean, error = _mean(values)
    n = np.asarray(values).size
    # Ten teams that all hold are no proof that the rate is 1.
    slack = [max(error, np.sqrt(limit * (1 - limit) / n / 4)) for limit in (low, high)]
    return Check(name, mean, error, low - 2 * slack[0], high + 2 * slack[1], f"{low:g} to {high:g}")


def _mean(values: np.ndarray) -> tuple[float, float]:
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    if not known.size:
        return float("nan"), float("nan")
    return float(known.mean()), float(known.std(ddof=0) / np.sqrt(known.size))


def _slack(values: np.ndarray, limit: float) -> float:
    """The Monte Carlo error of a yes or no whose rate is just the limit; smaller for shares of a team."""
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    binary = np.sqrt(max(limit * (1 - limit), 0.0) / max(known.size, 1))
    is_share = known.size > 1 and not np.isin(known, (0.0, 1.0)).all()
    return float(min(binary, known.std() / np.sqrt(known.size)) if is_share else binary)
