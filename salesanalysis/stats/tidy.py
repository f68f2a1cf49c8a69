"""The one shape every estimate leaves this package in: a tidy frame with glossary columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats as sps

from ..core.errors import InvalidInput

COLUMNS = (
    "term",
    "estimate",
    "std_error",
    "statistic",
    "df",
    "p_value",
    "conf_low",
    "conf_high",
    "n",
    "reason",
)


def check_level(level: float) -> float:
    """Return a confidence level, refusing anything outside (0, 1).

    Examples
    --------
    >>> check_level(0.95)
    0.95
    """
    if not 0 < level < 1:
        raise InvalidInput(f"'level' is {level}; a confidence level lies between 0 and 1, such as 0.95.")
    return float(level)


def require_columns(frame: pd.DataFrame, columns: list[str]) -> None:
    """Refuse a frame that lacks any of the named columns.

    Examples
    --------
    >>> require_columns(pd.DataFrame({"a": [1]}), ["a"])
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        have = ", ".join(map(str, frame.columns))
        raise InvalidInput(f"Columns not found: {', '.join(map(str, missing))}. The frame has: {have}.")


def coefficient_table(
    estimate: pd.Series,
    *,
    std_error: np.ndarray,
    df: float | np.ndarray,
    n: int | np.ndarray,
    reason: list[str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """t-based table of coefficients, one row a term.

    Parameters
    ----------
    estimate : Series
        Estimates, indexed by term.
    std_error, df, n : array or scalar
        Standard errors, degrees of freedom, rows used.
    reason : list of str, optional
        Why a term could not be estimated; empty text otherwise.
    level : float
        Confidence level of the interval.

    Returns
    -------
    DataFrame
        Columns ``term, estimate, std_error, statistic, df, p_value, conf_low, conf_high, n, reason``.

    Examples
    --------
    >>> t = coefficient_table(pd.Series({"x": 2.0}), std_error=np.array([1.0]), df=9, n=50)
    >>> round(float(t.p_value[0]), 4)
    0.0766
    """
    check_level(level)
    value = estimate.to_numpy(dtype=float)
    error = np.asarray(std_error, dtype=float)
    free = np.broadcast_to(np.asarray(df, dtype=float), value.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        # A standard error of zero carries no information, so neither statistic nor p-value is given.
        statistic = np.where(error > 0, value / error, np.nan)
    half = sps.t.ppf(0.5 + level / 2, free) * error
    return pd.DataFrame(
        {
            "term": list(estimate.index),
            "estimate": value,
            "std_error": error,
            "statistic": statistic,
            "df": free,
            "p_value": 2 * sps.t.sf(np.abs(statistic), free),
            "conf_low": value - half,
            "conf_high": value + half,
            "n": np.broadcast_to(np.asarray(n), value.shape),
            "reason": list(reason) if reason is not None else [""] * value.size,
        },
        columns=list(COLUMNS),
    )
