"""What reps are worth: value of clients against cost, growth of client sets, hand-offs, pay of coaches."""

from .coach import coach_pay
from .growth import growth
from .handoff import handoff
from .rep_value import rep_value
from .results import GrowthResult, HandoffResult, RepValueResult

__all__ = [
    "GrowthResult",
    "HandoffResult",
    "RepValueResult",
    "coach_pay",
    "growth",
    "handoff",
    "rep_value",
]
