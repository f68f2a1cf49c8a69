"""Whose reports lie in a folder: two clients never share one, so that none replaces the other's.

A manifest says where the settings or the data of its reports are only as seen from its own folder, or, where
that way would lead through what is nobody's business, by a name and a digest. Older manifests hold the path.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..core.errors import CannotWrite
from .files import slug

#: Parameters that say where something lies on this machine.
PLACES = ("client", "source")
#: How the names of folders begin that are there for one run, in the system's folder for what is temporary.
ASIDE = "salesanalysis-"
_DIGEST = re.compile(r"#[0-9a-f]{12}$")


def place_of(parameters: Mapping[str, Any]) -> str:
    """Return where the settings (else the data) of a report lie; empty: where its notebook says.

    Examples
    --------
    >>> place_of({"client": "sample", "period": "2026-Q3"}), place_of({})
    ('sample', '')
    """
    place = str(parameters.get("client") or parameters.get("source") or "")
    if not place or place == "sample" or "://" in place:
        return place
    path = Path(place).resolve()
    return str(path.parent if path.suffix == ".toml" else path)


def without_paths(entries: Iterable[Mapping[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """Return manifest entries of a folder whose `places` hold what its parameters said of this machine.

    Examples
    --------
    >>> entry = {"name": "a", "parameters": {"client": "/srv/sep/clients/acme", "rep": "R01"}}
    >>> found = without_paths([entry], Path("/srv/sep/out/acme"))[0]
    >>> found["parameters"], found["places"]
    ({'rep': 'R01'}, {'client': '../../clients/acme'})
    """
    base, known = folder.resolve(), dict[str, str]()
    made = []
    for entry in entries:
        values = dict(entry.get("parameters") or {})
        places = {}
        for name in PLACES:
            value = values.get(name)
            if isinstance(value, str) and _is_path(value):
                del values[name]
                if value not in known:
                    known[value] = _seen_from(base, Path(value).resolve())
                places[name] = known[value]
        more = {"places": places} if places else {}
        made.append({**entry, "parameters": values, **more})
    return made


def _is_path(value: str) -> bool:
    return bool(value) and value != "sample" and "://" not in value


def _seen_from(folder: Path, place: Path) -> str:
    """Return the way from a folder to a place, unless it would tell of the user or the machine."""
    temporary = Path(tempfile.gettempdir()).resolve()
    if str(place).startswith(f"{temporary}{os.sep}{ASIDE}"):
        return ""  # gone when the run is over
    try:
        common = Path(os.path.commonpath((folder, place)))
    except ValueError:  # on another drive
        return _coded(str(place))
    for private in (Path.home().resolve(), temporary):
        if common == temporary or (private != common and private.is_relative_to(common)):
            return _coded(str(place))
    return Path(os.path.relpath(place, folder)).as_posix()


def _coded(place: str) -> str:
    """Return a place by its last name and a digest of the whole."""
    if _DIGEST.search(place):
        return place
    return f"{_name(place)}#{hashlib.sha256(place.encode()).hexdigest()[:12]}"


def _name(place: str) -> str:
    return _DIGEST.sub("", place.replace("\\", "/").rstrip("/").rpartition("/")[2])


def place_in(entry: Mapping[str, Any], folder: Path) -> str:
    """Return where the settings (else the data) of a listed report lie: a path, or a name and a digest."""
    places = entry.get("places") or {}
    for name in PLACES:
        if places.get(name):
            told = str(places[name])
            return told if _DIGEST.search(told) else place_of({name: str(folder / told)})
        if entry.get("parameters", {}).get(name):
            return place_of({name: entry["parameters"][name]})
    return ""


def _is_one(here: str, there: str) -> bool:
    """Tell whether two places are one, though a digest may be all that is known of either."""
    return here == there or (bool(_DIGEST.search(here + there)) and _coded(here) == _coded(there))


def _exists(place: str) -> bool:
    return place == "sample" or bool(_DIGEST.search(place)) or Path(place).exists()


def refuse_other(entry: Mapping[str, Any], earlier: Mapping[str, Any] | None, folder: Path) -> None:
    """Refuse to replace the report of another client.

    Raises
    ------
    CannotWrite
        `earlier`, of the same name, is of another client.
    """
    if earlier is not None and not _is_same(entry, earlier, folder):
        raise CannotWrite(
            f"'{folder}' holds {entry['name']} of {_told(earlier, folder)}; "
            f"this one is of {_told(entry, folder)}. {_REMEDY}"
        )


def refuse_shared(values: Mapping[str, Any], there: Mapping[str, Any], folder: Path) -> None:
    """Refuse to write reports of one client into a folder with those of another one.

    Known by their settings. Data without any (``--source`` alone) is told apart by its name, when written.

    Raises
    ------
    CannotWrite
        `there`, an entry of the folder, has other settings, and they are still where it says.
    """
    here = place_of(values) if values.get("client") else ""
    has_settings = there["parameters"].get("client") or (there.get("places") or {}).get("client")
    other = place_in(there, folder) if has_settings else ""
    if here and other and not _is_one(here, other) and _exists(other):
        whose = _told(there, folder)
        raise CannotWrite(f"'{folder}' holds reports of {whose}; these would be of {here}. {_REMEDY}")


def folder_for(parameters: Mapping[str, Any], base: Path = Path("reports")) -> Path:
    """Return where reports go when nobody says: `base`, or a folder in it where `base` is another client's.

    The folder in it has the name of the client's own folder.
    """
    from . import index

    try:
        for entry in index.read(base):
            refuse_shared(parameters, entry, base)
    except CannotWrite:
        return base / (slug(Path(place_of(parameters)).name) or "client")
    return base


def refuse_mixed(many: Iterable[Mapping[str, Any]], folder: Path) -> None:
    """Refuse a batch that would write reports of several clients into one folder.

    Raises
    ------
    CannotWrite
        Two of `many`, the parameters of its reports, have different settings.
    """
    places = sorted({place_of(values) for values in many if values.get("client")})
    if len(places) > 1:
        raise CannotWrite(f"'{folder}' would hold reports of {places[0]} and of {places[1]}. {_REMEDY}")


_REMEDY = "Give each client a folder of its own with --out."


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any], folder: Path) -> bool:
    """The same settings, or the same name where the other settings are gone: a folder that was moved."""
    here, there = place_in(one, folder), place_in(other, folder)
    if _is_one(here, there):
        return True
    if one.get("client") != other.get("client"):
        return False
    return not (here and there and _exists(here) and _exists(there))


def _told(entry: Mapping[str, Any], folder: Path) -> str:
    name, place = entry.get("client") or "", _DIGEST.sub("", place_in(entry, folder))
    return " ".join(filter(None, (name, f"({place})" if place else ""))) or "the notebook's own client"
