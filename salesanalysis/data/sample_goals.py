"""Goals of the sample company: one standard per role, from what full quarters brought."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from ..core.calendar import working_days
from ..core.period import Period
from .sample_changes import team_on
from .sample_people import Clock

#: Philosophy of each KPI's goal, and whether the target grows with the working days of a quarter.
PHILOSOPHY = {
    "calls": ("C minimum", True),
    "connects": ("C minimum", True),
    "conversations": ("C average", True),
    "meetings": ("C minimum", True),
    "proposals": ("C average", True),
    "connect_rate": ("C average", False),
    "conversation_rate": ("C average", False),
    "proposal_rate": ("C average", False),
    "proposal_to_win_rate": ("C average", False),
    "win_rate": ("A", False),
    "bookings": ("C average", True),
    "average_deal_size": ("C average", False),
    "sales_cycle": ("A", False),
}
#: Share of comparable reps that stays below the target.
QUANTILE = {"C minimum": 0.22, "C average": 0.50, "A": 0.87}
_STEP = {"calls": 10, "bookings": 5e6, "average_deal_size": 5e5}


def make_goals(tables: dict[str, pd.DataFrame], clock: Clock) -> pd.DataFrame:
    """One standard for all reps of a role: a quantile of what full quarters brought, by working day.

    Only reps employed the whole quarter and past their ramp carry goals; team and company carry the sum of
    the bookings goals of their members.
    """
    quarters = _quarters(clock)
    values = pd.concat([quarter_values(tables, q).assign(period=q.label, days=_days(q)) for q in quarters])
    reps = tables["reps"].set_index("rep_id")
    values = values.join(reps[["role", "team", "hired_on", "left_on"]], on="rep_id")
    if "rep_history" in tables:
        values["team"] = pd.concat(
            [
                team_on(tables["rep_history"], rep=part["rep_id"], team=part["team"], day=q.start)
                for q, (_, part) in zip(quarters, values.groupby("period", sort=True))
            ]
        )
    start = pd.to_datetime(values["period"].map({q.label: q.start for q in quarters}))
    end = pd.to_datetime(values["period"].map({q.label: q.end for q in quarters}))
    whole = values["left_on"].isna() | (values["left_on"] >= end)
    values = values[(values["hired_on"] <= start - pd.Timedelta(days=91)) & whole].reset_index(drop=True)
    parts = [_targets(values, kpi, *spec) for kpi, spec in PHILOSOPHY.items()]
    goals = pd.concat([*parts, _bookings_sums(parts, values)], ignore_index=True)
    goals = pd.concat([goals, _year(goals, tables, quarters)], ignore_index=True)
    order = {"organisation": 0, "team": 1, "rep": 2}
    goals["order"] = goals["scope"].map(order)
    goals = goals.sort_values(["period", "order", "scope_id", "kpi"], kind="stable")
    return goals[["kpi", "scope", "scope_id", "period", "target", "philosophy"]].reset_index(drop=True)


def _quarters(clock: Clock) -> list[Period]:
    """Quarters that begin within a week of the start of the export or later, the running one included."""
    day: date = clock.start.astype(object)
    last: date = clock.end.astype(object)
    quarter, out = Period.containing(day, "quarter"), []
    while quarter.start <= last:
        if (quarter.start - day).days >= 0:
            out.append(quarter)
        quarter = quarter.next()
    return out


def _days(quarter: Period) -> int:
    return working_days(quarter.start, quarter.end, "ID")


def quarter_values(tables: dict[str, pd.DataFrame], quarter: Period) -> pd.DataFrame:
    """KPI values of each rep in one quarter, one row a rep, from the tables themselves."""
    acts = _within(tables["activities"], "occurred_on", quarter).drop_duplicates("activity_id")
    deals = _within(tables["opportunities"], "closed_on", quarter)
    won = deals[deals["outcome"] == "won"]
    by = {
        "calls": acts[acts["kind"] == "call"],
        "connects": acts[(acts["kind"] == "call") & acts["outcome"].isin(["connected", "conversation"])],
        "conversations": acts[(acts["kind"] == "call") & (acts["outcome"] == "conversation")],
        "meetings": acts[(acts["kind"] == "meeting") & (acts["outcome"] == "held")],
        "proposals": acts[acts["kind"] == "proposal"],
        "wins": won,
        "closed": deals,
    }
    ids = tables["reps"]["rep_id"]
    table = (
        pd.DataFrame({name: rows.groupby("rep_id").size() for name, rows in by.items()})
        .reindex(ids)
        .fillna(0.0)
    )
    table["bookings"] = won.groupby("rep_id")["amount"].sum().reindex(ids).fillna(0.0)
    cycle = (won["closed_on"] - won["created_on"]).dt.days
    table["sales_cycle"] = cycle.groupby(won["rep_id"]).mean().reindex(ids)
    pairs = {
        "connect_rate": ("connects", "calls"),
        "conversation_rate": ("conversations", "connects"),
        "proposal_rate": ("proposals", "conversations"),
        "proposal_to_win_rate": ("wins", "proposals"),
        "win_rate": ("wins", "closed"),
        "average_deal_size": ("bookings", "wins"),
    }
    for name, (top, base) in pairs.items():
        table[name] = table[top] / table[base].where(table[base] > 0)
    return table.rename_axis("rep_id").reset_index()


def _within(table: pd.DataFrame, column: str, quarter: Period) -> pd.DataFrame:
    return table[(table[column] >= str(quarter.start)) & (table[column] < str(quarter.end))]


def _targets(values: pd.DataFrame, kpi: str, philosophy: str, per_day: bool) -> pd.DataFrame:
    """The same target for every rep of a role: account managers are not measured by the calls of an AE."""
    scale = values["days"] if per_day else 1.0
    level = values[kpi] / scale
    share = QUANTILE[philosophy] if kpi != "sales_cycle" else 1 - QUANTILE[philosophy]
    standard = level.groupby(values["role"]).quantile(share)
    target = values["role"].map(standard) * scale
    step = _STEP.get(kpi, 1.0 if per_day or kpi == "sales_cycle" else 0.005)
    target = (np.round(target / step) * step).round(6)
    return pd.DataFrame(
        {
            "kpi": kpi,
            "scope": "rep",
            "scope_id": values["rep_id"],
            "period": values["period"],
            "target": target.astype(float),
            "philosophy": philosophy,
        }
    )


def _bookings_sums(parts: list[pd.DataFrame], values: pd.DataFrame) -> pd.DataFrame:
    own = next(p for p in parts if p["kpi"].iloc[0] == "bookings").assign(team=values["team"])
    team = (
        own.groupby(["period", "team"], as_index=False)["target"].sum().rename(columns={"team": "scope_id"})
    )
    whole = own.groupby("period", as_index=False)["target"].sum()
    parts = [team.assign(scope="team"), whole.assign(scope="organisation", scope_id=None)]
    return pd.concat(parts, ignore_index=True).assign(kpi="bookings", philosophy="C average")


def _year(goals: pd.DataFrame, tables: dict[str, pd.DataFrame], quarters: list[Period]) -> pd.DataFrame:
    """Plan of the company for its running year: its quarters' bookings, a better win rate, a shorter cycle.

    Win rate and cycle are held against the quarters before the year; none before, no plan for them.
    """
    year = Period.containing(quarters[-1].start, "year")
    known = [q for q in quarters if q.start >= year.start]
    total = goals[(goals["scope"] == "organisation") & goals["period"].isin([q.label for q in known])][
        "target"
    ].sum()
    rest = working_days(year.start, year.end, "ID") / max(sum(_days(q) for q in known), 1)
    plan = {"bookings": round(total * rest / 5e8) * 5e8}
    before = [q for q in quarters if q.start < year.start]
    if before:
        span = Period(before[0].start, before[-1].end)
        closed = _within(tables["opportunities"], "closed_on", span)
        won = closed[closed["outcome"] == "won"]
        cycle = (won["closed_on"] - won["created_on"]).dt.days.mean()
        plan |= {
            "win_rate": round(len(won) / max(len(closed), 1) * 1.03, 2),
            "sales_cycle": round(cycle * 0.97),
        }
    rows = [
        {"kpi": kpi, "target": float(target), "philosophy": PHILOSOPHY[kpi][0]}
        for kpi, target in plan.items()
        if target == target
    ]
    return pd.DataFrame(rows).assign(scope="organisation", scope_id=None, period=year.label)
