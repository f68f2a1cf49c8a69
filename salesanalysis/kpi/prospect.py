"""Prospects as they come in: who entered the pipeline for the first time, and how soon leads are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from .base import Kpi, Measure
from .view import Tables, View

if TYPE_CHECKING:
    import ibis.expr.types as ir

_ = ibis._
_SEED = "Nine KPIs of sales performance (article 001)"


def _entries(tables: Tables, *more: str) -> ir.Table:
    """Opportunities with the owner on the day of entry as ``rep_id``, and the columns `more`."""
    rows = tables["opportunities"]
    return rows.select(
        "opportunity_id",
        "created_on",
        *more,
        account_id=tables.maybe("opportunities.account_id"),
        rep_id=ibis.coalesce(tables.maybe("opportunities.entry_rep_id"), rows.rep_id),
        accepted_on=tables.maybe("opportunities.accepted_on"),
    )


def _prospects(tables: Tables, *more: str) -> ir.Table:
    """One row per prospect, with its first entry: an account, or an opportunity that names none."""
    rows = _entries(tables, *more).filter(_.created_on.notnull())
    alone = ibis.ifelse(rows.account_id.isnull(), rows.opportunity_id, ibis.null("string"))
    rows = rows.mutate(alone=alone)
    order = ibis.row_number().over(
        group_by=[rows.account_id, rows.alone], order_by=[rows.created_on, rows.opportunity_id]
    )
    return rows.mutate(entry=order).filter(_.entry == 0).drop("entry").drop("alone")


def _known_entries(tables: Tables) -> ir.Table:
    """Prospects whose way in is known: ``is_assigned`` to the rep by an import or an SDR, else sourced."""
    rows = _prospects(tables, "entered_by")
    given = (rows.entered_by == "import") | rows.accepted_on.notnull()
    return rows.mutate(is_assigned=ibis.coalesce(given, False))


prospects = View("prospects", _prospects)
known_entries = View("known_entries", _known_entries)
entries = View("entries", _entries)
new_prospects = Measure("new_prospects", prospects, "created_on", lambda t: t.count())
sourced = Measure(
    "sourced_prospects",
    known_entries,
    "created_on",
    lambda t: t.count(where=~t.is_assigned & (t.entered_by == "rep")),
)
assigned = Measure("assigned_prospects", known_entries, "created_on", lambda t: t.count(where=t.is_assigned))
entered = Measure("entered_opportunities", entries, "created_on", lambda t: t.count())


def _hours(t: ir.Table) -> ir.FloatingColumn:
    # As floats: some engines divide whole numbers by a literal as decimals of six places.
    return (t.responded_at.epoch_seconds() - t.created_at.epoch_seconds()).cast("float64") / 3600.0


def _answered(t: ir.Table) -> ir.BooleanColumn:
    return t.responded_at >= t.created_at


leads_timed = Measure("leads_timed", "leads", "created_on", lambda t: t.created_at.count())
leads_answered = Measure("leads_answered", "leads", "created_on", lambda t: t.count(where=_answered(t)))
response_hours = Measure("response_hours", "leads", "created_on", lambda t: _hours(t).sum(where=_answered(t)))
response_hours_squared = Measure(
    "response_hours_squared", "leads", "created_on", lambda t: (_hours(t) * _hours(t)).sum(where=_answered(t))
)

PROSPECT = (
    Kpi("new_prospects", (new_prospects,), role="objective", source=_SEED, record="opportunity_id"),
    Kpi("new_prospects.seed", (entered,), role="objective", source=_SEED, record="opportunity_id"),
    Kpi("new_prospects.sourced", (sourced,), role="objective", source=_SEED, record="opportunity_id"),
    Kpi("new_prospects.assigned", (assigned,), role="objective", source=_SEED, record="opportunity_id"),
    Kpi(
        "lead_response_time",
        (response_hours, leads_answered),
        unit="hours",
        better="lower",
        role="activity",
        squares=response_hours_squared,
        formula_text="hours from entry to first response ÷ leads answered",
        record="lead_id",
    ),
    Kpi(
        "leads_answered",
        (leads_answered, leads_timed),
        unit="share",
        role="activity",
        record="lead_id",
    ),
)
