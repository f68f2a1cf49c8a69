"""Wins by how much was done: fifths of each activity, and each rep's own slope at the rep's own level."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..linkage import QuantileResult
from ..linkage.labels import activity_label
from . import draws
from .linkage import EMPTY_HEIGHT, nothing
from .sheet import Sheet
from .theme import colours

#: Panels in a row, and millimetres of one: gap, head, picture, foot.
ACROSS, GAP, HEAD, TALL, FOOT = 5, 5.0, 6.0, 24.0, 6.0
_AXIS = 7.0


def _height(result: QuantileResult) -> float:
    terms = result.table["term"].nunique()
    return -(-terms // ACROSS) * (HEAD + TALL + FOOT) if terms else EMPTY_HEIGHT


@draws(QuantileResult, "fifths", height=_height)
def fifths(result: QuantileResult, sheet: Sheet) -> pd.DataFrame:
    """Draw a small chart an activity, wins as multiples of the usual: all rep-weeks grey, within petrol."""
    if result.table.empty:
        return nothing(sheet, result.reason)
    shown = _multiples(result.table)
    width = (sheet.width - _AXIS - GAP * (ACROSS - 1)) / ACROSS
    top = max(2.0, float(shown["conf_high"].clip(upper=3.0).max()))
    for i, (term, rows) in enumerate(shown.groupby("term", sort=False)):
        line, place = divmod(i, ACROSS)
        left, above = _AXIS + place * (width + GAP), line * (HEAD + TALL + FOOT)
        name = activity_label(sheet.words, str(term))
        sheet.text(left, above + 3.6, name, fontsize=8.5, weight=600)
        axes = sheet.axes(left, above + HEAD, width, TALL)
        _panel(axes, rows, top, sheet, is_first=place == 0)
        foot = above + HEAD + TALL + 3.6
        sheet.text(left, foot, sheet.words.t("linkage.quantiles.little"), color=colours().muted)
        much = sheet.words.t("linkage.quantiles.much")
        sheet.text(left + width, foot, much, color=colours().muted, ha="right")
    return shown


@draws(QuantileResult, "scatter", height=_height)
def scatter(result: QuantileResult, sheet: Sheet) -> pd.DataFrame:
    """Draw each rep as a short line at the own level with the own slope; grey: through all reps."""
    points = result.points
    if points.empty:
        return nothing(sheet, result.reason)
    width = (sheet.width - _AXIS - GAP * (ACROSS - 1)) / ACROSS
    for i, (term, rows) in enumerate(points.groupby("term", sort=False)):
        line, place = divmod(i, ACROSS)
        left, above = _AXIS + place * (width + GAP), line * (HEAD + TALL + FOOT)
        sheet.text(left, above + 3.6, activity_label(sheet.words, str(term)), fontsize=8.5, weight=600)
        axes = sheet.axes(left, above + HEAD, width, TALL)
        _slopes(axes, rows)
        foot = above + HEAD + TALL + 3.6
        for x, share, align in ((left, 0.0, "left"), (left + width, 1.0, "right")):
            end = axes.get_xlim()[0] + share * (axes.get_xlim()[1] - axes.get_xlim()[0])
            sheet.text(x, foot, sheet.words.number(max(end, 0.0)), color=colours().muted, ha=align)
    return points


def _slopes(axes: Axes, rows: pd.DataFrame) -> None:
    c = colours()
    x, y = rows["activity"].to_numpy(dtype=float), rows["wins"].to_numpy(dtype=float)
    if len(rows) > 1 and np.ptp(x) > 0:
        slope = float(np.cov(x, y)[0, 1] / np.var(x, ddof=1))
        ends = np.array([x.min(), x.max()])
        axes.plot(ends, y.mean() + slope * (ends - x.mean()), color=c.slate, linewidth=1.0)
    for row in rows.dropna(subset=["slope"]).itertuples():
        ends = np.array([row.low, row.high])
        wins = row.wins + row.slope * (ends - row.activity)
        axes.plot(ends, wins, color=c.accent, linewidth=1.0, alpha=0.7)
    axes.plot(x, y, "o", color=c.slate, markersize=2.2)
    axes.set(xlim=(0, max(float(rows["high"].max()), 1e-9)), ylim=(0, max(float(y.max()) * 1.15, 1e-9)))
    axes.set_xticks([])
    axes.set_yticks([])


def _multiples(table: pd.DataFrame) -> pd.DataFrame:
    """Return pooled rates as multiples of the mean over all rep-weeks; the others are multiples already."""
    mean = table.groupby(["term", "contrast"])["wins"].transform("sum")
    mean /= table.groupby(["term", "contrast"])["n"].transform("sum")
    scale = mean.where(table["contrast"] == "pooled", 1.0)
    ends = ["estimate", "conf_low", "conf_high"]
    return table.assign(**{column: table[column] / scale for column in ends})


def _panel(axes: Axes, rows: pd.DataFrame, top: float, sheet: Sheet, *, is_first: bool) -> None:
    c = colours()
    axes.axhline(1.0, color=c.grid, linewidth=0.8)
    for contrast, colour, width in (("pooled", c.slate, 1.0), ("within", c.accent, 1.6)):
        part = rows[rows["contrast"] == contrast]
        x = part["group"] + (0.08 if contrast == "within" else -0.08)
        axes.vlines(x, part["conf_low"], part["conf_high"].clip(upper=top), color=colour, linewidth=0.8)
        axes.plot(x, part["estimate"], "o-", color=colour, linewidth=width, markersize=2.6)
    axes.set(xlim=(0.6, max(rows["group"].max(), 2) + 0.4), ylim=(0, top), xticks=[])
    ticks = [0.0, 1.0, 2.0] if top >= 2 else [0.0, 1.0]
    axes.set_yticks(ticks, [f"{sheet.words.number(t)} ×" for t in ticks] if is_first else [""] * len(ticks))
    axes.tick_params(length=0)
