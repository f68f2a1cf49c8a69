"""A rep's volume and rates beside the peers', against the limits that chance allows."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from ..coaching.results import LimitsResult
from ..core.i18n import Language
from . import draws
from .coaching import nothing
from .sheet import Sheet
from .theme import colours

# Millimetres: distance between panels, inset of the axes in a panel, its frame.
PITCH, INSET, PANEL_WIDTH, PANEL_TOP, PANEL_HEIGHT = 35.8, 6.8, 24.0, 13.0, 26.5


@draws(LimitsResult, "limits", height=lambda result: 50.0 if len(result.table) else 16.0)
def limits(result: LimitsResult, sheet: Sheet) -> pd.DataFrame:
    """Draw up to five panels: rate against base, control area, peers without names, the rep set apart."""
    if result.table.empty:
        return nothing(sheet, result.status)
    for i, term in enumerate(result.terms):
        _panel(sheet, result, i, term)
    return result.table.drop(columns="rep_id")


def _panel(sheet: Sheet, result: LimitsResult, i: int, term: str) -> None:
    c, words = colours(), sheet.words
    rows = result.table[result.table["term"] == term]
    own, peers = rows[rows["is_subject"]].iloc[0], rows[~rows["is_subject"]]
    left = i * PITCH
    outside = own["verdict"] in ("below", "above")
    tone = (
        c.vermilion if own["verdict"] == "below" else (c.muted if own["verdict"] == "too_few" else c.accent)
    )
    sheet.text(left, 3.0, words.t(f"coaching.panel.{term}"), fontsize=8.5, fontweight="semibold")
    sheet.text(left, 7.0, panel_value(own, words), fontsize=8.5, fontweight="semibold", color=tone)
    status = words.t(f"coaching.limit.{own['verdict']}")
    tint = tone if outside else c.muted
    gap = 11.5 if own["unit"] == "share" else 8.0
    sheet.text(left + gap, 7.0, status, fontsize=8.5, color=tint)
    axes = sheet.axes(left + INSET, PANEL_TOP, PANEL_WIDTH, PANEL_HEIGHT)
    _control(axes, result.curves[result.curves["term"] == term], float(own["benchmark"]))
    axes.plot(
        peers["base"],
        peers["estimate"],
        "o",
        markersize=2.8,
        color=c.grey_fill,
        markeredgecolor=c.slate,
        markeredgewidth=0.4,
        zorder=3,
    )
    _subject(axes, own, tone)
    _panel_ticks(axes, rows, words)
    of = _base_word(term, result.terms)
    sheet.text(
        left + INSET + PANEL_WIDTH / 2,
        PANEL_TOP + PANEL_HEIGHT + 7.2,
        words.t(f"coaching.base.{of}"),
        color=c.muted,
        ha="center",
    )
    if i == 0:
        _name_marks(axes, result, own, tone)


def panel_value(own: Any, words: Language) -> str:
    """Write a rate in percent and a volume per working day with one decimal."""
    if own["unit"] == "share":
        return words.percent(own["estimate"])
    return words.number(own["estimate"], 1 if own["estimate"] >= 1 else 2)


def _control(axes: Axes, curve: pd.DataFrame, centre: float) -> None:
    c = colours()
    axes.fill_between(
        curve["base"], curve["conf_low"], curve["conf_high"], color=c.pale, linewidth=0, zorder=0
    )
    for side in ("conf_low", "conf_high"):
        axes.plot(curve["base"], curve[side], color=c.slate, linewidth=0.7, linestyle=(0, (3, 2)), zorder=1)
    axes.plot(curve["base"].iloc[[0, -1]], [centre, centre], color=c.slate, linewidth=0.9, zorder=1)


def _subject(axes: Axes, own: pd.Series, tone: str) -> None:
    c = colours()
    outside = own["verdict"] in ("below", "above")
    hollow = own["verdict"] in ("too_few", "open")
    axes.plot(
        [own["base"]],
        [own["estimate"]],
        marker="D" if outside else "o",
        markersize=4.6 if outside else 4.4,
        markerfacecolor=c.paper if hollow else tone,
        markeredgecolor=tone if hollow else c.paper,
        markeredgewidth=1.1 if hollow else 0.6,
        linestyle="none",
        zorder=5,
        clip_on=False,
    )


def _panel_ticks(axes: Axes, rows: pd.DataFrame, words: Language) -> None:
    share = rows["unit"].iloc[0] == "share"
    axes.margins(x=0.0, y=0.12)
    low, high = axes.get_ylim()
    axes.set_ylim(max(low, 0.0) if low < 0.02 * high else low, high)
    axes.locator_params(axis="y", nbins=3, steps=[1, 2, 5, 10])
    axes.locator_params(axis="x", nbins=3, steps=[1, 2, 2.5, 4, 5, 10])
    low, high = axes.get_ylim()
    ticks = [t for t in axes.get_yticks() if low <= t <= high]
    factor = 100 if share else 1
    decimals = 0 if all(abs(t * factor - round(t * factor)) < 1e-9 for t in ticks) else 1
    if not share and ticks and max(ticks) < 1:
        decimals = 2
    labels = [words.number(t * factor, decimals) for t in ticks]
    if share and labels:
        labels[-1] += "\u00a0%"
    axes.set_yticks(ticks, labels)
    left, right = axes.get_xlim()
    bases = [t for t in axes.get_xticks() if left <= t <= right]
    axes.set_xticks(bases, [words.number(t) for t in bases])
    axes.spines["left"].set_visible(False)


def _name_marks(axes: Axes, result: LimitsResult, own: pd.Series, tone: str) -> None:
    """Name the limits, the centre and the rep once, in the first panel."""
    c, words = colours(), result.client.words
    pad = {"boxstyle": "square,pad=0.1", "facecolor": c.paper, "edgecolor": "none"}
    curve = result.curves[result.curves["term"] == own["term"]]
    start, end = curve["base"].iloc[0], curve["base"].iloc[-1]
    axes.annotate(
        words.t("coaching.figure.control"),
        (start, curve["conf_high"].iloc[0]),
        xytext=(1, 3),
        textcoords="offset points",
        color=c.muted,
        fontsize=8,
    )
    side, above = _free_corner(
        axes, result.table[result.table["term"] == own["term"]], float(own["benchmark"])
    )
    axes.annotate(
        words.t("coaching.figure.mean"),
        (start if side == "left" else end, own["benchmark"]),
        xytext=(1 if side == "left" else -1, 2 if above else -8),
        textcoords="offset points",
        ha=side,
        color=c.muted,
        fontsize=8,
        zorder=2,
    )
    right_half = own["base"] > (start + end) / 2
    axes.annotate(
        result.name.split()[0],
        (own["base"], own["estimate"]),
        xytext=(-5 if right_half else 5, -3),
        textcoords="offset points",
        ha="right" if right_half else "left",
        color=tone,
        fontsize=8,
        fontweight="semibold",
        bbox=pad,
        zorder=4,
    )


def _free_corner(axes: Axes, rows: pd.DataFrame, centre: float) -> tuple[str, bool]:
    """Return where a label covers the fewest dots: an end of the centre line, above it or not."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    across = (rows["base"] - left) / (right - left)
    up = (rows["estimate"] - centre) / (top - bottom)
    places = [("left", True), ("left", False), ("right", True), ("right", False)]

    def covered(place: tuple[str, bool]) -> int:
        near = across < 0.5 if place[0] == "left" else across > 0.5
        level = up.between(-0.03, 0.16) if place[1] else up.between(-0.16, 0.03)
        return int((near & level).sum())

    return min(places, key=covered)


def _base_word(term: str, terms: list[str]) -> str:
    """Return the step that the horizontal axis counts."""
    if term == "win_rate" and "proposal_rate" not in terms:
        return "closed"
    return {
        "connect_rate": "calls",
        "conversation_rate": "connects",
        "meeting_rate": "conversations",
        "proposal_rate": "conversations",
        "win_rate": "proposals",
    }.get(term, "days")
