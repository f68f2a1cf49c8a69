"""Days with far more entries than the rep's own usual, and days on which old entries were written in bulk."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.period import Period
from ..kpi import panel
from ..kpi.daily import written_late
from ..stats import benjamini_hochberg
from ..stats.funnel import count_chance
from .grid import Grid
from .silence import ERROR

#: A day stands out with so many entries, and so many times the rep's usual day.
LEAST, TIMES = 20, 4.0
#: Entries are written late beyond so many days after they happened.
LATE = 3
COLUMNS = ["rep_id", "name", "team", "role", "day_on", "kind", "n", "usual", "p_value", "p_adjusted"]


def bursts(grid: Grid, shown: pd.Index) -> pd.DataFrame:
    """Return days of the period whose entries ask for a question, the largest first.

    Columns: ``rep_id, name, team, role, day_on, kind`` (``many``: far more than the rep's usual day happened
    on it; ``late``: so many entries were written on it that had happened more than three days before), ``n``
    entries, ``usual`` (entries of the rep's median working day), ``p_value`` of the day (times the days
    looked at) and ``p_adjusted`` over the reps shown; ``late`` goes by its rule alone.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> from salesanalysis.activity.grid import grid
    >>> found = grid(sa.sample(), sa.Period.parse("2026-Q3"))
    >>> len(bursts(found, found.people.index))
    0
    """
    found = pd.concat([_many(grid, shown), _late(grid, shown)], ignore_index=True)
    facts = grid.people.loc[found["rep_id"], ["name", "team", "role"]].reset_index(drop=True)
    found = pd.concat([found, facts], axis=1)[COLUMNS]
    return found.sort_values(["n", "name"], ascending=[False, True], kind="stable", ignore_index=True)


def usual_day(grid: Grid) -> np.ndarray:
    """Return the median entries of each rep's full working day, the half year before included."""
    share = np.where(grid.open, grid.there, np.nan)
    per_day = np.divide(grid.counts["entries"], share, out=np.full(share.shape, np.nan), where=share > 0)
    empty = ~np.isfinite(per_day).any(axis=1)
    per_day[empty] = 0.0
    return np.nanmedian(per_day, axis=1)


def _many(grid: Grid, shown: pd.Index) -> pd.DataFrame:
    """Return the busiest day of each rep for which it is one in so many that it cannot be chance."""
    places, rows = grid.rows(shown), np.arange(len(shown))
    looked = (grid.open & grid.inside)[places]
    entries, there, known = (a[places] for a in (grid.counts["entries"], grid.there, grid.open))
    top = np.argmax(np.where(looked, entries / np.maximum(there, 1e-9), -1.0), axis=1)
    n, part = entries[rows, top], there[rows, top]
    rest = (there * known).sum(axis=1) - part
    rate = np.divide((entries * known).sum(axis=1) - n, rest, out=np.full(len(rows), np.nan), where=rest > 0)
    days, mean = looked.sum(axis=1), rate * part
    chance = count_chance(n, np.where((days > 0) & (n > mean), mean, np.nan), dispersion=_spread(grid))
    p_value = np.minimum(chance * days, 1.0)
    table = pd.DataFrame(
        {
            "rep_id": shown,
            "day_on": grid.days[top],
            "kind": "many",
            "n": n,
            "usual": usual_day(grid)[places],
            "p_value": p_value,
            "p_adjusted": benjamini_hochberg(p_value),
        }
    )
    is_many = (table["n"] >= LEAST) & (table["n"] >= TIMES * table["usual"])
    return table[is_many & (table["p_adjusted"] <= ERROR)]


def _spread(grid: Grid) -> float:
    """Return variance over mean of daily entries around each rep's own mean, the middle of the reps."""
    values = np.where(grid.open, grid.counts["entries"], np.nan)
    known = values[np.isfinite(values).sum(axis=1) >= 10]
    if not len(known):
        return 1.0
    mean, variance = np.nanmean(known, axis=1), np.nanvar(known, axis=1, ddof=1)
    return max(float(np.median(variance[mean > 0] / mean[mean > 0])) if (mean > 0).any() else 1.0, 1.0)


def _late(grid: Grid, shown: pd.Index) -> pd.DataFrame:
    """Return the days on which many entries were written long after they had happened."""
    crm, empty = grid.crm, pd.DataFrame(columns=["rep_id", "day_on", "kind", "n", "usual", "p_value"])
    if not crm.has("activities.logged_on"):
        return empty
    span = Period(grid.span.start, grid.span.end)
    sums = panel(crm, written_late(LATE), span, grain="day").sums
    usual = pd.Series(usual_day(grid), grid.people.index)
    found = sums[(sums["entries_late"] >= LEAST) & sums["rep_id"].isin(shown)]
    own = usual.reindex(found["rep_id"]).set_axis(found.index)
    found = found.assign(usual=own)[found["entries_late"] >= TIMES * own]
    return pd.DataFrame(
        {
            "rep_id": found["rep_id"],
            "day_on": pd.to_datetime(found["period"]),
            "kind": "late",
            "n": found["entries_late"],
            "usual": found["usual"],
            "p_value": np.nan,
        }
    )
