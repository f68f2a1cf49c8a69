"""Projections made on past days with what was known then, beside what happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..pipeline.lives import WEEK
from ..stats.forecast import Paired, covered, draw_ahead, paired, shared_by_week, shared_error
from ..stats.series import FEWEST as LONG
from ..stats.series import ets, sarimax
from .book import Book
from .methods import FEWEST, Foreseen, foresee

#: Weeks ahead that are held against what happened, and those of the quarter after.
QUARTER = 13
#: Days wanted on which a projection is made, at most so many weeks apart; fewer than `LEAST` tell nothing.
WANTED, APART, LEAST = 8, 4, 4
MOST = 13
#: Levels of the intervals.
LEVELS = (0.8, 0.95)
#: Methods that a projection may be made of; the first two make the combination.
METHODS = ("hazard", "run_rate", "ets", "sarimax")


@dataclass(frozen=True, eq=False)
class Past:
    """What was foreseen and what happened, by day.

    Attributes
    ----------
    days : array of int (forecasts,)
        Days on which a projection was made, oldest first.
    actual : array (forecasts, groups, 2)
        Totals of the thirteen weeks after, and of the thirteen after those; missing beyond the data.
    mean : dict of str to array (forecasts, groups, 2)
        By method; ``combination`` and ``pipeline`` beside them.
    variance : array (forecasts, groups, 2)
        By chance of single sales alone.
    """

    days: np.ndarray
    actual: np.ndarray
    mean: dict[str, np.ndarray]
    variance: np.ndarray

    @property
    def overlap(self) -> float:
        """How many projections cover the same days."""
        return QUARTER * WEEK / float(np.diff(self.days).mean()) if len(self.days) > 1 else 1.0

    def until(self, day: int) -> Past:
        """Return what was known of it at the end of a day: projections whose thirteen weeks were over."""
        kept = self.days + QUARTER * WEEK <= day
        actual = self.actual[kept].copy()
        actual[self.days[kept] + 2 * QUARTER * WEEK > day, :, 1] = np.nan
        means = {name: values[kept] for name, values in self.mean.items()}
        return Past(self.days[kept], actual, means, self.variance[kept])

    def errors(self, method: str, quarter: int = 0) -> np.ndarray:
        """Return the company's relative errors: expected over what happened, less one."""
        actual = self.actual[:, :, quarter].sum(axis=1)
        mean = self.mean[method][:, :, quarter].sum(axis=1)
        return np.divide(mean, actual, out=np.full(len(actual), np.nan), where=actual > 0) - 1

    def shared(self, method: str) -> tuple[float, float]:
        """Return how far the level of the company was off, and how much further that of a group."""
        m, v, y = self.mean[method][:, :, 0], self.variance[:, :, 0], self.actual[:, :, 0]
        whole = shared_error(y.sum(axis=1), m.sum(axis=1), v.sum(axis=1), self.overlap)
        if m.shape[1] == 1:
            return whole, 0.0
        scale = m.sum(axis=1, keepdims=True)
        factor = np.divide(y.sum(axis=1, keepdims=True), scale, out=np.ones_like(scale), where=scale > 0)
        own = ((y - m * factor) ** 2 - v).sum() / max((m**2).sum(), 1e-300)
        return whole, max(float(own), 0.0)


def past_days(book: Book, step: int = APART) -> np.ndarray:
    """Return the days on which a projection could have been made and held against thirteen weeks."""
    last = book.last - QUARTER * WEEK
    first = book.lives.begins - 1 + FEWEST * WEEK
    if last < first:
        return np.zeros(0, dtype=np.int64)
    room = (last - first) // WEEK
    apart = int(np.clip(room // (WANTED - 1), 1, step)) * WEEK
    return np.arange(last, first - 1, -apart)[:MOST][::-1]


def past(book: Book, days: np.ndarray | None = None) -> Past:
    """Make the projections of past days."""
    days = past_days(book) if days is None else days
    names = [*METHODS, "combination", "pipeline"]
    shape = (len(days), len(book.groups), 2)
    mean = {name: np.full(shape, np.nan) for name in names}
    actual, variance = np.full(shape, np.nan), np.zeros(shape)
    for i, day in enumerate(days):
        seen = foresee(book, int(day), 2 * QUARTER)
        for name, weekly in with_series(book, int(day), seen).items():
            mean[name][i] = _halves(weekly)
        mean["combination"][i] = (mean["hazard"][i] + mean["run_rate"][i]) / 2
        mean["pipeline"][i] = seen.pipeline[:, None]
        variance[i] = _halves(seen.variance)
        actual[i] = _halves(book.totals(int(day), 2 * QUARTER))
        if day + 2 * QUARTER * WEEK > book.last:
            actual[i, :, 1] = np.nan
    return Past(days, actual, mean, variance)


def _halves(weekly: np.ndarray) -> np.ndarray:
    return weekly.reshape(len(weekly), 2, QUARTER).sum(axis=2)


def with_series(book: Book, day: int, seen: Foreseen) -> dict[str, np.ndarray]:
    """Add to what is foreseen the company's series carried forward, where it is long enough."""
    weeks = (day - book.lives.begins + 1) // WEEK
    if weeks < LONG:
        return seen.mean
    series = book.totals(day - weeks * WEEK, weeks).sum(axis=0)
    ahead = seen.variance.shape[1]
    share = seen.mean["run_rate"].sum(axis=1) / max(seen.mean["run_rate"].sum(), 1e-300)
    return {
        **seen.mean,
        **{
            name: share[:, None] * carry(series, ahead)
            for name, carry in (("ets", ets), ("sarimax", sarimax))
        },
    }


def choose(found: Past) -> tuple[str, dict[str, Paired]]:
    """Choose the method: the combination, unless one does better by more than a standard error.

    Hazard and run rate are compared with each other, series with what was chosen of those.
    """
    if len(found.days) < LEAST:
        return "combination", {}
    error = {name: np.abs(found.errors(name)) for name in (*METHODS, "combination")}
    overlap = found.overlap
    gaps = {"hazard": paired(error["hazard"], error["run_rate"], overlap)}
    best = "combination"
    if gaps["hazard"].is_clear:
        best = "hazard" if gaps["hazard"].difference < 0 else "run_rate"
    for name in ("ets", "sarimax"):
        if np.isfinite(error[name]).sum() >= LEAST:
            gaps[name] = paired(error[name], error[best], overlap)
    better = [n for n in ("ets", "sarimax") if n in gaps and gaps[n].is_clear and gaps[n].difference < 0]
    if better:
        best = min(better, key=lambda name: gaps[name].difference)
    return best, gaps


def taken(means: dict[str, np.ndarray], method: str) -> np.ndarray:
    """Return what a method expects, the combination being the mean of hazard and run rate."""
    return (means["hazard"] + means["run_rate"]) / 2 if method == "combination" else means[method]


def known_by(found: Past, day: int, whole: Past | None = None) -> tuple[str, float]:
    """Return the method that errors known by a day chose, and by how much a level was off.

    `whole`: where `found` is a part of a company, all parts, of which the company is made.
    """
    before = (whole or found).until(day)
    method, _ = choose(before)
    shared, own = before.shared(method)
    return method, shared + (own if whole else 0.0)


def coverage(
    found: Past, book: Book, level: float, quarter: int = 0, whole: Past | None = None
) -> np.ndarray:
    """Tell for each past day whether the interval, from errors known by then, held what happened."""
    held = []
    for i, day in enumerate(found.days):
        method, off = known_by(found, int(day), whole)
        mean, variance = found.mean[method][i].sum(axis=0), found.variance[i].sum(axis=0)
        actual = float(found.actual[i, :, quarter].sum())
        if not np.isfinite(actual) or not np.isfinite(mean).all():
            continue
        shared = shared_by_week(off, 2 * QUARTER)[[QUARTER - 1, -1]]
        drawn = draw_ahead(mean, variance, shared, is_count=book.unit == "count", draws=500)
        held.append(covered(drawn[:, quarter], actual, level))
    return np.array(held, dtype=float)
