"""Loading and checking one company's CRM data."""

from .load import load, sample

__all__ = ["load", "sample"]
