"""Sources: a folder of files, a workbook, a DuckDB file or frames; each table is put into DuckDB."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import duckdb
import pandas as pd
import pyarrow as pa

from ..core.errors import DataProblem, InvalidInput, did_you_mean
from ..core.source import TableSource
from . import csvfile
from .sql import EMPTY_TEXTS, ROW, file_text, ident, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TEXT_FILES = (".csv", ".tsv", ".txt")
EXCEL_FILES = (".xlsx", ".xlsm")
PARQUET_FILES = (".parquet", ".pq")
DATABASE_FILES = (".duckdb", ".db", ".ddb")

#: Given the columns of a source table, names those wanted.
Choose = Callable[[list[str]], Iterable[str]]


@dataclass(frozen=True)
class Raw:
    """One source table in DuckDB.

    Attributes
    ----------
    label : str
        File or table name for messages.
    relation, numbered : str
        SQL of the rows, without and with the row number ``__row``.
    columns : mapping of str to str
        Source column -> DuckDB type, for the wanted columns.
    all_columns : tuple of str
        Every column of the source.
    lazy : bool
        Rows are read from the source when asked for; nothing is copied.
    rejected : tuple of int
        Row numbers of lines that are not rows (too few or too many fields).
    """

    label: str
    relation: str
    numbered: str
    columns: Mapping[str, str]
    all_columns: tuple[str, ...]
    lazy: bool = False
    rejected: tuple[int, ...] = field(default=())


@dataclass(frozen=True)
class Source:
    """Where tables come from: `items` maps each name found to a file, a database table or a frame."""

    label: str
    kind: str
    items: Mapping[str, Any]

    def find(self, table: str, spec: TableSource | None) -> str | None:
        """Return the item that holds canonical `table`, None when the source has none.

        Raises
        ------
        DataProblem
            The settings name an item that the source does not have.
        """
        wanted = (spec.sheet if self.kind == "workbook" and spec.sheet else spec.file) if spec else ""
        exact = [n for n in self.items if n == (wanted or table)]
        folded = [n for n in self.items if _stem(n) == _stem(wanted or table) or n.lower() == wanted.lower()]
        found = exact or folded
        if len(found) > 1:
            raise DataProblem(
                f"{self.label} holds {' and '.join(sorted(found))}, any of which could be table '{table}'. "
                f'Keep one, or name it: [tables.{table}] file = "{sorted(found)[0]}".'
            )
        if not found and wanted:
            raise DataProblem(
                f"[tables.{table}] names '{wanted}', which {self.label} does not hold."
                f"{did_you_mean(wanted, self.items) or _list(self.items)}"
            )
        return found[0] if found else None

    def read(self, con: DuckDBPyConnection, table: str, item: str, spec: TableSource, choose: Choose) -> Raw:
        """Register the chosen columns of `item` in DuckDB for canonical `table`."""
        held = self.items[item]
        if self.kind == "database":
            return _database(con, held, item, choose)
        if self.kind == "frames":
            return _frame(con, table, held, (f"frame '{item}'", 1), choose)
        if self.kind == "workbook":
            return _frame(con, table, read_sheet(held, item), (f"{held.name} sheet '{item}'", 2), choose)
        suffix = _suffix(held)
        if suffix in PARQUET_FILES or held.is_dir():
            return _parquet(con, held, choose)
        if suffix in EXCEL_FILES:
            return _frame(con, table, read_sheet(held, spec.sheet), (held.name, 2), choose)
        columns, relation, rejected = csvfile.read(con, table, held, spec, choose)
        wanted = dict.fromkeys(choose(columns), "VARCHAR")
        return Raw(held.name, relation, relation, wanted, tuple(columns), rejected=rejected)


def open_source(source: str | Path | Mapping[str, pd.DataFrame], con: DuckDBPyConnection) -> Source:
    """Look at what `source` is and which tables it holds.

    Raises
    ------
    InvalidInput
        There is nothing there, or nothing of it can be read.
    """
    if isinstance(source, Mapping):
        for name, frame in source.items():
            if not isinstance(frame, pd.DataFrame):
                raise InvalidInput(f"Table '{name}' is a {type(frame).__name__}; give a pandas DataFrame.")
        return Source("The frames given", "frames", dict(source))
    path = Path(source)
    if not path.exists():
        near = (
            did_you_mean(path.name, [p.name for p in path.parent.iterdir()]) if path.parent.is_dir() else ""
        )
        raise InvalidInput(
            f"No data at '{path}'.{near if 'mean' in near else ''} Give a folder, a DuckDB file or frames."
        )
    if path.is_file():
        return _open_file(path, con)
    # Absolute, for Parquet files are read again later, when the working folder may be another.
    items = {p.name: p for p in sorted(path.resolve().iterdir()) if _readable(p)}
    if not items:
        raise InvalidInput(f"Folder '{path}' holds no CSV, Parquet or Excel file.")
    return Source(f"Folder '{path}'", "folder", items)


def has_tables(folder: Path) -> bool:
    """Tell whether a folder holds files that can be tables."""
    return folder.is_dir() and any(_readable(p) for p in folder.iterdir())


def _open_file(path: Path, con: DuckDBPyConnection) -> Source:
    suffix = _suffix(path)
    if suffix in EXCEL_FILES:
        with _workbook(path) as book:
            return Source(f"Workbook '{path}'", "workbook", {str(s): path for s in book.sheet_names})
    if suffix not in DATABASE_FILES:
        raise InvalidInput(
            f"'{path}' is a single file. Give its folder, a workbook (.xlsx) or a DuckDB file "
            f"({', '.join(DATABASE_FILES)})."
        )
    try:
        con.execute(f"ATTACH {text(path.resolve())} AS source_file (READ_ONLY)")
    except duckdb.Error as error:
        raise InvalidInput(
            f"'{path}' cannot be opened as a DuckDB file: {str(error).splitlines()[0]}."
        ) from None
    mine = "WHERE database_name = 'source_file' AND NOT internal"
    rows = con.execute(
        f"SELECT schema_name, table_name FROM duckdb_tables() {mine} UNION ALL "
        f"SELECT schema_name, view_name FROM duckdb_views() {mine}"
    ).fetchall()
    items = {
        (t if s == "main" else f"{s}.{t}"): f"source_file.{ident(s)}.{ident(t)}" for s, t in sorted(rows)
    }
    return Source(f"Database '{path}'", "database", items)


def read_sheet(path: Path, sheet: str) -> pd.DataFrame:
    """Read one sheet, the first when `sheet` is empty."""
    with _workbook(path) as book:
        names = [str(s) for s in book.sheet_names]
        if sheet and sheet not in names:
            raise DataProblem(
                f"{path.name} has no sheet '{sheet}'.{did_you_mean(sheet, names) or _list(names)}"
            )
        frame = pd.read_excel(
            book, sheet_name=sheet or 0, dtype=object, keep_default_na=False, na_values=list(EMPTY_TEXTS)
        )
    return frame


def _workbook(path: Path) -> pd.ExcelFile:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl warns about styles, which carry no data
        try:
            return pd.ExcelFile(path, engine="openpyxl")
        except (ValueError, KeyError, OSError, BadZipFile) as error:
            raise DataProblem(
                f"{path.name} cannot be read as an Excel workbook ({error}). Save it again as .xlsx."
            ) from None


def _frame(
    con: DuckDBPyConnection, table: str, frame: pd.DataFrame, place: tuple[str, int], choose: Choose
) -> Raw:
    """Copy a frame into DuckDB; `place` is its label and the number of its first row."""
    label, first = place
    names = [str(c) for c in frame.columns]
    if len(set(names)) < len(names):
        twice = sorted({n for n in names if names.count(n) > 1})
        raise DataProblem(f"{label} has column '{twice[0]}' more than once. Rename one.")
    wanted = [n for n in names if n in set(choose(names))]
    arrays = {n: _array(frame.iloc[:, names.index(n)]) for n in wanted}
    arrays[ROW] = pa.array(range(first, len(frame) + first), pa.int64())
    arrow = pa.table(arrays)
    relation = ident(f"raw_{table}")
    con.register("incoming", arrow)
    con.execute(f"CREATE TABLE {relation} AS SELECT * FROM incoming")
    con.unregister("incoming")
    return Raw(label, relation, relation, _types(con, relation), tuple(names))


def _array(series: pd.Series) -> pa.Array:
    if series.dtype == object:
        present = series.dropna()
        if (
            len(present)
            and present.map(lambda v: isinstance(v, pd.Timestamp) or hasattr(v, "isoformat")).all()
        ):
            series = pd.to_datetime(series)
        elif not present.map(lambda v: isinstance(v, (int, float)) and not isinstance(v, bool)).all():
            series = series.map(str, na_action="ignore")
    elif isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(object).map(str, na_action="ignore")
    try:
        return pa.array(series, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return pa.array(series.map(str, na_action="ignore"), pa.string(), from_pandas=True)


def _parquet(con: DuckDBPyConnection, path: Path, choose: Choose) -> Raw:
    place = f"{file_text(path)[:-1]}/**/*.parquet'" if path.is_dir() else file_text(path)
    relation = f"read_parquet({place})"
    try:
        types = _types(con, relation)
    except duckdb.Error as error:
        raise DataProblem(f"{path.name} cannot be read as Parquet: {str(error).splitlines()[0]}.") from None
    return _lazy(path.name, relation, types, choose)


def _database(con: DuckDBPyConnection, relation: str, item: str, choose: Choose) -> Raw:
    return _lazy(f"table '{item}'", relation, _types(con, relation), choose)


def _lazy(label: str, relation: str, types: dict[str, str], choose: Choose) -> Raw:
    wanted = set(choose(list(types)))
    numbered = f"(SELECT row_number() OVER () AS {ROW}, * FROM {relation})"
    return Raw(
        label, relation, numbered, {c: t for c, t in types.items() if c in wanted}, tuple(types), lazy=True
    )


def _types(con: DuckDBPyConnection, relation: str) -> dict[str, str]:
    return {r[0]: r[1] for r in con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall() if r[0] != ROW}


def _suffix(path: Path) -> str:
    return Path(path.stem).suffix.lower() if path.suffix.lower() == ".gz" else path.suffix.lower()


def _readable(path: Path) -> bool:
    if path.name.startswith((".", "~$")):
        return False
    if path.is_dir():
        return any(path.glob("*.parquet"))
    return _suffix(path) in (*TEXT_FILES, *EXCEL_FILES, *PARQUET_FILES)


def _stem(name: str) -> str:
    lowered = name.lower().removesuffix(".gz")
    for suffix in (*TEXT_FILES, *EXCEL_FILES, *PARQUET_FILES):
        lowered = lowered.removesuffix(suffix)
    return lowered.replace(" ", "_").replace("-", "_")


def _list(names: Iterable[str]) -> str:
    shown = [str(n) for n in names]
    return f" It holds: {', '.join(shown[:12])}{' …' if len(shown) > 12 else ''}."
