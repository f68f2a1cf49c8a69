"""Words for `TeamActivityResult`: volume, goals and tasks, and what to ask about."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..activity import TeamActivityResult
from ..activity.bursts import LATE, LEAST, TIMES
from ..core.fonts import shortest_fitting
from ..core.i18n import Language, escape
from ..kpi import KPIS
from . import explains
from .activity_ask import items, run_days
from .goals_page import small

#: Kinds that the first sentence names, as far as the data has them.
_NAMED = ("calls", "emails")
#: Verdicts of goals in the order of sentences.
_STANDS = ("reached", "ahead", "on_line", "behind", "missed", "cannot_tell")


@explains(TeamActivityResult)
def activity(result: TeamActivityResult, detail: str, kind: str) -> str:
    """Put a team's activity into words; `kind`: tiles, path, ask, heat or reps."""
    words = result.client.words
    if detail == "method":
        return words.t("activity.method", times=words.number(TIMES), least=words.number(LEAST), late=LATE)
    if detail == "answer":
        return "\n".join(_nothing(result) if "activities" in result.missing else _answer(result))
    if kind == "path":
        return _path(result, detail)
    if kind == "ask":
        return _ask(result, detail)
    if kind == "heat":
        return _heat(result, detail)
    if kind == "reps":
        return _reps(result, detail)
    if kind == "tiles" and detail in ("title", "subtitle"):
        weeks = max((len(t) for t in result.totals["trend"]), default=0)
        return words.t(f"activity.tiles.{detail}", weeks=words.number(weeks))
    if detail == "title":
        return _title(result)
    facts = {"period": words.period(result.period), "entries": words.number(result.n)}
    if detail == "alt":
        return words.t("activity.alt", reps=words.number(result.reps), **facts)
    return words.t("activity.subtitle", **facts) if detail == "subtitle" else ""


def decimals_of(result: TeamActivityResult) -> dict[str, int]:
    """Return how many decimals the rates of each kind have, in one table and everywhere."""
    return {row.kpi: 1 if row.estimate >= 2 else 2 for row in result.totals.itertuples()}


def rates(low: float, high: float, words: Language, decimals: int) -> str:
    """Write the interval of a rate."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return words.number(np.nan)
    return words.span(words.number(low, decimals), words.number(high, decimals))


def silent(result: TeamActivityResult) -> pd.DataFrame:
    """Return the runs that are rare by the reps' own habits, the longest first."""
    found = result.silences[result.silences["verdict"] == "unusual"]
    return found.sort_values("days", ascending=False, kind="stable")


def _title(result: TeamActivityResult) -> str:
    words, runs = result.client.words, silent(result)
    if "activities" in result.missing:
        return words.t("activity.title.none", period=words.period(result.period))
    if len(runs):
        return words.t("activity.title.silence", count=len(runs))
    plain = words.t("activity.title.plain", entries=words.number(result.n), reps=words.number(result.reps))
    if result.goals.empty or not np.isfinite(result.goals["attainment"].iloc[0]):
        return plain
    first = result.goals.iloc[0]
    share = words.percent(first["attainment"], 0)
    goal = words.t("activity.title.goal", kpi=KPIS[first["kpi"]].label(words, "short"), share=share)
    return shortest_fitting([goal, plain])


def _nothing(result: TeamActivityResult) -> tuple[str, str, str]:
    words = result.client.words
    first = words.t("activity.answer.none_1", period=words.period(result.period))
    return first, words.t("activity.answer.none_2"), words.t("activity.answer.none_3")


def _answer(result: TeamActivityResult) -> tuple[str, str, str]:
    words = result.client.words
    table, digits = result.totals.set_index("kpi"), decimals_of(result)
    named = [k for k in _NAMED if k in table.index] or list(table.index[:2])
    told = [
        words.t(
            "activity.answer.rate",
            value=words.number(table.at[k, "estimate"], digits[k]),
            kpi=small(KPIS[k].label(words, "short")),
            interval=rates(table.at[k, "conf_low"], table.at[k, "conf_high"], words, digits[k]),
        )
        for k in named
    ]
    volume = words.t(
        "activity.answer.volume",
        count=result.reps,
        entries=words.number(result.n),
        period=words.period(result.period),
        rates=words.listing(told),
    )
    return volume, _goals(result, words), _silence(result, words)


def _goals(result: TeamActivityResult, words: Language) -> str:
    """Count the goals by where they stand, and say how the tasks are."""
    due = _tasks(result, words)
    if result.goals.empty:
        return words.t("activity.answer.no_goals", tasks=due)
    counts = result.goals["verdict"].value_counts()
    kinds = [
        words.t(f"activity.answer.{v}", number=words.number(counts[v])) for v in _STANDS if counts.get(v, 0)
    ]
    return words.t("activity.answer.goals", count=len(result.goals), kinds=words.listing(kinds), tasks=due)


def _tasks(result: TeamActivityResult, words: Language) -> str:
    if result.tasks.empty:
        return words.t("activity.answer.no_tasks")
    whole = result.tasks.iloc[-1]
    return words.t(
        "activity.answer.tasks",
        share=words.percent(whole["estimate"], 0),
        due=words.number(whole["tasks_due"]),
        overdue=words.number(whole["tasks_overdue"]),
        day=words.date(min(result.as_of, result.period.last_day)),
    )


def _silence(result: TeamActivityResult, words: Language) -> str:
    runs, days = silent(result), len(result.bursts)
    if len(runs) == 1:
        row = next(runs.itertuples())
        return words.t(
            "activity.answer.silent_one",
            name=escape(row.name),
            days=words.number(row.days),
            span=run_days(row, words),
        )
    if len(runs):
        row = next(runs.itertuples())
        return words.t(
            "activity.answer.silent_many",
            count=len(runs),
            days=words.number(row.days),
            name=escape(row.name),
        )
    more = words.t("activity.answer.bursts", count=days) if days else ""
    if (result.silences["verdict"] == "cannot_tell").all():
        return words.t("activity.answer.no_habits", bursts=more)
    return words.t("activity.answer.not_silent", bursts=more)


def _path(result: TeamActivityResult, detail: str) -> str:
    words, goals = result.client.words, result.goals
    if detail == "alt":
        return words.t("activity.path.alt", items="; ".join(_path_item(r, words) for r in goals.itertuples()))
    if detail == "source":
        return words.t("activity.path.source", reps=words.number(goals["reps"].max()))
    if detail != "title":
        return words.t("activity.path.subtitle")
    counts = goals["verdict"].value_counts()
    is_over = result.as_of >= result.period.last_day
    if is_over:
        reached = words.number(counts.get("reached", 0))
        return words.t("activity.path.title_reached", count=len(goals), reached=reached)
    behind = words.number(counts.get("behind", 0))
    return words.t("activity.path.title_running", count=len(goals), behind=behind)


def _path_item(row: Any, words: Language) -> str:
    return words.t(
        "activity.path.alt_item",
        kpi=KPIS[row.kpi].label(words, "short"),
        so_far=words.number(row.so_far),
        goal=words.number(row.expected_so_far),
        verdict=words.t(f"activity.goal.{row.verdict}"),
    )


def _ask(result: TeamActivityResult, detail: str) -> str:
    words, count = result.client.words, len(items(result))
    if detail == "title":
        return words.t("activity.ask.title", count=count) if count else words.t("activity.ask.title_none")
    if detail == "source":
        return words.t("activity.ask.source", reps=words.number(result.reps))
    return words.t("activity.ask.subtitle")


def _heat(result: TeamActivityResult, detail: str) -> str:
    words, table = result.client.words, result.heat
    drawn = table["rep_id"].nunique()
    if detail == "title":
        if drawn < result.reps:
            return words.t("activity.heat.title_some", count=drawn)
        is_weekly = len(table) > 1 and table["day_on"].drop_duplicates().diff().min() >= pd.Timedelta(days=7)
        return words.t("activity.heat.title_weeks" if is_weekly else "activity.heat.title")
    if detail == "alt":
        runs = table[table["is_unusual"]]["rep_id"].nunique()
        return words.t(
            "activity.heat.alt",
            reps=words.number(drawn),
            none=words.number((table["state"] == "none").sum()),
            high=words.number((table["state"] == "high").sum()),
            marked=words.t("activity.heat.marked", count=runs),
        )
    if detail == "source":
        if drawn < result.reps:
            return words.t("activity.heat.source_some", count=result.reps - drawn)
        return words.t("activity.heat.source", n=words.number(table["n"].sum()))
    return words.t("activity.heat.subtitle")


def _reps(result: TeamActivityResult, detail: str) -> str:
    words = result.client.words
    if detail == "title":
        some, asked = len(listed(result)), len(result.asked)
        if some < min(asked, result.reps):
            return words.t("activity.reps.title_part", some=words.number(some), of=words.number(asked))
        if some < result.reps:
            return words.t("activity.reps.title_some", count=some)
        return words.t("activity.reps.title")
    if detail == "source":
        return words.t("activity.reps.source", day=words.date(min(result.as_of, result.period.last_day)))
    return words.t("activity.reps.subtitle")


#: Most reps that are listed one by one; of more, those to look at.
LISTED, OF_MANY = 40, 11


def listed(result: TeamActivityResult) -> pd.DataFrame:
    """Return the reps of the table, by team and name; with more than `LISTED` only those to look at."""
    people = result.people if result.reps <= LISTED else result.asked.head(OF_MANY)
    return people.assign(team=people["team"].fillna("")).sort_values(["team", "name"], kind="stable")
