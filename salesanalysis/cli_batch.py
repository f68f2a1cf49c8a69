"""The commands of many reports: ``batch`` and ``difference``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .report import complete

app = typer.Typer()

TimeoutOption = Annotated[float, typer.Option(min=0, help="Seconds that one report may take; 0: any.")]
MemoryOption = Annotated[float, typer.Option(min=0, help="MB of memory that one report may take; 0: any.")]


@app.command()
def batch(
    plan: Annotated[
        Path,
        typer.Argument(
            help="The plan: clients, reports, for whom. Write one with `new DIR --batch`.",
            autocompletion=complete.plans,
        ),
    ],
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, help="Reports at once; 0: one per processor.")
    ] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was stopped.")] = False,
    only_changed: Annotated[
        bool,
        typer.Option(
            "--only-changed", help="Leave out reports whose data, settings, notebook and code are as before."
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would run and why; run nothing.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="With --dry-run: every line of a long plan.")] = False,
    timeout: TimeoutOption = 600,
    memory: MemoryOption = 0,
    cluster: Annotated[
        str, typer.Option(help="Run on a Dask cluster: the address of its scheduler, as tcp://host:8786.")
    ] = "",
) -> None:
    """Write the reports of a plan: many clients, reports, reps and languages, and a zip for each recipient.

    Exit code: 0 all written, 1 some failed, 2 the plan is wrong and nothing was started, 130 stopped.

    **Examples**

    salesanalysis new . --batch

    salesanalysis batch plan.toml --dry-run

    salesanalysis batch plan.toml --jobs 4 --only-changed
    """
    from .factory import command
    from .factory.execute import Options
    from .report.watch import Limits

    options = Options(jobs, Limits(timeout, memory), cluster)
    choices = command.Choices(options, resume, only_changed, dry_run, every)
    raise typer.Exit(command.run_plan(plan, choices))


@app.command()
def difference(
    old: Annotated[Path, typer.Argument(help="Folder of the earlier run, or one of its HTML reports.")],
    new: Annotated[Path, typer.Argument(help="Folder of the later run, or the same report there.")],
    every: Annotated[
        bool, typer.Option("--all", help="All figures that changed, not the first of each report.")
    ] = False,
) -> None:
    """Say what changed between two runs of the same reports: data, definition or code; and which figures.

    **Example**

    salesanalysis difference 2026-08/acme 2026-09/acme
    """
    from .factory import show_difference

    raise typer.Exit(show_difference.show_difference(old, new, every=every))
