"""What came of it: wins, losses, bookings, and the rates and means of closed opportunities."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from .base import Kpi, Measure
from .pipeline import in_pipeline, losses, open_count, wins, wins_of_pipeline
from .trace import Reduction
from .workforce import per_day

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

closed_value = _closed("closed_value", lambda t: t.amount.sum(where=t.outcome.isin(["won", "lost"])))

#: Days after entry within which a win counts for the cohort's win rate.
COHORT_DAYS = 90


def win_rate_cohort(days: int) -> Kpi:
    """Return the share won within `days` days of entry, among opportunities that entered as long ago.

    Examples
    --------
    >>> win_rate_cohort(60).name
    'win_rate.cohort_60'
    """

    def is_old(t: ir.Table) -> ir.BooleanColumn:
        return t.as_of_on.delta(t.created_on, unit="day") >= days

    def is_won(t: ir.Table) -> ir.BooleanColumn:
        return is_old(t) & (t.outcome == "won") & (_days(t) <= days) & (t.closed_on <= t.as_of_on)

    entry = partial(Measure, table="opportunities", on="created_on")
    return Kpi(
        "win_rate.cohort" if days == COHORT_DAYS else f"win_rate.cohort_{days}",
        (
            entry(f"won_within_{days}", reduce=lambda t: t.count(where=is_won(t))),
            entry(f"entered_{days}_ago", reduce=lambda t: t.count(where=is_old(t))),
        ),
        unit="share",
        source=_SEED,
        formula_text=f"won within {days} days of entry ÷ entries at least {days} days ago",
        record="opportunity_id",
    )


def _velocity(sums: pd.DataFrame) -> pd.Series:
    rate, size = sums["wins"] / sums["closed"], sums["bookings"] / sums["sized_wins"]
    cycle = sums["cycle_days"] / sums["cycle_wins"]
    return sums["open_count"] * rate * size / cycle.where(cycle > 0)  # all won on the day of entry: no speed


_kpi = partial(Kpi, record="opportunity_id")
_WINS = _kpi("wins", (wins,), source=_SEED)
OUTCOME = (
    _WINS,
    per_day(_WINS),
    _kpi("losses", (losses,), better="lower"),
    _kpi(
        "bookings",
        (bookings,),
        unit="money",
        squares=bookings_squared,
        events=sized_wins,
        minimum_base=_FEW_WINS,
    ),
    _kpi("win_rate", (wins, closed), unit="share", source=_SEED),
    _kpi(
        "win_rate.seed",
        (wins_of_pipeline, in_pipeline),
        unit="share",
        source=_SEED,
        formula_text="won in the period ÷ (open at the start + entered in the period)",
    ),
    _kpi(
        "win_rate.value",
        (bookings, closed_value),
        unit="share",
        combine=lambda sums: sums["bookings"] / sums["closed_value"],
        source=_SEED,
        formula_text="value won ÷ value closed",
    ),
    win_rate_cohort(COHORT_DAYS),
    _kpi(
        "average_deal_size",
        (bookings, sized_wins),
        unit="money",
        squares=bookings_squared,
        minimum_base=_FEW_WINS,
        source=_SEED,
    ),
    _kpi(
        "sales_cycle",
        (cycle_days, cycle_wins),
        unit="days",
        better="lower",
        squares=cycle_days_squared,
        minimum_base=_FEW_WINS,
    ),
    _kpi(
        "sales_velocity",
        (bookings, closed, wins, sized_wins, cycle_days, cycle_wins, open_count),
        unit="money",
        combine=_velocity,
        formula_text="open opportunities × win rate × average contract value ÷ sales cycle",
    ),
)
