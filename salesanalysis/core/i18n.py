"""Languages: message catalogues, numbers, money and dates as each language writes them.

Catalogues are gettext ``.po`` files, one a subject: ``locale/<language>/<subject>.po``. A message id is a
stable key (``linkage.title.linked``) whose first part names the file: a sentence can change without code.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from babel import Locale as BabelLocale
from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, get_currency_symbol, list_currencies

from .errors import InvalidInput, did_you_mean
from .period import Period

#: Languages that have catalogues.
LANGUAGES = ("en", "id")

NBSP = "\u00a0"
MINUS = "\u2212"
EN_DASH = "\u2013"
MISSING = EN_DASH

_FOLDER = Path(__file__).resolve().parent.parent / "locale"


@lru_cache(maxsize=64)
def catalogue(language: str, subject: str) -> dict[str, str | tuple[str, ...]]:
    """Return the messages of one subject in one language, by key.

    Raises
    ------
    InvalidInput
        The language has no catalogues.
    """
    check_language(language)
    path = _FOLDER / language / f"{subject}.po"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        messages = read_po(file, locale=language, abort_invalid=True)
    return {(m.id[0] if isinstance(m.id, tuple) else m.id): m.string for m in messages if m.id}


def preload() -> None:
    """Read all catalogues, so that processes forked from this one have them."""
    for language in LANGUAGES:
        for path in sorted((_FOLDER / language).glob("*.po")):
            catalogue(language, path.stem)
        Language(language).money(1.0)  # loads the language's number patterns


def check_language(language: str) -> str:
    """Return `language` when it has catalogues, else raise `InvalidInput`."""
    if language not in LANGUAGES:
        raise InvalidInput(f"Unknown language '{language}'.{did_you_mean(language, LANGUAGES)}")
    return language


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """Return the ISO 4217 codes of all currencies, past ones included.

    Examples
    --------
    >>> {"IDR", "USD"} <= currencies()
    True
    """
    return frozenset(list_currencies())


def escape(text: object) -> str:
    """Return text whose stars and backslashes are taken literally, on one line.

    Sentences mark bold runs with ``**`` and stand one on a line. Whoever puts a name or free text from data
    into one escapes it first.

    Examples
    --------
    >>> escape("A**B\\nC")
    'A\\\\*\\\\*B C'
    """
    return re.sub(r"([\\*])", r"\\\1", " ".join(str(text).splitlines()))


@dataclass(frozen=True)
class Language:
    """How one reader writes: sentences, numbers, money, dates.

    Parameters
    ----------
    code : str
        ``en`` or ``id``.
    currency : str
        ISO 4217 code of the client's money.

    Examples
    --------
    >>> Language("id", "IDR").money(38e6).replace(NBSP, " ")
    'Rp 38 jt'
    >>> Language("en").percent(0.154).replace(NBSP, " ")
    '15.4 %'
    """

    code: str = "en"
    currency: str = "IDR"

    def __post_init__(self) -> None:
        check_language(self.code)

    # Sentences ---------------------------------------------------------------------------------

    def t(self, key: str, *, count: int | None = None, **values: object) -> str:
        """Return message `key` filled with `values`; `count` picks the plural and fills ``{count}``.

        Raises
        ------
        KeyError
            The catalogue has no such key: a mistake of the program, which a test finds.
        """
        text = catalogue(self.code, key.partition(".")[0])[key]
        if isinstance(text, tuple):
            plural = BabelLocale.parse(self.code).plural_form(0 if count is None else count)
            text = text[0] if plural == "one" or len(text) == 1 else text[-1]
        if count is not None:
            values.setdefault("count", self.number(count))
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        """Tell whether the catalogue has message `key`."""
        return key in catalogue(self.code, key.partition(".")[0])

    def listing(self, words: list[str]) -> str:
        """Join words as the language does: ``a, b and c``."""
        words = [str(w) for w in words]
        if len(words) < 2:
            return "".join(words)
        last = {"en": "and", "id": "dan"}[self.code]
        comma = "," if self.code == "id" and len(words) > 2 else ""
        return f"{', '.join(words[:-1])}{comma} {last} {words[-1]}"

    # Numbers -----------------------------------------------------------------------------------

    def number(self, value: float | None, decimals: int = 0, *, sign: bool = False) -> str:
        """Write a number; missing becomes an en dash, minus is U+2212."""
        if value is None or not math.isfinite(value):
            return MISSING
        rounded = round(float(value), decimals) + 0.0  # +0.0 turns -0.0 into 0.0
        text = _decimal(abs(rounded), decimals, self.code)
        if rounded < 0:
            return MINUS + text
        return f"+{text}" if sign and rounded > 0 else text

    def percent(self, share: float | None, decimals: int = 1, *, sign: bool = False) -> str:
        """Write a share (0-1) as a percentage."""
        if share is None or not math.isfinite(share):
            return MISSING
        return f"{self.number(share * 100, decimals, sign=sign)}{NBSP}%"

    def money(self, value: float | None, *, sign: bool = False, unit: bool = True) -> str:
        """Write money with three significant digits and the language's short scale (m, bn; jt, M)."""
        if value is None or not math.isfinite(value):
            return MISSING
        divisor, suffix = self.money_scale(value)
        scaled = value / divisor
        text = self.number(scaled, _decimals_for_three_digits(scaled), sign=sign)
        if not unit:
            return text
        return NBSP.join(filter(None, (self.symbol, text, suffix)))

    @property
    def symbol(self) -> str:
        """The currency's sign; where the language has none, the sign used at home (Rp)."""
        symbol = get_currency_symbol(self.currency, locale=self.code)
        return get_currency_symbol(self.currency, locale="id") if symbol == self.currency else symbol

    def money_scale(self, largest: float) -> tuple[float, str]:
        """Return the divisor and short word that suit amounts up to `largest`."""
        words = {"en": ("", "k", "m", "bn", "tn"), "id": ("", "rb", "jt", "M", "T")}[self.code]
        size = abs(largest)
        power = 0
        while power < 4 and size / 1000**power >= (10_000 if power == 0 else 1000):
            power += 1
        return 1000.0**power, words[power]

    def money_unit(self, largest: float) -> tuple[float, str]:
        """Return divisor and unit text such as ``Rp jt`` for an axis or a table head."""
        divisor, suffix = self.money_scale(largest)
        return divisor, NBSP.join(filter(None, (self.symbol, suffix)))

    def p_value(self, value: float | None) -> str:
        """Write a p-value with three decimals, ``< 0.001`` below."""
        if value is not None and value < 0.001:
            return f"<{NBSP}{self.number(0.001, 3)}"
        return self.number(value, 3)

    def span(self, low: str, high: str) -> str:
        """Join two written numbers as a range; signed ones with a word, plain ones with an en dash."""
        if any(c in low + high for c in ("+", MINUS)):
            return f"{low} {({'en': 'to', 'id': 'sampai'})[self.code]} {high}"
        return f"{low}{EN_DASH}{high}"

    def value(self, value: float | None, unit: str, *, sign: bool = False) -> str:
        """Write a value by its unit: share, money, count, days, hours, rate, ratio or score."""
        if unit == "share":
            return self.percent(value, sign=sign)
        if unit == "money":
            return self.money(value, sign=sign)
        decimals = {"count": 0, "days": 0 if value is not None and abs(value) >= 10 else 1}.get(unit, 2)
        return self.number(value, decimals, sign=sign)

    def interval(self, low: float | None, high: float | None, unit: str) -> str:
        """Write an interval by its unit, the unit once: ``17.7–34.1`` for shares in percent."""
        if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
            return MISSING
        if unit == "share":
            return self.span(self.number(low * 100, 1), self.number(high * 100, 1))
        if unit == "money":
            divisor, _ = self.money_scale(high)
            digits = _decimals_for_three_digits(high / divisor)
            return self.span(self.number(low / divisor, digits), self.number(high / divisor, digits))
        return self.span(self.value(low, unit), self.value(high, unit))

    # Dates -------------------------------------------------------------------------------------

    def date(self, day: date | None) -> str:
        """Write a day: ``30 Sep 2026``."""
        if day is None:
            return MISSING
        return format_date(day, f"d{NBSP}MMM{NBSP}y", locale=self.code)

    def month(self, day: date) -> str:
        """Write the short month name."""
        return format_date(day, "LLL", locale=self.code)

    def period(self, period: Period) -> str:
        """Write a period: ``Q3 2026``, ``Triwulan III 2026``, ``July 2026``, or first to last day."""
        label = period.label
        year = label[:4]
        if period.grain == "year":
            return year
        if period.grain == "quarter":
            part = int(label[-1])
            return (
                f"Q{part} {year}"
                if self.code == "en"
                else f"Triwulan {('I', 'II', 'III', 'IV')[part - 1]} {year}"
            )
        if period.grain == "half":
            part = int(label[-1])
            return f"H{part} {year}" if self.code == "en" else f"Semester {('I', 'II')[part - 1]} {year}"
        if period.grain == "month":
            return format_date(period.start, "LLLL y", locale=self.code)
        return f"{self.date(period.start)} {EN_DASH} {self.date(period.last_day)}"


@lru_cache(maxsize=4096)
def _decimal(value: float, decimals: int, code: str) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=code)


def _decimals_for_three_digits(value: float) -> int:
    size = abs(value)
    if size == 0 or size >= 100:
        return 0
    decimals = 1 if size >= 10 else 2
    # Rp 38 jt, not Rp 38,0 jt: a figure that is round at three digits shows no empty decimals.
    return 0 if round(value, decimals) == round(value) else decimals
