"""Numbers in text columns: decimal sign declared or unanimous, thousands and currency signs taken off."""

from __future__ import annotations

from .probe import Probe
from .sql import text

_POINT = {
    "number": r"[+-]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?([eE][+-]?\d+)?",
    # Written so, the point can only be the decimal sign.
    "evidence": r"[+-]?(\d{4,}\.\d+|0\.\d+|\d*\.(\d{1,2}|\d{4,})|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}"
    r"|\d+\.\d+[eE].*)",
}
_COMMA = {
    "number": r"[+-]?(\d+|\d{1,3}(\.\d{3})+)?(,\d*)?([eE][+-]?\d+)?",
    "evidence": r"[+-]?(\d{4,},\d+|0,\d+|\d*,(\d{1,2}|\d{4,})|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,})",
}
_UNCLEAR = r"[+-]?[1-9]\d{0,2}[.,]\d{3}"


def number_of(probe: Probe, declared: str) -> tuple[str, str]:
    """Find how the texts of a column are read as numbers: the SQL and what is wrong, one of them empty.

    `declared` is the decimal sign; when empty, the values must agree on one.
    """
    if declared not in ("", ".", ","):
        return "", f'cannot be read: decimal = \'{declared}\'. Write decimal = "." or decimal = ",".'
    if declared:
        return _number(probe.name, declared), ""
    point, comma, unclear = (
        f"regexp_full_match(cell, {text(p)})" for p in (_POINT["evidence"], _COMMA["evidence"], _UNCLEAR)
    )
    counts = probe.count(point=point, comma=comma, unclear=unclear)
    if counts["point"] and counts["comma"]:
        return "", (
            f"mixes decimal points ({probe.examples(point)}) and decimal commas ({probe.examples(comma)}). "
            'Export one way, or declare decimal = "." or decimal = ",".'
        )
    if counts["unclear"] and not counts["point"] and not counts["comma"]:
        return "", (
            f"can be thousands or decimals alike: {probe.examples(unclear)}. Declare "
            'decimal = "," (1.234 is a thousand) or decimal = "." (1,234 is a thousand).'
        )
    return _number(probe.name, "," if counts["comma"] else "."), ""


def _number(cell: str, decimal: str) -> str:
    form = _COMMA if decimal == "," else _POINT
    if decimal == ",":
        bare = f"replace(regexp_replace({cell}, '[.]', '', 'g'), ',', '.')"
    else:
        bare = f"replace({cell}, ',', '')"
    return f"CASE WHEN regexp_full_match({cell}, {text(form['number'])}) THEN try_cast({bare} AS DOUBLE) END"


def bare(cell: str, currency: str) -> str:
    """Take off currency signs and blanks between thousands; turn brackets, ``(1,234)``, into a minus."""
    signs = "|".join(dict.fromkeys(("Rp[.]?", "US[$]", "[$]", "€", "£", "IDR", "USD", "EUR", currency)))
    unsigned = f"regexp_replace({cell}, '^([+-]?)({signs})[ \u00a0]*|[ \u00a0]*({signs})$', '\\1', 'g')"
    spaces = "[ \u00a0\u202f]"
    spaced = f"regexp_full_match({unsigned}, '[-+(]?\\d{{1,3}}({spaces}\\d{{3}})+([.,]\\d*)?[)]?')"
    closed = f"CASE WHEN {spaced} THEN regexp_replace({unsigned}, '{spaces}', '', 'g') ELSE {unsigned} END"
    return f"regexp_replace({closed}, '^\\((.*)\\)$', '-\\1')"
