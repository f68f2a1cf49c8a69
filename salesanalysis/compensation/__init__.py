"""Pay: what a plan pays whom for what, and what it would pay."""

from .budget import Budget
from .pay import PayResult, pay
from .payroll import PayrollResult, payroll
from .pays_for import PayForResult, pay_for
from .plan import PayPlan
from .planfile import pay_plan
from .rules import COMPONENTS
from .template import TEMPLATE, write_plan
from .what_if import WhatIfResult, what_if

__all__ = [
    "COMPONENTS",
    "TEMPLATE",
    "Budget",
    "PayForResult",
    "PayPlan",
    "PayResult",
    "PayrollResult",
    "WhatIfResult",
    "pay",
    "pay_for",
    "pay_plan",
    "payroll",
    "what_if",
    "write_plan",
]
