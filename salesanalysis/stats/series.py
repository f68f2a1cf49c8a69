"""Series carried forward: exponential smoothing and an autoregressive model, by statsmodels."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import ArrayLike
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.statespace.sarimax import SARIMAX

#: Periods under which no series is carried forward.
FEWEST = 104


def ets(series: ArrayLike, periods: int) -> np.ndarray:
    """Carry a series forward with a level and a damped trend (ETS(A,Ad,N)).

    Parameters
    ----------
    series : array-like (weeks,)
        Oldest first, at least `FEWEST` values; fewer give missing values.
    periods : int
        How far.

    Returns
    -------
    array (periods,)

    Examples
    --------
    >>> ets([4.0] * 50 + [6.0] * 4, 2).tolist()
    [nan, nan]
    """
    y = np.asarray(series, dtype=float)
    if len(y) < FEWEST:
        return np.full(periods, np.nan)
    if np.ptp(y) == 0:  # nothing to fit
        return np.full(periods, y[-1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = ETSModel(y, error="add", trend="add", damped_trend=True).fit(disp=False, maxiter=200)
    return np.maximum(np.asarray(fitted.forecast(periods)), 0.0)


def sarimax(series: ArrayLike, periods: int) -> np.ndarray:
    """Carry a series forward as a level around which errors hang together (ARMA(1, 1) with a mean).

    Examples
    --------
    >>> sarimax([4.0] * 50, 1).tolist()
    [nan]
    """
    y = np.asarray(series, dtype=float)
    if len(y) < FEWEST:
        return np.full(periods, np.nan)
    if np.ptp(y) == 0:  # nothing to fit
        return np.full(periods, y[-1])
    scale = float(y.std())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", UserWarning)
        fitted = SARIMAX((y - y.mean()) / scale, order=(1, 0, 1), trend="c").fit(disp=False, maxiter=50)
    return np.maximum(np.asarray(fitted.forecast(periods)) * scale + y.mean(), 0.0)
