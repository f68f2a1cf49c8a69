"""The log as strips: each rep's days, or weeks of a long period, beside the rep's own usual day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .bursts import usual_day
from .grid import Grid

#: What a day or week is, with the share of the usual from which it is so.
STATES = ("away", "none", "low", "usual", "high")
LOW, HIGH = 0.5, 2.0
#: Most reps drawn, and most days; longer periods are drawn by week.
MOST, MOST_DAYS = 60, 70
COLUMNS = ["rep_id", "name", "team", "day_on", "n", "value", "state", "is_unusual"]


def heat(grid: Grid, people: pd.DataFrame, quiet: pd.DataFrame) -> pd.DataFrame:
    """Return one row per rep and working day, or week, of the period.

    Columns: ``rep_id, name, team, day_on`` (the day, or the week's Monday), ``n`` entries, ``value`` (entries
    over those of the rep's own median day, for the time there), ``state`` (``away``: on leave or not
    employed; ``none, low, usual, high``), ``is_unusual`` (part of an unusual silence). With more than `MOST`
    reps only those to look at are kept.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.team_activity(sa.sample(), "2026-Q1").heat["state"].value_counts().index[0]
    'usual'
    """
    kept = people if len(people) <= MOST else people[people["flags"].map(len) > 0].head(MOST)
    if kept.empty or not grid.counts["entries"].any():
        return pd.DataFrame(columns=COLUMNS)
    places = grid.rows(pd.Index(kept["rep_id"]))
    entries = grid.counts["entries"][places][:, grid.inside]
    there = grid.there[places][:, grid.inside]
    days = grid.days[grid.inside]
    runs = quiet[quiet["verdict"] == "unusual"].set_index("rep_id")[["starts_on", "last_on"]]
    runs = runs.reindex(kept["rep_id"])
    on = days.to_numpy()[None, :]
    unusual = (on >= runs["starts_on"].to_numpy()[:, None]) & (on <= runs["last_on"].to_numpy()[:, None])
    if len(days) > MOST_DAYS:
        days, entries, there, unusual = _weekly(days, entries, there, unusual)
    usual = np.maximum(usual_day(grid)[places], 1e-9)[:, None]
    value = np.divide(entries, there * usual, out=np.full(entries.shape, np.nan), where=there > 0)
    state = np.select([there <= 0, entries == 0, value < LOW, value <= HIGH], STATES[:4], default=STATES[4])
    count = len(days)
    return pd.DataFrame(
        {
            **{c: kept[c].repeat(count).to_numpy() for c in ("rep_id", "name", "team")},
            "day_on": np.tile(days.to_numpy(), len(kept)),
            "n": entries.ravel(),
            "value": value.ravel(),
            "state": state.ravel(),
            "is_unusual": unusual.ravel(),
        }
    )


def _weekly(
    days: pd.DatetimeIndex, entries: np.ndarray, there: np.ndarray, unusual: np.ndarray
) -> tuple[pd.DatetimeIndex, np.ndarray, np.ndarray, np.ndarray]:
    mondays = days - pd.to_timedelta(days.day_of_week, unit="D")
    firsts = np.flatnonzero(np.concatenate([[True], mondays[1:] != mondays[:-1]]))
    added = (np.add.reduceat(a, firsts, axis=1) for a in (entries, there, unusual.astype(int)))
    total, time, run = added
    return mondays[firsts], total, time, run > 0
