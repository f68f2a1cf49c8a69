"""Where a rep's gap comes from, what is more than chance, and what to talk about."""

from ..core.playbook import Entry
from .book import playbook
from .decompose import decompose
from .diagnose import diagnose
from .finder import CoachResult, find_coach
from .limits import limits
from .log import CoachingLog, coaching_log
from .results import Action, DecompositionResult, DiagnosisResult, Finding, LimitsResult

__all__ = [
    "Action",
    "CoachResult",
    "CoachingLog",
    "DecompositionResult",
    "DiagnosisResult",
    "Entry",
    "Finding",
    "LimitsResult",
    "coaching_log",
    "decompose",
    "diagnose",
    "find_coach",
    "limits",
    "playbook",
]
