"""KPIs: declared once as sums, computed by any engine, rolled up without counting twice."""

from .base import Kpi, Measure, Registry
from .catalogue import KPIS
from .coverage import CoverageResult, coverage
from .cycle import cycle_times, lead_ages, response_times
from .health import stalled_share
from .outcome import win_rate_cohort
from .panel import panel
from .query import sql
from .recorded import Recorded, kinds, recorded
from .result import PanelResult
from .signed import contract_values
from .view import View, customer_rule

__all__ = [
    "KPIS",
    "CoverageResult",
    "Kpi",
    "Measure",
    "PanelResult",
    "Recorded",
    "Registry",
    "contract_values",
    "coverage",
    "customer_rule",
    "cycle_times",
    "kinds",
    "lead_ages",
    "panel",
    "preload",
    "recorded",
    "response_times",
    "sql",
    "stalled_share",
    "win_rate_cohort",
]


def preload() -> None:
    """Find out what every KPI reads, and compile a query of each: both are the same for all data."""
    for measure in (one for kpi in KPIS.values() for one in kpi.sums):
        len(measure.needs)  # looked up here, and known to every process forked from this one
        if isinstance(measure.table, View):
            len(measure.table.columns)
    sql([kpi.name for kpi in KPIS.strict], by=())
