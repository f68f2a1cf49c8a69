"""Which reports of a plan have to be written: those whose inputs or files are not as recorded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..report import index
from ..report.owner import ASIDE
from . import fingerprint
from .storage import Store
from .tasks import Task

#: How a part of a fingerprint is called in a reason.
_WORDS = {
    "data": "data",
    "settings": "settings",
    "parameters": "parameters",
    "notebook": "notebook",
    "code": "code",
    "versions": "package versions",
}


@dataclass(frozen=True)
class Decision:
    """Whether a task runs, and why or why not; the entry of the report that is kept."""

    task: Task
    runs: bool
    why: str
    entry: Mapping[str, Any] | None = None


def inputs(parts: Mapping[str, str]) -> str:
    """Return a fingerprint as the manifest holds it.

    Examples
    --------
    >>> inputs({"data": "1f", "code": "2e"})
    'data:1f code:2e'
    """
    return " ".join(f"{name}:{parts[name]}" for name in fingerprint.PARTS if name in parts)


def parts_of(text: object) -> dict[str, str]:
    """Return the parts of a fingerprint; none of what is no fingerprint of a batch.

    Examples
    --------
    >>> parts_of("data:1f code:2e")
    {'data': '1f', 'code': '2e'}
    """
    pairs = (part.partition(":") for part in str(text or "").split())
    return {name: value for name, sign, value in pairs if sign and name in fingerprint.PARTS}


def recorded(place: str) -> list[dict[str, Any]]:
    """Return the manifest entries of a folder, here or elsewhere.

    Raises
    ------
    InvalidInput
        The manifest is none.
    """
    store = Store(place)
    if not store.is_remote:
        return index.read(Path(place)) if Path(place).is_dir() else []
    if not store.has(index.MANIFEST):
        return []
    with tempfile.TemporaryDirectory(prefix=ASIDE) as aside:
        Path(aside, index.MANIFEST).write_bytes(store.read(index.MANIFEST))
        return index.read(Path(aside))


def decide(found: Iterable[Task], place: str, *, keep: bool) -> list[Decision]:
    """Return for each task of one client whether it runs.

    Parameters
    ----------
    found : iterable of Task
    place : str
        Folder of the client's reports.
    keep : bool
        Keep reports that are whole and made from the same inputs; else everything runs.
    """
    entries = {fingerprint.key(e["report"], e.get("parameters", {})): e for e in recorded(place)}
    store = Store(place)
    return [_decide(task, entries.get(task.key), store, keep=keep) for task in found]


def _decide(task: Task, entry: Mapping[str, Any] | None, store: Store, *, keep: bool) -> Decision:
    if not keep:
        return Decision(task, True, "everything was asked for" if entry else "new")
    if entry is None:
        return Decision(task, True, "new")
    before, now = parts_of(entry.get("inputs")), dict(task.parts)
    if not before:
        return Decision(task, True, "not written by a batch before")
    changed = [_WORDS[name] for name in fingerprint.PARTS if before.get(name) != now.get(name)]
    if changed:
        return Decision(task, True, f"changed: {', '.join(changed)}")
    endings = {name.rsplit(".", 1)[-1] for name in entry["files"]}
    missing = [form for form in task.formats if form not in endings]
    if missing:
        return Decision(task, True, f"no {' and '.join(missing)} yet")
    digests = entry.get("sha256", {})
    for name in entry["files"]:
        if store.sha256(name) != digests.get(name):
            return Decision(task, True, f"file changed: {name}" if store.has(name) else f"file gone: {name}")
    return Decision(task, False, "unchanged", entry)
