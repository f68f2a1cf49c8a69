"""Behind one verdict: when the activity went with wins, at which level, and for which reps."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..linkage import ActivityLinkResult, wins_per_more
from . import draws
from .cells import STRONG, interval_scale
from .linkage import (
    EMPTY_HEIGHT,
    NAMED_REPS,
    draw_interval,
    name_the_team,
    nothing,
    outermost,
    panel,
    percent_ticks,
    short,
)
from .sheet import Sheet
from .theme import colours

#: Millimetres: head above the two panels, the panels, what stands below; left edge and width of each.
_HEAD, _TALL, _FOOT = 7.0, 33.0, 11.0
_LEFT, _RIGHT = (12.0, 66.0), (104.0, 68.0)
#: Millimetres of one rep's row, and of the head and foot of the figure.
_ROW, _ABOVE, _BELOW = 4.2, 8.0, 10.0
#: Columns of reps, and millimetres from one to the next, of the names and of the panel.
_COLUMNS, _STEP, _NAMES, _WIDE = 3, 58.0, 23.0, 29.0


@draws(ActivityLinkResult, "depth", height=_HEAD + _TALL + _FOOT)
def depth(result: ActivityLinkResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the elasticity by weeks before the win beside wins against the activity, net of all else."""
    lags, rest = result.lag_profile, result.partial_residuals
    if lags.empty and rest.empty:
        return nothing(sheet, result.table["reason"].iloc[0])
    colour = getattr(colours(), STRONG.get(result.table["verdict"].iloc[0], "slate"))
    words, key = sheet.words, "linkage.activity_page.depth"
    sheet.text(0, 3.2, words.t(f"{key}.lags"), fontsize=8.5, weight=600)
    sheet.text(_RIGHT[0] - 14, 3.2, words.t(f"{key}.level"), fontsize=8.5, weight=600)
    _lags(sheet, lags, colour)
    _levels(sheet, result, colour)
    foot = sheet.height - 1.2
    sheet.text(_LEFT[0] + _LEFT[1] / 2, foot, words.t(f"{key}.lag_axis"), color=colours().muted, ha="center")
    level_axis = words.t(f"{key}.level_axis")
    sheet.text(_RIGHT[0] + _RIGHT[1] / 2, foot, level_axis, color=colours().muted, ha="center")
    lags = lags.assign(panel="lags", label=lags["lag_low"].astype(str) + "-" + lags["lag_high"].astype(str))
    both = pd.concat([lags, rest.assign(panel="level")], ignore_index=True)
    return both[["panel", "label", "exposure", "estimate", "conf_low", "conf_high", "n"]]


def _value_axis(axes: Axes, low: float, high: float, sheet: Sheet) -> None:
    """Set a vertical axis of shares of wins with few ticks, zero among them."""
    step = next(s for s in (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0) if (high - low) / s <= 5)
    ticks = np.arange(np.floor(low / step), np.ceil(high / step) + 1) * step
    axes.set(ylim=(ticks[0], ticks[-1]))
    labels = [sheet.words.number(t * 100, sign=True) if abs(t) > 1e-9 else "0" for t in ticks]
    axes.set_yticks(ticks, [*labels[:-1], f"{labels[-1]} %"])
    axes.axhline(0, color=colours().slate, linewidth=0.7, zorder=1)
    axes.grid(axis="y")
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _lags(sheet: Sheet, lags: pd.DataFrame, colour: str) -> None:
    """Draw one interval a span of weeks."""
    known = lags.dropna(subset=["conf_low", "conf_high"])
    left, width = _LEFT
    axes = sheet.axes(left, _HEAD, width, _TALL)
    if known.empty:
        axes.set_axis_off()
        return
    ends = known[["conf_low", "conf_high"]].apply(wins_per_more)
    _value_axis(axes, min(float(ends.min(axis=None)), 0.0), max(float(ends.max(axis=None)), 0.0), sheet)
    for i, row in enumerate(lags.itertuples()):
        low, mid, high = (float(wins_per_more(v)) for v in (row.conf_low, row.estimate, row.conf_high))
        axes.plot([i, i], [low, high], color=colour, linewidth=1.6)
        axes.plot([i], [mid], "o", color=colour, markersize=4.8)
    axes.set(xlim=(-0.6, len(lags) - 0.4))
    axes.set_xticks(range(len(lags)), [f"{r.lag_low}–{r.lag_high}" for r in lags.itertuples()])


def _levels(sheet: Sheet, result: ActivityLinkResult, colour: str) -> None:
    """Draw groups of rep-weeks by how much was done, with the line that the estimate draws through them."""
    left, width = _RIGHT
    axes = sheet.axes(left, _HEAD, width, _TALL)
    rest = result.partial_residuals.dropna(subset=["exposure", "estimate"])
    if rest.empty:
        axes.set_axis_off()
        return
    x = np.expm1(rest["exposure"])
    y, low, high = (np.expm1(rest[c]) for c in ("estimate", "conf_low", "conf_high"))
    _value_axis(axes, min(float(low.min()), 0.0), max(float(high.max()), 0.0), sheet)
    axes.vlines(x, low, high, color=colours().slate, linewidth=0.8)
    axes.plot(x, y, "o", color=colours().paper, markeredgecolor=colours().slate, markersize=4.2)
    line = np.linspace(float(rest["exposure"].min()), float(rest["exposure"].max()), 50)
    slope = float(result.table["estimate"].iloc[0])
    axes.plot(np.expm1(line), np.expm1(slope * line), color=colour, linewidth=1.6)
    span = float(x.max() - x.min())
    axes.set(xlim=(float(x.min()) - 0.06 * span, float(x.max()) + 0.06 * span))
    ticks = [
        t for t in (-0.5, -0.25, 0.0, 0.25, 0.5, 1.0, 2.0) if axes.get_xlim()[0] <= t <= axes.get_xlim()[1]
    ]
    axes.set_xticks(ticks, [f"{sheet.words.number(t * 100, sign=True)} %" if t else "0" for t in ticks])


def _reps_height(result: ActivityLinkResult) -> float:
    rows = -(-min(len(_slopes(result)), NAMED_REPS) // _COLUMNS)
    return _ABOVE + _ROW * rows + _BELOW if rows else EMPTY_HEIGHT


def _slopes(result: ActivityLinkResult) -> pd.DataFrame:
    found = result.rep_slopes.dropna(subset=["estimate"])
    return found.sort_values(["estimate", "rep_id"], ascending=[False, True], kind="stable")


@draws(ActivityLinkResult, "reps", height=_reps_height)
def reps(result: ActivityLinkResult, sheet: Sheet) -> pd.DataFrame:
    """Draw each rep's own link, drawn towards the team's as far as it is uncertain, beside the team's."""
    frame, row = _slopes(result), result.table.iloc[0]
    if frame.empty:
        return nothing(sheet, row["reason"])
    frame = outermost(frame)
    shown = frame.assign(**{c: wins_per_more(frame[c]) for c in ("estimate", "conf_low", "conf_high")})
    rows, team = -(-len(shown) // _COLUMNS), float(wins_per_more(row["estimate"]))
    scale = interval_scale([shown["conf_low"].min()], [shown["conf_high"].max()], limit=1.0)
    colour = STRONG.get(row["verdict"], "slate")
    for side in range(_COLUMNS):
        left, part = side * _STEP, shown.iloc[side * rows : (side + 1) * rows]
        place, ticks = (left + _NAMES, _WIDE), percent_ticks(scale, sheet)
        axes = panel(sheet, place, scale, rows, ticks, top=_ABOVE, height=_ROW)
        axes.axvline(team, color=getattr(colours(), colour), linewidth=1.25, zorder=2)
        for i, one in enumerate(part.itertuples()):
            draw_interval(axes, i, (one.conf_low, one.estimate, one.conf_high), colour="slate", filled=False)
            sheet.text(left, _ABOVE + _ROW * (i + 0.5) + 1.0, short(str(one.name)))
    axis = sheet.words.t("linkage.activity_page.lead.axis")
    sheet.text(sheet.width / 2, sheet.height - 1.2, axis, color=colours().muted, ha="center")
    name_the_team(sheet, team, _NAMES + (team - scale.low) / (scale.high - scale.low) * _WIDE, colour)
    return shown[["rep_id", "name", "estimate", "conf_low", "conf_high", "own_share"]].reset_index(drop=True)
