"""Oracle of stages: which first entries moved on, how long stays took, what stands in a stage now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from kpi_oracle_base import Company, Fact, Oracle, Row, inside


@dataclass(frozen=True)
class Stay:
    """An unbroken time of an opportunity in a stage; `until` is the day it left, None: it has not."""

    stage: str
    rep: str | None
    since: date
    until: date | None
    amount: float | None


@cache
def _entries(c: Company) -> list[tuple[Row, list[Row]]]:
    """Return each opportunity with its entries into stages in order.

    Several on a day stand in the order of the stages that the client declares, then by name.
    """
    stages = list(c.client.stages)
    place = {stage: k for k, stage in enumerate(stages)}
    found: dict[str, list[Row]] = {}
    for s in c["stage_history"]:
        if s.entered_on <= c.as_of:
            found.setdefault(s.opportunity_id, []).append(s)
    for rows in found.values():
        rows.sort(key=lambda s: (s.entered_on, place.get(s.stage, len(stages)), s.stage))
    by_id = {o.opportunity_id: o for o in c["opportunities"]}
    return [(by_id[k], rows) for k, rows in found.items() if k in by_id]


@cache
def first_entries(c: Company) -> list[tuple[Row, Row, bool]]:
    """Return opportunity, first entry into a stage, and whether a later stage was reached afterwards."""
    stages, found = list(c.client.stages), []
    for o, rows in _entries(c):
        seen: list[str] = []
        for k, s in enumerate(rows):
            if s.stage in seen:
                continue
            seen.append(s.stage)
            after = {r.stage for r in rows[k + 1 :]}
            if stages:
                is_later = s.stage in stages and any(
                    stage in stages and stages.index(stage) > stages.index(s.stage) for stage in after
                )
            else:  # no order declared: a stage first entered later is a later stage
                is_later = bool(after - set(seen))
            found.append((o, s, is_later))
    return found


@cache
def stays(c: Company) -> list[Stay]:
    """Return all stays; one ends with the entry into another stage or, at the latest, with the close."""
    found = []
    for o, rows in _entries(c):
        runs = [s for k, s in enumerate(rows) if k == 0 or rows[k - 1].stage != s.stage]
        for k, s in enumerate(runs):
            ends = [runs[k + 1].entered_on] if k + 1 < len(runs) else []
            ends += [o.closed_on] if o.closed_on and o.closed_on <= c.as_of else []
            if ends and min(ends) < s.entered_on:
                continue  # written down after the close: it was never in the stage
            if ends or o.outcome == "open":
                until = min(ends) if ends else None
                found.append(Stay(s.stage, s.rep_id or o.rep_id, s.entered_on, until, o.amount))
    return found


def _owner(o: Row, s: Row) -> str | None:
    return s.rep_id or o.rep_id


def entered(c: Company, first: date, last: date) -> list[Fact]:
    rows = [(o, s) for o, s, _ in first_entries(c) if inside(s.entered_on, first, last)]
    return [Fact(_owner(o, s), s.entered_on) for o, s in rows]


def moved(c: Company, first: date, last: date) -> list[Fact]:
    rows = [x for x in first_entries(c) if inside(x[1].entered_on, first, last)]
    return [Fact(_owner(o, s), s.entered_on) for o, s, is_later in rows if is_later or o.outcome == "won"]


def decided(c: Company, first: date, last: date) -> list[Fact]:
    rows = [x for x in first_entries(c) if inside(x[1].entered_on, first, last)]
    return [Fact(_owner(o, s), s.entered_on) for o, s, later in rows if later or o.outcome in ("won", "lost")]


def ended(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(s.rep, s.until) for s in stays(c) if inside(s.until, first, last)]


def stay_days(c: Company, first: date, last: date) -> list[Fact]:
    rows = [s for s in stays(c) if inside(s.until, first, last)]
    return [Fact(s.rep, s.until, (s.until - s.since).days) for s in rows]


def _present(c: Company, day: date) -> list[Stay]:
    return [s for s in stays(c) if s.since <= day and (s.until is None or s.until > day)]


def standing(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(s.rep, last) for s in _present(c, last)]


def standing_days(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(s.rep, last, (last - s.since).days) for s in _present(c, last)]


@cache
def _won_share(c: Company, stage: str) -> float | None:
    """Return the share won of the closed opportunities that ever were in a stage."""
    ends = [o.outcome for o, s, _ in first_entries(c) if s.stage == stage and o.outcome in ("won", "lost")]
    return ends.count("won") / len(ends) if ends else None


def weighted(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(s.rep, last, (s.amount or 0) * (_won_share(c, s.stage) or 0)) for s in _present(c, last)]


STAGES = {
    "stage_rate": Oracle(moved, entered),
    "stage_rate.decided": Oracle(moved, decided),
    "time_in_stage": Oracle(stay_days, ended),
    "time_in_stage.open": Oracle(standing_days, standing),
    "weighted_pipeline.stage": Oracle(weighted),
}
