"""How many reached each proposed goal beside how many should, and attainment over potential."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..goals import GoalProposalResult, QuotaFairnessResult
from ..kpi import KPIS
from . import draws
from .linkage import draw_interval, short
from .sheet import Sheet
from .theme import colours

# Millimetres: labels left, panel, goals right; a row; the axis below.
_LABELS, _PANEL, _GOALS, _ROW, _TOP, _FOOT = 46.0, 76.0, 128.0, 6.6, 3.0, 9.0
_EMPTY = 12.0
_SHOWN = ["group", "kpi", "estimate", "conf_low", "conf_high", "meant_low", "meant_high"]


def _main(result: GoalProposalResult) -> pd.DataFrame:
    """Return the standards proposed for the largest group of reps."""
    told = result.standards[result.standards["verdict"] == "proposed"]
    group = told.loc[told["n"].idxmax(), "group"] if len(told) else ""
    return told[told["group"] == group].reset_index(drop=True)


def _height(result: GoalProposalResult) -> float:
    rows = len(_main(result))
    return _TOP + _ROW * rows + _FOOT if rows else _EMPTY


@draws(GoalProposalResult, "reach", height=_height)
def reach(result: GoalProposalResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the share that reached each goal with its interval over the share it is meant for."""
    rows, words, c = _main(result), sheet.words, colours()
    if rows.empty:
        sheet.text(0, _EMPTY / 2, words.t("proposal.reach_unknown"), color=c.muted)
        return result.standards.reindex([0])
    axes = sheet.axes(_LABELS, _TOP, _PANEL, _ROW * len(rows))
    axes.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.5))
    axes.set_yticks([])
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], [words.percent(v, 0) for v in (0, 0.25, 0.5, 0.75, 1)])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    for i, row in enumerate(rows.itertuples()):
        _meant(axes, i, row.meant_low, row.meant_high)
        is_odd = row.check in ("too_easy", "too_hard")
        ends = (row.reach_low, row.reach, row.reach_high)
        draw_interval(axes, i, ends, colour="vermilion" if is_odd else "ink", filled=True)
        y = _TOP + _ROW * (i + 0.5) + 1.0
        sheet.text(0, y, short(KPIS[row.kpi].label(words) if row.kpi in KPIS else row.kpi))
        spread = words.interval(row.conf_low, row.conf_high, row.unit)
        sheet.text(_GOALS, y, words.value(row.estimate, row.unit), weight=600)
        sheet.text(sheet.width, y, spread, color=c.muted, ha="right")
    return rows[[*_SHOWN, "reach", "reach_low", "reach_high", "check"]]


def _meant(axes: Axes, i: int, low: float, high: float) -> None:
    """Draw the share that should reach a goal: a bar, at least wide enough to be seen."""
    middle, half = (low + high) / 2, max((high - low) / 2, 0.012)
    axes.barh(i, 2 * half, left=middle - half, height=0.72, color=colours().fan80, zorder=0)


@draws(QuotaFairnessResult, "potential", height=84)
def potential(result: QuotaFairnessResult, sheet: Sheet) -> pd.DataFrame:
    """Draw each rep's attainment over the potential; those surely asked for more or less are named."""
    words, c = sheet.words, colours()
    rows = result.table.dropna(subset=["attainment", "potential"])
    if rows.empty:
        sheet.text(0, 6, words.t("quota.fairness.nothing"), color=c.muted)
        return result.table.reindex([0])
    scale, unit = words.money_unit(float(rows["potential"].max()))
    axes = sheet.axes(14, 4, sheet.width - 18, sheet.height - 18)
    x, y = rows["potential"].to_numpy(float) / scale, rows["attainment"].to_numpy(float)
    sure = rows["verdict"].isin(["more", "less"]).to_numpy()
    axes.axhline(1.0, color=c.slate, linewidth=0.8)
    axes.plot(x[~sure], y[~sure], "o", mfc=c.paper, mec=c.slate, ms=4.5)
    axes.plot(x[sure], y[sure], "o", color=c.accent, ms=4.5)
    axes.set(xlim=(0, float(x.max()) * 1.12), ylim=(0, max(float(y.max()) * 1.1, 1.1)))
    axes.set_xlabel(f"{words.t('quota.fairness.axis_potential')} ({unit})")
    axes.set_ylabel(words.t("quota.fairness.axis_attainment"))
    ticks = np.arange(0, axes.get_ylim()[1] + 1e-9, 0.5)
    axes.set_yticks(ticks, [words.percent(v, 0) for v in ticks])
    marks = axes.get_xticks()[:-1]
    digits = 0 if marks[1] - marks[0] >= 1 else 1 if marks[1] - marks[0] >= 0.1 else 2
    axes.set_xticks(marks, [words.number(v, digits) for v in marks])
    axes.grid(axis="y")
    for name, left, top in zip(rows.loc[sure, "name"], x[sure], y[sure]):
        is_right = left > 0.85 * x.max()
        where = {"xytext": (-4, 4) if is_right else (4, 4), "ha": "right" if is_right else "left"}
        axes.annotate(
            short(name), (left, top), textcoords="offset points", fontsize=7.5, color=c.muted, **where
        )
    return rows
