"""Names, changes and levels as readers see them, for tables, figures and sentences alike."""

from __future__ import annotations

import math

from ..core.i18n import Language
from ..kpi import KPIS


def kpi_label(words: Language, name: str, form: str = "short") -> str:
    """Return the name of a KPI; of one that is not known, the text itself.

    Examples
    --------
    >>> kpi_label(Language("en"), "calls")
    'Calls'
    """
    return KPIS[name].label(words, form) if name in KPIS else name


def change(words: Language, log_ratio: float) -> str:
    """Write a log ratio as a signed percentage without decimals.

    Examples
    --------
    >>> change(Language("en"), math.log(1.17)).replace("\\u00a0", " ")
    '+17 %'
    """
    return words.percent(ratio(log_ratio), 0, sign=True)


def ratio(log_ratio: float) -> float:
    """Return the relative change of a log ratio; a change beyond a thousandfold is as good as none known.

    Examples
    --------
    >>> round(ratio(math.log(1.25)), 2)
    0.25
    """
    return math.expm1(log_ratio) if math.isfinite(log_ratio) and log_ratio < math.log(1000) else math.nan


def level(words: Language, value: float, unit: str) -> str:
    """Write a level: a rep and week for counts, with as many decimals as they need.

    Examples
    --------
    >>> level(Language("en"), 0.736, "count"), level(Language("en"), 45.6, "count")
    ('0.74', '46')
    """
    if unit == "count":
        return words.number(value, 0 if value >= 10 else 1 if value >= 2 else 2)
    return words.value(value, unit)


def reason_label(words: Language, reason: str) -> str:
    """Return why, in a few words; nothing for an empty code.

    Examples
    --------
    >>> reason_label(Language("en"), "")
    ''
    """
    return words.t(f"training.reason.{reason}") if reason else ""
