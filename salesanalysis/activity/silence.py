"""Runs of working days without any entry, held against the rep's own habits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.rows import rows
from ..stats import benjamini_hochberg
from ..stats.runs import habits, longest_run, run_chance, transitions
from .grid import Grid

#: Chance, over all reps shown together, up to which a run is unusual.
ERROR = 0.05
#: Shortest run that is looked at, in working days.
SHORTEST = 2
#: Days of all reps that stand beside a rep's own: after a day with entries, and after one without.
WEIGHT = (20.0, 5.0)
#: Fewest days of the group behind what is usual.
LEAST_DAYS = 100
#: Records that show work on a day: table, its day, whose.
_WORK = (
    ("opportunities", "created_on"),
    ("opportunities", "closed_on"),
    ("stage_history", "entered_on"),
    ("contracts", "signed_on"),
)
COLUMNS = [
    *("rep_id", "name", "team", "role", "starts_on", "last_on", "days", "base", "share"),
    *("p_value", "p_adjusted", "records", "is_open", "verdict", "reason"),
]

_FOUND = ["rep_id", "starts_on", "last_on", "days", "base", "share", "p_value", "is_open", "reason"]


def silences(grid: Grid, shown: pd.Index) -> pd.DataFrame:
    """Return the longest run of working days without any entry of each rep in the period.

    Columns: ``rep_id, name, team, role, starts_on, last_on`` (first and last silent day), ``days`` (their
    number), ``base`` (working days looked at), ``share`` (of silent days in the half year before and in the
    period), ``p_value`` (chance of a run as long for a rep with these habits), ``p_adjusted`` (over the reps
    shown), ``records`` (other records of the rep's work meanwhile), ``is_open`` (the data end in it, so that
    entries may follow), ``verdict`` (``unusual, usual, none, cannot_tell``), ``reason`` (``work_recorded``:
    the pipeline moved on meanwhile; ``nothing_recorded``; ``never``: nothing was ever logged; ``no_past``).

    Examples
    --------
    >>> import salesanalysis as sa
    >>> from salesanalysis.activity.grid import grid
    >>> found = grid(sa.sample(), sa.Period.parse("2026-Q1"))
    >>> silences(found, found.people.index).query("verdict == 'unusual'")["days"].tolist()
    [9]
    """
    silent, known = grid.open & (grid.counts["entries"] == 0), grid.open
    places, runs = grid.rows(shown), {}
    for place in places:
        looked = np.flatnonzero(known[place] & grid.inside)
        start, length = longest_run(silent[place, looked])
        runs[place] = (len(looked), looked[start : start + length], start + length == len(looked))
    begin, go_on = _habits(silent, known, {place: run for place, (_, run, _) in runs.items()})
    is_known = bool(known.sum() >= LEAST_DAYS)
    found = []
    for rep_id, place in zip(shown, places):
        base, run, is_last = runs[place]
        chance = run_chance(len(run), base, begin[place], go_on[place]) if len(run) >= SHORTEST else 1.0
        found.append(
            {
                "rep_id": rep_id,
                "starts_on": grid.days[run[0]] if len(run) else pd.NaT,
                "last_on": grid.days[run[-1]] if len(run) else pd.NaT,
                "days": len(run),
                "base": base,
                "share": silent[place].sum() / max(known[place].sum(), 1),
                "p_value": chance if is_known and base else np.nan,
                "is_open": bool(len(run) and is_last),
                "reason": _reason(grid, place, base, is_known=is_known),
            }
        )
    return _judged(grid, pd.DataFrame(found, columns=_FOUND))


def _habits(
    silent: np.ndarray, known: np.ndarray, runs: dict[int, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Return each rep's chances of a silent day, the run looked at left out: it is no habit yet."""
    rest = known.copy()
    for place, run in runs.items():
        if len(run) >= SHORTEST:
            rest[place, run] = False
    whole, own = transitions(silent, known), transitions(silent, rest)
    return habits(own, whole.sum(axis=0) - whole + own, weight=WEIGHT)


def _reason(grid: Grid, place: int, looked: int, *, is_known: bool) -> str:
    if not looked:
        at_work = (grid.there[place] > 0) & grid.inside
        return "never" if at_work.any() and not grid.counts["entries"][place].any() else "away"
    return "" if is_known else "no_past"


def _judged(grid: Grid, table: pd.DataFrame) -> pd.DataFrame:
    facts = grid.people.loc[table["rep_id"], ["name", "team", "role"]].reset_index(drop=True)
    table = pd.concat([table, facts], axis=1)
    table["p_adjusted"] = benjamini_hochberg(table["p_value"].to_numpy(dtype=float)) if len(table) else []
    is_unusual = (table["p_adjusted"] <= ERROR) & (table["days"] >= SHORTEST)
    table["verdict"] = np.select(
        [table["reason"].ne(""), is_unusual, table["days"] > 0], ["cannot_tell", "unusual", "usual"], "none"
    )
    table["records"] = 0
    asked = table["verdict"].isin(["unusual", "usual"]) & (table["days"] >= SHORTEST)
    if asked.any():
        table.loc[asked, "records"] = _records(grid.crm, table[asked])
    table.loc[is_unusual & (table["reason"] == ""), "reason"] = np.where(
        table.loc[is_unusual & (table["reason"] == ""), "records"] > 0, "work_recorded", "nothing_recorded"
    )
    return table[COLUMNS].sort_values(
        ["p_value", "days", "name"], ascending=[True, False, True], kind="stable", ignore_index=True
    )


def _records(crm: Crm, runs: pd.DataFrame) -> list[int]:
    """Count the records of each rep's work between the first and the last day of the run."""
    spans = runs.set_index("rep_id")[["starts_on", "last_on"]]
    count = pd.Series(0, spans.index)
    for name, column in _WORK:
        if not (crm.has(f"{name}.{column}") and crm.has(f"{name}.rep_id")):
            continue
        dated = rows(crm, name, "rep_id", column).dropna()
        dated = dated[dated["rep_id"].isin(spans.index)]
        theirs = spans.loc[dated["rep_id"]]
        on = dated[column].to_numpy()
        is_in = (on >= theirs["starts_on"].to_numpy()) & (on <= theirs["last_on"].to_numpy())
        count = count.add(dated.loc[is_in, "rep_id"].value_counts(), fill_value=0)
    return count.reindex(spans.index).astype(int).tolist()
