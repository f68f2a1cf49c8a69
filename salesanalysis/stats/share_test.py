"""Whether two shares differ: the test that goes with many comparisons at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats as sps


def share_difference_p(successes: tuple[ArrayLike, ArrayLike], n: tuple[ArrayLike, ArrayLike]) -> np.ndarray:
    """Return the two-sided p-value of no difference between two independent shares.

    Parameters
    ----------
    successes, n : pair of array-like
        Successes and trials of the first and the second group.

    Returns
    -------
    array
        Missing where a group has no trials; 1 where both shares are 0 or both are 1.

    Notes
    -----
    The chi-square test with N - 1 in place of N, which keeps its level better than Pearson's or Yates's in
    small samples (Campbell 2007).

    Examples
    --------
    >>> share_difference_p((56, 48), (70, 80)).round(4).tolist()
    0.0083
    """
    (one, two), (m, k) = ([np.asarray(v, dtype=float) for v in pair] for pair in (successes, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (one + two) / (m + k)
        spread = np.sqrt(pooled * (1 - pooled) * (1 / m + 1 / k) * (m + k) / (m + k - 1))
        z = np.abs(one / m - two / k) / spread
    p = np.where(spread > 0, 2 * sps.norm.sf(z), 1.0)
    return np.where((m > 0) & (k > 0), p, np.nan)
