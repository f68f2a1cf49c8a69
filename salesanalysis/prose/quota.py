"""Words for quotas: whether they add up, and whether they follow what reps were given."""

from __future__ import annotations

import pandas as pd

from ..core.i18n import Language, escape
from ..goals import QuotaFairnessResult, QuotaResult
from . import explains

#: Differences and reps that a sentence names.
_NAMED = 3


@explains(QuotaResult)
def quotas(result: QuotaResult, detail: str, kind: str) -> str:
    """Put the sums of quotas into words."""
    words, period = result.client.words, result.client.words.period(result.period)
    if detail in ("subtitle", "method"):
        return words.t(f"quota.{detail}", step=words.value(result.step, result.unit))
    if detail == "source":
        return words.t("quota.source", count=result.n, period=period, as_of=words.date(result.as_of))
    gaps = result.table[result.table["verdict"] == "does_not_add_up"]
    if not result.n:
        title = words.t("quota.title_none", period=period)
    elif len(gaps):
        title = words.t("quota.title_gaps", count=len(gaps), period=period)
    else:
        title = words.t("quota.title", count=result.n, period=period)
    if detail in ("title", "alt"):
        return title
    return "\n".join((_company(result, words), _gaps(result, gaps, words), _loose(result, words)))


def _company(result: QuotaResult, words: Language) -> str:
    row = result.table.iloc[-1]
    summed = words.value(row["summed"], result.unit)
    if row["verdict"] == "not_stated":
        return words.t("quota.company_not_stated", summed=summed)
    return words.t("quota.company", summed=summed, stated=words.value(row["stated"], result.unit))


def _gaps(result: QuotaResult, gaps: pd.DataFrame, words: Language) -> str:
    if gaps.empty:
        return words.t("quota.no_gaps")
    largest = gaps.reindex(gaps["difference"].abs().sort_values(ascending=False).index).head(_NAMED)
    items = [
        words.t(
            "quota.gap",
            name=escape(row.name_) if row.name_ else words.t("quota.organisation"),
            gap=words.value(row.difference, result.unit, sign=True),
        )
        for row in largest.rename(columns={"name": "name_"}).itertuples()
    ]
    return words.t("quota.gaps", items=words.listing(items))


def _loose(result: QuotaResult, words: Language) -> str:
    """Say what else stands in the differences, by how often."""
    found = result.differences[~result.differences["reason"].isin(["does_not_add_up", "not_stated"])]
    if found.empty:
        return words.t("quota.none_loose")
    counts = found["reason"].value_counts()
    return words.t(
        "quota.loose",
        items=words.listing(
            [words.t(f"quota.reason.{reason}", count=int(n)) for reason, n in counts.items()]
        ),
    )


@explains(QuotaFairnessResult)
def fairness(result: QuotaFairnessResult, detail: str, kind: str) -> str:
    """Put the fairness of quotas into words."""
    words = result.client.words
    if detail in ("subtitle", "method"):
        return words.t(f"quota.fairness.{detail}")
    if detail == "source":
        period = words.period(result.period)
        return words.t("quota.fairness.source", count=result.n, period=period, as_of=words.date(result.as_of))
    title = words.t(f"quota.fairness.title.{result.verdict}")
    if detail in ("title", "alt"):
        return title
    if result.reason in ("too_few_reps", "no_quota", "nothing_given"):
        why = words.t(f"quota.fairness.reason.{result.reason}")
        return "\n".join((f"{title}.", why, _reps(result.table, words)))
    ends = {
        "r": words.value(result.estimate, "ratio"),
        "interval": words.interval(result.conf_low, result.conf_high, "ratio"),
        "count": result.n,
    }
    return "\n".join((f"{title}.", words.t("quota.fairness.rank", **ends), _reps(result.table, words)))


def _reps(table: pd.DataFrame, words: Language) -> str:
    """Name those who are surely asked for more than the share of their potential."""
    more = table[table["verdict"] == "more"].sort_values("ratio", ascending=False)
    if more.empty:
        return words.t("quota.fairness.none_more")
    names = [escape(name) for name in more["name"].head(_NAMED)]
    return words.t("quota.fairness.more", count=len(more), names=words.listing(names))
