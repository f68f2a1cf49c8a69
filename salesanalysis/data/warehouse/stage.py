"""Staging on a database: each column as its canonical type, flagged where it is filled and is not one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import ibis
from ibis.expr import operations as ops

from ...core.client import Client
from ...core.errors import DataProblem, did_you_mean
from ...core.schema import SCHEMA
from ...core.source import TableSource
from ..ledger import Ledger
from ..mapping import Field, known_values, value_map
from ..stage import FIRST_DAY, LAST_DAY
from .arrange import SOURCE
from .cells import Cell, day_or_time, number_cell
from .keep import stored
from .probe import counts
from .rules import by_rules
from .settle import settled
from .texts import as_text, filled_value, mapped

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Beginnings of columns: the text of a cell, what is wrong with it.
SAID, FLAG = "said_", "flag_"
_KINDS = {"string": "string", "date": "date", "timestamp": "timestamp", "float": "float64"}


@dataclass(frozen=True)
class Staged:
    """One table of a database ready to be checked.

    Attributes
    ----------
    table, label : str
        Canonical table, and the table of the database for messages.
    rows : ibis table
        For every canonical column ``x``: ``x``, its text ``said_x`` and, where cells of it are wrong,
        ``flag_x``, which says how.
    cells : mapping of str to Cell
        Canonical columns.
    fields : mapping of str to Field
        Where each comes from.
    deleted : int
        Rows that the source marks as deleted; they are not in `rows`.
    example : str
        Which those are.
    of_preset : bool
        All its sources are those of presets.
    """

    table: str
    label: str
    rows: ir.Table
    cells: Mapping[str, Cell]
    fields: Mapping[str, Field] = field(default_factory=dict)
    deleted: int = 0
    example: str = ""
    of_preset: bool = False

    def source_of(self, name: str) -> str:
        """Return the source column of canonical `name`."""
        found = self.fields.get(name)
        return (found.source or found.label) if found else name

    def examples(self, name: str, rows: ir.Table) -> str:
        """Return what stands in the first of `rows`, in the order of their key."""
        key = [k for k in SCHEMA[self.table].key if k in self.cells]
        asked = {"said": rows[SAID + name], "key": rows[SAID + key[0]] if key else ibis.null("string")}
        found = rows.select(**asked).order_by("key", "said").limit(3).to_pandas()
        shown = [_shown(r.key, r.said, name in key) for r in found.itertuples()]
        return f"{self.label}, {self.source_of(name)}: {', '.join(shown)}"

    def unmapped(self, name: str) -> str:
        """Return the values of a closed-list column that are not on its list, with counts and the remedy."""
        said, allowed = self.rows[SAID + name], SCHEMA[self.table][name].values
        rows = self.rows.filter(self.rows[FLAG + name] == "unknown_value")
        held = rows.group_by(said=said).agg(n=rows.count()).to_pandas()
        held = held.sort_values(["n", "said"], ascending=[False, True]).head(8)
        first = str(held["said"].iloc[0])
        shown = ", ".join(f"'{r.said}' ({r.n:,})" for r in held.itertuples())
        near = did_you_mean(first, known_values(self.table, name))
        return (
            f"holds values that are none of {', '.join(allowed)}: {shown}.{near if 'mean' in near else ''} "
            f'Declare them: [tables.{self.table}.values.{name}] "{first}" = "{allowed[0]}".'
        )


def _shown(key: object, said: object, is_key: bool) -> str:
    """Return one example: the key of its row and what stands there."""
    has_said = said is not None and said == said
    if is_key or key is None or key != key:
        return f"'{said}'" if has_said else "empty"
    return f"{key} '{said}'" if has_said else f"{key}"


def stage(
    rows: ir.Table, table: str, fields: Mapping[str, Field], spec: TableSource, client: Client, ledger: Ledger
) -> Staged:
    """Type the columns ``src_<name>`` of arranged rows.

    Columns that cannot be typed at all (mixed formats, a type that makes no sense) become blockers.
    """
    label = f"table '{spec.file or table}'"
    values: dict[str, ir.Value] = {}
    cells: dict[str, Cell] = {}
    rows = rows.mutate(**_said(rows, table, list(fields)))
    for name, found in fields.items():
        try:
            value, flagged = _value(rows, table, found, spec, client)
        except DataProblem as problem:
            place = f"column '{found.source or found.label}'" if found.source else f"constants.{name}"
            ledger.block(f"{label}, {place} ({table}.{name}) {problem}")
            continue
        values[name], cells[name] = _scaled(value, spec.scale.get(name, 1.0)), Cell(flagged)
    if table == "activities":
        values, cells = by_rules(rows, values, cells, spec, client)
    said = {SAID + n: rows[SAID + n] if SAID + n in rows.columns else ibis.null("string") for n in values}
    typed = _as_they_stand(rows, values)
    found = settled(rows.select(**typed, **said))
    # Texts are read once and kept as what they mean; typed columns are cheap enough to be read again.
    if spec.lookups or spec.distinct or spec.changes_of or not all(_is_plain(v) for v in typed.values()):
        found = stored(f"typed_{table}", found)
    return Staged(table, label, _flagged(found, table, cells), cells, dict(fields))


def _is_plain(value: ir.Value) -> bool:
    """Tell whether a value is a column, a cast of one, or the same for all rows."""
    op = value.op()
    return isinstance(op.arg if isinstance(op, ops.Cast) else op, ops.Field | ops.Literal)


def _said(rows: ir.Table, table: str, names: list[str]) -> dict[str, ir.StringValue]:
    """Return the cells as texts; those of a column that are trimmed already pass as they stand."""
    texts = {SAID + n: as_text(rows[SOURCE + n]) for n in names}
    for name in names:
        # Where a day or a number should stand, a dash and n/a say that nothing does.
        if SCHEMA[table][name].dtype != "string" and rows[SOURCE + name].type().is_string():
            texts[SAID + name] = filled_value(texts[SAID + name])
    return _as_they_stand(rows, texts)


def _as_they_stand(rows: ir.Table, values: dict[str, ir.Value]) -> dict[str, ir.Value]:
    """Replace every text that never differs from the stored one by that column: one query for all."""
    stored = {n: SOURCE + n.removeprefix(SAID) for n in values}
    texts = {
        n: v
        for n, v in values.items()
        if stored[n] in rows.columns and v.type().is_string() and rows[stored[n]].type().is_string()
    }
    if not texts:
        return values
    unlike = {n: rows.count(where=~rows[stored[n]].identical_to(v)) for n, v in texts.items()}
    found = counts(rows.aggregate(**unlike))
    return {n: rows[stored[n]] if n in texts and not found[n] else v for n, v in values.items()}


def _flagged(rows: ir.Table, table: str, cells: Mapping[str, Cell]) -> ir.Table:
    """Add what is wrong with cells, for the columns of which any is wrong, and take these values out."""
    wrong = {n: _wrong(rows, table, n, cell) for n, cell in cells.items()}
    asked = {n: rows.count(where=flag.notnull()) for n, flag in wrong.items() if flag is not None}
    if not asked:
        return rows
    found = counts(rows.aggregate(**asked))
    failing = [n for n in asked if found[n]]
    if not failing:
        return rows
    rows = settled(rows.mutate(**{FLAG + n: wrong[n] for n in failing}))
    kept = {n: ibis.ifelse(rows[FLAG + n].isnull(), rows[n], ibis.null(rows[n].type())) for n in failing}
    return settled(rows.mutate(**kept))


def _value(
    rows: ir.Table, table: str, found: Field, spec: TableSource, client: Client
) -> tuple[ir.Value, bool]:
    """Return the typed value of a column, and whether some filled cells may have none."""
    name, dtype = found.column.name, found.column.dtype
    said = rows[SAID + name]
    if not found.source and found.is_plain:
        return _constant(found), False
    if dtype == "string":
        values = value_map(table, name, spec)
        keep = not SCHEMA[table][name].values
        return (mapped(said, values, keep=keep), not keep) if values else (said, False)
    if dtype in ("date", "timestamp"):
        form = spec.date_formats.get(name, spec.date_format)
        return day_or_time(rows, (SOURCE + name, SAID + name), dtype, form, client.timezone)
    return number_cell(rows, (SOURCE + name, SAID + name), spec.decimal, client.currency)


def _constant(found: Field) -> ir.Value:
    column, value = found.column, found.constant
    if not value:
        return ibis.null(_KINDS[column.dtype])
    if column.values and value not in column.values:
        raise DataProblem(f"is '{value}'.{did_you_mean(value, column.values)}")
    try:
        if column.dtype == "float":
            return ibis.literal(float(value), type="float64")
        if column.dtype in ("date", "timestamp"):
            return ibis.literal(date.fromisoformat(value), type="date").cast(_KINDS[column.dtype])
    except ValueError:
        raise DataProblem(f"is '{value}', which is no {column.dtype}.") from None
    return ibis.literal(value, type="string")


def _scaled(value: ir.Value, factor: float) -> ir.Value:
    """Return a number in the unit wanted; a factor such as 0.01 divides by 100, which is exact."""
    if factor == 1.0:
        return value
    parts = round(1 / factor)
    return value / parts if factor < 1 and abs(factor * parts - 1) < 1e-9 else value * factor


def _wrong(rows: ir.Table, table: str, name: str, cell: Cell) -> ir.StringValue | None:
    """Return what is wrong with a cell, missing where nothing is; None where nothing can be."""
    column, value, cases = SCHEMA[table][name], rows[name], []
    if cell.flagged:
        code = "unknown_value" if column.values else "unreadable_value"
        cases.append((value.isnull() & rows[SAID + name].notnull(), ibis.literal(code)))
    if column.dtype in ("date", "timestamp"):
        low, high = (
            ibis.literal(date.fromisoformat(d), type="date").cast(_KINDS[column.dtype])
            for d in (FIRST_DAY, LAST_DAY)
        )
        cases.append(((value < low) | (value > high), ibis.literal("impossible_date")))
    if column.minimum is not None:
        cases.append((value < column.minimum, ibis.literal("negative_value")))
    return ibis.cases(*cases, else_=None) if cases else None


def combine(parts: list[Staged]) -> Staged:
    """Put several sources of one table one below the other."""
    if len(parts) == 1:
        return parts[0]
    table = parts[0].table
    names = [n for n in SCHEMA[table].columns if any(n in p.cells for p in parts)]
    kinds = {n: _KINDS[SCHEMA[table][n].dtype] for n in names}
    flags = [FLAG + n for n in names if any(FLAG + n in p.rows.columns for p in parts)]
    kinds |= dict.fromkeys([*(SAID + n for n in names), *flags], "string")
    alike = [
        p.rows.select(**{c: p.rows[c] if c in p.rows.columns else ibis.null(k) for c, k in kinds.items()})
        for p in parts
    ]
    return Staged(
        table=table,
        label=", ".join(dict.fromkeys(p.label for p in parts)),
        rows=ibis.union(*alike),
        cells={n: Cell(any(p.cells[n].flagged for p in parts if n in p.cells)) for n in names},
        fields={n: f for p in reversed(parts) for n, f in p.fields.items()},
        deleted=sum(p.deleted for p in parts),
        example="; ".join(p.example for p in parts if p.example),
        of_preset=all(p.of_preset for p in parts),
    )
