"""Bookings against the goals of each rep: attainment, and how far the open pipeline covers the rest."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from ..core.calendar import working_days
from ..core.client import Client
from ..core.errors import InvalidInput
from ..core.period import Period
from .base import Kpi, Measure
from .view import FOREVER, MADE, QUOTAS, Tables, View, day

if TYPE_CHECKING:
    import ibis.expr.types as ir

_ = ibis._
_SEED = "Nine KPIs of sales performance (article 001)"
#: The KPI whose goals are quotas.
_KPI, _SCOPE = "bookings", "rep"


def quotas(tables: Tables) -> ir.Table:
    """Return each rep's bookings targets: ``rep_id, starts_on, ends_on, target, daily``, no day twice.

    Where goals overlap the one of the shortest period stands, and the others for the days that are left.
    `target` is for all these days and `daily` for each working day of them. A team's quota is the sum of its
    members', so only goals of reps count.
    """
    if QUOTAS in tables.tables:
        return tables[QUOTAS]
    goals = tables["goals"].select("kpi", "scope", "scope_id", "period", "target")
    goals = goals.filter(goals.kpi == _KPI, goals.scope == _SCOPE)
    if tables.is_schema:
        unknown_day = ibis.null("date")
        return goals.select(
            "target", rep_id="scope_id", starts_on=unknown_day, ends_on=unknown_day, daily="target"
        )
    frame = quota_pieces(goals.to_pandas(), tables.client)
    kinds = {name: "timestamp" if kind == "date" else kind for name, kind in MADE[QUOTAS].items()}
    return ibis.memtable(frame, schema=kinds).mutate(
        starts_on=_.starts_on.cast("date"), ends_on=_.ends_on.cast("date")
    )


def quota_pieces(goals: pd.DataFrame, client: Client) -> pd.DataFrame:
    """Lay the goals of each rep, or of whatever `scope_id` names, over the calendar, the shortest first.

    Examples
    --------
    >>> goals = pd.DataFrame({"scope_id": ["r1"], "period": ["2026-Q3"], "target": [66.0]})
    >>> quota_pieces(goals, Client(name="Any"))["target"].tolist()
    [66.0]
    """
    periods: dict[str, tuple[Period, int]] = {}
    for text in goals["period"].unique():
        try:
            period = Period.parse(text, fiscal_start=client.fiscal_year_start)
        except InvalidInput as error:
            raise InvalidInput(f"Table goals, KPI {_KPI}: {error}") from None
        periods[text] = period, max(working_days(period.start, period.end, client.country), 1)
    rows: list[tuple[str, date, date, float, float]] = []
    for rep, mine in goals.dropna(subset=["scope_id"]).groupby("scope_id", sort=True):
        free = [(date.min, FOREVER)]
        goals_of = zip(mine["period"].tolist(), mine["target"].tolist())
        for text, target in sorted(goals_of, key=lambda goal: periods[goal[0]][0].days):
            period, days = periods[text]
            for start, end in _overlaps(free, period):
                part = working_days(start, end, client.country) if (start, end) != _ends(period) else days
                rows.append((str(rep), start, end, target * part / days, target / days))
            free = [gap for span in free for gap in _without(span, period)]
    frame = pd.DataFrame(rows, columns=list(MADE[QUOTAS]))
    for name in ("starts_on", "ends_on"):
        frame[name] = frame[name].astype("datetime64[s]")
    return frame.astype({"rep_id": "str", "target": "float64", "daily": "float64"})


def _ends(period: Period) -> tuple[date, date]:
    return period.start, period.end


def _overlaps(free: list[tuple[date, date]], period: Period) -> list[tuple[date, date]]:
    found = [(max(start, period.start), min(end, period.end)) for start, end in free]
    return [(start, end) for start, end in found if start < end]


def _without(span: tuple[date, date], period: Period) -> list[tuple[date, date]]:
    """Return what is left of `span` without `period`."""
    start, end = span
    if period.end <= start or period.start >= end:
        return [span]
    return [(s, e) for s, e in ((start, period.start), (period.end, end)) if s < e]


def _quota_days(tables: Tables) -> ir.Table:
    """One row per rep with a quota and working day: ``rep_id, day_on, quota``."""
    goal, days = quotas(tables), tables.calendar()
    found = goal.join(days, [days.day_on >= goal.starts_on, days.day_on < goal.ends_on])
    return found.select("rep_id", "day_on", quota="daily")


def _in_quota(tables: Tables, on: str, *columns: str) -> ir.Table:
    """Opportunities joined to the quota that their owner has on the day in column `on`."""
    goal = quotas(tables).rename(whose="rep_id")
    rows = tables["opportunities"].select("opportunity_id", "rep_id", "outcome", "amount", on, *columns)
    return rows.join(goal, [rows.rep_id == goal.whose, rows[on] >= goal.starts_on, rows[on] < goal.ends_on])


def _quota_wins(tables: Tables) -> ir.Table:
    """One row per opportunity won by a rep who had a quota on that day, until the quota's last day."""
    won = _in_quota(tables, "closed_on").filter(_.outcome == "won")
    return won.select("opportunity_id", "rep_id", "closed_on", "ends_on", "amount")


def _quota_pipeline(tables: Tables) -> ir.Table:
    """One row per opportunity and quota of its owner, for the days on which it is open and the quota runs."""
    goal = quotas(tables).rename(whose="rep_id")
    rows = tables["opportunities"].select(
        "opportunity_id", "rep_id", "outcome", "amount", "created_on", "closed_on"
    )
    rows = rows.filter(rows.closed_on.notnull() | (rows.outcome == "open"))
    closed = ibis.coalesce(rows.closed_on, day(FOREVER))
    rows = rows.mutate(closed_on=closed)
    both = rows.join(
        goal, [rows.rep_id == goal.whose, rows.created_on < goal.ends_on, rows.closed_on > goal.starts_on]
    )
    return both.select(
        "opportunity_id",
        "rep_id",
        "amount",
        from_on=ibis.greatest(both.created_on, both.starts_on),
        until_on=ibis.least(both.closed_on, both.ends_on),
    )


quota_view = View("quotas", quotas)
quota_wins = View("quota_wins", _quota_wins)
quota = Measure("quota", View("quota_days", _quota_days), "day_on", lambda t: t.quota.sum())
quota_bookings = Measure("quota_bookings", quota_wins, "closed_on", lambda t: t.amount.sum())
quota_bookings_squared = Measure(
    "quota_bookings_squared", quota_wins, "closed_on", lambda t: (t.amount * t.amount).sum()
)
quota_standing = Measure("quota_standing", quota_view, "starts_on", lambda t: t.target.sum(), until="ends_on")
booked_of_quota = Measure(
    "booked_of_quota", quota_wins, "closed_on", lambda t: t.amount.sum(), until="ends_on"
)
quota_pipeline = Measure(
    "quota_pipeline",
    View("quota_pipeline", _quota_pipeline),
    "from_on",
    lambda t: t.amount.sum(),
    until="until_on",
)


def _covered(sums: pd.DataFrame) -> pd.Series:
    missing = sums["quota_standing"] - sums["booked_of_quota"]
    return sums["quota_pipeline"] / missing.where(missing > 0)


QUOTA = (
    Kpi(
        "quota_attainment",
        (quota_bookings, quota),
        unit="share",
        squares=quota_bookings_squared,
        minimum_base=0,
        source=_SEED,
        formula_text="bookings of reps with a quota ÷ quota of the working days so far",
        record="opportunity_id",
    ),
    Kpi(
        "pipeline_coverage",
        (quota_pipeline, quota_standing, booked_of_quota),
        unit="ratio",
        role="objective",
        combine=_covered,
        formula_text="quota_pipeline ÷ (quota_standing − booked_of_quota)",
        record="opportunity_id",
    ),
)
