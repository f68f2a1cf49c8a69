"""Pictures of pay: bars by component, payout curves, what is paid at other attainments."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..compensation import PayrollResult, WhatIfResult
from ..compensation.labels import BARS, group_name, role_name
from ..core.i18n import Language
from . import draws
from .sheet import Sheet
from .theme import colours

# Millimetres: the bars' names, plot and values; rows, head and axis.
WIDTH, NAMES, PLOT, VALUES = 150.0, 38.0, 92.0, 148.0
ROW, HEAD, FOOT = 4.9, 6.0, 5.5
EMPTY_HEIGHT = 10.0
#: Parts of a bar from left to right.
PARTS = ("base_pay", "commission", "accelerator", "bonus", "draw")
#: Heights of the payout curves, and of the picture of all attainments.
CURVE, CURVE_OF_REP, HIGH = 60.0, 48.0, 36.0
#: Highest attainment that the curves show.
WIDEST = 2.0


def _fills() -> dict[str, str]:
    c = colours()
    return {
        "base_pay": c.grey_fill,
        "commission": c.accent,
        "accelerator": c.categorical[2],
        "bonus": c.categorical[3],
        "draw": c.categorical[4],
    }


@draws(
    PayrollResult,
    "bars",
    width=WIDTH,
    height=lambda result: (
        HEAD + ROW * min(len(result.table), BARS) + FOOT if len(result.table) else EMPTY_HEIGHT
    ),
)
def bars(result: PayrollResult, sheet: Sheet) -> pd.DataFrame:
    """Draw what each is paid, by component, and what is left after clawback and cap."""
    c, words, rows = colours(), sheet.words, result.table.head(BARS)
    if rows.empty:
        sheet.text(0, 6, words.t("compensation.bars_empty"), color=c.muted)
        return rows
    axes = sheet.axes(NAMES, HEAD, PLOT, ROW * len(rows))
    top = float(max(rows[list(PARTS)].sum(axis=1).max(), 1e-9))
    divisor, _ = words.money_unit(top)
    axes.set(xlim=(0, top * 1.02), ylim=(len(rows) - 0.5, -0.5), yticks=[])
    axes.locator_params(axis="x", nbins=5, steps=[1, 2, 2.5, 5, 10])
    ticks = [t for t in axes.get_xticks() if 0 <= t <= top * 1.02]
    spare = 0 if all(abs(t / divisor - round(t / divisor)) < 1e-9 for t in ticks) else 1
    axes.set_xticks(ticks, [words.number(t / divisor, spare) for t in ticks])
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    _stack(axes, rows)
    _legend(sheet, rows)
    for i, (_, row) in enumerate(rows.iterrows()):
        y = HEAD + ROW * (i + 0.5) + 1.1
        sheet.text(0, y, _short(group_name(row, words)), fontsize=8.5)
        sheet.text(VALUES, y, words.number(row["pay"] / divisor, 1), fontsize=8.5, ha="right", weight=600)
    return rows[["rep_id", "role", *PARTS, "clawback", "cap", "recovered", "pay"]]


def _stack(axes: Axes, rows: pd.DataFrame) -> None:
    at, left = np.arange(len(rows)), np.zeros(len(rows))
    for part, fill in _fills().items():
        value = rows[part].to_numpy(dtype=float)
        axes.barh(at, value, left=left, height=0.62, color=fill, lw=0)
        left = left + value
    cut = np.abs(left - rows["pay"].to_numpy(dtype=float)) > 0.5
    for i in np.flatnonzero(cut):
        axes.plot([rows["pay"].iloc[i]] * 2, [i - 0.42, i + 0.42], color=colours().ink, lw=1.2)


def _legend(sheet: Sheet, rows: pd.DataFrame) -> None:
    """Name the parts once, above the bars."""
    x, c = NAMES, colours()
    for part, fill in _fills().items():
        if not (rows[part] > 0).any():
            continue
        text = sheet.words.t(f"compensation.component.{part.removesuffix('_pay')}")
        sheet.line(x, HEAD - 2.9, x + 2.4, HEAD - 2.9, color=fill, linewidth=5.5, solid_capstyle="butt")
        sheet.text(x + 3.4, HEAD - 2.0, text, fontsize=7.5, color=c.muted)
        x += 7.0 + 1.42 * len(text)


def _short(name: str, most: int = 23) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def _curve_height(result: WhatIfResult) -> float:
    """Return the height: a single rep's page has less room."""
    if result.curves.empty:
        return EMPTY_HEIGHT
    return CURVE_OF_REP if len(result.paid.table) == 1 else CURVE


@draws(WhatIfResult, "curve", width=WIDTH, height=_curve_height)
def curve(result: WhatIfResult, sheet: Sheet) -> pd.DataFrame:
    """Draw variable pay against attainment, a line a role, with the reps where they were."""
    c, words, rows = colours(), sheet.words, result.curves
    if rows.empty:
        sheet.text(0, 6, words.t("compensation.curve_empty"), color=c.muted)
        return rows
    rows = rows[rows["level"] <= WIDEST]
    axes = sheet.axes(11, 3, WIDTH - 11 - 24, sheet.height - 13)
    points = _points(result)
    top = float(np.nanmax([rows["estimate"].max(), 1.0])) * 1.05
    axes.set(xlim=(0, WIDEST), ylim=(0, top))
    ticks = [0, 0.5, 1, 1.5, 2]
    axes.set_xticks(ticks, [words.percent(t, 0) for t in ticks])
    high = [t for t in np.arange(0, 10, 0.5) if t <= top]
    axes.set_yticks(high, [words.percent(t, 0) for t in high])
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.plot([0, WIDEST], [0, WIDEST], color=c.slate, lw=0.7, ls=(0, (1, 1.5)))
    axes.axvline(1, color=c.ink, lw=0.7)
    sheet.text(11, sheet.height - 1, words.t("compensation.curve_x"), color=c.muted, fontsize=8)
    ends = []
    for role, fill in zip(rows["role"].unique(), _lines(rows["role"].nunique())):
        mine = rows[rows["role"] == role]
        axes.plot(mine["level"], mine["estimate"], color=fill, lw=1.6)
        dots = points[points["role"] == role]
        axes.plot(dots["level"], dots["estimate"], "o", mfc=c.paper, mec=fill, mew=0.9, ms=3.4, ls="")
        ends.append((float(mine["estimate"].iloc[-1]), role_name(str(role), words), fill))
    _name_ends(sheet, ends, top)
    return rows


def _lines(count: int) -> list[str]:
    chosen = [colours().categorical[i] for i in (0, 1, 2, 4)]
    return [*chosen, *[colours().slate] * max(count - len(chosen), 0)]


def _points(result: WhatIfResult) -> pd.DataFrame:
    """Return where reps with a target were, as far as the edition tells of single reps."""
    table = result.paid.table
    earned = table[["commission", "accelerator", "bonus", "cap"]].sum(axis=1)
    points = pd.DataFrame(
        {"role": table["role"], "level": table["attainment"], "estimate": earned / table["on_target"]}
    )
    return points[np.isfinite(points["estimate"].astype(float)) & (points["level"].astype(float) <= WIDEST)]


def _name_ends(sheet: Sheet, ends: list[tuple[float, str, str]], top: float) -> None:
    used = 0.0
    for value, name, fill in sorted(ends, reverse=True):
        y = max(3 + (sheet.height - 13) * (1 - value / top) + 1.0, used, 4.0)
        sheet.text(WIDTH - 22.5, y, _short(name, 14), color=fill, fontsize=8.5, weight=600)
        used = y + 4.0


@draws(WhatIfResult, "levels", width=108, height=HIGH)
def levels(result: WhatIfResult, sheet: Sheet) -> pd.DataFrame:
    """Draw variable pay of all against attainment, the budget, and what is expected ahead."""
    c, words, rows, ahead = colours(), sheet.words, result.total, result.ahead
    axes = sheet.axes(11, 5, 68, HIGH - 12)
    known = [float(rows["estimate"].max()), 1e-9]
    known += [v for v in (ahead.limit, ahead.conf_high) if np.isfinite(v)]
    top = max(known) * 1.06
    axes.set(xlim=(0.5, 1.5), ylim=(0, top))
    axes.set_xticks([0.5, 0.8, 1, 1.2, 1.5], [words.percent(t, 0) for t in (0.5, 0.8, 1, 1.2, 1.5)])
    axes.locator_params(axis="y", nbins=4, steps=[1, 2, 2.5, 5, 10])
    ticks = [t for t in axes.get_yticks() if 0 <= t <= top]
    divisor, unit = words.money_unit(ticks[-1])
    spare = 0 if all(abs(t / divisor - round(t / divisor)) < 1e-9 for t in ticks) else 1
    axes.set_yticks(ticks, [words.number(t / divisor, spare) for t in ticks])
    sheet.text(0, 3, unit, color=c.muted, fontsize=7.5)
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    if np.isfinite(ahead.limit):
        axes.axhline(ahead.limit, color=c.vermilion, lw=0.9, ls=(0, (3, 2)))
    axes.plot(rows["level"], rows["estimate"], color=c.accent, lw=2)
    marked = result.table
    axes.plot(marked["level"], marked["estimate"], "o", color=c.accent, ms=4)
    _ahead(sheet, result, top)
    return rows


def _ahead(sheet: Sheet, result: WhatIfResult, top: float) -> None:
    """Draw the settlement ahead as a bar of its interval at the right, with its words and the budget's."""
    c, words, ahead = colours(), sheet.words, result.ahead

    def place(value: float) -> float:
        return 5 + (HIGH - 12) * (1 - value / top)

    notes: list[tuple[float, list[tuple[str, str]]]] = []
    if np.isfinite(ahead.limit):
        text = words.t("compensation.budget_label", value=words.money(ahead.limit))
        notes.append((place(ahead.limit), [(text, c.vermilion)]))
    if ahead.period is not None:
        sheet.line(82, place(ahead.conf_low), 82, place(ahead.conf_high), color=c.fan80, linewidth=7)
        sheet.line(80.6, place(ahead.estimate), 83.4, place(ahead.estimate), color=c.accent, linewidth=2)
        span = words.interval(ahead.conf_low, ahead.conf_high, "money")
        notes.append((place(ahead.estimate), [(words.money(ahead.estimate), c.accent), (span, c.muted)]))
    used = 0.0
    for y, lines in sorted(notes, key=lambda note: note[0]):
        used = max(y + 1.0 - 4.0 * (len(lines) - 1), used, 7.5)
        for text, colour in lines:
            sheet.text(85.5, used, text, color=colour, fontsize=8, weight=600 if colour != c.muted else 400)
            used += 4.0
    if ahead.period is not None:
        sheet.text(80, 3, _ahead_name(ahead.period, words), color=c.muted, fontsize=8)


def _ahead_name(period: Any, words: Language) -> str:
    return words.t("compensation.ahead_label", period=words.period(period))
