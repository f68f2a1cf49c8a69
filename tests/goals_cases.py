"""A company for goals under way: six reps over ninety weeks, known up to the middle of a quarter."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
from build_crm import crm_of

from salesanalysis.core.client import Client
from salesanalysis.core.crm import Crm

AS_OF, START = date(2026, 8, 14), date(2024, 11, 25)
#: Wins a week and mean size of a win in millions, by rep.
REPS = {"a1": (1.0, 20), "a2": (0.6, 20), "a3": (1.4, 25), "a4": (0.8, 15), "a5": (1.0, 20), "a6": (1.2, 30)}
GOAL = ("wins", "rep", "a1", "2026-Q3", 14, "C average")


def company(
    *goals: tuple[str, str, str, str, float, str],
    as_of: date = AS_OF,
    extra: tuple[tuple[str, ...], ...] = (),
    leave: tuple[tuple[str, date, date], ...] = (),
    calls: bool = True,
    weeks: int = 90,
    seed: int = 0,
    season: float = 0.0,
) -> Crm:
    """Draw the company; `extra` reps are ``(rep_id, hired_on, left_on)`` and never do anything.

    Opportunities are won after 30 days; every second one is lost. Each closed one had two proposals, eight
    conversations and forty calls in its week. `season` moves wins by that share between halves of the year.
    """
    rng = np.random.default_rng(seed)
    last = as_of - timedelta(days=as_of.weekday())
    opportunities, activities = [], []
    for rep, (rate, size) in REPS.items():
        for week in range(weeks):
            monday = last - timedelta(weeks=week)
            level = rate * (1 + season * (1 if 7 <= monday.month <= 9 else -1 / 3))
            for i in range(2 * rng.poisson(level)):
                day = monday + timedelta(days=int(rng.integers(5)))
                amount = round(float(rng.gamma(4, size / 4)), 1) * 1e6
                outcome = "won" if i % 2 else "lost"
                opportunities.append(
                    (f"{rep}-{week}-{i}", rep, day - timedelta(days=30), day, outcome, amount)
                )
                if calls:
                    activities += [(rep, day, "proposal", None)] * 2
                    activities += [(rep, day, "call", "conversation")] * 8
                    activities += [(rep, day, "call", "no_answer")] * 32
    reps = [(r, r.upper(), "North" if r < "a4" else "South", "AE", "2020-01-06", None) for r in REPS]
    reps += [(r, r.upper(), "South", "AE", hired, left) for r, hired, left in extra]
    frames = {
        "reps": _frame(reps, "rep_id name team role hired_on left_on"),
        "opportunities": _frame(opportunities, "opportunity_id rep_id created_on closed_on outcome amount"),
        "goals": _frame(goals, "kpi scope scope_id period target philosophy"),
    }
    if activities:
        frames["activities"] = _frame(activities, "rep_id occurred_on kind outcome")
        frames["activities"].insert(0, "activity_id", [f"x{i}" for i in range(len(activities))])
    if leave:
        frames["absences"] = _frame(leave, "rep_id starts_on ends_on")
    known = frames["opportunities"]["closed_on"] <= as_of
    frames["opportunities"] = frames["opportunities"][known]
    if "activities" in frames:
        frames["activities"] = frames["activities"][frames["activities"]["occurred_on"] <= as_of]
    if not goals:
        del frames["goals"]
    return crm_of(frames, as_of=as_of, client=Client(name="Goals", language="en", minimum_base=2, country=""))


def _frame(rows: object, columns: str) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split())
