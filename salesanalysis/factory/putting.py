"""Reports put where they belong, and lists of folders whose reports others write or that lie elsewhere."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ..core.errors import SalesAnalysisError
from ..core.files import locked
from ..report import index
from ..report.owner import ASIDE
from .decide import recorded
from .storage import Store, is_remote

#: Seconds between two writings of a list.
EVERY = 5.0
#: So many reports in a row that could not be put where they belong end a batch: the place has gone away.
REFUSALS = 3


class BatchStopped(SalesAnalysisError):
    """A batch cannot go on: its cluster or the place of its reports has gone; what is whole stays."""


def prove(place: str) -> None:
    """Write the lists of a folder elsewhere as they are: that it cannot be written is known before all work.

    Raises
    ------
    SalesAnalysisError
        It cannot be read or written.

    Examples
    --------
    >>> prove("delivery/acme")  # a folder here is looked at by who writes into it
    """
    if is_remote(place):
        list_reports(place, [])


def put(folder: Path, store: Store, entry: Mapping[str, Any]) -> None:
    """Put the files of a report where they belong and remove them here."""
    for name in entry["files"]:
        store.write(name, (folder / name).read_bytes())
    for name in entry["files"]:
        (folder / name).unlink()


class Listing:
    """Keeps manifests and indexes of folders whose reports others write, or that lie elsewhere.

    Notes
    -----
    It also counts the reports in a row that could not be put there.

    Examples
    --------
    >>> with Listing().kept() as listing:
    ...     listing.flush()
    """

    def __init__(self) -> None:
        self._waiting: dict[str, list[Mapping[str, Any]]] = {}
        self._last = time.monotonic()
        self._refused = 0

    @contextmanager
    def kept(self) -> Iterator[Listing]:
        """List what is still waiting when the block ends.

        Raises
        ------
        BatchStopped
            It cannot be listed; where the block ends badly, that alone is told.
        """
        is_good = False
        try:
            yield self
            is_good = True
        finally:
            try:
                self.flush()
            except SalesAnalysisError as error:
                if is_good:
                    raise BatchStopped(str(error)) from None

    def add(self, place: str, entry: Mapping[str, Any]) -> None:
        """Note a report that was put there; lists are written every few seconds."""
        self._refused = 0
        self._waiting.setdefault(place, []).append(entry)
        if time.monotonic() - self._last > EVERY:
            with suppress(SalesAnalysisError):  # tried again with the next, and said at the end
                self.flush()

    def refuse(self) -> None:
        """Note a report that could not be put there."""
        self._refused += 1

    def go_on(self) -> None:
        """Look whether a batch can go on.

        Raises
        ------
        BatchStopped
            `REFUSALS` reports in a row could not be put there.
        """
        if self._refused == REFUSALS:
            raise BatchStopped(f"{REFUSALS} reports in a row could not be put where they belong.")

    def flush(self) -> None:
        """Write the lists.

        Raises
        ------
        SalesAnalysisError
            One cannot be written; the others are.
        """
        self._last = time.monotonic()
        failed: list[SalesAnalysisError] = []
        for place, entries in list(self._waiting.items()):
            try:
                list_reports(place, entries)
                del self._waiting[place]
            except SalesAnalysisError as error:
                failed.append(error)
        if failed:
            raise failed[0]


def list_reports(place: str, entries: Sequence[Mapping[str, Any]]) -> None:
    """Add entries to the manifest and the index of a folder, here or elsewhere."""
    store = Store(place)
    if not store.is_remote:
        with locked(place):
            index.write(Path(place), _with(place, entries))
        return
    with tempfile.TemporaryDirectory(prefix=ASIDE) as aside:
        index.write(Path(aside), _with(place, entries))
        for name in (index.MANIFEST, index.INDEX):
            store.write(name, Path(aside, name).read_bytes())


def _with(place: str, entries: Sequence[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """Return what a folder lists and `entries`, the newer of those with one name."""
    return {one["name"]: one for one in (*recorded(place), *entries)}.values()
