"""Whose past a goal is proposed from: comparable ramped reps in comparable earlier periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.period import GRAINS, Period
from ..kpi import Kpi, panel
from ..kpi.query import first_days
from .people import staff

#: Fewest earlier periods and fewest comparable reps that a goal can be proposed from.
MIN_PERIODS, MIN_REPS = 4, 8
#: Share of a rep's opportunities that lie in one business category before the rep belongs to it.
MOST_IN = 2 / 3
#: Days at the start of a period that the records may miss.
GRACE = timedelta(days=7)
#: Columns of the rows before any sums.
_PEOPLE = ("rep_id", "period", "role", "days")
_GRAINS = ("year", "half", "quarter", "month", "week")


@dataclass(frozen=True, eq=False)
class Past:
    """What comparable reps did in earlier periods.

    Attributes
    ----------
    rows : pandas.DataFrame
        One row per rep and period in which the rep was ramped and there: ``rep_id, period, role, segment,
        days`` and one column of sums a measure.
    periods : tuple of Period
        The earlier periods, in order.
    begun : mapping of str to date
        Day of the first record by KPI.
    """

    rows: pd.DataFrame
    periods: tuple[Period, ...]
    begun: Mapping[str, date | None]

    def of(self, kpi: Kpi) -> pd.DataFrame:
        """Return the rows of the periods in which `kpi` was recorded."""
        first = self.begun.get(kpi.name)
        labels = [p.label for p in self.periods if first and first <= p.start + GRACE]
        return self.rows[self.rows["period"].isin(labels)]


def earlier(crm: Crm, period: Period, history: int) -> tuple[Period, ...]:
    """Return up to `history` whole periods within the data that end before `period` begins, the latest last.

    They are of the grain of `period` where four of them are known, else of the longest shorter grain of
    which there are four: a goal for a year can rest on quarters.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> [p.label for p in earlier(sa.sample(), sa.Period.parse("2026-Q4"), 4)]
    ['2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3']
    >>> [p.label for p in earlier(sa.sample(), sa.Period.parse("2027"), 4)]
    ['2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3']
    """
    found = _back(crm, period, history)
    own = period.grain if period.grain in _GRAINS else ""
    shorter = _GRAINS[_GRAINS.index(own) + 1 :] if own else ()
    for grain in shorter if len(found) < MIN_PERIODS else ():
        start = Period.containing(period.start - timedelta(days=1), grain, fiscal_start=period.fiscal_start)
        other = _back(crm, start.next() if start.end <= period.start else start, history)
        if len(other) >= MIN_PERIODS:
            return other
    return found


def _back(crm: Crm, period: Period, history: int) -> tuple[Period, ...]:
    """Return the whole periods before `period`; those that the data does not reach are passed over."""
    found, one = [], period.previous()
    while len(found) < history and one.start + GRACE >= crm.span.start:
        if one.last_day <= crm.as_of:
            found.append(one)
        one = one.previous()
    return tuple(reversed(found))


def past(crm: Crm, kpis: Iterable[Kpi], periods: tuple[Period, ...]) -> Past:
    """Return what ramped reps did in `periods`: sums of every measure by rep and period, and their days.

    Reps who left since are among them: without them the weakest would be missing.
    """
    kpis = tuple(kpis)
    parts = [_people(crm, period) for period in periods]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_PEOPLE))
    if kpis and len(rows):
        sums = _sums(crm, kpis, periods)
        rows = rows.merge(sums, on=["rep_id", "period"], how="left")
        measures = [c for c in sums.columns if c not in ("rep_id", "period")]
        rows[measures] = rows[measures].fillna(0.0)
    return Past(rows, periods, first_days(crm, kpis))


def _sums(crm: Crm, kpis: tuple[Kpi, ...], periods: tuple[Period, ...]) -> pd.DataFrame:
    """Return the sums by rep and period; all periods in one query where the calendar allows."""
    first, grain = periods[0], periods[0].grain
    if grain in GRAINS:
        stretch = Period(first.start, periods[-1].end, "range", first.fiscal_start)
        found = panel(crm, kpis, stretch, grain=grain).sums
        labels = {p.start: p.label for p in periods}
        return found[found["period"].isin(labels.values()) & found["rep_id"].notna()]
    parts = [panel(crm, kpis, period).sums for period in periods]
    found = pd.concat(parts, ignore_index=True)
    return found[found["rep_id"].notna()]


def _people(crm: Crm, period: Period) -> pd.DataFrame:
    people = staff(crm, period)
    people = people[people["is_peer"]]
    return pd.DataFrame(
        {
            "rep_id": people["rep_id"].astype(object).to_numpy(),
            "period": period.label,
            "role": people["role"].where(people["role"].notna(), "").to_numpy(),
            "days": people["days"].to_numpy(float),
        }
    )


def segments(crm: Crm, span: Period) -> dict[str, str]:
    """Return by rep the business category in which most of the opportunities created in `span` lie.

    A rep whose opportunities are spread over categories is not listed.
    """
    needs = ("opportunities.rep_id", "opportunities.account_id", "accounts.segment")
    if not all(crm.has(need) for need in needs):
        return {}
    made = crm.table("opportunities")
    made = made.filter(made.created_on >= span.start, made.created_on < span.end)
    made = made.select("rep_id", "account_id").join(
        crm.table("accounts").select("account_id", "segment"), "account_id"
    )
    counts = made.group_by("rep_id", "segment").agg(n=made.count()).to_pandas().dropna()
    counts["share"] = counts["n"] / counts.groupby("rep_id")["n"].transform("sum")
    counts = counts[counts["share"] >= MOST_IN]
    return dict(zip(counts["rep_id"], counts["segment"]))


def groups(rows: pd.DataFrame, segment: Mapping[str, str]) -> pd.Series:
    """Return the group of each row: the role, and the business category where enough reps share both.

    Examples
    --------
    >>> rows = pd.DataFrame({"rep_id": list("abcdefgh") + ["i"], "role": "AE"})
    >>> sorted(groups(rows, dict.fromkeys("abcdefgh", "retail")).unique())
    ['AE', 'AE · retail']
    """
    role = rows["role"].astype(str)
    within = role + " · " + pd.Series([segment.get(rep, "") for rep in rows["rep_id"]], rows.index)
    reps = rows["rep_id"].groupby(within).transform("nunique")
    return pd.Series(np.where((reps >= MIN_REPS) & rows["rep_id"].isin(segment), within, role), rows.index)
