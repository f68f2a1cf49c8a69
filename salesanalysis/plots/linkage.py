"""Figures of the significance report: verdicts beside correlations, one activity's lead test and reps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..core.i18n import NBSP
from ..linkage import ActivityLinkResult, CorrelationResult, LinkageResult, wins_per_more
from ..linkage.labels import activity_label, reason_label, verdict_label
from . import draws
from .cells import STRONG, Scale, interval_scale, tick_labels
from .sheet import Sheet
from .theme import colours

# Millimetres: text lines above the panels, row, axis below.
HEAD, ROW, FOOT = 10.0, 6.6, 6.4
LABELS, LEFT, RIGHT, WORDS = 38.0, (40.0, 48.0), (102.0, 36.0), 143.0
#: At most this many reps are named; more are drawn as the outermost ones.
NAMED_REPS = 40
EMPTY_HEIGHT = 12.0
_LONGEST_LABEL = 26


def rows_height(result: LinkageResult | CorrelationResult) -> float:
    """Return the height of a figure with one row an activity."""
    rows = result.table["term"].nunique() if len(result.table) else 0
    return HEAD + ROW * rows + FOOT if rows else EMPTY_HEIGHT


@draws(LinkageResult, "naive", height=rows_height)
def naive(result: LinkageResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the simple correlation of each activity beside its verdict, sharing rows."""
    if result.table.empty:
        return nothing(sheet, result.reason)
    table = result.table
    columns = ["term", "verdict", "estimate", "conf_low", "conf_high"]
    effects = table[columns].copy()
    for column in columns[2:]:
        effects[column] = wins_per_more(effects[column])
    simple = _simple(result)
    _naive_heads(result, sheet)
    if len(simple):
        axes = panel(sheet, LEFT, correlation_scale(simple), len(table), decimal_ticks(sheet))
        for i, row in enumerate(simple.itertuples()):
            draw_interval(axes, i, (row.conf_low, row.estimate, row.conf_high), colour="ink", filled=True)
    scale = interval_scale(effects["conf_low"], effects["conf_high"])
    axes = panel(sheet, RIGHT, scale, len(table), percent_ticks(scale, sheet))
    for i, row in enumerate(effects.itertuples()):
        strong = row.verdict in STRONG
        ends = (row.conf_low, row.estimate, row.conf_high)
        draw_interval(axes, i, ends, colour=STRONG.get(row.verdict, "slate"), filled=strong)
        _row_words(sheet, i, row.term, row.verdict)
    names = {"estimate": "correlation", "conf_low": "correlation_low", "conf_high": "correlation_high"}
    twin = simple.rename(columns=names)[["term", *names.values()]] if len(simple) else effects[["term"]]
    return effects.merge(twin, on="term", how="left")


def _simple(result: LinkageResult) -> pd.DataFrame:
    """Correlations in the order of the verdicts; none for opportunities."""
    if result.correlations.empty:
        return result.correlations
    return result.correlations.set_index("term").loc[result.table["term"]].reset_index()


def _naive_heads(result: LinkageResult, sheet: Sheet) -> None:
    """Write what each panel shows; without correlations the right one alone."""
    words, counts = sheet.words, {}
    if len(result.correlations):
        stars = int((result.correlations["p_value"] < 1 - result.level).sum())
        counts = {"naive": words.number(stars), "all": words.number(len(result.table))}
    for x, side in ((LEFT[0] - 4, "left"), (RIGHT[0] - 4, "right")):
        if side == "right" or counts:
            sheet.text(x, 3.2, words.t(f"linkage.naive.{side}"), fontsize=8.5, weight=600)
            note = "right_note_opportunity" if result.basis == "opportunity_week" else "right_note"
            note = f"linkage.naive.{'left_note' if side == 'left' else note}"
            sheet.text(x, 7.2, words.t(note, **counts), color=colours().muted)


def correlation_scale(simple: pd.DataFrame) -> Scale:
    """Return a scale that holds zero and every interval of a correlation."""
    lows, highs = simple["conf_low"].fillna(0), simple["conf_high"].fillna(0)
    low, high = np.floor(min(lows.min(), 0) * 10) / 10, np.ceil(max(highs.max(), 0.1) * 10) / 10
    step = 0.1 if high - low <= 0.61 else 0.2 if high - low <= 1.01 else 0.5
    first, last = int(np.floor(low / step + 1e-9)), int(np.ceil(high / step - 1e-9))
    ticks = tuple(round(i * step, 6) for i in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks)


def _row_words(sheet: Sheet, i: int, term: str, verdict: str) -> None:
    """Write an activity's name and verdict beside its row."""
    y = HEAD + ROW * (i + 0.5) + 1.0
    strong = verdict in STRONG
    weight = 600 if strong else 400
    sheet.text(0, y, short(activity_label(sheet.words, term)), fontsize=8.5, weight=weight)
    colour = getattr(colours(), STRONG.get(verdict, "muted"))
    text = verdict_label(sheet.words, verdict, capital=False)
    sheet.text(WORDS, y, text, weight=weight, color=colour)
    sheet.line(0, HEAD + ROW * (i + 1), sheet.width, HEAD + ROW * (i + 1))


# One activity ----------------------------------------------------------------------------------


def _left_out_height(result: ActivityLinkResult) -> float:
    rows = -(-min(len(_left_out(result)), NAMED_REPS) // 2)
    return 8.0 + 5.2 * rows + 10.0 if rows else EMPTY_HEIGHT


@draws(ActivityLinkResult, "leave_one_out", height=_left_out_height)
def leave_one_out(result: ActivityLinkResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the estimate without each rep in turn, beside the interval of all reps."""
    frame, row = _left_out(result), result.table.iloc[0]
    if frame.empty:
        return nothing(sheet, row["reason"])
    frame = outermost(frame)
    words, rows = sheet.words, -(-len(frame) // 2)
    low, mid, high = (float(wins_per_more(row[c])) for c in ("conf_low", "estimate", "conf_high"))
    ends = [*frame["share"], low, high]
    scale = interval_scale([min(ends)], [max(ends)], limit=1.0)
    colour = STRONG.get(row["verdict"], "slate")
    for side in (0, 1):
        part = frame.iloc[side * rows : (side + 1) * rows]
        left = side * 90.0
        axes = panel(
            sheet, (left + 24.0, 56.0), scale, rows, percent_ticks(scale, sheet), top=8.0, height=5.2
        )
        axes.axvspan(max(low, scale.low), min(high, scale.high), color=colours().fan95, linewidth=0, zorder=0)
        axes.axvline(mid, color=getattr(colours(), colour), linewidth=1.25, zorder=2)
        for i, one in enumerate(part.itertuples()):
            axes.plot([one.share], [i], "o", color=colours().ink, markersize=4.2, zorder=4)
            sheet.text(left, 8.0 + 5.2 * (i + 0.5) + 1.0, short(str(one.name)))
        axis = words.t("linkage.activity_page.lead.axis")
        sheet.text(left + 52.0, sheet.height - 1.2, axis, color=colours().muted, ha="center")
    name_the_team(sheet, mid, 24.0 + (mid - scale.low) / (scale.high - scale.low) * 56.0, colour)
    return frame[["rep_id", "name", "share"]].reset_index(drop=True)


@draws(ActivityLinkResult, "lead_test", width=84, height=38)
def lead_test(result: ActivityLinkResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the link with past activity above the one with the activity of the weeks ahead."""
    row, words = result.table.iloc[0], sheet.words
    key, by_opportunity = "linkage.activity_page.lead", result.basis == "opportunity_week"
    if by_opportunity:
        labels = [words.t(f"{key}.wins"), words.t(f"{key}.losses")]
    else:
        past = words.t(f"{key}.past", weeks=words.number(len(result.kernel.weights) - 1))
        labels = [past, words.t(f"{key}.next")]
    rows = pd.DataFrame(
        {
            "term": ["wins", "losses"] if by_opportunity else ["past", "next"],
            "label": labels,
            "estimate": [wins_per_more(row["estimate"]), wins_per_more(row["lead_estimate"])],
            "conf_low": [wins_per_more(row["conf_low"]), wins_per_more(row["lead_low"])],
            "conf_high": [wins_per_more(row["conf_high"]), wins_per_more(row["lead_high"])],
        }
    )
    scale = interval_scale(rows["conf_low"], rows["conf_high"])
    ticks = percent_ticks(scale, sheet)
    axes = panel(sheet, (30.0, 50.0), scale, 2, ticks, top=2.0, height=13.0)
    for i, one in enumerate(rows.itertuples()):
        strong = i == 0 and row["verdict"] in STRONG
        colour = STRONG[row["verdict"]] if strong else "slate"
        draw_interval(axes, i, (one.conf_low, one.estimate, one.conf_high), colour=colour, filled=strong)
        sheet.text(0, 2.0 + 13.0 * (i + 0.5) + 1.0, one.label)
        if scale.low <= one.estimate <= scale.high:
            text = words.number(one.estimate * 100, 1, sign=True)
            paint = getattr(colours(), colour) if strong else colours().muted
            place = {"textcoords": "offset points", "xytext": (0, 6), "ha": "center"}
            axes.annotate(text, (one.estimate, i), weight=600, color=paint, **place)
    axis = words.t(f"{key}.axis_losses" if by_opportunity else f"{key}.axis")
    sheet.text(55.0, sheet.height - 1.5, axis, color=colours().muted, ha="center")
    return rows.drop(columns="label")


def _left_out(result: ActivityLinkResult) -> pd.DataFrame:
    frame = result.leave_one_out.dropna(subset=["estimate"])
    if pd.isna(result.table["conf_low"].iloc[0]):
        frame = frame.head(0)
    frame = frame.assign(share=wins_per_more(frame["estimate"].astype(float)))
    return frame.sort_values(["share", "rep_id"], ascending=[False, True], kind="stable")


# Shared ----------------------------------------------------------------------------------------


def panel(
    sheet: Sheet,
    place: tuple[float, float],
    scale: Scale,
    rows: int,
    write: Callable[[float], str],
    *,
    top: float = HEAD,
    height: float = ROW,
) -> Axes:
    """Add a panel of `rows` rows whose value axis runs over `scale`, with grid lines and a darker zero."""
    left, width = place
    axes = sheet.axes(left, top, width, height * rows)
    axes.set(xlim=(scale.low, scale.high), ylim=(rows - 0.5, -0.5))
    axes.set_yticks([])
    axes.set_xticks(scale.ticks, [write(t) for t in scale.ticks])
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.grid(axis="x")
    axes.axvline(0, color=colours().slate, linewidth=0.7, zorder=1)
    return axes


def decimal_ticks(sheet: Sheet) -> Callable[[float], str]:
    """Write ticks of correlations with one decimal, zero plain."""
    return lambda tick: sheet.words.number(tick, 1 if tick else 0)


def percent_ticks(scale: Scale, sheet: Sheet) -> Callable[[float], str]:
    """Write ticks as signed percentages; the last one names the unit."""
    texts = dict(zip(scale.ticks, tick_labels(scale, sheet.words)))
    last = scale.ticks[-1]
    return lambda tick: f"{texts[tick]}{NBSP}%" if tick == last else texts[tick]


def draw_interval(
    axes: Axes, y: float, ends: tuple[float, float, float], *, colour: str, filled: bool
) -> None:
    """Draw an interval with its dot; beyond the scale it ends in an arrow head."""
    low, mid, high = ends
    if not np.isfinite(ends).all():
        return
    left, right = axes.get_xlim()
    paint = getattr(colours(), colour)
    shown = (max(low, left), min(high, right))
    if shown[0] <= shown[1]:
        axes.plot(shown, [y, y], color=paint, linewidth=1.6 if filled else 1.0, zorder=3)
    for end, mark, is_out in ((left, "<", low < left - 1e-12), (right, ">", high > right + 1e-12)):
        if is_out:
            axes.plot([end], [y], mark, color=paint, markersize=4, clip_on=False, zorder=3)
    if left <= mid <= right:
        face = paint if filled else colours().paper
        axes.plot([mid], [y], "o", color=paint, markerfacecolor=face, markersize=4.8, zorder=4, clip_on=False)


def outermost(frame: pd.DataFrame) -> pd.DataFrame:
    """Return at most `NAMED_REPS` rows of a sorted frame, from both ends."""
    half = NAMED_REPS // 2
    return frame if len(frame) <= NAMED_REPS else pd.concat([frame.head(half), frame.tail(half)])


def name_the_team(sheet: Sheet, share: float, x: float, colour: str) -> None:
    """Write the estimate of all reps above the line that marks it."""
    label = sheet.words.t("linkage.activity_page.loo.all", effect=sheet.words.percent(share, sign=True))
    strong = colours().muted if colour == "slate" else getattr(colours(), colour)
    sheet.text(x, 6.2, label, ha="center", weight=600, color=strong)


def short(text: str) -> str:
    """Return a label that fits beside its row."""
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1].rstrip() + "…"


def nothing(sheet: Sheet, reason: str) -> pd.DataFrame:
    """Say that there is nothing to draw, and why."""
    text = sheet.words.t("linkage.empty", reason=reason_label(sheet.words, reason))
    sheet.text(0, 6.0, text, color=colours().muted)
    return pd.DataFrame()
