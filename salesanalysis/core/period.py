"""Periods: half-open spans of days with a grain, read from text such as ``2026-Q3``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from .errors import InvalidInput, did_you_mean

#: Grains a period can be split into, longest first, with their length in months (None: counted in days).
GRAINS = {"year": 12, "half": 6, "quarter": 3, "month": 1, "week": None, "day": None}

_FORMS = (
    (re.compile(r"(\d{4})"), "year"),
    (re.compile(r"(\d{4})-?H([12])"), "half"),
    (re.compile(r"(\d{4})-?Q([1-4])"), "quarter"),
    (re.compile(r"(\d{4})-(\d{2})"), "month"),
    (re.compile(r"(\d{4})-?W(\d{2})"), "week"),
    (re.compile(r"(\d{4}-\d{2}-\d{2})"), "day"),
)
_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})(\.\.|/)(\d{4}-\d{2}-\d{2})")
_EXAMPLES = "2026, 2026-H1, 2026-Q3, 2026-07, 2026-W31, 2026-07-01..2026-09-30"


def add_months(day: date, months: int) -> date:
    """Return the first-of-month `day` moved by `months`.

    Examples
    --------
    >>> add_months(date(2026, 11, 1), 3)
    datetime.date(2027, 2, 1)
    """
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, day.day)


@dataclass(frozen=True, order=True)
class Period:
    """Days from `start` up to, not including, `end`.

    Parameters
    ----------
    start, end : datetime.date
        Half-open span; `end` must be later than `start`.
    grain : str
        year, half, quarter, month, week, day, or range.
    fiscal_start : int
        Month (1-12) in which the fiscal year starts; years are named by the calendar year they start in.

    Examples
    --------
    >>> p = Period.parse("2026-Q3")
    >>> p.start, p.end, p.label
    (datetime.date(2026, 7, 1), datetime.date(2026, 10, 1), '2026-Q3')
    >>> p.previous().label, p.year_ago().label
    ('2026-Q2', '2025-Q3')
    >>> [m.label for m in p.split("month")]
    ['2026-07', '2026-08', '2026-09']
    """

    start: date
    end: date
    grain: str = "range"
    fiscal_start: int = 1

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise InvalidInput(f"Period ends on {self.end}, not after its start {self.start}.")

    @classmethod
    def parse(cls, text: str | Period, *, fiscal_start: int = 1) -> Period:
        """Read a period from text.

        Parameters
        ----------
        text : str
            ``2026``, ``2026-H1``, ``2026-Q3``, ``2026-07``, ``2026-W31``, ``2026-07-15``;
            ``2026-07-01..2026-09-30`` counts the last day in, ``2026-07-01/2026-10-01`` (ISO 8601) leaves it
            out.
        fiscal_start : int
            Month in which the fiscal year starts; it moves years, halves and quarters.

        Raises
        ------
        InvalidInput
            The text is none of these.
        """
        if isinstance(text, Period):
            return text
        cleaned = str(text).strip().upper()
        try:
            if found := _RANGE.fullmatch(cleaned):
                first, sign, last = found.groups()
                end = date.fromisoformat(last) + timedelta(days=1 if sign == ".." else 0)
                return cls(date.fromisoformat(first), end, "range", fiscal_start)
            for pattern, grain in _FORMS:
                if found := pattern.fullmatch(cleaned):
                    return _build(grain, found.groups(), fiscal_start)
        except InvalidInput:
            raise InvalidInput(f"Period '{text}' ends before it starts; write the first day first.") from None
        except (ValueError, OverflowError) as error:
            raise InvalidInput(f"Period '{text}' is not a date that exists: {error}.") from None
        raise InvalidInput(f"Period '{text}' is not understood. Write one of: {_EXAMPLES}.")

    @classmethod
    def containing(cls, day: date, grain: str, *, fiscal_start: int = 1) -> Period:
        """Return the period of `grain` that holds `day`."""
        months = _months(grain)
        if grain == "day":
            return cls(day, day + timedelta(days=1), grain, fiscal_start)
        if months is None:
            monday = day - timedelta(days=day.weekday())
            return cls(monday, monday + timedelta(days=7), grain, fiscal_start)
        offset = (day.month - fiscal_start) % 12 % months if months > 1 else 0
        start = add_months(day.replace(day=1), -offset)
        return cls(start, add_months(start, months), grain, fiscal_start)

    @property
    def days(self) -> int:
        """Number of calendar days."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """Last day that belongs to the period."""
        return self.end - timedelta(days=1)

    @property
    def label(self) -> str:
        """Text that `parse` reads back to the same period."""
        start = self.start
        if self.grain == "week":
            iso = start.isocalendar()
            return f"{iso.year}-W{iso.week:02d}"
        if self.grain == "month":
            return f"{start:%Y-%m}"
        if self.grain == "day":
            return start.isoformat()
        if self.grain == "range":
            return f"{start.isoformat()}..{self.last_day.isoformat()}"
        year = start.year if start.month >= self.fiscal_start else start.year - 1
        part = (start.month - self.fiscal_start) % 12 // GRAINS[self.grain] + 1
        return {"year": f"{year}", "half": f"{year}-H{part}", "quarter": f"{year}-Q{part}"}[self.grain]

    def previous(self, count: int = 1) -> Period:
        """Return the period of the same length just before, `count` times."""
        return self._moved(-count)

    def next(self, count: int = 1) -> Period:
        """Return the period of the same length just after, `count` times."""
        return self._moved(count)

    def _moved(self, count: int) -> Period:
        months = GRAINS.get(self.grain)
        if months:
            start = add_months(self.start, months * count)
            return Period(start, add_months(start, months), self.grain, self.fiscal_start)
        step = timedelta(days=self.days * count)
        return Period(self.start + step, self.end + step, self.grain, self.fiscal_start)

    def year_ago(self) -> Period:
        """Return the same period one year earlier (weeks: 52 weeks, so weekdays match)."""
        months = GRAINS.get(self.grain)
        if months:
            return self._moved(-12 // months)
        step = timedelta(days=364)
        return Period(self.start - step, self.end - step, self.grain, self.fiscal_start)

    def split(self, grain: str) -> list[Period]:
        """Return the periods of `grain` that overlap this one, clipped to it, in order."""
        parts, day = [], self.start
        while day < self.end:
            whole = Period.containing(day, grain, fiscal_start=self.fiscal_start)
            clipped = whole.start < self.start or whole.end > self.end
            start, end = max(whole.start, self.start), min(whole.end, self.end)
            parts.append(Period(start, end, "range" if clipped else grain, self.fiscal_start))
            day = whole.end
        return parts

    def clip(self, last: date) -> Period:
        """Return the part up to and including day `last`; the grain stays, the end moves."""
        if last >= self.last_day:
            return self
        return Period(self.start, last + timedelta(days=1), "range", self.fiscal_start)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def __str__(self) -> str:
        return self.label


def _months(grain: str) -> int | None:
    try:
        return GRAINS[grain]
    except KeyError:
        raise InvalidInput(f"Unknown grain '{grain}'.{did_you_mean(grain, GRAINS)}") from None


def _build(grain: str, groups: tuple[str, ...], fiscal_start: int) -> Period:
    if grain == "week":
        monday = date.fromisocalendar(int(groups[0]), int(groups[1]), 1)
        return Period(monday, monday + timedelta(days=7), grain, fiscal_start)
    if grain == "day":
        day = date.fromisoformat(groups[0])
        return Period(day, day + timedelta(days=1), grain, fiscal_start)
    if grain == "month":
        start = date(int(groups[0]), int(groups[1]), 1)
    else:
        part = int(groups[1]) - 1 if len(groups) > 1 else 0
        start = add_months(date(int(groups[0]), fiscal_start, 1), part * GRAINS[grain])
    return Period(start, add_months(start, GRAINS[grain]), grain, fiscal_start)
