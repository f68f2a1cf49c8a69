"""The training-effect report: each KPI, how far to trust it, who was coached when, the next wave by lot."""

from __future__ import annotations

import math
from typing import Any

from ..core.crm import Crm
from ..core.i18n import MISSING, Language
from ..plots.cells import interval_axis, interval_cell
from ..plots.training import change_scale
from ..prose import explain
from ..prose.training import why
from ..training import RolloutPlan, TrainingEffectResult
from ..training.labels import kpi_label, level, ratio, reason_label
from .blocks import Block, Cell, Chip, Column, Graphic, Notice, Table, Text
from .markup import escape
from .pages import Description, body, head, silent

#: Chip of each verdict, and the verdict by which its interval is drawn.
CHIPS = {
    "improved": "linked",
    "worsened": "negative",
    "no_clear_change": "undecided",
    "not_enough_data": "insufficient",
}
DRAWN = {"improved": "linked", "worsened": "linked_negative"}
#: Reps listed by name; more are counted.
LISTED = 30


@head(TrainingEffectResult, "training_effect")
def describe(result: TrainingEffectResult, crm: Crm) -> Description:
    """Return whose coaching is looked at."""
    words = crm.client.words
    scope = words.period(result.period) if result.period else ""
    edition = words.t(f"report.edition_{result.edition}")
    return Description(
        scope=scope,
        edition=edition,
        facts=(("period", result.period.label if result.period else ""), ("edition", result.edition)),
    )


@silent(TrainingEffectResult)
def nothing_compared(result: TrainingEffectResult, kind: str) -> bool:
    """Leave out what no coached rep can be read for."""
    if kind in ("naive", "course"):
        row = result.main
        has_course = row is not None and (result.course["kpi"] == row["kpi"]).any()
        return result.table["estimate"].isna().all() or (kind == "course" and not has_course)
    if kind == "people":  # days of sessions tell who is who
        return result.people.empty or result.edition == "client"
    return result.table.empty


@body(TrainingEffectResult, "kpis", keep=True)
def kpis(result: TrainingEffectResult) -> tuple[Block, ...]:
    """Return one row per KPI: verdict, change with interval, level before, expected and after."""
    words = result.client.words
    rows = [row for _, row in result.table.iterrows()]
    ends = ([ratio(min(row[name], 5.0)) for row in rows] for name in ("conf_low", "conf_high"))
    scale = change_scale(*ends)
    cells = []
    for row in rows:
        low, mid, high = (_wide(row[name]) for name in ("conf_low", "estimate", "conf_high"))
        drawn = interval_cell(low, mid, high, scale=scale, verdict=DRAWN.get(row["verdict"], row["verdict"]))
        levels = (level(words, row[name], row["unit"]) for name in ("before", "without", "after"))
        cells.append(
            (
                _name(row, words),
                Chip(CHIPS[row["verdict"]], _verdict(words, row["verdict"])),
                Graphic(drawn, flush=True),
                Cell(
                    _percent(words, row["estimate"]), under=_under(words, row["conf_low"], row["conf_high"])
                ),
                *levels,
            )
        )
    columns = (
        Column(words.t("training.head.kpi"), width_mm=30),
        Column(words.t("training.head.verdict"), width_mm=29),
        Column("", width_mm=51, head_svg=interval_axis(scale, words=words)),
        Column(words.t("training.head.change"), align="right", width_mm=20),
        *(Column(words.t(f"training.head.{name}"), align="right") for name in ("before", "without", "after")),
    )
    return (Table(columns=columns, rows=tuple(cells)),)


def _wide(log_ratio: float) -> float:
    return ratio(min(log_ratio, 5.0)) if math.isfinite(log_ratio) else math.nan


def _verdict(words: Language, verdict: str) -> str:
    text = words.t(f"training.verdict.{verdict}")
    return text[:1].upper() + text[1:]


def _name(row: Any, words: Language) -> Cell:
    under = words.t("training.contrast.all_coached") if row["contrast"] == "all_coached" else ""
    return Cell(escape(kpi_label(words, row["kpi"], "name")), under=under)


def _percent(words: Language, log_ratio: float) -> str:
    return words.number(ratio(log_ratio) * 100, 0, sign=True)


def _under(words: Language, low: float, high: float) -> str:
    ends = [_percent(words, v) for v in (low, high)]
    return "" if MISSING in ends else words.span(*ends)


@body(TrainingEffectResult, "checks", keep=True)
def checks(result: TrainingEffectResult) -> tuple[Block, ...]:
    """Return what speaks for and against each figure: placebo, smallest change, reps, the reason."""
    words, rows = result.client.words, []
    has_p = bool(result.table["p_adjusted"].notna().any())
    for _, row in result.table.iterrows():
        rows.append(
            (
                escape(kpi_label(words, row["kpi"], "name")),
                Cell(_percent(words, row["naive_estimate"]), colour="muted"),
                Cell(
                    _percent(words, row["placebo_estimate"]),
                    under=_under(words, row["placebo_low"], row["placebo_high"]),
                ),
                *((words.p_value(row["p_adjusted"]),) if has_p else ()),
                _percent(words, row["mde"]),
                words.number(row["coached"]),
                words.number(row["controls"]),
                Cell(why(result, row, words) or MISSING, colour="muted"),
            )
        )
    heads = {"naive": 22, "placebo": 20, "p": 12, "mde": 15, "coached": 16, "controls": 13}
    if not has_p:
        heads.pop("p")
    columns = (
        Column(words.t("training.head.kpi"), width_mm=35),
        *(
            Column(words.t(f"training.head.{name}"), align="right", width_mm=width)
            for name, width in heads.items()
        ),
        Column(words.t("training.head.why")),
    )
    return (Table(columns=columns, rows=tuple(rows)),)


@body(TrainingEffectResult, "people")
def people(result: TrainingEffectResult) -> tuple[Block, ...]:
    """Return who was coached on what when, and whether each counts."""
    words = result.client.words
    rows = [
        (
            escape(str(one.name)),
            escape(kpi_label(words, one.kpi, "name")) or MISSING,
            escape(str(one.coach)) or MISSING,
            words.date(one.held_on),
            words.date(one.read_on),
            Cell(reason_label(words, one.reason) or words.t("training.people.counted"), colour="muted"),
        )
        for one in result.people.head(LISTED).itertuples(index=False)
    ]
    more = len(result.people) - LISTED
    heads = ("rep", "kpi", "coach", "held_on", "read_on", "status")
    widths = (30, 38, 30, 21, 21, None)
    columns = tuple(
        Column(words.t(f"training.head.{name}"), width_mm=width)
        for name, width in zip(heads, widths, strict=True)
    )
    note = words.t("training.people.more", count=more) if more > 0 else ""
    return (Table(columns=columns, rows=tuple(rows), note=note),)


@body(RolloutPlan, "", keep=True)
def next_wave(result: RolloutPlan) -> tuple[Block, ...]:
    """Return the proposed roll-out in sentences, or why no lot can be drawn."""
    said = tuple(explain(result, "answer").splitlines())
    if result.table.empty:
        return (Notice(heading=said[0].replace("**", ""), text=" ".join(said[1:])),)
    return (Text(items=said),)


@body(RolloutPlan, "who", keep=True)
def who(result: RolloutPlan) -> tuple[Block, ...]:
    """Return the waves: from when, and whom."""
    words = result.client.words
    rows = [
        (
            words.number(wave),
            words.date(part["held_on"].iloc[0]),
            words.number(len(part)),
            Cell(escape(", ".join(part["name"].astype(str))), colour="muted"),
        )
        for wave, part in result.table.groupby("wave")
    ]
    columns = (
        Column(words.t("training.head.wave"), width_mm=18),
        Column(words.t("training.head.from"), width_mm=26),
        Column(words.t("training.head.reps"), align="right", width_mm=12),
        Column(""),
    )
    return (Table(columns=columns, rows=tuple(rows)),)


@silent(RolloutPlan)
def no_lot(result: RolloutPlan, kind: str) -> bool:
    """Without a lot there is no chance to tell."""
    if kind == "who" and result.edition == "client":
        return True
    return kind in ("who", "power") and result.table.empty


@body(RolloutPlan, "power", keep=True)
def power(result: RolloutPlan) -> tuple[Block, ...]:
    """Return what the plan and those with more waves would show."""
    words = result.client.words
    rows = tuple(
        (
            words.number(row.waves),
            words.number(row.weeks),
            words.number(row.power * 100, 0),
            _percent(words, row.mde),
        )
        for row in result.power.itertuples()
    )
    columns = (
        Column(words.t("training.head.waves"), width_mm=24),
        Column(words.t("training.head.length"), align="right", width_mm=40),
        Column(words.t("training.head.power"), align="right", width_mm=50),
        Column(words.t("training.head.mde"), align="right", width_mm=30),
    )
    return (Table(columns=columns, rows=rows),)
