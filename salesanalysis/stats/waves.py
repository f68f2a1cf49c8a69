"""Units treated in waves: which times count around a start, and sums over them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

#: Share of the times of a window that must be known for a unit to count.
LEAST_KNOWN = 0.5


@dataclass(frozen=True)
class Windows:
    """Which times count, from the start of a wave on.

    Parameters
    ----------
    after : int
        Times read: 0 to ``after - 1``.
    before : int
        The baseline begins so many times before the start.
    gap : int
        Times just before the start that led to the choice; they count nowhere.
    earlier : int
        The placebo compares the baseline with the times from here up to the baseline.

    Examples
    --------
    >>> Windows().baseline, Windows().placebo
    ((-26, -8), (-39, -26))
    """

    after: int = 13
    before: int = 26
    gap: int = 8
    earlier: int = 39

    @property
    def read(self) -> tuple[int, int]:
        """First time read and the one after the last."""
        return 0, self.after

    @property
    def baseline(self) -> tuple[int, int]:
        """First time of the baseline and the one after its last."""
        return -self.before, -self.gap

    @property
    def placebo(self) -> tuple[int, int]:
        """First time of the placebo's baseline and the one after its last."""
        return -self.earlier, -self.before


@dataclass(frozen=True, eq=False)
class Units:
    """Counts of units over time, and when each was treated.

    Parameters
    ----------
    counts : array (units, times)
        What is counted; NaN where it is not known.
    starts : array (units,)
        Time at which a unit's treatment started; NaN: not one of the treated.
    clean_until : array (units,)
        Time of the first treatment of any kind; infinite: never. A unit is a control up to then.
    base : array (units, times), optional
        Denominators, when what is compared is a rate.
    kind : int array (units,), optional
        Units are compared with others of their kind only.
    """

    counts: np.ndarray
    starts: np.ndarray
    clean_until: np.ndarray
    base: np.ndarray | None = None
    kind: np.ndarray | None = None

    @property
    def waves(self) -> np.ndarray:
        """The different times at which treatment started."""
        return np.unique(self.starts[~np.isnan(self.starts)]).astype(int)


@dataclass(frozen=True, eq=False)
class WindowSums:
    """Sums by wave and unit: ``values`` is (4, waves, units): read, baseline, and their denominators."""

    waves: np.ndarray
    values: np.ndarray
    treated: np.ndarray
    controls: np.ndarray | None
    half: float


def window_sums(units: Units, baseline: tuple[int, int], read: tuple[int, int], after: int) -> WindowSums:
    """Sum each unit's counts over both windows of each wave, and tell who is treated and who a control.

    Parameters
    ----------
    units : Units
        Counts and starts.
    baseline, read : tuple of int
        First time of the window and the one after its last, from the start of the wave on.
    after : int
        A control stays untreated so many times from the start on.

    Examples
    --------
    >>> starts = np.array([2.0, np.nan])
    >>> units = Units(np.array([[1.0, 1, 2, 2], [3, 3, 3, 3]]), starts, np.array([2.0, np.inf]))
    >>> window_sums(units, (-2, 0), (0, 2), 2).values[:2, 0].tolist()
    [[4.0, 6.0], [2.0, 6.0]]
    """
    waves, n = units.waves, units.starts.size
    values = np.full((4, waves.size, n), np.nan)
    base = np.ones_like(units.counts) if units.base is None else units.base
    known = ~(np.isnan(units.counts) | np.isnan(base))
    for place, window in ((0, read), (1, baseline)):
        for number, wave in enumerate(waves):
            first, last = wave + window[0], wave + window[1]
            length = last - first
            if first < 0 or last > known.shape[1]:
                continue
            there = known[:, first:last].sum(axis=1)
            scale = np.where(there >= LEAST_KNOWN * length, length / np.maximum(there, 1), np.nan)
            for offset, array in ((0, units.counts), (2, base)):
                sums = np.where(known[:, first:last], array[:, first:last], 0.0).sum(axis=1)
                values[place + offset, number] = sums * scale
    is_there = ~np.isnan(values).any(axis=0)
    treated = (units.starts == waves[:, None]) & is_there
    controls = (units.clean_until >= waves[:, None] + after) & is_there
    if units.kind is not None:
        for number in range(waves.size):
            controls[number] &= np.isin(units.kind, units.kind[units.starts == waves[number]])
    positive = units.counts[known & (units.counts > 0)]
    half = 0.5 * float(positive.min()) if positive.size else np.nan
    return WindowSums(waves, values, treated, controls, half)


def course(units: Units, windows: Windows) -> pd.DataFrame:
    """Return how treated units went on, week by week, and how the controls lead one to expect it.

    Parameters
    ----------
    units : Units
        Counts and starts.
    windows : Windows
        From the placebo's first time to the last time read.

    Returns
    -------
    DataFrame
        ``time`` from the start on, ``estimate`` (a unit and time, or the rate), ``expected`` (the treated
        units' own baseline times what the controls did since theirs); NaN where nobody is known.

    Examples
    --------
    >>> counts = np.full((4, 60), 4.0)
    >>> counts[:2, 40:], counts[2:, 50:] = 6.0, 8.0
    >>> units = Units(counts, np.array([40.0, 40, np.nan, np.nan]), np.array([40.0, 40, np.inf, np.inf]))
    >>> course(units, Windows()).iloc[[0, -1]].to_numpy().tolist()
    [[-39.0, 4.0, 4.0], [12.0, 6.0, 8.0]]
    """
    sums = window_sums(units, windows.baseline, windows.read, windows.after)
    times = np.arange(-windows.earlier, windows.after)
    base = np.ones_like(units.counts) if units.base is None else units.base
    known = ~(np.isnan(units.counts) | np.isnan(base))
    totals = np.zeros((3, times.size))
    for number, wave in enumerate(sums.waves):
        if not (sums.treated[number].any() and sums.controls[number].any()):
            continue
        place = wave + times
        inside = (place >= 0) & (place < known.shape[1])
        groups = (sums.treated[number], sums.controls[number])
        mine, others = (_rates(units.counts, base, known, group, place[inside]) for group in groups)
        usual = [_baseline(sums.values[:, number, group]) for group in groups]
        with np.errstate(divide="ignore", invalid="ignore"):
            expected = usual[0] * (others[0] / others[1]) / usual[1]
        there = np.isfinite(expected) & (mine[1] > 0)
        at = np.flatnonzero(inside)[there]
        totals[:, at] += np.stack([mine[0], expected * mine[1], mine[1]])[:, there]
    with np.errstate(divide="ignore", invalid="ignore"):
        levels = totals[:2] / totals[2]
    return pd.DataFrame({"time": times, "estimate": levels[0], "expected": levels[1]})


def _rates(
    counts: np.ndarray, base: np.ndarray, known: np.ndarray, group: np.ndarray, place: np.ndarray
) -> np.ndarray:
    """Return sums of counts and denominators of a group at each time."""
    cells = np.ix_(np.flatnonzero(group), place)
    return np.stack([np.where(known[cells], array[cells], 0.0).sum(axis=0) for array in (counts, base)])


def _baseline(values: np.ndarray) -> float:
    return float(values[1].sum() / values[3].sum()) if values[3].sum() > 0 else float("nan")
