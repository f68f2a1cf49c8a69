"""What the command ``batch`` does: look, decide, run, hand over, sum up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from ..core.errors import CannotWrite, SalesAnalysisError
from ..report.command import GOOD, INTERRUPTED, SOME_FAILED
from . import show
from .decide import Decision, decide
from .delivery import Delivered, Item, deliver
from .execute import Done, Now, Options, Watch, run_here
from .log import Log
from .look import Company, look_at
from .nearby import nearby
from .plan import Plan
from .planfile import read_plan
from .putting import BatchStopped
from .tasks import Task, tasks


@dataclass(frozen=True)
class Choices:
    """What the user asked for on the command line.

    Attributes
    ----------
    options : Options
        How to run.
    resume, only_changed : bool
        Keep reports that are whole and made from the same inputs: of a run that was stopped, or of any.
    dry_run, every : bool
        Only say what would run; all of it, however long.
    """

    options: Options
    resume: bool = False
    only_changed: bool = False
    dry_run: bool = False
    every: bool = False


def run_plan(path: str | Path, choices: Choices) -> int:
    """Run a plan and return the exit code: 0 all well, 1 some failed, 130 interrupted.

    Raises
    ------
    InvalidInput
        The plan is wrong, or the data do not have whom it names; nothing was started.
    """
    console = show.console(stderr=True)
    plan = read_plan(path)
    options = replace(choices.options, cluster=choices.options.cluster or plan.cluster)
    with nearby(plan) as here:
        companies = _look(console, here, options)
        log = Log(plan.delivery)
        if choices.resume and not log.was_interrupted():
            console.print(
                "No run of this plan was stopped; what is whole and unchanged is kept.", style="dim"
            )
        decisions = _decide(here, companies, keep=choices.resume or choices.only_changed)
        unread = [one for one in companies.values() if one.problem]
        if choices.dry_run:
            _unread(console, unread)
            show.console().print(show.plan_table(decisions, every=choices.every))
            return SOME_FAILED if unread else GOOD
        batch = Batch(here, options, decisions, log, console)
        code = batch.run()
        _unread(console, unread)
        return code or (SOME_FAILED if unread else GOOD)


def _look(console: Console, plan: Plan, options: Options) -> dict[str, Company]:
    """Load every client's data once: whom there is to report on, and whether anything has changed."""
    if console.is_terminal:
        count = len(plan.clients)
        of_how_many = f" of {count} clients" if count > 1 else ""
        console.print(f"Looking at the data{of_how_many} …", style="dim")
    return look_at(plan.clients, workers=options.workers)


def _unread(console: Console, companies: Sequence[Company]) -> None:
    for one in companies:
        show.say(console, "Not read", f"{one.key}: {one.problem}")


def _decide(plan: Plan, companies: Mapping[str, Company], *, keep: bool) -> list[Decision]:
    found = tasks(plan, companies)
    decisions = []
    for client in plan:
        own = [task for task in found if task.client == client.key]
        decisions += decide(own, plan.folder(client.key), keep=keep)
    return decisions


class Batch:
    """One run of a plan: what is to run, what came of it, and what is told of it."""

    def __init__(
        self, plan: Plan, options: Options, decisions: Sequence[Decision], log: Log, console: Console
    ) -> None:
        self.plan, self.options, self.log, self.console = plan, options, log, console
        self.decisions = list(decisions)
        self.wanted = [one.task for one in decisions if one.runs]
        self.ended: list[Done] = []
        self._begun: set[tuple[str, str]] = set()  # ids of tasks
        self._named: dict[tuple[str, str], Task] = {}  # by client and name of the files

    def run(self) -> int:
        """Run what is to run, hand over, sum up; return the exit code."""
        self._open_log()
        try:
            self._run()
        except KeyboardInterrupt:
            return self._stopped("", INTERRUPTED)
        except BatchStopped as error:
            return self._stopped(str(error), SOME_FAILED)
        except CannotWrite as error:  # the folder has gone away while the batch ran
            if not self.ended:
                raise
            return self._stopped(str(error), SOME_FAILED)
        delivered = self._deliver()
        failed = len(self.ended) - self._count()
        self.log.add("ended", written=self._count(), failed=failed, parcels=len(delivered.parcels))
        self._sum_up(delivered)
        return SOME_FAILED if failed or delivered.problems else GOOD

    def _stopped(self, why: str, code: int) -> int:
        """Tell how far a batch came that cannot go on, and how to go on later; nothing is handed over."""
        self.log.add("interrupted", written=self._count(), left=len(self.wanted) - len(self.ended), why=why)
        self._sum_up(None)
        if why:
            show.say(self.console, "Stopped", why)
        self.console.print(
            f"{self._count()} of {len(self.wanted)} reports written, none half-written. Go on with: "
            f"salesanalysis batch {self.plan.path} --resume",
            soft_wrap=True,
            highlight=False,
        )
        return code

    def _open_log(self) -> None:
        self.log.add("batch", plan=self.plan.name, reports=len(self.decisions), to_write=len(self.wanted))
        for one in self.decisions:
            if one.entry is not None:
                self.log.add("kept", client=one.task.client, name=one.entry["name"], why=one.why)

    def _run(self) -> None:
        progress = show.Progress(self.console, len(self.wanted), len(self.decisions) - len(self.wanted))

        def watch(running: Sequence[Now]) -> None:
            for one in running:
                self._start(one.job)
            progress.watch(running)

        with progress.shown(), closing(self._runs(watch)) as runs:
            for one in map(self._apart, runs):
                self._start(one.task)
                self.ended.append(one)
                self.log.ended(one)
                progress.ended(one)

    def _apart(self, one: Done) -> Done:
        """Refuse a report whose files have the names of another one's: it would be taken for that."""
        if one.entry is None:
            return one
        other = self._named.setdefault((one.task.client, one.entry["name"]), one.task)
        if other is one.task:
            return one
        return Done(
            one.task,
            problem=f"Its files have the names of '{other.title}' ({one.entry['name']}), which are gone. "
            "Give the notebook an opening block, or put this report into a plan of its own.",
            kind="failed",
        )

    def _start(self, task: Task) -> None:
        if task.id not in self._begun:
            self._begun.add(task.id)
            self.log.begun(task)

    def _runs(self, watch: Watch) -> Iterator[Done]:
        if self.options.cluster:
            from .cluster import run_there

            return run_there(self.plan, self.wanted, self.options, watch)
        return run_here(self.plan, self.wanted, self.options, watch)

    def _count(self) -> int:
        return sum(one.entry is not None for one in self.ended)

    def _deliver(self) -> Delivered:
        """Hand over what is whole: written now, or kept; in the order of the plan."""
        ended = {one.task.id: one for one in self.ended}
        items, failed = [], []
        for decision in self.decisions:
            task = decision.task
            one = ended.get(task.id)
            entry = one.entry if one else decision.entry
            if entry is None:
                failed.append((task, one.problem if one else "It was not made."))
            else:
                items.append(Item(task, entry, self.plan.folder(task.client)))
        names = {client.key: client.key for client in self.plan}
        names |= {item.task.client: str(item.entry["client"]) for item in items if item.entry.get("client")}
        try:
            return deliver(self.plan, items, failed, names)
        except SalesAnalysisError as error:
            return Delivered("", (), (str(error),))

    def _sum_up(self, delivered: Delivered | None) -> None:
        console = self.console
        console.print(show.summary(self.decisions, self.ended))
        for problem in (*(delivered.problems if delivered else ()), *filter(None, [self.log.problem])):
            show.say(console, "Failed", problem)
        for name in _empty_handed(self.plan, delivered) if delivered else ():
            show.say(console, "No parcel", f"{name}: no report fits what the plan says of this recipient.")
        if delivered and delivered.overview:
            count = len(delivered.parcels)
            parcels = f" {count} parcels in it." if count > 1 else " One parcel in it." if count else ""
            console.print(f"Open {delivered.overview}.{parcels}", soft_wrap=True, highlight=False)


def _empty_handed(plan: Plan, delivered: Delivered) -> list[str]:
    """Return the recipients for whom there is no parcel; a parcel for each rep has another name."""
    there = {*(parcel.name for parcel in delivered.parcels), *delivered.failed}
    return [r.name for r in plan.recipients if not r.each and r.name not in there]
