"""What a source is: a folder of files, one file, a workbook, a DuckDB file, a database or frames."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd

from ..core.errors import InvalidInput, did_you_mean
from ..core.schema import SCHEMA
from ..core.source import TableSource
from .mapping import fields
from .read import TABLE_FILES, Source, stem, suffix_of
from .sheet import EXCEL_FILES, sheets
from .sql import ident, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DATABASE_FILES = (".duckdb", ".db", ".ddb")
_KINDS = "CSV, Parquet, Excel or JSON file"
_GIVE = (
    "Give a folder of files, one file (CSV, Parquet, Excel, JSON lines, DuckDB), the address of a database "
    "such as postgresql://host/name, or frames by table name."
)


def open_source(
    source: str | Path | Mapping[str, pd.DataFrame],
    con: DuckDBPyConnection,
    tables: Mapping[str, TableSource] | None = None,
) -> Source:
    """Look at what `source` is and which tables it holds; `tables` helps to recognise a single file's own.

    Raises
    ------
    InvalidInput
        There is nothing there, or nothing of it can be read.
    """
    if isinstance(source, Mapping):
        for name, frame in source.items():
            if not isinstance(frame, pd.DataFrame):
                raise InvalidInput(f"Table '{name}' is a {type(frame).__name__}; give a pandas DataFrame.")
        return Source("The frames given", "frames", {str(name): frame for name, frame in source.items()})
    if not isinstance(source, (str, Path)):
        raise InvalidInput(f"A source cannot be a {type(source).__name__}. {_GIVE}")
    path = Path(os.path.expanduser(source))
    if not os.path.exists(path):
        near = did_you_mean(path.name, _names_in(path.parent))
        raise InvalidInput(f"No data at '{path}'.{near if 'mean' in near else ''} {_GIVE}")
    return _open_folder(path, con, tables) if os.path.isdir(path) else _open_file(path, con, tables)


def _names_in(folder: Path) -> list[str]:
    try:
        return [p.name for p in folder.iterdir()]
    except OSError:
        return []


def _inside(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise InvalidInput(f"Folder '{folder}' cannot be read: {error.strerror}. Change that.") from None


def has_tables(folder: Path) -> bool:
    """Tell whether a folder holds files that can be tables."""
    return os.path.isdir(folder) and any(_readable(p) or _is_database(p) for p in _inside(folder))


def _readable(path: Path) -> bool:
    if path.name.startswith((".", "~$")):
        return False
    if path.is_dir():
        return any(path.glob("*.parquet"))
    return suffix_of(path) in TABLE_FILES


def _is_database(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in DATABASE_FILES and not path.name.startswith(".")


def _open_folder(path: Path, con: DuckDBPyConnection, tables: Mapping[str, TableSource] | None) -> Source:
    # Absolute, for Parquet files are read again later, when the working folder may be another.
    files = sorted(_inside(path.resolve()))
    items = {p.name: p for p in files if _readable(p)}
    databases = [p for p in files if _is_database(p)]
    alone = [*items.values(), *databases]
    if len(alone) == 1 and (databases or suffix_of(alone[0]) in EXCEL_FILES):
        return _open_file(alone[0], con, tables)
    if items:
        return Source(f"Folder '{path}'", "folder", items)
    if databases:
        names = ", ".join(p.name for p in databases)
        raise InvalidInput(f"Folder '{path}' holds several DuckDB files: {names}. Give one of them.")
    raise InvalidInput(f"Folder '{path}' holds no {_KINDS}.{_hint(files)}")


def _hint(files: list[Path]) -> str:
    """Say what else lies in a folder without tables."""
    old = [p.name for p in files if p.suffix.lower() in (".xls", ".xlsb", ".ods", ".numbers")]
    if old:
        return f" Save {old[0]} as .xlsx or .csv."
    packed = [p.name for p in files if p.suffix.lower() in (".zip", ".7z", ".rar")]
    if packed:
        return f" Unpack {packed[0]} first."
    inside = [p.name for p in files if p.is_dir() and not p.name.startswith(".") and has_tables(p)]
    return f" Its folder '{inside[0]}' does: give that one." if inside else ""


def _open_file(path: Path, con: DuckDBPyConnection, tables: Mapping[str, TableSource] | None) -> Source:
    path = path.resolve()
    if suffix_of(path) in EXCEL_FILES:
        names = sheets(path)
        if len(names) > 1:
            return Source(f"Workbook '{path}'", "workbook", dict.fromkeys(names, path))
        return _single(
            Source(f"Workbook '{path}'", "workbook", {names[0]: path}), stem(path.name), con, tables
        )
    if suffix_of(path) in TABLE_FILES:
        return _single(Source(f"File '{path}'", "file", {path.name: path}), stem(path.name), con, tables)
    if suffix_of(path) not in DATABASE_FILES:
        raise InvalidInput(f"'{path}' is no file that can be read.{_hint([path])} {_GIVE}")
    return _database(path, con)


def _database(path: Path, con: DuckDBPyConnection) -> Source:
    try:
        con.execute(f"ATTACH {text(path)} AS source_file (READ_ONLY)")
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise InvalidInput(f"'{path}' cannot be opened as a DuckDB file: {said}.") from None
    mine = "WHERE database_name = 'source_file' AND NOT internal"
    rows = con.execute(
        f"SELECT schema_name, table_name FROM duckdb_tables() {mine} UNION ALL "
        f"SELECT schema_name, view_name FROM duckdb_views() {mine}"
    ).fetchall()
    items = {
        (t if s == "main" else f"{s}.{t}"): f"source_file.{ident(s)}.{ident(t)}" for s, t in sorted(rows)
    }
    return Source(f"Database '{path}'", "database", items)


def _single(
    source: Source, name: str, con: DuckDBPyConnection, tables: Mapping[str, TableSource] | None
) -> Source:
    """Name the one table of a source: as the settings, the file or its columns say."""
    tables = tables or {}
    item, held = next(iter(source.items.items()))
    if name in SCHEMA or any(name == stem(n) for s in tables.values() for n in _named(s)):
        return Source(source.label, source.kind, {item if stem(item) == name else name: held})
    if any(stem(item) == stem(n) for s in tables.values() for n in _named(s)):
        return source
    columns = source.columns(con, item)
    table = recognise(columns, tables)
    return Source(source.label, source.kind, {table: held}) if table else source


def _named(spec: Any) -> list[str]:
    specs = spec if isinstance(spec, tuple) else (spec,)
    given = [n for s in specs for n in ((s.file,) if isinstance(s.file, str) else s.file)]
    return [n for n in [*given, *(s.sheet for s in specs)] if n]


def recognise(columns: list[str], tables: Mapping[str, TableSource] | None = None) -> str:
    """Return the canonical table that these columns are, empty where none or several fit.

    A table fits when all its required columns are there; of several the one with more columns does, those
    that identify rows of other tables set aside.

    Examples
    --------
    >>> recognise(["Opportunity ID", "Rep ID", "Outcome", "Amount"])
    'opportunities'
    >>> recognise(["a", "b"])
    ''
    """
    scores: dict[str, int] = {}
    for name in SCHEMA:
        spec = (tables or {}).get(name, TableSource())
        found, problems = fields(name, columns, spec if isinstance(spec, TableSource) else spec[0])
        if not problems:
            scores[name] = len(found)
    best = [name for name, score in scores.items() if score == max(scores.values())]
    return best[0] if len(best) == 1 else ""
