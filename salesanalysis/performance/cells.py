"""The cells of each dimension: rates, values, times to win, and which cells differ from the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.client import Client
from ..stats import benjamini_hochberg, holm, mean_from_sums, shrink_shares, wilson
from ..stats.median import medians
from ..stats.spread import against_rest, design_effect, shares_spread

#: False findings allowed among all that is found.
ERROR = 0.05
#: Stands for all cells under the least group, when cells are tested.
_REST = "\0rest"
COLUMNS = [
    *("term", "group", "n", "wins", "reps", "value", "value_low", "value_high"),
    *("estimate", "conf_low", "conf_high", "reference", "difference", "difference_low", "difference_high"),
    *("p_value", "p_adjusted", "won_value", "size", "size_low", "size_high"),
    *("cycle", "cycle_low", "cycle_high", "verdict", "reason"),
]
_RATES = COLUMNS[COLUMNS.index("value") : COLUMNS.index("won_value")]


@dataclass(frozen=True)
class Cells:
    """Cells of all dimensions, and one row a dimension."""

    table: pd.DataFrame
    dimensions: pd.DataFrame


def cells(frame: pd.DataFrame, dims: tuple[str, ...], client: Client) -> Cells:
    """Return the cells of `dims`: one row a dimension and value, judged over the whole family.

    Parameters
    ----------
    frame : DataFrame
        One row per closed opportunity, as `kpi.closed.closed` returns it.
    dims : tuple of str
        Dimensions with at least two values.
    client : Client
        Least base and least group.
    """
    parts, heads = [], []
    for name in dims:
        rows = _cells(frame, name)
        effect, free = dispersion(frame, name)
        rows, overall = _tested(rows, effect, free, client)
        parts.append(rows.assign(term=name))
        heads.append({"term": name, "cells": len(rows), "dispersion": effect, **overall})
    if not parts:
        return Cells(pd.DataFrame(columns=COLUMNS), pd.DataFrame(columns=["term", "verdict"]))
    table, heads = pd.concat(parts, ignore_index=True), pd.DataFrame(heads)
    heads["p_adjusted"] = benjamini_hochberg(heads["p_value"])
    table["p_adjusted"] = benjamini_hochberg(table["p_value"])
    differs = heads["p_adjusted"] <= ERROR
    heads["verdict"] = np.select(
        [heads["p_value"].isna(), differs], ["cannot_tell", "differs"], "no_clear_difference"
    )
    return Cells(_judged(table, set(heads.loc[differs, "term"]), client)[COLUMNS], heads)


def dispersion(frame: pd.DataFrame, name: str) -> tuple[float, int]:
    """Return by how much cases of one rep, or of one account, make the shares scatter; the larger of both."""
    found = [
        design_effect(frame["is_won"], frame[name], frame[by].fillna(""))
        for by in ("rep_id", "account_id")
        if frame[by].notna().any() and frame[by].nunique() > 1
    ]
    return max(found, default=(1.0, 0))


def _cells(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Count one dimension's cells, largest first."""
    won = frame[frame["is_won"]]
    days = (won["closed_on"] - won["created_on"]).dt.days
    grouped, of_won = frame.groupby(name, sort=True), won.groupby(name, sort=True)["amount"]
    found = pd.DataFrame(
        {"n": grouped.size(), "wins": grouped["is_won"].sum(), "reps": grouped["rep_id"].nunique()}
    )
    sums = pd.DataFrame(
        {"total": of_won.sum(min_count=1), "known": of_won.count()}, index=found.index
    ).assign(squares=(won["amount"] ** 2).groupby(won[name]).sum())
    size = mean_from_sums(sums["total"], sums["squares"], sums["known"].fillna(0))
    cycle = medians(days, won[name]).reindex(found.index)
    found = found.assign(
        won_value=sums["total"],
        size=size.estimate,
        size_low=np.maximum(size.conf_low, 0.0),
        size_high=size.conf_high,
        cycle=cycle["estimate"],
        cycle_low=cycle["conf_low"],
        cycle_high=cycle["conf_high"],
    )
    found = found.rename_axis("group").reset_index()
    return found.sort_values(["n", "group"], ascending=[False, True], kind="stable", ignore_index=True)


def _tested(
    rows: pd.DataFrame, effect: float, free: int, client: Client
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Add rates, shrunk rates and tests; return them with the test of the dimension as a whole."""
    k, m = rows["wins"].to_numpy(float), rows["n"].to_numpy(float)
    raw, drawn = wilson(k / effect, m / effect), shrink_shares(k / effect, m / effect)
    against, rest, p = against_rest(k, m, dispersion=effect, df=free)
    rows = rows.assign(
        value=raw.estimate,
        value_low=raw.conf_low,
        value_high=raw.conf_high,
        estimate=drawn["estimate"].to_numpy(),
        conf_low=drawn["conf_low"].to_numpy(),
        conf_high=drawn["conf_high"].to_numpy(),
        reference=rest,
        difference=against.estimate,
        difference_low=against.conf_low,
        difference_high=against.conf_high,
        p_value=np.where(m >= client.minimum_base, p, np.nan),
    )
    small = rows["n"] < client.minimum_group
    pooled = rows.groupby(rows["group"].where(~small, _REST))[["wins", "n"]].sum()
    of_all = shares_spread(pooled["wins"], pooled["n"], dispersion=effect, df=free)
    smallest = pd.Series(holm(rows["p_value"])).min()
    # Either the spread as a whole or one cell alone may show it: twice the smaller of both.
    both = [v for v in (of_all, smallest) if not np.isnan(v)]
    enough = int((rows["n"] >= client.minimum_base).sum()) >= 2
    return rows, {
        "n": int(rows["n"].sum()),
        "masked": int(small.sum()),
        "few": int((rows["n"] < client.minimum_base).sum()),
        "p_value": min(len(both) * min(both), 1.0) if both and enough else np.nan,
    }


def _judged(table: pd.DataFrame, differing: set[str], client: Client) -> pd.DataFrame:
    """Give each cell its verdict; a cell differs only in a dimension that differs at all."""
    few = table["n"] < client.minimum_base
    masked = table["n"] < client.minimum_group
    sure = (table["p_adjusted"] <= ERROR) & table["term"].isin(differing)
    up = table["difference"] > 0
    unknown = table["p_value"].isna()
    verdict = np.select(
        [masked, few | unknown, sure & up, sure],
        ["masked", "cannot_tell", "higher", "lower"],
        "no_clear_difference",
    )
    reason = np.select([masked, few, unknown], ["masked", "too_few", "all_alike"], "")
    table = table.assign(verdict=verdict, reason=reason)
    table.loc[masked, [*_RATES, "wins"]] = np.nan
    return table
