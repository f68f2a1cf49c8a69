"""What a canonical table and its columns declare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from .errors import unknown

#: Types a canonical column can have.
DTYPES = ("string", "date", "timestamp", "float", "int", "bool")


@dataclass(frozen=True)
class Column:
    """One column of a canonical table.

    Attributes
    ----------
    name, dtype : str
        Name and one of `DTYPES`.
    meaning : str
        One plain sentence.
    required : bool
        The table is unusable without this column.
    filled : bool
        Every row must have a value; a row without one is excluded and counted.
    references : str
        ``table.column`` this value points to; a value found nowhere there is an orphan.
    values : tuple of str
        The only values allowed, where the list is closed.
    minimum : float or None
        Smallest number that can be right.
    spellings : mapping of str to str
        What people also write for the values of a closed list, in any case and language -> the value.
    """

    name: str
    dtype: str
    meaning: str
    required: bool = False
    filled: bool = False
    references: str = ""
    values: tuple[str, ...] = ()
    minimum: float | None = None
    spellings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Table:
    """One canonical table; `key` names the columns whose values identify a row."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: Mapping[str, Column] = field(default_factory=dict)
    required: bool = False

    def __getitem__(self, name: str) -> Column:
        try:
            return self.columns[name]
        except KeyError:
            raise unknown("column", name, self.columns, where=self.name) from None


def declare(name: str, meaning: str, key: str, *columns: Column, required: bool = False) -> Table:
    """Return a table; `key` names its key columns, parted by blanks."""
    return Table(name, meaning, tuple(key.split()), MappingProxyType({c.name: c for c in columns}), required)
