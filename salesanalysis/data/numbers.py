"""Numbers in text columns: decimal sign declared or unanimous, thousands and currency signs taken off."""

from __future__ import annotations

from .probe import Probe
from .shape import Like

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
#: What a number looks like, by its decimal sign.
NUMBERS = {".": Like(_POINT["number"]), ",": Like(_COMMA["number"])}
_IS_POINT, _IS_COMMA, _IS_UNCLEAR = Like(_POINT["evidence"]), Like(_COMMA["evidence"]), Like(_UNCLEAR)


def decimal_sign(probe: Probe, declared: str) -> tuple[str, str]:
    """Find the decimal sign of the texts of a column, and what is wrong; one of them is empty.

    `declared` is taken when there is one; else the values must agree.
    """
    if declared not in ("", ".", ","):
        return "", f'cannot be read: decimal = \'{declared}\'. Write decimal = "." or decimal = ",".'
    if declared:
        return declared, ""
    counts = probe.count(point=_IS_POINT, comma=_IS_COMMA, unclear=_IS_UNCLEAR)
    if counts["point"] and counts["comma"]:
        return "", (
            f"mixes decimal points ({probe.examples(_IS_POINT)}) and decimal commas "
            f"({probe.examples(_IS_COMMA)}). "
            'Export one way, or declare decimal = "." or decimal = ",".'
        )
    if counts["unclear"] and not counts["point"] and not counts["comma"]:
        return "", (
            f"can be thousands or decimals alike: {probe.examples(_IS_UNCLEAR)}. Declare "
            'decimal = "," (1.234 is a thousand) or decimal = "." (1,234 is a thousand).'
        )
    return "," if counts["comma"] else ".", ""


def number_of(probe: Probe, declared: str) -> tuple[str, str]:
    """Find how the texts of a column are read as numbers: DuckDB SQL and what is wrong, one of them empty."""
    sign, problem = decimal_sign(probe, declared)
    return ("", problem) if problem else (_number(probe.name, sign), "")


def _number(cell: str, decimal: str) -> str:
    if decimal == ",":
        digits = f"replace(regexp_replace({cell}, '[.]', '', 'g'), ',', '.')"
    else:
        digits = f"replace({cell}, ',', '')"
    return f"CASE WHEN {NUMBERS[decimal].sql(cell)} THEN try_cast({digits} AS DOUBLE) END"


def signs_of(currency: str) -> str:
    """Return a pattern of the signs that may stand beside an amount.

    Examples
    --------
    >>> signs_of("SGD").endswith("EUR|SGD")
    True
    """
    return "|".join(dict.fromkeys(("Rp[.]?", "US[$]", "[$]", "€", "£", "IDR", "USD", "EUR", currency)))


def bare(cell: str, currency: str) -> str:
    """Take off currency signs and blanks between thousands; turn brackets, ``(1,234)``, into a minus."""
    signs = signs_of(currency)
    unsigned = f"regexp_replace({cell}, '^([+-]?)({signs})[ \u00a0]*|[ \u00a0]*({signs})$', '\\1', 'g')"
    spaces = "[ \u00a0\u202f]"
    spaced = f"regexp_full_match({unsigned}, '[-+(]?\\d{{1,3}}({spaces}\\d{{3}})+([.,]\\d*)?[)]?')"
    closed = f"CASE WHEN {spaced} THEN regexp_replace({unsigned}, '{spaces}', '', 'g') ELSE {unsigned} END"
    return f"regexp_replace({closed}, '^\\((.*)\\)$', '-\\1')"
