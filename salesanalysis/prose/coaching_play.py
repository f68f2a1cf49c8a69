"""What the playbook says to a finding, or what to do where it says nothing."""

from __future__ import annotations

from ..coaching.results import Finding
from ..core.client import Client
from ..core.i18n import Language, escape
from ..core.playbook import Words, playbook
from .coaching import noun, sentence

#: The kind of weakness that a factor of the chain points at first.
_FIRST = {"volume": "activity", "rate": "behaviour", "size": "behaviour"}


def play(finding: Finding, client: Client) -> Words:
    """Return the playbook's words to a finding; general ones where it has no entry."""
    entry = playbook(client).get(finding.behaviour)
    words = client.words
    if entry is not None:
        return entry.words[words.code]
    name = noun(finding.term, words)
    return Words(
        heading=sentence(name),
        lever=words.t("coaching.no_entry.lever", noun=name),
        watch=words.t("coaching.no_entry.watch"),
        questions=tuple(words.t(f"coaching.no_entry.question_{i}", noun=name) for i in (1, 2, 3)),
    )


def missing(finding: Finding, words: Language) -> str:
    """Say that the playbook lacks an entry and how to add one; empty where it has one."""
    if finding.behaviour:
        return ""
    return words.t("coaching.no_entry.note", noun=noun(finding.term, words), term=finding.term)


def behind(finding: Finding, client: Client) -> tuple[str, ...]:
    """Return what could be behind a miss and by what to tell, one line each, the likeliest kind first."""
    first = _FIRST.get(str(finding.facts["kind"]), "")
    found = sorted(play(finding, client).weaknesses, key=lambda w: w.kind != first)
    return tuple(
        client.words.t("coaching.card.weakness", what=sentence(escape(w.what)), tell=escape(w.tell))
        for w in found
    )
