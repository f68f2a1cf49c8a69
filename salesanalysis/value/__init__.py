"""What reps are worth: value of clients against cost, growth of client sets, hand-offs, pay of coaches."""

from .coach import coach_pay
from .growth import growth
from .handoff import handoff
from .incentive import IncentiveResult, coach_incentive
from .rep_value import rep_value
from .results import GrowthResult, HandoffResult, RepValueResult

__all__ = [
    "GrowthResult",
    "HandoffResult",
    "IncentiveResult",
    "RepValueResult",
    "coach_incentive",
    "coach_pay",
    "growth",
    "handoff",
    "rep_value",
]
