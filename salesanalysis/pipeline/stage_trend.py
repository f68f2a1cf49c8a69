"""`stage_trend`: each stage's conversion and time, month by month or quarter by quarter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import unknown
from ..core.period import Period
from ..core.result import Result
from .stage_flow import notes_of
from .stage_pace import conversion, duration, since, watched_stays
from .stage_rows import chosen, stage_rows

TREND_GRAINS = ("month", "quarter", "year")
#: A conversion is left open where more than this share had neither got on nor been lost.
MOST_UNDECIDED = 0.25

#: Columns of an entry and of a stay that are looked at.
_ENTRY = ["entered_on", "later_on", "closed_on", "outcome", "rep_id"]
_STAY = ["entered_on", "left_on", "rep_id"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class StageTrendResult(Result):
    """Conversion and time per stage and period, one row per stage, period and term.

    `table` columns: ``stage, place, period, term`` (``conversion`` or ``time``), ``estimate, conf_low,
    conf_high`` (share that gets on at the pace of the period; median days), ``n`` watched, ``events``,
    ``unit``. What the data cannot tell is missing.

    Attributes
    ----------
    grain : str
        month, quarter or year.
    has_history : bool
        Whether stages are on record.
    """

    grain: str
    has_history: bool = True


def stage_trend(
    crm: Crm, period: Period | str = "", *, grain: str = "", count: int = 8, team: str = "", region: str = ""
) -> StageTrendResult:
    """Follow each stage's conversion and time over the periods up to this one.

    Parameters
    ----------
    crm : Crm
        The data.
    period : Period or str
        The last period is the one that holds its last day; default the last whole quarter.
    grain : str
        ``month``, ``quarter`` or ``year``; default months for a month, else quarters.
    count : int
        Number of periods.
    team, region : str
        Only entries and stays under reps who then belonged to it.

    Returns
    -------
    StageTrendResult
        Each period stands for itself: estimates as from `stage_flow` and `stage_time`, from the days within
        it alone.

    Raises
    ------
    UnknownName
        No such grain, team or region.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.stage_trend(sa.sample(), "2026-Q3", count=2).table["period"].unique().tolist()
    ['2026-Q2', '2026-Q3']
    """
    check_crm(crm, "stage_trend()")
    span = crm.period(period)
    grain = grain or ("month" if span.grain == "month" else "quarter")
    if grain not in TREND_GRAINS:
        raise unknown("grain", grain, TREND_GRAINS)
    data = stage_rows(crm)
    entries = chosen(crm, data.entries, team=team, region=region)
    stays = chosen(crm, data.stays, team=team, region=region)
    last = Period.containing(span.clip(crm.as_of).last_day, grain, fiscal_start=span.fiscal_start)
    spans = [p for p in (last.previous(k) for k in range(count - 1, -1, -1)) if p.end > crm.span.start]
    spans = spans or [last]
    found = []
    for place, stage in enumerate(data.order):
        mine = entries.loc[entries["stage"] == stage, _ENTRY]
        stayed = stays.loc[stays["stage"] == stage, _STAY]
        for one in spans:
            known = {"stage": stage, "place": place, "period": one.label}
            found += _rows(mine, stayed, one.clip(crm.as_of), since(data), known)
    names = ["stage", "place", "period", "term", "estimate", "conf_low", "conf_high", "n", "events", "unit"]
    return StageTrendResult(
        table=pd.DataFrame(found, columns=names),
        method="pipeline.stage_trend",
        n=len(entries),
        client=crm.client,
        period=Period(spans[0].start, spans[-1].end, "range", span.fiscal_start).clip(crm.as_of),
        as_of=crm.as_of,
        notes=notes_of(data),
        grain=grain,
        has_history=data.has_history,
    )


def _rows(
    entries: pd.DataFrame, stays: pd.DataFrame, span: Period, first: pd.Timestamp, known: dict[str, object]
) -> list[dict[str, object]]:
    wanted = ("estimate", "conf_low", "conf_high", "n", "events")
    got = conversion(entries, span, first)
    if not got["undecided"] <= MOST_UNDECIDED:
        got = {**got, **dict.fromkeys(("estimate", "conf_low", "conf_high"), np.nan)}
    days = duration(watched_stays(stays, span, first))
    return [
        {**known, "term": "conversion", **{name: got[name] for name in wanted}, "unit": "share"},
        {**known, "term": "time", **{name: days[name] for name in wanted}, "unit": "days"},
    ]
