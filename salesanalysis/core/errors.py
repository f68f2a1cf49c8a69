"""One rooted tree of errors: each message says what is wrong, where, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

#: What a terminal would obey instead of showing: control characters but for tabs and ends of lines.
#: And halves of characters, which nothing can write.
_HIDDEN = (*range(9), *range(11, 32), *range(127, 160), *range(0xD800, 0xE000))
_CONTROL = dict.fromkeys(_HIDDEN, "\N{REPLACEMENT CHARACTER}")
#: Words that nobody reads to their end.
_LONG = re.compile(r"([^\s']{120})[^\s']{280,}")


class SalesAnalysisError(Exception):
    """Root of every error that a user can mend; the command line prints it without a traceback.

    Messages quote names of the data, so control characters in them are shown as replaced, and words of more
    than 400 signs are cut.

    Examples
    --------
    >>> str(SalesAnalysisError("No rep '\\x1b[2J'."))
    "No rep '�[2J'."
    """

    def __init__(self, *args: object) -> None:
        super().__init__(*(_shown(a) if isinstance(a, str) else a for a in args))


def _shown(message: str) -> str:
    return _LONG.sub(r"\1…", message.translate(_CONTROL))


class InvalidInput(SalesAnalysisError, ValueError):
    """A value, name or file that the user gave cannot be used."""


class UnknownName(InvalidInput, KeyError):
    """A name that nothing here carries; the message lists the close matches."""

    def __str__(self) -> str:  # KeyError would show the message in quotes
        return str(self.args[0])


class MissingData(SalesAnalysisError):
    """A table or column that a computation needs is not in this data."""


class NotEnoughData(InvalidInput):
    """The rows given are too few, or too much alike, to compute anything from."""


class DataProblem(SalesAnalysisError):
    """The data holds something that must be mended before anything can be computed."""


class CannotWrite(SalesAnalysisError, OSError):
    """An output could not be written; nothing half-written is left behind."""

    def __str__(self) -> str:
        return str(self.args[0])


def did_you_mean(name: str, known: Iterable[str], *, limit: int = 3) -> str:
    """Return `` Did you mean …?`` for close matches of `name`, else the known names, at most twelve of them.

    Examples
    --------
    >>> did_you_mean("win_rat", ["win_rate", "calls"])
    ' Did you mean win_rate?'
    >>> did_you_mean("bagas", ["Bagas Prakoso", "Dian Lestari"])
    ' Did you mean Bagas Prakoso?'
    """
    names = [str(k) for k in known]
    by_fold = {n.casefold(): n for n in names}
    asked = str(name).casefold()
    # A first or last name is far from the whole name in letters, yet means it.
    parts = [n for n in by_fold if asked in n.split()]
    close = [*parts, *(n for n in get_close_matches(asked, list(by_fold), n=limit) if n not in parts)][:limit]
    if close:
        return f" Did you mean {' or '.join(by_fold[c] for c in close)}?"
    if not names:
        return ""
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return f" Known: {', '.join(names[:12])}{more}."


def unknown(what: str, name: str, known: Iterable[str], *, where: str = "") -> UnknownName:
    """Build an `UnknownName` for `name`, a `what`, with its close matches.

    Examples
    --------
    >>> str(unknown("KPI", "win_rat", ["win_rate"]))
    "Unknown KPI 'win_rat'. Did you mean win_rate?"
    """
    place = f" in {where}" if where else ""
    return UnknownName(f"Unknown {what} '{name}'{place}.{did_you_mean(name, known)}")
