"""Words for `CurveResult`: how long until it happens, and for how many it does."""

from __future__ import annotations

import pandas as pd

from ..core.i18n import Language
from ..timing import MARKS, CurveResult, LifetimeValueResult
from . import explains

#: Days at which the share is told: of what is waited for, and of who stays.
_MARK = {"incidence": 90, "survival": 365}


@explains(CurveResult)
def curve(result: CurveResult, detail: str, kind: str) -> str:
    """Put a curve into words."""
    words, name = result.client.words, result.method.partition(".")[2]
    if detail == "subtitle":
        return words.t(f"timing.subtitle.{result.kind}")
    if detail == "method":
        return words.t(f"timing.method.{'competing' if name == 'time_to_win' else 'single'}")
    if detail == "source":
        return words.t("timing.source", n=words.number(result.n), date=words.date(result.as_of))
    if result.summary.empty:
        return words.t("timing.nothing")
    first = result.summary.iloc[0]
    title = words.t(f"timing.title.{name}", **_values(first, words, _MARK[result.kind]))
    if detail in ("title", "alt"):
        return title
    lines = [title, _median(first, words), words.t("timing.censored", count=int(first["censored"]))]
    return "\n".join(lines)


def _values(row: pd.Series, words: Language, wanted: int) -> dict[str, str]:
    mark = next((m for m in (wanted, *reversed(MARKS)) if not pd.isna(row[f"by_{m}"])), wanted)
    share = row[f"by_{mark}"]
    return {
        "share": words.percent(share, 0),
        "days": words.number(mark),
        "outcome": words.t(f"timing.outcome.{row['term']}"),
        "n": words.number(int(row["n"])),
    }


def _median(row: pd.Series, words: Language) -> str:
    if pd.isna(row["estimate"]):
        return words.t(f"timing.median_unknown.{'left' if row['term'] == 'left' else 'reached'}")
    low, high = row["conf_low"], row["conf_high"]
    if pd.isna(low):
        reach = words.t("timing.unsure")
    elif pd.isna(high):
        reach = words.t("timing.at_least", low=words.value(low, "days"))
    else:
        reach = words.t("timing.between", low=words.number(low), high=words.value(high, "days"))
    return words.t("timing.median", days=words.value(row["estimate"], "days"), reach=reach)


@explains(LifetimeValueResult)
def lifetime(result: LifetimeValueResult, detail: str, kind: str) -> str:
    """Put a lifetime value into words."""
    words, of = result.client.words, "profit" if result.is_profit else "revenue"
    if detail in ("subtitle", "method"):
        return words.t(f"timing.value.{detail}")
    if detail == "source":
        return words.t("timing.source", n=words.number(result.n), date=words.date(result.as_of))
    if result.table.empty:
        return words.t("timing.nothing")
    row = result.table.loc[result.table["n"].idxmax()]
    values = {
        "value": words.money(row["estimate"]),
        "interval": words.interval(row["conf_low"], row["conf_high"], "money"),
        "year": words.money(row["value"]),
        "years": words.number(row["years"], 1),
        "events": words.number(int(row["events"])),
        "n": words.number(int(row["n"])),
    }
    title = words.t(f"timing.value.title_{of}", **values)
    if detail != "answer":
        return title
    return "\n".join([title, words.t("timing.value.answer", **values), words.t("timing.value.present")])
