"""Blocks of a report page: what a notebook cell returns and what every export is made of.

A block holds words and finished SVG, no data frames and no computation. It shows itself in JupyterLab
(HTML), in a terminal (text) and carries a neutral JSON form from which the PDF is set. Text may hold
``**bold**`` runs; names and free text from data go through `markup.escape` first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ..core.errors import InvalidInput
from .parts import (
    KINDS,
    MIME,
    Badge,
    Block,
    Card,
    Cell,
    Chip,
    Column,
    Graphic,
    Mark,
    Tile,
    restore,
)

__all__ = [
    "MIME",
    "Agreement",
    "Badge",
    "Block",
    "Card",
    "Cards",
    "Cell",
    "Chip",
    "Column",
    "Columns",
    "Figure",
    "Graphic",
    "Lead",
    "Mark",
    "MethodBox",
    "Notice",
    "Opening",
    "PageBreak",
    "Section",
    "Table",
    "Text",
    "Tile",
    "Tiles",
    "from_data",
]

Rich = str | Badge | Chip | Mark | Cell
Item = Rich | Graphic


def from_data(data: dict[str, Any]) -> Block:
    """Return the block whose neutral form is `data`.

    Raises
    ------
    UnknownName
        If `data` names a kind that does not exist.

    Examples
    --------
    >>> from_data({"kind": "page_break"})
    PageBreak()
    """
    return restore(data)


@dataclass(frozen=True, kw_only=True)
class Lead(Block):
    """A page that starts with one number: title, hero number with its reading, chip, one paragraph."""

    kind: ClassVar[str] = "lead"
    title: str = ""
    number: str
    label: str
    note: str = ""
    chip: Chip | None = None
    chip_note: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Opening(Block):
    """The head of a report: running head and foot, title, header fields, the answer in three sentences.

    Parameters
    ----------
    report, client, edition, foot : str
        Words of the running head (left, left, right) and of the foot (scope · as-of · fingerprint): plain
        text, in which stars are stars.
    language : str
        ``"en"`` or ``"id"``; document language of both exports.
    title : str
        The finding, at most 62 characters.
    answer : tuple of str
        Exactly three sentences with ``**bold**`` runs.
    fields : tuple of (label, value)
        Header block.
    hero : Lead, optional
        A hero number above the answer (its own title is ignored).
    as_of : str, optional
        ISO date, written into the PDF as its date.
    landscape : bool
        A4 landscape instead of portrait.
    facts : tuple of (name, value)
        What the manifest records: period, rep, fingerprint, as-of date. Not shown.

    Raises
    ------
    InvalidInput
        If the answer is not three sentences.
    """

    kind: ClassVar[str] = "opening"
    report: str
    client: str
    edition: str
    foot: str
    language: str
    title: str
    answer: tuple[str, ...]
    fields: tuple[tuple[str, str], ...] = ()
    hero: Lead | None = None
    as_of: str | None = None
    landscape: bool = False
    facts: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.answer) != 3:
            raise InvalidInput(
                f"The opening of '{self.report}' has {len(self.answer)} sentences; the answer is three."
            )


@dataclass(frozen=True, kw_only=True)
class Section(Block):
    """A finding with what shows it: heading, subtitle, child blocks, source line.

    `keep` holds the whole section on one page; `new_page` starts one.
    """

    kind: ClassVar[str] = "section"
    heading: str
    subtitle: str = ""
    children: tuple[Block, ...] = ()
    source: str = ""
    keep: bool = False
    new_page: bool = False


@dataclass(frozen=True, kw_only=True)
class Table(Block):
    """A table with horizontal rules; its head repeats on every page.

    `rows` hold one cell per column: text with ``**bold**``, or a Cell, Badge, Chip, Mark or Graphic.
    `note` is a line under the table and may mix text with badges. `total` sets the last row apart.

    Raises
    ------
    InvalidInput
        If a row has more or fewer cells than there are columns.
    """

    kind: ClassVar[str] = "table"
    columns: tuple[Column, ...]
    rows: tuple[tuple[Item, ...], ...]
    note: tuple[Rich, ...] | str = ()
    total: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        wide = len(self.columns)
        for number, row in enumerate(self.rows, 1):
            if len(row) != wide:
                raise InvalidInput(f"Row {number} of a table has {len(row)} cells for {wide} columns.")


@dataclass(frozen=True, kw_only=True)
class Figure(Block):
    """A finished vector figure, drawn at its final size.

    Raises
    ------
    InvalidInput
        If the alt sentence is missing or the text is not an SVG without scripts.
    """

    kind: ClassVar[str] = "figure"
    svg: str
    alt: str
    width_mm: float
    height_mm: float
    source: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.alt.strip():
            raise InvalidInput("A figure needs one sentence of alt text that says what it shows.")
        Graphic(self.svg)


@dataclass(frozen=True, kw_only=True)
class Columns(Block):
    """Two columns of blocks; `widths` are (left, gap, right) in millimetres, by default even."""

    kind: ClassVar[str] = "columns"
    left: tuple[Block, ...]
    right: tuple[Block, ...]
    widths: tuple[float, float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Cards(Block):
    """What to work on: at most two cards."""

    kind: ClassVar[str] = "cards"
    cards: tuple[Card, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= len(self.cards) <= 2:
            raise InvalidInput(f"A report shows one or two things to work on, not {len(self.cards)}.")


@dataclass(frozen=True, kw_only=True)
class Agreement(Block):
    """Room for handwriting: a table with a suggested row and empty rows, and two columns of ruled lines."""

    kind: ClassVar[str] = "agreement"
    labels: tuple[str, ...]
    suggested: tuple[str, ...]
    empty_rows: int = 2
    notes: tuple[str, ...] = ()
    note_lines: int = 6


@dataclass(frozen=True, kw_only=True)
class Tiles(Block):
    """A strip of key figures, six to a row in landscape."""

    kind: ClassVar[str] = "tiles"
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, kw_only=True)
class Text(Block):
    """Paragraphs, then an optional list with en dashes."""

    kind: ClassVar[str] = "text"
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    muted: bool = False


@dataclass(frozen=True, kw_only=True)
class MethodBox(Block):
    """Definitions, method, exclusions with counts: run-in labels and text, at the foot of the page.

    `ledger` is a small table under them, its first row the head: one row per table of the data.
    """

    kind: ClassVar[str] = "method_box"
    items: tuple[tuple[str, str], ...]
    ledger: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Notice(Block):
    """A visible note, such as what cannot be told and what to export to be able to tell.

    `warning` marks a note that asks for action with the vermilion rule instead of the muted one.
    """

    kind: ClassVar[str] = "notice"
    heading: str
    text: str = ""
    items: tuple[str, ...] = ()
    warning: bool = False


@dataclass(frozen=True, kw_only=True)
class PageBreak(Block):
    """The next block starts a new page."""

    kind: ClassVar[str] = "page_break"


KINDS.update({cls.kind: cls for cls in Block.__subclasses__()})
