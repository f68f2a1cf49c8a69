"""What a count was in the past: by rep and week, with the days worked, and what it leads one to expect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ..core.calendar import workdays, workdays_by_week
from ..core.crm import Crm
from ..core.period import Period
from ..kpi import Kpi, panel
from ..kpi.query import first_days
from ..stats import shrink_rates
from ..stats.pace import FEWEST_BLOCKS, Scatter, scatter
from .comparable import GRACE
from .people import MIN_PEERS

#: Weeks of the past that a rep's rate rests on.
WEEKS = 52
#: Weeks under which the past is too short to see how counts vary.
SHORT = 26
#: How far seasons usually move a company's counts, as a standard deviation on the log scale.
SEASON_SD = 0.2


@dataclass(frozen=True, eq=False)
class Past:
    """Counts and full-time days by rep (rows) and week (columns), oldest first, up to the as-of day."""

    count: pd.DataFrame
    days: pd.DataFrame
    roles: pd.Series

    @property
    def latest(self) -> Past:
        """The last `WEEKS` weeks."""
        return Past(self.count.iloc[:, -WEEKS:], self.days.iloc[:, -WEEKS:], self.roles)

    @property
    def weeks(self) -> int:
        """How many weeks there are."""
        return self.count.shape[1]


def past(crm: Crm, count: Kpi) -> Past:
    """Fetch the weekly counts of everyone since the first event on record."""
    end = crm.as_of + timedelta(days=1)
    first = first_days(crm, [count])[count.name]
    # Other tables may reach further back: weeks before the first event are not weeks without any.
    begins = first if first and first > crm.span.start + GRACE else crm.span.start
    weeks = (end - begins).days // 7
    reps = crm.reps(on=crm.as_of).set_index("rep_id", drop=False)
    roles = reps["role"] if "role" in reps else pd.Series(None, reps.index, dtype="object")
    if weeks < 1:
        empty = pd.DataFrame(index=reps.index)
        return Past(empty, empty, roles)
    span = Period(end - timedelta(days=7 * weeks), end)
    found = panel(crm, [count], span, grain=7)
    sums = found.wide()[count.numerator].unstack("period").reindex(columns=[p.label for p in found.periods])
    leave = crm.frame("absences") if crm.has("absences") else None
    days = workdays_by_week(reps, span, absences=leave, country=crm.client.country)
    counts = sums.reindex(reps.index).fillna(0.0).set_axis(days.columns, axis=1)
    # What was counted on days that nobody is on record as working had its days all the same.
    return Past(counts.where(days > 0, 0.0), days, roles)


@dataclass(frozen=True, eq=False)
class Expected:
    """What to expect of each rep: gamma posterior of the count a day, scatter, how much is known.

    `table` is indexed by rep_id: ``shape, rate, n`` (counted), ``days`` (behind it), ``is_of_peers`` (whether
    the group is the rep's own role). `season` multiplies what the days ahead bring; 1 where it is unknown.
    `is_short`: too little of the past is known to see how counts vary.
    """

    table: pd.DataFrame
    spread: Scatter
    season: float = 1.0
    has_season: bool = False
    is_short: bool = False


def expect(found: Past, days_ahead: float, start: date | None = None) -> Expected | None:
    """Learn from the past what the days ahead may bring; None where nothing was counted.

    `days_ahead` are the calendar days of the stretch to come, by which the past is cut into pieces; `start`
    its first day, for the season.
    """
    latest = found.latest
    if not latest.weeks or not latest.count.to_numpy().sum() > 0:
        return None
    length = int(np.clip(round(days_ahead / 7), 1, max(latest.weeks // FEWEST_BLOCKS, 1)))
    spread = scatter(_pieces(latest.count, length), _pieces(latest.days, length))
    parts = [_posterior(latest, group, spread, length, is_same) for group, is_same in _groups(latest)]
    season, has_season = _season(found, days_ahead, start, spread)
    table = pd.concat(parts).reindex(latest.count.index)
    is_short = latest.weeks < SHORT or not spread.blocks
    return Expected(table, spread, season, has_season, is_short)


def _pieces(frame: pd.DataFrame, length: int) -> np.ndarray:
    values = frame.to_numpy(dtype=float)
    pieces = values.shape[1] // length
    return values[:, values.shape[1] - pieces * length :].reshape(len(values), pieces, length).sum(axis=2)


def _groups(found: Past) -> list[tuple[pd.Index, bool]]:
    """Split the reps into roles; roles of too few reps with a past are taken together."""
    worked = found.days.sum(axis=1) > 0
    roles = found.roles.reindex(found.count.index)
    sizes = roles[worked].value_counts()
    own = roles.isin(sizes[sizes >= MIN_PEERS].index)
    groups = [(part.index, True) for _, part in roles[own].groupby(roles[own])]
    rest = roles.index[~own]
    return [*groups, (rest, False)] if len(rest) else groups


def _posterior(found: Past, group: pd.Index, spread: Scatter, length: int, is_same: bool) -> pd.DataFrame:
    """Return the posterior of each rep of a group; small rests are drawn towards everybody."""
    everyone = group if is_same else found.count.index
    count, days = (f.loc[everyone].sum(axis=1) for f in (found.count, found.days))
    facts = {"n": count, "days": days, "is_of_peers": is_same}
    if not (days.sum() > 0 and count.sum() > 0):
        nothing = {"shape": 0.0, "rate": 1.0}
        return pd.DataFrame({**nothing, **facts}, index=everyone).loc[group]
    usual = count.sum() / days.sum() * 5 * length
    rates = shrink_rates(count, days, dispersion=max(float(spread.dispersion(usual)), 1.0))
    shape = (rates["estimate"] / rates["std_error"]) ** 2
    rate = rates["estimate"] / rates["std_error"] ** 2
    table = pd.DataFrame({"shape": shape.to_numpy(), "rate": rate.to_numpy()}, index=everyone)
    return table.assign(**facts).loc[group]


def _season(found: Past, days_ahead: float, start: date | None, spread: Scatter) -> tuple[float, bool]:
    """Return the factor of the stretch ahead: what the same weeks brought in earlier years.

    Set against the year before them, as the forecast itself is; drawn towards 1 as far as counts are few.
    """
    if start is None:
        return 1.0, False
    count, days = found.count.sum().to_numpy(), found.days.sum().to_numpy()
    length = max(round(days_ahead / 7), 1)
    gap = max(round((start - found.days.columns[-1].date()).days / 7) - 1, 0) if found.weeks else 0
    logs, noise = [], []
    for year in range(1, found.weeks // WEEKS):
        first = found.weeks - year * WEEKS + gap
        ahead, before = slice(first, first + length), slice(first - gap - WEEKS, first - gap)
        if first - gap - WEEKS < 0 or first + length > found.weeks:
            continue
        if not (count[ahead].sum() > 0 and count[before].sum() > 0 and days[ahead].sum() > 0):
            continue
        level = count[before].sum() / days[before].sum()
        logs.append(np.log(count[ahead].sum() / days[ahead].sum() / level))
        noise.append(spread.own / count[ahead].sum())
    if not logs:
        return 1.0, False
    error = float(np.mean(noise)) / len(logs)
    weight = SEASON_SD**2 / (SEASON_SD**2 + error)
    return float(np.exp(weight * np.mean(logs))), True


def days_between(crm: Crm, start: date, end: date) -> pd.Series:
    """Return everyone's full-time working days from `start` up to, not including, `end`, without leave."""
    reps = crm.reps()
    if end <= start:
        return pd.Series(0.0, pd.Index(reps["rep_id"].astype(str), name="rep_id"))
    leave = crm.frame("absences") if crm.has("absences") else None
    return workdays(reps, Period(start, end), absences=leave, country=crm.client.country)["days"]
