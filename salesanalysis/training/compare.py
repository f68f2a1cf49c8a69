"""One KPI of coached reps against controls: the row of the table, who counts, and the course of weeks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..kpi import Kpi
from ..stats import Stacked, Units, Windows, before_after, course, stacked
from ..stats.waves import LEAST_KNOWN
from .weekly import Weekly, is_weekly

COURSE = ("kpi", "time", "estimate", "expected")


@dataclass(frozen=True, eq=False)
class Coached:
    """A KPI, whose coaching it is held against, and when each rep's first coaching of any kind was."""

    kpi: Kpi
    contrast: str
    first: pd.DataFrame
    clean: dict[str, int]


@dataclass(frozen=True, eq=False)
class Compared:
    """What was found for one KPI: a row of the table, its people, its course."""

    row: dict[str, object]
    people: pd.DataFrame
    course: pd.DataFrame


def compared(weeks: Weekly, coached: Coached, windows: Windows, *, level: float) -> Compared:
    """Compare the coached with controls in one KPI.

    Parameters
    ----------
    weeks : Weekly
        Rep-weeks.
    coached : Coached
        The KPI and who was coached when.
    windows : Windows
        Which weeks count.
    level : float
        Confidence level.
    """
    kpi = coached.kpi
    reason = _impossible(weeks, kpi)
    units = _units(weeks, coached, measured=not reason)
    ways = {
        "": stacked(units, windows, level=level),
        "naive_": before_after(units, windows, level=level),
        "placebo_": stacked(units, windows, is_placebo=True, level=level),
    }
    people = _people(weeks, coached, units, windows, ways[""], reason)
    row = _row(coached, ways) | {
        "weeks": windows.after * ways[""].treated.size,
        "reason": reason,
    }
    found = course(units, windows).assign(kpi=kpi.name)[list(COURSE)]
    return Compared(row, people, found[found[["estimate", "expected"]].notna().any(axis=1)])


def _impossible(weeks: Weekly, kpi: Kpi) -> str:
    if not is_weekly(kpi):
        return "not_weekly"
    return "" if kpi.numerator in weeks.sums else "not_in_data"


def _units(weeks: Weekly, coached: Coached, *, measured: bool) -> Units:
    starts = np.full(len(weeks.reps), np.nan)
    place = {rep: i for i, rep in enumerate(weeks.reps)}
    counted = coached.first[coached.first["reason"] == ""]
    for rep, day in zip(counted["rep_id"], counted["held_on"], strict=True):
        if rep in place:
            starts[place[rep]] = weeks.place(day)
    clean = np.array([coached.clean.get(rep, np.inf) for rep in weeks.reps], dtype=float)
    nothing = np.full(weeks.known.shape, np.nan)
    counts = weeks.counts(coached.kpi) if measured else nothing
    return Units(counts, starts, clean, weeks.base(coached.kpi) if measured else None, weeks.role)


def _row(coached: Coached, ways: dict[str, Stacked]) -> dict[str, object]:
    main, naive, placebo = ways[""], ways["naive_"], ways["placebo_"]
    names = ("estimate", "std_error", "conf_low", "conf_high", "p_value", "mde")
    return {
        "kpi": coached.kpi.name,
        "contrast": coached.contrast,
        **{name: getattr(main, name) for name in names},
        "p_adjusted": np.nan,
        "n": main.treated.size + main.controls.size,
        "coached": main.treated.size,
        "controls": main.controls.size,
        "before": main.before,
        "after": main.after,
        "without": main.after / float(np.exp(main.estimate)),
        "naive_estimate": naive.estimate,
        "naive_low": naive.conf_low,
        "naive_high": naive.conf_high,
        "placebo_estimate": placebo.estimate,
        "placebo_low": placebo.conf_low,
        "placebo_high": placebo.conf_high,
        "placebo_p": placebo.p_value,
        "unit": coached.kpi.unit,
        "better": coached.kpi.better,
        "method": "stacked",
        "verdict": "",
    }


def _people(
    weeks: Weekly, coached: Coached, units: Units, windows: Windows, found: Stacked, reason: str
) -> pd.DataFrame:
    """Return the coached with the day from which each can be read, and why one does not count."""
    used, rows = {weeks.reps[i] for i in found.treated}, []
    place = {rep: i for i, rep in enumerate(weeks.reps)}
    for one in coached.first.itertuples():
        why, read_on = one.reason, weeks.monday(weeks.place(one.held_on) + windows.after)
        if not why and one.rep_id not in used:
            why = _why(weeks, units, windows, place.get(one.rep_id, -1)) or reason or "no_events"
        rows.append((one.rep_id, coached.kpi.name, one.coach, one.held_on, read_on, why))
    return pd.DataFrame(rows, columns=["rep_id", "kpi", "coach", "held_on", "read_on", "reason"])


def _why(weeks: Weekly, units: Units, windows: Windows, rep: int) -> str:
    """Return why a coached rep is in no comparison."""
    if rep < 0:
        return "not_known"
    start = int(units.starts[rep])
    if start + windows.after > weeks.length:
        return "too_early"
    if start - windows.before < 0:
        return "short_history"
    for reason, (begin, end) in {"left": windows.read, "weeks_unknown": windows.baseline}.items():
        inside = slice(start + begin, start + end)
        if weeks.known[rep, inside].mean() < LEAST_KNOWN:
            return "new" if weeks.is_new[rep, inside].any() else reason
    if not ((units.clean_until >= start + windows.after) & (units.kind == units.kind[rep])).any():
        return "no_controls"
    return ""
