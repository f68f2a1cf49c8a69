"""Reading one table of a source: each is put into DuckDB with row numbers, or stays a view on its file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import pyarrow as pa

from ..core.errors import DataProblem, did_you_mean
from ..core.source import TableSource
from . import csvfile, jsonfile
from .sheet import EXCEL_FILES, as_array, read_sheet, said
from .sql import ROW, file_text, ident

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TEXT_FILES = (".csv", ".tsv", ".tab", ".txt")
PARQUET_FILES = (".parquet", ".pq")
#: Endings of files that hold one table.
TABLE_FILES = (*TEXT_FILES, *jsonfile.JSON_FILES, *EXCEL_FILES, *PARQUET_FILES)

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
    assumed : str
        What was assumed about the encoding of the file; empty where nothing was.
    """

    label: str
    relation: str
    numbered: str
    columns: Mapping[str, str]
    all_columns: tuple[str, ...]
    lazy: bool = False
    rejected: tuple[int, ...] = field(default=())
    assumed: str = ""


@dataclass(frozen=True)
class Source:
    """Where tables come from: `items` maps each name found to a file, a database table or a frame.

    `kind` is ``folder``, ``file`` (one table), ``workbook``, ``database`` (a DuckDB file) or ``frames``.
    """

    label: str
    kind: str
    items: Mapping[str, Any]

    def find(self, table: str, spec: TableSource | None) -> str | None:
        """Return the item that holds canonical `table`, None when the source has none.

        Raises
        ------
        DataProblem
            The settings name an item that the source does not have, or several items fit.
        """
        names = _wanted(self.kind, spec)
        found = next(filter(None, map(self.named, names or [table])), [])
        if len(found) > 1:
            raise DataProblem(
                f"{self.label} holds {' and '.join(sorted(found))}, any of which could be table '{table}'. "
                f'Keep one, or name it: [tables.{table}] file = "{sorted(found)[0]}".'
            )
        if not found and names:
            near = did_you_mean(names[0], self.items) or listed(self.items)
            raise DataProblem(f"[tables.{table}] names '{names[0]}', which {self.label} does not hold.{near}")
        return found[0] if found else None

    def named(self, name: str) -> list[str]:
        """Return the items called `name`, exactly or in another case or ending; ``*`` stands for anything."""
        if any(c in name for c in "*?"):
            return [n for n in self.items if fnmatchcase(n.lower(), name.lower())]
        return [n for n in self.items if n == name] or [
            n for n in self.items if stem(n) == stem(name) or n.lower() == name.lower()
        ]

    def columns(self, con: DuckDBPyConnection, item: str, spec: TableSource | None = None) -> list[str]:
        """Return the columns of an item without reading its rows, where its kind allows that.

        Raises
        ------
        DataProblem
            It cannot be read.
        """
        held, spec = self.items[item], spec or TableSource()
        if self.kind == "database":
            return list(_types(con, held))
        if self.kind == "frames":
            return [str(c) for c in held.columns]
        suffix = suffix_of(held)
        if suffix in EXCEL_FILES:
            sheet = item if self.kind == "workbook" else spec.sheet
            return [str(c) for c in read_sheet(held, sheet, rows=0).columns]
        if suffix in PARQUET_FILES or held.is_dir():
            return list(_parquet(con, held, list).all_columns)
        if suffix in jsonfile.JSON_FILES:
            return list(jsonfile.records(con, held, spec).columns)
        return csvfile.layout(held, spec).columns

    def read(self, con: DuckDBPyConnection, table: str, item: str, spec: TableSource, choose: Choose) -> Raw:
        """Register the chosen columns of `item` in DuckDB for canonical `table`."""
        held = self.items[item]
        if self.kind == "database":
            return _lazy(f"table '{item}'", held, _given(con, held, f"table '{item}'"), choose)
        if self.kind == "frames":
            return _frame(con, table, held, (f"frame '{item}'", 1), choose)
        if self.kind == "workbook":
            return _frame(con, table, read_sheet(held, item), (f"{held.name} sheet '{item}'", 2), choose)
        suffix = suffix_of(held)
        if suffix in PARQUET_FILES or held.is_dir():
            return _parquet(con, held, choose)
        if suffix in EXCEL_FILES:
            return _frame(con, table, read_sheet(held, spec.sheet), (held.name, 2), choose)
        if suffix in jsonfile.JSON_FILES:
            found, relation = jsonfile.read(con, table, held, spec, choose)
            names, wanted = tuple(found.columns), _types(con, relation)
            return Raw(
                held.name, relation, relation, wanted, names, rejected=found.rejected, assumed=found.assumed
            )
        layout, relation, rejected = csvfile.read(con, table, held, spec, choose)
        columns, assumed = tuple(layout.columns), layout.file.assumed
        wanted = dict.fromkeys(choose(layout.columns), "VARCHAR")
        return Raw(held.name, relation, relation, wanted, columns, rejected=rejected, assumed=assumed)


def _wanted(kind: str, spec: TableSource | None) -> list[str]:
    """Return the names that the settings give an item, in the order in which they are looked for."""
    if spec is None:
        return []
    given = spec.sheet if kind == "workbook" and spec.sheet else spec.file
    return [name for name in ((given,) if isinstance(given, str) else given) if name]


def _frame(
    con: DuckDBPyConnection, table: str, frame: pd.DataFrame, place: tuple[str, int], choose: Choose
) -> Raw:
    """Copy a frame into DuckDB; `place` is its label and the number of its first row."""
    label, first = place
    names = [said(c) for c in frame.columns]
    csvfile.reserved(names, label)
    exact = sorted({n for n in names if names.count(n) > 1})
    wanted = [n for n in names if n in set(choose(names))]
    twice = exact[0] if exact else csvfile.repeated(wanted)
    if twice:
        raise DataProblem(f"{label} has column '{twice}' more than once. Rename one.")
    arrays = {n: as_array(frame.iloc[:, names.index(n)]) for n in wanted}
    arrays[ROW] = pa.array(range(first, len(frame) + first), pa.int64())
    arrow = pa.table(arrays)
    relation = ident(f"raw_{table}")
    con.register("incoming", arrow)
    con.execute(f"CREATE TABLE {relation} AS SELECT * FROM incoming")
    con.unregister("incoming")
    return Raw(label, relation, relation, _types(con, relation), tuple(names))


def _parquet(con: DuckDBPyConnection, path: Path, choose: Choose) -> Raw:
    relation = _parquet_relation(path)
    try:
        types = _given(con, relation, path.name)
    except duckdb.Error as error:
        raise DataProblem(f"{path.name} cannot be read as Parquet: {str(error).splitlines()[0]}.") from None
    return _lazy(path.name, relation, types, choose)


def _lazy(label: str, relation: str, types: dict[str, str], choose: Choose) -> Raw:
    wanted = set(choose(list(types)))
    numbered = f"(SELECT row_number() OVER () AS {ROW}, * FROM {relation})"
    return Raw(
        label, relation, numbered, {c: t for c, t in types.items() if c in wanted}, tuple(types), lazy=True
    )


def _types(con: DuckDBPyConnection, relation: str) -> dict[str, str]:
    return {r[0]: r[1] for r in con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall() if r[0] != ROW}


def _given(con: DuckDBPyConnection, relation: str, label: str) -> dict[str, str]:
    """Return the columns of a table that is not ours."""
    found = con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    csvfile.reserved((r[0] for r in found), label)
    return {r[0]: r[1] for r in found}


def suffix_of(path: Path) -> str:
    """Return the ending of a file in lower case, that of what is packed for ``.gz``.

    Examples
    --------
    >>> suffix_of(Path("Calls.CSV.gz"))
    '.csv'
    """
    return Path(path.stem).suffix.lower() if path.suffix.lower() == ".gz" else path.suffix.lower()


def stem(name: str) -> str:
    """Return the name of a file or table without its ending, in lower case, words joined by underscores.

    Examples
    --------
    >>> stem("Stage History.csv.gz")
    'stage_history'
    """
    lowered = name.lower().removesuffix(".gz")
    for suffix in TABLE_FILES:
        lowered = lowered.removesuffix(suffix)
    return lowered.replace(" ", "_").replace("-", "_")


def listed(names: Iterable[str]) -> str:
    """Return a sentence that lists what a source holds.

    Examples
    --------
    >>> listed(["reps.csv"])
    ' It holds: reps.csv.'
    """
    shown = [str(n) for n in names]
    return f" It holds: {', '.join(shown[:12])}{' …' if len(shown) > 12 else ''}."


def damaged(con: DuckDBPyConnection, source: Source) -> str:
    """Return what is wrong with the first Parquet file whose columns cannot all be read; empty: nothing.

    Such a file is a view until a query meets the page that is broken.
    """
    for path in source.items.values():
        if not isinstance(path, Path) or (path.is_file() and path.suffix.lower() not in PARQUET_FILES):
            continue
        try:
            rows = con.execute(f"SELECT * FROM {_parquet_relation(path)}")
            while rows.fetchmany(10_000):
                pass
        except duckdb.Error as error:
            said_by = str(error).strip().splitlines() or ["no reason given"]
            return f"{path.name} is damaged: {said_by[0]}. Export it again."
    return ""


def _parquet_relation(path: Path) -> str:
    place = f"{file_text(path)[:-1]}/**/*.parquet'" if path.is_dir() else file_text(path)
    return f"read_parquet({place})"
