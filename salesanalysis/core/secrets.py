"""What must never stand in a file or a message: values of secrets, passwords in addresses, one's home.

A secret is taken from the environment (``${NAME}`` in an address) or from the system's keyring
(``${keyring:service:name}``); nothing else in this package reads one.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from .errors import InvalidInput

#: A place in an address that a secret is put into.
PLACE = re.compile(r"\$\{([^}]*)\}")
#: Names of variables and of parts of an address that hold a secret.
SECRET = re.compile(r"pass|pwd|secret|token|private|api_?key|credential|(^|_)(pw|key)$", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ADDRESS = re.compile(r"(://[^\s:/@'\"<>]*:)([^\s/@'\"<>]+)(@)")
_PART = re.compile(
    r"(\b\w*(?:password|passwd|pwd|secret|token|api_?key)\w*=)(?!\$\{)([^\s&;,'\"<>]+)", re.IGNORECASE
)
#: Shorter values and plain numbers stand in texts by chance.
_SHORTEST = 6
#: Secrets put into an address by this process, by the place they were put into.
_taken: dict[str, str] = {}


def value_of(place: str, *, is_secret: bool = True) -> str:
    """Return what stands for a place in an address.

    Parameters
    ----------
    place : str
        Name of a variable of the environment, or ``keyring:service:name``.
    is_secret : bool
        False for what may be read by all, such as who connects.

    Raises
    ------
    InvalidInput
        The variable is not set or cannot be one; there is no keyring, or nothing of that name in it.

    Examples
    --------
    >>> os.environ["CRM_EXAMPLE"] = "reader"
    >>> value_of("CRM_EXAMPLE")
    'reader'
    """
    found = _from_keyring(place) if place.startswith("keyring:") else _from_environment(place)
    if is_secret:
        _taken[place] = found
    return found


def _from_environment(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise InvalidInput(f"'${{{name}}}' in the address of the database is no name of a variable.")
    if not os.environ.get(name):
        raise InvalidInput(
            f"The address of the database needs the environment variable {name}, which is not set. "
            f"Set it, then run again."
        )
    return os.environ[name]


def _from_keyring(place: str) -> str:
    service, _, name = place.removeprefix("keyring:").partition(":")
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise InvalidInput(
            f"The address of the database takes '{service}' from the keyring, which needs a package that is "
            "not installed. Install it: pip install 'salesanalysis[keyring]'"
        ) from None
    try:
        found = keyring.get_password(service, name)
    except KeyringError as error:
        raise InvalidInput(f"The keyring of this system cannot be read: {type(error).__name__}.") from None
    if not found:
        raise InvalidInput(
            f"The keyring holds nothing for '{service}' and '{name}'. Put it there: "
            f"keyring set {service or 'SERVICE'} {name or 'NAME'}"
        )
    return found


def hidden(text: str) -> str:
    """Return a text without the values of secrets: of variables with such names, and within addresses.

    Examples
    --------
    >>> hidden("cannot connect to postgresql://ani:geheim@host/crm?password=geheim")
    'cannot connect to postgresql://ani:***@host/crm?password=***'
    """
    text = _without_values(text)
    if "://" in text:
        text = _ADDRESS.sub(lambda m: m[0] if PLACE.fullmatch(m[2]) else f"{m[1]}***{m[3]}", text)
    return _PART.sub(r"\1***", text) if "=" in text else text


def _without_values(text: str, known: Iterable[tuple[str, str]] | None = None) -> str:
    for value, name in _values() if known is None else known:
        if value in text:
            text = text.replace(value, f"${{{name}}}")
    return text


def _values() -> Iterator[tuple[str, str]]:
    """Yield every secret known, as it is and as addresses and JSON write it, and what to say instead."""
    known = {(n, v) for n, v in os.environ.items() if SECRET.search(n) and not Path(v).is_absolute()}
    for name, value in os.environ.items():
        for _, password, _ in _ADDRESS.findall(value):  # of an address, as in DATABASE_URL
            if not PLACE.fullmatch(password):
                known |= {(name, password), (name, unquote(password))}
    known |= set(_taken.items())
    for name, value in sorted(known, key=lambda item: (-len(item[1]), item)):
        if len(value) >= _SHORTEST and not value.isdigit():
            forms = (value, quote(value, safe=""), json.dumps(value)[1:-1], repr(value)[1:-1])
            yield from ((form, name) for form in dict.fromkeys(forms))


def without_home(text: str) -> str:
    """Return a text in which paths below the user's home begin with ``~``.

    Examples
    --------
    >>> without_home(f"{Path.home()}/clients/acme/client.toml")
    '~/clients/acme/client.toml'
    """
    home = str(Path.home())
    for form in dict.fromkeys((home, json.dumps(home)[1:-1])) if len(home) > 2 else ():
        if form in text:
            text = re.sub(rf"(?<![\w.~-]){re.escape(form)}(?![\w.-])", "~", text)
    return text


def scrubbed(value: Any) -> Any:
    """Return texts, and mappings and lists of them, without values of secrets and without the user's home.

    Examples
    --------
    >>> os.environ["EXAMPLE_PASSWORD"] = "open sesame"
    >>> scrubbed({"said": ["no, open sesame it is"]})
    {'said': ['no, ${EXAMPLE_PASSWORD} it is']}
    """
    return _scrubbed(value, tuple(_values()))


def _scrubbed(value: Any, known: tuple[tuple[str, str], ...]) -> Any:
    """Scrub with what is secret at this moment, looked up once and not for each of a page's texts."""
    if isinstance(value, str):
        return without_home(_without_values(value, known))
    if isinstance(value, dict):
        return {_scrubbed(key, known): _scrubbed(inner, known) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_scrubbed(inner, known) for inner in value)
    return value
