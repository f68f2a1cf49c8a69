"""Days as whole numbers: arithmetic that every engine does alike."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Day from which days are counted.
FIRST = date(1970, 1, 1)
#: Stands for a day that has not come; later than any number a day can have.
NEVER = 1_000_000


def number(day: ir.DateValue) -> ir.IntegerValue:
    """Return the number of a day, counted from 1970-01-01.

    Examples
    --------
    >>> number(ibis.literal("1970-02-01").cast("date")).execute()
    31
    """
    return day.delta(ibis.literal(FIRST, type="date"), unit="day").cast("int64")


def number_of(day: date) -> int:
    """Return the same for one day known now.

    Examples
    --------
    >>> number_of(date(1970, 2, 1))
    31
    """
    return (day - FIRST).days


def literal(day: date) -> ir.DateScalar:
    """Return a day as an expression.

    Examples
    --------
    >>> literal(date(2026, 9, 30)).type().is_date()
    True
    """
    return ibis.literal(day, type="date")
