"""Three sentences for each part of the pay report that stands alone."""

from __future__ import annotations

from ..compensation import PayForResult, PayResult, WhatIfResult
from ..kpi import KPIS
from .compensation_what_if import NOTHING
from .goals_page import small

_ADJUSTED = ["clawback", "cap", "draw", "recovered"]


def of_pay(result: PayResult, first: str) -> tuple[str, str, str]:
    """Return what is paid, what was credited, what is owed."""
    words, table = result.client.words, result.table
    n, owed = float(table["n"].sum()), float(table["owed"].sum())
    second = words.t(
        "compensation.answer.credited",
        value=words.money(float(table["credited"].sum())),
        n=words.number(n, 0 if n == round(n) else 1),
        adjusted=words.money(float(table[_ADJUSTED].sum().sum()), sign=True),
    )
    if owed > 0:
        return first, second, words.t("compensation.answer.rep_owed", owed=words.money(owed))
    return first, second, words.t("compensation.answer.rep_clear")


def of_pay_for(result: PayForResult, first: str) -> tuple[str, str, str]:
    """Return what pay is for, what goes unpaid, how it is spread."""
    words, table = result.client.words, result.table
    names = [small(KPIS[k].label(words)) for k in table.loc[table["reason"] == "unpaid", "kpi"]]
    second = words.t("compensation.answer.none_unpaid")
    if names:
        second = words.t("compensation.answer.unpaid", names=words.listing(names))
    share, value = words.percent(result.top_pay, 0), words.percent(result.top_value, 0)
    return first, second, words.t("compensation.answer.top", share=share, value=value)


def of_what_if(result: WhatIfResult, first: str) -> tuple[str, str, str]:
    """Return what is ahead, other attainments, one more win."""
    words = result.client.words
    total = result.total.set_index("level")["estimate"]
    at = {"low": 0.8, "middle": 1.0, "high": 1.2}
    second = words.t(
        "compensation.answer.levels", **{name: words.money(float(total[v])) for name, v in at.items()}
    )
    stuck = int(result.marginal["verdict"].isin(NOTHING).sum())
    return first, second, words.t("compensation.answer.stuck", count=stuck, reps=words.number(result.n))
