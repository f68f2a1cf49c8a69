"""How a report gets into its folder: placed, noted and told as one step that a crash cannot halve.

Several files cannot be renamed at once, so a step is written down before it is taken. The journal beside the
manifest says ``placing`` with the hash of each file, the files are moved out of their staging folder, and it
says ``placed``. Whoever comes next and finds a report begun and not ended, ends it: from the staging folder,
where what was not moved yet still lies. Only a whole report is ever listed.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..core.errors import CannotWrite
from ..core.files import locked, sha256, sync_folder
from . import index, owner
from .placing import place
from .run import ReportRun

#: The journal is folded into the manifest at most every so many seconds, and so seldom that this takes no
#: more than this share of the time.
EVERY, SHARE = 1.0, 0.04


class Journal:
    """What is known of one folder of reports, and the only way to add to it; several batches may have one.

    Raises
    ------
    InvalidInput
        The folder's manifest is none.
    CannotWrite
        The folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries: dict[str, dict[str, Any]] = {}
        self._seen: object = None
        self._folded, self._cost = time.monotonic(), 0.0
        with locked(folder):
            self._refresh()

    def refuse_others(self, parameters: Iterable[Mapping[str, Any]]) -> None:
        """Refuse reports of another client than the folder's, before any is made.

        Raises
        ------
        CannotWrite
            Of whom, both.
        """
        wanted = {owner.place_of(values): values for values in parameters}
        there = {owner.place_in(one, self.folder): one for one in self.entries.values()}
        for values in wanted.values():
            for one in there.values():
                owner.refuse_shared(values, one, self.folder)

    def keep(self, run: ReportRun, inputs: str = "") -> ReportRun:
        """Move a report out of its staging folder, note it, and return it with the files where they lie.

        Raises
        ------
        CannotWrite
            The files cannot be placed, or another client's report has their names; all is as it was.
        """
        entry = json.loads(json.dumps(index.entry(run, inputs), default=str))
        with locked(self.folder):
            self._refresh()
            owner.refuse_other(entry, self.entries.get(run.name), self.folder)
            step = {"step": "placing", "name": run.name, "entry": entry}
            if run.files:
                _sync(run.files[0].parent)
            self._add(step | {"aside": run.files[0].parent.name if run.files else ""})
            try:
                run = replace(run, files=place(run.files, self.folder))
            except CannotWrite:
                with suppress(CannotWrite):  # a full disk: then the hashes tell
                    self._add({"step": "kept", "name": run.name})
                raise
            with suppress(CannotWrite):
                self._add({"step": "placed", "name": run.name})
            self.entries[run.name] = entry
            self._seen = self._state()
            self._fold_in_time()
        return run

    def fold(self) -> None:
        """Write manifest and index anew, and end the journal.

        Raises
        ------
        CannotWrite
            They cannot be written; the journal stays and the next run folds it.
        """
        with locked(self.folder):
            self._refresh()
            self._fold()

    def _fold_in_time(self) -> None:
        if time.monotonic() - self._folded > max(EVERY, self._cost / SHARE):
            with suppress(CannotWrite):  # said at the end, if it lasts until then
                self._fold()

    def _fold(self) -> None:
        if not (self.folder / index.JOURNAL).exists():
            return
        self._folded = started = time.monotonic()
        index.write(self.folder, self.entries.values())
        with suppress(FileNotFoundError):
            (self.folder / index.JOURNAL).unlink()
        self._seen = self._state()
        self._cost = time.monotonic() - started

    def _state(self) -> object:
        """Return what changes whenever anybody writes manifest or journal."""
        found = []
        for name in (index.MANIFEST, index.JOURNAL):
            try:
                stat = (self.folder / name).stat()
                found.append((stat.st_ino, stat.st_size, stat.st_mtime_ns))
            except OSError:
                found.append(None)
        return found

    def _refresh(self) -> None:
        """Read again what others wrote meanwhile, and end what a killed one began."""
        state = self._state()
        if state == self._seen:
            return
        entries = {one["name"]: one for one in index.listed(self.folder)}
        self.entries, begun = index.replay(entries, index.steps(self.folder))
        for name, step in begun.items():
            try:
                entry = finished(self.folder, step)
            except OSError as error:
                reason = error.strerror or error
                raise CannotWrite(
                    f"Cannot mend {name} in '{self.folder}': {reason}. Change its rights."
                ) from None
            if entry:
                self.entries[name] = entry
        if begun:
            self._fold()
        self._seen = self._state()

    def _add(self, step: Mapping[str, Any]) -> None:
        """Append one line, on the disk when it returns; a line that does not fit is taken back."""
        text = b"\n" + json.dumps(step, ensure_ascii=False).encode() + b"\n"
        path = self.folder / index.JOURNAL
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
            try:
                size = os.fstat(handle).st_size
                try:
                    written = os.write(handle, text)
                    if written < len(text):
                        os.write(handle, text[written:])  # raises what was in the way
                    if step["step"] == "placing":  # what follows can be told from the hashes
                        os.fsync(handle)
                except OSError:
                    os.ftruncate(handle, size)
                    raise
            finally:
                os.close(handle)
        except OSError as error:
            raise CannotWrite(f"Cannot write {path}: {error.strerror}. Free some space or rights.") from None


def finished(folder: Path, step: Mapping[str, Any]) -> dict[str, Any] | None:
    """End a report whose placing was cut short, in a locked folder; return its entry, None when it is lost.

    What the hashes say: all files here or still in the staging folder: the rest is moved and the report is
    whole. Else the earlier report, where it is untouched. Else files of either are removed: no half is left.
    """
    entry, earlier = step["entry"], step["earlier"]
    names = _plain(entry)
    staged = folder / Path(step["aside"]).name
    missing = [name for name in names if not _is(folder / name, entry, name)]
    if len(names) == len(entry["files"]) and all(_is(staged / name, entry, name) for name in missing):
        try:
            for name in missing:
                (staged / name).replace(folder / name)
        except OSError as error:
            raise CannotWrite(f"Cannot write into '{folder}': {error.strerror}.") from None
        _sync(folder)
        return dict(entry)
    if earlier and all(_is(folder / name, earlier, name) for name in earlier["files"]):
        return dict(earlier)
    for known in filter(None, (entry, earlier)):
        for name in _plain(known):
            if _is(folder / name, known, name):
                (folder / name).unlink()
    return None


def _plain(entry: Mapping[str, Any]) -> list[str]:
    """Return the names of an entry's files that are names; a path would lead out of the folder."""
    return [name for name in entry["files"] if Path(name).name == name]


def _sync(folder: Path) -> None:
    try:
        sync_folder(folder)
    except OSError as error:
        raise CannotWrite(f"Cannot write into '{folder}': {error.strerror}.") from None


def _is(path: Path, entry: Mapping[str, Any], name: str) -> bool:
    """Tell whether the file at `path` is the one that `entry` means by `name`."""
    return path.is_file() and sha256(path) == entry.get("sha256", {}).get(name)
