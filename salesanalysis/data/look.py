"""Looking at a source: the columns of all its tables, and what is recognised in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.client import Client
from ..core.errors import DataProblem
from .ledger import Ledger
from .preset import preset
from .read import Source
from .recognise import Recognition, recognise
from .sql import ident

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def headers(con: DuckDBPyConnection, source: Source) -> dict[str, list[str]]:
    """Return the columns of every table of a source; what cannot be read has none.

    No row is read, and a database is asked once for all its tables.
    """
    if source.kind == "database":
        found: dict[str, list[str]] = {item: [] for item in source.items}
        places = {held: item for item, held in source.items.items()}
        rows = con.execute(
            "SELECT database_name, schema_name, table_name, column_name FROM duckdb_columns() "
            "ORDER BY column_index"
        ).fetchall()
        for database, schema, table, column in rows:
            item = places.get(f"{database}.{ident(schema)}.{ident(table)}")
            if item:
                found[item].append(column)
        return found
    return {item: _columns(con, source, item) for item in source.items}


def _columns(con: DuckDBPyConnection, source: Source, item: str) -> list[str]:
    try:
        return source.columns(con, item)
    except DataProblem:
        return []  # said where it is read, if it is


def look(con: DuckDBPyConnection, source: Source, client: Client, ledger: Ledger) -> Recognition:
    """Recognise what a source is and enter that into the ledger; declared files that are missing block."""
    return enter(recognise(headers(con, source), client), client, ledger)


def enter(found: Recognition, client: Client, ledger: Ledger) -> Recognition:
    """Enter what was recognised into the ledger; declared tables that are missing block."""
    for problem in found.problems:
        ledger.block(problem)
    label = ", ".join(preset(name).label for name in (found.preset, *found.added) if name)
    if label:
        ledger.add("", "preset_recognised", "info", 0, example=label)
    if found.unread and (label or client.tables):
        more = f" and {len(found.unread) - 40} more" if len(found.unread) > 40 else ""
        ledger.add("", "unread_tables", "info", 0, example=", ".join(found.unread[:40]) + more)
    return found
