"""Oracle of the roles: what SDRs hand over, what AEs accept, win and coach."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

from kpi_oracle_base import DAY, Company, Fact, Oracle, Quantity, Row, inside
from kpi_oracle_work import calls, is_employed, on_leave

SDR_NAMES = ("SDR", "BDR", "SALES DEVELOPMENT", "BUSINESS DEVELOPMENT REP")


def handed(test: Callable[[Row], bool] = lambda x: True) -> Quantity:
    """Count the leads handed over in the period that pass a test, for who handed them over."""
    return lambda c, first, last: [
        Fact(x.rep_id, x.handed_on) for x in c["leads"] if inside(x.handed_on, first, last) and test(x)
    ]


def received(test: Callable[[Row], bool]) -> Quantity:
    """Count them for the AE they were handed to."""
    return lambda c, first, last: [
        Fact(x.handed_to, x.handed_on)
        for x in c["leads"]
        if x.handed_to and inside(x.handed_on, first, last) and test(x)
    ]


def prospects_handed(c: Company, first: date, last: date) -> list[Fact]:
    rows = [x for x in c["leads"] if inside(x.handed_on, first, last)]
    return [Fact(x.rep_id, x.handed_on, key=x.account_id or x.lead_id) for x in rows]


def months_in_role(c: Company, first: date, last: date) -> list[Fact]:
    """Each working day as an SDR, not on leave, is its part of the working days of its month."""
    found = []
    for day in c.working_days(first, last):
        part = _part_of_month(c, day.replace(day=1))
        for rep in c["reps"]:
            role = (c.attribute(rep.rep_id, day, "role") or "").upper()
            is_sdr = any(name in role for name in SDR_NAMES)
            if is_sdr and is_employed(rep, day) and (rep.rep_id, day) not in on_leave(c):
                found.append(Fact(rep.rep_id, day, part))
    return found


@cache
def _part_of_month(c: Company, first: date) -> float:
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return 1 / len(c.working_days(first, following - DAY))


def became(*outcomes: str) -> Quantity:
    """Count the leads handed over in the period whose opportunity ended so."""

    def facts(c: Company, first: date, last: date) -> list[Fact]:
        ends = {o.opportunity_id: o.outcome for o in c["opportunities"]}
        rows = [x for x in c["leads"] if inside(x.handed_on, first, last) and x.opportunity_id]
        return [Fact(x.rep_id, x.handed_on) for x in rows if ends.get(x.opportunity_id) in outcomes]

    return facts


def closed_accepted(*outcomes: str) -> Quantity:
    """Count the opportunities accepted from an SDR that ended so in the period."""
    return lambda c, first, last: [
        Fact(o.rep_id, o.closed_on)
        for o in c["opportunities"]
        if o.accepted_on and o.outcome in outcomes and inside(o.closed_on, first, last)
    ]


def linked_sdrs(c: Company, first: date, last: date) -> list[Fact]:
    rows = [x for x in c["leads"] if x.rep_id and x.handed_to and inside(x.handed_on, first, last)]
    return [Fact(x.handed_to, last, key=f"{x.handed_to} and {x.rep_id}") for x in rows]


def _sessions(c: Company, first: date, last: date) -> list[tuple[str, Row]]:
    """Return sessions of the period with the AE who held them, of an SDR who hands leads to that AE."""
    names: dict[str, list[str]] = {}
    for rep in c["reps"]:
        names.setdefault(rep.name, []).append(rep.rep_id)
    hands = {(x.handed_to, x.rep_id) for x in c["leads"] if x.handed_to and x.rep_id}
    held = [s for s in c["coaching"] if s.coach and inside(s.held_on, first, last)]
    known = [(names[s.coach][0], s) for s in held if len(names.get(s.coach, [])) == 1]
    return [(ae, s) for ae, s in known if (ae, s.rep_id) in hands]


def coached_sdrs(c: Company, first: date, last: date) -> list[Fact]:
    """Of the SDRs who handed over leads in the period, those who had a session in it."""
    met = {f"{ae} and {s.rep_id}" for ae, s in _sessions(c, first, last)}
    return [fact for fact in linked_sdrs(c, first, last) if fact.key in met]


def sdr_sessions(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(ae, s.held_on, key=s.session_id) for ae, s in _sessions(c, first, last)]


qualified = handed(lambda x: x.qualification == "qualified")
accepted = handed(lambda x: x.decision == "accepted")

ROLES = {
    "leads_handed": Oracle(handed()),
    "lead_rate": Oracle(prospects_handed, months_in_role),
    "qualified_share": Oracle(qualified, handed(lambda x: x.qualification is not None)),
    "qualified_share.seed": Oracle(qualified, handed()),
    "qualified_share.low": Oracle(qualified, handed()),
    "qualified_share.high": Oracle(handed(lambda x: x.qualification in ("qualified", None)), handed()),
    "qualifying_efficiency": Oracle(qualified, calls),
    "handoff_acceptance": Oracle(accepted, handed(lambda x: x.decision is not None)),
    "handoff_acceptance.low": Oracle(accepted, handed()),
    "handoff_acceptance.high": Oracle(handed(lambda x: x.decision in ("accepted", None)), handed()),
    "handoff_win_rate": Oracle(became("won"), became("won", "lost")),
    "closing_rate": Oracle(closed_accepted("won"), closed_accepted("won", "lost")),
    "acceptance_rate": Oracle(
        received(lambda x: x.decision == "accepted"), received(lambda x: x.decision is not None)
    ),
    "sdr_coaching": Oracle(coached_sdrs, linked_sdrs),
    "sdr_sessions": Oracle(sdr_sessions),
}
