"""From the neutral form of blocks to what the PDF template sets: text as runs, table widths, what to keep."""

from __future__ import annotations

import re
from typing import Any

from ..core.fonts import width
from .block_html import natural_size, tokens
from .markup import breakable, plain, printable, printable_svg, runs

MM = 72 / 25.4
_RAW = frozenset({"kind", "verdict", "colour", "align", "language", "as_of", "source_markup"})
_SVG = frozenset({"svg", "head_svg", "trend_svg", "bar_svg"})
_SPACE = re.compile(r"[ \n\t\u200b]+")
_KEEP_UP_TO = 340.0
#: Height of a section's heading and subtitle.
_HEADING = 38.0
_PAD = 3.0
_SLACK = 1.012


def page(landscape: bool) -> dict[str, float]:
    """Return the measures of the page in millimetres."""
    return tokens()["mm"]["landscape" if landscape else "portrait"]


def typeset(block: Any, room_mm: float, landscape: bool = False, above: float = 0.0) -> Any:
    """Return a block's neutral form as the template reads it, for a column `room_mm` wide.

    `above` is the height in points of the headings that go along with it.

    Examples
    --------
    >>> typeset({"kind": "text", "paragraphs": ["a **b**"]}, 174.0)["paragraphs"]
    [[['a ', False], ['b', True]]]
    """
    kind = block["kind"]
    if kind == "section":
        below = above + _HEADING * bool(block["heading"])
        children = [typeset(child, room_mm, landscape, below) for child in block["children"]]
        done = {**_text({**block, "children": []}), "children": children}
        done["keep"] = block["keep"] and _tall(done) < _room_high(landscape)
        return done
    if kind == "columns":
        return _columns(block, room_mm, landscape, above)
    done = _text(block)
    if kind == "opening":
        done["landscape"] = block["landscape"]
    elif kind == "tiles":
        done["across"] = 6 if landscape else 3
    elif kind == "cards":
        for card, given in zip(done["cards"], block["cards"]):
            card["long_tag"] = len(given["tag"]) > 28
            card["long_label"] = any(len(label) > 20 for label, _ in given["fields"])
    elif kind == "agreement":
        shares = [max(len(label), len(text), 8) for label, text in zip(block["labels"], block["suggested"])]
        shares = shares or [1] * len(block["labels"])
        done["widths"] = [room_mm * MM * share / sum(shares) for share in shares]
    elif kind == "table":
        _table(done, room_mm * MM)
    elif kind == "figure":  # one that is taller than a page shrinks to it
        high = block["height_mm"] * min(1.0, room_mm / block["width_mm"]) * MM
        left = _room_high(landscape) - max(60.0, above + 40.0)
        done["width_mm"] = min(block["width_mm"], room_mm) * min(1.0, left / high)
    return done


def _room_high(landscape: bool) -> float:
    """Return the height of a page's text area in points."""
    size = page(landscape)
    return (size["height"] - size["top"] - size["bottom"]) * MM


def _tall(block: dict[str, Any]) -> float:
    """Return a fair guess of the height in points of a block that may have to stay on one page."""
    kind = block["kind"]
    if kind == "section":
        return 60.0 + sum(_tall(child) for child in block["children"])
    if kind == "columns":
        return max(sum(_tall(child) for child in block[side]) for side in ("left", "right"))
    if kind == "table":
        return _height(block, block["widths"]) + 14.0
    if kind == "figure":
        return block["height_mm"] * MM + 40.0
    words = sum(len(str(block[name])) for name in ("paragraphs", "items", "text") if name in block)
    return 60.0 + words / 100 * 14 + 160.0 * (kind in ("cards", "agreement"))


def _text(value: Any, key: str = "") -> Any:
    """Turn every text into runs that the font can print."""
    if isinstance(value, dict):
        return {name: _text(item, name) for name, item in value.items()}
    if isinstance(value, list | tuple):
        listed = [_text(item, key) for item in value]
        return {"parts": listed} if key == "note" and value else listed
    if not isinstance(value, str) or key in _RAW:
        return value
    if key in _SVG:
        return printable_svg(value) if value else ""
    if key == "alt":  # read out, never set: bold has no meaning there
        return printable(plain(value))
    pieces = runs(printable(value))
    return (
        [list(piece) for piece in pieces]
        if any(bold for _, bold in pieces)
        else "".join(p for p, _ in pieces)
    )


def _columns(block: dict[str, Any], room_mm: float, landscape: bool, above: float) -> dict[str, Any]:
    gap = 11.0 if landscape else 6.0
    left, between, right = block["widths"] or ((room_mm - gap) / 2, gap, (room_mm - gap) / 2)
    scale = room_mm / (left + between + right)
    left, between, right = left * scale, between * scale, right * scale
    sides = (block["left"], left), (block["right"], right)
    children = [[typeset(child, room, landscape, above) for child in side] for side, room in sides]
    high = max(sum(_tall(child) for child in side) for side in children)
    firsts = [side[0]["kind"] for side, _ in sides if side]
    return {
        "kind": "columns",
        "left": children[0],
        "right": children[1],
        "widths": [left, between, right],
        "keep": high <= _KEEP_UP_TO,
        "headed": "section" in firsts,
    }


def _table(done: dict[str, Any], room: float) -> None:
    """Set the widths of a table, let long words break where they must, and see whether it fits on a page."""
    widths = column_widths(done, room)
    for row in done["rows"]:
        for x, item in enumerate(row):
            cut = (
                one_line(item, widths[x] - _PAD * (1 + (0 < x < len(row) - 1)))
                if done["columns"][x]["one_line"]
                else item
            )
            row[x] = _broken(cut, widths[x] - _PAD)
    done["widths"] = widths
    done["keep"] = _height(done, widths) <= _KEEP_UP_TO


def column_widths(table: dict[str, Any], room: float) -> list[float]:
    """Return column widths in points that fill `room`: first what words need, then shares of what is left."""
    last = len(table["columns"]) - 1
    least, wanted, heads, spare, slim = [], [], [], [], []
    for x, column in enumerate(table["columns"]):
        pad = (_PAD if x else 0) + (_PAD if x < last else 0)
        cells = [_needs(row[x]) for row in table["rows"]]
        head = _needs(column["label"], size=tokens()["pt"]["small"])
        axis = natural_size(column["head_svg"])[0] if column["head_svg"] else 0
        small = max([head[0], axis, *(cell[0] for cell in cells)])
        whole = max([small, *(cell[1] for cell in cells)])
        fixed = (column["width_mm"] or 0) * MM
        least.append(fixed or small + pad)
        wanted.append(fixed or whole + pad)
        slim.append((min(least[x], whole + pad), min(least[x], small + pad)))
        heads.append(0.0 if fixed else max(0.0, head[1] - whole))
        drawn = axis or all(_drawn(row[x]) for row in table["rows"])
        trailing = x == last and column["align"] == "left" and last
        spare.append(0.0 if fixed or drawn or trailing else 2.0 if x == 0 else 1.0)
    if sum(least) >= room:
        return _narrowed(least, slim, room)
    if sum(wanted) > room:
        return _squeezed(least, wanted, room)
    for x in sorted(range(len(heads)), key=lambda x: heads[x]):
        if sum(wanted) + heads[x] <= room:
            wanted[x] += heads[x]
    extra, shares = room - sum(wanted), spare if sum(spare) else [1.0] * len(spare)
    return [w + extra * share / sum(shares) for w, share in zip(wanted, shares)]


def _narrowed(least: list[float], slim: list[tuple[float, float]], room: float) -> list[float]:
    """Take what is missing from columns set wider than they need, before any word or verdict must break."""
    for floor in zip(*slim):
        slack = sum(least) - sum(floor)
        if sum(floor) <= room and slack > 0:
            kept = (room - sum(floor)) / slack
            return [low + (w - low) * kept for w, low in zip(least, floor)]
    return [w * room / sum(least) for w in least]


def _squeezed(least: list[float], wanted: list[float], room: float) -> list[float]:
    """Cap the widest columns at one common width, none below its longest word, so that the sum is `room`."""
    low, high = 0.0, max(wanted)
    for _ in range(40):
        cap = (low + high) / 2
        taken = sum(min(w, max(small, cap)) for small, w in zip(least, wanted))
        low, high = (cap, high) if taken < room else (low, cap)
    return [min(w, max(small, low)) for small, w in zip(least, wanted)]


def _needs(item: Any, size: float = 0.0, strong: bool = False) -> tuple[float, float]:
    """Return the width of the longest word and of the whole of a cell, in points."""
    pt = tokens()["pt"]
    if isinstance(item, dict):
        kind = item["kind"]
        if kind == "cell":
            under = _needs(item["under"], pt["small"])
            words = _needs(item["text"], pt["table"], item["strong"])
            return max(words[0], under[0]), max(words[1], under[1])
        if kind == "graphic":
            return (natural_size(item["svg"])[0],) * 2
        sizes = {"badge": (pt["badge"], 5.2), "chip": (pt["small"], 15.2), "mark": (pt["table"], 7.6)}
        text_size, around = sizes[kind]
        bold = kind != "mark" or tokens()["marks"][item["verdict"]]["strong"]
        return (_needs(item["text"], text_size, bold)[1] + around,) * 2
    pieces = [(item, False)] if isinstance(item, str) else item
    size = size or pt["table"]
    whole = longest = line = word = 0.0
    for text, bold in pieces:
        for token in re.findall(r"[ \t\u200b]+|\n|[^ \n\t\u200b]+", text):
            wide = 0.0 if token.isspace() and token == "\n" else width(token, size, strong or bold) * _SLACK
            word = 0.0 if _SPACE.fullmatch(token) else word + wide
            line = 0.0 if token == "\n" else line + wide
            longest, whole = max(longest, word), max(whole, line)
    return longest, whole


def one_line(item: Any, room: float, size: float = 0.0, strong: bool = False) -> Any:
    """Return a cell's text shortened with an ellipsis so that it stays on a line `room` points wide.

    Examples
    --------
    >>> one_line("Hadi Simanjuntak Gunawan", 70.0)
    'Hadi Simanjunta…'
    """
    if isinstance(item, dict):
        if item["kind"] != "cell":
            return item
        text = one_line(item["text"], room, size, item["strong"])
        return item | {"text": text, "under": one_line(item["under"], room, tokens()["pt"]["small"])}
    if "\n" in str(item) or _needs(item, size, strong)[1] <= room + 0.5:
        return item
    size = size or tokens()["pt"]["table"]
    pieces = [[item, strong]] if isinstance(item, str) else item
    left, kept = room - width("…", size, True), []
    for text, bold in pieces:
        count = next(
            (n for n in range(len(text)) if width(text[: n + 1], size, strong or bold) * _SLACK > left),
            len(text),
        )
        kept.append([text[:count], bold])
        left -= width(text[:count], size, strong or bold) * _SLACK
        if count < len(text):
            break
    kept[-1][0] = kept[-1][0].rstrip(" ,·–-") + "…"
    return kept[0][0] if isinstance(item, str) else kept


def _drawn(item: Any) -> bool:
    return isinstance(item, dict) and item["kind"] == "graphic"


def _broken(item: Any, room: float) -> Any:
    """Let the words of a cell break when one of them is wider than its column."""
    if _drawn(item) or _needs(item)[0] <= room + 0.5:
        return item
    every = max(2, int(room / tokens()["pt"]["table"] / 0.6))
    if isinstance(item, dict):
        return {"kind": "cell", "colour": "ink", "strong": False, "under": "", **item} | (
            {"text": _broken_words(item["text"], every)}
            | ({"kind": "cell"} if item["kind"] in ("mark", "chip", "badge") else {})
        )
    return _broken_words(item, every)


def _broken_words(text: Any, every: int) -> Any:
    if isinstance(text, str):
        return " ".join(breakable(word, every) if len(word) > every else word for word in text.split(" "))
    return [[_broken_words(piece, every), bold] for piece, bold in text]


def _height(table: dict[str, Any], widths: list[float]) -> float:
    """Return a fair guess of a table's height in points."""
    total = 30.0 + (10.0 if table["note"] else 0.0)
    for row in table["rows"]:
        heights = [12.0]
        for item, wide in zip(row, widths):
            if _drawn(item):
                heights.append(natural_size(item["svg"])[1])
            else:
                heights.append(11.5 * (1 + int(_needs(item)[1] / max(wide - _PAD, 1.0))))
        total += max(heights) + 6.0
    return total
