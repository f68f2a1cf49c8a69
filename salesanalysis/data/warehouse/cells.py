"""Typed values from the columns of a database: what has the type already, and texts that must say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from ...core.errors import DataProblem
from ..dates import Reading, not_so_written, reading
from ..numbers import decimal_sign
from .dates import day_of, local, seconds, time_of, written
from .probe import Probe, counts
from .settle import settled
from .texts import bare, number

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class Cell:
    """Whether some filled cells of a column may have no value."""

    flagged: bool = False


#: Name of the column that a probe looks at.
_CELL = "probed"
#: Texts that every engine casts alike.
_ISO, _PLAIN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", r"^-?[0-9]+([.][0-9]+)?$"


def day_or_time(
    rows: ir.Table, columns: tuple[str, str], dtype: str, declared: str, zone: str
) -> tuple[ir.Value, bool]:
    """Return a column as days or times of the client's timezone, and whether some texts may say none.

    Parameters
    ----------
    rows : ibis table
        Arranged rows.
    columns : tuple of str
        The column as it is stored, and as text.
    dtype : str
        ``date`` or ``timestamp``.
    declared : str
        Format of texts; empty: they must agree on one.
    zone : str
        Moments are moved there; what has no timezone is taken as it stands.

    Raises
    ------
    DataProblem
        The column holds something else, or texts that do not agree.
    """
    source, kind = rows[columns[0]], rows[columns[0]].type()
    if kind.is_date():
        return (source if dtype == "date" else source.cast("timestamp")), False
    if kind.is_timestamp():
        moment = local(seconds(source), zone) if kind.timezone else source.cast("timestamp")
        return (moment.date() if dtype == "date" else moment), False
    if kind.is_floating() or kind.is_boolean() or kind.is_decimal():
        raise DataProblem(f"holds {kind} values, not dates. Export it as dates such as 2026-09-30.")
    if dtype == "date" and declared in ("", "%Y-%m-%d") and kind.is_string() and _are_days(rows, source):
        return source.cast("date"), False
    text = rows[columns[1]]
    probe = Probe(settled(rows.select(**{_CELL: text})), _CELL)
    found, problem = reading(probe, declared)
    if problem:
        raise DataProblem(problem)
    if not (found.family or found.form):
        return ibis.null(dtype), False
    how = written(found)
    as_time = dtype == "timestamp" or found.has_offset

    def value(cell: ir.StringValue) -> ir.Value:
        if not as_time:
            return day_of(cell, how)
        time = time_of(cell, how, zone)
        return time if dtype == "timestamp" else time.date()

    filled, missed = probe.unread(value(probe.cell))
    if declared and filled and missed == filled:
        raise DataProblem(not_so_written(probe, declared))
    return value(text), bool(missed)


def number_cell(
    rows: ir.Table, columns: tuple[str, str], declared: str, currency: str
) -> tuple[ir.Value, bool]:
    """Return a column as numbers, and whether some texts may say none.

    Raises
    ------
    DataProblem
        The column holds something else, or texts that do not agree on their decimal sign.
    """
    source, kind = rows[columns[0]], rows[columns[0]].type()
    if kind.is_floating():
        found = source.cast("float64")
        return ibis.cases((found.isnan() | found.isinf(), ibis.null("float64")), else_=found), False
    if kind.is_integer() or kind.is_decimal():
        return source.cast("float64"), False
    if not kind.is_string():
        raise DataProblem(f"holds {kind} values, not numbers. Map another column.")
    text = rows[columns[1]]
    plain = Probe(settled(rows.select(**{_CELL: text})), _CELL)
    sign, problem = decimal_sign(plain, declared)
    if sign == "." and _are_all(rows, source.re_search(_PLAIN), source):
        return source.cast("float64"), False
    if not problem and not plain.unread(number(plain.cell, sign))[1]:
        return number(text, sign), False
    text = bare(text, currency)
    probe = Probe(settled(rows.select(**{_CELL: text})), _CELL)
    sign, problem = decimal_sign(probe, declared)
    if problem:
        raise DataProblem(problem)
    return number(text, sign), bool(probe.unread(number(probe.cell, sign))[1])


def _are_days(rows: ir.Table, source: ir.StringValue) -> bool:
    """Tell whether every cell is a day written as 2026-09-30 that exists, so that a cast reads them all."""
    how = written(Reading("iso", "%Y-%m-%d"))
    return _are_all(rows, source.re_search(_ISO) & day_of(source, how).notnull(), source)


def _are_all(rows: ir.Table, holds: ir.BooleanValue, source: ir.Value) -> bool:
    """Tell whether a condition holds for every cell that is not missing, and there are such cells."""
    found = counts(rows.aggregate(n=source.count(), all=rows.count(where=holds)))
    return 0 < found["n"] == found["all"]
