"""Stages by team against the other teams, and each stage over time: small panels on one scale."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from ..core.period import Period
from ..pipeline import StageAnalysisResult
from . import draws
from .sheet import Sheet
from .theme import colours

#: Groups and stages drawn; the table of the result holds all of them.
MOST_GROUPS, MOST_STAGES = 14, 6
# Millimetres: names, head, a row, foot; gap between panels.
NAMES, HEAD, ROW, FOOT, GAP, WIDTH = 40.0, 9.0, 6.4, 8.0, 8.0, 269.0
TREND_LEFT, TREND_TOP, TREND_HEIGHT, TREND_GAP = 14.0, 7.0, 26.0, 10.0
TREND_SIZE = TREND_TOP + 2 * TREND_HEIGHT + TREND_GAP + 8.0
EMPTY = 14.0
#: Colour of a difference that is told from chance.
SURE = {"costs": "vermilion", "gains": "accent"}


def groups_of(result: StageAnalysisResult) -> list[str]:
    """Return the teams drawn, those with the largest gap below first."""
    if result.teams is None:
        return []
    total = result.teams.table.groupby("team", dropna=True)["estimate"].sum().sort_values(kind="stable")
    return [str(name) for name in total.index[:MOST_GROUPS]]


def _height(result: StageAnalysisResult) -> float:
    names = groups_of(result)
    return HEAD + ROW * len(names) + FOOT if names else EMPTY


@draws(StageAnalysisResult, "teams", width=WIDTH, height=_height)
def teams(result: StageAnalysisResult, sheet: Sheet) -> pd.DataFrame:
    """Draw for each stage how far the teams' shares lie from those of all other teams, with intervals."""
    words, c, names = sheet.words, colours(), groups_of(result)
    if not names:
        sheet.axes(0, 0, 1, 1).set_axis_off()
        sheet.text(0, 8.0, words.t("stages.figure.no_teams"), color=c.muted)
        return result.table
    rows = result.teams.table
    rows = rows[rows["team"].isin(names)]
    stages = list(dict.fromkeys(rows.sort_values("place")["stage"]))[:MOST_STAGES]
    known = rows[rows["verdict"] != "cannot_tell"]
    ends = known[["difference_low", "difference_high"]].abs().to_numpy()
    reach = min(max(float(np.nanmax(ends)) if np.isfinite(ends).any() else 0.1, 0.05), 0.5) * 1.05
    wide = (WIDTH - NAMES - GAP * (len(stages) - 1)) / max(len(stages), 3)
    for i, name in enumerate(names):
        sheet.text(0, HEAD + ROW * (i + 0.5) + 1.1, _short(name), fontsize=8.5, fontweight="semibold")
    for k, stage in enumerate(stages):
        left = NAMES + k * (wide + GAP)
        label = stage[:1].upper() + stage[1:] if stage else words.t("stages.whole_short")
        sheet.text(left, 4.0, _short(label), fontsize=8.5, fontweight="semibold")
        axes = _difference_axes(sheet, left, wide - 15.0, reach, len(names))
        mine = rows[rows["stage"] == stage].set_index("team")
        for i, name in enumerate(names):
            if name in mine.index:
                _difference(sheet, axes, mine.loc[name], (i, left + wide))
    sheet.text(0, sheet.height - 0.8, words.t("stages.figure.teams_marks"), fontsize=7.5, color=c.muted)
    return rows[rows["stage"].isin(stages)]


def _difference_axes(sheet: Sheet, left: float, width: float, reach: float, rows: int) -> Any:
    words, c = sheet.words, colours()
    axes = sheet.axes(left, HEAD, width, ROW * rows)
    axes.set(xlim=(-reach, reach), ylim=(rows - 0.5, -0.5), yticks=[])
    axes.axvline(0, color=c.ink, linewidth=0.7)
    step = next(s for s in (0.02, 0.05, 0.1, 0.2, 0.25, 0.5) if reach / s < 2.2 or s == 0.5)
    ticks = [round(step * n, 4) for n in range(-2, 3) if abs(step * n) <= reach]
    axes.set_xticks(ticks, [words.number(t * 100, sign=True) for t in ticks])
    axes.grid(axis="x")
    axes.tick_params(axis="x", length=0, labelsize=7.5)
    axes.spines[["left", "bottom"]].set_visible(False)
    return axes


def _difference(sheet: Sheet, axes: Any, row: pd.Series, place: tuple[int, float]) -> None:
    words, c, (i, right) = sheet.words, colours(), place
    tone = getattr(c, SURE.get(row["verdict"], "slate"))
    is_sure = row["verdict"] in SURE
    base = HEAD + ROW * (i + 0.5) + 1.1
    if row["verdict"] == "cannot_tell":
        sheet.text(right, base, words.t("stages.figure.too_few"), color=c.muted, ha="right", fontsize=7.5)
        return
    axes.hlines(
        i, row["difference_low"], row["difference_high"], color=tone, linewidth=1.6 if is_sure else 1.0
    )
    face = tone if is_sure else c.paper
    axes.plot(
        [row["difference"]], [i], "o", markersize=4.2, markerfacecolor=face, markeredgecolor=tone, zorder=4
    )
    style = {"fontweight": "semibold"} if is_sure else {}
    sheet.text(
        right, base, words.percent(row["value"]), ha="right", color=tone if is_sure else c.ink, **style
    )


@draws(StageAnalysisResult, "trend", width=WIDTH, height=TREND_SIZE)
def trend(result: StageAnalysisResult, sheet: Sheet) -> pd.DataFrame:
    """Draw per stage the share that gets on and the median days, period by period, with intervals."""
    words, c = sheet.words, colours()
    rows = result.trend.table
    stages = list(dict.fromkeys(rows["stage"]))[:MOST_STAGES]
    rows = rows[rows["stage"].isin(stages)]
    labels = list(dict.fromkeys(rows["period"]))
    wide = min((WIDTH - TREND_LEFT - GAP * (len(stages) - 1)) / max(len(stages), 1), 120.0)
    tops = {"conversion": TREND_TOP, "time": TREND_TOP + TREND_HEIGHT + TREND_GAP}
    longest = rows.loc[rows["term"] == "time", "conf_high"].max()
    for k, stage in enumerate(stages):
        left = TREND_LEFT + k * (wide + GAP)
        label = stage[:1].upper() + stage[1:] if stage else words.t("stages.whole_short")
        sheet.text(left, 3.6, _short(label), fontsize=8.5, fontweight="semibold")
        for term, top in tops.items():
            axes = sheet.axes(left, top, wide, TREND_HEIGHT)
            _line(axes, rows[(rows["stage"] == stage) & (rows["term"] == term)], labels)
            high = 1.0 if term == "conversion" else (longest * 1.1 if np.isfinite(longest) else 1.0)
            axes.set(xlim=(-0.5, len(labels) - 0.5), ylim=(0, high))
            _trend_ticks(axes, term, result, labels, is_first=k == 0)
    mode = "history" if result.has_history else "whole"
    for key, top in ((f"conversion_{mode}", tops["conversion"]), ("time", tops["time"])):
        sheet.text(0, top - 1.6, words.t(f"stages.figure.trend_{key}"), fontsize=7.5, color=c.muted)
    return rows


def _line(axes: Any, rows: pd.DataFrame, labels: list[str]) -> None:
    c = colours()
    at = rows["period"].map({label: i for i, label in enumerate(labels)}).to_numpy(dtype=float)
    axes.plot(at, rows["estimate"], color=c.accent, linewidth=0.9)
    axes.vlines(at, rows["conf_low"], rows["conf_high"], color=c.accent, linewidth=1.0)
    axes.plot(at, rows["estimate"], "o", markersize=3.4, color=c.accent, zorder=4)


def _trend_ticks(
    axes: Any, term: str, result: StageAnalysisResult, labels: list[str], *, is_first: bool
) -> None:
    words = result.client.words
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", labelsize=7.5)
    if term == "conversion":
        axes.set_yticks([0, 0.5, 1], ["0", "50", words.percent(1, 0)])
    else:
        axes.locator_params(axis="y", nbins=4, integer=True)
        axes.yaxis.set_major_formatter(lambda value, _: words.number(value))
    if not is_first:
        axes.set_yticklabels([])
    if term == "conversion":
        axes.set_xticks(range(len(labels)), [""] * len(labels))
        return
    every = math.ceil(len(labels) / 4)
    shown = [
        _tick(label, result, words) if (len(labels) - 1 - i) % every == 0 else ""
        for i, label in enumerate(labels)
    ]
    axes.set_xticks(range(len(labels)), shown)
    axes.tick_params(axis="x", labelsize=7.5)


def _tick(label: str, result: StageAnalysisResult, words: Any) -> str:
    """Write a period short enough for an axis."""
    span = Period.parse(label, fiscal_start=result.client.fiscal_year_start)
    year = str(span.start.year)[2:]
    return f"{words.month(span.start)} {year}" if result.trend.grain == "month" else _part(label, words)


def _part(label: str, words: Any) -> str:
    year, _, part = label.partition("-")
    return words.t("stages.figure.quarter", part=part[1:], year=year[2:]) if part else year


def _short(name: str) -> str:
    return name if len(name) <= 22 else f"{name[:21].rstrip()}…"
