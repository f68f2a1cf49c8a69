"""Where a period stands: the days gone and left, what the rest may bring, and the word for the pace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ..core.calendar import working_days
from ..core.crm import Crm
from ..core.period import Period
from ..stats.compound import Sizes, sum_tails
from ..stats.pace import Ahead, Scatter, ahead

#: Every word for a pace: the goal is reached, or missed once no day is left; else so far against the days
#: gone, beyond what chance does in one of ten, or within it; or it cannot be told, with a reason.
PACES = ("reached", "missed", "ahead", "on_pace", "behind", "cannot_tell")
REASONS = ("no_goal", "goal_zero", "not_there", "not_begun", "no_days_yet", "too_early")
TAIL = 0.1


@dataclass(frozen=True)
class Split:
    """A period cut at the as-of day; `week` is the next stretch with working days, up to a Sunday."""

    state: str
    gone: tuple[date, date]
    ahead: tuple[date, date]
    week: Period | None

    @property
    def days_ahead(self) -> int:
        """Calendar days still to come."""
        return max((self.ahead[1] - self.ahead[0]).days, 0)


def split(crm: Crm, span: Period) -> Split:
    """Cut `span` at the as-of day: over, running or not begun."""
    today = crm.as_of + timedelta(days=1)
    if today >= span.end:
        return Split("over", (span.start, span.end), (span.end, span.end), None)
    state = "running" if today > span.start else "not_begun"
    first = max(today, span.start)
    return Split(state, (span.start, first), (first, span.end), _week(crm, first, span.end))


def _week(crm: Crm, first: date, end: date) -> Period | None:
    """Return the days from `first` to Sunday; the next week where none of them is a working day."""
    while first < end:
        monday = first + timedelta(days=7 - first.weekday())
        if working_days(first, min(monday, end), crm.client.country):
            return Period(first, min(monday, end))
        first = monday
    return None


@dataclass(frozen=True, eq=False)
class Rest:
    """What the days left may bring each rep: `posterior` (shape, rate, exposure by rep), scatter, sums drawn.

    `drawn` holds draws of money by rep, with the expected mean size of each; None where counts are paced.
    """

    posterior: pd.DataFrame
    spread: Scatter
    drawn: pd.DataFrame | None = None
    sizes: Sizes | None = None
    is_known: bool = True

    def bring(self, members: Iterable[str], need: float, level: float) -> dict[str, float]:
        """Return ``rest, low, high, chance`` of all members: expected, interval, chance of `need`."""
        chosen = [m for m in members if m in self.posterior.index]
        if not self.is_known:
            return dict.fromkeys(("rest", "low", "high", "chance"), np.nan)
        if self.drawn is not None:
            sums = self.drawn[chosen].to_numpy().sum(axis=1)
            low, high = np.quantile(sums, [(1 - level) / 2, (1 + level) / 2])
            return {"rest": sums.mean(), "low": low, "high": high, "chance": float((sums >= need).mean())}
        found = self._together(chosen)
        low, high = found.interval(level)
        chance = found.chance(need) if np.isfinite(need) else np.nan
        return {"rest": float(found.mean), "low": float(low), "high": float(high), "chance": float(chance)}

    def _together(self, chosen: list[str]) -> Ahead:
        """Add the reps up: their own scatter cancels out in part, what they share does not."""
        rows = self.posterior.loc[chosen]
        rows = rows[rows["exposure"] > 0]
        alone = ahead(rows["shape"], rows["rate"], rows["exposure"])
        mean = alone.mean.sum()
        unsure = (alone.variance - alone.mean).sum()
        return Ahead(np.asarray(mean), np.asarray(self.spread.dispersion(mean) * mean + unsure))

    def size(self, members: Iterable[str]) -> float:
        """Mean amount of a case of these members; 1 where counts are paced."""
        if self.sizes is None:
            return 1.0
        mean = pd.Series(self.sizes.mean, self.posterior.index)
        pace = self.posterior["shape"] / self.posterior["rate"]
        chosen = list(members)
        weight = pace[chosen].sum()
        return float((mean[chosen] * pace[chosen]).sum() / weight if weight > 0 else mean[chosen].mean())

    def tails(self, value: float, asked: float, size: float) -> tuple[float, float, float]:
        """Chance of at most, and of at least, `value` when the goal asks `asked` so far; and of nothing."""
        if self.sizes is not None:
            extra = {"variation": self.sizes.variation, "spread": self.spread}
            low, high = sum_tails(value, asked, asked / size, **extra)
            return float(low), float(high), float(np.exp(-asked / size))
        usual = Ahead(np.asarray(asked), self.spread.dispersion(asked) * np.asarray(asked))
        return float(usual.at_most(value)), float(usual.chance(value)), float(usual.at_most(0))


def judge(row: dict[str, float], rest: Rest, state: str, size: float) -> tuple[str, str]:
    """Return the word for a row and, where nothing can be told, the reason.

    `row` holds ``target_whole, so_far, expected_so_far, days_gone, days_left``; `size` the mean amount of a
    win for money, else 1.
    """
    goal, value = row["target_whole"], row["so_far"]
    if not np.isfinite(goal):
        return "cannot_tell", "no_goal"
    if goal <= 0:
        return "cannot_tell", "goal_zero"
    if value >= goal:
        return "reached", ""
    if row["days_gone"] + row["days_left"] <= 0:
        return "cannot_tell", "not_there"
    if state == "over" or (row["days_left"] <= 0 and state == "running"):
        return "missed", ""
    if state == "not_begun" or row["days_gone"] <= 0:
        return "cannot_tell", "not_begun" if state == "not_begun" else "no_days_yet"
    low, high, nothing = rest.tails(value, row["expected_so_far"], size)
    if low <= TAIL:
        return "behind", ""
    if high <= TAIL:
        return "ahead", ""
    return ("cannot_tell", "too_early") if nothing > TAIL else ("on_pace", "")
