"""Dates in text columns: one declared or unanimous format a column, never a guess."""

from __future__ import annotations

from .probe import Probe
from .sql import text

_TIME = r"([ T,]+\d{1,2}:.*)?"
#: A time with its offset from UTC at the end of a text.
OFFSET = r"[ T]\d{1,2}:\d\d.*(Z|[+-]\d\d(:?\d\d)?)$"
_NUMERIC = r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"

#: Families of written dates, told apart by shape: name -> (pattern of the text, pattern of its date part).
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


_DAY, _MONTH = (f"try_cast(regexp_extract(cell, {text('^' + _NUMERIC)}, {g}) AS INT) > 12" for g in (1, 2))


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
        SQL of the date, and what is wrong; one of them is empty.
    """
    if declared:
        return _declared(probe, declared)
    counts = probe.count(
        **{f: _matches("cell", f) for f in FAMILIES},
        offset=f"regexp_matches(cell, {text(OFFSET)})",
        timed="contains(cell, ':')",
        day_first=_DAY,
        month_first=_MONTH,
    )
    present = [f for f in FAMILIES if counts[f]]
    if not counts["filled"]:
        return "NULL::DATE", ""
    if not present:
        return "", _say("holds no date that can be read", probe.examples("TRUE"))
    if len(present) > 1:
        shown = (f"{counts[f]:,} like {probe.examples(_matches('cell', f))}" for f in present)
        return "", _say("mixes formats", *shown)
    family = present[0]
    if family == "short":
        return "", _say("has years of two digits, which can be read several ways", probe.examples("TRUE"))
    if family == "numeric":
        return _numeric(probe, counts)
    if family == "iso" and counts["offset"]:
        moved = f"timezone({text(timezone)}, try_cast({probe.name} AS TIMESTAMPTZ))::DATE"
        plain = f"try_cast(regexp_extract({probe.name}, '^[0-9-]+') AS DATE)"
        return f"CASE WHEN regexp_matches({probe.name}, {text(OFFSET)}) THEN {moved} ELSE {plain} END", ""
    if family == "iso" and not counts["timed"]:
        return f"try_strptime({probe.name}, '%Y-%m-%d')::DATE", ""
    return _parsed(probe.name, family, _FORMATS[family]), ""


def _matches(cell: str, family: str) -> str:
    return f"regexp_full_match({cell}, {text(FAMILIES[family][0])})"


def _parsed(cell: str, family: str, form: str) -> str:
    part = f"regexp_extract({cell}, {text('^' + FAMILIES[family][1])})"
    signs = {"numeric": "[/.]", "slashed": "[/.]", "day_name": "-", "day_month": "-"}
    if family in signs:
        joint = " " if family.startswith("day") else "-"
        part = f"regexp_replace({part}, {text(signs[family])}, {text(joint)}, 'g')"
    return f"CASE WHEN {_matches(cell, family)} THEN try_strptime({part}, {text(form)})::DATE END"


def _numeric(probe: Probe, counts: dict[str, int]) -> tuple[str, str]:
    day, month = counts["day_first"], counts["month_first"]
    if day and month:
        return "", _say(
            "mixes day-first and month-first dates",
            f"{day:,} can only be day-first: {probe.examples(_DAY)}",
            f"{month:,} can only be month-first: {probe.examples(_MONTH)}",
        )
    if not day and not month:
        said = "can be read day-first and month-first alike, for no number of a day is above 12"
        return "", _say(said, probe.examples("TRUE"))
    return _parsed(probe.name, "numeric", "%d-%m-%Y" if day else "%m-%d-%Y"), ""


def _declared(probe: Probe, form: str) -> tuple[str, str]:
    counts = probe.count(read=f"try_strptime(cell, {text(form)}) IS NOT NULL")
    if counts["filled"] and not counts["read"]:
        return "", _say(f"holds no date written as '{form}'", probe.examples("TRUE"))
    return f"try_strptime({probe.name}, {text(form)})::DATE", ""


def _say(what: str, *shown: str) -> str:
    return f'{what}: {"; ".join(shown)}. Export dates as 2026-09-30, or declare date_format = "%d/%m/%Y".'
