"""Stated quotas in exact numbers: the part of a longer goal, and a rep's days in each team."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pandas as pd

from ..core.calendar import working_days
from ..core.crm import Crm
from ..core.history import stretch_rows
from ..core.period import GRAINS, Period
from ..stats import allocate, exact
from .goal import Goal, tiling

#: Largest and smallest power of ten that quotas may be written in.
_POWERS = range(9, -7, -1)


@dataclass(frozen=True)
class Portion:
    """A goal's part of a period.

    Attributes
    ----------
    exactly : Fraction
        The part as it is, by working days.
    whole : Fraction
        The same in whole steps, so that the parts of one goal add up to it.
    basis : str
        ``stated``, ``summed`` from shorter goals or ``share`` of a longer one.
    """

    exactly: Fraction
    whole: Fraction
    basis: str


def portion(goals: list[Goal], period: Period, *, step: Fraction, country: str) -> Portion | None:
    """Return what goals of one rep, team or the company ask for in `period`, by the rules of `goals_for`.

    Parts of a longer goal are shared out over the periods of one grain in it, so that those add up to it.

    Examples
    --------
    >>> year = Goal("bookings", 100.0, Period.parse("2026"))
    >>> quarters = Period.parse("2026").split("quarter")
    >>> parts = [portion([year], q, step=Fraction(1), country="ID") for q in quarters]
    >>> [int(part.whole) for part in parts]
    [24, 24, 26, 26]
    """
    for goal in goals:
        if (goal.period.start, goal.period.end) == (period.start, period.end):
            return Portion(exact(goal.target), exact(goal.target), "stated")
    parts = tiling(goals, period)
    if parts:
        total = sum((exact(goal.target) for goal in parts), Fraction(0))
        return Portion(total, total, "summed")
    longer = [g for g in goals if g.period.start <= period.start and g.period.end >= period.end]
    if not longer:
        return None
    goal = min(longer, key=lambda g: g.period.days)
    pieces = _pieces(goal.period, period)
    days = [working_days(p.start, p.end, country) for p in pieces]
    place = pieces.index(next(p for p in pieces if p.start == period.start))
    share = Fraction(days[place], max(sum(days), 1))
    return Portion(exact(goal.target) * share, allocate(goal.target, days, step=step)[place], "share")


def _pieces(whole: Period, part: Period) -> list[Period]:
    """Split `whole` so that `part` is one piece: into its like where they fit, else in up to three."""
    if part.grain in GRAINS:
        like = whole.split(part.grain)
        if any((p.start, p.end) == (part.start, part.end) for p in like):
            return like
    ends = [whole.start, part.start, part.end, whole.end]
    return [Period(a, b) for a, b in pairwise(ends) if a < b]


def unit_written(targets: Iterable[float]) -> Fraction:
    """Return the largest power of ten in which all targets are whole.

    Examples
    --------
    >>> float(unit_written([5e8, 4.25e8])), float(unit_written([172.0, 65.0])), float(unit_written([0.5]))
    (1000000.0, 1.0, 0.1)
    """
    known = [exact(target) for target in targets if target]
    for power in _POWERS:
        unit = Fraction(10) ** power
        if all((target / unit).denominator == 1 for target in known):
            return unit if known else Fraction(1)
    return Fraction(10) ** _POWERS[-1]


def days_in_teams(crm: Crm, period: Period) -> pd.DataFrame:
    """Return the working days of each rep in each team, and those of the period after the rep left.

    Columns: ``rep_id, team`` (of the day; empty: none), ``days``, ``is_vacant`` (the rep had left; the team
    is that of the last day), ``is_employed`` (on any working day of the period).
    """
    held = stretch_rows(crm)
    if "team" not in held:
        held["team"] = None
    held["team"] = held["team"].astype(object).where(held["team"].notna(), "")
    reps = crm.frame("reps").drop_duplicates("rep_id").set_index("rep_id")
    hired = reps["hired_on"] if "hired_on" in reps else pd.Series(None, reps.index, dtype="object")
    left = reps["left_on"] if "left_on" in reps else pd.Series(None, reps.index, dtype="object")
    rows = []
    for row in held.sort_values(["rep_id", "starts_on"]).itertuples():
        start, end = max(_day(row.starts_on), period.start), min(_day(row.ends_on), period.end)
        first, last = _day(hired.get(row.rep_id)) or date.min, _day(left.get(row.rep_id)) or date.max
        for begins, ends, is_vacant in (
            (max(start, first), min(end, last), False),
            (max(start, last), end, True),
        ):
            days = working_days(begins, ends, crm.client.country) if begins < ends else 0
            if days:
                rows.append((str(row.rep_id), row.team, days, is_vacant))
    table = pd.DataFrame(rows, columns=["rep_id", "team", "days", "is_vacant"])
    table = table.groupby(["rep_id", "team", "is_vacant"], sort=False, as_index=False)["days"].sum()
    employed = set(table.loc[~table["is_vacant"], "rep_id"])
    return table.assign(is_employed=table["rep_id"].isin(employed))


def _day(value: object) -> date | None:
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value
