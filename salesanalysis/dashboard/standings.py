"""Places of one role's reps by value, by share of the goal and by improvement, from draws of their levels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..goals.goal import Goal, asked_by_days, elapsed_share
from ..goals.people import MIN_PEERS, staff
from ..stats.rank import rank_intervals
from .levels import Levels, levels, sums_of

#: Ways of ranking.
KINDS = ("value", "of_goal", "improved")
#: Share of the reps that counts as the top and as the bottom; level of the intervals; chance that is sure.
TOP, LEVEL, SURE = 0.25, 0.90, 0.95

Goals = Mapping[tuple[str, str, str], Goal]


def changes(crm: Crm, found: Levels, span: Period) -> Levels | None:
    """Return the levels of the same reps in the period before, of those who were ramped in it, too."""
    earlier = span.previous()
    if earlier.start < crm.span.start:
        return None
    people = staff(crm, earlier)
    kept = people[people["is_peer"] & people.index.isin(found.people.index)]
    return levels(crm, earlier, found.kpi, kept, sums_of(crm, earlier, [found.kpi]), seed=1)


def placed(
    found: Levels, shown: list[str], kind: str, *, crm: Crm, span: Period, goals: Goals, before: Levels | None
) -> tuple[pd.DataFrame, dict[str, Any]] | None:
    """Return the rows of one way of ranking and what is said of them together; None without enough reps.

    `shown` are the reps ranked among themselves; the others of the role only say what is usual.
    """
    index = pd.Index(found.rep_ids)
    if kind == "value":
        reps, level, value, target = shown, found.drawn * found.days, found.value, None
    elif kind == "of_goal":
        asked = _targets(found, goals, crm, span)
        reps = [r for r in shown if asked[index.get_loc(r)] > 0]
        safe = np.where(asked > 0, asked, np.nan)
        level, value, target = found.drawn * found.days / safe, found.value / safe, asked
    else:
        if before is None:
            return None
        reps = [r for r in shown if r in before.people.index]
        level, value, target = _ratio(found, before)
    if len(reps) < MIN_PEERS:
        return None
    places = index.get_indexer(reps)
    table = _rows(found, places, level[:, places], value[places])
    table["target"] = np.nan if target is None else target[places]
    table["unit"] = found.kpi.unit if kind == "value" else "share"
    return table, _band(table)


def _targets(found: Levels, goals: Goals, crm: Crm, span: Period) -> np.ndarray:
    """Return each rep's goal for the known days, as on a scorecard; 0 without one."""
    kpi, people = found.kpi, found.people
    gone = elapsed_share(span, crm.as_of, crm.client.country)
    own = [goals.get((kpi.name, "rep", rep_id)) for rep_id in people.index]
    part = people["share"].to_numpy(dtype=float) if asked_by_days(kpi) else np.ones(len(people))
    return np.array([goal.target if goal else 0.0 for goal in own]) * part * gone


def _ratio(found: Levels, before: Levels) -> tuple[np.ndarray, np.ndarray, None]:
    """Return draws and the plain value of the change of the level a working day, as a share."""
    index = before.people.index.get_indexer(found.people.index)
    is_there = index >= 0
    level = np.full(found.drawn.shape, np.nan)
    level[:, is_there] = found.drawn[:, is_there] / before.drawn[:, index[is_there]] - 1
    rate = found.value / found.days
    earlier = np.full(len(rate), np.nan)
    earlier[is_there] = before.value[index[is_there]] / before.days[index[is_there]]
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(earlier > 0, rate / earlier - 1, np.nan)
    return level, value, None


def _rows(found: Levels, places: np.ndarray, level: np.ndarray, value: np.ndarray) -> pd.DataFrame:
    """Return one row a rep, best first, ranked in every draw."""
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(level, [tail, 1 - tail], axis=0)
    people = found.people.iloc[places]
    table = pd.DataFrame(
        {
            **{c: people[c].to_numpy() for c in ("rep_id", "name", "team")},
            "kpi": found.kpi.name,
            "n": found.n[places],
            "days": found.days[places],
            "value": value,
            "estimate": np.median(level, axis=0),
            "conf_low": low,
            "conf_high": high,
        }
    )
    ranks = rank_intervals(level, top=TOP, level=LEVEL)
    table = pd.concat([table, ranks], axis=1)
    return table.sort_values(["rank", "name"], kind="stable", ignore_index=True)


def _band(table: pd.DataFrame) -> dict[str, Any]:
    """Return the middle half of the values, how many could be first, and how many lead for certain."""
    low, middle, high = table["estimate"].quantile([0.25, 0.5, 0.75])
    return {
        "n": len(table),
        "low": low,
        "middle": middle,
        "high": high,
        "leaders": int((table["rank_low"] == 1).sum()),
        "sure": int((table["chance_top"] >= SURE).sum()),
        "unit": table["unit"].iloc[0],
    }
