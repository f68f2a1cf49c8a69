"""What is at stake with each rep: a dot and its interval a row, most first."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..coaching.team import TeamCoachingResult
from . import draws
from .sheet import Sheet
from .theme import colours

# Millimetres: names, plot, right edge of the values, left edge of the words; head, row and foot.
LABELS, PLOT, VALUE_RIGHT, WORD_LEFT = 66.0, 60.0, 143.0, 147.0
HEAD, ROW, FOOT = 6.0, 6.2, 9.0
#: Needs drawn; the table holds all of them.
SHOWN = 12
EMPTY = 14.0


def _height(result: TeamCoachingResult) -> float:
    rows = min(len(result.table), SHOWN)
    return HEAD + ROW * rows + FOOT if rows else EMPTY


@draws(TeamCoachingResult, "stakes", height=_height)
def stakes(result: TeamCoachingResult, sheet: Sheet) -> pd.DataFrame:
    """Draw what the part below the peers is worth; filled where the gap is certain and worth coaching."""
    words, c = sheet.words, colours()
    if result.table.empty:
        sheet.axes(0, 0, 1, 1).set_axis_off()
        sheet.text(0, 8.0, words.t("team.figure.nothing"), color=c.muted)
        return result.table
    rows = result.table.head(SHOWN)
    scale, unit = words.money_unit(float(rows["conf_high"].max()) / 10)
    if result.unit != "money":
        scale, unit = 1.0, words.t("coaching.figure.count_unit")
    axes = sheet.axes(LABELS, HEAD, PLOT, ROW * len(rows))
    axes.set(ylim=(len(rows) - 0.5, -0.5), yticks=[], xlim=(0, float(rows["conf_high"].max()) / scale * 1.04))
    axes.locator_params(axis="x", nbins=5, steps=[1, 2, 2.5, 5, 10])
    axes.xaxis.set_major_formatter(lambda v, _: words.number(v, 0 if v == round(v) else 1))
    axes.grid(axis="x")
    axes.tick_params(axis="x", length=0)
    axes.spines["bottom"].set_visible(False)
    sheet.text(VALUE_RIGHT, 3.4, unit, color=c.muted, ha="right")
    sheet.text(LABELS, 3.4, words.t("team.figure.marks"), color=c.muted)
    for i, row in enumerate(rows.itertuples()):
        _row(sheet, axes, i, row, scale)
    sheet.text(LABELS, sheet.height - 0.8, words.t("team.figure.axis", unit=unit), color=c.muted)
    return rows


def _row(sheet: Sheet, axes: Any, i: int, row: Any, scale: float) -> None:
    c, words = colours(), sheet.words
    certain = row.verdict == "coach"
    tone = c.vermilion if certain else c.slate
    axes.hlines(i, row.conf_low / scale, row.conf_high / scale, color=tone, linewidth=1.6 if certain else 1.0)
    axes.plot(
        [row.estimate / scale],
        [i],
        "o",
        markersize=4.4,
        markerfacecolor=tone if certain else c.paper,
        markeredgecolor=tone,
        markeredgewidth=1.1,
        zorder=4,
    )
    base = HEAD + ROW * (i + 0.5) + 1.1
    name = sheet.text(0, base, _short(row.name), fontsize=8.5, fontweight="semibold")
    name.set_parse_math(False)
    sheet.text(33.0, base, words.t(f"coaching.noun.{row.term}"), fontsize=8, color=c.muted)
    shown = words.number(row.estimate / scale, 0 if scale != 1.0 and row.estimate / scale >= 10 else 1)
    sheet.text(VALUE_RIGHT, base, shown, fontsize=8.5, ha="right", color=tone if certain else c.ink)
    sheet.text(WORD_LEFT, base, words.t(f"team.state.{row.verdict}"), color=tone if certain else c.muted)
    sheet.line(0, HEAD + ROW * (i + 1), LABELS - 2, HEAD + ROW * (i + 1))


def _short(name: str) -> str:
    """Return a name that fits its column."""
    return name if len(name) <= 19 else f"{name[:18].rstrip()}…"
