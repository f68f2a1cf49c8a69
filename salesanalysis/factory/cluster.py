"""The same tasks on a Dask cluster: one future for some reports of a client and period; Dask does the rest.

Where a worker is lost, Dask runs its futures again elsewhere; a report is written whole or not at all, so
running it twice does no harm. On the worker a clean process forks a watched child each, as on one machine.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any

from ..core.errors import InvalidInput
from ..core.secrets import hidden
from ..core.versions import of_code
from .chunk import TOPIC, run_chunk
from .decide import inputs
from .execute import Done, Now, Options, Watch
from .plan import Plan
from .putting import BatchStopped, Listing, prove
from .tasks import Task

#: Reports of one future: enough to read the data once for all of them, few enough to share them out.
CHUNK = 12
#: How long to wait for a scheduler, and seconds to take leave of it.
PATIENCE, GRACE = "15s", 5
#: Dask's logs that would tell of a scheduler gone.
_LOGS = ("distributed", "distributed.client", "distributed.core", "distributed.comm")
#: Seconds that a batch waits while its cluster has no worker.
WORKERLESS = 60.0


def run_there(plan: Plan, wanted: Sequence[Task], options: Options, watch: Watch) -> Iterator[Done]:
    """Run tasks on a cluster and yield what became of each, as they end.

    Workers need this package in the same version, and to reach the folders of the plan: a file system that
    all share, or addresses.

    Raises
    ------
    InvalidInput
        The scheduler cannot be reached, or Dask is not installed.
    BatchStopped
        The scheduler has gone, no worker is left, or reports cannot be put where they belong.
    """
    if not wanted:
        return
    prove(plan.folder(wanted[0].client))
    with _connection(options.cluster) as client:
        run = _Run(plan, wanted, client)
        client.subscribe_topic(TOPIC, run.told.put)
        cores = sum(client.nthreads().values()) or 1
        futures = _submitted(client, plan, wanted, options, cores)
        with run.listing.kept():
            yield from run.followed(futures, watch)


@contextmanager
def _connection(address: str) -> Iterator[Any]:
    """Give a client of a scheduler, with Dask's own log silent: what goes wrong is told by this package."""
    client = connected(address)
    logs = {log: log.level for log in map(logging.getLogger, _LOGS)}
    for log in logs:
        log.setLevel(logging.CRITICAL + 1)
    try:
        yield client
    finally:
        with suppress(OSError, RuntimeError):  # the scheduler may have gone
            client.unsubscribe_topic(TOPIC)
        client.close(timeout=GRACE)
        for log, level in logs.items():
            log.setLevel(level)


def connected(address: str) -> Any:
    """Return a client of the scheduler at `address`.

    Raises
    ------
    InvalidInput
        None answers, or Dask is not installed.
    """
    try:
        from distributed import Client
    except ImportError:
        raise InvalidInput(
            "A cluster needs Dask, which is not installed. Install it: pip install 'salesanalysis[cluster]'"
        ) from None
    try:
        return Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InvalidInput(
            f"No Dask scheduler answers at '{address}' ({type(error).__name__}). Start one with `dask "
            "scheduler` and workers with `dask worker`, or leave --cluster out."
        ) from None


def _submitted(
    client: Any, plan: Plan, wanted: Sequence[Task], options: Options, cores: int
) -> dict[Any, list[int]]:
    """Hand out chunks; a future for each, with the numbers of its tasks."""
    futures = {}
    for numbers in chunks(wanted, cores):
        spec = _spec(plan, wanted, numbers, options)
        label = f"{wanted[numbers[0]].client} {numbers[0]}"
        futures[client.submit(run_chunk, spec, key=f"salesanalysis {label} {time.time_ns()}", pure=False)] = (
            numbers
        )
    return futures


def chunks(wanted: Sequence[Task], cores: int) -> list[list[int]]:
    """Return the numbers of tasks, some of one client and period together.

    Examples
    --------
    >>> chunks([], 2)
    []
    """
    size = max(1, min(CHUNK, -(-len(wanted) // (2 * cores))))
    found: list[list[int]] = []
    last: tuple[str, str] | None = None
    for number, task in enumerate(wanted):
        here = task.client, str(task.parameters.get("period", ""))
        if here != last or len(found[-1]) >= size:
            found.append([])
        found[-1].append(number)
        last = here
    return found


def _spec(plan: Plan, wanted: Sequence[Task], numbers: Sequence[int], options: Options) -> dict[str, Any]:
    """Return all that a worker needs for a chunk, as plain data."""
    client = next(one for one in plan if one.key == wanted[numbers[0]].client)
    limits = options.limits
    return {
        "code": of_code(),
        "client": {"key": client.key, "folder": client.folder, "source": client.source, **client.given},
        "out": plan.folder(client.key),
        "workers": 1,
        "notebooks": plan.notebooks,
        "limits": [limits.seconds, limits.memory_mb, limits.output_mb],
        "tasks": [
            {
                "number": number,
                "report": wanted[number].report.path.name,
                "notebook": wanted[number].report.path.read_text(encoding="utf-8"),
                "parameters": dict(wanted[number].parameters),
                "to": list(wanted[number].formats),
                "inputs": inputs(wanted[number].parts),
            }
            for number in numbers
        ],
    }


class _Run:
    """What is known of the reports of one batch while workers make them."""

    def __init__(self, plan: Plan, wanted: Sequence[Task], client: Any) -> None:
        self.told: SimpleQueue[Any] = SimpleQueue()
        self.listing = Listing()
        self._plan, self._wanted, self._client = plan, wanted, client
        self._running: dict[int, Now] = {}
        self._ended: set[int] = set()
        self._worked = self._asked = time.monotonic()

    def followed(self, futures: Mapping[Any, list[int]], watch: Watch) -> Iterator[Done]:
        """Yield each report when its worker tells of it, or at the latest when its future is done."""
        waiting = dict(futures)
        try:
            while waiting:
                for event in self._heard():
                    yield from self._done(event)
                watch(list(self._running.values()))
                for future in [one for one in waiting if one.done()]:
                    for event in _results(future, waiting.pop(future)):
                        yield from self._done(event)
                self._look_for_workers()
        finally:
            for future in waiting:
                future.cancel()

    def _heard(self) -> Iterator[Mapping[str, Any]]:
        """Take what workers have told: what runs now is noted, what has ended is yielded."""
        until = time.monotonic() + 0.2
        while (left := until - time.monotonic()) > 0:
            try:
                _, event = self.told.get(timeout=left)
            except Empty:
                return
            if event["step"] == "running":
                now = Now(self._wanted[event["number"]], event["seconds"], event["cell"])
                self._running[event["number"]] = now
            else:
                yield event

    def _done(self, event: Mapping[str, Any]) -> Iterator[Done]:
        """Yield what became of a report, once, though it may be told twice or made twice."""
        number = event["number"]
        self._running.pop(number, None)
        if number in self._ended:
            return
        self._ended.add(number)
        entry, task = event.get("entry"), self._wanted[number]
        if entry is not None:
            self.listing.add(self._plan.folder(task.client), entry)
        elif event.get("refused"):
            self.listing.refuse()
        yield Done(task, entry, event.get("problem", ""), event.get("kind", ""), event.get("cell", ""))
        self.listing.go_on()

    def _look_for_workers(self) -> None:
        """Stop when for a while there has been nobody who could work: futures would wait for ever."""
        now = time.monotonic()
        if now - self._asked < 1:
            return
        self._asked = now
        if self._client.scheduler_info(n_workers=1)["workers"]:
            self._worked = now
        elif now - self._worked > WORKERLESS:
            raise BatchStopped(
                f"The cluster has had no worker for {WORKERLESS:.0f} seconds. Start some: dask worker "
                f"{self._client.scheduler.address}"
            )


def _results(future: Any, numbers: Sequence[int]) -> Sequence[Mapping[str, Any]]:
    """Return what a future gave; one that failed fails its reports, not the batch.

    Raises
    ------
    BatchStopped
        The future is gone, and with it the scheduler that knew of it.
    """
    if future.status == "finished":
        return list(future.result())
    if future.status != "error":
        raise BatchStopped(
            "The scheduler of the cluster has gone, and reports that were not ready with it. Start it and "
            "its workers again."
        )
    error = future.exception()
    if type(error).__name__ == "KilledWorker":
        why = "Its workers died again and again; they may be short of memory. Give them more of it."
    else:
        why = f"Its worker failed: {hidden(str(error)) or type(error).__name__}."
    return [{"number": number, "problem": why, "kind": "died", "entry": None} for number in numbers]
