"""The pipeline report's look back: coverage in earlier periods, recorded reasons of losses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.i18n import MISSING, Language
from ..pipeline import PipelineOverviewResult
from .blocks import Block, Cell, Column, Mark, Table
from .markup import escape
from .page_pipeline import ratio
from .pages import body

#: Most reasons that the page shows.
REASONS = 8
_MARKS = {"more": "below", "fewer": "met", "cannot_tell": "open"}


@body(PipelineOverviewResult, "quota", keep=True)
def quota(result: PipelineOverviewResult) -> tuple[Block, ...]:
    """Return what earlier periods had open at the same point and won of it, and how it stands now."""
    words, found = result.client.words, result.coverage
    now, past = found.company, found.past
    scale, unit = words.money_unit(float(np.nanmax([*past["open_value"], now["open_value"]])))
    right = {"align": "right"}
    columns = (
        Column(words.t("pipeline.quota.period"), width_mm=44),
        Column(words.t("pipeline.quota.open", unit=unit), **right),
        Column(words.t("pipeline.quota.won", unit=unit), **right),
        Column(words.t("pipeline.quota.share"), **right),
        Column(words.t("pipeline.quota.booked", unit=unit), **right),
        Column(words.t("pipeline.quota.needed"), **right),
        Column(words.t("pipeline.quota.missing", unit=unit), **right),
        Column(words.t("pipeline.quota.coverage"), **right),
        Column(words.t("pipeline.quota.attainment"), **right),
    )
    decimals = 2 if scale >= 1e9 else 0
    last = {
        "period": found.period.label,
        "open_value": now["open_value"],
        "missing_value": now["missing_value"],
        "coverage": now["coverage"],
    }
    rows = []
    for row in [*past.to_dict("records"), last]:
        values = {name: row.get(name, np.nan) for name in (*past.columns, "coverage")}
        needed = values["open_value"] / values["booked_value"]
        rows.append(
            (
                words.period(found.period.parse(row["period"], fiscal_start=found.period.fiscal_start)),
                words.number(values["open_value"] / scale, decimals),
                words.number(values["won_value"] / scale, decimals),
                words.percent(values["share"], 0),
                words.number(values["booked_value"] / scale, decimals),
                ratio(needed, words),
                words.number(values["missing_value"] / scale, decimals),
                ratio(values["coverage"], words),
                words.percent(values["attainment"], 0),
            )
        )
    return (Table(columns=columns, rows=tuple(rows), total=True),)


@body(PipelineOverviewResult, "reasons", keep=True)
def reasons(result: PipelineOverviewResult) -> tuple[Block, ...]:
    """Return the reasons recorded: shares by count and value, the stage, the change."""
    words, found = result.client.words, result.reasons
    right = {"align": "right"}
    columns = (
        Column(words.t("pipeline.reasons.reason"), width_mm=58),
        Column(words.t("pipeline.reasons.n"), **right),
        Column(words.t("pipeline.reasons.share"), **right),
        Column(words.t("pipeline.reasons.interval"), **right),
        Column(words.t("pipeline.reasons.value"), **right),
        Column(words.t("pipeline.reasons.interval"), **right),
        Column(words.t("pipeline.reasons.stage"), width_mm=44),
        Column(words.t("pipeline.reasons.before"), **right),
        Column(words.t("pipeline.reasons.difference"), **right),
        Column(words.t("pipeline.reasons.verdict"), width_mm=36),
    )
    rows = tuple(_reason_row(row, result, words) for _, row in found.table.head(REASONS).iterrows())
    return (Table(columns=columns, rows=rows),) if rows else ()


def _reason_row(row: pd.Series, result: PipelineOverviewResult, words: Language) -> tuple[Any, ...]:
    stages = result.reasons.stages
    stages = stages[(stages["reason"] == row["reason"]) & (stages["stage"] != "")]
    where = MISSING
    if len(stages):
        most = stages.loc[stages["n"].idxmax()]
        share = words.percent(most["n"] / row["n"], 0)
        where = words.t("pipeline.reasons.stage_of", stage=escape(str(most["stage"])), share=share)
    change = words.span(
        *(words.number(row[f"difference_{end}"] * 100, 1, sign=True) for end in ("low", "high"))
    )
    return (
        escape(row["reason"]) or words.t("pipeline.reasons.none"),
        words.number(row["n"]),
        f"**{words.percent(row['estimate'])}**",
        Cell(words.interval(row["conf_low"], row["conf_high"], "share"), "muted"),
        words.percent(row["share"]),
        Cell(words.interval(row["share_low"], row["share_high"], "share"), "muted"),
        Cell(where, "muted"),
        words.percent(row["reference"]),
        change if np.isfinite(row["difference_low"]) else MISSING,
        Mark(_MARKS[row["verdict"]], words.t(f"pipeline.reasons.{row['verdict']}")),
    )
