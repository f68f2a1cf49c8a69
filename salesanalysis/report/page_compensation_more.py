"""Further parts of the compensation report: a rep's slip, other attainments, another plan, coaches."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from ..compensation import PayrollResult
from ..compensation.plan import PayPlan
from ..core.i18n import MISSING, Language
from ..kpi import KPIS
from .blocks import Block, Cell, Column, Columns, Section, Table
from .markup import escape
from .page_compensation import fits_beside
from .pages import body, section

#: Rows of those who gain and of those who lose that are shown.
SHOWN = 12
_NOTHING = Decimal(0)


@body(PayrollResult, "slip")
def slip(result: PayrollResult) -> tuple[Block, ...]:
    """Return every line of a rep's pay, to the cent, and their sum."""
    words, lines, plan = result.client.words, result.paid.lines, result.paid.plan
    several = lines["period"].nunique() > 1
    columns = (
        *((Column(words.t("compensation.col.period"), width_mm=24),) if several else ()),
        Column(words.t("compensation.col.component"), width_mm=44),
        Column(words.t("compensation.col.what"), width_mm=58),
        Column(words.t("compensation.col.quantity"), align="right", width_mm=40),
        Column(words.t("compensation.col.rate"), align="right", width_mm=36),
        Column(words.t("compensation.col.amount"), align="right", width_mm=36),
        Column(words.t("compensation.col.why")),
    )
    rows = [_line(row, several, plan, words) for _, row in lines.iterrows()]
    total = exact(result.paid.total(), plan, words)
    blank = ("",) * (len(columns) - 3)
    rows.append((f"**{words.t('compensation.total')}**", *blank, f"**{total}**", ""))
    return (Table(columns=columns, rows=tuple(rows), total=True),)


def exact(amount: Decimal, plan: PayPlan, words: Language) -> str:
    """Write an amount to the last digit that the plan pays."""
    return words.number(float(amount), plan.decimals)


def _line(row: pd.Series, several: bool, plan: PayPlan, words: Language) -> tuple[object, ...]:
    quantity, rate = row["quantity"], row["rate"]
    return (
        *((escape(row["period"]),) if several else ()),
        words.t(f"compensation.component.{row['component']}"),
        _what(row, words),
        Cell(_quantity(row, words), "muted"),
        Cell(_rate(row, rate, plan, words) if quantity else MISSING, "muted"),
        exact(row["amount"], plan, words),
        Cell(words.t(f"compensation.why.{row['reason']}"), "muted"),
    )


def _what(row: pd.Series, words: Language) -> str:
    if row["component"] == "bonus":
        return KPIS[row["term"]].label(words)
    if row["component"] == "base":
        return words.t("compensation.what.base")
    if row["component"] in ("commission", "accelerator") and row["term"] != "0":
        return words.t("compensation.what.tier", tier=row["term"])
    return words.t("compensation.what.none")


def _quantity(row: pd.Series, words: Language) -> str:
    value = float(row["quantity"])
    if row["component"] == "bonus":
        return words.percent(value, 2)
    if row["component"] in ("base", "commission", "accelerator"):
        return words.number(value, 0 if value == round(value) else 2)
    return MISSING


def _rate(row: pd.Series, rate: Decimal, plan: PayPlan, words: Language) -> str:
    if row["component"] in ("commission", "accelerator"):
        return words.percent(float(rate), 4) if rate < 1 else exact(rate, plan, words)
    return exact(rate, plan, words) if row["component"] in ("base", "bonus") else MISSING


@body(PayrollResult, "levels", keep=True)
def levels(result: PayrollResult) -> tuple[Block, ...]:
    """Return the payout curves beside what is paid if all reach so much."""
    words, found = result.client.words, result.what_if
    limit = found.table["share"].notna().any()
    columns = (
        Column(words.t("compensation.col.level"), width_mm=26),
        Column(words.t("compensation.col.variable"), align="right", width_mm=25),
        Column(words.t("compensation.col.with_base"), align="right", width_mm=25),
        *((Column(words.t("compensation.col.budget"), align="right"),) if limit else ()),
        Column(words.t("compensation.col.at_cap"), align="right"),
    )
    rows = tuple(
        (
            words.percent(row["level"], 0),
            f"**{words.money(row['estimate'])}**",
            words.money(row["pay"]),
            *((words.percent(row["share"], 0),) if limit else ()),
            words.number(row["n"]),
        )
        for _, row in found.table.iterrows()
    )
    right = Section(
        heading=words.t("compensation.table_title"),
        subtitle=words.t("compensation.table_subtitle"),
        children=(Table(columns=columns, rows=rows),),
        source=" ".join([words.t("compensation.levels_source_plain"), *_without_target(result)]),
    )
    more = () if fits_beside(result) or result.rep else (section(result, "ahead"),)
    return (Columns(left=(section(result, "curve"),), right=(*more, right), widths=(150, 11, 108)),)


def _without_target(result: PayrollResult) -> list[str]:
    """Say why 100 % of all targets is not what is paid on target: some have none."""
    words, paid = result.client.words, result.what_if.paid
    if paid is None or len(paid.settled) != 1:
        return []
    asked = set(paid.table["rep_id"])
    cases = [who.case for rep, who in paid.settled[0][1].items() if rep in asked]
    count = sum(bool(case.terms.commission) and not case.target for case in cases)
    found = result.what_if.table
    whole, target = found.loc[found["level"] == 1.0, "estimate"].sum(), paid.table["on_target"].sum()
    if not count or words.money(whole) == words.money(target):
        return []
    facts = {"whole": words.money(whole), "target": words.money(target)}
    return [words.t("compensation.levels_no_target", count=count, **facts)]


@body(PayrollResult, "compared")
def compared(result: PayrollResult) -> tuple[Block, ...]:
    """Return who gains and who loses under another plan."""
    words, rows = result.client.words, result.what_if.compared
    divisor = words.money_unit(float(rows["pay"].max()))[0]
    moved = rows[rows["difference"] != 0]
    shown = moved if len(moved) <= 2 * SHOWN else pd.concat([moved.head(SHOWN), moved.tail(SHOWN)])
    columns = (
        Column(words.t("compensation.col.rep"), width_mm=60),
        Column(words.t("compensation.col.now"), align="right", width_mm=34),
        Column(words.t("compensation.col.other"), align="right", width_mm=34),
        Column(words.t("compensation.col.difference"), align="right", width_mm=34),
    )
    found = tuple(
        (
            Cell(escape(row["name"]), under=" · ".join(escape(row[c]) for c in ("role", "team") if row[c])),
            words.number(row["pay"] / divisor, 2),
            words.number(row["other_pay"] / divisor, 2),
            f"**{words.number(row['difference'] / divisor, 2, sign=True)}**",
        )
        for _, row in shown.iterrows()
    )
    rest = len(rows) - len(shown)
    note = words.t("compensation.same", count=rest) if rest else ()
    return (Table(columns=columns, rows=found, note=note),)


@body(PayrollResult, "coaches", keep=True)
def coaches(result: PayrollResult) -> tuple[Block, ...]:
    """Return what a day of coaching is to be paid."""
    words = result.client.words
    columns = (
        Column(words.t("compensation.col.rep"), width_mm=60),
        Column(words.t("compensation.col.sessions"), align="right", width_mm=24),
        Column(words.t("compensation.col.forgone"), align="right", width_mm=34),
        Column(words.t("compensation.col.coach_pay"), align="right", width_mm=34),
    )
    rows = tuple(
        (
            Cell(escape(row["name"]), under=" · ".join(escape(row[c]) for c in ("role", "team") if row[c])),
            words.number(row["sessions"]),
            words.money(row["forgone"]),
            f"**{words.money(row['pay'])}**",
        )
        for _, row in result.coaches.iterrows()
    )
    return (Table(columns=columns, rows=rows),)
