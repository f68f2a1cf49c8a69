"""Words for `RepDashboardResult`: the role's total, its pace, the place among the peers, what to act on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..core.fonts import shortest_fitting
from ..core.i18n import Language, escape
from ..dashboard import LeaderboardResult, RepDashboardResult
from ..goals.labels import amount, chance_of, span_of
from ..kpi import KPIS
from . import explains
from .goals_page import basis_of, small
from .leaderboard import role_word

#: Verdict that says a goal is missed for certain; a stretch goal never is.
_BELOW = "below_floor"
#: Most opportunities that are listed.
SHOWN = 8


@explains(RepDashboardResult)
def rep(result: RepDashboardResult, detail: str, kind: str) -> str:
    """Put a rep's page into words; `kind`: front, place or actions."""
    words = result.client.words
    if detail == "method":
        return words.t("rep.method")
    if detail == "answer":
        return "\n".join((_stands(result, words), _pace(result, words), _place(result, words)))
    if kind == "actions":
        return _actions(result, detail, words)
    if detail == "title":
        return _title(result, words)
    if detail == "alt":
        return words.t("rep.alt", items=_items(result, words), **_who(result, words))
    return words.t("rep.subtitle", **_who(result, words)) if detail == "subtitle" else ""


def _who(result: RepDashboardResult, words: Language) -> dict[str, str]:
    return {"name": escape(str(result.rep["name"])), "period": words.period(result.period)}


def _items(result: RepDashboardResult, words: Language) -> str:
    found = [
        words.t("rep.alt_item", kpi=KPIS[r.kpi].label(words, "short"), value=words.value(r.estimate, r.unit))
        for r in result.table.itertuples()
    ]
    return ", ".join(found)


def facts(result: RepDashboardResult, words: Language) -> dict[str, str]:
    """Return what sentences about the role's total name."""
    row = result.own
    goal, unit = row["target_whole"], row["unit"]
    return {
        **_who(result, words),
        "kpi": small(KPIS[result.headline].label(words)),
        "so_far": words.value(row["so_far"], unit),
        "goal": words.value(goal, unit) if unit == "money" else amount(words, goal),
        "share": words.percent(row["so_far"] / goal if goal > 0 else np.nan, 0),
        "gone": amount(words, row["days_gone"]),
        "days": amount(words, row["days_gone"] + row["days_left"]),
        "end": words.value(row["estimate"], unit),
        "interval": span_of(words, row["conf_low"], row["conf_high"], unit),
        "level": words.percent(result.pace.level, 0),
        "basis": words.t(f"goals.basis.{basis_of(result.pace)}"),
        "chance": chance_of(words, row["chance"]),
    }


def situation(result: RepDashboardResult) -> str:
    """Name how the role's total stands: over, running, no_goal or no_total."""
    row = result.own
    if row is None:
        return "no_total"
    if not row["target_whole"] > 0:
        return "no_goal"
    return "over" if result.pace.state == "over" else "running"


def _title(result: RepDashboardResult, words: Language) -> str:
    case = situation(result)
    if case == "no_total":
        return words.t("rep.title.no_total", **_who(result, words))
    found = facts(result, words)
    if case == "no_goal":
        return words.t("rep.title.no_goal", **found)
    plain = words.t(f"rep.title.{case}", **found)
    if result.own["unit"] == "money":
        return plain
    return shortest_fitting([words.t(f"rep.title.{case}_count", **found), plain])


def _stands(result: RepDashboardResult, words: Language) -> str:
    case = situation(result)
    values = _who(result, words) if case == "no_total" else facts(result, words)
    return words.t(f"rep.answer.{case}", **values)


def _pace(result: RepDashboardResult, words: Language) -> str:
    """Say where the total may end; of a finished period how many goals were met."""
    row = result.own
    if row is not None and result.pace.state == "running" and np.isfinite(row["conf_low"]):
        if row["verdict"] == "reached":
            return words.t("rep.answer.reached")
        key = "end" if np.isfinite(row["chance"]) else "end_no_goal"
        return words.t(f"rep.answer.{key}", **facts(result, words))
    verdicts = result.table.loc[result.table["target"].notna(), "verdict"]
    if verdicts.empty:
        return words.t("rep.answer.no_goals")
    met, below = int((verdicts == "met").sum()), int((verdicts == _BELOW).sum())
    counts = {"met": words.number(met), "below": words.number(below)}
    if stretch := int((verdicts == "stretch_not_reached").sum()):
        rest = words.number(len(verdicts) - met - below - stretch)
        values = {**counts, "rest": rest, "stretch": words.number(stretch)}
        return words.t("rep.answer.met_stretch", count=len(verdicts), **values)
    if met + below == len(verdicts):
        return words.t("rep.answer.met_all", count=len(verdicts), **counts)
    rest = words.number(len(verdicts) - met - below)
    return words.t("rep.answer.met", count=len(verdicts), rest=rest, **counts)


def _place(result: RepDashboardResult, words: Language) -> str:
    act = _act(result, words)
    own = own_rows(result)
    if own.empty:
        if act:
            return words.t("rep.answer.act_alone", act=act)
        return words.t("rep.answer.no_place", reason=words.t(f"rep.reason.{_why(result)}"))
    row = own.iloc[0]
    band = result.board.of(row["role"], row["kind"]).bands.iloc[0]
    values = {
        "n": words.number(band["n"]),
        "role": role_word(row["role"], words),
        "low": words.number(row["rank_low"]),
        "high": words.number(row["rank_high"]),
        "kpi": small(KPIS[row["kpi"]].label(words)),
    }
    return (
        words.t("rep.answer.place_act", act=act, **values) if act else words.t("rep.answer.place", **values)
    )


def own_rows(result: RepDashboardResult) -> pd.DataFrame:
    """Return the rep's rows of the leaderboard."""
    table = result.board.table
    return table[table["rep_id"] == result.rep["rep_id"]]


def own_board(result: RepDashboardResult) -> LeaderboardResult:
    """Return the leaderboard with the rep's rows alone."""
    return replace(result.board, table=own_rows(result).reset_index(drop=True))


def _why(result: RepDashboardResult) -> str:
    out = result.board.left_out
    mine = out[out["rep_id"] == result.rep["rep_id"]]
    return str(mine["reason"].iloc[0]) if len(mine) else "small_group"


def _act(result: RepDashboardResult, words: Language) -> str:
    if result.actions.empty:
        return ""
    risky = int((result.actions["risks"] > 0).sum())
    total = words.number(len(result.actions))
    key = "act" if risky else "act_none"
    return words.t(f"rep.answer.{key}", count=risky, open=total)


def _actions(result: RepDashboardResult, detail: str, words: Language) -> str:
    risky, total = int((result.actions["risks"] > 0).sum()), len(result.actions)
    if detail == "title":
        if not risky:
            return words.t("rep.actions.title_none", count=total)
        return words.t("rep.actions.title", count=min(SHOWN, total), open=words.number(total))
    if detail == "source":
        return words.t("rep.actions.source")
    return words.t("rep.actions.subtitle", day=words.date(result.as_of))


def look_at(row: Any, words: Language) -> str:
    """Write the signs that an opportunity shows, each with its fact."""
    found = []
    for rule, fact in zip(row.rules, row.facts):
        if np.isfinite(fact):
            found.append(words.t(f"rep.sign.{rule}", count=round(fact)))
        else:
            found.append(small(words.t(f"pipeline.rule.{rule}")))
    return "; ".join(found)
