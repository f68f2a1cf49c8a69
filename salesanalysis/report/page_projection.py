"""The projection: path and quarters, groups, back-test, chances, close dates and value in years to come."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.i18n import MISSING, Language
from ..core.period import Period
from ..pipeline import ReliabilityResult
from ..plots import drawing
from ..projection import BacktestResult, ProjectionResult
from ..prose import explain
from .blocks import Block, Cell, Column, Figure, Mark, Notice, Table
from .files import slug_of_scope
from .markup import escape
from .pages import Description, body, head, silent

#: Most groups that a table of what is expected names; reps with their close dates, groups with their value.
MOST, BESIDE = 10, 14
_VERDICTS = {"better": "met", "alike": "open", "worse": "below", "reference": "open", "cannot_tell": "open"}


@silent(ProjectionResult)
def no_groups(result: ProjectionResult, kind: str) -> bool:
    """Without groups there is no table of them; without a projection nothing at all."""
    if kind == "groups":
        return len(_ahead(result)) < 2
    return result.table.empty


@silent(ReliabilityResult)
def no_chances(result: ReliabilityResult, kind: str) -> bool:
    """Chances of the past are left out where there are none."""
    return result.table.empty


@head(ProjectionResult, "projection")
def describe(result: ProjectionResult, crm: Crm) -> Description:
    """Return whose projection it is."""
    words = crm.client.words
    whose = escape(result.whose) or words.t("projection.whole")
    fields = (
        (words.t("projection.field_whose"), whose),
        (words.t("projection.field_what"), words.t(f"projection.what.{result.kpi}")),
        (words.t("projection.field_weeks"), words.number(result.weeks)),
        (words.t("report.as_of_label"), words.date(result.as_of)),
        (words.t("projection.field_method"), words.t(f"projection.method.{result.taken or 'combination'}")),
    )
    return Description(
        fields=fields,
        scope=whose,
        edition=words.t(f"report.edition_{result.edition}"),
        facts=(
            ("period", str(result.as_of)),
            ("edition", result.edition),
            ("slug", slug_of_scope(result.team, result.region, crm.reps())),
        ),
    )


class Scale:
    """Amounts of a table in one unit, named in its head, with as many decimals each."""

    def __init__(self, words: Language, unit: str, largest: float) -> None:
        self.words = words
        self.divisor, self.label = words.money_unit(largest) if unit == "money" else (1.0, "")
        self.decimals = 1 if unit != "money" or largest / self.divisor >= 100 else 2

    def head(self, text: str) -> str:
        """Return the head of a column with the unit."""
        return f"{text}, {self.label}" if self.label else text

    def of(self, value: float) -> str:
        """Return an amount; a missing one as such."""
        return self.words.number(value / self.divisor if np.isfinite(value) else None, self.decimals)

    def between(self, low: float, high: float) -> Cell:
        """Return an interval."""
        return Cell(self.words.span(self.of(low), self.of(high)) if np.isfinite(low) else MISSING, "muted")


@body(ProjectionResult, "quarters", keep=True)
def quarters(result: ProjectionResult) -> tuple[Block, ...]:
    """Return the weeks asked for and the quarters after, of the company."""
    words = result.client.words
    rows = result.table[result.table["scope"] == "organisation"]
    scale = Scale(words, result.lead["unit"], float(rows["high_95"].max()))
    columns = (
        Column(words.t("projection.col_term"), width_mm=36),
        Column(words.t("projection.col_days"), width_mm=40),
        *(right(words, name, 19) for name in ("so_far", "from_open")),
        Column(scale.head(words.t("projection.col_expected")), align="right", width_mm=27),
        *(right(words, name, 0) for name in ("low_high", "low_high_95")),
    )
    shown = tuple(_term_row(row, result, scale) for row in rows.itertuples())
    return (Table(columns=columns, rows=shown),)


def right(words: Language, name: str, width: float) -> Column:
    """Return a column of numbers; a width of 0 is left to the page."""
    return Column(words.t(f"projection.col_{name}"), align="right", width_mm=width or None)


def _term_row(row: Any, result: ProjectionResult, scale: Scale) -> tuple[Any, ...]:
    words = scale.words
    label = words.t("projection.term_ahead", weeks=words.number(result.weeks))
    return (
        label if row.term == "ahead" else _quarter(row.term, result, words),
        Cell(words.span(words.date(row.starts_on), words.date(row.ends_on)), "muted"),
        scale.of(row.so_far) if row.so_far > 0 else MISSING,
        scale.of(row.from_open),
        f"**{scale.of(row.estimate)}**",
        scale.between(row.conf_low, row.conf_high),
        scale.between(row.low_95, row.high_95),
    )


def _quarter(label: str, result: ProjectionResult, words: Language) -> str:
    return words.period(Period.parse(label, fiscal_start=result.client.fiscal_year_start))


def _ahead(result: ProjectionResult) -> pd.DataFrame:
    rows = result.table
    rows = rows[(rows["term"] == "ahead") & (rows["scope"] != "organisation")]
    return rows[(rows["estimate"] > 0) | (rows["n"] > 0)].sort_values(
        "estimate", ascending=False, kind="stable"
    )


@body(ProjectionResult, "groups", keep=True)
def groups(result: ProjectionResult) -> tuple[Block, ...]:
    """Return the weeks asked for by group; all others in one row, and their sum."""
    words, rows = result.client.words, _ahead(result)
    scale = Scale(words, result.lead["unit"], float(result.lead["high_95"]))
    columns = (
        Column(words.t(f"projection.dim.{result.by}"), width_mm=48, one_line=True),
        right(words, "open", 16),
        right(words, "from_open", 22),
        Column(scale.head(words.t("projection.col_expected")), align="right", width_mm=28),
        *(right(words, name, 0) for name in ("low_high", "low_high_95")),
        right(words, "share", 15),
    )
    whole = result.lead
    shown = [_group_row(row, float(whole["estimate"]), scale) for row in rows.head(MOST).itertuples()]
    rest = rows.iloc[MOST:]
    if len(rest):
        shown.append(_rest_row(rest, float(whole["estimate"]), scale))
    total = (
        f"**{words.t('projection.total')}**",
        words.number(whole["n"]),
        scale.of(whole["from_open"]),
        f"**{scale.of(whole['estimate'])}**",
        scale.between(whole["conf_low"], whole["conf_high"]),
        scale.between(whole["low_95"], whole["high_95"]),
        words.percent(1.0, 0),
    )
    return (Table(columns=columns, rows=(*shown, total), total=True),)


def _group_row(row: Any, whole: float, scale: Scale) -> tuple[Any, ...]:
    words = scale.words
    return (
        escape(str(row.name)) or words.t("projection.nobody"),
        words.number(row.n),
        scale.of(row.from_open),
        f"**{scale.of(row.estimate)}**",
        scale.between(row.conf_low, row.conf_high),
        scale.between(row.low_95, row.high_95),
        words.percent(row.estimate / whole if whole > 0 else np.nan, 0),
    )


def _rest_row(rest: pd.DataFrame, whole: float, scale: Scale) -> tuple[Any, ...]:
    words = scale.words
    return (
        words.t("projection.rest", count=len(rest)),
        words.number(rest["n"].sum()),
        scale.of(rest["from_open"].sum()),
        scale.of(rest["estimate"].sum()),
        MISSING,
        MISSING,
        words.percent(rest["estimate"].sum() / whole if whole > 0 else np.nan, 0),
    )


@body(BacktestResult, "origins", keep=True, new_page=True)
def origins(result: BacktestResult) -> tuple[Block, ...]:
    """Return the picture of past days, on a page of its own."""
    picture = drawing(result, "origins")
    alt = explain(result, "alt", kind="origins")
    return (Figure(svg=picture.svg, alt=alt, width_mm=picture.width_mm, height_mm=picture.height_mm),)


@body(BacktestResult, "methods", keep=True)
def methods(result: BacktestResult) -> tuple[Block, ...]:
    """Return how far each method was off, for the thirteen weeks after and for those after these."""
    words = result.client.words
    if result.missing_weeks:
        text = words.t("projection.test_lacking_2", weeks=words.number(result.missing_weeks))
        return (Notice(heading=words.t("projection.test_none"), text=text),)
    columns = (
        Column(words.t("projection.col_method"), width_mm=52),
        *(right(words, name, width) for name, width in (("error", 18), ("bias", 18), ("difference", 30))),
        *(right(words, name, 24) for name in ("next_error", "next_bias")),
        Column(""),
    )
    first = result.table[result.table["contrast"] == "weeks"]
    after = result.table[result.table["contrast"] == "quarter"].set_index("term")
    rows = tuple(_method_row(row, after, result, words) for row in first.itertuples())
    return (Table(columns=columns, rows=rows),)


def _method_row(row: Any, after: pd.DataFrame, result: BacktestResult, words: Language) -> tuple[Any, ...]:
    name = words.t(f"projection.method.{row.term}")
    later = after.loc[row.term] if row.term in after.index else None
    gap = MISSING
    if np.isfinite(row.difference):
        points = words.number(row.difference * 100, 1, sign=True)
        gap = f"{points} ± {words.number(row.std_error * 100, 1)}"
    return (
        f"**{name}**" if row.term == result.taken else name,
        words.percent(row.estimate, 0),
        words.percent(row.bias, 0, sign=True),
        Cell(gap, "muted"),
        words.percent(later["estimate"], 0) if later is not None and later["n"] else MISSING,
        words.percent(later["bias"], 0, sign=True) if later is not None and later["n"] else MISSING,
        Mark(_VERDICTS[row.verdict], words.t(f"projection.verdict.{row.verdict}")),
    )


@body(ReliabilityResult, "", keep=True, words="projection.chances_")
def chances(result: ReliabilityResult) -> tuple[Block, ...]:
    """Return what chances of the past said and what happened."""
    words = result.client.words
    columns = (
        Column(words.t("projection.col_fifth"), width_mm=44),
        *(right(words, name, 28) for name in ("chance", "won", "won_ends", "cases")),
        Column(""),
    )
    rows = []
    for place, row in enumerate(result.table.itertuples(), 1):
        inside = row.conf_low <= row.estimate <= row.conf_high
        rows.append(
            (
                words.t("projection.fifth", place=words.number(place)),
                words.percent(row.estimate, 0),
                f"**{words.percent(row.share, 0)}**",
                Cell(words.interval(row.conf_low, row.conf_high, "share"), "muted"),
                words.number(row.n),
                Mark("met" if inside else "open", words.t(f"projection.{'inside' if inside else 'outside'}")),
            )
        )
    stated = words.number(result.stated_brier, 3) if np.isfinite(result.stated_brier) else MISSING
    note = words.t(
        "projection.brier",
        own=words.number(result.brier, 3),
        stated=stated,
        base=words.number(result.base_brier, 3),
    )
    return (Table(columns=columns, rows=tuple(rows), note=note),)
