"""Words for the training effect: what changed, what a plain before and after says, what would tell."""

from __future__ import annotations

import math

import pandas as pd

from ..core.i18n import Language
from ..training import TrainingEffectResult
from ..training.labels import change, kpi_label, level, reason_label
from . import explains

_CHANGED = ("improved", "worsened")
#: A plain before and after nearer to the verdict than this (log ratio) has fooled nobody.
_APART = 0.1


@explains(TrainingEffectResult)
def effect(result: TrainingEffectResult, detail: str, kind: str) -> str:
    """Put the training effect into words; kinds: ``naive, course, kpis, checks, people``."""
    words = result.client.words
    if kind and detail in ("title", "subtitle", "source", "alt"):
        return _of_kind(result, detail, kind, words)
    if detail == "title":
        return _title(result, words)
    if detail == "answer":
        return "\n".join((_found(result, words), _naive(result, words), _next(result, words)))
    if detail == "alt":
        return _alt(result, "naive", words)
    if detail == "subtitle":
        return words.t("training.subtitle.effect", level=words.percent(result.level, 0))
    by_lot = "by_lot" if result.is_by_lot else "effect"
    if detail == "source":
        said = {"n": words.number(result.n), "as_of": words.date(result.as_of)}
        if not result.is_by_lot:
            said["gap"] = words.number(result.selection_weeks + 1)
        return words.t(f"training.source.{by_lot}", **said)
    if result.is_by_lot:
        return words.t("training.method.by_lot")
    weeks = result.selection_weeks
    return words.t("training.method.effect", gap=words.number(weeks + 1), weeks=words.number(weeks))


def _title(result: TrainingEffectResult, words: Language) -> str:
    row = result.main
    if row is None:
        return words.t("training.title.no_sessions")
    kpi = kpi_label(words, row["kpi"])
    if row["verdict"] in _CHANGED:
        key = "by_lot" if result.is_by_lot else "changed"
        return words.t(f"training.title.{key}", kpi=kpi, change=change(words, row["estimate"]))
    if row["verdict"] == "no_clear_change":
        return words.t(f"training.title.{'by_lot_open' if result.is_by_lot else 'no_clear_change'}", kpi=kpi)
    early = result.reason == "too_early" or set(result.people["reason"]) == {"too_early"}
    return words.t(f"training.title.{'too_early' if early else 'not_enough_data'}")


def _said(result: TrainingEffectResult, row: pd.Series, words: Language) -> dict[str, str]:
    return {
        "kpi": kpi_label(words, row["kpi"]),
        "change": change(words, row["estimate"]),
        "level": words.percent(result.level, 0),
        "low": change(words, row["conf_low"]),
        "high": change(words, row["conf_high"]),
    }


def _found(result: TrainingEffectResult, words: Language) -> str:
    row = result.main
    if row is None:
        return words.t("training.answer.nothing", reason=reason_label(words, result.reason))
    said = _said(result, row, words)
    people = {"coached": words.number(row["coached"]), "controls": words.number(row["controls"])}
    if row["verdict"] == "not_enough_data":
        reason = why(result, row, words)
        if math.isnan(row["conf_low"]):
            return words.t("training.answer.nothing", reason=reason)
        return words.t("training.answer.not_enough_data", reason=reason, **said, **people)
    key = "changed" if row["verdict"] in _CHANGED else "no_clear_change"
    if result.is_by_lot:
        return words.t(f"training.answer.{'by_lot' if key == 'changed' else 'by_lot_open'}", **said)
    return words.t(f"training.answer.{key}", **said, **people)


def why(result: TrainingEffectResult, row: pd.Series, words: Language) -> str:
    """Return why a row has no verdict, or only an open one."""
    if result.is_by_lot and row["reason"] == "too_early":
        return reason_label(words, "by_lot_early")
    if row["reason"] == "few_coached" and not row["coached"] and len(result.people):
        is_mine = (result.people["kpi"] == row["kpi"]) | (row["contrast"] == "all_coached")
        mine = result.people[is_mine & (result.people["reason"] != "")]
        if mine["reason"].nunique() == 1:
            return reason_label(words, str(mine["reason"].iloc[0]))
    return reason_label(words, str(row["reason"]))


def _naive(result: TrainingEffectResult, words: Language) -> str:
    row = result.main
    if row is None or math.isnan(row["naive_estimate"]):
        key = "no_sessions" if row is None else "naive_none"
        return words.t(f"training.answer.{key}")
    key = "naive_by_lot" if result.is_by_lot else "naive"
    return words.t(f"training.answer.{key}", naive=change(words, row["naive_estimate"]))


def _next(result: TrainingEffectResult, words: Language) -> str:
    row = result.main
    if result.read_on is not None and (row is None or math.isnan(row["estimate"])):
        return words.t("training.answer.read_on", day=words.date(result.read_on))
    if row is not None and result.is_by_lot and math.isfinite(row["placebo_estimate"]):
        return words.t("training.answer.placebo", placebo=change(words, row["placebo_estimate"]))
    if row is not None and row["verdict"] in _CHANGED and not result.is_by_lot:
        return words.t("training.answer.next_found")
    if row is None or not math.isfinite(row["mde"]) or result.is_by_lot:
        return words.t("training.answer.next_bare")
    return words.t("training.answer.next", mde=change(words, row["mde"]))


def _of_kind(result: TrainingEffectResult, detail: str, kind: str, words: Language) -> str:
    if detail == "alt":
        return _alt(result, kind, words)
    said: dict[str, str] = {}
    row = result.main
    if kind == "course":
        said = _course(detail, row, words)
    elif kind == "kpis" and detail == "subtitle":
        said = {"level": words.percent(result.level, 0)}
    elif kind == "kpis" and detail == "source":
        known = math.isfinite(result.lag)
        said = {"lag": words.t("training.kpis.lag", weeks=words.number(result.lag, 0)) if known else ""}
    elif kind == "people" and detail == "source":
        return ""
    return words.t(f"training.{kind}.{_variant(result, kind, detail)}", **said)


def _variant(result: TrainingEffectResult, kind: str, detail: str) -> str:
    """Return which of several sentences of a kind fits what was found."""
    row = result.main
    if row is None:
        return detail
    if (kind, detail) == ("course", "title") and row["verdict"] not in _CHANGED:
        return "title_open"
    if (kind, detail) == ("naive", "title") and abs(row["naive_estimate"] - row["estimate"]) < _APART:
        return "title_beside"
    if result.is_by_lot and (kind, detail) in (("naive", "subtitle"), ("course", "source")):
        return f"{detail}_by_lot"
    return detail


def _course(detail: str, row: pd.Series, words: Language) -> dict[str, str]:
    if detail == "title":
        return {
            "kpi": kpi_label(words, row["kpi"]),
            "after": level(words, row["after"], row["unit"]),
            "without": level(words, row["without"], row["unit"]),
        }
    if detail == "subtitle":
        form = "per_week" if row["unit"] in ("count", "money") else "rate"
        return {"unit": words.t(f"training.course.{form}")}
    return {"coached": words.number(row["coached"]), "controls": words.number(row["controls"])}


def _alt(result: TrainingEffectResult, kind: str, words: Language) -> str:
    row = result.main
    if row is None or math.isnan(row["estimate"]):
        reason = reason_label(words, result.reason or "no_events")
        return words.t("training.alt.empty", reason=reason)
    said = _said(result, row, words)
    if kind == "course":
        levels = {name: level(words, row[name], row["unit"]) for name in ("after", "without")}
        first = -result.course.loc[result.course["kpi"] == row["kpi"], "time"].min()
        return words.t("training.alt.course", kpi=said["kpi"], weeks=words.number(first), **levels)
    said = {name: said[name] for name in ("kpi", "change", "low", "high")}
    naive = change(words, row["naive_estimate"])
    return words.t("training.alt.naive", rows=words.number(len(result.table)), naive=naive, **said)
