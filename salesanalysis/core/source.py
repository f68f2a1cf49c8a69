"""How the canonical tables are read from a client's files, as ``client.toml`` and the presets declare it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from .checking import known_keys, names, text_of, texts, typed, yes_or_no
from .errors import InvalidInput, did_you_mean
from .lookup import Case, Lookup, Wanted, cases, conditions, known_column, lookup
from .schema import SCHEMA

__all__ = ["Case", "Lookup", "TableSource", "Wanted", "table_sources", "texts", "typed"]


@dataclass(frozen=True)
class TableSource:
    """How one canonical table, or a part of it, is read.

    A canonical column takes the first value found in this order: `cases`, `lookups`, `columns`, `constants`.

    Attributes
    ----------
    file : str or tuple of str
        Names of the file in the source folder (or of the table in a database), the first that is there; a
        name with ``*`` stands for all files that fit. Empty: the canonical name.
    sheet, separator, encoding, date_format, decimal : str
        Empty: detected. `date_format` uses strptime signs such as ``%d/%m/%Y``.
    date_formats : mapping of str to str
        Canonical column -> its own format, where columns differ.
    columns : mapping of str to str or tuple of str
        Canonical column -> source columns; each row takes the first of them that is filled. ``First + Last``
        writes several one after the other; ``#file`` and ``#row`` stand for the place of the row.
    values : mapping of str to mapping
        Canonical column -> {source value: canonical value}.
    constants : mapping of str to str
        Canonical column -> the same text for every row that has no other value.
    cases : mapping of str to tuple of Case
        Canonical column -> values by condition; the first that holds counts.
    lookups : mapping of str to Lookup
        Joins, by a name of your choice.
    where : mapping of str to tuple
        Source column -> values wanted; other rows are not rows of this table.
    deleted : tuple of str
        Source columns that mark a deleted row; such rows are left out and counted.
    scale : mapping of str to float
        Canonical column -> what its source is multiplied by, such as 0.01 for percent.
    needs : tuple of str
        Source columns without which the file is not this export; ``a|b`` stands for either.
    by_name : bool
        Whether canonical columns that nothing declares take the source column of the same name.
    alternative : bool
        Whether it is read only where no earlier source of this table is there.
    distinct : bool
        Whether each key is read once and its repetitions are no rows, as for reps named in a list of deals.
    changes_of : str
        Canonical column that must differ from the row before it in time; other rows are no changes.
    only_with : tuple of str
        Canonical columns without which a row belongs to somebody else, such as a mail no rep wrote.
    preset : str
        The preset it comes from: columns it names and the export lacks are passed over.
    """

    file: str | tuple[str, ...] = ""
    sheet: str = ""
    separator: str = ""
    encoding: str = ""
    date_format: str = ""
    decimal: str = ""
    date_formats: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    cases: Mapping[str, tuple[Case, ...]] = field(default_factory=dict)
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    where: Mapping[str, Wanted] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    scale: Mapping[str, float] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    by_name: bool = True
    alternative: bool = False
    distinct: bool = False
    changes_of: str = ""
    only_with: tuple[str, ...] = ()
    preset: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """The names of `file` as a tuple."""
        return (self.file,) * bool(self.file) if isinstance(self.file, str) else self.file

    def sources(self, column: str) -> tuple[str, ...]:
        """Return the declared source columns of a canonical one."""
        given = self.columns.get(column, ())
        return (given,) * bool(given) if isinstance(given, str) else given


def table_sources(value: Any, where: str) -> Mapping[str, TableSource | tuple[TableSource, ...]]:
    """Return the sections ``[tables.…]``, checked; ``[[tables.…]]`` gives a tuple.

    Examples
    --------
    >>> table_sources({"reps": {"file": "users.csv"}}, "client.toml")["reps"].file
    'users.csv'
    """
    tables = typed("tables", value, dict, "a table such as [tables.opportunities]", where)
    return MappingProxyType({name: _table(name, spec, where) for name, spec in tables.items()})


def _table(name: str, spec: Any, where: str) -> TableSource | tuple[TableSource, ...]:
    if name not in SCHEMA:
        raise InvalidInput(f"Unknown table [tables.{name}] in {where}.{did_you_mean(name, SCHEMA)}")
    if isinstance(spec, list):
        return tuple(_one(name, s, f"[[tables.{name}]] number {i} of {where}") for i, s in enumerate(spec, 1))
    typed(f"tables.{name}", spec, dict, "a table", where)
    return _one(name, spec, f"[tables.{name}] of {where}")


def _one(table: str, spec: Any, place: str) -> TableSource:
    known = [f.name for f in fields(TableSource) if f.name != "preset"]
    given = known_keys(spec, known, place)
    return TableSource(**{key: _value(table, key, item, place) for key, item in given.items()})


def _value(table: str, key: str, item: Any, place: str) -> Any:
    if key in ("by_name", "alternative", "distinct"):
        return yes_or_no(key, item, place)
    if key == "file":
        found = names(key, item, place)
        return found[0] if len(found) == 1 else found
    if key in ("deleted", "needs"):
        return names(key, item, place)
    if key in ("only_with", "changes_of"):
        found = names(key, item, place)
        for column in found:
            known_column(table, column, place)
        return found if key == "only_with" else "".join(found[:1])
    if key == "where":
        return conditions(key, item, place)
    if key == "lookups":
        lookups = typed(key, item, dict, "a table such as [tables.….lookups.owner]", place)
        return {n: lookup(table, s, f"lookup '{n}' in {place}") for n, s in lookups.items()}
    if key in _BY_COLUMN:
        return _by_column(table, key, item, place)
    return typed(key, item, str, "text in quotes", place)


def _columns(key: str, item: Any, place: str) -> str | tuple[str, ...]:
    found = names(key, item, place) if isinstance(item, list) else (text_of(key, item, place),)
    return found[0] if len(found) == 1 else found


def _values(key: str, item: Any, place: str) -> dict[str, str]:
    typed(key, item, dict, 'a table such as { Won = "won" }', place)
    return {source: text_of(f"{key}.{source}", canonical, place) for source, canonical in item.items()}


def _scale(key: str, item: Any, place: str) -> float:
    factor = float(typed(key, item, (int, float), "a number, such as 0.01 for percent", place))
    if not 0 < factor < float("inf"):
        raise InvalidInput(f"'{key}' in {place} is {factor:g}; it must be above 0.")
    return factor


#: Keys that hold one setting a canonical column, and how that is read.
_BY_COLUMN: Mapping[str, Callable[[str, Any, str], Any]] = {
    "columns": _columns,
    "constants": text_of,
    "date_formats": text_of,
    "values": _values,
    "scale": _scale,
    "cases": cases,
}


def _by_column(table: str, key: str, item: Any, place: str) -> dict[str, Any]:
    typed(key, item, dict, "a table of tables" if key == "values" else "a table by column", place)
    for column in item:
        known_column(table, column, place)
    return {column: _BY_COLUMN[key](f"{key}.{column}", one, place) for column, one in item.items()}
