"""The KPI passport: four tests a KPI, what each rests on, whether more is better, what was rejected."""

from __future__ import annotations

import math
from typing import Any

from ..core.crm import Crm
from ..core.i18n import MISSING, Language
from ..linkage import wins_per_more
from ..linkage.labels import activity_label
from ..passport import TESTS, PassportResult
from ..prose.passport import evidence as evidence_words
from ..prose.readiness_words import kpi_name
from .blocks import Block, Cell, Column, Mark, Table
from .markup import escape
from .pages import Description, body, head, silent

#: Outcome of a test or of all four as a mark of the design.
MARKS = {
    "pass": "met",
    "qualified": "met",
    "cannot_tell": "open",
    "fail": "below",
    "rejected": "below",
}


@head(PassportResult, "kpi_passport")
def describe(result: PassportResult, crm: Crm) -> Description:
    """Return whose KPIs they are and which days the data covers."""
    words = crm.client.words
    return Description(
        fields=(
            (words.t("report.client"), escape(crm.client.name)),
            (words.t("report.period"), words.period(crm.span)),
            (words.t("report.as_of_label"), words.date(crm.as_of)),
        ),
        edition=words.t("report.edition_consultant"),
        facts=(("period", crm.span.label),),
    )


@silent(PassportResult)
def nothing_there(result: PassportResult, kind: str) -> bool:
    """Leave out a list without members."""
    if kind == "rejected":
        return not result.with_verdict("rejected")
    if kind == "gaming":
        return result.gaming.table.empty
    return not _alive(result)


def _alive(result: PassportResult) -> list[str]:
    return [*result.with_verdict("qualified"), *result.with_verdict("cannot_tell")]


def _mark(verdict: str, words: Language, of: str = "outcome") -> Mark:
    return Mark(MARKS[verdict], words.t(f"passport.{of}.{verdict}"))


@body(PassportResult, "passports", keep=True)
def passports(result: PassportResult) -> tuple[Block, ...]:
    """Return one row per KPI that failed no test: the outcome of each and the verdict."""
    words, alive = result.client.words, set(_alive(result))
    rows = tuple(
        (
            f"**{escape(kpi_name(row.kpi, words))}**",
            *(_mark(getattr(row, test), words) for test in TESTS),
            _mark(row.verdict, words, "verdict"),
        )
        for row in result.table.itertuples()
        if row.kpi in alive
    )
    columns = (
        Column(words.t("passport.col_kpi"), width_mm=44),
        *(Column(words.t(f"passport.test.{test}"), width_mm=27) for test in TESTS),
        Column(words.t("passport.col_verdict")),
    )
    return (Table(columns=columns, rows=rows),)


@body(PassportResult, "evidence")
def evidence(result: PassportResult) -> tuple[Block, ...]:
    """Return what each test of the KPIs that failed none rests on."""
    words = result.client.words
    rows = []
    for kpi in _alive(result):
        mine = result.evidence[result.evidence["kpi"] == kpi]
        for i, row in enumerate(mine.itertuples()):
            name = f"**{escape(kpi_name(kpi, words))}**" if i == 0 else ""
            test = words.t(f"passport.test.{row.check}")
            said = Cell(evidence_words(row, words), colour="muted")
            rows.append((name, test, _mark(row.verdict, words), said))
    columns = (
        Column(words.t("passport.col_kpi"), width_mm=34),
        Column(words.t("passport.col_test"), width_mm=25),
        Column("", width_mm=24),
        Column(words.t("passport.col_evidence")),
    )
    return (Table(columns=columns, rows=tuple(rows)),)


@body(PassportResult, "gaming", keep=True)
def gaming(result: PassportResult) -> tuple[Block, ...]:
    """Return what became of the next stage when reps did more than usual."""
    words = result.client.words
    marks = {"pays_off": "met", "watered_down": "below", "cannot_tell": "open"}
    rows = tuple(
        (
            words.t(
                "passport.gaming.step",
                activity=escape(activity_label(words, row.term)),
                stage=escape(activity_label(words, row.step, capital=False)),
            ),
            *_effect(row, words),
            Mark(marks[row.verdict], words.t(f"passport.gaming.{row.verdict}")),
        )
        for row in result.gaming.table.itertuples()
    )
    level = words.percent(result.gaming.level, 0)
    columns = (
        Column(words.t("passport.col_step"), width_mm=54),
        Column(words.t("passport.col_more"), align="right", width_mm=27),
        Column(words.t("passport.col_interval", level=level), align="right", width_mm=32),
        Column("", width_mm=3),
        Column(words.t("passport.col_reading")),
    )
    return (Table(columns=columns, rows=tuple((*r[:3], "", r[3]) for r in rows)),)


def _effect(row: Any, words: Language) -> tuple[Any, Any]:
    if math.isnan(row.estimate):
        return MISSING, MISSING
    shown = [
        words.number(float(wins_per_more(v)) * 100, 1, sign=True)
        for v in (row.estimate, row.conf_low, row.conf_high)
    ]
    return f"**{shown[0]} %**", Cell(f"{words.span(shown[1], shown[2])} %", colour="muted")


@body(PassportResult, "rejected")
def rejected(result: PassportResult) -> tuple[Block, ...]:
    """Return the rejected KPIs, those that fail the same tests for the same reasons in one row."""
    words = result.client.words
    alike: dict[tuple[str, ...], list[str]] = {}
    for kpi in result.with_verdict("rejected"):
        mine = result.evidence[(result.evidence["kpi"] == kpi) & (result.evidence["verdict"] == "fail")]
        alike.setdefault(tuple(evidence_words(row, words) for row in mine.itertuples()), []).append(kpi)
    rows = tuple(
        (
            ", ".join(escape(kpi_name(kpi, words)) for kpi in kpis),
            Cell(" ".join(reasons), colour="muted"),
        )
        for reasons, kpis in sorted(alike.items(), key=lambda item: len(item[1]))
    )
    columns = (
        Column(words.t("passport.col_rejected"), width_mm=88),
        Column(words.t("passport.col_rejected_by"), width_mm=86),
    )
    return (Table(columns=columns, rows=rows),)
