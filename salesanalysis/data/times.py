"""DuckDB SQL of dates and times that `dates` found the way to read, in the client's timezone."""

from __future__ import annotations

from .dates import FAMILIES, OFFSET, SHAPES, Reading, not_so_written, reading
from .probe import Probe
from .shape import Like
from .sql import text

WITH_OFFSET = Like(OFFSET, anywhere=True)
#: The clock that follows a date: hours, minutes, seconds, a half of the day; then the distance from UTC.
CLOCK = (
    r"[ T,](\d{1,2}):(\d{2})(:(\d{2})([.,]\d+)?)? ?([AaPp][Mm])? ?(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?$"
)


def date_of(probe: Probe, declared: str, timezone: str) -> tuple[str, str]:
    """Find how the texts of a column are read as dates.

    Parameters
    ----------
    probe : Probe
        The column.
    declared : str
        strptime format, taken when there is one; else all values that look like dates must be written alike.
    timezone : str
        Times with an offset from UTC are moved there before the time of day is dropped.

    Returns
    -------
    expression, problem : str
        DuckDB SQL of the date, and what is wrong; one of them is empty.
    """
    found, problem = reading(probe, declared)
    if problem:
        return "", problem
    if declared:
        expression = f"try_strptime({probe.name}, {text(declared)})::DATE"
        return ("", not_so_written(probe, declared)) if probe.reads_none(expression) else (expression, "")
    if not found.family:
        return "NULL::DATE", ""
    if found.has_offset:
        plain = _parsed(probe.name, found)
        moved = f"({_moment(probe.name, found, timezone)})::DATE"
        return f"CASE WHEN {WITH_OFFSET.sql(probe.name)} THEN {moved} ELSE {plain} END", ""
    if found.family == "iso" and not found.is_timed:
        return f"try_strptime({probe.name}, '%Y-%m-%d')::DATE", ""
    return _parsed(probe.name, found), ""


def _parsed(cell: str, found: Reading) -> str:
    """Return DuckDB SQL of the date that stands at the beginning of a text."""
    part = f"regexp_extract({cell}, {text('^' + FAMILIES[found.family][1])})"
    signs = {"numeric": "[/.]", "slashed": "[/.]", "day_name": "-", "day_month": "-"}
    if found.family in signs:
        joint = " " if found.family.startswith("day") else "-"
        part = f"regexp_replace({part}, {text(signs[found.family])}, {text(joint)}, 'g')"
    shape = SHAPES[found.family].sql(cell)
    return f"CASE WHEN {shape} THEN try_strptime({part}, {text(found.form)})::DATE END"


def time_of(probe: Probe, declared: str, timezone: str) -> tuple[str, str]:
    """Find how the texts of a column are read as times of the client's timezone, as `date_of` does for days.

    A time without an offset is the client's own; a day without a clock is its midnight.
    """
    found, problem = reading(probe, declared)
    if problem:
        return "", problem
    if declared:
        expression = f"try_strptime({probe.name}, {text(declared)})::TIMESTAMP"
        return ("", not_so_written(probe, declared)) if probe.reads_none(expression) else (expression, "")
    if not found.family:
        return "NULL::TIMESTAMP", ""
    return _moment(probe.name, found, timezone), ""


def _moment(cell: str, found: Reading, timezone: str) -> str:
    """Return DuckDB SQL of the local time that a text says; a clock that is none gives no time at all."""

    def part(group: int) -> str:
        return f"nullif(regexp_extract({cell}, {text(CLOCK)}, {group}), '')"

    hour, minute, second = f"{part(1)}::INT", f"{part(2)}::INT", f"coalesce({part(4)}::INT, 0)"
    half, away = f"lower({part(6)})", part(7)
    of_day = f"CASE {half} WHEN 'am' THEN {hour} % 12 WHEN 'pm' THEN {hour} % 12 + 12 ELSE {hour} END"
    last = f"CASE WHEN {half} IS NULL THEN 23 ELSE 12 END"
    is_clock = f"{hour} <= {last} AND ({half} IS NULL OR {hour} > 0) AND {minute} < 60 AND {second} < 60"
    day = _parsed(cell, found)
    said = f"({day})::TIMESTAMP + to_seconds(({of_day}) * 3600 + {minute} * 60 + {second})"
    digits = f"regexp_replace({away}, '[^0-9]', '', 'g')"
    far = f"coalesce(nullif({digits}[1:2], '')::INT * 60, 0) + coalesce(nullif({digits}[3:4], '')::INT, 0)"
    utc = f"{said} - to_minutes(CASE WHEN {away}[1] = '-' THEN -({far}) ELSE {far} END)"
    moved = f"timezone({text(timezone)}, timezone('UTC', {utc}))"
    return (
        f"CASE WHEN NOT contains({cell}, ':') THEN ({day})::TIMESTAMP "
        f"WHEN NOT ({is_clock}) OR {part(1)} IS NULL THEN NULL "
        f"WHEN {away} IS NULL THEN {said} ELSE {moved} END"
    )
