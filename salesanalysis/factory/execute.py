"""Run tasks on this machine: forked children of a warm process, one after another by client and period."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ..core.errors import CannotWrite
from ..report import index, pool
from ..report.batch import Job, Limits, Outcome, run_batch
from ..report.owner import ASIDE
from ..report.pool import Running
from .decide import inputs
from .plan import Plan, parted
from .putting import Listing, prove, put
from .storage import Store, is_remote
from .tasks import Task


@dataclass(frozen=True)
class Options:
    """How to run a batch.

    Attributes
    ----------
    workers : int
        Reports at once; 0: one per processor. On a cluster: on each of its workers.
    limits : Limits
        What one report may take.
    cluster : str
        Address of a Dask scheduler; empty: this machine.
    """

    workers: int = 0
    limits: Limits = field(default_factory=Limits)
    cluster: str = ""


@dataclass(frozen=True)
class Done:
    """What became of a task: the entry of its report in the manifest, or why there is none."""

    task: Task
    entry: Mapping[str, Any] | None = None
    problem: str = ""
    kind: str = ""
    cell: str = ""

    @property
    def seconds(self) -> float:
        """Time that the report took, as its own process measured it."""
        return float(sum((self.entry or {}).get("seconds", {}).values()))


#: A task that runs at this moment, and who hears of all that do.
Now = Running[Task]
Watch = pool.Watch[Task]


def run_here(
    plan: Plan, wanted: Sequence[Task], options: Options, watch: Watch = lambda running: None
) -> Iterator[Done]:
    """Run tasks on this machine and yield what became of each, as they end.

    Close the iterator to stop: what is whole stays and is listed, nothing else is left behind.

    Examples
    --------
    >>> list(run_here(Plan(Path("plan.toml"), "September", "out/{client}", "out"), [], Options()))
    []
    """
    if not wanted:
        return
    prove(plan.folder(wanted[0].client))
    runs = _elsewhere if is_remote(plan.out) else _in_place
    with closing(runs(plan, wanted, options, watch, parted(plan.out))) as done:
        yield from done


def _in_place(
    plan: Plan, wanted: Sequence[Task], options: Options, watch: Watch, place: tuple[str, str]
) -> Iterator[Done]:
    above, below = place
    jobs = [_job(plan, task, below) for task in wanted]
    task_of = dict(zip(jobs, wanted, strict=True))

    def seen(running: Sequence[Running[Job]]) -> None:
        watch([Now(task_of[one.job], one.seconds, one.cell) for one in running])

    runs = run_batch(jobs, out=above, workers=options.workers, limits=options.limits, watch=seen)
    with closing(runs):
        for outcome in runs:
            yield _done(task_of[outcome.job], outcome)


def _job(plan: Plan, task: Task, below: str) -> Job:
    return Job(
        task.report,
        task.parameters,
        fingerprint=inputs(task.parts),
        folder=below.replace("{client}", task.client),
        to=task.formats,
        notebook=plan.notebooks,
    )


def _done(task: Task, outcome: Outcome) -> Done:
    """Return what became of a task from what became of its job."""
    if outcome.run is None:
        return Done(task, problem=outcome.problem, kind=outcome.kind, cell=outcome.cell)
    return Done(task, index.entry(outcome.run, outcome.job.fingerprint))


def _elsewhere(
    plan: Plan, wanted: Sequence[Task], options: Options, watch: Watch, place: tuple[str, str]
) -> Iterator[Done]:
    """Write reports here, and put each where it belongs as soon as it is whole."""
    above, below = place
    listing = Listing()
    with (
        tempfile.TemporaryDirectory(prefix=ASIDE) as aside,
        listing.kept(),
        closing(_in_place(plan, wanted, options, watch, (aside, below))) as runs,
    ):
        for one in runs:
            if one.entry is not None:
                folder = below.replace("{client}", one.task.client)
                try:
                    put(Path(aside, *PurePosixPath(folder).parts), Store(f"{above}/{folder}"), one.entry)
                    listing.add(f"{above}/{folder}", one.entry)
                except CannotWrite as error:
                    one = Done(one.task, problem=str(error), kind="failed")
                    listing.refuse()
            yield one
            listing.go_on()
