"""Jobs in processes of their own, some at a time: how reports are made, and how data are read before that.

This process never opens a database: what is forked later would share its connection and its threads.
"""

from __future__ import annotations

import gc
import multiprocessing as mp
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import wait
from typing import Any, Generic, TypeVar

from ..core.errors import SalesAnalysisError
from .guard import Guard
from .placing import uninterrupted
from .watch import PULSE, Child, End, Limits

T = TypeVar("T")

#: For tasks that nobody limits: reading data takes as long as it takes.
NO_LIMITS = Limits(0, 0, 0)


@dataclass(frozen=True)
class Running(Generic[T]):
    """A job that runs at this moment: for how many seconds, and in which cell."""

    job: T
    seconds: float
    cell: str = ""


#: Hears several times a second what is running.
Watch = Callable[[Sequence[Running[T]]], None]


def can_fork() -> bool:
    """Tell whether warm children can be forked here (Linux; macOS frameworks do not survive a fork)."""
    return sys.platform.startswith("linux") and "fork" in mp.get_all_start_methods()


def run_each(
    tasks: Iterable[tuple[T, Callable[[], Any]]],
    *,
    at_once: int,
    fork: bool = True,
    limits: Limits = NO_LIMITS,
    guard: Guard | None = None,
    watch: Watch[T] = lambda running: None,
) -> Iterator[tuple[T, End]]:
    """Run each task in a child and yield its job with how the child ended, in the order in which they end.

    Close the iterator to stop: what still runs is ended.

    Parameters
    ----------
    tasks : iterable of (job, callable)
        What is run, and the name it is told by; the next one is taken when there is a place for it.
    at_once : int
        Children that run at the same time.
    fork : bool
        False: each is a new process, and the callable is sent to it.
    limits : Limits
        What each may take.
    guard : Guard, optional
        Ends what they started, should this process be killed.
    watch : callable
        Called several times a second with what is running.

    Examples
    --------
    >>> import os
    >>> if can_fork():
    ...     ((job, end),) = run_each([("a", os.getpid)], at_once=2)
    ...     assert job == "a" and end.value != os.getpid()
    """
    waiting, running = iter(tasks), {}
    if fork:  # a look for garbage, here or in a child, would leave the child with a copy of all there is
        gc.freeze()
    try:
        while True:
            while len(running) < at_once and (task := next(waiting, None)):
                with uninterrupted():  # Ctrl-C reaches this process only, which ends its children
                    running[Child(task[1], limits=limits, fork=fork, guard=guard)] = task[0]
            if not running:
                return
            wait([sign for child in running for sign in child.signs()], timeout=PULSE)
            now = time.monotonic()
            watch([Running(job, now - child.started, child.cell) for child, job in running.items()])
            for child, job in list(running.items()):
                if (end := child.look()) is not None:
                    del running[child]
                    yield job, end
    finally:
        for child in running:
            child.kill()
        if fork:
            gc.unfreeze()


def in_child(task: Callable[[], T]) -> T:
    """Return what `task` returns, called in a forked child where children can be forked.

    Raises
    ------
    SalesAnalysisError
        What `task` raised; or its process ended without an answer.

    Examples
    --------
    >>> in_child(lambda: 1 + 1)
    2
    """
    if not can_fork():
        return task()
    with closing(run_each([(None, partial(_answer, task))], at_once=1)) as ends:
        _, end = next(ends)
    if end.kind:
        raise SalesAnalysisError(lost(end))
    found, error = end.value
    if error:
        raise error
    return found


def _answer(task: Callable[[], T]) -> tuple[T | None, SalesAnalysisError | None]:
    try:
        return task(), None
    except SalesAnalysisError as error:
        return None, error


def lost(end: End) -> str:
    """Return what to say of data whose reading process ended without an answer.

    Examples
    --------
    >>> lost(End(kind="died", last_words="Killed"))[:58]
    'The process that read the data ended by itself (Killed). R'
    """
    why = f" ({end.last_words})" if end.last_words else ""
    return (
        f"The process that read the data ended by itself{why}. Run again; if it happens again, the machine "
        "may be short of memory."
    )
