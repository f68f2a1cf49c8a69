"""Loading and checking one company's CRM data."""

from .load import load, sample
from .new import write_client
from .quality import QualityResult, quality
from .validate import ValidationResult, validate

__all__ = ["QualityResult", "ValidationResult", "load", "quality", "sample", "validate", "write_client"]
