"""Lives of opportunities week by week: age, stage and what came next, for hazards known on any day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.rows import rows
from ..core.shelf import kept
from ..stats.hazard import BANDS, Hazards, age_hazards
from .states import states

#: Days of a week of life; opportunities whose age in weeks is beyond the last band count as of that age.
WEEK = 7
OLDEST = BANDS[-1]
#: Weeks at risk under which a stage is taken together with all others.
FEWEST_WEEKS = 50
#: A day later than any.
NEVER = np.iinfo(np.int32).max


@dataclass(frozen=True, eq=False)
class Lives:
    """Opportunities with a day of creation, as whole days since 1970.

    Attributes
    ----------
    cases : pandas.DataFrame
        One row each: ``opportunity_id, created, closed`` (`NEVER` while open), ``is_won, rep_id, amount``.
    weeks : dict of str to array
        One row per case and week of life begun open: ``case, age`` (weeks), ``stage`` (at its start),
        ``after`` (stage at its end, or one of the two events), ``end`` (last day of the week).
    stages : tuple of str
        Stages told apart; one empty name where no history of stages is on record.
    begins : int
        First day on which any close is on record: what was closed before is not known.
    stretch : dict of str to array
        Stage by case and day: ``case, day, stage``, in that order.
    told_on : dict of int to Hazards
        Hazards by the day on which they were known, kept once told.
    """

    cases: pd.DataFrame
    weeks: dict[str, np.ndarray]
    stages: tuple[str, ...]
    begins: int
    stretch: dict[str, np.ndarray]
    told_on: dict[int, Hazards] = field(default_factory=dict)

    def known(self, day: int) -> Hazards:
        """Return the hazards as they could be told at the end of `day`: whole weeks up to it only."""
        if day not in self.told_on:
            w = self.weeks
            there = (w["end"] <= day) & (w["end"] - WEEK + 1 >= self.begins)
            found = age_hazards(
                w["age"][there], w["stage"][there], w["after"][there], states=len(self.stages)
            )
            self.told_on[day] = found
        return self.told_on[day]

    @cached_property
    def visits(self) -> tuple[np.ndarray, np.ndarray]:
        """Each case with each stage it was in at the start of a week, once."""
        pair = np.unique(self.weeks["case"].astype(np.int64) * len(self.stages) + self.weeks["stage"])
        return pair // len(self.stages), pair % len(self.stages)

    def open_on(self, day: int) -> np.ndarray:
        """Return the rows of `cases` that were open at the end of `day`."""
        cases = self.cases
        return np.flatnonzero((cases["created"].to_numpy() <= day) & (cases["closed"].to_numpy() > day))

    def stage_on(self, case: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Return the number of the stage in which each case stood at the end of a day."""
        at = self.stretch
        key = at["case"] * (2**20) + at["day"]
        place = np.searchsorted(key, case * (2**20) + day, side="right") - 1
        is_own = (place >= 0) & (at["case"][place] == case) if len(key) else np.zeros(len(case), dtype=bool)
        return (
            np.where(is_own, at["stage"][np.maximum(place, 0)], 0) if len(key) else np.zeros(len(case), int)
        )

    def lived(self, case: np.ndarray, day: int) -> tuple[np.ndarray, np.ndarray]:
        """Return whole weeks lived by the end of `day`, and the part of the next one."""
        days = day - self.cases["created"].to_numpy()[case] + 1
        return np.minimum(days // WEEK, OLDEST), (days % WEEK) / WEEK


def between(ahead: np.ndarray, age: np.ndarray, part: np.ndarray, stage: np.ndarray) -> np.ndarray:
    """Return rows of what is ahead for ages between two whole weeks; leading axes (draws) stay.

    `ahead` has axes (..., ages, stages, weeks); the result (..., cases, weeks).
    """
    older = np.minimum(age + 1, OLDEST)
    return ahead[..., age, stage, :] * (1 - part)[:, None] + ahead[..., older, stage, :] * part[:, None]


def day_number(day: date) -> int:
    """Return a day as whole days since 1970."""
    return int(np.datetime64(day, "D").astype(np.int64))


def lives(crm: Crm) -> Lives:
    """Return the lives of a client's opportunities; made once per `crm`.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> lives(sa.sample()).stages
    ('qualification', 'discovery', 'proposal', 'negotiation')
    """
    return kept(crm, "pipeline.lives", (), lambda: _built(crm))


def _built(crm: Crm) -> Lives:
    columns = ("opportunity_id", "created_on", "closed_on", "outcome", "rep_id", "amount")
    held = rows(crm, "opportunities", *columns)
    has_past = any(crm.has(t) for t in ("stage_history.stage", "snapshots.stage"))
    return told(held, day_number(crm.as_of), states(crm) if has_past else None, crm.client.stages)


def told(
    cases: pd.DataFrame, last: int, stretches: pd.DataFrame | None = None, order: tuple[str, ...] = ()
) -> Lives:
    """Make lives from a frame of cases, as `lives` does from a CRM.

    Parameters
    ----------
    cases : DataFrame
        ``opportunity_id, created_on, closed_on, outcome`` (won, lost, open), ``rep_id, amount``.
    last : int
        Last day of the data.
    stretches : DataFrame, optional
        As `states` returns them.
    order : tuple of str
        Stages in the order of the process.
    """
    created, closed = (cases[c].to_numpy().astype("datetime64[D]") for c in ("created_on", "closed_on"))
    is_open = (cases["outcome"] == "open").to_numpy() | (~np.isnat(closed) & (closed.astype(np.int64) > last))
    usable = ~np.isnat(created) & (is_open | ~np.isnat(closed))
    begin = created.astype(np.int64)
    end = np.where(is_open | np.isnat(closed), NEVER, closed.astype(np.int64))
    usable &= (begin <= last) & (end >= begin)
    kept = cases[usable].reset_index(drop=True)
    kept = kept.assign(
        created=begin[usable],
        closed=end[usable],
        is_won=(kept["outcome"] == "won").to_numpy() & (end[usable] < NEVER),
    )
    kept = kept.drop(columns=["created_on", "closed_on", "outcome"])
    stages, stretch = _stages(kept, stretches, order)
    ends = kept["closed"].to_numpy()
    begins = int(ends.min()) if len(ends) and ends.min() < NEVER else last
    found = Lives(kept, {}, stages, begins, stretch)
    return Lives(kept, _weeks(found, last), stages, begins, stretch)


def _stages(
    cases: pd.DataFrame, stretches: pd.DataFrame | None, order: tuple[str, ...]
) -> tuple[tuple[str, ...], dict[str, np.ndarray]]:
    """Return the stages worth telling apart, and who stood where from when."""
    nothing = {name: np.zeros(0, dtype=np.int64) for name in ("case", "day", "stage")}
    if stretches is None or cases.empty:
        return ("",), nothing
    code = pd.Index(cases["opportunity_id"]).get_indexer(stretches["opportunity_id"])
    held = stretches.assign(
        case=code, day=stretches["starts_on"].to_numpy().astype("datetime64[D]").astype(np.int64)
    )
    held = held[(held["case"] >= 0) & (held["status"] == "open") & held["stage"].notna()]
    sizes = held["stage"].value_counts()
    common = sizes[sizes >= FEWEST_WEEKS].index
    names = [s for s in order if s in common] + sorted(s for s in common if s not in order)
    if len(names) < 2:
        return ("",), nothing
    # A stage on record too seldom, or not yet, is taken as the first one.
    place = np.maximum(pd.Index(names).get_indexer(held["stage"]), 0)
    held = held.assign(place=place).sort_values(["case", "day"], kind="stable")
    return tuple(names), {
        "case": held["case"].to_numpy().astype(np.int64),
        "day": held["day"].to_numpy().astype(np.int64),
        "stage": held["place"].to_numpy().astype(np.int64),
    }


def _weeks(found: Lives, last: int) -> dict[str, np.ndarray]:
    """Return one row per case and week of life that has passed as a whole by the last day."""
    created, closed = (found.cases[c].to_numpy().astype(np.int64) for c in ("created", "closed"))
    whole = (last - created + 1) // WEEK
    count = np.minimum(np.where(closed < NEVER, (closed - created) // WEEK + 1, whole), whole)
    case = np.repeat(np.arange(len(created)), count)
    age = np.arange(len(case)) - np.repeat(np.cumsum(count) - count, count)
    start = created[case] + WEEK * age
    end = start + WEEK - 1
    stage, later = found.stage_on(case, start), found.stage_on(case, end + 1)
    first = len(found.stages)
    is_closed = closed[case] <= end
    won = found.cases["is_won"].to_numpy()[case]
    after = np.where(is_closed, np.where(won, first, first + 1), later)
    return {
        "case": case.astype(np.int32),
        "age": np.minimum(age, OLDEST).astype(np.int32),
        "stage": stage.astype(np.int16),
        "after": after.astype(np.int16),
        "end": end.astype(np.int32),
    }
