"""Wins by how much of an activity was done: over all rep-weeks, and against the rep's own usual level."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.errors import InvalidInput
from ..core.result import Result
from ..stats import check_level, poisson_exact, two_way
from .exposure import weeks_of
from .models import prepare
from .result import ExposureResult

#: Rep-weeks in a group below which nothing is shown.
FEWEST = 20
POINTS = ("term", "rep_id", "name", "activity", "wins", "low", "high", "slope")
COLUMNS = ("term", "contrast", "group", "low", "high", "estimate", "conf_low", "conf_high", "n", "wins")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class QuantileResult(Result):
    """Wins by how much of an activity was done: description, never a verdict.

    Attributes
    ----------
    table : pandas.DataFrame
        Per activity (``term``), ``contrast`` and ``group`` (1: least done): ``low, high`` (least and most
        done in the group), ``estimate`` with interval, ``n`` rep-weeks, ``wins``. ``pooled``: rep-weeks by
        the activity a week, as lagged, and wins a rep-week. ``within``: rep-weeks by the activity against
        what is usual for that rep and that week, and wins against what is usual (1: as usual) there.
    points : pandas.DataFrame
        Per activity and rep (``rep_id, name``): the mean ``activity`` and ``wins`` a week, ``low, high``
        (tenth and ninetieth percentile of the activity) and ``slope`` of wins on it from week to week.
    level : float
        Confidence level; the intervals take wins for Poisson and weeks for independent.
    reason : str
        Why there is nothing to show; empty otherwise.
    """

    points: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(POINTS)))
    level: float = 0.95
    reason: str = ""


def quantiles(
    source: Crm | ExposureResult | pd.DataFrame, *, groups: int = 5, level: float = 0.95
) -> QuantileResult:
    """Count wins by fifths of each activity, over all rep-weeks and against each rep's own level.

    Parameters
    ----------
    source : Crm, ExposureResult or DataFrame
        As for `link`.
    groups : int
        Groups of equally many rep-weeks; fewer where many are alike.
    level : float
        Confidence level.

    Returns
    -------
    QuantileResult

    Raises
    ------
    InvalidInput
        A bad level or number of groups.

    Notes
    -----
    Activity is lagged as in `link`. What is usual for a rep and a week is the product of both margins; where
    the curve within reps flattens, more of the activity goes with no more wins: saturation.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> d = pd.DataFrame({"rep": np.repeat(np.arange(10), 60), "week": np.tile(np.arange(60), 10)})
    >>> d["calls"], d["wins"] = rng.poisson(20, 600), rng.poisson(1, 600)
    >>> len(quantiles(d).table)
    10
    """
    check_level(level)
    if not 2 <= groups <= 20:
        raise InvalidInput(f"'groups' is {groups}; give 2 to 20.")
    weeks = weeks_of(source, "quantiles")
    data = None if weeks.reason else prepare(weeks)
    parts, points = [], []
    if data is not None and len(data.frame) >= groups * FEWEST and data.frame[data.outcome].sum() > 0:
        wins = data.frame[data.outcome].to_numpy(dtype=float)
        reps, times = (pd.factorize(data.frame[key])[0] for key in ("rep_id", "week"))
        usual = two_way(wins, np.ones(len(wins)), reps, times)
        for term in weeks.activities:
            done = np.maximum(np.exp(data.frame[term].to_numpy(dtype=float)) - 0.5, 0.0)
            against = _against(done, two_way(done, np.ones(len(done)), reps, times))
            pooled = _groups(done, wins, np.ones(len(wins)), groups, level)
            within = _groups(against, wins, usual, groups, level)
            points.append(_points(data.frame["rep_id"], done, wins, weeks.names).assign(term=term))
            views = {"pooled": pooled, "within": within}
            parts += [view.assign(term=term, contrast=name) for name, view in views.items()]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))
    reps = pd.concat(points, ignore_index=True) if points else pd.DataFrame(columns=list(POINTS))
    return QuantileResult(
        table=table[list(COLUMNS)],
        points=reps[list(POINTS)],
        method="linkage.quantiles",
        n=0 if data is None else len(data.frame),
        client=weeks.client,
        period=weeks.period,
        as_of=weeks.as_of,
        notes=weeks.notes,
        level=level,
        reason=weeks.reason or ("" if parts else "short_history"),
    )


def _points(reps: pd.Series, done: np.ndarray, wins: np.ndarray, names: dict[str, str]) -> pd.DataFrame:
    """Where each rep stands, and the slope of wins on the activity from week to week (least squares)."""
    frame = pd.DataFrame({"rep_id": reps.to_numpy(), "done": done, "wins": wins})
    by = frame.groupby("rep_id", sort=True)
    away = frame[["done", "wins"]] - by[["done", "wins"]].transform("mean")
    both = (away["done"] * away["wins"]).groupby(frame["rep_id"]).sum()
    square = (away["done"] ** 2).groupby(frame["rep_id"]).sum()
    found = pd.DataFrame(
        {
            "activity": by["done"].mean(),
            "wins": by["wins"].mean(),
            "low": by["done"].quantile(0.1),
            "high": by["done"].quantile(0.9),
            "slope": both / square.where(square > 1e-12),
        }
    ).reset_index()
    return found.assign(name=[str(names.get(rep, rep)) for rep in found["rep_id"]])


def _against(done: np.ndarray, usual: np.ndarray) -> np.ndarray:
    return np.divide(done, usual, out=np.full(len(done), np.nan), where=usual > 0)


def _groups(done: np.ndarray, wins: np.ndarray, usual: np.ndarray, groups: int, level: float) -> pd.DataFrame:
    """Wins over `usual` by groups of `done`, with exact intervals."""
    frame = pd.DataFrame({"done": done, "wins": wins, "usual": usual}).dropna()
    if frame["done"].nunique() < 2:
        return pd.DataFrame(columns=[c for c in COLUMNS if c not in ("term", "contrast")])
    frame["group"] = pd.qcut(frame["done"], groups, labels=False, duplicates="drop") + 1
    by = frame.groupby("group")
    found = by.agg(low=("done", "min"), high=("done", "max"), n=("wins", "size"), wins=("wins", "sum"))
    base = by["usual"].sum()
    found, base = found[(found["n"] >= FEWEST) & (base > 0)], base[(found["n"] >= FEWEST) & (base > 0)]
    rate = poisson_exact(found["wins"], base, level=level)
    found = found.assign(estimate=rate.estimate, conf_low=rate.conf_low, conf_high=rate.conf_high)
    return found.reset_index()
