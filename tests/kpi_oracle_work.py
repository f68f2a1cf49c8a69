"""Oracle of what reps do and of the reps themselves: activities, tasks, days worked, who stayed, ramp."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from kpi_oracle_base import Company, Fact, Oracle, Quantity, Row, days, inside
from kpi_oracle_quota import pieces

OUTREACH = {"call", "email", "voicemail", "meeting", "proposal", "follow_up"}


def acts(kind: str, *outcomes: str) -> Quantity:
    """Count the activities of a kind that happened in the period, those with one of the outcomes if given."""

    def count(c: Company, first: date, last: date) -> list[Fact]:
        rows = [a for a in c["activities"] if a.kind == kind and inside(a.occurred_on, first, last)]
        return [Fact(a.rep_id, a.occurred_on) for a in rows if not outcomes or a.outcome in outcomes]

    return count


calls = acts("call")
connects = acts("call", "connected", "conversation")
conversations = acts("call", "conversation")
meetings = acts("meeting", "held")
meetings_set = acts("meeting", "held", "no_show")
proposals = acts("proposal")


# Tasks: activities with a day on which they are due ---------------------------------------------


def _tasks(c: Company) -> list[Row]:
    return [a for a in c["activities"] if a.due_on]


def tasks_done(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(a.rep_id, a.completed_on) for a in _tasks(c) if inside(a.completed_on, first, last)]


def tasks_due(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(a.rep_id, a.due_on) for a in _tasks(c) if inside(a.due_on, first, last)]


def tasks_in_time(c: Company, first: date, last: date) -> list[Fact]:
    due = [a for a in _tasks(c) if inside(a.due_on, first, last)]
    return [Fact(a.rep_id, a.due_on) for a in due if a.completed_on and a.completed_on <= a.due_on]


def tasks_overdue(c: Company, first: date, last: date) -> list[Fact]:
    """Past their day and not done at the end of the last day."""
    late = [a for a in _tasks(c) if a.due_on < last]
    return [Fact(a.rep_id, last) for a in late if a.completed_on is None or a.completed_on > last]


def tasks_late(c: Company, first: date, last: date) -> list[Fact]:
    """Due in the period and not done on their day, which has passed by the end of the data."""
    due = [a for a in _tasks(c) if inside(a.due_on, first, last) and a.due_on < c.as_of]
    return [Fact(a.rep_id, a.due_on) for a in due if not (a.completed_on and a.completed_on <= a.due_on)]


# Days worked -------------------------------------------------------------------------------------


@cache
def on_leave(c: Company) -> frozenset[tuple[str, date]]:
    """Return every rep and day of leave."""
    return frozenset(
        (a.rep_id, day) for a in c["absences"] for day in days(a.starts_on, a.ends_on) if day < a.ends_on
    )


def is_employed(rep: Row, day: date) -> bool:
    """Tell whether a rep is employed on a day; unknown days of hire and leaving are no limit."""
    return (rep.hired_on is None or rep.hired_on <= day) and (rep.left_on is None or day < rep.left_on)


def rep_days(c: Company, first: date, last: date) -> list[Fact]:
    found = []
    for day in c.working_days(first, last):
        for rep in c["reps"]:
            if is_employed(rep, day) and (rep.rep_id, day) not in on_leave(c):
                found.append(Fact(rep.rep_id, day, 1.0 if rep.working_share is None else rep.working_share))
    return found


# Who stayed --------------------------------------------------------------------------------------


def _dated(c: Company) -> list[Row]:
    return [r for r in c["reps"] if r.hired_on]


def on_first_day(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(r.rep_id, last) for r in _dated(c) if is_employed(r, first)]


def stayed(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(r.rep_id, last) for r in _dated(c) if is_employed(r, first) and is_employed(r, last)]


def at_end(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(r.rep_id, last) for r in _dated(c) if is_employed(r, last)]


def at_start(c: Company, first: date, last: date) -> list[Fact]:
    before = first - timedelta(days=1)
    return [Fact(r.rep_id, before) for r in _dated(c) if is_employed(r, before)]


def hired(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(r.rep_id, r.hired_on) for r in _dated(c) if inside(r.hired_on, first, last)]


# Ramp: days from hire to the first event of a sort -----------------------------------------------


@cache
def _events(c: Company, sort: str) -> list[tuple[str, date]]:
    if sort == "outreach":
        return [(a.rep_id, a.occurred_on) for a in c["activities"] if a.kind in OUTREACH]
    if sort == "meeting":
        held = [a for a in c["activities"] if a.kind == "meeting" and a.outcome == "held"]
        return [(a.rep_id, a.occurred_on) for a in held]
    if sort == "accepted":
        return [(o.rep_id, o.accepted_on) for o in c["opportunities"] if o.accepted_on]
    if sort == "win":
        return [(o.rep_id, o.closed_on) for o in c["opportunities"] if o.outcome == "won" and o.closed_on]
    return [(p.rep, p.last) for p in pieces(c) if p.target > 0 and p.booked(c) >= 0.8 * p.target]


def _first(c: Company, rep: Row, sort: str) -> int | None:
    reached = [d for r, d in _events(c, sort) if r == rep.rep_id and rep.hired_on <= d <= c.as_of]
    return (min(reached) - rep.hired_on).days if reached else None


def ramped(sort: str) -> tuple[Quantity, Quantity]:
    """Return the days until the first event, and the count, of reps hired in the period who had one."""

    def found(c: Company, first: date, last: date) -> list[tuple[Row, int]]:
        new = [r for r in _dated(c) if inside(r.hired_on, first, last)]
        return [(r, waited) for r in new if (waited := _first(c, r, sort)) is not None]

    return (
        lambda c, first, last: [Fact(r.rep_id, r.hired_on, waited) for r, waited in found(c, first, last)],
        lambda c, first, last: [Fact(r.rep_id, r.hired_on) for r, _ in found(c, first, last)],
    )


_outreach = ramped("outreach")
_counts = {
    "calls": calls,
    "connects": connects,
    "conversations": conversations,
    "meetings": meetings,
    "proposals": proposals,
    "emails": acts("email"),
    "followups": acts("follow_up"),
    "tasks_done": tasks_done,
}
WORK = {
    **{name: Oracle(count) for name, count in _counts.items()},
    **{f"{name}.per_day": Oracle(count, rep_days) for name, count in _counts.items()},
    "tasks_overdue": Oracle(tasks_overdue),
    "tasks_overdue.per_day": Oracle(tasks_late, rep_days),
    "tasks_in_time": Oracle(tasks_in_time, tasks_due),
    "voicemails": Oracle(acts("voicemail")),
    "internal_meetings": Oracle(acts("internal_meeting")),
    "admin": Oracle(acts("admin")),
    "connect_rate": Oracle(connects, calls),
    "conversation_rate": Oracle(conversations, connects),
    "meeting_rate": Oracle(meetings, conversations),
    "show_rate": Oracle(meetings, meetings_set),
    "proposal_rate": Oracle(proposals, conversations),
    "rep_days": Oracle(rep_days),
    "rep_retention": Oracle(stayed, on_first_day),
    "rep_retention.seed": Oracle(at_end, at_start, (hired,), lambda end, start, new: (end - new) / start),
    "ramp_time": Oracle(*_outreach),
    "ramp_time.seed": Oracle(_outreach[0], hired),
    "ramp_started": Oracle(_outreach[1], hired),
    "ramp_time.meeting": Oracle(*ramped("meeting")),
    "ramp_time.accepted": Oracle(*ramped("accepted")),
    "ramp_time.win": Oracle(*ramped("win")),
    "ramp_time.goal": Oracle(*ramped("goal")),
}
