"""Win rates by dimension as dots with intervals, and an order that turns within strata as paired dots."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..performance import PerformanceResult
from . import draws
from .sheet import Sheet
from .theme import colours

# Millimetres: left edges of names and plot, right edges of numbers, left edge of the verdict.
NAME, CLOSED, PLOT, WIDTH, VALUE, WORD = 24.0, 80.0, 84.0, 50.0, 147.0, 151.0
HEAD, ROW, GAP, FOOT, EMPTY = 7.0, 5.6, 2.2, 6.5, 14.0
#: Rows drawn on the first page, and the fewest and most of one dimension.
ROWS, FEWEST, MOST = 24, 2, 8
#: Strata drawn of a pair, the largest.
STRATA = 6
_TONES = {"higher": "accent", "lower": "vermilion"}


def drawn_cells(result: PerformanceResult) -> pd.DataFrame:
    """Return the cells that the forest shows: of each dimension those that differ, then the largest."""
    parts = {}
    for term in result.by:
        rows = result.table[(result.table["term"] == term) & result.table["estimate"].notna()]
        told = rows[rows["verdict"] != "cannot_tell"]
        rows = told if len(told) >= FEWEST else rows
        order = rows["verdict"].isin(["higher", "lower"]).to_numpy()
        parts[term] = rows.iloc[np.lexsort((-rows["n"].to_numpy(), ~order))]
    each = MOST
    while each > FEWEST and sum(min(len(p), each) for p in parts.values()) > ROWS:
        each -= 1
    shown = [p.head(each).sort_values("estimate", ascending=False, kind="stable") for p in parts.values()]
    return pd.concat(shown, ignore_index=True) if shown else result.table.head(0)


def _height(result: PerformanceResult) -> float:
    rows = drawn_cells(result)
    if rows.empty:
        return EMPTY
    return HEAD + ROW * len(rows) + GAP * rows["term"].nunique() + FOOT


@draws(PerformanceResult, "forest", height=_height)
def forest(result: PerformanceResult, sheet: Sheet) -> pd.DataFrame:
    """Draw drawn-in win rates with their intervals, grouped by dimension, the rate of all as a line."""
    words, c, rows = sheet.words, colours(), drawn_cells(result)
    if rows.empty:
        sheet.axes(0, 0, 1, 1).set_axis_off()
        sheet.text(0, 8.0, words.t("performance.forest.nothing"), color=c.muted)
        return rows
    axes = sheet.axes(PLOT, HEAD, WIDTH, sheet.height - HEAD - FOOT)
    low, high = float(rows["conf_low"].min()), float(rows["conf_high"].max())
    reach = max(high - low, 0.04)
    axes.set(xlim=(max(low - 0.04 * reach, 0), min(high + 0.04 * reach, 1)), yticks=[])
    axes.set_ylim(sheet.height - FOOT, HEAD)
    _percent_axis(axes, sheet)
    rate = result.overall[0]
    axes.axvline(rate, color=c.ink, linewidth=0.8, zorder=1)
    label = words.t("performance.forest.all", rate=words.percent(rate))
    left, right = axes.get_xlim()
    sheet.text(PLOT + (rate - left) / (right - left) * WIDTH, 5.0, label, ha="center", fontweight=600)
    sheet.text(CLOSED, 5.0, words.t("performance.forest.closed"), ha="right", color=c.muted)
    y = HEAD
    for term in rows["term"].unique():
        y += GAP
        mine = rows[rows["term"] == term]
        sheet.text(0, y + ROW / 2 + 1.1, words.t(f"performance.dim.{term}").capitalize(), fontweight=600)
        more = int((result.table["term"] == term).sum()) - len(mine)
        if more and len(mine) > 1:
            text = words.t("performance.forest.more", number=words.number(more))
            sheet.text(0, y + ROW * 1.5 + 1.1, text, color=c.muted)
        for row in mine.itertuples():
            _row(sheet, axes, y + ROW / 2, row)
            y += ROW
        if term != rows["term"].iloc[-1]:
            sheet.line(0, y + GAP / 2, sheet.width, y + GAP / 2)
    return rows


def _row(sheet: Sheet, axes: Any, y: float, row: Any) -> None:
    c, words = colours(), sheet.words
    sure = row.verdict in _TONES
    tone = getattr(c, _TONES.get(row.verdict, "slate"))
    axes.hlines(y, row.conf_low, row.conf_high, color=tone, linewidth=1.6 if sure else 1.0, zorder=3)
    face = tone if sure else c.paper
    axes.plot([row.estimate], [y], "o", markersize=4.4, markerfacecolor=face, markeredgecolor=tone, zorder=4)
    weight = 600 if sure else 400
    name = str(row.group) or words.t("performance.cell.none")
    sheet.text(NAME, y + 1.1, short(name), fontsize=8.5, fontweight=weight)
    sheet.text(CLOSED, y + 1.1, words.number(row.n), ha="right", color=c.muted)
    text = words.percent(row.estimate)
    sheet.text(
        VALUE, y + 1.1, text, fontsize=8.5, ha="right", fontweight=weight, color=tone if sure else c.ink
    )
    verdict = words.t(f"performance.verdict.{row.verdict}")
    sheet.text(WORD, y + 1.1, verdict, color=tone if sure else c.muted, fontweight=weight)


def _percent_axis(axes: Any, sheet: Sheet) -> None:
    words = sheet.words
    axes.locator_params(axis="x", nbins=5, steps=[1, 2, 2.5, 5, 10])
    axes.xaxis.set_major_formatter(
        lambda v, _: words.percent(v, 0 if abs(v * 100 - round(v * 100)) < 1e-6 else 1)
    )
    axes.grid(axis="x")
    axes.tick_params(axis="x", length=0)
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(False)


def _strata(result: PerformanceResult) -> pd.DataFrame:
    """Return one row a line of the picture: as counted, with the same mix, then the largest strata."""
    if result.reversals.empty:
        return pd.DataFrame(columns=["label", "first", "second", "n"])
    row, words = result.reversals.iloc[0], result.client.words
    wide = result.strata.pivot(index="level", columns="group", values=["value", "n"])
    # An edition may have taken the strata out.
    known = wide["n"].sum(axis=1) if len(wide) else pd.Series(dtype=float)
    size = known.sort_values(ascending=False).head(STRATA)
    lines = [
        (words.t("performance.simpson.together"), row["value"], row["reference"], row["n"] + row["base"]),
        (words.t("performance.simpson.same"), row["standard_group"], row["standard_against"], np.nan),
        *(
            (
                str(level) or words.t("performance.cell.none"),
                wide["value"].loc[level, row["group"]],
                wide["value"].loc[level, row["against"]],
                size[level],
            )
            for level in size.index
        ),
    ]
    return pd.DataFrame(lines, columns=["label", "first", "second", "n"])


@draws(PerformanceResult, "simpson", height=lambda r: 14.0 + 7.0 * len(_strata(r)) + FOOT)
def simpson(result: PerformanceResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the rates of a pair of cells together, with the same mix, and in each stratum."""
    words, c, rows = sheet.words, colours(), _strata(result)
    if rows.empty:
        sheet.axes(0, 0, 1, 1).set_axis_off()
        sheet.text(0, 8.0, words.t("performance.simpson.none"), color=c.muted)
        return rows
    top, step = 12.0, 7.0
    axes = sheet.axes(50.0, top, 92.0, step * len(rows))
    values = rows[["first", "second"]].to_numpy()
    reach = max(float(values.max() - values.min()), 0.05)
    axes.set(
        xlim=(max(values.min() - 0.08 * reach, 0), min(values.max() + 0.08 * reach, 1)),
        ylim=(len(rows) - 0.5, -0.5),
        yticks=[],
    )
    _percent_axis(axes, sheet)
    pair = result.reversals.iloc[0]
    for i, row in enumerate(rows.itertuples()):
        axes.plot([row.first, row.second], [i, i], color=c.grey_fill, linewidth=1.6, zorder=2)
        axes.plot([row.first], [i], "o", color=c.accent, markersize=5.2, zorder=4)
        axes.plot([row.second], [i], "D", color=c.vermilion, markersize=4.4, zorder=4)
        y = top + step * (i + 0.5) + 1.1
        sheet.text(0, y, short(row.label), fontsize=8.5, fontweight=600 if i < 2 else 400)
        if not np.isnan(row.n):
            sheet.text(172.0, y, words.number(row.n), ha="right", color=c.muted)
        if i == 1:
            sheet.line(0, top + step * 2, sheet.width, top + step * 2)
    sheet.text(172.0, 9.0, words.t("performance.simpson.cases"), ha="right", color=c.muted)
    labels = ((50.0, "o", c.accent, pair["group"]), (98.0, "D", c.vermilion, pair["against"]))
    for x, mark, tone, name in labels:
        place = sheet.axes(x, 2.0, 3.0, 3.0)
        place.set_axis_off()
        place.plot([0], [0], mark, color=tone, markersize=4.6)
        text = short(str(name) or words.t("performance.cell.none"))
        sheet.text(x + 4.0, 4.6, text, fontsize=8.5, fontweight=600, color=tone)
    return rows


def short(name: str) -> str:
    """Return a name that fits its column."""
    return name if len(name) <= 30 else f"{name[:29].rstrip()}…"
