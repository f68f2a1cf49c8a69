"""What came of it: wins, losses, bookings, and the rates and means of closed opportunities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Kpi, Measure
from .pipeline import losses, wins
from .trace import Reduction

if TYPE_CHECKING:
    import ibis.expr.types as ir

_SEED = "Nine KPIs of sales performance (article 001)"
#: A sum or mean of money over fewer wins than this says more about single contracts than about the rep.
_FEW_WINS = 5


def _closed(name: str, reduce: Reduction) -> Measure:
    return Measure(name, "opportunities", "closed_on", reduce)


closed = _closed("closed", lambda t: t.count(where=t.outcome.isin(["won", "lost"])))
bookings = _closed("bookings", lambda t: t.amount.sum(where=t.outcome == "won"))
# CRMs write 0 where the amount was never filled in: such a win counts as a win and has no size.
sized_wins = _closed("sized_wins", lambda t: t.count(where=(t.outcome == "won") & (t.amount > 0)))
bookings_squared = _closed("bookings_squared", lambda t: (t.amount * t.amount).sum(where=t.outcome == "won"))


def _days(t: ir.Table) -> ir.IntegerColumn:
    return t.closed_on.delta(t.created_on, unit="day")


cycle_days = _closed("cycle_days", lambda t: _days(t).sum(where=t.outcome == "won"))
cycle_wins = _closed("cycle_wins", lambda t: t.created_on.count(where=t.outcome == "won"))
cycle_days_squared = _closed(
    "cycle_days_squared", lambda t: (_days(t) * _days(t)).sum(where=t.outcome == "won")
)

OUTCOME = (
    Kpi("wins", (wins,), source=_SEED),
    Kpi("losses", (losses,), better="lower"),
    Kpi(
        "bookings",
        (bookings,),
        unit="money",
        squares=bookings_squared,
        events=sized_wins,
        minimum_base=_FEW_WINS,
    ),
    Kpi("win_rate", (wins, closed), unit="share", source=_SEED),
    Kpi(
        "average_deal_size",
        (bookings, sized_wins),
        unit="money",
        squares=bookings_squared,
        minimum_base=_FEW_WINS,
        source=_SEED,
    ),
    Kpi(
        "sales_cycle",
        (cycle_days, cycle_wins),
        unit="days",
        better="lower",
        squares=cycle_days_squared,
        minimum_base=_FEW_WINS,
    ),
)
