"""The way through the stages: what became of those that entered, how many get on, how long they stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.patches import Polygon, Rectangle

from ..core.fonts import width
from ..core.i18n import Language
from ..pipeline import StageAnalysisResult
from . import draws
from .sheet import Sheet
from .theme import MM_PER_INCH, colours

#: Stages drawn; the table of the result holds all of them.
MOST = 12
# Millimetres: head, foot, a row at most and at least, the height of a bar's part of a row.
HEAD, FOOT, ROW, LEAST_ROW, ROOM, BAR = 13.0, 6.0, 14.0, 8.0, 64.0, 0.56
# Left edges and widths: bars, share that gets on, days; right edges of the numbers.
BARS, BAR_WIDTH, SHARES, SHARE_WIDTH, SHARE_RIGHT = 40.0, 82.0, 134.0, 40.0, 189.0
INTERVAL_RIGHT, DAYS, DAYS_WIDTH, DAYS_RIGHT, SKIP_RIGHT, BACK_RIGHT = 203.5, 211.0, 26.0, 246.5, 257.5, 269.0
WIDTH = 269.0
#: What became of an entry, in the order in which a bar shows it, with its colour.
PARTS = (
    ("moved_on", "accent_mid"),
    ("won", "accent"),
    ("standing", "grey_fill"),
    ("back", "violet"),
    ("lost", "paper"),
)


def _row_height(result: StageAnalysisResult) -> float:
    return min(ROW, max(LEAST_ROW, ROOM / max(min(len(result.table), MOST), 1)))


@draws(
    StageAnalysisResult,
    "flow",
    width=WIDTH,
    height=lambda r: HEAD + FOOT + _row_height(r) * max(min(len(r.table), MOST), 1),
)
def flow(result: StageAnalysisResult, sheet: Sheet) -> pd.DataFrame:
    """Draw one row a stage: entries by what became of them, share with interval, median and P90 of days."""
    table = result.table.head(MOST)
    table = table.assign(back=table["moved_back"] + table["aside"])
    height = _row_height(result)
    _heads(sheet, result, table)
    frame = sheet.axes(BARS, HEAD, BAR_WIDTH, height * max(len(table), 1))
    frame.set(xlim=(0, max(float(table["entered"].max()), 1.0)), ylim=(len(table) - 0.5, -0.5))
    frame.set_axis_off()
    shares = _panel(sheet, SHARES, SHARE_WIDTH, height * len(table), len(table))
    days = _panel(sheet, DAYS, DAYS_WIDTH, height * len(table), len(table))
    for i, row in enumerate(table.itertuples()):
        top = HEAD + height * (i + 0.5)
        if i:
            sheet.line(0, HEAD + height * i, BARS - 3, HEAD + height * i)
        _name(sheet, row, top)
        _bar(frame, i, row, sheet.words)
        if i + 1 < len(table):
            _ribbon(frame, i, row, table.iloc[i + 1])
        _share(sheet, shares, i, row, top)
        _days(sheet, days, i, row, top)
        if result.has_history:
            _moves(sheet, row, top)
    _axes(sheet, shares, days, table)
    return table


def _heads(sheet: Sheet, result: StageAnalysisResult, table: pd.DataFrame) -> None:
    words, c = sheet.words, colours()
    style: dict[str, Any] = {"fontsize": 7.5, "color": c.muted}
    mode = "history" if result.has_history else "whole"
    sheet.text(0, 3.4, words.t("stages.figure.stage"), **style)
    sheet.text(
        BARS, 3.4, words.t(f"stages.figure.became_{mode}", period=words.period(result.period)), **style
    )
    left = BARS
    for name, colour in PARTS:
        if not table[name].any():
            continue
        _key(sheet, left, 7.6, getattr(c, colour))
        label = words.t(f"stages.figure.part_{name}")
        sheet.text(left + 3.2, 7.6, label, **style)
        left += 8.0 + width(label, 7.5) / 72 * MM_PER_INCH
    sheet.text(SHARES, 3.4, words.t(f"stages.figure.gets_on_{mode}"), **style)
    sheet.text(DAYS, 3.4, words.t("stages.figure.days"), **style)
    if result.has_history:
        sheet.text(SKIP_RIGHT, 3.4, words.t("stages.figure.skips"), ha="right", **style)
        sheet.text(BACK_RIGHT, 3.4, words.t("stages.figure.back"), ha="right", **style)
        sheet.text(BACK_RIGHT, 7.6, words.t("stages.figure.moves"), ha="right", **style)


def _key(sheet: Sheet, x: float, y: float, colour: str) -> None:
    """Draw a small square of a colour, outlined so that white ones show."""
    axes = sheet.axes(x, y - 2.1, 2.2, 2.2)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.set_axis_off()
    edge = colours().slate
    axes.add_patch(Rectangle((0, 0), 1, 1, facecolor=colour, edgecolor=edge, linewidth=0.5, clip_on=False))


def _panel(sheet: Sheet, left: float, width: float, height: float, rows: int) -> Any:
    axes = sheet.axes(left, HEAD, width, max(height, 1.0))
    axes.set(ylim=(rows - 0.5, -0.5), yticks=[])
    axes.grid(axis="x")
    axes.tick_params(
        axis="x", length=0, top=True, labeltop=True, bottom=False, labelbottom=False, labelsize=7.5
    )
    axes.spines[["left", "bottom"]].set_visible(False)
    return axes


def _name(sheet: Sheet, row: Any, top: float) -> None:
    words, c = sheet.words, colours()
    name = str(row.stage)[:1].upper() + str(row.stage)[1:] if row.stage else words.t("stages.whole_short")
    sheet.text(
        0, top - 0.4, name if len(name) <= 22 else f"{name[:21].rstrip()}…", fontsize=9, fontweight="semibold"
    )
    text = words.t("stages.figure.entered", count=int(row.entered))
    sheet.text(0, top + 3.2, text, fontsize=7.5, color=c.muted)


def _bar(axes: Any, i: int, row: Any, words: Language) -> None:
    c, left = colours(), 0.0
    most = axes.get_xlim()[1]
    for name, colour in PARTS:
        count = float(getattr(row, name))
        if not count:
            continue
        edge = c.slate if colour == "paper" else getattr(c, colour)
        axes.add_patch(
            Rectangle(
                (left, i - BAR / 2), count, BAR, facecolor=getattr(c, colour), edgecolor=edge, linewidth=0.5
            )
        )
        if count / most * BAR_WIDTH > 6.5:
            ink = c.on_fill if name in ("won", "back") else c.ink
            axes.text(left + count / 2, i, words.number(count), color=ink, ha="center", va="center_baseline")
        left += count


def _ribbon(axes: Any, i: int, row: Any, following: pd.Series) -> None:
    """Lead from those that moved on to those that entered the next stage."""
    corners = [
        (0, i + BAR / 2),
        (row.moved_on, i + BAR / 2),
        (following["entered"], i + 1 - BAR / 2),
        (0, i + 1 - BAR / 2),
    ]
    axes.add_patch(Polygon(corners, facecolor=colours().fan95, edgecolor="none", zorder=0.5))


def _share(sheet: Sheet, axes: Any, i: int, row: Any, top: float) -> None:
    words, c = sheet.words, colours()
    if np.isfinite(row.naive):
        axes.plot([row.naive] * 2, [i - 0.2, i + 0.2], color=c.slate, linewidth=0.8)
    if not np.isfinite(row.estimate):
        sheet.text(SHARE_RIGHT, top + 1.1, words.t("stages.figure.too_few"), color=c.muted, ha="right")
        return
    axes.hlines(i, row.conf_low, row.conf_high, color=c.accent, linewidth=1.6)
    axes.plot([row.estimate], [i], "o", markersize=5, color=c.accent, zorder=4)
    sheet.text(
        SHARE_RIGHT, top + 1.1, words.percent(row.estimate), fontsize=9, fontweight="semibold", ha="right"
    )
    span = words.interval(row.conf_low, row.conf_high, "share")
    sheet.text(INTERVAL_RIGHT, top + 1.1, span, fontsize=7.5, color=c.muted, ha="right")


def _days(sheet: Sheet, axes: Any, i: int, row: Any, top: float) -> None:
    words, c = sheet.words, colours()
    if not np.isfinite(row.median):
        sheet.text(DAYS_RIGHT, top + 1.1, words.t("stages.figure.too_few"), color=c.muted, ha="right")
        return
    if np.isfinite(row.p90):
        axes.hlines(i, row.median, row.p90, color=c.accent_mid, linewidth=1.6)
        axes.plot([row.p90], [i], "|", markersize=7, color=c.accent, markeredgewidth=1.2)
    axes.plot([row.median], [i], "o", markersize=4.4, color=c.accent, zorder=4)
    text = words.t("stages.figure.median_p90", median=words.number(row.median), slow=words.number(row.p90))
    sheet.text(DAYS_RIGHT, top + 1.1, text, fontsize=8.5, ha="right")


def _moves(sheet: Sheet, row: Any, top: float) -> None:
    words, c = sheet.words, colours()
    for right, count in ((SKIP_RIGHT, row.skips), (BACK_RIGHT, row.moves_back)):
        sheet.text(right, top + 1.1, words.number(count), ha="right", color=c.ink if count else c.muted)


def _axes(sheet: Sheet, shares: Any, days: Any, table: pd.DataFrame) -> None:
    words, c = sheet.words, colours()
    shares.set_xlim(0, 1)
    shares.set_xticks([0, 0.5, 1], ["0", "50", words.percent(1, 0)])
    longest = np.nanmax([1.0, *table["p90"], *table["median"]])
    days.set_xlim(0, longest * 1.05)
    days.locator_params(axis="x", nbins=3, integer=True)
    days.xaxis.set_major_formatter(lambda value, _: words.number(value))
    sheet.text(0, sheet.height - 1.0, words.t("stages.figure.marks"), fontsize=7.5, color=c.muted)
