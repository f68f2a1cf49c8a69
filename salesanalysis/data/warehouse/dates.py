"""Dates and times that texts say, as Ibis expressions: numbers taken out of the text, never a cast of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import ibis

from ...core.errors import DataProblem
from ..dates import Reading
from ..shape import number_in
from ..times import CLOCK

if TYPE_CHECKING:
    import ibis.expr.types as ir

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
#: Pattern of the date of each family, and the group in which each part stands.
_PARTS = {
    "%Y-%m-%d": (r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})", {"Y": 1, "m": 2, "d": 3}),
    "%Y%m%d": (r"([0-9]{4})([0-9]{2})([0-9]{2})", {"Y": 1, "m": 2, "d": 3}),
    "%d-%m-%Y": (r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", {"d": 1, "m": 2, "Y": 3}),
    "%m-%d-%Y": (r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", {"m": 1, "d": 2, "Y": 3}),
    "%d %b %Y": (r"([0-9]{1,2})[ -]([A-Za-z]{3})[ -]([0-9]{4})", {"d": 1, "b": 2, "Y": 3}),
    "%d %B %Y": (r"([0-9]{1,2})[ -]([A-Za-z]{4,9})[ -]([0-9]{4})", {"d": 1, "B": 2, "Y": 3}),
    "%b %d, %Y": (r"([A-Za-z]{3}) ([0-9]{1,2}), ([0-9]{4})", {"b": 1, "d": 2, "Y": 3}),
    "%B %d, %Y": (r"([A-Za-z]{4,9}) ([0-9]{1,2}), ([0-9]{4})", {"B": 1, "d": 2, "Y": 3}),
}
_LEAP = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29"
#: Days that the calendar has.
_CALENDAR = (
    "^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    f"|02-(0[1-9]|1[0-9]|2[0-8]))|{_LEAP})$"
)
#: What may follow a date.
_REST = r"([ T,]+[0-9]{1,2}:.*)?"
#: Parts of a declared format: sign -> pattern.
_SIGNS = {
    "Y": "([0-9]{4})",
    "y": "([0-9]{2})",
    "m": "([0-9]{1,2})",
    "d": "([0-9]{1,2})",
    "b": "([A-Za-z]{3})",
    "B": "([A-Za-z]{3,9})",
    "H": "([0-9]{1,2})",
    "I": "([0-9]{1,2})",
    "M": "([0-9]{1,2})",
    "S": "([0-9]{1,2})",
    "p": "([AaPp][Mm])",
}


@dataclass(frozen=True)
class Written:
    """Pattern of a whole text, and the group in which each part stands."""

    pattern: str
    groups: dict[str, int] = field(default_factory=dict)

    def number(self, cell: ir.StringValue, part: str) -> ir.IntegerValue | None:
        """Return a part as a number; None where the format has no such part."""
        group = self.groups.get(part)
        return None if group is None else number_in(cell, self.pattern, group)

    def word(self, cell: ir.StringValue, part: str) -> ir.StringValue | None:
        """Return a part as a text in lower case; None where the format has no such part."""
        group = self.groups.get(part)
        return None if group is None else cell.re_extract(self.pattern, group).lower().nullif("")


def written(found: Reading) -> Written:
    """Return how texts of a reading are taken apart.

    Raises
    ------
    DataProblem
        The declared format has signs that a database cannot be asked for.

    Examples
    --------
    >>> written(Reading(form="%d/%m/%y")).groups
    {'d': 1, 'm': 2, 'y': 3}
    """
    if found.family:
        pattern, groups = _PARTS[found.form]
        return Written(f"^{pattern}{_REST if found.family != 'compact' else ''}$", groups)
    pieces, groups = [], {}
    for sign, plain in re.findall(r"%(.)|([^%]+)", found.form):
        if sign and sign not in _SIGNS:
            raise DataProblem(
                f"date_format '{found.form}' has %{sign}; on a database write it with "
                f"{' '.join('%' + s for s in _SIGNS)}."
            )
        if sign:
            groups[sign] = len(groups) + 1
        pieces.append(_SIGNS[sign] if sign else re.escape(plain).replace("\\ ", " "))
    return Written(f"^{''.join(pieces)}$", groups)


def day_of(cell: ir.StringValue, how: Written) -> ir.DateValue:
    """Return the day that a text says, missing where there is no such day.

    The text is written anew as 2026-09-30 and cast only where the calendar has that day.
    """
    year, month, day = (how.word(cell, part) for part in ("Y", "m", "d"))
    if year is None:
        short = how.word(cell, "y")
        year = ibis.ifelse(short < "69", ibis.literal("20"), ibis.literal("19")) + short
    if month is None:
        part = "b" if "b" in how.groups else "B"
        names = [m[:3] for m in _MONTHS] if part == "b" else _MONTHS
        month = how.word(cell, part).cases(
            *((name, f"{i:02}") for i, name in enumerate(names, 1)), else_=None
        )
    said = year + "-" + month.lpad(2, "0") + "-" + day.lpad(2, "0")
    return ibis.cases((said.re_search(_CALENDAR), said.cast("date")), else_=None)


def time_of(cell: ir.StringValue, how: Written, zone: str) -> ir.TimestampValue:
    """Return the local time that a text says; an offset is heeded, a clock that is none gives none."""
    day = day_of(cell, how)
    declared = any(part in how.groups for part in "HIMSp")
    clock = how if declared else Written(CLOCK, {"H": 1, "M": 2, "S": 4, "p": 6, "away": 7})
    hour = clock.number(cell, "H" if "H" in clock.groups else "I")
    minute, second = (_or_zero(clock.number(cell, part)) for part in "MS")
    if hour is None:
        return day.cast("timestamp")
    half = clock.word(cell, "p")
    half = ibis.literal("") if half is None else half.fill_null("")
    of_day = ibis.cases((half == "am", hour % 12), (half == "pm", hour % 12 + 12), else_=hour)
    fine = ibis.ifelse(half == "", hour <= 23, hour.between(1, 12)) & (minute < 60) & (second < 60)
    said = day.cast("timestamp") + (of_day * 3600 + minute * 60 + second).as_interval("s")
    if declared:
        return ibis.cases((fine, said), else_=None)
    away = clock.word(cell, "away").fill_null("")
    moved = local(seconds(said) - _distance(away), zone)
    is_away = cell.re_search(CLOCK) & (away != "")
    return ibis.cases(
        (~cell.re_search(":"), day.cast("timestamp")), (fine & is_away, moved), (fine, said), else_=None
    )


def _or_zero(value: ir.IntegerValue | None) -> ir.IntegerValue:
    return ibis.literal(0) if value is None else value.fill_null(0)


def _distance(away: ir.StringValue) -> ir.IntegerValue:
    """Return the seconds that an offset such as ``+07:00`` or ``Z`` is ahead of UTC."""
    pattern = "^[+-]([0-9]{2}):?([0-9]{2})?$"
    size = _or_zero(number_in(away, pattern, 1)) * 3600 + _or_zero(number_in(away, pattern, 2)) * 60
    return ibis.ifelse(away.re_search("^-"), -size, size)


def seconds(moment: ir.TimestampValue) -> ir.IntegerValue:
    """Return the seconds from 1970 to a moment, whatever timezone a session is in."""
    return moment.epoch_seconds().cast("int64")


def local(instant: ir.IntegerValue, zone: str) -> ir.TimestampValue:
    """Return what the clocks of a timezone show at an instant, given in seconds from 1970."""
    steps = offsets(zone)
    ahead = ibis.literal(steps[-1][1])
    if len(steps) > 1:
        cases = ((instant < after[0], ibis.literal(before[1])) for before, after in pairwise(steps))
        ahead = ibis.cases(*cases, else_=ahead)
    start = ibis.literal(datetime(1970, 1, 1), type="timestamp")
    return start + (instant + ahead).as_interval("s")


@lru_cache(maxsize=16)
def offsets(zone: str, first: int = 2000, last: int = 2040) -> tuple[tuple[int, int], ...]:
    """Return since when, in seconds from 1970, a timezone was how many seconds ahead of UTC.

    The first holds for all time before, the last for all time after.

    Examples
    --------
    >>> [ahead // 3600 for _, ahead in offsets("Asia/Jakarta")]
    [7]
    >>> len(offsets("Europe/Berlin")) > 70
    True
    """
    place, found = ZoneInfo(zone), []
    day, end = date(first, 1, 1), date(last, 12, 31)
    low = datetime(day.year, day.month, day.day, tzinfo=UTC)
    while low.date() <= end:
        high = low + timedelta(days=7)
        if not found:
            found.append((0, _ahead(low, place)))
        if _ahead(high, place) != found[-1][1]:
            found.append((_change(low, high, place), _ahead(high, place)))
        low = high
    return tuple(found)


def _ahead(moment: datetime, place: ZoneInfo) -> int:
    away = moment.astimezone(place).utcoffset()
    return int(away.total_seconds()) if away is not None else 0


def _change(low: datetime, high: datetime, place: ZoneInfo) -> int:
    """Return the second between two moments from which the later offset holds."""
    before, start, end = _ahead(low, place), int(low.timestamp()), int(high.timestamp())
    while end - start > 1:
        middle = (start + end) // 2
        if _ahead(datetime.fromtimestamp(middle, UTC), place) == before:
            start = middle
        else:
            end = middle
    return end
