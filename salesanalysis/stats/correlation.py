"""Correlations of a panel: pooled, between units and within units. Description, never a verdict."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats as sps

from ..core.errors import InvalidInput
from .interval import Interval, correlation_interval
from .tidy import check_level, require_columns

METHODS = ("pearson", "spearman", "partial")


def correlate(
    frame: pd.DataFrame,
    outcome: str,
    *,
    terms: list[str],
    unit: str,
    method: str = "pearson",
    level: float = 0.95,
) -> pd.DataFrame:
    """Correlation of each term with the outcome in three contrasts.

    Parameters
    ----------
    frame : DataFrame
        One row per unit and time.
    outcome : str
        Numeric column.
    terms : list of str
        Numeric columns.
    unit : str
        Column of the unit.
    method : str
        ``"pearson"``, ``"spearman"`` (ranks are taken after averaging or demeaning) or ``"partial"``: what is
        left of both once all other terms are taken out by least squares.
    level : float
        Confidence level.

    Returns
    -------
    DataFrame
        Per term the contrasts ``"pooled"`` (all rows), ``"between"`` (unit means) and ``"within"``
        (deviations from unit means): ``term, contrast, estimate, std_error, statistic, df, p_value,
        conf_low, conf_high, n``; the standard error is on Fisher's scale. A correlation without variation is
        NaN.

    Notes
    -----
    The p-values and intervals take rows for independent, which weeks of one unit are not: on simulated panels
    without any link the pooled correlation is "significant" in four tests of ten. Use `ppml` for a verdict.

    Examples
    --------
    >>> d = pd.DataFrame({"u": list("aabbcc"), "x": [1.0, 2, 5, 6, 9, 10], "y": [2.0, 1, 6, 5, 10, 9]})
    >>> correlate(d, "y", terms=["x"], unit="u").set_index("contrast").estimate.round(2).to_dict()
    {'pooled': 0.95, 'between': 1.0, 'within': -1.0}
    """
    if method not in METHODS:
        raise InvalidInput(f"Unknown correlation method {method!r}. Known: {', '.join(METHODS)}.")
    require_columns(frame, [outcome, unit, *terms])
    rows = []
    for term in terms:
        others = [t for t in terms if t != term] if method == "partial" else []
        columns = {"x": frame[term], "y": frame[outcome], **{f"_{t}": frame[t] for t in others}}
        pair = pd.DataFrame(columns).astype(float)
        known = pair.notna().all(axis=1) & frame[unit].notna()
        pair, key = pair[known], frame.loc[known, unit]
        groups = pair.groupby(key, observed=True)
        views = {"pooled": (pair, 0), "between": (groups.mean(), 0)}
        views["within"] = (pair - groups.transform("mean"), groups.ngroups - 1)
        for name, (view, used) in views.items():
            pair_left, taken = _taken_out(view)
            found = _one(pair_left, used + taken, method=method, level=level)
            rows.append({"term": term, "contrast": name, **found})
    return pd.DataFrame(rows)


def _taken_out(view: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return x and y without what the other columns explain, and how many of those were independent."""
    others = view.drop(columns=["x", "y"])
    if others.shape[1] == 0 or view.empty:
        return view[["x", "y"]], 0
    design = np.column_stack([np.ones(len(view)), others.to_numpy()])
    scale = np.maximum(np.abs(design).max(axis=0), np.finfo(float).tiny)
    weights, _, rank, _ = np.linalg.lstsq(design / scale, view[["x", "y"]].to_numpy(), rcond=None)
    left = view[["x", "y"]] - design / scale @ weights
    # What is left of a column that the others explain in full is rounding, not variation.
    for name in left:
        if np.abs(left[name]).max() <= 1e-9 * max(np.abs(view[name]).max(), 1.0):
            left[name] = 0.0
    return left, int(rank) - 1


def _one(pair: pd.DataFrame, used: int, *, method: str, level: float) -> dict[str, float]:
    """One correlation; `used` is the number of means taken out beyond the usual one."""
    n = len(pair)
    empty = dict.fromkeys(
        ("estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high"), np.nan
    )
    scale = pair.abs().max().to_numpy() if n else np.zeros(2)
    # Demeaning leaves rounding noise where there was no variation; noise must not be correlated.
    if n < 3 or (np.ptp(pair.to_numpy(), axis=0) <= 1e-12 * np.maximum(scale, 1.0)).any():
        return {**empty, "n": n}
    ranked = pair.rank() if method == "spearman" else pair
    r = float(np.clip(np.corrcoef(ranked["x"], ranked["y"])[0, 1], -1, 1))
    df = n - 2 - used
    if df < 1:
        return {**empty, "estimate": r, "n": n}
    statistic = r * np.sqrt(df / (1 - r**2)) if abs(r) < 1 - 1e-15 else np.nan
    p_value = 2 * float(sps.t.sf(abs(statistic), df)) if abs(r) < 1 - 1e-15 else 0.0
    ends = correlation_interval(r, n - used, level=level, spearman=method == "spearman")
    return {
        "estimate": r,
        "std_error": 1 / np.sqrt(df - 1) if df > 1 else np.nan,
        "statistic": statistic,
        "df": df,
        "p_value": p_value,
        "conf_low": float(ends.conf_low),
        "conf_high": float(ends.conf_high),
        "n": n,
    }


def rank_correlation(x: ArrayLike, y: ArrayLike, *, level: float = 0.95) -> Interval:
    """Spearman's rank correlation of independent pairs with its interval.

    Parameters
    ----------
    x, y : array-like (n,)
        Pairs; those with a missing value are left out.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        NaN where one side does not vary; NaN ends with fewer than four pairs.

    Examples
    --------
    >>> round(rank_correlation([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]).estimate, 2)
    0.8
    """
    pairs = pd.DataFrame({"x": np.asarray(x, dtype=float), "y": np.asarray(y, dtype=float)}).dropna().rank()
    if len(pairs) < 2 or (pairs.nunique() < 2).any():
        return Interval(np.nan, np.nan, np.nan, len(pairs), check_level(level), "fisher_z")
    r = float(np.corrcoef(pairs["x"], pairs["y"])[0, 1])
    ends = correlation_interval(r, len(pairs), level=level, spearman=True)
    return Interval(r, float(ends.conf_low), float(ends.conf_high), len(pairs), level, "fisher_z")
