"""From staged rows to canonical tables: each row left out has one reason, each cell set aside is counted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ..core.schema import SCHEMA
from .checks import NOT_YET, Check, checks
from .ledger import Ledger
from .sql import ROW, ident
from .stage import Stage, unknown_values

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def clean(con: DuckDBPyConnection, stage: Stage, as_of: date, ledger: Ledger, *, max_loss: float) -> None:
    """Create canonical table ``<table>`` from its staged rows and enter what was found into the ledger.

    A Parquet or database source stays a view on its file unless rows must be left out as duplicates.
    """
    table, view = stage.table, ident("stage_" + stage.table)
    asked = [c for c in [*checks(stage, as_of), *_orphan_reps(con, stage)] if c.column in stage.cells]
    asked.sort(key=lambda c: ("row", "cell", "note").index(c.effect))
    counted = _count(con, view, asked)
    ledger.rows_in[table] = counted[-1] + len(stage.raw.rejected) + stage.deleted
    ledger.add(table, "deleted", "excluded", stage.deleted, example=stage.example)
    _rejected(stage, ledger)
    failing = [c for c, rows in zip(asked, counted, strict=False) if rows]
    failing = [c for c in failing if not _blocks(con, stage, c, ledger)]
    reason = _reason([c for c in failing if c.effect == "row"])
    kept = f"SELECT * FROM (SELECT *, {reason} AS reason FROM {view}) WHERE reason IS NULL"
    _enter(con, stage, view, failing, reason, ledger)
    duplicates = _duplicates(con, stage, kept, ledger)
    _create(con, stage, failing, reason, duplicates=duplicates)
    check_loss(table, stage.raw.label, ledger, max_loss)


def _orphan_reps(con: DuckDBPyConnection, stage: Stage) -> list[Check]:
    """Check rep_id against the reps, which are cleaned first."""
    column = SCHEMA[stage.table].columns.get("rep_id")
    if column is None or not column.references or not _has_table(con, "reps"):
        return []
    condition = "rep_id IS NOT NULL AND rep_id NOT IN (SELECT rep_id FROM reps)"
    return [Check("no_such_rep", "rep_id", condition, "row" if column.filled else "cell")]


def _has_table(con: DuckDBPyConnection, name: str) -> bool:
    found = con.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_name = ?", [name]
    ).fetchone()
    return bool(found and found[0])


def _count(con: DuckDBPyConnection, view: str, asked: list[Check]) -> list[int]:
    """Return how many rows fail each check, alone, and last how many rows there are."""
    parts = [*(f"count_if({c.condition})" for c in asked), "count(*)"]
    return list(con.execute(f"SELECT {', '.join(parts)} FROM {view}").fetchone())


def _rejected(stage: Stage, ledger: Ledger) -> None:
    lines = stage.raw.rejected
    shown = ", ".join(f"row {line}" for line in lines[:3])
    ledger.add(stage.table, "broken_row", "excluded", len(lines), example=f"{stage.raw.label}, {shown}")


def _blocks(con: DuckDBPyConnection, stage: Stage, check: Check, ledger: Ledger) -> bool:
    """Tell whether a failure stops loading: an unmapped value in a column that must be filled."""
    if check.code != "unknown_value" or check.effect != "row":
        return False
    said = unknown_values(con, stage, check.column)
    ledger.block(
        f"{stage.raw.label}, column '{stage.source_of(check.column)}' ({stage.table}.{check.column}) {said}"
    )
    return True


def _reason(rows: list[Check]) -> str:
    """Return SQL of the first reason for which a row is left out, missing for rows that stay."""
    cases = "".join(f" WHEN {c.condition} THEN '{i}'" for i, c in enumerate(rows))
    return f"(CASE{cases} END)" if cases else "NULL::VARCHAR"


def _enter(
    con: DuckDBPyConnection, stage: Stage, view: str, failing: list[Check], reason: str, ledger: Ledger
) -> None:
    rows = [c for c in failing if c.effect == "row"]
    first = dict(con.execute(f"SELECT {reason}, count(*) FROM {view} GROUP BY 1").fetchall()) if rows else {}
    for i, check in enumerate(rows):
        example = _example(con, stage, view, f"{reason} = '{i}'", check)
        ledger.add(
            stage.table, check.code, "excluded", first.get(str(i), 0), column=check.column, example=example
        )
    for check in failing[len(rows) :]:
        # Cells and notes are counted among the rows that stay.
        condition = f"({check.condition}) AND {reason} IS NULL"
        count = con.execute(f"SELECT count_if({condition}) FROM {view}").fetchone()[0]
        example = _example(con, stage, view, condition, check) if count else ""
        if check.code == "unknown_value" and count:
            example = f"{example}; the column {unknown_values(con, stage, check.column)}"
        ledger.add(stage.table, check.code, "warning", count, column=check.column, example=example)


def _example(con: DuckDBPyConnection, stage: Stage, view: str, condition: str, check: Check) -> str:
    """Return the first three rows that fail, with what the source holds there."""
    rows = [
        r[0]
        for r in con.execute(f"SELECT {ROW} FROM {view} WHERE {condition} ORDER BY {ROW} LIMIT 3").fetchall()
    ]
    return stage.examples(con, check.column, rows)


def _duplicates(con: DuckDBPyConnection, stage: Stage, kept: str, ledger: Ledger) -> bool:
    """Find rows whose key another row has; put those to leave out into table ``twice_<table>``."""
    table, columns = stage.table, list(stage.cells)
    key = ", ".join(f"coalesce({ident(k)}::VARCHAR, '')" for k in SCHEMA[table].key if k in stage.cells)
    if not key:
        return False
    rows, distinct = con.execute(f"SELECT count(*), count(DISTINCT hash({key})) FROM ({kept})").fetchone()
    if rows == distinct:
        return False
    content = f"hash({', '.join(ident(c) for c in columns)})"
    twice = ident(f"twice_{table}")
    con.execute(
        f"CREATE TABLE {twice} AS WITH "
        f"keyed AS (SELECT {ROW}, [{key}] AS key, {content} AS content FROM ({kept})), "
        f"more AS (SELECT key FROM keyed GROUP BY key HAVING count(*) > 1), "
        f"ranked AS (SELECT {ROW}, row_number() OVER w AS place, "
        f"content = first_value(content) OVER w AS same FROM keyed SEMI JOIN more USING (key) "
        f"WINDOW w AS (PARTITION BY key ORDER BY {ROW})) "
        f"SELECT {ROW}, CASE WHEN same THEN 'duplicate_row' ELSE 'duplicate_key' END AS reason "
        f"FROM ranked WHERE place > 1"
    )
    for code in ("duplicate_row", "duplicate_key"):
        found = con.execute(f"SELECT {ROW} FROM {twice} WHERE reason = '{code}' ORDER BY {ROW}").fetchnumpy()[
            ROW
        ]
        check = Check(code, SCHEMA[table].key[0], f"{ROW} IN ({', '.join(map(str, found[:3]))})", "row")
        if len(found):
            example = _example(con, stage, f"({kept})", check.condition, check)
            ledger.add(table, code, "excluded", len(found), column=check.column, example=example)
    return True


def _create(
    con: DuckDBPyConnection, stage: Stage, failing: list[Check], reason: str, *, duplicates: bool
) -> None:
    table = ident(stage.table)
    aside: dict[str, list[str]] = {}
    for check in failing:
        if check.effect == "cell" and not check.is_of_flag:  # flagged cells are missing already
            aside.setdefault(check.column, []).append(f"({check.condition})")
    columns = ", ".join(
        f"CASE WHEN {' OR '.join(aside[c])} THEN NULL ELSE {ident(c)} END AS {ident(c)}"
        if c in aside
        else ident(c)
        for c in stage.cells
    )
    lazy = stage.raw.lazy and not duplicates
    staged = f"({stage.sql(numbered=False, flags=bool(failing))})" if lazy else ident("stage_" + stage.table)
    without = f" ANTI JOIN {ident('twice_' + stage.table)} USING ({ROW})" if duplicates else ""
    kind = "VIEW" if lazy else "TABLE"
    con.execute(f"CREATE {kind} {table} AS SELECT {columns} FROM {staged}{without} WHERE {reason} IS NULL")


def check_loss(table: str, label: str, ledger: Ledger, max_loss: float) -> None:
    """Refuse a table of which more than `max_loss` would be left out; `label` names its source."""
    total, lost = ledger.rows_in[table], ledger.excluded(table, but=NOT_YET)
    if not total or lost / total <= max_loss:
        return
    frame = ledger.findings()
    mine = frame[(frame["table"] == table) & (frame["severity"] == "excluded")]
    lines = "".join(f"\n   - {r.check}: {r.rows:,} rows ({r.example})" for r in mine.itertuples())
    ledger.block(
        f"{label}: {lost:,} of {total:,} rows of {table} ({lost / total:.0%}) would be "
        f"left out, more than max_loss = {max_loss:.0%}. Mend the source or its settings; max_loss in "
        f"client.toml sets the limit.{lines}"
    )
