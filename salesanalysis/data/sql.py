"""Small pieces of DuckDB SQL: quoting, and the expressions that turn source values into canonical types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

#: Column that carries the row number of the source (a file's first data row is 2, as a spreadsheet shows it).
ROW = "__row"

#: Texts that stand for an empty cell wherever a file holds them.
EMPTY_TEXTS = ("", "NULL", "\\N", "#N/A")
#: Further texts that stand for an empty cell in columns of dates and numbers.
EMPTY_VALUES = ("na", "n/a", "#n/a", "null", "\\n", "none", "nan", "nat", "-", "–", "—")


def ident(name: str) -> str:
    """Quote an identifier.

    Examples
    --------
    >>> ident('close date')
    '"close date"'
    """
    return '"' + name.replace('"', '""') + '"'


def text(value: object) -> str:
    """Quote a text.

    Examples
    --------
    >>> text("O'Neil")
    "'O''Neil'"
    """
    return "'" + str(value).replace("'", "''") + "'"


def file_text(path: Path) -> str:
    """Quote a path for DuckDB's readers, so that brackets and stars in it are not taken for patterns.

    Examples
    --------
    >>> file_text(Path("a[1].csv"))
    "'a[[]1].csv'"
    """
    return text("".join(f"[{c}]" if c in "[*?" else c for c in path.as_posix()))


def texts(values: Iterable[object]) -> str:
    """Write a bracketed list of quoted texts, as ``IN`` takes it."""
    return "(" + ", ".join(text(v) for v in values) + ")"


def filled_text(expression: str) -> str:
    """Return a text expression that is trimmed, and missing where the cell is empty."""
    return f"nullif(trim({expression}, ' \t\r\n\u00a0'), '')"


def filled_value(expression: str) -> str:
    """Return a text that should be a date or a number, missing also where it is a dash or ``n/a``."""
    return f"CASE WHEN lower({expression}) NOT IN {texts(EMPTY_VALUES)} THEN {expression} END"


def as_text(expression: str, dtype: str) -> str:
    """Return an expression of any DuckDB type as text; whole numbers stored as floats lose their ``.0``."""
    if dtype == "VARCHAR":
        return filled_text(expression)
    if dtype in ("DOUBLE", "FLOAT"):
        whole = f"{expression} = floor({expression}) AND abs({expression}) < 1e15"
        return f"CASE WHEN {whole} THEN {expression}::BIGINT::VARCHAR ELSE {expression}::VARCHAR END"
    return filled_text(f"{expression}::VARCHAR")


def mapped(expression: str, values: Mapping[str, str], *, keep: bool = True) -> str:
    """Return `expression` with source values replaced: exactly, then in any case, then ``*`` for all others.

    With `keep` false a value that is not in `values` becomes missing.
    """
    other = text(values["*"]) if "*" in values else (expression if keep else "NULL")
    exact = "".join(f" WHEN {text(k)} THEN {text(v)}" for k, v in values.items() if k != "*")
    folded = "".join(
        f" WHEN {text(k)} THEN {text(v)}"
        for k, v in {k.lower(): v for k, v in values.items() if k != "*"}.items()
    )
    if not exact:
        return f"CASE WHEN {expression} IS NOT NULL THEN {other} END"
    fold = f"CASE lower({expression}){folded} ELSE {other} END"
    return f"CASE WHEN {expression} IS NOT NULL THEN CASE {expression}{exact} ELSE {fold} END END"
