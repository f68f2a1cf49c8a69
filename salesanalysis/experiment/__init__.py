"""Randomised tests: plan one, write it down, judge it once it is over. Only here may a cause be claimed."""

from .analysis import experiment_result
from .plan import experiment_plan
from .result import VERDICTS, ExperimentPlan, ExperimentResult

__all__ = ["VERDICTS", "ExperimentPlan", "ExperimentResult", "experiment_plan", "experiment_result"]
