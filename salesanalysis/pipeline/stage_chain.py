"""Closed opportunities as a chain: how many reached each stage, how many got beyond it, by group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..stats import shapley
from ..stats.decompose import lmdi
from ..stats.two_shares import Clustered, draw, shares_apart
from .stage_rows import StageRows

#: Stages that an exact split over all orders can take; more are split by logarithmic means.
MOST = 8
#: Draws of an interval; with many groups fewer do.
DRAWS, FEW_DRAWS, MANY = 2000, 400, 200
SUMS = ("successes", "n", "squares", "products", "sizes", "groups")


@dataclass(frozen=True, eq=False)
class Side:
    """Shares of groups (rows) at stages (columns), with the groups' keys and the closed opportunities."""

    keys: pd.DataFrame
    sums: Clustered
    wins: np.ndarray


def closed_rows(data: StageRows) -> pd.DataFrame:
    """Return closed opportunities with the furthest stage that each reached, as its number in the order."""
    place = {stage: k for k, stage in enumerate(data.order[: data.declared])}
    rows = data.entries[data.entries["outcome"].isin(["won", "lost"]) & data.entries["closed_on"].notna()]
    rows = rows.assign(reached=rows["stage"].map(place), rep_id=rows["owner_id"]).dropna(subset=["reached"])
    rows = rows.sort_values(["opportunity_id", "reached"], kind="stable")
    columns = ["opportunity_id", "rep_id", "closed_on", "outcome", "amount", "reached"]
    return rows.drop_duplicates("opportunity_id", keep="last")[columns].reset_index(drop=True)


def side(closed: pd.DataFrame, dims: tuple[str, ...], stages: int) -> Side:
    """Add up who reached each stage and who got beyond it, by group, with the reps as clusters."""
    is_won = closed["outcome"].eq("won").to_numpy()[:, None]
    reached = closed["reached"].to_numpy()[:, None]
    there, beyond = (reached >= np.arange(stages)) | is_won, (reached > np.arange(stages)) | is_won
    keys = closed[list(dims)] if dims else pd.DataFrame(index=closed.index)
    cells = [*(closed[d] for d in dims), closed["rep_id"].rename("_rep")]
    count = pd.DataFrame(np.hstack([there, beyond, is_won]).astype(float), index=closed.index)
    count = count.groupby(cells, dropna=False).sum()
    n, k = count.iloc[:, :stages].to_numpy(), count.iloc[:, stages : 2 * stages].to_numpy()
    parts = np.hstack([k, n, k * k, k * n, n * n, (n > 0).astype(float), count.iloc[:, -1:].to_numpy()])
    frame = pd.DataFrame(parts, index=count.index)
    if dims:
        frame = frame.groupby(level=list(range(len(dims))), dropna=False).sum()
        keys = frame.index.to_frame(index=False)
        keys.columns = list(dims)
    else:
        frame, keys = frame.sum().to_frame().T, pd.DataFrame(index=[0])
    values = frame.to_numpy()
    blocks = [values[:, i * stages : (i + 1) * stages] for i in range(len(SUMS))]
    return Side(keys, Clustered(*blocks), values[:, -1])


def sides(
    closed: pd.DataFrame, then: pd.DataFrame, dims: tuple[str, ...], stages: int, against: str
) -> tuple[Side, Side]:
    """Return the groups and what each is held against, row by row."""
    own = side(closed, dims, stages)
    if against == "peers":
        whole = side(closed, (), stages)
        rest = Clustered(*(getattr(whole.sums, f) - getattr(own.sums, f) for f in SUMS))
        return own, Side(own.keys, rest, whole.wins - own.wins)
    other = side(then, dims, stages)
    if not dims:
        return own, other
    place = other.keys.reset_index().merge(own.keys, on=list(dims), how="right")["index"]
    at, known = place.fillna(0).astype(int).to_numpy(), place.notna().to_numpy()
    if not len(other.keys):
        empty = Clustered(*(np.zeros_like(own.sums.n) for _ in SUMS))
        return own, Side(own.keys, empty, np.zeros(len(own.keys)))
    picked = Clustered(*(np.where(known[:, None], getattr(other.sums, f)[at], 0.0) for f in SUMS))
    return own, Side(own.keys, picked, np.where(known, other.wins[at], 0.0))


def parts(own: Side, other: Side, stages: tuple[str, ...]) -> pd.DataFrame:
    """Return one row per group and stage: shares, their difference, and the part of the gap in wins."""
    share, benchmark = own.sums.share, other.sums.share
    gap, p_value = shares_apart(own.sums, other.sums)
    heads = own.sums.n[:, :1]
    low, high = (np.full(share.shape, np.nan) for _ in range(2))
    part = heads * split(*filled(own, other))
    draws = DRAWS if len(share) <= MANY else FEW_DRAWS
    both = list(zip((own, other), filled(own, other)))
    for i in range(len(share)):
        drawn = [_drawn(side, values[i], draws, (i, number)) for number, (side, values) in enumerate(both)]
        low[i], high[i] = np.quantile(split(*drawn) * heads[i], [0.025, 0.975], axis=0)
    known = np.isfinite(share) & np.isfinite(benchmark)
    part, low, high = (np.where(known, values, np.nan) for values in (part, low, high))
    groups, count = share.shape
    columns = {
        "row": np.repeat(np.arange(groups), count),
        "stage": np.tile(np.array(stages, dtype=object), groups),
        "place": np.tile(np.arange(count), groups),
        "n": own.sums.successes.ravel().astype(int),
        "base": own.sums.n.ravel().astype(int),
        "value": share.ravel(),
        "benchmark": benchmark.ravel(),
        "reference_n": other.sums.n.ravel().astype(int),
        "difference": np.asarray(gap.estimate).ravel(),
        "difference_low": np.asarray(gap.conf_low).ravel(),
        "difference_high": np.asarray(gap.conf_high).ravel(),
        "estimate": part.ravel(),
        "conf_low": low.ravel(),
        "conf_high": high.ravel(),
        "p_value": p_value.ravel(),
    }
    table = pd.DataFrame(columns)
    keys = own.keys.iloc[table["row"].to_numpy()].reset_index(drop=True)
    return pd.concat([keys, table], axis=1)


def filled(own: Side, other: Side) -> tuple[np.ndarray, np.ndarray]:
    """Return the shares of both sides; where nobody reached a stage the other's, which adds nothing."""
    one, two = own.sums.share, other.sums.share
    one, two = np.where(np.isnan(one), two, one), np.where(np.isnan(two), one, two)
    return np.nan_to_num(one, nan=1.0), np.nan_to_num(two, nan=1.0)


def _drawn(side: Side, share: np.ndarray, draws: int, place: tuple[int, int]) -> np.ndarray:
    """Draw the shares of one group; the two sides of a group are drawn apart."""
    row, number = place
    mine = Clustered(*(getattr(side.sums, f)[row] for f in SUMS))
    return np.where(mine.n > 0, draw(mine, draws=draws, seed=2 * row + number), share)


def split(actual: np.ndarray, benchmark: np.ndarray) -> np.ndarray:
    """Split the gap of two products; Shapley allows shares of zero, many stages take logarithmic means.

    Examples
    --------
    >>> split(np.array([0.5, 0.5]), np.array([0.5, 0.4])).round(3).tolist()
    [0.0, 0.05]
    """
    if np.shape(actual)[-1] <= MOST:
        return shapley(actual, benchmark)
    return lmdi(np.maximum(actual, 1e-12), np.maximum(benchmark, 1e-12))
