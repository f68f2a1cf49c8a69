"""What a report was made from, part by part: the same parts give the same report."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..core import share
from ..core.client import FILE_NAME, Client
from ..core.files import sha256
from ..core.versions import of_code, of_packages
from ..data.open import DATABASE_FILES
from ..data.read import TABLE_FILES, suffix_of
from ..data.warehouse import is_database
from ..report.notebook import Report
from ..report.owner import PLACES

#: Parts of a fingerprint, in the order in which a change is told.
PARTS = ("data", "settings", "parameters", "notebook", "code", "versions")
#: What each part belongs to when two runs are compared.
KINDS = {
    "data": "data",
    "settings": "definition",
    "parameters": "definition",
    "notebook": "definition",
    "code": "code",
    "versions": "code",
}


def parts(report: Report, values: Mapping[str, Any], company: Mapping[str, str]) -> dict[str, str]:
    """Return the fingerprint of a report, part by part.

    Parameters
    ----------
    report : Report
    values : mapping
        Its parameters; those that name a file count with what the file holds.
    company : mapping
        ``data`` and ``settings``, as `of_company` gives them.

    Examples
    --------
    >>> from salesanalysis.report import notebook
    >>> sorted(parts(notebook.find("coaching"), {"rep": "R01"}, {"data": "1", "settings": "2"}))
    ['code', 'data', 'notebook', 'parameters', 'settings', 'versions']
    """
    return {
        **{name: company[name] for name in ("data", "settings")},
        "parameters": _parameters(report, values),
        "notebook": digest(report.path.read_bytes()),
        "code": of_code(),
        "versions": digest(_text(of_packages())),
    }


def placeless(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters without those that say where something lies on this machine.

    Examples
    --------
    >>> placeless({"client": "clients/acme", "rep": "R01"})
    {'rep': 'R01'}
    """
    return {name: value for name, value in values.items() if name not in PLACES}


def key(report: str, values: Mapping[str, Any]) -> str:
    """Return what tells a report of a folder from the others there, wherever its data lie.

    Examples
    --------
    >>> key("coaching", {"rep": "R01", "client": "a"}) == key("coaching", {"rep": "R01", "client": "b"})
    True
    """
    return digest(_text([report, placeless(values)]))


def of_company(folder: str, source: str) -> dict[str, str]:
    """Return the digests of a client's data and of its settings, from the bytes of the files.

    A database is no file; it counts with the hash of what is loaded, and `data` is empty here.

    Examples
    --------
    >>> sorted(of_company("sample", ""))
    ['data', 'settings']
    """
    base, client = _settings(folder)
    place: str | Path = source or base or ""
    if client is not None and not source:
        place = client.source if is_database(client.source) else base / client.source
    settings = [path for path in _files(base) if path.suffix == ".toml"]
    if client is not None and client.compensation:
        settings.append(base / client.compensation)
    if is_database(place):
        return {"data": "", "settings": of_files([*settings, *_tables(base)], str(place))}
    beside = [] if base is None or Path(place) == base else _tables(base)
    return {"data": of_files(_tables(Path(place))), "settings": of_files([*settings, *beside])}


def _settings(folder: str) -> tuple[Path | None, Client | None]:
    """Return where a client's settings lie, and what they say; None for what there is not."""
    if not folder:
        return None, None
    home = share.path("data", "sample") if folder == "sample" else Path(folder)
    base, file = (home.parent, home) if home.is_file() else (home, home / FILE_NAME)
    return base, Client.read(file) if file.is_file() else None


def _files(folder: Path | None) -> list[Path]:
    """Return what lies in a folder, hidden things left out; nothing where there is none."""
    if folder is None or not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _tables(place: Path | None) -> list[Path]:
    """Return the files that can hold data: one file, or those of a folder and of its Parquet folders."""
    if place is None:
        return []
    if place.is_file():
        return [place]
    found = _files(place)
    inner = [p for folder in found if folder.is_dir() for p in sorted(folder.glob("*.parquet"))]
    wanted = (*TABLE_FILES, *DATABASE_FILES)
    return [p for p in found if p.is_file() and suffix_of(p) in wanted] + inner


def of_files(files: Iterable[Path], more: str = "") -> str:
    """Return one digest of files, by name and content.

    Examples
    --------
    >>> of_files([]) == of_files([])
    True
    """
    total = hashlib.sha256(more.encode())
    for file in sorted(set(files)):
        total.update(f"{file.parent.name}/{file.name}\0".encode())
        total.update(_of_file(str(file)).encode())
    return total.hexdigest()[:16]


def _of_file(path: str) -> str:
    try:
        return sha256(path)
    except OSError:  # what cannot be read fails where it is loaded, with a message
        return ""


def _parameters(report: Report, values: Mapping[str, Any]) -> str:
    told = placeless({name: one.default for name, one in report.parameters.items()} | dict(values))
    files = [
        Path(v) for v in told.values() if isinstance(v, str) and v and len(v) < 4096 and os.path.isfile(v)
    ]
    return digest(_text(told) + of_files(files).encode())


def digest(content: bytes) -> str:
    """Return a short digest.

    Examples
    --------
    >>> digest(b"")
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(content).hexdigest()[:16]


def _text(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()
