"""What goes with a high win rate or a slow close: closed opportunities by region, product and more."""

from .analysis import performance_analysis
from .edition import performance_without_names
from .result import PerformanceResult, Start

__all__ = ["PerformanceResult", "Start", "performance_analysis", "performance_without_names"]
