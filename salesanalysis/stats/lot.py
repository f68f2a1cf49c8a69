"""Lots: units of each stratum are dealt to waves at random, as evenly as they can be."""

from __future__ import annotations

from math import factorial, prod

import numpy as np


def deal(strata: np.ndarray, waves: int, rng: np.random.Generator) -> np.ndarray:
    """Deal units to waves: within each stratum, and in all, no wave gets two more than another.

    Parameters
    ----------
    strata : array (units,)
        What units are alike in, such as their team.
    waves : int
        Number of waves.
    rng : Generator
        Source of the lot.

    Returns
    -------
    int array (units,)
        Wave of each unit, from 0.

    Examples
    --------
    >>> np.bincount(deal(np.array(["a", "a", "a", "b", "b"]), 2, np.random.default_rng(1))).tolist()
    [3, 2]
    """
    wave = np.zeros(strata.size, dtype=int)
    for members, hand in _hands(strata, waves):
        wave[rng.permutation(members)] = hand
    return wave


def deals(strata: np.ndarray, waves: int, *, count: int, seed: int) -> np.ndarray:
    """Return the deal that the seed draws, then `count` others of the same lot: draws x units.

    Examples
    --------
    >>> deals(np.zeros(4), 2, count=99, seed=1).shape
    (100, 4)
    """
    # Others are independent of the one that was drawn.
    rng = np.random.default_rng([seed, 1])
    return np.stack([drawn(strata, waves, seed), *(deal(strata, waves, rng) for _ in range(count))])


def drawn(strata: np.ndarray, waves: int, seed: int) -> np.ndarray:
    """Return the deal that a seed draws.

    Examples
    --------
    >>> sorted(drawn(np.zeros(4), 2, seed=7).tolist())
    [0, 0, 1, 1]
    """
    return deal(strata, waves, np.random.default_rng(seed))


def number_of_deals(strata: np.ndarray, waves: int) -> int:
    """Return how many different deals there are.

    Examples
    --------
    >>> number_of_deals(np.zeros(4), 2)
    6
    """
    return prod(
        factorial(hand.size) // prod(factorial(int(n)) for n in np.bincount(hand))
        for _, hand in _hands(strata, waves)
    )


def _hands(strata: np.ndarray, waves: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return members and the waves to be dealt to them, stratum by stratum; each goes on where one ended."""
    found, begin = [], 0
    for stratum in np.unique(strata):
        members = np.flatnonzero(strata == stratum)
        found.append((members, (begin + np.arange(members.size)) % waves))
        begin += members.size
    return found
