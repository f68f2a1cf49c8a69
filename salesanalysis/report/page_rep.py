"""A rep's page: the role's total and its pace, the KPIs, the own place, what to act on next."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.fonts import width
from ..core.i18n import MISSING, Language
from ..dashboard import RepDashboardResult
from ..goals.labels import chance_of, pace_label, span_of
from ..kpi import KPIS
from ..plots.cells import attainment_bar, sparkline
from ..prose.rep import SHOWN, facts, look_at, own_board, own_rows, situation
from .blocks import Block, Cell, Column, Columns, Mark, Table, Tile, Tiles
from .files import slug_of_rep
from .markup import escape
from .page_coaching import verdict_mark
from .page_goals import PACE_MARKS
from .pages import Description, body, head, part, section, silent

#: KPIs on tiles beside the role's total, the first that the rep has.
_TILES = (
    "win_rate",
    "qualified_share",
    "pipeline_created",
    "open_pipeline",
    "sales_cycle",
    "calls",
    "meetings",
)
_MOST = 6
#: Points across a tile in which its name must fit.
ROOM = 108.0

part(RepDashboardResult, "card", "scorecard", "")


@head(RepDashboardResult, "rep_dashboard")
def describe(result: RepDashboardResult, crm: Crm) -> Description:
    """Return whose page it is."""
    words, who = crm.client.words, result.rep
    team = " · ".join(escape(str(who[k])) for k in ("team", "manager") if _known(who.get(k)))
    return Description(
        fields=(
            (words.t("report.rep"), escape(str(who["name"]))),
            (words.t("report.role"), escape(str(who["role"])) if _known(who.get("role")) else MISSING),
            (words.t("report.team_manager"), team or MISSING),
            (words.t("report.period"), words.period(result.period)),
            (words.t("report.as_of_label"), words.date(crm.as_of)),
        ),
        scope=f"{who['name']} · {words.period(result.period)}",
        edition=words.t(f"report.edition_{result.edition}"),
        facts=(
            ("period", result.period.label),
            ("rep", str(who["name"])),
            ("rep_id", str(who["rep_id"])),
            ("edition", result.edition),
            ("slug", slug_of_rep(who, crm.reps())),
        ),
        landscape=True,
    )


def _known(value: object) -> bool:
    return value is not None and value == value and str(value) != ""


@silent(RepDashboardResult)
def nothing_there(result: RepDashboardResult, kind: str) -> bool:
    """Leave out sections without rows."""
    if kind == "actions":
        return result.actions.empty
    return result.table.empty


@body(RepDashboardResult, "front", words="rep.front_")
def front(result: RepDashboardResult) -> tuple[Block, ...]:
    """Return the tiles."""
    words = result.client.words
    found = [_total(result, words)] if result.own is not None else []
    if situation(result) == "running" and np.isfinite(result.own["conf_low"]):
        found.append(_end(result, words))
    table = result.table.set_index("kpi")
    rest = [k for k in (*_TILES, *table.index) if k in table.index and k != result.headline]
    found += [_tile(k, table.loc[k], words) for k in dict.fromkeys(rest)]
    return (Tiles(tiles=tuple(found[:_MOST])),)


def _total(result: RepDashboardResult, words: Language) -> Tile:
    """Return the role's total with its goal, its bar and the word for its pace."""
    found, row = facts(result, words), result.own
    label = _label(result.headline, words)
    trend = sparkline(result.table.set_index("kpi").at[result.headline, "trend"])
    if situation(result) == "no_goal":
        note = words.t("rep.tile.no_goal", n=words.number(result.table["n"].iloc[0]))
        return Tile(label=label, value=found["so_far"], note=note, trend_svg=trend)
    if situation(result) == "over":  # the same verdict as among the KPIs overleaf
        return _tile(result.headline, result.table.set_index("kpi").loc[result.headline], words)
    share = row["so_far"] / row["target_whole"]
    glyph = PACE_MARKS.get(row["verdict"], "open")
    pace = pace_label(words, row["verdict"], str(row["reason"]), str(row["philosophy"]))
    return Tile(
        label=label,
        value=found["so_far"],
        note=words.t("rep.tile.goal_note", goal=found["goal"], share=found["share"]),
        trend_svg=trend,
        bar_svg=attainment_bar(np.nan, share, np.nan, verdict="met" if row["verdict"] == "reached" else ""),
        mark=Mark(glyph, pace),
    )


def _label(kpi: str, words: Language) -> str:
    """Return the KPI's name, or its short one where the tile is too narrow."""
    name = KPIS[kpi].label(words)
    return name if width(name, 8.5, True) <= ROOM else KPIS[kpi].label(words, "short")


def _end(result: RepDashboardResult, words: Language) -> Tile:
    found = facts(result, words)
    values = {key: found[key] for key in ("level", "interval", "chance")}
    return Tile(
        label=words.t("rep.tile.end"), value=found["end"], note=words.t("rep.tile.end_note", **values)
    )


def _tile(kpi: str, row: pd.Series, words: Language) -> Tile:
    unit, n = row["unit"], words.number(row["base"] if np.isfinite(row["base"]) else row["n"])
    goal, value = row["target"], words.value(row["estimate"], unit)
    if np.isfinite(goal):
        share = words.percent(row["attainment"], 0)
        note = words.t("rep.tile.goal_note", goal=words.value(goal, unit), share=share)
    elif np.isfinite(row["conf_low"]):
        interval = span_of(words, row["conf_low"], row["conf_high"], unit)
        note = words.t("rep.tile.interval", interval=interval, n=n)
    else:
        note = words.t("rep.tile.no_goal", n=n)
    bar = ""
    if np.isfinite(goal):
        bar = attainment_bar(
            row["attainment_low"], row["attainment"], row["attainment_high"], verdict=row["verdict"]
        )
    return Tile(
        label=_label(kpi, words),
        value=words.t("rep.tile.days", n=value) if unit == "days" and value != MISSING else value,
        note=note,
        trend_svg=sparkline(row["trend"], target=goal, verdict=row["verdict"]),
        bar_svg=bar,
        mark=verdict_mark(row, words) if bar else None,
    )


@body(RepDashboardResult, "kpis", words="rep.kpis_")
def kpis(result: RepDashboardResult) -> tuple[Block, ...]:
    """Return the scorecard beside the own place."""
    card = section(result.scorecard, "")
    table = tuple(card.children)
    if own_rows(result).empty:
        return table
    place = section(own_board(result), "place")
    return (Columns(left=table, right=(place,), widths=(174, 11, 84)),)


@body(RepDashboardResult, "actions", keep=True)
def actions(result: RepDashboardResult) -> tuple[Block, ...]:
    """Return the own open opportunities, those to act on first."""
    words = result.client.words
    columns = (
        Column(words.t("rep.actions.col_what"), width_mm=84),
        Column(words.t("rep.actions.col_stage"), width_mm=26),
        Column(words.t("rep.actions.col_value"), align="right", width_mm=22),
        Column(words.t("rep.actions.col_close"), align="right", width_mm=24),
        Column(words.t("rep.actions.col_chance"), align="right", width_mm=24),
        Column(words.t("rep.actions.col_look")),
    )
    rows = tuple(_action(row, words) for row in result.actions.head(SHOWN).itertuples())
    more = len(result.actions) - len(rows)
    return (Table(columns=columns, rows=rows, note=words.t("rep.actions.more", count=more) if more else ()),)


def _action(row: Any, words: Language) -> tuple[Any, ...]:
    close = MISSING if pd.isna(row.expected_close_on) else words.date(row.expected_close_on.date())
    chance = Cell(MISSING, "muted")
    if np.isfinite(row.chance):
        ends = words.span(words.number(row.chance_low, 2), words.number(row.chance_high, 2))
        chance = Cell(chance_of(words, row.chance), under=ends)
    name = row.label if _known(row.label) else row.account
    return (
        escape(str(name)) if _known(name) else escape(str(row.opportunity_id)),
        escape(str(row.stage)) if _known(row.stage) else MISSING,
        words.money(row.amount),
        close,
        chance,
        look_at(row, words) or Cell(MISSING, "muted"),
    )
