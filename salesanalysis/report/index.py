"""What lies in a folder of reports: ``manifest.json`` for programs, ``index.html`` for people."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from ..core import share
from ..core.errors import InvalidInput
from ..core.files import write_whole
from .run import ReportRun

MANIFEST, INDEX = "manifest.json", "index.html"

#: Packages whose version can change a figure.
PACKAGES = (
    "salesanalysis",
    "pandas",
    "numpy",
    "scipy",
    "statsmodels",
    "ibis-framework",
    "duckdb",
    "matplotlib",
    "typst",
)


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that figures depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def entry(run: ReportRun) -> dict[str, Any]:
    """Return the manifest entry of one report."""
    return {
        "name": run.name,
        "report": run.report,
        "parameters": dict(run.parameters),
        **dict(run.facts),
        "files": [f.name for f in run.files],
        "versions": versions(),
    }


def read(folder: Path) -> list[dict[str, Any]]:
    """Return the entries of a folder's manifest; none when there is no manifest.

    Raises
    ------
    InvalidInput
        The file is no manifest; it is somebody else's and stays.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return []
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["reports"]
        return [{**entry, "name": entry["name"], "files": entry["files"]} for entry in entries]
    except (ValueError, KeyError, TypeError):
        raise InvalidInput(f"{path} is not a manifest of reports. Move it away, then run again.") from None


def update(folder: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    """Add or replace `entries` in the folder's manifest and write its index anew."""
    merged = {e["name"]: dict(e) for e in read(folder)} | {e["name"]: dict(e) for e in entries}
    reports = [merged[name] for name in sorted(merged)]
    text = json.dumps({"reports": reports}, indent=1, ensure_ascii=False, default=str)
    write_whole(folder / MANIFEST, (text + "\n").encode())
    page = _environment().get_template("index.html.j2").render(reports=reports)
    write_whole(folder / INDEX, page.encode())


def _environment() -> Environment:
    folder = share.path("templates", "index")
    return Environment(loader=FileSystemLoader(folder), autoescape=select_autoescape(default=True))
