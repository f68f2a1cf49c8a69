"""Where the files of a report go: the folder, their names, and how they get there whole."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import tempfile
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..core.errors import CannotWrite
from .notebook import Report


def writable(out: str | Path) -> Path:
    """Return `out` as an existing folder that can be written to.

    Raises
    ------
    CannotWrite
        It is a file, or cannot be made or written.
    """
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise CannotWrite(
            f"Cannot write reports to '{folder}': it is a file. Give another folder with --out."
        ) from None
    except OSError as error:
        raise CannotWrite(
            f"Cannot make folder '{folder}': {error.strerror}. Give another with --out."
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CannotWrite(
            f"Folder '{folder}' cannot be written. Change its rights, or give another with --out."
        )
    return folder


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """Give a hidden folder inside `folder` in which reports are made; what is not placed goes with it.

    Raises
    ------
    CannotWrite
        There is no room for it.
    """
    try:
        aside = tempfile.TemporaryDirectory(
            dir=folder, prefix=".", suffix=".part", ignore_cleanup_errors=True
        )
    except OSError as error:
        raise CannotWrite(
            f"Cannot write into '{folder}': {error.strerror}. Give another folder with --out."
        ) from None
    with aside as name:
        yield Path(name)


def place(files: Iterable[Path], folder: Path) -> tuple[Path, ...]:
    """Move the files of one report out of its staging folder and return where they lie.

    Raises
    ------
    CannotWrite
        A folder is in the way of a file; then none is moved.
    """
    moves = [(file, folder / file.name) for file in files]
    for _, target in moves:
        if target.is_dir():
            raise CannotWrite(f"Cannot write {target}: a folder of that name is in the way. Move it away.")
    try:
        return tuple(file.replace(target) for file, target in moves)
    except OSError as error:
        raise CannotWrite(f"Cannot write into '{folder}': {error.strerror}.") from None


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back Ctrl-C until the block is left; a process forked in it never minds Ctrl-C.

    A handler of Python's own: a mask of signals would leave out the threads of libraries, which then take it.
    """
    if threading.current_thread() is not threading.main_thread():  # only the main one hears of Ctrl-C
        yield
        return
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.default_int_handler)
    if pressed and callable(before):
        before(signal.SIGINT, None)


def slug(text: str) -> str:
    """Return `text` as a part of a file name: plain letters, digits and single dashes.

    A text without any Latin letter or digit keeps its own letters.

    Examples
    --------
    >>> slug("Ayu Lestari / Q3: 100 %"), slug("王小明")
    ('ayu-lestari-q3-100', '王小明')
    """
    ascii_text = unicodedata.normalize("NFKD", str(text)).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^a-z0-9]+", "-", ascii_text.casefold()).strip("-")
    return (plain or re.sub(r"[\W_]+", "-", str(text).casefold()).strip("-"))[:60]


def slug_of_rep(rep: Mapping[str, Any], names: Iterable[str]) -> str:
    """Return the part of a file name that says whom it is about; reps whose names look alike get their id.

    Parameters
    ----------
    rep : mapping
        With `name` and `rep_id`.
    names : iterable of str
        The names of all reps.

    Examples
    --------
    >>> slug_of_rep({"name": "Ani", "rep_id": "r1"}, ["Ani", "Budi"])
    'ani'
    >>> slug_of_rep({"name": "Ani", "rep_id": "r1"}, ["Ani", "ANI"])
    'ani-r1'
    """
    own, rep_id = slug(rep["name"]), str(rep["rep_id"])
    is_alone = sum(slug(name) == own for name in names) <= 1
    if own and is_alone:
        return own
    # Identifiers that differ in what a file name cannot hold are told apart by a digest.
    code = hashlib.sha256(rep_id.encode()).hexdigest()[:6] if slug(rep_id) != rep_id.casefold() else ""
    return "-".join(filter(None, (own, slug(rep_id), code)))


def stem(report: Report, values: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Return the file stem: report, period (or as-of day), whom it is about, edition, language."""
    asked = facts.get("period") or values.get("period")
    when = asked if "period" in report.parameters else facts.get("as_of")
    who = facts.get("slug") or slug(values.get("rep") or "")
    edition = values.get("edition", "")
    reader = f"{edition}-edition" if edition not in ("", "manager") else ""
    return "-".join(
        filter(None, (report.name, slug(when or ""), who, reader, slug(facts.get("language", ""))))
    )
