"""What is checked in every table, as SQL conditions on staged rows, and what each failure costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ..core.schema import SCHEMA
from .sql import ident
from .stage import Stage

#: Dates of things that have happened: after `as_of` the row cannot be right and is left out.
HAPPENED = {
    "leads": ("created_on",),
    "opportunities": ("created_on", "closed_on"),
    "stage_history": ("entered_on",),
    "activities": ("occurred_on",),
    "contracts": ("signed_on",),
    "coaching": ("held_on",),
}
#: Dates that say more about a row that stands without them: after `as_of` the cell is set aside.
NOTED = {"accounts": ("created_on",), "leads": ("converted_on",), "activities": ("logged_on", "completed_on")}

#: Pairs in order: table -> (earlier, later, the one set aside, code). Of an opportunity the creation is set
#: aside: it still counts as won or lost on its close date, and has no cycle.
ORDERED = {
    "opportunities": ("created_on", "closed_on", "created_on", "closed_before_created"),
    "leads": ("created_on", "converted_on", "converted_on", "converted_before_created"),
    "contracts": ("starts_on", "ends_on", "ends_on", "ends_before_start"),
    "reps": ("hired_on", "left_on", "left_on", "left_before_hired"),
}


@dataclass(frozen=True)
class Check:
    """One condition on a staged row.

    Attributes
    ----------
    code, column : str
        What is wrong, and with which canonical column.
    condition : str
        SQL, true for rows that fail.
    effect : str
        ``row``: the row is left out; ``cell``: the cell becomes missing; ``note``: only counted.
    """

    code: str
    column: str
    condition: str
    effect: str


def checks(stage: Stage, as_of: date) -> list[Check]:
    """Return the checks that apply to the columns of this table, row checks first."""
    found = [*_flagged(stage), *_missing(stage), *_future(stage, as_of), *_together(stage)]
    return sorted(found, key=lambda c: ("row", "cell", "note").index(c.effect))


def _missing(stage: Stage) -> Iterator[Check]:
    table = SCHEMA[stage.table]
    for name in stage.cells:
        empty = f"{ident(name)} IS NULL AND {ident(name + '!')} IS NULL"
        if table[name].filled:
            yield Check("missing_key" if name in table.key else "missing_value", name, empty, "row")
        elif name == "rep_id":
            yield Check("no_rep", name, empty, "note")


def _flagged(stage: Stage) -> Iterator[Check]:
    for name, cell in stage.cells.items():
        column, flag = SCHEMA[stage.table][name], ident(name + "!")
        effect = "row" if column.filled else "cell"
        codes = ["impossible_date"] if column.dtype in ("date", "timestamp") else []
        codes += ["negative_value"] if column.minimum is not None else []
        if cell.flagged:
            codes.append("unknown_value" if column.values else "unreadable_value")
        for code in codes:
            yield Check(code, name, f"{flag} = '{code}'", effect)


def _future(stage: Stage, as_of: date) -> Iterator[Check]:
    later = f"> DATE '{as_of}'"
    for name in HAPPENED.get(stage.table, ()):
        if name in stage.cells:
            closed = " AND outcome <> 'open'" if name == "closed_on" and "outcome" in stage.cells else ""
            yield Check("future_dated", name, f"{ident(name)} {later}{closed}", "row")
    for name in NOTED.get(stage.table, ()):
        if name in stage.cells:
            yield Check("future_cell", name, f"{ident(name)} {later}", "cell")


def _together(stage: Stage) -> Iterator[Check]:
    first, last, aside, code = ORDERED.get(stage.table, ("", "", "", ""))
    cells = stage.cells
    is_opportunity = stage.table == "opportunities" and {"closed_on", "outcome"} <= set(cells)
    if first in cells and last in cells:
        # The close date of an open opportunity is set aside itself, so it says nothing about the creation.
        closed = " AND outcome <> 'open'" if is_opportunity else ""
        yield Check(code, aside, f"{ident(last)} < {ident(first)}{closed}", "cell")
    if is_opportunity:
        yield Check("closed_on_while_open", "closed_on", "outcome = 'open' AND closed_on IS NOT NULL", "cell")
        undated = "outcome <> 'open' AND closed_on IS NULL AND \"closed_on!\" IS NULL"
        yield Check("closed_without_date", "closed_on", undated, "note")
