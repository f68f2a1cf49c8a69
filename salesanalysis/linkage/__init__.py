"""Which activities go with wins: rep x week exposure, one verdict per activity, correlations."""

from .association import link
from .before_after import link_before
from .correlation import correlate
from .evidence import combine, evidence
from .exposure import exposure, weeks_of
from .frame import from_frame
from .gaming import GamingResult, gaming
from .needed import NeededResult, needed
from .opportunity import opportunity_link
from .outcomes import ThroughResult, chain, through
from .quantile import QuantileResult, quantiles
from .result import (
    VERDICTS,
    ActivityLinkResult,
    CorrelationResult,
    ExposureResult,
    LinkageResult,
    without_reps,
)
from .roles import link_role
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
    "ThroughResult",
    "chain",
    "combine",
    "correlate",
    "evidence",
    "exposure",
    "from_frame",
    "gaming",
    "link",
    "link_before",
    "link_role",
    "needed",
    "opportunity_link",
    "quantiles",
    "through",
    "weeks_of",
    "wins_per_more",
    "without_reps",
]
