"""What the report's font can print and how wide it runs, read from ``fonts/metrics.json``."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from typing import Any

from . import share

# Box drawing and block elements: the monospaced font of plain text outputs has them.
_MONOSPACE_EXTRA = "\u2500-\u259f"


@cache
def _metrics() -> dict[str, Any]:
    return json.loads(share.path("templates", "salesreport", "fonts", "metrics.json").read_text("utf-8"))


@cache
def missing(monospace: bool = False) -> re.Pattern[str]:
    r"""Return the pattern of characters that the font lacks.

    Examples
    --------
    >>> bool(missing().search("Rp 38 jt, ≥ 10")), bool(missing().search("王"))
    (False, True)
    """
    spans = "".join(f"{re.escape(chr(low))}-{re.escape(chr(high))}" for low, high in _metrics()["ranges"])
    extra = _MONOSPACE_EXTRA if monospace else ""
    return re.compile(f"[^\\n\\t\u200b{extra}{spans}]+")


@cache
def _advances(strong: bool) -> dict[str, int]:
    widths = iter(_metrics()["semibold" if strong else "regular"])
    return {chr(c): next(widths) for low, high in _metrics()["ranges"] for c in range(low, high + 1)}


@lru_cache(maxsize=8192)
def width(text: str, size: float, strong: bool = False) -> float:
    """Return the width of one line of text in points, without kerning.

    Examples
    --------
    >>> round(width("0000", 10), 2)
    19.88
    """
    table = _advances(strong)
    return sum(table.get(char, 550) for char in text) * size / 1000


#: Size of a page's title, and the widest that stays on one line of 174 mm: kerning takes a little off.
_TITLE_SIZE, _TITLE_ROOM = 19.0, 178.0


def shortest_fitting(texts: list[str]) -> str:
    """Return the first of `texts` that fits on one line as a page's title, else the last.

    Examples
    --------
    >>> shortest_fitting(["A title that would run far beyond the end of the line of a page" * 2, "Short"])
    'Short'
    """
    room = _TITLE_ROOM / 25.4 * 72
    return next((text for text in texts if width(text, _TITLE_SIZE, True) <= room), texts[-1])
