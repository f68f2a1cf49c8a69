"""Which activities go with wins: rep x week exposure, one verdict per activity, correlations as description."""

from salesanalysis.linkage.association import link
from salesanalysis.linkage.correlation import correlate
from salesanalysis.linkage.exposure import exposure
from salesanalysis.linkage.frame import from_frame
from salesanalysis.linkage.result import (
    VERDICTS,
    ActivityLinkResult,
    CorrelationResult,
    ExposureResult,
    LinkageResult,
    without_reps,
)
from salesanalysis.linkage.verdict import wins_per_more

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
    "without_reps",
    "wins_per_more",
]
