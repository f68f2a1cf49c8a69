"""One settings file a client: ``client.toml``, read strictly."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .calendar import public_holidays
from .checking import text_of, texts, typed
from .errors import InvalidInput, did_you_mean
from .i18n import Language, check_language
from .kind import KindRule, kind_rules
from .share import mappings
from .source import TableSource, table_sources
from .toml import read_toml

#: File name of the settings.
FILE_NAME = "client.toml"
#: What a goal can be meant to be: few reach it, half do, most do.
PHILOSOPHIES = ("A", "C average", "C minimum")


@dataclass(frozen=True)
class Client:
    """Settings of one client.

    Attributes
    ----------
    name, language, currency, timezone, country : str
        As reports write them; `language` is en or id, `country` (ISO 3166) gives public holidays.
    fiscal_year_start : int
        Month in which the fiscal year starts.
    as_of : datetime.date or None
        Day up to which the export is complete; None: the latest day found in the data.
    source : str
        Folder, file or database, relative to the settings file.
    minimum_base, claim_base : int
        Under the first a rate is marked "too few"; under the second nothing is claimed about behaviour.
    minimum_group : int
        Fewer people than this are never shown as a group where their names must not be known.
    max_loss : float
        Largest share of rows that may be excluded before loading stops.
    stages : tuple of str
        Stages of the sales process in order.
    funnel, reactive : tuple of str
        Activity measures in funnel order; kinds that follow from results rather than precede them.
    family : tuple of str
        Activities tested against wins together; empty: all that the data has and that are not reactive.
    preset : str
        CRM whose export this is, such as salesforce; empty: recognised from the files; ``none``: none is.
    attribution : tuple of str
        How an activity without an opportunity gets one, in this order: by its ``link``, its ``contact``, or
        its ``account`` and owner.
    attribution_days : int
        Days before its creation and after its close within which an opportunity can take an activity.
    customers : str
        What makes an account a customer: ``contracts`` that run, or ``purchases`` within `active_days`;
        empty: contracts where the data has them, else purchases.
    active_days : int
        Days for which a purchase keeps an account active.
    margin : float or None
        Share of revenue that is profit; None: values are labelled as revenue.
    discount_rate : float
        Yearly rate at which future value is discounted.
    philosophy : mapping of str to str
        By KPI, what its goals are meant to be where the goals do not say: A, C average or C minimum.
    compensation : str
        File of the pay plan, relative to the settings file; empty: none.
    kinds : tuple of KindRule
        What the activities of the source are, by subject, type and result.
    tables : mapping of str to TableSource or tuple of TableSource
        How each canonical table is read; several sources of one table are put one below the other.
    path : pathlib.Path or None
        The file read.

    Examples
    --------
    >>> Client.from_dict({"name": "PT Sinar", "currency": "IDR", "minimum_base": 30}).minimum_base
    30
    """

    name: str = "Sales"
    language: str = "en"
    currency: str = "IDR"
    timezone: str = "Asia/Jakarta"
    country: str = "ID"
    fiscal_year_start: int = 1
    as_of: date | None = None
    source: str = ""
    minimum_base: int = 20
    claim_base: int = 100
    minimum_group: int = 5
    max_loss: float = 0.35
    stages: tuple[str, ...] = ()
    funnel: tuple[str, ...] = ()
    reactive: tuple[str, ...] = ("followups", "admin")
    family: tuple[str, ...] = ()
    preset: str = ""
    attribution: tuple[str, ...] = ("link", "contact", "account")
    attribution_days: int = 90
    customers: str = ""
    active_days: int = 365
    margin: float | None = None
    discount_rate: float = 0.1
    philosophy: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    compensation: str = ""
    kinds: tuple[KindRule, ...] = ()
    tables: Mapping[str, TableSource | tuple[TableSource, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    path: Path | None = None

    @property
    def words(self) -> Language:
        """The client's language and currency, ready to write with."""
        return Language(self.language, self.currency)

    def sources(self, table: str) -> tuple[TableSource, ...]:
        """Return the declared sources of a canonical table; none where the settings do not speak of it.

        Examples
        --------
        >>> Client.from_dict({"tables": {"reps": {"file": "users.csv"}}}).sources("reps")[0].file
        'users.csv'
        """
        given = self.tables.get(table, ())
        return (given,) if isinstance(given, TableSource) else given

    def with_language(self, language: str) -> Client:
        """Return these settings in another language; empty keeps the client's own."""
        return replace(self, language=check_language(language)) if language else self

    @classmethod
    def read(cls, path: str | Path) -> Client:
        """Read ``client.toml`` (or the folder that holds it).

        Raises
        ------
        InvalidInput
            The file is missing, is not TOML, has an unknown key (close matches are named) or a wrong value.
        """
        path = Path(os.path.expanduser(path))  # executed notebooks name the home by ~
        file = path / FILE_NAME if os.path.isdir(path) else path
        data = read_toml(file, f"No settings file at '{file}'. Write one with: salesanalysis new {path}")
        return replace(cls.from_dict(data, where=str(file)), path=file.resolve())

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, where: str = FILE_NAME) -> Client:
        """Build settings from plain data, strictly; `where` names the place in messages."""
        allowed = {f.name: f for f in fields(cls) if f.name != "path"}
        values: dict[str, Any] = {}
        for key, value in data.items():
            if key not in allowed:
                raise InvalidInput(f"Unknown key '{key}' in {where}.{did_you_mean(key, allowed)}")
            values[key] = _check(key, value, where)
        return cls(**values)


_TEXTS = {"name", "language", "currency", "timezone", "country", "source", "preset"} | {
    "customers",
    "compensation",
}
_COUNTS = {
    "fiscal_year_start": (1, 12),
    "minimum_base": (1, 10**6),
    "claim_base": (1, 10**6),
    "minimum_group": (3, 10**6),
    "attribution_days": (0, 3650),
    "active_days": (1, 3650),
}
_LISTS = {"stages", "funnel", "reactive", "family", "attribution"}
_SHARES = {"max_loss", "margin", "discount_rate"}
#: Keys whose values are on a closed list.
_CHOICES = {"customers": ("contracts", "purchases"), "attribution": ("link", "contact", "account")}


def _check(key: str, value: Any, where: str) -> Any:
    if key in _TEXTS:
        return _check_text(key, typed(key, value, str, "text in quotes", where), where)
    if key in _COUNTS:
        low, high = _COUNTS[key]
        number = typed(key, value, int, "a whole number", where)
        if not low <= number <= high:
            raise InvalidInput(f"'{key}' in {where} is {number}; it must lie between {low} and {high}.")
        return number
    if key in _SHARES:
        share = float(typed(key, value, (int, float), "a number", where))
        if not 0 <= share <= 1:
            raise InvalidInput(f"'{key}' in {where} is {share}; it is a share and must lie between 0 and 1.")
        return share
    if key == "as_of":
        if isinstance(value, date):
            return value if type(value) is date else value.date()
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise InvalidInput(f"'as_of' in {where} is '{value}'; write a day such as 2026-09-30.") from None
    if key in _LISTS:
        return tuple(_choice(key, v, where) for v in texts(key, value, where))
    if key == "kinds":
        return kind_rules(value, where)
    if key == "philosophy":
        return _philosophy(value, where)
    return table_sources(value, where)


def _choice(key: str, value: str, where: str) -> str:
    allowed = _CHOICES.get(key)
    if allowed and value and value not in allowed:
        raise InvalidInput(f"Unknown value '{value}' of '{key}' in {where}.{did_you_mean(value, allowed)}")
    return value


def _philosophy(value: Any, where: str) -> Mapping[str, str]:
    given = typed("philosophy", value, Mapping, 'a section, such as calls = "C minimum"', where)
    place = f"[philosophy] of {where}"
    for kpi, kind in given.items():
        if text_of(kpi, kind, place) not in PHILOSOPHIES:
            close = did_you_mean(kind, PHILOSOPHIES)
            raise InvalidInput(f"Unknown value '{kind}' of '{kpi}' in {place}.{close}")
    return MappingProxyType(dict(given))


def _check_text(key: str, value: str, where: str) -> str:
    if key == "language":
        try:
            return check_language(value)
        except InvalidInput as error:
            raise InvalidInput(f"'language' in {where}: {error}") from None
    if key == "timezone":
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder, or longer than a name can be
            raise InvalidInput(
                f"Unknown timezone '{value}' in {where}; write a name such as Asia/Jakarta or Europe/Berlin."
            ) from None
    if key == "currency" and not (len(value) == 3 and value.isalpha() and value.isupper()):
        raise InvalidInput(f"'currency' in {where} is '{value}'; write an ISO 4217 code such as IDR or USD.")
    if key == "country":
        try:
            public_holidays(value, 2026)
        except InvalidInput as error:
            raise InvalidInput(f"'country' in {where}: {error}") from None
    if key == "preset" and value not in ("", "none", *mappings()):
        raise InvalidInput(
            f"Unknown preset '{value}' in {where}.{did_you_mean(value, ['none', *mappings()])}"
        )
    return _choice(key, value, where)
