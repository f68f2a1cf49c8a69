"""The oracle of every KPI by name: plain Python, written from the definitions. See ``kpi_oracle_base``."""

from __future__ import annotations

from kpi_oracle_base import Oracle
from kpi_oracle_bought import BOUGHT
from kpi_oracle_contracts import CONTRACTS
from kpi_oracle_customers import CUSTOMERS
from kpi_oracle_pipeline import PIPELINE, created, wins
from kpi_oracle_quota import QUOTA
from kpi_oracle_roles import ROLES
from kpi_oracle_stages import STAGES
from kpi_oracle_work import WORK, proposals, rep_days

ORACLES: dict[str, Oracle] = {
    **WORK,
    **PIPELINE,
    **STAGES,
    **QUOTA,
    **ROLES,
    **CONTRACTS,
    **CUSTOMERS,
    **BOUGHT,
    "proposal_to_win_rate": Oracle(wins, proposals),
    "opportunities_created.per_day": Oracle(created, rep_days),
    "wins.per_day": Oracle(wins, rep_days),
}
