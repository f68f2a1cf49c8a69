"""A notebook as one document: its blocks, and whatever else its cells show, in reading order."""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Iterator
from typing import Any

from ..core.fonts import width
from ..core.i18n import LANGUAGES, Language
from . import foreign
from .block_html import natural_size, tokens
from .layout import MM, page, typeset
from .markup import plain, printable, printable_svg
from .parts import MIME

HIDDEN_TAGS = frozenset({"parameters", "injected-parameters", "hide", "notes"})
#: What every PNG begins with, as base64.
_PNG = "iVBORw0KGgo"
_CONVERTED = ("markdown", "html")
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def shown(notebook: Any) -> Iterator[dict[str, Any]]:
    """Yield what a reader sees of a notebook: neutral blocks, and ``foreign`` items for all other outputs.

    Inputs, prompts, error streams and cells with a hidden tag are left out.
    """
    for cell in notebook["cells"]:
        if HIDDEN_TAGS & set(cell.get("metadata", {}).get("tags", ())):
            continue
        if cell["cell_type"] == "markdown" and cell["source"].strip():
            yield {"kind": "foreign", "format": "markdown", "source": cell["source"]}
        for output in cell.get("outputs", ()):
            yield from _output(output)


def document(notebook: Any) -> dict[str, Any]:
    """Return a notebook as the one JSON document the PDF template reads."""
    items = list(shown(notebook))
    opening = next((item for item in items if item["kind"] == "opening"), None)
    metadata = notebook.get("metadata", {})
    wanted = opening["language"] if opening else metadata.get("language", "en")
    words = Language(wanted if wanted in LANGUAGES else "en")
    landscape = bool(opening and opening["landscape"])
    if opening:  # headings start with the title, whatever comes before it in the notebook
        items = [opening, *(item for item in items if item is not opening)]
    else:
        title = str(metadata.get("title") or words.t("export.untitled"))
        items.insert(0, {"kind": "title", "title": title})
    room = page(landscape)["text"]
    return {
        "language": words.code,
        "title": _title(items[0]),
        "date": _date(opening["as_of"] if opening else None),
        "landscape": landscape,
        "head": _head(opening, room),
        "foot": _short(opening["foot"], 260) if opening else "",
        "blocks": [_set(item, words, room, landscape) for item in _converted(items)],
    }


def _output(output: Any) -> Iterator[dict[str, Any]]:
    kind = output["output_type"]
    if kind == "stream":
        if output["name"] == "stdout" and output["text"].strip():
            yield {"kind": "foreign", "format": "plain", "source": output["text"]}
        return
    if kind == "error":
        yield {"kind": "error", "text": f"{output['ename']}: {output['evalue']}"}
        return
    data = output.get("data", {})
    if MIME in data:
        yield data[MIME]
        return
    for mime, form in _FORMS.items():
        if mime in data and (mime != "text/html" or "<table" in data[mime] or "text/plain" not in data):
            yield {
                "kind": "foreign",
                "format": form,
                "source": data[mime],
                "metadata": output.get("metadata", {}),
            }
            return


_FORMS = {
    "text/html": "html",
    "text/markdown": "markdown",
    "image/svg+xml": "svg",
    "image/png": "png",
    "text/plain": "plain",
}


def _converted(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Convert every Markdown and HTML fragment of a report in one call."""
    waiting = [item for item in items if item["kind"] == "foreign" and item["format"] in _CONVERTED]
    if not waiting:
        return items
    markup = foreign.to_typst([(item["format"], printable(item["source"])) for item in waiting])
    done = {id(item): {"kind": "markup", "source": text} for item, text in zip(waiting, markup)}
    return [done.get(id(item), item) for item in items]


def _set(item: dict[str, Any], words: Language, room: float, landscape: bool) -> dict[str, Any]:
    kind = item["kind"]
    if kind == "markup":
        return item
    if kind == "title":
        return {"kind": "title", "title": printable(item["title"])}
    if kind == "error":
        heading = words.t("export.failed_cell")
        text = _ANSI.sub("", item["text"]).replace("\\", "\\\\").replace("*", "\\*")
        notice = {"kind": "notice", "heading": heading, "text": text, "items": [], "warning": True}
        return typeset(notice, room)
    if kind != "foreign":
        return typeset(item, room, landscape)
    if item["format"] == "plain":
        return {"kind": "raw", "text": printable(_ANSI.sub("", item["source"]).expandtabs(), monospace=True)}
    return _picture(item, words)


def _picture(item: dict[str, Any], words: Language) -> dict[str, Any]:
    alt = item["metadata"].get("alt") or words.t("export.undescribed")
    if item["format"] == "svg":
        svg = printable_svg(item["source"])
        return {
            "kind": "picture",
            "svg": svg,
            "alt": printable(alt),
            "width_pt": natural_size(svg)[0] or 400.0,
        }
    encoded = "".join(item["source"].split())
    if not encoded.startswith(_PNG) or len(encoded) < 44:
        return {"kind": "raw", "text": printable(alt)}
    wide, high = struct.unpack(">II", base64.b64decode(encoded[:44])[16:24])
    size = item["metadata"].get("image/png", {})
    shown_wide = float(size.get("width", wide)) * 0.75
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">'
        f'<image width="{wide}" height="{high}" href="data:image/png;base64,{encoded}"/></svg>'
    )
    return {"kind": "picture", "svg": svg, "alt": printable(alt), "width_pt": shown_wide}


def _title(first: dict[str, Any]) -> str:
    title = printable(plain(first["title"]))
    return (
        title
        if first["kind"] == "title"
        else f"{title} – {printable(first['report'])}, {printable(first['client'])}"
    )


def _head(opening: dict[str, Any] | None, room: float) -> dict[str, Any]:
    """Return the words of the running head, and whether both sides are too long for one line."""
    names = ("report", "client", "edition")
    head = {name: _short(opening[name], 120) if opening else "" for name in names}
    wide = sum(width(words, tokens()["pt"]["small"], name == "report") for name, words in head.items())
    return {**head, "long": wide + 24 > room * MM}


def _short(text: str, most: int) -> str:
    """Return text for a margin, which has room for two lines."""
    text = printable(text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _date(as_of: str | None) -> list[int] | None:
    return [int(part) for part in as_of.split("-")] if as_of else None
