"""Leaderboards: the first of each role with their intervals and ranks; one rep's place beside the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..dashboard import LeaderboardResult
from ..dashboard.labels import told, written
from ..kpi import KPIS
from . import draws
from .sheet import Sheet
from .theme import colours

#: Millimetres: names, plot, right edges of the value and of the ranks; heads, row, gap between roles.
WIDTH, NAMES, PLOT, VALUE_RIGHT, RANK_RIGHT = 129.0, 36.0, 52.0, 109.0, 129.0
HEAD, ROLE, ROW, REST, GAP, EMPTY = 5.0, 6.0, 4.5, 4.4, 3.0, 12.0
#: One rep's place: width, height of a panel.
PLACE_WIDTH, PANEL = 84.0, 25.0


def _roles(result: LeaderboardResult, kind: str) -> list[str]:
    return list(result.bands.loc[result.bands["kind"] == kind, "role"])


def _height(kind: str) -> Any:
    def height(result: LeaderboardResult) -> float:
        tall = 0.0
        for role in _roles(result, kind):
            rows = len(told(result, role, kind))
            more = len(result.of(role, kind).table) > rows
            tall += ROLE + ROW * rows + GAP + (REST if more else 0)
        return HEAD + tall if tall else EMPTY

    return height


def _board(result: LeaderboardResult, sheet: Sheet, kind: str) -> pd.DataFrame:
    """Draw the first of each role: as counted, the level with its interval, the ranks that the data allow."""
    words, c = sheet.words, colours()
    roles = _roles(result, kind)
    if not roles:
        sheet.axes(0, 0, 1, 1).set_axis_off()
        sheet.text(0, 8, words.t("leaderboard.figure.nothing"), color=c.muted)
        return result.table.iloc[:0]
    sheet.text(RANK_RIGHT, 3.2, words.t("leaderboard.figure.rank"), color=c.muted, ha="right")
    top, drawn = HEAD, []
    for role in roles:
        rows = told(result, role, kind)
        band = result.of(role, kind).bands.iloc[0]
        top = _role(sheet, rows, band, kind, top)
        drawn.append(rows)
    return pd.concat(drawn, ignore_index=True)


def _role(sheet: Sheet, rows: pd.DataFrame, band: pd.Series, kind: str, top: float) -> float:
    """Draw one role and return where the next begins."""
    words, c = sheet.words, colours()
    label = KPIS[band["kpi"]].label(words)
    if band["role"]:
        label = words.t("leaderboard.figure.role", role=band["role"], kpi=label)
    sheet.text(0, top + 3.4, label, fontsize=8, color=c.muted)
    sheet.text(
        RANK_RIGHT,
        top + 3.4,
        words.t("leaderboard.figure.of", n=words.number(band["n"])),
        color=c.muted,
        ha="right",
    )
    axes = sheet.axes(NAMES, top + ROLE, PLOT, ROW * len(rows))
    axes.set(ylim=(len(rows) - 0.5, -0.5), yticks=[], xticks=[])
    ends = rows[["conf_low", "conf_high", "value"]].to_numpy(dtype=float)
    low, high = np.nanmin(ends), np.nanmax(ends)
    low = min(low, 0.0) if kind == "improved" else 0.0
    axes.set_xlim(low, min(high, 2.5) if kind == "improved" else high * 1.03)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.axvspan(band["low"], band["high"], color=c.pale, lw=0)
    mark = {"of_goal": 1.0, "improved": 0.0}.get(kind)
    if mark is not None:
        axes.axvline(mark, color=c.ink, lw=0.7)
    for i, row in enumerate(rows.itertuples()):
        sure = row.chance_top >= 0.95
        tone = c.accent if sure else c.slate
        axes.plot([row.conf_low, row.conf_high], [i, i], color=tone, lw=1.4 if sure else 0.9)
        axes.plot([row.value] * 2, [i - 0.3, i + 0.3], color=c.muted, lw=0.8)
        axes.plot([row.estimate], [i], "o", ms=4, mfc=tone if sure else c.paper, mec=tone)
        y = top + ROLE + ROW * (i + 0.5) + 1.0
        weight = 600 if sure else 400
        sheet.text(0, y, _short(str(row.name)), fontsize=8.5, weight=weight)
        value = written(row.value, row.unit, kind, words)
        sheet.text(VALUE_RIGHT, y, value, fontsize=8.5, ha="right", weight=weight)
        sheet.text(
            RANK_RIGHT, y, _ranks(row, words), fontsize=8.5, ha="right", color=tone if sure else c.muted
        )
    below = top + ROLE + ROW * len(rows)
    more = int(band["n"]) - len(rows)
    if more > 0:
        sheet.text(0, below + 3.2, words.t("leaderboard.figure.more", count=more), color=c.muted)
        below += REST
    return below + GAP


def _ranks(row: Any, words: Any) -> str:
    if row.rank_low == row.rank_high:
        return words.number(row.rank_low)
    return words.span(words.number(row.rank_low), words.number(row.rank_high))


def _short(name: str, most: int = 21) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


@draws(LeaderboardResult, "value", width=WIDTH, height=_height("value"))
def value(result: LeaderboardResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the board by value."""
    return _board(result, sheet, "value")


@draws(LeaderboardResult, "of_goal", width=WIDTH, height=_height("of_goal"))
def of_goal(result: LeaderboardResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the board by share of the goal."""
    return _board(result, sheet, "of_goal")


@draws(LeaderboardResult, "improved", width=WIDTH, height=_height("improved"))
def improved(result: LeaderboardResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the board by improvement."""
    return _board(result, sheet, "improved")


def _own(result: LeaderboardResult) -> pd.DataFrame:
    return result.table[result.table["rep_id"] == result.subject]


def _place_height(result: LeaderboardResult) -> float:
    return PANEL * len(_own(result)) + 5.0 if len(_own(result)) else EMPTY


@draws(LeaderboardResult, "place", width=PLACE_WIDTH, height=_place_height)
def place(result: LeaderboardResult, sheet: Sheet) -> pd.DataFrame:
    """Draw one rep's value and level beside the middle half of the role, one panel a way of ranking."""
    words, c, own = sheet.words, colours(), _own(result)
    if own.empty:
        sheet.axes(0, 0, 1, 1).set_axis_off()
        sheet.text(0, 8, words.t("leaderboard.figure.nothing"), color=c.muted)
        return own
    for i, row in enumerate(own.itertuples()):
        band = result.of(row.role, row.kind).bands.iloc[0]
        _panel(sheet, row, band, PANEL * i, is_first=i == 0)
    return own


def _panel(sheet: Sheet, row: Any, band: pd.Series, top: float, *, is_first: bool) -> None:
    words, c = sheet.words, colours()
    label = words.t(f"leaderboard.kind.{row.kind}", kpi=KPIS[row.kpi].label(words))
    sheet.text(0, top + 3.4, label, fontsize=8.5, weight=600)
    low, high, n = (words.number(v) for v in (row.rank_low, row.rank_high, band["n"]))
    key = "place_one" if row.rank_low == row.rank_high else "place"
    told_place = words.t(f"leaderboard.figure.{key}", low=low, high=high, n=n)
    sheet.text(sheet.width, top + 3.4, told_place, color=c.muted, ha="right")
    sheet.text(0, top + 8.0, written(row.value, row.unit, row.kind, words), fontsize=10.5, weight=600)
    axes = sheet.axes(3.0, top + 10.0, sheet.width - 6.0, 8.0)
    ends = [row.conf_low, row.conf_high, row.value, band["low"], band["high"]]
    least = min([*(v for v in ends if np.isfinite(v)), 0.0]) if row.kind == "improved" else 0.0
    axes.set(ylim=(1, 0), yticks=[], xlim=(least, max(v for v in ends if np.isfinite(v)) * 1.05))
    axes.spines["left"].set_visible(False)
    axes.axvspan(band["low"], band["high"], color=c.fan95, lw=0)
    axes.axvline(band["middle"], color=c.slate, lw=0.9)
    axes.plot([row.conf_low, row.conf_high], [0.5, 0.5], color=c.accent, lw=1.4)
    axes.plot([row.value] * 2, [0.25, 0.75], color=c.ink, lw=0.9)
    axes.plot([row.estimate], [0.5], "o", ms=4.4, mfc=c.accent, mec=c.accent)
    axes.locator_params(axis="x", nbins=4)
    ticks = [t for t in axes.get_xticks() if axes.get_xlim()[0] <= t <= axes.get_xlim()[1]]
    axes.set_xticks(ticks, [written(t, row.unit, row.kind, words) for t in ticks], fontsize=7.5)
    axes.tick_params(axis="x", length=0)
    if is_first:
        note = words.t("leaderboard.figure.half", n=n)
        sheet.text(sheet.width, top + 8.0, note, color=c.muted, ha="right", fontsize=7.5)
