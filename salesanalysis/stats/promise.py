"""What a randomised test would find: its chance and its smallest effect, over a past without it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .randomise import Lots, randomisation_power

#: Chance with which the smallest detectable effect is found.
POWER = 0.8
#: Largest effect looked for: four times as many.
LARGEST = np.log(4.0)
#: Effects tried, in standard deviations of the result when nothing happens.
AROUND = (2.5, 3.5, 5.0, 8.0, 20.0)
#: Halvings after that.
FINER = 3
Stretches = Sequence[tuple[np.ndarray, Lots]]


def mean_power(stretches: Stretches, effect: float, *, trials: int = 200, seed: int = 0) -> float:
    """Return the chance to find an effect of this size, as the mean over stretches of the past.

    Parameters
    ----------
    stretches : sequence of (array, Lots)
        Counts, and the design laid over them.
    effect : float
        Effect of a full dose on the log scale.
    trials : int
        Trials simulated in each.
    seed : int
        Seed of the first.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> doses = rng.permuted(np.tile([1.0, 0.0], (99, 10)), axis=1)
    >>> lots = Lots(doses, np.full(20, 30.0), np.arange(20), np.zeros(20, dtype=int))
    >>> round(mean_power([(rng.poisson(30, 20).astype(float), lots)], 1.0), 1)
    1.0
    """
    chances = [
        randomisation_power(counts, lots, np.array([effect]), trials=trials, seed=seed + i)[0]
        for i, (counts, lots) in enumerate(stretches)
    ]
    return float(np.mean(chances))


def smallest_found(stretches: Stretches, *, trials: int = 200, seed: int = 0) -> float:
    """Return the least effect found in four tests of five; NaN when it lies beyond fourfold.

    Where to look follows from how much the draws scatter when nothing happens. Parameters as in `mean_power`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> doses = rng.permuted(np.tile([1.0, 0.0], (99, 10)), axis=1)
    >>> lots = Lots(doses, np.full(20, 30.0), np.arange(20), np.zeros(20, dtype=int))
    >>> bool(0.1 < smallest_found([(rng.poisson(30, 20).astype(float), lots)]) < 0.5)
    True
    """
    scatter = float(np.mean([(lots.contrast @ counts).std() for counts, lots in stretches]))
    scatter *= float(np.mean([lots.expected.sum() / counts.sum() for counts, lots in stretches]))
    low = 0.0
    for times in AROUND:
        high = min(times * scatter, LARGEST)
        if mean_power(stretches, high, trials=trials, seed=seed) >= POWER:
            break
        low = high
    else:
        return float("nan")
    for _ in range(FINER):
        middle = (low + high) / 2
        if mean_power(stretches, middle, trials=trials, seed=seed) >= POWER:
            high = middle
        else:
            low = middle
    return (low + high) / 2
