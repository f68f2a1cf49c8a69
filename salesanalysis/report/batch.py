"""Run many reports: a warm parent forks a child per report, one failure does not stop the rest."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

from ..core import shelf
from ..core.errors import InvalidInput, SalesAnalysisError
from . import notebook, pdf
from .guard import Guard
from .journal import Journal
from .owner import refuse_mixed
from .placing import staging, uninterrupted, writable
from .pool import Running, Watch, can_fork, run_each
from .run import FORMATS, ReportFailed, ReportRun, check_formats, write
from .watch import Limits

__all__ = ["Job", "Limits", "Outcome", "Running", "Watch", "can_fork", "run_batch", "warm"]


@dataclass(frozen=True, eq=False)
class Job:
    """One report to run: the notebook and its checked parameters; two that ask for the same are two.

    Attributes
    ----------
    report : Report
    parameters : mapping
    fingerprint : str
        Of all that the report is made from; it goes into the manifest as `inputs`.
    folder : str
        Sub-folder of the batch's folder, with a manifest and an index of its own; a batch of several clients
        needs one for each.
    to : tuple of str
        Formats, where they are not those of the batch.
    notebook : bool
        Keep the executed notebook beside them.
    """

    report: notebook.Report
    parameters: Mapping[str, Any]
    fingerprint: str = ""
    folder: str = ""
    to: tuple[str, ...] = ()
    notebook: bool = True

    @property
    def label(self) -> str:
        """What a progress bar calls it."""
        named = (self.parameters.get(k) for k in ("rep", "team", "region", "language"))
        return " ".join([self.report.name, *(str(who) for who in named if who)])


@dataclass(frozen=True)
class Outcome:
    """What became of one job: the run, or why there is none.

    Attributes
    ----------
    job : Job
    run : ReportRun or None
    problem : str
        What went wrong, where, and what to do.
    kind : str
        ``failed``, ``timeout``, ``memory``, ``output`` or ``died``; empty when all is well.
    cell : str
        The cell it was in: number and first line.
    """

    job: Job
    run: ReportRun | None = None
    problem: str = ""
    kind: str = ""
    cell: str = ""


#: What reports import beside the modules that `warm` calls.
_IMPORTED = (
    "papermill",
    *(f"salesanalysis.{name}" for name in ("coaching", "goals", "linkage", "stats", "report.editions")),
)


@cache
def warm() -> None:
    """Import and compile, once, what every report needs, for children to start with; opens no connection."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    import nbformat

    from .. import data, kpi, plots, prose
    from ..core import i18n, playbook
    from . import blocks, export, kernel, pages

    for name in _IMPORTED:
        import_module(name)
    kernel.register()
    kernel.rehearse()
    data.preload()
    plots.rehearse()
    prose.preload()
    pages.preload()
    i18n.preload()
    playbook.preload()
    blocks.Text()._repr_mimebundle_()  # compiles the template of blocks
    export.render_html(nbformat.v4.new_notebook())  # and that of pages
    kpi.preload()


def run_batch(
    jobs: Sequence[Job],
    *,
    out: str | Path = "reports",
    to: tuple[str, ...] = FORMATS,
    workers: int = 0,
    limits: Limits | None = None,
    watch: Watch[Job] = lambda running: None,
) -> Iterator[Outcome]:
    """Run `jobs`, `workers` at a time, and yield each outcome as it is ready.

    A report is written and listed whole or not at all, whenever the batch is stopped, killed or the machine
    goes off; manifest and index follow about once a second. Several batches may share a folder.

    Parameters
    ----------
    jobs : sequence of Job
    out : path
        Folder for all files.
    to : tuple of str
        ``html``, ``pdf`` or both.
    workers : int
        Reports at once; 0: one per processor.
    limits : Limits, optional
        What one report may take before it is ended.
    watch : callable
        Called several times a second with what is running.

    Raises
    ------
    InvalidInput
        Unknown format, fewer than no workers, or a ``manifest.json`` in `out` that is none.
    CannotWrite
        `out` cannot be written to, or holds another client's reports.
    """
    for formats in {to, *(job.to for job in jobs)}:
        check_formats(formats)
    if workers < 0:
        raise InvalidInput(f"{workers} workers: give how many reports at once, or 0 for one per processor.")
    journals = _journals(jobs, Path(out))
    with ExitStack() as stack:
        asides = {name: stack.enter_context(staging(one.folder)) for name, one in journals.items()}
        stack.callback(_fold, list(journals.values()))
        if len(jobs) > 1:  # what reports share is made once
            stack.enter_context(shelf.shared(next(iter(asides.values()))))
        at_once = workers or os.cpu_count() or 1
        watched = _watched(_ordered(jobs), asides, to, limits or Limits(), at_once, watch)
        stack.callback(watched.close)
        for outcome in watched:
            with uninterrupted():  # placed, listed and told are one step
                yield _kept(outcome, journals[outcome.job.folder])


def _ordered(jobs: Iterable[Job]) -> list[Job]:
    """Order jobs so that few wait for what another one is computing for both; a client's stay together.

    One report of each kind first, for what its kind shares; then each further entity; last what differs by
    language or edition only and finds its analysis on the shelf.
    """
    seen: set[object] = set()

    def later(job: Job) -> int:
        asked = {k: v for k, v in job.parameters.items() if k not in ("language", "edition")}
        kind = (job.folder, job.report.name)
        whose = (*kind, tuple(sorted((k, repr(v)) for k, v in asked.items())))
        turn = 2 if whose in seen else 1 if kind in seen else 0
        seen.update((kind, whose))
        return turn

    folders: dict[str, int] = {}
    turns = [(folders.setdefault(job.folder, len(folders)), later(job)) for job in jobs]
    return [job for _, job in sorted(zip(turns, jobs, strict=True), key=lambda pair: pair[0])]


def _journals(jobs: Iterable[Job], out: Path) -> dict[str, Journal]:
    """Return the journal of each folder; whose reports go where is looked at before anything is run."""
    parameters: dict[str, list[Mapping[str, Any]]] = {}
    for job in jobs:
        parameters.setdefault(job.folder, []).append(job.parameters)
    journals = {}
    for name, many in (parameters or {"": []}).items():
        refuse_mixed(many, out / name)
        journals[name] = Journal(writable(out / name))
        journals[name].refuse_others(many)
    return journals


def _fold(journals: Iterable[Journal]) -> None:
    for journal in journals:
        journal.fold()


def _kept(outcome: Outcome, journal: Journal) -> Outcome:
    if outcome.run is None:
        return outcome
    try:
        return replace(outcome, run=journal.keep(outcome.run, outcome.job.fingerprint))
    except SalesAnalysisError as error:
        return Outcome(outcome.job, problem=str(error), kind="failed")
    except FileNotFoundError:
        return Outcome(outcome.job, problem=_gone(journal.folder), kind="failed")


def _watched(
    jobs: list[Job],
    asides: Mapping[str, Path],
    to: tuple[str, ...],
    limits: Limits,
    workers: int,
    watch: Watch[Job],
) -> Iterator[Outcome]:
    """Run each job in a process of its own and yield what became of it, in the order in which they end."""
    has_pdf = any("pdf" in (job.to or to) for job in jobs)
    fork, engine, guard = can_fork() and not (has_pdf and pdf.is_started()), "", None
    if fork:
        from . import kernel

        warm()
        engine = kernel.NAME
        with uninterrupted():
            guard = Guard()
    tasks = ((job, partial(_try, job, asides[job.folder], job.to or to, engine)) for job in jobs)
    ends = run_each(tasks, at_once=workers, fork=fork, limits=limits, guard=guard, watch=watch)
    try:
        with closing(ends):
            for job, end in ends:
                outcome = end.value or Outcome(job, problem=end.why, kind=end.kind, cell=end.cell)
                yield replace(outcome, job=job)  # what a child sends back is a copy
    finally:
        if guard:
            guard.leave()


def _gone(folder: Path) -> str:
    return f"Folder '{folder}' has gone away while the batch ran. Make it anew and run again."


def _try(job: Job, folder: Path, to: tuple[str, ...], engine: str) -> Outcome:
    if not folder.is_dir():
        return Outcome(job, problem=_gone(folder.parent), kind="failed")
    try:
        formats = (*to, "ipynb") if job.notebook else to
        return Outcome(job, write(job.report, job.parameters, folder, to=formats, engine=engine))
    except ReportFailed as error:
        return Outcome(job, problem=str(error), kind=error.kind, cell=error.cell)
    except SalesAnalysisError as error:
        return Outcome(job, problem=str(error), kind="failed")
