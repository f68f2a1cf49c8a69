"""Closed opportunities in words: what wins more or less often, what only looks so, and what to beware of."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.fonts import shortest_fitting
from ..core.i18n import Language
from ..performance import PerformanceResult
from . import explains
from .performance_parts import PARTS
from .performance_pieces import apart, cell, is_late, low_markets, pair_values

#: Cells that the answer names.
NAMED = 3


@explains(PerformanceResult)
def performance(result: PerformanceResult, detail: str, kind: str) -> str:
    """Tell what goes with winning; kinds: ``forest``, and those of `PARTS`."""
    words = result.client.words
    if detail == "method":
        return words.t("performance.method")
    if kind in PARTS and detail in ("title", "subtitle", "source"):
        return PARTS[kind](result, detail)
    if detail == "title":
        return _forest_title(result) if kind == "forest" else _title(result)
    if detail == "answer":
        return "\n".join((_rate(result), _cells(result), _beware(result)))
    if detail == "alt":
        return _alt_simpson(result) if kind == "simpson" else _alt(result)
    if detail == "source":
        tests = words.number(int(result.table["p_value"].notna().sum()))
        return words.t("performance.forest.source", n=words.number(result.n), tests=tests)
    return words.t("performance.forest.subtitle")


def _title(result: PerformanceResult) -> str:
    words, found = result.client.words, apart(result)
    if not result.n:
        return words.t("performance.title.empty")
    if len(found):
        first = found.iloc[0]
        group, dim = cell(first["group"], words), words.t(f"performance.dim.{first['term']}").capitalize()
        return shortest_fitting(
            [
                words.t(f"performance.title.{first['verdict']}", group=group, dim=dim),
                words.t("performance.title.short", number=words.number(len(found))),
            ]
        )
    if len(result.reversals):
        first = result.reversals.iloc[0]
        names = {"group": cell(first["group"], words), "against": cell(first["against"], words)}
        return shortest_fitting(
            [words.t("performance.title.mix", **names), words.t("performance.title.mix_short")]
        )
    return words.t("performance.title.quarter" if is_late(result) else "performance.title.none")


def _rate(result: PerformanceResult) -> str:
    words = result.client.words
    if not result.n:
        return words.t("performance.answer.empty")
    rate, low, high = result.overall
    values = {
        "n": words.number(result.n),
        "wins": words.number(result.wins),
        "rate": words.percent(rate),
        "interval": words.interval(low, high, "share"),
    }
    if np.isnan(result.won_value):
        return words.t("performance.answer.rate_only", **values)
    return words.t("performance.answer.rate", **values, value=words.money(result.won_value))


def _cells(result: PerformanceResult) -> str:
    words, found = result.client.words, apart(result)
    if not result.by:
        return words.t("performance.answer.no_dims")
    if found.empty:
        dims = words.listing([words.t(f"performance.dim.{d}") for d in result.by])
        return words.t("performance.answer.alike", dims=dims)
    return words.t("performance.answer.cells", cells=_named(found, words))


def _named(found: pd.DataFrame, words: Language) -> str:
    texts = [
        words.t(
            "performance.answer.cell",
            group=cell(row.group, words),
            dim=words.t(f"performance.dim.{row.term}"),
            value=words.percent(row.value),
            rest=words.percent(row.reference),
        )
        for row in found.head(NAMED).itertuples()
    ]
    if len(found) > NAMED:
        texts.append(words.t("performance.answer.more", number=words.number(len(found) - NAMED)))
    return words.listing(texts)


def _beware(result: PerformanceResult) -> str:
    """Return the caution that matters most."""
    words, begun = result.client.words, result.start
    if len(result.reversals):
        return words.t("performance.answer.reversed", **pair_values(result.reversals.iloc[0], words))
    low = low_markets(result)
    if len(low):
        first = low.iloc[0]
        text = words.t(f"performance.market.{first['verdict']}")
        return words.t("performance.answer.market", group=cell(first["group"], words), words=text)
    is_cut = any(note.code == "performance_truncated" for note in result.notes)
    values = {}
    if is_late(result):
        last = result.quarters.iloc[-1]
        values = {"share": words.percent(last["share"]), "expected": words.percent(last["expected"])}
    if values and is_cut:
        return words.t("performance.answer.late_truncated", **values, date=words.date(begun.safe_from))
    if values:
        return words.t("performance.answer.late", **values)
    if is_cut:
        number = words.number(begun.expected)
        return words.t("performance.answer.truncated", date=words.date(begun.safe_from), number=number)
    return words.t("performance.answer.test")


def _forest_title(result: PerformanceResult) -> str:
    words = result.client.words
    number, cells = len(apart(result)), words.number(len(result.table))
    if result.table.empty:
        return words.t("performance.forest.title_empty")
    if not number:
        return words.t("performance.forest.title_none", cells=cells)
    return words.t("performance.forest.title_some", number=words.number(number), cells=cells)


def _alt(result: PerformanceResult) -> str:
    words, found = result.client.words, apart(result)
    told = words.t("performance.forest.alt_none")
    if len(found):
        told = words.t("performance.forest.alt_some", cells=_named(found, words).replace("**", ""))
    rate, cells = words.percent(result.overall[0]), words.number(len(result.table))
    return words.t("performance.forest.alt", cells=cells, rate=rate, found=told)


def _alt_simpson(result: PerformanceResult) -> str:
    words = result.client.words
    if result.reversals.empty:
        return words.t("performance.simpson.none")
    return words.t("performance.simpson.alt", **pair_values(result.reversals.iloc[0], words))
