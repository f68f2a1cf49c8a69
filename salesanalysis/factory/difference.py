"""What changed between two runs of the same reports, why, and which figures.

Why is read from the fingerprints in the manifests, part by part; which figures, from the HTML pages: what a
reader would see differ.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.errors import InvalidInput
from ..report import index
from . import fingerprint
from .decide import parts_of
from .figures import figures


@dataclass(frozen=True)
class Change:
    """How one report differs between two runs.

    Attributes
    ----------
    name : str
        Stem of its files.
    kind : str
        ``same``, ``changed``, ``new`` or ``gone``.
    because : tuple of str
        ``data``, ``definition`` (settings, parameters, notebook), ``code`` (package and versions).
    details : tuple of str
        The parts behind that; of versions, each package with both.
    figures : tuple of (str, str, str)
        Place, old and new text; empty text: it was not there.
    note : str
        What could not be compared.
    """

    name: str
    kind: str
    because: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    figures: tuple[tuple[str, str, str], ...] = ()
    note: str = ""


def difference(old: str | Path, new: str | Path) -> list[Change]:
    """Return how the reports of two runs differ.

    Parameters
    ----------
    old, new : path
        Two folders of reports, two deliveries with a folder for each client, or the HTML file of one report
        in each. A report that one run alone has is compared with that of another period, if there is one.

    Raises
    ------
    InvalidInput
        There are no reports, or no report of that name.

    Examples
    --------
    >>> difference("2026-08/acme", "2026-09/acme")  # doctest: +SKIP
    """
    before, after = _entries(Path(old)), _entries(Path(new))
    if os.path.isfile(old) and os.path.isfile(new):  # the same report of two periods has two names
        pairs = [(next(iter(before)), next(iter(after)))]
    else:
        pairs = [(name, name) for name in before if name in after]
        pairs += _of_other_periods(before, after)
    met, found = dict(pairs), {other for _, other in pairs}
    return [
        *(_change(name, before[other], after[name]) for other, name in pairs),
        *(Change(name, "gone") for name in before if name not in met),
        *(Change(name, "new") for name in after if name not in found),
    ]


#: A report of a run: the folder it lies in, its entry in the manifest there.
_Listed = tuple[Path, Mapping[str, Any]]


def _of_other_periods(
    before: Mapping[str, _Listed], after: Mapping[str, _Listed]
) -> Iterator[tuple[str, str]]:
    """Yield pairs of names of reports that one run alone has and that differ in nothing but their period."""
    alone: dict[tuple[object, ...], tuple[list[str], list[str]]] = {}
    for side, (some, others) in enumerate(((before, after), (after, before))):
        for name in some:
            if name not in others:
                alone.setdefault(_about(name, some[name][1]), ([], []))[side].append(name)
    for old, new in alone.values():
        if len(old) == len(new) == 1:
            yield old[0], new[0]


def _about(name: str, entry: Mapping[str, Any]) -> tuple[object, ...]:
    """Return what a report is about, whatever its period."""
    values = {k: str(v) for k, v in _parameters(entry).items() if k != "period"}
    return name.rpartition("/")[0], entry["report"], entry.get("language"), *sorted(values.items())


def _entries(place: Path) -> dict[str, _Listed]:
    """Return the reports of a run by name; those of a delivery with their client's folder before it."""
    is_folder = os.path.isdir(place)
    folder = place if is_folder else place.parent
    listed = index.read(folder) if os.path.isdir(folder) else []
    if not is_folder:
        listed = [e for e in listed if place.name in e["files"]]
    found = {entry["name"]: (folder, entry) for entry in listed}
    if is_folder and not found:
        inside = sorted(one for one in place.iterdir() if one.is_dir())
        found = {f"{one.name}/{e['name']}": (one, e) for one in inside for e in index.read(one)}
    if not found:
        raise InvalidInput(f"No reports at '{place}': no manifest.json lists any. Give the folder of a run.")
    return found


def _change(name: str, before: _Listed, after: _Listed) -> Change:
    (old_folder, old), (new_folder, new) = before, after
    reasons, details = why(old, new)
    found, note = _figures(old_folder, old, new_folder, new)
    is_same = not found and _digests(old) == _digests(new)
    kind = "same" if is_same or (not found and not note and not reasons) else "changed"
    if kind == "changed" and not reasons:
        reasons = ("unknown",) if not parts_of(old.get("inputs")) or not parts_of(new.get("inputs")) else ()
    return Change(name, kind, reasons, details, tuple(found), note)


def why(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return why two runs of a report can differ, in words and in parts, from their manifest entries.

    Examples
    --------
    >>> why({"inputs": "data:1 code:2"}, {"inputs": "data:9 code:2"})
    (('data',), ('data',))
    """
    before, after = parts_of(old.get("inputs")), parts_of(new.get("inputs"))
    changed = [part for part in fingerprint.PARTS if before.get(part) != after.get(part)]
    if (
        not before or not after
    ):  # written by `report`: what the page itself says of its data, and the packages
        changed = ["data"] if old.get("fingerprint") != new.get("fingerprint") else []
        changed += ["parameters"] if _parameters(old) != _parameters(new) else []
        changed += ["versions"] if old.get("versions") != new.get("versions") else []
    details = []
    for part in changed:
        if part == "versions":
            details += _versions(old.get("versions", {}), new.get("versions", {}))
        elif part == "parameters":
            details += _values(_parameters(old), _parameters(new)) or ["a file that a parameter names"]
        else:
            details.append(part)
    return tuple(dict.fromkeys(fingerprint.KINDS[part] for part in changed)), tuple(details)


def _parameters(entry: Mapping[str, Any]) -> dict[str, Any]:
    return fingerprint.placeless(entry.get("parameters", {}))


def _values(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return [f"{name}: {old.get(name, 'default')} → {new.get(name, 'default')}" for name in names]


def _versions(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return [f"{name} {old.get(name, 'none')} → {new.get(name, 'none')}" for name in names]


def _digests(entry: Mapping[str, Any]) -> dict[str, str]:
    found = entry.get("sha256", {})
    return {name.rsplit(".", 1)[-1]: digest for name, digest in found.items() if not name.endswith(".ipynb")}


def _figures(
    old_folder: Path, old: Mapping[str, Any], new_folder: Path, new: Mapping[str, Any]
) -> tuple[list[tuple[str, str, str]], str]:
    pages = []
    for folder, entry in ((old_folder, old), (new_folder, new)):
        names = [name for name in entry["files"] if name.endswith(".html") and (folder / name).is_file()]
        if not names:
            return [], "figures are compared where both runs wrote HTML"
        pages.append(figures((folder / names[0]).read_text(encoding="utf-8", errors="replace")))
    before, after = pages
    places = [*before, *(place for place in after if place not in before)]
    changed = [(p, before.get(p, ""), after.get(p, "")) for p in places if before.get(p) != after.get(p)]
    return changed, ""
