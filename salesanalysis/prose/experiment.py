"""Words for a randomised test: its plan and its result. The only sentences that may say "causes"."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd

from ..core.i18n import Language
from ..experiment import ExperimentPlan, ExperimentResult
from ..linkage.labels import activity_label
from . import explains

#: Below this chance a test is called too small for the effect that matters.
_FAIR = 0.5


@explains(ExperimentPlan)
def plan(result: ExperimentPlan, detail: str, kind: str) -> str:
    """Put a plan into words; ``kind="stop"`` says what stops the test, one rule a line."""
    words = result.client.words
    if kind == "stop":
        return "\n".join(words.t(f"experiment.stop.{code}") for code in result.stop)
    if detail in ("subtitle", "method"):
        return words.t(f"experiment.{detail}.plan")
    if detail == "source":
        return words.t(
            "experiment.source.plan",
            seed=words.number(result.seed),
            draws=words.number(result.draws),
            as_of=words.date(result.as_of),
        )
    if detail == "answer":
        return "\n".join((_who(result, words), _power(result, words), _read(result, words)))
    return words.t(
        "experiment.title.plan",
        activity=activity_label(words, result.activity, capital=False),
        count=len(result.reps),
        day=_week(words, result.read_on),
    )


def _week(words: Language, week: date | int) -> str:
    return words.date(week) if isinstance(week, date) else words.number(week)


def _change(words: Language, log_ratio: float, *, sign: bool = False) -> str:
    """Write a log ratio as a percentage of change."""
    return words.percent(math.expm1(log_ratio) if math.isfinite(log_ratio) else None, sign=sign)


def _outcome(words: Language, name: str) -> str:
    return (
        words.t("experiment.outcome.wins") if name == "wins" else activity_label(words, name, capital=False)
    )


def _who(result: ExperimentPlan, words: Language) -> str:
    return words.t(
        f"experiment.plan.who_{result.design}",
        start=_week(words, result.starts),
        count=len(result.reps),
        activity=activity_label(words, result.activity, capital=False),
        **{"raise": words.percent(result.raise_by, 0)},
        **(
            {"weeks": words.number(result.weeks)}
            if result.design == "parallel"
            else {
                "blocks": words.number(result.layout.blocks),
                "length": words.number(result.layout.block_weeks),
            }
        ),
    )


def _power(result: ExperimentPlan, words: Language) -> str:
    outcome = _outcome(words, result.outcome)
    if math.isnan(result.chance):
        return words.t("experiment.plan.power_none", outcome=outcome)
    said = {
        "outcome": outcome,
        "effect": _change(words, result.effect),
        "power": words.percent(result.chance, 0),
    }
    if result.chance >= _FAIR or math.isnan(result.mde):
        return words.t("experiment.plan.power", mde=_change(words, result.mde), **said)
    return words.t("experiment.plan.power_small", reps=words.number(result.reps_needed), **said)


def _read(result: ExperimentPlan, words: Language) -> str:
    said = {"day": _week(words, result.read_on), "outcome": _outcome(words, result.outcome)}
    if not result.intermediate:
        return words.t("experiment.plan.read", **said)
    return words.t(
        "experiment.plan.read_both", stage=activity_label(words, result.intermediate, capital=False), **said
    )


@explains(ExperimentResult)
def outcome_of(result: ExperimentResult, detail: str, kind: str) -> str:
    """Put the result of a test into words."""
    words, row = result.client.words, _decides(result)
    if detail == "method":
        return words.t("experiment.method.result")
    if detail == "subtitle":
        return words.t("experiment.subtitle.result", level=words.percent(result.level, 0))
    if detail == "source":
        return words.t(
            "experiment.source.result",
            start=_week(words, result.plan.starts),
            seed=words.number(result.plan.seed),
            as_of=words.date(result.as_of),
        )
    if detail == "answer":
        return "\n".join((_effect(result, row, words), _compliance(result, words), _size(result, row, words)))
    said = {
        "activity": activity_label(words, result.plan.activity, capital=False),
        "outcome": _outcome(words, result.plan.outcome),
    }
    if result.verdict in ("raises", "lowers"):
        said["effect"] = _change(words, row["estimate"], sign=True)
    if result.verdict == "smaller_than_planned":
        said["useful"] = _change(words, result.plan.effect)
    return words.t(f"experiment.title.{result.verdict}", **said)


def _decides(result: ExperimentResult) -> pd.Series:
    table = result.table
    return table[(table["term"] == result.plan.outcome) & (table["kind"] == "intention_to_treat")].iloc[0]


def _effect(result: ExperimentResult, row: pd.Series, words: Language) -> str:
    outcome = _outcome(words, result.plan.outcome)
    reason = words.t(f"experiment.reason.{result.reason}") if result.reason else ""
    if result.reason and result.reason != "wide_interval":
        return words.t("experiment.result.closed", outcome=outcome, reason=reason)
    said = {
        "outcome": outcome,
        "effect": _change(words, row["estimate"], sign=True),
        "low": _change(words, row["conf_low"], sign=True),
        "high": _change(words, row["conf_high"], sign=True),
        "level": words.percent(result.level, 0),
    }
    if result.verdict in ("raises", "lowers"):
        activity = activity_label(words, result.plan.activity, capital=False)
        return words.t("experiment.result.effect", activity=activity, **said)
    verdict = words.t(f"experiment.verdict.{result.verdict}")
    return words.t("experiment.result.open", verdict=reason or verdict, **said)


def _compliance(result: ExperimentResult, words: Language) -> str:
    row = result.table[result.table["kind"] == "compliance"].iloc[0]
    if pd.isna(row["estimate"]):
        return words.t("experiment.result.compliance_unknown")
    return words.t(
        "experiment.result.compliance",
        activity=activity_label(words, result.plan.activity, capital=False),
        effect=_change(words, row["estimate"], sign=True),
        low=_change(words, row["conf_low"], sign=True),
        high=_change(words, row["conf_high"], sign=True),
        asked=words.percent(result.plan.raise_by, 0, sign=True),
    )


def _size(result: ExperimentResult, row: pd.Series, words: Language) -> str:
    return words.t(
        "experiment.result.size",
        reps=words.number(result.reps_read),
        count=len(result.plan.reps),
        share=words.percent(result.weeks_read, 0),
        wins=words.number(row["n"]),
        outcome=_outcome(words, result.plan.outcome),
    )
