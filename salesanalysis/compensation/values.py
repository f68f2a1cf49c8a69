"""Checks of single values of a pay plan: exact numbers, shares, words of a list."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from ..core.checking import text_of, typed
from ..core.errors import InvalidInput, did_you_mean
from .plan import ONE


def amount(key: str, value: Any, where: str) -> Decimal:
    """Return a number that is not negative, exactly.

    Examples
    --------
    >>> amount("base", 120, "plan.toml")
    Decimal('120')
    """
    number = typed(key, value, (int, float, Decimal), "a number", where)
    found = Decimal(str(number))
    if not found.is_finite() or found < 0:
        raise InvalidInput(f"'{key}' in {where} is {value}; it cannot be negative.")
    return found


def share(key: str, value: Any, where: str) -> Decimal:
    """Return a share between 0 and 1 with at most four digits after the point."""
    found = amount(key, value, where)
    if found > ONE or found != round(found, 4):
        raise InvalidInput(f"'{key}' in {where} is {value}; it is a share from 0 to 1 such as 0.1 or 0.0625.")
    return found


def whole(key: str, value: Any, ends: tuple[int, int], where: str) -> int:
    """Return a whole number between two ends."""
    found = typed(key, value, int, "a whole number", where)
    if not ends[0] <= found <= ends[1]:
        raise InvalidInput(f"'{key}' in {where} is {found}; it must lie between {ends[0]} and {ends[1]}.")
    return found


def choice(key: str, value: Any, allowed: Iterable[str], where: str) -> str:
    """Return one of the words allowed."""
    found = text_of(key, value, where)
    if found not in allowed:
        raise InvalidInput(f"Unknown value '{found}' of '{key}' in {where}.{did_you_mean(found, allowed)}")
    return found
