"""Closed opportunities: what goes with a high win rate, what only looks so, markets, ends of quarters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.i18n import MISSING, Language
from ..core.period import Period
from ..performance import PerformanceResult
from ..plots import drawing
from ..plots.cells import interval_axis, interval_cell, interval_scale
from ..prose import explain
from ..prose.performance_parts import simpson_text
from ..prose.performance_pieces import cell
from .blocks import Block, Cell, Column, Figure, Graphic, Mark, Table, Text
from .group_page import group_page
from .pages import Description, body, head, silent

#: Rows of the joint table.
TOGETHER = 14
_MARKS = {"higher": "met", "lower": "below"}
_DRAWN = {"higher": "linked", "lower": "linked_negative"}
_LOW = ("little_worked", "wins_less", "both", "unexplained")


@head(PerformanceResult, "performance")
def describe(result: PerformanceResult, crm: Crm) -> Description:
    """Return whose opportunities they are."""
    words = crm.client.words
    return group_page(
        result,
        crm,
        words.t("performance.all"),
        (words.t("performance.field_closed"), words.number(result.n)),
        (words.t("performance.field_won"), words.number(result.wins)),
        label=words.t("performance.field_whose"),
        landscape=False,
    )


@silent(PerformanceResult)
def nothing_there(result: PerformanceResult, kind: str) -> bool:
    """Leave out a section without rows."""
    frames = {
        "together": result.adjusted,
        "simpson": result.table,
        "market": result.markets,
        "quarter": result.quarters,
        "accounts": result.accounts,
        "reasons": result.reasons,
        "cells": result.table,
    }
    if kind == "start":
        return result.start.verdict != "truncated"
    return kind in frames and frames[kind].empty


@body(PerformanceResult, "together", keep=True)
def together(result: PerformanceResult) -> tuple[Block, ...]:
    """Return differences as counted and held against all other dimensions."""
    words = result.client.words
    known = result.adjusted[result.adjusted["estimate"].notna()]
    sure = known["verdict"].isin(["higher", "lower"]).to_numpy()
    rows = known.iloc[np.lexsort((known["p_value"].to_numpy(float), ~sure))].head(TOGETHER)
    if rows.empty:
        return (Text(paragraphs=(words.t("performance.together.cannot"),), muted=True),)
    scale = interval_scale(rows["conf_low"], rows["conf_high"])
    columns = (
        Column(words.t("performance.col_dim"), width_mm=18),
        Column(words.t("performance.col_cell"), width_mm=30),
        Column(words.t("performance.col_what"), width_mm=30),
        Column(words.t("performance.col_cases"), align="right", width_mm=12),
        Column(words.t("performance.col_raw"), align="right", width_mm=17),
        Column(words.t("performance.col_adjusted"), align="right", width_mm=17),
        Column(words.t("performance.col_interval"), width_mm=50, head_svg=interval_axis(scale, words=words)),
    )
    shown = []
    for row in rows.itertuples():
        kind = (
            row.verdict
            if row.outcome == "win"
            else {"higher": "lower", "lower": "higher"}.get(row.verdict, "")
        )
        drawn = interval_cell(
            row.conf_low, row.estimate, row.conf_high, scale=scale, verdict=_DRAWN.get(kind, "undecided")
        )
        certain = row.verdict in _MARKS
        key = "verdict" if row.outcome == "win" else "cycle"
        shown.append(
            (
                words.t(f"performance.dim.{row.term}"),
                Cell(cell(row.group, words), strong=certain),
                words.t(f"performance.outcome.{row.outcome}"),
                words.number(row.n),
                Cell(_gap(row.raw, row.outcome, words), "muted"),
                Cell(
                    _gap(row.estimate, row.outcome, words),
                    {"higher": "accent", "lower": "vermilion"}.get(kind, "ink"),
                    strong=certain,
                    under=_judged(result, key, row.verdict) if certain else "",
                ),
                Graphic(drawn, flush=True),
            )
        )
    return (Table(columns=columns, rows=tuple(shown)),)


def _gap(value: float, outcome: str, words: Language) -> str:
    """Write a difference of win rates in points, one of days in percent of them."""
    if outcome != "win":
        return words.percent(value, sign=True)
    return words.t("performance.points", number=words.number(value * 100, 1, sign=True))


def _judged(result: PerformanceResult, key: str, verdict: str) -> str:
    words = result.client.words
    if key == "verdict":
        return words.t(f"performance.verdict.{verdict}")
    return words.t(f"performance.cycle.{verdict}")


@body(PerformanceResult, "simpson", keep=True)
def simpson(result: PerformanceResult) -> tuple[Block, ...]:
    """Return the picture of an order that turns, and what it says."""
    text = Text(paragraphs=simpson_text(result))
    if result.reversals.empty:
        return (text,)
    picture = drawing(result, "simpson")
    figure = Figure(
        svg=picture.svg,
        alt=explain(result, "alt", kind="simpson"),
        width_mm=picture.width_mm,
        height_mm=picture.height_mm,
    )
    return figure, text


@body(PerformanceResult, "market")
def market(result: PerformanceResult) -> tuple[Block, ...]:
    """Return markets and segments with what would tell an empty one from an untapped one."""
    words = result.client.words
    has_touches = result.markets["touches"].notna().any()
    labels = [
        ("market", "left", 30), ("accounts", "right", 15), ("bought", "right", 19), ("worked", "right", 19),
        *([("touches", "right", 19)] if has_touches else []),
        ("rate", "right", 19), ("each", "right", 20), ("reps", "right", 10), ("verdict", "left", None),
    ]  # fmt: skip
    columns = tuple(
        Column(words.t(f"performance.col_{name}"), align=align, width_mm=width)
        for name, align, width in labels
    )
    rows = []
    for row in result.markets.itertuples():
        low = row.verdict in _LOW
        shares = [share_cell(getattr(row, c), getattr(row, f"{c}_low"), getattr(row, f"{c}_high"), result)
                  for c in ("bought", "worked", "rate")]  # fmt: skip
        touches = Cell(
            words.number(row.touches, 1),
            under=words.span(words.number(row.touches_low, 1), words.number(row.touches_high, 1)),
        )
        rows.append(
            (
                Cell(cell(row.group, words), strong=low, under=words.t(f"performance.dim.{row.term}")),
                words.number(row.n),
                shares[0],
                shares[1],
                *([touches] if has_touches else []),
                shares[2],
                words.money(row.value_each),
                words.number(row.reps),
                Mark("below" if low else "open", words.t(f"performance.market.mark.{row.verdict}")),
            )
        )
    return (Table(columns=columns, rows=tuple(rows)),)


def share_cell(value: float, low: float, high: float, result: PerformanceResult) -> Cell | str:
    """Return a share with its interval below it."""
    words = result.client.words
    if pd.isna(value):
        return MISSING
    return Cell(words.percent(value), under=words.interval(low, high, "share"))


@body(PerformanceResult, "quarter", keep=True)
def quarter(result: PerformanceResult) -> tuple[Block, ...]:
    """Return wins of the last two weeks of each quarter, and how often was won then and before."""
    words = result.client.words
    columns = (
        Column(words.t("performance.col_period"), width_mm=26),
        Column(words.t("performance.col_wins"), align="right", width_mm=15),
        Column(words.t("performance.col_late"), align="right", width_mm=25),
        Column(words.t("performance.col_expected"), align="right", width_mm=16),
        Column(words.t("performance.col_rate_late"), align="right", width_mm=23),
        Column(words.t("performance.col_rate_before"), align="right", width_mm=18),
        Column(words.t("performance.col_size_late"), align="right", width_mm=32),
        Column(words.t("performance.col_verdict")),
    )
    periods = {p.label: p for p in _periods(result)}
    rows = []
    for row in result.quarters.itertuples():
        whole = not row.period
        name = words.t("performance.quarter.all") if whole else words.period(periods[row.period])
        sizes = f"{words.money(row.size_late)} · {words.money(row.size_before)}"
        mark = {"late": "below", "early": "below"}.get(row.verdict, "open")
        rows.append(
            (
                Cell(name, strong=whole),
                words.number(row.n),
                share_cell(row.share, row.conf_low, row.conf_high, result),
                words.percent(row.expected),
                words.percent(row.rate_late),
                words.percent(row.rate_before),
                Cell(sizes if not pd.isna(row.size_before) else MISSING, "muted"),
                Mark(mark, words.t(f"performance.quarter.{row.verdict}")),
            )
        )
    return (Table(columns=columns, rows=tuple(rows), total=True),)


def _periods(result: PerformanceResult) -> list[Any]:
    start = result.client.fiscal_year_start
    return [Period.parse(label, fiscal_start=start) for label in result.quarters["period"] if label]
