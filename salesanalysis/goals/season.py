"""How much more or less is done in a part of the year, where two years of records tell it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..core.period import GRAINS, Period

#: Years of records that a season takes, and parts of a year by grain.
MIN_YEARS = 2
PARTS = {"half": 2, "quarter": 4, "month": 12, "week": 52}


def place(period: Period) -> int:
    """Return which part of its fiscal year a period is: 1 for the first quarter, month or week.

    Examples
    --------
    >>> place(Period.parse("2026-Q3")), place(Period.parse("2026-W31"))
    (3, 31)
    """
    if period.grain == "week":
        return period.start.isocalendar().week
    months = GRAINS[period.grain] or 1
    return (period.start.month - period.fiscal_start) % 12 // months + 1


def season(totals: pd.Series, exposure: pd.Series, periods: tuple[Period, ...]) -> Mapping[int, float]:
    """Return the factor of each part of the year (see `place`), 1 where it is as usual; none if too short.

    Parameters
    ----------
    totals, exposure : Series
        Sums of all comparable reps and their working days, by label of the period.
    periods : tuple of Period
        Consecutive periods of one grain.

    Returns
    -------
    mapping of int to float
        Empty where a part of the year was not seen twice, or the grain has no place in a year.

    Notes
    -----
    Logs of the rates less their year's mean, averaged by part; what is left scatters by chance, so each mean
    is pulled towards none by the share of its variance that chance explains.

    Examples
    --------
    >>> quarters = tuple(Period.parse(f"{y}-Q{q}") for y in (2024, 2025) for q in (1, 2, 3, 4))
    >>> rate = pd.Series([8.0, 10, 10, 12, 16, 20, 20, 24], [q.label for q in quarters])
    >>> found = season(rate, rate * 0 + 1, quarters)
    >>> {part: round(factor, 2) for part, factor in found.items()}
    {1: 0.8, 2: 1.0, 3: 1.0, 4: 1.2}
    """
    usable = [p for p in periods if p.grain in PARTS]
    if not usable:
        return {}
    count = PARTS[usable[0].grain]
    years = len(usable) // count
    usable = usable[len(usable) - years * count :]
    rate = np.array(
        [totals.get(p.label, np.nan) / exposure.get(p.label, np.nan) for p in usable], dtype=float
    )
    if years < MIN_YEARS or not (np.isfinite(rate) & (rate > 0)).all():
        return {}
    logs = np.log(rate).reshape(years, count)
    rest = logs - logs.mean(axis=1, keepdims=True)
    mean = rest.mean(axis=0)
    chance = ((rest - mean) ** 2).sum() / ((years - 1) * (count - 1)) / years
    spread = max(float((mean**2).sum()) / (count - 1) - chance, 0.0)
    kept = spread / (spread + chance) if spread else 0.0
    factor = np.exp(kept * mean)
    factor = factor / factor.mean()
    return {place(p): float(f) for p, f in zip(usable[:count], factor)}
