"""Loading from a database: the same steps as for files, each of them a question to the database."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import ibis
import pandas as pd
from ibis.common.exceptions import OperationNotDefinedError

from ...core.client import Client
from ...core.errors import DataProblem
from ...core.kind import ACTIVITIES
from ...core.schema import SCHEMA
from ...core.source import TableSource
from ..asof import EVENTS, checked_day, found_day
from ..derive import derive
from ..kinds import note_unmeasured, refuse_unknown
from ..ledger import Ledger
from ..look import enter
from ..mapping import fields, known_values, unused, wanted
from ..orphans import none_joins
from ..recognise import Recognition, recognise
from ..require import check_required, sources_of
from .address import refused
from .arrange import arrange
from .clean import clean
from .keep import stored
from .lookups import Find
from .probe import counts
from .source import Database, open_database
from .stage import Staged, combine, stage

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend


def from_database(
    source: str | BaseBackend, client: Client, day: date | None, ledger: Ledger
) -> tuple[dict[str, ir.Table], date, str]:
    """Load canonical tables from a database; they stay queries on it.

    Parameters
    ----------
    source : str or Ibis connection
        An address such as ``postgresql://host/crm``, or a connection.
    client : Client
        Settings.
    day : datetime.date or None
        Day up to which the data is known; None: found in the data.
    ledger : Ledger
        Takes what was found.

    Returns
    -------
    tables : dict of str to ibis table
        Canonical tables.
    day : datetime.date
        The day up to which they are known.
    fingerprint : str
        Eight hexadecimal digits that depend on what the tables hold. Engines hash differently: the digits
        tell whether the data of one database has changed, not whether two databases hold the same.

    Raises
    ------
    InvalidInput
        The database cannot be opened or does not answer.
    DataProblem
        The data cannot be used; the message lists every blocker.
    """
    database = open_database(source, client)
    ledger.where = database.source.label
    with refused(f"{ledger.where} does not answer"):
        plan = enter(recognise(database.columns(), client), client, ledger)
        stages = _stages(database, plan, client, ledger)
        check_required({s.table for s in stages}, database.source, plan, ledger)
        events = _events(stages)
        if day is None:
            day = found_day(events, ledger)
        elif day > date.today():
            day = checked_day(events, day, ledger)
        # Row checks still run where they can, so that one message lists everything.
        until = day or date.max
        tables: dict[str, ir.Table] = {}
        for staged in stages:
            tables[staged.table] = clean(staged, tables.get("reps"), until, ledger, max_loss=client.max_loss)
        _check_references(stages, tables, ledger)
        _check_kinds(tables, client, ledger)
        ledger.raise_blockers()
        digest = fingerprint(tables)
        return derive(tables, client, as_of=until, ledger=ledger, keep=stored, aside=stored), until, digest


def _stages(database: Database, plan: Recognition, client: Client, ledger: Ledger) -> list[Staged]:
    """Stage every canonical table that the database has, reps first."""
    found: dict[str, Staged] = {}

    def find(name: str, canonical: bool) -> tuple[str, ir.Table] | None:
        if not canonical:
            return database.find(name)
        return (f"table {name}", found[name].rows) if name in found else None

    for table in SCHEMA:
        parts = []
        for spec in sources_of(table, plan, client):
            try:
                part = _part(database, table, spec, client, find, ledger)
            except DataProblem as problem:
                ledger.block(str(problem))
                continue
            parts += [part] if part else []
        if parts:
            found[table] = combine(parts)
    return list(found.values())


def _part(
    database: Database, table: str, spec: TableSource, client: Client, find: Find, ledger: Ledger
) -> Staged | None:
    """Stage one source of a table; None where the database has none, or one that cannot be read."""
    item = database.source.find(table, spec)
    if item is None:
        return None
    rows, label = database.source.items[item], f"table '{item}'"
    found, problems = fields(table, rows.columns, spec)
    for problem in problems:
        ledger.block(f"{label}: {problem}")
    if problems:
        return None
    if not len(rows.limit(1).to_pandas()):
        if SCHEMA[table].required:
            ledger.block(f"{label} holds no rows; table '{table}' is needed. Fill it, or name another one.")
        ledger.add(table, "empty_table", "info", 0, example=label)
        return None
    spec = replace(spec, file=item)
    arranged = arrange(rows, table, spec, found, find, ledger)
    unused(table, rows.columns, wanted(table, rows.columns, spec), found, ledger)
    staged = stage(arranged.rows, table, found, spec, client, ledger)
    preset = bool(spec.preset)
    return replace(staged, deleted=arranged.deleted, example=arranged.example, of_preset=preset)


def _events(stages: list[Staged]) -> list[tuple[date, int]]:
    """Return the days of events, in order, and how many happened on each."""
    parts = []
    for staged in stages:
        for name in EVENTS.get(staged.table, ()):
            if name not in staged.cells:
                continue
            rows = staged.rows.filter(staged.rows[name].notnull())
            if name == "closed_on" and "outcome" in staged.cells:
                rows = rows.filter(rows.outcome != "open")
            parts.append(rows.select(day=rows[name]))
    if not parts:
        return []
    days = ibis.union(*parts) if len(parts) > 1 else parts[0]
    found = days.group_by("day").agg(n=days.count()).order_by("day").to_pandas()
    return [(pd.Timestamp(r.day).date(), int(r.n)) for r in found.itertuples()]


def _check_references(stages: list[Staged], tables: Mapping[str, ir.Table], ledger: Ledger) -> None:
    """Count values that point to no row of the table they refer to; refuse owners of whom none is known."""
    for staged in stages:
        rows = tables[staged.table]
        for name in staged.cells:
            target, _, key = SCHEMA[staged.table][name].references.partition(".")
            if not target or target not in tables or key not in tables[target].columns:
                continue
            if name == "rep_id":
                _check_owners(staged, tables["reps"], ledger)
                continue
            there = tables[target].select(there=tables[target][key])
            lost = rows.filter(rows[name].notnull()).anti_join(there, rows[name] == there.there)
            found = lost.aggregate(n=lost.count(), first=lost[name].min()).to_pandas().iloc[0]
            example = f"'{found['first']}' is not in {target}"
            ledger.add(staged.table, "orphan", "warning", int(found["n"]), column=name, example=example)


def _check_owners(staged: Staged, reps: ir.Table, ledger: Ledger) -> None:
    rows = staged.rows
    known = reps.select(known_rep=reps.rep_id)
    joined = rows.left_join(known, rows.rep_id == known.known_rep)
    found = counts(joined.aggregate(given=joined.rep_id.count(), known=joined.known_rep.count()))
    if found["given"] and not found["known"]:
        theirs, ours = (t.rep_id.min().to_pyarrow().as_py() for t in (rows, reps))
        if ours is not None:
            place = (staged.table, staged.label, staged.source_of("rep_id"))
            said = (found["given"], str(theirs), str(ours))
            none_joins(place, said, ledger, of_preset=staged.of_preset)


def _check_kinds(tables: Mapping[str, ir.Table], client: Client, ledger: Ledger) -> None:
    """Note kinds and outcomes that no measure counts; block names in the settings that nothing is called."""
    known = {*ACTIVITIES, *(rule.kind for rule in client.kinds if rule.kind)}
    rows = tables.get("activities")
    for name in ("kind", "outcome"):
        if rows is None or name not in rows.columns:
            continue
        filled = rows.filter(rows[name].notnull())
        held = filled.group_by(value=filled[name]).agg(n=filled.count()).to_pandas()
        held = held.sort_values(["n", "value"], ascending=[False, True])
        known |= set(held["value"]) if name == "kind" else set()
        measured = known_values("activities", name)
        others = [(str(r.value), int(r.n)) for r in held.itertuples() if r.value not in measured]
        note_unmeasured(name, others, ledger)
    refuse_unknown(known, client, ledger)


def fingerprint(tables: Mapping[str, ir.Table]) -> str:
    """Return eight hexadecimal digits that depend on what the tables hold, not on the order of rows."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        rows = tables[name]
        digest.update(f"{name}:{sorted(rows.columns)}:{_total(rows)}".encode())
    return digest.hexdigest()[:8]


def _total(rows: ir.Table) -> list[str]:
    """Return sums over the rows that change when any cell does."""
    content: ir.StringValue = ibis.literal("")
    for column in sorted(rows.columns):
        content = content + rows[column].cast("string").fill_null("\x1e") + ibis.literal("\x1f")
    hashed = rows.select(h=content.hash())
    # Remainders by two primes: their sums stay whole numbers on every engine.
    parts = {f"m{p}": (hashed.h % p).cast("int64").sum() for p in (998_244_353, 1_000_003)}
    try:
        found = hashed.aggregate(n=hashed.count(), **parts).to_pandas()
    except OperationNotDefinedError:  # an engine without a hash: what its columns hold one by one
        each = {f"{c}|{k}": f for c in rows.columns for k, f in _sums(rows[c]).items()}
        found = rows.aggregate(n=rows.count(), **each).to_pandas()
    return [str(value) for value in found.iloc[0]]


def _sums(column: ir.Column) -> dict[str, ir.Scalar]:
    said = column.cast("string")
    return {
        "n": column.count(),
        "u": column.nunique(),
        "l": said.length().sum(),
        "lo": said.min(),
        "hi": said.max(),
    }
