"""Words for the bars of pay by component."""

from __future__ import annotations

import pandas as pd

from ..compensation import PayrollResult
from ..compensation.labels import BARS, group_name
from ..core.i18n import Language, escape


def bars(result: PayrollResult, detail: str, source: str) -> str:
    """Return the words of the bars; `source` is the line below them."""
    words, table = result.client.words, result.table
    if detail == "source":
        return source
    if detail == "alt":
        return bars_alt(table, words)
    if detail == "subtitle":
        unit = words.money_unit(float(table["pay"].max()))[1]
        return words.t("compensation.bars_subtitle", unit=unit, period=words.period(result.period))
    if len(table) > BARS:
        return words.t("compensation.bars_title.some", count=BARS, reps=words.number(len(table)))
    return words.t("compensation.bars_title.all")


def bars_alt(table: pd.DataFrame, words: Language) -> str:
    """Return what the bars show, in one sentence."""
    if table.empty:
        return words.t("compensation.bars_empty")
    first = table.iloc[0]
    name, money = escape(group_name(first, words)), words.money(first["pay"])
    return words.t("compensation.bars_alt", reps=words.number(len(table)), name=name, pay=money)
