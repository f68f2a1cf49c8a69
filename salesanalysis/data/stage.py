"""Staging: each cell of a source table as its canonical type, flagged where it is filled and is not one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..core.client import Client
from ..core.errors import did_you_mean
from ..core.schema import SCHEMA
from ..core.source import TableSource
from .kinds import preset_kinds, rule_value
from .ledger import Ledger
from .mapping import Field, known_values, value_map
from .numbers import bare, number_of
from .probe import Probe, asked
from .read import Raw
from .sql import ROW, as_text, filled_value, ident, mapped, text
from .times import date_of, time_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Dates outside these are slips or defaults such as 1900-01-01 and 1970-01-01.
FIRST_DAY, LAST_DAY = "1971-01-01", "2100-12-31"

_NUMBERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
)


@dataclass(frozen=True)
class Cell:
    """SQL of one canonical column.

    Attributes
    ----------
    value : str
        Its value; where `text` is given, written in terms of the column ``name?``.
    text : str
        The source cell as text, missing where empty; empty for sources that have the type already.
    flagged : bool
        Some filled cells have no value: they cannot be read, or are not on the list.
    """

    value: str
    text: str = ""
    flagged: bool = False


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
    deleted : int
        Rows that the source marks as deleted; they are not in `raw`.
    example : str
        Where the first of them stand.
    of_preset : bool
        Whether a preset says where each column comes from.
    is_distinct : bool
        Whether rows that repeat a key are no rows of their own.
    """

    table: str
    raw: Raw
    cells: dict[str, Cell]
    fields: dict[str, Field]
    deleted: int = 0
    example: str = ""
    of_preset: bool = False
    is_distinct: bool = False

    def sql(self, *, numbered: bool = True, flags: bool = True) -> str:
        """Return the query of typed rows; with `flags`, ``column!`` says what is wrong with a cell."""
        first = [ROW] if numbered else []
        second, outer = list(first), list(first)
        for name, cell in self.cells.items():
            wrong = self._wrong(name) if flags else ""
            first.append(f"{cell.text} AS {asked(name)}" if cell.text else f"{cell.value} AS {ident(name)}")
            second.append(f"{cell.value} AS {ident(name)}, {asked(name)}" if cell.text else ident(name))
            outer.append(
                f"CASE WHEN {wrong} IS NULL THEN {ident(name)} END AS {ident(name)}" if wrong else ident(name)
            )
            if flags:
                outer.append(f"{wrong or 'NULL::VARCHAR'} AS {ident(name + '!')}")
        relation = self.raw.numbered if numbered else self.raw.relation
        typed = f"SELECT {', '.join(second)} FROM (SELECT {', '.join(first)} FROM {relation})"
        return f"SELECT {', '.join(outer)} FROM ({typed})"

    def _wrong(self, name: str) -> str:
        column, value, cases = SCHEMA[self.table][name], ident(name), ""
        if self.cells[name].flagged:
            code = "unknown_value" if column.values else "unreadable_value"
            cases += f" WHEN {value} IS NULL AND {asked(name)} IS NOT NULL THEN '{code}'"
        if column.dtype in ("date", "timestamp"):
            cases += (
                f" WHEN {value} NOT BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}' THEN 'impossible_date'"
            )
        if column.minimum is not None:
            cases += f" WHEN {value} < {column.minimum} THEN 'negative_value'"
        return f"(CASE{cases} END)" if cases else ""

    def source_of(self, name: str) -> str:
        """Return the source column of canonical `name`."""
        return self.fields[name].source or name

    def examples(self, con: DuckDBPyConnection, name: str, rows: list[int]) -> str:
        """Return where rows stand and what the source holds there for canonical `name`."""
        source = self.fields[name].source if name in self.fields else ""
        if not rows or not source:
            return self.raw.label
        values = con.execute(
            f"SELECT {ROW}, {ident(source)}::VARCHAR FROM {self.raw.numbered} "
            f"WHERE {ROW} IN ({', '.join(map(str, rows))}) ORDER BY {ROW}"
        ).fetchall()
        shown = ", ".join(
            f"row {row} '{value}'" if value is not None else f"row {row}" for row, value in values
        )
        return f"{self.raw.label}, {source}: {shown}"

    def unmapped(self, con: DuckDBPyConnection, name: str) -> list[tuple[str, int]]:
        """Return the values of a closed-list column that are not on its list, the most frequent first."""
        cell = self.cells[name]
        cells = f"SELECT {cell.text} AS {asked(name)} FROM {self.raw.relation}"
        return con.execute(
            f"SELECT {asked(name)}, count(*) FROM ({cells}) WHERE ({cell.value}) IS NULL "
            f"AND {asked(name)} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 8"
        ).fetchall()


def stage(
    con: DuckDBPyConnection, table: str, raw: Raw, fields: dict[str, Field], client: Client, ledger: Ledger
) -> Stage:
    """Find how each column is typed and put the staged rows under ``stage_<table>``.

    Columns that cannot be typed at all (mixed formats, a type that makes no sense) become blockers.
    """
    spec = next(iter(client.sources(table)), TableSource())
    cells: dict[str, Cell] = {}
    for name, found in fields.items():
        cell, problem = _cell(con, table, raw, found, spec, client)
        if problem:
            place = f"column '{found.source}'" if found.source else f"constants.{name}"
            ledger.block(f"{raw.label}, {place} ({table}.{name}) {problem}")
        elif cell:
            cells[name] = _scaled(cell, spec.scale.get(name, 1.0))
    if table == "activities":
        _by_rules(cells, fields, spec, client)
    if table == "coaching":
        _own_sessions(cells)
    staged = Stage(table, raw, cells, fields)
    # Texts are read once and kept as what they mean; typed sources are cheap enough to be read again.
    con.execute(f"CREATE {'VIEW' if raw.lazy else 'TABLE'} {ident('stage_' + table)} AS {staged.sql()}")
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
        return _string(con, table, raw, found, spec), ""
    if dtype in ("date", "timestamp"):
        if stored == "DATE":
            return Cell(source if dtype == "date" else f"{source}::TIMESTAMP"), ""
        if stored.startswith("TIMESTAMP"):
            moved = f"timezone({text(client.timezone)}, {source})" if "TIME ZONE" in stored else source
            return Cell(f"{moved}::{dtype.upper()}"), ""
        if stored in ("DOUBLE", "FLOAT", "BOOLEAN") or stored.startswith("DECIMAL"):
            return None, f"holds {stored.lower()} values, not dates. Export it as dates such as 2026-09-30."
        probe = Probe(con, raw.numbered, filled_value(as_string), asked(name))
        form = spec.date_formats.get(name, spec.date_format)
        reader = date_of if dtype == "date" else time_of
        expression, problem = reader(probe, form, client.timezone)
        return _read(probe, expression, as_string), problem
    if stored in ("DOUBLE", "FLOAT"):
        return Cell(f"CASE WHEN isfinite({source}) THEN {source}::DOUBLE END"), ""
    if stored in _NUMBERS or stored.startswith("DECIMAL"):
        return Cell(f"{source}::DOUBLE"), ""
    if stored != "VARCHAR" and not stored.startswith("ENUM"):
        return None, f"holds {stored.lower()} values, not numbers. Map another column."
    plain = Probe(con, raw.numbered, filled_value(as_string), asked(name))
    expression, problem = number_of(plain, spec.decimal)
    number = f"try_cast({asked(name)} AS DOUBLE)"
    as_it_stands = f"CASE WHEN isfinite({number}) THEN {number} END"
    if not problem and spec.decimal != "," and plain.reads_all(as_it_stands):
        return Cell(as_it_stands, as_string), ""
    probe = Probe(con, raw.numbered, bare(plain.cell, client.currency), asked(name))
    expression, problem = number_of(probe, spec.decimal)
    return _read(probe, expression, probe.cell), problem


def _read(probe: Probe, expression: str, cell: str) -> Cell | None:
    """Return the cell; where every filled text can be read, nothing is flagged and a plain `cell` will do."""
    if not expression:
        return None
    if probe.reads_all(expression):
        return Cell(expression, cell)
    return Cell(expression, probe.cell, flagged=True)


def _string(con: DuckDBPyConnection, table: str, raw: Raw, found: Field, spec: TableSource) -> Cell:
    name, source, stored = found.column.name, ident(found.source), raw.columns[found.source]
    as_string = as_text(source, stored)
    values = value_map(table, name, spec)
    keep = not SCHEMA[table][name].values
    value = mapped(asked(name), values, keep=keep) if values else asked(name)
    if raw.lazy and stored == "VARCHAR":
        # Texts that are canonical already are passed through, so that queries need not clean them each time.
        differ = con.execute(
            f"SELECT count(*) FROM (SELECT {source} AS was, {as_string} AS {asked(name)} "
            f"FROM {raw.relation}) WHERE was IS DISTINCT FROM {value}"
        ).fetchone()[0]
        if not differ:
            return Cell(source)
    return Cell(value, as_string, flagged=not keep) if values else Cell(as_string)


def _own_sessions(cells: dict[str, Cell]) -> None:
    """Let rows added to a log by hand be known by rep and day; one without a day is a plan, left out."""
    if not {"session_id", "rep_id", "held_on"} <= set(cells):
        return
    rep, day = (cells[n].value if cells[n].text else ident(n) for n in ("rep_id", "held_on"))
    made = f"coalesce({asked('session_id')}, concat_ws(' ', {rep}, coalesce(({day})::DATE::VARCHAR, '-')))"
    cells["session_id"] = Cell(made, cells["session_id"].text or cells["session_id"].value)


def _scaled(cell: Cell, factor: float) -> Cell:
    """Return a number in the unit wanted; a factor such as 0.01 divides by 100, which is exact."""
    if factor == 1.0:
        return cell
    parts = round(1 / factor)
    by = f"/ {parts}" if factor < 1 and abs(factor * parts - 1) < 1e-9 else f"* {factor!r}"
    return replace(cell, value=f"({cell.value}) {by}")


def _by_rules(cells: dict[str, Cell], fields: dict[str, Field], spec: TableSource, client: Client) -> None:
    """Let rules say what activities are: the client's first, then declared values, then the preset's."""
    later = preset_kinds(spec.preset)
    if not (client.kinds or later):
        return
    known = {n for n in ("subject", "kind", "outcome") if n in cells}
    for name in known:
        if not cells[name].text:
            cells[name] = Cell(asked(name), cells[name].value)
    for name in ("kind", "outcome"):
        declared = {k: v for k, v in spec.values.get(name, {}).items() if k != "*"}
        parts = [rule_value(client.kinds, name, known)]
        parts += [mapped(asked(name), declared, keep=False)] if declared and name in known else []
        parts += [rule_value(later, name, known), cells[name].value if name in known else "NULL"]
        if name in known or any(p != "NULL" for p in parts):
            cell = cells[name].text if name in known else "NULL::VARCHAR"
            cells[name] = Cell(f"coalesce({', '.join(parts)})", cell)
            fields.setdefault(name, Field(SCHEMA["activities"][name]))


def _constant(found: Field) -> tuple[Cell | None, str]:
    kind = {"date": "DATE", "timestamp": "TIMESTAMP", "float": "DOUBLE"}.get(found.column.dtype, "VARCHAR")
    if not found.constant:
        return Cell(f"NULL::{kind}"), ""
    if found.column.values and found.constant not in found.column.values:
        return None, f"is '{found.constant}'.{did_you_mean(found.constant, found.column.values)}"
    value = text(found.constant)
    return Cell(f"try_cast({asked(found.column.name)} AS {kind})", value, flagged=True), ""


def unknown_values(con: DuckDBPyConnection, staged: Stage, name: str) -> str:
    """Return the values of a closed-list column that are not in its list, with counts and the remedy."""
    allowed, rows = SCHEMA[staged.table][name].values, staged.unmapped(con, name)
    shown = ", ".join(f"'{value}' ({count:,})" for value, count in rows)
    spelled = SCHEMA[staged.table][name].spellings
    near = did_you_mean(rows[0][0], [*known_values(staged.table, name), *spelled])
    hint = near if "mean" in near else ""
    return (
        f"holds values that are none of {', '.join(allowed)}: {shown}.{hint} Declare them: "
        f'[tables.{staged.table}.values.{name}] "{rows[0][0]}" = "{allowed[0]}".'
    )
