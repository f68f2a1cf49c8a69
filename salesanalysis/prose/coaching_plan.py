"""The development plan in words: when, what, who, and how one sees that it worked."""

from __future__ import annotations

from dataclasses import dataclass

from ..coaching.plan import Step
from ..coaching.results import DiagnosisResult, Finding
from ..core.i18n import Language, escape
from .coaching import sentence
from .coaching_agenda import measure
from .coaching_play import play


@dataclass(frozen=True)
class StepText:
    """One row of the plan."""

    when: str
    what: str
    who: str
    sign: str


def plan(result: DiagnosisResult) -> tuple[StepText, ...]:
    """Return one row per step of the plan."""
    return tuple(_step(step, result) for step in result.plan)


def plan_title(result: DiagnosisResult) -> str:
    """Return the title of the plan: until when it reaches."""
    words = result.client.words
    return words.t("coaching.plan.title", date=words.date(result.review_on))


def plan_subtitle(result: DiagnosisResult) -> str:
    """Return how to read the plan."""
    return result.client.words.t("coaching.plan.subtitle")


def _step(step: Step, result: DiagnosisResult) -> StepText:
    words = result.client.words
    rep = escape(str(result.rep["name"]).split()[0])
    finding = result.findings[step.place] if step.place >= 0 else None
    company = _company(step, finding, result, words)
    who = rep if step.kind == "measure" else words.t("coaching.plan.together", rep=rep, company=company)
    when = words.date(step.starts_on)
    if step.ends_on != step.starts_on:
        when = words.t("coaching.plan.when", start=when, end=words.date(step.ends_on))
    if finding is None:
        return StepText(when, words.t("coaching.plan.review"), who, words.t("coaching.plan.review_sign"))
    text = play(finding, result.client)
    values = {"number": words.number(finding.observe), "watch": text.watch, "heading": text.heading}
    if step.kind == "practise":
        what, sign = text.exercise or text.lever, words.t("coaching.plan.practise_sign", heading=text.heading)
    elif step.kind == "measure":
        what = words.t("coaching.plan.measure")
        sign = f"≥\u00a0{measure(finding, finding.target, words)}"
    else:
        what = words.t("coaching.plan.observe", **values)
        sign = words.t(f"coaching.plan.observe_sign_{finding.state}")
    return StepText(when, what, who, sentence(sign))


def _company(step: Step, finding: Finding | None, result: DiagnosisResult, words: Language) -> str:
    """Name who is there beside the rep; a rep's own edition names no colleague."""
    if step.company == "coach" and finding is not None and finding.coach:
        return escape(finding.coach.split()[0])
    manager = str(result.rep.get("manager") or "")
    return escape(manager.split()[0]) if manager else words.t("coaching.plan.manager")
