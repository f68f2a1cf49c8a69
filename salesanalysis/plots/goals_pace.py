"""Where a period's total may end: one rep, team or company day by day, and its members side by side."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..core.i18n import MISSING, Language
from ..core.period import Period
from ..goals import ExpectationsResult, PacingResult
from ..goals.labels import chance_of, pace_label
from . import draws
from .sheet import Sheet
from .theme import colours

# Millimetres: left and right of the day-by-day picture, above and below.
LEFT, RIGHT, TOP, BOTTOM = 12.0, 40.0, 4.0, 7.0
#: A row of the members' picture, its head and axis, where the columns stand.
ROW, HEAD, FOOT = 6.2, 6.0, 6.5
NAMES, PLOT, COLUMNS = 40.0, (42.0, 66.0), (128.0, 141.0, 147.0)
#: Most rows that are drawn, and the longest end of the scale as a multiple of the goal.
MOST, WIDEST = 40, 2.5
EMPTY_HEIGHT = 10.0
_GAP = 4.2
#: Colour of each word for a pace.
TONES = {"reached": "accent", "ahead": "accent", "behind": "vermilion"}


def tone(verdict: str, philosophy: str) -> str:
    """Return the colour's name of a verdict: only a floor is missed, a stretch goal never."""
    if verdict == "missed":
        return "vermilion" if philosophy == "C minimum" else "slate"
    found = TONES.get(verdict, "slate")
    return "slate" if found == "vermilion" and philosophy == "A" else found


@draws(ExpectationsResult, "path", height=lambda result: 62.0 if len(result.path) else EMPTY_HEIGHT)
def path(result: ExpectationsResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the total so far, what is to come with its 80 and 95 % bands, the goal and the even pace."""
    c, words, rows = colours(), sheet.words, result.path
    if rows.empty:
        sheet.text(0, 6, words.t("goals.page.path_empty"), color=c.muted)
        return rows
    lead, span = result.lead, result.period
    width, height = sheet.width - LEFT - RIGHT, sheet.height - TOP - BOTTOM
    axes = sheet.axes(LEFT, TOP, width, height)
    goal = float(lead["target_whole"])
    known, ahead = rows.dropna(subset=["value"]), rows.dropna(subset=["estimate"])
    top = np.nanmax([goal, rows["value"].max(), rows["high_95"].max(), 1e-9]) * 1.06
    axes.set(xlim=(0, span.days), ylim=(0, top))
    at = lambda days: [(d - span.start).days + 1 for d in days]  # noqa: E731
    for name, colour in (("95", c.fan95), ("80", c.fan80)):
        axes.fill_between(
            at(ahead["day_on"]), ahead[f"low_{name}"], ahead[f"high_{name}"], color=colour, lw=0
        )
    if len(ahead):
        axes.plot(at(ahead["day_on"]), ahead["estimate"], color=c.accent, lw=1.25, ls=(0, (3, 2)))
    if goal > 0:
        axes.plot([0, span.days], [goal, goal], color=c.ink, lw=0.9)
        even = rows.drop_duplicates("day_on")
        share = even["days"] / max(float(even["days"].max()), 1)
        if float(even["days"].max()) > 0 and even["day_on"].iloc[-1] == span.last_day:
            axes.plot([0, *at(even["day_on"])], [0, *(share * goal)], color=c.slate, lw=0.7, ls=(0, (1, 1.5)))
    axes.plot([0, *at(known["day_on"])], [0, *known["value"]], color=c.accent, lw=2)
    if len(known) and len(ahead):
        today = at(known["day_on"])[-1]
        axes.axvline(today, color=c.slate, lw=0.6, ls=(0, (1, 1.5)))
        axes.plot([today], [known["value"].iloc[-1]], "o", color=c.accent, ms=4)
    _ticks(axes, sheet, result, top)
    _labels(sheet, result, top)
    return rows


def _ticks(axes: Axes, sheet: Sheet, result: ExpectationsResult, top: float) -> None:
    words, span = sheet.words, result.period
    axes.locator_params(axis="y", nbins=4, steps=[1, 2, 2.5, 5, 10])
    ticks = [t for t in axes.get_yticks() if 0 <= t <= top]
    if result.lead["unit"] == "money":
        divisor, unit = words.money_unit(ticks[-1])
        spare = 0 if all(abs(t / divisor - round(t / divisor)) < 1e-9 for t in ticks) else 1
        labels = [words.number(t / divisor, spare) for t in ticks]
        sheet.text(0, TOP - 1.0, unit, color=colours().muted, fontsize=7.5)
    else:
        labels = [words.number(t) for t in ticks]
    axes.set_yticks(ticks, labels)
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    marks = _marks(span)
    axes.set_xticks([(d - span.start).days for d in marks], [_day(d, span, sheet) for d in marks])


def _marks(span: Period) -> list[date]:
    """Return the days named below the axis: firsts of months, or Mondays of a short period."""
    days = [span.start + timedelta(days=i) for i in range(span.days)]
    if span.days > 45:
        found = [d for d in days if d.day == 1]
        return found[:: -(-len(found) // 6)]
    return [d for d in days if d.weekday() == 0] or days[:1]


def _day(day: date, span: Period, sheet: Sheet) -> str:
    return sheet.words.month(day) if span.days > 45 else sheet.words.date(day).rsplit("\u00a0", 1)[0]


def _labels(sheet: Sheet, result: ExpectationsResult, top: float) -> None:
    """Name the goal and the expected end at the right, a line apart."""
    c, words, lead = colours(), sheet.words, result.lead
    height, x = sheet.height - TOP - BOTTOM, sheet.width - RIGHT + 2.5
    rows: list[tuple[float, list[tuple[str, str, int]]]] = []
    if lead["target_whole"] > 0:
        goal = words.t("goals.page.goal_label", goal=words.value(lead["target_whole"], lead["unit"]))
        rows.append((float(lead["target_whole"]), [(goal, c.ink, 600)]))
    end, text = float(lead["estimate"]), words.value(lead["estimate"], lead["unit"])
    if result.state == "over":
        rows.append((float(lead["so_far"]), [(words.t("goals.page.end_label", value=text), c.accent, 600)]))
    elif np.isfinite(end):
        found = [(words.t("goals.page.expected_label", value=text), c.accent, 600)]
        ends = words.interval(lead["conf_low"], lead["conf_high"], lead["unit"])
        found.append((words.t("goals.page.ends_label", interval=ends), c.muted, 400))
        if np.isfinite(lead["chance"]):
            chance = chance_of(words, lead["chance"])
            found.append((words.t("goals.page.chance_label", chance=chance), c.muted, 400))
        rows.append((end, found))
    rows.sort(key=lambda row: -row[0])
    used = 0.0
    lowest = TOP + height - sum(len(lines) for _, lines in rows) * _GAP + 3.0
    for value, lines in rows:
        y = max(min(TOP + height * (1 - value / top) + 1.0, max(lowest, used)), used, TOP + 2.0)
        for line, colour, weight in lines:
            sheet.text(x, y, line, color=colour, fontsize=8.5 if weight == 600 else 8, weight=weight)
            y += _GAP
        used, lowest = y, lowest + len(lines) * _GAP


def _members_height(result: PacingResult) -> float:
    rows = _shown(result)
    return HEAD + ROW * len(rows) + FOOT if len(rows) else EMPTY_HEIGHT


def _shown(result: PacingResult) -> pd.DataFrame:
    """Return the rows with a goal: teams first, then reps, the lowest chance first."""
    rows = result.table[(result.table["target_whole"] > 0) & (result.table["scope"] != "organisation")]
    share = (rows["estimate"] if result.state != "over" else rows["so_far"]) / rows["target_whole"]
    order = rows.assign(place=(rows["scope"] == "rep").astype(int), share=share)
    return order.sort_values(["place", "share"], kind="stable").head(MOST).reset_index(drop=True)


@draws(PacingResult, "ends", height=_members_height)
def ends(result: PacingResult, sheet: Sheet) -> pd.DataFrame:
    """Draw one row a team and rep: so far, expected end with its interval, against the goal."""
    c, words, rows = colours(), sheet.words, _shown(result)
    if rows.empty:
        sheet.text(0, 6, words.t("goals.page.members_empty"), color=c.muted)
        return rows
    is_over = result.state == "over"
    parts = ["so_far"] if is_over else ["so_far", "estimate", "conf_low", "conf_high"]
    shares = rows[parts].div(rows["target_whole"], axis=0)
    top = float(np.clip(np.nanmax(shares.to_numpy()), 1.25, WIDEST))
    axes = sheet.axes(PLOT[0], HEAD, PLOT[1], ROW * len(rows))
    axes.set(xlim=(0, top), ylim=(len(rows) - 0.5, -0.5), yticks=[])
    ticks = [t for t in (0, 0.5, 1, 1.5, 2, 2.5) if t <= top]
    axes.set_xticks(ticks, [words.percent(t, 0) if t == ticks[-1] else words.number(t * 100) for t in ticks])
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    axes.axvline(1, color=c.ink, lw=0.9)
    _heads(sheet, is_over)
    for i, (row, share) in enumerate(zip(rows.itertuples(), shares.itertuples())):
        _member(axes, i, row, share, top, is_over)
        _texts(sheet, i, row, is_over)
        if i and row.scope == "rep" and rows["scope"].iloc[i - 1] == "team":
            sheet.line(0, HEAD + ROW * i, sheet.width, HEAD + ROW * i, color=c.hair)
    return rows.drop(columns=["place"]).rename(columns={"share": "estimate_share"})


def _heads(sheet: Sheet, is_over: bool) -> None:
    muted = {"color": colours().muted, "fontsize": 7.5}
    words, y = sheet.words, HEAD - 2.5
    last = "end_head" if is_over else "expected_head"
    sheet.text(COLUMNS[0], y, words.t(f"goals.page.{last}"), ha="right", **muted)
    if not is_over:
        sheet.text(COLUMNS[1], y, words.t("goals.page.chance_head"), ha="right", **muted)
    sheet.text(COLUMNS[2], y, words.t("goals.page.verdict_head"), **muted)


def _member(axes: Axes, i: int, row: object, share: object, top: float, is_over: bool) -> None:
    c = colours()
    colour = getattr(c, tone(row.verdict, row.philosophy))
    bar = {"reached": c.accent, "missed": colour}.get(row.verdict, c.grey_fill) if is_over else c.grey_fill
    axes.barh(i, min(share.so_far, top), height=0.42, color=bar, lw=0)
    if is_over or not np.isfinite(share.estimate):
        return
    high = min(share.conf_high, top)
    axes.plot([min(share.conf_low, top), high], [i, i], color=colour, lw=1.4)
    if share.conf_high > top:
        axes.plot([top], [i], ">", color=colour, ms=3.5, clip_on=False)
    is_sure = row.verdict in ("ahead", "behind", "reached")
    face = colour if is_sure else c.paper
    axes.plot([min(share.estimate, top)], [i], "o", ms=4.4, mfc=face, mec=colour, mew=1.1, clip_on=False)


def _texts(sheet: Sheet, i: int, row: object, is_over: bool) -> None:
    c, words = colours(), sheet.words
    y = HEAD + ROW * (i + 0.5) + 1.1
    is_team = row.scope == "team"
    name = str(row.scope_id if is_team else row.name)
    sheet.text(0, y, _short(name), fontsize=8.5, weight=600 if is_team else 400)
    value = row.so_far if is_over else row.estimate
    sheet.text(COLUMNS[0], y, words.value(value, row.unit), fontsize=8.5, ha="right")
    if not is_over:
        sheet.text(COLUMNS[1], y, _chance(row, words), fontsize=8.5, ha="right")
    told = tone(row.verdict, row.philosophy)
    style = {"color": getattr(c, told), "weight": 600} if told != "slate" else {"color": c.muted}
    sheet.text(COLUMNS[2], y, pace_label(words, row.verdict, row.reason, row.philosophy), **style)


def _chance(row: Any, words: Language) -> str:
    """Return the chance of what is still open."""
    return MISSING if row.verdict == "reached" else chance_of(words, row.chance)


def _short(name: str, most: int = 24) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
