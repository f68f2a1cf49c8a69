"""Words for `ActivityMapResult`: who does much or little, and what comes of it."""

from __future__ import annotations

import pandas as pd

from ..coaching.landscape import INTERVAL, QUADRANTS, ActivityMapResult
from ..core.i18n import Language, escape
from . import explains
from .coaching_pieces import sentence

_KEY = "diagnosis.map"
#: Names in one sentence; more are counted.
NAMES = 4


@explains(ActivityMapResult)
def activity_map(result: ActivityMapResult, detail: str, kind: str) -> str:
    """Put the map into words; all kinds read alike."""
    words = result.client.words
    if detail == "method":
        return words.t(f"{_KEY}_method")
    if detail == "source":
        return _source(result, words)
    if result.table.empty:
        return (
            "\n".join(words.t(f"{_KEY}_empty_{i}") for i in (1, 2, 3))
            if detail == "answer"
            else words.t(f"{_KEY}_empty_title")
        )
    if detail == "subtitle":
        return words.t(f"{_KEY}_subtitle", level=words.percent(INTERVAL, 0))
    if detail == "alt":
        return words.t(f"{_KEY}_alt", n=words.number(result.n), told=_told(result, words))
    if detail == "title":
        placed = int((result.places["verdict"] != "open").sum())
        key = "title" if placed else "title_none"
        return words.t(f"{_KEY}_{key}", n=words.number(placed), all=words.number(result.n))
    return "\n".join((_placed(result, words), _one_axis(result, words), words.t(f"{_KEY}_caution")))


def _placed(result: ActivityMapResult, words: Language) -> str:
    told = _told(result, words)
    return words.t(f"{_KEY}_answer", told=told) if told else words.t(f"{_KEY}_answer_none")


def _told(result: ActivityMapResult, words: Language) -> str:
    """Return each quadrant that somebody surely stands in, with the names."""
    parts = [
        words.t(f"{_KEY}_in", quadrant=words.t(f"diagnosis.quadrant_{q}"), names=_names(result.of(q), words))
        for q in QUADRANTS
        if result.of(q)
    ]
    return sentence("; ".join(parts))


def _one_axis(result: ActivityMapResult, words: Language) -> str:
    """Return who is surely low on one axis only; the other is open."""
    rows = result.places[result.places["verdict"] == "open"]
    parts = []
    for axis in ("volume", "effectiveness"):
        found = rows.loc[rows[axis] == "below", "name"]
        if len(found):
            parts.append(words.t(f"{_KEY}_low_{axis}", names=_names(found, words)))
    return sentence("; ".join(parts)) + "." if parts else words.t(f"{_KEY}_low_none")


def _names(names: pd.Series | list[str], words: Language) -> str:
    shown = [escape(str(name)) for name in names]
    if len(shown) <= NAMES:
        return words.listing(shown)
    rest = words.t(f"{_KEY}_others", count=len(shown) - NAMES + 1)
    return words.listing([*shown[: NAMES - 1], rest])


def _source(result: ActivityMapResult, words: Language) -> str:
    period = words.period(result.period) if result.period else ""
    away = len(result.left_out)
    told = words.t(f"{_KEY}_left_out", count=away) if away else ""
    return words.t(f"{_KEY}_source", n=words.number(result.n), period=period, left_out=told)
