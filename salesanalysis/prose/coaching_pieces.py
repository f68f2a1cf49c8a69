"""Pieces of the sentences on a rep's gap."""

from __future__ import annotations

import math
from typing import Any

from ..coaching.needed import LONG
from ..coaching.results import DecompositionResult
from ..core.i18n import Language


def noun(term: str, words: Language) -> str:
    """Return a factor as it stands inside a sentence."""
    return words.t(f"coaching.noun.{term}")


def sentence(text: str) -> str:
    """Return a text that starts a sentence."""
    return text[:1].upper() + text[1:]


def amount(value: float, result: DecompositionResult, *, sign: bool = False) -> str:
    """Write an amount of the product: money, or contracts where no amounts are known."""
    words = result.client.words
    if result.unit == "money":
        return words.money(value, sign=sign)
    return words.t("coaching.wins_amount", number=words.number(value, 1, sign=sign))


def weeks(value: float, words: Language) -> str:
    """Write full weeks on board."""
    return words.t("coaching.weeks", count=0 if math.isnan(value) else int(value))


def pair(row: Any, words: Language) -> dict[str, str]:
    """Write a factor's value and its benchmark alike."""
    return {"value": words.value(row.value, row.unit), "benchmark": words.value(row.benchmark, row.unit)}


def interval(low: float, high: float, result: DecompositionResult) -> str:
    """Write the interval of an amount, the currency once."""
    words = result.client.words
    if result.unit != "money":
        return words.span(words.number(low, 1), words.number(high, 1))
    _, unit = words.money_unit(max(abs(low), abs(high)))
    numbers = words.interval(low, high, "money")
    return _around(unit, numbers, words)


def _around(unit: str, numbers: str, words: Language) -> str:
    """Set the currency before and the scale behind: Rp 11.8–30.3 m."""
    symbol, _, scale = unit.partition("\u00a0")
    return "\u00a0".join(p for p in (symbol, numbers, scale) if p)


def wait(weeks: float, words: Language) -> str:
    """Write how many weeks more a decision takes; empty when nothing would be decided."""
    if math.isnan(weeks):
        return ""
    if weeks > LONG:
        return words.t("diagnosis.wait_long")
    return words.t("diagnosis.wait", weeks=words.t("coaching.weeks", count=max(math.ceil(weeks), 1)))


def period(result: DecompositionResult) -> str:
    """Write the period of a result."""
    return result.client.words.period(result.period) if result.period else ""
