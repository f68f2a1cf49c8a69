"""Oracle of quotas: the goal of each rep on each day, attainment, and what covers the rest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import cache

from kpi_oracle_base import DAY, Company, Fact, Oracle, days, inside
from kpi_oracle_pipeline import is_open

from salesanalysis.core.period import Period


@dataclass(frozen=True)
class Piece:
    """Days on end, `first` to `last`, on which one goal is a rep's quota: the target of these days."""

    rep: str
    first: date
    last: date
    target: float
    daily: float

    def booked(self, c: Company, until: date = date.max) -> float:
        """Return what the rep won on these days, up to a day."""
        won = [o for o in c["opportunities"] if o.rep_id == self.rep and o.outcome == "won"]
        return math.fsum(o.amount or 0 for o in won if inside(o.closed_on, self.first, min(self.last, until)))


@cache
def pieces(c: Company) -> list[Piece]:
    """Return the quotas of all reps: on each day the goal of the shortest period that has the day."""
    goals: dict[str, list[tuple[Period, float]]] = {}
    for g in c["goals"]:
        if g.kpi == "bookings" and g.scope == "rep" and g.scope_id:
            period = Period.parse(g.period, fiscal_start=c.client.fiscal_year_start)
            goals.setdefault(g.scope_id, []).append((period, g.target))
    found = []
    for rep, mine in goals.items():
        start, end = min(p.start for p, _ in mine), max(p.end for p, _ in mine)
        standing, begun = None, start
        for day in days(start, end):  # on the last of these days nothing stands any more
            of_day = [goal for goal in mine if day in goal[0]]
            now = min(of_day, key=lambda goal: goal[0].days) if of_day else None
            if now != standing:
                if standing:
                    found.append(_piece(c, rep, begun, day - DAY, *standing))
                standing, begun = now, day
    return found


def _piece(c: Company, rep: str, first: date, last: date, period: Period, target: float) -> Piece:
    daily = target / max(len(c.working_days(period.start, period.last_day)), 1)
    whole = (first, last) == (period.start, period.last_day)
    here = target if whole else daily * len(c.working_days(first, last))
    return Piece(rep, first, last, here, daily)


def quota_bookings(c: Company, first: date, last: date) -> list[Fact]:
    won = [o for o in c["opportunities"] if o.outcome == "won" and inside(o.closed_on, first, last)]
    return [
        Fact(o.rep_id, o.closed_on, o.amount or 0)
        for o in won
        if any(p.rep == o.rep_id and inside(o.closed_on, p.first, p.last) for p in pieces(c))
    ]


def quota_so_far(c: Company, first: date, last: date) -> list[Fact]:
    return [
        Fact(p.rep, day, p.daily)
        for p in pieces(c)
        for day in c.working_days(max(first, p.first), min(last, p.last))
    ]


def _running(c: Company, day: date) -> list[Piece]:
    return [p for p in pieces(c) if p.first <= day <= p.last]


def quota_standing(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(p.rep, last, p.target) for p in _running(c, last)]


def quota_booked(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(p.rep, last, p.booked(c, last)) for p in _running(c, last)]


def quota_pipeline(c: Company, first: date, last: date) -> list[Fact]:
    reps = {p.rep for p in _running(c, last)}
    rows = [o for o in c["opportunities"] if o.rep_id in reps and is_open(o, last)]
    return [Fact(o.rep_id, last, o.amount or 0) for o in rows]


def _covered(pipeline: float, quota: float, booked: float) -> float:
    return pipeline / (quota - booked) if quota > booked else math.nan


QUOTA = {
    "quota_attainment": Oracle(quota_bookings, quota_so_far),
    "pipeline_coverage": Oracle(quota_pipeline, quota_standing, (quota_booked,), _covered),
}
