"""A process and all that it started: who they are, what memory they have for themselves, how they end.

On Linux orphans among the descendants of a report's process fall to it (`adopt`), so that a program that went
into the background, or into a session of its own, is still found below it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress

import psutil

_ADOPT = 36  # PR_SET_CHILD_SUBREAPER


def adopt() -> None:
    """Have orphans among the descendants of this process fall to it and not to the system's first (Linux)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_ADOPT, 1)


def memory(pid: int | None) -> float:
    """Return the memory in MB that a process and all it started have for themselves.

    Pages that are shared with the process they were forked from are nobody's own.

    Examples
    --------
    >>> memory(None), memory(os.getpid()) > 1
    (0.0, True)
    """
    return sum(map(_own, _family(pid))) / 1e6


def end(pid: int | None) -> None:
    """End a child of this process and all that it started."""
    seen: set[int] = set()
    with suppress(psutil.Error, OSError):
        root = psutil.Process(pid)
        if root.ppid() == os.getpid():  # else it has gone, and its number is another's
            root.suspend()  # it starts nothing more
            while found := [one for one in root.children(recursive=True) if one.pid not in seen]:
                for one in found:
                    seen.add(one.pid)
                    with suppress(psutil.Error):
                        one.kill()
    if pid is not None and hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def end_below() -> None:
    """End all that this process started, if it did."""
    with suppress(ChildProcessError):  # there are none: do not look for them
        if hasattr(os, "waitid"):
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        for one in _family(os.getpid())[1:]:
            with suppress(psutil.Error):
                one.kill()


def _family(pid: int | None) -> list[psutil.Process]:
    """Return a process and its descendants."""
    with suppress(psutil.Error):
        root = psutil.Process(pid) if pid else None
        return [root, *root.children(recursive=True)] if root else []
    return []


def _own(process: psutil.Process) -> float:
    """Return the bytes that no other process shares."""
    with suppress(psutil.Error):
        try:
            return float(process.memory_full_info().uss)
        except psutil.AccessDenied:  # macOS tells it of one's own process only
            return float(process.memory_info().rss)
    return 0.0
