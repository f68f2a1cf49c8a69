"""Loading and checking one company's CRM data."""

from .attribution import AttributionResult, attribution_shares
from .load import load, sample
from .new import write_client
from .propose import Proposal, propose
from .quality import QualityResult, quality
from .validate import ValidationResult, validate

__all__ = [
    "AttributionResult",
    "Proposal",
    "QualityResult",
    "ValidationResult",
    "attribution_shares",
    "load",
    "propose",
    "quality",
    "sample",
    "validate",
    "write_client",
]
