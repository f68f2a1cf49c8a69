"""Correlations as intervals and as a heat map: a first look over activities, description only."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from ..core.i18n import MISSING
from ..linkage import CorrelationResult
from ..linkage.correlation import KINDS
from ..linkage.labels import activity_label
from . import draws
from .linkage import (
    HEAD,
    LABELS,
    ROW,
    correlation_scale,
    decimal_ticks,
    draw_interval,
    nothing,
    panel,
    rows_height,
    short,
)
from .sheet import Sheet
from .theme import colours

CONTRASTS = ("pooled", "between", "within")
#: Millimetres between the blocks.
_GAP = 4.0


@draws(CorrelationResult, "contrasts", height=rows_height)
def contrasts(result: CorrelationResult, sheet: Sheet) -> pd.DataFrame:
    """Draw correlations in three comparisons: Pearson filled, Spearman hollow below it."""
    if result.table.empty:
        return nothing(sheet, result.reason)
    words, table = sheet.words, result.table[result.table["kind"].isin(["pearson", "spearman"])]
    terms = list(dict.fromkeys(table["term"]))
    scale = correlation_scale(table)
    for i, term in enumerate(terms):
        sheet.text(0, HEAD + ROW * (i + 0.5) + 1.0, short(activity_label(words, term)), fontsize=8.5)
        sheet.line(0, HEAD + ROW * (i + 1), sheet.width, HEAD + ROW * (i + 1))
    for k, contrast in enumerate(("pooled", "between", "within")):
        left = LABELS + 2 + k * 46.0
        sheet.text(left, 3.2, words.t(f"linkage.contrast.{contrast}"), fontsize=8.5, weight=600)
        axes = panel(sheet, (left, 37.0), scale, len(terms), decimal_ticks(sheet))
        for row in table[table["contrast"] == contrast].itertuples():
            is_pearson = row.kind == "pearson"
            y = terms.index(row.term) + (-0.16 if is_pearson else 0.16)
            ends = (row.conf_low, row.estimate, row.conf_high)
            draw_interval(axes, y, ends, colour="ink" if is_pearson else "slate", filled=is_pearson)
    _marks(sheet, words.t("linkage.head.pearson"), words.t("linkage.head.spearman"))
    return table


def _marks(sheet: Sheet, filled: str, hollow: str) -> None:
    """Name the two marks once, drawn as shapes because the font has none."""
    axes = sheet.axes(LABELS + 2, 5.0, 60.0, 3.0)
    axes.set(xlim=(0, 60), ylim=(0, 3))
    axes.set_axis_off()
    axes.plot([1], [1.5], "o", color=colours().ink, markersize=4.2)
    axes.text(3, 0.7, filled, color=colours().muted)
    axes.plot([21], [1.5], "o", color=colours().slate, markerfacecolor=colours().paper, markersize=4.2)
    axes.text(23, 0.7, hollow, color=colours().muted)


@draws(CorrelationResult, "heatmap", height=rows_height)
def heatmap(result: CorrelationResult, sheet: Sheet) -> pd.DataFrame:
    """Draw every correlation as a shaded cell with its number, one block a statistic."""
    words, table = sheet.words, result.table
    if table.empty:
        return nothing(sheet, result.reason)
    terms = list(dict.fromkeys(table["term"]))
    width = (sheet.width - LABELS - _GAP * (len(KINDS) - 1)) / len(KINDS)
    for side, kind in enumerate(KINDS):
        left = LABELS + side * (width + _GAP)
        cells = table[table["kind"] == kind].pivot(index="term", columns="contrast", values="estimate")
        cells = cells.loc[terms, list(CONTRASTS)].astype(float)
        axes = sheet.axes(left, HEAD, width, ROW * len(terms))
        _shade(axes, cells, sheet)
        sheet.text(left, 3.2, words.t(f"linkage.head.{kind}"), fontsize=8.5, weight=600)
        for column, contrast in enumerate(CONTRASTS):
            middle = left + width * (column + 0.5) / len(CONTRASTS)
            head = words.t(f"linkage.contrast_short.{contrast}")
            sheet.text(middle, 8.2, head, color=colours().muted, ha="center")
    for i, term in enumerate(terms):
        sheet.text(0, HEAD + ROW * (i + 0.5) + 1.0, activity_label(words, term), fontsize=8.5)
    note = words.t("linkage.correlation.heatmap_note")
    sheet.text(LABELS, sheet.height - 2.0, note, color=colours().muted)
    return table[["term", "kind", "contrast", "estimate"]].reset_index(drop=True)


def _shade(axes: Axes, cells: pd.DataFrame, sheet: Sheet) -> None:
    """Shade from grey (minus one) over paper (zero) to pale petrol (one): full colour is for what is sure."""
    c = colours()
    shades = sns.blend_palette([c.grey_fill, c.paper, c.accent_mid], as_cmap=True)
    texts = cells.map(lambda r: MISSING if pd.isna(r) else sheet.words.number(r, 2, sign=True))
    look = {
        "linewidths": 1.0,
        "linecolor": c.paper,
        "cbar": False,
        "xticklabels": False,
        "yticklabels": False,
    }
    look |= {"annot": texts, "fmt": "", "annot_kws": {"color": c.ink, "fontsize": 8}}
    sns.heatmap(cells.fillna(0.0), ax=axes, cmap=shades, vmin=-1, vmax=1, **look)
    axes.set(xlabel="", ylabel="")
    axes.tick_params(length=0)
