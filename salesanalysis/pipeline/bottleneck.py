"""`bottlenecks`: at which stage wins are missed, against peers or an earlier period, in wins and in days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.period import Period
from ..core.result import Result
from ..stats import benjamini_hochberg
from .stage_chain import Side, closed_rows, filled, parts, sides
from .stage_flow import notes_of, splits
from .stage_pace import LEAST, within
from .stage_rows import belonging, chosen, stage_rows
from .stage_time import MANY, SURE, before, check_against, times

VERDICTS = ("costs", "gains", "no_clear_difference", "cannot_tell")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class BottleneckResult(Result):
    """Which stage goes with fewer wins, one row per group and stage, the costliest first.

    `table` columns: the groups' columns (and ``name`` of reps), ``stage, place``; ``n`` of ``base`` closed
    opportunities that had reached the stage got beyond it (``value``), against ``benchmark`` of
    ``reference_n``; ``difference`` with interval; ``estimate, conf_low, conf_high``: wins more or fewer than
    with the reference's share at this stage (the stages' parts add up to the whole gap at equal numbers);
    ``worth``: the same at the group's mean value of a win; ``p_value, p_adjusted`` (Benjamini-Hochberg over
    the rows), ``verdict`` (one of `VERDICTS`).

    Attributes
    ----------
    times : pandas.DataFrame
        The same for days: columns of `StageTimeResult.table`; without rows for more than 200 groups, whose
        days `stage_time` gives.
    totals : pandas.DataFrame
        Per group ``closed, wins`` and ``expected``: wins at the reference's shares in all stages.
    against : str
        What it is held against: peers, previous or year_ago.
    by : tuple of str
        Columns of the groups.
    """

    times: pd.DataFrame = field(default_factory=pd.DataFrame)
    totals: pd.DataFrame = field(default_factory=pd.DataFrame)
    against: str = "peers"
    by: tuple[str, ...] = ()

    @property
    def costs(self) -> pd.DataFrame:
        """Rows that surely go with fewer wins."""
        return self.table[self.table["verdict"] == "costs"]


def bottlenecks(
    crm: Crm,
    period: Period | str = "",
    *,
    against: str = "",
    by: str | Iterable[str] = "team",
    team: str = "",
    region: str = "",
) -> BottleneckResult:
    """Say at which stage more opportunities are lost than elsewhere or before, and how many wins that is.

    Parameters
    ----------
    crm : Crm
        The data.
    period : Period or str
        When opportunities were closed; default the last whole quarter.
    against : str
        ``peers`` (all other groups), ``previous`` or ``year_ago`` (the same group then). Default: peers where
        `by` is given, else a year ago.
    by : str or sequence of str
        ``team, rep, manager, role, region``, as on the day of the close; empty: all together.
    team, region : str
        Only these reps' rows; peers stay everybody else's.

    Returns
    -------
    BottleneckResult

    Raises
    ------
    UnknownName
        No such dimension, team or region, or nothing to hold against called so.
    InvalidInput
        Peers are asked for without groups.

    Notes
    -----
    Of the opportunities closed in the period each got as far as a furthest stage; wins are their number times
    the shares that got beyond each stage, exactly. The gap to the reference's shares at equal numbers is
    split by Shapley's rule. A stage stands out if its share differs by a score test whose variance allows for
    reps being unlike, after Benjamini and Hochberg over all rows; intervals are of each row alone.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.bottlenecks(sa.sample(), "2026-Q3")
    >>> sorted(found.table["verdict"].unique())
    ['no_clear_difference']
    """
    check_crm(crm, "bottlenecks()")
    span = crm.period(period).clip(crm.as_of)
    dims = splits(by)
    against = check_against(against, dims)
    data = stage_rows(crm)
    every = belonging(crm, closed_rows(data), "closed_on")
    closed = every[within(every["closed_on"], span)]
    then = closed if against == "peers" else every[within(every["closed_on"], before(span, against))]
    stages = data.order[: data.declared]
    own, other = sides(closed, then, dims, len(stages), against)
    is_shown = _shown(crm, own, closed, team=team, region=region)
    table = parts(own, other, stages)
    table = table[table["row"].isin(np.flatnonzero(is_shown))]
    table = _judged(table, _sizes(closed, dims), dims, max(LEAST, crm.client.minimum_base))
    if "rep_id" in dims:
        table.insert(len(dims), "name", table["rep_id"].map(crm.reps().set_index("rep_id")["name"]))
    totals = _totals(own, other)[is_shown]
    return BottleneckResult(
        table=table,
        method="pipeline.bottlenecks",
        n=len(closed),
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=notes_of(data),
        times=_times(crm, span, dims, against, totals),
        totals=totals.reset_index(drop=True),
        against=against,
        by=dims,
    )


def _times(crm: Crm, span: Period, dims: tuple[str, ...], against: str, shown: pd.DataFrame) -> pd.DataFrame:
    """Return the days of the groups shown; of many groups none, since each takes its time."""
    data = stage_rows(crm)
    stays = belonging(crm, data.stays) if set(dims) - {"rep_id"} else data.stays
    if len(shown) > MANY:
        stays = stays[:0]
    days = times(stays, span, dims, against, data)
    return days.merge(shown[list(dims)], on=list(dims)) if dims else days


def _shown(crm: Crm, own: Side, closed: pd.DataFrame, *, team: str, region: str) -> np.ndarray:
    """Tell which groups belong to a team or region."""
    if not (team or region):
        return np.ones(len(own.keys), dtype=bool)
    mine = chosen(crm, closed, team=team, region=region)
    dims = list(own.keys.columns)
    found = own.keys.merge(mine[dims].drop_duplicates().assign(mine=True), on=dims, how="left")
    return found["mine"].notna().to_numpy()


def _sizes(closed: pd.DataFrame, dims: tuple[str, ...]) -> pd.DataFrame:
    """Return the mean value of a win by group."""
    won = closed[closed["outcome"] == "won"]
    if not dims:
        return pd.DataFrame({"size": [won["amount"].mean()]})
    return won.groupby(list(dims), dropna=False)["amount"].mean().rename("size").reset_index()


def _judged(table: pd.DataFrame, sizes: pd.DataFrame, dims: tuple[str, ...], least: int) -> pd.DataFrame:
    """Add what the wins are worth, adjusted p-values and the verdict; the costliest rows first."""
    table = table.drop(columns="row")
    table = (
        table.merge(sizes, on=list(dims), how="left") if dims else table.assign(size=sizes["size"].iloc[0])
    )
    table["worth"] = table["estimate"] * table.pop("size")
    is_enough = (table["base"] >= least) & (table["reference_n"] >= least)
    table["p_value"] = table["p_value"].where(is_enough)
    table["p_adjusted"] = benjamini_hochberg(table["p_value"].to_numpy(dtype=float))
    is_sure = table["p_adjusted"] <= SURE
    verdicts = [table["p_adjusted"].isna(), is_sure & (table["difference"] < 0), is_sure]
    table["verdict"] = np.select(verdicts, ["cannot_tell", "costs", "gains"], "no_clear_difference")
    return table.sort_values(["estimate"], kind="stable", ignore_index=True)


def _totals(own: Side, other: Side) -> pd.DataFrame:
    """Return per group closed opportunities, wins, and wins at the reference's shares."""
    closed = own.sums.n[:, 0]
    expected = closed * filled(own, other)[1].prod(axis=1)
    return own.keys.assign(closed=closed.astype(int), wins=own.wins.astype(int), expected=expected)
