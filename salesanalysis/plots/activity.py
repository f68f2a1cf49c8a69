"""A team's activity: sums against their goals by working day, and every rep's days as strips."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from ..activity import TeamActivityResult
from ..core.fonts import width
from ..kpi import KPIS
from . import draws
from .sheet import Sheet
from .theme import colours

#: Panels a row, width and height of one with its words, height of its frame, in millimetres.
ACROSS, WIDE, HIGH, FRAME = 3, 50.0, 36.0, 21.0
#: Kinds drawn, those with goals.
MOST = 6
#: Strips: names, tallest and lowest row, room for all of them, head, room below, gap between two columns.
NAMES, TALL, LOW_ROW, ROOM, HEAD, FOOT, GAP = 40.0, 5.2, 3.9, 132.0, 10.0, 7.0, 9.0
#: More reps than this stand in two columns.
ONE_COLUMN = 33
EMPTY = 12.0
WIDTH = 269.0
#: Fill of a day's state, and whether it has an outline.
FILLS = {"low": "fan95", "usual": "accent_mid", "high": "accent"}


def _path_height(result: TeamActivityResult) -> float:
    panels = min(result.path["kpi"].nunique(), MOST)
    return HIGH * -(-panels // ACROSS) if panels else EMPTY


@draws(TeamActivityResult, "path", width=WIDE * ACROSS, height=_path_height)
def path(result: TeamActivityResult, sheet: Sheet) -> pd.DataFrame:
    """Draw one panel a kind with a goal: the sum so far, and what the working days ask for."""
    if result.path.empty:
        sheet.text(0, 6, sheet.words.t("activity.path.title_none"), color=colours().muted)
        return result.path
    shown = result.goals.head(MOST)
    for i, row in enumerate(shown.itertuples()):
        left, top = WIDE * (i % ACROSS), HIGH * (i // ACROSS)
        _panel(result, sheet, row, (left, top))
    return result.path[result.path["kpi"].isin(shown["kpi"])]


def _panel(result: TeamActivityResult, sheet: Sheet, row: Any, at: tuple[float, float]) -> None:
    c, words, (left, top) = colours(), sheet.words, at
    lines = result.path[result.path["kpi"] == row.kpi].reset_index(drop=True)
    name, verdict = KPIS[row.kpi].label(words, "short"), words.t(f"activity.goal.{row.verdict}")
    sheet.text(left, top + 3.2, name, fontsize=8.5, weight=600)
    so_far, goal = words.number(row.so_far), words.number(row.expected_so_far)
    told = words.t("activity.path.value", so_far=so_far, goal=goal)
    sheet.text(left, top + 6.9, told, color=c.muted)
    sure = {"reached": c.accent, "ahead": c.accent}.get(row.verdict, c.muted)
    if row.verdict in ("missed", "behind") and row.philosophy == "C minimum":
        sure = c.vermilion
    axes = sheet.axes(left, top + 8.5, WIDE - 5.0, FRAME)
    x = np.arange(1, len(lines) + 1)
    axes.plot([0, *x], [0, *lines["expected"]], color=c.slate, lw=0.9, ls=(0, (3, 2)))
    axes.plot([0, *x], [0, *lines["value"]], color=c.accent, lw=2)
    known = int(lines["value"].notna().sum())
    if 0 < known < len(lines):
        axes.axvline(known, color=c.slate, lw=0.6, ls=(0, (1, 1.5)))
    axes.set(xlim=(0, len(lines)), ylim=(0, None), yticks=[])
    axes.spines["left"].set_visible(False)
    _months(axes, lines["day_on"], sheet)
    # Beside the counts, or beside the name where large counts leave no room.
    is_narrow = width(told, 8.0) + width(verdict, 8.0) + 6.0 > (WIDE - 5.0) / 25.4 * 72
    sheet.text(left + WIDE - 5.0, top + (3.2 if is_narrow else 6.9), verdict, color=sure, ha="right")


def _months(axes: Axes, days: pd.Series, sheet: Sheet) -> None:
    """Name the first working day of each month, or of each week of a short period."""
    is_long = len(days) > 30
    part = days.dt.to_period("M" if is_long else "W")
    firsts = np.flatnonzero((part != part.shift()).to_numpy())
    firsts = firsts[:: -(-len(firsts) // 4)]
    words = sheet.words
    labels = [
        words.month(days[i].date()) if is_long else words.date(days[i].date()).rsplit("\u00a0", 1)[0]
        for i in firsts
    ]
    axes.set_xticks(firsts, labels, fontsize=7.5, ha="left")
    axes.tick_params(axis="x", length=0)


def _heat_rows(result: TeamActivityResult) -> tuple[int, int]:
    """Return how many rows stand in a column, and in how many columns."""
    reps = result.heat["rep_id"].nunique()
    columns = 1 if reps <= ONE_COLUMN else 2
    return -(-reps // columns), columns


def _row_height(rows: int) -> float:
    return min(max(ROOM / max(rows, 1), LOW_ROW), TALL)


def _heat_height(result: TeamActivityResult) -> float:
    rows, _ = _heat_rows(result)
    return HEAD + _row_height(rows) * rows + FOOT if rows else EMPTY


@draws(TeamActivityResult, "heat", width=WIDTH, height=_heat_height)
def heat(result: TeamActivityResult, sheet: Sheet) -> pd.DataFrame:
    """Draw one strip a rep: a cell a working day or week, shaded by the rep's own usual day."""
    table = result.heat.assign(team=result.heat["team"].fillna(""))
    if table.empty:
        sheet.text(0, 6, sheet.words.t("activity.title.none"), color=colours().muted)
        return table
    table = table.sort_values(["team", "name", "rep_id", "day_on"], kind="stable", ignore_index=True)
    rows, columns = _heat_rows(result)
    order = table["rep_id"].drop_duplicates().tolist()
    room = (sheet.width - GAP * (columns - 1)) / columns
    for i in range(columns):
        mine = order[i * rows : (i + 1) * rows]
        _strips(sheet, table[table["rep_id"].isin(mine)], mine, (i * (room + GAP), room, rows))
    _key(sheet)
    return table


def _strips(sheet: Sheet, table: pd.DataFrame, order: list[str], at: tuple[float, float, int]) -> None:
    left, room, rows = at
    tall = _row_height(rows)
    days = pd.Series(sorted(table["day_on"].unique()))
    axes = sheet.axes(left + NAMES, HEAD, room - NAMES, tall * len(order))
    axes.set(xlim=(0, len(days)), ylim=(len(order), 0), yticks=[])
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    places = table.assign(x=table["day_on"].map(dict(zip(days, range(len(days))))))
    places["y"] = places["rep_id"].map({r: i for i, r in enumerate(order)})
    _cells(axes, places)
    names = table.drop_duplicates("rep_id").set_index("rep_id")["name"]
    for i, rep_id in enumerate(order):
        base = HEAD + tall * (i + 0.5) + 1.0
        sheet.text(left, base, _short(str(names[rep_id])), fontsize=8)
    axes.xaxis.tick_top()
    _months(axes, days, sheet)


def _cells(axes: Axes, places: pd.DataFrame) -> None:
    """Draw all cells of one state as one shape."""
    c = colours()
    for state, colour in FILLS.items():
        some = places[places["state"] == state]
        axes.add_patch(PathPatch(_boxes(some, 0.06), facecolor=getattr(c, colour), linewidth=0))
    none = places[places["state"] == "none"]
    axes.add_patch(PathPatch(_boxes(none, 0.14), facecolor=c.paper, edgecolor=c.ink, linewidth=0.6))
    rare = places[places["is_unusual"]]
    for y, run in rare.groupby("y"):
        axes.plot([run["x"].min(), run["x"].max() + 1], [y + 0.97] * 2, color=c.vermilion, lw=1.6)


def _boxes(places: pd.DataFrame, inset: float) -> Path:
    """Return the outline of all cells together."""
    x, y = places["x"].to_numpy(float), places["y"].to_numpy(float)
    left, right, top, bottom = x + inset, x + 1 - inset, y + 0.14, y + 0.86
    corners = np.stack(
        [
            np.stack(p, axis=1)
            for p in ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
        ],
        axis=1,
    )
    codes = np.tile([Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY], len(places))
    return Path(corners.reshape(-1, 2), codes)


def _key(sheet: Sheet) -> None:
    """Name the shades once, below the strips."""
    c, words, x = colours(), sheet.words, NAMES
    y = sheet.height - 1.6
    axes = sheet.axes(0, sheet.height - 4.6, sheet.width, 4.0)
    axes.set(xlim=(0, sheet.width), ylim=(4.0, 0))
    axes.set_axis_off()
    for state in ("none", "low", "usual", "high"):
        fill = getattr(c, FILLS[state]) if state in FILLS else c.paper
        edge = {"edgecolor": c.ink, "linewidth": 0.6} if state == "none" else {"linewidth": 0}
        axes.add_patch(
            PathPatch(
                Path([(x, 0.5), (x + 3, 0.5), (x + 3, 3.5), (x, 3.5), (x, 0.5)]), facecolor=fill, **edge
            )
        )
        label = words.t(f"activity.heat.{state}")
        sheet.text(x + 4.2, y, label, fontsize=8, color=c.muted)
        x += 10 + 1.55 * len(label)


def _short(name: str, most: int = 23) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"
