"""Conditions and patterns of mappings as SQL: values compared in any case, ``*`` for anything, yes and no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..core.lookup import Wanted
from .sql import text, texts

#: What exports write for yes, in lower case.
YES = ("true", "t", "yes", "y", "1", "1.0", "ya", "x", "wahr", "on")


def is_yes(cell: str) -> str:
    """Return SQL that is true where a text says yes, false also where it is empty.

    Examples
    --------
    >>> is_yes("flag").startswith("coalesce(lower(flag) IN ('true'")
    True
    """
    return f"coalesce(lower({cell}) IN {texts(YES)}, FALSE)"


def fits(cell: str, pattern: str) -> str:
    """Return SQL that is true where a text fits a pattern; an empty pattern asks for an empty cell.

    Examples
    --------
    >>> fits("subject", "*Demo*")
    "lower(subject) LIKE '%demo%' ESCAPE '!'"
    """
    if not pattern:
        return f"{cell} IS NULL"
    lowered = pattern.lower()
    if "*" not in lowered:
        return f"lower({cell}) = {text(lowered)}"
    for sign in "!%_":
        lowered = lowered.replace(sign, "!" + sign)
    return f"lower({cell}) LIKE {text(lowered.replace('*', '%'))} ESCAPE '!'"


def holds(cells: Mapping[str, str], wanted: Mapping[str, Wanted]) -> str:
    """Return SQL that is true where every column has one of the values wanted, and never missing.

    Parameters
    ----------
    cells : mapping of str to str
        SQL of the text of each column.
    wanted : mapping of str to tuple
        Values by column.
    """
    return " AND ".join(_one(cells[name], values) for name, values in wanted.items()) or "TRUE"


def _one(cell: str, values: Sequence[str | bool]) -> str:
    parts = [
        (is_yes(cell) if value else f"NOT {is_yes(cell)}") if isinstance(value, bool) else fits(cell, value)
        for value in values
    ]
    return f"coalesce({' OR '.join(parts)}, FALSE)"
