"""Bookings ahead: the year's path with its fan above the gap to target, and past days beside what came."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..goals.labels import chance_of
from ..projection import BacktestResult, ProjectionResult
from . import draws
from .sheet import Sheet
from .theme import colours

# Millimetres: left of the pictures, right for their labels, heights of both and the gap between them.
LEFT, RIGHT, TOP, UPPER, LOWER, BETWEEN, BOTTOM = 14.0, 44.0, 5.0, 46.0, 22.0, 7.0, 6.0
EMPTY = 10.0
_LINE = 4.2


def _height(result: ProjectionResult) -> float:
    if result.path.empty:
        return EMPTY
    lower = BETWEEN + LOWER if result.path["target"].notna().any() else 0.0
    return TOP + UPPER + lower + BOTTOM


@draws(ProjectionResult, "path", height=_height)
def path(result: ProjectionResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the year so far and the weeks ahead; below them the gap to target on the same days."""
    c, rows = colours(), result.path
    if rows.empty:
        sheet.text(0, 6, sheet.words.t("projection.none"), color=c.muted)
        return rows
    width = sheet.width - LEFT - RIGHT
    axes = sheet.axes(LEFT, TOP, width, UPPER)
    top = max(float(np.nanmax(rows[["value", "high_95", "target"]].to_numpy(dtype=float))) * 1.05, 1e-9)
    axes.set(xlim=_span(rows), ylim=(0, top))
    _curves(axes, rows, rows["target"] * 0)
    _values(axes, sheet, result.lead["unit"], TOP - 1.5)
    _end_labels(sheet, result, top)
    has_target = rows["target"].notna().any()
    if has_target:
        below = sheet.axes(LEFT, TOP + UPPER + BETWEEN, width, LOWER)
        below.set(xlim=_span(rows))
        _curves(below, rows, rows["target"])
        _values(below, sheet, result.lead["unit"], TOP + UPPER + BETWEEN - 1.5, "projection.gap_unit")
        _gap_labels(sheet, result, below)
        axes.tick_params(labelbottom=False)
    _months(below if has_target else axes, rows, sheet)
    return rows


def _span(rows: pd.DataFrame) -> tuple[int, int]:
    return rows["day_on"].iloc[0].toordinal(), rows["day_on"].iloc[-1].toordinal()


def _curves(axes: Axes, rows: pd.DataFrame, less: pd.Series) -> None:
    """Draw known and expected totals, less something: nothing, or the target."""
    c = colours()
    known, ahead = rows["value"].notna(), rows["estimate"].notna()
    at = np.array([d.toordinal() for d in rows["day_on"]])
    less = less.fillna(0.0)
    for name, colour in (("95", c.fan95), ("80", c.fan80)):
        low, high = ((rows[f"{side}_{name}"] - less)[ahead] for side in ("low", "high"))
        axes.fill_between(at[ahead], low, high, color=colour, lw=0)
    target = rows["target"]
    if target.notna().any():
        axes.plot(at, target - less, color=c.slate, lw=0.9)
    axes.plot(at[ahead], (rows["estimate"] - less)[ahead], color=c.accent, lw=1.4, ls=(0, (3, 2)))
    axes.plot(at[known], (rows["value"] - less)[known], color=c.accent, lw=2)
    today = at[known][-1]
    axes.axvline(today, color=c.slate, lw=0.6, ls=(0, (1, 1.5)))
    axes.plot([today], [(rows["value"] - less)[known].iloc[-1]], "o", color=c.accent, ms=4)


def _values(axes: Axes, sheet: Sheet, unit: str, y: float, key: str = "") -> None:
    words = sheet.words
    axes.locator_params(axis="y", nbins=4, steps=[1, 2, 2.5, 5, 10])
    low, high = axes.get_ylim()
    ticks = [t for t in axes.get_yticks() if low <= t <= high]
    label, divisor = "", 1.0
    if unit == "money":
        divisor, label = words.money_unit(max(abs(low), abs(high)))
    spare = 0 if all(abs(t / divisor - round(t / divisor)) < 1e-9 for t in ticks) else 1
    axes.set_yticks(ticks, [words.number(t / divisor, spare) for t in ticks])
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    text = words.t(key, unit=label) if key and label else words.t("projection.gap") if key else label
    sheet.text(0, y, text, color=colours().muted, fontsize=7.5)


def _months(axes: Axes, rows: pd.DataFrame, sheet: Sheet) -> None:
    first, last = rows["day_on"].iloc[0], rows["day_on"].iloc[-1]
    months = (last.year - first.year) * 12 + last.month - first.month
    step = -(-max(months, 1) // 8)
    days = [
        date(first.year + (first.month + i) // 12, (first.month + i) % 12 + 1, 1)
        for i in range(0, months + 1, step)
    ]
    days = [d for d in days if first <= d <= last]
    axes.set_xticks([d.toordinal() for d in days], [sheet.words.month(d) for d in days])


def _end_labels(sheet: Sheet, result: ProjectionResult, top: float) -> None:
    """Name the target, the end expected and its intervals at the right, a line apart."""
    c, words, end = colours(), sheet.words, result.end
    unit, x = result.lead["unit"], sheet.width - RIGHT + 2.5
    value = words.value(end["estimate"], unit)
    lines = [
        (words.t("projection.label_expected", value=value), c.accent, 600),
        (
            words.t(
                "projection.label_ends",
                level="80 %",
                interval=words.interval(end["low_80"], end["high_80"], unit),
            ),
            c.muted,
            400,
        ),
        (
            words.t(
                "projection.label_ends",
                level="95 %",
                interval=words.interval(end["low_95"], end["high_95"], unit),
            ),
            c.muted,
            400,
        ),
    ]
    blocks = [(float(end["estimate"]), lines)]
    if end["target"] > 0:
        lines.append(
            (words.t("projection.label_chance", chance=chance_of(words, result.chance)), c.muted, 400)
        )
        goal = words.t("projection.label_target", value=words.value(end["target"], unit))
        blocks.append((float(end["target"]), [(goal, c.ink, 600)]))
    blocks.sort(key=lambda block: -block[0])
    y = TOP + 1.0
    room = sum(len(lines) for _, lines in blocks) * _LINE
    for value_at, found in blocks:
        y = max(y, min(TOP + UPPER * (1 - value_at / top) + 1.0, TOP + UPPER - room + 3.0))
        for text, colour, weight in found:
            sheet.text(x, y, text, color=colour, weight=weight, fontsize=8.5 if weight == 600 else 8)
            y += _LINE
        room -= len(found) * _LINE


def _gap_labels(sheet: Sheet, result: ProjectionResult, axes: Axes) -> None:
    c, words, end = colours(), sheet.words, result.end
    gap = end["estimate"] - end["target"]
    low, high = axes.get_ylim()
    y = TOP + UPPER + BETWEEN + LOWER * (1 - (gap - low) / (high - low)) + 1.0
    zero = TOP + UPPER + BETWEEN + LOWER * (1 - (0 - low) / (high - low)) + 1.0
    if abs(y - zero) < _LINE:
        zero = y + _LINE if gap > 0 else y - _LINE
    x = sheet.width - RIGHT + 2.5
    text = words.t("projection.label_gap", value=words.value(gap, result.lead["unit"], sign=True))
    sheet.text(x, y, text, color=c.accent, weight=600, fontsize=8.5)
    sheet.text(x, zero, words.t("projection.label_zero"), color=c.muted)


@draws(BacktestResult, "origins", height=lambda result: 58.0 if len(result.origins) else EMPTY)
def origins(result: BacktestResult, sheet: Sheet) -> pd.DataFrame:
    """Draw for each past day what would have been projected, its interval, and what happened."""
    c, words, rows = colours(), sheet.words, result.origins
    if rows.empty:
        sheet.text(0, 6, words.t("projection.test_none"), color=c.muted)
        return rows
    axes = sheet.axes(LEFT, TOP, sheet.width - LEFT - RIGHT, 46.0)
    x = np.arange(len(rows))
    top = float(rows[["value", "high_80", "run_rate", "pipeline"]].to_numpy().max()) * 1.08 or 1.0
    axes.set(xlim=(-0.6, len(rows) - 0.4), ylim=(0, top))
    axes.vlines(x, rows["low_80"], rows["high_80"], color=c.fan80, lw=6)
    axes.plot(x, rows["pipeline"], "x", color=c.vermilion, ms=4.5, mew=1.1)
    axes.plot(x, rows["run_rate"], "_", color=c.slate, ms=9, mew=1.4)
    axes.plot(x, rows["estimate"], "_", color=c.accent, ms=9, mew=2)
    axes.plot(x, rows["value"], "o", color=c.ink, ms=4)
    _values(axes, sheet, _unit(result), TOP - 1.5)
    step = -(-len(rows) // 7)
    axes.set_xticks(x[::step], [_short(d, words) for d in rows["day_on"][::step]])
    _legend(sheet, rows.iloc[-1], top, x=sheet.width - RIGHT + 2.5)
    return rows


def _unit(result: BacktestResult) -> str:
    return "money" if result.kpi == "bookings" else "count"


def _short(day: date, words: Any) -> str:
    return words.date(day)


def _legend(sheet: Sheet, last: pd.Series, top: float, *, x: float) -> None:
    """Name each mark beside its last value, a line apart."""
    c, words = colours(), sheet.words
    named = [
        (last["value"], words.t("projection.mark_actual"), c.ink, 600),
        (last["estimate"], words.t("projection.mark_projected"), c.accent, 600),
        (last["run_rate"], words.t("projection.method.run_rate"), c.muted, 400),
        (last["pipeline"], words.t("projection.method.pipeline"), c.vermilion, 400),
    ]
    y = TOP
    for value, text, colour, weight in sorted(named, key=lambda one: -one[0]):
        y = max(TOP + 46.0 * (1 - value / top) + 1.0, y)
        sheet.text(x, y, text, color=colour, weight=weight, fontsize=8)
        y += _LINE
