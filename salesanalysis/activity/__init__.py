"""What a team does: entries by working day, against goals and habits; which days ask for a question."""

from .team import TeamActivityResult, team_activity

__all__ = ["TeamActivityResult", "team_activity"]
