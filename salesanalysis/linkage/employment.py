"""Which weeks count: those of employment, since logging began in earnest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.calendar import workdays_by_week
from ..core.crm import Crm
from ..core.period import Period

#: Column that counts everything a rep logged in a week.
LOGGED = "logged_count"


def employed(reps: pd.DataFrame, frame: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """Keep whole weeks of employment; without a hiring day, the weeks from the first to the last one logged.

    Parameters
    ----------
    reps : DataFrame
        The reps, with ``hired_on`` and ``left_on`` where they are known.
    frame : DataFrame
        ``rep_id, week`` (Mondays) and `LOGGED`.

    Returns
    -------
    (DataFrame, bool)
        The rows kept, with ``tenure`` in weeks if any hiring day is known, and whether it is.
    """
    reps = reps.set_index("rep_id")
    logged = frame[frame[LOGGED] > 0].groupby("rep_id")["week"].agg(["min", "max"])
    week = frame["week"]
    hired = _by_rep(reps, "hired_on", frame["rep_id"])
    left = _by_rep(reps, "left_on", frame["rep_id"])
    start = hired.fillna(frame["rep_id"].map(logged["min"]))
    stop = (
        left if "hired_on" in reps else left.fillna(frame["rep_id"].map(logged["max"]) + pd.Timedelta(days=7))
    )
    # Saturday: someone who leaves at the weekend has worked the whole week.
    kept = (start <= week) & (stop.isna() | (stop >= week + pd.Timedelta(days=5)))
    tenured = bool(hired.notna().any())
    if tenured:
        frame = frame.assign(tenure=((week - hired).dt.days // 7).astype("float64"))
    return frame[kept], tenured


def _by_rep(reps: pd.DataFrame, column: str, rep_id: pd.Series) -> pd.Series:
    if column not in reps:
        return pd.Series(pd.NaT, index=rep_id.index, dtype="datetime64[ns]")
    return rep_id.map(pd.to_datetime(reps[column]).astype("datetime64[ns]"))


def in_earnest(frame: pd.DataFrame) -> pd.DataFrame:
    """Cut off the first weeks, until a quarter of the usual number of reps are logging."""
    loggers = frame.assign(on=frame[LOGGED] > 0).groupby("week")["on"].sum()
    usual = loggers[loggers > 0].median()
    if np.isnan(usual):
        return frame
    return frame[frame["week"] >= loggers.index[loggers >= usual / 4].min()].copy()


def worked_days(crm: Crm, frame: pd.DataFrame, span: Period) -> pd.DataFrame:
    """Add ``days``: full-time days that each rep worked in each week, without holidays and leave.

    Parameters
    ----------
    crm : Crm
        The data; leave and part-time work count where it knows of them.
    frame : DataFrame
        ``rep_id, week`` (Mondays).
    span : Period
        The weeks.
    """
    reps = crm.frame("reps")
    reps = reps[[c for c in ("rep_id", "working_share") if c in reps]]
    leave = crm.frame("absences") if crm.has("absences") else None
    days = workdays_by_week(reps, span, absences=leave, country=crm.client.country)
    row = days.index.get_indexer(frame["rep_id"].astype(str))
    column = days.columns.get_indexer(frame["week"])
    found = days.to_numpy()[row, column]
    return frame.assign(days=np.where((row < 0) | (column < 0), np.nan, found))
