"""What lies in a folder of reports: ``manifest.json`` for programs, ``index.html`` for people.

While a batch runs, what it adds stands in a journal beside the manifest, one line a step; `journal` keeps it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..core import versions
from ..core.errors import InvalidInput
from ..core.files import sha256, write_whole
from ..core.i18n import Language
from . import listing, owner
from .placing import INDEX, MANIFEST
from .run import ReportRun

#: Name of the journal; what it is folded into lies beside it.
JOURNAL = ".manifest.jsonl"


def entry(run: ReportRun, inputs: str = "") -> dict[str, Any]:
    """Return the manifest entry of one report; `inputs` is the fingerprint of all that it was made from."""
    return {
        "name": run.name,
        "report": run.report,
        "parameters": dict(run.parameters),
        **dict(run.facts),
        "inputs": inputs,
        "files": [f.name for f in run.files],
        "sha256": {f.name: run.digests.get(f.name) or sha256(f) for f in run.files},
        "bytes": {f.name: f.stat().st_size for f in run.files},
        "seconds": {phase: round(seconds, 3) for phase, seconds in run.seconds.items()},
        "versions": dict(versions.of_packages()),
    }


def read(folder: Path) -> list[dict[str, Any]]:
    """Return the entries of a folder's manifest, and of the journal beside it; none when there is neither.

    A report whose files were being moved when the machine stopped is left out: it may not be whole.

    Raises
    ------
    InvalidInput
        The file is no manifest; it is somebody else's and stays.
    """
    lines = steps(folder)  # first: what is folded meanwhile is then met twice, not missed
    found, _ = replay({one["name"]: one for one in listed(folder)}, lines)
    return [found[name] for name in sorted(found)]


def steps(folder: Path) -> list[dict[str, Any]]:
    """Return the lines of the folder's journal; a line cut short by a full disk or a kill is none."""
    try:
        texts = (folder / JOURNAL).read_bytes().split(b"\n")
    except OSError:
        return []
    found = []
    for text in filter(None, texts):
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict) and _is_step(line):
            found.append(line)
    return found


def _is_step(line: Mapping[str, Any]) -> bool:
    if line.get("step") == "placing":
        entry = line.get("entry")
        return (
            isinstance(entry, dict)
            and {"name", "files", "sha256"} <= set(entry)
            and isinstance(line.get("aside"), str)
            and line.get("name") == entry["name"]
        )
    return line.get("step") in ("placed", "kept") and isinstance(line.get("name"), str)


def replay(
    found: Mapping[str, dict[str, Any]], lines: Iterable[Mapping[str, Any]]
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """Return the entries by name after `lines`, and what was begun and not ended.

    A report is in neither the old nor the new state between ``placing`` and ``placed``, so it is not listed;
    ``kept`` says that nothing came of it and the earlier one is there as before.
    """
    found, begun = dict(found), {}
    for line in lines:
        name = line["name"]
        if line["step"] == "placing":
            begun[name] = {"entry": line["entry"], "aside": line["aside"], "earlier": found.pop(name, None)}
            continue
        last = begun.pop(name, None)
        entry = last and (last["entry"] if line["step"] == "placed" else last["earlier"])
        if entry:
            found[name] = entry
    return found, begun


def listed(folder: Path) -> list[dict[str, Any]]:
    """Return the entries of ``manifest.json`` alone; errors as `read`."""
    path = folder / MANIFEST
    if not path.is_file():
        return []
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["reports"]
        return [{**entry, "name": entry["name"], "files": entry["files"]} for entry in entries]
    except (ValueError, KeyError, TypeError):
        raise InvalidInput(f"{path} is not a manifest of reports. Move it away, then run again.") from None


def write(folder: Path, entries: Iterable[Mapping[str, Any]]) -> None:
    """Write manifest and index anew; the folder must be locked."""
    reports = sorted(owner.without_paths(entries, folder), key=lambda one: one["name"])
    text = json.dumps({"reports": reports}, indent=1, ensure_ascii=False, default=str)
    write_whole(folder / MANIFEST, (text + "\n").encode())
    write_whole(folder / INDEX, _page(reports).encode())


def _page(reports: Sequence[Mapping[str, Any]]) -> str:
    """Return the list of reports for people, in the language of most of them."""
    words = Language(listing.language_of(reports))
    shared = listing.common(reports, words)
    here = [{**one, "bytes": {}} for one in reports]  # nobody downloads them: sizes would only take room
    clients = dict.fromkeys(str(one["client"]) for one in reports if one.get("client"))
    return listing.page(
        "index.html.j2",
        words,
        has_fonts=False,  # it is written about once a second
        running=(", ".join(clients) or words.t("listing.title"), shared.get("edition", "")),
        title=words.t("listing.title"),
        fields=[
            (words.t("listing.reports"), words.number(len(reports))),
            (words.t("report.period"), shared.get("period", "")),
            (words.t("report.as_of_label"), shared.get("as_of", "")),
        ],
        groups=listing.groups(here, words, shared=shared),
        reading_title=words.t("listing.reading"),
        reading=listing.reading(words),
        foot=words.t("listing.foot"),
    )
