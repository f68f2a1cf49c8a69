"""Words for the pace of a goal, for tables, figures and sentences alike."""

from __future__ import annotations

import math

from ..core.i18n import NBSP, Language


def pace_label(words: Language, verdict: str, reason: str = "", philosophy: str = "") -> str:
    """Return the word for a pace; what a miss means depends on what the goal is meant to be.

    Examples
    --------
    >>> pace_label(Language("en"), "missed", philosophy="A")
    'Stretch not reached'
    """
    if verdict == "cannot_tell":
        return words.t(f"goals.reason.{reason}")
    if verdict == "missed":
        return words.t(f"goals.missed.{philosophy_code(philosophy)}")
    return words.t(f"goals.pace.{verdict}")


def philosophy_code(philosophy: str) -> str:
    """Return the part of a catalogue key that stands for a philosophy.

    Examples
    --------
    >>> philosophy_code("C minimum"), philosophy_code("")
    ('c_minimum', 'c_average')
    """
    return philosophy.replace(" ", "_").casefold() or "c_average"


def span_of(words: Language, low: float, high: float, unit: str) -> str:
    """Write an interval with its unit: ``Rp 288–620 jt``.

    Examples
    --------
    >>> span_of(Language("en", "IDR"), 288e6, 620e6, "money").replace(NBSP, " ")
    'Rp 288–620 m'
    """
    text = words.interval(low, high, unit)
    if unit == "share":
        return f"{text}{NBSP}%"
    if unit != "money" or not (math.isfinite(low) and math.isfinite(high)):
        return text
    return NBSP.join(filter(None, (words.symbol, text, words.money_scale(high)[1])))


def chance_of(words: Language, chance: float) -> str:
    """Write a chance with two decimals; what is all but sure is not written as sure.

    Examples
    --------
    >>> words = Language("en")
    >>> [chance_of(words, p).replace(NBSP, " ") for p in (0.352, 0.999, 0.0001, 1.0)]
    ['0.35', '> 0.99', '< 0.01', '> 0.99']
    """
    if chance > 0.995:
        return f">{NBSP}{words.number(0.99, 2)}"
    return f"<{NBSP}{words.number(0.01, 2)}" if chance < 0.005 else words.number(chance, 2)


def amount(words: Language, value: float) -> str:
    """Write a number of cases to be done: one decimal below ten unless it is whole.

    Examples
    --------
    >>> amount(Language("en"), 3.25), amount(Language("en"), 53.3)
    ('3.2', '53')
    """
    is_whole = not math.isfinite(value) or abs(value - round(value)) < 1e-9
    return words.number(value, 1 if abs(value) < 9.95 and not is_whole else 0)
