"""Goals of a period and scorecards: each KPI with its interval, its goal, its peers and one verdict."""

from .compare import CompareResult, compare
from .disagree import DisagreementResult, disagreement
from .goal import Goal, goals_for, stated
from .pacing import PacingResult, pacing
from .progress import PACES
from .scorecard import ScorecardResult, scorecard
from .verdict import VERDICTS

__all__ = [
    "PACES",
    "VERDICTS",
    "CompareResult",
    "DisagreementResult",
    "Goal",
    "PacingResult",
    "ScorecardResult",
    "compare",
    "disagreement",
    "goals_for",
    "pacing",
    "scorecard",
    "stated",
]
