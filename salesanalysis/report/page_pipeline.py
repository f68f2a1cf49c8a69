"""The pipeline report: its head, the key figures and one row a rep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.i18n import MISSING, Language
from ..pipeline import PipelineOverviewResult
from ..prose.pipeline import at_risk, cover, span, times
from .blocks import Block, Cell, Column, Table, Tile, Tiles
from .group_page import group_page
from .markup import escape
from .pages import Description, body, head, silent

#: Most reps that a page shows.
REPS = 33
_SIGNS = {"above": "▲\u00a0", "below": "▼\u00a0"}


@head(PipelineOverviewResult, "pipeline")
def describe(result: PipelineOverviewResult, crm: Crm) -> Description:
    """Return whose pipeline it is."""
    words = crm.client.words
    return group_page(
        result,
        crm,
        words.t("pipeline.all_teams"),
        (words.t("pipeline.field.reps"), words.number(len(result.table))),
        (words.t("pipeline.field.open"), words.number(result.n)),
        label=words.t("pipeline.field.scope"),
    )


@silent(PipelineOverviewResult)
def nothing_there(result: PipelineOverviewResult, kind: str) -> bool:
    """Leave out what the data cannot fill."""
    if kind == "reasons":
        return result.reasons is None or result.reasons.table.empty
    if kind == "quota":
        return result.coverage.past.empty
    if kind == "risks":
        return result.n == 0
    return kind == "reps" and result.table.empty


@body(PipelineOverviewResult, "figures")
def figures(result: PipelineOverviewResult) -> tuple[Block, ...]:
    """Return the six key figures."""
    return (Tiles(tiles=tuple(_tiles(result))),)


def _tiles(result: PipelineOverviewResult) -> list[Tile]:
    words, total, row = result.client.words, result.total, cover(result)
    n, share = words.number(result.n), words.percent(at_risk(result), 0)
    has_value = bool(total["open_value"] > 0)
    flagged = words.number(total["flagged"])
    return [
        Tile(
            label=words.t("pipeline.tile.open"),
            value=words.money(total["open_value"]) if has_value else n,
            note=words.t("pipeline.tile.open_note", n=n) if has_value else words.t("pipeline.tile.no_value"),
        ),
        _expected_tile(total, words),
        Tile(
            label=words.t("pipeline.tile.risk"),
            value=words.money(total["value_flagged"]) if has_value else flagged,
            note=words.t("pipeline.tile.risk_note", n=flagged, share=share),
        ),
        _coverage_tile(result, row, words),
        Tile(
            label=words.t("pipeline.tile.win_rate"),
            value=words.percent(total["estimate"]),
            note=words.t(
                "pipeline.tile.win_rate_note",
                interval=words.interval(total["conf_low"], total["conf_high"], "share"),
                wins=words.number(total["wins"]),
                base=words.number(total["base"]),
            ),
        ),
        Tile(
            label=words.t("pipeline.tile.cycle"),
            value=words.t("pipeline.tile.cycle_value", days=words.number(total["cycle"]))
            if np.isfinite(total["cycle"])
            else MISSING,
            note=words.t("pipeline.tile.cycle_note", wins=words.number(total["wins"])),
        ),
    ]


def _expected_tile(total: pd.Series, words: Language) -> Tile:
    """Return what is expected of the open pipeline; where most has no value, the mean value of a win."""
    if not np.isfinite(total["expected_value"]):
        note = words.t("pipeline.tile.deal_note", wins=words.number(total["wins"]))
        return Tile(label=words.t("pipeline.tile.deal"), value=words.money(total["deal_size"]), note=note)
    share = words.percent(total["expected_value"] / total["open_value"], 0)
    return Tile(
        label=words.t("pipeline.tile.expected"),
        value=words.money(total["expected_value"]),
        note=words.t("pipeline.tile.expected_note", share=share),
    )


def _coverage_tile(result: PipelineOverviewResult, row: pd.Series | None, words: Language) -> Tile:
    label, period = words.t("pipeline.tile.coverage"), words.period(result.coverage.period)
    if row is None or not np.isfinite(row["coverage"]):
        return Tile(label=label, value=MISSING, note=words.t("pipeline.tile.coverage_none", period=period))
    note = period
    if np.isfinite(row["needed"]):
        note = words.t(
            "pipeline.tile.coverage_note", y=times(row["needed"], words), range=span(result, words)
        )
    return Tile(label=label, value=words.t("pipeline.times", value=times(row["coverage"], words)), note=note)


@dataclass(frozen=True)
class _Shape:
    """Which columns the table of reps has, and in which units."""

    scale: float
    deal: float
    valued: list[str]
    has_cover: bool
    has_value: bool
    has_pushes: bool


@body(PipelineOverviewResult, "reps", new_page=True)
def reps(result: PipelineOverviewResult) -> tuple[Block, ...]:
    """Return one row a rep and one for all."""
    words, table = result.client.words, result.table
    scale, unit = words.money_unit(float(np.nanmax([*table["open_value"], 1.0])))
    deal = words.money_unit(float(np.nanmax([*table["deal_size"], 1.0])))
    valued = [name for name in ("expected", "weighted") if table[f"{name}_value"].notna().any()]
    has_cover = bool(table["coverage"].notna().any())
    has_value, has_pushes = (bool(table[c].notna().any()) for c in ("open_value", "pushed"))
    right = {"align": "right"}
    columns = [
        Column(words.t("pipeline.reps.rep"), width_mm=38, one_line=True),
        Column(words.t("pipeline.reps.team"), width_mm=24, one_line=True),
        Column(words.t("pipeline.reps.open"), **right),
        *([Column(words.t("pipeline.reps.open_value", unit=unit), **right)] if has_value else []),
        *(Column(words.t(f"pipeline.reps.{name}", unit=unit), **right) for name in valued),
        *([Column(words.t("pipeline.reps.coverage"), **right)] if has_cover else []),
        Column(words.t("pipeline.reps.rate"), **right),
        Column(words.t("pipeline.reps.interval"), **right),
        Column(words.t("pipeline.reps.won"), **right),
        Column(words.t("pipeline.reps.cycle"), **right),
        Column(words.t("pipeline.reps.median"), **right),
        Column(words.t("pipeline.reps.deal", unit=deal[1]), **right),
        *([Column(words.t("pipeline.reps.pushed"), **right)] if has_pushes else []),
        Column(words.t("pipeline.reps.flagged"), **right),
        *([Column(words.t("pipeline.reps.value_flagged", unit=unit), **right)] if has_value else []),
    ]
    shape = _Shape(scale, deal[0], valued, has_cover, has_value, has_pushes)
    shown = table.head(REPS)
    rows = [_rep_row(row, words, shape) for _, row in shown.iterrows()]
    total = result.total.reindex([*table.columns, "verdict"]).to_dict()
    whole = total | {"name": words.t("pipeline.reps.total"), "team": "", "verdict": ""}
    rows.append(_rep_row(pd.Series(whole), words, shape))
    more = len(table) - len(shown)
    note = words.t("pipeline.reps.more", count=more) if more else ()
    return (Table(columns=tuple(columns), rows=tuple(rows), note=note, total=True),)


def _rep_row(row: pd.Series, words: Language, shape: _Shape) -> tuple[Any, ...]:
    scale, decimals = shape.scale, 0 if shape.scale < 1e9 else 2
    has_closed = bool(row["base"] > 0)
    rate = _SIGNS.get(str(row["verdict"]), "") + words.percent(row["estimate"], 0) if has_closed else MISSING
    ends = _percents(row["conf_low"], row["conf_high"], words) if has_closed else MISSING
    won = words.t("pipeline.reps.won_of", wins=words.number(row["wins"]), base=words.number(row["base"]))
    return (
        escape(said(row["name"])),
        Cell(escape(said(row["team"])), "muted"),
        words.number(row["n"]),
        *([words.number(row["open_value"] / scale, decimals)] if shape.has_value else []),
        *(words.number(row[f"{name}_value"] / scale, decimals) for name in shape.valued),
        *([ratio(row["coverage"], words)] if shape.has_cover else []),
        Cell(rate, strong=str(row["verdict"]) in _SIGNS),
        Cell(ends, "muted"),
        won if has_closed else MISSING,
        words.number(row["cycle"]),
        words.number(row["cycle_median"]),
        words.number(row["deal_size"] / shape.deal, 1 if shape.deal > 1 else 0),
        *([words.percent(row["pushed"], 0)] if shape.has_pushes else []),
        words.number(row["flagged"]),
        *([words.number(row["value_flagged"] / scale, decimals)] if shape.has_value else []),
    )


def ratio(value: float, words: Language) -> str:
    """Write how many times something covers something else; a dash where that is not known."""
    return words.t("pipeline.times", value=times(value, words)) if np.isfinite(value) else MISSING


def said(value: object) -> str:
    """Write a name; a dash where there is none."""
    return str(value) if isinstance(value, str) else MISSING


def _percents(low: float, high: float, words: Language) -> str:
    if not (np.isfinite(low) and np.isfinite(high)):
        return MISSING
    return words.span(words.number(low * 100), words.number(high * 100))
