"""Oracle of the pipeline: prospects, what comes in, stands open, is pushed, and what came of it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache

from kpi_oracle_base import DAY, Company, Fact, Oracle, Quantity, Row, inside


def is_open(o: Row, day: date) -> bool:
    """Tell whether an opportunity has entered and is not closed at the end of a day."""
    if o.created_on is None or o.created_on > day:
        return False
    return o.outcome == "open" if o.closed_on is None else o.closed_on > day


# Prospects ---------------------------------------------------------------------------------------


def _entry_owner(o: Row) -> str | None:
    return o.entry_rep_id or o.rep_id


@cache
def prospects(c: Company) -> list[Row]:
    """Return the first opportunity of each account, and all without an account."""
    rows = [o for o in c["opportunities"] if o.created_on]
    rows.sort(key=lambda o: (o.created_on, o.opportunity_id))
    first: dict[str, Row] = {}
    for o in rows:
        first.setdefault(f"account {o.account_id}" if o.account_id else f"alone {o.opportunity_id}", o)
    return list(first.values())


def new_prospects(c: Company, first: date, last: date) -> list[Fact]:
    rows = [o for o in prospects(c) if inside(o.created_on, first, last)]
    return [Fact(_entry_owner(o), o.created_on) for o in rows]


def _is_assigned(o: Row) -> bool:
    return o.entered_by == "import" or o.accepted_on is not None


def assigned(c: Company, first: date, last: date) -> list[Fact]:
    rows = [o for o in prospects(c) if inside(o.created_on, first, last) and _is_assigned(o)]
    return [Fact(_entry_owner(o), o.created_on) for o in rows]


def sourced(c: Company, first: date, last: date) -> list[Fact]:
    rows = [o for o in prospects(c) if inside(o.created_on, first, last) and not _is_assigned(o)]
    return [Fact(_entry_owner(o), o.created_on) for o in rows if o.entered_by == "rep"]


def entered(c: Company, first: date, last: date) -> list[Fact]:
    rows = [o for o in c["opportunities"] if inside(o.created_on, first, last)]
    return [Fact(_entry_owner(o), o.created_on) for o in rows]


def _timed(c: Company, first: date, last: date) -> list[Row]:
    return [x for x in c["leads"] if inside(x.created_on, first, last) and x.created_at is not None]


def leads_timed(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(x.rep_id, x.created_on) for x in _timed(c, first, last)]


def response_hours(c: Company, first: date, last: date) -> list[Fact]:
    found = []
    for x in _timed(c, first, last):
        if x.responded_at is not None and x.responded_at >= x.created_at:
            hours = (x.responded_at - x.created_at).total_seconds() / 3600
            found.append(Fact(x.rep_id, x.created_on, hours))
    return found


def leads_answered(c: Company, first: date, last: date) -> list[Fact]:
    return [f._replace(value=1.0) for f in response_hours(c, first, last)]


# What comes in and stands open -------------------------------------------------------------------


def created(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(o.rep_id, o.created_on) for o in c["opportunities"] if inside(o.created_on, first, last)]


def created_value(c: Company, first: date, last: date) -> list[Fact]:
    rows = [o for o in c["opportunities"] if inside(o.created_on, first, last)]
    return [Fact(o.rep_id, o.created_on, o.amount or 0) for o in rows]


def standing(what: str) -> Quantity:
    """Add over the opportunities open on the last day: their count, value, weighted value or age."""

    def of(o: Row, day: date) -> float:
        if what == "age":
            return (day - o.created_on).days
        weight = {"count": 1, "value": o.amount or 0, "weighted": (o.amount or 0) * (o.probability or 0)}
        return weight[what]

    return lambda c, first, last: [
        Fact(o.rep_id, last, of(o, last)) for o in c["opportunities"] if is_open(o, last)
    ]


open_count, open_days = standing("count"), standing("age")


def _was_open(o: Row, first: date, last: date) -> bool:
    """Tell whether an opportunity was open at the start of the period or entered in it."""
    is_sound = o.closed_on is not None or o.outcome == "open"  # closed, but nobody knows when: in no pipeline
    return is_open(o, first - DAY) or (is_sound and inside(o.created_on, first, last))


def in_pipeline(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(o.rep_id, last) for o in c["opportunities"] if _was_open(o, first, last)]


def won_of_pipeline(c: Company, first: date, last: date) -> list[Fact]:
    rows = [o for o in c["opportunities"] if _was_open(o, first, last) and o.outcome == "won"]
    return [Fact(o.rep_id, last) for o in rows if inside(o.closed_on, first, last)]


# Signs of standing still -------------------------------------------------------------------------


@cache
def won_p90(c: Company) -> Fraction | None:
    """Return the 90th percentile of the days that wins took, exactly; between two ranks in proportion."""
    won = [o for o in c["opportunities"] if o.outcome == "won" and o.created_on]
    took = sorted((o.closed_on - o.created_on).days for o in won if o.closed_on and o.closed_on <= c.as_of)
    if not took:
        return None
    place = Fraction(9 * (len(took) - 1), 10)
    low = took[int(place)]
    high = took[min(int(place) + 1, len(took) - 1)]
    return low + (place - int(place)) * (high - low)


def comparable(c: Company, first: date, last: date) -> list[Fact]:
    return open_count(c, first, last) if won_p90(c) is not None else []


def old(c: Company, first: date, last: date) -> list[Fact]:
    rows = [o for o in c["opportunities"] if won_p90(c) is not None and is_open(o, last)]
    return [Fact(o.rep_id, last) for o in rows if (last - o.created_on).days > won_p90(c)]


@cache
def _touches(c: Company) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    for a in c["activities"]:
        found.setdefault(a.opportunity_id, []).append(a.occurred_on)
    for s in c["stage_history"]:
        found.setdefault(s.opportunity_id, []).append(s.entered_on)
    return found


def stalled(c: Company, first: date, last: date) -> list[Fact]:
    """Open, and neither entered nor touched within the last 30 days."""
    found = []
    for o in c["opportunities"]:
        if is_open(o, last):
            touched = [d for d in _touches(c).get(o.opportunity_id, []) if o.created_on <= d <= last]
            if (last - max([o.created_on, *touched])).days >= 30:
                found.append(Fact(o.rep_id, last))
    return found


def _quarter(c: Company, day: date) -> int:
    """Number the quarters of the fiscal year in their order."""
    return (day.year * 12 + day.month - c.client.fiscal_year_start) // 3


def _moves(c: Company, first: date, last: date) -> list[tuple[Row, Row]]:
    """Return the changes of close dates in the period, of opportunities that were in the pipeline."""
    by_id = {o.opportunity_id: o for o in c["opportunities"] if o.created_on}
    found = []
    for m in c["close_date_changes"]:
        o = by_id.get(m.opportunity_id)
        if not o or not inside(m.changed_on, first, last) or m.changed_on < o.created_on:
            continue
        if m.changed_on <= o.closed_on if o.closed_on else o.outcome == "open":
            found.append((o, m))
    return found


def changes(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(o.rep_id, last) for o, _ in _moves(c, first, last)]


def pushed_at_all(c: Company, first: date, last: date) -> list[Fact]:
    known = [(o, m) for o, m in _moves(c, first, last) if m.old_close_on and m.new_close_on]
    return [Fact(o.rep_id, last, key=o.opportunity_id) for o, m in known if m.new_close_on > m.old_close_on]


def pushed(c: Company, first: date, last: date) -> list[Fact]:
    known = [(o, m) for o, m in _moves(c, first, last) if m.old_close_on and m.new_close_on]
    later = [(o, m) for o, m in known if _quarter(c, m.new_close_on) > _quarter(c, m.old_close_on)]
    return [Fact(o.rep_id, last, key=o.opportunity_id) for o, _ in later]


# What came of it ---------------------------------------------------------------------------------


def closing(what: str, *outcomes: str) -> Quantity:
    """Add over the opportunities closed in the period with an outcome: count, value, with a size, days."""

    def of(o: Row) -> float | None:
        if what == "sized":
            return 1 if (o.amount or 0) > 0 else None
        if what in ("days", "dated"):
            took = (o.closed_on - o.created_on).days if o.created_on else None
            return took if what == "days" or took is None else 1
        return 1 if what == "count" else o.amount or 0

    def facts(c: Company, first: date, last: date) -> list[Fact]:
        rows = [o for o in c["opportunities"] if o.outcome in outcomes and inside(o.closed_on, first, last)]
        return [Fact(o.rep_id, o.closed_on, of(o)) for o in rows if of(o) is not None]

    return facts


wins, closed = closing("count", "won"), closing("count", "won", "lost")
bookings, sized = closing("value", "won"), closing("sized", "won")
cycle_days, cycle_wins = closing("days", "won"), closing("dated", "won")


def old_enough(c: Company, first: date, last: date) -> list[Fact]:
    rows = [o for o in c["opportunities"] if inside(o.created_on, first, last)]
    return [Fact(o.rep_id, o.created_on) for o in rows if (c.as_of - o.created_on).days >= 90]


def won_within(c: Company, first: date, last: date) -> list[Fact]:
    rows = [o for o in c["opportunities"] if inside(o.created_on, first, last) and o.outcome == "won"]
    rows = [o for o in rows if (c.as_of - o.created_on).days >= 90 and o.closed_on]
    return [Fact(o.rep_id, o.created_on) for o in rows if (o.closed_on - o.created_on).days <= 90]


def _velocity(value, closed, won, sized, days, dated, standing) -> float:
    return standing * (won / closed) * (value / sized) / (days / dated)


PIPELINE = {
    "new_prospects": Oracle(new_prospects),
    "new_prospects.seed": Oracle(entered),
    "new_prospects.sourced": Oracle(sourced),
    "new_prospects.assigned": Oracle(assigned),
    "lead_response_time": Oracle(response_hours, leads_answered),
    "leads_answered": Oracle(leads_answered, leads_timed),
    "opportunities_created": Oracle(created),
    "pipeline_created": Oracle(created_value),
    "open_pipeline": Oracle(standing("value")),
    "weighted_pipeline": Oracle(standing("weighted")),
    "lead_age": Oracle(open_days, open_count),
    "lead_age.seed": Oracle(open_days, open_count),
    "old_lead_share": Oracle(old, comparable),
    "stalled_share": Oracle(stalled, open_count),
    "push_rate": Oracle(pushed, in_pipeline),
    "push_rate.any": Oracle(pushed_at_all, in_pipeline),
    "close_date_changes": Oracle(changes, in_pipeline),
    "wins": Oracle(wins),
    "losses": Oracle(closing("count", "lost")),
    "bookings": Oracle(bookings),
    "win_rate": Oracle(wins, closed),
    "win_rate.seed": Oracle(won_of_pipeline, in_pipeline),
    "win_rate.value": Oracle(bookings, closing("value", "won", "lost")),
    "win_rate.cohort": Oracle(won_within, old_enough),
    "average_deal_size": Oracle(bookings, sized),
    "sales_cycle": Oracle(cycle_days, cycle_wins),
    "sales_velocity": Oracle(bookings, closed, (wins, sized, cycle_days, cycle_wins, open_count), _velocity),
}
