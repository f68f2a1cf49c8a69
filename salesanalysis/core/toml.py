"""Files that people can read and change: settings written as TOML, and read back strictly."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from .errors import InvalidInput


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


def read_toml(path: str | Path, missing: str, *, number: Callable[[str], Any] = float) -> dict[str, Any]:
    """Read a TOML file.

    Parameters
    ----------
    path : str or Path
        The file.
    missing : str
        What to say when there is none.
    number : callable
        What makes a number of a text with a decimal point; `decimal.Decimal` keeps cents exact.

    Raises
    ------
    InvalidInput
        No such file, one that cannot be read, no UTF-8, no TOML.
    """
    path = Path(path)
    if not os.path.isfile(path):
        raise InvalidInput(missing)
    try:
        text = path.read_text(encoding="utf-8-sig")  # Notepad writes a mark
        return tomllib.loads(text, parse_float=number)
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{path} is not valid TOML: {error}.") from None
    except RecursionError:
        raise InvalidInput(f"{path} has lists within lists, too deep to be read.") from None
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}.") from None
