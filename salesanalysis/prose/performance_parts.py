"""Headings and source lines of the sections of the performance report."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from ..core.i18n import escape
from ..performance import PerformanceResult
from .performance_pieces import adjusted_text, cell, low_markets, pair_values

#: Cells of a dimension that the table of all dimensions shows.
CELLS_SHOWN = 12


def _together(result: PerformanceResult, detail: str) -> str:
    words, rows = result.client.words, result.adjusted
    if detail == "title":
        certain = int(rows["verdict"].isin(["higher", "lower"]).sum())
        if rows["estimate"].isna().all():
            return words.t("performance.together.cannot")
        key = "some" if certain else "none"
        return words.t(f"performance.together.title_{key}", number=words.number(certain))
    if detail == "subtitle":
        return words.t("performance.together.subtitle")
    tests = rows[rows["p_value"].notna()]["outcome"].value_counts()
    return words.t(
        "performance.together.source",
        wins=words.number(int(tests.get("win", 0))),
        cycles=words.number(int(tests.get("cycle", 0))),
        left=adjusted_text(result),
    ).rstrip()


def _simpson(result: PerformanceResult, detail: str) -> str:
    words = result.client.words
    if result.reversals.empty:
        if detail == "source":
            return ""
        return words.t(
            "performance.simpson.title_none" if detail == "title" else "performance.simpson.subtitle_none"
        )
    row = result.reversals.iloc[0]
    stratum = words.t(f"performance.dim.{row['stratum']}")
    if detail == "title":
        names = {"group": cell(row["group"], words), "against": cell(row["against"], words)}
        return words.t("performance.simpson.title", stratum=stratum, **names)
    if detail == "subtitle":
        return words.t("performance.simpson.subtitle", stratum=stratum)
    return words.t(
        "performance.simpson.source",
        mix=words.percent(row["mix"], sign=True),
        interval=_signed(row["mix_low"], row["mix_high"], result),
        strata=words.number(row["strata"]),
    )


def _signed(low: float, high: float, result: PerformanceResult) -> str:
    words = result.client.words
    return words.span(words.number(low * 100, 1, sign=True), words.number(high * 100, 1, sign=True))


def simpson_text(result: PerformanceResult) -> tuple[str, ...]:
    """Return what a reversal says, and how it can be, in sentences for a manager."""
    words = result.client.words
    if result.reversals.empty:
        return (words.t("performance.simpson.none"),)
    row = result.reversals.iloc[0]
    values = pair_values(row, words)
    said = words.t(
        f"performance.simpson.{row['verdict']}",
        **values,
        within=words.percent(row["within"], sign=True),
        interval=_signed(row["within_low"], row["within_high"], result),
        opposed=words.number(row["opposed"]),
        strata=words.number(row["strata"]),
    )
    explained = words.t("performance.simpson.explain", group=values["group"], stratum=values["stratum"])
    more = len(result.reversals) - 1
    rest = (words.t("performance.simpson.more", number=words.number(more)),) if more else ()
    return (said, explained, *rest)


def _market(result: PerformanceResult, detail: str) -> str:
    words, low = result.client.words, low_markets(result)
    if detail != "title":
        return words.t(f"performance.market.{detail}")
    if len(low):
        first = low.iloc[0]
        text = words.t(f"performance.market.{first['verdict']}")
        return words.t("performance.market.title_low", group=cell(first["group"], words), words=text)
    unknown = (result.markets["verdict"] == "cannot_tell").all()
    return words.t("performance.market.title_few" if unknown else "performance.market.title_none")


def _quarter(result: PerformanceResult, detail: str) -> str:
    words, table = result.client.words, result.quarters
    if detail == "title":
        last = table.iloc[-1]
        verdict = last["verdict"] if last["verdict"] in ("late", "early") else "even"
        return words.t(f"performance.quarter.title_{verdict}", share=words.percent(last["share"]))
    if detail == "subtitle":
        return words.t("performance.quarter.subtitle")
    months = [
        words.t(
            "performance.quarter.month",
            month=words.number(row.month),
            rate=words.percent(row.rate),
            interval=words.interval(row.rate_low, row.rate_high, "share"),
            n=words.number(row.n),
        )
        for row in result.months.itertuples()
    ]
    return words.t("performance.quarter.source", months="; ".join(months))


def _accounts(result: PerformanceResult, detail: str) -> str:
    words, rows = result.client.words, result.accounts
    if detail == "title":
        number = words.number(len(rows))
        if rows["share"].isna().all():
            return words.t("performance.accounts.title_wins", number=number)
        share = words.percent(rows["share"].sum())
        return words.t("performance.accounts.title", number=number, share=share)
    least = words.number(result.client.minimum_group)
    return words.t(f"performance.accounts.{detail}", least=least)


def _reasons(result: PerformanceResult, detail: str) -> str:
    words, rows = result.client.words, result.reasons
    named = rows[rows["reason"] != ""]
    first = named.iloc[0] if len(named) else rows.iloc[0]
    return words.t(
        f"performance.reasons.{detail}",
        reason=escape(first["reason"]) or words.t("performance.reasons.none"),
        share=words.percent(first["estimate"]),
        n=words.number(first["base"]),
    )


def _cells(result: PerformanceResult, detail: str) -> str:
    words = result.client.words
    if detail != "source":
        return words.t(f"performance.cells.{detail}")
    sizes: pd.Series = result.table["term"].value_counts()
    rest = [
        words.t(
            "performance.cells.more_of",
            number=words.number(sizes[term] - CELLS_SHOWN),
            dim=words.t(f"performance.dim.{term}"),
        )
        for term in result.by
        if sizes.get(term, 0) > CELLS_SHOWN
    ]
    return words.t(
        "performance.cells.source",
        base=words.number(result.client.minimum_base),
        least=words.number(result.client.minimum_group),
        more=words.t("performance.cells.more", list=words.listing(rest)) if rest else "",
    ).rstrip()


def _start(result: PerformanceResult, detail: str) -> str:
    words = result.client.words
    if detail == "title":
        return words.t("performance.start.heading", date=words.date(result.start.safe_from))
    return words.t("performance.start.subtitle") if detail == "subtitle" else ""


#: Section -> its words.
PARTS: dict[str, Callable[[PerformanceResult, str], str]] = {
    "together": _together,
    "simpson": _simpson,
    "market": _market,
    "quarter": _quarter,
    "start": _start,
    "accounts": _accounts,
    "reasons": _reasons,
    "cells": _cells,
}
