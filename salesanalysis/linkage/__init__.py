"""Which activities go with wins: rep x week exposure, one verdict per activity, correlations."""

from .association import link
from .correlation import correlate
from .exposure import exposure
from .frame import from_frame
from .opportunity import opportunity_link
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
    "LinkageResult",
    "correlate",
    "exposure",
    "from_frame",
    "link",
    "opportunity_link",
    "wins_per_more",
    "without_reps",
]
