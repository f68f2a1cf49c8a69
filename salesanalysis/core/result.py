"""What every analysis returns: one frozen object with a tidy table and its doubt."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from .client import Client
from .i18n import Language
from .period import Period

#: Columns that result tables may have: one vocabulary for all results, kept by a test.
GLOSSARY: Mapping[str, str] = {
    "term": "what is estimated: an activity kind, a factor, a measure",
    "rep_id": "rep",
    "name": "name of the rep",
    "team": "team",
    "period": "label of the period",
    "kpi": "KPI name in the registry",
    "contrast": "what is compared with what",
    "estimate": "the value, in `unit`",
    "std_error": "standard error of the estimate",
    "statistic": "test statistic",
    "df": "degrees of freedom",
    "p_value": "p-value of this row alone",
    "p_adjusted": "p-value adjusted over the family",
    "conf_low": "lower end of the interval",
    "conf_high": "upper end of the interval",
    "n": "rows or events behind the estimate",
    "base": "denominator of a rate",
    "unit": "share, money, count, days, rate or ratio",
    "verdict": "one word of a closed list",
}


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
        return language.t(f"notes.{self.code}", count=self.count, **self.values)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Result:
    """Base of all results.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per estimate; full precision.
    method : str
        Key of the method's sentence in the catalogues (``methods.<method>``).
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
    """

    table: pd.DataFrame
    method: str
    n: int
    client: Client
    period: Period | None = None
    as_of: date | None = None
    notes: tuple[Note, ...] = ()

    def _headline(self) -> str:
        span = f", {self.period}" if self.period else ""
        return f"{type(self).__name__}: {len(self.table)} rows, n = {self.n:,}{span}"

    def __repr__(self) -> str:
        shown = self.table.head(20).to_string(float_format=lambda v: f"{v:.4g}")
        more = f"\n… {len(self.table) - 20} more rows in .table" if len(self.table) > 20 else ""
        return f"{self._headline()}\n{shown}{more}{self._notes_text()}"

    def _notes_text(self) -> str:
        language = self.client.words
        return "".join(f"\n- {note.text(language)}" for note in self.notes)

    def _repr_html_(self) -> str:
        language = self.client.words
        rows = self.table.head(30).to_html(index=False, float_format=lambda v: f"{v:.4g}", border=0)
        notes = "".join(f"<li>{html.escape(note.text(language))}</li>" for note in self.notes)
        return f"<p><b>{html.escape(self._headline())}</b></p>{rows}<ul>{notes}</ul>"
