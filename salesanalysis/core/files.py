"""Files written whole or not at all, also when the machine goes off; locks between processes."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from .errors import CannotWrite

try:
    import fcntl
except ImportError:  # Windows has no such locks
    fcntl = None  # type: ignore[assignment]

#: Seconds to wait for another process that is writing into the same folder.
PATIENCE = 60


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file aside and rename it, so that no reader ever meets half a file.

    Content and name are on the disk when the function returns. Its folder is made when missing.

    Raises
    ------
    CannotWrite
        If the folder or file cannot be written, or the disk is full; an older file then stays as it was.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder, "new", "a.txt"), b"text").read_bytes()
    b'text'
    """
    path = Path(path)
    aside: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name[:40]}-", suffix=".part", delete=False
        ) as file:
            aside = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # else a machine that goes off can keep the name and lose what is in it
        aside.chmod(0o666 & ~_umask())
        aside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotWrite(
            f"Cannot write {path}: {reason}. Free some space or choose another folder."
        ) from error
    finally:  # also when interrupted
        if aside is not None:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
    return path


def sha256(path: str | Path) -> str:
    """Return the SHA-256 of a file, as hexadecimal digits.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sha256(write_whole(Path(folder, "a.txt"), b"text"))[:8]
    '982d9e3e'
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: str | Path) -> None:
    """Put the names in `folder` on the disk, where the system can (not on Windows, not on every share).

    Raises
    ------
    OSError
        The disk failed.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sync_folder(folder)
    """
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EBADF, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


@contextmanager
def locked(folder: str | Path, *, patience: float = PATIENCE) -> Iterator[None]:
    """Keep other processes that ask for the same folder waiting while the block runs; leaves no file behind.

    A process that dies frees it. Not to be nested. Where the system has no such locks (Windows, some network
    shares) the block runs unlocked.

    Raises
    ------
    CannotWrite
        The folder is not there, or another process has held it for `patience` seconds.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder, locked(folder):
    ...     pass
    """
    try:
        handle = os.open(folder, os.O_RDONLY) if fcntl else -1
    except OSError as error:
        raise CannotWrite(f"Folder '{folder}' cannot be opened: {error.strerror}. Make it anew.") from None
    try:
        until = time.monotonic() + patience
        while handle >= 0 and not try_lock(handle):
            if time.monotonic() > until:
                raise CannotWrite(
                    f"Another run has been writing into '{folder}' for {patience:.0f} s. "
                    "End it, or give another folder."
                )
            time.sleep(0.01)
        yield
    finally:
        if handle >= 0:
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_UN)  # also for a child that was forked meanwhile
            os.close(handle)


def try_lock(handle: int) -> bool:
    """Try to lock an open file for this process; False where another one has it locked.

    True also where the system has no locks. Forked children share the lock; it ends with the last of them.

    Examples
    --------
    >>> with tempfile.TemporaryFile() as file:
    ...     try_lock(file.fileno())
    True
    """
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in (errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOTSUP):
            raise
    return True


def await_lock(handle: int) -> None:
    """Lock an open file for this process, waiting while another one has it; nothing where no locks are.

    Examples
    --------
    >>> with tempfile.TemporaryFile() as file:
    ...     await_lock(file.fileno())
    """
    if fcntl:
        fcntl.flock(handle, fcntl.LOCK_EX)


@cache
def _umask() -> int:
    """Return the process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
