"""How much counts scatter over time: more than Poisson counts do, so a ratio is less sure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..kpi import Kpi, panel
from ..stats import overdispersion
from .interval import kind

#: Days of a block and number of blocks looked at: four weeks, of one year. Good and bad weeks follow each
#: other, which single weeks would not show.
_BLOCK, _BLOCKS = 28, 13
#: With fewer blocks of four weeks than this in the data, weeks must do.
_FEW = 4


def scatter(
    crm: Crm, kpis: Iterable[Kpi], span: Period, *, by: tuple[str, ...], begun: dict[str, date | None]
) -> dict[str, float]:
    """Return for each KPI that counts the variance of its four-week counts over their mean, at least 1.

    The year up to the end of `span` is looked at; blocks that begin before a KPI's first record tell nothing.
    One query more for every table.

    Notes
    -----
    Ten reps of equal level throughout, with calls that are over-dispersed (negative binomial, size 8) and go
    up and down together for weeks (autocorrelation 0.7): the ratio of two quarters looked surely different in
    40 of 100 cases as Poisson counts, in 14 with the scatter of weeks, in 8 with that of four weeks.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = scatter(sa.sample(), [sa.KPIS["wins"]], Period.parse("2026-Q3"), by=(), begun={})
    >>> found["wins"] >= 1
    True
    """
    counted = [kpi for kpi in kpis if kind(kpi) == "poisson"]
    if not counted:
        return {}
    end = min(span.end, crm.as_of + timedelta(days=1))
    known = (end - crm.span.start).days
    block = _BLOCK if known >= _FEW * _BLOCK else 7
    start = end - timedelta(days=block * min(_BLOCKS, max(known // block, 1)))
    found = panel(crm, counted, Period(start, end), by=by, grain=block)
    sums = found.wide().reset_index()
    sums["unit"] = sums.groupby(list(by), dropna=False).ngroup() if by else 0
    starts = {p.label: p.start for p in found.periods}
    return {
        kpi.name: overdispersion(_known(sums, starts, begun.get(kpi.name, start)), kpi.numerator, unit="unit")
        for kpi in counted
    }


def _known(sums: pd.DataFrame, starts: dict[str, date], first: date | None) -> pd.DataFrame:
    labels = [label for label, day in starts.items() if first and day >= first]
    return sums[sums["period"].isin(labels)]
