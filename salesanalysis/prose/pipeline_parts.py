"""Headings and source lines of the sections of the pipeline's page."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.fonts import shortest_fitting
from ..core.i18n import Language, escape
from ..pipeline import MovementResult, PipelineOverviewResult

#: Most reps that a heading names.
_NAMED = 3


def section_words(result: PipelineOverviewResult, kind: str, detail: str) -> str:
    """Return title, subtitle or source of one section."""
    words = result.client.words
    teller = {
        "figures": _figures,
        "movement": _movement,
        "reps": _reps,
        "risks": _risks,
        "quota": _quota,
        "reasons": _reasons,
    }.get(kind)
    return teller(result, detail, words) if teller else ""


def _figures(result: PipelineOverviewResult, detail: str, words: Language) -> str:
    if detail == "title":
        return words.t("pipeline.figures.title", day=words.date(result.on))
    if detail == "subtitle":
        return words.t("pipeline.figures.subtitle", period=words.period(result.period))
    return ""


def _movement(result: PipelineOverviewResult, detail: str, words: Language) -> str:
    found = result.movement_open
    start, end = found.of().loc["open_start"], found.of().loc["open_end"]
    if detail == "title" and np.isfinite(end["value"]):
        return words.t(
            "pipeline.movement.title_value", start=words.money(start["value"]), end=words.money(end["value"])
        )
    if detail == "title":
        return words.t("pipeline.movement.title", start=words.number(start["n"]), end=words.number(end["n"]))
    if detail == "subtitle":
        return what_moved(found, words)
    text = words.t(f"pipeline.movement.source{'' if result.movement.due_on else '_all'}")
    return " ".join(filter(None, (text, untold(result, words))))


def what_moved(found: MovementResult, words: Language) -> str:
    """Say what a movement counts: number and value, or the number alone."""
    kind = "value" if found.table["value"].notna().any() else "number"
    return words.t(f"pipeline.movement.subtitle.{kind}", since=words.date(found.period.start))


def untold(result: PipelineOverviewResult, words: Language) -> str:
    """Say which steps this data cannot tell; nobody misses owners' changes where there are none."""
    steps = [s for s in result.movement.untold if not s.startswith("assigned")]
    if not steps:
        return ""
    said = words.listing([words.t(f"pipeline.step.{step}").lower() for step in steps])
    return words.t("pipeline.movement.untold", steps=said)


def _reps(result: PipelineOverviewResult, detail: str, words: Language) -> str:
    if detail == "subtitle":
        period = words.period(result.period)
        return words.t("pipeline.reps.subtitle", day=words.date(result.on), period=period)
    if detail == "source":
        text = words.t("pipeline.reps.source")
        if len(result.table) and result.table["coverage"].isna().all():
            period = words.period(result.coverage.period)
            text += " " + words.t("pipeline.reps.no_quota", period=period)
        return text
    table = result.table
    above, below = (table.loc[table["verdict"] == v, "name"] for v in ("above", "below"))
    if len(table) < 2:
        return words.t("pipeline.reps.title_few")
    if above.empty and below.empty:
        return words.t("pipeline.reps.title_none")
    if len(above) and len(below):
        texts = [
            words.t("pipeline.reps.title_both", above=_names(above, words, k), below=_names(below, words, k))
            for k in (_NAMED, 1, 0)
        ]
    else:
        key = "above" if len(above) else "below"
        names = above if len(above) else below
        texts = [words.t(f"pipeline.reps.title_{key}", names=_names(names, words, k)) for k in (_NAMED, 1, 0)]
    return shortest_fitting(texts)


def _names(names: pd.Series, words: Language, most: int) -> str:
    """Name up to `most` reps, else say how many."""
    if len(names) <= most:
        return words.listing([escape(name) for name in names])
    return words.t("pipeline.reps.count", count=len(names))


def _risks(result: PipelineOverviewResult, detail: str, words: Language) -> str:
    flagged = int((result.hygiene.open["risks"] > 0).sum())
    if detail == "title" and not flagged:
        return words.t("pipeline.risks.title_none")
    if detail == "title":
        return words.t("pipeline.risks.title", n=words.number(flagged), all=words.number(result.n))
    if detail == "subtitle":
        return words.t("pipeline.risks.subtitle")
    parts = [words.t("pipeline.risks.source", day=words.date(result.on))]
    if result.hygiene.unchecked:
        said = [_unchecked(rule, needs, words) for rule, needs in result.hygiene.unchecked.items()]
        parts.append(words.t("pipeline.risks.unchecked", rules=words.listing(said)))
    return " ".join(parts)


def _unchecked(rule: str, needs: tuple[str, ...], words: Language) -> str:
    name = words.t(f"pipeline.rule.{rule}").lower()
    if needs:
        return words.t("pipeline.risks.unchecked_needs", rule=name, needs=", ".join(needs))
    return words.t("pipeline.risks.unchecked_few", rule=name)


def _quota(result: PipelineOverviewResult, detail: str, words: Language) -> str:
    found = result.coverage
    row = found.company
    if detail == "title":
        if np.isfinite(row["coverage"]) and np.isfinite(row["needed"]):
            x, y = words.number(row["coverage"], 1), words.number(row["needed"], 1)
            return words.t("pipeline.quota.title_covered", x=x, y=y)
        share = found.past["won_value"].sum() / found.past["open_value"].sum()
        return words.t("pipeline.quota.title_past", share=words.percent(share, 0))
    if detail == "subtitle":
        period = words.period(found.period)
        key = "subtitle_company" if result.team or result.region else "subtitle"
        return words.t(f"pipeline.quota.{key}", period=period, day=words.date(found.on))
    return words.t("pipeline.quota.source")


def _reasons(result: PipelineOverviewResult, detail: str, words: Language) -> str:
    found = result.reasons
    if detail == "source":
        return words.t("pipeline.reasons.source")
    if detail == "subtitle":
        periods = {"period": words.period(found.period), "before": words.period(found.before)}
        return words.t("pipeline.reasons.subtitle", n=words.number(found.n), **periods)
    if found.table.empty:
        return words.t("pipeline.reasons.title_none")
    first = found.table.iloc[0]
    share = words.percent(first["estimate"], 0)
    if not first["reason"]:
        return words.t("pipeline.reasons.title_unexplained", share=share)
    return words.t("pipeline.reasons.title", reason=escape(first["reason"]), share=share)
