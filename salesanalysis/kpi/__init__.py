"""KPIs: declared once as sums, computed by any engine, rolled up without counting twice."""

from .base import Kpi, Measure, Registry
from .catalogue import KPIS
from .coverage import CoverageResult, coverage
from .cycle import cycle_times
from .panel import PanelResult, panel
from .query import sql
from .signed import contract_values

__all__ = [
    "KPIS",
    "CoverageResult",
    "Kpi",
    "Measure",
    "PanelResult",
    "Registry",
    "contract_values",
    "coverage",
    "cycle_times",
    "panel",
    "sql",
]
