"""Discrete-time hazard: what goes with an event in a period among cases still open at its start.

Each case is followed period by period while it is open. Totals per closed case are not comparable: a case
that lives longer collects more of everything (immortal time).

`age_hazards` learns from such periods how likely a case of some age, in some state, is to end in either of
two events next; what follows for any number of periods ahead is arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..core.errors import InvalidInput
from .tidy import require_columns


def person_periods(cases: pd.DataFrame, *, case: str, length: str, event: str, maximum: int) -> pd.DataFrame:
    """One row per case and period at risk.

    Parameters
    ----------
    cases : DataFrame
        One row per case.
    case, length, event : str
        Columns: key of the case, whole periods it was observed (at least 1), whether it ended in the event.
    maximum : int
        Longest age followed; later periods are cut off and the case counts as open then.

    Returns
    -------
    DataFrame
        The columns of `cases` repeated, with ``age`` (from 0) and ``is_event`` (only in the last period).

    Examples
    --------
    >>> c = pd.DataFrame({"id": [1, 2], "weeks": [2, 1], "won": [True, False]})
    >>> rows = person_periods(c, case="id", length="weeks", event="won", maximum=26)
    >>> rows[["id", "age", "is_event"]].to_numpy().tolist()
    [[1, 0, 0], [1, 1, 1], [2, 0, 0]]
    """
    require_columns(cases, [case, length, event])
    periods = cases[length].to_numpy()
    if (periods < 1).any() or (periods != np.floor(periods)).any():
        raise InvalidInput(f"{length} must hold whole numbers of periods from 1.")
    repeat = np.minimum(periods, maximum).astype(int)
    rows = cases.loc[cases.index.repeat(repeat)].reset_index(drop=True)
    rows["age"] = np.concatenate([np.arange(count) for count in repeat]) if len(repeat) else []
    ends = rows["age"].to_numpy() == np.repeat(periods, repeat) - 1
    rows["is_event"] = (ends & rows[event].to_numpy(dtype=bool)).astype(int)
    return rows


#: Ages that share one hazard begin here; single periods at first, longer and longer later.
BANDS = (*range(13), 14, 16, 18, 20, 23, 26, 32, 39, 52, 78)
#: Weight, in periods at risk, of all states together against a state's own record of an age.
STRENGTH = 20.0


@dataclass(frozen=True, eq=False)
class Hazards:
    """Chances of what happens in the next period, by age and state, of cases open at its start.

    Attributes
    ----------
    weight : array (bands, states, states + 2)
        Posterior weights (Dirichlet) of going on in each state, of the first and of the second event.
    n : array (ages, states)
        Cases seen at risk at each age; the last age holds all older ones.
    band : array (ages,)
        Which hazard holds at which age.
    """

    weight: np.ndarray
    n: np.ndarray
    band: np.ndarray

    @property
    def states(self) -> int:
        """How many states there are."""
        return self.weight.shape[1]

    @property
    def chance(self) -> np.ndarray:
        """Expected chances, array (bands, states, states + 2)."""
        return self.weight / self.weight.sum(axis=2, keepdims=True)

    def draw(self, draws: int, *, seed: int = 0) -> np.ndarray:
        """Draw chances from their posterior: array (draws, bands, states, states + 2)."""
        gamma = np.random.default_rng(seed).gamma(self.weight, size=(draws, *self.weight.shape))
        return gamma / np.maximum(gamma.sum(axis=3, keepdims=True), 1e-300)

    def within(self, periods: int, *, event: int = 0, chance: np.ndarray | None = None) -> np.ndarray:
        """Return the chance that the event happens within the periods to come: array (..., ages, states)."""
        whole = (self.chance if chance is None else chance)[..., self.band, :, :]
        onward, hit = whole[..., : self.states], whole[..., self.states + event]
        found = hit
        for _ in range(periods - 1):
            older = np.concatenate([found[..., 1:, :], found[..., -1:, :]], axis=-2)
            found = hit + (onward @ older[..., None])[..., 0]
        return found

    def ahead(self, periods: int, *, event: int = 0, chance: np.ndarray | None = None) -> np.ndarray:
        """Return the chance that the event happens in each of the periods to come.

        Parameters
        ----------
        periods : int
            How far to look.
        event : int
            0: the first event, 1: the second.
        chance : array (..., bands, states, states + 2), optional
            Other chances than the expected ones, such as those of `draw`.

        Returns
        -------
        array (..., ages, states, periods)
            Sum over the last axis: the chance of it happening within them.

        Notes
        -----
        By going backwards: ``f_1(a, s) = h(a, s)``, ``f_j(a, s) = sum_r T(a, s, r) f_(j-1)(a + 1, r)``, which
        with one state is ``S(a, j - 1) h(a + j - 1)``.
        """
        whole = (self.chance if chance is None else chance)[..., self.band, :, :]
        onward, hit = whole[..., : self.states], whole[..., self.states + event]
        found = np.empty((*hit.shape, periods))
        now = hit
        for period in range(periods):
            found[..., period] = now
            older = np.concatenate([now[..., 1:, :], now[..., -1:, :]], axis=-2)
            now = (onward @ older[..., None])[..., 0]
        return found


def age_hazards(
    age: ArrayLike,
    state: ArrayLike,
    after: ArrayLike,
    *,
    states: int = 1,
    bands: tuple[int, ...] = BANDS,
    strength: float = STRENGTH,
) -> Hazards:
    """Learn what happens next to open cases by age and state.

    Parameters
    ----------
    age, state : array-like of int (rows,)
        One row per case and period it was at risk for as a whole: its age in periods from 0, and its state
        at the start, from 0.
    after : array-like of int (rows,)
        State at the end of the period; `states` where the first event happened, ``states + 1`` the second.
    states : int
        How many states there are.
    bands : tuple of int
        First ages of the bands within which the hazard is the same.
    strength : float
        Periods at risk as which all states together count for each state; 0: every band stands alone.

    Returns
    -------
    Hazards

    Notes
    -----
    A band's chances of both events over all states are drawn towards those of all ages with a quarter of
    `strength`, those of a state towards the band's. Where a case goes from a state, as long as it is open, is
    drawn towards where all cases of that state went.

    Examples
    --------
    Four cases: two end in the first event at ages 0 and 1, one in the second at age 1, one goes on.

    >>> found = age_hazards([0, 0, 0, 0, 1, 1, 1], [0] * 7, [1, 0, 0, 0, 1, 2, 0], bands=(0, 1), strength=0)
    >>> found.chance[:, 0].round(3).tolist()
    [[0.75, 0.25, 0.0], [0.333, 0.333, 0.333]]
    >>> found.ahead(2)[0, 0].round(6).tolist()
    [0.25, 0.25]
    """
    a, s, z = (np.asarray(v, dtype=np.int64).ravel() for v in (age, state, after))
    if not a.shape == s.shape == z.shape:
        raise InvalidInput("Ages, states and what came after must have the same length.")
    ages = bands[-1] + 1
    a = np.minimum(a, ages - 1)
    band = np.searchsorted(bands, np.arange(ages), side="right") - 1
    ends = states + 2
    cells = np.bincount((a * states + s) * ends + z, minlength=ages * states * ends)
    cells = cells.reshape(ages, states, ends).astype(float)
    count = np.zeros((len(bands), states, ends))
    np.add.at(count, band, cells)
    return Hazards(count + _prior(count, strength), cells.sum(axis=2), band)


def _prior(count: np.ndarray, strength: float) -> np.ndarray:
    """Return the weights that all ages and states lend to each band and state."""
    states = count.shape[1]
    event = count[:, :, states:].sum(axis=1)
    at_risk = count.sum(axis=(1, 2))
    overall = (event.sum(axis=0) + 0.5) / (at_risk.sum() + 10)
    lent = strength / 4
    rate = (event + lent * overall) / np.maximum(at_risk + lent, 1e-12)[:, None]
    onward = count[:, :, :states].sum(axis=0) + 1e-3 + np.eye(states)
    onward = onward / onward.sum(axis=1, keepdims=True)
    prior = np.empty_like(count)
    prior[:, :, states:] = rate[:, None, :]
    prior[:, :, :states] = (1 - rate.sum(axis=1))[:, None, None] * onward
    return np.maximum(strength * prior, 1e-9)
