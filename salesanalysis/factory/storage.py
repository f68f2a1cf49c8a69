"""Folders here or elsewhere, by fsspec addresses: read, listed, and written whole or not at all."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from types import TracebackType
from typing import Any

from ..core.errors import CannotWrite, InvalidInput, SalesAnalysisError
from ..core.files import write_whole
from ..core.secrets import hidden

#: Schemes of addresses at which files lie; others, such as postgresql, are databases.
SCHEMES = (
    *("file", "memory", "s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss"),
    *("hdfs", "webhdfs", "dbfs", "sftp", "ssh", "ftp", "smb"),
)
#: Where a file put is whole at once; elsewhere it is put aside first and then renamed.
_OBJECTS = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss")
#: Packages that bring these kinds of places to fsspec.
_PACKAGES = {
    **dict.fromkeys(("s3", "s3a"), "s3fs"),
    **dict.fromkeys(("gs", "gcs"), "gcsfs"),
    **dict.fromkeys(("az", "abfs", "abfss", "adl"), "adlfs"),
    **dict.fromkeys(("sftp", "ssh"), "paramiko"),
    **dict.fromkeys(("webhdfs", "dbfs"), "requests"),
    "smb": "smbprotocol",
    "oss": "ossfs",
    "hdfs": "pyarrow",
}
#: What to do about what a place says, by the words in it.
_REMEDIES = (
    (
        "credential|access.?(denied|key)|forbidden|unauthori|authenticat|signature|permission",
        "Check who you are there: credentials stand in the environment or where that kind of place keeps "
        "them, never in the address.",
    ),
    ("connect|timed? ?out|timeout|unreachable|resolve|reset|closed", "See that it can be reached from here."),
    ("bucket|container|no such|not found", "Make it first, or give another place."),
)


def is_remote(place: str) -> bool:
    """Tell whether a place is an fsspec address of files.

    Examples
    --------
    >>> is_remote("s3://reports/2026-09"), is_remote("postgresql://host/crm"), is_remote("delivery")
    (True, False, False)
    """
    scheme, sign, _ = place.partition("://")
    return bool(sign) and scheme in SCHEMES


def joined(place: str, *names: str) -> str:
    """Return the place of something inside a folder.

    Examples
    --------
    >>> joined("s3://reports/", "acme", "index.html")
    's3://reports/acme/index.html'
    """
    return "/".join([place.rstrip("/") or "/", *names]) if is_remote(place) else str(Path(place, *names))


class Store:
    """A folder: on this machine a path, elsewhere an fsspec address.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(folder)
    ...     store.write("a/b.txt", b"text")
    ...     store.read("a/b.txt"), store.names("a"), store.has("c.txt")
    (b'text', ['b.txt'], False)
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self.is_remote = is_remote(place)
        self._scheme = place.partition("://")[0]
        if self.is_remote:
            self._system, self._root = _system(place)

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises
        ------
        InvalidInput
            It cannot be read.
        """
        with _Asked(InvalidInput, "read", joined(self.place, name)):
            if self.is_remote:
                return bytes(self._system.cat_file(self._path(name)))
            return Path(self.place, name).read_bytes()

    def has(self, name: str) -> bool:
        """Tell whether there is a file of that name."""
        if self.is_remote:
            with _Asked(InvalidInput, "read", joined(self.place, name)):
                return bool(self._system.isfile(self._path(name)))
        return Path(self.place, name).is_file()

    def names(self, folder: str = "") -> list[str]:
        """Return the names of the files in a folder, hidden ones left out."""
        if self.is_remote:
            path = self._path(folder)
            with _Asked(InvalidInput, "read", joined(self.place, folder)):
                found = self._system.ls(path, detail=True) if self._system.isdir(path) else []
            names = [f["name"].rstrip("/").rsplit("/", 1)[-1] for f in found if f["type"] == "file"]
        else:
            path = Path(self.place, folder)
            names = [p.name for p in path.iterdir() if p.is_file()] if path.is_dir() else []
        return sorted(name for name in names if not name.startswith("."))

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all.

        Raises
        ------
        CannotWrite
            It cannot be written.
        """
        if not self.is_remote:
            write_whole(Path(self.place, name), content)
            return
        path = self._path(name)
        folder, _, last = path.rpartition("/")
        with _Asked(CannotWrite, "write", joined(self.place, name)):
            if self._scheme in _OBJECTS:
                self._system.pipe_file(path, content)
                return
            self._system.makedirs(folder, exist_ok=True)
            aside = f"{folder}/.{last}.part"
            self._system.pipe_file(aside, content)
            self._system.mv(aside, path)

    def append(self, name: str, content: bytes) -> None:
        """Add to the end of a file; where a place cannot, the file is written anew."""
        if self.is_remote:
            before = self.read(name) if self.has(name) else b""
            self.write(name, before + content)
            return
        path = Path(self.place, name)
        with _Asked(CannotWrite, "write", str(path)):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                file.write(content)

    def remove(self, name: str) -> None:
        """Remove a file, if there is one."""
        if not self.is_remote:
            Path(self.place, name).unlink(missing_ok=True)
        elif self.has(name):
            with _Asked(CannotWrite, "remove", joined(self.place, name)):
                self._system.rm_file(self._path(name))

    def sha256(self, name: str) -> str:
        """Return the digest of a file; empty when there is none."""
        return hashlib.sha256(self.read(name)).hexdigest() if self.has(name) else ""

    def fetch(self, folder: Path) -> Path:
        """Copy everything in this folder to one on this machine.

        Raises
        ------
        InvalidInput
            There is nothing.
        """
        with _Asked(InvalidInput, "read", self.place):
            if not self._system.exists(self._root):
                raise InvalidInput(f"There is nothing at {self.place}.")
            folder.mkdir(parents=True, exist_ok=True)
            if self._system.isfile(self._root):
                self._system.get_file(self._root, str(folder / self._root.rsplit("/", 1)[-1]))
                return folder / self._root.rsplit("/", 1)[-1]
            for path in self._system.find(self._root):
                target = folder / path[len(self._root) :].lstrip("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                self._system.get_file(path, str(target))
        return folder

    def _path(self, name: str) -> str:
        return "/".join(filter(None, (self._root.rstrip("/"), name.strip("/"))))


class _Asked:
    """What a place refuses becomes one error of ours; each kind of place has errors of its own for that.

    Whatever comes from Python itself or this package is a mistake of ours, or one told already, and stays.
    """

    def __init__(self, kind: type[SalesAnalysisError], verb: str, place: str) -> None:
        self._kind, self._said = kind, f"Cannot {verb} {place}"

    def __enter__(self) -> None:
        """Nothing is to be made ready."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Tell what was refused, and what to do."""
        if not isinstance(error, Exception):
            return
        home = type(error).__module__.partition(".")[0]
        if isinstance(error, OSError) or home not in ("builtins", __name__.partition(".")[0]):
            reason = _reason(error)
            raise self._kind(f"{self._said}: {reason}. {_remedy(error, reason)}") from None


def _reason(error: Exception) -> str:
    told = getattr(error, "strerror", None) or next(iter(str(error).splitlines()), "")
    return hidden(str(told)).strip().rstrip(".") or type(error).__name__


def _remedy(error: Exception, reason: str) -> str:
    said = f"{type(error).__name__} {reason}"
    found = (remedy for words, remedy in _REMEDIES if re.search(words, said, re.IGNORECASE))
    return next(found, "Free space, or give another place.")


def _system(place: str) -> tuple[Any, str]:
    """Return the file system of an address, and the path in it."""
    scheme = place.partition("://")[0]
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise InvalidInput(
            f"Places such as {scheme}:// need a package that is not installed. Install it: "
            "pip install 'salesanalysis[cluster]'"
        ) from None
    try:
        with _Asked(InvalidInput, "open", place):
            system, root = url_to_fs(place)
    except ImportError:
        package = _PACKAGES.get(scheme, "fsspec's plugin for them")
        raise InvalidInput(
            f"Places such as {scheme}:// need {package}, which is not installed. Install it: pip install "
            f"{_PACKAGES.get(scheme, 'fsspec[full]')}"
        ) from None
    except ValueError as error:
        raise InvalidInput(f"'{place}' cannot be opened: {_reason(error)}.") from None
    return system, root.rstrip("/") or root
