"""Rows of a source as a mapping wants them: values put together, other tables looked in, rows chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..core.schema import SCHEMA
from ..core.source import TableSource
from . import condition
from .join import Joined, join
from .ledger import Ledger
from .mapping import Field
from .read import Raw, Source
from .sql import ROW, as_text, ident, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


#: Rows up to which a file that could be read when asked for is arranged once and kept; looking things up anew
#: for every query costs more than the memory does.
KEPT_ROWS = 20_000_000


@dataclass(frozen=True)
class Arranged:
    """Chosen rows of one source.

    Attributes
    ----------
    raw : Raw
        The rows, with a column for every value that was put together.
    fields : dict of str to Field
        Canonical column -> that column.
    deleted : int
        Rows that the source marks as deleted; they are not among the rows.
    example : str
        The first of them.
    """

    raw: Raw
    fields: dict[str, Field]
    deleted: int = 0
    example: str = ""


def arrange(
    con: DuckDBPyConnection,
    place: tuple[str, str],
    source: Source,
    spec: TableSource,
    given: tuple[Raw, dict[str, Field]],
    ledger: Ledger,
) -> Arranged:
    """Put values together and choose rows; a source that needs neither passes through.

    Parameters
    ----------
    con : duckdb connection
        Where the rows are.
    place : tuple of str
        Canonical table, and a name that is free to use.
    source : Source
        Where other tables are looked up.
    spec : TableSource
        The mapping.
    given : Raw and dict of Field
        The rows as read, and where each canonical column comes from.
    ledger : Ledger
        Takes what was found.
    """
    raw, fields = given
    chooses = spec.where or spec.deleted or spec.distinct or spec.changes_of or spec.only_with
    if not chooses and all(f.is_plain for f in fields.values()):
        return Arranged(raw, fields)
    joined = join(con, place, source, spec, raw, ledger)
    _missed(con, place[0], raw, joined, ledger)
    cells = _cells(raw, joined)
    made = {n: _value(f, raw, joined, cells) for n, f in fields.items() if not f.is_plain}
    labels = _labels({n: fields[n].label for n in made}, raw)
    found = {n: Field(f.column, labels[n]) if n in made else f for n, f in fields.items()}
    selected = ", ".join(
        [
            *(f"here.{ident(c)}" for c in raw.columns),
            *(f"{sql} AS {ident(labels[n])}" for n, sql in made.items()),
            f'({condition.holds(cells, spec.where)}) AS "where?"',
            f'({" OR ".join(_marks(c, raw, cells) for c in spec.deleted) or "FALSE"}) AS "deleted?"',
        ]
    )
    joins = "".join(f" LEFT JOIN {j.relation} AS {j.alias} ON {j.on}" for j in joined.values())
    numbered = f"(SELECT here.{ROW}, {selected} FROM {raw.numbered} AS here{joins})"
    if raw.lazy and con.execute(f"SELECT count(*) FROM {raw.relation}").fetchone()[0] > KEPT_ROWS:
        counts_rows = spec.distinct or any("#row" in m for f in fields.values() for m in f.sources)
        plain = numbered if counts_rows else f"(SELECT {selected} FROM {raw.relation} AS here{joins})"
        return _chosen(con, place, spec, (raw, found), (plain, numbered), ledger)
    rows = ident(f"raw_{place[1]}_rows")
    con.execute(f"CREATE TABLE {rows} AS FROM {numbered}")
    if not raw.lazy:
        con.execute(f"DROP TABLE IF EXISTS {raw.relation}")
    return _chosen(con, place, spec, (replace(raw, lazy=False), found), (rows, rows), ledger)


def _labels(wanted: Mapping[str, str], raw: Raw) -> dict[str, str]:
    """Return a name for each value put together that no column of the source and no other value has."""
    taken, found = {c.lower() for c in raw.columns}, {}
    for name, label in wanted.items():
        free = label if label.lower() not in taken else f"{label} ({name})"
        found[name] = free
        taken.add(free.lower())
    return found


def _cells(raw: Raw, joined: Mapping[str, Joined]) -> dict[str, str]:
    """Return the text of every column here, and of what lookups found as ``lookup.column``."""
    cells = {f"{n}.{c}": sql for n, j in joined.items() for c, sql in j.there.items()}
    return cells | {c: as_text(f"here.{ident(c)}", stored) for c, stored in raw.columns.items()}


def _marks(column: str, raw: Raw, cells: Mapping[str, str]) -> str:
    """Return SQL that is true where a column marks a row as deleted; one looked up does by being found."""
    return condition.is_yes(cells[column]) if column in raw.columns else f"{cells[column]} IS NOT NULL"


def _value(field: Field, raw: Raw, joined: Mapping[str, Joined], cells: Mapping[str, str]) -> str:
    """Return the SQL of a value that is put together, in the order that a mapping promises."""
    typed = {raw.columns.get(c, "") for many in field.sources for c in many}
    alone = not (field.cases or field.lookups or field.constant) and all(len(m) == 1 for m in field.sources)
    if alone and len(typed) == 1 and "" not in typed:
        return f"coalesce({', '.join(_filled(c, raw) for (c,) in field.sources)})"
    parts = []
    if field.cases:
        whens = (f"WHEN {condition.holds(cells, c.when)} THEN {text(c.value)}" for c in field.cases)
        parts.append(f"CASE {' '.join(whens)} END")
    name = field.column.name
    parts += [joined[n].columns[name] for n in field.lookups if n in joined and name in joined[n].columns]
    marks = {"#file": text(raw.label), "#row": f"here.{ROW}::VARCHAR"}
    for many in field.sources:
        each = [marks.get(c) or cells[c] for c in many]
        parts.append(each[0] if len(each) == 1 else f"nullif(concat_ws(' ', {', '.join(each)}), '')")
    parts += [text(field.constant)] if field.constant else []
    return f"coalesce({', '.join(parts)})" if parts else "NULL::VARCHAR"


def _filled(column: str, raw: Raw) -> str:
    cell = f"here.{ident(column)}"
    return as_text(cell, "VARCHAR") if raw.columns[column] == "VARCHAR" else cell


def _missed(
    con: DuckDBPyConnection, table: str, raw: Raw, joined: Mapping[str, Joined], ledger: Ledger
) -> None:
    """Note how many rows look for something that another table of the source does not hold."""
    asked = {n: j for n, j in joined.items() if j.tells}
    if not asked:
        return
    joins = "".join(f" LEFT JOIN {j.relation} AS {j.alias} ON {j.on}" for j in joined.values())
    counts = ", ".join(
        f"count_if({j.keyed}), count_if({j.keyed} AND {j.alias}.k0 IS NULL)" for j in asked.values()
    )
    found = con.execute(f"SELECT {counts} FROM {raw.relation} AS here{joins}").fetchone()
    for (name, one), keyed, missed in zip(asked.items(), found[::2], found[1::2], strict=True):
        if missed:
            said = f"{raw.label}, lookup '{name}': {missed:,} of {keyed:,} not in {one.label}"
            ledger.add(table, "lookup_missed", "warning" if missed == keyed else "info", missed, example=said)


def _chosen(
    con: DuckDBPyConnection,
    place: tuple[str, str],
    spec: TableSource,
    given: tuple[Raw, dict[str, Field]],
    bodies: tuple[str, ...],
    ledger: Ledger,
) -> Arranged:
    """Take the rows that are rows of this table and not deleted, and count the others."""
    (raw, fields), table = given, place[0]
    mine = " AND ".join(f"{_of(c, fields)} IS NOT NULL" for c in spec.only_with if c in fields) or "TRUE"
    kept = f'"where?" AND NOT "deleted?" AND {mine}'
    other, theirs, deleted, left = con.execute(
        f'SELECT count_if(NOT "where?"), count_if("where?" AND NOT "deleted?" AND NOT ({mine})), '
        f'count_if("where?" AND "deleted?"), count_if({kept}) FROM {bodies[0]}'
    ).fetchone()
    example = ""
    if deleted:
        rows = con.execute(
            f'SELECT {ROW} FROM {bodies[1]} WHERE "where?" AND "deleted?" ORDER BY {ROW} LIMIT 3'
        ).fetchall()
        example = f"{raw.label}, {' / '.join(spec.deleted)}: row {', '.join(str(r[0]) for r in rows)}"
    relation, numbered = (
        f'(SELECT * EXCLUDE ("where?", "deleted?") FROM {body} WHERE {kept}{_fewer(spec, table, fields)})'
        for body in bodies
    )
    if not raw.lazy:
        rows = ident(f"raw_{place[1]}_kept")
        con.execute(f"CREATE TABLE {rows} AS FROM {numbered}")
        con.execute(f"DROP TABLE {bodies[1]}")
        relation = numbered = rows
    types = {r[0]: r[1] for r in con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall() if r[0] != ROW}
    fewer = (
        left - con.execute(f"SELECT count(*) FROM {relation}").fetchone()[0]
        if _fewer(spec, table, fields)
        else 0
    )
    unlike = "repeated_row" if spec.distinct else "no_change"
    for code, rows in (("not_selected", other), ("somebody_else", theirs), (unlike, fewer)):
        if rows:
            ledger.add(table, code, "info", rows, example=raw.label)
    return Arranged(
        replace(raw, relation=relation, numbered=numbered, columns=types), fields, deleted, example
    )


def _of(name: str, fields: Mapping[str, Field]) -> str:
    return ident(fields[name].source)


def _fewer(spec: TableSource, table: str, fields: Mapping[str, Field]) -> str:
    """Return the end of a query that keeps one row a key, or the rows in which something changed."""
    key = [k for k in SCHEMA[table].key if k in fields and fields[k].source]
    if spec.distinct and any(k in fields for k in SCHEMA[table].key):
        # Of a key that is the same constant in every row, one row is left.
        by = f"PARTITION BY {', '.join(_of(k, fields) for k in key)} " if key else ""
        return f" QUALIFY row_number() OVER ({by}ORDER BY {ROW}) = 1"
    day = next((k for k in key if SCHEMA[table][k].dtype == "date"), "")
    if not (spec.changes_of in fields and day):
        return ""
    value, when = _of(spec.changes_of, fields), _of(day, fields)
    form = spec.date_formats.get(day, spec.date_format)
    declared = f", try_strptime({when}::VARCHAR, {text(form)})" if form else ""
    time = f"coalesce(try_cast({when} AS TIMESTAMP){declared})"
    return (
        f" QUALIFY {value} IS DISTINCT FROM lag({value}) OVER "
        f"(PARTITION BY {_of(key[0], fields)} ORDER BY {time}, {when})"
    )
