"""Did coaching change anything beyond what it would have come to anyway; and the next wave, drawn by lot."""

from .effect import training_effect
from .plan import RolloutPlan
from .result import VERDICTS, TrainingEffectResult
from .rollout import next_wave, rollout_plan

__all__ = ["VERDICTS", "RolloutPlan", "TrainingEffectResult", "next_wave", "rollout_plan", "training_effect"]
