"""What the commands ``report`` and ``params`` do: make the jobs, show progress, sum up."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ..core.errors import CannotWrite, InvalidInput, did_you_mean
from . import notebook
from .notebook import ENTITIES, Report
from .watch import Limits

#: Exit codes by outcome.
GOOD, SOME_FAILED, INTERRUPTED = 0, 1, 130


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


def write_reports(
    choices: Choices, *, out: Path | None, to: tuple[str, ...], workers: int, limits: Limits | None = None
) -> int:
    """Write the reports asked for; return the exit code: 0 all well, 1 some failed, 130 interrupted.

    Without `out` they go where `owner.folder_for` says.
    """
    from . import batch, index, owner
    from .placing import writable
    from .run import check_formats

    check_formats(to)
    out = out or owner.folder_for({"client": choices.client, "source": choices.source} | choices.parameters)
    index.read(writable(out))  # what would spoil the end is said at the start
    outcomes, interrupted, trouble = [], False, ""
    jobs = [job for report in _wanted(choices) for job in _jobs(report, choices)]
    console = Console(stderr=True, markup=False)
    runs = batch.run_batch(jobs, out=out, to=to, workers=workers, limits=limits)
    with _progress(console) as progress:
        task = progress.add_task("", total=len(jobs), label=f"{len(jobs)} reports")
        try:
            for outcome in runs:
                outcomes.append(outcome)
                progress.update(task, advance=1, label=outcome.job.label)
        except KeyboardInterrupt:
            interrupted = True
        except CannotWrite as error:
            if not outcomes:  # nothing was started
                raise
            trouble = str(error)
        finally:
            with suppress(CannotWrite):
                runs.close()
    code = _sum_up(console, outcomes, total=len(jobs), out=out, interrupted=interrupted)
    if trouble:
        console.print(f"The list of reports is behind; the next run brings it up to date. {trouble}")
    return code or (SOME_FAILED if trouble else GOOD)


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
        where = f" ({outcome.cell})" if outcome.cell and outcome.cell not in outcome.problem else ""
        console.print(f"{outcome.job.label}: {outcome.problem}{where}", highlight=False, soft_wrap=True)
    if interrupted:
        console.print(f"{written} of {total} reports written, none half-written.")
    if written:
        console.print(f"{written} of {total} reports in {out}. Open {out / 'index.html'}", soft_wrap=True)
    return INTERRUPTED if interrupted else SOME_FAILED if failed else GOOD


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
    has_data = "client" in report.parameters or "source" in report.parameters
    if has_data and not values.get("client") and not values.get("source"):
        raise InvalidInput("Say whose data: --client DIR, --source DIR, or --sample for the sample company.")
    values = {k: _absolute(v) if k in ("client", "source") else v for k, v in values.items()}
    settings = [values | {"language": code} for code in choices.languages] or [values]
    if choices.editions and (choices.name or "edition" in report.parameters):
        settings = [one | {"edition": name} for one in settings for name in choices.editions]
    each = choices.for_each or ("rep" if not choices.name and report.is_about_one else "")
    if each:
        names = _each(report, each, values)
        settings = [one | {each: name} for one in settings for name in names]
    return [Job(report, report.check(one)) for one in settings]


def _absolute(place: str) -> str:
    """Return a path that holds in any folder; the address of a database and the sample are no paths."""
    return place if place == "sample" or "://" in place else str(Path(place).resolve())


def _each(report: Report, each: str, values: Mapping[str, Any]) -> list[str]:
    """Return whom to run the report for: everybody with data in the period, or their teams or regions."""
    from .pool import in_child

    if each not in ENTITIES:
        raise InvalidInput(f"Cannot run for each '{each}'.{did_you_mean(each, ENTITIES)}")
    if each not in report.parameters:
        raise InvalidInput(
            f"Report {report.name} has no parameter '{each}', so it cannot run for each {each}."
        )
    checked = report.check(values)
    return in_child(lambda: _of_period(checked, each))


def _of_period(values: Mapping[str, Any], each: str) -> list[str]:
    from .. import data

    crm = data.load(values.get("source") or None, values.get("client") or None)
    period = crm.period(values.get("period", ""))
    active = crm.active(period)
    if each == "rep":
        return active
    crm.require(f"reps.{each}", wanted_by=f"A report for each {each}")
    reps = crm.reps(on=period.clip(crm.as_of).last_day)
    return sorted(reps.loc[reps["rep_id"].isin(active), each].dropna().unique())


def show_parameters(name: str) -> None:
    """Print the parameters of a report as a table."""
    report = notebook.find(name)
    table = Table(title=f"{report.name}: {report.summary}", title_justify="left", box=None, pad_edge=False)
    for head in ("parameter", "type", "default", "meaning"):
        table.add_column(head, style="bold" if head == "parameter" else "")
    for one in report.parameters.values():
        table.add_row(one.name, one.type, repr(one.default), one.meaning)
    Console(markup=False).print(table)
