"""What a projection is made from: lives of opportunities, their groups, and what they are worth if won."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.rows import rows
from ..core.shelf import kept
from ..pipeline.lives import NEVER, WEEK, Lives, day_number, lives
from ..pipeline.states import states

#: What may be projected.
KPIS_AHEAD = {"bookings": "money", "wins": "count"}
#: Dimensions and what they are for a person: rep, team, region, business category, acquisition method.
GROUPS = ("rep_id", "team", "region", "segment", "source", "product")
#: Weeks of the past in which sizes of won opportunities are looked at.
SIZED = 52


@dataclass(frozen=True, eq=False)
class Book:
    """Opportunities with their group and value.

    Attributes
    ----------
    lives : Lives
    group, segment : array of int (cases,)
        Which of `groups` each belongs to; the business category, within which sizes are alike.
    groups : tuple of str
        One empty name where nothing is told apart.
    amount : array (cases,)
        Value in the end; 1 where wins are counted.
    unit : str
        ``money`` or ``count``.
    last : int
        Last day of the data.
    stated : dict of str to array
        Value stated from a day on: ``case, day, amount``; empty where no copies are kept.
    there : array (groups, 2) or None
        First and last day of each group, of reps.
    fiscal_start : int
        First month of the fiscal year.
    """

    lives: Lives
    group: np.ndarray
    segment: np.ndarray
    groups: tuple[str, ...]
    amount: np.ndarray
    unit: str
    last: int
    stated: dict[str, np.ndarray]
    there: np.ndarray | None = None
    fiscal_start: int = 1

    @property
    def won_on(self) -> np.ndarray:
        """Day of each win, `NEVER` where there is none."""
        cases = self.lives.cases
        return np.where(cases["is_won"].to_numpy(), cases["closed"].to_numpy(), NEVER)

    def present(self, start: int, end: int) -> np.ndarray:
        """Return the share of the days from `start` up to `end` for which each group was there."""
        if self.there is None:
            return np.ones(len(self.groups))
        days = np.minimum(self.there[:, 1], end) - np.maximum(self.there[:, 0], start)
        return np.clip(days / max(end - start, 1), 0.0, 1.0)

    def value_on(self, case: np.ndarray, day: int) -> np.ndarray:
        """Return the value of each case as stated at the end of a day; missing where none was."""
        if self.unit == "count" or not len(self.stated):
            return self.amount[case]
        at = self.stated
        place = np.searchsorted(at["case"] * (2**20) + at["day"], case * (2**20) + day, side="right") - 1
        is_own = (place >= 0) & (at["case"][np.maximum(place, 0)] == case)
        return np.where(is_own, at["amount"][np.maximum(place, 0)], np.nan)

    def totals(self, day: int, weeks: int) -> np.ndarray:
        """Return what was won in each week after `day` by group: array (groups, weeks)."""
        week = (self.won_on - day - 1) // WEEK
        kept = (self.won_on > day) & (week < weeks)
        flat = np.bincount(
            self.group[kept] * weeks + week[kept], self.amount[kept], minlength=len(self.groups) * weeks
        )
        return flat.reshape(len(self.groups), weeks)


def book(crm: Crm, kpi: str = "bookings", by: str = "", day: date | None = None) -> Book:
    """Return the book of a client, split by a dimension or not; teams and regions are those of `day`."""
    found = lives(crm)
    unit = KPIS_AHEAD[kpi]
    day = day or crm.as_of
    names, group, there = _groups(crm, found, by, day)
    amount = found.cases["amount"].fillna(0.0).to_numpy() if unit == "money" else np.ones(len(found.cases))
    return Book(
        found,
        group,
        pd.factorize(_labels(crm, found, "segment", day).fillna(""))[0],
        names,
        amount,
        unit,
        day_number(crm.as_of),
        _stated(crm, found) if unit == "money" and crm.has("snapshots.amount") else {},
        there,
        crm.client.fiscal_year_start,
    )


def _stated(crm: Crm, found: Lives) -> dict[str, np.ndarray]:
    frame = states(crm)
    case = pd.Index(found.cases["opportunity_id"]).get_indexer(frame["opportunity_id"])
    day = frame["starts_on"].to_numpy().astype("datetime64[D]").astype(np.int64)
    kept = case >= 0
    order = np.lexsort((day[kept], case[kept]))
    amount = frame["amount"].to_numpy(dtype=float)[kept][order]
    return {"case": case[kept][order].astype(np.int64), "day": day[kept][order], "amount": amount}


def _groups(
    crm: Crm, found: Lives, by: str, day: date
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray | None]:
    """Return names of groups, the group of each case, and since when and until when reps are there."""
    if not by:
        return ("",), np.zeros(len(found.cases), dtype=np.int64), None
    label = _labels(crm, found, by, day).fillna("").astype("str")
    names = sorted(set(label), key=lambda g: (g == "", g))
    there = None
    if by == "rep_id":
        reps = crm.frame("reps").drop_duplicates("rep_id").set_index("rep_id")
        names = sorted({*names, *reps.index.astype(str)} - {""}) + ([""] if "" in names else [])
        there = np.column_stack([_days(reps, names, "hired_on", 0), _days(reps, names, "left_on", NEVER)])
        there[~_sells(reps, names, set(label))] = NEVER
    return tuple(names), pd.Index(names).get_indexer(label).astype(np.int64), there


def _sells(reps: pd.DataFrame, names: list[str], owners: set[str]) -> np.ndarray:
    """Tell which reps have a role whose people own opportunities; without roles, all."""
    if "role" not in reps:
        return np.ones(len(names), dtype=bool)
    role = reps["role"].reindex(names).fillna("")
    selling = set(role[[name in owners for name in names]])
    return role.isin(selling).to_numpy()


def _days(reps: pd.DataFrame, names: list[str], column: str, missing: int) -> np.ndarray:
    held = pd.to_datetime(reps[column]) if column in reps else pd.Series(pd.NaT, reps.index)
    days = held.reindex(names).to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), missing, days.astype(np.int64))


def _labels(crm: Crm, found: Lives, by: str, day: date) -> pd.Series:
    """Return the group of each case: of the rep as of `day`, of the account, or its own."""
    return kept(crm, "projection.labels", (by, day), lambda: _labelled(crm, found.cases, by, day))


def _labelled(crm: Crm, cases: pd.DataFrame, by: str, day: date) -> pd.Series:
    if by == "rep_id":
        return cases["rep_id"]
    if by in ("team", "region"):
        reps = crm.reps(on=day).drop_duplicates("rep_id").set_index("rep_id")
        label = _of(cases["rep_id"], reps, by)
        if by == "team" or label.notna().any():
            return label
    own = rows(crm, "opportunities", "opportunity_id", "account_id", "source", "product", "region")
    own = own.set_index("opportunity_id").loc[cases["opportunity_id"]].reset_index(drop=True)
    accounts = rows(crm, "accounts", "account_id", "segment", "source", "region").set_index("account_id")
    tries = {
        "region": [lambda: own["region"]],
        "segment": [lambda: _of(own["account_id"], accounts, "segment")],
        "source": [lambda: own["source"], lambda: _of(own["account_id"], accounts, "source")],
        "product": [lambda: own["product"]],
    }
    found_ = [attempt() for attempt in tries[by]]
    return next((s for s in found_ if s.notna().any()), found_[0])


def _of(key: pd.Series, table: pd.DataFrame, column: str) -> pd.Series:
    if column not in table:
        return pd.Series(None, key.index, dtype="object")
    return key.map(table[column]).astype("object")


def as_day(number: int) -> date:
    """Return whole days since 1970 as a day."""
    return np.datetime64(int(number), "D").astype(date)
