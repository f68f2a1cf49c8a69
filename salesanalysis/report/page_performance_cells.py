"""Closed opportunities in figures: how the data begins, largest accounts, reasons of losses, every cell."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..core.i18n import MISSING, Language
from ..performance import PerformanceResult
from ..prose.performance_parts import CELLS_SHOWN
from ..prose.performance_pieces import cell
from .blocks import Block, Cell, Column, Mark, Table, Text
from .markup import escape
from .page_performance import share_cell
from .pages import body

_MARKS = {"higher": "met", "lower": "below"}


@body(PerformanceResult, "start", keep=True)
def start(result: PerformanceResult) -> tuple[Block, ...]:
    """Return how the data begins and which figures that distorts."""
    words, begun = result.client.words, result.start
    first = {"created_on": words.date(begun.created_on), "closed_on": words.date(begun.closed_on)}
    safe = words.date(begun.safe_from)
    cycle = words.t(
        "performance.start.cycle",
        early=words.number(begun.cycle_early[0]),
        early_interval=words.interval(*begun.cycle_early[1:], "days"),
        later=words.number(begun.cycle_later[0]),
        later_interval=words.interval(*begun.cycle_later[1:], "days"),
    )
    items = (
        cycle,
        words.t("performance.start.rate", date=safe),
        words.t("performance.start.ramp"),
        words.t("performance.start.export", created_on=first["created_on"]),
    )
    text = words.t(
        "performance.start.text", n=words.number(begun.n), number=words.number(begun.expected), **first
    )
    return (Text(paragraphs=(text,), items=items),)


@body(PerformanceResult, "accounts", keep=True)
def accounts(result: PerformanceResult) -> tuple[Block, ...]:
    """Return the largest accounts by value won."""
    words, least = result.client.words, result.client.minimum_group
    rated = bool((result.accounts["n"] >= least).any())
    columns = (
        Column(words.t("performance.col_account"), width_mm=62, one_line=True),
        Column(words.t("performance.col_n"), align="right", width_mm=18),
        Column(words.t("performance.col_wins"), align="right", width_mm=18),
        *((Column(words.t("performance.col_rate"), align="right", width_mm=32),) if rated else ()),
        Column(words.t("performance.col_value"), align="right", width_mm=26),
        Column(words.t("performance.col_share"), align="right"),
    )
    rows = tuple(
        (
            cell(row.name, words),
            words.number(row.n),
            words.number(row.wins),
            *((_rate(row, least, words),) if rated else ()),
            words.money(row.won_value),
            words.percent(row.share),
        )
        for row in result.accounts.itertuples()
    )
    return (Table(columns=columns, rows=rows),)


def _rate(row: Any, least: int, words: Language) -> str:
    if row.n < least:
        return MISSING
    ends = words.interval(row.value_low, row.value_high, "share")
    return f"{words.percent(row.wins / row.n)} ({ends})"


@body(PerformanceResult, "reasons", keep=True)
def reasons(result: PerformanceResult) -> tuple[Block, ...]:
    """Return the reasons recorded for losses."""
    words = result.client.words
    columns = (
        Column(words.t("performance.col_reason"), width_mm=90),
        Column(words.t("performance.col_lost"), align="right", width_mm=26),
        Column(words.t("performance.col_share"), align="right", width_mm=26),
        Column(words.t("performance.col_interval"), align="right"),
    )
    rows = tuple(
        (
            escape(row.reason) or words.t("performance.reasons.none"),
            words.number(row.n),
            words.percent(row.estimate),
            Cell(words.interval(row.conf_low, row.conf_high, "share"), "muted"),
        )
        for row in result.reasons.head(CELLS_SHOWN).itertuples()
    )
    return (Table(columns=columns, rows=rows),)


@body(PerformanceResult, "cells")
def cells(result: PerformanceResult) -> tuple[Block, ...]:
    """Return one table with the cells of every dimension, a line with its verdict above each."""
    words = result.client.words
    columns = (
        Column(words.t("performance.col_cell"), width_mm=44),
        Column(words.t("performance.col_n"), align="right", width_mm=14),
        Column(words.t("performance.col_wins"), align="right", width_mm=14),
        Column(words.t("performance.col_rate"), align="right", width_mm=20),
        Column(words.t("performance.col_value"), align="right", width_mm=20),
        Column(words.t("performance.col_size"), align="right", width_mm=22),
        Column(words.t("performance.col_cycle"), align="right", width_mm=17),
        Column(words.t("performance.col_verdict")),
    )
    verdicts = result.dimensions.set_index("term")["verdict"]
    rows: list[tuple[Any, ...]] = []
    for term in result.by:
        dim = words.t(f"performance.dim.{term}").capitalize()
        told = words.t(f"performance.dimension.{verdicts[term]}")
        rows.append((f"**{dim}** · {told}", *[""] * (len(columns) - 1)))
        rows += [_row(row, result) for row in result.of(term).head(CELLS_SHOWN).itertuples()]
    return (Table(columns=columns, rows=tuple(rows)),)


def _row(row: Any, result: PerformanceResult) -> tuple[Any, ...]:
    words = result.client.words
    sure = row.verdict in _MARKS
    return (
        Cell(cell(row.group, words), strong=sure),
        words.number(row.n),
        words.number(row.wins) if not pd.isna(row.wins) else MISSING,
        share_cell(row.value, row.value_low, row.value_high, result),
        words.money(row.won_value) if not pd.isna(row.won_value) else MISSING,
        _with_ends(row.size, row.size_low, row.size_high, "money", result),
        _with_ends(row.cycle, row.cycle_low, row.cycle_high, "days", result),
        Mark(_MARKS.get(row.verdict, "open"), words.t(f"performance.verdict.{row.verdict}")),
    )


def _with_ends(value: float, low: float, high: float, unit: str, result: PerformanceResult) -> Cell | str:
    words = result.client.words
    if pd.isna(value):
        return MISSING
    return Cell(words.value(value, unit), under=words.interval(low, high, unit))
