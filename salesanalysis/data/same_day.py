"""Several records of one opportunity and day become one, where the source says what time they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from .derive import Work

#: What a table keeps that are left out here, by the finding's name.
SAME_DAY = "same_day"


def merge(work: Work) -> None:
    """Keep the last copy of a day, and of the close date changes of a day what they come to.

    A history that writes a row at every save (Salesforce, HubSpot) has many on the day an opportunity is
    made; days are all that is analysed. The rows left out are counted as ``same_day``.
    """
    if work.has("snapshots.seen_at"):
        rows = work.tables["snapshots"]
        _put(work, "snapshots", _at(rows, "seen_on", "seen_at", is_last=True))
    if work.has("close_date_changes.changed_at"):
        _put(work, "close_date_changes", _changes(work.tables["close_date_changes"]))


def _put(work: Work, name: str, fewer: ir.Table) -> None:
    before = work.tables[name]
    found = [int(table.count().to_pyarrow().as_py()) for table in (before, fewer)]
    if found[0] > found[1]:
        work.put(name, fewer)
        work.ledger.add(name, SAME_DAY, "excluded", found[0] - found[1])


def _at(rows: ir.Table, day: str, time: str, *, is_last: bool) -> ir.Table:
    """Return the first or last row of each opportunity and day; of one time, by its other columns."""
    rest = [rows[c] for c in sorted(rows.columns) if c not in ("opportunity_id", day, time)]
    order = [rows[time].isnull(), rows[time], *rest]
    if is_last:
        order = [order[0], *(value.desc() for value in order[1:])]
    place = ibis.row_number().over(group_by=[rows.opportunity_id, rows[day]], order_by=order)
    numbered = rows.mutate(place=place)
    return numbered.filter(numbered.place == 0).drop("place")


def _changes(rows: ir.Table) -> ir.Table:
    """Return one change a day: from the date before its first to that after its last, if they differ."""
    last = _at(rows, "changed_on", "changed_at", is_last=True)
    if "old_close_on" not in rows.columns:
        return last
    first = _at(rows, "changed_on", "changed_at", is_last=False)
    first = first.select(of="opportunity_id", day="changed_on", was="old_close_on")
    whole = last.left_join(first, [last.opportunity_id == first.of, last.changed_on == first.day])
    whole = whole.mutate(old_close_on=whole.was)
    is_change = whole.old_close_on.isnull() | whole.new_close_on.isnull()
    return whole.filter(is_change | (whole.old_close_on != whole.new_close_on)).select(*rows.columns)
