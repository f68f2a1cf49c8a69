"""Figures of the training effect: a plain before and after beside the verdict, and the course of weeks."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..core.i18n import Language
from ..training import TrainingEffectResult
from ..training.labels import kpi_label, ratio, reason_label
from . import draws
from .cells import Scale
from .linkage import EMPTY_HEIGHT, FOOT, HEAD, ROW, draw_interval, panel, percent_ticks, short
from .sheet import Sheet
from .theme import colours

LEFT, RIGHT, WORDS = (44.0, 44.0), (100.0, 40.0), 146.0
#: Intervals end in an arrow beyond a doubling.
LIMIT = 1.0
_STEPS = (0.02, 0.05, 0.1, 0.2, 0.5)
STRONG = {"improved": "accent", "worsened": "vermilion"}
#: Weeks of which the course shows the mean: single weeks hide it.
STEP = 4


def shown(result: TrainingEffectResult) -> pd.DataFrame:
    """Return the rows that have an estimate, as relative changes."""
    table = result.table[result.table["estimate"].notna()].copy()
    ends = ("estimate", "conf_low", "conf_high", "naive_estimate", "naive_low", "naive_high")
    for name in ends:
        # Beyond the scale anyway, and beyond what a float of a percentage can hold.
        table[name] = [ratio(min(v, 5.0)) if not math.isnan(v) else math.nan for v in table[name]]
    return table[["kpi", "verdict", *ends]]


def change_scale(lows: Iterable[float], highs: Iterable[float]) -> Scale:
    """Return one scale for relative changes, with zero in it and at most six ticks, up to a doubling."""
    low = max(min([0.0, *(v for v in lows if math.isfinite(v))]), -LIMIT)
    high = min(max([0.1, *(v for v in highs if math.isfinite(v))]), LIMIT)
    step = next(s for s in _STEPS if (high - low) / s <= 5 or s == _STEPS[-1])
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Scale(first * step, last * step, tuple(round(i * step, 6) for i in range(first, last + 1)))


def _height(result: TrainingEffectResult) -> float:
    rows = int(result.table["estimate"].notna().sum())
    return HEAD + ROW * rows + FOOT if rows else EMPTY_HEIGHT


@draws(TrainingEffectResult, "naive", height=_height)
def naive(result: TrainingEffectResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the plain before and after of each KPI beside the change beyond controls, sharing rows."""
    rows, words = shown(result), sheet.words
    if rows.empty:
        return _nothing(result, sheet)
    for x, side in ((LEFT[0] - 4, "left"), (RIGHT[0] - 4, "right")):
        sheet.text(x, 3.2, words.t(f"training.naive.{side}"), fontsize=8.5, weight=600)
        note = "note_by_lot" if result.is_by_lot else f"{side}_note"
        sheet.text(x, 7.2, words.t(f"training.naive.{note}"), color=colours().muted)
    for place, names, is_naive in (
        (LEFT, ("naive_low", "naive_estimate", "naive_high"), True),
        (RIGHT, ("conf_low", "estimate", "conf_high"), False),
    ):
        scale = change_scale(rows[names[0]], rows[names[2]])
        axes = panel(sheet, place, scale, len(rows), percent_ticks(scale, sheet))
        for i, (_, row) in enumerate(rows.iterrows()):
            ends = tuple(float(row[name]) for name in names)
            strong = STRONG.get(row["verdict"])
            _mark(axes, i, ends, "ink" if is_naive else strong or "slate", filled=is_naive or bool(strong))
    for i, (_, row) in enumerate(rows.iterrows()):
        _row_words(sheet, i, str(row["kpi"]), str(row["verdict"]))
    return rows.reset_index(drop=True)


def _mark(axes: Axes, y: float, ends: tuple[float, ...], colour: str, *, filled: bool) -> None:
    low, mid, high = ends
    if math.isnan(low) or math.isnan(high):
        left, right = axes.get_xlim()
        if left <= mid <= right:  # one rep: a figure without an error is a mark alone
            axes.plot([mid], [y], "x", color=getattr(colours(), colour), markersize=4, zorder=4)
        return
    draw_interval(axes, y, (low, mid, high), colour=colour, filled=filled)


def _row_words(sheet: Sheet, i: int, kpi: str, verdict: str) -> None:
    y, strong = HEAD + ROW * (i + 0.5) + 1.0, verdict in STRONG
    weight = 600 if strong else 400
    sheet.text(0, y, short(kpi_label(sheet.words, kpi, "name")), fontsize=8.5, weight=weight)
    text = sheet.words.t(f"training.verdict.{verdict}")
    sheet.text(WORDS, y, text, weight=weight, color=getattr(colours(), STRONG.get(verdict, "muted")))
    sheet.line(0, HEAD + ROW * (i + 1), sheet.width, HEAD + ROW * (i + 1))


def _tall(result: TrainingEffectResult) -> float:
    return EMPTY_HEIGHT if _course(result) is None else 62.0


@draws(TrainingEffectResult, "course", height=_tall)
def course(result: TrainingEffectResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the coached week by week beside what was to be expected without coaching."""
    rows = _course(result)
    if rows is None:
        return _nothing(result, sheet)
    c, words, row = colours(), sheet.words, result.main
    axes = sheet.axes(13.0, 6.0, 128.0, 46.0)
    means = _means(rows)
    gap = result.selection_weeks
    if gap:
        axes.axvspan(-gap - 0.5, -0.5, color=c.pale, linewidth=0, zorder=0)
    axes.axvline(-0.5, color=c.slate, linewidth=0.7, zorder=1)
    axes.plot(rows["time"], rows["estimate"], ".", color=c.fan80, markersize=3, zorder=2)
    axes.plot(means["time"], means["expected"], "-", color=c.slate, linewidth=1.25, zorder=3)
    axes.plot(means["time"], means["estimate"], "-", color=c.accent, linewidth=2, zorder=4)
    top = float(np.nanmax(rows[["estimate", "expected"]].to_numpy())) * 1.08
    axes.set(xlim=(rows["time"].min() - 0.5, rows["time"].max() + 0.5), ylim=(0, max(top, 1e-9)))
    axes.set_xticks([t for t in (-39, -26, -13, 0, 12) if t >= rows["time"].min()])
    axes.set_xticklabels([words.number(t, sign=True) for t in axes.get_xticks()])
    axes.locator_params(axis="y", nbins=6, steps=[1, 2, 5, 10])
    ticks = axes.get_yticks()
    axes.set_yticks(ticks, [_tick(words, float(t), row["unit"], ticks) for t in ticks])
    axes.set_ylim(0, max(top, 1e-9))
    axes.grid(axis="y")
    _labels(sheet, axes, means, result)
    return rows.reset_index(drop=True)


def _tick(words: Language, tick: float, unit: str, ticks: np.ndarray) -> str:
    if not tick:
        return "0"
    if unit in ("share", "money"):
        return words.percent(tick, 0) if unit == "share" else words.money(tick)
    return words.number(tick, 0 if np.allclose(ticks, np.round(ticks)) else 1)


def _labels(sheet: Sheet, axes: Axes, means: pd.DataFrame, result: TrainingEffectResult) -> None:
    """Write names at the line ends, pushed apart where they would touch."""
    c, words = colours(), sheet.words
    last = means.iloc[-1]
    top = axes.get_ylim()[1]
    heights = [6.0 + 46.0 * (1 - last[name] / top) for name in ("estimate", "expected")]
    if abs(heights[0] - heights[1]) < 4.0:
        middle, sign = sum(heights) / 2, 1 if heights[0] >= heights[1] else -1
        heights = [middle + 2.0 * sign, middle - 2.0 * sign]
    for height, name, colour in zip(heights, ("coached", "expected"), (c.accent, c.muted), strict=True):
        sheet.text(143.0, height + 1.0, words.t(f"training.course.{name}"), color=colour, weight=600)
    left, right = axes.get_xlim()
    x = 13.0 + 128.0 * (-0.5 - left) / (right - left)
    sheet.text(x + 1.0, 4.2, words.t("training.course.session"), color=c.muted)
    if result.selection_weeks:
        sheet.text(x - 1.0, 4.2, words.t("training.course.choice"), color=c.muted, ha="right")
    sheet.text(77.0, sheet.height - 1.0, words.t("training.course.axis"), color=c.muted, ha="center")


def _course(result: TrainingEffectResult) -> pd.DataFrame | None:
    """Return the weeks of the KPI told first; none without expected ones."""
    row = result.main
    if row is None:
        return None
    rows = result.course[result.course["kpi"] == row["kpi"]].sort_values("time")
    return rows if rows["expected"].notna().any() and (rows["time"] >= 0).any() else None


def _means(rows: pd.DataFrame) -> pd.DataFrame:
    """Return means of four weeks, none across the first session."""
    block = np.floor_divide(rows["time"].to_numpy(), STEP)
    block = np.where(rows["time"] == 12, 2, block)  # the last week stands alone otherwise
    return rows.groupby(block)[["time", "estimate", "expected"]].mean()


def _nothing(result: TrainingEffectResult, sheet: Sheet) -> pd.DataFrame:
    reason = reason_label(sheet.words, result.reason or "no_events")
    sheet.text(0, 6.0, sheet.words.t("training.alt.empty", reason=reason), color=colours().muted)
    return pd.DataFrame()
