"""Text files as bytes: packed or not, in an encoding that is declared, marked, or found and reported."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ..core.errors import DataProblem

_BLOCK = 1 << 20
_LOOK = 1 << 16
#: Marks at the beginning of a file, longest first, and the encoding each stands for.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAY = "Save the file as UTF-8, or declare its encoding: [tables.…] encoding = "


@dataclass(frozen=True)
class TextFile:
    """A text file whose encoding is known.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    encoding : str
        Codec that reads all of it.
    start : str
        Its beginning, up to a line end.
    assumed : str
        What was assumed about the encoding, for the ledger; empty where nothing was.
    """

    path: Path
    encoding: str
    start: str
    assumed: str = ""

    @property
    def is_packed(self) -> bool:
        """Whether the file is compressed with gzip."""
        return self.path.suffix.lower() == ".gz"

    def plain(self, folder: Path, *, unpacked: bool = False) -> Path:
        """Return a UTF-8 file with the same text: this one, or a copy written into `folder`."""
        as_it_is = self.encoding in ("utf-8", "utf-8-sig", "ascii")
        if as_it_is and not (self.is_packed and (unpacked or self.path.suffix != ".gz")):
            return self.path
        target = folder / "utf8.txt"
        with opened(self.path) as file, target.open("w", encoding="utf-8", newline="") as out:
            reader = io.TextIOWrapper(file, encoding=self.encoding, newline="")
            while block := reader.read(_BLOCK):
                out.write(block)
        return target


def examine(path: Path, declared: str = "") -> TextFile:
    """Decode all of a file once and tell how.

    Parameters
    ----------
    path : pathlib.Path
        A text file, perhaps packed (``.gz``).
    declared : str
        Its encoding; empty: by its mark, else UTF-8, else the old Windows and Latin ones, which is reported.

    Raises
    ------
    DataProblem
        The file cannot be opened or unpacked, is empty, is not text, or is not in the encoding declared.
    """
    try:
        found = _examine(path, declared)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise DataProblem(f"{path.name} is a damaged .gz file. Export it again.") from None
    except OSError as error:
        raise DataProblem(f"{path.name} cannot be read ({error.strerror or error}).") from None
    if not found.start.strip():
        raise DataProblem(f"{path.name} is empty. Export it again, or take it out of the folder.")
    if "\0" in found.start:
        raise DataProblem(f"{path.name} is not a text file (it holds zero bytes). Export it as CSV in UTF-8.")
    return found


def opened(path: Path) -> io.BufferedIOBase:
    """Open a file for reading bytes, unpacked where it is packed."""
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")


def _examine(path: Path, declared: str) -> TextFile:
    with opened(path) as file:
        head = file.read(_LOOK)
    if declared:
        name = _codec(path, declared)
        row, wrong = _first_wrong(path, name)
        if row:
            raise DataProblem(f'{path.name}, row {row}: {wrong} is not {declared} text. {_SAY}"utf-8".')
        return TextFile(path, name, _beginning(head, name))
    name = _marked(head)
    row, wrong = _first_wrong(path, name)
    if not row:
        return TextFile(path, name, _beginning(head, name))
    if name.startswith("utf-16"):
        raise DataProblem(f'{path.name}, row {row}: {wrong} is not UTF-16 text. {_SAY}"cp1252".')
    # An export of an older Windows or Latin system. Almost any bytes can be read so: it is reported.
    name = "latin-1" if _first_wrong(path, "cp1252")[0] else "cp1252"
    said = f"{path.name}, row {row}: {wrong} is not UTF-8; read as {name}, so that it says "
    return TextFile(path, name, _beginning(head, name), said + _line(path, name, row))


def _marked(head: bytes) -> str:
    """Return the encoding that the first bytes tell; UTF-8 where they tell none."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    even, odd = head[:200:2].count(0), head[1:200:2].count(0)
    if max(even, odd) * 4 > len(head[:200]) > 3:  # UTF-16 without a mark: every other byte is zero
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8-sig"


def _codec(path: Path, declared: str) -> str:
    try:
        name = codecs.lookup(declared).name
        b"".decode(name)
    except LookupError:
        raise DataProblem(
            f"{path.name}: unknown encoding '{declared}'. Write utf-8, cp1252, latin-1 or utf-16."
        ) from None
    return name


def _first_wrong(path: Path, name: str) -> tuple[int, str]:
    """Return row and name of the first byte that is no text in this encoding; row 0 where all is."""
    decoder, lines = codecs.getincrementaldecoder(name)(), 0
    with opened(path) as file:
        while True:
            block = file.read(_BLOCK)
            try:
                lines += decoder.decode(block, final=not block).count("\n")
            except UnicodeDecodeError as error:
                row = lines + error.object[: error.start].count(b"\n") + 1
                return row, f"byte 0x{error.object[error.start]:02X}"
            except UnicodeError:  # UTF-16 without its mark, say
                return lines + 1, "this"
            if not block:
                return 0, ""


def _beginning(head: bytes, encoding: str) -> str:
    start = codecs.getincrementaldecoder(encoding)().decode(head)
    # The block ends inside a line; what follows the last line end is left out.
    return start if len(head) < _LOOK else start[: start.rfind("\n") + 1] or start


def _line(path: Path, encoding: str, row: int) -> str:
    """Return what stands in a row, for a reader to judge the encoding by."""
    with opened(path) as file:
        lines = io.TextIOWrapper(file, encoding=encoding, newline="\n")
        line = next(islice(lines, row - 1, None), "")
    odd = next((i for i, c in enumerate(line) if ord(c) > 127), 0)
    return f"'{line[max(0, odd - 15) : odd + 15].strip()}'"
