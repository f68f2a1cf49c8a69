"""What each role opens: the year on one page, one rep's page, the leaderboard."""

from .expected import expectations
from .leaderboard import LeaderboardResult, leaderboard
from .rep import RepDashboardResult, rep_dashboard
from .union import UnionResult, state_of_the_union

__all__ = [
    "LeaderboardResult",
    "RepDashboardResult",
    "UnionResult",
    "expectations",
    "leaderboard",
    "rep_dashboard",
    "state_of_the_union",
]
