"""What is to come: bookings and wins ahead, how far such projections were off, what clients may bring."""

from .backtest import backtest
from .dates import date_bias
from .foresee import foresee
from .frozen import compare_frozen, freeze, frozen
from .project import project
from .result import (
    BacktestResult,
    DateBiasResult,
    FrozenResult,
    ProjectionResult,
    ValueProjectionResult,
)
from .value import value_projection

__all__ = [
    "BacktestResult",
    "DateBiasResult",
    "FrozenResult",
    "ProjectionResult",
    "ValueProjectionResult",
    "backtest",
    "compare_frozen",
    "date_bias",
    "foresee",
    "freeze",
    "frozen",
    "project",
    "value_projection",
]
