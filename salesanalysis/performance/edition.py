"""The client's edition: no cell so small that it shows single reps."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ..core.crm import Crm
from ..core.errors import InvalidInput
from ..core.rows import narrowed
from ..kpi.closed import closed
from .result import PerformanceResult

#: Dimensions whose cells are groups of reps.
OF_REPS = ("team", "region")


def performance_without_names(result: PerformanceResult, crm: Crm) -> PerformanceResult:
    """Return `result` without cells of fewer reps than the client's least group.

    Raises
    ------
    InvalidInput
        The result is about a team or region that is itself that small.
    """
    least = crm.client.minimum_group
    whose = result.team or result.region
    if whose and _closers(result, crm) < least:
        raise InvalidInput(
            f"{whose} has fewer reps than minimum_group ({least}): a page without names would still show "
            "single people. Leave the team out, or take the manager's edition."
        )
    table = result.table
    small = table[table["term"].isin(OF_REPS) & (table["reps"] < least)]
    hidden = set(zip(small["term"], small["group"]))
    # What is left of a dimension would give a single hidden cell away.
    terms = {term for term in OF_REPS if sum(t == term for t, _ in hidden)}
    turned = result.reversals
    kept = turned[~turned["term"].isin(terms) & ~turned["stratum"].isin(terms)] if len(turned) else turned
    return replace(
        result,
        edition="client",
        by=tuple(name for name in result.by if name not in terms),
        table=_without(table, terms),
        dimensions=_without(result.dimensions, terms),
        adjusted=_without(result.adjusted, terms),
        reversals=kept.reset_index(drop=True),
        strata=result.strata if len(kept) and kept.index[0] == 0 else result.strata.head(0),
    )


def _closers(result: PerformanceResult, crm: Crm) -> int:
    """Return how many people the result counts, as `reps` of a cell does: not all who belong to the team."""
    there = narrowed(crm, min(result.period.last_day, crm.as_of), team=result.team, region=result.region)
    return closed(there, result.period, ())["rep_id"].nunique()


def _without(frame: pd.DataFrame, terms: set[str]) -> pd.DataFrame:
    if frame.empty:
        return frame
    return frame[~frame["term"].isin(terms)].reset_index(drop=True)
