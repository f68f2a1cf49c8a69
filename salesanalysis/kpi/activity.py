"""What reps do: counts of activities, and the rate at which each step leads to the next."""

from __future__ import annotations

from functools import partial

from .base import Kpi, Measure
from .pipeline import wins
from .workforce import per_day

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

meetings_set = _done("meetings_set", "meeting", "held", "no_show")

# A task is an activity with a day on which it is due.
_due = partial(Measure, table="activities", on="due_on")
tasks_done = Measure("tasks_done", "activities", "completed_on", lambda t: t.count(where=t.due_on.notnull()))
tasks_due = _due("tasks_due", reduce=lambda t: t.count())
tasks_in_time = _due("tasks_in_time", reduce=lambda t: t.count(where=t.completed_on <= t.due_on))
tasks_late = _due(
    "tasks_late",
    reduce=lambda t: t.count(
        where=(t.due_on < t.as_of_on) & (t.completed_on.isnull() | (t.completed_on > t.due_on))
    ),
)
tasks_overdue = _due(
    "tasks_overdue", reduce=lambda t: t.count(where=t.due_on < t.as_of_on), until="completed_on"
)

_kpi = partial(Kpi, record="activity_id")
_COUNTS = (
    _kpi("calls", (calls,), role="activity", source=_SEED),
    _kpi("connects", (connects,), role="objective", source=_SEED),
    _kpi("conversations", (conversations,), role="objective", source=_SEED),
    _kpi("meetings", (meetings,), role="activity"),
    _kpi("proposals", (proposals,), role="activity", source=_SEED),
    _kpi("emails", (emails,), role="activity"),
    _kpi("followups", (followups,), role="activity", source=_SEED),
)
_TASKS_DONE = _kpi("tasks_done", (tasks_done,), role="activity")
_TASKS_OVERDUE = _kpi("tasks_overdue", (tasks_overdue,), better="lower", role="activity")

ACTIVITY = (
    *(kpi for count in _COUNTS for kpi in (count, per_day(count))),
    _TASKS_DONE,
    per_day(_TASKS_DONE),
    _TASKS_OVERDUE,
    per_day(_TASKS_OVERDUE, tasks_late),
    _kpi("tasks_in_time", (tasks_in_time, tasks_due), unit="share", role="activity"),
    _kpi("voicemails", (voicemails,), role="activity"),
    _kpi("internal_meetings", (internal_meetings,), better="lower", role="activity"),
    _kpi("admin", (admin,), better="lower", role="activity"),
)

RATES = (
    _kpi("connect_rate", (connects, calls), unit="share", role="objective", source=_SEED),
    _kpi("conversation_rate", (conversations, connects), unit="share", role="objective", source=_SEED),
    _kpi("meeting_rate", (meetings, conversations), unit="share", role="objective"),
    _kpi("show_rate", (meetings, meetings_set), unit="share", role="objective"),
    _kpi("proposal_rate", (proposals, conversations), unit="share", role="objective"),
    Kpi("proposal_to_win_rate", (wins, proposals), unit="share", role="result"),
)
