"""What is checked in every table: conditions on staged rows for any engine, and what each failure costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from ..core.schema import SCHEMA
from .sql import ident, text

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Dates of things that have happened: after `as_of` the row cannot be right and is left out.
HAPPENED = {
    "leads": ("created_on",),
    "opportunities": ("created_on", "closed_on"),
    "stage_history": ("entered_on",),
    "activities": ("occurred_on",),
    "contracts": ("signed_on",),
    "snapshots": ("seen_on",),
    "close_date_changes": ("changed_on",),
}
#: Dates that say more about a row that stands without them: after `as_of` the cell is set aside.
NOTED = {
    "accounts": ("created_on",),
    "leads": ("converted_on", "created_at", "responded_at", "handed_on", "decided_on"),
    "opportunities": ("accepted_on",),
    "activities": ("logged_on", "completed_on"),
}

#: Day of a row that is a plan until that day has come: left out, and nobody's loss.
PLANNED = {"coaching": "held_on"}
#: Reason for which such rows are left out.
NOT_YET = "not_held_yet"

#: Pairs in order: table -> (earlier, later, the one set aside, code). Of an opportunity the creation is set
#: aside: it still counts as won or lost on its close date, and has no cycle.
ORDERED = {
    "opportunities": (("created_on", "closed_on", "created_on", "closed_before_created"),),
    "leads": (
        ("created_on", "converted_on", "converted_on", "converted_before_created"),
        ("created_at", "responded_at", "responded_at", "responded_before_created"),
    ),
    "contracts": (("starts_on", "ends_on", "ends_on", "ends_before_start"),),
    "reps": (("hired_on", "left_on", "left_on", "left_before_hired"),),
}


class Cells(Protocol):
    """A staged column: whether some filled cells of it have no value."""

    @property
    def flagged(self) -> bool:
        """Some filled cells cannot be read, or are not on the list."""


class Staged(Protocol):
    """A staged table, in DuckDB or on any other engine."""

    @property
    def table(self) -> str:
        """Canonical table."""

    @property
    def cells(self) -> Mapping[str, Cells]:
        """Staged columns by canonical name."""


@dataclass(frozen=True)
class Term:
    """One comparison of a staged row; a condition is several that all hold.

    Attributes
    ----------
    column : str
        Canonical column; its flag where `of_flag`.
    test : str
        ``empty``, ``filled``, ``is``, ``is not``, ``after`` (a day) or ``before`` (another column).
    value : str or datetime.date
        What it is compared with.
    of_flag : bool
        The flag is meant, not the value.
    """

    column: str
    test: str
    value: str | date = ""
    of_flag: bool = False

    def sql(self) -> str:
        """Return DuckDB's condition."""
        left = ident(self.column + "!") if self.of_flag else ident(self.column)
        if self.test in ("empty", "filled"):
            return f"{left} IS {'NOT ' * (self.test == 'filled')}NULL"
        if self.test == "after":
            return f"{left}::DATE > DATE '{self.value}'"
        if self.test == "before":
            return f"{left} < {ident(str(self.value))}"
        return f"{left} {'=' if self.test == 'is' else '<>'} {text(self.value)}"

    def expression(self, rows: ir.Table) -> ir.BooleanValue:
        """Return the same condition on an Ibis table whose flags are called ``flag_<column>``.

        A column without a flag has no cell that is wrong.
        """
        if self.of_flag and "flag_" + self.column not in rows.columns:
            return rows[self.column].isnull() if self.test == "empty" else rows[self.column].isnull() & False
        left = rows["flag_" + self.column] if self.of_flag else rows[self.column]
        if self.test == "empty":
            return left.isnull()
        if self.test == "filled":
            return left.notnull()
        if self.test == "after":
            day = left.date() if left.type().is_timestamp() else left
            return day > self.value
        if self.test == "before":
            return left < rows[str(self.value)]
        return left == self.value if self.test == "is" else left != self.value


@dataclass(frozen=True)
class Check:
    """One condition on a staged row.

    Attributes
    ----------
    code, column : str
        What is wrong, and with which canonical column.
    condition : str
        DuckDB SQL, true for rows that fail.
    effect : str
        ``row``: the row is left out; ``cell``: the cell becomes missing; ``note``: only counted.
    terms : tuple of Term
        The same condition, for any engine.
    """

    code: str
    column: str
    condition: str
    effect: str
    terms: tuple[Term, ...] = ()

    @property
    def is_of_flag(self) -> bool:
        """Whether the cell is missing already where the condition holds."""
        return any(term.of_flag for term in self.terms)


def checks(stage: Staged, as_of: date) -> list[Check]:
    """Return the checks that apply to the columns of this table, row checks first."""
    found = [*_flagged(stage), *_missing(stage), *_future(stage, as_of), *_together(stage)]
    return sorted(found, key=lambda c: ("row", "cell", "note").index(c.effect))


def _check(code: str, column: str, effect: str, *terms: Term) -> Check:
    return Check(code, column, " AND ".join(term.sql() for term in terms), effect, terms)


def _missing(stage: Staged) -> Iterator[Check]:
    table = SCHEMA[stage.table]
    for name in stage.cells:
        empty = (Term(name, "empty"), Term(name, "empty", of_flag=True))
        if PLANNED.get(stage.table) == name:
            yield _check(NOT_YET, name, "row", *empty)
        elif table[name].filled:
            yield _check("missing_key" if name in table.key else "missing_value", name, "row", *empty)
        elif name == "rep_id":
            yield _check("no_rep", name, "note", *empty)


def _flagged(stage: Staged) -> Iterator[Check]:
    for name, cell in stage.cells.items():
        column = SCHEMA[stage.table][name]
        codes = ["impossible_date"] if column.dtype in ("date", "timestamp") else []
        codes += ["negative_value"] if column.minimum is not None else []
        if cell.flagged:
            codes.append("unknown_value" if column.values else "unreadable_value")
        for code in codes:
            yield _check(code, name, "row" if column.filled else "cell", Term(name, "is", code, of_flag=True))


def _future(stage: Staged, as_of: date) -> Iterator[Check]:
    cells = stage.cells
    for name in HAPPENED.get(stage.table, ()):
        if name in cells:
            closed = (Term("outcome", "is not", "open"),) * (name == "closed_on" and "outcome" in cells)
            yield _check("future_dated", name, "row", Term(name, "after", as_of), *closed)
    planned = PLANNED.get(stage.table)
    if planned in cells:
        yield _check(NOT_YET, planned, "row", Term(planned, "after", as_of))
    for name in NOTED.get(stage.table, ()):
        if name in cells:
            yield _check("future_cell", name, "cell", Term(name, "after", as_of))


def _together(stage: Staged) -> Iterator[Check]:
    cells = stage.cells
    is_opportunity = stage.table == "opportunities" and {"closed_on", "outcome"} <= set(cells)
    for first, last, aside, code in ORDERED.get(stage.table, ()):
        if first in cells and last in cells:
            # The close date of an open opportunity is set aside itself: it says nothing about the creation.
            closed = (Term("outcome", "is not", "open"),) * is_opportunity
            yield _check(code, aside, "cell", Term(last, "before", first), *closed)
    if is_opportunity:
        is_open, is_closed = Term("outcome", "is", "open"), Term("outcome", "is not", "open")
        yield _check("closed_on_while_open", "closed_on", "cell", is_open, Term("closed_on", "filled"))
        empty = (Term("closed_on", "empty"), Term("closed_on", "empty", of_flag=True))
        yield _check("closed_without_date", "closed_on", "note", is_closed, *empty)
