"""Databases as sources: canonical tables stay queries of Ibis on the engine that holds the data."""

from .load import from_database
from .source import is_database

__all__ = ["from_database", "is_database"]
