"""What reps coached by a colleague gained beyond what would have come anyway, by coach."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.shelf import kept
from ..kpi import Kpi
from ..stats import Units, Windows, stacked
from ..training.sessions import first_of_any, first_on, sessions
from ..training.weekly import is_weekly, weekly

#: Mentees in the comparison below which nothing is said about gains.
MIN_MENTEES = 3
#: One row per coach who is a rep: mentees on the KPI, those that can be compared, change as a share.
COLUMNS = ("rep_id", "mentees", "compared", "gain", "gain_low", "gain_high", "p_value")


def gains(crm: Crm, kpi: Kpi) -> pd.DataFrame:
    """Return what the mentees of each coach gained on a KPI, computed once for a Crm.

    Reps are often given a coach after bad weeks, which better weeks follow anyway. So a mentee's thirteen
    weeks from the first session on are held against weeks 26 to 9 before it, the eight before left out, and
    the same ratio of reps not coached by then is divided out (`stats.stacked`).

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row per coach; ``gain`` is NaN below `MIN_MENTEES`. The reps' own managers are
        no reps and have no row.
    """
    return kept(crm, "coaching.gains", (kpi.name,), lambda: _gains(crm, kpi))


def _gains(crm: Crm, kpi: Kpi) -> pd.DataFrame:
    held = sessions(crm)
    held["coach"] = held["coach"].map(_rep_ids(crm)).astype(object)
    mine = held[(held["kpi"] == kpi.name) & held["coach"].notna() & (held["coach"] != held["rep_id"])]
    if mine.empty or not is_weekly(kpi):
        return pd.DataFrame(columns=list(COLUMNS))
    weeks = weekly(crm, [kpi])
    clean = first_of_any(first_on(held.fillna({"coach": ""})))
    until = {rep: weeks.place(day) for rep, day in zip(clean["rep_id"], clean["held_on"], strict=True)}
    clean_until = np.array([until.get(rep, np.inf) for rep in weeks.reps], dtype=float)
    place = {rep: i for i, rep in enumerate(weeks.reps)}
    first = first_on(held[held["kpi"] == kpi.name].fillna({"coach": ""}))
    rows = []
    for coach, group in first[first["coach"].isin(set(mine["coach"]))].groupby("coach"):
        starts = np.full(len(weeks.reps), np.nan)
        for rep, day in zip(group["rep_id"], group["held_on"], strict=True):
            starts[place[rep]] = weeks.place(day)
        row = {"rep_id": coach, "mentees": len(group), "compared": 0}
        if kpi.numerator in weeks.sums:
            units = Units(weeks.counts(kpi), starts, clean_until, weeks.base(kpi), weeks.role)
            row |= _gain(units)
        rows.append(row)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _gain(units: Units) -> dict[str, float]:
    found = stacked(units, Windows())
    if found.treated.size < MIN_MENTEES:
        return {"compared": int(found.treated.size)}
    values = (found.estimate, found.conf_low, found.conf_high)
    change = dict(zip(("gain", "gain_low", "gain_high"), np.expm1(values).tolist(), strict=True))
    return {"compared": int(found.treated.size), **change, "p_value": found.p_value}


def _rep_ids(crm: Crm) -> dict[str, str]:
    """Return rep_id by what a session may call the coach: a name that one rep alone has, or the rep_id."""
    reps = crm.reps()
    ids = reps["rep_id"].astype(str)
    once = ~reps["name"].duplicated(keep=False)
    return dict(zip(reps["name"][once].astype(str), ids[once], strict=True)) | dict(
        zip(ids, ids, strict=True)
    )
