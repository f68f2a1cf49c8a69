"""What goes with winning and with the days to a win, all dimensions jointly, beside the raw difference."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.client import Client
from ..core.errors import NotEnoughData
from ..stats import Effects, benjamini_hochberg, ols
from ..stats.contrast import against_average
from .cells import ERROR

#: Reps under which dimensions cannot be told apart from reps.
LEAST_REPS = 8
#: Cells of a dimension with a term of their own; the rest is one more.
_OWN = 12
_POOLED = "\0rest"
#: Share of the cases of a value that must fall into one value of another dimension to be inside it.
_NESTED = 0.99
COLUMNS = [
    *("term", "group", "outcome", "n", "raw", "estimate", "conf_low", "conf_high", "p_value", "p_adjusted"),
    *("verdict", "reason"),
]


def adjusted(frame: pd.DataFrame, dims: tuple[str, ...], client: Client) -> pd.DataFrame:
    """Return differences from the average, each dimension held against all others.

    Parameters
    ----------
    frame : DataFrame
        One row per closed opportunity.
    dims : tuple of str
        Dimensions with at least two values.
    client : Client
        Least base.

    Notes
    -----
    Least squares on won (0 or 1) and on the log of the days to a win, dummies of all dimensions and of the
    quarter of closing, jackknife over reps (CR3). A dimension that lies inside another one, as teams lie
    inside regions, cannot be told apart from it: the finer one is left out, with that as the reason.
    """
    levels = {name: _levels(frame[name], client.minimum_base) for name in dims}
    inside = _inside(levels, dims)
    used = tuple(name for name in dims if name not in inside)
    won = frame[frame["is_won"]]
    days = (won["closed_on"] - won["created_on"]).dt.days
    outcomes = {
        "win": frame["is_won"].astype(float),
        "cycle": pd.Series(np.log1p(days.clip(lower=0)), won.index).dropna(),
    }
    parts = [
        _one(frame.loc[y.index], y, {d: levels[d].loc[y.index] for d in dims}, used, name, client)
        for name, y in outcomes.items()
    ]
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _levels(values: pd.Series, least: int) -> pd.Series:
    """Return the values with all but the largest, and those with too few cases, as one."""
    count = values.value_counts()
    own = count.index[count >= least][:_OWN]
    return values.where(values.isin(own), _POOLED)


def _inside(levels: dict[str, pd.Series], dims: tuple[str, ...]) -> set[str]:
    """Return dimensions whose values each lie in one value of an earlier dimension."""
    found: set[str] = set()
    for i, name in enumerate(dims):
        for other in dims[:i]:
            if other in found:
                continue
            counts = pd.crosstab(levels[name], levels[other])
            if counts.max(axis=1).sum() >= _NESTED * counts.to_numpy().sum():
                found.add(name)
    return found


def _one(
    frame: pd.DataFrame,
    y: pd.Series,
    levels: dict[str, pd.Series],
    used: tuple[str, ...],
    outcome: str,
    client: Client,
) -> pd.DataFrame:
    """Return the rows of one outcome."""
    data = pd.DataFrame({"y": y, "rep": frame["rep_id"].fillna("")})
    closed = frame["closed_on"].dt
    data["quarter"] = closed.year * 4 + closed.quarter
    terms: dict[str, list[str]] = {}
    for i, name in enumerate(used):
        values = levels[name].value_counts().index
        terms[name] = [f"t{i}_{j}" for j in range(1, len(values))]
        for term, value in zip(terms[name], values[1:]):
            data[term] = (levels[name] == value).astype(float)
    rows, average = [], float(y.mean()) if len(y) else np.nan
    fit, reason = _fit(data, [t for group in terms.values() for t in group])
    for name, values in levels.items():
        count = values.value_counts()
        found = pd.DataFrame({"term": name, "group": count.index, "n": count.to_numpy(), "outcome": outcome})
        found["raw"] = [float(y[values == v].mean()) - average for v in count.index]
        why = reason or ("" if name in used else "inside")
        if fit is not None and not why and len(count) > 1:
            contrasts = against_average(fit, terms[name], list(count))
            for column in ("estimate", "conf_low", "conf_high", "p_value", "reason"):
                found[column] = contrasts[column].to_numpy()
        else:
            found[["estimate", "conf_low", "conf_high", "p_value"]] = np.nan
            found["reason"] = why or "one_value"
        rows.append(found[(found["group"] != _POOLED) & (found["n"] >= client.minimum_base)])
    return _judged(pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=COLUMNS), outcome)


def _fit(data: pd.DataFrame, terms: list[str]) -> tuple[object, str]:
    if data["rep"].nunique() < LEAST_REPS:
        return None, "few_reps"
    try:
        return ols(data, "y", terms=terms, effects=Effects("rep", "quarter", absorb=False)), ""
    except NotEnoughData:
        return None, "few_reps"


def _judged(rows: pd.DataFrame, outcome: str) -> pd.DataFrame:
    rows = rows.assign(p_adjusted=benjamini_hochberg(rows["p_value"].to_numpy(float)))
    sure, up = rows["p_adjusted"] <= ERROR, rows["estimate"] > 0
    rows["verdict"] = np.select(
        [rows["estimate"].isna(), sure & up, sure],
        ["cannot_tell", "higher", "lower"],
        "no_clear_difference",
    )
    if outcome == "cycle":  # from logs of days to shares of the days
        for column in ("raw", "estimate", "conf_low", "conf_high"):
            rows[column] = np.expm1(rows[column].astype(float))
    return rows
