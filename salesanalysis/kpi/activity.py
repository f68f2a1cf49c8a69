"""What reps do: counts of activities, and the rate at which each step leads to the next."""

from __future__ import annotations

from .base import Kpi, Measure
from .pipeline import wins

_SEED = "KPIs of a sales force: behaviour first (article 000)"


def _done(name: str, kind: str, *outcomes: str) -> Measure:
    """Count the activities of `kind`, those with one of `outcomes` where given."""
    if outcomes:
        return Measure(
            name,
            "activities",
            "occurred_on",
            lambda t: t.count(where=(t.kind == kind) & t.outcome.isin(outcomes)),
        )
    return Measure(name, "activities", "occurred_on", lambda t: t.count(where=t.kind == kind))


calls = _done("calls", "call")
# A conversation is a call that connected and went further, so it counts as both.
connects = _done("connects", "call", "connected", "conversation")
conversations = _done("conversations", "call", "conversation")
meetings = _done("meetings", "meeting", "held")
proposals = _done("proposals", "proposal")
emails = _done("emails", "email")
followups = _done("followups", "follow_up")
voicemails = _done("voicemails", "voicemail")
internal_meetings = _done("internal_meetings", "internal_meeting")
admin = _done("admin", "admin")

ACTIVITY = (
    Kpi("calls", (calls,), role="activity", source=_SEED),
    Kpi("connects", (connects,), role="objective", source=_SEED),
    Kpi("conversations", (conversations,), role="objective", source=_SEED),
    Kpi("meetings", (meetings,), role="activity"),
    Kpi("proposals", (proposals,), role="activity", source=_SEED),
    Kpi("emails", (emails,), role="activity"),
    Kpi("followups", (followups,), role="activity", source=_SEED),
    Kpi("voicemails", (voicemails,), role="activity"),
    Kpi("internal_meetings", (internal_meetings,), better="lower", role="activity"),
    Kpi("admin", (admin,), better="lower", role="activity"),
)

RATES = (
    Kpi("connect_rate", (connects, calls), unit="share", role="objective", source=_SEED),
    Kpi("conversation_rate", (conversations, connects), unit="share", role="objective", source=_SEED),
    Kpi("meeting_rate", (meetings, conversations), unit="share", role="objective"),
    Kpi("proposal_rate", (proposals, conversations), unit="share", role="objective"),
    Kpi("proposal_to_win_rate", (wins, proposals), unit="share", role="result"),
)
