"""A company whose calls are given week by week, so that what coaching changed can be worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
from build_crm import crm_of

from salesanalysis.core.crm import Crm

FIRST = date(2025, 1, 6)
COLUMNS = ["session_id", "rep_id", "coach", "held_on", "kpi", "action"]


def monday(week: int) -> date:
    """Monday of a week of the company."""
    return FIRST + timedelta(weeks=int(week))


def session(rep: int, week: int, kpi: str | None = "calls", coach: str = "Sri") -> dict[str, object]:
    """A coaching session on the Wednesday of a week."""
    held = monday(week) + timedelta(days=2)
    return {"session_id": f"s{rep}-{week}", "rep_id": f"r{rep}", "coach": coach, "held_on": held, "kpi": kpi}


def company(
    calls: np.ndarray,
    sessions: list[dict[str, object]] | None = None,
    *,
    talks: np.ndarray | None = None,
    left: dict[int, int] | None = None,
    hired: dict[int, int] | None = None,
) -> Crm:
    """A Crm with `calls` (reps x weeks); the first `talks` of a week become conversations.

    Each rep wins one opportunity every fourth week. An email a week shows that everybody logs. `left` and
    `hired` give the week of leaving and of hiring, else long ago.
    """
    reps, weeks = calls.shape
    there = np.ones(calls.shape, dtype=bool)
    people = []
    for i in range(reps):
        start, end = (hired or {}).get(i), (left or {}).get(i)
        there[i, : start or 0] = False
        there[i, weeks if end is None else end :] = False
        day = {"hired_on": date(2020, 1, 6) if start is None else monday(start)}
        day["left_on"] = None if end is None else monday(end)
        people.append({"rep_id": f"r{i}", "name": f"Rep {i:02d}", "team": f"T{i % 2}", "role": "AE", **day})
    rows, won = [], []
    for i, week in zip(*np.nonzero(there), strict=True):
        base = {"rep_id": f"r{i}", "occurred_on": monday(week)}
        for k in range(int(calls[i, week])):
            is_talk = talks is not None and k < talks[i, week]
            rows.append({**base, "kind": "call", "outcome": "conversation" if is_talk else "connected"})
        rows.append({**base, "kind": "email", "outcome": None})
        if (week + i) % 4 == 3:
            won.append({"rep_id": f"r{i}", "created_on": monday(week - 3), "closed_on": monday(week)})
    activities = pd.DataFrame(rows)
    activities.insert(0, "activity_id", [f"a{n}" for n in range(len(rows))])
    opportunities = pd.DataFrame(won).assign(outcome="won", amount=10.0)
    opportunities.insert(0, "opportunity_id", [f"o{n}" for n in range(len(won))])
    frames = {"reps": pd.DataFrame(people), "activities": activities, "opportunities": opportunities}
    if sessions is not None:
        frames["coaching"] = pd.DataFrame([{**s, "action": "practise"} for s in sessions], columns=COLUMNS)
    return crm_of(frames, as_of=monday(weeks) - timedelta(days=1))


def steps(before: list[int], after: list[int], *, weeks: int = 60, start: int = 40) -> np.ndarray:
    """Calls that stand at one level up to a week and at another from then on."""
    counts = np.repeat(np.array(before)[:, None], weeks, axis=1)
    counts[:, start:] = np.array(after)[:, None]
    return counts
