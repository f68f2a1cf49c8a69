"""The state of the union: key figures, the year with its fan, reps in front, the largest opportunities."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.fonts import width
from ..core.i18n import MISSING, Language
from ..dashboard import UnionResult
from ..kpi import KPIS, Kpi
from ..plots.cells import attainment_bar, sparkline
from ..prose.union import times
from .block_html import tokens
from .blocks import Block, Cell, Column, Columns, Graphic, Mark, Table, Tile, Tiles
from .group_page import group_page
from .markup import escape
from .pages import Description, body, head, section

WIDTHS = (150, 11, 108)
#: Points that a tile's name may take.
_TILE = 105.0
#: Verdict against a reference -> the bar's colour, the glyph, and the word by what it is held against.
_GOOD = {
    True: ("met", "met", {"goal": "above", "year_ago": "better"}),
    False: ("below_floor", "below", {"goal": "below", "year_ago": "worse"}),
}
#: How the pipeline covers a quarter: bar, glyph.
_COVERED = {
    "enough": ("met", "met"),
    "reached": ("met", "met"),
    "near": ("", "open"),
    "short": ("below_floor", "below"),
    "cannot_tell": ("", "open"),
}


@head(UnionResult, "state_of_the_union")
def describe(result: UnionResult, crm: Crm) -> Description:
    """Return whose page it is."""
    return group_page(result, crm, crm.client.words.t("union.scope.all"))


@body(UnionResult, "figures")
def figures(result: UnionResult) -> tuple[Block, ...]:
    """Return the strip of key figures: the first, the others, how the pipeline covers the quarter ahead."""
    words = result.client.words
    found = [_tile(row, words) for _, row in result.table.iterrows() if np.isfinite(row["estimate"])]
    covered = result.covered
    if covered is not None and np.isfinite(covered["coverage"]):
        found.insert(min(3, len(found)), _coverage(result, covered, words))
    return (Tiles(tiles=tuple(found[:6])),) if found else ()


def _judged(row: pd.Series, words: Language) -> tuple[str, Mark | None]:
    """Return the colour of a figure's bar and its verdict; none where it is held against nothing."""
    contrast = row["contrast"]
    if not contrast:
        return "", None
    if row["verdict"] in ("higher", "lower"):
        is_good = (row["verdict"] == "higher") == (row["better"] == "higher")
        bar, glyph, said = _GOOD[is_good]
        return bar, Mark(glyph, words.t(f"union.tile.{said[contrast]}"))
    if row["verdict"] == "no_clear_difference":
        key = "union.tile.chance_goal" if contrast == "goal" else "union.tile.chance_year"
        return "", Mark("open", words.t(key))
    return "", Mark("open", words.t("union.tile.few" if row["is_too_few"] else "union.tile.open"))


def _tile(row: pd.Series, words: Language) -> Tile:
    unit, contrast = row["unit"], row["contrast"]
    bar, mark = _judged(row, words)
    reference, share = words.value(row["reference"], unit), words.percent(row["attainment"], 0)
    target = row["reference"] if contrast == "goal" and unit not in ("money", "count") else np.nan
    return Tile(
        label=_label(KPIS[row["kpi"]], words),
        value=measured(words, row["estimate"], unit),
        note=words.t(f"union.tile.{contrast or 'alone'}", reference=reference, share=share),
        trend_svg=sparkline(row["trend"], target=target, verdict=bar),
        bar_svg=attainment_bar(row["attainment_low"], row["attainment"], row["attainment_high"], verdict=bar)
        if contrast
        else "",
        mark=mark,
    )


def _label(kpi: Kpi, words: Language) -> str:
    """Return the KPI's name, or its short one where the name would wrap."""
    name = kpi.label(words)
    return name if width(name, tokens()["pt"]["table"], True) <= _TILE else kpi.label(words, "short")


def measured(words: Language, value: float, unit: str) -> str:
    """Write a value with its unit where the unit is no sign of its own."""
    text = words.value(value, unit)
    return words.t("union.days", number=text) if unit == "days" and np.isfinite(value) else text


def _coverage(result: UnionResult, row: pd.Series, words: Language) -> Tile:
    bar, glyph = _COVERED[row["verdict"]]
    needed = row["needed"]
    past = result.coverage.past["coverage"].tolist()[::-1]
    is_known = np.isfinite(needed)
    key = row["verdict"] if is_known else "open"
    return Tile(
        label=words.t("union.tile.coverage", quarter=words.period(result.coverage.period)),
        value=times(words, row["coverage"]),
        note=words.t("union.tile.past", reference=times(words, needed)) if is_known else "",
        trend_svg=sparkline([*past, row["coverage"]], target=needed, verdict=bar),
        bar_svg=attainment_bar(
            row["coverage"] / row["needed_high"],
            row["coverage"] / needed,
            row["coverage"] / row["needed_low"],
            verdict=bar,
        )
        if is_known
        else "",
        mark=Mark(
            glyph, words.t("union.tile.open" if key in ("open", "cannot_tell") else f"union.tile.{key}")
        ),
    )


@body(UnionResult, "charts")
def charts(result: UnionResult) -> tuple[Block, ...]:
    """Return the year beside the reps in front."""
    return (Columns(left=(section(result, "year"),), right=(section(result, "reps"),), widths=WIDTHS),)


@body(UnionResult, "notable")
def notable(result: UnionResult) -> tuple[Block, ...]:
    """Return the largest open opportunities beside the largest closed ones."""
    return (Columns(left=(section(result, "open"),), right=(section(result, "closed"),), widths=WIDTHS),)


@body(UnionResult, "open", keep=True)
def largest_open(result: UnionResult) -> tuple[Block, ...]:
    """Return one row per opportunity: whose, how much, where it stands, its chance, what to watch."""
    words, rows = result.client.words, result.open
    if rows.empty:
        return ()
    divisor, unit = words.money_unit(float(rows["amount"].max()))
    columns = (
        Column(words.t("union.col.account"), width_mm=38),
        Column(words.t("union.col.owner"), width_mm=27, one_line=True),
        Column(unit, align="right", width_mm=13),
        Column(words.t("union.col.stage"), width_mm=30),
        Column(words.t("union.col.chance"), align="right", width_mm=13),
        Column(words.t("union.col.watch")),
    )
    return (
        Table(
            columns=columns,
            rows=tuple(_open_row(row, divisor, words) for row in rows.itertuples()),
        ),
    )


def _open_row(row: Any, divisor: float, words: Language) -> tuple[Any, ...]:
    where = [escape(str(row.stage)) if _known(row.stage) else ""]
    days = row.stage_days if _known(row.stage_days) else row.age_days
    where.append(words.number(days) if _known(days) else "")
    said = words.t(f"union.watch.{row.rule}") if _known(row.rule) else MISSING
    return (
        escape(_called(row)),
        escape(str(row.name)) if _known(row.name) else MISSING,
        words.number(row.amount / divisor, 2) if _known(row.amount) else MISSING,
        " · ".join(filter(None, where)) or MISSING,
        words.number(row.estimate, 2) if _known(row.estimate) else MISSING,
        said,
    )


def _called(row: Any) -> str:
    """Return the account's name, else what the opportunity is called, else its identifier."""
    return str(next(v for v in (row.account, row.label, row.opportunity_id) if _known(v)))


def _known(value: object) -> bool:
    return value is not None and value == value and str(value) != ""


@body(UnionResult, "closed", keep=True)
def largest_closed(result: UnionResult) -> tuple[Block, ...]:
    """Return one row per opportunity: how much, won or lost, when, the reason or source on record."""
    words, rows = result.client.words, result.closed
    if rows.empty:
        return ()
    divisor, unit = words.money_unit(float(rows["amount"].max()))
    columns = (
        Column(words.t("union.col.account"), width_mm=40, one_line=True),
        Column(unit, align="right", width_mm=13),
        Column(words.t("union.col.result"), width_mm=16),
        Column(words.t("union.col.reason")),
    )
    return (
        Table(columns=columns, rows=tuple(_closed_row(row, divisor, words) for row in rows.itertuples())),
    )


def _closed_row(row: Any, divisor: float, words: Language) -> tuple[Any, ...]:
    is_won = row.outcome == "won"
    reason = row.source if is_won else row.lost_reason
    return (
        escape(_called(row)),
        words.number(row.amount / divisor, 2) if _known(row.amount) else MISSING,
        Mark("met" if is_won else "below", words.t("union.closed.won" if is_won else "union.closed.lost")),
        Cell(escape(str(reason)) if _known(reason) else MISSING, "muted"),
    )


@body(UnionResult, "details", keep=True)
def details(result: UnionResult) -> tuple[Block, ...]:
    """Return one row per key figure: value, interval, base, what it is held against, verdict, trend."""
    words = result.client.words
    known = result.table[np.isfinite(result.table["estimate"].astype(float))]
    if known.empty:
        return ()
    names = ("kpi", "estimate", "interval", "n", "against", "reference", "share", "trend", "verdict")
    right = {"estimate", "interval", "n", "reference", "share"}
    columns = tuple(Column(words.t(f"union.col.{n}"), align="right" if n in right else "left") for n in names)
    return (Table(columns=columns, rows=tuple(_detail(row, words) for _, row in known.iterrows())),)


def _detail(row: pd.Series, words: Language) -> tuple[Any, ...]:
    unit, contrast = row["unit"], row["contrast"]
    bar, mark = _judged(row, words)
    return (
        KPIS[row["kpi"]].label(words),
        f"**{measured(words, row['estimate'], unit)}**",
        Cell(words.interval(row["conf_low"], row["conf_high"], unit), "muted"),
        words.number(row["n"]),
        words.t(f"union.against.{contrast}") if contrast else MISSING,
        measured(words, row["reference"], unit) if contrast else MISSING,
        words.percent(row["attainment"], 0) if contrast else MISSING,
        Graphic(sparkline(row["trend"], verdict=bar)),
        mark or MISSING,
    )
