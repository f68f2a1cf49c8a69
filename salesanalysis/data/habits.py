"""Habits of record keeping that decide what the data can answer: late logging, missing owners, old dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import pandas as pd

from ..core.crm import Crm
from .amounts import amounts
from .attribution import attribution_shares
from .gaps import EVIDENCE, Weeks

#: Days after which an activity counts as logged late.
LATE_DAYS = 7
#: Share of rows above which a habit is something to look at, where it declares no limit of its own.
LIMIT = 0.05
#: Limits of habits that are not declared below; above 1 nothing ever reaches it.
LIMITS = {
    "silent_rep_weeks": 0.1,
    "rep_without_opportunity": 0.2,
    "without_stage_history": 0.2,
    "amount_of_one_digit": 0.5,
    "same_amount": 0.2,
    "currency_without_rate": 0.0,
    "attributed_by_link": 2.0,
    "attributed_by_contact": 2.0,
    "attributed_by_account": 2.0,
    "attributed_by_none": 0.5,
}
COLUMNS = ["term", "table", "estimate", "n", "base", "unit", "severity", "example"]

Condition = Callable[[ir.Table, date], ir.BooleanValue]


@dataclass(frozen=True)
class Habit:
    """One habit: among the rows of `base`, the share for which `met` holds; `needs` names the columns."""

    term: str
    table: str
    needs: tuple[str, ...]
    base: Condition
    met: Condition
    limit: float = LIMIT


def _all(table: ir.Table, as_of: date) -> ir.BooleanValue:
    return table[table.columns[0]].notnull()


def _is(outcome: str) -> Condition:
    return lambda t, as_of: t["outcome"] == outcome


def _written(table: ir.Table, as_of: date) -> ir.BooleanValue:
    return table["logged_on"].notnull()


def _lag(table: ir.Table) -> ir.IntegerValue:
    return table["logged_on"].delta(table["occurred_on"], unit="day")


HABITS = (
    Habit(
        "logged_after_a_day",
        "activities",
        ("occurred_on", "logged_on"),
        _written,
        lambda t, as_of: _lag(t) > 1,
        0.2,
    ),
    Habit(
        "logged_late",
        "activities",
        ("occurred_on", "logged_on"),
        _written,
        lambda t, as_of: _lag(t) > LATE_DAYS,
    ),
    Habit(
        "logged_ahead",
        "activities",
        ("occurred_on", "logged_on"),
        _written,
        lambda t, as_of: t["logged_on"] < t["occurred_on"],
    ),
    Habit("activity_without_rep", "activities", ("rep_id",), _all, lambda t, as_of: t["rep_id"].isnull()),
    Habit(
        "opportunity_without_rep", "opportunities", ("rep_id",), _all, lambda t, as_of: t["rep_id"].isnull()
    ),
    Habit(
        "expected_close_passed",
        "opportunities",
        ("outcome", "expected_close_on"),
        lambda t, as_of: (t["outcome"] == "open") & t["expected_close_on"].notnull(),
        lambda t, as_of: t["expected_close_on"] < as_of,
        0.2,
    ),
    Habit(
        "open_without_expected_close",
        "opportunities",
        ("outcome", "expected_close_on"),
        _is("open"),
        lambda t, as_of: t["expected_close_on"].isnull(),
    ),
    Habit(
        "open_without_next_step",
        "opportunities",
        ("outcome", "next_step"),
        _is("open"),
        lambda t, as_of: t["next_step"].isnull(),
        0.2,
    ),
    Habit(
        "created_by_import",
        "opportunities",
        ("entered_by",),
        lambda t, as_of: t["entered_by"].notnull(),
        lambda t, as_of: t["entered_by"] == "import",
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
        0.2,
    ),
    Habit(
        "won_on_the_day_created",
        "opportunities",
        ("outcome", "created_on", "closed_on"),
        lambda t, as_of: (t["outcome"] == "won") & t["created_on"].notnull() & t["closed_on"].notnull(),
        lambda t, as_of: t["created_on"] == t["closed_on"],
        0.1,
    ),
)


def habits(crm: Crm, weeks: Weeks) -> pd.DataFrame:
    """Return the habits that this data can show: ``term, table, estimate, n, base, unit, severity, example``.

    `weeks` are the rep-weeks of `gaps.rep_weeks`.
    """
    rows = [_row(h.term, h.table, *counts, limit=h.limit) for h, counts in _counted(crm)]
    others = [_idle_reps(crm), *_left_owners(crm), *_untracked(crm), *amounts(crm), *_attributed(crm)]
    if weeks.expected:
        others.append(("silent_rep_weeks", "activities", weeks.silent, weeks.expected, ""))
    if weeks.counted:
        others += [
            (f"gap_beside_{name}", "activities", weeks.beside[name], weeks.counted, "") for name in EVIDENCE
        ]
    for term, table, n, base, example in others:
        rows.append(_row(term, table, n, base, limit=LIMITS.get(term, LIMIT), example=example))
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(term: str, table: str, n: int, base: int, *, limit: float, example: str = "") -> dict[str, object]:
    estimate = n / base if base else float("nan")
    severity = "warning" if base and estimate > limit else "info"
    values = (term, table, estimate, int(n), int(base), "share", severity, example)
    return dict(zip(COLUMNS, values, strict=True))


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


def _left_owners(crm: Crm) -> list[tuple[str, str, int, int, str]]:
    """Count open opportunities whose owner has left."""
    if not (crm.has("reps.left_on") and crm.has("opportunities.outcome")):
        return []
    table = crm.table("opportunities")
    owned = table.filter((table["outcome"] == "open") & table["rep_id"].notnull())
    reps = crm.table("reps")
    gone = owned.semi_join(reps.filter(reps["left_on"] <= crm.as_of), "rep_id")
    counts = int(gone.count().execute()), int(owned.count().execute())
    return [("open_with_left_owner", "opportunities", *counts, "")]


def _idle_reps(crm: Crm) -> tuple[str, str, int, int, str]:
    """Count reps who own no opportunity at all."""
    reps, owned = crm.table("reps"), crm.table("opportunities").select("rep_id")
    idle = reps.anti_join(owned, "rep_id")
    return "rep_without_opportunity", "reps", int(idle.count().execute()), int(reps.count().execute()), ""


def _untracked(crm: Crm) -> list[tuple[str, str, int, int, str]]:
    """Count opportunities of which no stage was ever recorded."""
    if not crm.has("stage_history"):
        return []
    table = crm.table("opportunities")
    without = table.anti_join(crm.table("stage_history").select("opportunity_id"), "opportunity_id")
    counts = int(without.count().execute()), int(table.count().execute())
    return [("without_stage_history", "opportunities", *counts, "")]


def _attributed(crm: Crm) -> list[tuple[str, str, int, int, str]]:
    """Count the activities by how their opportunity is known."""
    if not crm.has("activities"):
        return []
    shares = attribution_shares(crm).table
    return [(f"attributed_by_{r.term}", "activities", int(r.n), int(r.base), "") for r in shares.itertuples()]
