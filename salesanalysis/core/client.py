"""One settings file a client: ``client.toml``, read strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .errors import InvalidInput, did_you_mean
from .i18n import Language, check_language
from .schema import SCHEMA

#: File name of the settings.
FILE_NAME = "client.toml"


@dataclass(frozen=True)
class TableSource:
    """How one canonical table is read.

    Attributes
    ----------
    file : str
        File name in the source folder (or table name in a database); empty: the canonical name.
    sheet, separator, encoding, date_format, decimal : str
        Empty: detected. `date_format` uses strptime signs such as ``%d/%m/%Y``.
    date_formats : mapping of str to str
        Canonical column -> its own format, where columns differ.
    columns : mapping of str to str
        Canonical column -> source column.
    values : mapping of str to mapping
        Canonical column -> {source value: canonical value}.
    constants : mapping of str to str
        Canonical column -> the same text for every row.
    """

    file: str = ""
    sheet: str = ""
    separator: str = ""
    encoding: str = ""
    date_format: str = ""
    decimal: str = ""
    date_formats: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)


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
    max_loss : float
        Largest share of rows that may be excluded before loading stops.
    stages : tuple of str
        Stages of the sales process in order.
    funnel, reactive : tuple of str
        Activity measures in funnel order; kinds that follow from results rather than precede them.
    family : tuple of str
        Activities tested against wins together; empty: all that the data has and that are not reactive.
    tables : mapping of str to TableSource
        How each canonical table is read.
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
    max_loss: float = 0.35
    stages: tuple[str, ...] = ()
    funnel: tuple[str, ...] = ()
    reactive: tuple[str, ...] = ("followups", "admin")
    family: tuple[str, ...] = ()
    tables: Mapping[str, TableSource] = field(default_factory=lambda: MappingProxyType({}))
    path: Path | None = None

    @property
    def words(self) -> Language:
        """The client's language and currency, ready to write with."""
        return Language(self.language, self.currency)

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
        path = Path(path)
        file = path / FILE_NAME if path.is_dir() else path
        if not file.is_file():
            raise InvalidInput(f"No settings file at '{file}'. Write one with: salesanalysis new {path}")
        try:
            data = tomllib.loads(file.read_text(encoding="utf-8-sig"))  # Notepad writes a mark
        except UnicodeDecodeError as error:
            raise InvalidInput(f"{file} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from None
        except tomllib.TOMLDecodeError as error:
            raise InvalidInput(f"{file} is not valid TOML: {error}.") from None
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


_TEXTS = {"name", "language", "currency", "timezone", "country", "source"}
_COUNTS = {"fiscal_year_start": (1, 12), "minimum_base": (1, 10**6), "claim_base": (1, 10**6)}
_LISTS = {"stages", "funnel", "reactive", "family"}


def _check(key: str, value: Any, where: str) -> Any:
    if key in _TEXTS:
        return _check_text(key, _typed(key, value, str, "text in quotes", where), where)
    if key in _COUNTS:
        low, high = _COUNTS[key]
        number = _typed(key, value, int, "a whole number", where)
        if not low <= number <= high:
            raise InvalidInput(f"'{key}' in {where} is {number}; it must lie between {low} and {high}.")
        return number
    if key == "max_loss":
        share = float(_typed(key, value, (int, float), "a number", where))
        if not 0 <= share <= 1:
            raise InvalidInput(
                f"'max_loss' in {where} is {share}; it is a share and must lie between 0 and 1."
            )
        return share
    if key == "as_of":
        if isinstance(value, date):
            return value if type(value) is date else value.date()
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise InvalidInput(f"'as_of' in {where} is '{value}'; write a day such as 2026-09-30.") from None
    if key in _LISTS:
        return _texts(key, value, where)
    return _tables(value, where)


def _check_text(key: str, value: str, where: str) -> str:
    if key == "language":
        try:
            return check_language(value)
        except InvalidInput as error:
            raise InvalidInput(f"'language' in {where}: {error}") from None
    if key == "timezone":
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise InvalidInput(
                f"Unknown timezone '{value}' in {where}; write a name such as Asia/Jakarta or Europe/Berlin."
            ) from None
    if key == "currency" and not (len(value) == 3 and value.isalpha() and value.isupper()):
        raise InvalidInput(f"'currency' in {where} is '{value}'; write an ISO 4217 code such as IDR or USD.")
    return value


def _typed(key: str, value: Any, kind: type | tuple[type, ...], say: str, where: str) -> Any:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise InvalidInput(f"'{key}' in {where} is {value!r}; it must be {say}.")
    return value


def _texts(key: str, value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise InvalidInput(f'\'{key}\' in {where} must be a list of texts, such as ["calls", "meetings"].')
    return tuple(value)


def _tables(value: Any, where: str) -> Mapping[str, TableSource]:
    tables = _typed("tables", value, dict, "a table such as [tables.opportunities]", where)
    return MappingProxyType({name: _table(name, spec, where) for name, spec in tables.items()})


def _table(name: str, spec: Any, where: str) -> TableSource:
    if name not in SCHEMA:
        raise InvalidInput(f"Unknown table [tables.{name}] in {where}.{did_you_mean(name, SCHEMA)}")
    place = f"[tables.{name}] of {where}"
    _typed(f"tables.{name}", spec, dict, "a table", where)
    known = {f.name: f for f in fields(TableSource)}
    values: dict[str, Any] = {}
    for key, item in spec.items():
        if key not in known:
            raise InvalidInput(f"Unknown key '{key}' in {place}.{did_you_mean(key, known)}")
        if key in ("columns", "constants", "date_formats"):
            values[key] = _texts_by_column(name, key, item, place)
        elif key == "values":
            values[key] = _value_maps(name, item, place)
        else:
            values[key] = _typed(key, item, str, "text in quotes", place)
    return TableSource(**values)


def _texts_by_column(table: str, key: str, item: Any, place: str) -> dict[str, str]:
    _typed(key, item, dict, "a table of texts", place)
    for column, source in item.items():
        _known_column(table, column, place)
        _typed(f"{key}.{column}", source, str, "text in quotes", place)
    return dict(item)


def _value_maps(table: str, item: Any, place: str) -> dict[str, dict[str, str]]:
    _typed("values", item, dict, "a table of tables", place)
    for column, mapping in item.items():
        _known_column(table, column, place)
        _typed(f"values.{column}", mapping, dict, 'a table such as { Won = "won" }', place)
        for source, canonical in mapping.items():
            _typed(f"values.{column}.{source}", canonical, str, "text in quotes", place)
    return {column: dict(mapping) for column, mapping in item.items()}


def _known_column(table: str, column: str, place: str) -> None:
    if column not in SCHEMA[table].columns:
        raise InvalidInput(
            f"Unknown column '{column}' in {place}.{did_you_mean(column, SCHEMA[table].columns)}"
        )
