"""How the canonical tables are read from a client's files, as ``client.toml`` declares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from .errors import InvalidInput, did_you_mean
from .schema import SCHEMA


@dataclass(frozen=True)
class TableSource:
    """How one canonical table is read.

    Attributes
    ----------
    file : str
        File name in the source folder (or table name in a database); empty: the canonical name.
    sheet, separator, encoding, date_format, decimal : str
        Empty: detected. `date_format` uses strptime signs such as ``%d/%m/%Y``.
    date_formats : mapping of str to str
        Canonical column -> its own format, where columns differ.
    columns : mapping of str to str
        Canonical column -> source column.
    values : mapping of str to mapping
        Canonical column -> {source value: canonical value}.
    constants : mapping of str to str
        Canonical column -> the same text for every row.
    """

    file: str = ""
    sheet: str = ""
    separator: str = ""
    encoding: str = ""
    date_format: str = ""
    decimal: str = ""
    date_formats: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)


def typed(key: str, value: Any, kind: type | tuple[type, ...], say: str, where: str) -> Any:
    """Return a setting that has the type asked for; `say` describes that type to a reader.

    Examples
    --------
    >>> typed("active_days", 30, int, "a whole number", "client.toml")
    30
    """
    if not isinstance(value, kind) or isinstance(value, bool):
        raise InvalidInput(f"'{key}' in {where} is {value!r}; it must be {say}.")
    return value


def texts(key: str, value: Any, where: str) -> tuple[str, ...]:
    """Return a setting that is a list of texts.

    Examples
    --------
    >>> texts("stages", ["open", "proposal"], "client.toml")
    ('open', 'proposal')
    """
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise InvalidInput(f'\'{key}\' in {where} must be a list of texts, such as ["calls", "meetings"].')
    return tuple(value)


def table_sources(value: Any, where: str) -> Mapping[str, TableSource]:
    """Return the sections ``[tables.…]``, checked.

    Examples
    --------
    >>> table_sources({"reps": {"file": "users.csv"}}, "client.toml")["reps"].file
    'users.csv'
    """
    tables = typed("tables", value, dict, "a table such as [tables.opportunities]", where)
    return MappingProxyType({name: _table(name, spec, where) for name, spec in tables.items()})


def _table(name: str, spec: Any, where: str) -> TableSource:
    if name not in SCHEMA:
        raise InvalidInput(f"Unknown table [tables.{name}] in {where}.{did_you_mean(name, SCHEMA)}")
    place = f"[tables.{name}] of {where}"
    typed(f"tables.{name}", spec, dict, "a table", where)
    known = {f.name: f for f in fields(TableSource)}
    values: dict[str, Any] = {}
    for key, item in spec.items():
        if key not in known:
            raise InvalidInput(f"Unknown key '{key}' in {place}.{did_you_mean(key, known)}")
        if key in ("columns", "constants", "date_formats"):
            values[key] = _texts_by_column(name, key, item, place)
        elif key == "values":
            values[key] = _value_maps(name, item, place)
        else:
            values[key] = typed(key, item, str, "text in quotes", place)
    return TableSource(**values)


def _texts_by_column(table: str, key: str, item: Any, place: str) -> dict[str, str]:
    typed(key, item, dict, "a table of texts", place)
    for column, source in item.items():
        _known_column(table, column, place)
        typed(f"{key}.{column}", source, str, "text in quotes", place)
    return dict(item)


def _value_maps(table: str, item: Any, place: str) -> dict[str, dict[str, str]]:
    typed("values", item, dict, "a table of tables", place)
    for column, mapping in item.items():
        _known_column(table, column, place)
        typed(f"values.{column}", mapping, dict, 'a table such as { Won = "won" }', place)
        for source, canonical in mapping.items():
            typed(f"values.{column}.{source}", canonical, str, "text in quotes", place)
    return {column: dict(mapping) for column, mapping in item.items()}


def _known_column(table: str, column: str, place: str) -> None:
    if column not in SCHEMA[table].columns:
        raise InvalidInput(
            f"Unknown column '{column}' in {place}.{did_you_mean(column, SCHEMA[table].columns)}"
        )
