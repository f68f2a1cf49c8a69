"""The year on one page: its total against the target with the fan ahead, and the reps at the front."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..core.period import Period
from ..dashboard import UnionResult
from ..goals.labels import chance_of
from . import draws
from .sheet import Sheet
from .theme import colours

# Millimetres: room at the right for labels, the two panels and the gap between them.
WIDTH, RIGHT, LEFT = 150.0, 40.0, 0.0
UPPER, GAP, LOWER, FOOT, TOP = 30.0, 5.0, 14.0, 5.5, 0.5
HEIGHT = TOP + UPPER + GAP + LOWER + FOOT
#: Height of a row of reps and of their head, and the places of names, dots, share and ranks.
ROW, HEAD = 5.6, 5.0
BOARD, PLOT, SHARE = 108.0, (34.0, 38.0), 83.0
_LINE = 4.0
EMPTY_HEIGHT = 10.0


@draws(UnionResult, "year", width=WIDTH, height=lambda result: HEIGHT if len(result.path) else EMPTY_HEIGHT)
def year(result: UnionResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the total so far and ahead above, its gap to the target below, on the same months."""
    words, rows = sheet.words, result.path
    if rows.empty:
        sheet.text(0, 6, words.t("union.year.empty"), color=colours().muted)
        return rows
    width = sheet.width - RIGHT - LEFT
    has_gap = bool(rows["target"].notna().any())
    tall = UPPER if has_gap else UPPER + GAP + LOWER
    upper = sheet.axes(LEFT, TOP, width, tall)
    high = np.nanmax(rows[["value", "high_95", "target"]].to_numpy(dtype=float))
    upper.set(xlim=(0, result.year.days), ylim=(0, max(high, 1e-9) * 1.06))
    _fan(upper, rows, result.year, 0.0)
    _target_line(upper, rows, result.year)
    _scale(upper, sheet, result, tall)
    if has_gap:
        sheet.text(0, TOP + UPPER + GAP - 2.2, words.t("union.year.gap"), color=colours().muted)
        lower = sheet.axes(LEFT, TOP + UPPER + GAP, width, LOWER)
        lower.set(xlim=(0, result.year.days))
        _fan(lower, rows, result.year, rows["target"])
        lower.axhline(0, color=colours().ink, lw=0.9)
        _scale(lower, sheet, result, LOWER)
    _months([upper, lower] if has_gap else [upper], sheet, result)
    _labels(sheet, result, upper, tall)
    return rows


def _at(days: pd.Series, span: Period) -> np.ndarray:
    return np.array([(d - span.start).days + 1 for d in days], dtype=float)


def _fan(axes: Axes, rows: pd.DataFrame, span: Period, base: pd.Series | float) -> None:
    """Draw what was and what may come, as distance from `base`."""
    c, x = colours(), _at(rows["day_on"], span)
    ahead = rows["estimate"].notna().to_numpy()

    def less(name: str) -> np.ndarray:
        return (rows[name] - base).to_numpy(dtype=float)

    for level, colour in (("95", c.fan95), ("80", c.fan80)):
        low, high = less(f"low_{level}"), less(f"high_{level}")
        axes.fill_between(x[ahead], low[ahead], high[ahead], color=colour, lw=0)
    axes.plot(x[ahead], less("estimate")[ahead], color=c.accent, lw=1.25, ls=(0, (3, 2)))
    known = rows["value"].notna().to_numpy()
    start = ([0.0], [0.0])
    axes.plot([*start[0], *x[known]], [*start[1], *less("value")[known]], color=c.accent, lw=2)
    if known.any() and ahead.any():
        axes.axvline(x[known][-1], color=c.slate, lw=0.6, ls=(0, (1, 1.5)))
        axes.plot(x[known][-1], less("value")[known][-1], "o", color=c.accent, ms=4)


def _target_line(axes: Axes, rows: pd.DataFrame, span: Period) -> None:
    known = rows["target"].notna()
    if known.any():
        x = _at(rows.loc[known, "day_on"], span)
        axes.plot([0, *x], [0, *rows.loc[known, "target"]], color=colours().slate, lw=0.9)


def _scale(axes: Axes, sheet: Sheet, result: UnionResult, tall: float) -> None:
    """Write the values inside the frame, at the left, above their lines."""
    c, words = colours(), sheet.words
    axes.locator_params(axis="y", nbins=3 if tall == LOWER else 4, steps=[1, 2, 2.5, 5, 10])
    low, high = axes.get_ylim()
    ticks = [t for t in axes.get_yticks() if low <= t <= high]
    divisor = words.money_unit(max(abs(low), abs(high)))[0] if result.unit == "money" else 1.0
    spare = 0 if all(abs(t / divisor - round(t / divisor)) < 1e-9 for t in ticks) else 1
    axes.set_yticks(ticks, ["" for _ in ticks])
    axes.grid(axis="y")
    for tick in ticks:
        if tick < high - (high - low) * 3.5 / tall:
            text = words.number(tick / divisor, spare)
            axes.text(2, tick, text, va="bottom", ha="left", color=c.muted, fontsize=8)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _months(panels: list[Axes], sheet: Sheet, result: UnionResult) -> None:
    months = result.year.split("month")
    middle = [((m.start - result.year.start).days + m.days / 2) for m in months]
    for axes in panels[:-1]:
        axes.set_xticks([])
    panels[-1].set_xticks(middle, [sheet.words.month(m.start) for m in months])
    panels[-1].tick_params(axis="x", length=0)


def _labels(sheet: Sheet, result: UnionResult, upper: Axes, tall: float) -> None:
    """Name the target, the forecast and what is known at the right, a line apart."""
    c, words, facts = colours(), sheet.words, result.outlook
    x = sheet.width - RIGHT + 2.5

    def value(amount: float) -> str:
        return words.value(amount, result.unit)

    rows: list[tuple[float, list[tuple[str, str, int]]]] = []
    if np.isfinite(facts["target"]):
        text = words.t("union.year.target", value=value(facts["target"]))
        rows.append((facts["target"], [(text, c.muted, 600)]))
    if result.state == "over":
        text = words.t("union.year.actual", value=value(facts["so_far"]))
        rows.append((facts["so_far"], [(text, c.accent, 600)]))
    elif np.isfinite(facts["estimate"]):
        found = [(words.t("union.year.forecast", value=value(facts["estimate"])), c.accent, 600)]
        ends = words.interval(facts["low_80"], facts["high_80"], result.unit)
        found.append((words.t("union.year.ends", interval=ends), c.muted, 400))
        if np.isfinite(facts["chance"]):
            found.append(
                (words.t("union.year.chance", chance=chance_of(words, facts["chance"])), c.muted, 400)
            )
        rows.append((facts["estimate"], found))
    rows.sort(key=lambda row: -row[0])
    used = TOP + 2.0
    top = upper.get_ylim()[1]
    for level, lines in rows:
        y = max(TOP + tall * (1 - level / top) + 1.0, used)
        for line, colour, weight in lines:
            sheet.text(x, y, line, color=colour, fontsize=8.5 if weight == 600 else 8, weight=weight)
            y += _LINE
        used = y + 1.0


def _board_height(result: UnionResult) -> float:
    rows = result.leaders
    return HEAD + ROW * len(rows) + 5.5 if len(rows) else EMPTY_HEIGHT


@draws(UnionResult, "reps", width=BOARD, height=_board_height)
def reps(result: UnionResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the reps at the front: share of the goal with its interval, the share and the range of ranks."""
    c, words, rows = colours(), sheet.words, result.leaders
    if rows.empty:
        sheet.text(0, 6, words.t("union.reps.empty"), color=c.muted)
        return rows
    ends = rows[["conf_low", "conf_high", "estimate", "value"]].to_numpy(dtype=float)
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    is_share = rows["unit"].iloc[0] == "share"
    if is_share:
        low, high = min(low, 0.9), max(high, 1.1)
    spare = (high - low) * 0.05
    axes = sheet.axes(PLOT[0], HEAD, PLOT[1], ROW * len(rows))
    axes.set(xlim=(low - spare, high + spare), ylim=(len(rows) - 0.5, -0.5), yticks=[])
    axes.locator_params(axis="x", nbins=4)
    ticks = [t for t in axes.get_xticks() if low - spare <= t <= high + spare]
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    muted = {"color": c.muted, "fontsize": 7.5}
    if is_share:
        axes.set_xticks(
            ticks, [words.percent(t, 0) if t == ticks[-1] else words.number(t * 100) for t in ticks]
        )
        axes.axvline(1, color=c.ink, lw=0.9)
        sheet.text(PLOT[0], HEAD - 2.2, words.t("union.reps.goal_head"), **muted)
    else:
        axes.set_xticks(ticks, [words.value(t, result.unit) if t == ticks[-1] else "" for t in ticks])
    key = "share_head" if is_share else "amount_head"
    sheet.text(SHARE, HEAD - 2.2, words.t(f"union.reps.{key}"), ha="right", **muted)
    ranked = words.t("union.reps.rank_head", n=words.number(result.ranked))
    sheet.text(sheet.width, HEAD - 2.2, ranked, ha="right", **muted)
    for i, row in enumerate(rows.itertuples()):
        axes.plot([row.conf_low, row.conf_high], [i, i], color=c.slate, lw=1)
        axes.plot([row.value] * 2, [i - 0.2, i + 0.2], color=c.slate, lw=1.2)
        face = c.accent if is_share and row.conf_low > 1 else c.paper
        axes.plot([row.estimate], [i], "o", ms=4.6, mfc=face, mec=c.accent, mew=1.1)
        y = HEAD + ROW * (i + 0.5) + 1.1
        sheet.text(0, y, _short(str(row.name)), fontsize=8.5)
        sheet.text(
            SHARE,
            y,
            words.percent(row.value, 0) if is_share else words.value(row.value, row.unit),
            fontsize=8.5,
            weight=600,
            ha="right",
        )
        span = words.span(words.number(row.rank_low), words.number(row.rank_high))
        sheet.text(sheet.width, y, span, fontsize=8.5, color=c.muted, ha="right")
    return rows


def _short(name: str, most: int = 21) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
