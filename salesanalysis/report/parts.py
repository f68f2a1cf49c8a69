"""Parts of blocks: table cells, badges, chips, verdicts, cards, tiles, and their neutral form."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from ..core.errors import InvalidInput, unknown
from . import block_html, block_text

MIME = "application/vnd.salesanalysis.block+json"
COLOURS = ("ink", "muted", "accent", "vermilion", "violet")
VERDICTS = ("linked", "negative", "none", "undecided", "reacts", "insufficient")
MARKS = ("met", "below", "stretch", "open")
ALIGNS = ("left", "right", "center")
KINDS: dict[str, type[Part]] = {}

_SVG = re.compile(r"\s*(<\?xml[^>]*>\s*)?(<!DOCTYPE[^>]*>\s*)?(<!--.*?-->\s*)*<svg[\s>]", re.DOTALL)
_ACTIVE = re.compile(
    r"<\s*(script|foreignObject|iframe)\b|<[^>]*\s(on\w+\s*=|(xlink:)?href\s*=\s*[\"'](?!#|data:image/))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Part:
    """Base of everything with a neutral form: a dict with its kind and one entry per field."""

    kind: ClassVar[str] = "part"

    def __post_init__(self) -> None:
        """Turn lists into tuples, so that parts compare and hash by value."""
        for field in fields(self):
            object.__setattr__(self, field.name, _frozen(getattr(self, field.name)))

    @property
    def data(self) -> dict[str, Any]:
        """The neutral, JSON-able form."""
        return {"kind": self.kind, **{f.name: _neutral(getattr(self, f.name)) for f in fields(self)}}


@dataclass(frozen=True, kw_only=True)
class Block(Part):
    """Base of all blocks.

    Examples
    --------
    >>> from salesanalysis.report.blocks import Text, from_data
    >>> block = Text(paragraphs=("Calls **go with** wins.",))
    >>> block.data
    {'kind': 'text', 'paragraphs': ['Calls **go with** wins.'], 'items': [], 'muted': False}
    >>> from_data(block.data) == block
    True
    """

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return the three forms Jupyter stores; `include` and `exclude` are left to Jupyter."""
        data = self.data
        return {"text/plain": block_text.render(data), "text/html": block_html.render(data), MIME: data}


def restore(data: Any) -> Any:
    """Return the part, or the tuple or plain value, whose neutral form is `data`.

    Examples
    --------
    >>> restore({"kind": "badge", "text": "A", "solid": False})
    Badge(text='A', solid=False)
    """
    if isinstance(data, dict):
        kind = data.get("kind", "")
        if kind not in KINDS:
            raise unknown("block kind", kind, KINDS)
        return KINDS[kind](**{key: restore(value) for key, value in data.items() if key != "kind"})
    return tuple(restore(item) for item in data) if isinstance(data, list | tuple) else data


def _neutral(value: Any) -> Any:
    if isinstance(value, Part):
        return value.data
    return [_neutral(item) for item in value] if isinstance(value, tuple) else value


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value


def _check(what: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise unknown(what, value, known)


@dataclass(frozen=True)
class Cell(Part):
    """Text of a table cell with a colour; `under` is a second, smaller, muted line."""

    kind: ClassVar[str] = "cell"
    text: str
    colour: str = "ink"
    strong: bool = False
    under: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _check("colour", self.colour, COLOURS)


@dataclass(frozen=True)
class Badge(Part):
    """Goal badge: outline for a stretch goal (A), solid for a floor or an average (C)."""

    kind: ClassVar[str] = "badge"
    text: str
    solid: bool = True


@dataclass(frozen=True)
class Chip(Part):
    """Verdict of an activity: linked, negative, none, undecided, reacts or insufficient, with its words."""

    kind: ClassVar[str] = "chip"
    verdict: str
    text: str

    def __post_init__(self) -> None:
        super().__post_init__()
        _check("verdict", self.verdict, VERDICTS)


@dataclass(frozen=True)
class Mark(Part):
    """Attainment verdict, a glyph and words; `verdict` is one of met, below, stretch, open."""

    kind: ClassVar[str] = "mark"
    verdict: str
    text: str

    def __post_init__(self) -> None:
        super().__post_init__()
        _check("verdict", self.verdict, MARKS)


@dataclass(frozen=True)
class Graphic(Part):
    """A small SVG in a cell, decorative: the row holds its numbers. `flush` fills the row's height."""

    kind: ClassVar[str] = "graphic"
    svg: str
    flush: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not _SVG.match(self.svg):
            raise InvalidInput("A graphic must be SVG text that starts with an <svg> element.")
        if active := _ACTIVE.search(self.svg):
            raise InvalidInput(
                f"A graphic holds '{active.group().strip()}'; scripts and outside links are refused."
            )


@dataclass(frozen=True)
class Column(Part):
    """Head of a table column; `width_mm` fixes its width, `head_svg` draws an axis into the head.

    With `one_line` a page shortens what is longer than the column, such as a name, with an ellipsis; the
    HTML page shows it whole.
    """

    kind: ClassVar[str] = "column"
    label: str
    align: str = "left"
    width_mm: float | None = None
    head_svg: str = ""
    one_line: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        _check("alignment", self.align, ALIGNS)
        if self.head_svg:
            Graphic(self.head_svg)


@dataclass(frozen=True, kw_only=True)
class Card(Part):
    """One thing to work on: why, the playbook's questions, then (label, text) fields such as the coach."""

    kind: ClassVar[str] = "card"
    number: str
    heading: str
    tag: str
    why: str
    enough: bool
    questions_label: str = ""
    questions: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tile(Part):
    """One key figure: name, value, a line of reference, its bar and trend as SVG, its verdict."""

    kind: ClassVar[str] = "tile"
    label: str
    value: str
    note: str = ""
    trend_svg: str = ""
    bar_svg: str = ""
    mark: Mark | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for svg in filter(None, (self.trend_svg, self.bar_svg)):
            Graphic(svg)


KINDS.update({cls.kind: cls for cls in (Cell, Badge, Chip, Mark, Graphic, Column, Card, Tile)})
