"""The report factory: plans of many reports for many clients, run, resumed, handed over and compared."""

from .plan import ClientPlan, Plan, Recipient, ReportPlan
from .planfile import read_plan
from .template import write_batch_plan

__all__ = ["ClientPlan", "Plan", "Recipient", "ReportPlan", "read_plan", "write_batch_plan"]
