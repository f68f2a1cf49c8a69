"""What comes in and stands open: opportunities created, won and lost, and the value still open."""

from __future__ import annotations

from .base import Kpi, Measure

_SEED = "Nine KPIs of sales performance (article 001)"

wins = Measure("wins", "opportunities", "closed_on", lambda t: t.count(where=t.outcome == "won"))
losses = Measure("losses", "opportunities", "closed_on", lambda t: t.count(where=t.outcome == "lost"))
opportunities_created = Measure("opportunities_created", "opportunities", "created_on", lambda t: t.count())
# Open on a day means begun and not closed by the end of that day, whatever became of it later. A closed
# opportunity whose close date is unknown would stay open for ever, so it is left out.
open_pipeline = Measure(
    "open_pipeline",
    "opportunities",
    "created_on",
    lambda t: t.amount.sum(where=t.closed_on.notnull() | (t.outcome == "open")),
    until="closed_on",
)

open_opportunities = Measure(
    "open_opportunities",
    "opportunities",
    "created_on",
    lambda t: t.amount.count(where=t.closed_on.notnull() | (t.outcome == "open")),
    until="closed_on",
)

PIPELINE = (
    Kpi("opportunities_created", (opportunities_created,), role="objective", source=_SEED),
    Kpi("open_pipeline", (open_pipeline,), unit="money", role="objective", events=open_opportunities),
)
