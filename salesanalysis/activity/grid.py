"""What everybody logged on every working day, as arrays: one query, whatever the number of entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from ..core.calendar import workdays_by_day
from ..core.crm import Crm
from ..core.period import Period
from ..goals.people import staff
from ..kpi import KPIS, Kpi, panel
from ..kpi.daily import ENTRIES
from ..kpi.panel import computable
from ..stats.pace import Scatter, scatter

#: What is shown of what reps do, in the order of the sales process.
SHOWN = ("calls", "connects", "conversations", "emails", "meetings", "proposals", "followups")
#: How far back usual habits are read, before the period.
BEFORE = timedelta(weeks=26)
#: Share of those at work without any entry from which a day counts as the company's pause.
PAUSE = 0.8
#: Fewest reps at work for a day to be told as a pause.
FEWEST = 3


@dataclass(frozen=True, eq=False)
class Grid:
    """Entries by rep and working day.

    Attributes
    ----------
    crm : Crm
    span : Period
        The known days of the period.
    people : pandas.DataFrame
        As `goals.people.staff`, one row a rep.
    days : pandas.DatetimeIndex
        Working days, those before the period first.
    there : array (reps, days)
        Full-time part of each day that a rep was at work.
    counts : mapping
        By measure: entries, reps by days; ``entries`` counts all kinds.
    outside : mapping
        By measure: entries of the period on days that are no working days of the rep, by rep.
    others : int
        Entries of the period by nobody, or by people without a working day in it: left out.
    """

    crm: Crm
    span: Period
    people: pd.DataFrame
    days: pd.DatetimeIndex
    there: np.ndarray
    counts: Mapping[str, np.ndarray]
    outside: Mapping[str, np.ndarray]
    others: int = 0

    @cached_property
    def inside(self) -> np.ndarray:
        """Which days belong to the period."""
        return np.asarray(self.days >= pd.Timestamp(self.span.start))

    @cached_property
    def open(self) -> np.ndarray:
        """Which days of which reps ask for an entry: at work, logging has begun, no pause of the company."""
        entries, at_work = self.counts["entries"], self.there > 0
        begun = np.cumsum(entries, axis=1) > 0
        known = at_work & begun
        silent = known & (entries == 0)
        many = known.sum(axis=0)
        pause = (many >= FEWEST) & (silent.sum(axis=0) >= PAUSE * np.maximum(many, 1))
        return known & ~pause

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of activity of which anything was ever logged here."""
        return tuple(k for k in SHOWN if k in self.counts and self.counts[k].sum() > 0)

    def rows(self, rep_ids: pd.Index) -> np.ndarray:
        """Return the places of reps in the arrays."""
        return self.people.index.get_indexer(rep_ids)

    def total(self, name: str) -> np.ndarray:
        """Return the entries of the period by rep, those on free days included."""
        return self.counts[name][:, self.inside].sum(axis=1) + self.outside[name]

    def worked(self) -> np.ndarray:
        """Return the full-time days of the period by rep."""
        return self.there[:, self.inside].sum(axis=1)

    def scatter(self, name: str, rows: np.ndarray) -> Scatter:
        """Return how weekly counts of some reps vary, the time before the period included."""
        weeks, count = self.by_week(self.counts[name][rows])
        exposure = self.by_week(self.there[rows])[1]
        return scatter(count, exposure) if len(weeks) else Scatter()

    def by_week(self, values: np.ndarray) -> tuple[pd.DatetimeIndex, np.ndarray]:
        """Add days up to weeks; the weeks by their Monday."""
        mondays = self.days - pd.to_timedelta(self.days.day_of_week, unit="D")
        firsts = np.flatnonzero(np.concatenate([[True], mondays[1:] != mondays[:-1]])) if len(mondays) else []
        if not len(firsts):
            return mondays, values
        return mondays[firsts], np.add.reduceat(values, firsts, axis=1)


def grid(crm: Crm, span: Period) -> Grid:
    """Return the log of everyone employed in `span`, with the half year before it.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = grid(sa.sample(), Period.parse("2026-Q3"))
    >>> found.there.shape[0], found.kinds[0]
    (30, 'calls')
    """
    known = span.clip(crm.as_of)
    people = staff(crm, known)
    start = max(known.start - BEFORE, min(crm.span.start, known.start))
    stretch = Period(start, known.end)
    reps = crm.reps().set_index("rep_id", drop=False).reindex(people.index)
    leave = crm.frame("absences") if crm.has("absences") else None
    there = workdays_by_day(reps, stretch, absences=leave, country=crm.client.country)
    days = pd.DatetimeIndex(there.columns)
    counts, outside, others = _counts(crm, stretch, known, people.index, days, there.to_numpy() > 0)
    return Grid(crm, known, people, days, there.to_numpy(), counts, outside, others)


def _counts(
    crm: Crm, stretch: Period, span: Period, reps: pd.Index, days: pd.DatetimeIndex, at_work: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], int]:
    """Spread the daily sums over the arrays; those of days off are added up by rep."""
    asked: tuple[Kpi, ...] = computable(crm, [*KPIS.pick(SHOWN), ENTRIES]) if crm.has("activities") else ()
    names = [kpi.numerator for kpi in asked] or ["entries"]
    counts = {name: np.zeros(at_work.shape) for name in names}
    outside = {name: np.zeros(len(reps)) for name in names}
    if not asked:
        return counts, outside, 0
    sums = panel(crm, asked, stretch, grain="day").sums
    sums = sums[(sums[names] > 0).any(axis=1)]
    on = pd.to_datetime(sums["period"]).to_numpy()
    who, when = reps.get_indexer(sums["rep_id"]), days.get_indexer(pd.DatetimeIndex(on))
    is_work = (who >= 0) & (when >= 0)
    is_work[is_work] = at_work[who[is_work], when[is_work]]
    is_free = (who >= 0) & ~is_work & (on >= np.datetime64(span.start))
    for name in names:
        values = sums[name].to_numpy(dtype=float)
        counts[name][who[is_work], when[is_work]] = values[is_work]
        np.add.at(outside[name], who[is_free], values[is_free])
    is_other = (who < 0) & (on >= np.datetime64(span.start))
    others = sums.loc[is_other, "entries"].sum() if "entries" in sums else 0
    return counts, outside, int(others)
