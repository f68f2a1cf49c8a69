"""What the command ``new`` does and prints: an export looked at, its mapping proposed and written down."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..compensation import write_plan
from ..core.errors import SalesAnalysisError
from ..core.schema import SCHEMA
from ..data import load, propose, write_client
from ..kpi import KPIS

#: How each status is shown.
_COLOURS = {"recognised": "green", "guessed": "yellow", "missing": "dim"}
#: KPIs that are named one by one.
_NAMED = 4


def make(folder: Path, *, name: str, source: str, export: str) -> None:
    """Write ``client.toml`` into `folder`; of an `export` say first how it would be read."""
    console = Console(markup=False)
    proposal = propose(export) if export else None
    path = write_client(folder, name=name, source=export or source, proposal=proposal)
    if proposal is None:
        console.print(f"Wrote {path}. Fill it in, then run: salesanalysis check {folder}", soft_wrap=True)
        return
    if proposal.label:
        console.print(f"Recognised as an export of {proposal.label}.", style="bold", highlight=False)
    console.print(_found(proposal.table))
    missing = _absent(proposal.table)
    if missing.row_count:
        console.print(missing)
    console.print(
        f"{proposal.count('recognised')} columns recognised, {proposal.count('guessed')} guessed. "
        "A guess is written active where nothing loads without it or where name and content agree, else "
        "commented out: a wrong column gives wrong numbers without a word, a missing one is named.",
        soft_wrap=True,
        highlight=False,
    )
    console.print(
        f"Wrote {path}. Confirm what is guessed, then run: salesanalysis check {folder}", soft_wrap=True
    )
    try:
        load(client=folder)
    except SalesAnalysisError as error:
        console.print("It does not load yet:", style="yellow", end=" ")
        console.print(str(error), soft_wrap=True, highlight=False)


def make_plan(folder: Path) -> None:
    """Write a commented pay plan into `folder` and say what to do with it."""
    path = write_plan(folder)
    Console(markup=False).print(
        f'Wrote {path}. Fill it in and name it in client.toml: compensation = "{path.name}"', soft_wrap=True
    )


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for index, head in enumerate(heads):
        table.add_column(head, style="bold" if index == 0 else "", overflow="fold")
    return table


def _found(rows: pd.DataFrame) -> Table:
    table = _table("table", "column", "file", "read from", "status", "by")
    for row in rows[rows["status"] != "missing"].itertuples():
        table.add_row(
            row.table, row.column, row.file, row.source, Text(row.status, _COLOURS[row.status]), row.by
        )
    return table


def _absent(rows: pd.DataFrame) -> Table:
    """Return what is missing and some KPI needs, with the KPIs it would enable."""
    table = _table("missing", "meaning", "would enable")
    for row in rows[rows["status"] == "missing"].itertuples():
        name = f"{row.table}.{row.column}" if row.column else row.table
        enabled = [k for k, kpi in KPIS.items() if any(_needs(need, name) for need in kpi.needs)]
        declared = SCHEMA[row.table]
        if enabled or (row.column and declared[row.column].required):
            meaning = declared[row.column].meaning if row.column else declared.meaning
            more = f" and {len(enabled) - _NAMED} more" if len(enabled) > _NAMED else ""
            table.add_row(name, meaning, ", ".join(enabled[:_NAMED]) + more)
    return table


def _needs(need: str, name: str) -> bool:
    return need == name or need.partition(".")[0] == name


__all__ = ["make"]
