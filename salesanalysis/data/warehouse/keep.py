"""Storing what was worked out on a database, for the time of the connection, where it lets us."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from .address import complaints

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

#: Tables that Ibis forgets when nobody holds them, by connection.
_HELD: WeakKeyDictionary[BaseBackend, list[ir.Table]] = WeakKeyDictionary()


def stored(name: str, table: ir.Table) -> ir.Table:
    """Return rows stored as a temporary table of their connection; nothing leaves the database.

    A connection that may not write, or an engine that has no such tables, goes on with the query.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.duckdb.connect().create_table("deals", ibis.memtable({"a": [1, 2]}))
    >>> stored("won", rows.filter(rows.a > 1)).count().execute()
    1
    """
    backend = table.get_backend()
    try:
        return _stored(backend, f"sa_{secrets.token_hex(5)}_{name}", table)
    except (
        *complaints(),
        NotImplementedError,
    ):  # the last is what Ibis says where an engine has no such tables
        return table


def _stored(backend: BaseBackend, name: str, table: ir.Table) -> ir.Table:
    if backend.name == "pyspark":
        cached = table.cache()
        _HELD.setdefault(backend, []).append(cached)
        return cached
    if not backend.supports_temporary_tables:
        return table
    stored = backend.create_table(name, table, temp=True)
    if backend.name == "postgres":
        # Nothing looks at a temporary table by itself; without this the planner takes it for empty.
        with backend.con.cursor() as cursor:
            cursor.execute(f'ANALYZE "{name}"')
    return stored
