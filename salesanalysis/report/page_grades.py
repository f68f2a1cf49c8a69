"""The report card: the grade of each KPI, with the grades it could be."""

from __future__ import annotations

from typing import Any

from ..core.i18n import Language
from ..goals.grade import GRADES, MARKS, GradesResult
from ..kpi import KPIS
from ..prose.grades import grade_text, reason_text
from .blocks import Block, Cell, Column, Table
from .pages import body, silent


@silent(GradesResult)
def nothing_to_grade(result: GradesResult, kind: str) -> bool:
    """Leave the report card out where nobody has a grade."""
    return bool((result.table["verdict"] == "cannot_tell").all())


@body(GradesResult, "", keep=True)
def grades(result: GradesResult) -> tuple[Block, ...]:
    """Return one row per KPI: of one rep with the marks, of several with how many have each grade."""
    words = result.client.words
    if result.table["rep_id"].nunique() == 1:
        return (_card(result, words),)
    return (_counts(result, words),)


def _card(result: GradesResult, words: Language) -> Table:
    columns = (
        Column(words.t("report.col_kpi"), width_mm=40),
        Column(words.t("report.col_actual"), align="right", width_mm=19),
        *(Column(words.t(f"grades.col_{name}"), align="right", width_mm=19) for name in MARKS),
        Column(words.t("grades.col_grade"), width_mm=24),
        Column(words.t("grades.col_meaning")),
    )
    rows = tuple(
        (
            _name(row.kpi, words),
            f"**{words.value(row.estimate, row.unit)}**",
            *(Cell(words.value(getattr(row, name), row.unit), "muted") for name in MARKS),
            grade_text(row, words),
            Cell(reason_text(row, words), "muted"),
        )
        for row in result.table.itertuples()
    )
    return Table(columns=columns, rows=rows)


def _counts(result: GradesResult, words: Language) -> Table:
    columns = (
        Column(words.t("report.col_kpi"), width_mm=54),
        *(Column(grade, align="right", width_mm=18) for grade in GRADES),
        Column(words.t("grades.col_certain"), align="right", width_mm=22),
        Column(words.t("grades.col_without"), align="right"),
    )
    rows = tuple(_row(kpi, part, words) for kpi, part in result.table.groupby("kpi", sort=False))
    return Table(columns=columns, rows=rows)


def _row(kpi: str, part: Any, words: Language) -> tuple[Any, ...]:
    told = part[part["verdict"] != "cannot_tell"]
    count = told["grade"].value_counts()
    return (
        _name(kpi, words),
        *(words.number(int(count.get(grade, 0))) for grade in GRADES),
        Cell(words.number(int((told["verdict"] == "certain").sum())), "muted"),
        Cell(words.number(len(part) - len(told)), "muted"),
    )


def _name(kpi: str, words: Language) -> str:
    return KPIS[kpi].label(words) if kpi in KPIS else kpi
