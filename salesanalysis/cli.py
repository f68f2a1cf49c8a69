"""The commands of ``salesanalysis --help``. Heavy imports wait until a command needs them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from . import cli_batch
from .core.errors import InvalidInput
from .report import complete

app = typer.Typer(
    name="salesanalysis",
    help="Which sales activities go with winning, who needs coaching on what, did the coaching work.",
    epilog="Start with:  salesanalysis report --sample",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

ClientOption = Annotated[
    str, typer.Option("--client", "-c", help="Folder with client.toml, the file itself, or `sample`.")
]
SourceOption = Annotated[
    str, typer.Option("--source", "-s", help="Folder or DuckDB file with the data, if not client.toml's.")
]
PeriodOption = Annotated[
    str, typer.Option("--period", "-p", help="2026, 2026-H1, 2026-Q3, 2026-07, 2026-W31 or two days with ..")
]
LanguageOption = Annotated[
    str, typer.Option("--language", "-l", help="en or id; `en,id` writes both. Empty: the client's own.")
]
ByOption = Annotated[
    str,
    typer.Option(
        help="rep, team, manager, role, region, product, source or segment; several with commas.",
        autocompletion=complete.dimensions,
    ),
]
GrainOption = Annotated[
    str,
    typer.Option(
        help="Split the period: year, half, quarter, month, week or day.", autocompletion=complete.grains
    ),
]


@app.command()
def report(
    name: Annotated[
        str,
        typer.Argument(
            help="Which report, or a notebook of your own. Empty: all.", autocompletion=complete.reports
        ),
    ] = "",
    client: ClientOption = "",
    source: SourceOption = "",
    period: PeriodOption = "",
    language: LanguageOption = "",
    for_each: Annotated[str, typer.Option(help="One report for each `rep`, `team` or `region`.")] = "",
    edition: Annotated[
        str,
        typer.Option(help="manager, rep or client; several with commas.", autocompletion=complete.editions),
    ] = "",
    to: Annotated[str, typer.Option(help="Formats to write: html,pdf.")] = "html,pdf",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder; empty: reports, and reports/NAME for a second client."),
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="A parameter of the report, NAME=VALUE. See `params`.")
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Use the packaged sample company.")] = False,
    workers: Annotated[int, typer.Option(min=0, help="Reports at once; 0: one per processor.")] = 0,
    timeout: cli_batch.TimeoutOption = 600,
    memory: cli_batch.MemoryOption = 0,
) -> None:
    """Write reports: executed notebook, HTML and PDF in one folder, with an index.

    **Examples**

    salesanalysis report --sample

    salesanalysis report coaching --client clients/acme --period 2026-Q3 --for-each rep --to html,pdf
    """
    from .report import command
    from .report.watch import Limits

    if sample and client:
        raise InvalidInput("--sample and --client name two companies; give one.")
    choices = command.Choices(
        name=name,
        client="sample" if sample else client,
        source=source,
        period=period,
        languages=_listed(language),
        for_each=for_each,
        editions=_listed(edition),
        parameters=_pairs(set_ or []),
    )
    settings = {"out": out, "to": _listed(to), "workers": workers, "limits": Limits(timeout, memory)}
    raise typer.Exit(command.write_reports(choices, **settings))


app.add_typer(cli_batch.app)


@app.command()
def params(
    name: Annotated[str, typer.Argument(help="Which report.", autocompletion=complete.reports)],
) -> None:
    """Show the parameters of a report: type, default and meaning."""
    from .report import command

    command.show_parameters(name)


@app.command()
def kpis(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="A KPI, or words to look for; empty: all.", autocompletion=complete.kpis),
    ] = None,
    role: Annotated[
        str, typer.Option(help="Only one role: activity, objective or result.", autocompletion=complete.roles)
    ] = "",
    sql: Annotated[
        str,
        typer.Option(help="Print the query for a dialect such as trino.", autocompletion=complete.dialects),
    ] = "",
    client: ClientOption = "",
    source: SourceOption = "",
    by: ByOption = "",
    period: PeriodOption = "",
    grain: GrainOption = "",
    language: LanguageOption = "",
) -> None:
    """List the KPIs by subject, or show one: formula, needs, other readings, traps, value, query.

    **Examples**

    salesanalysis kpis retention

    salesanalysis kpis win_rate --client sample

    salesanalysis kpis win_rate --sql trino --by team --grain month --period 2026-Q3
    """
    from .report import kpi_tables, tables

    cut = kpi_tables.Slice(period, _listed(by), grain)
    where = tables.Source(client, source, language)
    kpi_tables.show_kpis(names or [], where, cut=cut, role=role, dialect=sql)


@app.command()
def kpi(
    names: Annotated[list[str], typer.Argument(help="KPI names.", autocompletion=complete.kpis)],
    client: ClientOption = "",
    source: SourceOption = "",
    by: ByOption = "",
    period: PeriodOption = "",
    grain: GrainOption = "",
    against: Annotated[
        str,
        typer.Option(
            help="Compare with `previous`, `year_ago`, `peers` or `goal`; several with commas.",
            autocompletion=complete.contrasts,
        ),
    ] = "",
    format_: Annotated[str, typer.Option("--format", "-f", help="table, csv or json.")] = "table",
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the rows into this file.")] = None,
    language: LanguageOption = "",
) -> None:
    """Compute KPIs with their intervals, compare them, and print them for a look or for a script.

    **Examples**

    salesanalysis kpi win_rate bookings --client clients/acme --by rep --period 2026-Q3 --format csv

    salesanalysis kpi win_rate --client sample --by team --grain month --against year_ago
    """
    from .report import kpi_tables, tables

    kpi_tables.show_values(
        names,
        tables.Source(client, source, language),
        cut=kpi_tables.Slice(period, _listed(by), grain, _listed(against)),
        format_="json" if json else format_,
        csv=csv,
    )


@app.command("coaching-log")
def coaching_log(
    to: Annotated[Path, typer.Option("--to", help="A .xlsx or .csv file, new or with a log in it.")],
    client: ClientOption = "",
    source: SourceOption = "",
    period: PeriodOption = "",
    rep: Annotated[list[str] | None, typer.Option(help="Only this rep; may be given several times.")] = None,
    language: LanguageOption = "",
) -> None:
    """Write a table for a manager to fill in: who is coached on what; rows that are there stay.

    **Example**

    salesanalysis coaching-log --client clients/acme --period 2026-Q3 --to clients/acme/data/coaching.xlsx
    """
    from .report import log_command, tables

    log_command.write_log(tables.Source(client, source, language), to, period=period, reps=rep or [])


@app.command()
def check(
    folder: Annotated[
        str, typer.Argument(help="Folder with client.toml or with the data; `sample` for the sample.")
    ],
    source: SourceOption = "",
    language: LanguageOption = "",
) -> None:
    """Check an export: what was found, what was left out and why, which KPIs it can answer."""
    from .report import tables

    tables.show_check(tables.Source(folder, source, language))


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="Folder to make.")],
    name: Annotated[str, typer.Option(help="Name of the client as reports print it.")] = "",
    source: SourceOption = "",
    export: Annotated[str, typer.Option("--from", help="Export to look at: folder, file, database.")] = "",
    plan: Annotated[bool, typer.Option("--plan", help="Write a commented pay plan and no more.")] = False,
    batch: Annotated[bool, typer.Option("--batch", help="Write a commented batch plan and no more.")] = False,
) -> None:
    """Make a folder for a client with a commented client.toml; of an export, with a mapping proposed."""
    from .report import proposal

    if plan:
        return proposal.make_plan(folder)
    if batch:
        from .factory import write_batch_plan

        path = write_batch_plan(folder)
        return typer.echo(f"Wrote {path}. Fill it in, then run: salesanalysis batch {path} --dry-run")
    if source and export:
        raise InvalidInput("--source and --from name two sources; give one.")
    proposal.make(folder, name=name or folder.resolve().name, source=source, export=export)


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(help="Folder to write the tables and client.toml into.")],
    reps: Annotated[int, typer.Option(help="Number of reps.")] = 24,
    weeks: Annotated[int, typer.Option(help="Length in weeks.")] = 78,
    seed: Annotated[int, typer.Option(help="Same seed, same company.")] = 1,
) -> None:
    """Write the sample company, or another one of the same kind, as Parquet files."""
    from .data.sample_crm import generate, write

    if os.path.exists(folder / "client.toml"):
        raise InvalidInput(f"'{folder}' has a client.toml already; it is kept. Choose another folder.")
    write(folder, generate(reps=reps, weeks=weeks, seed=seed))
    typer.echo(f"Wrote the sample company to {folder}. Look at it with: salesanalysis check {folder}")


def _version(wanted: bool) -> None:
    if wanted:
        from . import __version__

        typer.echo(f"salesanalysis {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in text.split(",")))))


def _pairs(texts: list[str]) -> dict[str, str]:
    for text in texts:
        if "=" not in text:
            raise InvalidInput(f"--set {text}: write NAME=VALUE.")
    return dict(text.split("=", 1) for text in texts)
