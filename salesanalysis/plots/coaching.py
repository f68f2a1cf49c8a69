"""Where a rep's gap comes from: the parts that lead from the benchmark to the actual value."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from ..coaching.needed import LONG
from ..coaching.results import DecompositionResult
from ..core.i18n import Language
from . import draws
from .sheet import Sheet
from .theme import colours

# Millimetres: label column, plot, right edges of the two number columns, left edge of the verdicts.
LABELS, PLOT, VALUE_RIGHT, CHANCE_RIGHT, VERDICT_LEFT = 47.0, 72.0, 131.5, 144.5, 147.5
FIRST_ROW, ROW, FOOT = 9.2, 9.8, 9.4
BAR = 4.2
_MARKS = {"enough_evidence": "vermilion", "enough_evidence_above": "accent"}
_TEXTS = ["verdict", "label", "facts", "word", "more"]
_COLUMNS = ["term", "start", "end", "shown", "conf_low", "conf_high", "chance_below", *_TEXTS]


def waterfall_height(result: DecompositionResult) -> float:
    """Return the height in mm: 97 for six factors, less for a shorter chain."""
    return FIRST_ROW + ROW * (len(result.table) + 2) + FOOT if len(result.table) else 16.0


@draws(DecompositionResult, "waterfall", height=waterfall_height)
def waterfall(result: DecompositionResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the gap from benchmark to actual, one step a row; whiskers start from the running level."""
    if result.table.empty:
        return nothing(sheet, result.status)
    rows = _levels(result)
    words = sheet.words
    # A tenth: Rp 1,604 m tells small parts apart where Rp 1.6 bn would not.
    scale, unit = words.money_unit(result.benchmark / 10)
    if result.unit != "money":
        scale, unit = 1.0, words.t("coaching.figure.count_unit")
    axes = _waterfall_axes(sheet, rows, scale)
    _heads(sheet, unit)
    decimals = _decimals([result.benchmark, *result.table["estimate"]], scale)
    for i, row in enumerate(rows.itertuples()):
        _bar(axes, i, row, scale)
        is_part = row.term not in ("benchmark", "actual")
        _row_text(sheet, i, row, words.number(row.shown / scale, decimals, sign=is_part))
    for i, level in enumerate(rows["end"].iloc[:-1] / scale):
        # Over the bar's own height too, so that a part of zero shows where it stands.
        axes.plot(
            [level, level], [i - _half(), i + 1 - _half()], color=colours().slate, linewidth=0.7, zorder=2
        )
    key = "money_axis" if result.unit == "money" else "count_axis"
    axes_label = words.t(f"coaching.figure.{key}", unit=unit, period=_period(result, words))
    sheet.text(LABELS, sheet.height - 1.2, axes_label, color=colours().muted)
    return rows.drop(columns=["label", "facts", "word", "more"])


def _levels(result: DecompositionResult) -> pd.DataFrame:
    """One row a bar: where it starts and ends, its interval from there, and its words."""
    words, goal = result.client.words, result.against == "goal"
    first = "coaching.figure.goal" if goal else "coaching.figure.benchmark"
    rows: list[dict[str, Any]] = [
        {
            "term": "benchmark",
            "start": 0.0,
            "end": result.benchmark,
            "shown": result.benchmark,
            "label": words.t(first),
            "facts": words.t(f"coaching.against_long.{result.against}"),
        }
    ]
    level = result.benchmark
    for row in result.table.itertuples():
        rows.append(
            {
                "term": row.term,
                "start": level,
                "end": level + row.estimate,
                "shown": row.estimate,
                "conf_low": level + row.conf_low,
                "conf_high": level + row.conf_high,
                "chance_below": row.chance_below,
                "verdict": row.verdict,
                "label": words.t(f"coaching.factor.{row.term}"),
                "facts": facts(row, result),
                "word": words.t(
                    f"coaching.verdict.{row.verdict}",
                    n=words.number(row.n if row.kind == "volume" else row.base),
                ),
                "more": _more(row, words) if result.reading != "cannot_tell" else "",
            }
        )
        level += row.estimate
    won = result.table["n"].iloc[-1]
    rows.append(
        {
            "term": "actual",
            "start": 0.0,
            "end": result.actual,
            "shown": result.actual,
            "label": words.t("coaching.figure.actual"),
            "facts": words.t("coaching.count.wins", count=round(won)),
        }
    )
    frame = pd.DataFrame(rows).reindex(columns=_COLUMNS)
    return frame.assign(**{c: frame[c].astype("object").where(frame[c].notna(), "") for c in _TEXTS})


def facts(row: Any, result: DecompositionResult) -> str:
    """Write what a factor is made of: 520 of 650; 20.0 % · peers 20.0 %; 2 of 13 · peers 30.0 %."""
    words = result.client.words
    if row.kind == "volume":
        return words.t("coaching.figure.of", value=words.number(row.n), benchmark=words.number(row.benchmark))
    value = words.value(row.value, row.unit)
    if row.kind == "rate" and row.base < result.client.minimum_base:
        value = words.t("coaching.figure.of", value=words.number(row.n), benchmark=words.number(row.base))
    return words.t(
        "coaching.figure.beside",
        value=value,
        against=words.t(f"coaching.against.{result.against}"),
        benchmark=words.value(row.benchmark, row.unit),
    )


def _waterfall_axes(sheet: Sheet, rows: pd.DataFrame, scale: float) -> Axes:
    axes = sheet.axes(LABELS, FIRST_ROW, PLOT, ROW * len(rows))
    tallest = rows[["start", "end"]].to_numpy().max()
    reach = min(max(rows["conf_high"].max(), tallest), 1.35 * tallest) / scale
    axes.set_xlim(0, reach * 1.06)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=6, steps=[1, 2, 2.5, 5, 10])
    axes.xaxis.set_major_formatter(lambda v, _: sheet.words.number(v, 0 if v == round(v) else 1))
    axes.grid(axis="x")
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    return axes


def _half() -> float:
    return BAR / ROW / 2


def _bar(axes: Axes, i: int, row: Any, scale: float) -> None:
    c = colours()
    fill = {"benchmark": c.grey_fill, "actual": c.accent}.get(row.term)
    fill = fill or getattr(c, _MARKS.get(row.verdict, "grey_fill"))
    axes.barh(
        i, (row.end - row.start) / scale, left=row.start / scale, height=2 * _half(), color=fill, zorder=2
    )
    if pd.isna(row.conf_low):
        return
    certain = row.verdict in _MARKS
    line = {"color": c.ink if certain else c.slate, "linewidth": 1.0, "zorder": 3}
    low, high = axes.get_xlim()
    ends = [min(max(v / scale, low), high) for v in (row.conf_low, row.conf_high)]
    axes.plot(ends, [i, i], **line)
    for end, value, marker in zip(ends, (row.conf_low, row.conf_high), ("<", ">"), strict=True):
        if end == value / scale:
            axes.plot([end, end], [i - 0.12, i + 0.12], **line)
        else:  # the interval goes on beyond the frame
            axes.plot([end], [i], marker=marker, markersize=3, clip_on=False, **line)


def _heads(sheet: Sheet, unit: str) -> None:
    muted = colours().muted
    words = sheet.words
    base = FIRST_ROW - 3.6
    sheet.text(0, base, words.t("coaching.figure.step"), color=muted)
    sheet.text(LABELS, base, words.t("coaching.figure.bars"), color=muted)
    sheet.text(VALUE_RIGHT, base, unit, color=muted, ha="right")
    upper, lower = words.t("coaching.figure.chance").split("\n")
    sheet.text(CHANCE_RIGHT, base - 3.4, upper, color=muted, ha="right")
    sheet.text(CHANCE_RIGHT, base, lower, color=muted, ha="right")
    sheet.text(VERDICT_LEFT, base, words.t("coaching.figure.verdict"), color=muted)


def _row_text(sheet: Sheet, i: int, row: Any, shown: str) -> None:
    c = colours()
    middle = FIRST_ROW + ROW * (i + 0.5)
    is_total = row.term in ("benchmark", "actual")
    certain = row.verdict in _MARKS
    strong = "semibold" if certain or is_total else "regular"
    tone = getattr(c, _MARKS[row.verdict]) if certain else (c.ink if is_total else c.muted)
    name = c.ink if certain or is_total else c.muted
    sheet.text(0, middle - 0.7, row.label, fontsize=8.5, fontweight="semibold", color=name)
    sheet.text(0, middle + 2.7, row.facts, fontsize=7.5, color=c.muted)
    sheet.text(VALUE_RIGHT, middle + 1.0, shown, fontsize=8.5, ha="right", color=tone, fontweight=strong)
    if not is_total:
        chance = sheet.words.number(row.chance_below, 2)
        sheet.text(
            CHANCE_RIGHT, middle + 1.0, chance, fontsize=8.5, ha="right", color=tone, fontweight=strong
        )
        up = 1.7 if row.more else 0.0
        sheet.text(VERDICT_LEFT, middle + 1.0 - up, row.word, color=tone, fontweight=strong)
        sheet.text(VERDICT_LEFT, middle + 2.7, row.more, fontsize=7.5, color=c.muted)


def _decimals(parts: list[float], scale: float) -> int:
    """Return the fewest decimals (1 to 3; 0 in thousands) with which the parts shown add up to the total."""
    for decimals in (0, 1, 2, 3) if abs(parts[0]) / scale >= 1000 else (1, 2, 3):
        rounded = sum(round(p / scale, decimals) for p in parts)
        if math.isclose(rounded, round(sum(parts) / scale, decimals), abs_tol=1e-9):
            return decimals
    return 1


def _more(row: Any, words: Language) -> str:
    """Write how many weeks more would settle a factor; empty where there is nothing to settle."""
    if pd.isna(row.weeks_more):
        return ""
    if row.weeks_more > LONG:
        return words.t("diagnosis.figure_long")
    return words.t("diagnosis.figure_more", count=max(math.ceil(row.weeks_more), 1))


def _period(result: DecompositionResult, words: Language) -> str:
    return words.period(result.period) if result.period else ""


def nothing(sheet: Sheet, status: str) -> pd.DataFrame:
    """Say in words why there is no picture: an empty frame would look like a finding."""
    words = sheet.words
    status = status if words.has(f"coaching.title.{status}_short") else "no_data"
    reason = words.t(f"coaching.title.{status}_short", weeks="")
    text = words.t("coaching.figure.nothing", reason=reason)
    sheet.axes(0, 2, sheet.width, sheet.height - 4).set_axis_off()
    sheet.text(0, sheet.height / 2, text, color=colours().muted)
    return pd.DataFrame()
