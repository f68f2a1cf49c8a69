"""Presets: how the exports of known CRMs are read, as data in ``salesanalysis/mappings``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from ..core import share
from ..core.checking import known_keys, names, text_of, yes_or_no
from ..core.errors import InvalidInput, unknown
from ..core.kind import KindRule, kind_rules
from ..core.source import TableSource, table_sources


@dataclass(frozen=True)
class Preset:
    """How the export of one CRM is read.

    Attributes
    ----------
    name, label : str
        Name in settings, and as people know it.
    adds : bool
        It is read beside a CRM, such as a calendar.
    prefixes : tuple of str
        Beginnings of table names that say nothing, such as ``sf_``.
    tables : mapping of str to tuple of TableSource
        Sources by canonical table.
    kinds : tuple of KindRule
        What its activities are.
    """

    name: str
    label: str
    adds: bool = False
    prefixes: tuple[str, ...] = ()
    tables: Mapping[str, tuple[TableSource, ...]] = field(default_factory=dict)
    kinds: tuple[KindRule, ...] = ()


@cache
def preset(name: str) -> Preset:
    """Return one preset.

    Raises
    ------
    UnknownName
        There is none of this name; close matches are named.

    Examples
    --------
    >>> preset("hubspot").label
    'HubSpot'
    """
    files = share.mappings()
    if name not in files:
        raise unknown("preset", name, files)
    return read_preset(files[name])


def presets() -> tuple[Preset, ...]:
    """Return all presets that come with the package.

    Examples
    --------
    >>> "salesforce" in [p.name for p in presets()]
    True
    """
    return tuple(preset(name) for name in share.mappings())


def read_preset(path: Path) -> Preset:
    """Read one mapping file, as strictly as a client's settings."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{path} is not valid TOML: {error}.") from None
    given = known_keys(data, ("label", "adds", "prefixes", "tables", "kinds"), str(path))
    tables = {}
    for name, spec in table_sources(given.get("tables", {}), str(path)).items():
        sources = (spec,) if isinstance(spec, TableSource) else spec
        tables[name] = tuple(replace(s, by_name=False, preset=path.stem) for s in sources)
    return Preset(
        name=path.stem,
        label=text_of("label", given.get("label", path.stem), str(path)),
        adds=yes_or_no("adds", given.get("adds", False), str(path)),
        prefixes=names("prefixes", given.get("prefixes", ""), str(path)),
        tables=tables,
        kinds=kind_rules(given.get("kinds", []), str(path)),
    )


@cache
def common_kinds() -> tuple[KindRule, ...]:
    """Return the rules that hold for every preset, in English and Indonesian words."""
    return read_preset(Path(share.mappings()["salesforce"]).with_name("_kinds.toml")).kinds
