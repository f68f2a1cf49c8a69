"""What comes in and stands open: opportunities created, won and lost, and the value still open."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .base import Kpi, Measure
from .stages import weighted_by_stage
from .workforce import per_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

_SEED = "Nine KPIs of sales performance (article 001)"


def _lasts(t: ir.Table) -> ir.BooleanColumn:
    # Open on a day means begun and not closed by the end of that day, whatever became of it later. A closed
    # opportunity whose close date is unknown would stay open for ever, so it is left out.
    return t.closed_on.notnull() | (t.outcome == "open")


wins = Measure("wins", "opportunities", "closed_on", lambda t: t.count(where=t.outcome == "won"))
losses = Measure("losses", "opportunities", "closed_on", lambda t: t.count(where=t.outcome == "lost"))
opportunities_created = Measure("opportunities_created", "opportunities", "created_on", lambda t: t.count())
created_value = Measure("created_value", "opportunities", "created_on", lambda t: t.amount.sum())
created_value_squared = Measure(
    "created_value_squared", "opportunities", "created_on", lambda t: (t.amount * t.amount).sum()
)
created_with_value = Measure(
    "created_with_value", "opportunities", "created_on", lambda t: t.count(where=t.amount > 0)
)
_open = partial(Measure, table="opportunities", on="created_on", until="closed_on")
open_pipeline = _open("open_pipeline", reduce=lambda t: t.amount.sum(where=_lasts(t)))
open_opportunities = _open("open_opportunities", reduce=lambda t: t.amount.count(where=_lasts(t)))
weighted_pipeline = _open(
    "weighted_pipeline", reduce=lambda t: (t.amount * t.probability).sum(where=_lasts(t))
)
weighted_opportunities = _open(
    "weighted_opportunities", reduce=lambda t: (t.amount * t.probability).count(where=_lasts(t))
)
open_count = _open("open_count", reduce=lambda t: t.count(where=_lasts(t)))
open_days = _open(
    "open_days", reduce=lambda t: t.as_of_on.delta(t.created_on, unit="day").sum(where=_lasts(t))
)
# Open at the start and entered in the period, each once.
in_pipeline = _open("in_pipeline", reduce=lambda t: t.count(where=_lasts(t)), at="during")
wins_of_pipeline = _open(
    "wins_of_pipeline",
    reduce=lambda t: t.count(
        where=(t.outcome == "won")
        & (t.closed_on >= t.first_on)
        & (t.closed_on <= t.as_of_on)
        & (t.created_on <= t.closed_on)
    ),
    at="during",
)

_CREATED = Kpi(
    "opportunities_created",
    (opportunities_created,),
    role="objective",
    source=_SEED,
    record="opportunity_id",
)
PIPELINE = (
    _CREATED,
    per_day(_CREATED),
    Kpi(
        "pipeline_created",
        (created_value,),
        unit="money",
        role="objective",
        squares=created_value_squared,
        events=created_with_value,
        minimum_base=5,
        record="opportunity_id",
    ),
    Kpi(
        "open_pipeline",
        (open_pipeline,),
        unit="money",
        role="objective",
        events=open_opportunities,
        record="opportunity_id",
    ),
    Kpi(
        "weighted_pipeline",
        (weighted_pipeline,),
        unit="money",
        role="objective",
        events=weighted_opportunities,
        formula_text="sum of amount × stated probability of open opportunities",
        record="opportunity_id",
    ),
    Kpi(
        "weighted_pipeline.stage",
        (weighted_by_stage,),
        unit="money",
        role="objective",
        formula_text="sum of amount × share won of closed opportunities that were in the present stage",
        record="opportunity_id",
    ),
    Kpi(
        "lead_age",
        (open_days, open_count),
        unit="days",
        better="lower",
        role="objective",
        minimum_base=5,
        source=_SEED,
        formula_text="days since entry of open opportunities ÷ open opportunities",
        record="opportunity_id",
    ),
    Kpi(
        "lead_age.seed",
        (open_days, open_count),
        unit="days",
        better="lower",
        role="objective",
        minimum_base=5,
        source=_SEED,
        formula_text="total age of active prospects ÷ active prospects",
        record="opportunity_id",
    ),
)
