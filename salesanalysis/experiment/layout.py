"""Who does what when: random halves of comparable reps, and what each draw means for the weeks to be read."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from math import comb, prod

import numpy as np

#: Draws behind a p-value when the design has more.
DRAWS = 999
#: Fewest draws with which 5 % can be reached at all (one at each end of forty).
FEWEST_DRAWS = 40
#: Draws that make p-values fine enough; finer groups than that are not worth their balance.
ENOUGH_DRAWS = 100
#: Share of the lag weights that must lie in one block for a week to be read; the others are washed out.
READ = 2 / 3
#: Share of the lag weights that a block of a rotation must hold.
SPAN = 0.8
DESIGNS = ("parallel", "rotation")


@dataclass(frozen=True)
class Layout:
    """A design: groups of comparable reps, blocks of weeks, and the seed of the lot.

    Attributes
    ----------
    design : str
        ``parallel``: a random half of each group raises the activity all the time. ``rotation``: in each
        pair of blocks a random half raises it in the first, the others in the second.
    groups : tuple of int
        Group of each rep.
    blocks, block_weeks : int
        Number of blocks (1 in a parallel design) and their length.
    seed : int
        Seed of the draw.
    """

    design: str
    groups: tuple[int, ...]
    blocks: int
    block_weeks: int
    seed: int

    @property
    def weeks(self) -> int:
        """Weeks during which the activity is raised by somebody."""
        return self.blocks * self.block_weeks

    @property
    def lots(self) -> int:
        """How many times a lot is drawn: once, or once for each pair of blocks."""
        return max(self.blocks // 2, 1)


def number_of_draws(sizes: list[int], lots: int = 1) -> int:
    """Return how many assignments a design has.

    Examples
    --------
    >>> number_of_draws([4, 6]), number_of_draws([4], lots=3)
    (120, 216)
    """
    return prod(comb(size, size // 2) for size in sizes) ** lots


def drawn(layout: Layout) -> np.ndarray:
    """Return the assignment that the seed draws: reps x blocks, true where the activity is raised.

    Examples
    --------
    >>> drawn(Layout("parallel", (1, 1, 2, 2), 1, 26, seed=4)).sum()
    np.int64(2)
    """
    return _draw(layout, np.random.default_rng(layout.seed))


def draws(layout: Layout, count: int = DRAWS) -> np.ndarray:
    """Return assignments of the design, draws x reps x blocks: all of them, or `count` at random.

    The one that was drawn comes first.

    Examples
    --------
    >>> draws(Layout("parallel", (1, 1, 1, 1), 1, 26, seed=0)).shape
    (6, 4, 1)
    """
    own = drawn(layout)
    groups = _members(layout)
    if number_of_draws([len(g) for g in groups], layout.lots) <= count:
        everything = _all(layout, groups)
        is_own = (everything == own).all(axis=(1, 2))
        return np.concatenate([everything[is_own], everything[~is_own]])
    # Draws of the same lot, independent of the one that was made.
    rng = np.random.default_rng([layout.seed, 1])
    return np.stack([own, *(_draw(layout, rng) for _ in range(count))])


def _members(layout: Layout) -> list[np.ndarray]:
    groups = np.array(layout.groups)
    return [np.flatnonzero(groups == g) for g in np.unique(groups)]


def _draw(layout: Layout, rng: np.random.Generator) -> np.ndarray:
    raised = np.zeros((len(layout.groups), layout.lots), dtype=bool)
    for lot in range(layout.lots):
        for members in _members(layout):
            raised[rng.permutation(members)[: members.size // 2], lot] = True
    return _blocks(layout, raised)


def _all(layout: Layout, groups: list[np.ndarray]) -> np.ndarray:
    halves = [list(combinations(members, members.size // 2)) for members in groups]
    found = []
    for choice in product(list(product(*halves)), repeat=layout.lots):
        raised = np.zeros((len(layout.groups), layout.lots), dtype=bool)
        for lot, chosen in enumerate(choice):
            raised[[rep for half in chosen for rep in half], lot] = True
        found.append(_blocks(layout, raised))
    return np.stack(found)


def _blocks(layout: Layout, raised: np.ndarray) -> np.ndarray:
    """Turn one column a lot into one a block: the second block of a pair is the other way round."""
    if layout.design == "parallel":
        return raised
    return np.stack([raised, ~raised], axis=2).reshape(raised.shape[0], -1)


def doses(assigned: np.ndarray, layout: Layout, weights: np.ndarray) -> np.ndarray:
    """Return the dose of each week from the first on: the share of its lag weights in raised weeks.

    Parameters
    ----------
    assigned : bool array (draws, reps, blocks)
        Assignments.
    layout : Layout
        The design.
    weights : array (lags + 1,)
        Weight of the weeks between activity and outcome, from the same week on.

    Returns
    -------
    array (draws, reps, weeks)
        Up to the last week that `read_weeks` reads.

    Examples
    --------
    >>> one = Layout("parallel", (1, 1), 1, 3, seed=0)
    >>> doses(np.array([[[True], [False]]]), one, np.array([0.5, 0.5]))[0, 0].tolist()
    [0.5, 1.0, 1.0]
    """
    length = int(read_weeks(layout, weights).max(initial=layout.weeks - 1)) + 1
    active = np.repeat(assigned, layout.block_weeks, axis=2).astype(float)
    active = np.concatenate([active, np.zeros((*active.shape[:2], max(length - layout.weeks, 0)))], axis=2)
    dose = np.zeros((*active.shape[:2], length))
    for lag, weight in enumerate(weights[:length]):
        dose[:, :, lag:] += weight * active[:, :, : length - lag]
    return dose


def read_weeks(layout: Layout, weights: np.ndarray) -> np.ndarray:
    """Return the weeks to read, from 0: those of which two thirds of the lag weights lie in one block.

    Examples
    --------
    >>> read_weeks(Layout("parallel", (1, 1), 1, 3, seed=0), np.array([0.5, 0.3, 0.2])).tolist()
    [1, 2]
    """
    mass = np.concatenate([[0.0], np.cumsum(weights)])
    week = np.arange(layout.weeks + weights.size)
    share = np.zeros((layout.blocks, week.size))
    for block in range(layout.blocks):
        begin, end = block * layout.block_weeks, (block + 1) * layout.block_weeks
        until = np.clip(week - begin + 1, 0, weights.size)
        after = np.clip(week - end + 1, 0, weights.size)
        share[block] = mass[until] - mass[after]
    return week[share.max(axis=0) >= READ - 1e-9]


def span(weights: np.ndarray) -> int:
    """Return the fewest weeks that hold `SPAN` of the lag weights.

    Examples
    --------
    >>> span(np.array([0.5, 0.3, 0.2]))
    2
    """
    return int(np.argmax(np.cumsum(weights) >= SPAN - 1e-9)) + 1


def comparable(score: np.ndarray, lots: int = 1) -> np.ndarray:
    """Put reps who are alike into groups: pairs, else fours, else one, so that enough draws remain.

    Parameters
    ----------
    score : array (reps, features)
        What should be alike; each feature counts by its own spread.
    lots : int
        How many times a lot is drawn.

    Returns
    -------
    int array (reps,)
        Group from 1; reps left over join the last group.

    Examples
    --------
    >>> comparable(np.arange(16.0)[:, None])[:6].tolist()
    [8, 8, 7, 7, 6, 6]
    """
    count = len(score)
    for size in (2, 4):
        sizes = [size] * (count // size)
        if sizes:
            sizes[-1] += count % size
        if sizes and number_of_draws(sizes, lots) >= ENOUGH_DRAWS:
            break
    else:
        return np.ones(count, dtype=int)
    spread = score.std(axis=0)
    scaled = (score - score.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    group, left = np.zeros(count, dtype=int), list(np.argsort(-scaled[:, 0], kind="stable"))
    for number, wanted in enumerate(sizes, start=1):
        first = left[0]
        near = sorted(left, key=lambda rep: float(((scaled[rep] - scaled[first]) ** 2).sum()))[:wanted]
        group[near] = number
        left = [rep for rep in left if rep not in near]
    return group
