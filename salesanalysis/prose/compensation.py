"""Words for `PayrollResult` and what it holds: what is paid, for what, and what it would be."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..compensation import PayForResult, PayResult, PayrollResult, WhatIfResult
from ..core.fonts import shortest_fitting
from ..core.i18n import Language, escape
from ..kpi import KPIS
from ..value.coach import PREMIUM
from . import explains
from .compensation_alone import of_pay, of_pay_for, of_what_if
from .compensation_bars import bars, bars_alt
from .compensation_what_if import curve, levels, slips_title
from .goals_page import small


@explains(PayrollResult)
def payroll(result: PayrollResult, detail: str, kind: str) -> str:
    """Put pay into words; `kind`: a section of the report."""
    words = result.client.words
    if detail == "method":
        return words.t("compensation.method")
    if detail == "answer":
        return "\n".join(answer(result, words))
    if kind in ("tiles", "levels"):
        return _heading(result, detail, kind, words)
    if kind == "bars":
        return bars(result, detail, source(result.paid, words))
    if kind in ("curve", "compared"):
        return what_if_words(result.what_if, detail, kind)
    if kind == "for":
        return pay_for_words(result.pays_for, detail, kind)
    if kind:
        return _of_kind(result, detail, kind, words)
    if detail == "title":
        return _title(result, words)
    if detail == "subtitle":
        plan = plan_name(result.paid, words) if result.paid else words.t("compensation.plan_unnamed")
        return words.t("compensation.subtitle", period=words.period(result.period), plan=plan)
    if detail == "source":
        return source(result.paid, words)
    return bars(result, "alt", "")


@explains(PayResult)
def pay_words(result: PayResult, detail: str, kind: str) -> str:
    """Put what is paid into words."""
    words = result.client.words
    if detail == "method":
        return words.t("compensation.method")
    if detail == "source":
        return source(result, words)
    if detail == "answer":
        return "\n".join(of_pay(result, _pays(result, words)))
    if detail == "subtitle":
        plan = plan_name(result, words)
        return words.t("compensation.subtitle", period=words.period(result.period), plan=plan)
    if detail == "alt":
        return bars_alt(result.table, words)
    return words.t("compensation.slips_title.all")


@explains(PayForResult)
def pay_for_words(result: PayForResult, detail: str, kind: str) -> str:
    """Put what pay is for into words."""
    words = result.client.words
    if detail in ("method", "subtitle"):
        return words.t("compensation.method" if detail == "method" else "compensation.for_subtitle")
    if detail == "answer":
        return "\n".join(of_pay_for(result, _for(result, words)))
    if detail == "source":
        if not np.isfinite(result.corr_low):
            return words.t("compensation.for_source_plain")
        return words.t(
            "compensation.for_source",
            correlation=words.number(result.correlation, 2),
            interval=words.interval(result.corr_low, result.corr_high, "ratio"),
            count=result.pairs,
        )
    failed, unpaid = ((result.table["reason"] == reason).sum() for reason in ("failed", "unpaid"))
    if failed:
        return words.t("compensation.for_title.failed", count=int(failed))
    if unpaid:
        return words.t("compensation.for_title.unpaid", count=int(unpaid))
    return words.t("compensation.for_title.fine")


@explains(WhatIfResult)
def what_if_words(result: WhatIfResult, detail: str, kind: str) -> str:
    """Put what would be paid into words; `kind`: levels (the default), curve, compared."""
    words = result.client.words
    if detail == "method":
        return words.t("compensation.method")
    if detail == "answer":
        return "\n".join(of_what_if(result, ahead(result, words)))
    if kind == "curve":
        return curve(result, detail, words)
    if kind == "compared":
        return _compared(result, detail, words)
    return levels(result, detail, words)


def plan_name(paid: PayResult, words: Language) -> str:
    """Return what the plan is called."""
    return escape(paid.plan.name) if paid.plan.name else words.t("compensation.plan_unnamed")


def source(paid: PayResult | None, words: Language) -> str:
    """Return the line below a table or picture of pay."""
    if paid is None:
        return ""
    basis, settles = paid.plan.basis, paid.plan.settles
    n = float(paid.table["n"].sum())
    return words.t(
        "compensation.source",
        plan=plan_name(paid, words),
        basis=words.t(f"compensation.basis.{basis}"),
        settles=words.t(f"compensation.settles.{settles}"),
        n=words.number(n, 0 if n == round(n) else 1),
    )


def ratio(part: float, whole: float) -> float:
    """Return part ÷ whole; missing where there is no whole."""
    return part / whole if whole > 0 else float("nan")


def _title(result: PayrollResult, words: Language) -> str:
    if result.paid is None:
        return words.t("compensation.title.no_plan")
    table = result.table
    if result.rep:
        row = table.iloc[0]
        facts = {"pay": words.money(row["pay"]), "variable": words.money(row["variable_pay"])}
        long = words.t("compensation.title.rep", name=escape(row["name"]), **facts)
        return shortest_fitting([long, words.t("compensation.title.rep_short", **facts)])
    found = result.pays_for
    rows = found.table
    failed = float(rows.loc[rows["reason"] == "failed", "target_share"].sum())
    if not rows["on_target"].sum() > 0:
        return words.t("compensation.title.nothing", period=words.period(result.period))
    if failed > 0:
        return words.t("compensation.title.failed", share=words.percent(failed, 0))
    share, other = words.percent(1 - found.behaviour_target, 0), words.percent(found.behaviour_target, 0)
    if found.behaviour_target < 0.005:
        return words.t("compensation.title.results", share=share)
    return words.t("compensation.title.mixed", share=share, other=other)


def answer(result: PayrollResult, words: Language) -> tuple[str, str, str]:
    """Return three sentences: what is paid, what for, what is ahead."""
    if result.paid is None:
        client = escape(result.client.name)
        return (
            words.t("compensation.answer.none_1", client=client),
            words.t("compensation.answer.none_2"),
            words.t("compensation.answer.none_3"),
        )
    if result.rep:
        return _of_rep(result, words)
    return _pays(result.paid, words), _for(result.pays_for, words), ahead(result.what_if, words)


def _heading(result: PayrollResult, detail: str, kind: str, words: Language) -> str:
    """Return the heading of a section that is made of parts with words of their own."""
    if detail == "source":
        return ""
    if kind == "levels":
        return words.t(f"compensation.would_{detail}")
    facts = {"period": words.period(result.period), "plan": plan_name(result.paid, words)}
    return words.t(f"compensation.tiles_{detail}", **facts)


def _money(table: pd.DataFrame, words: Language) -> dict[str, str]:
    variable = float(table["variable_pay"].sum())
    return {
        "pay": words.money(float(table["pay"].sum())),
        "base": words.money(float(table["base_pay"].sum())),
        "variable": words.money(variable),
        "ratio": words.percent(ratio(variable, float(table["on_target"].sum())), 0),
    }


def _pays(paid: PayResult, words: Language) -> str:
    table = paid.table
    facts = {"reps": words.number(paid.reps), **_money(table, words)}
    if paid.state == "running":
        return words.t("compensation.answer.pays_so_far", day=words.date(paid.as_of), **facts)
    return words.t("compensation.answer.pays", period=words.period(paid.period), **facts)


def _for(found: PayForResult, words: Language) -> str:
    rows = found.table
    if not rows["on_target"].sum() > 0:
        return words.t("compensation.answer.for_nothing")
    facts = {
        "result": words.percent(1 - found.behaviour_target, 0),
        "behaviour": words.percent(found.behaviour_target, 0),
    }
    failed = rows[rows["reason"] == "failed"]
    if failed.empty:
        return words.t("compensation.answer.for_fine", **facts)
    names = words.listing([small(KPIS[k].label(words)) for k in failed["kpi"]])
    share = words.percent(float(failed["target_share"].sum()), 0)
    return words.t("compensation.answer.for_failed", failed=share, names=names, **facts)


def ahead(found: WhatIfResult, words: Language) -> str:
    """Say what the settlement ahead may bring."""
    money, plan = found.ahead, found.paid.plan
    if money.reason == "plan_over" and plan.ends_on:
        return words.t("compensation.answer.plan_over", day=words.date(plan.ends_on))
    if money.reason == "no_past":
        return words.t("compensation.answer.no_past")
    if money.period is None:
        return words.t("compensation.answer.few")
    facts = {
        "period": words.period(money.period),
        "estimate": words.money(money.estimate),
        "interval": words.interval(money.conf_low, money.conf_high, "money"),
    }
    if not np.isfinite(money.limit):
        return words.t("compensation.answer.ahead_no_budget", **facts)
    chance = words.number(float(np.clip(money.chance, 0.01, 0.99)), 2)
    return words.t("compensation.answer.ahead", limit=words.money(money.limit), chance=chance, **facts)


def _of_rep(result: PayrollResult, words: Language) -> tuple[str, str, str]:
    row, more = result.table.iloc[0], result.what_if.marginal.iloc[0]
    first = words.t(
        "compensation.answer.rep_1",
        period=words.period(result.period),
        name=escape(row["name"]),
        **_money(result.table, words),
    )
    plain = not np.isfinite(row["attainment"]) and more["verdict"] != "no_goal"
    key = "rep_2_plain" if plain else f"rep_2.{more['verdict']}"
    second = words.t(
        f"compensation.answer.{key}",
        attainment=words.percent(row["attainment"], 0),
        value=words.money(more["value"]),
        gain=words.money(more["estimate"]),
    )
    if row["owed"] > 0:
        return first, second, words.t("compensation.answer.rep_owed", owed=words.money(row["owed"]))
    return first, second, words.t("compensation.answer.rep_clear")


def _of_kind(result: PayrollResult, detail: str, kind: str, words: Language) -> str:
    unit = words.money_unit(float(result.table["pay"].max()))[1] if len(result.table) else ""
    if kind == "slips":
        if detail == "title":
            return slips_title(result.what_if, result.edition, words)
        return words.t(f"compensation.slips_{detail}", unit=unit, few=words.number(3))
    if kind == "slip":
        return source(result.paid, words) if detail == "source" else words.t(f"compensation.slip_{detail}")
    if kind == "coaches":
        if detail == "title":
            reason = result.coaches["reason"].iloc[0]
            return words.t(f"compensation.coaches_title.{reason}")
        premium, period = words.percent(PREMIUM, 0), words.period(result.period)
        return words.t(f"compensation.coaches_{detail}", premium=premium, period=period)
    return "" if detail == "source" else words.t(f"compensation.template_{detail}")


def _compared(result: WhatIfResult, detail: str, words: Language) -> str:
    rows = result.compared
    if detail != "title":
        unit = words.money_unit(float(rows["pay"].max()))[1] if len(rows) else ""
        return words.t(f"compensation.compared_{detail}", unit=unit)
    gain, lose = int((rows["difference"] > 0).sum()), int((rows["difference"] < 0).sum())
    return words.t(
        "compensation.compared_title",
        other=escape(result.other) or words.t("compensation.plan_unnamed"),
        gain=words.number(gain),
        lose=words.number(lose),
        total=words.money(float(rows["difference"].sum()), sign=True),
    )
