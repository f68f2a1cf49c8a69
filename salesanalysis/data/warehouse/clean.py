"""From staged rows of a database to canonical tables: each row left out has one reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import ibis

from ...core.schema import SCHEMA
from ..checks import Check, checks
from ..clean import check_loss
from ..ledger import Ledger
from .probe import counts
from .stage import Staged
from .texts import all_of, any_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Column that tells whether a rep is known, beside the staged ones.
_KNOWN = "known_rep"


#: Keys that stand several times up to which they are named in the query; above, every row is ranked.
NAMED = 1000

Condition = Callable[["ir.Table"], "ir.BooleanValue"]


@dataclass(frozen=True)
class Tested:
    """One check and its condition on the rows of a database."""

    check: Check
    holds: Condition


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
    tests = [Tested(c, _of_terms(c)) for c in checks(staged, as_of)]
    if reps is not None and "rep_id" in staged.cells:
        effect = "row" if SCHEMA[staged.table]["rep_id"].filled else "cell"
        check = Check("no_such_rep", "rep_id", "", effect)
        tests.append(Tested(check, lambda rows: rows.rep_id.notnull() & rows[_KNOWN].isnull()))
    tests = [t for t in tests if t.check.column in staged.cells]
    tests.sort(key=lambda t: ("row", "cell", "note").index(t.check.effect))
    rows = _with_reps(staged, reps)
    failed = _count(rows, [t.holds(rows) for t in tests])
    ledger.rows_in[staged.table] = failed[-1] + staged.deleted
    ledger.add(staged.table, "deleted", "excluded", staged.deleted, example=staged.example)
    failing = [t for t, count in zip(tests, failed, strict=False) if count]
    failing = [t for t in failing if not _blocks(staged, t.check, ledger)]
    # What never fails is not asked again whenever the table is read.
    looks_up = any(t.check.code == "no_such_rep" for t in failing)
    kept = _enter(staged, rows if looks_up else staged.rows, failing, ledger)
    kept = _without_duplicates(staged, kept, ledger)
    check_loss(staged.table, staged.label, ledger, max_loss)
    return _canonical(staged, kept, [t.check for t in failing])


def _of_terms(check: Check) -> Condition:
    return lambda rows: all_of([term.expression(rows) for term in check.terms])


def _with_reps(staged: Staged, reps: ir.Table | None) -> ir.Table:
    """Join the reps, one row each, so that an unknown one shows as missing."""
    if reps is None or "rep_id" not in staged.cells:
        return staged.rows
    known = reps.select(**{_KNOWN: reps.rep_id})
    return staged.rows.left_join(known, staged.rows.rep_id == known[_KNOWN])


def _count(rows: ir.Table, conditions: Sequence[ir.BooleanValue]) -> list[int]:
    """Return how many rows meet each condition, alone, and last how many rows there are; one query."""
    asked = {f"c{i}": rows.count(where=condition) for i, condition in enumerate(conditions)}
    found = counts(rows.aggregate(**asked, whole=rows.count()))
    return [found[name] for name in (*asked, "whole")]


def _blocks(staged: Staged, check: Check, ledger: Ledger) -> bool:
    """Tell whether a failure stops loading: an unmapped value in a column that must be filled."""
    if check.code != "unknown_value" or check.effect != "row":
        return False
    place = f"{staged.label}, column '{staged.source_of(check.column)}' ({staged.table}.{check.column})"
    ledger.block(f"{place} {staged.unmapped(check.column)}")
    return True


def _enter(staged: Staged, rows: ir.Table, failing: list[Tested], ledger: Ledger) -> ir.Table:
    """Enter every failure once; return the rows that stay, with ``is_<number>`` for cells and notes."""
    left_out = [t.check for t in failing if t.check.effect == "row"]
    others = [t for t in failing if t.check.effect != "row"]
    marks: dict[str, ir.Value] = {f"is_{i}": t.holds(rows) for i, t in enumerate(others)}
    cases = [(t.holds(rows), ibis.literal(i)) for i, t in enumerate(failing) if t.check.effect == "row"]
    if cases:  # the number of the first check for which a row is left out
        marks["reason"] = ibis.cases(*cases, else_=None)
    marked = rows.mutate(**marks) if marks else rows
    if cases:
        found = marked.group_by("reason").agg(n=marked.count()).to_pandas().dropna(subset=["reason"])
        first = {int(r.reason): int(r.n) for r in found.itertuples()}
        for i, check in enumerate(left_out):
            example = staged.examples(check.column, marked.filter(marked.reason == i)) if first.get(i) else ""
            rows_out = first.get(i, 0)
            ledger.add(staged.table, check.code, "excluded", rows_out, column=check.column, example=example)
        marked = marked.filter(marked.reason.isnull()).drop("reason")
    left = _count(marked, [marked[f"is_{i}"] for i in range(len(others))]) if others else []
    for i, (test, count) in enumerate(zip(others, left, strict=False)):
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
    named = rows[key[0]] if len(key) == 1 else _written(rows, key)
    rows = rows.mutate(row_key=named)
    found = counts(rows.aggregate(n=rows.count(), keys=rows.row_key.nunique()))
    if found["n"] == found["keys"]:
        return rows.drop("row_key")
    many = rows.group_by("row_key").agg(n=rows.count())
    many = many.filter(many.n > 1).select("row_key").limit(NAMED + 1).to_pandas()["row_key"].tolist()
    if len(many) > NAMED:
        return _ranked(staged, rows, key[0], ledger)
    single = rows.filter(rows.row_key.notin(many)).drop("row_key")
    return ibis.union(single, _ranked(staged, rows.filter(rows.row_key.isin(many)), key[0], ledger))


def _ranked(staged: Staged, rows: ir.Table, first: str, ledger: Ledger) -> ir.Table:
    """Return one row a key and enter the others, as repetitions or as other rows with the same key."""
    rows = rows.mutate(row_content=_written(rows, list(staged.cells)))
    window = {"group_by": rows.row_key, "order_by": rows.row_content}
    rows = rows.mutate(
        row_place=ibis.row_number().over(**window), row_first=rows.row_content.first().over(**window)
    )
    twice = rows.filter(rows.row_place > 0)
    same = twice.row_content == twice.row_first
    alike, every = _count(twice, [same])
    for code, count, part in (
        ("duplicate_row", alike, twice.filter(same)),
        ("duplicate_key", every - alike, twice.filter(~same)),
    ):
        if count:
            example = staged.examples(first, part)
            ledger.add(staged.table, code, "excluded", count, column=first, example=example)
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
