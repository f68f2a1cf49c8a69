"""The Excel form of a coaching log: typed days, a list to choose the status from, hints where one types."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ..core.i18n import Language
from ..core.sheetsafe import workbook_text

#: Widths of the columns of a new log, in characters.
_WIDTHS = (14, 8, 24, 24, 12, 20, 48, 12, 12, 48)
#: Rows that the list and the hints reach.
_ROOM = 2000
#: Place of a column from 1, and the words of its hint.
_HELD, _ACTION, _DUE, _STATUS, _NOTE = 5, 7, 8, 9, 10
_HINTS = {_HELD: "held_on", _ACTION: "action", _DUE: "due_on", _STATUS: "status", _NOTE: "note"}
STATUSES = ("done", "partly", "not_done", "open")


def cells(content: bytes) -> list[tuple[Any, ...]]:
    """Return the head and the rows of the first sheet, days as days; empty rows at the end are left out."""
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    rows = [tuple(map(_plain, row)) for row in sheet.iter_rows(values_only=True)]
    while rows and all(c is None or c == "" for c in rows[-1]):
        rows.pop()
    return rows or [()]


def added(content: bytes | None, head: list[str], rows: Sequence[Sequence[Any]], words: Language) -> bytes:
    """Return a workbook with `rows` below what its first sheet holds; a new one with a head otherwise."""
    book = Workbook() if content is None else load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    if content is None:
        _begin(sheet, head, words)
    start = 1 + (1 if content is None else len(cells(content)))
    for number, row in enumerate(rows, start):
        for place, value in enumerate(row, 1):
            _write(sheet, number, place, value)
    text = io.BytesIO()
    book.save(text)
    return text.getvalue()


def _plain(cell: Any) -> Any:
    """Return a day without its time, so that it is the same before and after."""
    return cell.date() if isinstance(cell, datetime) else cell


def _write(sheet: Worksheet, number: int, place: int, value: Any) -> None:
    if value is None:
        return
    cell = sheet.cell(number, place, workbook_text(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # a name that starts with = is a name, not a formula
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
        cell.alignment = Alignment(vertical="top", horizontal="left")


def _begin(sheet: Worksheet, head: list[str], words: Language) -> None:
    sheet.title = "coaching"
    for place, (text, width) in enumerate(zip(head, _WIDTHS, strict=True), 1):
        sheet.cell(1, place, text).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    for place, name in _HINTS.items():
        rule = DataValidation(showInputMessage=True, allow_blank=True)
        if place == _STATUS:
            known = ",".join(words.t(f"coaching.log.status_{s}") for s in STATUSES)
            rule = DataValidation(type="list", formula1=f'"{known}"', allow_blank=True, showErrorMessage=True)
            rule.showInputMessage = True
        rule.promptTitle, rule.prompt = head[place - 1], words.t(f"coaching.log.hint_{name}")
        letter = get_column_letter(place)
        rule.add(f"{letter}2:{letter}{_ROOM}")
        sheet.add_data_validation(rule)
