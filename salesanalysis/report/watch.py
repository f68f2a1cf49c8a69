"""A process of its own for each report, and a parent that watches it: deadline, memory, output, death.

The child tells over a pipe which cell it is in. What goes wrong in it stays in it: the parent ends it with
everything that it started, says why and where, and goes on. A child whose parent dies is ended by the system.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Any

from ..core.errors import InvalidInput
from ..core.secrets import hidden
from . import child, family
from .guard import Guard

#: Seconds between two looks at a child, and the share of the time that counting its memory may take.
PULSE, SHARE = 0.1, 0.1
#: Seconds that a process which has closed its pipe gets to end by itself.
GRACE = 5
#: What to do about a report that took more than it may.
REMEDIES = {
    "timeout": "If it needs more time there, allow it with --timeout; else look for a loop without end.",
    "memory": "Allow more with --memory, or let the cell ask for less.",
    "output": "Look for a print in a loop.",
}
_MB = 1e6


@dataclass(frozen=True)
class Limits:
    """What one report may take before it is ended; 0: as much as it likes.

    Attributes
    ----------
    seconds : float
        From start to the last file.
    memory_mb : float
        Memory in MB that it and all that it starts have for themselves; what it shares with the batch is
        not counted.
    output_mb : float
        What its cells print and show, in MB.
    """

    seconds: float = 600
    memory_mb: float = 0
    output_mb: float = 100

    def __post_init__(self) -> None:
        for name in ("seconds", "memory_mb", "output_mb"):
            if not getattr(self, name) >= 0:
                raise InvalidInput(f"A limit of {getattr(self, name)} {name}: give 0 for none, or more.")


@dataclass(frozen=True)
class End:
    """How a child ended: with a value, or else `kind`, `why`, the cell it was in and its last line."""

    value: Any = None
    kind: str = ""
    why: str = ""
    cell: str = ""
    last_words: str = ""


class Child:
    """A running task in a process of its own: forked from this one or, where that is not safe, a new one."""

    def __init__(
        self, task: Callable[[], Any], *, limits: Limits, fork: bool, guard: Guard | None = None
    ) -> None:
        context = mp.get_context("fork" if fork else "spawn")
        self._pipe, pipe = context.Pipe(duplex=False)
        self._output, output = context.Pipe(duplex=False)
        self.process = context.Process(
            target=child.run, args=((pipe, output, os.getpid()), limits, task), daemon=True
        )
        self.process.start()
        self._guard = guard
        if guard:
            guard.mind(self.process.pid)
        pipe.close()
        output.close()
        os.set_blocking(self._output.fileno(), False)
        self.limits, self.started = limits, time.monotonic()
        self.cell, self._error, self._written, self._last = "", "", 0, b""
        self._is_open, self._is_over = True, False
        self._counted = self._count_at = 0.0

    def signs(self) -> list[Any]:
        """Return what to wait for: word from the child, its output, its death."""
        return [self._pipe, self.process.sentinel, *([self._output] if self._is_open else [])]

    def look(self) -> End | None:
        """Return how it ended; None while it runs. One that is over a limit is ended here."""
        self._read_output()
        end = self._heard()
        if end is None and wait([self.process.sentinel], timeout=0):
            family.end(self.process.pid)  # what it started holds the pipe open
            end = self._heard() or self._died()
        end = end or self._over()
        if end is not None:
            self.kill()
        return end

    def kill(self) -> None:
        """End it and all that it started, unless that was done."""
        if self._is_over:
            return
        self._is_over = True
        family.end(self.process.pid)
        if self._guard:
            self._guard.forget(self.process.pid)
        self.process.kill()
        self.process.join()
        self._pipe.close()
        self._output.close()

    def _heard(self) -> End | None:
        try:
            while self._pipe.poll():
                what, value = self._pipe.recv()
                if what == "done":
                    return End(value=value)
                if what == "output":
                    return self._ended("output")
                if what == "error":
                    self._error = value
                else:
                    self.cell = hidden(value)
        except (EOFError, ConnectionError):
            return self._died()
        return None

    def _died(self) -> End:
        self.process.join(GRACE)
        self._read_output()
        code = self.process.exitcode
        word = f", {signal.Signals(-code).name}" if code and code < 0 else ""
        lines = self._last.decode("utf-8", "replace").strip().splitlines()
        last = self._error or hidden(lines[-1] if lines and code == 1 else "")  # 1: an error nobody caught
        said = f" Its last words: {last[:300]}." if last else ""
        why = f"The report's process ended by itself (exit code {code}{word}), {self._where()}.{said} "
        why += remedy(code, is_error=bool(last))
        return End(kind="died", why=why, cell=self.cell, last_words=last)

    def _over(self) -> End | None:
        limits = self.limits
        if limits.seconds and time.monotonic() - self.started > limits.seconds:
            return self._ended("timeout")
        if limits.output_mb and self._written > limits.output_mb * _MB:
            return self._ended("output")
        if limits.memory_mb and self._memory() > limits.memory_mb:
            return self._ended("memory")
        return None

    def _memory(self) -> float:
        """Return its memory as last counted; counting takes no more than a small share of the time."""
        started = time.monotonic()
        if started >= self._count_at:
            self._counted = family.memory(self.process.pid)
            self._count_at = started + max(PULSE, (time.monotonic() - started) / SHARE)
        return self._counted

    def _ended(self, kind: str) -> End:
        return End(kind=kind, why=reason(kind, self.limits, self._where()), cell=self.cell)

    def _where(self) -> str:
        return f"in {self.cell}" if self.cell else "before its first cell"

    def _read_output(self) -> None:
        """Take what libraries and commands wrote past Python; only its size and its end are kept."""
        for _ in range(64):
            try:
                text = os.read(self._output.fileno(), 1 << 20) if self._is_open else b""
            except BlockingIOError:
                return
            if not text:
                self._is_open = False
                return
            self._written += len(text)
            self._last = (self._last + text)[-4000:]


def remedy(code: int | None, *, is_error: bool) -> str:
    """Return what to do about a process that ended by itself.

    Examples
    --------
    >>> remedy(-9, is_error=False)[:56]
    'The system does that where the machine is short of memor'
    """
    if code == -9:
        return "The system does that where the machine is short of memory: run fewer at once, with --jobs."
    if is_error or (code and code < 0):
        return (
            "Run this one alone; if it happens again, a library fails there: run the notebook in JupyterLab."
        )
    return "Something in that cell ends the whole process, as os._exit does: take it out."


def reason(kind: str, limits: Limits, where: str) -> str:
    """Return why a report over a limit was ended, and what to do.

    Examples
    --------
    >>> reason("timeout", Limits(seconds=5), "in cell 2")[:40]
    'It took longer than 5 s and was ended, i'
    """
    much = {
        "timeout": f"took longer than {limits.seconds:g} s",
        "memory": f"took more than {limits.memory_mb:g} MB of memory",
        "output": f"wrote more than {limits.output_mb:g} MB of output",
    }[kind]
    return f"It {much} and was ended, {where}. {REMEDIES[kind]}"
