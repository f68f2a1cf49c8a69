"""Both sides of a role: the rep's value with its interval and the peers' level, each on its own scale."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..coaching.role import RoleResult
from ..core.i18n import Language
from . import draws
from .coaching import nothing
from .sheet import Sheet
from .theme import colours

#: Millimetres: label column, frame of a row, right column with the verdict.
LABELS, PLOT, VERDICT_LEFT = 50.0, 84.0, 141.0
FIRST, ROW = 3.0, 15.0
_MARKS = {"below": "vermilion", "above": "accent"}


@draws(RoleResult, "sides", height=lambda r: FIRST + ROW * len(r.table) + 3.0 if len(r.table) else 16.0)
def sides(result: RoleResult, sheet: Sheet) -> pd.DataFrame:
    """Draw one row a side: dot and interval of the rep, a tick where the peers stand."""
    if result.table.empty:
        return nothing(sheet, "no_data")
    for i, row in enumerate(result.table.itertuples()):
        _row(sheet, i, row)
    return result.table


def _row(sheet: Sheet, i: int, row: Any) -> None:
    c, words = colours(), sheet.words
    top = FIRST + i * ROW
    tone = getattr(c, _MARKS.get(row.verdict, "slate"))
    sure = row.verdict in _MARKS
    sheet.text(0, top + 5.0, words.t(f"diagnosis.side_short_{row.term}"), fontsize=8.5, fontweight="semibold")
    sheet.text(0, top + 8.6, _facts(row, words), fontsize=7.5, color=c.muted)
    axes = sheet.axes(LABELS, top + 2.0, PLOT, 6.0)
    known = [v for v in (row.conf_low, row.conf_high, row.benchmark, row.estimate) if v == v]
    low, high = min(known), max(known)
    room = 0.12 * (high - low or abs(high) or 1.0)
    # A share or a count has no values below zero.
    left = max(low - room, 0.0) if low >= 0 else low - room
    axes.set_xlim(left, min(high + room, 1.0) if row.unit == "share" and high <= 1 else high + room)
    axes.set_ylim(-1, 1)
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=5)
    axes.xaxis.set_major_formatter(lambda v, _: _tick(v, row.unit, words))
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(c.grid)
    axes.plot([row.conf_low, row.conf_high], [0, 0], color=tone, linewidth=1.6 if sure else 1.0, zorder=3)
    face = tone if sure else c.paper
    axes.plot([row.estimate], [0], "o", markersize=5, markerfacecolor=face, markeredgecolor=tone, zorder=4)
    if row.benchmark == row.benchmark:
        axes.plot([row.benchmark] * 2, [-0.9, 0.9], color=c.ink, linewidth=0.9, zorder=2)
        axes.annotate(
            words.t("coaching.against.peers"),
            (row.benchmark, 0.9),
            xytext=(0, 1),
            textcoords="offset points",
            ha="center",
            fontsize=7.5,
            color=c.muted,
        )
    style = {"color": tone if sure else c.muted, "fontweight": "semibold" if sure else "regular"}
    text = words.t(f"diagnosis.side_verdict_{row.verdict}")
    sheet.text(VERDICT_LEFT, top + 6.2, text, fontsize=8.5, **style)


def _facts(row: Any, words: Language) -> str:
    """Write what a side is made of."""
    if row.unit == "rate":
        days = words.t("coaching.count.days", count=round(row.base))
        return words.t("diagnosis.side_facts_days", n=words.number(row.n), days=days)
    if row.term in ("growth", "retention"):
        return words.t("diagnosis.side_facts_clients", count=round(row.n))
    return words.t("coaching.figure.of", value=words.number(row.n), benchmark=words.number(row.base))


def _tick(value: float, unit: str, words: Language) -> str:
    return words.percent(value, 0) if unit == "share" else words.number(value, 1)
