"""Text files: encoding checked, separator found on the first lines, every cell read as text by DuckDB."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from ..core.errors import DataProblem
from ..core.source import TableSource
from .sql import EMPTY_TEXTS, ROW, file_text, ident, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Separators looked for, and what they are called.
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_BLOCK = 1 << 20
_LOOK = 1 << 16


def read(
    con: DuckDBPyConnection,
    table: str,
    path: Path,
    spec: TableSource,
    choose: Callable[[list[str]], Iterable[str]],
) -> tuple[list[str], str, tuple[int, ...]]:
    """Read the chosen columns of a text file into a DuckDB table of texts.

    Returns
    -------
    columns : list of str
        Header of the file.
    relation : str
        DuckDB table with the chosen columns and the row number.
    rejected : tuple of int
        Row numbers of lines with too few or too many fields; they are not in the table.

    Raises
    ------
    DataProblem
        The file is empty, is in another encoding than declared, or its header cannot be used.
    """
    encoding = _encoding(path, spec.encoding)
    start = _beginning(path, encoding)
    if not start.strip():
        raise DataProblem(f"{path.name} is empty. Export it again, or take it out of the folder.")
    separator = _separator(path, start, spec.separator)
    columns = _header(path, start, separator)
    relation = ident(f"raw_{table}")
    with tempfile.TemporaryDirectory() as folder:
        readable = path if encoding in ("utf-8", "utf-8-sig") else _transcoded(path, encoding, Path(folder))
        rejected = _load(con, relation, readable, separator, columns, list(choose(columns)), path.name)
    return columns, relation, rejected


def _open(path: Path) -> io.BufferedIOBase:
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")


def _encoding(path: Path, declared: str) -> str:
    """Return the codec of the file after decoding all of it once; a wrong one is refused, never guessed."""
    with _open(path) as file:
        head = file.read(4)
    name = declared or ("utf-16" if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig")
    try:
        name = codecs.lookup(name).name
    except LookupError:
        raise DataProblem(
            f"{path.name}: unknown encoding '{declared}'. Write utf-8, cp1252, latin-1 or utf-16."
        ) from None
    decoder, lines = codecs.getincrementaldecoder(name)(), 0
    with _open(path) as file:
        while True:
            block = file.read(_BLOCK)
            try:
                lines += decoder.decode(block, final=not block).count("\n")
            except UnicodeDecodeError as error:
                row = lines + error.object[: error.start].count(b"\n") + 1
                bad = f"0x{error.object[error.start]:02X}"
                other = "utf-8" if declared else "cp1252"
                raise DataProblem(
                    f"{path.name}, row {row}: byte {bad} is not {declared or 'UTF-8'} text. Save the file as "
                    f'UTF-8, or declare its encoding: [tables.…] encoding = "{other}".'
                ) from None
            if not block:
                return name


def _beginning(path: Path, encoding: str) -> str:
    with _open(path) as file:
        raw = file.read(_LOOK)
    start = codecs.getincrementaldecoder(encoding)().decode(raw)
    # The block ends inside a line; what follows the last line end is left out.
    return start if len(raw) < _LOOK else start[: start.rfind("\n") + 1] or start


def _separator(path: Path, start: str, declared: str) -> str:
    if declared:
        named = {"tab": "\t", "\\t": "\t", "semicolon": ";", "comma": ",", "bar": "|"}.get(
            declared.lower(), declared
        )
        if len(named) != 1:
            raise DataProblem(
                f'{path.name}: separator \'{declared}\' is not one sign. Write ",", ";" or "tab".'
            )
        return named
    scores = {}
    for sign in SEPARATORS:
        rows = [len(r) for r in _records(start, sign)[:50] if r]
        agree = sum(n == rows[0] for n in rows)
        scores[sign] = (agree / len(rows) > 0.5 and rows[0] > 1, agree / len(rows) * rows[0])
    best = max(scores, key=lambda s: scores[s])
    return best if scores[best][0] else ","


def _records(start: str, separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(start), delimiter=separator))
    except csv.Error:
        return [line.split(separator) for line in start.splitlines()]


def _header(path: Path, start: str, separator: str) -> list[str]:
    names = [n.strip().lstrip("\ufeff") for n in _records(start, separator)[0]]
    names = [n or f"column {i}" for i, n in enumerate(names, 1)]
    twice = sorted({n for n in names if [m.lower() for m in names].count(n.lower()) > 1})
    if twice:
        raise DataProblem(f"{path.name}, row 1: column '{twice[0]}' stands there more than once. Rename one.")
    return names


def _transcoded(path: Path, encoding: str, folder: Path) -> Path:
    target = folder / "utf8.csv"
    with _open(path) as file, target.open("w", encoding="utf-8", newline="") as out:
        reader = io.TextIOWrapper(file, encoding=encoding, newline="")
        while block := reader.read(_BLOCK):
            out.write(block)
    return target


def _load(
    con: DuckDBPyConnection,
    relation: str,
    path: Path,
    separator: str,
    columns: list[str],
    wanted: list[str],
    label: str,
) -> tuple[int, ...]:
    types = ", ".join(f"{text(c)}: 'VARCHAR'" for c in columns)
    chosen = "".join(f", {ident(c)}" for c in columns if c in set(wanted))
    try:
        con.execute(
            f"CREATE TABLE {relation} AS SELECT row_number() OVER () + 1 AS {ROW}{chosen} FROM read_csv("
            f"{file_text(path)}, auto_detect=false, header=true, delim={text(separator)}, quote='\"', "
            f"escape='\"', columns={{{types}}}, nullstr={list(EMPTY_TEXTS)}, store_rejects=true)"
        )
    except duckdb.Error as error:
        said = next((part for part in str(error).splitlines() if part.strip()), "")
        raise DataProblem(f"{label} cannot be read as text separated by '{separator}': {said}") from None
    lines = [r[0] for r in con.execute("SELECT DISTINCT line FROM reject_errors ORDER BY line").fetchall()]
    con.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
    if lines:
        _renumber(con, relation, lines)
    return tuple(lines)


def _renumber(con: DuckDBPyConnection, relation: str, lines: list[int]) -> None:
    """Add to each row number the lines rejected before it, so that it is the row found in the file."""
    # With lines sorted, the j-th rejected line precedes every kept row numbered at least line - j.
    limits = {line - j: j + 1 for j, line in enumerate(lines)}
    values = ", ".join(f"({limit}, {count})" for limit, count in limits.items())
    con.execute(
        f"UPDATE {relation} SET {ROW} = {ROW} + before.count FROM (SELECT {ROW} AS at, count FROM {relation} "
        f"ASOF JOIN (VALUES {values}) AS rejected(limit_row, count) ON {ROW} >= limit_row) AS before "
        f"WHERE {ROW} = before.at"
    )
