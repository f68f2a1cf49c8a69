"""The playbook: for each factor a behaviour, its lever and three questions, read strictly from TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .client import Client
from .errors import InvalidInput, did_you_mean
from .i18n import LANGUAGES

_PACKAGED = Path(__file__).with_name("playbook.toml")
_WORDS = ("heading", "lever", "watch", "questions")
#: Questions of an entry: enough for a conversation, few enough for a card.
QUESTIONS = 3


@dataclass(frozen=True)
class Words:
    """One entry in one language: what to do, how, what to look at together, and what to ask."""

    heading: str
    lever: str
    watch: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One behaviour of the playbook.

    Attributes
    ----------
    key : str
        Name of the entry.
    factors : tuple of str
        Factors it is for.
    observe : int
        How many occasions to look at together while the numbers are too few to tell.
    words : mapping of str to Words
        Per language.
    """

    key: str
    factors: tuple[str, ...]
    observe: int
    words: Mapping[str, Words]


def read(path: str | Path | None = None) -> dict[str, Entry]:
    """Read a playbook; None reads the one that comes with the package.

    Raises
    ------
    InvalidInput
        The file is missing or not TOML; an entry lacks a language or a key, or has an unknown one (close
        matches are named), or not exactly three questions.

    Examples
    --------
    >>> read()["call_volume"].factors
    ('calls',)
    """
    path = Path(path) if path else _PACKAGED
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InvalidInput(f"No playbook at '{path}'.") from None
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{path} is not valid TOML: {error}.") from None
    return {key: _entry(key, value, f"[{key}] of {path.name}") for key, value in data.items()}


def playbook(client: Client) -> dict[str, Entry]:
    """Read the client's own ``playbook.toml`` beside its settings, else the packaged one."""
    own = client.path.with_name("playbook.toml") if client.path else None
    return read(own if own and own.is_file() else None)


def entry_for(term: str, book: Mapping[str, Entry] | None = None) -> Entry | None:
    """Return the first entry for a factor, or None.

    Examples
    --------
    >>> entry_for("win_rate").key
    'win'
    """
    return next((e for e in (book or read()).values() if term in e.factors), None)


def _entry(key: str, data: Any, where: str) -> Entry:
    _keys(data, ("factors", "observe", *LANGUAGES), where)
    factors = _texts(data["factors"], "factors", where)
    observe = data["observe"]
    if not isinstance(observe, int) or isinstance(observe, bool) or observe < 1:
        raise InvalidInput(
            f"'observe' in {where} is {observe!r}; write how many occasions to look at, 1 or more."
        )
    return Entry(key, factors, observe, {code: _words(data[code], f"[{key}.{code}]") for code in LANGUAGES})


def _words(data: Any, where: str) -> Words:
    _keys(data, _WORDS, where)
    for name in _WORDS[:3]:
        if not isinstance(data[name], str) or not data[name].strip():
            raise InvalidInput(f"'{name}' in {where} must be text in quotes.")
    questions = _texts(data["questions"], "questions", where)
    if len(questions) != QUESTIONS:
        raise InvalidInput(f"{where} has {len(questions)} questions; write exactly {QUESTIONS}.")
    return Words(data["heading"], data["lever"], data["watch"], questions)


def _keys(data: Any, wanted: tuple[str, ...], where: str) -> None:
    if not isinstance(data, dict):
        raise InvalidInput(f"{where} must be a table of {', '.join(wanted)}.")
    for key in data:
        if key not in wanted:
            raise InvalidInput(f"Unknown key '{key}' in {where}.{did_you_mean(key, wanted)}")
    missing = [key for key in wanted if key not in data]
    if missing:
        raise InvalidInput(f"{where} lacks {', '.join(missing)}.")


def _texts(value: Any, key: str, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(v, str) and v.strip() for v in value):
        raise InvalidInput(f"'{key}' in {where} must be a list of texts.")
    return tuple(value)
