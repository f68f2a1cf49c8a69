"""Loading and checking one company's CRM data."""

from .attribution import AttributionResult, attribution_shares
from .load import load, sample
from .new import write_client
from .quality import QualityResult, quality
from .validate import ValidationResult, validate

__all__ = [
    "AttributionResult",
    "QualityResult",
    "ValidationResult",
    "attribution_shares",
    "load",
    "quality",
    "sample",
    "validate",
    "write_client",
]
