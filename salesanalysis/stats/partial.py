"""One term of a fitted Poisson panel on its own: what the rest leaves of it, and of the outcome.

At the fit, with means ``mu`` as weights, the term is taken net of the other terms and of the unit and time
effects. The slope of the working residuals on what is left is zero over all rows, so each unit's own slope
lies around the common estimate, and the partial residuals scatter round a line with that slope.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats as sps

from .absorb import by_unit, equations, only, solve
from .pool import partial_pool
from .prepare import Effects, code
from .regression import Fit
from .threads import on_one_thread

#: Rows that may depend on each other: scores are added up over so many in a row before their spread is taken.
RUN = 8


@on_one_thread
def partialled(frame: pd.DataFrame, outcome: str, term: str, *, fit: Fit, effects: Effects) -> pd.DataFrame:
    """Return one term net of all else, with the working residual, for the rows of a Poisson fit.

    Parameters
    ----------
    frame : DataFrame
        What the fit was given.
    outcome, term : str
        Columns.
    fit : Fit
        Result of `ppml` with unit effects.
    effects : Effects
        As in the fit.

    Returns
    -------
    DataFrame
        ``unit, time, x`` (the term net of all else), ``residual`` (``(y - mu) / mu``), ``weight`` (mu),
        ``y``; sorted by unit and time.

    Examples
    --------
    >>> from salesanalysis.stats.regression import ppml
    >>> rng = np.random.default_rng(1)
    >>> d = pd.DataFrame({"rep": np.repeat(np.arange(9), 40), "week": np.tile(np.arange(40), 9)})
    >>> d["x"], d["wins"] = rng.normal(size=360), rng.poisson(2, 360)
    >>> fit = ppml(d, "wins", terms=["x"], effects=Effects("rep", "week"))
    >>> rest = partialled(d, "wins", "x", fit=fit, effects=Effects("rep", "week"))
    >>> bool(abs((rest.weight * rest.x * rest.residual).sum()) < 1e-6)
    True
    """
    terms = list(fit.estimate.index[fit.estimate.notna()])
    data = frame.reset_index(drop=True).loc[fit.fitted.index]
    rows = code(data, outcome, terms, effects)
    mu = fit.fitted.loc[rows.index].to_numpy()
    panel, j = only(rows.panel, np.ones(len(terms), dtype=bool)), terms.index(term)
    matrix, _ = equations(panel, mu, rows.y - mu)
    unit = np.zeros(len(matrix))
    unit[j] = 1.0
    own = solve(matrix, unit, 0)[0]
    own = own / own[j]
    times = np.zeros(panel.n_times)
    times[panel.kept_times] = own[len(terms) :]
    x = own[: len(terms)] @ panel.columns + times[panel.time]
    x -= (by_unit(panel, mu * x) / by_unit(panel, mu))[panel.unit]
    found = pd.DataFrame({"unit": data.loc[rows.index, effects.unit].to_numpy(), "time": panel.time})
    found["x"], found["residual"], found["weight"] = x * rows.scale[j], rows.y / mu - 1, mu
    found["y"] = rows.y
    return found.sort_values(["unit", "time"], kind="stable").reset_index(drop=True)


def unit_slopes(rest: pd.DataFrame, estimate: float, *, level: float = 0.95) -> pd.DataFrame:
    """Each unit's own slope, and the same drawn towards the common one.

    Parameters
    ----------
    rest : DataFrame
        Result of `partialled`.
    estimate : float
        Common slope.
    level : float
        Level of the interval.

    Returns
    -------
    DataFrame
        ``unit, estimate, conf_low, conf_high, own_share`` (see `partial_pool`), ``own_estimate, std_error``
        (before pooling), ``n`` (rows), ``events`` (sum of the outcome).

    Notes
    -----
    One Newton step from the common slope, the other coefficients held; the variance is the model's times
    the over-dispersion of scores added up over runs of 8 rows.

    Examples
    --------
    >>> rest = pd.DataFrame({"unit": np.repeat(list("abc"), 20), "time": np.tile(np.arange(20), 3)})
    >>> rest["x"], rest["weight"], rest["y"] = np.tile([-1.0, 1.0], 30), 1.0, 1.0
    >>> rest["residual"] = np.repeat([-0.1, 0.0, 0.1], 20) * rest["x"] + np.tile([0.3, 0.3, -0.3, -0.3], 15)
    >>> unit_slopes(rest, 0.5).own_estimate.round(2).tolist()
    [0.4, 0.5, 0.6]
    """
    data = rest.assign(
        info=rest["weight"] * rest["x"] ** 2, score=rest["weight"] * rest["x"] * rest["residual"]
    )
    units = data.groupby("unit", sort=True).agg(
        info=("info", "sum"), score=("score", "sum"), n=("y", "size"), events=("y", "sum")
    )
    # A unit whose weeks tell next to nothing about the term has no slope of its own.
    clear = units["info"] > 1e-6 * units["info"].sum()
    step = (units["score"] / units["info"].where(clear)).rename("step")
    data = data.join(step, on="unit")
    data["score"] -= data["info"] * data["step"].fillna(0.0)
    run = data.groupby("unit").cumcount() // RUN
    runs = data.groupby([data["unit"], run])["score"].sum()
    free = len(runs) - int(clear.sum())
    scatter = float((runs**2).sum()) / units["info"].sum() * len(runs) / max(free, 1)
    own, variance = estimate + step, scatter / units["info"].where(clear)
    pooled = partial_pool(own.to_numpy(), variance.to_numpy(), level=level)
    found = pooled.assign(
        unit=units.index, own_estimate=own.to_numpy(), std_error=np.sqrt(variance.to_numpy())
    )
    found["n"], found["events"] = units["n"].to_numpy(), units["events"].to_numpy()
    return found[["unit", *pooled.columns, "own_estimate", "std_error", "n", "events"]]


def binned_residuals(
    rest: pd.DataFrame, estimate: float, *, bins: int = 12, level: float = 0.95
) -> pd.DataFrame:
    """Partial residuals averaged over equal groups of rows, from little to much of the term.

    Parameters
    ----------
    rest : DataFrame
        Result of `partialled`.
    estimate : float
        Common slope.
    bins : int
        Groups.
    level : float
        Level of the interval of each mean, by the spread between units.

    Returns
    -------
    DataFrame
        ``exposure`` (mean of the term net of all else), ``estimate, conf_low, conf_high`` (mean partial
        residual), ``n, units``.

    Examples
    --------
    >>> rest = pd.DataFrame({"unit": list("abab"), "x": [-1.0, -1, 1, 1], "weight": 1.0})
    >>> rest["residual"] = [0.1, -0.1, 0.1, -0.1]
    >>> binned_residuals(rest, 0.5, bins=2).estimate.tolist()
    [-0.5, 0.5]
    """
    group = np.minimum(rest["x"].rank(method="average", pct=True).to_numpy() * bins, bins - 1e-9).astype(int)
    data = rest.assign(group=group, value=rest["residual"] + estimate * rest["x"])
    data["wx"], data["wv"] = data["weight"] * data["x"], data["weight"] * data["value"]
    sums = data.groupby("group").agg(
        weight=("weight", "sum"),
        wx=("wx", "sum"),
        wv=("wv", "sum"),
        n=("x", "size"),
        units=("unit", "nunique"),
    )
    mean = sums["wv"] / sums["weight"]
    data["off"] = data["weight"] * (data["value"] - data["group"].map(mean))
    by_unit_sum = data.groupby(["group", "unit"])["off"].sum() ** 2
    count = sums["units"].where(sums["units"] > 1)
    error = np.sqrt(by_unit_sum.groupby("group").sum() * count / (count - 1)) / sums["weight"]
    half = sps.t.ppf(0.5 + level / 2, count - 1) * error
    found = pd.DataFrame({"exposure": sums["wx"] / sums["weight"], "estimate": mean})
    found["conf_low"], found["conf_high"] = mean - half, mean + half
    return found.assign(n=sums["n"], units=sums["units"]).reset_index(drop=True)
