"""Words for `CompareResult`: the values, how they stand to what they are compared with, what is open."""

from __future__ import annotations

import pandas as pd

from ..core.i18n import Language, escape
from ..goals import CompareResult
from . import explains

#: Reasons that one sentence names.
_NAMED = 2


@explains(CompareResult)
def compare(result: CompareResult, detail: str, kind: str) -> str:
    """Put a comparison into words."""
    words = result.client.words
    level = words.percent(result.level, 0)
    if detail == "method":
        return words.t("compare.method", level=level)
    if detail == "subtitle":
        return words.t("compare.subtitle", level=level)
    if detail == "source":
        period = words.period(result.period)
        return words.t("compare.source", count=len(_values(result)), period=period, level=level)
    if detail == "title":
        return _title(result, words)
    if detail == "alt":
        return words.t("compare.alt", count=len(result.table), title=_title(result, words))
    return "\n".join((_spread(result, words), _verdicts(result, words), _open(result, words)))


def kpi_name(result: CompareResult, name: str) -> str:
    """Return the KPI's display name."""
    return next(k for k in result.asked if k.name == name).label(result.client.words)


def row_name(result: CompareResult, row: pd.Series, words: Language) -> str:
    """Return whose value a row is: the rep or team, and the period where there are several."""
    parts = [row["name"] if dim == "rep_id" else row[dim] for dim in result.by]
    shown = [words.t("compare.nobody") if pd.isna(part) else escape(part) for part in parts]
    if len(result.periods) > 1:
        period = next(p for p in result.periods if p.label == row["period"])
        shown.append(words.period(period))
    return ", ".join(shown)


def _values(result: CompareResult) -> pd.DataFrame:
    """Rows with a value, one a KPI, dimension and period."""
    rows = result.table.dropna(subset=["estimate"])
    return rows.drop_duplicates([*result.by, "period", "kpi"])


def _title(result: CompareResult, words: Language) -> str:
    if "verdict" not in result.table:
        rows = _values(result)
        if len(rows) != 1:
            return words.t("compare.title.values", count=len(rows), kpis=words.number(len(result.asked)))
        row = rows.iloc[0]
        value = words.value(row["estimate"], row["unit"])
        return words.t("compare.title.one", kpi=kpi_name(result, row["kpi"]), value=value)
    counts = result.table["verdict"].value_counts()
    values = {name: words.number(counts.get(name, 0)) for name in ("higher", "lower")}
    return words.t("compare.title.compared", count=len(result.table), **values)


def _spread(result: CompareResult, words: Language) -> str:
    """Tell the first KPI's value, or its lowest and highest."""
    rows = _values(result)
    rows = rows[rows["kpi"] == rows["kpi"].iloc[0]] if len(rows) else rows
    if rows.empty:
        return words.t("compare.answer.nothing")
    name = kpi_name(result, rows["kpi"].iloc[0])
    if len(rows) == 1:
        row = rows.iloc[0]
        value, n = words.value(row["estimate"], row["unit"]), words.number(row["n"])
        interval = words.interval(row["conf_low"], row["conf_high"], row["unit"])
        return words.t("compare.answer.one", kpi=name, value=value, interval=interval, n=n)
    low, high = (rows.loc[i] for i in (rows["estimate"].idxmin(), rows["estimate"].idxmax()))
    return words.t(
        "compare.answer.spread",
        kpi=name,
        low=words.value(low["estimate"], low["unit"]),
        low_of=row_name(result, low, words),
        high=words.value(high["estimate"], high["unit"]),
        high_of=row_name(result, high, words),
    )


def _verdicts(result: CompareResult, words: Language) -> str:
    if "verdict" not in result.table:
        return words.t("compare.answer.not_compared")
    counts = result.table["verdict"].value_counts()
    names = ("higher", "lower", "no_clear_difference")
    contrasts = words.listing([words.t(f"compare.against.{name}") for name in result.against])
    told = {name: words.number(counts.get(name, 0)) for name in names}
    return words.t("compare.answer.compared", against=contrasts, **told)


def _open(result: CompareResult, words: Language) -> str:
    rows = result.table
    if "verdict" not in rows:
        few = int(rows["is_too_few"].sum())
        return words.t("compare.answer.too_few", count=few) if few else words.t("compare.answer.enough")
    untold = rows.loc[rows["verdict"] == "cannot_tell", "reason"].value_counts()
    if untold.empty:
        return words.t("compare.answer.all_told")
    reasons = words.listing([words.t(f"compare.reason.{name}") for name in untold.index[:_NAMED]])
    return words.t("compare.answer.open", count=int(untold.sum()), reasons=reasons)
