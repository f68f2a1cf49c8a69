"""Text files of columns: separator found on the first lines, every cell read as text by DuckDB."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from ..core.errors import DataProblem
from ..core.sheetsafe import SIGNS
from ..core.source import TableSource
from .sql import EMPTY_TEXTS, ROW, file_text, ident, text
from .textfile import TextFile, examine

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Separators looked for, the usual ones first, and what they are called.
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
#: Tables of which this package writes files, and how cells begin there that were kept from being formulas.
_OURS, _TEXT = ("raw_coaching", "raw_goals"), f"^'+[{SIGNS}]"
_RARE = ("^", "~", "\x1f", "\x01")


@dataclass(frozen=True)
class Layout:
    """How a text file is cut into cells.

    Attributes
    ----------
    file : TextFile
        The file and its encoding.
    separator : str
        One sign.
    columns : list of str
        Names in its header.
    skip : int
        Lines before the header: empty ones, and the ``sep=;`` that Excel writes.
    """

    file: TextFile
    separator: str
    columns: list[str]
    skip: int = 0


def layout(path: Path, spec: TableSource) -> Layout:
    """Look at the beginning of a file.

    Raises
    ------
    DataProblem
        The file is empty, is in another encoding than declared, or its header cannot be used.
    """
    file = examine(path, spec.encoding)
    lines = file.start.lstrip("\ufeff").splitlines(keepends=True)
    skip = next(i for i, line in enumerate(lines) if line.strip())
    told = re.fullmatch(r'"?sep=(.)"?\s*', lines[skip], re.IGNORECASE)
    skip += bool(told)
    start = "".join(lines[skip:])
    separator = _separator(path, start, spec.separator or (told[1] if told else ""))
    return Layout(file, separator, _header(path, start, separator, skip + 1), skip)


def read(
    con: DuckDBPyConnection,
    table: str,
    path: Path,
    spec: TableSource,
    choose: Callable[[list[str]], Iterable[str]],
) -> tuple[Layout, str, tuple[int, ...]]:
    """Read the chosen columns of a text file into a DuckDB table of texts.

    Returns
    -------
    layout : Layout
        How the file was read.
    relation : str
        DuckDB table with the chosen columns and the row number.
    rejected : tuple of int
        Row numbers of lines with too few or too many fields; they are not in the table.

    Raises
    ------
    DataProblem
        The file is empty, is in another encoding than declared, or its header cannot be used.
    """
    found = layout(path, spec)
    relation = ident(f"raw_{table}")
    with tempfile.TemporaryDirectory() as folder:
        plain = found.file.plain(Path(folder))
        rejected = _load(con, relation, plain, found, set(choose(found.columns)))
    return found, relation, rejected


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
    for signs in (tuple(SEPARATORS), _RARE):
        scores = {sign: _score(start, sign) for sign in signs}
        best = max(scores, key=lambda s: scores[s])
        if scores[best][0]:
            return best
    return ","


def _score(start: str, sign: str) -> tuple[bool, float]:
    """Tell whether a sign cuts most lines into as many fields as the header, and how many that are."""
    rows = [len(r) for r in _records(start, sign)[:50] if r] or [1]
    agree = sum(n == rows[0] for n in rows) / len(rows)
    return agree > 0.5 and rows[0] > 1, agree * rows[0]


def _records(start: str, separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(start), delimiter=separator))
    except csv.Error:
        return [line.split(separator) for line in start.splitlines()]


def _header(path: Path, start: str, separator: str, row: int) -> list[str]:
    names = [n.strip() for n in (_records(start, separator) or [[]])[0]]
    names = [n or f"column {i}" for i, n in enumerate(names, 1)]
    twice = repeated(names)
    if twice:
        place = f"{path.name}, row {row}"
        raise DataProblem(f"{place}: column '{twice}' stands there more than once. Rename one.")
    reserved(names, f"{path.name}, row {row}")
    if not names:
        raise DataProblem(f"{path.name} has no header. Export it with the names of its columns.")
    return names


def repeated(names: Iterable[str]) -> str:
    """Return the first name that stands there more than once, in any case; empty where none does.

    Examples
    --------
    >>> repeated(["Name", "id", "NAME"])
    'NAME'
    """
    names = list(names)
    return next((n for n in sorted(names) if [m.lower() for m in names].count(n.lower()) > 1), "")


def reserved(names: Iterable[str], place: str) -> None:
    """Refuse a column called as the row numbers are here.

    Raises
    ------
    DataProblem
        There is one.
    """
    if any(name.lower() == ROW for name in names):
        raise DataProblem(f"{place}: column '{ROW}' has a name that is kept for row numbers. Rename it.")


def _marked(column: str) -> str:
    """Return SQL of a cell without the apostrophe that says that it is text."""
    cell = ident(column)
    return f"CASE WHEN regexp_matches({cell}, {text(_TEXT)}) THEN {cell}[2:] ELSE {cell} END AS {cell}"


def _load(
    con: DuckDBPyConnection, relation: str, path: Path, found: Layout, wanted: set[str]
) -> tuple[int, ...]:
    types = ", ".join(f"{text(c)}: 'VARCHAR'" for c in found.columns)
    ours = relation in map(ident, _OURS)
    chosen = "".join(f", {_marked(c) if ours else ident(c)}" for c in found.columns if c in wanted)
    try:
        con.execute(
            f"CREATE TABLE {relation} AS SELECT row_number() OVER () + {found.skip + 1} AS {ROW}{chosen} "
            f"FROM read_csv({file_text(path)}, auto_detect=false, header=true, skip={found.skip}, "
            f"delim={text(found.separator)}, quote='\"', escape='\"', columns={{{types}}}, "
            f"nullstr={list(EMPTY_TEXTS)}, store_rejects=true)"
        )
    except duckdb.Error as error:
        said = next((part for part in str(error).splitlines() if part.strip()), "")
        raise DataProblem(
            f"{found.file.path.name} cannot be read as text separated by '{found.separator}': {said}"
        ) from None
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
