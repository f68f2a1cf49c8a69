"""Words for what reps are worth: lifetime value against cost, growth of clients, hand-offs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..core.i18n import Language, escape
from ..value import GrowthResult, HandoffResult, RepValueResult
from . import explains


@explains(GrowthResult)
def growth(result: GrowthResult, detail: str, kind: str) -> str:
    """Put the growth of clients into words: of all groups together."""
    words, rows = result.client.words, result.clients[result.clients["was_client"]]
    if detail in ("subtitle", "method"):
        return words.t(f"value.growth.{detail}")
    if detail == "source":
        return _source(result, words, len(rows))
    start, end = float(rows["start"].sum()), float(rows["end"].sum())
    if not start:
        return words.t("value.growth.nothing") + "\n" * 2 * (detail == "answer")
    rate, stayed, top = end / start - 1, int(rows["stayed"].sum()), rows[rows["is_top"]]
    title = words.t(
        f"value.growth.title_{'up' if rate >= 0 else 'down'}", rate=words.percent(abs(rate)), count=len(rows)
    )
    if detail in ("title", "alt"):
        return title
    parts = {p: words.money(float(rows[p].sum()), sign=True) for p in ("expansion", "contraction", "churn")}
    value = words.t("value.growth.value", start=words.money(start), end=words.money(end))
    kept = {"count": len(rows), "stayed": words.number(stayed), "share": words.percent(stayed / len(rows))}
    of_top = {"top": words.number(int(top["stayed"].sum())), "of": words.number(len(top))}
    return "\n".join(
        (value, words.t("value.growth.parts", **parts), words.t("value.growth.stayed", **kept, **of_top))
    )


@explains(RepValueResult)
def rep_value(result: RepValueResult, detail: str, kind: str) -> str:
    """Put value against cost into words: of all clients whose rep's cost is known."""
    words, rows = result.client.words, result.clients[result.clients["cost"].notna()]
    unit = "profit" if result.is_profit else "revenue"
    if detail == "subtitle":
        return words.t(f"value.worth.subtitle_{unit}")
    if detail == "method":
        return words.t("value.worth.method")
    if detail == "source":
        return _source(result, words, len(rows))
    if rows.empty:
        return words.t("value.worth.nothing") + "\n" * 2 * (detail == "answer")
    mean, cost = float(rows["value"].mean()), float(rows["cost"].mean())
    title = words.t("value.worth.title", ratio=words.value(mean / cost, "ratio"))
    if detail in ("title", "alt"):
        return title
    book, whole = float(rows["book"].sum()), float(rows["cost_share"].sum())
    first = words.t(f"value.worth.each_{unit}", value=words.money(mean), cost=words.money(cost))
    second = words.t(
        "value.worth.year",
        book=words.money(book),
        cost=words.money(whole),
        ratio=words.value(book / whole, "ratio"),
    )
    return "\n".join((first, second, _spread(result, words)))


def _spread(result: RepValueResult, words: Language) -> str:
    """Say between which groups the ratios lie, where there are at least two to compare."""
    rows = result.table[(result.table["term"] == "ratio") & (result.table["verdict"] == "shown")]
    if len(rows) < 2:
        return words.t("value.worth.one")
    low, high = rows.loc[rows["estimate"].idxmin()], rows.loc[rows["estimate"].idxmax()]
    return words.t(
        "value.worth.spread",
        count=len(rows),
        low=words.value(low["estimate"], "ratio"),
        high=words.value(high["estimate"], "ratio"),
        low_name=escape(low["name"]),
        high_name=escape(high["name"]),
    )


@explains(HandoffResult)
def handoff(result: HandoffResult, detail: str, kind: str) -> str:
    """Put the hand-off matrix into words."""
    words = result.client.words
    if detail in ("subtitle", "method"):
        return words.t(f"value.handoff.{detail}")
    if detail == "source":
        return words.t(
            "value.handoff.source",
            count=result.n,
            period=words.period(result.period),
            as_of=words.date(result.as_of),
        )
    rows = result.table[result.table["term"] == "accepted"]
    accepted, decided = (int(rows[c].sum()) for c in ("numerator", "base"))
    if not decided:
        title = words.t("value.handoff.title_open", count=result.n)
    else:
        share = words.percent(accepted / decided)
        title = words.t("value.handoff.title", count=decided, accepted=words.number(accepted), share=share)
    if detail in ("title", "alt"):
        return title
    open_leads = result.n - decided
    bounds = {
        "low": words.percent(accepted / result.n),
        "high": words.percent((accepted + open_leads) / result.n),
    }
    second = words.t("value.handoff.bounds", count=open_leads, **bounds)
    return "\n".join((f"{title}.", second, _pairs(rows, words)))


def _pairs(rows: pd.DataFrame, words: Language) -> str:
    shown = rows[rows["verdict"] == "shown"]
    if len(shown) < 2:
        return words.t("value.handoff.few")
    low, high = (shown.loc[shown["estimate"].idxmin()], shown.loc[shown["estimate"].idxmax()])
    return words.t("value.handoff.pairs", count=len(shown), low=_pair(low, words), high=_pair(high, words))


def _pair(row: Any, words: Language) -> str:
    names = {"sdr": escape(row["name"]), "ae": escape(row["handed_to_name"])}
    return words.t("value.handoff.pair", share=words.percent(row["estimate"]), **names)


def _source(result: GrowthResult | RepValueResult, words: Language, count: int) -> str:
    return words.t(
        "value.source",
        count=count,
        period=words.period(result.period),
        as_of=words.date(result.as_of),
    )
