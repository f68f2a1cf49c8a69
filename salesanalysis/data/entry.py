"""Who owned an opportunity on the day it entered the pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from .snapshots import stage_rank

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from .derive import Work


def first_owner(work: Work) -> None:
    """Fill ``opportunities.entry_rep_id``: as exported, else first in the stage history, else the owner now.

    Counted by how it is known: ``entry_owner_from_history`` and ``entry_owner_is_current`` of the ledger.
    """
    if not work.has("opportunities.rep_id"):
        return
    rows = work.tables["opportunities"]
    told = rows.entry_rep_id if work.has("opportunities.entry_rep_id") else ibis.null("string")
    rows = rows.mutate(entry_told=told)
    is_seen = work.has("stage_history.rep_id")
    if is_seen:
        rows = rows.left_join(_first(work), rows.opportunity_id == _first(work).of).drop("of")
    else:
        rows = rows.mutate(entry_seen=ibis.null("string"))
    _count(work, rows)
    columns = [c for c in work.tables["opportunities"].columns if c != "entry_rep_id"]
    owner = ibis.coalesce(rows.entry_told, rows.entry_seen, rows.rep_id)
    found = rows.select(*columns, entry_rep_id=owner)
    if is_seen:
        work.put("opportunities", found)
    else:
        work.tables["opportunities"] = found  # a column renamed is not worth a copy


def _first(work: Work) -> ir.Table:
    """Return the rep of each opportunity's earliest stage that names one: columns ``of, entry_seen``."""
    past = work.tables["stage_history"]
    past = past.filter(past.rep_id.notnull())
    rank = stage_rank(past.stage, work.client.stages)
    order = [past.entered_on, rank, past.stage, past.rep_id]
    past = past.mutate(place=ibis.row_number().over(group_by=past.opportunity_id, order_by=order))
    return past.filter(past.place == 0).select(of=past.opportunity_id, entry_seen=past.rep_id)


def _count(work: Work, rows: ir.Table) -> None:
    is_told, is_seen = rows.entry_told.notnull(), rows.entry_seen.notnull()
    found = rows.aggregate(
        seen=rows.count(where=~is_told & is_seen),
        now=rows.count(where=~is_told & ~is_seen & rows.rep_id.notnull()),
    ).to_pandas()
    for code, column in (("entry_owner_from_history", "seen"), ("entry_owner_is_current", "now")):
        count = int(found[column].iloc[0])
        if count:
            work.ledger.add("opportunities", code, "info", count, column="entry_rep_id")
