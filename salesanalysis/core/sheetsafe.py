"""Texts in files that spreadsheets open: none is taken for a formula, and each is read back as it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: How a cell begins that a spreadsheet computes: signs of formulas, wide ones too, and blanks it skips.
SIGNS = "=+@|\t\r\n\uff1d\uff0b\uff0d\uff20-"
_COMPUTED = re.compile(f"'*[{SIGNS}]")
_MARKED = re.compile(f"'+[{SIGNS}]")
#: What no workbook can hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def inert(value: Any) -> Any:
    """Return a cell of a text file that no spreadsheet computes: an apostrophe says that it is text.

    Examples
    --------
    >>> inert("=1+1"), inert("Ani"), inert("'=1"), inert(-5)
    ("'=1+1", 'Ani', "''=1", -5)
    """
    return f"'{value}" if isinstance(value, str) and _COMPUTED.match(value) else value


def original(value: Any) -> Any:
    """Return what `inert` was given.

    Examples
    --------
    >>> original(inert("'=1")), original("'til noon")
    ("'=1", "'til noon")
    """
    return value[1:] if isinstance(value, str) and _MARKED.match(value) else value


def inert_frame(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts no spreadsheet computes; numbers and days stay.

    Examples
    --------
    >>> import pandas as pd
    >>> inert_frame(pd.DataFrame({"name": ["=1+1", None], "calls": [-1, 2]}))["name"].tolist()[0]
    "'=1+1"
    """
    named = {c: [inert(v) for v in table[c]] for c in table if _is_text(table[c])}
    return table.assign(**named).rename(columns=inert)


def original_frame(table: pd.DataFrame) -> pd.DataFrame:
    """Return what `inert_frame` was given, of a table of texts."""
    return table.assign(**{c: [original(v) for v in table[c]] for c in table})


def _is_text(column: pd.Series) -> bool:
    return str(column.dtype) in ("object", "str", "string", "category")


def workbook_text(text: str) -> str:
    """Return a text that a workbook can hold: control characters become the sign for one that is missing.

    Examples
    --------
    >>> workbook_text("A\\x07B")
    'A\ufffdB'
    """
    return _CONTROL.sub("\ufffd", text)
