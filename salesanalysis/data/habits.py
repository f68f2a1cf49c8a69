"""Habits of record keeping that decide what the data can answer: late logging, missing owners, old dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import ibis.expr.types as ir
import pandas as pd

from ..core.crm import Crm

#: Days after which an activity counts as logged late.
LATE_DAYS = 7

Condition = Callable[[ir.Table, date], ir.BooleanValue]


@dataclass(frozen=True)
class Habit:
    """One habit: among the rows of `base`, the share for which `met` holds; `needs` names the columns."""

    term: str
    table: str
    needs: tuple[str, ...]
    base: Condition
    met: Condition


def _all(table: ir.Table, as_of: date) -> ir.BooleanValue:
    return table[table.columns[0]].notnull()


def _is(outcome: str) -> Condition:
    return lambda t, as_of: t["outcome"] == outcome


HABITS = (
    Habit(
        "logged_late",
        "activities",
        ("occurred_on", "logged_on"),
        lambda t, as_of: t["logged_on"].notnull(),
        lambda t, as_of: t["logged_on"].delta(t["occurred_on"], unit="day") > LATE_DAYS,
    ),
    Habit(
        "logged_ahead",
        "activities",
        ("occurred_on", "logged_on"),
        lambda t, as_of: t["logged_on"].notnull(),
        lambda t, as_of: t["logged_on"] < t["occurred_on"],
    ),
    Habit("activity_without_rep", "activities", ("rep_id",), _all, lambda t, as_of: t["rep_id"].isnull()),
    Habit(
        "activity_without_opportunity",
        "activities",
        ("opportunity_id",),
        _all,
        lambda t, as_of: t["opportunity_id"].isnull(),
    ),
    Habit(
        "opportunity_without_rep", "opportunities", ("rep_id",), _all, lambda t, as_of: t["rep_id"].isnull()
    ),
    Habit(
        "expected_close_passed",
        "opportunities",
        ("outcome", "expected_close_on"),
        lambda t, as_of: (t["outcome"] == "open") & t["expected_close_on"].notnull(),
        lambda t, as_of: t["expected_close_on"] < as_of,
    ),
    Habit(
        "open_without_expected_close",
        "opportunities",
        ("outcome", "expected_close_on"),
        _is("open"),
        lambda t, as_of: t["expected_close_on"].isnull(),
    ),
    Habit(
        "won_without_amount",
        "opportunities",
        ("outcome", "amount"),
        _is("won"),
        lambda t, as_of: t["amount"].isnull() | (t["amount"] == 0),
    ),
    Habit(
        "lost_with_zero_amount",
        "opportunities",
        ("outcome", "amount"),
        _is("lost"),
        lambda t, as_of: t["amount"] == 0,
    ),
    Habit(
        "lost_without_reason",
        "opportunities",
        ("outcome", "lost_reason"),
        _is("lost"),
        lambda t, as_of: t["lost_reason"].isnull(),
    ),
    Habit(
        "won_on_the_day_created",
        "opportunities",
        ("outcome", "created_on", "closed_on"),
        lambda t, as_of: (t["outcome"] == "won") & t["created_on"].notnull() & t["closed_on"].notnull(),
        lambda t, as_of: t["created_on"] == t["closed_on"],
    ),
)


def habits(crm: Crm) -> pd.DataFrame:
    """Return the habits that this data can show: ``term, table, estimate, n, base, unit``."""
    rows = [_row(h.term, h.table, *counts) for h, counts in _counted(crm)]
    rows += [r for r in (_silent_weeks(crm), _left_owners(crm), _idle_reps(crm), _untracked(crm)) if r]
    return pd.DataFrame(rows, columns=["term", "table", "estimate", "n", "base", "unit"])


def _row(term: str, table: str, n: int, base: int) -> dict[str, object]:
    estimate = n / base if base else float("nan")
    return {
        "term": term,
        "table": table,
        "estimate": estimate,
        "n": int(n),
        "base": int(base),
        "unit": "share",
    }


def _counted(crm: Crm) -> list[tuple[Habit, tuple[int, int]]]:
    found = []
    for name, table in crm.tables.items():
        mine = [h for h in HABITS if h.table == name and set(h.needs) <= set(table.columns)]
        if not mine:
            continue
        asked = {}
        for habit in mine:
            base = habit.base(table, crm.as_of)
            asked[habit.term + "|base"] = table.count(where=base)
            asked[habit.term + "|met"] = table.count(where=base & habit.met(table, crm.as_of))
        counts = table.aggregate(**asked).to_pandas().iloc[0]
        found += [(h, (int(counts[h.term + "|met"]), int(counts[h.term + "|base"]))) for h in mine]
    return found


def _silent_weeks(crm: Crm) -> dict[str, object] | None:
    """Count whole weeks in which an employed rep logged nothing, from the first logged week on."""
    if not crm.has("activities.rep_id"):
        return None
    table = crm.table("activities")
    week = table["occurred_on"].truncate("W")
    seen = table.filter(table["rep_id"].notnull()).select("rep_id", week=week).distinct().to_pandas()
    after = crm.as_of + timedelta(days=1)
    last = pd.Timestamp(after - timedelta(days=after.weekday()))  # Monday of the week not yet over
    if seen.empty:
        return None
    reps = crm.frame("reps").set_index("rep_id")
    first = seen.groupby("rep_id")["week"].min().reindex(reps.index)
    start = (reps["hired_on"].fillna(first) if "hired_on" in reps else first).clip(lower=seen["week"].min())
    start += pd.to_timedelta(-start.dt.day_of_week % 7, unit="D")  # Monday of the first whole week
    end = reps["left_on"].fillna(last) if "left_on" in reps else pd.Series(last, index=reps.index)
    end = end.clip(upper=last)
    employed = ((end - start).dt.days // 7).clip(lower=0).fillna(0)
    seen = seen.assign(start=seen["rep_id"].map(start), end=seen["rep_id"].map(end))
    active = seen[(seen["week"] >= seen["start"]) & (seen["week"] + pd.Timedelta(days=7) <= seen["end"])]
    return _row("silent_rep_weeks", "activities", int(employed.sum()) - len(active), int(employed.sum()))


def _left_owners(crm: Crm) -> dict[str, object] | None:
    """Count open opportunities whose owner has left."""
    if not (crm.has("reps.left_on") and crm.has("opportunities.outcome")):
        return None
    table = crm.table("opportunities")
    owned = table.filter((table["outcome"] == "open") & table["rep_id"].notnull())
    reps = crm.table("reps")
    gone = owned.semi_join(reps.filter(reps["left_on"] <= crm.as_of), "rep_id")
    return _row("open_with_left_owner", "opportunities", gone.count().execute(), owned.count().execute())


def _idle_reps(crm: Crm) -> dict[str, object]:
    """Count reps who own no opportunity at all."""
    reps, owned = crm.table("reps"), crm.table("opportunities").select("rep_id")
    idle = reps.anti_join(owned, "rep_id")
    return _row("rep_without_opportunity", "reps", idle.count().execute(), reps.count().execute())


def _untracked(crm: Crm) -> dict[str, object] | None:
    """Count opportunities of which no stage was ever recorded."""
    if not crm.has("stage_history"):
        return None
    table = crm.table("opportunities")
    without = table.anti_join(crm.table("stage_history").select("opportunity_id"), "opportunity_id")
    return _row("without_stage_history", "opportunities", without.count().execute(), table.count().execute())
