"""Where a period stands: the days gone and left, what the rest may bring, and the word for the pace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import ClassVar, Protocol

import numpy as np
import pandas as pd

from ..core.calendar import working_days
from ..core.crm import Crm
from ..core.period import Period
from ..core.result import Note
from ..stats.compound import DRAWS, Sizes, draw_counts, draw_sums
from ..stats.pace import Ahead, Scatter, ahead

#: Every word for a pace: the goal is reached, or missed once no day is left; the whole interval of the end
#: lies at the goal or beyond, around it, or below it; or it cannot be told, with a reason.
PACES = ("reached", "missed", "ahead", "on_pace", "behind", "cannot_tell")
REASONS = ("no_goal", "goal_zero", "not_there", "not_begun", "no_days_yet", "no_past")


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


class Coming(Protocol):
    """What is still to come, by whatever method: of some reps, and of everybody as `whole` names them."""

    whole: tuple[str, str]
    notes: tuple[Note, ...]

    @property
    def is_known(self) -> bool:
        """Whether anything can be said."""

    def until(self, day: date, share: float) -> Coming:
        """Return the same up to the end of a day, by which `share` of the working days left are gone."""

    def bring(self, members: Iterable[str] | None, need: float, level: float) -> dict[str, float]:
        """Return ``rest, low, high, chance``: expected, interval, chance of `need`; None: of everybody."""


@dataclass(frozen=True, eq=False)
class Rest:
    """What the days left may bring each rep: `posterior` (shape, rate, exposure by rep) and the scatter.

    `sizes` are the amounts of each rep's wins; None where counts are paced. `is_known` is false where nothing
    was ever counted.
    """

    posterior: pd.DataFrame
    spread: Scatter
    sizes: Sizes | None = None
    is_known: bool = True
    whole: ClassVar[tuple[str, str]] = ("", "")
    notes: ClassVar[tuple[Note, ...]] = ()

    def until(self, day: date, share: float) -> Rest:
        """Return the same for the first part of the days left, up to `day`."""
        part = self.posterior.assign(exposure=self.posterior["exposure"] * share)
        return replace(self, posterior=part)

    @cached_property
    def drawn(self) -> pd.DataFrame:
        """Draws of the money that the days left bring, by rep."""
        table = self.posterior
        some = ((table["shape"] > 0) & (table["exposure"] > 0)).to_numpy()
        counts = np.zeros((DRAWS, len(table)))
        if some.any():
            rows = table[some]
            counts[:, some] = draw_counts(rows["shape"], rows["rate"], rows["exposure"], spread=self.spread)
        return pd.DataFrame(draw_sums(counts, self.sizes), columns=table.index)

    def bring(self, members: Iterable[str], need: float, level: float) -> dict[str, float]:
        """Return ``rest, low, high, chance`` of all members: expected, interval, chance of `need`."""
        chosen = [m for m in members if m in self.posterior.index]
        if not self.is_known or not self._recorded(chosen):
            return dict.fromkeys(("rest", "low", "high", "chance"), np.nan)
        if self.sizes is not None:
            sums = self.drawn[chosen].to_numpy().sum(axis=1)
            low, high = np.quantile(sums, [(1 - level) / 2, (1 + level) / 2])
            return {"rest": sums.mean(), "low": low, "high": high, "chance": float((sums >= need).mean())}
        found = self._together(chosen)
        low, high = found.interval(level)
        chance = found.chance(need) if np.isfinite(need) else np.nan
        return {"rest": float(found.mean), "low": float(low), "high": float(high), "chance": float(chance)}

    def _recorded(self, chosen: list[str]) -> bool:
        """Tell whether anything was counted of the roles of those with days left; of nobody nothing comes."""
        there = self.posterior.loc[chosen]
        there = there[there["exposure"] > 0]
        return there.empty or bool((there["shape"] > 0).any())

    def _together(self, chosen: list[str]) -> Ahead:
        """Add the reps up: their own scatter cancels out in part, what they share does not."""
        rows = self.posterior.loc[chosen]
        rows = rows[rows["exposure"] > 0]
        alone = ahead(rows["shape"], rows["rate"], rows["exposure"])
        mean = alone.mean.sum()
        unsure = (alone.variance - alone.mean).sum()
        return Ahead(np.asarray(mean), np.asarray(self.spread.dispersion(mean) * mean + unsure))


def judge(row: Mapping[str, float], state: str, *, is_known: bool = True) -> tuple[str, str]:
    """Return the word for a row and, where nothing can be told, the reason.

    `row` holds ``target_whole, so_far, days_gone, days_left, conf_low, conf_high``; `is_known` is false where
    the expectation rests on others only.

    Examples
    --------
    >>> row = {"target_whole": 10, "so_far": 2, "days_gone": 20, "days_left": 45}
    >>> row |= {"conf_low": 4, "conf_high": 11}
    >>> judge(row, "running"), judge(row | {"target_whole": 12}, "running"), judge(row, "over")
    (('on_pace', ''), ('behind', ''), ('missed', ''))
    """
    goal = row["target_whole"]
    if not np.isfinite(goal):
        return "cannot_tell", "no_goal"
    if goal > 0 and row["so_far"] >= goal:
        return "reached", ""
    if row["days_gone"] + row["days_left"] <= 0:
        return "cannot_tell", "not_there"  # whose goal by the days there is zero
    if goal <= 0:
        return "cannot_tell", "goal_zero"
    if state == "over" or (row["days_left"] <= 0 and state == "running"):
        return "missed", ""
    if state == "not_begun" or row["days_gone"] <= 0:
        return "cannot_tell", "not_begun" if state == "not_begun" else "no_days_yet"
    if not is_known or not np.isfinite(row["conf_low"]):
        return "cannot_tell", "no_past"
    if row["conf_high"] < goal:
        return "behind", ""
    return ("ahead", "") if row["conf_low"] >= goal else ("on_pace", "")
