"""How the files of a report get into its folder: made aside, then moved all or none."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from ..core.errors import CannotWrite
from ..core.files import locked, sync_folder, try_lock

#: How the name of a staging folder begins, and the file in it that its batch holds locked.
STAGING, MARK = ".reports-", ".held"
#: Files that say what lies in a folder; written under its lock only.
LISTS = MANIFEST, INDEX = "manifest.json", "index.html"


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
            f"Cannot write reports to '{folder}': it is a file. Give another: --out, or a plan's out."
        ) from None
    except OSError as error:
        raise CannotWrite(
            f"Cannot make folder '{folder}': {error.strerror}. Give another: --out, or a plan's out."
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CannotWrite(
            f"Folder '{folder}' cannot be written. Change its rights or give another: --out, or a plan's out."
        )
    return folder


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """Give a hidden folder inside `folder` in which reports are made; what is not placed goes with it.

    Folders of batches that were killed are removed first; those of living ones stay.

    Raises
    ------
    CannotWrite
        There is no room for it.
    """
    with _own_staging(folder) as (aside, mark):
        try:
            yield aside
        finally:
            os.close(mark)
            shutil.rmtree(aside, ignore_errors=True)
            with suppress(CannotWrite), locked(folder):
                remove_leftovers(folder)  # of children, too, that had not quite died when this one began


@contextmanager
def _own_staging(folder: Path) -> Iterator[tuple[Path, int]]:
    """Make the staging folder with a locked file in it, which says that its batch lives."""
    try:
        with locked(folder):  # nobody may take it for a leftover before its mark is locked
            remove_leftovers(folder)
            aside = Path(tempfile.mkdtemp(dir=folder, prefix=STAGING, suffix=".part"))
            mark = os.open(aside / MARK, os.O_CREAT | os.O_RDWR, 0o600)
            try_lock(mark)
    except CannotWrite:
        raise
    except OSError as error:
        raise CannotWrite(
            f"Cannot write into '{folder}': {error.strerror}. Give another: --out, or a plan's out."
        ) from None
    yield aside, mark


def remove_leftovers(folder: Path) -> int:
    """Remove what killed runs left in a locked `folder`, and return how many things that were.

    Staging folders whose mark no living process holds, and halves of the files that are only written under
    the lock. Without locks (Windows) staging folders stay: nobody can tell whose they are.
    """
    count = 0
    for path in folder.glob(f"{STAGING}*.part"):
        if _is_left(path):
            shutil.rmtree(path, ignore_errors=True)
            count += 1
    for name in LISTS:
        for path in folder.glob(f".{name}-*.part"):
            path.unlink(missing_ok=True)
            count += 1
    return count


def _is_left(aside: Path) -> bool:
    if os.name == "nt":
        return False
    try:
        mark = os.open(aside / MARK, os.O_RDWR)
    except FileNotFoundError:  # killed before it had one
        return True
    except OSError:  # somebody else's
        return False
    try:
        return try_lock(mark)
    finally:
        os.close(mark)


def place(files: Iterable[Path], folder: Path) -> tuple[Path, ...]:
    """Move the files of one report out of its staging folder, all or none, and return where they lie.

    Older files of these names are kept aside until all are moved, and come back when one cannot be.

    Raises
    ------
    CannotWrite
        A folder is in the way of a file, or one cannot be moved; then all is as it was.
    """
    moves = [(file, folder / file.name) for file in files]
    for _, target in moves:
        if target.is_dir():
            raise CannotWrite(f"Cannot write {target}: a folder of that name is in the way. Move it away.")
    try:
        older = {target: _kept(file, target) for file, target in moves if target.exists()}
        done: list[tuple[Path, Path]] = []
        try:
            for file, target in moves:
                file.replace(target)
                done.append((file, target))
            sync_folder(folder)
        except OSError:
            _undo(done, older)
            raise
    except OSError as error:
        raise CannotWrite(
            f"Cannot write into '{folder}': {error.strerror}. The report that was there stays; free space or "
            "change the rights of the folder, then run again."
        ) from None
    return tuple(target for _, target in moves)


def _kept(file: Path, target: Path) -> Path:
    """Keep the older `target` beside the new `file`: as a second name, or copied where there are none."""
    older = file.with_name(f"{file.name}.older")
    older.unlink(missing_ok=True)
    try:
        os.link(target, older)
    except OSError:
        shutil.copy2(target, older)
    return older


def _undo(done: Iterable[tuple[Path, Path]], older: Mapping[Path, Path]) -> None:
    """Put back what `place` moved, as far as the disk lets it; the journal says what became of the rest."""
    for file, target in done:
        with suppress(OSError):
            target.replace(file)
            if target in older:
                older[target].replace(target)


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
