"""Logging over time: activities a week, the share of each kind, and the weeks from which they differ."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from ..core.i18n import MISSING
from ..readiness import ReadinessResult
from . import draws
from .sheet import Sheet
from .theme import colours

#: Millimetres: margin at the left and the right, height of the first panel and of a kind's, gap, foot.
LEFT, RIGHT, FIRST, PANEL, GAP, FOOT = 34.0, 20.0, 26.0, 10.0, 3.0, 8.0
#: Kinds shown at most, the most frequent first; those that jumped are always among them.
KINDS_SHOWN = 4


def _terms(result: ReadinessResult) -> list[str]:
    levels, jumped = result.quality.levels, set(result.quality.shifts["term"])
    totals = levels[levels["term"] != "all"].groupby("term")["n"].sum().sort_values(ascending=False)
    ranked = sorted(totals.index, key=lambda term: (term not in jumped, -totals[term], term))
    return ranked[: max(KINDS_SHOWN, len(jumped - {"all"}))]


def _height(result: ReadinessResult) -> float:
    kinds = len(_terms(result)) if len(result.quality.levels) else 0
    return 4.0 + FIRST + kinds * (PANEL + GAP) + FOOT


@draws(ReadinessResult, "logging", height=_height)
def logging(result: ReadinessResult, sheet: Sheet) -> pd.DataFrame:
    """Draw activities per rep and week, then the share of the kinds; a lasting jump is a dotted line."""
    levels, found = result.quality.levels, result.quality.shifts
    if levels.empty:
        axes = sheet.axes(0, 0, sheet.width, sheet.height)
        axes.set_axis_off()
        axes.text(0, 1, sheet.words.t("assess.logging.none"), va="top", color=colours().muted)
        return pd.DataFrame({"week": [pd.NaT], "term": ["all"], "value": [float("nan")]})
    wide = levels.pivot(index="week", columns="term", values="n")
    per_rep = levels[levels["term"] == "all"].set_index("week")["value"]
    drawn = [_panel(sheet, 4.0, FIRST, per_rep.rename("all"), found)]
    top = 4.0 + FIRST + GAP
    for term in _terms(result):
        share = (wide[term] / wide["all"].where(wide["all"] > 0)).rename(term)
        drawn.append(_panel(sheet, top, PANEL, share, found))
        top += PANEL + GAP
    _months(sheet, wide.index, top - GAP)
    return pd.concat(drawn, ignore_index=True)


def _panel(sheet: Sheet, top: float, height: float, series: pd.Series, found: pd.DataFrame) -> pd.DataFrame:
    """Draw one series from zero, its name at the left, its last value at the right."""
    c, words, term = colours(), sheet.words, str(series.name)
    axes = sheet.axes(LEFT, top, sheet.width - LEFT - RIGHT, height)
    weeks = mpl_days(series.index)
    jumps = found[found["term"] == term]
    whole = term == "all"
    axes.plot(weeks, series.to_numpy(), color=c.accent if whole or len(jumps) else c.muted, linewidth=1.25)
    axes.set_xlim(weeks[0], weeks[-1])
    high = float(series.max())
    axes.set_ylim(0, high * 1.05 if high > 0 else 1)
    axes.set_yticks([0, high] if high > 0 else [0])
    axes.set_yticklabels(
        ["0", words.number(high, 0) if whole else words.percent(high, 0)][: 2 if high > 0 else 1]
    )
    axes.tick_params(bottom=False, labelbottom=False)
    axes.spines["bottom"].set_color(c.hair)
    _mark(axes, jumps, words_date=words.date)
    key = f"assess.kind.{term}"
    name = words.t(key) if words.has(key) else term.replace("_", " ")
    sheet.text(0, top + min(height, 8) / 2 + 1.2, name, fontsize=8.5, weight=600 if whole else 400)
    if whole:
        sheet.text(0, top + 8.6, words.t("assess.logging.unit"), color=c.muted)
    last = series.iloc[-1]
    shown = MISSING if pd.isna(last) else (words.number(last, 1) if whole else words.percent(last, 0))
    sheet.text(sheet.width - RIGHT + 2, top + height / 2 + 1.2, shown, fontsize=8.5)
    return (
        series.rename("value").rename_axis("week").reset_index().assign(term=term)[["week", "term", "value"]]
    )


def _mark(axes: Axes, jumps: pd.DataFrame, *, words_date: object) -> None:
    for row in jumps.itertuples():
        at = mpl_days(pd.DatetimeIndex([row.week]))[0]
        axes.axvline(at, color=colours().vermilion, linewidth=0.9, linestyle=(0, (1.5, 1.5)))
        axes.text(
            at,
            axes.get_ylim()[1],
            " " + words_date(row.week.date()),
            color=colours().vermilion,
            va="top",
            fontsize=8,
            bbox={"facecolor": colours().paper, "edgecolor": "none", "pad": 0.6},
        )


def _months(sheet: Sheet, weeks: pd.DatetimeIndex, top: float) -> None:
    """Write the month at the first week of each quarter under the panels."""
    width = sheet.width - LEFT - RIGHT
    days = mpl_days(weeks)
    span = max(days[-1] - days[0], 1)
    step = 3 if len(weeks) <= 120 else 6
    seen: set[tuple[int, int]] = set()
    for week, at in zip(weeks, days):
        month = (week.year, week.month)
        if week.month % step == 1 and week.day <= 7 and month not in seen:
            seen.add(month)
            text = f"{sheet.words.month(week.date())} {week.year}"
            x = LEFT + (at - days[0]) / span * width
            align = "center" if LEFT + 8 < x < LEFT + width - 8 else ("left" if x <= LEFT + 8 else "right")
            sheet.text(x, top + 4.5, text, color=colours().muted, ha=align)


def mpl_days(weeks: pd.DatetimeIndex) -> list[float]:
    """Return weeks as days since 1970, a plain number axis."""
    return [pd.Timestamp(week).timestamp() / 86400 for week in weeks]
