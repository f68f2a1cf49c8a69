"""The client's edition of projections: numbers for reps, no teams so small that they show single people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from ..core.crm import Crm
from ..core.result import Result
from ..pipeline import ReliabilityResult
from ..projection import BacktestResult, DateBiasResult, FrozenResult, ProjectionResult, ValueProjectionResult
from .nameless import codes

#: Results that name nobody.
NAMELESS = (BacktestResult, FrozenResult, ReliabilityResult)
#: Results whose rows belong to groups.
GROUPED = (ProjectionResult, ValueProjectionResult, DateBiasResult)


def grouped_without_names(result: Any, crm: Crm) -> Result:
    """Return rows of reps with their number, and without teams of fewer people than may be shown."""
    table = result.table
    scope = table["scope"] if "scope" in table else pd.Series("rep_id", table.index)
    is_rep = (scope == "rep_id") & (table["group"] != "")
    number = table["group"].map(codes(crm))
    reps = crm.reps(on=crm.as_of)
    sizes = reps["team"].value_counts() if "team" in reps else pd.Series(dtype=int)
    small = sizes.index[sizes < crm.client.minimum_group]
    shown = ~((scope == "team") & table["group"].isin(small))
    table = table.assign(group=table["group"].mask(is_rep, number), name=table["name"].mask(is_rep, number))
    changed: dict[str, Any] = {"table": table[shown].reset_index(drop=True), "edition": "client"}
    if isinstance(result, ProjectionResult) and result.by:
        changed |= {"groups": (), "outlook": None}  # draws of single groups go by their names
    return replace(result, **changed)


def without_names(result: Any, crm: Crm) -> Result:
    """Return a result that names nobody as the client's."""
    return replace(result, edition="client")
