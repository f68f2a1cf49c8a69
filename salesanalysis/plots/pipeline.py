"""What moved the pipeline: from what was open at the start to what is open at the end, step by step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ..core.i18n import Language
from ..pipeline import MovementResult, PipelineOverviewResult
from ..pipeline.movement import END, START
from . import draws
from .sheet import Sheet
from .theme import colours

# Millimetres: names of the steps, the columns of numbers, space between two panels.
NAMES, COUNT, VALUE, GAP = 38.0, 13.0, 21.0, 8.0
HEAD, FOOT = 5.0, 1.5
#: Height of all rows, and the least and the most of one: few rows stand wider apart, and fill a page better.
ROWS, ROW, MOST = 54.0, 6.0, 9.0
#: So few rows, of a client whose CRM tells little, are as high as this.
FEW, TALL = 6, 13.0
_BAR = 0.56
#: Steps that are shown even when nothing happened; the others only where something did.
ALWAYS = (START, "created", "lost", "won", END)
_TONES = {START: "accent", END: "accent", "won": "accent_mid", "lost": "vermilion"}


def shown(result: MovementResult) -> pd.DataFrame:
    """Return the steps worth a row, with the running level: ``step, n, change, value, start, end``."""
    table = result.table
    table = table[table["step"].isin(ALWAYS) | (table["n"] > 0)].reset_index(drop=True)
    size = table["change"].astype("float64") if table["value"].isna().all() else table["value"]
    is_level = table["step"].isin([START, END])
    end = size.where(~is_level, 0.0).cumsum() + float(size.iloc[0])
    end = end.where(~is_level, size)
    return table.assign(start=(end - size).where(~is_level, 0.0), end=end)


def _row(count: int) -> float:
    return TALL if count <= FEW else min(max(ROWS / count, ROW), MOST)


def _height(count: int) -> float:
    return HEAD + _row(count) * count + FOOT


@draws(MovementResult, "steps", height=lambda result: _height(len(shown(result))))
def steps(result: MovementResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the pipeline's movement of one group as a waterfall, one step a row."""
    rows = shown(result) if not result.by else shown(_whole(result))
    return _panel(sheet, rows, 0.0, sheet.width, list(rows["step"]))


def _whole(result: MovementResult) -> MovementResult:
    sums = result.table.groupby("step", sort=False)[["n", "change", "value"]].sum().reset_index()
    return replace(result, table=sums, by=())


def _both(result: PipelineOverviewResult) -> list[str]:
    """Return the steps of both pipelines, in order."""
    first, second = (shown(part)["step"] for part in (result.movement_open, result.movement))
    order = [*result.movement.table["step"], *result.movement_open.table["step"]]
    return [s for s in dict.fromkeys([*order[:-1], order[-1]]) if s in {*first, *second}]


@draws(PipelineOverviewResult, "movement", width=269, height=lambda result: _height(len(_both(result))) + 4.5)
def movement(result: PipelineOverviewResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the movement of all that is open beside that of what is due, on the same rows."""
    words, steps_ = sheet.words, _both(result)
    parts = [("open", result.movement_open)]
    if result.movement.due_on is not None:
        parts.append(("due", result.movement))
    width = (sheet.width - NAMES - GAP * (len(parts) - 1)) / len(parts)
    drawn = []
    for i, (kind, part) in enumerate(parts):
        left = i * (width + GAP) + (NAMES if i else 0.0)
        key = "pipeline.movement.all" if kind == "open" else "pipeline.movement.due"
        head = words.t(key, day=words.date(part.due_on))
        sheet.text(left if i else NAMES, 3.0, head, fontsize=8.5, weight=600)
        rows = _panel(sheet, shown(part), left, width + (0.0 if i else NAMES), steps_, names=i == 0, top=3.5)
        drawn.append(rows.assign(kind=kind))
    return pd.concat(drawn, ignore_index=True)


def _panel(
    sheet: Sheet,
    rows: pd.DataFrame,
    left: float,
    width: float,
    order: list[str],
    names: bool = True,
    top: float = 0.0,
) -> pd.DataFrame:
    """Draw one waterfall; `order` gives each step its row."""
    c, words = colours(), sheet.words
    begin = left + (NAMES if names else 0.0)
    has_value = bool(rows["value"].notna().any())
    last = VALUE if has_value else 0.0
    plot = width - (NAMES if names else 0.0) - COUNT - last
    reach = float(np.nanmax([*rows["start"], *rows["end"], 1e-9]))
    high = _row(len(order))
    axes = sheet.axes(begin, top + HEAD, plot, high * len(order))
    axes.set(xlim=(0, reach * 1.02), ylim=(len(order) - 0.5, -0.5))
    axes.set_axis_off()
    right = begin + plot + COUNT, begin + plot + COUNT + last
    levels = float(rows.loc[rows["step"].isin([START, END]), "value"].max()) if has_value else 1.0
    scale, unit = words.money_unit(max(levels, reach / 100)) if has_value else (1.0, "")
    style = {"color": c.muted, "fontsize": 7.5, "ha": "right"}
    sheet.text(right[0], top + HEAD - 2.2, words.t("pipeline.movement.count"), **style)
    if has_value:
        sheet.text(right[1], top + HEAD - 2.2, unit, **style)
    sheet.line(left, top + HEAD - 0.8, right[1], top + HEAD - 0.8, color=c.ink, linewidth=0.75)
    at = {step: i for i, step in enumerate(order)}
    for i, step in enumerate(order):
        y = top + HEAD + high * (i + 1)
        sheet.line(left, y, right[1], y, color=c.ink if i == len(order) - 1 else c.grid, linewidth=0.5)
        if names:
            _name(sheet, step, y - high / 2 + 0.9)
    # The step that starts where the one before ended, drawn as a thin line between the bars.
    places = [at[step] for step in rows["step"]]
    for place, following, level in zip(places, places[1:], rows["end"]):
        axes.plot([level, level], [place, following], color=c.slate, lw=0.5, zorder=1)
    for place, row in zip(places, rows.itertuples()):
        low, size = min(row.start, row.end), abs(row.end - row.start)
        axes.barh(place, size, left=low, height=_BAR, color=getattr(c, _tone(row)), lw=0, zorder=2)
        _numbers(sheet, row, right, top + HEAD + high * (place + 0.5) + 0.9, scale if has_value else 0.0)
    return rows


def _tone(row: object) -> str:
    return _TONES.get(row.step, "accent_mid" if row.end >= row.start else "grey_fill")


def _name(sheet: Sheet, step: str, y: float) -> None:
    weight = 600 if step in (START, END) else 400
    sheet.text(0, y, sheet.words.t(f"pipeline.step.{step}"), fontsize=8.5, weight=weight)


def _numbers(sheet: Sheet, row: object, right: tuple[float, float], y: float, scale: float) -> None:
    words, is_level = sheet.words, row.step in (START, END)
    style = {"fontsize": 8.5, "ha": "right", "weight": 600 if is_level else 400}
    # Of a change of value the number of opportunities is no more and no fewer: it stands without a sign.
    count = words.number(row.n) if is_level or not row.change else words.number(row.change, sign=True)
    sheet.text(right[0], y, count, **style, color=colours().muted if not row.change else colours().ink)
    if scale:
        decimals = _decimals(row, words, scale)
        sheet.text(right[1], y, words.number(row.value / scale, decimals, sign=not is_level), **style)


def _decimals(row: object, words: Language, scale: float) -> int:
    """As many for all rows of a panel, so that the parts add up."""
    return 2 if scale >= 1e9 else 1 if scale >= 1e6 else 0
