"""Signs of a pipeline that stands still: old opportunities, pushed close dates, days without a touch."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import ibis

from .base import Kpi, Measure
from .pipeline import in_pipeline, open_count
from .view import FOREVER, Tables, View, day

if TYPE_CHECKING:
    import ibis.expr.types as ir

_ = ibis._
#: Days without activity or change of stage after which an open opportunity stands still.
STALL_DAYS = 30
#: Quantile of the days that wins took, beyond which an open opportunity is old.
OLD = 0.9


def _opportunities(tables: Tables, *more: str) -> ir.Table:
    """Opportunities that are open or closed on a known day."""
    rows = tables["opportunities"]
    rows = rows.select(
        "opportunity_id",
        "rep_id",
        "outcome",
        "created_on",
        "closed_on",
        *more,
        account_id=tables.maybe("opportunities.account_id"),
    )
    return rows.filter(rows.created_on.notnull(), rows.closed_on.notnull() | (rows.outcome == "open"))


def _aged(tables: Tables) -> ir.Table:
    """Opportunities with ``won_days``: the days within which `OLD` of the wins known so far came.

    A quantile that every engine has: each win in its rank counts by how near the rank is to the one wanted.
    """
    rows = _opportunities(tables)
    won = rows.filter(rows.outcome == "won", rows.closed_on <= tables.last_day)
    won = won.select(days=won.closed_on.delta(won.created_on, unit="day").cast("float64"))
    won = won.mutate(place=ibis.row_number().over(order_by=won.days), wins=won.count().over())
    apart = (won.place - (won.wins - 1) * OLD).abs()
    near = ibis.ifelse(apart < 1, 1 - apart, 0.0)
    return rows.cross_join(won.aggregate(won_days=(won.days * near).sum()))


def _quiet(days: int, tables: Tables) -> ir.Table:
    """One row per opportunity and time without a touch: ``from_on`` is day `days` after the last one."""
    rows = _opportunities(tables)
    acts = tables["activities"]
    touches = [
        rows.select("opportunity_id", touched_on="created_on"),
        acts.select("opportunity_id", touched_on="occurred_on"),
    ]
    if tables.has("stage_history"):
        touches.append(tables["stage_history"].select("opportunity_id", touched_on="entered_on"))
    touch = ibis.union(*touches).rename(same="opportunity_id")
    both = rows.join(touch, [rows.opportunity_id == touch.same, touch.touched_on >= rows.created_on])
    over = ibis.window(group_by=both.opportunity_id, order_by=both.touched_on)
    following = both.touched_on.lead().over(over)
    return both.select(
        "opportunity_id",
        "rep_id",
        "account_id",
        from_on=(both.touched_on + ibis.interval(days=days)).cast("date"),
        until_on=ibis.least(
            ibis.coalesce(following, day(FOREVER)), ibis.coalesce(both.closed_on, day(FOREVER))
        ),
    )


def _pushes(tables: Tables) -> ir.Table:
    """Changes of close dates of opportunities while they were open, with the owner of the opportunity.

    ``is_later``: the new day is later; ``is_next``: it lies in a later quarter of the client's fiscal year.
    """
    rows = tables["close_date_changes"]
    rows = rows.select("changed_on", "old_close_on", "new_close_on", same="opportunity_id")
    whole = _opportunities(tables)
    ends = ibis.coalesce(whole.closed_on, day(FOREVER))
    both = whole.join(
        rows,
        [
            whole.opportunity_id == rows.same,
            rows.changed_on >= whole.created_on,
            rows.changed_on <= ends,
        ],
    )
    shift = (tables.client.fiscal_year_start - 1) % 3
    old, new = (_quarter(both[c], shift) for c in ("old_close_on", "new_close_on"))
    return both.select(
        "opportunity_id",
        "rep_id",
        "account_id",
        "changed_on",
        is_later=both.new_close_on > both.old_close_on,
        is_next=new > old,
    )


def _quarter(value: ir.DateColumn, shift: int) -> ir.IntegerColumn:
    """Number the quarters, those of a fiscal year that starts `shift` months into one."""
    months = value.year() * 12 + value.month() - 1 - shift
    return (months - (value.month() + 2 - shift) % 3).cast("int64")


def stalled_share(days: int) -> Kpi:
    """Return the share of open opportunities without activity or change of stage for `days` days.

    Examples
    --------
    >>> stalled_share(14).name
    'stalled_share.14d'
    """
    name = "" if days == STALL_DAYS else f"_{days}d"
    stalled = Measure(
        f"stalled{name}",
        View(f"quiet_times{name}", partial(_quiet, days)),
        "from_on",
        lambda t: t.count(),
        until="until_on",
    )
    return Kpi(
        f"stalled_share{name.replace('_', '.')}",
        (stalled, open_count),
        unit="share",
        better="lower",
        role="activity",
        formula_text=f"open opportunities untouched for {days} days ÷ open opportunities",
        record="opportunity_id",
    )


aged = View("aged_opportunities", _aged)
old_count = Measure(
    "old_count",
    aged,
    "created_on",
    lambda t: t.count(where=t.as_of_on.delta(t.created_on, unit="day") > t.won_days),
    until="closed_on",
)
comparable_count = Measure(
    "comparable_count", aged, "created_on", lambda t: t.won_days.count(), until="closed_on"
)
# Events seen as of the period's end, so that they belong to whom the pipeline they are set against does.
_pushed = partial(
    Measure, table=View("close_date_moves", _pushes), on="changed_on", until="changed_on", at="during"
)
pushed = _pushed("pushed", reduce=lambda t: t.opportunity_id.nunique(where=t.is_next))
pushed_at_all = _pushed("pushed_at_all", reduce=lambda t: t.opportunity_id.nunique(where=t.is_later))
close_dates_changed = _pushed("close_dates_changed", reduce=lambda t: t.count())

_BAD = {"better": "lower", "role": "objective", "record": "opportunity_id"}
HEALTH = (
    Kpi(
        "old_lead_share",
        (old_count, comparable_count),
        unit="share",
        formula_text=f"open opportunities older than {OLD:.0%} of the wins took ÷ open opportunities",
        **_BAD,
    ),
    stalled_share(STALL_DAYS),
    Kpi(
        "push_rate",
        (pushed, in_pipeline),
        unit="share",
        formula_text="opportunities whose close date moved to a later quarter ÷ open at the start + entered",
        **_BAD,
    ),
    Kpi(
        "push_rate.any",
        (pushed_at_all, in_pipeline),
        unit="share",
        formula_text="opportunities whose close date moved to a later day ÷ open at the start + entered",
        **_BAD,
    ),
    Kpi(
        "close_date_changes",
        (close_dates_changed, in_pipeline),
        unit="rate",
        formula_text="changes of close dates ÷ open at the start + entered",
        **_BAD,
    ),
)
