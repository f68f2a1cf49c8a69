"""Levels of a total by rep: what was counted, and draws of the level behind it, a full-time working day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..coaching.counts import dispersion
from ..core.crm import Crm
from ..core.period import Period
from ..goals.people import MIN_PEERS
from ..kpi import Kpi, panel
from ..kpi.records import record_sums
from ..stats.compound import sizes
from ..stats.shrink import draw_rates

#: Draws of the levels: fewer where there are so many reps that ranks are coarse anyway.
DRAWS, FEWER, MANY = 4000, 1000, 250


@dataclass(frozen=True, eq=False)
class Levels:
    """One role's reps on one total.

    Attributes
    ----------
    kpi : Kpi
    known : Period
        Known days of the period.
    people : pandas.DataFrame
        The reps, as `goals.people.staff`, indexed by rep_id.
    n, value : array (reps,)
        Events counted, and the total in the KPI's unit.
    drawn : array (draws, reps)
        Levels a full-time day.
    """

    kpi: Kpi
    known: Period
    people: pd.DataFrame
    n: np.ndarray
    value: np.ndarray
    drawn: np.ndarray

    @property
    def rep_ids(self) -> list[str]:
        """The reps in the order of the arrays."""
        return list(self.people.index)

    @property
    def days(self) -> np.ndarray:
        """Full-time days worked."""
        return self.people["days"].to_numpy(dtype=float)


def sums_of(crm: Crm, known: Period, kpis: Iterable[Kpi]) -> pd.DataFrame:
    """Return the sums of totals by rep, one column a measure."""
    return panel(crm, kpis, known).sums.dropna(subset=["rep_id"]).set_index("rep_id")


def events_of(sums: pd.DataFrame, kpi: Kpi, reps: pd.Index) -> np.ndarray:
    """Return the events behind a total by rep: its wins, or the count itself."""
    name = kpi.events.name if kpi.events else kpi.numerator
    return sums[name].reindex(reps).fillna(0.0).to_numpy(dtype=float)


def levels(
    crm: Crm, known: Period, kpi: Kpi, people: pd.DataFrame, sums: pd.DataFrame, *, seed: int = 0
) -> Levels | None:
    """Draw the levels of all reps of a role together; None with fewer than three with a day worked.

    `sums` are those of the period, as `sums_of` gives them.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> from salesanalysis.goals.people import staff
    >>> crm, quarter = sa.sample(), sa.Period.parse("2026-Q3")
    >>> people = staff(crm, quarter).query("role == 'AE' and is_peer")
    >>> sums = sums_of(crm, quarter, [sa.KPIS["wins"]])
    >>> levels(crm, quarter, sa.KPIS["wins"], people, sums).drawn.shape == (4000, len(people))
    True
    """
    people = people[people["days"] > 0]
    if len(people) < MIN_PEERS:
        return None
    n, days = events_of(sums, kpi, people.index), people["days"].to_numpy(dtype=float)
    value = sums[kpi.numerator].reindex(people.index).fillna(0.0).to_numpy(dtype=float)
    spread = dispersion(crm, known, people.index, kpi.name if kpi.unit == "count" else "wins")
    draws = DRAWS if len(people) <= MANY else FEWER
    drawn = draw_rates(n, days, dispersion=spread, draws=draws, seed=seed)
    if kpi.unit == "money":
        drawn = drawn * _sizes(crm, known, kpi, people.index, (draws, seed))
    return Levels(kpi, known, people, n, value, drawn)


def _sizes(crm: Crm, known: Period, kpi: Kpi, reps: pd.Index, how: tuple[int, int]) -> np.ndarray:
    """Draw each rep's mean amount from the amounts of the period."""
    single = record_sums(crm, kpi, known, by=("rep_id",))
    mine = single[single["rep_id"].isin(reps)] if single is not None else None
    found = sizes(mine["rep_id"], mine[kpi.numerator], reps) if mine is not None and len(mine) else None
    if found is None:
        return np.ones(len(reps))
    draws, seed = how
    rng = np.random.default_rng([seed, 1])
    return np.exp(found.log_mean + found.log_sd * rng.normal(size=(draws, len(reps))))
