"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

from .errors import CannotWrite


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file aside and rename it, so that no reader ever meets half a file.

    Its folder is made when missing.

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
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as file:
            aside = Path(file.name)
            file.write(content)
        aside.chmod(0o666 & ~_umask())
        aside.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotWrite(
            f"Cannot write {path}: {reason}. Free some space or choose another folder."
        ) from error
    finally:  # also when interrupted
        if aside is not None:
            aside.unlink(missing_ok=True)
    return path


@cache
def _umask() -> int:
    """Return the process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
