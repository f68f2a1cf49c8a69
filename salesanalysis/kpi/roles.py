"""By role: what SDRs hand over and how good it is, what AEs take, win and coach."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import ibis

from ..core.crm import Crm
from ..core.history import BEGINNING, FOREVER, stretches
from .activity import calls
from .base import Kpi, Measure
from .trace import Reduction
from .view import Tables, View, day

if TYPE_CHECKING:
    import ibis.expr.types as ir

_ROLES = "Metrics of SDR, AE and AM (article 004)"
#: A role is an SDR's if its name, in capitals, has one of these in it.
SDR_ROLES = ("SDR", "BDR", "SALES DEVELOPMENT", "BUSINESS DEVELOPMENT REP")


def _sdr_stretches(tables: Tables) -> ir.Table:
    """Return the times in which reps were employed as SDRs: ``rep_id, starts_on, ends_on``."""
    reps = tables["reps"].select(
        "rep_id",
        "role",
        hired_on=ibis.coalesce(tables.maybe("reps.hired_on"), day(BEGINNING)),
        left_on=ibis.coalesce(tables.maybe("reps.left_on"), day(FOREVER)),
    )
    if tables.has("rep_history.role"):
        past = stretches(Crm(tables=tables.tables, as_of=tables.start, client=tables.client))
        past = past.select("starts_on", "ends_on", past_role="role", past_rep="rep_id")
        rows = reps.inner_join(past, reps.rep_id == past.past_rep)
        rows = rows.select(
            "rep_id",
            role="past_role",
            starts_on=ibis.greatest(rows.hired_on, rows.starts_on),
            ends_on=ibis.least(rows.left_on, rows.ends_on),
        )
    else:
        rows = reps.select("rep_id", "role", starts_on="hired_on", ends_on="left_on")
    is_sdr = ibis.literal(False)
    for name in SDR_ROLES:
        is_sdr = is_sdr | rows.role.upper().contains(name)
    return rows.filter(is_sdr)


def _sdr_days(tables: Tables) -> ir.Table:
    """Return one row per SDR and working day, with the share of its month that the day is."""
    first = tables.start.replace(day=1)
    after = (tables.end.replace(day=28) + timedelta(days=4)).replace(day=1)
    days = replace(tables, start=first, end=after).calendar()
    month = days.day_on.year() * 12 + days.day_on.month()
    days = days.mutate(month=month)
    days = days.mutate(month_share=1.0 / days.count().over(group_by=days.month).cast("float64")).drop("month")
    held = _sdr_stretches(tables)
    rows = held.inner_join(days, [days.day_on >= held.starts_on, days.day_on < held.ends_on])
    rows = rows.select("rep_id", "day_on", "month_share")
    if tables.has("absences"):
        away = tables["absences"].select("starts_on", "ends_on", away_rep="rep_id")
        rows = rows.anti_join(
            away,
            [
                rows.rep_id == away.away_rep,
                rows.day_on >= away.starts_on,
                rows.day_on < away.ends_on,
            ],
        )
    return rows


def _received(tables: Tables) -> ir.Table:
    leads = tables["leads"]
    found = leads.select("lead_id", "account_id", "handed_on", "decision", rep_id="handed_to")
    return found.filter(found.rep_id.notnull())


def _sold(tables: Tables) -> ir.Table:
    """Return hand-offs with what became of their opportunity, for whom they were handed to and by."""
    leads = tables["leads"].select("lead_id", "rep_id", "handed_to", "handed_on", "opportunity_id")
    sales = tables["opportunities"].select("outcome", "amount", sold="opportunity_id")
    return leads.inner_join(sales, leads.opportunity_id == sales.sold).drop("sold")


def _pairs(tables: Tables) -> ir.Table:
    """Return hand-offs as pairs of an AE (`rep_id`) and an SDR."""
    leads = tables["leads"].select("handed_on", sdr_id="rep_id", rep_id="handed_to")
    leads = leads.filter(leads.rep_id.notnull(), leads.sdr_id.notnull())
    return leads.mutate(pair=leads.rep_id + "|" + leads.sdr_id)


def _sessions(tables: Tables) -> ir.Table:
    """Return coaching sessions that an AE (`rep_id`) held with an SDR who hands leads to that AE."""
    held = tables["coaching"].select("session_id", "coach", "held_on", sdr_id="rep_id")
    reps = tables["reps"].select("rep_id", "name")
    named = reps.group_by("name").agg(rep_id=reps.rep_id.min(), namesakes=reps.rep_id.nunique())
    named = named.filter(named.namesakes == 1).drop("namesakes")
    held = held.inner_join(named, held.coach == named.name)
    linked = _pairs(tables).select("rep_id", "sdr_id", "pair").distinct()
    linked = linked.rename(linked_rep="rep_id", linked_sdr="sdr_id")
    same = [held.rep_id == linked.linked_rep, held.sdr_id == linked.linked_sdr]
    found = held.inner_join(linked, same)
    return found.select("session_id", "held_on", "rep_id", "sdr_id", "pair")


def _coached(tables: Tables) -> ir.Table:
    """Return the days of hand-offs of each pair beside those of its coaching sessions."""
    pairs = _pairs(tables).distinct()
    held = _sessions(tables).select("held_on", met="pair").distinct()
    return pairs.inner_join(held, pairs.pair == held.met).drop("met")


#: Working days of SDRs in their role, each as a share of its month.
SDR_DAYS = View("sdr_days", _sdr_days)
#: Leads handed over, as the AE's own.
RECEIVED = View("received_leads", _received)
#: Leads handed over that became opportunities; splits by ``rep_id`` (the SDR) and ``handed_to``.
HANDED_SALES = View("handed_sales", _sold)
SDR_PAIRS = View("sdr_pairs", _pairs)
SDR_SESSIONS = View("sdr_sessions", _sessions)
SDR_COACHED = View("coached_sdr_pairs", _coached)


def _handed(name: str, reduce: Reduction, table: str | View = "leads") -> Measure:
    return Measure(name, table, "handed_on", reduce)


leads_handed = _handed("leads_handed", lambda t: t.count())
prospects_handed = _handed("prospects_handed", lambda t: ibis.coalesce(t.account_id, t.lead_id).nunique())
sdr_months = Measure("sdr_months", SDR_DAYS, "day_on", lambda t: t.month_share.sum())
qualified = _handed("qualified", lambda t: t.count(where=t.qualification == "qualified"))
qualification_known = _handed("qualification_known", lambda t: t.qualification.count())
qualified_or_pending = _handed(
    "qualified_or_pending",
    lambda t: t.count(where=t.qualification.isnull() | (t.qualification == "qualified")),
)
accepted = _handed("accepted", lambda t: t.count(where=t.decision == "accepted"))
decided = _handed("decided", lambda t: t.decision.count())
accepted_or_pending = _handed(
    "accepted_or_pending", lambda t: t.count(where=t.decision.isnull() | (t.decision == "accepted"))
)
received_accepted = _handed("received_accepted", lambda t: t.count(where=t.decision == "accepted"), RECEIVED)
received_decided = _handed("received_decided", lambda t: t.decision.count(), RECEIVED)
handed_sales = _handed("handed_sales", lambda t: t.count(), HANDED_SALES)
handed_won = _handed("handed_won", lambda t: t.count(where=t.outcome == "won"), HANDED_SALES)
handed_closed = _handed(
    "handed_closed", lambda t: t.count(where=t.outcome.isin(["won", "lost"])), HANDED_SALES
)
accepted_won = Measure(
    "accepted_won",
    "opportunities",
    "closed_on",
    lambda t: t.count(where=t.accepted_on.notnull() & (t.outcome == "won")),
)
accepted_closed = Measure(
    "accepted_closed",
    "opportunities",
    "closed_on",
    lambda t: t.count(where=t.accepted_on.notnull() & t.outcome.isin(["won", "lost"])),
)
# Both as of the period's end: an SDR counts as coached only where the same period has a hand-off too.
_linked = partial(Measure, on="handed_on", until="handed_on", at="during")
linked_sdrs = _linked("linked_sdrs", SDR_PAIRS, reduce=lambda t: t.pair.nunique())
coached_sdrs = _linked(
    "coached_sdrs",
    SDR_COACHED,
    reduce=lambda t: t.pair.nunique(where=(t.held_on >= t.first_on) & (t.held_on <= t.as_of_on)),
)
sdr_sessions = Measure("sdr_sessions", SDR_SESSIONS, "held_on", lambda t: t.session_id.nunique())


def _share(name: str, measures: tuple[Measure, ...], text: str, *, role: str = "objective") -> Kpi:
    record = "opportunity_id" if name == "closing_rate" else "lead_id"
    return Kpi(name, measures, unit="share", role=role, source=_ROLES, formula_text=text, record=record)


SDR = (
    Kpi("leads_handed", (leads_handed,), role="objective", source=_ROLES, record="lead_id"),
    Kpi(
        "lead_rate",
        (prospects_handed, sdr_months),
        unit="rate",
        role="objective",
        source=_ROLES,
        formula_text="prospects handed to an AE ÷ months in role (working days, leave left out)",
    ),
    _share(
        "qualified_share",
        (qualified, qualification_known),
        "leads handed over that met the criteria ÷ those judged so far",
    ),
    _share(
        "qualified_share.seed",
        (qualified, leads_handed),
        "leads that met the criteria ÷ leads handed over",
    ),
    _share(
        "qualified_share.low",
        (qualified, leads_handed),
        "leads that met the criteria ÷ leads handed over: as if all undecided failed",
    ),
    _share(
        "qualified_share.high",
        (qualified_or_pending, leads_handed),
        "leads that met the criteria or are undecided ÷ leads handed over: as if those all passed",
    ),
    Kpi(
        "qualifying_efficiency",
        (qualified, calls),
        unit="rate",
        role="objective",
        source=_ROLES,
        formula_text="qualified leads handed over ÷ calls",
    ),
    _share("handoff_acceptance", (accepted, decided), "leads an AE accepted ÷ leads decided on, by who sent"),
    _share(
        "handoff_acceptance.low",
        (accepted, leads_handed),
        "leads accepted ÷ leads handed over: as if all undecided were rejected",
    ),
    _share(
        "handoff_acceptance.high",
        (accepted_or_pending, leads_handed),
        "leads accepted or undecided ÷ leads handed over: as if those were all accepted",
    ),
    _share(
        "handoff_win_rate",
        (handed_won, handed_closed),
        "won ÷ (won + lost) of the leads handed over in the period, so far",
        role="result",
    ),
)

AE = (
    _share(
        "closing_rate",
        (accepted_won, accepted_closed),
        "won ÷ (won + lost) of the opportunities accepted from an SDR, by close date",
        role="result",
    ),
    _share(
        "acceptance_rate",
        (received_accepted, received_decided),
        "leads the AE accepted ÷ leads the AE decided on",
        role="activity",
    ),
    Kpi(
        "sdr_coaching",
        (coached_sdrs, linked_sdrs),
        unit="share",
        role="activity",
        source=_ROLES,
        formula_text="SDRs the AE coached ÷ SDRs who handed leads to the AE",
    ),
    Kpi("sdr_sessions", (sdr_sessions,), role="activity", source=_ROLES),
)
