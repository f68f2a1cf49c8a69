"""What the playbook says to a finding, or what to do where it says nothing."""

from __future__ import annotations

from ..coaching.results import DiagnosisResult, Finding
from ..core.client import Client
from ..core.i18n import Language, escape
from ..core.playbook import Words, entry_for, playbook
from ..goals import ScorecardResult
from .coaching import noun, sentence

#: The kind of weakness that a factor of the chain points at first.
_FIRST = {"volume": "activity", "rate": "behaviour", "size": "behaviour"}

#: KPIs below their floor that are spoken of.
_FLOORS = 2


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


def floors(result: DiagnosisResult) -> tuple[str, ...]:
    """Return one paragraph per KPI surely below its floor, where no step of the chain is worth a card.

    SDRs and AMs work beside the chain of calls to wins: what they are measured by stands on the scorecard.
    """
    card, words = result.scorecard, result.client.words
    if result.findings or not isinstance(card, ScorecardResult):
        return ()
    book = playbook(result.client)
    told = []
    for row in card.table[card.table["verdict"] == "below_floor"].head(_FLOORS).itertuples():
        kpi = next(k for k in card.asked if k.name == row.kpi)
        entry = entry_for(row.kpi, book)
        text = words.t(
            "coaching.floor.text_average" if row.philosophy == "C average" else "coaching.floor.text",
            kpi=kpi.label(words),
            value=words.value(row.estimate, row.unit),
            target=words.value(row.target, row.unit),
        )
        asked = entry.words[words.code] if entry else None
        if asked:
            text += " " + words.t(
                "coaching.floor.ask", heading=escape(asked.heading), question=escape(asked.questions[0])
            )
        told.append(text)
    return tuple(told)


def floor_kind(result: DiagnosisResult) -> str:
    """Tell whether a floor is missed, or goals at the average only."""
    table = result.scorecard.table
    missed = table.loc[table["verdict"] == "below_floor", "philosophy"]
    return "average" if (missed == "C average").all() else "floor"


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
