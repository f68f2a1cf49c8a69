"""How far a total should be on any day of a fiscal year, by the goals of the company or a team."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np

from ..core.calendar import open_days
from ..core.crm import Crm
from ..core.period import Period
from ..kpi.base import Kpi
from .goal import Goal, goals_for, stated


def target_of(crm: Crm, span: Period, kpi: Kpi, where: Mapping[str, str] | None = None) -> float:
    """Return the goal of the company, or of the team that `where` names, for `span`; missing without one.

    A region has no goals.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> target_of(sa.sample(), sa.Period.parse("2026"), sa.KPIS["bookings"])
    44500000000.0
    """
    key = _key(where or {})
    goal = goals_for(crm, span, [kpi]).get((kpi.name, *key)) if key else None
    return goal.target if goal else float("nan")


def target_path(
    crm: Crm, year: Period, kpi: Kpi, days: Iterable[date], where: Mapping[str, str] | None = None
) -> np.ndarray:
    """Return the total that the goals ask for from the start of a fiscal year to the end of each of `days`.

    Goals of shorter periods say how much falls into each; what they leave of the goal of the year is spread
    over the other working days. Days after the year go on with the goals of the next. Without a goal of the
    year it is known up to where shorter ones follow each other from its start, and missing from there on.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> ends = [date(2026, 3, 31), date(2026, 12, 31)]
    >>> target_path(sa.sample(), sa.Period.parse("2026"), sa.KPIS["bookings"], ends).tolist()
    [10750000000.0, 44500000000.0]
    """
    asked = np.array(list(days), dtype="datetime64[D]")
    key = _key(where or {})
    total = np.full(len(asked), 0.0 if key else np.nan)
    while key and len(asked) and np.datetime64(year.start) <= asked.max():
        total += _within(crm, year, kpi, asked, key)
        year = year.next()
    return total


def _key(where: Mapping[str, str]) -> tuple[str, str] | None:
    if "region" in where:
        return None
    return ("team", where["team"]) if where else ("organisation", "")


def _within(crm: Crm, year: Period, kpi: Kpi, asked: np.ndarray, key: tuple[str, str]) -> np.ndarray:
    """Return what one year asks for up to the end of each day: nothing before it, all of it afterwards."""
    start, parts = np.datetime64(year.start), _parts(crm, year, kpi, key)
    whole = goals_for(crm, year, [kpi]).get((kpi.name, *key))
    gone = np.cumsum([0, *open_days(year, crm.client.country)])
    at = np.clip((asked - start).astype(int) + 1, 0, year.days)
    inside, done, known = np.zeros(len(at)), np.zeros(len(at)), 0
    for part in parts:
        first, last = (part.period.start - year.start).days, (part.period.end - year.start).days
        worked = gone[np.clip(at, first, last)] - gone[first]
        inside += part.target * worked / max(gone[last] - gone[first], 1)
        done, known = done + worked, known + gone[last] - gone[first]
    if whole is None:
        return np.where(at <= _follows(parts, year), inside, np.nan)
    rest = whole.target - sum(part.target for part in parts)
    return inside + rest * (gone[at] - done) / max(gone[-1] - known, 1)


def _follows(parts: list[Goal], year: Period) -> int:
    """Return how many days from the start of the year goals follow each other without a gap."""
    end = year.start
    for part in parts:
        end = part.period.end if part.period.start == end else end
    return (end - year.start).days


def _parts(crm: Crm, span: Period, kpi: Kpi, key: tuple[str, str]) -> list[Goal]:
    """Return the goals stated for shorter periods within `span`, the finest ones."""
    mine = [g for g in stated(crm) if (g.kpi, g.scope, g.scope_id) == (kpi.name, *key)]
    inside = [
        g
        for g in mine
        if g.period.start >= span.start and g.period.end <= span.end and g.period.days < span.days
    ]
    grains = {g.period.grain for g in inside}
    if len(grains) > 1:  # one grain, the finest, so that no day counts twice
        finest = min(inside, key=lambda g: g.period.days).period.grain
        inside = [g for g in inside if g.period.grain == finest]
    return sorted(inside, key=lambda g: g.period.start)
