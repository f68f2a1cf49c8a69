"""Words for `ExpectationsResult`: the page of a rep, a team or the company."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.i18n import Language, escape
from ..goals import ExpectationsResult, PacingResult
from ..goals.goal import asked_by_days
from ..goals.labels import amount, chance_of, pace_label, philosophy_code, span_of
from ..kpi import KPIS
from . import explains

_KEY = "goals.page"
#: Steps that one sentence names, from the outcome back.
_NAMED = 3


@explains(ExpectationsResult)
def expectations(result: ExpectationsResult, detail: str, kind: str) -> str:
    """Put the page into words; `kind`: path, goals, meaning or steps."""
    words = result.client.words
    if detail == "method":
        coming = words.t(f"goals.coming.{basis_of(result.pacing)}")
        return words.t(f"{_KEY}.method", level=words.percent(result.pacing.level, 0), coming=coming)
    if detail == "answer":
        return "\n".join(answer(result, words))
    if detail == "alt":
        return words.t(f"{_KEY}.alt", **facts(result, words))
    if detail == "source":
        return source(result, kind, words)
    if kind:
        return _of_kind(result, detail, kind, words)
    case = situation(result)
    if (
        detail == "title"
        and result.lead["unit"] != "money"
        and case.startswith(("running", "reached", "missed"))
    ):
        case = f"{case}_count"  # a number alone does not say what is counted
    key = f"{_KEY}.title.{case}" if detail == "title" else f"{_KEY}.subtitle"
    return words.t(key, **facts(result, words))


def situation(result: ExpectationsResult) -> str:
    """Name what the page is about: the reason why nothing can be told, or how far the goal is."""
    lead = result.lead
    if lead["verdict"] == "cannot_tell" and lead["reason"] in ("no_goal", "goal_zero", "not_there"):
        return str(lead["reason"])
    if lead["verdict"] in ("reached", "missed"):
        missed = f"missed_{philosophy_code(lead['philosophy'])}"
        return "reached" if lead["verdict"] == "reached" else missed
    if result.state == "not_begun":
        return "not_begun"
    return "running" if np.isfinite(lead["chance"]) else "no_past"


def facts(result: ExpectationsResult, words: Language) -> dict[str, str]:
    """Return what sentences about the headline name, written out."""
    lead, unit = result.lead, result.lead["unit"]
    days = lead["days_gone"] + lead["days_left"]
    goal = lead["target_whole"]
    return {
        "name": escape(result.name),
        "kpi": small(KPIS[result.headline].label(words)),
        "kpi_first": KPIS[result.headline].label(words),
        "period": words.period(result.period),
        "so_far": words.value(lead["so_far"], unit),
        "goal": words.value(goal, unit),
        "share": words.percent(lead["so_far"] / goal if goal > 0 else np.nan, 0),
        "asked": words.value(lead["expected_so_far"], unit),
        "gone": amount(words, lead["days_gone"]),
        "left": amount(words, lead["days_left"]),
        "days": amount(words, days),
        "end": words.value(lead["estimate"], unit),
        "interval": span_of(words, lead["conf_low"], lead["conf_high"], unit),
        "chance": chance_of(words, lead["chance"]),
        "pace": small(pace_label(words, lead["verdict"], lead["reason"], lead["philosophy"])),
        "level": words.percent(result.pacing.level, 0),
        "basis": words.t(f"goals.basis.{basis_of(result.pacing)}"),
        "whose": words.t(f"{_KEY}.whose.{'rep' if result.scope == 'rep' else 'group'}"),
    }


def basis_of(pace: PacingResult) -> str:
    """Name where the end expected comes from: the pace of the last year, or a projection."""
    return "projection" if pace.is_projected else "pace"


def small(text: str) -> str:
    """Return a label as it stands inside a sentence."""
    return text[:1].lower() + text[1:]


def answer(result: ExpectationsResult, words: Language) -> tuple[str, str, str]:
    """Return three sentences: where it stands, where it may end, what each working day left must bring."""
    found, case = facts(result, words), situation(result)
    if case == "no_goal":
        return (
            words.t(f"{_KEY}.no_goal_1", **found),
            _end(result, found, words),
            words.t(f"{_KEY}.no_goal_3"),
        )
    if case in ("goal_zero", "not_there"):
        return tuple(words.t(f"{_KEY}.{case}_{i}", **found) for i in (1, 2, 3))
    if result.state == "over":
        return words.t(f"{_KEY}.closed", **found), _meaning(result, words), _others(result, words)
    first = "begins" if result.state == "not_begun" else "stands"
    return words.t(f"{_KEY}.{first}", **found), _end(result, found, words), _week(result, words)


def _end(result: ExpectationsResult, found: dict[str, str], words: Language) -> str:
    lead = result.lead
    if result.state == "over":
        return words.t(f"{_KEY}.end_over", **found)
    if not np.isfinite(lead["estimate"]):
        return words.t(f"{_KEY}.end_unknown", **found)
    if lead["verdict"] == "reached":
        return words.t(f"{_KEY}.end_reached", **found)
    if result.scope == "rep" and lead["n"] == 0:
        return words.t(f"{_KEY}.end_new", **found)
    key = "end" if np.isfinite(lead["chance"]) else "end_no_goal"
    return words.t(f"{_KEY}.{key}", **found)


def _meaning(result: ExpectationsResult, words: Language) -> str:
    """Say what meeting a goal of this philosophy means, and how many did."""
    lead = result.lead
    rows = result.table[result.table["kpi"] == result.headline]
    text = words.t(f"{_KEY}.means.{philosophy_code(lead['philosophy'])}")
    if rows.empty or not rows["n"].iloc[0]:
        return text
    row = rows.iloc[0]
    share = words.percent(row["share_reached"], 0)
    return f"{text} {words.t(f'{_KEY}.did', share=share, n=words.number(row['n']))}"


def _others(result: ExpectationsResult, words: Language) -> str:
    """Count what became of all goals of the period."""
    verdicts = result.table["verdict"]
    met = int(verdicts.isin(["reached", "met"]).sum())
    missed = int(verdicts.isin(["missed", "below_floor", "stretch_not_reached"]).sum())
    counts = {"met": words.number(met), "missed": words.number(missed)}
    if met + missed == len(verdicts):
        return words.t(f"{_KEY}.others_told", count=len(verdicts), **counts)
    return words.t(
        f"{_KEY}.others", count=len(verdicts), **counts, open=words.number(len(verdicts) - met - missed)
    )


def _week(result: ExpectationsResult, words: Language) -> str:
    """Say what the working days ahead must bring, on average and to be sure."""
    lead = result.lead
    if lead["verdict"] == "reached":
        return words.t(f"{_KEY}.week_nothing")
    week = result.pacing.week
    if week is None or not lead["days_this_week"] > 0 or not np.isfinite(lead["need_this_week"]):
        return words.t(f"{_KEY}.week_away", need=words.value(lead["need_per_day"], lead["unit"]))
    found = {
        "days": amount(words, lead["days_this_week"]),
        "from_day": words.date(week.start),
        "to_day": words.date(week.last_day),
        "need": need(lead["need_this_week"], lead["unit"], words),
        "basis": words.t(f"goals.basis.{basis_of(result.pacing)}"),
        "whose": words.t(f"{_KEY}.whose.{'rep' if result.scope == 'rep' else 'group'}"),
    }
    steps = _steps(result)
    if steps.empty:  # what a rep does has nothing before it; what it brings should have
        key = "week_bare" if asked_by_days(KPIS[result.headline]) else "week_plain"
        return words.t(f"{_KEY}.{key}", **found)
    listed = {
        name: words.listing(
            [f"{amount(words, row[name])} {step_name(words, row['step'])}" for _, row in steps.iterrows()]
        )
        for name in ("this_week", "this_week_sure")
    }
    sure = words.percent(result.activity.sure, 0)
    return words.t(
        f"{_KEY}.week", average=listed["this_week"], certain=listed["this_week_sure"], sure=sure, **found
    )


def _steps(result: ExpectationsResult) -> pd.DataFrame:
    """Return the steps that the sentence names: those a rep does, the outcome left out."""
    if result.activity is None:
        return pd.DataFrame()
    rows = result.activity.table
    rows = rows[(rows["of"] != "") & rows["needed"].notna() & (rows["step"] != "closed")]
    kept = rows[rows["step"].isin(["calls", "conversations", "proposals"])]
    return (kept if len(kept) else rows).iloc[:_NAMED]


def need(value: float, unit: str, words: Language) -> str:
    """Write what has to be brought: money as money, a count with one decimal where it is small."""
    return words.value(value, unit) if unit == "money" else amount(words, value)


def step_name(words: Language, step: str, *, capital: bool = False) -> str:
    """Return the name of a step of the way."""
    text = words.t("goals.step_closed") if step == "closed" else KPIS[step].label(words)
    return text if capital else small(text)


def _of_kind(result: ExpectationsResult, detail: str, kind: str, words: Language) -> str:
    found = facts(result, words)
    if kind == "path":
        key = (
            "over"
            if result.state == "over"
            else "running"
            if np.isfinite(result.lead["estimate"])
            else "empty"
        )
        return words.t(f"{_KEY}.path_{detail}.{key}", **found)
    if kind == "quota":
        return _quota(result, detail, words)
    if kind == "steps" and detail == "title":
        return _steps_title(result, words)
    if kind == "goals" and detail == "title":
        rows = result.table
        good = int(rows["verdict"].isin(["reached", "ahead", "met"]).sum())
        bad = int(rows["verdict"].isin(["missed", "behind", "below_floor", "stretch_not_reached"]).sum())
        values = {"good": words.number(good), "bad": words.number(bad)}
        return words.t(
            f"{_KEY}.goals_title.{'over' if result.state == 'over' else 'running'}", count=len(rows), **values
        )
    if kind == "meaning" and detail == "title":
        odd = int(result.table["check"].isin(["too_easy", "too_hard"]).sum())
        case = "odd" if odd else "fine" if (result.table["check"] == "as_meant").any() else "unknown"
        return words.t(f"{_KEY}.meaning_title.{case}", count=max(odd, 1))
    return words.t(f"{_KEY}.{kind}_{detail}", **found)


def _quota(result: ExpectationsResult, detail: str, words: Language) -> str:
    if detail != "title" or result.quota is None:
        return words.t(f"{_KEY}.quota_subtitle", kpi=small(KPIS[result.headline].label(words)))
    verdicts, found = result.quota.table["verdict"], len(result.quota.differences)
    case = "off" if (verdicts == "does_not_add_up").any() else "gaps" if found else "fine"
    return words.t(f"{_KEY}.quota_title.{case}", count=max(found, 1))


def _steps_title(result: ExpectationsResult, words: Language) -> str:
    rows = result.activity.table if result.activity is not None else pd.DataFrame()
    verdicts = set(rows["verdict"]) if len(rows) else {"cannot_tell"}
    for name in ("nothing_left", "cannot_tell", "short", "even"):
        if name in verdicts:
            return words.t(f"{_KEY}.steps_title.{name}")
    return words.t(f"{_KEY}.steps_title.enough")


def source(result: ExpectationsResult, kind: str, words: Language) -> str:
    """Return the line below a table or picture."""
    if kind == "steps" and result.activity is not None:
        found = result.activity
        text = words.t(f"{_KEY}.source_steps", n=words.number(found.n))
        if found.start_by is None:
            return text
        day = {"days": words.number(found.cycle_days), "day": words.date(found.start_by)}
        when = "late" if found.is_late else "by"
        return f"{text} {words.t(f'{_KEY}.start_{when}', **day)}"
    if kind == "goals":
        state = "over" if result.state == "over" else "running"
        text = words.t(f"{_KEY}.source_goals.{state}", level=words.percent(result.pacing.level, 0))
        by_days = any(asked_by_days(KPIS[name]) for name in result.table["kpi"])
        return f"{text} {words.t(f'{_KEY}.asked_by_days')}" if by_days else text
    if kind in ("meaning", "quota"):
        return words.t(f"{_KEY}.source_{kind}")
    return words.t(f"{_KEY}.source", n=words.number(result.n), as_of=words.date(result.as_of))
