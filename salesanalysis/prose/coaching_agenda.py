"""What was agreed last time and what to agree on next, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..coaching.results import Action, DiagnosisResult, Finding
from ..core.i18n import Language, escape
from ..kpi.catalogue import KPIS
from .coaching import noun, sentence
from .coaching_play import play

#: Status of an action -> key of its words and glyph; what the CRM leaves empty is unknown.
STATUSES = {"done": "done", "partly": "partly", "not done": "not_done", "open": "open", "": "unknown"}


@dataclass(frozen=True)
class ActionText:
    """One row of the last agreed actions; `status` is a value of `STATUSES`, or overdue."""

    action: str
    due: str
    status: str
    status_text: str
    happened: str


# What was agreed -----------------------------------------------------------------------------------


def actions(result: DiagnosisResult) -> tuple[ActionText, ...]:
    """Return one row per action agreed last time: what, until when, what became of it, what happened."""
    words = result.client.words
    return tuple(
        ActionText(
            action=_agreed(action, result),
            due=words.date(action.due_on),
            status=(status := _status(action, result)),
            status_text=words.t(f"coaching.status.{status}"),
            happened=_happened(action, words),
        )
        for action in result.actions
    )


def _status(action: Action, result: DiagnosisResult) -> str:
    """Return the key of a status; what is open although its day has passed is overdue."""
    status = STATUSES.get(action.status, "unknown")
    is_open = status == "open" and action.due_on is not None and result.as_of is not None
    return "overdue" if is_open and action.due_on < result.as_of else status


def _agreed(action: Action, result: DiagnosisResult) -> str:
    """Write an action; one left open by an earlier session says when it was agreed."""
    words = result.client.words
    if action.agreed_on == result.actions[0].agreed_on:
        return escape(action.action)
    date = words.date(action.agreed_on)
    return words.t("coaching.actions.earlier", action=escape(action.action), date=date)


def _happened(action: Action, words: Language) -> str:
    """Write the note, then the measured change where there is one."""
    parts = [escape(action.note.rstrip("."))] if action.note else []
    if not (math.isnan(action.before) or math.isnan(action.after)):
        daily = action.unit == "rate"
        key = "change_rate" if daily else "change"
        values = (action.before, action.after)
        shown = [per_day(v, words) if daily else words.value(v, action.unit) for v in values]
        label = KPIS[action.kpi].label(words, "short")
        parts.append(words.t(f"coaching.actions.{key}", kpi=label, before=shown[0], after=shown[1]))
    return "; ".join(parts) or words.number(None)


def actions_title(result: DiagnosisResult) -> str:
    """Return the title of the last actions: how many were done."""
    words = result.client.words
    if not result.actions:
        return words.t("coaching.actions.title_none")
    found = [_status(action, result) for action in result.actions]
    known = (*STATUSES.values(), "overdue")
    counted = [words.t(f"coaching.actions.{s}", count=found.count(s)) for s in known if s in found]
    return words.t("coaching.actions.title", list=", ".join(counted))


def actions_subtitle(result: DiagnosisResult) -> str:
    """Return when they were agreed and how the change is measured."""
    words = result.client.words
    if not result.actions:
        return words.t("coaching.actions.subtitle_none")
    weeks = round(max(a.weeks_after for a in result.actions))
    return words.t(
        "coaching.actions.subtitle",
        date=words.date(result.actions[0].agreed_on),
        weeks=words.t("coaching.weeks", count=weeks),
    )


# What to agree on ----------------------------------------------------------------------------------


def agreement(result: DiagnosisResult) -> tuple[str, str, str, str]:
    """Return the suggested row of the agreement: action, who, when, sign of success."""
    words = result.client.words
    if not result.findings:
        return ("", "", "", "")
    finding = result.findings[0]
    entry = play(finding, result.client)
    if finding.state != "coach":
        sign = f"{words.number(finding.observe)} {entry.watch}"
    else:
        sign = f"≥\u00a0{measure(finding, finding.target, words)}"
    who = escape(str(result.rep["name"]).split()[0])
    return entry.heading, who, span(finding, words), sentence(sign)


def agreement_title(result: DiagnosisResult) -> str:
    """Return the title of the agreement."""
    return result.client.words.t("coaching.agreement.title")


def agreement_subtitle(result: DiagnosisResult) -> str:
    """Return when it is looked at next."""
    words = result.client.words
    if result.review_on is None:
        return words.t("coaching.agreement.subtitle_none")
    return words.t("coaching.agreement.subtitle", date=words.date(result.review_on))


# Pieces of sentences ---


def measure(finding: Finding, value: float, words: Language) -> str:
    """Write a factor's value with its name: 10.0 calls a working day; conversation rate 30.0 %."""
    if finding.facts["kind"] == "volume":
        base = words.t(f"coaching.base.{finding.facts['step']}")
        return words.t("coaching.card.rate_volume", value=per_day(value, words), base=base)
    shown = words.value(value, finding.unit)
    return words.t("coaching.card.rate_share", noun=noun(finding.term, words), value=shown)


def per_day(value: float, words: Language) -> str:
    """Write a number per working day."""
    return words.number(value, 1 if value >= 1 else 2)


def span(finding: Finding, words: Language) -> str:
    """Write from which day to which the work is agreed."""
    return f"{words.date(finding.starts_on)}\u00a0– {words.date(finding.due_on)}"
