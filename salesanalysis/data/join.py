"""Lookups: another table reduced to one row a key, so that joining it adds values and never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.errors import DataProblem, did_you_mean
from ..core.lookup import Lookup
from ..core.source import TableSource
from . import condition, names
from .ledger import Ledger
from .read import Raw, Source, listed
from .sql import as_text, ident, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Cells that hold several people are parted at these signs; an address is what has an @.
_ADDRESS = r"""[^\s<>()'"\[\];,]+@[^\s<>()'"\[\];,]+"""


@dataclass(frozen=True)
class Joined:
    """One lookup in DuckDB.

    Attributes
    ----------
    alias, relation : str
        SQL names.
    on : str
        SQL of the join condition; the rows that look it up go by ``here``.
    keyed : str
        SQL that is true for rows here whose key is filled.
    columns : mapping of str to str
        Canonical column -> SQL of its value.
    there : mapping of str to str
        Further column there -> SQL of its text.
    label : str
        The table looked in, for messages.
    tells : bool
        Whether it is worth saying that rows find nothing: in a table of the source, where that is not usual.
    """

    alias: str
    relation: str
    on: str
    keyed: str
    columns: Mapping[str, str]
    there: Mapping[str, str]
    label: str
    tells: bool


def join(
    con: DuckDBPyConnection,
    place: tuple[str, str],
    source: Source,
    spec: TableSource,
    raw: Raw,
    ledger: Ledger,
) -> dict[str, Joined]:
    """Put every lookup of a source into DuckDB; `place` is the canonical table and a name free to use.

    Raises
    ------
    DataProblem
        A file or column that a lookup names is not there.
    """
    found: dict[str, Joined] = {}
    for name, lookup in spec.lookups.items():
        asked = _asked(name, spec)
        other = _other(con, f"{place[1]}_{name}", source, lookup, spec, asked)
        if other is None:
            continue
        keys = [_key(here, raw, found, each=lookup.each) for here in lookup.on]
        keys = [f"lower({k})" if lookup.ignore_case or lookup.each else k for k in keys]
        found[name] = _reduce(
            con, (place[0], f"lookup_{place[1]}_{name}"), lookup, other, keys, raw, asked, ledger
        )
        if other.relation.startswith('"raw_'):
            con.execute(f"DROP TABLE IF EXISTS {other.relation}")
    return found


def _asked(name: str, spec: TableSource) -> list[str]:
    """Return the columns of a lookup that conditions and other lookups speak of as ``lookup.column``."""
    said = [c for many in spec.cases.values() for case in many for c in case.when]
    said += [*spec.deleted, *(here for one in spec.lookups.values() for here in one.on)]
    return list(dict.fromkeys(c.partition(".")[2] for c in said if c.partition(".")[0] == name and "." in c))


def _other(
    con: DuckDBPyConnection, name: str, source: Source, lookup: Lookup, spec: TableSource, asked: list[str]
) -> Raw | None:
    """Return the table looked in, with its columns; None for a canonical table that this source lacks."""
    if lookup.table:
        relation = f"stage_{lookup.table}"
        tables = {r[0] for r in con.execute("SELECT table_name FROM information_schema.tables").fetchall()}
        if relation not in tables:
            return None
        types = {r[0]: r[1] for r in con.execute(f"DESCRIBE {ident(relation)}").fetchall()}
        return Raw(f"table {lookup.table}", ident(relation), "", types, tuple(types), lazy=True)
    item = next((i for pattern in lookup.file for i in source.named(pattern)[:1]), "")
    if not item:
        near = did_you_mean(lookup.file[0], source.items)
        raise DataProblem(
            f"A lookup names '{lookup.file[0]}', which {source.label} does not hold."
            f"{near if 'mean' in near else listed(source.items)}"
        )
    needed = [*asked, *lookup.where, *lookup.deleted]
    needed += [c for many in (*lookup.on.values(), *lookup.columns.values()) for c in many[:1]]
    reading = TableSource(file=item, separator=spec.separator, encoding=spec.encoding)

    def choose(columns: list[str]) -> list[str]:
        held = {c: names.column(c, columns) for c in needed}
        for wanted, there in held.items():
            if not there:
                raise DataProblem(
                    f"A lookup names column '{wanted}' of {item}, which is not there."
                    f"{did_you_mean(wanted, columns)}"
                )
        return list(held.values())

    return source.read(con, name, item, reading, choose)


def _key(here: str, raw: Raw, found: Mapping[str, Joined], *, each: bool) -> str:
    """Return the text of a column here, or of one that an earlier lookup found."""
    if here in raw.columns:
        return as_text(f"here.{ident(here)}", raw.columns[here])
    name, _, column = here.partition(".")
    if each:
        raise DataProblem(f"Lookup column '{here}' with each = true is no column here.")
    if name not in found:
        raise DataProblem(f"Lookup column '{here}' is in no earlier lookup.{did_you_mean(name, found)}")
    return found[name].there[column]


def _reduce(
    con: DuckDBPyConnection,
    place: tuple[str, str],
    lookup: Lookup,
    other: Raw,
    keys: list[str],
    raw: Raw,
    asked: list[str],
    ledger: Ledger,
) -> Joined:
    """Write the table looked in with one row a key: of several the one whose values come first in order."""

    def cell(column: str) -> str:
        there = names.column(column, other.columns)
        return as_text(ident(there), other.columns[there])

    values = {f"c:{c}": cell(many[0]) for c, many in lookup.columns.items()} | {
        f".{c}": cell(c) for c in asked
    }
    rests = [cell(many[0]) for many in lookup.on.values()]
    rests = [f"lower({k})" if lookup.ignore_case else k for k in rests]
    kept = condition.holds({c: cell(c) for c in lookup.where}, lookup.where)
    gone = " OR ".join(condition.is_yes(cell(c)) for c in lookup.deleted) or "FALSE"
    filled = " AND ".join(f"k{i} IS NOT NULL" for i in range(len(rests)))
    selected = ", ".join([*(f"{k} AS k{i}" for i, k in enumerate(rests)), f"{_struct(values)} AS v"])
    rows = f"(SELECT {selected} FROM {other.relation} WHERE ({kept}) AND NOT ({gone}))"
    by = ", ".join(f"k{i}" for i in range(len(rests)))
    relation = ident(place[1])
    con.execute(
        f"CREATE TABLE {relation} AS SELECT {by}, min(v) AS v, count(DISTINCT v) AS n FROM {rows} "
        f"WHERE {filled} GROUP BY ALL"
    )
    many = con.execute(f"SELECT count(*) FROM {relation} WHERE n > 1").fetchone()[0]
    if not lookup.table and lookup.columns:
        ledger.add(place[0], "lookup_repeated", "warning", many, example=f"{raw.label} → {other.label}")
    if lookup.each:
        _spread(con, relation, keys[0], raw)
    alias = ident("look " + place[1])
    on = " AND ".join(f"{k} = {alias}.k{i}" for i, k in enumerate(keys))
    columns = {c: f"{alias}.v.{ident('c:' + c)}" for c in lookup.columns}
    found = f"CASE WHEN {alias}.k0 IS NOT NULL THEN "
    columns |= {c: f"{found}{text(value)} END" for c, value in lookup.constants.items()}
    there = {c: f"{alias}.v.{ident('.' + c)}" for c in asked}
    keyed = " AND ".join(f"{k} IS NOT NULL" for k in keys)
    return Joined(alias, relation, on, keyed, columns, there, other.label, not (lookup.table or lookup.rare))


def _struct(values: Mapping[str, str]) -> str:
    fields = ", ".join(f"{ident(name)} := {cell}" for name, cell in values.items())
    return f"struct_pack({fields})" if fields else "struct_pack(found := TRUE)"


def _spread(con: DuckDBPyConnection, relation: str, key: str, raw: Raw) -> None:
    """Replace the keys of a lookup by the cells here that hold several of them: the first found counts."""
    bare = "list_transform(regexp_split_to_array(cell, {}), lambda x: trim(x, {}))"
    marks = text(" \t\r\n'\"")
    people = ", ".join(bare.format(text(sign), marks) for sign in ("[;\n]", ","))
    con.execute(
        f"CREATE TABLE spread AS WITH cells AS (SELECT DISTINCT lower({key}) AS cell "
        f"FROM {raw.relation} AS here WHERE {key} IS NOT NULL), "
        f"people AS (SELECT cell, list_concat(regexp_extract_all(cell, {text(_ADDRESS)}), {people}) AS said "
        "FROM cells), parts AS (SELECT cell, unnest(said) AS part, generate_subscripts(said, 1) AS place "
        "FROM people) "
        f"SELECT cell AS k0, arg_min(l.v, place) AS v, 1 AS n FROM parts JOIN {relation} AS l "
        "ON lower(l.k0) = part GROUP BY cell"
    )
    con.execute(f"DROP TABLE {relation}; ALTER TABLE spread RENAME TO {relation}")
