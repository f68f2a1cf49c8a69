"""Partial pooling of estimates: each unit's own, drawn towards the common mean as far as it is uncertain."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats as sps

from .tidy import check_level

_GRID = 120


def partial_pool(estimate: np.ndarray, variance: np.ndarray, *, level: float = 0.95) -> pd.DataFrame:
    """Posterior of each unit's own value when the units are alike up to an unknown degree.

    Parameters
    ----------
    estimate, variance : array (units,)
        Each unit's own estimate and its sampling variance; units without one are NaN.
    level : float
        Level of the interval.

    Returns
    -------
    DataFrame
        ``estimate, conf_low, conf_high`` and ``own_share``, the weight that the unit's own data got (0-1). A
        unit without an estimate gets the mean of the others and an interval as wide as they differ. All
        NaN with fewer than three units.

    Notes
    -----
    Normal model ``y_g ~ N(theta_g, v_g), theta_g ~ N(mu, tau^2)`` with flat priors on mu and tau; tau is
    averaged over and not plugged in, which would make the intervals too narrow (Gelman et al. 2013, 5.4).

    Examples
    --------
    >>> found = partial_pool(np.array([0.1, 0.5, 0.9, np.nan]), np.array([1e-4, 1e-4, 1e-4, np.nan]))
    >>> found.estimate.round(2).tolist(), found.own_share.round(1).tolist()
    ([0.1, 0.5, 0.9, 0.5], [1.0, 1.0, 1.0, 0.0])
    """
    check_level(level)
    y, v = np.asarray(estimate, dtype=float), np.asarray(variance, dtype=float)
    known = np.isfinite(y) & np.isfinite(v) & (v > 0)
    columns = ["estimate", "conf_low", "conf_high", "own_share"]
    if known.sum() < 3:
        return pd.DataFrame(np.nan, index=range(y.size), columns=columns)
    reach = 2 * max(float(np.std(y[known], ddof=1)), float(np.sqrt(np.median(v[known]))))
    tau2 = np.linspace(0, reach, _GRID)[:, None] ** 2
    precision = 1 / (v[known] + tau2)
    total = precision.sum(axis=1)
    mu = (precision @ y[known]) / total
    fit = (np.log(precision) - precision * (y[known] - mu[:, None]) ** 2).sum(axis=1) - np.log(total)
    chance = np.exp((fit - fit.max()) / 2)
    chance = (chance / chance.sum())[:, None]
    pull = np.ones((_GRID, y.size))  # weight of the common mean
    pull[:, known] = v[known] * precision
    mean = pull * mu[:, None] + (1 - pull) * np.where(known, y, 0.0)
    spread = np.where(known, (1 - pull) * np.where(known, v, 0.0), tau2) + pull**2 / total[:, None]
    centre = (chance * mean).sum(axis=0)
    error = np.sqrt((chance * (spread + (mean - centre) ** 2)).sum(axis=0))
    half = sps.norm.ppf(0.5 + level / 2) * error
    own = (chance * (1 - pull)).sum(axis=0)
    return pd.DataFrame(dict(zip(columns, (centre, centre - half, centre + half, own), strict=True)))
