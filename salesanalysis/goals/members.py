"""A standard becomes goals: of each rep by the days there, of teams and the company by their members."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import pandas as pd

from ..core.calendar import workdays, working_days
from ..core.crm import Crm
from ..core.period import Period
from ..kpi import Kpi
from .people import RAMP_WEEKS

#: Columns of the goals proposed.
COLUMNS = (
    *("scope", "scope_id", "name", "team", "group", "kpi", "philosophy"),
    *("target", "target_whole", "conf_low", "conf_high"),
    *("n", "days", "verdict", "reason", "unit", "better"),
)
_NUMBERS = ["target", "target_whole", "conf_low", "conf_high"]


def members(crm: Crm, period: Period, segment: Mapping[str, str]) -> pd.DataFrame:
    """Return the reps employed in `period` as far as that is known, who may lie ahead of the data.

    Columns: ``rep_id, name, team, role, segment, days`` (full-time working days there, less known leave),
    ``share`` (of the working days there are), ``is_ramped`` (on board 13 weeks when the period begins).
    """
    day = min(period.last_day, max(crm.as_of, period.start))
    reps = crm.reps(on=day).reset_index(drop=True)
    for column in ("team", "role", "hired_on", "left_on"):
        if column not in reps:
            reps[column] = None
    leave = crm.frame("absences") if crm.has("absences") else None
    worked = workdays(reps, period, absences=leave, country=crm.client.country)
    whole = working_days(period.start, period.end, crm.client.country)
    hired = pd.to_datetime(reps["hired_on"])
    ramped = hired.isna() | (hired <= pd.Timestamp(period.start - timedelta(weeks=RAMP_WEEKS)))
    people = reps[["rep_id", "name", "team", "role"]].assign(
        segment=[segment.get(rep, "") for rep in reps["rep_id"]],
        days=worked["days"].to_numpy(float),
        share=worked["days"].to_numpy(float) / max(whole, 1),
        is_ramped=ramped,
    )
    people[["team", "role"]] = (
        people[["team", "role"]].astype(object).where(people[["team", "role"]].notna(), "")
    )
    return people[(worked["employed"] > 0).to_numpy()].reset_index(drop=True)


def rows_of(
    crm: Crm,
    kpis: tuple[Kpi, ...],
    people: pd.DataFrame,
    standards: pd.DataFrame,
    meant: Mapping[str, str],
) -> pd.DataFrame:
    """Return one row per rep, team and the company, and KPI that is any part of their work."""
    parts = []
    for kpi in kpis:
        found = standards[standards["kpi"] == kpi.name].set_index("group")
        reps = _reps(kpi, people, found)
        if reps.empty:
            continue
        parts.append(reps)
        teams = [_together(kpi, rows, "team", str(team)) for team, rows in reps.groupby("team") if team]
        parts.append(pd.DataFrame([*teams, _together(kpi, reps, "organisation", "")]))
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    table = pd.concat(parts, ignore_index=True)
    table["philosophy"] = table["kpi"].map(meant)
    return table[list(COLUMNS)]


def _reps(kpi: Kpi, people: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return the goals of the reps of a role that has a standard, or would have one with more reps."""
    own = people["role"] + " · " + people["segment"]
    group = own.where(own.isin(found.index), people["role"])
    there = group.isin(found.index)
    rows = people[there].reset_index(drop=True)
    group = group[there].reset_index(drop=True)
    picked = found.loc[group]
    table = pd.DataFrame(
        {
            "scope": "rep",
            "scope_id": rows["rep_id"],
            "name": rows["name"],
            "team": rows["team"],
            "group": group,
            "kpi": kpi.name,
            "n": picked["n"].to_numpy(),
            "days": rows["days"],
            "verdict": picked["verdict"].to_numpy(),
            "reason": picked["reason"].to_numpy(),
            "unit": kpi.unit,
            "better": kpi.better,
        }
    )
    share = rows["share"] if kpi.is_total else 1.0
    table["target_whole"] = picked["estimate"].to_numpy(float)
    table["target"] = table["target_whole"] * share
    table["conf_low"] = picked["conf_low"].to_numpy(float) * share
    table["conf_high"] = picked["conf_high"].to_numpy(float) * share
    told = table["verdict"] == "proposed"
    table.loc[told & ~rows["is_ramped"], "reason"] = "ramping"
    away = rows["days"] <= 0
    table.loc[away, ["verdict", "reason"]] = ["cannot_tell", "no_working_days"]
    table.loc[away, _NUMBERS] = np.nan
    return table


def _together(kpi: Kpi, reps: pd.DataFrame, scope: str, scope_id: str) -> dict[str, object]:
    """Return the goal of a team: what adds up is the members' sum, a ratio their mean by days."""
    told = reps[reps["verdict"] == "proposed"]
    row: dict[str, object] = {
        "scope": scope,
        "scope_id": scope_id,
        "name": scope_id,
        "team": scope_id if scope == "team" else "",
        "group": "",
        "kpi": kpi.name,
        "n": len(told),
        "days": float(told["days"].sum()),
        "verdict": "proposed",
        "reason": "some_without" if len(told) < len(reps) else "",
        "unit": kpi.unit,
        "better": kpi.better,
    }
    if told.empty:
        reasons = reps["reason"].mode()
        return row | dict.fromkeys(_NUMBERS, np.nan) | {"verdict": "cannot_tell", "reason": reasons.iloc[0]}
    if adds_over_reps(kpi):
        return row | {column: float(told[column].sum()) for column in _NUMBERS}
    if kpi.accumulates == "distinct" and not kpi.base:
        return row | dict.fromkeys(_NUMBERS, np.nan) | {"verdict": "cannot_tell", "reason": "does_not_add_up"}
    weight = told["days"] / told["days"].sum()
    return row | {column: float((told[column] * weight).sum()) for column in _NUMBERS}


def adds_over_reps(kpi: Kpi) -> bool:
    """Tell whether the team's value is the sum of its members': counts and money, also those on a day.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> adds_over_reps(sa.KPIS["open_pipeline"]), adds_over_reps(sa.KPIS["win_rate"])
    (True, False)
    """
    return not kpi.base and kpi.combine is None and kpi.accumulates != "distinct"
