"""Sums per rep that the chain is built from: one panel, reps without a record counted as zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

import numpy as np
import pandas as pd

from ..core.calendar import workdays
from ..core.crm import Crm
from ..core.period import Period
from ..goals.scorecard import scorecard
from ..kpi.catalogue import KPIS
from ..kpi.panel import panel
from ..stats.pace import FEWEST_BLOCKS, scatter
from .chain import CLOSED, STEPS
from .peers import Group

#: Stretch of time over which a rep's ups and downs are measured, and how far back.
BLOCK, YEAR = timedelta(weeks=4), timedelta(weeks=52)
_OUTCOMES = ("wins", "losses", "bookings")


def sums(crm: Crm, period: Period, people: Group) -> pd.DataFrame:
    """Return one row per rep of the group: ``days, wins, closed, bookings`` and every step the data has.

    Reps are the index; a column that the data cannot give is absent. Peers without any record are left out.
    """
    names = computable(crm, (*STEPS, *_OUTCOMES))
    wide = panel_wide(crm, names, period).reindex(people.everyone).fillna(0.0)
    if "losses" in wide and "wins" in wide:
        wide[CLOSED] = wide["wins"] + wide["losses"]
    if "bookings" in wide and not wide["bookings"].sum() > 0:
        wide = wide.drop(columns="bookings")
    silent = wide.drop(columns="bookings", errors="ignore").sum(axis=1) == 0
    wide = wide[~silent | (wide.index == people.rep_id)].copy()
    # A column without a single record is a habit this company does not log, not a zero of everyone.
    wide = wide.loc[:, (wide > 0).any() | wide.columns.isin(["wins"])]
    wide["days"] = [float(people.days[i]) for i in wide.index]
    return wide


def dispersion(crm: Crm, period: Period, staff: Iterable[str], step: str) -> float:
    """Return variance over mean of a rep's own four-week counts of `step` over the last year; at least 1.

    Good and bad weeks come in rows, so that weeks alone would promise more than they know; they stand for
    stretches of four only where the data is young, and of fewer than five nothing is known. What all reps of
    `staff` share (a season, a holiday) is left out, and days count as far as they were worked.
    """
    if step not in KPIS:
        return 1.0
    known = min(period.end - crm.span.start, YEAR)
    block = next((b for b in (BLOCK, BLOCK / 4) if known // b >= FEWEST_BLOCKS), None)
    if block is None:
        return 1.0
    blocks = known // block
    span = Period(period.end - blocks * block, period.end)
    found = panel(crm, [step], span, grain=block.days).kpis
    counted = found.pivot(index="rep_id", columns="period", values="estimate")
    reps = crm.reps().set_index("rep_id", drop=False)
    reps = reps.loc[[i for i in staff if i in reps.index]]
    leave = crm.frame("absences") if crm.has("absences") else None
    starts = [span.start + i * block for i in range(blocks)]
    days = np.column_stack(
        [
            workdays(reps, Period(day, day + block), absences=leave, country=crm.client.country)["days"]
            for day in starts
        ]
    )
    counted = counted.reindex(index=reps.index, columns=[Period(d, d + block).label for d in starts])
    return scatter(counted.fillna(0.0).to_numpy(dtype=float), days).own


def panel_wide(crm: Crm, names: list[str], period: Period) -> pd.DataFrame:
    """Return KPI values with reps as rows and KPIs as columns."""
    frame = panel(crm, names, period).kpis
    return frame.pivot(index="rep_id", columns="kpi", values="estimate").reindex(columns=names)


def computable(crm: Crm, names: tuple[str, ...]) -> list[str]:
    """Return those of `names` that this data has the columns for."""
    return [n for n in names if all(crm.has(reference) for reference in KPIS[n].needs)]


def targets(crm: Crm, period: Period, rep_id: str) -> Mapping[str, float]:
    """Return the rep's goals by KPI, totals for the days worked within the data."""
    if not crm.has("goals"):
        return {}
    table = scorecard(crm, period, rep=rep_id, trend=0).table
    return {str(r.kpi): float(r.target) for r in table.itertuples() if pd.notna(r.target)}
