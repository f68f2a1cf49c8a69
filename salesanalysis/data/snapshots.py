"""Stage history and changes of close dates rebuilt from copies of the pipeline, or of what changed in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

    from .derive import Work


#: Share of rows in neighbouring copies under which the rows are no copies of a whole pipeline but changes.
FOLLOW = 0.5


def rebuild(work: Work) -> None:
    """Make ``stage_history`` and ``close_date_changes`` from ``snapshots`` where the export has none.

    A stage is entered on the day of the first copy that shows it, so its day can be late by the time between
    two copies, and a stage passed between them is not seen. That time is stated with the finding
    ``rebuilt_from_snapshots``.
    """
    if not work.has("snapshots.seen_on"):
        return
    resolution = ""
    for name, column, build in (
        ("stage_history", "stage", _stages),
        ("close_date_changes", "expected_close_on", _changes),
    ):
        if name in work.tables or not work.has(f"snapshots.{column}"):
            continue
        work.put(name, build(work))
        count = int(work.tables[name].count().to_pyarrow().as_py())
        resolution = resolution or _resolution(work.tables["snapshots"])
        work.ledger.add(name, "rebuilt_from_snapshots", "info", count, example=resolution)


def stage_rank(stage: ir.StringValue, stages: Sequence[str]) -> ir.IntegerValue:
    """Return the place of a stage in the client's order; stages not in it come last.

    Examples
    --------
    >>> stage_rank(ibis.literal("meeting"), ("qualified", "meeting")).execute()
    1
    """
    if not stages:
        return ibis.literal(0)
    places = [(stage == name, ibis.literal(i)) for i, name in enumerate(stages)]
    return ibis.cases(*places, else_=ibis.literal(len(stages)))


def _stages(work: Work) -> ir.Table:
    """Return one row each time the stage differs from the copy before.

    What stood in a stage already in the very first copy, and was created before it, entered it on a day
    nobody saw: it has no row (``entered_before_snapshots``).
    """
    seen = _owned(work.tables["snapshots"])
    seen = seen.filter(seen.stage.notnull())
    before = seen.stage.lag().over(group_by=seen.opportunity_id, order_by=seen.seen_on)
    seen = seen.mutate(before=before)
    seen = seen.filter(seen.before.isnull() | (seen.before != seen.stage))
    first_on = work.tables["snapshots"].seen_on.min().to_pandas()
    if work.has("opportunities.created_on"):
        created = work.tables["opportunities"].select(of="opportunity_id", created_on="created_on")
        seen = seen.left_join(created, seen.opportunity_id == created.of).drop("of")
    else:
        seen = seen.mutate(created_on=ibis.null("date"))
    if not pd.isna(first_on):
        first = ibis.literal(pd.Timestamp(first_on).date(), type="date")
        is_unseen = (seen.seen_on == first) & (seen.created_on.isnull() | (seen.created_on < first))
        count = int(seen.filter(is_unseen).count().to_pyarrow().as_py())
        if count:
            work.ledger.add("snapshots", "entered_before_snapshots", "info", count, column="stage")
        seen = seen.filter(~is_unseen)
    return seen.select("opportunity_id", "stage", entered_on=seen.seen_on, rep_id=seen.rep_id)


def _changes(work: Work) -> ir.Table:
    """Return one row each time the expected close date differs from the last one stated."""
    seen = _owned(work.tables["snapshots"])
    seen = seen.filter(seen.expected_close_on.notnull())
    before = seen.expected_close_on.lag().over(group_by=seen.opportunity_id, order_by=seen.seen_on)
    seen = seen.mutate(before=before)
    seen = seen.filter(seen.before.notnull(), seen.before != seen.expected_close_on)
    return seen.select(
        "opportunity_id",
        changed_on=seen.seen_on,
        old_close_on=seen.before,
        new_close_on=seen.expected_close_on,
        rep_id=seen.rep_id,
    )


def _owned(snapshots: ir.Table) -> ir.Table:
    return snapshots if "rep_id" in snapshots.columns else snapshots.mutate(rep_id=ibis.null("string"))


def _pairs(snapshots: ir.Table) -> tuple[int, int, float]:
    """Return rows, opportunities, and the share of an opportunity's rows that follow from copy to copy."""
    numbered = snapshots.select("opportunity_id", "seen_on")
    numbered = numbered.mutate(copy=ibis.dense_rank().over(order_by=numbered.seen_on))
    before = numbered.copy.lag().over(group_by=numbered.opportunity_id, order_by=numbered.seen_on)
    steps = numbered.mutate(step=numbered.copy - before)
    found = steps.aggregate(
        rows=steps.count(),
        opportunities=steps.opportunity_id.nunique(),
        next=steps.count(where=steps.step == 1),
        pairs=steps.step.count(),
    ).to_pandas()
    rows, opportunities, next_, pairs = (
        int(found[c].iloc[0]) for c in ("rows", "opportunities", "next", "pairs")
    )
    return rows, opportunities, next_ / pairs if pairs else 1.0


def _resolution(snapshots: ir.Table) -> str:
    """Say how many copies there are and how far apart they lie, or that rows are changes, each of its day."""
    rows, opportunities, follow = _pairs(snapshots)
    if follow < FOLLOW:
        return f"{rows:,} changes of {opportunities:,} opportunities, each on its own day"
    days = pd.to_datetime(snapshots.select("seen_on").distinct().order_by("seen_on").to_pandas()["seen_on"])
    gaps = days.diff().dt.days.dropna().astype(int)
    if gaps.empty:
        return f"1 copy, {days.iloc[0]:%Y-%m-%d}" if len(days) else "no copy"
    typical = int(gaps.median())
    spread = "" if gaps.min() == gaps.max() else f" (from {gaps.min()} to {gaps.max()})"
    return (
        f"{len(days)} copies from {days.iloc[0]:%Y-%m-%d} to {days.iloc[-1]:%Y-%m-%d}, {typical} days apart"
        f"{spread}: days are right to within that"
    )
