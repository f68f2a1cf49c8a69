"""Run many reports: a warm parent forks a child per report, one failure does not stop the rest."""

from __future__ import annotations

import multiprocessing as mp
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from ..core.errors import InvalidInput, SalesAnalysisError
from . import index, notebook
from .files import place, staging, uninterrupted, writable
from .run import FORMATS, ReportFailed, ReportRun, check_formats, write


@dataclass(frozen=True)
class Job:
    """One report to run: the notebook and its checked parameters."""

    report: notebook.Report
    parameters: Mapping[str, Any]

    @property
    def label(self) -> str:
        """What a progress bar calls it."""
        who = [str(self.parameters[k]) for k in ("rep", "team", "language") if self.parameters.get(k)]
        return " ".join([self.report.name, *who])


@dataclass(frozen=True)
class Outcome:
    """What became of one job: the run, or why there is none."""

    job: Job
    run: ReportRun | None = None
    problem: str = ""


#: Reports that hang longer than this many seconds are ended.
TIME_LIMIT = 600


def can_fork() -> bool:
    """Tell whether warm children can be forked here (Linux; macOS frameworks do not survive a fork)."""
    return sys.platform.startswith("linux") and "fork" in mp.get_all_start_methods()


def warm() -> None:
    """Import and compile what every report needs, for children to start with; opens no connection."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    import nbformat
    import papermill  # noqa: F401

    from .. import coaching, data, goals, kpi, linkage, plots, prose, stats  # noqa: F401
    from ..core import i18n
    from . import blocks, export, kernel, pages

    kernel.register()
    plots.preload()
    prose.preload()
    pages.preload()
    i18n.preload()
    blocks.Text()._repr_mimebundle_()  # compiles the template of blocks
    export.render_html(nbformat.v4.new_notebook())  # and that of pages
    kpi.sql([one.name for one in kpi.KPIS.strict], by=())  # fills the caches of the SQL compiler


def in_child(task: Callable[[], Any]) -> Any:
    """Run `task` in a forked child and return what it returns; a database opened there meets no later fork.

    Raises
    ------
    SalesAnalysisError
        What `task` raised.
    """
    if not can_fork():
        return task()
    context = mp.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_answer, args=(theirs, task), daemon=True)
    with uninterrupted():
        child.start()
    theirs.close()
    try:
        good, value = ours.recv()
    except EOFError:
        raise ReportFailed("The data could not be read: the reading process ended without a word.") from None
    finally:
        child.kill()  # it has answered, or nobody waits for it any more
        child.join()
    if not good:
        raise value
    return value


def _answer(pipe: Any, task: Callable[[], Any]) -> None:
    try:
        pipe.send((True, task()))
    except SalesAnalysisError as error:
        pipe.send((False, error))


def run_batch(
    jobs: Sequence[Job], *, out: str | Path = "reports", to: tuple[str, ...] = FORMATS, workers: int = 0
) -> Iterator[Outcome]:
    """Run `jobs`, `workers` at a time, and yield each outcome as it is ready.

    The manifest and the index of `out` are written when the iterator ends, also when it is closed early or
    interrupted; a report is then either written and listed, or not there at all.

    Parameters
    ----------
    jobs : sequence of Job
    out : path
        Folder for all files.
    to : tuple of str
        ``html``, ``pdf`` or both.
    workers : int
        Reports at once; 0: one per processor.

    Raises
    ------
    InvalidInput
        Unknown format, fewer than no workers, or a ``manifest.json`` in `out` that is none.
    CannotWrite
        `out` cannot be written to.
    """
    check_formats(to)
    if workers < 0:
        raise InvalidInput(f"{workers} workers: give how many reports at once, or 0 for one per processor.")
    folder = writable(out)
    index.read(folder)
    done: list[ReportRun] = []
    run = _forked if can_fork() else _in_turn
    try:
        with staging(folder) as aside:
            for outcome in run(jobs, aside, to, workers or os.cpu_count() or 1):
                with uninterrupted():  # placed, listed and told are one step
                    outcome = _placed(outcome, folder)
                    if outcome.run:
                        done.append(outcome.run)
                    yield outcome
    finally:
        if done:
            index.update(folder, [index.entry(r) for r in done])


def _placed(outcome: Outcome, folder: Path) -> Outcome:
    if outcome.run is None:
        return outcome
    try:
        return replace(outcome, run=replace(outcome.run, files=place(outcome.run.files, folder)))
    except SalesAnalysisError as error:
        return Outcome(outcome.job, problem=str(error))


def _in_turn(jobs: Iterable[Job], folder: Path, to: tuple[str, ...], workers: int) -> Iterator[Outcome]:
    for job in jobs:
        yield _try(job, folder, to, engine="")


def _try(job: Job, folder: Path, to: tuple[str, ...], engine: str) -> Outcome:
    try:
        return Outcome(job, write(job.report, job.parameters, folder, to=to, engine=engine))
    except SalesAnalysisError as error:
        return Outcome(job, problem=str(error))


@dataclass
class _Running:
    job: Job
    process: Any
    pipe: Any
    until: float


def _forked(jobs: Iterable[Job], folder: Path, to: tuple[str, ...], workers: int) -> Iterator[Outcome]:
    warm()
    waiting, running = list(jobs), []
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                with uninterrupted():  # Ctrl-C reaches this process only, which ends its children
                    running.append(_start(waiting.pop(0), folder, to))
            wait([r.pipe for r in running], timeout=1)
            for child in list(running):
                outcome = _outcome(child)
                if outcome is not None:
                    running.remove(child)
                    yield outcome
    finally:
        for child in running:
            child.process.kill()
            child.process.join()


def _start(job: Job, folder: Path, to: tuple[str, ...]) -> _Running:
    context = mp.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(theirs, job, folder, to), daemon=True)
    process.start()
    theirs.close()
    return _Running(job, process, ours, time.monotonic() + TIME_LIMIT)


def _outcome(child: _Running) -> Outcome | None:
    if child.pipe.poll():
        try:
            outcome = child.pipe.recv()
        except EOFError:
            outcome = None
        child.process.join()
        why = f"The report's process ended by itself (exit code {child.process.exitcode})."
        return outcome or Outcome(child.job, problem=why)
    if time.monotonic() > child.until:
        child.process.kill()
        child.process.join()
        return Outcome(child.job, problem=f"The report took longer than {TIME_LIMIT} s and was ended.")
    return None


def _child(pipe: Any, job: Job, folder: Path, to: tuple[str, ...]) -> None:
    from . import kernel

    outcome = _try(job, folder, to, engine=kernel.NAME)
    pipe.send(outcome)
    pipe.close()
