"""Loading and checking one company's CRM data."""

from importlib import import_module

from ..core.calendar import check_country
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
    "preload",
    "propose",
    "quality",
    "sample",
    "validate",
    "write_client",
]


def preload() -> None:
    """Import what the first load would; no connection is opened, so that a process can still be forked."""
    for name in ("ibis.backends.duckdb.converter", "pyarrow.dataset", "pyarrow.parquet"):
        import_module(name)
    check_country("")  # reads the list of countries
