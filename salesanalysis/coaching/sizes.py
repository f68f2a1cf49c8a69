"""Is the value of what a rep wins further from the peers' than chance allows?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..core.client import Client
from ..core.crm import Crm
from ..core.period import Period
from ..kpi.catalogue import KPIS
from ..kpi.records import record_sums
from ..stats.means import funnel_means
from ..stats.multiple import benjamini_hochberg
from .chain import SIZE, Chain

#: Standard deviation of a size as a share of its mean where the data cannot tell.
VARIATION = 0.5
#: Wins of rep and peers together from which the spread of sizes is estimated.
ENOUGH = 30


def amounts(crm: Crm, period: Period, reps: list[str]) -> pd.Series:
    """Return the amount of every win of `reps` in `period`, by rep_id; empty where amounts are not known."""
    kpi = replace(KPIS["bookings"], record="opportunity_id")
    empty = pd.Series(dtype="float64")
    if not all(crm.has(need) for need in (*kpi.needs, "opportunities.opportunity_id")):
        return empty
    rows = record_sums(crm, kpi, period, by=("rep_id",))
    if rows is None:
        return empty
    rows = rows[rows["rep_id"].isin(reps) & (rows["bookings"] > 0)]
    return rows.set_index("rep_id")["bookings"]


@dataclass(frozen=True)
class SizeTest:
    """The rep's mean size against the peers', tested beside the rates.

    Attributes
    ----------
    n : int
        Wins of the rep whose amount is known.
    p_value, p_adjusted : float
        Of the t-test of log amounts; adjusted over reps and panels, missing under the minimum base.
    variation : float
        Standard deviation of a size as a share of its mean, over rep and peers.
    compared : int
        Reps with the minimum base.
    verdict : str
        As of the panels of the rates.
    """

    n: int = 0
    p_value: float = float("nan")
    p_adjusted: float = float("nan")
    variation: float = VARIATION
    compared: int = 0
    verdict: str = ""


def size_test(
    found: pd.Series, rep_id: str, chain: Chain | None, *, client: Client, panels: int, level: float
) -> SizeTest:
    """Return the test of the rep's mean size; `panels` are those of the rates that have a claim to make."""
    if chain is None or chain.factors[-1].term != SIZE or len(found) < ENOUGH:
        return SizeTest()
    table = funnel_means(found.to_numpy(), found.index)
    variation = float(table["variation"].iloc[0])
    able = table["p_value"].where(table["n"] >= client.minimum_base)
    compared = int(able.notna().sum())
    if rep_id not in table.index:
        return SizeTest(variation=variation, compared=compared)
    adjusted = pd.Series(benjamini_hochberg(able), index=able.index) * (panels + 1)
    own, p = table.loc[rep_id], min(float(adjusted[rep_id]), 1.0)
    verdict = "inside" if own["p_value"] > level else "open"
    if own["n"] < client.minimum_base:
        verdict = "too_few"
    elif verdict == "open" and not np.isnan(p) and p <= level:
        verdict = "below" if own["estimate"] < own["expected"] else "above"
    return SizeTest(int(own["n"]), float(own["p_value"]), p, variation, compared, verdict)
