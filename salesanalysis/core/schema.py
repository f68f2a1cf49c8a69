"""The canonical tables by name, read by everyone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .column import DTYPES, Column, Table
from .errors import unknown
from .tables import TABLES

__all__ = ["DTYPES", "SCHEMA", "Column", "Table", "column", "table"]

#: Every canonical table by name.
SCHEMA: Mapping[str, Table] = MappingProxyType({t.name: t for t in TABLES})


def table(name: str) -> Table:
    """Return the declaration of canonical table `name`; an unknown name lists the close matches.

    Examples
    --------
    >>> table("reps").key
    ('rep_id',)
    """
    try:
        return SCHEMA[name]
    except KeyError:
        raise unknown("table", name, SCHEMA) from None


def column(reference: str) -> Column:
    """Return the declaration of ``table.column``.

    Examples
    --------
    >>> column("reps.hired_on").dtype
    'date'
    """
    name, _, col = reference.partition(".")
    return table(name)[col]
