"""The oracle's ground: one company's tables as plain rows, and facts that are counted or added.

The oracle says in loops over plain rows what every KPI is by its definition. It shares no code with
``salesanalysis.kpi`` and knows no Ibis, so that both are unlikely to be wrong in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

import holidays
import pandas as pd

DAY = timedelta(days=1)


class Row(dict):
    """One row of a table: ``row.amount`` is None where the cell, or the column, is missing."""

    __getattr__ = dict.get


class Fact(NamedTuple):
    """One thing that counts: whose, the day that says in which team, how much; or a key to count once."""

    rep: str | None
    day: date
    value: float = 1.0
    key: str | None = None


class Company:
    """The canonical tables of one company as rows, its settings and the day up to which it is known."""

    def __init__(self, frames: dict[str, pd.DataFrame], client: Any, as_of: date) -> None:
        self.tables = {name: list(_rows(frame)) for name, frame in frames.items()}
        self.client, self.as_of = client, as_of

    def __getitem__(self, name: str) -> list[Row]:
        return self.tables.get(name, [])

    def is_working(self, day: date) -> bool:
        """Tell whether a day is neither at a weekend nor a public holiday."""
        return day.weekday() < 5 and day not in _holidays(self.client.country, day.year)

    def working_days(self, first: date, last: date) -> list[date]:
        """Return the working days from `first` to `last`, both included."""
        return [d for d in days(first, last) if self.is_working(d)]

    def attribute(self, rep: str | None, day: date, name: str) -> str | None:
        """Return the rep's team (role, ...) on a day: by the history where it says so, else as of today."""
        if (rep, name) not in _today(self):
            return None
        mine = _history(self).get(rep, [])
        for place, row in enumerate(mine):
            following = mine[place + 1].starts_on if place + 1 < len(mine) else date.max
            until = min(row.ends_on or following, following)
            if row.starts_on <= day < until and row[name] is not None:
                return row[name]
        return _today(self)[rep, name]


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))


@cache
def _today(c: Company) -> dict[tuple[str, str], str | None]:
    return {(r.rep_id, name): r.get(name) for r in c["reps"] for name in ("team", "role")}


@cache
def _history(c: Company) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in sorted(c["rep_history"], key=lambda r: r.starts_on):
        found.setdefault(row.rep_id, []).append(row)
    return found


def _rows(frame: pd.DataFrame) -> Iterator[Row]:
    columns = list(frame.columns)
    for values in frame.astype("object").itertuples(index=False):
        row = Row()
        for name, value in zip(columns, values, strict=True):
            if value is None or pd.isna(value):
                row[name] = None
            elif name.endswith("_on"):
                row[name] = pd.Timestamp(value).date()
            else:
                row[name] = value
        yield row


def days(first: date, last: date) -> Iterator[date]:
    """Yield every day from `first` to `last`, both included."""
    for step in range((last - first).days + 1):
        yield first + step * DAY


def inside(day: date | None, first: date, last: date) -> bool:
    """Tell whether a day is known and lies in a period, both ends included."""
    return day is not None and first <= day <= last


#: What is counted in a period: takes the company, the period's first day, and its last one or the last day
#: of the data if that is earlier.
Quantity = Callable[[Company, date, date], Iterable[Fact]]


@dataclass(frozen=True)
class Oracle:
    """A KPI: a total, or what `numerator` is to `base`, or what `estimate` makes of these and `more`."""

    numerator: Quantity
    base: Quantity | None = None
    more: tuple[Quantity, ...] = ()
    estimate: Callable[..., float] | None = None

    def value(self, sums: list[float]) -> float:
        """Return the estimate of the sums of numerator, base and `more`; missing where it divides by 0."""
        if self.base and sums[1] == 0:
            return math.nan
        try:
            if self.estimate:
                return self.estimate(*sums)
            return sums[0] / sums[1] if self.base else sums[0]
        except ZeroDivisionError:
            return math.nan

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """All that is counted for it."""
        return (self.numerator, *((self.base,) if self.base else ()), *self.more)


def tally(facts: Iterable[Fact], group: Callable[[Fact], Any]) -> dict[Any, float]:
    """Add the facts of each group, or count their different keys."""
    parts: dict[Any, list[Fact]] = {}
    for fact in facts:
        parts.setdefault(group(fact), []).append(fact)
    return {name: _sum(part) for name, part in parts.items()}


def _sum(facts: list[Fact]) -> float:
    if facts[0].key is not None:
        return float(len({f.key for f in facts}))
    return math.fsum(f.value for f in facts)
