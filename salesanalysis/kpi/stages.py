"""Stages: how many opportunities move on from each, how long they stay, how long open ones stand there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import ibis

from .base import Kpi, Measure
from .view import Tables, View

if TYPE_CHECKING:
    import ibis.expr.types as ir

_ = ibis._


def _moves(tables: Tables) -> ir.Table:
    """Entries into stages up to the last day, and nothing else: windows over few columns are cheap.

    ``position`` orders the stages as the client declares them, and is missing where it does not.
    """
    rows = tables["stage_history"].select(
        "opportunity_id", "stage", "entered_on", mover=tables.maybe("stage_history.rep_id")
    )
    rows = rows.filter(rows.entered_on <= tables.last_day)
    order = [(rows.stage == stage, place) for place, stage in enumerate(tables.client.stages)]
    return rows.mutate(position=ibis.cases(*order) if order else ibis.null("int64"))


def _with_end(tables: Tables, rows: ir.Table, *more: str) -> ir.Table:
    """Give entries their opportunity's end as known on the last day, and the columns `more` of it.

    ``rep_id`` is the owner on the day of the entry where the history says it.
    """
    whole = tables["opportunities"]
    whole = whole.select(
        "rep_id",
        "outcome",
        "closed_on",
        *more,
        same="opportunity_id",
        account_id=tables.maybe("opportunities.account_id"),
    )
    rows = rows.join(whole, rows.opportunity_id == whole.same).drop("same")
    is_known = rows.closed_on.isnull() | (rows.closed_on <= tables.last_day)
    return rows.mutate(
        rep_id=ibis.coalesce(rows.mover, rows.rep_id),
        outcome=ibis.ifelse(is_known, rows.outcome, "open"),
        closed_on=ibis.ifelse(is_known, rows.closed_on, ibis.null("date")),
    ).drop("mover")


def _entries(tables: Tables) -> ir.Table:
    """One row per opportunity and stage it ever entered, at its first entry; coming back is no new entry.

    ``is_moved``: a later stage was reached afterwards, skipping or not, or the opportunity was won;
    ``is_left``: that, or it was closed otherwise. Where the client declares no order of stages, a stage is
    later than another where the opportunity first entered it later.
    """
    rows = _moves(tables)
    by_time = [rows.entered_on, rows.position, rows.stage]
    since = ibis.window(group_by=rows.opportunity_id, order_by=by_time, preceding=0, following=None)
    visit = ibis.row_number().over(group_by=[rows.opportunity_id, rows.stage], order_by=by_time)
    rows = rows.mutate(furthest=rows.position.max().over(since), visit=visit)
    first = rows.filter(rows.visit == 0)
    if tables.client.stages:
        is_later = ibis.coalesce(first.furthest > first.position, False)
    else:
        following = ibis.window(group_by=first.opportunity_id, order_by=[first.entered_on, first.stage])
        is_later = first.stage.lead().over(following).notnull()
    first = first.mutate(is_later=is_later).drop("position").drop("furthest").drop("visit")
    first = _with_end(tables, first)
    is_moved = first.is_later | (first.outcome == "won")
    return first.mutate(is_moved=is_moved, is_left=is_moved | (first.outcome == "lost")).drop("is_later")


def _stays(tables: Tables, *more: str) -> ir.Table:
    """One row per unbroken stay of an opportunity in a stage, from ``entered_on`` up to ``left_on``."""
    rows = _moves(tables)
    over = ibis.window(group_by=rows.opportunity_id, order_by=[rows.entered_on, rows.position, rows.stage])
    rows = rows.mutate(before=rows.stage.lag().over(over))
    rows = rows.filter(rows.before.isnull() | (rows.before != rows.stage))
    over = ibis.window(group_by=rows.opportunity_id, order_by=[rows.entered_on, rows.position, rows.stage])
    rows = rows.mutate(next_on=rows.entered_on.lead().over(over)).drop("before").drop("position")
    rows = _with_end(tables, rows, *more)
    # Whatever is written down later, a stay ends with the close at the latest.
    earlier = ibis.least(rows.next_on, rows.closed_on)
    rows = rows.mutate(left_on=ibis.coalesce(earlier, rows.next_on, rows.closed_on)).drop("next_on")
    # A closed opportunity whose close date is unknown would stay in its last stage for ever.
    return rows.filter(rows.left_on.notnull() | (rows.outcome == "open"))


def _valued_stays(tables: Tables) -> ir.Table:
    """Stays with the amount, and the share won of all closed opportunities that ever were in the stage."""
    rows, past = _stays(tables, "amount"), _entries(tables)
    past = past.filter(past.outcome.isin(["won", "lost"]))
    rates = past.group_by(past_stage=past.stage).agg(
        stage_rate=past.count(where=past.outcome == "won").cast("float64") / past.count()
    )
    return rows.left_join(rates, rows.stage == rates.past_stage).drop("past_stage")


def _days(t: ir.Table) -> ir.IntegerColumn:
    return t.left_on.delta(t.entered_on, unit="day")


stage_entries = View("stage_entries", _entries)
stage_stays = View("stage_stays", _stays)
_flow = partial(Measure, table=stage_entries, on="entered_on")
stages_entered = _flow("stages_entered", reduce=lambda t: t.count())
stages_moved = _flow("stages_moved", reduce=lambda t: t.count(where=t.is_moved))
stages_left = _flow("stages_left", reduce=lambda t: t.count(where=t.is_left))

_ended = partial(Measure, table=stage_stays, on="left_on")
stays_ended = _ended("stays_ended", reduce=lambda t: t.count(where=_days(t) >= 0))
stay_days = _ended("stay_days", reduce=lambda t: _days(t).sum(where=_days(t) >= 0))
stay_days_squared = _ended(
    "stay_days_squared", reduce=lambda t: (_days(t) * _days(t)).sum(where=_days(t) >= 0)
)

_standing = partial(Measure, table=stage_stays, on="entered_on", until="left_on")
stages_standing = _standing("stages_standing", reduce=lambda t: t.count())
standing_days = _standing("standing_days", reduce=lambda t: t.as_of_on.delta(t.entered_on, unit="day").sum())
weighted_by_stage = Measure(
    "weighted_by_stage",
    View("valued_stays", _valued_stays),
    "entered_on",
    lambda t: (t.amount * t.stage_rate).sum(),
    until="left_on",
)

STAGES = (
    Kpi(
        "stage_rate",
        (stages_moved, stages_entered),
        unit="share",
        role="objective",
        formula_text="first entries into a stage that moved on or were won ÷ first entries",
        record="opportunity_id",
    ),
    Kpi(
        "stage_rate.decided",
        (stages_moved, stages_left),
        unit="share",
        role="objective",
        formula_text="first entries that moved on or were won ÷ those that moved on or were closed",
        record="opportunity_id",
    ),
    Kpi(
        "time_in_stage",
        (stay_days, stays_ended),
        unit="days",
        better="lower",
        role="objective",
        squares=stay_days_squared,
        minimum_base=5,
        formula_text="days from entering a stage to leaving it ÷ stays that ended",
        record="opportunity_id",
    ),
    Kpi(
        "time_in_stage.open",
        (standing_days, stages_standing),
        unit="days",
        better="lower",
        role="objective",
        minimum_base=5,
        formula_text="days since entering the present stage ÷ open opportunities with a stage",
        record="opportunity_id",
    ),
)
