"""The goals report: what is expected, how far it is, what each working day left must bring."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.fonts import width
from ..core.i18n import MISSING, Language
from ..goals import ExpectationsResult
from ..goals.labels import amount, chance_of, pace_label, philosophy_code
from ..kpi import KPIS
from ..prose.goals_page import step_name
from .blocks import Badge, Block, Cell, Column, Mark, Table, Text
from .files import slug_of_rep, slug_of_scope
from .markup import escape
from .page_coaching import BADGES, MARKS
from .pages import Description, body, head, part, silent

#: Width in points that a KPI's name has in the table before it would wrap.
NAME_WIDTH = 108.0
#: Nothing has to be worked back where nothing is left to do, or nothing can be told.
SETTLED = {"nothing_left", "cannot_tell"}
#: Most differences of quotas that are named.
SHOWN = 8
#: Glyph of each word for a pace, and of what can be said of the work ahead and of a goal's philosophy.
PACE_MARKS = {"reached": "met", "ahead": "met", "on_pace": "open", "behind": "below", "missed": "below"}
WORK_MARKS = {"enough": "met", "nothing_left": "met", "even": "open", "short": "below", "cannot_tell": "open"}
CHECK_MARKS = {"as_meant": "met", "too_easy": "below", "too_hard": "below", "cannot_tell": "open"}

part(ExpectationsResult, "members", "members", "ends")


@silent(ExpectationsResult)
def nothing_to_show(result: ExpectationsResult, kind: str) -> bool:
    """Without goals there is no table of them; once the period is over there is no work ahead."""
    if kind in ("goals", "meaning"):
        return result.table.empty
    if kind == "quota":
        return result.quota is None or result.quota.table.empty
    if kind == "steps":
        return result.activity is None or not set(result.activity.table["verdict"]) - SETTLED
    return False


@head(ExpectationsResult, "goals")
def describe(result: ExpectationsResult, crm: Crm) -> Description:
    """Return whose page it is."""
    words, lead, who = crm.client.words, result.lead, result.subject
    days = words.t(
        f"goals.page.days_{'rep' if result.scope == 'rep' else 'group'}",
        gone=amount(words, lead["days_gone"]),
        left=amount(words, lead["days_left"]),
    )
    fields = [(words.t(f"goals.scope.{result.scope}"), escape(result.name))]
    code = slug_of_scope(result.scope_id, reps=crm.reps())
    if result.scope == "rep":
        team = " · ".join(escape(str(who[k])) for k in ("team", "manager") if _known(who.get(k)))
        fields.append((words.t("report.team_manager"), team or MISSING))
        code = slug_of_rep({"name": result.name, "rep_id": result.scope_id}, crm.reps())
    fields += [
        (words.t("report.period"), words.period(result.period)),
        (words.t("report.as_of_label"), words.date(crm.as_of)),
        (words.t("goals.page.days_label"), days),
    ]
    return Description(
        fields=tuple(fields),
        scope=f"{result.name} · {words.period(result.period)}",
        edition=words.t(f"report.edition_{result.edition}"),
        facts=(
            ("period", result.period.label),
            ("edition", result.edition),
            *((("rep", result.name), ("rep_id", result.scope_id)) if result.scope == "rep" else ()),
            ("slug", code),
        ),
    )


def _known(value: object) -> bool:
    return value is not None and value == value and str(value) != ""


@body(ExpectationsResult, "goals", keep=True)
def goals(result: ExpectationsResult) -> tuple[Block, ...]:
    """Return one row per KPI: its goal by week to year, how far, the chance, the word."""
    words, table = result.client.words, result.table
    grains = [g for g in ("week", "month", "quarter", "year") if table[f"target_{g}"].notna().any()]
    own = result.period.grain
    # A period of another length, such as a half-year, has a column of its own.
    shown = [(f"target_{g}", words.t(f"goals.grain.{g}")) for g in grains]
    if own not in ("week", "month", "quarter", "year"):
        shown = [s for s in shown if s[0] != "target_quarter"]
        shown.append(("target_whole", words.t("goals.grain.period")))
    is_over = result.state == "over"
    columns = [
        Column(words.t("report.col_kpi"), width_mm=37),
        Column(words.t("report.col_goal"), width_mm=12),
        *(Column(label, align="right", width_mm=15.5) for _, label in shown),
        Column(
            words.t("report.col_actual" if is_over else "goals.page.col_so_far"), align="right", width_mm=17
        ),
        Column(words.t("goals.page.col_interval"), align="right", width_mm=19),
        Column("%" if is_over else words.t("goals.page.chance_head"), align="right", width_mm=12),
        Column(words.t("report.col_verdict")),
    ]
    rows = tuple(_goal_row(row, [s[0] for s in shown], result, words) for _, row in table.iterrows())
    return (Table(columns=tuple(columns), rows=rows),)


def _goal_row(
    row: pd.Series, shown: list[str], result: ExpectationsResult, words: Language
) -> tuple[Any, ...]:
    unit, is_rate = row["unit"], not np.isfinite(row["so_far"])
    actual = row["estimate"] if is_rate else row["so_far"]
    is_over = result.state == "over"
    ends = MISSING if is_over and not is_rate else words.interval(row["conf_low"], row["conf_high"], unit)
    chance = words.percent(row["attainment"], 0) if is_over else _chance(row, words)
    return (
        _name(str(row["kpi"]), words),
        _badge(row["philosophy"], words),
        *(_target(row[name], unit, words) for name in shown),
        f"**{words.value(actual, unit)}**",
        Cell(ends, "muted"),
        chance,
        _mark(row, words),
    )


def _chance(row: pd.Series, words: Language) -> str:
    """Return the chance of what is still open."""
    return MISSING if row["verdict"] == "reached" else chance_of(words, row["chance"])


def _target(value: float, unit: str, words: Language) -> str:
    return amount(words, value) if unit == "count" and np.isfinite(value) else words.value(value, unit)


def _name(kpi: str, words: Language) -> str:
    name = KPIS[kpi].label(words)
    return name if width(name, 8.5) <= NAME_WIDTH else KPIS[kpi].label(words, "short")


def _badge(philosophy: str, words: Language) -> Badge:
    return Badge(words.t(f"report.badge_{philosophy_code(philosophy)}"), solid=BADGES[philosophy])


def _mark(row: pd.Series, words: Language) -> Mark:
    """Return the word of a row; of rates the scorecard's, of totals the pace."""
    verdict = str(row["verdict"])
    if verdict in MARKS:
        text = (
            words.t("goals.page.too_few") if verdict == "too_few" else words.t(f"scorecard.verdict.{verdict}")
        )
        return Mark(MARKS[verdict], text)
    glyph = PACE_MARKS.get(verdict, "open")
    if glyph == "below" and row["philosophy"] == "A":
        glyph = "stretch"
    elif verdict == "missed" and row["philosophy"] != "C minimum":
        glyph = "open"  # half of the reps miss an average goal
    return Mark(glyph, pace_label(words, verdict, str(row["reason"]), str(row["philosophy"])))


@body(ExpectationsResult, "meaning", keep=True)
def meaning(result: ExpectationsResult) -> tuple[Block, ...]:
    """Return what meeting each goal means, how many reps should and how many did."""
    words = result.client.words
    columns = (
        Column(words.t("report.col_kpi"), width_mm=38),
        Column(words.t("report.col_goal"), width_mm=13),
        Column(words.t("goals.page.col_meaning"), width_mm=48),
        Column(words.t("goals.page.col_should"), align="right", width_mm=16),
        Column(words.t("goals.page.col_did"), align="right", width_mm=13),
        Column(words.t("linkage.head.interval", level=words.percent(0.95, 0)), align="right", width_mm=16),
        Column("n", align="right", width_mm=8),
        Column(""),
    )
    rows = []
    for _, row in result.table.iterrows():
        low, high = row["share_meant_low"], row["share_meant_high"]
        should = words.percent(low, 0) if low == high else words.interval(low, high, "share")
        if low != high:
            should = words.span(words.number(low * 100), words.percent(high, 0))
        rows.append(
            (
                _name(str(row["kpi"]), words),
                _badge(row["philosophy"], words),
                words.t(f"goals.page.miss.{philosophy_code(row['philosophy'])}"),
                should,
                words.percent(row["share_reached"], 0) if row["n"] else MISSING,
                Cell(_percents(row["share_low"], row["share_high"], words), "muted"),
                words.number(row["n"]),
                Mark(CHECK_MARKS[row["check"]], words.t(f"goals.check.{row['check']}")),
            )
        )
    return (Table(columns=columns, rows=tuple(rows)),)


def _percents(low: float, high: float, words: Language) -> str:
    if not (np.isfinite(low) and np.isfinite(high)):
        return MISSING
    return words.span(words.number(low * 100), words.number(high * 100))


@body(ExpectationsResult, "quota", keep=True)
def quota(result: ExpectationsResult) -> tuple[Block, ...]:
    """Return how the goals of reps add up to the teams' and the company's, and what does not."""
    words, found = result.client.words, result.quota
    columns = (
        Column(words.t("goals.page.col_whose"), width_mm=48),
        Column(words.t("goals.page.col_members"), align="right", width_mm=18),
        Column(words.t("goals.page.col_summed"), align="right", width_mm=27),
        Column(words.t("goals.page.col_stated"), align="right", width_mm=27),
        Column(words.t("goals.page.col_difference"), align="right", width_mm=22),
        Column(words.t("report.col_verdict")),
    )
    rows = tuple(_quota_row(row, result, words) for _, row in found.table.iterrows())
    table = Table(columns=columns, rows=rows, total=result.scope == "organisation")
    items = tuple(
        words.t(
            f"goals.difference.{row['reason']}",
            name=escape(str(row["name"] or row["scope_id"] or result.name)),
            amount=words.value(row["estimate"], found.unit),
        )
        for _, row in found.differences.head(SHOWN).iterrows()
    )
    if not items:
        return (table,)
    more = len(found.differences) - len(items)
    if more > 0:
        items = (*items, words.t("goals.page.more", count=more))
    return (table, Text(items=items))


def _quota_row(row: pd.Series, result: ExpectationsResult, words: Language) -> tuple[Any, ...]:
    unit, is_whole = result.quota.unit, row["verdict"] == "adds_up"
    name = str(row["name"]) if row["scope"] == "team" else words.t("goals.scope.organisation")
    glyph = "met" if is_whole else "open" if row["verdict"] == "not_stated" else "below"
    return (
        escape(name),
        words.number(row["n"]),
        words.value(row["summed"], unit),
        words.value(row["stated"], unit),
        words.value(row["difference"], unit, sign=True),
        Mark(glyph, words.t(f"goals.adds.{row['verdict']}")),
    )


@body(ExpectationsResult, "steps", keep=True)
def steps(result: ExpectationsResult) -> tuple[Block, ...]:
    """Return what it takes: each step on average and to be sure, this week and until the end."""
    words, found = result.client.words, result.activity
    sure = words.percent(found.sure, 0)
    columns = (
        Column(words.t("goals.page.col_step"), width_mm=33),
        Column(words.t("goals.page.col_rate"), align="right", width_mm=30),
        Column(words.t("goals.page.col_week"), align="right", width_mm=15),
        Column(words.t("goals.page.col_week_sure", sure=sure), align="right", width_mm=17),
        Column(words.t("goals.page.col_rest"), align="right", width_mm=15),
        Column(words.t("goals.page.col_rest_sure", sure=sure), align="right", width_mm=17),
        Column(words.t("goals.page.col_usual"), align="right", width_mm=15),
        Column(words.t("report.col_verdict")),
    )
    rows = tuple(_step_row(row, words) for _, row in found.table.iterrows())
    return (Table(columns=columns, rows=rows),)


def _step_row(row: pd.Series, words: Language) -> tuple[Any, ...]:
    rate: Any = MISSING
    if row["of"]:
        ends = words.interval(row["conf_low"], row["conf_high"], "share")
        rate = Cell(words.percent(row["value"]), under=words.t("goals.page.rate_ends", interval=ends))
    text = words.t(f"goals.work.{row['verdict']}")
    return (
        step_name(words, row["step"], capital=True),
        rate,
        f"**{amount(words, row['this_week'])}**",
        amount(words, row["this_week_sure"]),
        amount(words, row["estimate"]),
        amount(words, row["needed"]),
        Cell(amount(words, row["rest"]), "muted"),
        Mark(WORK_MARKS[row["verdict"]], text),
    )
