"""One canonical table from its sources: read, put together as the mapping says, typed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.client import Client
from ..core.errors import DataProblem
from ..core.schema import SCHEMA
from ..core.source import TableSource
from .arrange import arrange
from .combine import combine
from .ledger import Ledger
from .mapping import fields, unused, wanted
from .read import Source
from .sql import ident
from .stage import Stage, stage

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def assemble(
    con: DuckDBPyConnection,
    table: str,
    source: Source,
    specs: tuple[TableSource, ...],
    client: Client,
    ledger: Ledger,
) -> Stage | None:
    """Read and stage one table; None when the source has none or it cannot be read (a blocker then)."""
    parts: list[Stage] = []
    for i, spec in enumerate(specs):
        name = table if len(specs) == 1 else f"{table}_{i}"
        part = _part(con, (table, name), source, spec, client, ledger)
        if part is not None:
            parts.append(part)
            if len(specs) > 1:
                kind = "VIEW" if part.raw.lazy else "TABLE"
                whole, single = ident("stage_" + table), ident(f"stage_{table}_{len(parts) - 1}")
                con.execute(f"ALTER {kind} {whole} RENAME TO {single}")
    if len(specs) == 1 or not parts:
        return parts[0] if parts else None
    return combine(con, table, parts, ledger)


def _part(
    con: DuckDBPyConnection,
    place: tuple[str, str],
    source: Source,
    spec: TableSource,
    client: Client,
    ledger: Ledger,
) -> Stage | None:
    """Read and stage one source of a table; `place` is the table and a name free to use."""
    table, name = place
    try:
        item = source.find(table, spec)
        if item is None:
            return None
        raw = source.read(con, name, item, spec, lambda columns: wanted(table, columns, spec))
    except DataProblem as problem:
        ledger.block(str(problem))
        return None
    if raw.assumed:
        ledger.add(table, "encoding_assumed", "info", 0, example=raw.assumed)
    found, problems = fields(table, raw.all_columns, spec)
    for problem in problems:
        ledger.block(f"{raw.label}: {problem}")
    if con.execute(f"SELECT count(*) FROM {raw.relation}").fetchone()[0] == 0 and not raw.rejected:
        if SCHEMA[table].required:
            ledger.block(f"{raw.label} has a header but no rows; table '{table}' is needed. Export it again.")
        ledger.add(table, "empty_table", "info", 0, example=raw.label)
        return None
    more = name != table or spec.where or spec.deleted or spec.lookups
    if problems and (more or not all(f.is_plain for f in found.values())):
        return None  # a plain table is typed all the same, so that one message lists everything
    try:
        arranged = arrange(con, place, source, spec, (raw, found), ledger)
    except DataProblem as problem:
        ledger.block(f"{raw.label}: {problem}")
        return None
    unused(table, raw.all_columns, wanted(table, raw.all_columns, spec), found, ledger)
    reading = replace(client, tables={table: spec})
    staged = stage(con, table, arranged.raw, arranged.fields, reading, ledger)
    staged = replace(staged, of_preset=bool(spec.preset), is_distinct=spec.distinct)
    staged = replace(staged, deleted=arranged.deleted, example=arranged.example)
    return None if problems else staged
