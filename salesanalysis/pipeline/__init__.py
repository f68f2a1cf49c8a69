"""Open opportunities over time: how each stood on any day, what moved the pipeline, what is wrong in it."""

from .bottleneck import BottleneckResult, bottlenecks
from .chance import ChanceResult, ReliabilityResult, reliability, win_chances
from .coverage import CoverageOfQuotaResult, coverage_of_quota
from .hygiene import HygieneResult, hygiene
from .movement import MovementResult, movement
from .overview import PipelineOverviewResult, pipeline_overview
from .reasons import ReasonsResult, reasons
from .stage_analysis import StageAnalysisResult, stage_analysis
from .stage_flow import StageFlowResult, stage_flow
from .stage_time import StageTimeResult, stage_time
from .stage_trend import StageTrendResult, stage_trend
from .states import states, states_on

__all__ = [
    "BottleneckResult",
    "ChanceResult",
    "CoverageOfQuotaResult",
    "HygieneResult",
    "MovementResult",
    "PipelineOverviewResult",
    "ReasonsResult",
    "ReliabilityResult",
    "StageAnalysisResult",
    "StageFlowResult",
    "StageTimeResult",
    "StageTrendResult",
    "bottlenecks",
    "coverage_of_quota",
    "hygiene",
    "movement",
    "pipeline_overview",
    "reasons",
    "reliability",
    "stage_analysis",
    "stage_flow",
    "stage_time",
    "stage_trend",
    "states",
    "states_on",
    "win_chances",
]
