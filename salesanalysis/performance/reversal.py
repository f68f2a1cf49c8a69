"""Simpson's reversals: pairs of cells whose order turns or vanishes within the cells of another dimension."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.client import Client
from ..stats import benjamini_hochberg
from ..stats.standard import Standardised, standardised_pairs
from .cells import ERROR, dispersion

#: Largest cells of a dimension whose pairs are looked at.
LARGEST = 10
#: Difference of win rates under which an order is not worth a word.
WORTH = 0.02
#: Share of the cases of a pair that must lie in strata that both have.
COVERED = 0.8
#: Part of the raw difference under which what is left counts as vanished.
LEFT = 0.5
VERDICTS = ("reversed", "turns", "vanishes")
COLUMNS = [
    *("term", "group", "against", "stratum", "n", "base", "value", "reference", "raw", "raw_low", "raw_high"),
    *("standard_group", "standard_against", "within", "within_low", "within_high", "mantel_haenszel"),
    *("mix", "mix_low", "mix_high", "p_value", "p_adjusted", "strata", "opposed", "covered", "verdict"),
]


def reversals(frame: pd.DataFrame, dims: tuple[str, ...], client: Client) -> pd.DataFrame:
    """Return pairs of cells of one dimension that another dimension turns round, the largest mix first.

    Parameters
    ----------
    frame : DataFrame
        One row per closed opportunity.
    dims : tuple of str
        Dimensions with at least two values.
    client : Client
        Least base of a cell.

    Returns
    -------
    pandas.DataFrame
        `verdict`: ``reversed`` (within strata the order is the other one for sure), ``turns`` (it is the
        other one, but may be none), ``vanishes`` (a clear difference of which less than half is left, and
        that may be none). In all of them the part that goes with the mix of strata is certain, by
        Benjamini and Hochberg over all pairs and strata.
    """
    effects = {name: dispersion(frame, name)[0] for name in dims}
    parts = [
        _pairs(frame, name, stratum, max(effects[name], effects[stratum]), client)
        for name in dims
        for stratum in dims
        if name != stratum
    ]
    parts = [p for p in parts if len(p)]
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    found = pd.concat(parts, ignore_index=True)
    found["p_adjusted"] = benjamini_hochberg(found["p_value"])
    certain = (found["p_adjusted"] <= ERROR) & (found["raw"].abs() >= WORTH)
    other = found["raw"] * found["within"] < 0
    sure_within = found["within_low"] * found["within_high"] > 0
    sure_raw = found["raw_low"] * found["raw_high"] > 0
    gone = ~sure_within & (found["within"].abs() < LEFT * found["raw"].abs()) & sure_raw
    found["verdict"] = np.select(
        [certain & other & sure_within, certain & other, certain & gone], VERDICTS, ""
    )
    found = found[found["verdict"] != ""]
    order = found["verdict"].map({v: i for i, v in enumerate(VERDICTS)})
    found = found.assign(_order=order, _mix=-found["mix"].abs())
    return found.sort_values(["_order", "_mix"], kind="stable", ignore_index=True)[COLUMNS]


def strata(frame: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return the rates of the first pair by stratum: ``group, level, n, wins, value``, if there is one."""
    if found.empty:
        return pd.DataFrame(columns=["group", "level", "n", "wins", "value"])
    first = found.iloc[0]
    rows = frame[frame[first["term"]].isin([first["group"], first["against"]])]
    sums = rows.groupby([first["term"], first["stratum"]])["is_won"].agg(["size", "sum"]).reset_index()
    sums.columns = ["group", "level", "n", "wins"]
    both = sums.groupby("level")["group"].transform("nunique") == 2
    return sums[both].assign(value=sums["wins"] / sums["n"]).reset_index(drop=True)


def _pairs(frame: pd.DataFrame, name: str, stratum: str, effect: float, client: Client) -> pd.DataFrame:
    counts = frame[name].value_counts()
    kept = counts.index[counts >= client.minimum_base][:LARGEST]
    if len(kept) < 2:
        return pd.DataFrame()
    rows = frame[frame[name].isin(kept)]
    at, cells = pd.factorize(rows[name])
    place, strata_there = pd.factorize(rows[stratum])
    shape = (len(cells), len(strata_there))
    where, size = at * shape[1] + place, shape[0] * shape[1]
    n = np.bincount(where, minlength=size).reshape(shape)
    wins = np.bincount(where, rows["is_won"], size).reshape(shape)
    if n.shape[1] < 2:
        return pd.DataFrame()
    found = standardised_pairs(wins, n, dispersion=effect)
    return _table(found, (cells.to_numpy(), wins.sum(axis=1), n.sum(axis=1)), (name, stratum))


def _table(
    found: Standardised, sums: tuple[np.ndarray, np.ndarray, np.ndarray], names: tuple[str, str]
) -> pd.DataFrame:
    """Lay out the pairs with the higher one first."""
    table = pd.DataFrame(
        {c: getattr(found, c) for c in COLUMNS if hasattr(found, c) and c not in ("first", "second")}
    )
    cells, hits, total = sums
    for side, at in (("first", found.first), ("second", found.second)):
        table[f"{side}_group"], table[f"{side}_n"] = cells[at], total[at]
        table[f"{side}_value"] = hits[at] / total[at]
        table[f"{side}_standard"] = getattr(found, f"share_{side}")
    down = (table["raw"] < 0).to_numpy()
    for column in ("raw", "within", "mix"):
        low, high = table[f"{column}_low"].copy(), table[f"{column}_high"].copy()
        table[f"{column}_low"] = np.where(down, -high, low)
        table[f"{column}_high"] = np.where(down, -low, high)
        table[column] = np.where(down, -table[column], table[column])
    table["mantel_haenszel"] = np.where(down, -table["mantel_haenszel"], table["mantel_haenszel"])
    for ours, theirs, part in (
        ("group", "against", "group"),
        ("n", "base", "n"),
        ("value", "reference", "value"),
        ("standard_group", "standard_against", "standard"),
    ):
        one, two = table[f"first_{part}"].to_numpy(), table[f"second_{part}"].to_numpy()
        table[ours], table[theirs] = np.where(down, two, one), np.where(down, one, two)
    usable = (table["strata"] >= 2) & (table["covered"] >= COVERED) & ~np.isnan(found.p_mix)
    table = table.assign(term=names[0], stratum=names[1], p_value=found.p_mix, p_adjusted=np.nan, verdict="")
    return table[usable]
