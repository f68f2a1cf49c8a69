"""Words for `QuantileResult`: wins by how much was done, a description."""

from __future__ import annotations

import pandas as pd

from ..core.i18n import Language
from ..linkage import QuantileResult
from ..linkage.labels import activity_label, reason_label
from . import explains

_KEY = "linkage.quantiles"


@explains(QuantileResult)
def quantiles(result: QuantileResult, detail: str, kind: str) -> str:
    """Put wins by groups of activity into words."""
    words = result.client.words
    if kind == "scatter" and detail in ("title", "subtitle", "alt"):
        return _scatter(result, detail, words)
    if detail in ("subtitle", "method", "source"):
        level = words.percent(result.level, 0)
        return words.t(f"{_KEY}.{detail}", n=words.number(result.n), level=level)
    ends = _ends(result.table)
    if ends.empty:
        return _empty(result, detail, words)
    if detail == "title":
        return words.t(f"{_KEY}.title")
    within = ends.xs("within", level="contrast")
    top = str((within["last"] / within["first"].clip(lower=1e-9)).idxmax())
    values = {
        "top": activity_label(words, top, capital=False),
        "low": words.number(within.loc[top, "first"], 2),
        "high": words.number(within.loc[top, "last"], 2),
        "all": words.number(len(within)),
        "pooled": words.number(int(ends.xs("pooled", level="contrast")["rises"].sum())),
        "within": words.number(int(within["rises"].sum())),
    }
    if detail == "alt":
        return words.t(f"{_KEY}.alt", **values)
    return "\n".join(words.t(f"{_KEY}.answer_{i}", **values) for i in (1, 2, 3))


def _scatter(result: QuantileResult, detail: str, words: Language) -> str:
    slopes = result.points.groupby("term", sort=False)["slope"].median().dropna()
    if slopes.empty:
        return words.t(f"{_KEY}.title_empty")
    flat = words.number(int((slopes <= 0).sum()))
    return words.t(f"{_KEY}.scatter_{detail}", flat=flat, all=words.number(len(slopes)))


def _ends(table: pd.DataFrame) -> pd.DataFrame:
    """Return the ends of each activity and contrast, and whether their intervals lie apart."""
    by = table.sort_values("group").groupby(["term", "contrast"])
    first, last = by.first(), by.last()
    rises = first["conf_high"] < last["conf_low"]
    return pd.DataFrame({"first": first["estimate"], "last": last["estimate"], "rises": rises})


def _empty(result: QuantileResult, detail: str, words: Language) -> str:
    if detail != "answer":
        return words.t(f"{_KEY}.title_empty")
    reason = reason_label(words, result.reason or "no_variation")
    return "\n".join(words.t(f"{_KEY}.empty_{i}", reason=reason) for i in (1, 2, 3))
