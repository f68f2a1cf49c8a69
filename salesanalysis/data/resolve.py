"""From what a preset says to what an export has: files found by name, columns by their letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..core.client import Client
from ..core.lookup import Case, Lookup
from ..core.schema import SCHEMA
from ..core.source import TableSource
from . import names
from .mapping import joint

#: Names of tables and their columns, which is all that recognising looks at.
Tables = Mapping[str, Sequence[str]]


def files_of(
    patterns: Sequence[str], tables: Tables, prefixes: Sequence[str], problems: list[str], table: str
) -> list[str]:
    """Return the files of the first name that fits any; a name with ``*`` may fit several.

    Examples
    --------
    >>> files_of(["Task", "*tasks*"], {"all tasks 2025.csv": [], "tasks_2026.csv": []}, (), [], "activities")
    ['all tasks 2025.csv', 'tasks_2026.csv']
    """
    for pattern in patterns:
        if pattern in tables:
            return [pattern]
        found = [item for item in tables if names.fits(item, pattern, prefixes)]
        exact = [item for item in found if names.squeezed(names.stem(item)) == names.squeezed(pattern)]
        found = found if "*" in pattern else (exact or found)
        if len(found) > 1 and "*" not in pattern:
            problems.append(
                f"The source holds {' and '.join(sorted(found))}, any of which could be '{pattern}' for "
                f"table '{table}'. Keep one, or name it: [tables.{table}] file = \"{sorted(found)[0]}\"."
            )
        if found:
            return found if "*" in pattern else found[:1]
    return []


def changed(spec: TableSource, client: Client, table: str) -> TableSource:
    """Return a preset's source with what the settings say of its table.

    Examples
    --------
    >>> client = Client.from_dict({"tables": {"reps": {"columns": {"team": "Division"}}}})
    >>> changed(TableSource(columns={"rep_id": "Id"}), client, "reps").columns
    {'rep_id': 'Id', 'team': 'Division'}
    """
    given = next(iter(client.sources(table)), None)
    if given is None:
        return spec
    plain = ("sheet", "separator", "encoding", "date_format", "decimal", "changes_of")
    said = {key: getattr(given, key) for key in plain if getattr(given, key)}
    tabled = (
        "date_formats",
        "columns",
        "values",
        "constants",
        "cases",
        "lookups",
        "where",
        "scale",
    )
    said |= {key: {**getattr(spec, key), **getattr(given, key)} for key in tabled if getattr(given, key)}
    said |= {key: getattr(given, key) for key in ("deleted", "only_with") if getattr(given, key)}
    # A column that the settings map is read from there alone.
    for column in given.columns:
        for key in ("cases", "constants"):
            rest = said.get(key, getattr(spec, key))
            said[key] = {c: v for c, v in rest.items() if c != column or c in getattr(given, key)}
    return replace(spec, **said)


def resolved(spec: TableSource, item: str, tables: Tables, prefixes: Sequence[str]) -> TableSource:
    """Return a source with the names its file has; what the file lacks is left away.

    Examples
    --------
    >>> spec = TableSource(columns={"rep_id": ("OwnerId", "Owner")})
    >>> resolved(spec, "Task.csv", {"Task.csv": ["owner_id"]}, ()).columns
    {'rep_id': 'owner_id'}
    """
    held = tables[item]
    lookups: dict[str, Lookup] = {}
    for name, lookup in spec.lookups.items():
        there = _there(lookup, tables, prefixes)
        if there is None:
            continue
        on = {_name(here, held, lookups): _first(other, there[1]) for here, other in lookup.on.items()}
        if all(here and other for here, other in on.items()) and len(on) == len(lookup.on):
            lookups[name] = _narrowed(lookup, there, on)
    columns = {c: tuple(filter(None, (_together(s, held) for s in spec.sources(c)))) for c in spec.columns}
    return replace(
        spec,
        file=item,
        lookups=lookups,
        columns={c: s[0] if len(s) == 1 else s for c, s in columns.items() if s},
        cases={c: _cases(cases, held, lookups) for c, cases in spec.cases.items()},
        where={names.column(c, held): w for c, w in spec.where.items() if names.column(c, held)},
        deleted=tuple(filter(None, (_name(c, held, lookups) for c in spec.deleted))),
    )


def _name(wanted: str, held: Sequence[str], lookups: Mapping[str, Lookup]) -> str:
    """Return the column called so, here or, as ``lookup.column``, in a lookup that is there."""
    found = names.column(wanted, held)
    return found or (wanted if wanted.partition(".")[0] in lookups else "")


def _together(wanted: str, held: Sequence[str]) -> str:
    """Return the columns that are written one after the other, those of them that are there."""
    found = (part if part.startswith("#") else names.column(part, held) for part in joint(wanted))
    return names.column(wanted, held) or " + ".join(filter(None, found))


def _first(wanted: Sequence[str], held: Sequence[str]) -> tuple[str, ...]:
    return tuple(filter(None, (names.column(w, held) for w in wanted)))[:1]


def _there(lookup: Lookup, tables: Tables, prefixes: Sequence[str]) -> tuple[str, Sequence[str]] | None:
    if lookup.table:
        return "", tuple(SCHEMA[lookup.table].columns)
    items = files_of(lookup.file, tables, prefixes, [], "")
    return (items[0], tables[items[0]]) if items else None


def _narrowed(lookup: Lookup, there: tuple[str, Sequence[str]], on: dict[str, tuple[str, ...]]) -> Lookup:
    item, held = there
    return replace(
        lookup,
        file=(item,) if item else (),
        on=on,
        columns={c: s for c, many in lookup.columns.items() if (s := _first(many, held))},
        where={names.column(c, held): w for c, w in lookup.where.items() if names.column(c, held)},
        deleted=tuple(filter(None, (names.column(c, held) for c in lookup.deleted))),
    )


def _cases(cases: Sequence[Case], held: Sequence[str], lookups: Mapping[str, Lookup]) -> tuple[Case, ...]:
    found = []
    for case in cases:
        when = {_name(c, held, lookups): wanted for c, wanted in case.when.items()}
        if all(when) and len(when) == len(case.when):
            found.append(replace(case, when=when))
    return tuple(found)
