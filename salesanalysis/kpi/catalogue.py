"""The registry of all KPIs, in the order of the sales process."""

from __future__ import annotations

from .activity import ACTIVITY, RATES
from .base import Registry
from .contract import CONTRACT
from .health import HEALTH
from .lifetime import LIFETIME
from .outcome import OUTCOME
from .pipeline import PIPELINE
from .prospect import PROSPECT
from .quota import QUOTA
from .referral import REFERRAL
from .retention import BOOK_OF_CUSTOMERS, CUSTOMER
from .roles import AE, SDR
from .stages import STAGES
from .workforce import WORKFORCE

KPIS = Registry(
    (
        *ACTIVITY,
        *RATES,
        *PROSPECT,
        *PIPELINE,
        *STAGES,
        *HEALTH,
        *OUTCOME,
        *QUOTA,
        *SDR,
        *AE,
        *CONTRACT,
        *LIFETIME,
        *REFERRAL,
        *CUSTOMER,
        *BOOK_OF_CUSTOMERS,
        *WORKFORCE,
    )
)
