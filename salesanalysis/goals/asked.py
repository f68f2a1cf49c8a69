"""The goals of one rep, team or the company, row by row: by week to year, how far, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.errors import InvalidInput, MissingData, unknown
from ..core.period import Period
from ..kpi import KPIS, Kpi
from ..kpi.panel import computable
from .goal import Goal
from .grains import per_grain
from .pacing import PacingResult, counted_by
from .philosophy import SHOULD_REACH
from .reach import contradiction, reached, share_reached
from .scorecard import scorecard
from .verdict import attainment

#: Totals that a page is about, the first one with a goal; then any other total.
HEADLINES = ("bookings", "wins", "leads_handed")
COLUMNS = (
    "kpi", "unit", "better", "philosophy", "target_week", "target_month", "target_quarter", "target_year",
    "target_whole", "so_far", "expected_so_far", "estimate", "conf_low", "conf_high", "attainment", "chance",
    "need_this_week", "verdict", "reason", "share_meant_low", "share_meant_high", "share_reached",
    "share_low", "share_high", "n", "check",
)  # fmt: skip


def subject(crm: Crm, span: Period, rep: str, team: str) -> tuple[str, str, dict[str, Any]]:
    """Return whose page it is: the scope, its id, and name, role, team and manager."""
    if rep and team:
        raise InvalidInput("Give a rep or a team, not both; neither gives the company.")
    if rep:
        rep_id = str(crm.rep(rep)["rep_id"])
        people = crm.reps(on=min(max(crm.as_of, span.start), span.last_day)).set_index("rep_id")
        facts = people.loc[rep_id]
        hired, left = facts.get("hired_on"), facts.get("left_on")
        if (pd.notna(hired) and _day(hired) >= span.end) or (pd.notna(left) and _day(left) <= span.start):
            raise InvalidInput(f"{facts['name']} is not employed in {span}. Choose another period.")
        return "rep", rep_id, {k: facts.get(k) for k in ("name", "role", "team", "manager")}
    if not team:
        return "organisation", "", {"name": crm.client.name}
    crm.require("reps.team", wanted_by="A team's page")
    known = sorted(crm.reps()["team"].dropna().unique())
    found = [name for name in known if str(name).casefold() == team.casefold()]
    if not found:
        raise unknown("team", team, known)
    return "team", str(found[0]), {"name": str(found[0])}


def _day(value: object) -> date:
    return pd.Timestamp(value).date()


def mine(
    crm: Crm, span: Period, goals: Mapping[tuple[str, str, str], Goal], key: tuple[str, str]
) -> dict[str, Goal]:
    """Return the goals of the subject by KPI in the order of the sales process.

    A team's and the company's own; of totals that only members have goals for, the goal is summed in
    `pacing` and stands here without a value.
    """
    people = crm.reps(on=min(max(crm.as_of, span.start), span.last_day))
    if key[0] == "team":
        people = people[people["team"] == key[1]]
    members = set(people["rep_id"])
    found = {}
    # Totals first: they are followed day by day.
    for name in sorted(KPIS, key=lambda name: not _can_pace(KPIS[name])):
        own = goals.get((name, *key))
        theirs = [
            g for (kpi, scope, who), g in goals.items() if (kpi, scope) == (name, "rep") and who in members
        ]
        if own is None and key[0] != "rep" and theirs and _can_pace(KPIS[name]):
            own = replace(theirs[0], target=np.nan, scope=key[0], scope_id=key[1], basis="members")
        if own is not None:
            found[name] = own
    return found


def _can_pace(kpi: Kpi) -> bool:
    try:
        counted_by(kpi)
    except InvalidInput:
        return False
    return True


def paced(mine: Mapping[str, Goal]) -> list[str]:
    """Return the names of those that are followed day by day."""
    return [name for name in mine if _can_pace(KPIS[name])]


def headlines(crm: Crm, mine: Mapping[str, Goal]) -> list[str]:
    """Return the totals that the page could be about, best first: with a goal, else what the data gives.

    Raises
    ------
    MissingData
        The data gives none.
    """
    followed = paced(mine)
    able = {kpi.name for kpi in computable(crm, KPIS.pick(HEADLINES), ["rep_id"])}
    found = [n for n in (*HEADLINES, *followed) if n in followed] or [n for n in HEADLINES if n in able]
    if not found:
        raise MissingData("There is nothing to set goals for: the data has neither wins nor leads handed.")
    return found


def rows(
    crm: Crm, span: Period, mine: Mapping[str, Goal], by_kpi: Mapping[str, PacingResult], key: tuple[str, str]
) -> pd.DataFrame:
    """Return one row per KPI with a goal."""
    past = reached(crm, KPIS.pick(list(mine))) if mine else pd.DataFrame()
    found = [_row(crm, span, goal, by_kpi.get(name), key) for name, goal in mine.items()]
    return pd.DataFrame([row | _shares(past, row) for row in found], columns=list(COLUMNS))


def _row(
    crm: Crm, span: Period, goal: Goal, paced: PacingResult | None, key: tuple[str, str]
) -> dict[str, object]:
    """Return the row of one KPI: a total from its pacing, another from the scorecard."""
    kpi, whole = KPIS[goal.kpi], goal.target
    facts = {"kpi": kpi.name, "unit": kpi.unit, "better": kpi.better, "philosophy": goal.philosophy}
    if paced is None:
        found = _judged(crm, span, kpi, goal, key)
    else:
        row = paced.of(*key).table.iloc[0]
        asked = float(row["target_whole"])
        # A usual week has the goal as it is stated, the period that of the days there.
        stated = goal.target if np.isfinite(goal.target) else asked
        names = ("so_far", "expected_so_far", "estimate", "conf_low", "conf_high", "chance", "need_this_week")
        found = {name: row[name] for name in (*names, "verdict", "reason")}
        found["attainment"] = attainment(row["so_far"], asked, kpi.better)
        goal, whole = replace(goal, target=stated), asked
    grains = {f"target_{g}": v for g, v in per_grain(crm, kpi, goal, span, asked=whole).items()}
    return facts | grains | {"target_whole": whole} | found


def _judged(crm: Crm, span: Period, kpi: Kpi, goal: Goal, key: tuple[str, str]) -> dict[str, object]:
    """Return what a scorecard says of a KPI that does not add up day by day."""
    if key[0] != "rep" or span.start > crm.as_of or not computable(crm, [kpi], ["rep_id"]):
        return {"verdict": "cannot_tell", "reason": "not_begun" if span.start > crm.as_of else "not_paced"}
    card = scorecard(crm, span, rep=key[1], kpis=kpi, trend=0).table.iloc[0]
    names = ("estimate", "conf_low", "conf_high", "attainment", "verdict")
    return {name: card[name] for name in names} | {"reason": ""}


def _shares(past: pd.DataFrame, row: dict[str, object]) -> dict[str, object]:
    """Return how many reps should reach a goal like this, and how many did in finished periods."""
    low, high = SHOULD_REACH[str(row["philosophy"])]
    found = share_reached(past[past["kpi"] == row["kpi"]])
    return {
        "share_meant_low": low,
        "share_meant_high": high,
        "share_reached": found.estimate,
        "share_low": found.conf_low,
        "share_high": found.conf_high,
        "n": found.n,
        "check": contradiction(found, str(row["philosophy"])),
    }
