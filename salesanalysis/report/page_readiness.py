"""The data readiness report: what to fix, questions, KPIs; the tables behind them are in `page_quality`."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..core.crm import Crm
from ..core.i18n import MISSING, Language
from ..plots.cells import score_bar
from ..prose.readiness_words import (
    MARKS,
    fix_meaning,
    fix_words,
    kpi_name,
    unlocks_words,
    why_kpi,
    why_question,
)
from ..readiness import ENOUGH, PARTS, ReadinessResult
from .blocks import Block, Cell, Column, Graphic, Mark, Table, Text
from .markup import escape
from .pages import Description, body, head, silent

#: Things to do that are listed.
FIXES_SHOWN = 10
#: KPIs measurable in full that stand side by side.
ACROSS = 3


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


def mark(verdict: str, words: Language) -> Mark:
    """Return a verdict as a glyph and a word."""
    kind, key = MARKS[verdict]
    return Mark(kind, words.t(key))


@silent(ReadinessResult)
def _nothing_logged(result: ReadinessResult, kind: str) -> bool:
    return kind == "logging" and result.quality.levels.empty


@body(ReadinessResult, "fixes", keep=True)
def fixes(result: ReadinessResult) -> tuple[Block, ...]:
    """Return what to do, in the order of what it unlocks."""
    words = result.client.words
    shown = result.fixes[:FIXES_SHOWN]
    if shown.empty:
        return (Text(paragraphs=(words.t("assess.no_fix"),), muted=True),)
    rows = [
        (
            str(number),
            Cell(fix_words(row, words), under=escape(fix_meaning(row, words))),
            unlocks_words(row, words),
        )
        for number, row in enumerate(shown.itertuples(), 1)
    ]
    more = len(result.fixes) - len(shown)
    columns = (
        Column(words.t("assess.col_number"), width_mm=6),
        Column(words.t("assess.col_fix"), width_mm=104),
        Column(words.t("assess.col_unlocks")),
    )
    return (
        Table(columns=columns, rows=tuple(rows), note=words.t("assess.more", count=more) if more else ""),
    )


@body(ReadinessResult, "questions", keep=True)
def questions(result: ReadinessResult) -> tuple[Block, ...]:
    """Return one row per question the reports answer."""
    words = result.client.words
    rows = [
        (
            f"**{words.t(f'assess.question.{row.term}')}**",
            mark(row.verdict, words),
            Cell(why_question(row, words), colour="muted"),
        )
        for row in result.table.itertuples()
    ]
    columns = (
        Column(words.t("assess.col_question"), width_mm=66),
        Column(words.t("assess.col_answer"), width_mm=30),
        Column(words.t("assess.col_why")),
    )
    return (Table(columns=columns, rows=tuple(rows)),)


@body(ReadinessResult, "kpis")
def kpis(result: ReadinessResult) -> tuple[Block, ...]:
    """Return the KPIs: not measurable by what they lack, in part with the parts of the score, in full."""
    words = result.client.words
    builders = {"not": _lacking, "partly": _partly, "computable": _whole}
    parts = {verdict: result.kpis[result.kpis["verdict"] == verdict] for verdict in builders}
    return tuple(build(parts[verdict], words) for verdict, build in builders.items() if len(parts[verdict]))


def _lacking(table: pd.DataFrame, words: Language) -> Table:
    """Return the KPIs that cannot be measured, those that lack the same in one row."""
    lacking: dict[str, list[str]] = {}
    for row in table.itertuples():
        lacking.setdefault(why_kpi(row, words), []).append(escape(kpi_name(row.kpi, words)))
    rows = [(", ".join(names), Cell(why, colour="muted")) for why, names in lacking.items()]
    columns = (Column(words.t("assess.kpis.not"), width_mm=92), Column(words.t("assess.col_why")))
    return Table(columns=columns, rows=tuple(rows))


def _partly(table: pd.DataFrame, words: Language) -> Table:
    """Return the KPIs that are measurable in part, with the parts of their score."""
    columns = (
        Column(words.t("assess.kpis.partly"), width_mm=46),
        Column(words.t("assess.col_score"), width_mm=17),
        Column("", align="right", width_mm=9),
        *(Column(words.t(f"assess.col_{part}"), align="right", width_mm=14) for part in PARTS),
        Column("", width_mm=2),
        Column(words.t("assess.col_why")),
    )
    return Table(columns=columns, rows=tuple(_partly_row(row, words) for row in table.itertuples()))


def _partly_row(row: Any, words: Language) -> tuple[Any, ...]:
    shares = [getattr(row, part) for part in PARTS]
    return (
        escape(kpi_name(row.kpi, words)),
        Graphic(score_bar(row.score / 100, sure=False)),
        _score(row, words),
        *(Cell(_part(share, words), colour="vermilion" if share < ENOUGH else "muted") for share in shares),
        "",
        Cell(why_kpi(row, words), colour="muted"),
    )


def _whole(table: pd.DataFrame, words: Language) -> Table:
    """Return KPIs that are measurable in full, with their score, `ACROSS` side by side."""
    cells = [
        (escape(kpi_name(r.kpi, words)), Cell(_score(r, words), colour="muted"), "")
        for r in table.itertuples()
    ]
    across = min(ACROSS, len(cells))
    each = -(-len(cells) // across)
    cells += [("", "", "")] * (each * across - len(cells))
    rows = [tuple(item for side in range(across) for item in cells[side * each + i]) for i in range(each)]
    columns: list[Column] = []
    for side in range(across):
        columns.append(Column(words.t("assess.kpis.whole") if side == 0 else "", width_mm=42))
        columns.append(Column(words.t("assess.col_score"), align="right", width_mm=11))
        columns.append(Column("", width_mm=4))
    return Table(columns=tuple(columns), rows=tuple(rows))


def _score(row: Any, words: Language) -> str:
    score = words.number(int(row.score + 1e-9))
    return f"≤{score}" if row.at_most else score


def _part(share: float, words: Language) -> str:
    """Return a share as a whole number of percent, rounded down so that only what is full shows 100."""
    return words.number(int(share * 100 + 1e-9)) if share == share else MISSING
