"""From staged rows of a database to canonical tables: each row left out has one reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import ibis

from ...core.schema import SCHEMA
from ..checks import Check, checks
from ..clean import check_loss
from ..ledger import Ledger
from .stage import Staged
from .texts import all_of, any_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Column that tells whether a rep is known, beside the staged ones.
_KNOWN = "known_rep"


@dataclass(frozen=True)
class Tested:
    """One check on the rows of a database: what it says, and where it holds."""

    check: Check
    holds: ir.BooleanValue


def clean(staged: Staged, reps: ir.Table | None, as_of: date, ledger: Ledger, *, max_loss: float) -> ir.Table:
    """Return canonical rows, still a query, and enter what was found into the ledger.

    Parameters
    ----------
    staged : Staged
        The table.
    reps : ibis table or None
        Canonical reps, against which every ``rep_id`` is looked up; None while they are cleaned themselves.
    as_of : datetime.date
        Day up to which the data is known.
    ledger : Ledger
        Takes what was found.
    max_loss : float
        Largest share of rows that may be left out.
    """
    rows = _with_reps(staged, reps)
    tests = [Tested(c, all_of([t.expression(rows) for t in c.terms])) for c in checks(staged, as_of)]
    tests += _unknown_rep(staged, rows)
    tests = [t for t in tests if t.check.column in staged.cells]
    tests.sort(key=lambda t: ("row", "cell", "note").index(t.check.effect))
    counts = _count(rows, [t.holds for t in tests])
    ledger.rows_in[staged.table] = counts[-1] + staged.deleted
    ledger.add(staged.table, "deleted", "excluded", staged.deleted, example=staged.example)
    failing = [t for t, count in zip(tests, counts, strict=False) if count]
    failing = [t for t in failing if not _blocks(staged, t.check, ledger)]
    reason = _reason([t for t in failing if t.check.effect == "row"])
    kept = _enter(staged, rows, failing, reason, ledger)
    kept = _without_duplicates(staged, kept, ledger)
    check_loss(staged.table, staged.label, ledger, max_loss)
    return _canonical(staged, kept, [t.check for t in failing])


def _with_reps(staged: Staged, reps: ir.Table | None) -> ir.Table:
    """Join the reps, one row each, so that an unknown one shows as missing."""
    if reps is None or "rep_id" not in staged.cells:
        return staged.rows
    known = reps.select(**{_KNOWN: reps.rep_id})
    return staged.rows.left_join(known, staged.rows.rep_id == known[_KNOWN])


def _unknown_rep(staged: Staged, rows: ir.Table) -> list[Tested]:
    if _KNOWN not in rows.columns:
        return []
    effect = "row" if SCHEMA[staged.table]["rep_id"].filled else "cell"
    check = Check("no_such_rep", "rep_id", "", effect)
    return [Tested(check, rows.rep_id.notnull() & rows[_KNOWN].isnull())]


def _count(rows: ir.Table, conditions: Sequence[ir.BooleanValue]) -> list[int]:
    """Return how many rows meet each condition, alone, and last how many rows there are; one query."""
    asked = {f"c{i}": rows.count(where=condition) for i, condition in enumerate(conditions)}
    found = rows.aggregate(**asked, whole=rows.count()).to_pandas().iloc[0]
    return [int(found[name]) for name in (*asked, "whole")]


def _blocks(staged: Staged, check: Check, ledger: Ledger) -> bool:
    """Tell whether a failure stops loading: an unmapped value in a column that must be filled."""
    if check.code != "unknown_value" or check.effect != "row":
        return False
    place = f"{staged.label}, column '{staged.source_of(check.column)}' ({staged.table}.{check.column})"
    ledger.block(f"{place} {staged.unmapped(check.column)}")
    return True


def _reason(tests: list[Tested]) -> ir.IntegerValue | None:
    """Return the number of the first check for which a row is left out, missing for rows that stay."""
    cases = [(t.holds, ibis.literal(i)) for i, t in enumerate(tests)]
    return ibis.cases(*cases, else_=None) if cases else None


def _enter(
    staged: Staged, rows: ir.Table, failing: list[Tested], reason: ir.IntegerValue | None, ledger: Ledger
) -> ir.Table:
    """Enter every failure once; return the rows that stay, with ``is_<number>`` for cells and notes."""
    left_out = [t.check for t in failing if t.check.effect == "row"]
    others = [t for t in failing if t.check.effect != "row"]
    marks = {f"is_{i}": t.holds for i, t in enumerate(others)}
    if reason is not None:
        marks["reason"] = reason
    marked = rows.mutate(**marks) if marks else rows
    if reason is not None:
        found = marked.group_by("reason").agg(n=marked.count()).to_pandas().dropna(subset=["reason"])
        first = {int(r.reason): int(r.n) for r in found.itertuples()}
        for i, check in enumerate(left_out):
            example = staged.examples(check.column, marked.filter(marked.reason == i)) if first.get(i) else ""
            rows_out = first.get(i, 0)
            ledger.add(staged.table, check.code, "excluded", rows_out, column=check.column, example=example)
        marked = marked.filter(marked.reason.isnull()).drop("reason")
    counts = _count(marked, [marked[f"is_{i}"] for i in range(len(others))]) if others else []
    for i, (test, count) in enumerate(zip(others, counts, strict=False)):
        if count:
            check = test.check
            example = staged.examples(check.column, marked.filter(marked[f"is_{i}"]))
            example = staged.unmapped(check.column) if check.code == "unknown_value" else example
            ledger.add(staged.table, check.code, "warning", count, column=check.column, example=example)
    return marked


def _without_duplicates(staged: Staged, rows: ir.Table, ledger: Ledger) -> ir.Table:
    """Leave out rows whose key another row has; of these the one whose values come first stays.

    Rows of a database have no order, so that the first cannot be the one that was written first.
    """
    key = [k for k in SCHEMA[staged.table].key if k in staged.cells]
    if not key:
        return rows
    rows = rows.mutate(row_key=_written(rows, key))
    found = rows.aggregate(n=rows.count(), keys=rows.row_key.nunique()).to_pandas().iloc[0]
    if int(found["n"]) == int(found["keys"]):
        return rows.drop("row_key")
    rows = rows.mutate(row_content=_written(rows, list(staged.cells)))
    window = {"group_by": rows.row_key, "order_by": rows.row_content}
    rows = rows.mutate(
        row_place=ibis.row_number().over(**window), row_first=rows.row_content.first().over(**window)
    )
    twice = rows.filter(rows.row_place > 0)
    same = twice.row_content == twice.row_first
    counts = _count(twice, [same])
    for code, count, part in (
        ("duplicate_row", counts[0], twice.filter(same)),
        ("duplicate_key", counts[1] - counts[0], twice.filter(~same)),
    ):
        if count:
            example = staged.examples(key[0], part)
            ledger.add(staged.table, code, "excluded", count, column=key[0], example=example)
    return rows.filter(rows.row_place == 0).drop("row_key", "row_content", "row_place", "row_first")


def _written(rows: ir.Table, columns: list[str]) -> ir.StringValue:
    """Return the values of columns as one text."""
    whole: ir.StringValue = ibis.literal("")
    for name in columns:
        whole = whole + rows[name].cast("string").fill_null("") + ibis.literal("\x1f")
    return whole


def _canonical(staged: Staged, rows: ir.Table, failing: list[Check]) -> ir.Table:
    """Return the canonical columns, cells that fail set aside."""
    others = [c for c in failing if c.effect != "row"]
    aside: dict[str, list[ir.BooleanValue]] = {}
    for i, check in enumerate(others):
        if check.effect == "cell" and not check.is_of_flag:  # flagged cells are missing already
            aside.setdefault(check.column, []).append(rows[f"is_{i}"].fill_null(False))
    found = {}
    for name in staged.cells:
        value = rows[name]
        found[name] = (
            ibis.ifelse(any_of(aside[name]), ibis.null(value.type()), value) if name in aside else value
        )
    return rows.select(**found)
