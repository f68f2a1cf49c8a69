"""Sums per rep that the chain is built from: one panel, reps without a record counted as zero."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ..core.calendar import working_days
from ..core.crm import Crm
from ..core.period import Period
from ..goals.scorecard import scorecard
from ..kpi.catalogue import KPIS
from ..kpi.panel import panel
from ..stats.funnel import overdispersion
from .chain import CLOSED, STEPS
from .peers import Group

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


def dispersion(crm: Crm, period: Period, people: Group, step: str) -> float:
    """Return variance over mean of a rep's weekly counts of `step`, pooled over the group; at least 1."""
    if step not in KPIS:
        return 1.0
    # Weeks with a public holiday are short for everybody and would pass for a rep's own ups and downs.
    country = crm.client.country
    weeks = [
        w for w in period.split("week") if w.grain == "week" and working_days(w.start, w.end, country) == 5
    ]
    longest = max(people.days[i] for i in people.everyone)
    reps = [i for i in people.everyone if people.days[i] == longest]
    if len(weeks) < 2:
        return 1.0
    frame = panel(crm, [step], Period(weeks[0].start, weeks[-1].end), grain="week").kpis
    grid = pd.MultiIndex.from_product([reps, [w.label for w in weeks]], names=["rep_id", "period"])
    counted = frame.set_index(["rep_id", "period"])["estimate"].reindex(grid).fillna(0.0).rename("count")
    return overdispersion(counted.reset_index(), "count", unit="rep_id")


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
