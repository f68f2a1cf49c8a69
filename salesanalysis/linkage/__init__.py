"""Which activities go with wins: rep x week exposure, one verdict per activity, correlations."""

from .association import link
from .correlation import correlate
from .evidence import combine, evidence
from .exposure import exposure
from .frame import from_frame
from .gaming import GamingResult, gaming
from .needed import NeededResult, needed
from .opportunity import opportunity_link
from .quantile import QuantileResult, quantiles
from .result import (
    VERDICTS,
    ActivityLinkResult,
    CorrelationResult,
    ExposureResult,
    LinkageResult,
    without_reps,
)
from .verdict import wins_per_more

__all__ = [
    "VERDICTS",
    "ActivityLinkResult",
    "CorrelationResult",
    "ExposureResult",
    "GamingResult",
    "LinkageResult",
    "NeededResult",
    "QuantileResult",
    "combine",
    "correlate",
    "evidence",
    "exposure",
    "from_frame",
    "gaming",
    "link",
    "needed",
    "opportunity_link",
    "quantiles",
    "wins_per_more",
    "without_reps",
]
