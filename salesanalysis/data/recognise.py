"""Recognising an export: which preset it fits, and where each canonical table comes from then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..core.client import Client
from ..core.errors import did_you_mean
from ..core.schema import SCHEMA
from ..core.source import TableSource
from . import names
from .mapping import plain
from .preset import Preset, preset, presets
from .resolve import Tables, changed, files_of, resolved


@dataclass(frozen=True)
class Recognition:
    """What an export is.

    Attributes
    ----------
    preset : str
        The CRM; empty when none was recognised.
    added : tuple of str
        Presets read beside it, such as a calendar.
    sources : mapping of str to tuple of TableSource
        Canonical table -> its sources, each with the one file it is read from and the columns it has.
    problems : tuple of str
        Declared files that are not there.
    unread : tuple of str
        Files and tables that nothing reads.
    """

    preset: str = ""
    added: tuple[str, ...] = ()
    sources: Mapping[str, tuple[TableSource, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def recognise(tables: Tables, client: Client | None = None) -> Recognition:
    """Find where each canonical table comes from.

    What the settings declare comes first, then files that are canonical already, then the preset that covers
    most tables (or the one the settings name), then what is read beside a CRM.

    Parameters
    ----------
    tables : mapping of str to sequence of str
        Names of the files or tables of the source, and their columns.
    client : Client, optional
        Settings.

    Returns
    -------
    Recognition

    Examples
    --------
    >>> deals = ["Record ID", "Deal Name", "Deal Stage", "Deal owner", "Close Date", "Amount"]
    >>> recognise({"hubspot-crm-exports-all-deals.csv": deals}).preset
    'hubspot'
    """
    client = client or Client()
    problems: list[str] = []
    sources = _declared(tables, client, problems)
    for name in SCHEMA:
        item = _canonical(name, tables, client)
        if item and name not in sources:
            sources[name] = (replace(next(iter(client.sources(name)), TableSource()), file=item),)
    chosen, found = _crm(tables, client, sources, problems)
    sources = {**found, **sources}
    added = _add(tables, client, chosen, sources) if client.preset != "none" else ()
    used = {i for many in sources.values() for s in many for i in files_of(s.files, tables, (), [], "")}
    used |= {f for many in sources.values() for s in many for one in s.lookups.values() for f in one.file}
    # Without a preset, what is called as a canonical table is read as one; loading says what it lacks.
    left = [t for t in tables if t not in used and (chosen or not _named(t))]
    return Recognition(chosen, added, sources, tuple(dict.fromkeys(problems)), tuple(left))


def _add(
    tables: Tables, client: Client, chosen: str, sources: dict[str, tuple[TableSource, ...]]
) -> tuple[str, ...]:
    """Put what is read beside a CRM behind the sources of its table; return the names of these presets."""
    added = []
    for one in presets():
        taken = {s.file for many in sources.values() for s in many}
        free = {item: columns for item, columns in tables.items() if item not in taken}
        if not one.adds or one.name == chosen:
            continue
        beside = {n: many for n, many in fit(one, free, client, []).items() if not client.sources(n)}
        for name, many in beside.items():
            sources[name] = (*sources.get(name, ()), *many)
        if beside:
            added.append(one.name)
    return tuple(added)


def _named(item: str) -> bool:
    return any(names.fits(item, name) for name in SCHEMA)


def _canonical(table: str, tables: Tables, client: Client) -> str:
    """Return the one file that has a canonical table's name and all the columns it needs."""
    given = next(iter(client.sources(table)), TableSource())
    declared = {*given.columns, *given.constants, *given.cases, *given.values}
    required = {c.name for c in SCHEMA[table].columns.values() if c.required} - declared
    named = [item for item in tables if names.squeezed(names.stem(item)) == names.squeezed(table)]
    return named[0] if len(named) == 1 and required <= {plain(c) for c in tables[named[0]]} else ""


def _declared(tables: Tables, client: Client, problems: list[str]) -> dict[str, tuple[TableSource, ...]]:
    """Return what the settings say of files: a section that names none only changes what is found."""
    found: dict[str, tuple[TableSource, ...]] = {}
    for table in client.tables:
        given = client.sources(table)
        if isinstance(client.tables[table], TableSource):
            if given[0].files and not any("*" in f for f in given[0].files):
                found[table] = given  # reading finds its one file, or says in full what is wrong
            if not any("*" in f for f in given[0].files):
                continue
        many: list[TableSource] = []
        for spec in given:
            if spec.alternative and many:
                continue
            items = files_of(spec.files or (table,), tables, (), problems, table)
            if not items and not spec.alternative:
                problems.append(_not_there(table, spec, tables))
            many += [replace(spec, file=item) for item in items]
        found[table] = tuple(many)
    return found


def _not_there(table: str, spec: TableSource, tables: Tables) -> str:
    wanted = " or ".join(f"'{f}'" for f in spec.files) or f"'{table}'"
    near = did_you_mean(next(iter(spec.files), table), tables).replace(" Known:", " It holds:")
    return f"[tables.{table}] names {wanted}, which the source does not hold.{near}"


def _crm(
    tables: Tables, client: Client, known: Mapping[str, tuple[TableSource, ...]], problems: list[str]
) -> tuple[str, dict[str, tuple[TableSource, ...]]]:
    """Return the preset that covers most canonical tables, opportunities among them, and its sources."""
    if client.preset == "none":
        return "", {}
    if client.preset:
        return client.preset, fit(preset(client.preset), tables, client, problems)
    if "opportunities" in known:
        return "", {}
    best: tuple[int, str, dict[str, tuple[TableSource, ...]]] = (0, "", {})
    said: dict[str, list[str]] = {}
    for one in presets():
        if one.adds:
            continue
        found = fit(one, tables, client, said.setdefault(one.name, []))
        score = sum(100 + len(s.columns) for many in found.values() for s in many)
        if "opportunities" in found and score > best[0]:
            best = (score, one.name, found)
    problems += said.get(best[1], [])
    return best[1], best[2]


def fit(
    one: Preset, tables: Tables, client: Client, problems: list[str]
) -> dict[str, tuple[TableSource, ...]]:
    """Return the sources of a preset that this export has, with the columns it has.

    Examples
    --------
    >>> user = {"User.csv": ["Id", "Name", "Email", "Username", "UserRoleId"]}
    >>> fit(preset("salesforce"), user, Client(), [])["reps"][0].columns["rep_id"]
    'Id'
    """
    found: dict[str, tuple[TableSource, ...]] = {}
    for table, specs in one.tables.items():
        many: list[TableSource] = []
        for spec in specs:
            if spec.alternative and many:
                continue
            fitting = {t: c for t, c in tables.items() if _has(spec.needs, c)}
            fitting = {t: c for t, c in fitting.items() if all(t != m.file for m in many)}
            items = files_of(spec.files, fitting, one.prefixes, problems, table)
            many += [resolved(changed(spec, client, table), i, tables, one.prefixes) for i in items]
        if many:
            found[table] = tuple(many)
    return found


def _has(needs: Sequence[str], columns: Sequence[str]) -> bool:
    return all(any(names.column(n.strip(), columns) for n in need.split("|")) for need in needs)
