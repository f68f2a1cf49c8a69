"""From source columns to canonical ones: what each canonical column is read from, and as which type."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..core.errors import did_you_mean
from ..core.kind import KINDS, OUTCOMES
from ..core.lookup import Case
from ..core.schema import SCHEMA, Column
from ..core.source import TableSource
from .ledger import Ledger

#: Canonical column that may be read from another one's source when it has none of its own.
DERIVED = {("opportunities", "outcome"): "stage"}


@dataclass(frozen=True)
class Field:
    """Where one canonical column comes from.

    Attributes
    ----------
    column : Column
        The canonical column.
    source : str
        The one source column it is read from; empty for a constant.
    constant : str
        The same text for every row, or for the rows without another value.
    cases : tuple of Case
        Values by condition, looked at first.
    lookups : tuple of str
        Lookups that give it, looked at next.
    sources : tuple of tuple of str
        Several source columns, of which the first filled one counts; each may be several whose texts are
        written one after the other.
    """

    column: Column
    source: str = ""
    constant: str = ""
    cases: tuple[Case, ...] = ()
    lookups: tuple[str, ...] = ()
    sources: tuple[tuple[str, ...], ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether one source column, or one text, is all there is to it."""
        return not (self.cases or self.lookups or self.sources)

    @property
    def label(self) -> str:
        """What it is read from, for messages."""
        asked = [c for case in self.cases for c in case.when]
        read = [" + ".join(many) for many in self.sources]
        return " / ".join(filter(None, dict.fromkeys([*asked, *self.lookups, *read, self.source]))) or "…"


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
        field, wrong = _field(column, columns, spec)
        problems += [f"column '{name}' {said}" for said in wrong]
        if field:
            found[name] = field
    for (owner, name), stand_in in DERIVED.items():
        if owner == table and name not in found and name in spec.values:
            source, _ = _source(stand_in, columns, spec)
            if source:
                found[name] = Field(SCHEMA[table][name], source)
    for name, column in SCHEMA[table].columns.items():
        if column.required and name not in found and not any(f"column '{name}' " in p for p in problems):
            if spec.preset and not column.filled:
                found[name] = Field(column, constant="")  # known to lack it: the rows stand without
            else:
                problems.append(_missing(table, column, columns))
    problems += _conditions(columns, spec)
    return {name: found[name] for name in SCHEMA[table].columns if name in found}, problems


def _field(column: Column, columns: list[str], spec: TableSource) -> tuple[Field | None, list[str]]:
    """Return where a canonical column comes from, None where from nowhere, and what is wrong."""
    name = column.name
    lookups = tuple(n for n, one in spec.lookups.items() if name in one.columns or name in one.constants)
    cases, constant, declared = spec.cases.get(name, ()), spec.constants.get(name, ""), spec.sources(name)
    found = [_together(d, columns) for d in declared]
    if spec.by_name and not (declared or cases or constant):
        own, problem = _source(name, columns, spec)
        found = [((own,) if own else (), problem)]
    # One of several names is enough.
    enough = len(declared) > 1 and any(source for source, _ in found)
    wrong = [] if enough else [problem for _, problem in found if problem]
    sources = tuple(source for source, _ in found if source)
    if wrong or not (sources or lookups or cases or constant):
        return None, wrong
    alone = len(sources) == 1 and len(sources[0]) == 1 and sources[0][0] in columns
    if alone and not (lookups or cases or constant):
        return Field(column, sources[0][0]), []
    return Field(column, "", constant, cases, lookups, sources), []


def _together(wanted: str, columns: list[str]) -> tuple[tuple[str, ...], str]:
    """Return the source columns that are written one after the other, mostly one, and what is wrong."""
    parts = [wanted] if wanted in columns else joint(wanted)
    found = [(p, "") if p.startswith("#") else _named(p, columns) for p in parts]
    wrong = next((problem for _, problem in found if problem), "")
    return (() if wrong else tuple(source for source, _ in found)), wrong


def joint(wanted: str) -> list[str]:
    """Return the columns that a mapping writes one after the other.

    Examples
    --------
    >>> joint("First Name + Last Name")
    ['First Name', 'Last Name']
    """
    return [part.strip() for part in wanted.split(" + ")]


def _conditions(columns: list[str], spec: TableSource) -> list[str]:
    """Return what is wrong with columns that conditions and lookups name."""
    asked = dict.fromkeys(spec.where, "where") | dict.fromkeys(spec.deleted, "deleted")
    asked |= {c: f"cases.{n}" for n, many in spec.cases.items() for case in many for c in case.when}
    asked |= {here: f"lookups.{n}.on" for n, one in spec.lookups.items() for here in one.on}
    return [
        f"{place} names '{c}', which is not there.{did_you_mean(c, columns)}"
        for c, place in asked.items()
        if c not in columns and c.partition(".")[0] not in spec.lookups
    ]


def wanted(table: str, columns: Iterable[str], spec: TableSource) -> set[str]:
    """Return the source columns that reading a table takes.

    Examples
    --------
    >>> sorted(wanted("reps", ["Id", "Name", "Fax"], TableSource(columns={"rep_id": "Id"})))
    ['Id', 'Name']
    """
    columns = list(columns)
    found, _ = fields(table, columns, spec)
    asked = [*spec.where, *spec.deleted, *(here for one in spec.lookups.values() for here in one.on)]
    asked += [c for f in found.values() for case in f.cases for c in case.when]
    asked += [c for f in found.values() for c in (f.source, *(c for many in f.sources for c in many))]
    return set(asked) & set(columns)


def _named(wanted: str, columns: list[str]) -> tuple[str, str]:
    """Return the source column called `wanted` and what is wrong; either may be empty."""
    found = [c for c in columns if c == wanted] or [c for c in columns if plain(c) == plain(wanted)]
    if not found:
        return "", f"is declared as '{wanted}', which is not there.{did_you_mean(wanted, columns)}"
    return _only(found)


def _source(name: str, columns: list[str], spec: TableSource) -> tuple[str, str]:
    """Return the source column of canonical `name` and what is wrong; either may be empty."""
    declared = spec.sources(name)
    if declared:
        return _named(declared[0], columns)
    return _only([c for c in columns if c == name] or [c for c in columns if plain(c) == name])


def _only(found: list[str]) -> tuple[str, str]:
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
    return usual | dict(SCHEMA[table][name].spellings) | dict(spec.values.get(name, {}))


def unused(
    table: str, columns: Iterable[str], taken: set[str], found: dict[str, Field], ledger: Ledger
) -> None:
    """Note the source columns that nothing reads, and the canonical columns that nothing fills."""
    rest = [c for c in columns if c not in taken]
    if rest:
        more = f" and {len(rest) - 40} more" if len(rest) > 40 else ""
        ledger.add(table, "ignored_columns", "info", 0, example=", ".join(rest[:40]) + more)
    empty = [c for c in SCHEMA[table].columns if c not in found]
    if empty:
        ledger.add(table, "absent_columns", "info", 0, example=", ".join(empty))
