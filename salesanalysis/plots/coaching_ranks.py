"""Reps by one KPI with rank intervals, and a rep's KPI over time against control limits."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..coaching.chart import ChartResult
from ..coaching.ranks import SURE, RanksResult
from . import draws
from .coaching import nothing
from .sheet import Sheet
from .theme import colours

#: Millimetres: label column, frame, right edges of value and ranks; first row and height of one.
LABELS, PLOT, VALUE_RIGHT, RANK_RIGHT, HEAD, ROW = 40.0, 84.0, 142.0, 170.0, 7.0, 4.9
#: Millimetres: frame of the chart.
CHART_LEFT, CHART_TOP, CHART_WIDTH, CHART_HEIGHT = 12.0, 4.0, 158.0, 42.0


@draws(RanksResult, "ranks", height=lambda r: HEAD + ROW * len(r.table) + 6.0 if len(r.table) else 16.0)
def ranks(result: RanksResult, sheet: Sheet) -> pd.DataFrame:
    """Draw one row a rep: value with interval, raw value as a small tick, rank interval as text."""
    table = result.table
    if table.empty:
        return nothing(sheet, "no_peers")
    c, words = colours(), sheet.words
    unit, several = str(table["unit"].iloc[0]), table["role"].nunique() > 1
    axes = sheet.axes(LABELS, HEAD, PLOT, ROW * len(table))
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set_yticks([])
    low, high = table["conf_low"].min(), max(table["conf_high"].max(), table["value"].max())
    room = 0.05 * (high - low)
    axes.set_xlim(max(low - room, 0.0), high + room)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(length=0)
    axes.locator_params(axis="x", nbins=6)
    axes.xaxis.set_major_formatter(lambda v, _: _shown(v, unit, words, 0))
    for right, key in ((VALUE_RIGHT, "value"), (RANK_RIGHT, "rank")):
        sheet.text(right, HEAD - 2.4, words.t(f"diagnosis.ranks_col_{key}"), color=c.muted, ha="right")
    for i, row in enumerate(table.itertuples()):
        tone = c.accent if row.chance_top >= SURE else c.vermilion if row.chance_bottom >= SURE else c.slate
        sure = tone != c.slate
        axes.plot([row.conf_low, row.conf_high], [i, i], color=tone, linewidth=1.4 if sure else 0.9)
        axes.plot([row.value] * 2, [i - 0.28, i + 0.28], color=c.muted, linewidth=0.7)
        face = tone if sure else c.paper
        axes.plot([row.estimate], [i], "o", markersize=4, markerfacecolor=face, markeredgecolor=tone)
        y = HEAD + ROW * (i + 0.5) + 1.0
        style: dict[str, Any] = {"fontweight": "semibold"} if sure else {}
        name = f"{row.name} · {row.role}" if several else row.name
        sheet.text(0, y, name, fontsize=8.5, color=c.ink if sure else c.muted, **style)
        sheet.text(VALUE_RIGHT, y, _shown(row.estimate, unit, words, 1), fontsize=8.5, ha="right")
        place = words.span(words.number(row.rank_low), words.number(row.rank_high))
        sheet.text(RANK_RIGHT, y, place, fontsize=8.5, ha="right", color=tone if sure else c.muted, **style)
    return table


@draws(ChartResult, "chart", height=lambda r: CHART_TOP + CHART_HEIGHT + 9.0 if len(r.table) else 16.0)
def chart(result: ChartResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the points in order: baseline grey, watched ones petrol, limits dashed, signals marked."""
    table = result.table.reset_index(drop=True)
    if table.empty:
        return nothing(sheet, "no_data")
    c, words = colours(), sheet.words
    axes = sheet.axes(CHART_LEFT, CHART_TOP, CHART_WIDTH, CHART_HEIGHT)
    if table["conf_high"].notna().any():
        ends = [-0.5, len(table) - 0.5]
        low, high = table["conf_low"].iloc[0], table["conf_high"].iloc[0]
        axes.fill_between(ends, low, high, color=c.pale, linewidth=0)
        for level in (low, high):
            axes.plot(ends, [level, level], color=c.slate, linewidth=0.7, linestyle=(0, (3, 2)))
        axes.plot(ends, [result.mean] * 2, color=c.slate, linewidth=0.9)
    for is_watched, tone in ((False, c.slate), (True, c.accent)):
        part = table[table["is_subject"].astype(bool) == is_watched]
        axes.plot(part.index, part["value"], "o-", color=tone, markersize=2.6, linewidth=1.0)
    beyond = table[table["verdict"] == "signal"]
    axes.plot(beyond.index, beyond["value"], "D", color=c.vermilion, markersize=4.6, zorder=4)
    axes.set_xlim(-0.5, len(table) - 0.5)
    axes.set_ylim(0, 1.08 * max(table["value"].max(), table["conf_high"].max() if len(beyond) else 0, 1e-9))
    axes.yaxis.set_major_formatter(lambda v, _: _shown(v, _unit(result), words, 0))
    axes.locator_params(axis="y", nbins=4)
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)
    first = int(table["is_subject"].astype(bool).idxmax()) if table["is_subject"].any() else 0
    marks = sorted({0, first, len(table) - 1})
    axes.set_xticks(marks, [words.date(pd.Timestamp(table["period"][m]).date()) for m in marks])
    for label, side in zip(axes.get_xticklabels(), ("left", *["center"] * (len(marks) - 2), "right")):
        label.set_ha(side)
    return table


def _unit(result: ChartResult) -> str:
    return "share" if result.unit == "share" else "count"


def _shown(value: float, unit: str, words: Any, decimals: int) -> str:
    if unit == "share":
        return words.percent(value, decimals)
    return words.number(value, decimals if value >= 10 or unit == "count" else 1)
