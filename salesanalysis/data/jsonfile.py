"""JSON files, one record a line or one array: keys become columns, records inside a record one level deep."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from ..core.errors import DataProblem
from ..core.source import TableSource
from .csvfile import repeated, reserved
from .sql import EMPTY_TEXTS, ROW, file_text, ident, text, texts
from .textfile import TextFile, examine

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LINE_FILES = (".jsonl", ".ndjson")
JSON_FILES = (*LINE_FILES, ".json")
_DOCUMENTS = "json_documents"
#: DuckDB reads no single value larger than it is told; small files keep its default.
_LARGEST = 1 << 24
_INTEGERS = {"BIGINT", "UBIGINT"}


@dataclass(frozen=True)
class Records:
    """What a JSON file holds.

    Attributes
    ----------
    columns : dict of str to (str, str)
        Column -> (JSON pointer, DuckDB type), in the order in which the keys turn up.
    rejected : tuple of int
        Lines that are no records.
    assumed : str
        What was assumed about the encoding.
    """

    columns: dict[str, tuple[str, str]] = field(default_factory=dict)
    rejected: tuple[int, ...] = ()
    assumed: str = ""


def read(
    con: DuckDBPyConnection,
    table: str,
    path: Path,
    spec: TableSource,
    choose: Callable[[list[str]], Iterable[str]],
) -> tuple[Records, str]:
    """Read the chosen keys of a JSON file into a DuckDB table.

    A key whose values are records is read as ``key.inner``; lists and deeper records stay JSON text. Numbers
    stay numbers where a key holds nothing else.

    Returns
    -------
    found : Records
        What the file holds.
    relation : str
        DuckDB table with the chosen columns and the row number: the line, or the place in the array.

    Raises
    ------
    DataProblem
        The file is empty, is no JSON, or names one key in two ways.
    """
    found = records(con, path, spec, keep=True)
    relation = ident(f"raw_{table}")
    wanted = {c: found.columns[c] for c in found.columns if c in set(choose(list(found.columns)))}
    con.execute(f"CREATE TABLE {relation} AS {_rows(wanted)}; DROP TABLE {_DOCUMENTS}")
    return found, relation


def records(con: DuckDBPyConnection, path: Path, spec: TableSource, *, keep: bool = False) -> Records:
    """Look at what a JSON file holds; with `keep` its records stay in a DuckDB table.

    Raises
    ------
    DataProblem
        The file is empty, is no JSON, or names one key in two ways.
    """
    file = examine(path, spec.encoding)
    with tempfile.TemporaryDirectory() as folder:
        plain = file.plain(Path(folder), unpacked=True)
        try:
            rejected = _documents(con, plain, file)
            found = Records(_columns(con, path), rejected, file.assumed)
        except duckdb.Error as error:
            said = str(error).splitlines()[0].replace(f'"{plain}"', path.name)
            raise DataProblem(f"{path.name} cannot be read as JSON: {said}") from None
    if not keep:
        con.execute(f"DROP TABLE {_DOCUMENTS}")
    return found


def _documents(con: DuckDBPyConnection, plain: Path, file: TextFile) -> tuple[int, ...]:
    """Put every record of the file into a table, numbered; return the lines that are none."""
    as_lines = file.path.name.lower().removesuffix(".gz").endswith(LINE_FILES)
    if as_lines or _is_lines(file.start):
        return _lines(con, plain)
    largest = max(_LARGEST, plain.stat().st_size + 1)
    form = "array" if file.start.lstrip("\ufeff \t\r\n").startswith("[") else "unstructured"
    con.execute(
        f"CREATE OR REPLACE TABLE {_DOCUMENTS} AS SELECT row_number() OVER () AS {ROW}, json AS doc FROM "
        f"read_json_objects({file_text(plain)}, format='{form}', maximum_object_size={largest})"
    )
    if form == "unstructured":
        _unwrap(con)
    return _reject(con)


def _is_lines(start: str) -> bool:
    """Tell whether the first line is a record by itself and more follow."""
    first, _, rest = start.strip().partition("\n")
    if not (first.startswith("{") and rest.strip()):
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def _lines(con: DuckDBPyConnection, plain: Path) -> tuple[int, ...]:
    longest = max(_LARGEST, plain.stat().st_size + 1)
    # Strings of JSON hold no control sign, so this one never cuts a line that is right.
    con.execute(
        f"CREATE OR REPLACE TABLE {_DOCUMENTS} AS SELECT row_number() OVER () AS {ROW}, "
        f"CASE WHEN json_valid(line) THEN line::JSON END AS doc, line FROM read_csv({file_text(plain)}, "
        f"auto_detect=false, header=false, delim='\x1f', quote='', escape='', null_padding=true, "
        f"columns={{'line': 'VARCHAR', 'more': 'VARCHAR'}}, max_line_size={longest})"
    )
    con.execute(f"DELETE FROM {_DOCUMENTS} WHERE line IS NULL OR trim(line, ' \t\r\ufeff') = ''")
    return _reject(con)


def _unwrap(con: DuckDBPyConnection) -> None:
    """Take the records out of one that only wraps them: ``{"value": [...]}``, as interfaces answer."""
    docs = con.execute(f"SELECT json_keys(doc), doc FROM {_DOCUMENTS} LIMIT 2").fetchall()
    if len(docs) != 1 or not docs[0][0]:
        return
    held = con.execute(
        f"SELECT key FROM (SELECT doc, unnest(json_keys(doc)) AS key FROM {_DOCUMENTS}) "
        f"WHERE json_type(doc, {_pointer('key')}) = 'ARRAY' "
        f"AND json_type(doc, {_pointer('key')} || '/0') = 'OBJECT'"
    ).fetchall()
    if len(held) == 1:
        inner = text(_escaped(held[0][0]))
        con.execute(
            f"CREATE OR REPLACE TABLE {_DOCUMENTS} AS SELECT row_number() OVER () AS {ROW}, doc FROM "
            f"(SELECT unnest(json_extract(json_extract(doc, {inner}), '$[*]')) AS doc FROM {_DOCUMENTS})"
        )


def _reject(con: DuckDBPyConnection) -> tuple[int, ...]:
    wrong = "doc IS NULL OR json_type(doc) <> 'OBJECT'"
    rows = con.execute(f"SELECT {ROW} FROM {_DOCUMENTS} WHERE {wrong} ORDER BY {ROW}").fetchall()
    con.execute(f"DELETE FROM {_DOCUMENTS} WHERE {wrong}")
    return tuple(r[0] for r in rows)


def _pointer(key: str) -> str:
    """Return SQL of the JSON pointer to the key that a SQL expression gives."""
    return f"('/' || replace(replace({key}, '~', '~0'), '/', '~1'))"


def _escaped(key: str) -> str:
    return "/" + key.replace("~", "~0").replace("/", "~1")


def _columns(con: DuckDBPyConnection, path: Path) -> dict[str, tuple[str, str]]:
    """Return column -> (pointer, type) for the keys of all records, and for those of records inside them."""
    value = f"json_extract(value, {_pointer('key')}) AS value"
    keys = f"SELECT {ROW}, unnest(json_keys(doc)) AS key, doc AS value FROM {_DOCUMENTS}"
    outer = f"SELECT {ROW}, '' AS inside, key, {value} FROM ({keys})"
    keys = f"SELECT {ROW}, key AS inside, unnest(json_keys(value)) AS key, value FROM ({outer}) "
    nested = f"SELECT {ROW}, inside, key, {value} FROM ({keys} WHERE json_type(value) = 'OBJECT')"
    seen = _types(con, outer) | _types(con, nested)
    columns: dict[str, tuple[str, str]] = {}
    for (inside, key), kinds in sorted(seen.items(), key=lambda item: (item[1][0], item[0])):
        types = kinds[1] - {"NULL"} - ({"OBJECT"} if not inside else set())
        if not types and "OBJECT" in kinds[1]:
            continue  # read through its own keys
        name = f"{inside}.{key}" if inside else key
        pointer = (_escaped(inside) if inside else "") + _escaped(key)
        name = name.strip() or f"column {len(columns) + 1}"
        if name in columns:
            raise DataProblem(f"{path.name}: key '{name}' stands there in two ways. Rename one.")
        columns[name] = (pointer, _stored(types))
    reserved(columns, path.name)
    twice = repeated(columns)
    if twice:
        raise DataProblem(f"{path.name}: key '{twice}' is written in two ways. Write it alike.")
    return columns


def _types(con: DuckDBPyConnection, values: str) -> dict[tuple[str, str], tuple[int, set[str]]]:
    rows = con.execute(
        f"SELECT inside, key, min({ROW}), list(DISTINCT json_type(value)) FROM ({values}) GROUP BY ALL"
    ).fetchall()
    return {(inside, key): (first, set(types)) for inside, key, first, types in rows}


def _stored(types: set[str]) -> str:
    if types and types <= _INTEGERS:
        return "HUGEINT"
    return "DOUBLE" if types and types <= {*_INTEGERS, "DOUBLE"} else "VARCHAR"


def _rows(wanted: dict[str, tuple[str, str]]) -> str:
    """Return the query that reads all wanted keys of each record at once."""
    pointers = ", ".join(text(pointer) for pointer, _ in wanted.values())
    empty = texts(EMPTY_TEXTS)
    parts = [ROW]
    for i, (name, (pointer, stored)) in enumerate(wanted.items(), 1):
        cell = f"cells[{i}]"
        is_record = f"json_type(doc, {text(pointer)}) = 'OBJECT'" if pointer.count("/") == 1 else "false"
        value = f"CASE WHEN {cell} NOT IN {empty} AND NOT {is_record} THEN {cell} END"
        parts.append(f"try_cast({value} AS {stored}) AS {ident(name)}")
    cells = f"json_extract_string(doc, [{pointers}])" if wanted else "NULL"
    return f"SELECT {', '.join(parts)} FROM (SELECT {ROW}, doc, {cells} AS cells FROM {_DOCUMENTS})"
