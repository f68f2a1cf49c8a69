"""Words for `CorrelationResult`: description, never a verdict."""

from __future__ import annotations

import pandas as pd

from ..core.i18n import Language
from ..linkage import CorrelationResult
from ..linkage.labels import activity_label, reason_label
from . import explains

_KEY = "linkage.correlation"


@explains(CorrelationResult)
def correlation(result: CorrelationResult, detail: str, kind: str) -> str:
    """Put correlations into words."""
    words = result.client.words
    if kind == "reversals":
        return _reversals(result, detail, words)
    if detail in ("subtitle", "method"):
        return words.t(f"{_KEY}.{detail}", level=words.percent(result.level, 0))
    if detail == "source":
        return words.t(f"{_KEY}.source", n=words.number(result.n), reps=words.number(result.reps))
    found = _pearson(result)
    if found.empty:
        return _empty(result, detail, words)
    pooled = found[found["contrast"] == "pooled"]
    top = pooled.loc[pooled["estimate"].idxmax()]
    values = {
        "top": activity_label(words, top["term"], capital=detail == "title"),
        "r": words.number(top["estimate"], 2),
        "all": words.number(len(pooled)),
        "low": words.number(pooled["estimate"].min(), 2),
        "high": words.number(pooled["estimate"].max(), 2),
    }
    if detail != "answer":
        return words.t(f"{_KEY}.{detail}", **values)
    for contrast in ("within", "between"):
        view = found[found["contrast"] == contrast]
        values[contrast] = words.number(int((view["p_value"] < 1 - result.level).sum()))
    return "\n".join(words.t(f"{_KEY}.answer_{i}", **values) for i in (1, 2, 3))


def _reversals(result: CorrelationResult, detail: str, words: Language) -> str:
    """Words where the sign turns once groups are told apart."""
    group = words.t(f"linkage.group.{result.by}" if words.has(f"linkage.group.{result.by}") else result.by)
    names = [activity_label(words, t, capital=i == 0) for i, t in enumerate(result.reversals)]
    if detail in ("title", "subtitle", "source"):
        n = words.number(result.n)
        return words.t(f"linkage.reversal.{detail}", names=words.listing(names), group=group, n=n)
    return correlation(result, detail, "")


def _pearson(result: CorrelationResult) -> pd.DataFrame:
    if result.table.empty:
        return result.table
    return result.table[result.table["kind"] == "pearson"].dropna(subset=["estimate"])


def _empty(result: CorrelationResult, detail: str, words: Language) -> str:
    if detail != "answer":
        return words.t(f"{_KEY}.title_empty")
    reason = reason_label(words, result.reason or "no_variation")
    return "\n".join(words.t(f"{_KEY}.empty_{i}", reason=reason) for i in (1, 2, 3))
