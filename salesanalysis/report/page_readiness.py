"""The data readiness report: questions, KPIs, what was left out, fields with gaps."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..core.crm import Crm
from ..core.i18n import MISSING, Language
from ..readiness import ReadinessResult
from .blocks import Block, Cell, Column, Graphic, Mark, Table, Text
from .markup import escape
from .pages import Description, body, head

#: Fields shown: those with gaps, the emptiest first.
FIELDS_SHOWN = 30


@head(ReadinessResult, "data_readiness")
def describe(result: ReadinessResult, crm: Crm) -> Description:
    """Return whose export it is and which days it covers."""
    words = crm.client.words
    rows = words.number(result.n)
    return Description(
        fields=(
            (words.t("report.client"), escape(crm.client.name)),
            (words.t("report.rows_read"), rows),
            (words.t("report.period"), words.period(crm.span)),
            (words.t("report.as_of_label"), words.date(crm.as_of)),
        ),
        scope=words.t("report.scope_rows", rows=rows),
        edition=words.t("report.edition_consultant"),
        facts=(("period", crm.span.label),),
    )


@body(ReadinessResult, "questions", keep=True)
def questions(result: ReadinessResult) -> tuple[Block, ...]:
    """Return one row per question the reports answer."""
    words = result.client.words
    rows = [
        (f"**{words.t(f'assess.question.{r.term}')}**", _yes(r.verdict == "yes", words), _needs(r.missing))
        for r in result.table.itertuples()
    ]
    columns = (
        Column(words.t("assess.col_question"), width_mm=72),
        Column(words.t("assess.col_answer"), width_mm=32),
        Column(words.t("assess.col_export")),
    )
    return (Table(columns=columns, rows=tuple(rows)),)


@body(ReadinessResult, "kpis")
def kpis(result: ReadinessResult) -> tuple[Block, ...]:
    """Return one row per KPI; those that lack data first."""
    words = result.client.words
    table = result.coverage.table
    order = (table["verdict"] == "computable").astype(int)
    rows = [_kpi_row(row, words) for row in table.iloc[order.argsort(kind="stable")].itertuples()]
    columns = (
        Column(words.t("assess.col_kpi"), width_mm=60),
        Column(words.t("assess.col_verdict"), width_mm=36),
        Column(words.t("assess.col_events"), align="right", width_mm=20),
        Column(words.t("assess.col_export")),
    )
    return (Table(columns=columns, rows=tuple(rows)),)


def _kpi_row(row: Any, words: Language) -> tuple[Any, ...]:
    recorded = row.verdict != "nothing_recorded"
    mark = (
        _yes(row.verdict == "computable", words)
        if recorded
        else Mark("open", words.t("assess.nothing_recorded"))
    )
    return (
        words.t(f"kpi.{row.kpi}.name"),
        mark,
        words.number(row.n) if row.verdict == "computable" else MISSING,
        _needs(row.missing),
    )


def _yes(good: bool, words: Language) -> Mark:
    return Mark("met", words.t("assess.yes")) if good else Mark("open", words.t("assess.no"))


def _needs(missing: str) -> Cell:
    return Cell(escape(missing) or MISSING, colour="muted")


@body(ReadinessResult, "problems")
def problems(result: ReadinessResult) -> tuple[Block, ...]:
    """Return what loading found, rows left out first."""
    words = result.client.words
    table = result.validation.table
    if table.empty:
        return (Text(paragraphs=(words.t("assess.no_findings"),), muted=True),)
    rows = [
        (
            escape(".".join(filter(None, (r.table, r.column)))),
            words.t(f"readiness.reason.{r.check}"),
            Cell(words.t(f"assess.severity.{r.severity}"), strong=r.severity == "excluded"),
            words.number(r.rows) if r.rows else MISSING,
            Cell(escape(r.example) or MISSING, colour="muted"),
        )
        for r in table.itertuples()
    ]
    columns = (
        Column(words.t("assess.col_where"), width_mm=36),
        Column(words.t("assess.col_found"), width_mm=46),
        Column(words.t("assess.col_action"), width_mm=25),
        Column(words.t("assess.col_rows"), align="right", width_mm=14),
        Column(words.t("assess.col_example")),
    )
    return (Table(columns=columns, rows=tuple(rows)),)


@body(ReadinessResult, "fields")
def fields(result: ReadinessResult) -> tuple[Block, ...]:
    """Return the fields with gaps, the emptiest first, each with a bar."""
    words = result.client.words
    table = result.quality.table
    gaps = table[table["filled"] < 1].sort_values("filled", kind="stable").head(FIELDS_SHOWN)
    if gaps.empty:
        return (Text(paragraphs=(words.t("assess.all_full"),), muted=True),)
    rows = [
        (
            escape(f"{r.table}.{r.column}"),
            Graphic(_bar(r.filled)),
            words.percent(r.filled, 0),
            words.number(r.n),
            Cell(_span(r), colour="muted"),
        )
        for r in gaps.itertuples()
    ]
    columns = (
        Column(words.t("assess.col_field"), width_mm=56),
        Column(words.t("assess.col_filled"), width_mm=34),
        Column("%", align="right", width_mm=14),
        Column(words.t("assess.col_n"), align="right", width_mm=20),
        Column(words.t("assess.col_range")),
    )
    return (Table(columns=columns, rows=tuple(rows)),)


def _span(row: Any) -> str:
    return escape(f"{row.minimum} {MISSING} {row.maximum}") if row.minimum else MISSING


def _bar(share: float) -> str:
    width = 0.0 if pd.isna(share) else 78 * share
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="78pt" height="8pt" viewBox="0 0 78 8">'
        '<rect width="78" height="6" y="1" fill="#E6EAED"/>'
        f'<rect width="{width:.1f}" height="6" y="1" fill="#0F5C6E"/></svg>'
    )


@body(ReadinessResult, "habits", keep=True)
def habits(result: ReadinessResult) -> tuple[Block, ...]:
    """Return the habits of record keeping as shares."""
    words = result.client.words
    rows = [
        (
            words.t(f"readiness.habit.{r.term}"),
            f"**{words.percent(r.estimate)}**",
            words.number(r.n),
            words.number(r.base),
        )
        for r in result.quality.habits.itertuples()
    ]
    columns = (
        Column(words.t("assess.col_habit")),
        Column(words.t("assess.col_share"), align="right", width_mm=24),
        Column(words.t("assess.col_n"), align="right", width_mm=24),
        Column(words.t("assess.col_of"), align="right", width_mm=24),
    )
    return (Table(columns=columns, rows=tuple(rows)),)
