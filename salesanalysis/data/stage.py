"""Staging: every cell of a source table as its canonical type, with a flag that says why a filled cell is not one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.client import Client, TableSource
from ..core.errors import did_you_mean
from ..core.schema import SCHEMA
from .dates import date_of
from .ledger import Ledger
from .mapping import Field, known_values, value_map
from .numbers import number_of
from .read import Raw
from .sql import ROW, as_text, filled_value, ident, mapped, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Dates outside these are slips or defaults such as 1900-01-01 and 1970-01-01.
FIRST_DAY, LAST_DAY = "1971-01-01", "2100-12-31"

_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")


@dataclass(frozen=True)
class Cell:
    """SQL of one canonical column: its value, and whether the source cell is filled (empty: same as the value)."""

    value: str
    filled: str = ""


@dataclass(frozen=True)
class Stage:
    """One source table ready to be checked.

    Attributes
    ----------
    table : str
        Canonical table.
    raw : Raw
        Where its rows stand.
    cells : mapping of str to Cell
        Canonical column -> SQL.
    fields : mapping of str to Field
        Canonical column -> source column.
    """

    table: str
    raw: Raw
    cells: dict[str, Cell]
    fields: dict[str, Field]

    def sql(self, *, numbered: bool = True) -> str:
        """Return the query of typed rows: each column, and ``column!`` with what is wrong with its cell."""
        inner = [ROW] if numbered else []
        outer = list(inner)
        for name, cell in self.cells.items():
            inner.append(f"{cell.value} AS {ident(name)}")
            if cell.filled:
                inner.append(f"({cell.filled}) IS NOT NULL AS {ident(name + '?')}")
            wrong = self._wrong(name)
            outer.append(f"CASE WHEN {wrong} IS NULL THEN {ident(name)} END AS {ident(name)}")
            outer.append(f"{wrong} AS {ident(name + '!')}")
        relation = self.raw.numbered if numbered else self.raw.relation
        return f"SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} FROM {relation})"

    def _wrong(self, name: str) -> str:
        column, value, cases = SCHEMA[self.table][name], ident(name), ""
        if self.cells[name].filled:
            code = "unknown_value" if column.values else "unreadable_value"
            cases += f" WHEN {value} IS NULL AND {ident(name + '?')} THEN '{code}'"
        if column.dtype == "date":
            cases += f" WHEN {value} NOT BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}' THEN 'impossible_date'"
        if column.minimum is not None:
            cases += f" WHEN {value} < {column.minimum} THEN 'too_small'"
        return f"(CASE{cases} END)" if cases else "NULL::VARCHAR"

    def source_of(self, name: str) -> str:
        """Return the source column of canonical `name`."""
        return self.fields[name].source or name


def stage(
    con: DuckDBPyConnection, table: str, raw: Raw, fields: dict[str, Field], client: Client, ledger: Ledger
) -> Stage:
    """Find how each column is typed and register the staged rows as view ``stage_<table>``.

    Columns that cannot be typed at all (mixed formats, a type that makes no sense) become blockers.
    """
    spec = client.tables.get(table, TableSource())
    cells: dict[str, Cell] = {}
    for name, found in fields.items():
        cell, problem = _cell(con, table, raw, found, spec, client)
        if problem:
            place = f"column '{found.source}'" if found.source else f"constants.{name}"
            ledger.block(f"{raw.label}, {place} ({table}.{name}) {problem}")
        elif cell:
            cells[name] = cell
    staged = Stage(table, raw, cells, fields)
    con.execute(f"CREATE VIEW {ident('stage_' + table)} AS {staged.sql()}")
    return staged


def _cell(
    con: DuckDBPyConnection, table: str, raw: Raw, found: Field, spec: TableSource, client: Client
) -> tuple[Cell | None, str]:
    name, dtype = found.column.name, found.column.dtype
    if not found.source:
        return _constant(found)
    source, stored = ident(found.source), raw.columns[found.source]
    as_string = as_text(source, stored)
    if dtype == "string":
        return _string(table, name, as_string, spec), ""
    if dtype == "date":
        if stored == "DATE":
            return Cell(source), ""
        if stored.startswith("TIMESTAMP"):
            moved = f"timezone({text(client.timezone)}, {source})" if "TIME ZONE" in stored else source
            return Cell(f"{moved}::DATE"), ""
        if stored in ("DOUBLE", "FLOAT", "BOOLEAN") or stored.startswith("DECIMAL"):
            return None, f"holds {stored.lower()} values, not dates. Export it as dates such as 2026-09-30."
        form = spec.date_formats.get(name, spec.date_format)
        read = date_of(con, raw.numbered, as_string, form, client.timezone)
        return Cell(read.expression, filled_value(as_string)), read.problem
    if stored in ("DOUBLE", "FLOAT"):
        return Cell(f"CASE WHEN isfinite({source}) THEN {source}::DOUBLE END"), ""
    if stored in _NUMBERS or stored.startswith("DECIMAL"):
        return Cell(f"{source}::DOUBLE"), ""
    if stored != "VARCHAR" and not stored.startswith("ENUM"):
        return None, f"holds {stored.lower()} values, not numbers. Map another column."
    expression, problem = number_of(con, raw.numbered, as_string, spec.decimal, client.currency)
    return Cell(expression, filled_value(as_string)), problem


def _string(table: str, name: str, as_string: str, spec: TableSource) -> Cell:
    values = value_map(table, name, spec)
    if not values:
        return Cell(as_string)
    if SCHEMA[table][name].values:
        return Cell(mapped(as_string, values, keep=False), as_string)
    return Cell(mapped(as_string, values))


def _constant(found: Field) -> tuple[Cell | None, str]:
    value, kind = text(found.constant), {"date": "DATE", "float": "DOUBLE"}.get(found.column.dtype, "VARCHAR")
    if found.column.values and found.constant not in found.column.values:
        return None, f"is '{found.constant}'.{did_you_mean(found.constant, found.column.values)}"
    return Cell(f"try_cast({value} AS {kind})", value), ""


def unknown_values(con: DuckDBPyConnection, staged: Stage, name: str) -> str:
    """Return the source values of a closed-list column that are not in its list, with counts and the remedy."""
    cell, allowed = staged.cells[name], SCHEMA[staged.table][name].values
    rows = con.execute(
        f"SELECT {cell.filled} AS value, count(*) AS rows FROM {staged.raw.relation} "
        f"WHERE ({cell.value}) IS NULL AND ({cell.filled}) IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 8"
    ).fetchall()
    shown = ", ".join(f"'{value}' ({count:,})" for value, count in rows)
    near = did_you_mean(rows[0][0], known_values(staged.table, name))
    hint = near if "mean" in near else ""
    return (
        f"holds values that are none of {', '.join(allowed)}: {shown}.{hint} Declare them: [tables.{staged.table}.values.{name}]"
        f' "{rows[0][0]}" = "{allowed[0]}".'
    )
