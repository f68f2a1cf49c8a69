"""Loading: one source and one client's settings become a `Crm`, or one error that lists every blocker."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import duckdb
import ibis
import pandas as pd

from ..core import share
from ..core.calendar import check_country
from ..core.client import FILE_NAME, Client
from ..core.crm import Crm
from ..core.errors import DataProblem, InvalidInput
from ..core.schema import SCHEMA
from . import kinds, orphans
from .asof import check_day, latest_day
from .assemble import assemble
from .clean import clean
from .derive import derive, in_duckdb
from .ledger import Ledger
from .look import look
from .open import has_tables, open_source
from .read import Source, damaged
from .require import check_required, sources_of
from .shared import once_in_a_batch
from .sql import ident
from .warehouse import from_database, is_database

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from duckdb import DuckDBPyConnection
    from ibis.backends import BaseBackend

#: Tables in the order they are loaded: reps first, for every rep_id is looked up there.
ORDER = tuple(SCHEMA)


def load(
    source: str | Path | Mapping[str, pd.DataFrame] | BaseBackend | None = None,
    client: Client | str | Path | None = None,
    *,
    language: str = "",
    as_of: date | str | None = None,
) -> Crm:
    """Load one company's data, checked.

    Parameters
    ----------
    source : str, path, dict of DataFrame, Ibis connection, or None
        A folder of CSV, JSON, Parquet or Excel files, one such file, a DuckDB file, the address of a database
        such as ``postgresql://host/crm``, a connection that Ibis made, or frames by table name. None: the
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
        Canonical tables with the columns the source has and those that `derive` works out. Days are DuckDB
        ``DATE``, which ``to_pandas`` gives as ``datetime64[s]``; numbers are floats, texts ``str``. Each Crm
        owns its connection. Parquet and DuckDB files are read when asked for and must stay where they are;
        tables of a database stay queries on it; other sources are copied into memory.

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
    check_country(settings.country, where=str(settings.path or "the settings"))
    day = _day(as_of) or settings.as_of
    if is_database(source):
        return _loaded(from_database, source, settings, day)
    return once_in_a_batch(source, settings, day, lambda: _loaded(_from_files, source, settings, day))


def _loaded(read: Callable[..., tuple], source: Any, settings: Client, day: date | None) -> Crm:
    ledger = Ledger("The source")
    tables, day, digest = read(source, settings, day, ledger)
    return Crm(
        tables=MappingProxyType(tables),
        as_of=day,
        client=settings,
        exclusions=ledger.exclusions(),
        rows_in=MappingProxyType(dict(ledger.rows_in)),
        fingerprint=digest,
        findings=ledger.findings(),
    )


def _from_files(
    source: Any, settings: Client, day: date | None, ledger: Ledger
) -> tuple[dict[str, ir.Table], date, str]:
    """Load files or frames into DuckDB: the canonical tables, the day they are known up to, their hash."""
    backend = ibis.duckdb.connect()
    con = backend.con
    found = open_source(source, con, settings.tables)
    ledger.where = found.label
    try:
        tables, day = _checked(con, found, settings, day, ledger)
    except duckdb.Error:
        if said := damaged(con, found):
            raise DataProblem(said) from None
        raise
    tables = {name: backend.table(name) for name in tables}
    digest = fingerprint(con, list(tables))
    return derive(tables, settings, as_of=day, ledger=ledger, keep=in_duckdb(backend)), day, digest


def _checked(
    con: DuckDBPyConnection, found: Source, settings: Client, day: date | None, ledger: Ledger
) -> tuple[list[str], date]:
    """Read and clean the tables of a source; return their names and the day they are known up to."""
    plan = look(con, found, settings, ledger)
    staged = (assemble(con, n, found, sources_of(n, plan, settings), settings, ledger) for n in ORDER)
    stages = [s for s in staged if s]
    check_required({s.table for s in stages}, found, plan, ledger)
    day = check_day(con, stages, day, ledger) if day else latest_day(con, stages, ledger)
    if day is None or ledger.blockers:
        # Row checks still run where they can, so that one message lists everything.
        day = day or date.max
    for staged in stages:
        clean(con, staged, day, ledger, max_loss=settings.max_loss)
    orphans.check(con, stages, ledger)
    kinds.check(con, stages, ledger)
    kinds.check_names(con, stages, settings, ledger)
    ledger.raise_blockers()
    _tidy(con)
    return [s.table for s in stages], day


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
        folder = Path(os.path.expanduser(client))
        if has_tables(folder) and not os.path.isfile(folder / FILE_NAME):
            source, client = folder, None  # data without settings: the defaults will do
    if client is not None and not isinstance(client, (Client, str, Path)):
        raise InvalidInput(
            f"Settings cannot be a {type(client).__name__}. Give a Client, a client.toml or its folder."
        )
    if client is None and isinstance(source, (str, Path)) and not is_database(source):
        path = Path(os.path.expanduser(source))
        if path.suffix == ".toml":
            source, client = None, path
        else:
            beside = path / FILE_NAME
            client = Client.read(beside) if os.path.isfile(beside) else Client()
    elif client is None:
        client = Client()
    settings = client if isinstance(client, Client) else Client.read(client)
    if source is not None:
        return source, settings
    if settings.path is None:
        raise InvalidInput(
            "No source given. Give a folder, a DuckDB file, frames, or a client.toml that names its source."
        )
    if is_database(settings.source):
        return settings.source, settings
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


def _tidy(con: DuckDBPyConnection) -> None:
    """Drop what only loading needed; lookups stay where rows are read from the source when asked for."""
    con.execute("DROP TABLE IF EXISTS probed")
    rows = con.execute(
        "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'main'"
    ).fetchall()
    ours = re.compile(rf"(raw|stage|twice|lookup)_({'|'.join(SCHEMA)})(_.*)?")
    mine = sorted(((n, k) for n, k in rows if ours.fullmatch(n)), key=lambda row: row[1] != "VIEW")
    is_lazy = any(kind == "VIEW" for _, kind in mine)
    for name, kind in mine:
        if not (is_lazy and name.startswith("lookup_")):
            con.execute(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} {ident(name)}")


def fingerprint(con: DuckDBPyConnection, tables: list[str]) -> str:
    """Return eight hexadecimal digits that depend on what the tables hold, not on the order of rows."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        columns = sorted(r[0] for r in con.execute(f"DESCRIBE {ident(name)}").fetchall())
        content = f"hash({', '.join(ident(c) for c in columns)})"
        total = con.execute(f"SELECT count(*), sum({content}::HUGEINT) FROM {ident(name)}").fetchone()
        digest.update(f"{name}:{columns}:{total}".encode())
    return digest.hexdigest()[:8]
