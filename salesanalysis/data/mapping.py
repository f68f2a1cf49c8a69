"""From source columns to canonical ones: what each canonical column is read from, and as which type."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..core.errors import did_you_mean
from ..core.kind import KINDS, OUTCOMES
from ..core.schema import SCHEMA, Column
from ..core.source import TableSource
from .ledger import Ledger

#: Canonical column that may be read from another one's source when it has none of its own.
DERIVED = {("opportunities", "outcome"): "stage"}


@dataclass(frozen=True)
class Field:
    """Where one canonical column comes from: a source column, or the same text for every row."""

    column: Column
    source: str = ""
    constant: str = ""


def known_values(table: str, column: str) -> tuple[str, ...]:
    """Return the canonical values of a column: closed lists, activity kinds and outcomes."""
    if table == "activities" and column in ("kind", "outcome"):
        return KINDS if column == "kind" else OUTCOMES
    return SCHEMA[table][column].values


def fields(table: str, columns: Iterable[str], spec: TableSource) -> tuple[dict[str, Field], list[str]]:
    """Find the source of every canonical column of `table`.

    Parameters
    ----------
    table : str
        Canonical table.
    columns : iterable of str
        Columns of the source.
    spec : TableSource
        Declared columns, values and constants. A canonical column that is not declared takes the source
        column of the same name, in any case, its words joined by blanks, dashes or underscores.

    Returns
    -------
    found : dict of str to Field
        In the order of the schema; a column without a source is left out.
    problems : list of str
        Declared columns that the source lacks, names that fit twice, required columns without a source.
    """
    columns = list(columns)
    found: dict[str, Field] = {}
    problems: list[str] = []
    for name, column in SCHEMA[table].columns.items():
        source, problem = _source(name, columns, spec)
        if problem:
            problems.append(f"column '{name}' {problem}")
        elif name in spec.constants:
            found[name] = Field(column, constant=spec.constants[name])
        elif source:
            found[name] = Field(column, source)
    for (owner, name), stand_in in DERIVED.items():
        if owner == table and name not in found and name in spec.values:
            source, _ = _source(stand_in, columns, spec)
            if source:
                found[name] = Field(SCHEMA[table][name], source)
    for name, column in SCHEMA[table].columns.items():
        if column.required and name not in found and not any(f"column '{name}' " in p for p in problems):
            problems.append(_missing(table, column, columns))
    return {name: found[name] for name in SCHEMA[table].columns if name in found}, problems


def _source(name: str, columns: list[str], spec: TableSource) -> tuple[str, str]:
    """Return the source column of canonical `name` and what is wrong; either may be empty."""
    wanted = spec.columns.get(name, "")
    if wanted:
        found = [c for c in columns if c == wanted] or [c for c in columns if plain(c) == plain(wanted)]
        if not found:
            return "", f"is declared as '{wanted}', which is not there.{did_you_mean(wanted, columns)}"
    else:
        found = [c for c in columns if c == name] or [c for c in columns if plain(c) == name]
    if len(found) > 1:
        return "", f"fits {' and '.join(repr(c) for c in found)}. Declare one under columns."
    return (found[0] if found else ""), ""


def plain(name: str) -> str:
    """Return a column name in lower case with its words joined by underscores.

    Examples
    --------
    >>> plain("Close Date")
    'close_date'
    """
    return re.sub(r"[^0-9a-z]+", "_", name.strip().lower()).strip("_")


def _missing(table: str, column: Column, columns: list[str]) -> str:
    hint = did_you_mean(column.name, columns)
    seen = (
        hint
        if "mean" in hint
        else f" The source has {', '.join(columns[:12])}{' …' if len(columns) > 12 else ''}."
    )
    example = hint.partition("mean ")[2].rstrip("?").split(" or ")[0] if "mean" in hint else "…"
    extra = ""
    if (table, column.name) in DERIVED:
        extra = f" It can also be read from the {DERIVED[table, column.name]}: declare values.{column.name}."
    return (
        f"required column '{column.name}' ({column.meaning.rstrip('.')}) is missing.{seen} "
        f'Declare it: [tables.{table}] columns.{column.name} = "{example}".{extra}'
    )


def value_map(table: str, name: str, spec: TableSource) -> dict[str, str]:
    """Return source value -> canonical value: known values in their usual spellings, and the declared ones.

    Examples
    --------
    >>> value_map("activities", "kind", TableSource())["Follow Up"]
    'follow_up'
    """
    usual: dict[str, str] = {}
    for value in known_values(table, name):
        words = value.replace("_", " ")
        usual |= dict.fromkeys((value, words, words.title(), words.replace(" ", "-")), value)
    return usual | dict(spec.values.get(name, {}))


def unused(table: str, columns: Iterable[str], found: dict[str, Field], ledger: Ledger) -> None:
    """Note the source columns that nothing reads, and the canonical columns that nothing fills."""
    taken = {f.source for f in found.values()}
    rest = [c for c in columns if c not in taken]
    if rest:
        ledger.add(table, "ignored_columns", "info", 0, example=", ".join(rest))
    empty = [c for c in SCHEMA[table].columns if c not in found]
    if empty:
        ledger.add(table, "absent_columns", "info", 0, example=", ".join(empty))
