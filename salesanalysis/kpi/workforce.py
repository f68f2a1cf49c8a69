"""The reps themselves: days they worked, who stayed, how long new ones took to begin."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import ibis

from .base import Kpi, Measure
from .quota import quotas
from .view import FOREVER, Tables, View, day

if TYPE_CHECKING:
    import ibis.expr.types as ir

_ = ibis._
_SEED = "Nine KPIs of sales performance (article 001)"
#: What a rep does towards prospects; meetings with colleagues and paperwork are no outreach.
OUTREACH = ("call", "email", "voicemail", "meeting", "proposal", "follow_up")
#: Share of its goal that the first period of a ramped rep reaches.
RAMPED = 0.8


def _careers(tables: Tables) -> ir.Table:
    """One row per rep: ``rep_id, hired_on, left_on, working_share``."""
    reps = tables["reps"].select(
        "rep_id",
        "hired_on",
        left_on=tables.maybe("reps.left_on"),
        working_share=tables.maybe("reps.working_share"),
    )
    return reps.group_by("rep_id").agg(**{c: reps[c].max() for c in ("hired_on", "left_on", "working_share")})


def _rep_days(tables: Tables) -> ir.Table:
    """One row per rep and working day employed and not on leave: ``rep_id, day_on, share`` of a day."""
    reps = tables["reps"]
    reps = reps.select(
        "rep_id",
        hired_on=ibis.coalesce(tables.maybe("reps.hired_on"), ibis.literal("1900-01-01").cast("date")),
        left_on=ibis.coalesce(tables.maybe("reps.left_on"), day(FOREVER)),
        share=ibis.coalesce(tables.maybe("reps.working_share"), 1.0),
    )
    one = reps.group_by("rep_id").agg(**{c: reps[c].max() for c in ("hired_on", "left_on", "share")})
    days = tables.calendar()
    worked = one.join(days, [days.day_on >= one.hired_on, days.day_on < one.left_on])
    worked = worked.select("rep_id", "day_on", "share")
    if not tables.has("absences"):
        return worked
    away = tables["absences"].select("rep_id", "starts_on", "ends_on")
    same_day = [
        worked.rep_id == away.rep_id,
        worked.day_on >= away.starts_on,
        worked.day_on < away.ends_on,
    ]
    return worked.anti_join(away, same_day)


careers = View("careers", _careers)
rep_days_view = View("rep_days", _rep_days)
#: Working days of all reps: employed, not on leave, part-timers by their share.
rep_days = Measure("rep_days", rep_days_view, "day_on", lambda t: t.share.sum())


def per_day(kpi: Kpi, measure: Measure | None = None) -> Kpi:
    """Return `kpi` a rep and working day; `measure` where what is counted is not the KPI's own sum.

    Examples
    --------
    >>> calls = Measure("calls", "activities", "occurred_on", lambda t: t.count(where=t.kind == "call"))
    >>> per_day(Kpi("calls", (calls,))).formula
    'calls ÷ rep_days'
    """
    return Kpi(
        f"{kpi.name}.per_day",
        (measure or kpi.measures[0], rep_days),
        unit="rate",
        better=kpi.better,
        role=kpi.role,
        source=kpi.source,
        record=kpi.record,
    )


# Who is employed: the first day counts, so does the last one; `left_on` is the day after it.
_begun = {"table": careers, "on": "hired_on", "until": "left_on"}
reps_on_first_day = Measure(
    "reps_on_first_day",
    **_begun,
    reduce=lambda t: t.count(
        where=(t.hired_on <= t.first_on) & (t.left_on.isnull() | (t.left_on > t.first_on))
    ),
    at="during",
)
reps_stayed = Measure(
    "reps_stayed",
    **_begun,
    reduce=lambda t: t.count(
        where=(t.hired_on <= t.first_on) & (t.left_on.isnull() | (t.left_on > t.as_of_on))
    ),
    at="during",
)
reps_at_end = Measure("reps_at_end", **_begun, reduce=lambda t: t.count())
reps_before = Measure("reps_before", **_begun, reduce=lambda t: t.count(), at="start")
reps_hired = Measure("reps_hired", careers, "hired_on", lambda t: t.count())


def _ramp(name: str, firsts: Callable[[Tables], ir.Table]) -> tuple[Measure, Measure, Measure, Measure]:
    """Return sums over the reps hired in a period: days to the first of `firsts`, squares, begun, all.

    `firsts` returns ``rep_id, reached_on`` of everything that counts; what lies before the first day of work
    or after the data is left out.
    """

    def build(tables: Tables) -> ir.Table:
        reps = tables["reps"].select("rep_id", "hired_on")
        reps = reps.group_by("rep_id").agg(hired_on=reps.hired_on.max())
        events = firsts(tables)
        since = reps.select(whose="rep_id", since="hired_on")
        events = events.join(since, events.rep_id == since.whose)
        events = events.filter(_.reached_on >= _.since, _.reached_on <= tables.last_day)
        first = events.group_by("rep_id").agg(reached_on=_.reached_on.min())
        found = reps.left_join(first, "rep_id")
        days = found.reached_on.delta(found.hired_on, unit="day")
        return found.select("rep_id", "hired_on", "reached_on", days=days.cast("int64"))

    view = View(f"reps_to_{name}", build)
    return (
        Measure(f"days_to_{name}", view, "hired_on", lambda t: t.days.sum()),
        Measure(f"days_to_{name}_squared", view, "hired_on", lambda t: (t.days * t.days).sum()),
        Measure(f"reps_with_{name}", view, "hired_on", lambda t: t.reached_on.count()),
        Measure(f"reps_awaiting_{name}", view, "hired_on", lambda t: t.count()),
    )


def _activities(tables: Tables, *columns: str) -> ir.Table:
    return tables["activities"].select("rep_id", "kind", *columns, reached_on="occurred_on")


def _opportunities(tables: Tables, day_column: str, *columns: str) -> ir.Table:
    return tables["opportunities"].select("rep_id", *columns, reached_on=day_column)


def _goals_reached(tables: Tables) -> ir.Table:
    """Last days of the periods in which a rep booked at least `RAMPED` of the goal."""
    goal, won = quotas(tables), tables["opportunities"]
    won = won.select("rep_id", "closed_on", "outcome", "amount").filter(_.outcome == "won")
    won = won.select(seller="rep_id", closed_on="closed_on", amount="amount")
    inside = [goal.rep_id == won.seller, won.closed_on >= goal.starts_on, won.closed_on < goal.ends_on]
    sold = goal.join(won, inside).group_by(["rep_id", "starts_on", "ends_on", "target"])
    sold = sold.agg(booked=_.amount.sum()).filter(_.booked >= RAMPED * _.target, _.target > 0)
    last = (sold.ends_on - ibis.interval(days=1)).cast("date")
    return sold.select("rep_id", reached_on=last)


_outreach = _ramp("outreach", lambda t: _activities(t).filter(_.kind.isin(OUTREACH)))
_meeting = _ramp(
    "meeting",
    lambda t: _activities(t, "outcome").filter(_.kind == "meeting", _.outcome == "held"),
)
_accepted = _ramp("acceptance", lambda t: _opportunities(t, "accepted_on"))
_win = _ramp("win", lambda t: _opportunities(t, "closed_on", "outcome").filter(_.outcome == "won"))
_goal = _ramp("goal", _goals_reached)


def _ramp_kpi(name: str, sums: tuple[Measure, ...], formula: str = "") -> Kpi:
    days, squares, reached, _all = sums
    return Kpi(
        name,
        (days, reached),
        unit="days",
        better="lower",
        squares=squares,
        minimum_base=5,
        source=_SEED,
        formula_text=formula,
        record="rep_id",
    )


WORKFORCE = (
    Kpi("rep_days", (rep_days,), unit="days", record="rep_id"),
    Kpi(
        "rep_retention",
        (reps_stayed, reps_on_first_day),
        unit="share",
        source=_SEED,
        formula_text="employed on the first day and still on the last ÷ employed on the first day",
        record="rep_id",
    ),
    Kpi(
        "rep_retention.seed",
        (reps_at_end, reps_before, reps_hired),
        unit="share",
        combine=lambda s: (s["reps_at_end"] - s["reps_hired"]) / s["reps_before"],
        source=_SEED,
        formula_text="(reps_at_end − reps_hired) ÷ reps_before",
        record="rep_id",
    ),
    _ramp_kpi("ramp_time", _outreach, "days from hire to first outreach ÷ new reps with an outreach"),
    Kpi(
        "ramp_time.seed",
        (_outreach[0], _outreach[3]),
        unit="days",
        better="lower",
        squares=_outreach[1],
        minimum_base=5,
        source=_SEED,
        formula_text="days from hire to first outreach ÷ new reps",
        record="rep_id",
    ),
    Kpi(
        "ramp_started",
        (_outreach[2], _outreach[3]),
        unit="share",
        source=_SEED,
        formula_text="new reps with an outreach ÷ new reps",
        record="rep_id",
    ),
    _ramp_kpi("ramp_time.meeting", _meeting),
    _ramp_kpi("ramp_time.accepted", _accepted),
    _ramp_kpi("ramp_time.win", _win),
    _ramp_kpi(
        "ramp_time.goal",
        _goal,
        f"days from hire to the last day of the first goal period with ≥ {RAMPED:.0%}",
    ),
)
