"""The figures of an HTML report as people read them: every cell of a table and every sentence, by place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

#: Parts of a page that hold no text of the report, or only its headings once more.
_SILENT = ("script", "style", "svg", "title", "template", "nav")
#: Elements whose text is one sentence or one heading.
_BLOCKS = ("p", "li", "h1", "h2", "h3", "h4", "dt", "dd", "figcaption", "summary")
_HEADS = ("h1", "h2", "h3", "h4")
_NUMBER = re.compile(r"\d[\d.,]*")


def figures(page: str) -> Mapping[str, str]:
    """Return what a page says, by place: section, row and column of a table, or the number of the sentence.

    A heading is a finding and changes with the figures; a section is known by the line below it, which says
    what is shown.

    Examples
    --------
    >>> page = "<h2>KPIs</h2><table><tr><th>KPI</th><th>n</th></tr><tr><td>Calls</td><td>7</td></tr></table>"
    >>> dict(figures(page))
    {'KPIs': 'KPIs', 'KPIs › Calls › n': '7'}
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader.end()
    return reader.found


class _Reader(HTMLParser):
    """Goes through a page once and notes cells and sentences under the heading they stand below."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}
        self._section, self._count = "", 0
        self._silent = 0
        self._block, self._text, self._kind = "", "", ""
        self._heading = self._label = ""
        self._answers = 0
        self._heads: list[str] = []
        self._row: list[str] | None = None
        self._row_is_head = True
        self._cell: str | None = None

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Begin a cell, a row, a table or a sentence."""
        kinds = (dict(attrs).get("class") or "").split()
        if tag in _SILENT:
            self._silent += 1
        elif tag == "div":
            self._answers += 1 if self._answers or "sa-answer" in kinds else 0
        elif tag == "table":
            self._heads = []
        elif tag == "tr":
            self._row, self._row_is_head = [], True
        elif tag in ("td", "th") and self._row is not None:
            self._cell, self._row_is_head = "", self._row_is_head and tag == "th"
        elif tag in _BLOCKS and self._cell is None:
            self._block, self._text, self._kind = tag, "", " ".join(kinds)
        if tag in ("br", "span", "div", "p") and self._cell:
            self._cell += " "

    def handle_endtag(self, tag: str) -> None:
        """End what was begun, and note it."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "div":
            self._answers = max(0, self._answers - 1)
        elif tag in ("td", "th") and self._row is not None and self._cell is not None:
            self._row.append(_plain(self._cell))
            self._cell = None
        elif tag == "tr" and self._row is not None:
            self._end_row(self._row)
            self._row = None
        elif tag == self._block:
            self._end_block()

    def handle_data(self, data: str) -> None:
        """Take text of the cell or sentence that is open."""
        if self._silent:
            return
        if self._cell is not None:
            self._cell += data
        elif self._block:
            self._text += data

    def _end_row(self, row: list[str]) -> None:
        if self._row_is_head:
            self._heads = row
            return
        name = next(iter(row), "")
        for number, cell in enumerate(row[1:], start=1):
            head = self._heads[number] if number < len(self._heads) else ""
            self._note((name or "…", head or f"column {number + 1}"), cell)

    def _end_block(self) -> None:
        text, block = _plain(self._text), self._block
        self._block = ""
        if not text:
            return
        if block in _HEADS:
            self._settle()
            self._count += 1
            # A heading with numbers in it changes, its place does not.
            self._section = text if not any(c.isdigit() for c in text) else f"Section {self._count}"
            self._section = "Title" if block == "h1" else self._section
            self._heading = text
        elif "sa-subtitle" in self._kind and self._heading:
            self._section = _NUMBER.sub("#", text)
            self._settle()
        elif block == "dt":
            self._label = text
        elif block == "dd":
            self._note((self._label,), text)
        else:
            self._note(("answer",) if self._answers else (), text)

    def end(self) -> None:
        """The page is over."""
        self._settle()

    def _settle(self) -> None:
        """Note the heading of a section once it is known by what name the section goes."""
        if self._heading:
            heading, self._heading = self._heading, ""
            self._note((), heading)

    def _note(self, way: tuple[str, ...], value: str) -> None:
        self._settle()
        place = " › ".join(filter(None, (self._section, *way)))
        name, number = place, 1
        while name in self.found:
            number += 1
            name = f"{place} ({number})"
        self.found[name] = value


def _plain(text: str) -> str:
    return " ".join(text.split())
