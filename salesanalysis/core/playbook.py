"""The playbook: for each KPI a behaviour, what could be behind a miss, its lever, questions; strict TOML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from . import share
from .client import Client
from .errors import InvalidInput, did_you_mean
from .i18n import LANGUAGES
from .toml import read_toml

#: Name of a client's own playbook, beside the settings.
FILE_NAME = "playbook.toml"
_TEXTS = ("heading", "lever", "watch")
_WORDS = (*_TEXTS, "questions")
#: What an entry may do without.
_MORE = ("exercise", "weaknesses")
#: Questions of an entry: enough for a conversation, few enough for a card.
QUESTIONS = 3
#: What can be behind a miss: too little of it, done without effect, or nothing the rep does.
KINDS = ("activity", "behaviour", "circumstance")


@dataclass(frozen=True)
class Weakness:
    """What could be behind a miss, one of `KINDS`, and by what one can tell when looking."""

    kind: str
    what: str
    tell: str


@dataclass(frozen=True)
class Words:
    """One entry in one language: what to do, how, what to look at together, and what to ask."""

    heading: str
    lever: str
    watch: str
    questions: tuple[str, ...]
    exercise: str = ""
    weaknesses: tuple[Weakness, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One behaviour of the playbook.

    Attributes
    ----------
    key : str
        Name of the entry.
    factors : tuple of str
        KPIs, and steps of the sales process, that it is for.
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

    Entries of a file need only say what they change of the packaged entry of the same name; the packaged ones
    follow those of the file.

    Raises
    ------
    InvalidInput
        The file is missing or not TOML; a new entry lacks a language or a key; one has an unknown key (close
        matches are named), or not exactly three questions.

    Examples
    --------
    >>> read()["call_volume"].factors
    ('calls',)
    >>> [w.kind for w in read()["win"].words["en"].weaknesses]
    ['activity', 'behaviour', 'circumstance']
    """
    if path is None:
        return dict(_packaged())
    path = Path(path)
    found = read_toml(path, f"No playbook at '{path}'.")
    own = {k: _own(k, value, f"[{k}] of {path.name}") for k, value in found.items()}
    return own | {key: entry for key, entry in _packaged().items() if key not in own}


def playbook(client: Client) -> dict[str, Entry]:
    """Read the client's own ``playbook.toml`` beside its settings over the packaged one."""
    own = client.path.with_name(FILE_NAME) if client.path else None
    return read(own if own and own.is_file() else None)


def entry_for(term: str, book: Mapping[str, Entry] | None = None) -> Entry | None:
    """Return the first entry for a factor or KPI, of a variant that of the KPI itself; None without one.

    Examples
    --------
    >>> entry_for("win_rate").key, entry_for("calls.per_day").key
    ('win', 'call_volume')
    """
    entries = list((_packaged() if book is None else book).values())
    for name in (term, term.partition(".")[0]):
        found = next((e for e in entries if name in e.factors), None)
        if found:
            return found
    return None


def preload() -> None:
    """Read the packaged playbooks, so that processes forked from this one have them."""
    _packaged()


@cache
def _raw() -> dict[str, Any]:
    return {key: value for path in share.playbooks() for key, value in read_toml(path, str(path)).items()}


@cache
def _packaged() -> dict[str, Entry]:
    return {key: _entry(key, value, f"[{key}] of the playbook") for key, value in _raw().items()}


def _own(key: str, data: Any, where: str) -> Entry:
    """Return an entry of a client's file: new, or the packaged one with what the file changes."""
    packaged = _raw().get(key)
    if packaged is None or not isinstance(data, dict):
        return _entry(key, data, where, near=did_you_mean(key, _raw()))
    merged = packaged | data
    for code in LANGUAGES:
        if isinstance(data.get(code), dict):
            merged[code] = packaged[code] | data[code]
    return _entry(key, merged, where)


def _entry(key: str, data: Any, where: str, near: str = "") -> Entry:
    _keys(data, ("factors", "observe", *LANGUAGES), where, near=near)
    factors = _texts(data["factors"], "factors", where)
    observe = data["observe"]
    if not isinstance(observe, int) or isinstance(observe, bool) or observe < 1:
        raise InvalidInput(
            f"'observe' in {where} is {observe!r}; write how many occasions to look at, 1 or more."
        )
    return Entry(key, factors, observe, {code: _words(data[code], f"[{key}.{code}]") for code in LANGUAGES})


def _words(data: Any, where: str) -> Words:
    _keys(data, _WORDS, where, more=_MORE)
    for name in (*_TEXTS, *(("exercise",) if "exercise" in data else ())):
        _text(data[name], name, where)
    questions = _texts(data["questions"], "questions", where)
    if len(questions) != QUESTIONS:
        raise InvalidInput(f"{where} has {len(questions)} questions; write exactly {QUESTIONS}.")
    weaknesses = data.get("weaknesses", [])
    if not isinstance(weaknesses, list):
        raise InvalidInput(f"'weaknesses' in {where} must be a list of {{ kind, what, tell }}.")
    return Words(
        heading=data["heading"],
        lever=data["lever"],
        watch=data["watch"],
        questions=questions,
        exercise=data.get("exercise", ""),
        weaknesses=tuple(_weakness(one, i, where) for i, one in enumerate(weaknesses, 1)),
    )


def _weakness(data: Any, number: int, where: str) -> Weakness:
    place = f"weakness {number} of {where}"
    _keys(data, ("kind", "what", "tell"), place)
    for name in ("kind", "what", "tell"):
        _text(data[name], name, place)
    if data["kind"] not in KINDS:
        near = did_you_mean(data["kind"], KINDS)
        raise InvalidInput(f"'kind' in {place} is '{data['kind']}'; write one of {', '.join(KINDS)}.{near}")
    return Weakness(data["kind"], data["what"], data["tell"])


def _keys(
    data: Any, wanted: tuple[str, ...], where: str, *, more: tuple[str, ...] = (), near: str = ""
) -> None:
    if not isinstance(data, dict):
        raise InvalidInput(f"{where} must be a table of {', '.join(wanted)}.")
    for key in data:
        if key not in (*wanted, *more):
            raise InvalidInput(f"Unknown key '{key}' in {where}.{did_you_mean(key, (*wanted, *more))}")
    missing = [key for key in wanted if key not in data]
    if missing:
        raise InvalidInput(f"{where} lacks {', '.join(missing)}.{near}")


def _text(value: Any, key: str, where: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput(f"'{key}' in {where} must be text in quotes.")


def _texts(value: Any, key: str, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(v, str) and v.strip() for v in value):
        raise InvalidInput(f"'{key}' in {where} must be a list of texts.")
    return tuple(value)
