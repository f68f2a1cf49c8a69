"""KPIs: declared once as sums, computed by any engine, rolled up without counting twice."""

from .base import Kpi, Measure, Registry
from .catalogue import KPIS
from .coverage import CoverageResult, coverage
from .cycle import cycle_times
from .panel import PanelResult, panel
from .query import sql

__all__ = [
    "KPIS",
    "CoverageResult",
    "Kpi",
    "Measure",
    "PanelResult",
    "Registry",
    "coverage",
    "cycle_times",
    "panel",
    "sql",
]
