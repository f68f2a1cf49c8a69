"""A plan as a text file (TOML): people can read it, and nothing but a plan is read back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ..core.checking import known_keys, text_of, typed
from ..core.errors import InvalidInput
from ..core.toml import read_toml
from .layout import DESIGNS

#: Version of the form; a file of another form is refused.
FORM = 1
_TEXT, _WHOLE, _NUMBER, _WEEK = "text", "whole", "number", "week"
KEYS = {
    "form": _WHOLE,
    "client": _TEXT,
    "language": _TEXT,
    "activity": _TEXT,
    "raise_by": _NUMBER,
    "design": _TEXT,
    "blocks": _WHOLE,
    "block_weeks": _WHOLE,
    "starts": _WEEK,
    "read_on": _WEEK,
    "before_weeks": _WHOLE,
    "seed": _WHOLE,
    "outcome": _TEXT,
    "intermediate": _TEXT,
    "kernel": "kernel",
    "promised": "promised",
    "reps": "reps",
}
KERNEL_KEYS = {"median": _NUMBER, "sigma": _NUMBER, "longest": _WHOLE}
PROMISED_KEYS = {
    "outcome": _TEXT,
    "weeks": _WHOLE,
    "n": _NUMBER,
    "effect": _NUMBER,
    "power": _NUMBER,
    "mde": _NUMBER,
}
REP_KEYS = {"rep_id": "key", "name": _TEXT, "group": _WHOLE, "arms": "arms"}
ARMS = ("usual", "raise")
_LEAST = {"form": 1, "blocks": 1, "block_weeks": 1, "before_weeks": 0, "seed": 0, "weeks": 1, "group": 1}


def read(path: str | Path) -> dict[str, Any]:
    """Read a plan file strictly.

    Returns
    -------
    dict
        Values of `KEYS`, each of its type.

    Raises
    ------
    InvalidInput
        No such file, no TOML, keys that are unknown or missing, values of another kind; the file and the key
        are named.
    """
    data = read_toml(path, f"No plan at '{path}'. Write one with: plan.write('{path}')")
    where = str(path)
    found = _section(data, KEYS, where)
    if found["form"] != FORM:
        raise InvalidInput(f"'form' in {where} is {found['form']}; this version reads form {FORM}.")
    if found["design"] not in DESIGNS:
        raise InvalidInput(f"'design' in {where} is '{found['design']}'; it must be {' or '.join(DESIGNS)}.")
    for number, rep in enumerate(found["reps"], start=1):
        if len(rep["arms"]) != found["blocks"]:
            place = f"[[reps]] number {number} in {where}"
            raise InvalidInput(
                f"'arms' in {place} has {len(rep['arms'])} entries; the plan has {found['blocks']} blocks."
            )
    return found


def _section(spec: Any, keys: Mapping[str, str], where: str) -> dict[str, Any]:
    known_keys(spec, keys, where)
    for key in keys:
        if key not in spec:
            raise InvalidInput(f"'{key}' is missing in {where}; restore it, or write the plan anew.")
    return {key: _typed(key, spec[key], kind, where) for key, kind in keys.items()}


def _typed(key: str, value: Any, kind: str, where: str) -> Any:
    if kind == _TEXT:
        return text_of(key, value, where)
    if kind == _WHOLE:
        number = typed(key, value, int, "a whole number", where)
        if number < _LEAST.get(key, number):
            raise InvalidInput(f"'{key}' in {where} is {number}; it must be at least {_LEAST[key]}.")
        return number
    if kind == _NUMBER:
        return float(typed(key, value, (int, float), "a number", where))
    if kind == _WEEK:
        week = typed(key, value, (int, date), "a day such as 2026-10-05, or a whole number", where)
        return week.date() if isinstance(week, datetime) else week
    if kind == "key":
        return typed(key, value, (str, int), "text in quotes or a whole number", where)
    if kind == "arms":
        if not isinstance(value, list) or any(v not in ARMS for v in value):
            raise InvalidInput(f"'{key}' in {where} is {value!r}; it must be a list of {' and '.join(ARMS)}.")
        return list(value)
    if kind == "kernel":
        return _section(value, KERNEL_KEYS, f"[kernel] of {where}")
    inner = PROMISED_KEYS if kind == "promised" else REP_KEYS
    if not isinstance(value, list) or not value:
        raise InvalidInput(f"[[{key}]] in {where} must hold at least one entry.")
    return [_section(v, inner, f"[[{key}]] number {i} in {where}") for i, v in enumerate(value, start=1)]
