"""Values of a plan read one by one: right type, known name, or a mistake noted and reading goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..core.errors import did_you_mean
from .lines import Mistakes, Place


class Reader:
    """Reads values; what cannot be used is noted in `mistakes` and replaced by nothing."""

    def __init__(self, mistakes: Mistakes) -> None:
        self.mistakes = mistakes

    def known(self, place: Place, spec: Any, allowed: Collection[str]) -> None:
        """Note keys that nobody reads."""
        for key in spec if isinstance(spec, Mapping) else ():
            if key not in allowed:
                self.mistakes.add((*place, key), f"unknown key '{key}'.{did_you_mean(key, allowed)}")

    def among(self, place: Place, what: str, name: str, known: Iterable[str]) -> bool:
        """Tell whether a name is known, and note when it is not."""
        names = list(known)
        if name not in names:
            self.mistakes.add(place, f"unknown {what} '{name}'.{did_you_mean(name, names)}")
        return name in names

    def text(self, place: Place, value: Any) -> str:
        """Return a text."""
        if isinstance(value, str) and "\0" not in value:
            return value.strip()
        self.mistakes.add(place, f"{value!r} must be a text in quotes.")
        return ""

    def texts(self, place: Place, value: Any) -> tuple[str, ...]:
        """Return a text or a list of texts, each once."""
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(dict.fromkeys(value))
        self.mistakes.add(place, f'{value!r} must be a text in quotes, or a list such as ["en", "id"].')
        return ()

    def flag(self, place: Place, value: Any) -> bool:
        """Return true or false."""
        if isinstance(value, bool):
            return value
        self.mistakes.add(place, f"{value!r} must be true or false.")
        return False

    def table(self, place: Place, value: Any) -> Mapping[str, Any]:
        """Return a table of settings."""
        if isinstance(value, Mapping):
            return value
        self.mistakes.add(place, f"{value!r} must be a table of settings: [{'.'.join(map(str, place))}].")
        return {}

    def tables(self, place: Place, value: Any) -> dict[str, Mapping[str, Any]]:
        """Return tables by name; none where there is nothing."""
        if value is None:
            return {}
        return {key: self.table((*place, key), spec) for key, spec in self.table(place, value).items()}

    def no_password(self, place: Place, address: str) -> str:
        """Return an address; nothing of one with a password or a token: plans are passed on and kept."""
        if "://" not in address:
            return address
        try:
            parts = urlsplit(address)
            secret = parts.password or ""
        except ValueError:
            self.mistakes.add(place, "this is no address.")
            return ""
        asked = parts.query.casefold()
        told = any(word in asked for word in ("password", "token", "secret", "key=", "signature", "sig="))
        if (secret and not secret.startswith("${")) or told:
            self.mistakes.add(
                place, "the address holds a password or token. Take it out; give it by the environment."
            )
            return ""
        return address
