"""What every analysis returns: one frozen object with a tidy table and its doubt."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from .client import Client
from .glossary import GLOSSARY
from .i18n import Language
from .period import Period

__all__ = ["GLOSSARY", "Note", "Result", "Word"]


class Word(str):
    """Key of a catalogue word that a `Note` names: written in the reader's language."""

    __slots__ = ()


@dataclass(frozen=True)
class Note:
    """One caution that travels with a result.

    Attributes
    ----------
    code : str
        Key of a catalogue sentence in ``notes.po`` (without the subject).
    count : int or None
        How many rows, reps or events it concerns.
    values : mapping
        What the sentence names.
    """

    code: str
    count: int | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        """Return the sentence in `language`."""
        values = {key: _said(value, language) for key, value in self.values.items()}
        return language.t(f"notes.{self.code}", count=self.count, **values)


def _said(value: object, language: Language) -> object:
    """Write a value of a note in the reader's language: words, days, periods, and several of them."""
    if isinstance(value, Word):
        return language.t(value)
    if isinstance(value, Period):
        return language.period(value)
    if isinstance(value, date):
        return language.date(value)
    if isinstance(value, tuple):
        return language.listing([str(_said(part, language)) for part in value])
    return value


#: Characters a line of a screen.
_WIDTH = 120


def _screen(table: pd.DataFrame) -> str:
    """Write a table no wider than a screen; columns in the middle give way, the verdict at the end stays."""
    for count in range(max(len(table.columns), 1), 0, -1):
        text = table.to_string(float_format=_shown, max_cols=count, max_colwidth=40)
        if len(text.partition("\n")[0]) <= _WIDTH:
            break
    return text


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Result:
    """Base of all results.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per estimate; full precision.
    method : str
        Which function computed it: ``linkage.link``; ``explain(result, "method")`` says how it works.
    n : int
        Rows or events used.
    period : Period or None
        Span of days covered.
    as_of : datetime.date or None
        Day up to which the data is known.
    client : Client
        Whose data it is; carries language and currency for `explain` and `plot`.
    notes : tuple of Note
        Exclusions, small samples, assumptions.
    edition : str
        Whom it may be shown to, one of `core.edition.EDITIONS`; what others must not see is taken out of it.
    """

    table: pd.DataFrame
    method: str
    n: int
    client: Client
    period: Period | None = None
    as_of: date | None = None
    notes: tuple[Note, ...] = ()
    edition: str = "manager"

    def _headline(self) -> str:
        span = f", {self.period}" if self.period else ""
        return f"{type(self).__name__}: {len(self.table)} rows, n = {self.n:,}{span}"

    def __repr__(self) -> str:
        shown = _screen(self.table.head(20))
        more = f"\n… {len(self.table) - 20} more rows in .table" if len(self.table) > 20 else ""
        return f"{self._headline()}\n{shown}{more}{self._notes_text()}"

    def _notes_text(self) -> str:
        language = self.client.words
        return "".join(f"\n- {note.text(language)}" for note in self.notes)

    def _repr_html_(self) -> str:
        language = self.client.words
        rows = self.table.head(30).to_html(index=False, float_format=_shown, border=0)
        notes = "".join(f"<li>{html.escape(note.text(language))}</li>" for note in self.notes)
        return f"<p><b>{html.escape(self._headline())}</b></p>{rows}<ul>{notes}</ul>"


def _shown(value: float) -> str:
    """Write a number of a table to look at: counts whole, the rest with four digits."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
