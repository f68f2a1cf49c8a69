"""Numbers in text columns: decimal sign declared or unanimous, thousands separators and currency signs taken off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .dates import examples
from .sql import filled_value, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_POINT = {
    "number": r"[+-]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?([eE][+-]?\d+)?",
    # Written so, the point can only be the decimal sign.
    "evidence": r"[+-]?(\d{4,}\.\d+|0\.\d+|\d*\.(\d{1,2}|\d{4,})|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}|\d+\.\d+[eE].*)",
}
_COMMA = {
    "number": r"[+-]?(\d+|\d{1,3}([. ]\d{3})+)?(,\d*)?([eE][+-]?\d+)?",
    "evidence": r"[+-]?(\d{4,},\d+|0,\d+|\d*,(\d{1,2}|\d{4,})|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,})",
}
_UNCLEAR = r"[+-]?[1-9]\d{0,2}[.,]\d{3}"


def number_of(
    con: DuckDBPyConnection, numbered: str, text_cell: str, declared: str, currency: str
) -> tuple[str, str]:
    """Find how the texts `text_cell` are read as numbers; return the SQL and what is wrong, one of them empty."""
    cell = _bare(filled_value(text_cell), currency)
    if declared not in ("", ".", ","):
        return "", f"cannot be read: decimal = '{declared}'. Write decimal = \".\" or decimal = \",\"."
    if not declared:
        point, comma, unclear = con.execute(
            "SELECT " + ", ".join(
                f"count_if(regexp_full_match(cell, {text(p)}))" for p in (_POINT["evidence"], _COMMA["evidence"], _UNCLEAR)
            ) + f" FROM (SELECT {cell} AS cell FROM {numbered})"
        ).fetchone()
        if point and comma:
            shown = [
                examples(con, numbered, cell, f"regexp_full_match({cell}, {text(form['evidence'])})")
                for form in (_POINT, _COMMA)
            ]
            return "", (
                f"mixes decimal points ({shown[0]}) and decimal commas ({shown[1]}). Export one way, or declare "
                'decimal = "." or decimal = ",".'
            )
        if unclear and not point and not comma:
            shown = examples(con, numbered, cell, f"regexp_full_match({cell}, {text(_UNCLEAR)})")
            return "", (
                f"can be thousands or decimals alike: {shown}. Declare decimal = \",\" (1.234 is a thousand) or "
                'decimal = "." (1,234 is a thousand).'
            )
        declared = "," if comma else "."
    return _number(cell, declared), ""


def _number(cell: str, decimal: str) -> str:
    form = _COMMA if decimal == "," else _POINT
    if decimal == ",":
        bare = f"replace(regexp_replace({cell}, '[. ]', '', 'g'), ',', '.')"
    else:
        bare = f"replace({cell}, ',', '')"
    return f"CASE WHEN regexp_full_match({cell}, {text(form['number'])}) THEN try_cast({bare} AS DOUBLE) END"


def _bare(cell: str, currency: str) -> str:
    """Take off currency signs and turn accounting brackets, ``(1,234)``, into a minus."""
    signs = "|".join(dict.fromkeys(("Rp[.]?", "US[$]", "[$]", "€", "£", "IDR", "USD", "EUR", currency)))
    unsigned = f"regexp_replace({cell}, '^([+-]?)({signs})[ \u00a0]*|[ \u00a0]*({signs})$', '\\1', 'g')"
    return f"regexp_replace({unsigned}, '^\\((.*)\\)$', '-\\1')"
