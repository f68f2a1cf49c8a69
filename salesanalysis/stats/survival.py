"""Time until something happens, when for some it has not happened yet: survival and competing risks."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from ..core.errors import InvalidInput
from .tidy import check_level

#: Columns of a curve.
CURVE = ("time", "estimate", "std_error", "conf_low", "conf_high", "n_risk", "events")


def kaplan_meier(
    time: np.ndarray, event: np.ndarray, *, entry: np.ndarray | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Estimate the share for which nothing has happened yet (Kaplan-Meier, statsmodels ``SurvfuncRight``).

    Parameters
    ----------
    time : array of shape (n,)
        Time until the event, or until it was last known not to have happened.
    event : array of shape (n,)
        1 where it happened, 0 where the case is censored.
    entry : array of shape (n,), optional
        Time at which a case came under observation (left truncation); default 0.
    level : float
        Confidence level; intervals on the log(-log) scale, which stay within 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row per time with an event: ``time, estimate, std_error, conf_low, conf_high, n_risk, events``.
        The interval is missing where the curve reaches 0. No event at all gives no rows.

    Raises
    ------
    InvalidInput
        Times are missing, negative, or not after the entry.

    Examples
    --------
    >>> kaplan_meier([2, 3, 3, 5], [1, 1, 0, 1])["estimate"].round(4).tolist()
    [0.75, 0.5, 0.0]
    """
    t, e, start = _checked(time, event, entry)
    check_level(level)
    if not e.any():
        return pd.DataFrame(columns=list(CURVE), dtype=float)
    fit = SurvfuncRight(t, e, entry=start)
    has_events = fit.n_events > 0
    estimate, std_error = fit.surv_prob[has_events], fit.surv_prob_se[has_events]
    low, high = _log_log(estimate, std_error, level=level)
    columns = (fit.surv_times, None, None, None, None, fit.n_risk, fit.n_events)
    known = {n: c[has_events] for n, c in zip(CURVE, columns) if c is not None}
    known |= {"estimate": estimate, "std_error": std_error, "conf_low": low, "conf_high": high}
    return pd.DataFrame(known, columns=list(CURVE))


def quantile(curve: pd.DataFrame, share: float = 0.5) -> tuple[float, float, float]:
    """Return the time by which the event has happened to `share` of all, with its interval.

    The interval holds every time at which the curve's own interval contains ``1 - share`` (Brookmeyer and
    Crowley). What the curve does not reach is missing: the data cannot tell.

    Examples
    --------
    >>> curve = kaplan_meier([6, 7, 10, 13, 16, 22, 23, 25], [1, 1, 1, 1, 1, 1, 1, 0])
    >>> quantile(curve)[0]
    13.0
    """
    left, times = 1 - share, curve["time"].to_numpy(dtype=float)

    def first(column: str) -> float:
        reached = times[curve[column].to_numpy(dtype=float) <= left + 1e-12]
        return float(reached[0]) if reached.size else float("nan")

    return first("estimate"), first("conf_low"), first("conf_high")


def at(curve: pd.DataFrame, times: list[float], *, start: float = 1.0) -> pd.DataFrame:
    """Return the rows of a curve that hold at `times`; before the first event the estimate is `start`.

    Examples
    --------
    >>> at(kaplan_meier([2, 3, 5], [1, 1, 1]), [1, 4])["estimate"].round(4).tolist()
    [1.0, 0.3333]
    """
    place = np.searchsorted(curve["time"].to_numpy(), times, side="right") - 1
    rows = (
        curve.iloc[np.maximum(place, 0)].reset_index(drop=True)
        if len(curve)
        else curve.reindex(range(len(times)))
    )
    before = pd.Series(place < 0)
    for column, value in (("estimate", start), ("conf_low", start), ("conf_high", start), ("std_error", 0.0)):
        rows[column] = rows[column].where(~before, value)
    return rows.assign(time=times)[["time", "estimate", "std_error", "conf_low", "conf_high"]]


def restricted_mean(curve: pd.DataFrame, until: float) -> float:
    """Return the mean time without the event, counted up to `until`: the area under the curve.

    Examples
    --------
    >>> restricted_mean(kaplan_meier([2, 4], [1, 1]), 4)
    3.0
    """
    steps = curve[curve["time"] < until]
    edges = np.concatenate([[0.0], steps["time"], [until]])
    heights = np.concatenate([[1.0], steps["estimate"]])
    return float(np.sum(np.diff(edges) * heights))


def cumulative_incidence(
    time: np.ndarray, cause: np.ndarray, *, level: float = 0.95
) -> dict[int, pd.DataFrame]:
    """Estimate the share to which each of several competing events has happened (Aalen-Johansen).

    Parameters
    ----------
    time : array of shape (n,)
        Time until the first event of any kind, or until it was last known that none had happened.
    cause : array of shape (n,)
        Number of the event, from 1; 0 where the case is censored.
    level : float
        Confidence level; intervals on the log(-log) scale.

    Returns
    -------
    dict of int to pandas.DataFrame
        By cause the columns of a curve; statsmodels ``CumIncidenceRight``. One minus Kaplan-Meier of one
        cause alone, with the other taken as censored, overstates it: what was lost can no longer be won.

    Examples
    --------
    >>> curves = cumulative_incidence([1, 2, 3, 4], [1, 2, 1, 0])
    >>> curves[1]["estimate"].tolist(), curves[2]["estimate"].tolist()
    ([0.25, 0.5], [0.25])
    """
    causes = np.asarray(cause, dtype=int)
    t, status, _ = _checked(time, causes, None, most=int(causes.max(initial=0)))
    check_level(level)
    found: dict[int, pd.DataFrame] = {}
    if not status.any():
        return found
    with np.errstate(divide="ignore", invalid="ignore"):  # where all that are left end at once
        fit = CumIncidenceRight(t, status)
    for number in range(1, int(status.max()) + 1):
        at_number = pd.Series(t[status == number]).value_counts()
        curve = pd.DataFrame(
            {"time": fit.times, "estimate": fit.cinc[number - 1], "std_error": fit.cinc_se[number - 1]}
        )
        curve["std_error"] = curve["std_error"].where(np.isfinite(curve["std_error"]))
        curve["n_risk"] = len(t) - np.searchsorted(np.sort(t), curve["time"], side="left")
        curve["events"] = curve["time"].map(at_number).fillna(0).astype("int64")
        curve = curve[curve["events"] > 0].reset_index(drop=True)
        share, std_error = (curve[name].to_numpy() for name in ("estimate", "std_error"))
        high, low = _log_log(1 - share, std_error, level=level)
        found[number] = curve.assign(conf_low=1 - low, conf_high=1 - high)[list(CURVE)]
    return found


def _log_log(estimate: np.ndarray, std_error: np.ndarray, *, level: float) -> tuple[np.ndarray, np.ndarray]:
    z = float(ndtri((1 + level) / 2))
    inner = np.where((estimate > 0) & (estimate < 1), estimate, np.nan)
    scale = np.log(-np.log(inner))
    spread = z * std_error / (inner * np.abs(np.log(inner)))
    return np.exp(-np.exp(scale + spread)), np.exp(-np.exp(scale - spread))


def _checked(
    time: np.ndarray, event: np.ndarray, entry: np.ndarray | None, *, most: int = 1
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    t, e = np.asarray(time, dtype=float), np.asarray(event)
    if t.shape != e.shape or t.ndim != 1:
        raise InvalidInput(f"Times and events must be as many; got {t.shape} and {e.shape}.")
    if not np.isfinite(t).all() or (t < 0).any():
        raise InvalidInput("Times must be numbers of 0 or more; leave out cases without one.")
    e = e.astype(int)
    if not np.isin(e, range(most + 1)).all():
        raise InvalidInput(f"Events are numbered from 0 (none) to {most}; got {sorted(set(e.tolist()))}.")
    if entry is None:
        return t, e, None
    start = np.asarray(entry, dtype=float)
    if start.shape != t.shape or not (start < t).all():
        raise InvalidInput("Every case must come under observation before its time; leave out the others.")
    return t, e, start
