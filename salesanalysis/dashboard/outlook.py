"""The year's total so far and ahead, against its target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..core.result import Note
from ..goals.target import target_path
from ..kpi import Kpi, panel
from ..projection import project

#: Quantiles of what is to come, by name.
ENDS = {"low_80": 0.1, "high_80": 0.9, "low_95": 0.025, "high_95": 0.975}
COLUMNS = ["day_on", "value", "estimate", *ENDS, "target"]
FACTS = ("so_far", "estimate", *ENDS, "target", "chance")
_WEEK = 7


@dataclass(frozen=True)
class Outlook:
    """The path of a year (`COLUMNS`), where it stands and may end (`FACTS`), its state, and cautions."""

    path: pd.DataFrame
    facts: dict[str, float]
    state: str
    notes: tuple[Note, ...] = ()


def outlook(crm: Crm, year: Period, kpi: Kpi, where: Mapping[str, str]) -> Outlook:
    """Return the total of a year week by week, what may come on top of it, and the target beside.

    What was done counts for the team of that day; what is to come is that of the people in it now.
    """
    known = _known(crm, year, kpi, where)
    so_far = float(known["value"].iloc[-1])
    is_over = crm.as_of >= year.last_day
    ahead, drawn, notes = (None, None, ()) if is_over else _ahead(crm, year, kpi, where, so_far)
    path = pd.concat([known, ahead], ignore_index=True) if ahead is not None else known
    path = path.reindex(columns=COLUMNS)
    path["target"] = target_path(crm, year, kpi, path["day_on"], where)
    facts = dict.fromkeys(FACTS, np.nan)
    facts |= {"so_far": so_far, "target": float(target_path(crm, year, kpi, [year.last_day], where)[0])}
    if ahead is not None:
        last = ahead.iloc[-1]
        facts |= {name: float(last[name]) for name in ("estimate", *ENDS)}
        if np.isfinite(facts["target"]):
            facts["chance"] = float((drawn + so_far >= facts["target"]).mean())
    return Outlook(path, facts, "over" if is_over else "running", notes)


def _known(crm: Crm, year: Period, kpi: Kpi, where: Mapping[str, str]) -> pd.DataFrame:
    """Return the total at the end of each week so far, and on the last day known."""
    span = year.clip(crm.as_of)
    found = panel(crm, [kpi], span, by=tuple(where), grain="day").kpis
    for name, value in where.items():
        found = found[found[name] == value]
    daily = found.groupby("period")["estimate"].sum()
    days = [span.start + timedelta(days=i) for i in range(span.days)]
    total = daily.reindex([d.isoformat() for d in days]).fillna(0.0).cumsum().to_numpy()
    kept = [i for i, day in enumerate(days) if day.weekday() == 6 or i == len(days) - 1]
    return pd.DataFrame({"day_on": [days[i] for i in kept], "value": total[kept]})


def _ahead(
    crm: Crm, year: Period, kpi: Kpi, where: Mapping[str, str], so_far: float
) -> tuple[pd.DataFrame | None, np.ndarray | None, tuple[Note, ...]]:
    """Return the rest of the year week by week, and draws of all of it; None where it cannot be told."""
    left = (year.last_day - crm.as_of).days
    weeks = -(-left // _WEEK)
    found = project(crm, weeks=weeks, kpi=kpi.name, **where)
    if found.table.empty:
        return None, None, found.notes
    days = [*range(0, left, _WEEK), left]
    # A week that the year ends in counts by its days.
    share = np.clip(np.array(days)[:, None] / _WEEK - np.arange(weeks), 0.0, 1.0)
    total = found.outlook.draws()[:, :weeks] @ share.T
    rows = pd.DataFrame({"day_on": [crm.as_of + timedelta(days=d) for d in days]})
    rows["estimate"] = so_far + share @ found.outlook.mean.sum(axis=0)[:weeks]
    for name, level in ENDS.items():
        rows[name] = so_far + np.quantile(total, level, axis=0)
    return rows, total[:, -1], found.notes
