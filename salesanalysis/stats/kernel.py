"""How long it takes from an activity to an outcome, and the exposure that follows from it.

The lag weights come from durations alone and never from a fit of outcomes on activity, so no search for the
best lag can create a finding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats as sps

from ..core.errors import InvalidInput
from .tidy import require_columns

DEFAULT_MEDIAN, DEFAULT_SIGMA, DEFAULT_LENGTH = 6.0, 0.6, 16


@dataclass(frozen=True, eq=False)
class Kernel:
    """Lag weights.

    Parameters
    ----------
    weights : array (L + 1,)
        Weight of lag 0..L in periods; they sum to one.
    median, sigma : float
        Lognormal parameters, in periods and on the log scale.
    n : int
        Durations behind it; 0 for the default kernel.
    """

    weights: np.ndarray
    median: float
    sigma: float
    n: int


def lognormal_kernel(
    median: float = DEFAULT_MEDIAN, sigma: float = DEFAULT_SIGMA, *, length: int = DEFAULT_LENGTH, n: int = 0
) -> Kernel:
    """Lognormal lag weights, discretised at half periods and normalised over lags 0 to `length`.

    Parameters
    ----------
    median, sigma : float
        Median in periods and standard deviation of the log.
    length : int
        Longest lag L.
    n : int
        Durations the parameters were taken from, carried along.

    Returns
    -------
    Kernel
        ``k(l) = F(l + .5) - F(l - .5)`` with ``k(0) = F(.5)``, divided by their sum.

    Examples
    --------
    >>> k = lognormal_kernel()
    >>> int(k.weights.argmax()), round(float(k.weights.sum()), 12)
    (4, 1.0)
    """
    if not (median > 0 and sigma > 0 and length >= 0):
        raise InvalidInput(f"A lag kernel needs a positive median and sigma; got {median!r} and {sigma!r}.")
    edges = sps.lognorm.cdf(np.arange(length + 1) + 0.5, sigma, scale=median)
    weights = np.diff(edges, prepend=0.0)
    if weights.sum() <= 0:
        raise InvalidInput(f"A median lag of {median:g} periods lies far beyond the longest lag of {length}.")
    return Kernel(weights / weights.sum(), float(median), float(sigma), int(n))


def kernel_from_durations(durations: pd.Series, *, length: int = DEFAULT_LENGTH, minimum: int = 30) -> Kernel:
    """Lag kernel from observed durations, or the default one when there are too few.

    Parameters
    ----------
    durations : Series
        Periods from activity (or stage start) to outcome. The caller leaves out cases that started less than
        `length` periods before the end of the data: only their short durations would have been seen.
    length : int
        Longest lag.
    minimum : int
        Fewest durations to trust; below it the default (median 6, sigma .6) is returned with ``n = 0``.

    Returns
    -------
    Kernel

    Examples
    --------
    >>> round(kernel_from_durations(pd.Series([4.0] * 20 + [9.0] * 20)).median, 3)
    6.0
    """
    known = pd.Series(durations, dtype=float).dropna()
    if (known < 0).any():
        raise InvalidInput(f"Durations cannot be negative; the lowest is {known.min():g}.")
    if len(known) < minimum:
        return lognormal_kernel(length=length)
    # Same-day cases have a log of minus infinity; half of the half-period cell at lag 0 stands in for them.
    logs = np.log(known.clip(lower=0.25))
    sigma = max(float(logs.std(ddof=1)), 0.1)
    return lognormal_kernel(float(np.exp(logs.mean())), sigma, length=length, n=len(known))


def lagged_exposure(values: np.ndarray, kernel: Kernel, *, minimum_mass: float = 0.7) -> np.ndarray:
    """Kernel-weighted mean of past values of each unit.

    Parameters
    ----------
    values : array (units, times)
        NaN where nothing was observed.
    kernel : Kernel
        Lag weights.
    minimum_mass : float
        Share of the kernel's weight that must fall on observed periods.

    Returns
    -------
    array (units, times)
        ``sum_l k(l) x(t - l) / sum_l k(l)`` over observed lags; NaN below the minimum mass.

    Examples
    --------
    >>> k = Kernel(np.array([0.5, 0.5]), 1.0, 1.0, 0)
    >>> lagged_exposure(np.array([[2.0, 4.0, float("nan"), 8.0]]), k).tolist()
    [[nan, 3.0, nan, nan]]
    """
    values = np.asarray(values, dtype=float)
    seen = ~np.isnan(values)
    filled = np.where(seen, values, 0.0)
    total, mass = np.zeros_like(filled), np.zeros_like(filled)
    for lag in np.flatnonzero(kernel.weights[: values.shape[1]]):
        weight = kernel.weights[lag]
        total[:, lag:] += weight * filled[:, : values.shape[1] - lag]
        mass[:, lag:] += weight * seen[:, : values.shape[1] - lag]
    # A hair of slack: 0.7 made of rounded weights must count as 0.7.
    enough = mass >= minimum_mass - 1e-9
    return np.where(enough, total / np.where(mass > 0, mass, 1.0), np.nan)


def lead_exposure(values: np.ndarray, *, length: int = 4, minimum_mass: float = 0.7) -> np.ndarray:
    """Mean of the next `length` values of each unit, for the test whether the future "explains" the present.

    Examples
    --------
    >>> lead_exposure(np.array([[1.0, 2.0, 4.0]]), length=2).tolist()
    [[3.0, nan, nan]]
    """
    values = np.asarray(values, dtype=float)
    flat = Kernel(np.concatenate([[0.0], np.full(length, 1 / length)]), float(length), 1.0, 0)
    return lagged_exposure(values[:, ::-1], flat, minimum_mass=minimum_mass)[:, ::-1]


def exposure_columns(
    frame: pd.DataFrame,
    columns: list[str],
    *,
    unit: str,
    time: str,
    kernel: Kernel | dict[str, Kernel] | None = None,
    lead: int = 0,
) -> pd.DataFrame:
    """Log exposures of several columns of a long panel: ``log(.5 + E)``.

    Parameters
    ----------
    frame : DataFrame
        One row per unit and time; an absent row or NaN means not observed.
    columns : list of str
        Count columns.
    unit, time : str
        Key columns; `time` holds consecutive whole numbers or period starts at one equal step.
    kernel : Kernel or dict of Kernel, optional
        One kernel for all columns or one for each; the default kernel if omitted.
    lead : int
        If positive, the mean of the next `lead` periods is taken instead of the past.

    Returns
    -------
    DataFrame
        Same index as `frame`, same column names.

    Raises
    ------
    InvalidInput
        A unit and time standing twice, unequal steps, negative counts.

    Examples
    --------
    >>> d = pd.DataFrame({"rep": ["a"] * 3, "week": [1, 2, 3], "calls": [0.5, 0.5, 0.5]})
    >>> one = Kernel(np.array([1.0]), 1.0, 1.0, 0)
    >>> exposure_columns(d, ["calls"], unit="rep", time="week", kernel=one)["calls"].tolist()
    [0.0, 0.0, 0.0]
    """
    require_columns(frame, [unit, time, *columns])
    if frame.duplicated([unit, time]).any():
        row = frame.loc[frame.duplicated([unit, time]), [unit, time]].iloc[0]
        raise InvalidInput(f"{unit} {row[unit]!r} has two rows for {time} {row[time]!r}; one is allowed.")
    units, names = pd.factorize(frame[unit], sort=True)
    step, length = _steps(frame[time])
    result = {}
    for column in columns:
        given = frame[column].to_numpy(dtype=float)
        if (given < 0).any():
            raise InvalidInput(f"{column} holds negative counts, which have no log exposure.")
        grid = np.full((len(names), length), np.nan)
        grid[units, step] = given
        own = (kernel or {}).get(column) if not isinstance(kernel, Kernel) else kernel
        past = own or lognormal_kernel()
        exposure = lead_exposure(grid, length=lead) if lead else lagged_exposure(grid, past)
        result[column] = np.log(0.5 + exposure[units, step])
    return pd.DataFrame(result, index=frame.index)


def _steps(time: pd.Series) -> tuple[np.ndarray, int]:
    """Position of each row on the equally spaced time axis, and the length of that axis."""
    stamps = np.sort(time.unique())
    if len(stamps) < 2:
        return np.zeros(len(time), dtype=int), 1
    gap = np.diff(stamps).min()
    position = (time.to_numpy() - stamps[0]) / gap
    whole = np.rint(position).astype(int)
    if np.abs(position - whole).max() > 1e-6:
        raise InvalidInput(f"{time.name} must advance in equal steps, for example whole weeks.")
    return whole, int(whole.max()) + 1


def detectable_effect(
    std_error: np.ndarray, df: float, *, power: float = 0.8, level: float = 0.95
) -> np.ndarray:
    """Smallest effect found with the given power (MDE80 by default): ``se * (t(.975) + t(.80))``.

    Parameters
    ----------
    std_error : array or float
        Standard errors of the estimates.
    df : float
        Degrees of freedom of the t distribution.
    power, level : float
        Wanted power and the level of the test.

    Returns
    -------
    array

    Examples
    --------
    >>> round(float(detectable_effect(0.38, 9)), 2)
    1.2
    """
    return np.asarray(std_error, dtype=float) * (sps.t.ppf(0.5 + level / 2, df) + sps.t.ppf(power, df))
