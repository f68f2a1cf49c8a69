"""The tiny markup of report text: ``**bold**`` and nothing else, so that names from a CRM stay text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ..core import fonts
from ..core.i18n import escape

__all__ = ["breakable", "calm", "escape", "plain", "printable", "printable_svg", "runs"]

_TOKEN = re.compile(r"\\([\\*])|\*\*|[^*\\]+|.", re.DOTALL)
_PERCENT = re.compile(r"(?<=\d) (?=%)")
#: Marks that stand above and below a letter: nothing that is written has more than these on one.
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_FLOOD = re.compile(f"({_MARKS}{{8}}){_MARKS}+")
_LONG_WORD = re.compile(r"\S{33,}")
_INVISIBLE = dict.fromkeys(map(ord, "\u200c\u200d\u2060\ufe0e\ufe0f\ufeff"))
_ENTITY = re.compile(r"&#(?:x([0-9a-fA-F]+)|([0-9]+));")


@lru_cache(maxsize=4096)
def runs(text: str) -> tuple[tuple[str, bool], ...]:
    """Split marked-up text into (text, is bold) runs; an odd last ``**`` is taken literally.

    A number never parts from its percent sign at a line end.

    Examples
    --------
    >>> runs("Calls **go with** wins")
    (('Calls ', False), ('go with', True), (' wins', False))
    """
    text = _PERCENT.sub("\u00a0", text)
    marks = text.replace("\\\\", "").replace("\\*", "").count("**") // 2 * 2
    found: list[tuple[str, bool]] = []
    bold = False
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token == "**" and marks:
            bold, marks = not bold, marks - 1
            continue
        piece = match.group(1) or token
        if found and found[-1][1] == bold:
            found[-1] = (found[-1][0] + piece, bold)
        else:
            found.append((piece, bold))
    return tuple(found)


def plain(text: str) -> str:
    """Return the text without its bold marks.

    Examples
    --------
    >>> plain("**520** of 650")
    '520 of 650'
    """
    return "".join(piece for piece, _ in runs(text))


def printable(text: str, *, monospace: bool = False) -> str:
    """Return text that the report's font can print; a character that it lacks is named, never dropped.

    The PDF carries one font family (Latin, Greek, Cyrillic). Compatibility forms become their plain
    letters, a symbol such as an emoji becomes its Unicode name in square brackets, any other run of
    characters its code points. Words over 32 characters may break, so that none runs off the page.

    Examples
    --------
    >>> printable("Toko 🚀 王")
    'Toko [rocket] [U+738B]'
    """
    if text.isascii() and text.isprintable() and not _LONG_WORD.search(text):
        return text
    text = calm(unicodedata.normalize("NFC", text).translate(_INVISIBLE))
    text = fonts.missing(monospace).sub(lambda match: _named(match.group(), monospace), text)
    return text if monospace else _LONG_WORD.sub(lambda match: breakable(match.group()), text)


def calm(text: str) -> str:
    """Return text with no more than eight marks on a letter; a flood of them covers the lines around it.

    Examples
    --------
    >>> len(calm("a" + "\\u0301" * 4000))
    10
    """
    return text if text.isascii() else _FLOOD.sub(r"\1…", text)


def breakable(word: str, every: int = 8) -> str:
    """Return the word with places where a line may break (zero width spaces).

    Examples
    --------
    >>> breakable("abcdef", every=3) == "abc\\u200bdef"
    True
    """
    return "\u200b".join(word[i : i + every] for i in range(0, len(word), every))


def printable_svg(svg: str) -> str:
    """Return an SVG whose text the report's font can print; numeric entities are looked at as well.

    Examples
    --------
    >>> printable_svg("<text>&#x1F680; a &lt; b</text>")
    '<text>[rocket] a &lt; b</text>'
    """
    svg = _ENTITY.sub(_entity, svg)
    if svg.isascii():
        return svg
    svg = calm(unicodedata.normalize("NFC", svg).translate(_INVISIBLE))
    return fonts.missing(False).sub(lambda match: _named(match.group(), False), svg)


def _entity(match: re.Match[str]) -> str:
    code = int(match.group(1), 16) if match.group(1) else int(match.group(2))
    return chr(code) if 127 < code < 0x110000 and not 0xD800 <= code < 0xE000 else match.group()


def _named(run: str, monospace: bool) -> str:
    """Name a run of characters that the font lacks."""
    folded = unicodedata.normalize("NFKC", run)
    if not fonts.missing(monospace).search(folded):
        return folded
    names, codes = [], []
    for char in run:
        if unicodedata.category(char) in ("So", "Sk", "Sm"):
            names.append(f"[{unicodedata.name(char, f'U+{ord(char):04X}').lower()}]")
        elif char.isspace():
            names.append(" ")
        else:
            codes.append(f"U+{ord(char):04X}")
    return "".join(names) + (f"[{' '.join(codes)}]" if codes else "")
