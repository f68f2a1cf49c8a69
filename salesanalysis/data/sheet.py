"""Excel workbooks and frames: cells keep the type they have, a column of several types becomes text."""

from __future__ import annotations

import warnings
import zlib
from pathlib import Path
from zipfile import BadZipFile

import pandas as pd
import pyarrow as pa

from ..core.errors import DataProblem, did_you_mean
from .sql import EMPTY_TEXTS

EXCEL_FILES = (".xlsx", ".xlsm")


def sheets(path: Path) -> list[str]:
    """Return the names of the sheets of a workbook."""
    with _workbook(path) as book:
        return [str(s) for s in book.sheet_names]


def read_sheet(path: Path, sheet: str, *, rows: int | None = None) -> pd.DataFrame:
    """Read one sheet, the first when `sheet` is empty; `rows` limits how many rows."""
    with _workbook(path) as book:
        names = [str(s) for s in book.sheet_names]
        if sheet and sheet not in names:
            held = ", ".join(names[:12])
            said = did_you_mean(sheet, names) or f" It holds: {held}."
            raise DataProblem(f"{path.name} has no sheet '{sheet}'.{said}")
        frame = pd.read_excel(
            book,
            sheet_name=sheet or 0,
            dtype=object,
            keep_default_na=False,
            na_values=list(EMPTY_TEXTS),
            nrows=rows,
        )
    return frame


def _workbook(path: Path) -> pd.ExcelFile:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl warns about styles, which carry no data
        try:
            return pd.ExcelFile(path, engine="openpyxl")
        except (ValueError, KeyError, OSError, EOFError, BadZipFile, zlib.error) as error:
            raise DataProblem(
                f"{path.name} cannot be read as an Excel workbook ({error}). Save it again as .xlsx."
            ) from None


def as_array(series: pd.Series) -> pa.Array:
    """Return a column of a frame as an Arrow array of one type that DuckDB knows."""
    if series.dtype == object:
        present = series.dropna()
        if len(present) and present.map(lambda v: hasattr(v, "isoformat")).all():
            try:
                series = pd.to_datetime(series)
            except (ValueError, TypeError, OverflowError):  # times of day, days out of range
                series = series.map(said, na_action="ignore")
        elif not present.map(lambda v: isinstance(v, (int, float)) and not isinstance(v, bool)).all():
            series = series.map(said, na_action="ignore")
    elif isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(object).map(said, na_action="ignore")
    try:
        found = pa.array(series, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError, UnicodeError):
        texts = [None if missing else said(v) for v, missing in zip(series, series.isna(), strict=True)]
        return pa.array(texts, pa.string())
    return found.cast(pa.string()) if pa.types.is_null(found.type) else found


def said(value: object) -> str:
    """Return a cell as text; half a character, which no text of a file can hold, is marked as missing."""
    return str(value).encode("utf-8", "replace").decode()
