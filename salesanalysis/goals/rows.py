"""Rows of a scorecard: one KPI for several reps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..kpi import Kpi
from .goal import Goal, asked_by_days, elapsed_share, goal_of
from .interval import Records, events, intervals, minimum
from .people import benchmark
from .verdict import attainment, verdict

LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Context:
    """What all rows share: the data, the span, who is shown, sums, the peers' sums, goals, single records."""

    crm: Crm
    span: Period
    people: pd.DataFrame
    sums: pd.DataFrame
    pooled: pd.DataFrame
    goals: Mapping[tuple[str, str, str], Goal]
    records: Records


def rows(kpi: Kpi, context: Context) -> pd.DataFrame:
    """Return the rows of `kpi`, one a rep in the order of ``context.people``."""
    people, sums = context.people, context.sums
    goals = [goal_of(kpi, context.goals, r.rep_id, r.team) for r in people.itertuples()]
    table = people[["rep_id", "name", "team", "role"]].assign(kpi=kpi.name, estimate=kpi.values(sums))
    table = table.join(intervals(kpi, sums, level=LEVEL, records=context.records.get(kpi.name)))
    table["numerator"] = sums[kpi.numerator]
    table["base"] = sums[kpi.base] if kpi.base else float("nan")
    table["n"] = events(kpi, sums)
    table["unit"], table["better"] = kpi.unit, kpi.better
    table["target_whole"] = [goal.target if goal else float("nan") for goal in goals]
    table["target"] = table["target_whole"] * _shares(kpi, context)
    table["philosophy"] = [goal.philosophy if goal else "" for goal in goals]
    for name, column in _attained(kpi, table).items():
        table[name] = column
    table["peer_estimate"] = benchmark(kpi, context.pooled, people["days"])
    table["peer_count"] = context.pooled["peer_count"]
    table["verdict"] = [_judge(row, minimum(kpi, context.crm.client)) for row in table.itertuples()]
    return table


def _shares(kpi: Kpi, context: Context) -> pd.Series:
    """Share of a total's goal that a rep answers for: the days known so far, and the days employed."""
    whole = pd.Series(1.0, context.people.index)
    if not kpi.is_total:
        return whole
    employed = context.people["share"] if asked_by_days(kpi) else whole
    return employed * elapsed_share(context.span, context.crm.as_of, context.crm.client.country)


def _attained(kpi: Kpi, table: pd.DataFrame) -> dict[str, list[float]]:
    def against(column: str) -> list[float]:
        return [attainment(v, t, kpi.better) for v, t in zip(table[column], table["target"])]

    ends = against("conf_low"), against("conf_high")
    low, high = ends if kpi.better == "higher" else ends[::-1]
    return {"attainment": against("estimate"), "attainment_low": low, "attainment_high": high}


def _judge(row: Any, least: int) -> str:
    if pd.isna(row.target):
        return "no_goal"
    if pd.isna(row.estimate) or row.n < least:
        return "too_few"
    ends = {"target": row.target, "better": row.better, "philosophy": row.philosophy}
    return verdict(row.estimate, row.conf_low, row.conf_high, **ends)
