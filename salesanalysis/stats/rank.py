"""Ranks with their uncertainty: drawn from the levels' posterior, never read off the raw values."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from .tidy import check_level


def rank_intervals(
    drawn: np.ndarray, *, top: float = 0.25, better: str = "higher", level: float = 0.90
) -> pd.DataFrame:
    """Rank units in every draw of their levels.

    Parameters
    ----------
    drawn : array (draws, units)
        Levels, as `draw_shares` or `draw_rates` give them.
    top : float
        Share of the units that counts as the top, and as the bottom; at least one unit.
    better : str
        ``higher`` or ``lower``: which way rank 1 is.
    level : float
        Level of the rank intervals.

    Returns
    -------
    DataFrame
        One row a unit: ``rank`` (by the mean of its ranks), ``rank_low, rank_high``, ``chance_top,
        chance_bottom``.

    Notes
    -----
    A bare rank is mostly noise: of twelve equals somebody is last. Goldstein and Spiegelhalter (1996).

    Examples
    --------
    >>> drawn = np.array([[3.0, 2.0, 1.0], [3.0, 1.0, 2.0]])
    >>> rank_intervals(drawn, top=0.3)["rank"].tolist()
    [1, 2, 2]
    >>> rank_intervals(drawn, top=0.3)["rank_high"].tolist()
    [1, 3, 3]
    """
    signed = drawn if better == "lower" else -drawn
    ranks = signed.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable") + 1
    units = ranks.shape[1]
    count = max(1, math.floor(top * units + 0.5))
    tail = (1 - check_level(level)) / 2
    low, high = (
        np.quantile(ranks, q, axis=0, method=method) for q, method in ((tail, "lower"), (1 - tail, "higher"))
    )
    mean = ranks.mean(axis=0)
    return pd.DataFrame(
        {
            "rank": pd.Series(mean).rank(method="min").astype(int),
            "rank_low": low.astype(int),
            "rank_high": high.astype(int),
            "chance_top": (ranks <= count).mean(axis=0),
            "chance_bottom": (ranks > units - count).mean(axis=0),
        }
    )
