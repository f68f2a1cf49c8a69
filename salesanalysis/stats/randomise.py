"""Tests by re-randomisation: how far would the result lie from nothing under the other draws of the lot?

Nothing is assumed about the distribution of counts. Under the hypothesis that a full dose multiplies them by
``exp(theta)``, dividing that out gives the counts that every draw of the design would have shown; the p-value
is the rank of the draw that was made among all, and the interval holds every theta that is not refused.
Fisher (1935), "The Design of Experiments"; Rosenbaum (2002), "Observational Studies", chapter 2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .tidy import check_level

#: Ends of the search for effects on the log scale: 150 times as many, or as few.
FARTHEST = 5.0
_HALVINGS = 26


@dataclass(frozen=True, eq=False)
class Lots:
    """Cells (units x times) of a trial and the doses that each draw of its design gives them.

    Parameters
    ----------
    doses : array (draws, cells)
        Dose of each cell under each draw, 0 to 1.
    expected : array (cells,)
        Counts to expect without the trial, up to one factor a time; known before the draw.
    unit, time : int array (cells,)
        Codes from 0.
    within : bool
        Compare units only with themselves, for designs in which every unit has its turn.
    """

    doses: np.ndarray
    expected: np.ndarray
    unit: np.ndarray
    time: np.ndarray
    within: bool = False

    @cached_property
    def contrast(self) -> np.ndarray:
        """Doses less their mean at that time (and of that unit), scaled: times counts gives the effect."""
        centred = self._less_mean(self.doses, self.time)
        if self.within:
            for _ in range(6):  # with holes in the panel the two means disturb each other a little
                before = centred
                centred = self._less_mean(self._less_mean(centred, self.unit), self.time)
                if np.abs(centred - before).max() < 1e-6:
                    break
        scale = (centred * self.doses) @ self.expected
        return centred / np.maximum(scale, np.finfo(float).tiny)[:, None]

    def _less_mean(self, values: np.ndarray, code: np.ndarray) -> np.ndarray:
        member = np.zeros((code.size, int(code.max()) + 1))
        member[np.arange(code.size), code] = self.expected
        total = np.maximum(member.sum(axis=0), np.finfo(float).tiny)
        return values - ((values @ member) / total)[:, code]


@dataclass(frozen=True)
class Randomised:
    """Effect of a full dose on the log of counts, with its p-value and interval by re-randomisation.

    An end that no draw can settle, because the design has too few of them, is NaN.
    """

    estimate: float
    p_value: float
    conf_low: float
    conf_high: float


def randomisation_test(counts: np.ndarray, lots: Lots, drawn: int = 0, *, level: float = 0.95) -> Randomised:
    """Estimate and test the effect of a full dose.

    Parameters
    ----------
    counts : array (cells,)
        What was counted.
    lots : Lots
        Every draw, or a random sample of them with the one that was made among them.
    drawn : int
        Row of the draw that was made.
    level : float
        Confidence level.

    Returns
    -------
    Randomised

    Examples
    --------
    >>> half = [[1.0, 1, 0, 0], [1, 0, 1, 0], [1, 0, 0, 1]]
    >>> doses = np.array(half + [[1 - d for d in row] for row in half])
    >>> lots = Lots(doses, np.ones(4), np.arange(4), np.zeros(4, dtype=int))
    >>> found = randomisation_test(np.array([20.0, 22, 10, 11]), lots)
    >>> round(float(np.exp(found.estimate)), 3), round(found.p_value, 3)
    (2.0, 0.333)
    """
    tail, dose = (1 - check_level(level)) / 2, lots.doses[drawn]

    def ranks(theta: float) -> tuple[float, float, float]:
        shown = lots.contrast @ (counts * np.exp(-theta * dose))
        return (float(shown[drawn]), *_tails(shown[:, None], np.array([drawn]))[:, 0])

    _, above, below = ranks(0.0)
    return Randomised(
        estimate=_where(lambda theta: ranks(theta)[0] <= 0),
        p_value=float(min(1.0, 2 * min(above, below))),
        conf_low=_where(lambda theta: ranks(theta)[1] > tail),
        conf_high=_where(lambda theta: ranks(theta)[2] <= tail),
    )


def _where(passed: Callable[[float], bool]) -> float:
    """Return where a condition begins to hold as the effect grows; NaN where it does not change."""
    low, high = -FARTHEST, FARTHEST
    if passed(low) or not passed(high):
        return float("nan")
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if passed(middle) else (middle, high)
    return (low + high) / 2


def _tails(shown: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Share of draws at or above, and at or below, the one made; one column a trial."""
    own = shown[drawn, np.arange(drawn.size)]
    slack = 1e-9 * np.abs(shown).max(axis=0)
    return np.array([(shown >= own - slack).mean(axis=0), (shown <= own + slack).mean(axis=0)])


def randomisation_power(
    counts: np.ndarray,
    lots: Lots,
    effects: np.ndarray,
    *,
    trials: int = 300,
    seed: int = 0,
    level: float = 0.95,
) -> np.ndarray:
    """Chance that the test finds effects of these sizes, by adding them to counts in which there is none.

    Parameters
    ----------
    counts : array (cells,)
        Counts of a time without a trial.
    lots : Lots
        The design laid over that time.
    effects : array (effects,)
        Effects of a full dose on the log scale, not negative.
    trials : int
        Trials simulated: each makes a draw and adds Poisson counts to what was dosed.
    seed : int
        Seed of the trials; equal for all effects, so that power rises smoothly.
    level : float
        Level of the test.

    Returns
    -------
    array (effects,)

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> doses = (rng.permuted(np.tile([1.0, 0.0], (99, 10)), axis=1))
    >>> lots = Lots(doses, np.full(20, 30.0), np.arange(20), np.zeros(20, dtype=int))
    >>> randomisation_power(rng.poisson(30, 20).astype(float), lots, np.array([0.0, 1.0])).round(1).tolist()
    [0.0, 1.0]
    """
    alpha, found = 1 - check_level(level), []
    base = _usual(counts, lots)
    for effect in effects:
        rng = np.random.default_rng(seed)
        drawn = rng.integers(lots.doses.shape[0], size=trials)
        more = base[:, None] * np.expm1(effect * lots.doses[drawn].T)
        shown = lots.contrast @ (counts[:, None] + rng.poisson(more))
        found.append(float((2 * _tails(shown, drawn)[0] <= alpha).mean()))
    return np.array(found)


def _usual(counts: np.ndarray, lots: Lots) -> np.ndarray:
    """Mean of each cell without a dose: as expected, moved by how far the unit strayed from that.

    An effect multiplies what a unit has become, not what it was; otherwise power is promised too high. Of the
    straying only what exceeds Poisson noise is kept.
    """
    base = lots.expected * counts.sum() / max(lots.expected.sum(), np.finfo(float).tiny)
    mean = np.maximum(np.bincount(lots.unit, base), np.finfo(float).tiny)
    strayed = np.bincount(lots.unit, counts) / mean - 1
    present = mean > np.finfo(float).tiny
    between = max(float((strayed**2 - 1 / mean)[present].mean()), 0.0)
    return base * (1 + between / (between + 1 / mean) * strayed)[lots.unit]
