"""A diagnosis in words: what to work on, what was agreed, what to agree on next."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from ..coaching.results import DecompositionResult, DiagnosisResult, Finding
from ..core.i18n import Language, escape
from . import explain, explains
from .coaching import answer, method, noun, page_title, source
from .coaching_agenda import (
    actions,
    actions_subtitle,
    actions_title,
    agreement,
    agreement_subtitle,
    agreement_title,
    measure,
    per_day,
    span,
)
from .coaching_limits import alike, rates_alike
from .coaching_plan import plan_subtitle, plan_title
from .coaching_play import behind, floor_kind, floors, missing, play
from .coaching_role import advice, is_low, speaks
from .coaching_worth import doubts, more_data, tag, unproven

__all__ = ["CardText", "actions", "agreement", "cards", "nothing"]


@dataclass(frozen=True)
class CardText:
    """One card: heading, evidence tag, why, questions, then (label, text) fields with ``**bold**``.

    `is_certain`: worth coaching, so that the card asks for work and not for a look.
    """

    number: int
    heading: str
    tag: str
    is_certain: bool
    why: str
    questions_label: str
    questions: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]


@explains(DiagnosisResult)
def diagnosis(result: DiagnosisResult, detail: str, kind: str) -> str:
    """Tell a diagnosis; a kind of `_SECTIONS` titles that section of its page."""
    words = result.client.words
    if kind in _SECTIONS and detail in ("title", "subtitle"):
        return _SECTIONS[kind][detail](result)
    role = speaks(result)
    if detail in ("title", "answer") and role:
        return explain(role, detail)
    if detail == "title":
        return page_title(split_of(result))
    if detail == "answer":
        return "\n".join(_answer(result))
    if detail == "source":  # the sections of the page lean on figures that carry theirs
        return "" if kind in _SECTIONS else source(split_of(result))
    if detail == "method":
        return f"{method(split_of(result))} {words.t('coaching.diagnosis.method')}"
    if detail == "alt":
        named = words.listing([noun(f.term, words) for f in result.findings])
        told = named or words.t("coaching.diagnosis.alt_none")
        return words.t("coaching.diagnosis.alt", name=escape(result.rep["name"]), findings=told)
    return _cards_subtitle(result)


def split_of(result: DiagnosisResult) -> DecompositionResult:
    """Return the decomposition in the language of the diagnosis."""
    return replace(result.decomposition, client=result.client)


def _answer(result: DiagnosisResult) -> tuple[str, str, str]:
    """The decomposition's sentences; where nobody can be named, or the rep has left, the last one says so."""
    first, second, third = answer(split_of(result))
    words = result.client.words
    if result.status == "left":
        left = pd.Timestamp(result.rep["left_on"]).date()
        name = escape(str(result.rep["name"]).split()[0])
        return first, second, words.t("coaching.answer.left", name=name, date=words.date(left))
    third = unproven(result) or third
    known = result.status == "ok" and result.decomposition.found("enough_evidence").empty
    same = rates_alike(result.differences, words) if known else ""
    return first, f"{second.removesuffix('.')}; {same}." if same else second, third


# What to work on -----------------------------------------------------------------------------------


def cards(result: DiagnosisResult) -> tuple[CardText, ...]:
    """Return the texts of at most two cards."""
    return tuple(_card(result, i, f) for i, f in enumerate(result.findings, 1))


def nothing(result: DiagnosisResult) -> str:
    """Return the paragraph that stands where no card does; empty when there are cards."""
    words = result.client.words
    if result.findings:
        return ""
    if role := speaks(result):
        return advice(role)
    key = {"ok": "ok", "ramping": "ramping", "left": "left"}.get(result.status, "other")
    if key == "ok" and result.decomposition.gap >= 0:
        key = "ahead"
    against = words.t(f"coaching.against.{result.decomposition.against}")
    name = escape(str(result.rep["name"]).split()[0])
    text = words.t(f"coaching.cards.none_{key}", name=name, against=against)
    told = alike(result.differences, words) if key == "ok" else ""
    return f"{text} {words.t('coaching.cards.alike', reason=told)}" if told else text


def _card(result: DiagnosisResult, number: int, finding: Finding) -> CardText:
    words = result.client.words
    entry = play(finding, result.client)
    heading, to_coach = entry.heading, finding.state == "coach"
    if not to_coach:
        heading = words.t("coaching.card.observe", heading=heading)
    # What is not certain is looked at first, not yet worked on.
    lever = [("lever", entry.lever), ("exercise", entry.exercise)] if to_coach else []
    return CardText(
        number=number,
        heading=heading,
        tag=words.t(tag(finding)),
        is_certain=to_coach,
        why=_why(result, finding),
        questions_label=words.t("coaching.card.questions"),
        questions=entry.questions,
        fields=(
            *_behind(finding, result),
            *((words.t(f"coaching.card.{name}"), text) for name, text in lever if text),
            (words.t("coaching.card.coach"), _coach(result, finding)),
            (words.t("coaching.card.target"), _target(result, finding, entry.watch)),
        ),
    )


def _behind(finding: Finding, result: DiagnosisResult) -> tuple[tuple[str, str], ...]:
    """Return what could be behind a miss: one field a line, the first with the label."""
    label = result.client.words.t("coaching.card.behind")
    return tuple(("" if i else label, text) for i, text in enumerate(behind(finding, result.client)))


def _why(result: DiagnosisResult, finding: Finding) -> str:
    words, row = result.client.words, finding.facts
    against = words.t(f"coaching.against.{result.decomposition.against}")
    if row["kind"] == "volume":
        days = result.decomposition.days
        text = words.t(
            "coaching.card.why_volume",
            counted=words.t(f"coaching.count.{row['step']}", count=round(row["n"])),
            days=words.t("coaching.count.days", count=days),
            rate=per_day(row["n"] / days, words),
            benchmark=per_day(row["benchmark"] / days, words),
            against=against,
            change=words.percent(row["n"] / row["benchmark"] - 1, 0, sign=True),
        )
    elif row["kind"] == "rate":
        text = words.t(
            "coaching.card.why_rate",
            n=words.number(row["n"]),
            of=words.t(f"coaching.count.{row['of']}", count=round(row["base"])),
            value=words.percent(row["value"]),
            against=against,
            benchmark=words.percent(row["benchmark"]),
        )
    else:
        text = words.t(
            "coaching.card.why_size",
            value=words.money(row["value"]),
            wins=words.t("coaching.count.wins", count=round(row["n"])),
            against=against,
            benchmark=words.money(row["benchmark"]),
        )
    return " ".join((text, *_asides(finding, words)))


def _asides(finding: Finding, words: Language) -> list[str]:
    """Add what would settle it, what the passport leaves open, and whether it goes with wins in this data."""
    said = [text for text in (more_data(finding, words), doubts(finding, words)) if text]
    if finding.link == "linked":
        said.append(words.t("coaching.card.linked"))
    return [*said, *filter(None, [missing(finding, words)])]


def _coach(result: DiagnosisResult, finding: Finding) -> str:
    words = result.client.words
    if finding.coach:
        team = f", {escape(finding.coach_team)}" if finding.coach_team else ""
        value = measure(finding, finding.coach_value, words)
        key = "coach_peer" if finding.coach_willing else "coach_unasked"
        return words.t(f"coaching.card.{key}", name=escape(finding.coach), team=team, value=value)
    if result.edition == "rep":
        return words.t("coaching.card.coach_rep")
    name = escape(result.rep.get("manager") or words.t("coaching.card.manager"))
    return words.t("coaching.card.coach_manager", name=name)


def _target(result: DiagnosisResult, finding: Finding, watch: str) -> str:
    words = result.client.words
    if finding.state != "coach":
        date = words.date(finding.due_on)
        return words.t(
            "coaching.card.target_observe", number=words.number(finding.observe), watch=watch, date=date
        )
    return words.t(
        "coaching.card.target_certain",
        measure=measure(finding, finding.target, words),
        span=span(finding, words),
        review=words.date(result.review_on),
    )


def _cards_title(result: DiagnosisResult) -> str:
    if not result.findings and is_low(speaks(result)):
        return result.client.words.t("diagnosis.cards_role")
    if floors(result):
        return result.client.words.t(f"coaching.cards.title_{floor_kind(result)}")
    certain = sum(f.state == "coach" for f in result.findings)
    return result.client.words.t(f"coaching.cards.title_{certain}{len(result.findings) - certain}")


def _cards_subtitle(result: DiagnosisResult) -> str:
    return result.client.words.t("coaching.cards.subtitle")


_SECTIONS = {
    "cards": {"title": _cards_title, "subtitle": _cards_subtitle},
    "actions": {"title": actions_title, "subtitle": actions_subtitle},
    "plan": {"title": plan_title, "subtitle": plan_subtitle},
    "agreement": {"title": agreement_title, "subtitle": agreement_subtitle},
}
