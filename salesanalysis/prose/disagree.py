"""Words for `DisagreementResult`: by how much two readings of a KPI differ, and because of which records."""

from __future__ import annotations

import pandas as pd

from ..core.i18n import Language, escape
from ..goals import DisagreementResult
from . import explains

#: Up to so many records are named one by one; of more, the first is the example.
_NAMED = 3


@explains(DisagreementResult)
def disagreement(result: DisagreementResult, detail: str, kind: str) -> str:
    """Put the difference between readings into words."""
    words, rows = result.client.words, result.differing
    known = result.table.dropna(subset=["estimate", "strict_estimate"])
    if detail in ("subtitle", "method"):
        return words.t(f"scorecard.readings.{detail}")
    if detail == "source":
        period = words.period(result.period)
        return words.t("scorecard.readings.source", count=len(known), period=period)
    title = words.t("scorecard.readings.title", count=len(rows), total=words.number(len(known)))
    if detail == "title":
        return title
    if detail == "alt":
        return words.t("scorecard.readings.alt", count=len(result.table), title=title)
    if rows.empty:
        lines = ("none_1", "none_2", "none_3")
        return "\n".join(words.t(f"scorecard.readings.{line}") for line in lines)
    row = most(rows)
    return "\n".join((f"{title}.", sentence(result, row), trap(result, row, words)))


def most(rows: pd.DataFrame) -> pd.Series:
    """Return the row whose reading is farthest from the strict one, relatively; the article's own first."""
    far = (rows["difference"] / rows["strict_estimate"].where(rows["strict_estimate"] != 0)).abs()
    order = rows.assign(_seed=rows["reading"] == "seed", _far=far.fillna(float("inf")))
    return rows.loc[order.sort_values(["_seed", "_far"], ascending=False, kind="stable").index[0]]


def sentence(result: DisagreementResult, row: pd.Series) -> str:
    """Return by how much one reading differs from the strict one, and which records it counts differently."""
    words = result.client.words
    kpi = next(k for k in result.asked if k.name == row["kpi"])
    values = {
        "kpi": kpi.label(words),
        "reading": _reading(row, words),
        "value": words.value(row["estimate"], row["unit"]),
        "strict": words.value(row["strict_estimate"], row["unit"]),
    }
    if pd.isna(row["records"]):
        return words.t("scorecard.readings.untraced", **values)
    count = int(row["records"])
    key = f"scorecard.readings.record.{kpi.record}"
    noun = words.t(key if words.has(key) else "scorecard.readings.record.other", count=count)
    many = count > _NAMED
    names = words.listing([escape(name) for name in result.examples(row, 1 if many else _NAMED)])
    told = "scorecard.readings.traced_many" if many else "scorecard.readings.traced"
    return words.t(told, records=noun, names=names, **values)


def trap(result: DisagreementResult, row: pd.Series, words: Language) -> str:
    """Return why the readings differ, where the KPI says so."""
    for name in (f"{row['kpi']}.{row['reading']}", row["kpi"]):
        if words.has(f"kpi.{name}.trap"):
            return words.t(f"kpi.{name}.trap")
    return words.t("scorecard.readings.no_trap")


def _reading(row: pd.Series, words: Language) -> str:
    """Return the reading as it stands in a sentence: the article's formula, else its own name."""
    if row["reading"] == "seed":
        return words.t("scorecard.readings.seed")
    key = f"kpi.{row['kpi']}.{row['reading']}.name"
    name = words.t(key) if words.has(key) else row["reading"]
    return words.t("scorecard.readings.other", name=name)
