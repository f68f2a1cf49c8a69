"""How long things take when for some they have not happened yet: winning, ramping, leaving."""

from .curves import EVENTS, MARKS, CurveResult, customer_lifetime, ramp, tenure, time_to_win
from .value import LifetimeValueResult, lifetime_value

__all__ = [
    "EVENTS",
    "MARKS",
    "CurveResult",
    "LifetimeValueResult",
    "customer_lifetime",
    "lifetime_value",
    "ramp",
    "tenure",
    "time_to_win",
]
