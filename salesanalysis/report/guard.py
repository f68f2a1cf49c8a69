"""A process that does nothing but wait: when a batch is gone, however it went, it ends what is left of it.

The children of a batch die with it by themselves; what their cells started would not. The batch tells its
guard whom it has started and who has ended, and once it is gone, the process groups of the others are ended.
"""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress

#: Seconds between two looks whether the batch is still there.
PULSE = 0.5


class Guard:
    """The guard of one batch (Linux and macOS); made before any of its children is."""

    def __init__(self) -> None:
        heard, self._wire = os.pipe()
        batch = os.getpid()
        self._pid = os.fork()
        if not self._pid:
            try:
                os.close(self._wire)
                _wait(heard, batch)
            finally:
                os._exit(0)
        os.close(heard)

    def mind(self, pid: int | None) -> None:
        """End this process's group, too, when the batch is gone."""
        self._tell(f"+{pid}\n")

    def forget(self, pid: int | None) -> None:
        """Its group has ended; the number may become another's."""
        self._tell(f"-{pid}\n")

    def leave(self) -> None:
        """The batch has ended as it should."""
        self._tell("end\n")
        os.close(self._wire)
        os.waitpid(self._pid, 0)

    def _tell(self, text: str) -> None:
        with suppress(BrokenPipeError):  # it was killed; the batch goes on without
            os.write(self._wire, text.encode())


def _wait(heard: int, batch: int) -> None:
    with suppress(OSError):
        os.setsid()  # away from the terminal's Ctrl-C
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    text, more = b"", b"+"
    while more and not text.endswith(b"end\n") and os.getppid() == batch:
        if select.select([heard], [], [], PULSE)[0]:
            more = os.read(heard, 4096)
            text += more
    for pid in minded(text):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def minded(text: bytes) -> set[int]:
    """Return who is still there after all that was told.

    Examples
    --------
    >>> minded(b"+12\\n+13\\n-12\\nend\\n")
    {13}
    """
    found: set[int] = set()
    for word in text.decode().split():
        if word[0] == "+":
            found.add(int(word[1:]))
        elif word[0] == "-":
            found.discard(int(word[1:]))
    return found
