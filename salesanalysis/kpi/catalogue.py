"""The registry of all KPIs, in the order of the sales process."""

from __future__ import annotations

from .activity import ACTIVITY, RATES
from .base import Registry
from .outcome import OUTCOME
from .pipeline import PIPELINE

KPIS = Registry((*ACTIVITY, *RATES, *PIPELINE, *OUTCOME))
