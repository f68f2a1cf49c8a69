"""Which period a day falls in, as an expression every engine has: integer arithmetic on dates.

Truncation to weeks and fiscal quarters differs between engines; years, months and differences of days do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis

from ..core.errors import InvalidInput, did_you_mean
from ..core.period import GRAINS, Period

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class Buckets:
    """Consecutive periods and the key that tells a day's own.

    Attributes
    ----------
    periods : tuple of Period
        In order; the first and the last may be clipped.
    months : int
        Length in months; 0 where the length is in days.
    days : int
        Length in days; 0 for months.
    anchor : datetime.date
        Day from which days are counted.
    """

    periods: tuple[Period, ...]
    months: int = 0
    days: int = 0
    anchor: date = date(1970, 1, 1)

    @classmethod
    def of(cls, span: Period, grain: str | int | None, *, as_of: date) -> Buckets:
        """Cut `span` by `grain`: a name, a length in days counted from its start, or None for one piece.

        Periods that begin after `as_of` are left out.
        """
        if grain is None:
            return cls((span,))
        if isinstance(grain, int):
            if grain < 1:
                raise InvalidInput(f"A grain of {grain} days has no length; give 1 or more.")
            steps = [timedelta(days=grain * i) for i in range(-(-span.days // grain))]
            spans = [
                Period(span.start + s, min(span.start + s + timedelta(days=grain), span.end)) for s in steps
            ]
            found = cls(tuple(spans), days=grain, anchor=span.start)
        elif grain not in GRAINS:
            raise InvalidInput(f"Unknown grain '{grain}'.{did_you_mean(grain, GRAINS)}")
        else:
            monday = span.start - timedelta(days=span.start.weekday())
            length = {"week": 7, "day": 1}.get(grain, 0)
            found = cls(tuple(span.split(grain)), GRAINS[grain] or 0, length, monday)
        known = tuple(p for p in found.periods if p.start <= as_of)
        return cls(known, found.months, found.days, found.anchor)

    @property
    def start(self) -> date:
        """First day."""
        return self.periods[0].start

    @property
    def end(self) -> date:
        """Day after the last one."""
        return self.periods[-1].end

    def key(self, day: date) -> int:
        """Return the key of the period that `day` falls in."""
        if self.months:
            shift = (day.month - self._fiscal + 12) % self.months
            return day.year * 12 + day.month - 1 - shift
        return (day - self.anchor).days // self.days if self.days else 0

    def expression(self, day: ir.DateColumn) -> ir.IntegerColumn | None:
        """Return the same key as an Ibis expression; None where there is one period."""
        if self.months:
            index = day.year() * 12 + day.month() - 1
            if self.months > 1:
                index = index - (day.month() - self._fiscal + 12) % self.months
            return index.cast("int64")
        if self.days:
            return day.delta(ibis.literal(self.anchor), unit="day") // self.days
        return None

    @property
    def _fiscal(self) -> int:
        # Months count from January unless years, halves or quarters start elsewhere.
        return self.periods[0].fiscal_start if self.months > 1 else 1

    def labels(self) -> dict[int, str]:
        """Return the label of each key."""
        return {self.key(p.start): p.label for p in self.periods}
