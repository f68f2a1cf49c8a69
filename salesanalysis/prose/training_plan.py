"""Words for a roll-out by lot."""

from __future__ import annotations

import math

from ..core.i18n import Language
from ..training import RolloutPlan
from ..training.labels import change, kpi_label
from . import explains

#: Below this chance a roll-out is called too small for the change that matters.
_FAIR = 0.5


@explains(RolloutPlan)
def rollout(result: RolloutPlan, detail: str, kind: str) -> str:
    """Put a roll-out into words, or why none can be drawn; kinds: ``who, power``."""
    words = result.client.words
    if kind == "who" and detail in ("title", "subtitle"):
        return words.t(f"training.plan.who_{detail}")
    if not kind and detail == "source":
        return ""
    if kind == "power" and detail in ("title", "subtitle"):
        if detail == "title":
            return words.t("training.plan.waves_title")
        effect = change(words, float(result.power["effect"].iloc[0]))
        return words.t("training.plan.waves_subtitle", effect=effect)
    if detail in ("subtitle", "method"):
        return words.t(f"training.plan.{detail}")
    if result.table.empty:
        return _none(result, detail, words)
    kpi, reps = kpi_label(words, result.kpi), words.number(len(result.reps))
    waves = words.number(result.waves)
    if detail == "title":
        return words.t("training.plan.title", kpi=kpi, reps=reps, waves=waves)
    if detail == "source":
        said = {"seed": words.number(result.seed), "draws": words.number(result.draws)}
        return words.t("training.plan.source", as_of=words.date(result.as_of), **said)
    days = {"start": words.date(result.starts), "day": words.date(result.read_on)}
    if detail == "alt":
        return words.t("training.plan.alt", waves=waves, reps=reps, **days)
    who = words.t("training.plan.who", start=days["start"], weeks=words.number(result.weeks))
    read = words.t("training.plan.read", day=days["day"])
    return "\n".join((who, _power(result, kpi, words), read))


def _none(result: RolloutPlan, detail: str, words: Language) -> str:
    if detail == "source":
        return ""
    if detail != "answer":
        return words.t("training.plan.title_none")
    first = words.t("training.plan.none", reason=words.t(f"training.plan.{result.reason}"))
    return "\n".join((first, words.t("training.plan.none_2"), words.t("training.plan.none_3")))


def _power(result: RolloutPlan, kpi: str, words: Language) -> str:
    if math.isnan(result.chance):
        return words.t("training.plan.power_none", kpi=kpi)
    effect = change(words, float(result.power["effect"].iloc[0]))
    said = {"kpi": kpi, "effect": effect, "power": words.percent(result.chance, 0)}
    if math.isnan(result.mde):
        return words.t("training.plan.power_chance", **said)
    key = "power" if result.chance >= _FAIR else "power_small"
    return words.t(f"training.plan.{key}", mde=change(words, result.mde), **said)
