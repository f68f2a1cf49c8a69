"""The data readiness report: tables and their rows, fields with gaps, what looks wrong, habits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..core.i18n import MISSING, Language
from ..plots.cells import score_bar
from ..readiness import ReadinessResult
from .blocks import Block, Cell, Column, Graphic, Table, Text
from .markup import escape
from .pages import body

#: Fields and problems shown at most.
FIELDS_SHOWN, PROBLEMS_SHOWN = 24, 24
#: Things for information that stand elsewhere in the report: among what to export, in its head, its habits.
ELSEWHERE = ("absent_columns", "as_of_found", "attributed_", "unattributed")


@body(ReadinessResult, "tables", keep=True)
def tables(result: ReadinessResult) -> tuple[Block, ...]:
    """Return one row per table: rows read, left out and used, its days, how full its fields are."""
    words = result.client.words
    fields = result.quality.table
    rows = [
        (
            words.t(f"readiness.table.{row.table}"),
            words.number(row.rows),
            Cell(words.number(row.base), strong=row.base > 0),
            words.number(row.n),
            *_complete(fields[(fields["table"] == row.table) & (fields["expected"] > 0)], words),
            Cell(_days(fields[fields["table"] == row.table]), colour="muted"),
        )
        for row in result.ledger.itertuples()
    ]
    columns = (
        Column(words.t("assess.col_table"), width_mm=34),
        *(
            Column(words.t(f"assess.col_{name}"), align="right", width_mm=18)
            for name in ("read", "out", "used")
        ),
        Column(words.t("assess.col_filled"), width_mm=30),
        Column("%", align="right", width_mm=10),
        Column(words.t("assess.col_range")),
    )
    return (Table(columns=columns, rows=tuple(rows)),)


def _complete(fields: pd.DataFrame, words: Language) -> tuple[Any, Any]:
    share = float(fields["complete"].mean()) if len(fields) else float("nan")
    return Graphic(score_bar(share)), percent(share, words)


def percent(share: float, words: Language) -> str:
    """Return a share as a whole number of percent, rounded down so that only what is full shows 100."""
    return MISSING if pd.isna(share) else words.number(int(share * 100 + 1e-9))


def _days(fields: pd.DataFrame) -> str:
    """Return the first and the last day of what happened: of the first column of days that the table has."""
    days = fields[fields["column"].isin(("occurred_on", "closed_on", "entered_on", "signed_on", "held_on"))]
    days = days if len(days) else fields[fields["column"] == "created_on"]
    days = days[days["minimum"] != ""]
    if days.empty:
        return MISSING
    first = days.iloc[0]
    return f"{first['minimum'][:10]} {MISSING} {first['maximum'][:10]}"


@body(ReadinessResult, "fields")
def fields(result: ReadinessResult) -> tuple[Block, ...]:
    """Return the fields with gaps, the emptiest first, each with a bar."""
    words = result.client.words
    table = result.quality.table
    every = table[(table["expected"] > 0) & (table["complete"] < 1)].sort_values("complete", kind="stable")
    gaps = every.head(FIELDS_SHOWN)
    if gaps.empty:
        return (Text(paragraphs=(words.t("assess.all_full"),), muted=True),)
    rows = [
        (
            escape(f"{r.table}.{r.column}"),
            Graphic(score_bar(r.complete, sure=r.complete >= 0.8)),
            percent(r.complete, words),
            words.number(r.expected),
            Cell(escape(words.t(f"schema.{r.table}.{r.column}")), colour="muted"),
        )
        for r in gaps.itertuples()
    ]
    columns = (
        Column(words.t("assess.col_field"), width_mm=54),
        Column(words.t("assess.col_filled"), width_mm=30),
        Column("%", align="right", width_mm=10),
        Column(words.t("assess.col_expected"), align="right", width_mm=26),
        Column(words.t("assess.col_meaning")),
    )
    more = len(every) - len(gaps)
    return (
        Table(columns=columns, rows=tuple(rows), note=words.t("assess.more", count=more) if more else ""),
    )


@body(ReadinessResult, "problems")
def problems(result: ReadinessResult) -> tuple[Block, ...]:
    """Return what looks wrong: rows left out, cells set aside, doubles, impossible days, imports."""
    words = result.client.words
    rows = [
        (
            escape(row.where),
            escape(row.what),
            Cell(words.t(f"assess.severity.{row.severity}"), strong=row.severity == "excluded"),
            words.number(row.n) if row.n else MISSING,
            Cell(escape(row.example) or MISSING, colour="muted"),
        )
        for row in found_rows(result)
    ]
    if not rows:
        return (Text(paragraphs=(words.t("assess.no_findings"),), muted=True),)
    columns = (
        Column(words.t("assess.col_where"), width_mm=38),
        Column(words.t("assess.col_found"), width_mm=56),
        Column(words.t("assess.col_action"), width_mm=22),
        Column(words.t("assess.col_rows"), align="right", width_mm=15),
        Column(words.t("assess.col_example")),
    )
    more = len(rows) - PROBLEMS_SHOWN
    note = words.t("assess.more", count=more) if more > 0 else ""
    return (Table(columns=columns, rows=tuple(rows[:PROBLEMS_SHOWN]), note=note),)


@dataclass(frozen=True)
class Found:
    """One finding in words: where, what, how heavy, how many rows, an example."""

    where: str
    what: str
    severity: str
    n: int
    example: str


def found_rows(result: ReadinessResult) -> list[Found]:
    """Return what looks wrong, in the client's language, the heaviest first.

    First what loading left out or set aside, then what stands in the data although it looks wrong.
    """
    words, looked = result.client.words, result.quality
    table = result.validation.table
    table = table[(table["severity"] != "info") | ~table["check"].str.startswith(ELSEWHERE)]
    found = [
        Found(
            ".".join(filter(None, (r.table, r.column))),
            words.t(f"readiness.reason.{r.check}"),
            r.severity,
            int(r.rows),
            str(r.example),
        )
        for r in table.itertuples()
    ]
    for what, frame in (("duplicate", looked.duplicates), ("order", looked.orders)):
        seen = frame[frame["n"] > 0].sort_values("estimate", ascending=False, kind="stable")
        found += [
            Found(r.table, words.t(f"readiness.{what}.{r.term}"), "warning", int(r.n), str(r.example))
            for r in seen.itertuples()
        ]
    for r in looked.imports.itertuples():
        day = words.date(pd.Timestamp(r.day_on).date())
        usual = words.t("readiness.import_usual", usual=words.number(r.value))
        said = words.t("readiness.import", day=day)
        found.append(Found(f"{r.table}.{r.column}", said, "warning", int(r.n), usual))
    rank = {"blocker": 0, "excluded": 0, "warning": 1, "info": 2}
    return sorted(found, key=lambda row: rank[row.severity])


@body(ReadinessResult, "habits")
def habits(result: ReadinessResult) -> tuple[Block, ...]:
    """Return the habits of record keeping, those to look at first; with each what else it may mean."""
    words = result.client.words
    table = result.quality.habits
    rank = (table["severity"] == "warning").astype(int) * 2 + table["estimate"].fillna(0)
    seen = table.iloc[(-rank).argsort(kind="stable")]
    rows = [_habit_row(row, words) for row in seen[seen["n"] > 0].itertuples()]
    none = [
        words.t(f"readiness.habit.{r.term}") for r in seen[(seen["n"] == 0) & (seen["base"] > 0)].itertuples()
    ]
    columns = (
        Column(words.t("assess.col_habit"), width_mm=76),
        Column(words.t("assess.col_share"), align="right", width_mm=15),
        Column(words.t("assess.col_n"), align="right", width_mm=18),
        Column(words.t("assess.col_of"), align="right", width_mm=18),
        Column(words.t("assess.col_doubt")),
    )
    note = (
        words.t("assess.habits.never", habits="; ".join(t[:1].lower() + t[1:] for t in none)) if none else ""
    )
    if not rows:
        return (Text(paragraphs=(note or words.t("assess.habits.unknown"),), muted=True),)
    return (Table(columns=columns, rows=tuple(rows), note=note),)


def _habit_row(row: Any, words: Language) -> tuple[Any, ...]:
    look = row.severity == "warning"
    text = words.t(f"readiness.habit.{row.term}")
    doubt = words.t(f"readiness.doubt.{row.term}")
    return (
        Cell(f"▼ {text}", colour="vermilion", strong=True) if look else text,
        Cell(words.percent(row.estimate), strong=look),
        words.number(row.n),
        words.number(row.base),
        Cell(doubt, colour="muted"),
    )
