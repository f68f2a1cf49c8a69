"""Levels of a category in a regression, each against the average of all cases instead of one left out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .regression import Fit
from .tidy import coefficient_table


def against_average(fit: Fit, terms: list[str], shares: list[float], *, level: float = 0.95) -> pd.DataFrame:
    """Turn dummies of one category into differences from the average over its cases.

    Parameters
    ----------
    fit : Fit
        Regression with a dummy for every level of the category but the one left out.
    terms : list of str
        Names of the dummies.
    shares : list of float
        Share of cases of the level left out, then of each of `terms`.
    level : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        As `coefficient_table`, the level left out first (term ``""``); all NaN with reason ``"collinear"``
        where any dummy could not be estimated.

    Examples
    --------
    >>> from salesanalysis.stats.prepare import Effects
    >>> from salesanalysis.stats.regression import ols
    >>> d = pd.DataFrame({"u": list("aabbcc"), "x": [0.0, 1, 0, 1, 0, 1], "y": [0.0, 1, 0, 2, 0, 3]})
    >>> fit = ols(d, "y", terms=["x"], effects=Effects("u", absorb=False))
    >>> against_average(fit, ["x"], [0.5, 0.5]).estimate.round(3).tolist()
    [-1.0, 1.0]
    """
    weight = np.asarray(shares, dtype=float) / np.sum(shares)
    known = not fit.estimate[terms].isna().any()
    move = np.vstack([np.zeros(len(terms)), np.eye(len(terms))]) - weight[1:]
    value = fit.estimate[terms].to_numpy()
    covariance = fit.covariance["CR3"].loc[terms, terms].to_numpy()
    error = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", move, covariance, move), 0.0))
    return coefficient_table(
        pd.Series(move @ value if known else np.full(len(weight), np.nan), index=["", *terms]),
        std_error=error,
        df=max(fit.n_clusters - 1, 1),
        n=fit.n,
        reason=["" if known else "collinear"] * len(weight),
        level=level,
    )
