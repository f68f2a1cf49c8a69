"""Times of day in source columns: the day as `dates` reads it, and the clock beside it."""

from __future__ import annotations

from .dates import OFFSET, date_of
from .probe import Probe
from .sql import text

#: Hours and minutes, seconds where written, morning or afternoon where written.
_CLOCK = r"(\d{1,2}:\d{2}(:\d{2})?)(\.\d+)?( ?[AaPp][Mm])?"
_HALF, _FULL = "['%I:%M %p', '%I:%M:%S %p']", "['%H:%M', '%H:%M:%S']"


def time_of(probe: Probe, declared: str, timezone: str) -> tuple[str, str]:
    """Find how the texts of a column are read as times of the client's timezone.

    Parameters
    ----------
    probe : Probe
        The column.
    declared : str
        strptime format, taken when there is one.
    timezone : str
        Times with an offset from UTC are moved there; a day without a clock is its midnight.

    Returns
    -------
    expression, problem : str
        SQL of the time, and what is wrong; one of them is empty.
    """
    day, problem = date_of(probe, declared, timezone)
    if problem:
        return "", problem
    if declared:
        return f"try_strptime({probe.name}, {text(declared)})::TIMESTAMP", ""
    moved = f"timezone({text(timezone)}, try_cast({probe.name} AS TIMESTAMPTZ))"
    clock, half = (f"regexp_extract({probe.name}, {text(_CLOCK)}, {group})" for group in (1, 4))
    read = (
        f"CASE WHEN {half} = '' THEN try_strptime({clock}, {_FULL}) "
        f"ELSE try_strptime({clock} || ' ' || trim({half}), {_HALF}) END"
    )
    plain = f"({day})::TIMESTAMP + (coalesce({read}, TIMESTAMP '1900-01-01') - TIMESTAMP '1900-01-01')"
    return f"CASE WHEN regexp_matches({probe.name}, {text(OFFSET)}) THEN {moved} ELSE {plain} END", ""
