"""The report card in words: which results have one certain grade, and which could have several."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..core.i18n import Language
from ..goals.grade import GRADES, GradesResult
from ..kpi import KPIS
from . import explains

#: KPIs that a sentence names.
_NAMED = 3


@explains(GradesResult)
def grades(result: GradesResult, detail: str, kind: str) -> str:
    """Tell a report card."""
    words = result.client.words
    told = result.table[result.table["verdict"] != "cannot_tell"]
    if detail == "subtitle":
        return words.t("grades.subtitle")
    if detail == "method":
        return words.t("grades.method")
    if detail == "source":
        key = "source" if result.history else "source_none"
        text = words.t(f"grades.{key}", count=len(result.history))
        is_running = result.history and result.as_of < result.period.last_day
        return f"{text} {words.t('grades.source_running')}" if is_running else text
    if told.empty:
        none = words.t("grades.title_none")
        return none if detail != "answer" else "\n".join((f"{none}.", _unknown(result, words)))
    certain = told[told["verdict"] == "certain"]
    if detail in ("title", "alt"):
        title = words.t("grades.title", count=len(certain), total=words.number(len(told)))
        return title if detail == "title" else f"{title}: {_counts(told, words)}."
    return "\n".join((_best(certain, words), _worst(certain, words), _unknown(result, words)))


def grade_text(row: Any, words: Language) -> str:
    """Write a grade; behind one that is not certain, the grades it could be."""
    if row.verdict == "cannot_tell":
        return words.number(None)
    if row.verdict == "certain":
        return f"**{row.grade}**"
    if _could_be_any(row):
        return words.t("grades.any", best=row.grade_high, worst=row.grade_low)
    return words.t("grades.between", grade=row.grade, best=row.grade_high, worst=row.grade_low)


def reason_text(row: Any, words: Language) -> str:
    """Say why there is no grade, or what the grade means."""
    if row.verdict == "cannot_tell":
        return words.t(f"grades.reason.{row.reason}")
    if _could_be_any(row):
        return words.t("grades.meaning.any")
    return words.t(f"grades.meaning.{row.grade}")


def _could_be_any(row: Any) -> bool:
    return (row.grade_high, row.grade_low) == (GRADES[0], GRADES[-1])


def _counts(told: pd.DataFrame, words: Language) -> str:
    found = told["grade"].value_counts()
    return words.listing([words.t("grades.count", grade=g, n=words.number(found.get(g, 0))) for g in GRADES])


def _best(certain: pd.DataFrame, words: Language) -> str:
    good = certain[certain["grade"].isin(["A", "B"])]
    if good.empty:
        return words.t("grades.none_good")
    return words.t("grades.good", count=len(good), kpis=_names(good, words))


def _worst(certain: pd.DataFrame, words: Language) -> str:
    low = certain[certain["grade"] == "D"]
    if low.empty:
        return words.t("grades.none_low")
    return words.t("grades.low", count=len(low), kpis=_names(low, words))


def _unknown(result: GradesResult, words: Language) -> str:
    table = result.table
    open_ = int((table["verdict"] == "open").sum())
    without = int((table["verdict"] == "cannot_tell").sum())
    return words.t("grades.unknown", open=words.number(open_), without=words.number(without))


def _names(rows: pd.DataFrame, words: Language) -> str:
    found = [KPIS[k].label(words) if k in KPIS else k for k in rows["kpi"].value_counts().index[:_NAMED]]
    return words.listing(found)
