"""Rules that turn what a CRM calls an activity into a kind and an outcome."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from .checking import known_keys, text_of
from .errors import InvalidInput

#: Activity kinds and outcomes that measures count.
KINDS = ("call", "email", "meeting", "proposal", "follow_up", "voicemail", "internal_meeting", "admin")
OUTCOMES = ("no_answer", "connected", "conversation", "held", "no_show")
#: Names under which settings speak of what is counted; further kinds go by their own name.
ACTIVITIES = (
    "calls",
    "connects",
    "conversations",
    "meetings",
    "proposals",
    "emails",
    "followups",
    "voicemails",
    "internal_meetings",
    "admin",
)


@dataclass(frozen=True)
class KindRule:
    """One rule: the texts an activity must fit, and what it is then.

    Attributes
    ----------
    subject, type, result : str
        Text in any case, ``*`` stands for anything; empty: whatever it is. `type` is what the source gives as
        kind, `result` what it gives as outcome.
    kind, outcome : str
        What the activity is; the first rule that fits and names a kind gives the kind, the first that fits
        and names an outcome gives the outcome.

    Examples
    --------
    >>> KindRule(subject="*demo*", type="Meeting", kind="meeting", outcome="held").kind
    'meeting'
    """

    subject: str = ""
    type: str = ""
    result: str = ""
    kind: str = ""
    outcome: str = ""


def kind_rules(value: Any, where: str) -> tuple[KindRule, ...]:
    """Return the sections ``[[kinds]]``, checked.

    Examples
    --------
    >>> kind_rules([{"type": "Telepon", "kind": "call"}], "client.toml")[0].type
    'Telepon'
    """
    if not isinstance(value, list):
        raise InvalidInput(f"'kinds' in {where} must be a list of rules, each under [[kinds]].")
    return tuple(_rule(spec, f"[[kinds]] number {i} of {where}") for i, spec in enumerate(value, 1))


def _rule(spec: Any, place: str) -> KindRule:
    given = known_keys(spec, [f.name for f in fields(KindRule)], place)
    rule = KindRule(**{key: text_of(key, text, place).strip() for key, text in given.items()})
    if not (rule.subject or rule.type or rule.result):
        raise InvalidInput(f"{place} fits everything. Give it a subject, a type or a result to look for.")
    if not (rule.kind or rule.outcome):
        raise InvalidInput(f"{place} says nothing. Give it a kind, an outcome, or both.")
    return rule
