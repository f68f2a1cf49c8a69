"""Words for `PassportResult`: which KPIs pass the four tests, and what each verdict rests on."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ..core.i18n import Language, escape
from ..linkage.labels import activity_label
from ..passport import PassportResult
from . import explains
from .readiness_words import kpi_name

#: KPIs named in a sentence; more are counted by the title.
NAMES = 4


@explains(PassportResult)
def passport(result: PassportResult, detail: str, kind: str) -> str:
    """Return the words of the whole report (`kind` empty) or of one of its sections."""
    words = result.client.words
    if detail == "answer":
        return "\n".join((_passed(result, words), _open(result, words), _out(result, words)))
    if detail == "title" and not kind:
        good = len(result.with_verdict("qualified"))
        return (
            words.t("passport.title", good=good, total=result.n) if good else words.t("passport.title_none")
        )
    if detail == "source":
        level, day = words.percent(result.level, 0), words.date(result.as_of)
        return words.t("passport.source", total=result.n, level=level, as_of=day)
    return words.t(f"passport.{kind}.{detail}" if kind and detail != "alt" else f"passport.{detail}")


def _named(kpis: list[str], words: Language) -> str:
    names = [kpi_name(name, words) for name in kpis[:NAMES]]
    # Names begin with a capital; inside a sentence only those that are one, such as SDR, keep it.
    rest = [name if name[1:2].isupper() else name[:1].lower() + name[1:] for name in names[1:]]
    return words.listing([*names[:1], *rest])


def _passed(result: PassportResult, words: Language) -> str:
    good = result.with_verdict("qualified")
    return (
        words.t("passport.answer_pass", names=_named(good, words))
        if good
        else words.t("passport.answer_pass_none")
    )


def _open(result: PassportResult, words: Language) -> str:
    names = result.with_verdict("cannot_tell")
    if not names:
        return words.t("passport.answer_open_none")
    test = _most(result, names, "cannot_tell", words)
    return words.t("passport.answer_open", names=_named(names, words), test=test.lower())


def _out(result: PassportResult, words: Language) -> str:
    names = result.with_verdict("rejected")
    if not names:
        return words.t("passport.answer_out_none", total=result.n)
    test = _most(result, names, "fail", words)
    return words.t("passport.answer_out", bad=len(names), total=result.n, test=test.lower())


def _most(result: PassportResult, kpis: list[str], verdict: str, words: Language) -> str:
    """Return the test that most of `kpis` have this outcome on."""
    rows = result.evidence[result.evidence["kpi"].isin(kpis) & (result.evidence["verdict"] == verdict)]
    return words.t(f"passport.test.{rows['check'].value_counts().index[0]}")


def evidence(row: Any, words: Language) -> str:
    """Return the sentence behind one test of one KPI, from a row of `PassportResult.evidence`."""
    return words.t(f"passport.{row.check}.{row.reason}", **_VALUES[row.check](row, words))


def _measurable(row: Any, words: Language) -> dict[str, object]:
    return {"score": words.number(math.floor(row.estimate * 100 + 1e-9))}


def _significant(row: Any, words: Language) -> dict[str, object]:
    effect, low, high = (words.percent(v, sign=True) for v in (row.estimate, row.conf_low, row.conf_high))
    about = ""
    if row.subject:
        activity = escape(activity_label(words, row.subject))
        about = words.t("passport.significant.about", activity=activity)
    shown = {"effect": effect, "high": high, "interval": words.span(low, high)}
    return shown | {"about": about, "n": words.number(row.n)}


def _goal_oriented(row: Any, words: Language) -> dict[str, object]:
    low, high = (words.number(v * 100) for v in (row.conf_low, row.conf_high))
    interval = f"{words.span(low, high)} %" if not pd.isna(row.conf_low) else ""
    return {
        "kind": row.subject,
        "n": words.number(row.n),
        "share": words.percent(row.estimate, 0),
        "interval": interval,
    }


def _coachable(row: Any, words: Language) -> dict[str, object]:
    low, high = (words.number(v * 100) for v in (row.conf_low, row.conf_high))
    return {
        "n": words.number(row.n),
        "share": words.percent(row.estimate, 0),
        "change": words.percent(row.estimate, 0),
        "high": words.percent(row.conf_high, 0),
        "interval": f"{words.span(low, high)} %",
    }


_VALUES = {
    "measurable": _measurable,
    "significant": _significant,
    "goal_oriented": _goal_oriented,
    "coachable": _coachable,
}
