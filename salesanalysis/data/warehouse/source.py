"""A database as a source: the names and columns of its tables; no row is read to know them."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ibis.backends import BaseBackend

from ...core.client import Client
from ...core.schema import SCHEMA
from ...core.source import TableSource
from ..preset import presets
from ..read import Source
from .address import connect, is_address, refused

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Tables up to which a database is looked at whole; above, only those whose names say something.
MANY = 200


@dataclass(frozen=True)
class Database:
    """An open database: its connection, and its tables as they are called."""

    backend: BaseBackend
    source: Source

    def columns(self) -> dict[str, list[str]]:
        """Return the columns of every table."""
        return {name: list(table.columns) for name, table in self.source.items.items()}

    def find(self, name: str) -> tuple[str, ir.Table] | None:
        """Return label and rows of the table called `name`, None where there is none."""
        found = self.source.named(name)
        return (f"table '{found[0]}'", self.source.items[found[0]]) if found else None


def is_database(source: object) -> bool:
    """Tell whether a source is the address of a database or a connection of Ibis.

    Examples
    --------
    >>> is_database("postgresql://host/crm")
    True
    """
    return isinstance(source, BaseBackend) or is_address(source)


def open_database(source: str | BaseBackend, client: Client) -> Database:
    """Open a database and look which tables it holds.

    Raises
    ------
    InvalidInput
        It cannot be opened.
    """
    backend = source if isinstance(source, BaseBackend) else connect(str(source))
    label = f"Database '{_shown(source)}'"
    with refused(f"{label} cannot be looked at"):
        names = _wanted(_names(backend), client)
        items = {name: backend.table(name) for name in names}
        items |= _qualified(backend, client, items)
    return Database(backend, Source(label, "remote", items))


def _names(backend: BaseBackend, schema: str | None = None) -> list[str]:
    with warnings.catch_warnings():
        # Ibis asks DuckDB for names by a function that DuckDB renames.
        warnings.simplefilter("ignore", DeprecationWarning)
        return list(backend.list_tables(database=schema) if schema else backend.list_tables())


def _shown(source: str | BaseBackend) -> str:
    """Return an address without the part that says who connects; of a connection, what it is."""
    if isinstance(source, BaseBackend):
        return source.name
    parts = urlsplit(source)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def _wanted(names: list[str], client: Client) -> list[str]:
    """Return the tables to look at: all, or where there are many those that a mapping may mean."""
    names = sorted(n for n in names if not n.startswith("ibis_"))
    if len(names) <= MANY:
        return names
    patterns = [*SCHEMA, *_declared(client)]
    patterns += [
        p for one in presets() for many in one.tables.values() for spec in many for p in _files(spec)
    ]
    known = Source("", "remote", dict.fromkeys(names))
    found = {n for pattern in patterns for n in known.named(pattern)}
    return sorted(found)


def _declared(client: Client) -> list[str]:
    return [n for table in client.tables for spec in client.sources(table) for n in _files(spec)]


def _files(spec: TableSource) -> list[str]:
    return [*spec.files, *(f for one in spec.lookups.values() for f in one.file)]


def _qualified(backend: BaseBackend, client: Client, known: Mapping[str, object]) -> dict[str, ir.Table]:
    """Return tables of other schemas that the settings name as ``schema.table``."""
    found = {}
    for name in _declared(client):
        schema, _, table = name.rpartition(".")
        if schema and name not in known and table in _names(backend, schema):
            found[name] = backend.table(table, database=schema)
    return found
