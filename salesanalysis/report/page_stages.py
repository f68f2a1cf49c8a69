"""The stage analysis: the way through the stages, where wins are missed, what takes long or stands still."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.i18n import MISSING, Language
from ..pipeline import BottleneckResult, StageAnalysisResult
from ..plots import drawing
from ..prose import explain
from ..prose.stages import between, can_tell, mode, stage_name, whose, wins
from .blocks import Block, Cell, Column, Columns, Figure, Mark, Notice, Table, Text
from .group_page import group_page
from .markup import escape
from .pages import Description, body, head, section, silent

#: Rows shown on the first page, and in the tables behind it.
FIRST, ROWS, RISKS = 5, 10, 18
#: Widths of two columns on a landscape page.
WIDTHS = (128.0, 11.0, 130.0)
#: Glyph of each verdict.
MARKS = {"costs": "below", "gains": "met", "slower": "below", "faster": "met"}


@head(StageAnalysisResult, "stage_analysis")
def describe(result: StageAnalysisResult, crm: Crm) -> Description:
    """Return whose stages they are; the page lies on its side."""
    return group_page(result, crm, crm.client.words.t("stages.everybody"))


@silent(StageAnalysisResult)
def nothing_there(result: StageAnalysisResult, kind: str) -> bool:
    """Leave out what has nothing to compare or no rows."""
    if kind in ("teams", "losses"):
        return not can_tell(result.teams)
    if kind in ("reps", "year"):
        return not can_tell(getattr(result, kind))
    if kind == "matrix":
        return result.flow.moves.empty or not result.has_history
    return kind == "missing" and result.has_history


@body(StageAnalysisResult, "flow")
def flow(result: StageAnalysisResult) -> tuple[Block, ...]:
    """Return the way through the stages, and below it what stands out."""
    picture = drawing(result, "flow")
    figure = Figure(
        svg=picture.svg,
        alt=explain(result, "alt", kind="flow"),
        width_mm=picture.width_mm,
        height_mm=picture.height_mm,
        source=explain(result, "source", kind="figure"),
    )
    left, right = section(result, "losses_top"), section(result, "risk_top")
    return (figure, Columns(left=(left,), right=(right,), widths=WIDTHS))


@body(StageAnalysisResult, "missing")
def missing(result: StageAnalysisResult) -> tuple[Block, ...]:
    """Say what a stage history would add, and what to export for it."""
    words = result.client.words
    items = tuple(words.t(f"stages.missing.item_{name}") for name in ("what", "where", "then"))
    return (Notice(heading=words.t("stages.missing.heading"), items=items, warning=True),)


@body(StageAnalysisResult, "losses_top", keep=True)
def losses_top(result: StageAnalysisResult) -> tuple[Block, ...]:
    """Return the costliest stages of the teams, or of the whole against a year ago."""
    words = result.client.words
    found = result.teams if can_tell(result.teams) else result.year
    if not can_tell(found):
        return (Text(paragraphs=(words.t("stages.losses.unknown"),)),)
    rows = found.table[found.table["verdict"] != "cannot_tell"].head(FIRST)
    has_groups = bool(found.by)
    columns = (
        *((Column(words.t("stages.col.team"), width_mm=23, one_line=True),) if has_groups else ()),
        Column(words.t("stages.col.stage"), width_mm=25),
        Column(words.t(f"stages.col.beyond_{mode(result)}"), align="right", width_mm=15),
        Column(words.t(f"stages.col.{found.against}"), align="right", width_mm=15),
        Column(words.t("stages.col.wins"), align="right", width_mm=13),
        Column(words.t("stages.col.verdict")),
    )
    return (
        Table(columns=columns, rows=tuple(_loss_short(row, has_groups, words) for _, row in rows.iterrows())),
    )


def _loss_short(row: pd.Series, has_groups: bool, words: Language) -> tuple[Any, ...]:
    return (
        *((whose(row, words),) if has_groups else ()),
        stage_name(row["stage"], words),
        words.percent(row["value"]),
        words.percent(row["benchmark"]),
        wins(row["estimate"], words),
        _mark(str(row["verdict"]), words),
    )


def _mark(verdict: str, words: Language) -> Mark:
    return Mark(MARKS.get(verdict, "open"), words.t(f"stages.verdict.{verdict}"))


@body(StageAnalysisResult, "risk_top", keep=True)
def risk_top(result: StageAnalysisResult) -> tuple[Block, ...]:
    """Return the largest opportunities that stand too long."""
    return _risks(result, FIRST, short=True)


@body(StageAnalysisResult, "risk", keep=True)
def risk(result: StageAnalysisResult) -> tuple[Block, ...]:
    """Return the opportunities that stand too long, largest value first."""
    return _risks(result, RISKS, short=False)


def _risks(result: StageAnalysisResult, most: int, *, short: bool) -> tuple[Block, ...]:
    words, rows = result.client.words, result.long_stands
    if rows.empty:
        return (Text(paragraphs=(words.t("stages.risk.none"),)),)
    shown = rows.head(most)
    has_value = bool(shown["amount"].notna().any())
    scale, unit = words.money_unit(float(shown["amount"].max()) if has_value else 0.0)
    columns = (
        Column(words.t("stages.col.opportunity"), width_mm=46 if short else 84, one_line=True),
        Column(words.t("stages.col.owner"), width_mm=27 if short else 42, one_line=True),
        *((Column(words.t("stages.col.stage"), width_mm=24 if short else 40),) if result.has_history else ()),
        *(() if short else (Column(words.t("stages.col.expected"), width_mm=28),)),
        Column(words.t("stages.col.days"), align="right", width_mm=10 if short else 18),
        *(() if short else (Column(words.t("stages.col.limit"), align="right", width_mm=26),)),
        *((Column(words.t("stages.col.value", unit=unit), align="right"),) if has_value else ()),
    )
    cells = tuple(_risk(row, result, scale, short=short)[: len(columns)] for row in shown.itertuples())
    more = len(rows) - len(shown)
    note = words.t("stages.risk.more", count=more) if more > 0 and not short else ()
    return (Table(columns=columns, rows=cells, note=note),)


def _risk(row: Any, result: StageAnalysisResult, scale: float, *, short: bool) -> tuple[Any, ...]:
    words = result.client.words
    name = next(
        (str(v) for v in (row.account if short else row.label, row.label, row.account) if _known(v)),
        row.opportunity_id,
    )
    expected = words.date(row.expected_close_on.date()) if _known(row.expected_close_on) else MISSING
    digits = 0 if np.isfinite(row.amount) and row.amount / scale >= 10 else 1
    return (
        escape(name),
        escape(str(row.name)) if _known(row.name) else words.t("stages.nobody"),
        *((stage_name(row.stage, words),) if result.has_history else ()),
        *(() if short else (expected,)),
        words.number(row.fact),
        *(() if short else (Cell(words.number(row.threshold), "muted"),)),
        words.number(row.amount / scale, digits),
    )


def _known(value: object) -> bool:
    return value is not None and value == value and str(value) not in ("", "NaT")


@body(StageAnalysisResult, "losses", keep=True)
def losses(result: StageAnalysisResult) -> tuple[Block, ...]:
    """Return where teams miss wins, the costliest first, and the whole against a year ago below."""
    return (_losses(result.teams, result),)


@body(StageAnalysisResult, "year", keep=True)
def year(result: StageAnalysisResult) -> tuple[Block, ...]:
    """Return each stage against a year ago."""
    return (_losses(result.year, result),)


@body(StageAnalysisResult, "reps", keep=True)
def reps(result: StageAnalysisResult) -> tuple[Block, ...]:
    """Return the reps and stages with the largest gap below their peers."""
    return (_losses(result.reps, result),)


def _losses(found: BottleneckResult, result: StageAnalysisResult) -> Table:
    words = result.client.words
    known = found.table[found.table["verdict"] != "cannot_tell"]
    shown = pd.concat([known[known["verdict"] != "no_clear_difference"], known]).drop_duplicates()
    shown = shown.head(ROWS).sort_values("estimate", kind="stable")
    largest = float(known["worth"].abs().max()) if known["worth"].notna().any() else 0.0
    scale, unit = words.money_unit(largest)
    digits = 0 if largest / scale >= 100 else 1
    head = "rep" if "rep_id" in found.by else "team"
    columns = (
        *((Column(words.t(f"stages.col.{head}"), width_mm=40, one_line=True),) if found.by else ()),
        Column(words.t("stages.col.stage"), width_mm=38),
        Column(words.t(f"stages.col.reached_{mode(result)}"), align="right", width_mm=20),
        Column(words.t(f"stages.col.beyond_{mode(result)}"), align="right", width_mm=22),
        Column(words.t(f"stages.col.{found.against}"), align="right", width_mm=22),
        Column(words.t("stages.col.wins"), align="right", width_mm=18),
        Column(words.t("stages.col.interval"), align="right", width_mm=34),
        Column(words.t("stages.col.worth", unit=unit), align="right", width_mm=22),
        Column(words.t("stages.col.p"), align="right", width_mm=15),
        Column(words.t("stages.col.verdict")),
    )
    rows = (_loss(row, found, (scale, digits), words) for _, row in shown.iterrows())
    return Table(columns=columns, rows=tuple(rows))


def _loss(
    row: pd.Series, found: BottleneckResult, money: tuple[float, int], words: Language
) -> tuple[Any, ...]:
    is_sure = row["verdict"] in MARKS
    scale, digits = money
    return (
        *((Cell(whose(row, words), strong=is_sure),) if found.by else ()),
        stage_name(row["stage"], words),
        words.number(row["base"]),
        Cell(words.percent(row["value"]), strong=is_sure),
        words.percent(row["benchmark"]),
        Cell(wins(row["estimate"], words), strong=is_sure),
        Cell(between(row["conf_low"], row["conf_high"], words), "muted"),
        words.number(row["worth"] / scale, digits, sign=True),
        words.p_value(row["p_adjusted"]),
        _mark(str(row["verdict"]), words),
    )


@body(StageAnalysisResult, "days", keep=True)
def days(result: StageAnalysisResult) -> tuple[Block, ...]:
    """Return the days in each stage against a year ago, and the teams whose days differ."""
    words, table = result.client.words, result.time.table
    columns = (
        Column(words.t("stages.col.stage"), width_mm=44),
        Column(words.t("stages.col.watched"), align="right", width_mm=20),
        Column(words.t("stages.col.median"), align="right", width_mm=18),
        Column(words.t("stages.col.interval"), align="right", width_mm=24),
        Column(words.t("stages.col.p90"), align="right", width_mm=18),
        Column(words.t("stages.col.interval"), align="right", width_mm=24),
        Column(words.t("stages.col.year_ago"), align="right", width_mm=20),
        Column(words.t("stages.col.difference"), align="right", width_mm=24),
        Column(words.t("stages.col.interval"), align="right", width_mm=34),
        Column(words.t("stages.col.verdict")),
    )
    rows = tuple(_day(row, words) for row in table.itertuples())
    return (Table(columns=columns, rows=rows), Text(paragraphs=(_team_days(result),)))


def _day(row: Any, words: Language) -> tuple[Any, ...]:
    spread = words.number(None)
    if np.isfinite(row.difference_low):
        spread = words.span(
            *(words.number(v, 1, sign=True) for v in (row.difference_low, row.difference_high))
        )
    return (
        stage_name(row.stage, words),
        words.number(row.n),
        Cell(words.number(row.estimate), strong=True),
        Cell(_span(row.conf_low, row.conf_high, words), "muted"),
        words.number(row.p90),
        Cell(_span(row.p90_low, row.p90_high, words), "muted"),
        words.number(row.reference),
        words.number(row.difference, 1, sign=True),
        Cell(spread, "muted"),
        _mark(str(row.verdict), words),
    )


def _span(low: float, high: float, words: Language) -> str:
    return words.interval(low, high, "count") if np.isfinite(low) and np.isfinite(high) else MISSING


def _team_days(result: StageAnalysisResult) -> str:
    """Say which teams stay longer or shorter in a stage than the other teams."""
    words = result.client.words
    if result.teams is None or (result.teams.times["verdict"] == "cannot_tell").all():
        return words.t("stages.days.teams_unknown")
    rows = result.teams.times[result.teams.times["verdict"].isin(["slower", "faster"])]
    if rows.empty:
        return words.t("stages.days.teams_none")
    items = [
        words.t(
            f"stages.days.team_{row['verdict']}",
            team=whose(row, words),
            stage=stage_name(row["stage"], words),
            days=words.number(abs(row["difference"]), 1),
        )
        for _, row in rows.iterrows()
    ]
    return words.t("stages.days.teams_some", list=words.listing(items))
