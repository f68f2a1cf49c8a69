"""One standard per group of comparable reps and KPI: a quantile, and how many reach it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ..core.calendar import working_days
from ..core.period import GRAINS, Period
from ..kpi import Kpi
from .comparable import Past
from .level import Levels, counts_by_day, levels
from .philosophy import SHOULD_REACH, quantile_of
from .reach import contradiction, share_reached
from .season import place, season

#: Level of the interval of a quantile: few reps tell little, and a goal is a choice and no claim.
LEVEL = 0.8
COLUMNS = (
    *("group", "kpi", "philosophy", "unit", "better"),
    *("estimate", "conf_low", "conf_high", "sustained", "n", "periods"),
    *("mark_a", "mark_average", "mark_minimum"),
    *("meant_low", "meant_high", "expected_reach", "reach", "reach_low", "reach_high", "reach_n"),
    *("check", "verdict", "reason"),
)


@dataclass(frozen=True, eq=False)
class Standard:
    """What a full-time rep of a group is asked for in the period, and the levels it rests on.

    Attributes
    ----------
    row : mapping
        `COLUMNS` but for those that name it.
    levels : Levels
        The reps behind it.
    """

    row: Mapping[str, object]
    levels: Levels


def seasons(kpi: Kpi, past: Past) -> Mapping[int, float]:
    """Return the factor of each part of the year for a total; none for ratios, or where years are missing."""
    rows = past.of(kpi)
    if not counts_by_day(kpi) or rows.empty:
        return {}
    by = rows.groupby("period")
    known = tuple(p for p in past.periods if p.label in set(rows["period"]))
    return season(by[kpi.numerator].sum(), by["days"].sum(), known)


def whole_days(period: Period, grain: str, factors: Mapping[int, float], country: str) -> float:
    """Return the working days of `period`, each weighed by the factor of its part of the year.

    `grain` is that of the periods the factors were measured in.
    """
    if not factors or grain not in GRAINS or period.grain not in GRAINS:
        return float(working_days(period.start, period.end, country))
    total = 0.0
    for part in period.split(grain):
        whole = Period.containing(part.start, grain, fiscal_start=period.fiscal_start)
        total += working_days(part.start, part.end, country) * factors.get(place(whole), 1.0)
    return total


def with_exposure(kpi: Kpi, past: Past, factors: Mapping[int, float]) -> pd.DataFrame:
    """Return the rows of `kpi` with the ``exposure`` that its totals are in proportion to."""
    rows = past.of(kpi)
    weight = {p.label: factors.get(place(p), 1.0) for p in past.periods} if factors else {}
    return rows.assign(exposure=rows["days"] * rows["period"].map(weight).fillna(1.0))


def standard(kpi: Kpi, rows: pd.DataFrame, *, philosophy: str, days: float, together: int = 1) -> Standard:
    """Return the standard of one group; `days` is what a full-time rep's total is in proportion to.

    `together`: how many of the periods in `rows` make one of those the standard is for.
    """
    found = levels(kpi, rows, together=together)
    scale = days if counts_by_day(kpi) else 1.0
    row: dict[str, object] = {
        "n": found.reps,
        "periods": int(rows["period"].nunique()),
        "verdict": "cannot_tell" if found.reason else "proposed",
        "reason": found.reason,
        "check": "cannot_tell",
    }
    if found.population is None:
        return Standard(row, found)
    share = quantile_of(philosophy, kpi.better)
    target, low, high = (max(end, 0.0) for end in found.single.interval(share, level=LEVEL))
    if target <= 0:
        return Standard(row | {"verdict": "cannot_tell", "reason": "mostly_zero"}, found)
    sustained = float(found.population.quantile(share)[0])
    row |= {"estimate": target * scale, "conf_low": low * scale, "conf_high": high * scale}
    row |= _marks(kpi, found, scale)
    return Standard(
        row | {"sustained": sustained * scale} | _reach(kpi, found, philosophy, target, together == 1), found
    )


def _marks(kpi: Kpi, found: Levels, scale: float) -> dict[str, float]:
    """Return the levels of all three philosophies, for a report card."""
    names = {"mark_a": "A", "mark_average": "C average", "mark_minimum": "C minimum"}
    return {
        column: max(found.single.value(quantile_of(name, kpi.better)), 0.0) * scale
        for column, name in names.items()
    }


def _reach(
    kpi: Kpi, found: Levels, philosophy: str, target: float, is_same_length: bool
) -> dict[str, object]:
    """Return how many reach the target: as it is meant, as expected, and as the past shows.

    Shorter periods scatter more than the one that the target is for: they show nothing of how many reach it.
    """
    rows = found.periods if is_same_length else found.periods.iloc[:0]
    is_low = kpi.better == "lower"
    hit = rows["value"] <= target if is_low else rows["value"] >= target
    seen = share_reached(rows.assign(is_reached=hit))
    low, high = SHOULD_REACH[philosophy]
    return {
        "meant_low": low,
        "meant_high": high,
        "expected_reach": found.single.share_to(target) if is_low else found.single.share_from(target),
        "reach": seen.estimate,
        "reach_low": seen.conf_low,
        "reach_high": seen.conf_high,
        "reach_n": seen.n,
        "check": contradiction(seen, philosophy),
    }
