"""Cells of a database as texts and numbers: the same readings as for files, as Ibis expressions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import ibis

from ...core.lookup import Wanted
from ..condition import YES
from ..numbers import NUMBERS, signs_of
from ..sql import EMPTY_VALUES

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: What stands around a text and is none of it.
_AROUND = "[ \t\r\n\u00a0]"
_SPACES = "[ \u00a0\u202f]"
#: What every engine casts to a number.
_CASTS = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$"
#: A point stands for any sign but a line end, which a cell may hold.
_ANYTHING = "(.|[\r\n])*"


def as_text(cell: ir.Value) -> ir.StringValue:
    """Return a cell of any type as text, missing where it is empty; whole floats lose their ``.0``.

    Examples
    --------
    >>> as_text(ibis.literal(7.0)).execute()
    '7'
    """
    kind = cell.type()
    if kind.is_string():
        return trimmed(cell)
    if kind.is_floating():
        whole = (cell == cell.floor()) & (cell.abs() < 1e15)
        return ibis.cases((whole, cell.cast("int64").cast("string")), else_=cell.cast("string"))
    return trimmed(cell.cast("string"))


def trimmed(cell: ir.StringValue) -> ir.StringValue:
    """Return a text without blanks around it, missing where nothing is left."""
    return cell.re_replace(f"^{_AROUND}+", "").re_replace(f"{_AROUND}+$", "").nullif("")


def filled_value(cell: ir.StringValue) -> ir.StringValue:
    """Return a text that should be a date or a number, missing also where it is a dash or ``n/a``."""
    return ibis.cases((cell.lower().notin(EMPTY_VALUES), cell), else_=None)


def mapped(cell: ir.StringValue, values: Mapping[str, str], *, keep: bool) -> ir.StringValue:
    """Return a text with source values replaced: exactly, then in any case, then ``*`` for all others.

    With `keep` false a value that is not in `values` becomes missing.
    """
    exact = {k: v for k, v in values.items() if k != "*"}
    folded = {k.lower(): v for k, v in exact.items()}
    other = cell if keep else ibis.null("string")
    if "*" in values:
        other = ibis.ifelse(cell.notnull(), ibis.literal(values["*"]), ibis.null("string"))
    if not exact:
        return other
    return ibis.coalesce(
        cell.cases(*exact.items(), else_=None), cell.lower().cases(*folded.items(), else_=None), other
    )


def one_of(cell: ir.StringValue, values: Iterable[str]) -> ir.BooleanValue:
    """Return whether a text is one of some, false where it is missing."""
    return cell.isin(list(values)).fill_null(False)


def is_yes(cell: ir.StringValue) -> ir.BooleanValue:
    """Return whether a text says yes; false where it is missing."""
    return one_of(cell.lower(), YES)


def fits(cell: ir.StringValue, pattern: str) -> ir.BooleanValue:
    """Return whether a text fits a pattern in any case, ``*`` for anything; an empty one asks for no text.

    Examples
    --------
    >>> bool(fits(ibis.literal("A Demo (2)"), "*demo*").execute())
    True
    """
    if not pattern:
        return cell.isnull()
    if "*" not in pattern:
        return cell.lower() == pattern.lower()
    parts = [re.escape(part).replace("\\ ", " ") for part in pattern.lower().split("*")]
    return cell.lower().re_search(f"^{_ANYTHING.join(parts)}$")


def holds(cells: Mapping[str, ir.StringValue], wanted: Mapping[str, Wanted]) -> ir.BooleanValue:
    """Return whether every column has one of the values wanted; never missing."""
    parts = [_one(cells[name], values) for name, values in wanted.items()]
    return all_of(parts)


def all_of(parts: Sequence[ir.BooleanValue]) -> ir.BooleanValue:
    """Return whether all conditions hold; true for none."""
    whole = ibis.literal(True)
    for i, part in enumerate(parts):
        whole = whole & part if i else part
    return whole


def any_of(parts: Sequence[ir.BooleanValue]) -> ir.BooleanValue:
    """Return whether one condition holds; false for none."""
    whole = ibis.literal(False)
    for i, part in enumerate(parts):
        whole = whole | part if i else part
    return whole


def _one(cell: ir.StringValue, values: Sequence[str | bool]) -> ir.BooleanValue:
    parts = [
        (is_yes(cell) if value else ~is_yes(cell)) if isinstance(value, bool) else fits(cell, value)
        for value in values
    ]
    return any_of(parts).fill_null(False)


def bare(cell: ir.StringValue, currency: str) -> ir.StringValue:
    """Take off currency signs and blanks between thousands; turn brackets, ``(1,234)``, into a minus."""
    signs = signs_of(currency)
    found = cell.re_replace(f"^({signs})[ \u00a0]*", "")
    for sign in "-+":
        found = found.re_replace(f"^[{sign}]({signs})[ \u00a0]*", sign)
    found = found.re_replace(f"[ \u00a0]*({signs})$", "")
    spaced = found.re_search(f"^[-+(]?[0-9]{{1,3}}({_SPACES}[0-9]{{3}})+([.,][0-9]*)?[)]?$")
    closed = ibis.ifelse(spaced, found.re_replace(_SPACES, ""), found)
    inner = closed.re_replace(r"^\(", "-").re_replace(r"\)$", "")
    return ibis.ifelse(closed.re_search(r"^\(.*\)$"), inner, closed)


def number(cell: ir.StringValue, decimal: str) -> ir.FloatingValue:
    """Return the number that a text says with this decimal sign, missing where it says none."""
    whole, point = (".", ",") if decimal == "," else (",", ".")
    digits = cell.replace(whole, "").replace(point, ".")
    # The first pattern lets through what no engine can cast, such as a point alone.
    is_number = NUMBERS[decimal].expression(cell) & digits.re_search(_CASTS)
    return ibis.cases((is_number, digits.cast("float64")), else_=None)
