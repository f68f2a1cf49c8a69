"""Logging gaps: weeks in which an employed rep logged nothing, and what else shows that they worked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd

from ..core.crm import Crm

#: Share of reps who must be silent for a week to count as the company's pause, not as theirs.
PAUSE = 0.8
#: Activities besides meetings that a rep usually logs a week, for a week of meetings alone to be a gap.
USUAL = 5
#: Evidence of work beside silence, the strongest first.
EVIDENCE = ("meetings", "events", "open")
#: Steps of the pipeline that show work on a day, with the column that names whose work.
_EVENTS = (
    ("opportunities", "created_on"),
    ("opportunities", "closed_on"),
    ("stage_history", "entered_on"),
    ("contracts", "signed_on"),
)
_WEEK = pd.Timedelta(days=7)


@dataclass(frozen=True)
class Weeks:
    """Rep-weeks of logging.

    Attributes
    ----------
    expected, silent : int
        Whole weeks in which a rep was employed, from the first logged week on, and those of them without any
        logged activity.
    beside : dict of str to int
        The silent ones by the strongest evidence beside them: ``meetings`` (nothing but meetings was logged,
        by a rep who logs more), ``events`` (an opportunity was created, moved or closed), ``open``
        (opportunities stood open). Weeks of leave, and weeks in which the whole company paused, count as
        neither silent nor expected here. A week beside meetings is not silent in `silent`.
    counted : int
        Rep-weeks behind `beside`.
    pauses : int
        Weeks in which at least `PAUSE` of the reps were silent.
    table : pandas.DataFrame
        One row per rep: ``rep_id, base`` (rep-weeks), ``n`` (gaps), ``estimate`` (share).
    """

    expected: int = 0
    silent: int = 0
    beside: dict[str, int] = field(default_factory=lambda: dict.fromkeys(EVIDENCE, 0))
    counted: int = 0
    pauses: int = 0
    table: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["rep_id", "base", "n", "estimate"])
    )

    @property
    def gaps(self) -> int:
        """Rep-weeks in which work went on and was not logged."""
        return sum(self.beside.values())

    @property
    def coverage(self) -> float:
        """Share of rep-weeks that are no gap; missing where no week is known."""
        return 1 - self.gaps / self.counted if self.counted else float("nan")


def rep_weeks(crm: Crm) -> Weeks:
    """Count the rep-weeks of logging and of silence; one row per rep and week leaves the engine.

    Examples
    --------
    >>> from salesanalysis.data import sample
    >>> rep_weeks(sample()).silent
    4
    """
    if not crm.has("activities.rep_id"):
        return Weeks()
    logged = _logged(crm.table("activities"))
    if logged.empty:
        return Weeks()
    after = crm.as_of + timedelta(days=1)
    last = pd.Timestamp(after - timedelta(days=after.weekday()))  # Monday of the week not yet over
    grid = _grid(crm.frame("reps"), logged, last)
    if grid.empty:
        return Weeks()
    grid = grid.merge(logged, on=["rep_id", "week"], how="left").fillna({"n": 0, "meetings": 0})
    silent = grid["n"] == 0
    company = silent.groupby(grid["week"]).mean()
    paused = set(company.index[company >= PAUSE])
    grid = grid.assign(silent=silent, gap=_evidence(crm, grid))
    kept = grid[~grid["week"].isin(paused) & ~_on_leave(crm, grid)]
    by_rep = kept.groupby("rep_id").agg(base=("week", "size"), n=("gap", lambda g: int((g != "").sum())))
    return Weeks(
        expected=len(grid),
        silent=int(silent.sum()),
        beside={name: int((kept["gap"] == name).sum()) for name in EVIDENCE},
        counted=len(kept),
        pauses=len(paused),
        table=by_rep.assign(estimate=by_rep["n"] / by_rep["base"]).reset_index(),
    )


def _logged(table: ir.Table) -> pd.DataFrame:
    """Return activities and meetings among them per rep and week."""
    rows = table.filter(table["rep_id"].notnull())
    counts = rows.group_by(rep_id=rows["rep_id"], week=rows["occurred_on"].truncate("W")).agg(
        n=lambda t: t.count(), meetings=lambda t: t.count(where=t["kind"] == "meeting")
    )
    return _typed(counts)


def _typed(weekly: ir.Table) -> pd.DataFrame:
    frame = weekly.to_pandas()
    return frame.assign(week=pd.to_datetime(frame["week"]).astype("datetime64[s]"))


def _grid(reps: pd.DataFrame, logged: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """Return one row per rep and whole week of employment: ``rep_id, week``."""
    reps = reps.set_index("rep_id")
    first = logged.groupby("rep_id")["week"].min().reindex(reps.index)
    start = (reps["hired_on"].fillna(first) if "hired_on" in reps else first).clip(lower=logged["week"].min())
    start += pd.to_timedelta(-start.dt.day_of_week % 7, unit="D")  # Monday of the first whole week
    end = reps["left_on"].fillna(last) if "left_on" in reps else pd.Series(last, index=reps.index)
    end = end.clip(upper=last)
    employed = ((end - start).dt.days // 7).clip(lower=0).fillna(0).astype("int64")
    grid = pd.DataFrame(
        {"rep_id": employed.index.repeat(employed), "start": start.repeat(employed).to_numpy()}
    )
    grid["week"] = grid["start"] + pd.to_timedelta(grid.groupby("rep_id").cumcount() * 7, unit="D")
    return grid.assign(week=grid["week"].astype("datetime64[s]"))[["rep_id", "week"]]


def _evidence(crm: Crm, grid: pd.DataFrame) -> pd.Series:
    """Return for each rep-week the strongest evidence of work that was not logged; empty without any."""
    found = pd.Series("", index=grid.index)
    silent = grid["n"] == 0
    keys = pd.MultiIndex.from_frame(grid[["rep_id", "week"]])
    standing = _open_weeks(crm, grid)
    found[silent & (standing > 0).to_numpy()] = "open"
    events = _events(crm)
    if len(events):
        found[silent & keys.isin(pd.MultiIndex.from_frame(events))] = "events"
    others = (grid["n"] - grid["meetings"]).groupby(grid["rep_id"]).transform("median")
    only_meetings = (grid["meetings"] > 0) & (grid["n"] == grid["meetings"]) & (others >= USUAL)
    found[only_meetings] = "meetings"
    return found


def _events(crm: Crm) -> pd.DataFrame:
    parts = [
        _weekly(crm, name, column).distinct()
        for name, column in _EVENTS
        if crm.has(f"{name}.{column}") and crm.has(f"{name}.rep_id")
    ]
    if not parts:
        return pd.DataFrame(columns=["rep_id", "week"])
    together = ibis.union(*parts, distinct=True) if len(parts) > 1 else parts[0]
    return _typed(together)[["rep_id", "week"]]


def _weekly(crm: Crm, name: str, column: str) -> ir.Table:
    table = crm.table(name)
    rows = table.filter(table["rep_id"].notnull() & table[column].notnull())
    return rows.select(rep_id=rows["rep_id"], week=rows[column].truncate("W"))


def _open_weeks(crm: Crm, grid: pd.DataFrame) -> pd.Series:
    """Return how many opportunities of the rep stood open through each week of `grid`."""
    zero = pd.Series(0, index=grid.index)
    if not all(crm.has(f"opportunities.{c}") for c in ("rep_id", "created_on", "closed_on", "outcome")):
        return zero
    table = crm.table("opportunities")
    known = table.filter(
        table["created_on"].notnull() & (table["closed_on"].notnull() | (table["outcome"] == "open"))
    )
    owned = known.filter(known["rep_id"].notnull())
    moves = []
    for column, step in (("created_on", 1), ("closed_on", -1)):
        rows = owned.filter(owned[column].notnull())
        counts = rows.group_by(rep_id=rows["rep_id"], week=rows[column].truncate("W")).agg(
            n=lambda t: t.count()
        )
        frame = _typed(counts)
        # Created in a week, it stands open through the next; closed in a week, it did not stand through it.
        shift = _WEEK if step > 0 else pd.Timedelta(0)
        moves.append(frame.assign(week=frame["week"] + shift, n=frame["n"] * step))
    change = pd.concat(moves, ignore_index=True).groupby(["rep_id", "week"], as_index=False)["n"].sum()
    change["open"] = change.sort_values("week").groupby("rep_id")["n"].cumsum()
    if change.empty:
        return zero
    change = change.assign(week=change["week"].astype("datetime64[s]"))
    ordered = grid[["rep_id", "week"]].reset_index().sort_values("week", kind="stable")
    merged = pd.merge_asof(
        ordered, change.sort_values("week")[["rep_id", "week", "open"]], on="week", by="rep_id"
    )
    return merged.set_index("index")["open"].reindex(grid.index).fillna(0)


def _on_leave(crm: Crm, grid: pd.DataFrame) -> pd.Series:
    """Tell which rep-weeks touch a recorded leave."""
    away = pd.Series(False, index=grid.index)
    if not crm.has("absences.ends_on"):
        return away
    leave = crm.frame("absences")[["rep_id", "starts_on", "ends_on"]].dropna()
    both = grid[["rep_id", "week"]].reset_index().merge(leave, on="rep_id")
    touched = (pd.to_datetime(both["starts_on"]) < both["week"] + _WEEK) & (
        pd.to_datetime(both["ends_on"]) > both["week"]
    )
    away[both.loc[touched, "index"].unique()] = True
    return away
