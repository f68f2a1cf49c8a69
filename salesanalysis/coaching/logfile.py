"""A coaching log as a file that people edit: CSV or Excel, to which rows are added nothing else is done."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ..core.errors import CannotWrite, InvalidInput
from ..core.i18n import Language
from ..core.sheetsafe import inert
from . import logsheet

#: Fields of a log in the order of its columns, with the words of its head.
HEADS: Mapping[str, str] = {
    "session_id": "Session id",
    "rep_id": "Rep id",
    "name": "Name",
    "coach": "Coach",
    "held_on": "Held on",
    "kpi": "KPI",
    "action": "Action",
    "due_on": "Due on",
    "status": "Status",
    "note": "Note",
}
DAYS = ("held_on", "due_on")
EXCEL, CSV = (".xlsx", ".xlsm"), (".csv",)
#: How days may be written, and how they look to a reader; one way for all of a file.
_DAY_FORMS = {
    "%Y-%m-%d": "2026-09-30",
    "%d/%m/%Y": "30/09/2026",
    "%d-%m-%Y": "30-09-2026",
    "%d.%m.%Y": "30.09.2026",
    "%m/%d/%Y": "09/30/2026",
}
#: Parts of a workbook that openpyxl does not keep.
_LOST = ("xl/charts/", "xl/media/", "xl/pivotTables/", "xl/slicers/", "xl/diagrams/")


@dataclass(frozen=True)
class Log:
    """A log as it lies on disk: its head, its rows as they stand, and how it is written."""

    path: Path
    head: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    content: bytes
    delimiter: str = ","
    encoding: str = "utf-8-sig"


def read(path: Path) -> Log | None:
    """Read a log; None where there is no file yet.

    Raises
    ------
    InvalidInput
        The file is neither CSV nor Excel, is open in Excel, or cannot be read.
    """
    kind = path.suffix.lower()
    if kind not in (*EXCEL, *CSV):
        raise InvalidInput(f"A coaching log is a .xlsx or a .csv file, not '{path.name}'.")
    if not os.path.exists(path):
        return None
    if path.with_name(f"~${path.name}").exists():
        raise InvalidInput(f"{path.name} is open in Excel. Close it there first, then run this again.")
    content = path.read_bytes()
    return _read_excel(path, content) if kind in EXCEL else _read_csv(path, content)


def written(log: Log | None, path: Path, rows: Sequence[Sequence[Any]], words: Language) -> bytes:
    """Return the file with `rows` added below; of a new file, in the order of `HEADS`.

    Raises
    ------
    CannotWrite
        What the file holds already would not stay as it is.
    """
    if path.suffix.lower() in EXCEL:
        content = logsheet.added(log.content if log else None, list(HEADS.values()), rows, words)
        fresh = _read_excel(path, content)
    else:
        content = _csv(log, rows)
        fresh = _read_csv(path, content)
    kept = log.rows if log else ()
    if log and (fresh.head != log.head or fresh.rows[: len(kept)] != kept):
        raise CannotWrite(f"{path.name} would not stay as it is; nothing was written. Give another file.")
    return content


def day_form(log: Log, places: Sequence[int]) -> str:
    """Return the way in which the days of a log are written; empty: as days of Excel.

    Raises
    ------
    InvalidInput
        Days are written in several ways, or one is no day; the message says where.
    """
    cells = [(n, place, row[place]) for n, row in enumerate(log.rows, 2) for place in places]
    texts = [(n, place, str(c).strip()) for n, place, c in cells if isinstance(c, str) and c.strip()]
    if not texts:
        return "%Y-%m-%d" if log.path.suffix.lower() in CSV else ""
    read_by = {form: [_is_day(text, form) for *_, text in texts] for form in _DAY_FORMS}
    best = max(read_by, key=lambda form: sum(read_by[form]))
    if all(read_by[best]):
        return best
    row, place, text = texts[read_by[best].index(False)]
    raise InvalidInput(
        f"{log.path.name}, row {row}, column '{log.head[place]}': '{text}' is not a day written as "
        f"{_DAY_FORMS[best]}, like the others. Correct it, then run this again."
    )


def shown(value: Any, form: str) -> Any:
    """Write a day in the way of the log; anything else stays."""
    return value.strftime(form) if isinstance(value, date) and form else value


def _is_day(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True


def _read_excel(path: Path, content: bytes) -> Log:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            lost = [name for name in parts.namelist() if name.startswith(_LOST)]
        head, *rows = logsheet.cells(content)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InvalidInput(f"{path.name} cannot be read as an Excel workbook ({error}).") from None
    if lost:
        raise InvalidInput(
            f"{path.name} holds charts, pictures or pivot tables, which adding rows would lose. "
            "Move the log into a file of its own."
        )
    return Log(path, tuple("" if c is None else str(c) for c in head), tuple(rows), content)


def _read_csv(path: Path, content: bytes) -> Log:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InvalidInput(f"{path.name} is not UTF-8 text. Save it as CSV UTF-8.")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    head, *rows = [*csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)] or [[]]
    width = len(head)
    padded = ((*row, *[""] * (width - len(row))) for row in rows if any(row))
    return Log(path, tuple(head), tuple(padded), content, delimiter, encoding)


def _csv(log: Log | None, rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=log.delimiter if log else ",", lineterminator="\r\n")
    encoding = log.encoding if log else "utf-8-sig"
    if log is None:
        writer.writerow(HEADS.values())
    writer.writerows([["" if c is None else inert(c) for c in row] for row in rows])
    if log is None:
        return text.getvalue().encode(encoding)
    gap = b"" if log.content.endswith(b"\n") or not log.content else b"\r\n"
    try:
        more = text.getvalue().encode(encoding.removesuffix("-sig"))
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        raise InvalidInput(
            f"{log.path.name} cannot hold '{letter}'. Save it as CSV UTF-8, or give an .xlsx file."
        ) from None
    return log.content + gap + more
