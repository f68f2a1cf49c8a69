"""A plan as a text file (TOML): people can read it, and nothing but a plan is read back."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ..core.checking import known_keys, text_of, typed
from ..core.errors import InvalidInput
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


def dumps(data: Mapping[str, Any], comments: Mapping[str, str]) -> str:
    """Write settings as TOML: plain values first, then a table or a list of tables each.

    Parameters
    ----------
    data : mapping
        Texts, numbers, days, lists of texts, mappings and lists of mappings.
    comments : mapping of str to str
        What to say above a key; under "" what to say at the top.

    Examples
    --------
    >>> dumps({"a": 1, "t": {"b": "x"}}, {"a": "How many."}).splitlines()
    ['# How many.', 'a = 1', '', '[t]', 'b = "x"']
    """
    lines = [f"# {line}".rstrip() for line in comments.get("", "").splitlines()]
    lines += [""] if lines else []
    nested = {k: v for k, v in data.items() if isinstance(v, Mapping) or _is_tables(v)}
    for key, value in data.items():
        if key not in nested:
            lines += [*_commented(key, comments), f"{key} = {_value(value)}"]
    for key, value in nested.items():
        lines += ["", *_commented(key, comments)]
        for number, table in enumerate([value] if isinstance(value, Mapping) else value):
            lines += [""] if number else []
            lines += [f"[{key}]" if isinstance(value, Mapping) else f"[[{key}]]"]
            lines += [f"{name} = {_value(inner)}" for name, inner in table.items()]
    return "\n".join(lines) + "\n"


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _commented(key: str, comments: Mapping[str, str]) -> list[str]:
    return [f"# {line}" for line in comments[key].splitlines()] if comments.get(key) else []


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(v) for v in value)}]"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return repr(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    # TOML allows no control character in a text.
    return '"' + "".join(c if c.isprintable() or c == " " else f"\\u{ord(c):04x}" for c in text) + '"'


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
    path = Path(path)
    if not path.is_file():
        raise InvalidInput(f"No plan at '{path}'. Write one with: plan.write('{path}')")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{path} is not valid TOML: {error}.") from None
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
