"""Dates in text columns: one declared or unanimous format a column, never a guess."""

from __future__ import annotations

from dataclasses import dataclass

from .probe import Probe
from .shape import Above, Like

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

#: The same families as conditions on a text.
SHAPES = {name: Like(pattern) for name, (pattern, _) in FAMILIES.items()}
_DAY, _MONTH = (Above(_NUMERIC, group, 12) for group in (1, 2))
_ANY = Like("", anywhere=True)


@dataclass(frozen=True)
class Reading:
    """How the dates of a column are written.

    Attributes
    ----------
    family : str
        One of `FAMILIES`; empty where the format is declared, or where the column holds nothing.
    form : str
        strptime format of the date, with its parts joined as in `FAMILIES`; as declared where it is.
    is_timed, has_offset : bool
        Some values carry a time of day; some say how far it is from UTC.
    """

    family: str = ""
    form: str = ""
    is_timed: bool = False
    has_offset: bool = False


def reading(probe: Probe, declared: str) -> tuple[Reading, str]:
    """Find how the texts of a column are written: the reading and what is wrong, one of them empty.

    `declared` is a strptime format, taken when there is one; else all values that look like dates must be
    written alike, on any engine.
    """
    if declared:
        return Reading(form=declared), ""
    counts = probe.count(
        **SHAPES, offset=Like(OFFSET, anywhere=True), timed=Like(":", anywhere=True), day=_DAY, month=_MONTH
    )
    present = [f for f in FAMILIES if counts[f]]
    if not counts["filled"]:
        return Reading(), ""
    if not present:
        return Reading(), _say("holds no date that can be read", probe.examples(_ANY))
    if len(present) > 1:
        shown = (f"{counts[f]:,} like {probe.examples(SHAPES[f])}" for f in present)
        return Reading(), _say("mixes formats", *shown)
    family, form = present[0], _FORMATS.get(present[0], "")
    if family == "short":
        said = "has years of two digits, which can be read several ways"
        return Reading(), _say(said, probe.examples(_ANY))
    if family == "numeric":
        form, problem = _numeric(probe, counts)
        if problem:
            return Reading(), problem
    return Reading(family, form, bool(counts["timed"]), bool(counts["offset"])), ""


def _numeric(probe: Probe, counts: dict[str, int]) -> tuple[str, str]:
    day, month = counts["day"], counts["month"]
    if day and month:
        return "", _say(
            "mixes day-first and month-first dates",
            f"{day:,} can only be day-first: {probe.examples(_DAY)}",
            f"{month:,} can only be month-first: {probe.examples(_MONTH)}",
        )
    if not day and not month:
        said = "can be read day-first and month-first alike, for no number of a day is above 12"
        return "", _say(said, probe.examples(_ANY))
    return "%d-%m-%Y" if day else "%m-%d-%Y", ""


def not_so_written(probe: Probe, form: str) -> str:
    """Say that no value of a column is written in the declared format."""
    return _say(f"holds no date written as '{form}'", probe.examples(_ANY))


def _say(what: str, *shown: str) -> str:
    return f'{what}: {"; ".join(shown)}. Export dates as 2026-09-30, or declare date_format = "%d/%m/%Y".'
