"""Where a rep's gap comes from, what is more than chance, and what to talk about."""

from ..core.playbook import Entry
from .book import playbook
from .chart import ChartResult, control_chart
from .decompose import decompose
from .diagnose import diagnose
from .finder import CoachResult, find_coach
from .landscape import ActivityMapResult, activity_map
from .limits import limits
from .log import CoachingLog, coaching_log
from .ranks import RanksResult, ranks
from .results import Action, DecompositionResult, DiagnosisResult, Finding, LimitsResult
from .role import RoleResult, role_diagnosis
from .team import TeamCoachingResult, team_coaching

__all__ = [
    "Action",
    "ActivityMapResult",
    "ChartResult",
    "CoachResult",
    "CoachingLog",
    "DecompositionResult",
    "DiagnosisResult",
    "Entry",
    "Finding",
    "LimitsResult",
    "RanksResult",
    "RoleResult",
    "TeamCoachingResult",
    "activity_map",
    "coaching_log",
    "control_chart",
    "decompose",
    "diagnose",
    "find_coach",
    "limits",
    "playbook",
    "ranks",
    "role_diagnosis",
    "team_coaching",
]
