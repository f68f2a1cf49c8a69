"""Counts of reps and weeks as arrays, and the cells that a test reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from ..linkage import ExposureResult
from ..stats import Lots, levels

#: Weeks before the test from which each rep's usual level is taken, and the fewest for a power figure.
BEFORE, LEAST_BEFORE = 26, 13
#: Outcomes before the win follow the activity within these weeks, each as likely.
QUICK = np.full(4, 0.25)


@dataclass(frozen=True, eq=False)
class Grid:
    """Counts by rep and week; NaN where a rep was not active or did not log.

    Attributes
    ----------
    reps : list
        Keys of the reps, the rows.
    first : date or int
        Week of the first column.
    step : Timedelta or int
        Length of a week on that axis.
    counts : dict of str to array (reps, weeks)
        One array a column.
    """

    reps: list
    first: date | int
    step: pd.Timedelta | int
    counts: dict[str, np.ndarray]

    @property
    def length(self) -> int:
        """Number of weeks."""
        return next(iter(self.counts.values())).shape[1]

    def position(self, week: date | int) -> int:
        """Return the column of a week, which may lie outside."""
        if isinstance(self.step, pd.Timedelta):
            return int((pd.Timestamp(week) - pd.Timestamp(self.first)) // self.step)
        return int(week - self.first)

    def week(self, position: int) -> date | int:
        """Return the week of a column."""
        if isinstance(self.step, pd.Timedelta):
            return (pd.Timestamp(self.first) + position * self.step).date()
        return int(self.first + position)

    def part(self, column: str, begin: int, end: int) -> np.ndarray:
        """Return the counts of the weeks ``begin <= week < end``; NaN outside what is known."""
        values = np.full((len(self.reps), max(end - begin, 0)), np.nan)
        low, high = max(begin, 0), min(end, self.length)
        if low < high:
            values[:, low - begin : high - begin] = self.counts[column][:, low:high]
        return values


def grid_of(weeks: ExposureResult, columns: list[str], reps: list | None = None) -> Grid:
    """Lay out an exposure as arrays.

    Parameters
    ----------
    weeks : ExposureResult
        Counts by rep and week.
    columns : list of str
        Columns to lay out.
    reps : list, optional
        Reps in this order; all by default. Reps without a row are all NaN.
    """
    table = weeks.table[weeks.table["is_usable"].to_numpy(dtype=bool)]
    known = sorted(weeks.table["rep_id"].unique()) if reps is None else list(reps)
    stamps = weeks.table["week"]
    is_date = pd.api.types.is_datetime64_any_dtype(stamps)
    step: pd.Timedelta | int = pd.Timedelta(weeks=1) if is_date else 1
    first = stamps.min().date() if is_date else int(stamps.min())
    since = table["week"] - (pd.Timestamp(first) if is_date else first)
    column = (since // step).astype(int).to_numpy()
    row = table["rep_id"].map({rep: i for i, rep in enumerate(known)})
    kept = row.notna().to_numpy()
    last = (stamps.max() - (pd.Timestamp(first) if is_date else first)) // step
    counts = {}
    for name in columns:
        values = np.full((len(known), int(last) + 1), np.nan)
        values[row[kept].astype(int), column[kept]] = table.loc[kept, name].to_numpy(dtype=float)
        counts[name] = values
    return Grid(known, first, step, counts)


@dataclass(frozen=True, eq=False)
class Cells:
    """What a test reads: counts, the draws' doses, and which rep and week each cell is."""

    counts: np.ndarray
    lots: Lots
    level: np.ndarray
    wanted: int


def cells_of(
    during: np.ndarray, before: np.ndarray, dose: np.ndarray, read: np.ndarray, *, within: bool
) -> Cells:
    """Collect the known cells of the weeks to read.

    Parameters
    ----------
    during, before : array (reps, weeks)
        Counts from the first week of the test on, and of the weeks before it.
    dose : array (draws, reps, weeks)
        Doses of each draw.
    read : int array
        Weeks to read.
    within : bool
        Compare reps only with themselves.
    """
    level = levels(before)
    known = ~np.isnan(during[:, read])
    unit, place = np.nonzero(known)
    lots = Lots(dose[:, unit, read[place]], level[unit], unit, place, within)
    return Cells(during[unit, read[place]], lots, level, known.size)
