"""The significance report: the verdict table, one part a linked activity, what it cannot tell."""

from __future__ import annotations

import math
from typing import Any

from ..core.crm import Crm
from ..core.i18n import MISSING, Language
from ..linkage import CorrelationResult, LinkageResult, wins_per_more
from ..linkage.labels import activity_label, reason_label, verdict_label
from ..plots.cells import Scale, interval_axis, interval_cell, interval_scale
from ..prose import explain
from .blocks import Block, Cell, Chip, Column, Columns, Graphic, Lead, Notice, Section, Table, Text
from .markup import escape
from .page_test import to_test
from .pages import Description, body, head, section, silent

#: Chip of each verdict.
CHIPS = {
    "linked": "linked",
    "linked_negative": "negative",
    "no_link_found": "none",
    "undecided": "undecided",
    "reacts_to_results": "reacts",
    "not_enough_data": "insufficient",
}
#: Correlations that are shown, by statistic and contrast; `sa.correlate` has them all.
_CORRELATIONS = (
    *(("pearson", contrast) for contrast in ("pooled", "between", "within")),
    *(("spearman", contrast) for contrast in ("pooled", "within")),
    ("partial", "within"),
)
#: Witnesses that are shown beside each other.
WITNESSES = ("rep_weeks", "opportunity_weeks", "won_not_lost", "landmark")
#: Linked activities that get a part of their own.
SHOWN = 4


@head(LinkageResult, "significance")
def describe(result: LinkageResult, crm: Crm) -> Description:
    """Return the size of the data behind the verdicts."""
    words = crm.client.words
    scope = words.t("report.scope_reps", reps=words.number(result.reps), weeks=words.number(result.weeks))
    return Description(scope=scope if result.reps else "", facts=(("period", crm.span.label),))


@silent(LinkageResult)
def nothing_tested(result: LinkageResult, kind: str) -> bool:
    """Without activities only the verdicts speak; a list without members is left out."""
    nothing = {"linked": not _found(result), "witness": result.witnesses.empty, "test": not to_test(result)}
    return (result.table.empty and kind != "verdicts") or nothing.get(kind, False)


@silent(CorrelationResult)
def nothing_correlated(result: CorrelationResult, kind: str) -> bool:
    """Without activities there is nothing to correlate, and mostly no sign turns."""
    return result.table.empty or (kind == "reversals" and not result.reversals)


@body(LinkageResult, "verdicts", keep=True)
def verdicts(result: LinkageResult) -> tuple[Block, ...]:
    """Return one row per activity: verdict, interval, size of the data; or what to export."""
    words = result.client.words
    if result.table.empty:
        items = tuple(words.t(f"report.export_{name}") for name in ("activities", "outcome", "opportunity"))
        return (Notice(heading=words.t("report.cannot_tell"), text=words.t("report.export"), items=items),)
    return (_verdict_table(result),)


def _verdict_table(result: LinkageResult, note: str = "") -> Table:
    words = result.client.words
    rows = [row for _, row in result.table.iterrows()]
    scale = interval_scale(*([_wins(row[end]) for row in rows] for end in ("conf_low", "conf_high")))
    cells = tuple(_row(row, scale, words) for row in rows)
    return Table(columns=_columns(result, scale), rows=cells, note=note)


def _columns(result: LinkageResult, scale: Scale) -> tuple[Column, ...]:
    words = result.client.words

    unit = {"rep_week": "rep_weeks", "both": "all_weeks"}.get(result.basis, "opportunity_weeks")
    level = words.percent(result.level, 0)
    return (
        Column(words.t("linkage.head.activity"), width_mm=29),
        Column(words.t("linkage.head.verdict"), width_mm=30),
        Column("", width_mm=51, head_svg=interval_axis(scale, words=words)),
        Column(words.t("linkage.head.effect"), align="right", width_mm=13),
        Column(words.t("linkage.head.interval", level=level), width_mm=25),
        Column(words.t("linkage.head.smallest"), align="right"),
        Column(words.t(f"linkage.head.{unit}"), align="right"),
    )


def _row(row: Any, scale: Scale, words: Language) -> tuple[Any, ...]:
    low, mid, high = (_wins(row[name]) for name in ("conf_low", "estimate", "conf_high"))
    shown = [words.number(v * 100, 1, sign=True) for v in (low, mid, high)]
    missing = math.isnan(low)
    cell = interval_cell(low, mid, high, scale=scale, verdict=row["verdict"])
    return (
        escape(activity_label(words, row["term"])),
        Chip(CHIPS[row["verdict"]], verdict_label(words, row["verdict"])),
        Graphic(cell, flush=True),
        shown[1],
        Cell(MISSING if missing else words.span(shown[0], shown[2]), colour="muted"),
        words.number(_wins(row["mde"]) * 100, 1),
        words.number(row["n"]),
    )


def _wins(elasticity: float) -> float:
    return float(wins_per_more(elasticity))


@body(LinkageResult, "witness", keep=True, words="report.witness_")
def witness(result: LinkageResult) -> tuple[Block, ...]:
    """Return what each of the two witnesses says by itself, and whether they agree."""
    words, found = result.client.words, result.witnesses
    by = {(row.term, row.witness): row for row in found.itertuples()}
    rows = []
    for term in result.table["term"]:
        cells = [_witness_cell(by.get((term, name)), words) for name in WITNESSES]
        apart = by.get((term, "difference"))
        p = MISSING if apart is None else words.p_value(apart.p_value)
        rows.append((escape(activity_label(words, term)), *cells, p))
    columns = (
        Column(words.t("linkage.head.activity"), width_mm=32),
        *(Column(words.t(f"report.witness_{name}"), align="right", width_mm=29) for name in WITNESSES),
        Column(words.t("report.witness_difference"), align="right"),
    )
    return (Table(columns=columns, rows=tuple(rows), note=words.t("report.witness_note")),)


def _witness_cell(row: Any, words: Language) -> Cell:
    """Return one witness's estimate as wins for 10 % more, its interval below."""
    if row is None or math.isnan(row.estimate):
        return Cell(MISSING, colour="muted")
    mid, low, high = (
        words.number(_wins(v) * 100, 1, sign=True) for v in (row.estimate, row.conf_low, row.conf_high)
    )
    return Cell(f"{mid} %", under="" if math.isnan(row.conf_low) else words.span(low, high))


@body(LinkageResult, "reasons", keep=True, words="report.reasons_")
def reasons(result: LinkageResult) -> tuple[Block, ...]:
    """Return why each activity got its verdict."""
    words = result.client.words
    rows = [
        (
            escape(activity_label(words, row.term)),
            Chip(CHIPS[row.verdict], verdict_label(words, row.verdict)),
            words.t(f"report.meaning_{row.verdict}"),
            Cell(reason_label(words, row.reason) or MISSING, colour="muted"),
            words.p_value(row.p_adjusted),
            words.p_value(row.lead_p_adjusted),
        )
        for row in result.table.itertuples()
    ]
    columns = (
        Column(words.t("linkage.head.activity"), width_mm=29),
        Column(words.t("linkage.head.verdict"), width_mm=30),
        Column(words.t("report.col_meaning")),
        Column(words.t("linkage.head.reason"), width_mm=34),
        Column(words.t("report.col_p"), align="right", width_mm=14),
        Column(words.t("report.col_lead"), align="right", width_mm=15),
    )
    return (Table(columns=columns, rows=tuple(rows)),)


@body(LinkageResult, "linked", new_page=True, words="report.linked_")
def linked(result: LinkageResult) -> tuple[Block, ...]:
    """Return a page for each linked activity: effect, lead test, when and at which level, each rep."""
    return tuple(_activity(result, term, new_page=i > 0) for i, term in enumerate(_found(result)[:SHOWN]))


def _found(result: LinkageResult) -> list[str]:
    return [*result.with_verdict("linked"), *result.with_verdict("linked_negative")]


def _activity(result: LinkageResult, term: str, *, new_page: bool) -> Section:
    words, one = result.client.words, result.activity(term)
    row = one.table.iloc[0]
    low, high = (words.number(_wins(row[name]) * 100, 1, sign=True) for name in ("conf_low", "conf_high"))
    lead = Lead(
        number=words.percent(_wins(row["estimate"]), sign=True),
        label=words.t("report.hero", activity=escape(activity_label(words, term, capital=False))),
        note=words.t(
            "report.hero_interval", level=words.percent(result.level, 0), interval=words.span(low, high)
        ),
        chip=Chip(CHIPS[row["verdict"]], verdict_label(words, row["verdict"])),
        chip_note=words.t(
            "report.position", position=words.number(one.position), all=words.number(one.activities)
        ),
    )
    reading = Section(
        heading=words.t("report.reading"),
        subtitle=words.t("report.reading_subtitle"),
        children=(Text(items=tuple(explain(one, "answer").splitlines())),),
    )
    # What lies behind the rep-weeks says nothing of an estimate that the opportunities gave.
    behind = ("depth", "reps") if one.seen_in == "rep_week" else ("leave_one_out",)
    return Section(
        heading=explain(one, "title"),
        children=(
            lead,
            Columns(left=(section(one, "lead_test"),), right=(reading,)),
            *(section(one, kind) for kind in behind),
        ),
        source=explain(one, "source"),
        new_page=new_page,
        keep=True,
    )


@body(LinkageResult, "limits", keep=True, words="report.limits_")
def limits(result: LinkageResult) -> tuple[Block, ...]:
    """Return what this page can say and what would settle it."""
    words = result.client.words
    return (Notice(heading=words.t("report.can_say"), text=explain(result, "answer", kind="limits")),)


@body(CorrelationResult, "", keep=False)
def correlations(result: CorrelationResult) -> tuple[Block, ...]:
    """Return Pearson and Spearman correlations by contrast, with intervals: description only."""
    words = result.client.words
    rows = []
    for term, part in result.table.groupby("term", sort=False):
        by = {(r.kind, r.contrast): r for r in part.itertuples()}
        cells = [_correlation(by.get(pair), words) for pair in _CORRELATIONS]
        rows.append((escape(activity_label(words, term)), *cells))
    heads = [
        Column(f"{words.t(f'linkage.head.{kind}')}, {words.t(f'linkage.contrast.{c}')}", align="right")
        for kind, c in _CORRELATIONS
    ]
    return (Table(columns=(Column(words.t("linkage.head.activity"), width_mm=32), *heads), rows=tuple(rows)),)


@body(CorrelationResult, "reversals", keep=True)
def reversals(result: CorrelationResult) -> tuple[Block, ...]:
    """Return the activities whose correlation turns its sign once groups are told apart (Simpson)."""
    words = result.client.words
    pearson = result.table[result.table["kind"] == "pearson"]
    rows = []
    for term in result.reversals:
        by = {row.contrast: row for row in pearson[pearson["term"] == term].itertuples()}
        cells = (_correlation(by[contrast], words) for contrast in ("pooled", "within"))
        rows.append((escape(activity_label(words, term)), *cells))
    group = words.t(f"linkage.group.{result.by}")
    columns = (
        Column(words.t("linkage.head.activity"), width_mm=50),
        Column(words.t("linkage.contrast.pooled"), align="right", width_mm=50),
        Column(words.t("linkage.reversal.within", group=group), align="right"),
    )
    return (Table(columns=columns, rows=tuple(rows)),)


def _correlation(row: Any, words: Language) -> Cell:
    if row is None or math.isnan(row.estimate):
        return Cell(MISSING, colour="muted")
    low, high = (words.number(v, 2, sign=True) for v in (row.conf_low, row.conf_high))
    return Cell(f"**{words.number(row.estimate, 2, sign=True)}**", under=words.span(low, high))
