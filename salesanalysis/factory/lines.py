"""Where in a TOML file a key stands, so that a message about it can name the line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..core.errors import InvalidInput

#: A place in a file of settings: keys and, in lists of tables, numbers from 0.
Place = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)(.+?)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)


def lines(text: str) -> dict[Place, int]:
    """Return the line, from 1, of every table header and key of a TOML file.

    Examples
    --------
    >>> lines('a = 1\\n[[b]]\\nc = 2\\n[d."e f"]\\ng = 3')[("d", "e f", "g")]
    5
    >>> lines('a = 1\\n[[b]]\\nc = 2')[("b", 0, "c")]
    3
    """
    found: dict[Place, int] = {}
    here: Place = ()
    counts: dict[Place, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if key:
            found.setdefault((*here, *_keys(key[1])), number)
        elif header:
            here = _numbered(_keys(header[2]), counts)
            if header[1] == "[[":
                counts[here] = counts.get(here, -1) + 1
                here = (*here, counts[here])
            found.setdefault(here, number)
    return found


def _numbered(keys: Place, counts: dict[Place, int]) -> Place:
    """Return where a header leads: below a list of tables, into the last of them."""
    place: Place = ()
    for key in keys[:-1]:
        place = (*place, key)
        if place in counts:
            place = (*place, counts[place])
    return (*place, *keys[-1:])


def _keys(dotted: str) -> Place:
    try:
        inner = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return (dotted,)
    return tuple(_way(inner))


def _way(table: object) -> Iterator[str]:
    while isinstance(table, dict):
        (key, table), *_ = table.items()
        yield key


def spoken(place: Place) -> str:
    """Return a place as people write it.

    Examples
    --------
    >>> spoken(("reports", 0, "team"))
    'reports[1].team'
    """
    text = ""
    for key in place:
        text += f"[{key + 1}]" if isinstance(key, int) else f"{'.' if text else ''}{key}"
    return text


@dataclass
class Mistakes:
    """Everything that is wrong with a file, gathered so that one message lists it all."""

    file: str
    text: str = ""
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, place: Place, message: str) -> None:
        """Note what is wrong at `place`; the nearest line above that has a key is named."""
        known = lines(self.text)
        near = next((known[place[:n]] for n in range(len(place), 0, -1) if place[:n] in known), 0)
        where = ", ".join(filter(None, (f"line {near}" if near else "", spoken(place))))
        self.found.append((near, f"{where}: {message}" if where else message))

    def stop(self) -> None:
        """Raise one error that lists everything noted.

        Raises
        ------
        InvalidInput
            There was something.
        """
        if self.found:
            said = [text for _, text in sorted(self.found, key=lambda one: one[0])]
            count = "a mistake" if len(said) == 1 else f"{len(said)} mistakes"
            listed = "\n".join(f"  {text}" for text in dict.fromkeys(said))
            raise InvalidInput(f"{self.file} has {count}; nothing was started:\n{listed}")
