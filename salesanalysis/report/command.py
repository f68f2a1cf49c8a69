"""What the commands ``report`` and ``params`` do: make the jobs, show progress, sum up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ..core.errors import InvalidInput, did_you_mean
from . import notebook
from .notebook import Report

#: Parameters that --for-each can go through.
EACH = ("rep",)


@dataclass(frozen=True)
class Choices:
    """What the user asked for on the command line."""

    name: str = ""
    client: str = ""
    source: str = ""
    period: str = ""
    languages: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    for_each: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


def write_reports(choices: Choices, *, out: Path, to: tuple[str, ...], workers: int) -> int:
    """Write the reports asked for; return the exit code: 0 all well, 1 some failed, 130 interrupted."""
    from . import batch, index
    from .files import writable
    from .run import check_formats

    check_formats(to)
    index.read(writable(out))  # what would spoil the end is said at the start
    jobs = [job for report in _wanted(choices) for job in _jobs(report, choices)]
    console = Console(stderr=True, markup=False)
    outcomes, interrupted = [], False
    runs = batch.run_batch(jobs, out=out, to=to, workers=workers)
    with _progress(console) as progress:
        task = progress.add_task("", total=len(jobs), label=f"{len(jobs)} reports")
        try:
            for outcome in runs:
                outcomes.append(outcome)
                progress.update(task, advance=1, label=outcome.job.label)
        except KeyboardInterrupt:
            interrupted = True
        finally:
            runs.close()
    return _sum_up(console, outcomes, total=len(jobs), out=out, interrupted=interrupted)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.fields[label]:<40.40}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    )


def _sum_up(console: Console, outcomes: list[Any], *, total: int, out: Path, interrupted: bool) -> int:
    failed = [o for o in outcomes if o.run is None]
    written = len(outcomes) - len(failed)
    for outcome in failed:
        console.print("Failed", style="red bold", end=" ")
        console.print(f"{outcome.job.label}: {outcome.problem}", highlight=False, soft_wrap=True)
    if interrupted:
        console.print(f"{written} of {total} reports written, none half-written.")
    if written:
        console.print(f"{written} of {total} reports in {out}. Open {out / 'index.html'}", soft_wrap=True)
    return 130 if interrupted else int(bool(failed))


def _wanted(choices: Choices) -> list[Report]:
    if choices.name:
        return [notebook.find(choices.name)]
    if choices.for_each or choices.parameters:
        raise InvalidInput("Name the report, such as: salesanalysis report coaching --for-each rep")
    return [found for found in notebook.discover().values() if found.is_exported]


def _jobs(report: Report, choices: Choices) -> list[Any]:
    from .batch import Job

    values = dict(choices.parameters)
    for name in ("client", "source", "period"):
        if getattr(choices, name):
            if name in choices.parameters:
                raise InvalidInput(f"--{name} and --set {name}=… say the same thing twice; give one.")
            values[name] = getattr(choices, name)
    if not values.get("client") and not values.get("source"):
        raise InvalidInput("Say whose data: --client DIR, --source DIR, or --sample for the sample company.")
    values = {k: _absolute(v) if k in ("client", "source") else v for k, v in values.items()}
    settings = [values | {"language": code} for code in choices.languages] or [values]
    if choices.editions and (choices.name or "edition" in report.parameters):
        settings = [one | {"edition": name} for one in settings for name in choices.editions]
    each = choices.for_each or ("rep" if not choices.name and "rep" in report.parameters else "")
    if each:
        names = _each(report, each, values)
        settings = [one | {each: name} for one in settings for name in names]
    return [Job(report, report.check(one)) for one in settings]


def _absolute(place: str) -> str:
    """Return a path that holds in any folder; the address of a database and the sample are no paths."""
    return place if place == "sample" or "://" in place else str(Path(place).resolve())


def _each(report: Report, each: str, values: Mapping[str, Any]) -> list[str]:
    """Return whom to run the report for: everybody with data in the period."""
    from .batch import in_child

    if each not in EACH:
        raise InvalidInput(f"Cannot run for each '{each}'.{did_you_mean(each, EACH)}")
    if each not in report.parameters:
        raise InvalidInput(
            f"Report {report.name} has no parameter '{each}', so it cannot run for each {each}."
        )
    checked = report.check(values)
    return in_child(lambda: _reps_of_period(checked))


def _reps_of_period(values: Mapping[str, Any]) -> list[str]:
    from .. import data

    crm = data.load(values.get("source") or None, values.get("client") or None)
    return crm.active(crm.period(values.get("period", "")))


def show_parameters(name: str) -> None:
    """Print the parameters of a report as a table."""
    report = notebook.find(name)
    table = Table(title=f"{report.name}: {report.summary}", title_justify="left", box=None, pad_edge=False)
    for head in ("parameter", "type", "default", "meaning"):
        table.add_column(head, style="bold" if head == "parameter" else "")
    for one in report.parameters.values():
        table.add_row(one.name, one.type, repr(one.default), one.meaning)
    Console(markup=False).print(table)


__all__ = ["EACH", "Choices", "show_parameters", "write_reports"]
