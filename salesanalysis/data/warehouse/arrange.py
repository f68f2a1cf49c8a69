"""Rows of a database table as a mapping wants them: values put together, rows chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from ...core.errors import DataProblem
from ...core.schema import SCHEMA
from ...core.source import TableSource
from ..ledger import Ledger
from ..mapping import Field
from .lookups import Find, join
from .probe import counts
from .texts import all_of, any_of, as_text, holds, is_yes

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Beginning of the columns that stand for canonical ones before they are typed.
SOURCE = "src_"


@dataclass(frozen=True)
class Arranged:
    """Chosen rows of one table: a column ``src_<name>`` for each canonical column, and what was left out."""

    rows: ir.Table
    deleted: int = 0
    example: str = ""


def arrange(
    rows: ir.Table, table: str, spec: TableSource, fields: Mapping[str, Field], find: Find, ledger: Ledger
) -> Arranged:
    """Put values together and choose rows, as expressions on the database.

    Raises
    ------
    DataProblem
        A lookup names what is not there, or the mapping asks for what only files can give.
    """
    label = spec.file if isinstance(spec.file, str) and spec.file else table
    rows = _with_places(rows, fields, label)
    asked, found = _texts_asked(rows, spec, fields), {}
    for name in spec.lookups:
        cells = _cells(rows, asked, found)
        rows, more = join(rows, (table, name), spec, cells, find, ledger)
        found |= more
    cells = _cells(rows, asked, found)
    chosen = {
        "is_row": holds(cells, spec.where) if spec.where else ibis.literal(True),
        "is_deleted": any_of([_marks(c, cells) for c in spec.deleted]),
    }
    values = {SOURCE + n: _value(f, rows, cells) for n, f in fields.items()}
    return _choose(rows.select(**values, **chosen), table, label, spec, ledger)


def _with_places(rows: ir.Table, fields: Mapping[str, Field], label: str) -> ir.Table:
    asked = {part for f in fields.values() for many in f.sources for part in many}
    for name, field in fields.items():
        if field.sources and all("#row" in many for many in field.sources):
            raise DataProblem(
                f"{label}: '{name}' is made of '#row', but rows of a database have no numbers. Name columns "
                "that identify a row, or make a view that has one."
            )
    return rows.mutate(**{"#file": ibis.literal(label)}) if "#file" in asked else rows


def _texts_asked(rows: ir.Table, spec: TableSource, fields: Mapping[str, Field]) -> list[str]:
    asked = [*spec.where, *spec.deleted, *(here for one in spec.lookups.values() for here in one.on)]
    asked += [c for f in fields.values() for case in f.cases for c in case.when]
    asked += [c for f in fields.values() for many in f.sources for c in many]
    return [c for c in dict.fromkeys(asked) if c in rows.columns]


def _cells(rows: ir.Table, asked: list[str], found: Mapping[str, str]) -> dict[str, ir.StringValue]:
    """Return the texts of columns asked for, and of what lookups found, where they stand in `rows`."""
    return {c: as_text(rows[c]) for c in asked} | {name: rows[c] for name, c in found.items()}


def _marks(column: str, cells: Mapping[str, ir.StringValue]) -> ir.BooleanValue:
    """Return whether a column marks a row as deleted; one looked up does by being found."""
    return cells[column].notnull() if "." in column else is_yes(cells[column])


def _value(field: Field, rows: ir.Table, cells: Mapping[str, ir.StringValue]) -> ir.Value:
    """Return a value, put together in the order that a mapping promises."""
    if field.is_plain:
        return rows[field.source] if field.source else ibis.literal(field.constant or None, type="string")
    given = [many for many in field.sources if "#row" not in many]  # no number, so this one says nothing
    alone = not (field.cases or field.lookups or field.constant) and all(len(many) == 1 for many in given)
    kinds = {rows[c].type() for many in given for c in many if c in rows.columns}
    if alone and len(kinds) == 1 and all(many[0] in rows.columns for many in given):
        parts = [rows[c] for (c,) in given]
        return ibis.coalesce(*(as_text(p) if p.type().is_string() else p for p in parts))
    name, found = field.column.name, []
    if field.cases:
        cases = ((holds(cells, c.when), ibis.literal(c.value)) for c in field.cases)
        found.append(ibis.cases(*cases, else_=None))
    found += [cells[f"{n}:{name}"] for n in field.lookups if f"{n}:{name}" in cells]
    found += [_written([cells[c] for c in many]) for many in given]
    found += [ibis.literal(field.constant)] if field.constant else []
    return ibis.coalesce(*found) if found else ibis.null("string")


def _written(parts: list[ir.StringValue]) -> ir.StringValue:
    """Return texts written one after the other, missing ones passed over."""
    if len(parts) == 1:
        return parts[0]
    whole: ir.StringValue = ibis.literal("")
    for part in parts:
        whole = whole + ibis.ifelse(part.isnull(), ibis.literal(""), ibis.literal(" ") + part)
    return whole.strip().nullif("")


def _choose(rows: ir.Table, table: str, label: str, spec: TableSource, ledger: Ledger) -> Arranged:
    """Take the rows that are rows of this table and not deleted, and count the others."""
    named = [SOURCE + c for c in spec.only_with if SOURCE + c in rows.columns]
    mine = all_of([as_text(rows[c]).notnull() for c in named])
    if not (spec.where or spec.deleted or named or spec.distinct or spec.changes_of):
        return Arranged(rows.drop("is_row", "is_deleted"))
    rows = rows.mutate(is_mine=mine)
    is_kept = rows.is_row & ~rows.is_deleted & rows.is_mine
    asked = rows.aggregate(
        other=rows.count(where=~rows.is_row),
        theirs=rows.count(where=rows.is_row & ~rows.is_deleted & ~rows.is_mine),
        deleted=rows.count(where=rows.is_row & rows.is_deleted),
        left=rows.count(where=is_kept),
    )
    found = counts(asked)
    kept = rows.filter(is_kept).drop("is_row", "is_deleted", "is_mine")
    fewer = _fewer(kept, table, spec)
    less = 0
    if fewer is not None:
        less, kept = found["left"] - int(fewer.count().to_pyarrow().as_py()), fewer
    unlike = "repeated_row" if spec.distinct else "no_change"
    for code, count in (("not_selected", found["other"]), ("somebody_else", found["theirs"]), (unlike, less)):
        if count:
            ledger.add(table, code, "info", count, example=f"table '{label}'")
    example = f"table '{label}', {' / '.join(spec.deleted)}" if found["deleted"] else ""
    return Arranged(kept, found["deleted"], example)


def _fewer(rows: ir.Table, table: str, spec: TableSource) -> ir.Table | None:
    """Return one row a key, or the rows in which something changed; None where neither is asked for."""
    key = [SOURCE + k for k in SCHEMA[table].key if SOURCE + k in rows.columns]
    if spec.distinct and key:
        rest = [ibis.asc(rows[c], nulls_first=False) for c in rows.columns if c not in key]
        order = rest or [rows[key[0]]]
        ranked = rows.mutate(place=ibis.row_number().over(group_by=[rows[k] for k in key], order_by=order))
        return ranked.filter(ranked.place == 0).drop("place")
    day = next((k for k in key if SCHEMA[table][k.removeprefix(SOURCE)].dtype == "date"), "")
    changed = SOURCE + spec.changes_of
    if not (spec.changes_of and changed in rows.columns and day):
        return None
    order = [rows[day], rows[changed]]
    before = rows[changed].lag().over(group_by=rows[key[0]], order_by=order)
    rows = rows.mutate(before=before)
    same = (rows.before == rows[changed]).fill_null(False) | (rows.before.isnull() & rows[changed].isnull())
    return rows.filter(~same).drop("before")
