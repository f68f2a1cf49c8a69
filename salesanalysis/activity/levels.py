"""How much everybody does a working day, with intervals, beside the range of the peers, and by week."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..goals.goal import Goal
from ..goals.people import MIN_PEERS
from ..stats import benjamini_hochberg, poisson_exact
from ..stats.funnel import count_chance
from ..stats.pace import Scatter
from .grid import Grid
from .silence import ERROR

#: Part of the peers whose range is called usual: the middle eight of ten.
USUAL = (0.1, 0.9)
#: Fewest peers for a range.
FEWEST = 5
#: More peers than this, and one rep among them does not move their range: it is the same for all.
MANY = 50
LEVEL = 0.95
COLUMNS = [
    *("rep_id", "name", "team", "role", "kpi", "n", "days", "estimate", "conf_low", "conf_high"),
    *("peer_estimate", "peer_count", "peer_low", "peer_high", "p_adjusted"),
    *("target_whole", "target", "attainment", "unit", "verdict", "reason"),
]

Goals = Mapping[tuple[str, str, str], Goal]


def levels(grid: Grid, shown: pd.Index, goals: Goals, shares: tuple[pd.Series, pd.Series]) -> pd.DataFrame:
    """Return one row per rep and kind: entries a full-time working day, the peers' range, the goal so far.

    `shares` are each rep's full-time days of the whole period and of the known part, over the working days of
    the period: goals are asked by the days there.
    """
    parts = [_of_kind(grid, shown, name, goals, shares) for name in grid.kinds]
    if not parts or not len(shown):
        return pd.DataFrame(columns=COLUMNS)
    table = pd.concat(parts, ignore_index=True)
    table["p_adjusted"] = benjamini_hochberg(table.pop("p_value").to_numpy(dtype=float))
    is_told = table["p_adjusted"].notna()
    is_out = is_told & (table["p_adjusted"] <= ERROR)
    table["verdict"] = np.select(
        [~is_told, is_out & (table["estimate"] > table["peer_high"]), is_out],
        ["cannot_tell", "above_usual", "below_usual"],
        "usual",
    )
    order = {rep_id: i for i, rep_id in enumerate(shown)}
    table = table.sort_values("rep_id", key=lambda s: s.map(order), kind="stable", ignore_index=True)
    return table[COLUMNS]


def _of_kind(
    grid: Grid, shown: pd.Index, name: str, goals: Goals, shares: tuple[pd.Series, pd.Series]
) -> pd.DataFrame:
    """Return the rows of one kind, in the order of `shown`."""
    places = grid.rows(shown)
    total, days = grid.total(name), grid.worked()
    spread = grid.scatter(name, np.arange(len(days))).own
    table = grid.people.loc[shown, ["rep_id", "name", "team", "role"]].reset_index(drop=True)
    table = table.assign(kpi=name, n=total[places], days=days[places], unit="rate")
    ends = _ends(table["n"], table["days"], spread)
    table = table.assign(**ends)
    ranges: dict[Any, dict[str, Any]] = {}
    peers = [_range(grid, place, total, days, ranges) for place in places]
    for column in ("peer_estimate", "peer_count", "peer_low", "peer_high"):
        table[column] = [peer[column] for peer in peers]
    is_new = ~grid.people.loc[shown, "is_peer"].to_numpy(dtype=bool)
    table["reason"] = np.select(
        [table["days"] <= 0, table["peer_low"].isna(), is_new], ["away", "few_peers", "ramping"], ""
    )
    table["p_value"] = np.where(is_new, np.nan, _outside(table, spread))
    own = [goals.get((name, "rep", str(rep_id))) for rep_id in shown]
    whole = pd.Series([goal.target if goal else np.nan for goal in own])
    table["target_whole"] = whole * shares[0].reindex(shown).to_numpy()
    table["target"] = whole * shares[1].reindex(shown).to_numpy()
    table["attainment"] = (table["n"] / table["target"]).where(table["target"] > 0)
    return table


def _ends(n: pd.Series, days: pd.Series, spread: float) -> dict[str, np.ndarray]:
    """Return rates a day with their intervals, counts weighed down by their scatter."""
    some = days.to_numpy() > 0
    found = poisson_exact(n.to_numpy() / spread, np.where(some, days, 1.0), level=LEVEL)
    ends = {"conf_low": found.conf_low * spread, "conf_high": found.conf_high * spread}
    ends["estimate"] = n.to_numpy() / np.where(some, days, 1.0)
    return {key: np.where(some, value, np.nan) for key, value in ends.items()}


def _range(
    grid: Grid, place: int, total: np.ndarray, days: np.ndarray, known: dict[Any, dict[str, Any]]
) -> dict[str, Any]:
    """Return the pooled rate of the other ramped reps of the role, and the range of most of them."""
    people = grid.people
    role = people["role"].iloc[place]
    if role in known:
        return known[role]
    mine = people["is_peer"].to_numpy() & (days > 0)
    if pd.notna(role):
        mine &= (people["role"] == role).to_numpy()
    is_many = mine.sum() > MANY
    if not is_many:
        mine[place] = False
    count = int(mine.sum())
    found = {"peer_count": count, "peer_estimate": np.nan, "peer_low": np.nan, "peer_high": np.nan}
    if count >= MIN_PEERS:
        found["peer_estimate"] = total[mine].sum() / days[mine].sum()
    if count >= FEWEST:
        found["peer_low"], found["peer_high"] = np.quantile(total[mine] / days[mine], USUAL)
    if is_many:
        known[role] = found
    return found


def _outside(table: pd.DataFrame, spread: float) -> np.ndarray:
    """Return how likely a rep at the edge of the peers' range would count so far outside of it."""
    low, high, rate = table["peer_low"], table["peer_high"], table["estimate"]
    edge = high.where(rate > high, low).where(table["days"] > 0)
    found = np.minimum(2 * count_chance(table["n"], edge * table["days"], dispersion=spread), 1.0)
    return np.where(edge.notna() & rate.between(low, high), 1.0, found)


def totals(grid: Grid, shown: pd.Index) -> pd.DataFrame:
    """Return one row per kind of all shown together, with the interval of what all share, and the weeks.

    Columns: ``kpi, n, days, estimate, conf_low, conf_high`` (a full-time day), ``reps`` (with any entry of
    the kind), ``trend`` (rates of the weeks up to the last, at most 13).
    """
    places, found = grid.rows(shown), []
    days = float(grid.worked()[places].sum())
    for name in grid.kinds:
        total = grid.total(name)[places]
        n = float(total.sum())
        low, high = _together(n, grid.scatter(name, places), grid, places)
        found.append(
            {
                "kpi": name,
                "n": n,
                "days": days,
                "estimate": n / days if days else np.nan,
                "conf_low": low / days if days else np.nan,
                "conf_high": high / days if days else np.nan,
                "reps": int((total > 0).sum()),
                "trend": _trend(grid, name, places),
            }
        )
    columns = ["kpi", "n", "days", "estimate", "conf_low", "conf_high", "reps", "trend"]
    return pd.DataFrame(found, columns=columns)


def _together(n: float, spread: Scatter, grid: Grid, places: np.ndarray) -> tuple[float, float]:
    """Return the interval of a total: own ups and downs cancel out in part, shared ones by weeks only."""
    weeks = max(len(grid.by_week(grid.there[places][:, grid.inside])[0]), 1) if grid.inside.all() else None
    weeks = weeks or max(int(grid.inside.sum()) / 5, 1)
    half = 1.96 * np.sqrt(spread.own * n + spread.shared * n**2 / weeks)
    return max(n - half, 0.0), n + half


def _trend(grid: Grid, name: str, places: np.ndarray) -> tuple[float, ...]:
    _, count = grid.by_week(grid.counts[name][places])
    _, there = grid.by_week(grid.there[places])
    total, days = count.sum(axis=0)[-13:], there.sum(axis=0)[-13:]
    return tuple(np.divide(total, days, out=np.full(len(days), np.nan), where=days > 0))
