"""Words behind one verdict: when the activity went with wins, each rep's own link, what would cancel it."""

from __future__ import annotations

import pandas as pd

from ..core.i18n import NBSP, Language
from ..linkage import ActivityLinkResult
from ..linkage.labels import activity_label
from .linkage import effect

_KEY = "linkage.activity_page"


def p_text(words: Language, p: float) -> str:
    """Return ``p = 0.183`` or ``p < 0.001``, never broken across lines."""
    text = words.p_value(p)
    return f"p{NBSP}{text}" if text.startswith("<") else f"p{NBSP}={NBSP}{text}"


def depth(result: ActivityLinkResult, detail: str, words: Language) -> str:
    """Put the lag profile and the levels into words."""
    lags = result.lag_profile.dropna(subset=["conf_low"])
    name = activity_label(words, result.term)
    if detail == "title":
        clear = lags[(lags["conf_low"] > 0) | (lags["conf_high"] < 0)]
        if clear.empty or not lags["p_joint"].iloc[0] < 1 - result.level:
            return words.t(f"{_KEY}.depth.title_flat", Name=name)
        best = clear.loc[clear["estimate"].abs().idxmax()]
        when = words.span(words.number(best["lag_low"]), words.number(best["lag_high"]))
        return words.t(f"{_KEY}.depth.title", Name=name, when=when)
    if detail == "source":
        if lags.empty:
            return words.t(f"{_KEY}.depth.source_missing")
        return words.t(f"{_KEY}.depth.source", p=p_text(words, lags["p_joint"].iloc[0]))
    if detail == "alt":
        spans = [
            words.t(
                f"{_KEY}.depth.span",
                low=words.number(row.lag_low),
                high=words.number(row.lag_high),
                effect=effect(words, row.estimate),
            )
            for row in lags.itertuples()
        ]
        return words.t(f"{_KEY}.depth.alt", spans=words.listing(spans))
    return words.t(f"{_KEY}.depth.subtitle", level=words.percent(result.level, 0))


def reps(result: ActivityLinkResult, detail: str, words: Language) -> str:
    """Put the reps' own links into words, with what the estimate rests on beside them."""
    found = result.rep_slopes.dropna(subset=["estimate"])
    if detail == "title":
        if found.empty:
            return words.t(f"{_KEY}.reps.title_missing")
        above = words.number(int((found["estimate"] > 0).sum()))
        return words.t(f"{_KEY}.reps.title", above=above, count=len(found))
    if detail == "subtitle":
        return words.t(f"{_KEY}.reps.subtitle", level=words.percent(result.level, 0))
    if found.empty:
        return ""
    if detail == "source":
        share = words.percent(float(found["own_share"].max()), 0)
        return words.t(f"{_KEY}.reps.source", share=share, robust=_robust(result, words)).strip()
    ends = {"low": effect(words, found["estimate"].min()), "high": effect(words, found["estimate"].max())}
    return words.t(
        f"{_KEY}.reps.alt",
        count=len(found),
        effect=effect(words, result.table["estimate"].iloc[0]),
        name=activity_label(words, result.term, capital=False),
        **ends,
    )


def _robust(result: ActivityLinkResult, words: Language) -> str:
    line, between = result.robustness, result.between
    slope = between[between["contrast"] == "between"] if len(between) else between
    if line.empty or slope.empty or pd.isna(line["wild_p"].iloc[0]) or pd.isna(slope["conf_low"].iloc[0]):
        return ""
    row, other = line.iloc[0], slope.iloc[0]
    return words.t(
        f"{_KEY}.reps.robust",
        wild=p_text(words, row["wild_p"]),
        value=words.percent(row["robustness"], 0),
        between=effect(words, other["estimate"]),
        low=effect(words, other["conf_low"]),
        high=effect(words, other["conf_high"]),
    )
