"""For whom a report is written: what each edition may show, and hiding people's names in free text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from .errors import unknown

#: ``manager``: everything. ``rep``: the rep's own numbers, nobody else's. ``client``: nobody's name.
EDITIONS = ("manager", "rep", "client")


def check_edition(name: str) -> str:
    """Return `name`, or ``manager`` for an empty one.

    Raises
    ------
    UnknownName
        No such edition; the message lists the close matches.

    Examples
    --------
    >>> check_edition("")
    'manager'
    """
    if name and name not in EDITIONS:
        raise unknown("edition", name, EDITIONS)
    return name or EDITIONS[0]


def hide(names: Iterable[str], kept: Iterable[str], stand_in: str) -> Callable[[str], str]:
    """Return a function that puts `stand_in` for every name of `names` that a text mentions.

    Parameters
    ----------
    names : iterable of str
        Names and identifiers to hide, as whole words and in any case.
    kept : iterable of str
        What stays although a hidden name is part of it, such as the reader's own name.
    stand_in : str
        Words instead.

    Examples
    --------
    >>> hide(["Ayu", "R02"], ["Ayu Kartika"], "a colleague")("Ayu Kartika calls with Ayu (r02)")
    'Ayu Kartika calls with a colleague (a colleague)'
    """
    stays = {k.strip().casefold() for k in kept if k.strip()}
    hidden = {n.strip() for n in names if n.strip()} - {""}
    # The longest first, so that a name inside a longer one is not taken for itself.
    every = sorted({*hidden, *(k.strip() for k in kept if k.strip())}, key=len, reverse=True)
    if not every:
        return str
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, every))})(?!\w)", re.IGNORECASE)

    def hiding(text: str) -> str:
        return pattern.sub(lambda m: m[0] if m[0].casefold() in stays else stand_in, text)

    return hiding
