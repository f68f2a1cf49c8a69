"""What the shell offers after a tab: names of reports, KPIs, dimensions, dialects and so on.

Everything is looked up when a tab asks for it, so that the command line starts at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable


def reports(incomplete: str) -> list[str]:
    """Return reports that begin so."""
    from .notebook import discover

    return _beginning(incomplete, discover())


def kpis(incomplete: str) -> list[str]:
    """Return KPIs and their readings that begin so."""
    from ..kpi import KPIS

    return _beginning(incomplete, KPIS)


def roles(incomplete: str) -> list[str]:
    """Return roles of KPIs that begin so."""
    from ..kpi.base import ROLES

    return _beginning(incomplete, ROLES)


def dialects(incomplete: str) -> list[str]:
    """Return SQL dialects that begin so."""
    from ..kpi.query import DIALECTS

    return _beginning(incomplete, DIALECTS)


def dimensions(incomplete: str) -> list[str]:
    """Return dimensions; of several parted by commas the last is completed."""
    from ..kpi.dimension import PATHS

    return _last_of(incomplete, ("rep", *PATHS, "account_id"))


def grains(incomplete: str) -> list[str]:
    """Return grains of a period that begin so."""
    from ..core.period import GRAINS

    return _beginning(incomplete, GRAINS)


def editions(incomplete: str) -> list[str]:
    """Return editions; of several parted by commas the last is completed."""
    from ..core.edition import EDITIONS

    return _last_of(incomplete, EDITIONS)


def contrasts(incomplete: str) -> list[str]:
    """Return what values can be compared with; of several parted by commas the last is completed."""
    from ..goals.reference import AGAINST

    return _last_of(incomplete, AGAINST)


def plans(incomplete: str) -> list[str]:
    """Return TOML files and folders that begin so."""
    from pathlib import Path

    folder, _, start = incomplete.rpartition("/")
    where = Path(folder or ("/" if incomplete.startswith("/") else "."))
    if not os.path.isdir(where):
        return []
    there = f"{folder}/" if "/" in incomplete else ""
    files = sorted(p for p in where.iterdir() if p.name.startswith(start) and not p.name.startswith("."))
    return [f"{there}{p.name}" for p in files if p.suffix == ".toml" and p.name != "client.toml"] + [
        f"{there}{p.name}/" for p in files if p.is_dir()
    ]


def _beginning(incomplete: str, known: Iterable[str]) -> list[str]:
    return [name for name in known if name.startswith(incomplete)]


def _last_of(incomplete: str, known: Iterable[str]) -> list[str]:
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in _beginning(last, known)]
