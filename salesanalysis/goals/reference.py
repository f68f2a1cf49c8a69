"""What values are compared with: an earlier period, the peers, or the goal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.errors import InvalidInput
from ..core.period import GRAINS, Period
from ..kpi import Kpi
from ..stats import delta, second_moments
from .goal import Goal, elapsed_share, goal_of, goals_for
from .interval import adds_with_time, events, intervals, kind, statistic
from .people import benchmark, peers_of, pool, staff
from .values import LEVEL, Values, values

#: What a value can be compared with.
AGAINST = ("previous", "year_ago", "peers", "goal")
#: Columns of a reference beside the keys: its value and ends, brought to the exposure of the row compared;
#: the value as it stands; what it rests on; its count and base; the row's exposure and its own.
COLUMNS = ("value", "low", "high", "whole", "n", "top", "base", "own", "exposure")


@dataclass(frozen=True, eq=False)
class Asked:
    """What is compared: the data, the KPIs, the span, the dimensions, the grain, when records begin."""

    crm: Crm
    kpis: tuple[Kpi, ...]
    span: Period
    by: tuple[str, ...]
    grain: str | int | None
    begun: Mapping[str, date | None]

    @property
    def keys(self) -> list[str]:
        """Columns that name a row."""
        return [*self.by, "period", "kpi"]


def reference(asked: Asked, now: Values, contrast: str) -> pd.DataFrame:
    """Return one reference a row of ``now.table``: the keys and `COLUMNS`; missing where there is none.

    Raises
    ------
    InvalidInput
        Peers of something that is no rep, or goals of something that has none.
    """
    if contrast in ("previous", "year_ago"):
        return _earlier(asked, now, contrast)
    if contrast == "peers":
        if asked.by != ("rep_id",):
            raise InvalidInput("Peers are those of a rep: compare by='rep' to set reps against their peers.")
        return _peers(asked, now)
    if asked.by not in ((), ("rep_id",), ("team",)):
        raise InvalidInput("Goals are those of a rep, a team or the company: compare by='rep', 'team' or ().")
    return _goals(asked, now)


# Earlier periods -------------------------------------------------------------------------------


def before(period: Period, contrast: str, as_of: date) -> Period:
    """Return the period that `period` is compared with; of one that is still running as many days.

    Examples
    --------
    >>> before(Period.parse("2026-Q3"), "year_ago", date(2026, 12, 31)).label
    '2025-Q3'
    >>> before(Period.parse("2026-Q3"), "previous", date(2026, 7, 10)).label
    '2026-04-01..2026-04-10'
    """
    found = period.previous() if contrast == "previous" else period.year_ago()
    if as_of >= period.last_day:
        return found
    end = found.start + timedelta(days=(as_of - period.start).days + 1)
    return Period(found.start, min(end, found.end), "range", found.fiscal_start)


def _earlier(asked: Asked, now: Values, contrast: str) -> pd.DataFrame:
    """Compute the earlier periods: all whole ones together, clipped ones one by one."""
    crm, then = asked.crm, {p.label: before(p, contrast, asked.crm.as_of) for p in now.panel.periods}
    whole = {
        k: p for k, p in then.items() if isinstance(asked.grain, int) or p.grain == asked.grain in GRAINS
    }
    spans = [(p, None, {p.label: label}) for label, p in then.items() if label not in whole]
    if whole:
        stretch = Period(
            min(p.start for p in whole.values()),
            max(p.end for p in whole.values()),
            "range",
            asked.span.fiscal_start,
        )
        spans.append((stretch, asked.grain, {p.label: label for label, p in whole.items()}))
    parts = []
    for span, grain, labels in spans:
        found = values(crm, asked.kpis, span, by=asked.by, grain=grain, begun=dict(asked.begun)).table
        found = found[found["period"].isin(labels)]
        parts.append(found.assign(period=found["period"].map(labels)))
    names = {"estimate": "whole", "conf_low": "low", "conf_high": "high", "numerator": "top"}
    table = pd.concat(parts, ignore_index=True).rename(columns=names)
    table = table[~table["is_partial"]]
    own = now.table[[*asked.keys, "exposure"]].rename(columns={"exposure": "own"})
    table = table.merge(own, on=asked.keys)
    timed = table["kpi"].isin([kpi.name for kpi in asked.kpis if adds_with_time(kpi)])
    scale = (table["own"] / table["exposure"].where(table["exposure"] > 0)).where(timed, 1.0)
    table["value"] = table["whole"] * scale
    table[["low", "high"]] = table[["low", "high"]].mul(scale, axis=0)
    return table[[*asked.keys, *COLUMNS]]


# Peers -----------------------------------------------------------------------------------------


def _peers(asked: Asked, now: Values) -> pd.DataFrame:
    sums = now.panel.wide().rename_axis(index=["rep_id", "period"])
    parts = []
    for period in now.panel.periods:
        people = staff(asked.crm, period)
        here = sums.xs(period.label, level="period")
        shown = [rep for rep in here.index if rep in people.index]
        if not shown:
            continue
        pooled = pool(here, people, shown).rename_axis("rep_id")
        days = people.loc[shown, "days"].astype(float)
        for kpi in asked.kpis:
            part = _pooled(kpi, pooled, days, _records_of(now, kpi, period), people)
            parts.append(part.assign(period=period.label, kpi=kpi.name).rename_axis("rep_id").reset_index())
    if not parts:
        return pd.DataFrame(columns=[*asked.keys, *COLUMNS])
    return pd.concat(parts, ignore_index=True)[[*asked.keys, *COLUMNS]]


def _records_of(now: Values, kpi: Kpi, period: Period) -> pd.DataFrame | None:
    records = now.records.get(kpi.name)
    return None if records is None else records[records["period"] == period.label]


def _pooled(
    kpi: Kpi, pooled: pd.DataFrame, days: pd.Series, records: pd.DataFrame | None, people: pd.DataFrame
) -> pd.DataFrame:
    """Peers' value for each rep; totals at the rep's own days, so that their exposure is the rep's."""
    numbers = pooled.astype(float)
    value = benchmark(kpi, numbers, days)
    if kind(kpi) == "records":
        ends = _moments(kpi, pooled, records, people)
    else:
        ends = intervals(kpi, numbers, level=LEVEL)[["conf_low", "conf_high"]]
    plain = kpi.values(numbers)
    scale = value / plain.where(plain != 0)  # 1 for ratios, the rep's share of the peers' days for totals
    return pd.DataFrame(
        {
            "value": value,
            "whole": value,
            "low": ends["conf_low"] * scale,
            "high": ends["conf_high"] * scale,
            "n": events(kpi, numbers),
            "top": numbers[kpi.numerator].where(value.notna()),
            "base": numbers[kpi.base] if kpi.base else np.nan,
            "own": days if kpi.is_total else 1.0,
            "exposure": numbers["peer_days"] if kpi.is_total else numbers["peer_count"],
        }
    )


def _moments(
    kpi: Kpi, pooled: pd.DataFrame, records: pd.DataFrame | None, people: pd.DataFrame
) -> pd.DataFrame:
    """Delta-method ends of the pool, from products of the records that add up over the peers."""
    empty = pd.DataFrame({"conf_low": np.nan, "conf_high": np.nan}, index=pooled.index)
    if records is None or records.empty:
        return empty
    measures = [m.name for m in kpi.sums]
    cells, reps = pd.factorize(records["rep_id"])
    products = second_moments(records[measures].to_numpy(float), cells, len(reps))
    count, place = np.bincount(cells), {rep: i for i, rep in enumerate(reps)}
    theirs = [[place[r] for r in peers_of(people, rep)[0] if r in place] for rep in pooled.index]
    found = delta(
        pooled[measures].to_numpy(float),
        np.stack([products[i].sum(axis=0) for i in theirs]),
        np.array([count[i].sum() for i in theirs]),
        statistic(kpi),
        level=LEVEL,
    )
    return empty.assign(conf_low=found.conf_low, conf_high=found.conf_high)


# Goals -----------------------------------------------------------------------------------------


def _goals(asked: Asked, now: Values) -> pd.DataFrame:
    """Goals for the part of each period that lies within the data, of activities for the days employed."""
    crm, rows = asked.crm, now.table
    by_name = {kpi.name: kpi for kpi in asked.kpis}
    found: dict[str, Mapping[tuple[str, str, str], Goal]] = {}
    part: dict[str, float] = {}
    people: dict[str, pd.DataFrame] = {}
    for period in now.panel.periods:
        found[period.label] = goals_for(crm, period, asked.kpis)
        part[period.label] = elapsed_share(period, crm.as_of, crm.client.country)
        people[period.label] = staff(crm, period) if asked.by == ("rep_id",) else pd.DataFrame()
    targets, wholes = [], []
    for row in rows.to_dict("records"):
        kpi, label = by_name[row["kpi"]], row["period"]
        goal = _goal(kpi, found[label], row, people[label])
        share = 1.0
        if kpi.is_total:
            share = part[label]
            if asked.by and asked.by[0] == "rep_id" and kpi.role != "result":
                share *= _employed(people[label], row["rep_id"])
        wholes.append(goal.target if goal else np.nan)
        targets.append(goal.target * share if goal else np.nan)
    exact = {"value": targets, "low": targets, "high": targets, "whole": wholes}
    return rows[asked.keys].assign(**dict.fromkeys(COLUMNS, np.nan) | exact)


def _goal(
    kpi: Kpi, goals: Mapping[tuple[str, str, str], Goal], row: dict, people: pd.DataFrame
) -> Goal | None:
    if "rep_id" in row:
        rep = row["rep_id"]
        return goal_of(kpi, dict(goals), rep, people.at[rep, "team"] if rep in people.index else None)
    company = goals.get((kpi.name, "organisation", ""))
    if "team" not in row:
        return company
    own = goals.get((kpi.name, "team", row["team"] or ""))
    return own or (None if kpi.is_total or kpi.accumulates != "flow" else company)


def _employed(people: pd.DataFrame, rep: str) -> float:
    return float(people.at[rep, "share"]) if rep in people.index else np.nan
