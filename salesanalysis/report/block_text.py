"""Blocks as plain text, for terminals and for readers of the notebook's source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .markup import plain


def render(block: dict[str, Any]) -> str:
    """Return a block's neutral form as lines of text.

    Examples
    --------
    >>> render({"kind": "text", "paragraphs": ["Calls **go with** wins."], "items": []})
    'Calls go with wins.'
    """
    return "\n".join(line for line in _lines(block) if line)


def cell(item: Any) -> str:
    """Return the words of a table cell or inline part; a graphic has none.

    Examples
    --------
    >>> cell({"kind": "chip", "verdict": "linked", "text": "Linked"})
    'Linked'
    """
    if isinstance(item, str):
        return plain(item)
    words = plain(item.get("text", ""))
    return f"{words} ({plain(item['under'])})" if item.get("under") else words


def inline(parts: str | Iterable[Any]) -> str:
    """Return a line of text and parts as words.

    Examples
    --------
    >>> inline(["Expected: ", {"kind": "badge", "text": "A"}, " 10 of 40"])
    'Expected: A 10 of 40'
    """
    return plain(parts) if isinstance(parts, str) else "".join(cell(part) for part in parts)


def _lines(block: dict[str, Any]) -> Iterable[str]:
    kind = block["kind"]
    if kind == "table":
        yield from _table(block)
    elif kind == "columns":
        for child in (*block["left"], *block["right"]):
            yield from _lines(child)
    elif kind == "opening":
        yield f"{block['report']} · {block['client']}"
        yield plain(block["title"])
        yield from (f"{label}: {plain(value)}" for label, value in block["fields"])
        if block["hero"]:
            yield from _lines({**block["hero"], "title": ""})
        yield from map(plain, block["answer"])
    elif kind == "lead":
        yield plain(block["title"])
        yield " ".join(filter(None, (block["number"], plain(block["label"]), plain(block["note"]))))
        if block["chip"]:
            yield " ".join(filter(None, (block["chip"]["text"], plain(block["chip_note"]))))
        yield plain(block["text"])
    elif kind == "section":
        yield plain(block["heading"])
        yield plain(block["subtitle"])
        for child in block["children"]:
            yield from _lines(child)
        yield plain(block["source"])
    else:
        yield from _small(block)


def _small(block: dict[str, Any]) -> Iterable[str]:
    """Lines of the kinds that hold only words."""
    kind = block["kind"]
    if kind == "figure":
        yield plain(block["alt"])
        yield plain(block["source"])
    elif kind == "cards":
        for card in block["cards"]:
            yield f"{card['number']} {plain(card['heading'])} [{plain(card['tag'])}]"
            yield plain(card["why"])
            yield from (f"– {plain(question)}" for question in card["questions"])
            yield from (f"{label}: {plain(text)}" for label, text in card["fields"])
    elif kind == "agreement":
        yield " | ".join(block["labels"])
        yield " | ".join(map(plain, block["suggested"]))
    elif kind == "tiles":
        for tile in block["tiles"]:
            words = (tile["label"], tile["value"], tile["note"], tile["mark"]["text"] if tile["mark"] else "")
            yield " · ".join(plain(word) for word in words if word)
    elif kind == "method_box":
        yield from (f"{plain(label)} {plain(text)}" for label, text in block["items"])
        yield from ("  ".join(map(plain, row)) for row in block["ledger"])
    elif kind == "notice":
        yield plain(block["heading"])
        yield plain(block["text"])
        yield from (f"– {plain(item)}" for item in block["items"])
    elif kind == "text":
        yield from map(plain, block["paragraphs"])
        yield from (f"– {plain(item)}" for item in block["items"])


def _table(block: dict[str, Any]) -> Iterable[str]:
    rows = [
        [column["label"] for column in block["columns"]],
        *([cell(c) for c in row] for row in block["rows"]),
    ]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        padded = (
            text.rjust(width) if column["align"] == "right" else text.ljust(width)
            for text, width, column in zip(row, widths, block["columns"])
        )
        yield "  ".join(padded).rstrip()
    yield inline(block["note"])
