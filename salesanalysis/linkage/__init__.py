"""Which activities go with wins: rep x week exposure, one verdict per activity, correlations."""

from salesanalysis.linkage.association import link
from salesanalysis.linkage.correlation import correlate
from salesanalysis.linkage.exposure import exposure
from salesanalysis.linkage.frame import from_frame
from salesanalysis.linkage.opportunity import opportunity_link
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
    "opportunity_link",
    "wins_per_more",
    "without_reps",
]
