"""The child's side of a watched process: it dies with its parent, tells where it is, counts its output."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.secrets import hidden
from . import family

if TYPE_CHECKING:
    from .watch import Limits

#: What a report may add to the address space before an allocation fails, in parts of the limit and in MB.
ROOM, SPARE = 4, 2048
_MB = 1e6
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG

_parent: Connection | None = None
_left = 0.0


def run(wires: tuple[Connection, Connection, int], limits: Limits, task: Callable[[], Any]) -> None:
    """Run `task` in this new process and send what it returns to the watching parent.

    Parameters
    ----------
    wires : tuple
        Where to tell things, where output goes that passes Python by, and the parent's process number.
    limits : Limits
        What it may take.
    task : callable
    """
    global _parent, _left
    pipe, output, parent = wires
    _parent, _left = pipe, limits.output_mb * _MB or float("inf")
    if os.name != "nt":
        os.setpgid(0, 0)  # Ctrl-C does not reach it
        family.adopt()
        _die_with(parent)
        for stream in (1, 2):
            os.dup2(output.fileno(), stream)
        output.close()
        sys.stdout, sys.stderr = (os.fdopen(n, "w", 1, errors="replace", closefd=False) for n in (1, 2))
    if limits.memory_mb and sys.platform.startswith("linux"):
        _leave_room(limits.memory_mb)
    with _LastWords():
        value = task()
    _parent = None
    family.end_below()
    pipe.send(("done", value))


class _LastWords:
    """Tells the parent of an error that nobody caught, without secrets: they are known here."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if error is not None and _parent is not None:
            _parent.send(("error", hidden(traceback.format_exception_only(error)[-1].strip())))


def tell(place: str) -> None:
    """Tell the watching parent, if there is one, what is being done now."""
    if _parent is not None:
        _parent.send(("at", place))


def spend(size: int) -> None:
    """Count `size` bytes of output; a child that is over its limit never returns, for its parent ends it."""
    global _left
    if _parent is None:
        return
    _left -= size
    if _left < 0:
        _parent.send(("output", None))
        while True:
            time.sleep(60)


class Shown(list[dict[str, Any]]):
    """What a cell shows, counted."""

    def append(self, output: dict[str, Any]) -> None:
        """Take one output: a mapping with its `data` by format."""
        spend(_size(output["data"]))
        super().append(output)


def _size(data: Mapping[str, Any]) -> int:
    return sum(len(value) if isinstance(value, (str, bytes)) else 100 for value in data.values())


def tell_of_cells() -> None:
    """Have papermill tell which cell it starts and count what a kernel sends, in a process for one report."""
    from papermill import engines

    class Telling(engines.NotebookExecutionManager):
        def cell_start(self, cell: Any, cell_index: int | None = None, **more: Any) -> None:
            tell(called(self.nb.cells, cell_index or 0))
            super().cell_start(cell, cell_index, **more)

    class Counting(engines.PapermillNotebookClient):
        def process_message(self, msg: Any, *where: Any) -> Any:
            spend(len(msg["content"].get("text", "")) + _size(msg["content"].get("data", {})))
            return super().process_message(msg, *where)

    if _parent is not None:
        engines.NotebookExecutionManager = Telling
        engines.PapermillNotebookClient = Counting


def called(cells: Sequence[Mapping[str, Any]], index: int) -> str:
    """Return what to call a cell: its number, as Jupyter counts when all are run, and its first line.

    The cell that papermill adds for the parameters has no number, for the notebook does not have it.

    Examples
    --------
    >>> cells = [{"cell_type": "markdown", "source": "# A"}, {"cell_type": "code", "source": "x = 1\\ny = 2"}]
    >>> called(cells, 1)
    'cell 1 (x = 1)'
    """
    if _is_added(cells[index]):
        return "the parameters"
    number = sum(cell["cell_type"] == "code" and not _is_added(cell) for cell in cells[: index + 1])
    source = cells[index]["source"]
    lines = (source if isinstance(source, str) else "".join(source)).strip().splitlines()
    first = lines[0] if lines else ""
    first = first.encode(errors="replace").decode()
    return f"cell {number} ({first if len(first) <= 80 else first[:79] + '…'})"


def _is_added(cell: Mapping[str, Any]) -> bool:
    return "injected-parameters" in cell.get("metadata", {}).get("tags", ())


def _die_with(parent: int) -> None:
    """Have the system end this process when its parent is gone, however that went."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it went before we asked
        os._exit(1)


def _leave_room(memory_mb: float) -> None:
    """Let one huge allocation fail at once, in its cell, before the machine is out of memory.

    Address space is not memory: libraries reserve much of it that they never use, so this is wide.
    """
    import resource

    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    most = used + int((ROOM * memory_mb + SPARE) * _MB)
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
