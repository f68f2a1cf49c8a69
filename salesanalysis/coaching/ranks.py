"""Ranks of reps on one KPI with their intervals; a bare rank is never given."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.result import Result
from ..goals.people import MIN_PEERS, staff
from ..kpi.base import Kpi
from ..kpi.catalogue import KPIS
from ..kpi.panel import panel
from ..stats.rank import rank_intervals
from ..stats.shrink import draw_rates, draw_shares
from . import counts

#: Share of the reps that counts as the top and as the bottom; levels of the rank and value intervals.
TOP, RANKS, VALUES = 0.25, 0.90, 0.95
#: Chance from which somebody is said to belong to the top or the bottom.
SURE = 0.95
DRAWS = 4000
COLUMNS = [
    *("kpi", "rep_id", "name", "team", "role", "n", "base", "value", "estimate", "conf_low", "conf_high"),
    *("rank", "rank_low", "rank_high", "chance_top", "chance_bottom", "unit"),
]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RanksResult(Result):
    """Reps in the order of one KPI, each with the ranks that the data allow.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per rep, best first within a role: ``kpi, rep_id, name, team, role, n, base, value`` (as
        counted), ``estimate`` (drawn towards the role's reps as far as they are alike; a count by working
        day), ``conf_low, conf_high`` (95 %), ``rank, rank_low, rank_high`` (90 % of the posterior),
        ``chance_top, chance_bottom`` (of belonging to the best, or the last, quarter), ``unit``.
    left_out : pandas.DataFrame
        ``rep_id, name, reason``: ``ramping`` (not yet comparable), ``few`` (nothing on record, or fewer
        than three of the role with a record).
    kpi : str
        The KPI.
    """

    left_out: pd.DataFrame = field(default_factory=pd.DataFrame)
    kpi: str = ""

    def sure(self, end: str) -> list[str]:
        """Return who belongs to the ``top`` or the ``bottom`` quarter with a chance of .95 or more."""
        return list(self.table.loc[self.table[f"chance_{end}"] >= SURE, "name"])


def ranks(crm: Crm, period: Period | str, kpi: str | Kpi) -> RanksResult:
    """Rank the ramped reps of each role on a KPI, with rank intervals.

    Parameters
    ----------
    crm : Crm
        The data.
    period : Period or str
        Period such as ``2026-Q3``.
    kpi : str or Kpi
        A count such as ``calls``, or a share of counts such as ``win_rate``.

    Returns
    -------
    RanksResult

    Raises
    ------
    InvalidInput
        A KPI that is neither a count nor a share of counts, or a period after the data.
    UnknownName
        No such KPI.
    MissingData
        The data cannot give it.

    Notes
    -----
    Shares: hierarchical beta-binomial (`stats.shrink`); counts: gamma-Poisson by working day, counts weighed
    down by the variance of a rep's own four-week counts. All reps' levels are drawn together, and ranked in
    every draw.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.ranks(sa.sample(), "2026", "win_rate").sure("bottom")  # doctest: +SKIP
    []
    """
    check_crm(crm, "ranks()")
    asked = KPIS.pick([kpi])[0]
    check_kpi(asked)
    crm.require(*asked.needs, wanted_by=f"The ranks of {asked.name}")
    known = crm.known_period(period).clip(crm.as_of)
    people = staff(crm, known)
    ramped = people[people["is_peer"] & people["rep_id"].isin(_recorded(crm, known, asked))]
    sizes = ramped["role"].fillna("").value_counts()
    groups = [ramped[ramped["role"].fillna("") == role] for role in sizes.index[sizes >= MIN_PEERS]]
    tables = [_ranked(crm, known, asked, group) for group in groups]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)
    return RanksResult(
        table=table,
        method="coaching.ranks",
        n=len(table),
        client=crm.client,
        period=known,
        as_of=crm.as_of,
        left_out=_left_out(people, set(table["rep_id"])),
        kpi=asked.name,
    )


def check_kpi(kpi: Kpi) -> None:
    """Raise `InvalidInput` unless a KPI is a count of events or a share of counts."""
    is_share = bool(kpi.base) and kpi.unit == "share"
    is_count = not kpi.base and kpi.unit == "count"
    if kpi.accumulates != "flow" or kpi.combine is not None or not (is_share or is_count):
        raise InvalidInput(
            f"{kpi.name} is neither a count of events nor a share of counts; choose one such as calls or "
            "win_rate."
        )


def _recorded(crm: Crm, period: Period, kpi: Kpi) -> set[str]:
    """Return who has any record behind the KPI."""
    rows = panel(crm, [kpi], period).sums
    behind = rows[kpi.base] if kpi.base else rows[kpi.numerator]
    return set(rows.loc[behind > 0, "rep_id"].dropna().astype(str))


def _ranked(crm: Crm, period: Period, kpi: Kpi, group: pd.DataFrame) -> pd.DataFrame:
    sums = panel(crm, [kpi], period).sums
    sums = sums.groupby("rep_id")[[m.name for m in kpi.sums]].sum().reindex(group["rep_id"]).fillna(0.0)
    n = sums[kpi.numerator].to_numpy()
    if kpi.base:
        base = sums[kpi.base].to_numpy()
        drawn = draw_shares(np.minimum(n, base), base, draws=DRAWS)
        unit = "share"
    else:
        base = group["days"].to_numpy(dtype=float)
        spread = counts.dispersion(crm, period, group["rep_id"], kpi.name)
        drawn = draw_rates(n, base, dispersion=spread, draws=DRAWS)
        unit = "rate"
    low, high = np.quantile(drawn, [(1 - VALUES) / 2, (1 + VALUES) / 2], axis=0)
    placed = rank_intervals(drawn, top=TOP, better=kpi.better, level=RANKS)
    table = pd.DataFrame(
        {
            "kpi": kpi.name,
            **{c: group[c].to_numpy() for c in ("rep_id", "name", "team", "role")},
            "n": n,
            "base": base,
            "value": np.divide(n, base, out=np.full(n.shape, np.nan), where=base > 0),
            "estimate": drawn.mean(axis=0),
            "conf_low": low,
            "conf_high": high,
            "unit": unit,
        }
    )
    table = pd.concat([table, placed], axis=1).sort_values(["rank", "name"], kind="stable")
    return table[COLUMNS].reset_index(drop=True)


def _left_out(people: pd.DataFrame, ranked: set[str]) -> pd.DataFrame:
    rest = people[~people["rep_id"].isin(ranked)]
    reason = np.where(rest["is_peer"], "few", "ramping")
    return rest[["rep_id", "name"]].assign(reason=reason).reset_index(drop=True)
