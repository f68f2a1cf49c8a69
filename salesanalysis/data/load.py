"""Loading: one source and one client's settings become a `Crm`, or one error that lists every blocker."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from ..core import share
from ..core.client import FILE_NAME, Client
from ..core.crm import Crm
from ..core.errors import DataProblem, InvalidInput
from ..core.schema import SCHEMA
from ..core.source import TableSource
from . import kinds, orphans
from .asof import latest_day
from .clean import clean
from .ledger import Ledger
from .mapping import fields, unused
from .open import has_tables, open_source
from .read import Source
from .sql import ident
from .stage import Stage, stage

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Tables in the order they are loaded: reps first, for every rep_id is looked up there.
ORDER = tuple(SCHEMA)


def load(
    source: str | Path | Mapping[str, pd.DataFrame] | None = None,
    client: Client | str | Path | None = None,
    *,
    language: str = "",
    as_of: date | str | None = None,
) -> Crm:
    """Load one company's data, checked.

    Parameters
    ----------
    source : str, path, dict of DataFrame, or None
        A folder of CSV, Parquet or Excel files, a workbook, a DuckDB file, or frames by table name. None: the
        client's own source.
    client : Client, str, path, or None
        Settings, the path of a ``client.toml`` or of its folder, or ``"sample"``. None: the settings file in
        the source folder, else defaults.
    language : str
        ``en`` or ``id``; empty: the client's.
    as_of : date or str, optional
        Day up to which the data is complete; default the client's, else the latest plausible day of events.

    Returns
    -------
    Crm
        Canonical tables with exactly the columns the source has. Days are DuckDB ``DATE``, which
        ``to_pandas`` gives as ``datetime64[s]``; numbers are floats, texts ``str``. Each Crm owns its
        connection. Parquet and DuckDB files are read when asked for and must stay where they are; other
        sources are copied into memory.

    Raises
    ------
    InvalidInput
        There is no such source, or the settings cannot be used.
    DataProblem
        The data cannot be used; the message lists every blocker with place and remedy.

    Examples
    --------
    >>> import pandas as pd
    >>> reps = pd.DataFrame({"rep_id": ["r1"], "name": ["Ani"]})
    >>> won = {"opportunity_id": ["o1"], "rep_id": ["r1"], "outcome": ["Won"], "closed_on": ["2026-09-30"]}
    >>> crm = load({"reps": reps, "opportunities": pd.DataFrame(won)})
    >>> crm.as_of
    datetime.date(2026, 9, 30)
    """
    source, settings = _settings(source, client)
    settings = settings.with_language(language)
    backend = ibis.duckdb.connect()
    con = backend.con
    found = open_source(source, con, settings.tables)
    ledger = Ledger(found.label)
    stages = [s for s in (_stage(con, name, found, settings, ledger) for name in ORDER) if s]
    _check_required(stages, found, settings, ledger)
    day = _day(as_of) or settings.as_of or latest_day(con, stages, ledger)
    if day is None or ledger.blockers:
        # Row checks still run where they can, so that one message lists everything.
        day = day or date.max
    for staged in stages:
        clean(con, staged, day, ledger, max_loss=settings.max_loss)
    orphans.check(con, stages, ledger)
    kinds.check(con, stages, ledger)
    ledger.raise_blockers()
    _tidy(con, stages)
    names = [s.table for s in stages]
    return Crm(
        tables=MappingProxyType({name: backend.table(name) for name in names}),
        as_of=day,
        client=settings,
        exclusions=ledger.exclusions(),
        rows_in=MappingProxyType(dict(ledger.rows_in)),
        fingerprint=fingerprint(con, names),
        findings=ledger.findings(),
    )


def sample(*, language: str = "") -> Crm:
    """Load the sample company that comes with the package.

    Examples
    --------
    >>> sample().has("opportunities")
    True
    """
    return load(client="sample", language=language)


def _settings(source: object, client: object) -> tuple[object, Client]:
    """Return the source and the settings that go together; an empty text stands for none."""
    source, client = (None if isinstance(given, str) and not given else given for given in (source, client))
    if client == "sample":
        client = share.path("data", "sample")
    if source is None and isinstance(client, (str, Path)):
        folder = Path(client)
        if has_tables(folder) and not (folder / FILE_NAME).is_file():
            source, client = folder, None  # data without settings: the defaults will do
    if client is None and isinstance(source, (str, Path)):
        path = Path(source)
        if path.suffix == ".toml":
            source, client = None, path
        else:
            beside = path / FILE_NAME
            client = Client.read(beside) if beside.is_file() else Client()
    elif client is None:
        client = Client()
    settings = client if isinstance(client, Client) else Client.read(client)
    if source is not None:
        return source, settings
    if settings.path is None:
        raise InvalidInput(
            "No source given. Give a folder, a DuckDB file, frames, or a client.toml that names its source."
        )
    return settings.path.parent / settings.source, settings


def _day(as_of: date | str | None) -> date | None:
    if as_of is None or as_of == "":
        return None
    if isinstance(as_of, datetime):
        return as_of.date()
    if isinstance(as_of, date):
        return as_of
    try:
        return date.fromisoformat(str(as_of))
    except ValueError:
        raise InvalidInput(f"as_of is '{as_of}'; write a day such as 2026-09-30.") from None


def _stage(
    con: DuckDBPyConnection, table: str, source: Source, client: Client, ledger: Ledger
) -> Stage | None:
    """Read and stage one table; None when the source has none or it cannot be read (a blocker then)."""
    spec = client.tables.get(table, TableSource())
    try:
        item = source.find(table, spec)
        if item is None:
            return None
        raw = source.read(con, table, item, spec, lambda columns: _chosen(table, columns, spec))
    except DataProblem as problem:
        ledger.block(str(problem))
        return None
    if raw.assumed:
        ledger.add(table, "encoding_assumed", "info", 0, example=raw.assumed)
    found, problems = fields(table, raw.all_columns, spec)
    for problem in problems:
        ledger.block(f"{raw.label}: {problem}")
    if con.execute(f"SELECT count(*) FROM {raw.relation}").fetchone()[0] == 0 and not raw.rejected:
        if SCHEMA[table].required:
            ledger.block(f"{raw.label} has a header but no rows; table '{table}' is needed. Export it again.")
        ledger.add(table, "empty_table", "info", 0, example=raw.label)
        return None
    staged = stage(con, table, raw, found, client, ledger)
    unused(table, raw.all_columns, found, ledger)
    return None if problems else staged


def _chosen(table: str, columns: list[str], spec: TableSource) -> set[str]:
    return {f.source for f in fields(table, columns, spec)[0].values() if f.source}


def _check_required(stages: list[Stage], source: Source, client: Client, ledger: Ledger) -> None:
    staged = {s.table for s in stages}
    for name, declared in SCHEMA.items():
        if not declared.required or name in staged:
            continue
        try:
            missing = source.find(name, client.tables.get(name)) is None
        except DataProblem:
            continue  # said already
        if missing:
            held = ", ".join(list(source.items)[:12]) or "nothing"
            ledger.block(
                f"Table '{name}' ({declared.meaning.rstrip('.')}) is missing. {source.label} holds {held}. "
                f'Name its file in client.toml: [tables.{name}] file = "…".'
            )


def _tidy(con: DuckDBPyConnection, stages: list[Stage]) -> None:
    """Drop what only loading needed."""
    con.execute("DROP TABLE IF EXISTS probed")
    for staged in stages:
        con.execute(f"DROP {'VIEW' if staged.raw.lazy else 'TABLE'} {ident('stage_' + staged.table)}")
        con.execute(f"DROP TABLE IF EXISTS {ident('twice_' + staged.table)}")
        if not staged.raw.lazy:
            con.execute(f"DROP TABLE IF EXISTS {ident('raw_' + staged.table)}")


def fingerprint(con: DuckDBPyConnection, tables: list[str]) -> str:
    """Return eight hexadecimal digits that depend on what the tables hold, not on the order of rows."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        columns = sorted(r[0] for r in con.execute(f"DESCRIBE {ident(name)}").fetchall())
        content = f"hash({', '.join(ident(c) for c in columns)})"
        total = con.execute(f"SELECT count(*), sum({content}::HUGEINT) FROM {ident(name)}").fetchone()
        digest.update(f"{name}:{columns}:{total}".encode())
    return digest.hexdigest()[:8]
