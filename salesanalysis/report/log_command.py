"""What the command ``coaching-log`` does: write the log and say what was added."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from ..core.i18n import MISSING
from .tables import Source, plain_table


def write_log(source: Source, to: Path, *, period: str, reps: list[str]) -> None:
    """Write rows for the reps to be coached into the log and print them."""
    from ..coaching import coaching_log

    crm = source.load()
    log = coaching_log(crm, to, period=period, reps=reps or None)
    console = Console(markup=False, highlight=False)
    kept = f"{_rows(log.kept)} that were there stay as they are." if log.kept else ""
    if log.added.empty:
        console.print(f"Nothing to add to {to}: nobody without a row is to be coached in the period. {kept}")
        return
    table = plain_table("name", "kpi", "due on", "action")
    for row in log.added.itertuples():
        due = MISSING if row.due_on is None else crm.client.words.date(row.due_on)
        table.add_row(row.name, row.kpi or MISSING, due, row.action or MISSING)
    console.print(table)
    console.print(f"{_rows(len(log.added))} added to {to}. {kept}", soft_wrap=True)
    console.print(
        "Fill in Held on, Status and Note. Loading reads the log when it lies in the folder of the data as "
        "coaching.xlsx or coaching.csv, or is named under [tables.coaching] in client.toml.",
        soft_wrap=True,
    )


def _rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"
