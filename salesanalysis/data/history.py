"""History of teams and roles made sound: every stretch has an end where the next begins, none overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from ..core.history import ATTRIBUTES
from .days import literal

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from .derive import Work


def mend(work: Work) -> None:
    """End each stretch of ``rep_history`` where the rep's next one begins, at the latest.

    An end before its start is set aside (``ends_before_start``). An end that is missing is filled from the
    next start (the last one stays open); one that lies after it is moved there and counted as
    ``overlapping_history``. A rep whose stretch of today says otherwise than the table of reps is counted as
    ``history_disagrees``.
    """
    if not work.has("rep_history.starts_on"):
        return
    past = work.tables["rep_history"]
    stated = _stated(work, past)
    following = past.starts_on.lead().over(group_by=past.rep_id, order_by=past.starts_on)
    past = past.mutate(stated_on=stated, next_on=following)
    _overlaps(work, past)
    end = ibis.coalesce(past.stated_on, past.next_on)
    is_late = past.next_on.notnull() & (end > past.next_on)
    past = past.mutate(ends_on=ibis.ifelse(is_late, past.next_on, end))
    work.put("rep_history", past.drop("stated_on", "next_on"))
    _disagreements(work)


def _stated(work: Work, past: ir.Table) -> ir.DateValue:
    """Return the ends that the source states, without those before their start."""
    if "ends_on" not in past.columns:
        return ibis.null("date")
    is_wrong = past.ends_on < past.starts_on
    wrong = past.filter(is_wrong)
    count = int(wrong.count().to_pyarrow().as_py())
    if count:
        one = wrong.order_by("rep_id", "starts_on").limit(1).to_pandas().iloc[0]
        example = f"rep_id '{one['rep_id']}': {one['starts_on']:%Y-%m-%d} to {one['ends_on']:%Y-%m-%d}"
        work.ledger.add(
            "rep_history", "ends_before_start", "warning", count, column="ends_on", example=example
        )
    return ibis.ifelse(is_wrong, ibis.null("date"), past.ends_on)


def _overlaps(work: Work, past: ir.Table) -> None:
    late = past.filter(past.stated_on > past.next_on)
    count = int(late.count().to_pyarrow().as_py())
    if not count:
        return
    first = late.order_by("rep_id", "starts_on").limit(1).to_pandas().iloc[0]
    example = (
        f"rep_id '{first['rep_id']}': the stretch from {first['starts_on']:%Y-%m-%d} ends on "
        f"{first['stated_on']:%Y-%m-%d}, the next begins on {first['next_on']:%Y-%m-%d}"
    )
    work.ledger.add("rep_history", "overlapping_history", "warning", count, column="ends_on", example=example)


def _disagreements(work: Work) -> None:
    both = [a for a in ATTRIBUTES if work.has(f"reps.{a}") and work.has(f"rep_history.{a}")]
    past, reps = work.tables["rep_history"], work.tables["reps"]
    today = literal(work.as_of)
    past = past.filter(past.starts_on <= today, past.ends_on.isnull() | (past.ends_on > today))
    now = reps.select("rep_id", **{f"now_{a}": reps[a] for a in both})
    held = past.inner_join(now, "rep_id")
    for name in both:
        other = held.filter(held[name] != held[f"now_{name}"])
        found = other.aggregate(n=other.count(), example=other.rep_id.min()).to_pandas().iloc[0]
        if found["n"]:
            work.ledger.add(
                "rep_history",
                "history_disagrees",
                "warning",
                int(found["n"]),
                column=name,
                example=f"rep_id '{found['example']}' on {work.as_of}; the history stands",
            )
