"""Checks of single settings, shared by everything that reads TOML: right type, or one clear message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .errors import InvalidInput, did_you_mean


def typed(key: str, value: Any, kind: type | tuple[type, ...], say: str, where: str) -> Any:
    """Return a setting that has the type asked for; `say` describes that type to a reader.

    Examples
    --------
    >>> typed("active_days", 30, int, "a whole number", "client.toml")
    30
    """
    if not isinstance(value, kind) or isinstance(value, bool):
        raise InvalidInput(f"'{key}' in {where} is {value!r}; it must be {say}.")
    return value


def texts(key: str, value: Any, where: str) -> tuple[str, ...]:
    """Return a setting that is a list of texts.

    Examples
    --------
    >>> texts("stages", ["open", "proposal"], "client.toml")
    ('open', 'proposal')
    """
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise InvalidInput(f'\'{key}\' in {where} must be a list of texts, such as ["calls", "meetings"].')
    return tuple(value)


def text_of(key: str, value: Any, where: str) -> str:
    """Return a setting that is a text.

    Examples
    --------
    >>> text_of("sheet", "Q3", "client.toml")
    'Q3'
    """
    return typed(key, value, str, "text in quotes", where)


def names(key: str, value: Any, where: str) -> tuple[str, ...]:
    """Return a setting that is one text or a list of them, as a tuple; an empty text is none.

    Examples
    --------
    >>> names("file", "Task.csv", "client.toml")
    ('Task.csv',)
    """
    if isinstance(value, str):
        return (value,) if value else ()
    if isinstance(value, list) and all(isinstance(v, str) and v for v in value):
        return tuple(value)
    raise InvalidInput(f"'{key}' in {where} is {value!r}; it must be a text in quotes, or a list of them.")


def yes_or_no(key: str, value: Any, where: str) -> bool:
    """Return a setting that is true or false.

    Examples
    --------
    >>> yes_or_no("distinct", True, "client.toml")
    True
    """
    if not isinstance(value, bool):
        raise InvalidInput(f"'{key}' in {where} is {value!r}; it must be true or false.")
    return value


def known_keys(spec: Any, allowed: Iterable[str], place: str) -> dict[str, Any]:
    """Return a section whose keys are all known.

    Examples
    --------
    >>> known_keys({"file": "a.csv"}, ["file", "sheet"], "[tables.reps]")
    {'file': 'a.csv'}
    """
    if not isinstance(spec, dict):
        raise InvalidInput(f"{place} must be a table of settings, not {spec!r}.")
    for key in spec:
        if key not in allowed:
            raise InvalidInput(f"Unknown key '{key}' in {place}.{did_you_mean(key, allowed)}")
    return spec
