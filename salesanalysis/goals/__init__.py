"""Goals of a period and scorecards: each KPI with its interval, its goal, its peers and one verdict."""

from .back import WORK
from .compare import CompareResult, compare
from .disagree import DisagreementResult, disagreement
from .expectations import ExpectationsResult, expectations
from .fairness import QuotaFairnessResult, quota_fairness
from .goal import Goal, goals_for, stated
from .grade import GRADES, GradesResult, grades
from .pacing import PacingResult, pacing
from .progress import PACES
from .propose import GoalProposalResult, propose_goals
from .quota import QuotaResult, quota
from .required import RequiredActivityResult, required, required_activity
from .scorecard import ScorecardResult, scorecard
from .verdict import VERDICTS

__all__ = [
    "GRADES",
    "PACES",
    "VERDICTS",
    "WORK",
    "CompareResult",
    "DisagreementResult",
    "ExpectationsResult",
    "Goal",
    "GoalProposalResult",
    "GradesResult",
    "PacingResult",
    "QuotaFairnessResult",
    "QuotaResult",
    "RequiredActivityResult",
    "ScorecardResult",
    "compare",
    "disagreement",
    "expectations",
    "goals_for",
    "grades",
    "pacing",
    "propose_goals",
    "quota",
    "quota_fairness",
    "required",
    "required_activity",
    "scorecard",
    "stated",
]
