"""Dates in text columns: one declared or unanimous format a column, never a guess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .sql import ROW, filled_value, ident, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TIME = r"([ T,]+\d{1,2}:.*)?"
_OFFSET = r"[ T]\d{1,2}:\d\d.*(Z|[+-]\d\d(:?\d\d)?)$"
_NUMERIC = r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"

#: Families of written dates, told apart by shape: name -> (pattern of the whole text, pattern of its date part).
FAMILIES = {
    "iso": (rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}{_TIME}", r"\d{4}-\d{1,2}-\d{1,2}"),
    "slashed": (rf"\d{{4}}[/.]\d{{1,2}}[/.]\d{{1,2}}{_TIME}", r"\d{4}[/.]\d{1,2}[/.]\d{1,2}"),
    "compact": (r"(19|20)\d{6}", r"\d{8}"),
    "numeric": (rf"{_NUMERIC}{_TIME}", _NUMERIC),
    "short": (rf"\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2}}{_TIME}", r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}"),
    "day_name": (rf"\d{{1,2}}[ -][A-Za-z]{{3}}[ -]\d{{4}}{_TIME}", r"\d{1,2}[ -][A-Za-z]{3}[ -]\d{4}"),
    "day_month": (rf"\d{{1,2}}[ -][A-Za-z]{{4,9}}[ -]\d{{4}}{_TIME}", r"\d{1,2}[ -][A-Za-z]{4,9}[ -]\d{4}"),
    "month_name": (rf"[A-Za-z]{{3}} \d{{1,2}}, \d{{4}}{_TIME}", r"[A-Za-z]{3} \d{1,2}, \d{4}"),
    "month_day": (rf"[A-Za-z]{{4,9}} \d{{1,2}}, \d{{4}}{_TIME}", r"[A-Za-z]{4,9} \d{1,2}, \d{4}"),
}
_FORMATS = {"compact": "%Y%m%d", "day_name": "%d %b %Y", "day_month": "%d %B %Y"}
_FORMATS |= {"iso": "%Y-%m-%d", "slashed": "%Y-%m-%d", "month_name": "%b %d, %Y", "month_day": "%B %d, %Y"}


@dataclass(frozen=True)
class DateRead:
    """How a text column becomes dates: SQL of the date, or what is wrong."""

    expression: str = ""
    problem: str = ""


def date_of(con: DuckDBPyConnection, numbered: str, text_cell: str, declared: str, timezone: str) -> DateRead:
    """Find how the texts `text_cell` of relation `numbered` are read as dates.

    The declared format is taken when there is one; else every value that looks like a date must be written the same
    way. A time of day is dropped; one with an offset from UTC is first moved into `timezone`.
    """
    cell = filled_value(text_cell)
    if declared:
        return _declared(con, numbered, cell, declared)
    counts = _count(con, numbered, cell)
    present = [f for f in FAMILIES if counts[f]]
    if not counts["filled"]:
        return DateRead("NULL::DATE")
    if not present:
        return DateRead(problem=_say(con, numbered, cell, "holds no date that can be read", {"": "TRUE"}))
    if len(present) > 1:
        where = {f"{counts[f]:,} like": _matches(cell, f) for f in present}
        return DateRead(problem=_say(con, numbered, cell, "mixes formats", where))
    family = present[0]
    if family == "short":
        said = "has years of two digits, which can be read several ways"
        return DateRead(problem=_say(con, numbered, cell, said, {"": "TRUE"}))
    if family == "numeric":
        return _numeric(con, numbered, cell, counts)
    if family == "iso" and counts["offset"]:
        moved = f"timezone({text(timezone)}, try_cast({cell} AS TIMESTAMPTZ))::DATE"
        plain = f"try_cast(regexp_extract({cell}, '^[0-9-]+') AS DATE)"
        return DateRead(f"CASE WHEN regexp_matches({cell}, {text(_OFFSET)}) THEN {moved} ELSE {plain} END")
    return DateRead(_parsed(cell, family, _FORMATS[family]))


def _parsed(cell: str, family: str, form: str) -> str:
    part = f"regexp_extract({cell}, {text('^' + FAMILIES[family][1])})"
    signs = {"numeric": "[/.]", "slashed": "[/.]", "day_name": "-", "day_month": "-"}
    if family in signs:
        joint = " " if family.startswith("day") else "-"
        part = f"regexp_replace({part}, {text(signs[family])}, {text(joint)}, 'g')"
    return f"CASE WHEN {_matches(cell, family)} THEN try_strptime({part}, {text(form)})::DATE END"


def _matches(cell: str, family: str) -> str:
    return f"regexp_full_match({cell}, {text(FAMILIES[family][0])})"


def _count(con: DuckDBPyConnection, numbered: str, cell: str) -> dict[str, int]:
    parts = [f"count_if({_matches('cell', f)}) AS {ident(f)}" for f in FAMILIES]
    first, second = (f"regexp_extract(cell, {text('^' + _NUMERIC)}, {g})" for g in (1, 2))
    parts += [
        "count(cell) AS filled",
        f"count_if(regexp_matches(cell, {text(_OFFSET)})) AS offset",
        f"count_if(try_cast({first} AS INT) > 12) AS day_first",
        f"count_if(try_cast({second} AS INT) > 12) AS month_first",
    ]
    # Dates repeat: looking at each written value once, weighted by nothing but its presence, would lose the counts
    # that messages give, so all cells are looked at.
    found = con.execute(f"SELECT {', '.join(parts)} FROM (SELECT {cell} AS cell FROM {numbered})")
    names = [d[0] for d in found.description]
    return dict(zip(names, found.fetchone(), strict=True))


def _numeric(con: DuckDBPyConnection, numbered: str, cell: str, counts: dict[str, int]) -> DateRead:
    day, month = counts["day_first"], counts["month_first"]
    if day and month:
        first, second = (
            f"try_cast(regexp_extract({cell}, {text('^' + _NUMERIC)}, {g}) AS INT) > 12" for g in (1, 2)
        )
        where = {f"{day:,} can only be day-first:": first, f"{month:,} can only be month-first:": second}
        return DateRead(problem=_say(con, numbered, cell, "mixes day-first and month-first dates", where))
    if not day and not month:
        said = "can be read day-first and month-first alike, for no day is above 12"
        return DateRead(problem=_say(con, numbered, cell, said, {"": "TRUE"}))
    return DateRead(_parsed(cell, "numeric", "%d-%m-%Y" if day else "%m-%d-%Y"))


def _declared(con: DuckDBPyConnection, numbered: str, cell: str, form: str) -> DateRead:
    expression = f"try_strptime({cell}, {text(form)})::DATE"
    filled, read = con.execute(f"SELECT count({cell}), count({expression}) FROM {numbered}").fetchone()
    if filled and not read:
        return DateRead(problem=_say(con, numbered, cell, f"holds no date written as '{form}'", {"": "TRUE"}))
    return DateRead(expression)


def _say(con: DuckDBPyConnection, numbered: str, cell: str, what: str, where: dict[str, str]) -> str:
    """Return what is wrong, three rows of each kind, and the remedy."""
    parts = []
    for label, condition in where.items():
        shown = examples(con, numbered, cell, condition)
        parts.append(f"{label} {shown}".strip())
    return f"{what}: {'; '.join(parts)}. Export dates as 2026-09-30, or declare date_format = \"%d/%m/%Y\"."


def examples(con: DuckDBPyConnection, numbered: str, cell: str, condition: str, limit: int = 3) -> str:
    """Return the first rows where `condition` holds, with what stands in `cell`."""
    rows = con.execute(
        f"SELECT {ROW}, ({cell})::VARCHAR FROM {numbered} WHERE ({condition}) AND ({cell}) IS NOT NULL "
        f"ORDER BY {ROW} LIMIT {limit}"
    ).fetchall()
    return ", ".join(f"row {row} '{value}'" for row, value in rows)
