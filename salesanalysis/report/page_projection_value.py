"""Beside the projection: close dates of reps, value in years to come, and what became of kept projections."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..core.i18n import MISSING, Language
from ..projection import DateBiasResult, FrozenResult, ValueProjectionResult
from .blocks import Block, Cell, Column, Mark, Notice, Table
from .markup import escape
from .page_projection import BESIDE, Scale, right
from .pages import body, silent

_BIAS = {"optimistic": "below", "sandbagging": "below", "no_clear_bias": "open", "cannot_tell": "open"}


@silent(DateBiasResult)
def no_dates(result: DateBiasResult, kind: str) -> bool:
    """Without a history of close dates nothing is said of them; the method box names it."""
    return result.table.empty


@body(DateBiasResult, "", keep=True, words="projection.dates_")
def dates(result: DateBiasResult) -> tuple[Block, ...]:
    """Return per rep whether stated close dates come too early or too late."""
    words = result.client.words
    columns = (
        Column(words.t("projection.dim.rep_id"), width_mm=44, one_line=True),
        *(right(words, name, 13) for name in ("seen", "stated", "closed", "slipped", "early")),
        right(words, "slip_share", 20),
        right(words, "low_high_95", 22),
        Column(""),
    )
    shown = [_date_row(row, words) for row in result.table.head(BESIDE + 1).itertuples()]
    return (Table(columns=columns, rows=tuple(shown), note=_more(len(result.table) - len(shown), words)),)


def _more(count: int, words: Language) -> str:
    """Say how many rows the page leaves out, and where they are."""
    return words.t("projection.more", count=count) if count > 0 else ""


def _date_row(row: Any, words: Language) -> tuple[Any, ...]:
    name = escape(str(row.name))
    share = words.percent(row.estimate, 0) if row.base else MISSING
    return (
        f"**{name}**" if row.group == "" else name,
        *(words.number(getattr(row, c)) for c in ("n", "stated", "closed", "slipped", "early")),
        share,
        Cell(words.interval(row.conf_low, row.conf_high, "share") if row.base else MISSING, "muted"),
        Mark(_BIAS[row.verdict], words.t(f"projection.bias.{row.verdict}")),
    )


@body(ValueProjectionResult, "", keep=True, words="projection.value_")
def value(result: ValueProjectionResult) -> tuple[Block, ...]:
    """Return the value of each year and of all, by group."""
    words, table = result.client.words, result.table
    if (table["verdict"] == "cannot_tell").all():
        heading = words.t("projection.value_none")
        return (Notice(heading=heading, text=" ".join(note.text(words) for note in result.notes)),)
    scale = Scale(words, "money", float(table["conf_high"].max()))
    columns = (
        Column(words.t("projection.col_who"), width_mm=42, one_line=True),
        Column(words.t("projection.col_year"), width_mm=18),
        *(right(words, name, 21) for name in ("existing", "gained", "cost")),
        Column(scale.head(words.t("projection.col_net")), align="right", width_mm=24),
        right(words, "low_high", 0),
    )
    whole = table[table["scope"] == "organisation"]
    parts = table[(table["scope"] != "organisation") & (table["years"] == 0)]
    parts = parts[parts["existing"] + parts["gained"] > 0]
    shown = parts.sort_values("estimate", ascending=False, kind="stable").head(BESIDE)
    rows = tuple(_value_row(row, scale) for row in pd.concat([whole, shown]).itertuples())
    note = " ".join(filter(None, (_more(len(parts) - len(shown), words), _value_note(result, words))))
    return (Table(columns=columns, rows=rows, note=note),)


def _value_note(result: ValueProjectionResult, words: Language) -> str:
    key = "value_note" if result.margin < 1 else "value_note_revenue"
    return words.t(
        f"projection.{key}",
        churn=words.percent(result.churn, 0),
        rate=words.percent(result.rate, 0),
        margin=words.percent(result.margin, 0),
    )


def _value_row(row: Any, scale: Scale) -> tuple[Any, ...]:
    words = scale.words
    year = words.t("projection.all_years") if row.years == 0 else words.number(row.years)
    return (
        escape(str(row.name)) or words.t("projection.nobody"),
        year,
        *(scale.of(getattr(row, c)) for c in ("existing", "gained", "cost")),
        f"**{scale.of(row.estimate)}**",
        scale.between(row.conf_low, row.conf_high),
    )


_KEPT = {"within": "met", "outside": "below", "running": "open"}
#: Most kept projections that are shown, the latest first.
KEPT_ROWS = 12


@silent(FrozenResult)
def nothing_kept(result: FrozenResult, kind: str) -> bool:
    """Where no projection was kept, or none made before today, there is nothing to hold against anything."""
    return not (result.table["day_on"] < result.as_of).any()


@body(FrozenResult, "", keep=True, words="projection.kept_")
def kept(result: FrozenResult) -> tuple[Block, ...]:
    """Return what was projected on earlier days, and what happened since."""
    words, table = result.client.words, result.table[result.table["day_on"] < result.as_of]
    table = table.sort_values(["day_on", "ends_on"], ascending=[False, True], kind="stable")
    columns = (
        Column(words.t("projection.col_made"), width_mm=26),
        Column(words.t("projection.col_what"), width_mm=26),
        Column(words.t("projection.col_days"), width_mm=48),
        *(right(words, name, 22) for name in ("expected", "low_high", "came", "off")),
        Column(""),
    )
    rows = tuple(_kept_row(row, words) for row in table.head(KEPT_ROWS).itertuples())
    over = table["verdict"] != "running"
    held = words.number((table["verdict"] == "within").sum())
    note = words.t("projection.kept_note", count=int(over.sum()), held=held) if over.any() else ""
    return (Table(columns=columns, rows=rows, note=note),)


def _kept_row(row: Any, words: Language) -> tuple[Any, ...]:
    over = row.verdict != "running"
    return (
        words.date(row.day_on),
        words.t(f"projection.what.{row.kpi}"),
        Cell(f"{words.date(row.starts_on)} – {words.date(row.ends_on)}", "muted"),
        words.value(row.estimate, row.unit),
        Cell(words.interval(row.conf_low, row.conf_high, row.unit), "muted"),
        f"**{words.value(row.value, row.unit)}**" if over else MISSING,
        words.percent(row.estimate / row.value - 1, 0, sign=True) if over and row.value > 0 else MISSING,
        Mark(_KEPT[row.verdict], words.t(f"projection.kept.{row.verdict}")),
    )
