"""At what pace opportunities leave a stage: the share that gets on, and the days they stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ..core.period import Period
from ..stats.late import Estimate, Watched, incidence, mean_time, watch
from ..stats.survival import kaplan_meier, quantile
from .stage_rows import StageRows

#: Fewer opportunities watched in a stage show no conversion and no time.
LEAST = 10
#: Fewer that left show no time.
LEAST_ENDED = 5
#: How much of the slowest the second time marks.
SLOW = 0.9


def within(days: pd.Series, span: Period) -> pd.Series:
    """Tell which days lie in a period.

    Examples
    --------
    >>> within(pd.to_datetime(pd.Series(["2026-07-01", "2026-10-01"])), Period.parse("2026-Q3")).tolist()
    [True, False]
    """
    return (days >= pd.Timestamp(span.start)) & (days < pd.Timestamp(span.end))


def since(data: StageRows) -> pd.Timestamp:
    """Return the first day on which anything is recorded to have ended; nothing is known of ends before.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> from salesanalysis.pipeline.stage_rows import stage_rows
    >>> since(stage_rows(sa.sample())).year
    2024
    """
    return data.stays["left_on"].min()


def conversion(rows: pd.DataFrame, span: Period, first: pd.Timestamp) -> dict[str, float]:
    """Estimate the share of first entries that get on, from those watched in a period.

    Takes entries with ``entered_on, later_on, closed_on, outcome, rep_id``; `first` as from `since`.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> from salesanalysis.pipeline.stage_rows import stage_rows
    >>> data = stage_rows(sa.sample())
    >>> rows = data.entries[data.entries["stage"] == "proposal"]
    >>> 0.5 < conversion(rows, Period.parse("2026-Q2"), since(data))["estimate"] < 1
    True
    """
    begin, last = _span(span, first)
    end, cause = _ends(rows, last)
    time = (end.fillna(last) - rows["entered_on"]).dt.days
    entry = (begin - rows["entered_on"]).dt.days.clip(lower=0)
    # Days count as they are touched: one that leaves on the day of entry was there for a first day.
    kept = (rows["entered_on"] <= last) & (time >= entry)
    empty = dict.fromkeys(("estimate", "std_error", "conf_low", "conf_high", "undecided", "days"), np.nan)
    if kept.sum() < LEAST:
        return {**empty, "n": int(kept.sum()), "events": int((cause[kept] == 1).sum())}
    rep = pd.factorize(rows.loc[kept, "rep_id"], use_na_sentinel=False)[0]
    cases = watch(time[kept] + 1, cause[kept], entry=entry[kept], cluster=rep)
    found, rest = incidence(cases)
    return {
        "estimate": found.estimate if cases.grid.size else np.nan,
        "std_error": found.std_error,
        "conf_low": found.conf_low if cases.grid.size else np.nan,
        "conf_high": found.conf_high if cases.grid.size else np.nan,
        "undecided": rest,
        "days": float(cases.grid[-1] - 1) if cases.grid.size else np.nan,
        "n": found.n,
        "events": found.events,
    }


def _ends(rows: pd.DataFrame, last: pd.Timestamp) -> tuple[pd.Series, pd.Series]:
    """Return when each entry got on or was lost as far as known on a day, and which (1, 2; 0: neither)."""
    gone = rows["later_on"].fillna(rows["closed_on"].where(rows["outcome"] != "open"))
    cause = np.where(rows["later_on"].notna() | rows["outcome"].eq("won"), 1, 2)
    is_known = gone.notna() & (gone <= last)
    return gone.where(is_known), pd.Series(np.where(is_known, cause, 0), rows.index)


def watched_stays(rows: pd.DataFrame, span: Period, first: pd.Timestamp) -> pd.DataFrame:
    """Return the stays that were under way in a period: ``time, entry`` in days, ``has_left``, ``rep_id``.

    A stay begun earlier comes under observation when the period begins, and one not ended by its last day is
    censored there; `first` as from `since`.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> from salesanalysis.pipeline.stage_rows import stage_rows
    >>> data = stage_rows(sa.sample())
    >>> found = watched_stays(data.stays, Period.parse("2026-Q3"), since(data))
    >>> bool((found["entry"] <= found["time"]).all())
    True
    """
    begin, last = _span(span, first)
    has_left = rows["left_on"].notna() & (rows["left_on"] <= last)
    time = (rows["left_on"].where(has_left, last) - rows["entered_on"]).dt.days
    entry = (begin - rows["entered_on"]).dt.days.clip(lower=0)
    kept = (rows["entered_on"] <= last) & (time >= entry)
    return rows[kept].assign(time=time[kept], entry=entry[kept], has_left=has_left[kept])


def cases_of(stays: pd.DataFrame) -> Watched:
    """Return watched stays as cases, days counted as they are touched: a day of entry is the first.

    Examples
    --------
    >>> rows = pd.DataFrame({"time": [0, 4], "entry": [0, 2], "has_left": [True, False], "rep_id": "a"})
    >>> cases_of(rows).grid.tolist()
    [1.0]
    """
    rep = pd.factorize(stays["rep_id"], use_na_sentinel=False)[0]
    return watch(stays["time"] + 1, stays["has_left"], entry=stays["entry"], cluster=rep)


def duration(stays: pd.DataFrame) -> dict[str, float]:
    """Estimate how long stays take: median and P90 with their intervals, from `watched_stays`.

    Examples
    --------
    >>> rows = pd.DataFrame({"time": range(20), "entry": 0, "has_left": True, "rep_id": "a"})
    >>> duration(rows)["estimate"]
    9.0
    """
    names = ("estimate", "conf_low", "conf_high", "p90", "p90_low", "p90_high")
    counts = {"n": len(stays), "events": int(stays["has_left"].sum())}
    if counts["n"] < LEAST or counts["events"] < LEAST_ENDED:
        return {**dict.fromkeys(names, np.nan), **counts}
    curve = kaplan_meier(stays["time"] + 1, stays["has_left"].astype(int), entry=stays["entry"])
    values = (*quantile(curve), *quantile(curve, SLOW))
    return {**{name: value - 1 for name, value in zip(names, values)}, **counts}


def mean_days(cases: Watched, until: float) -> Estimate:
    """Estimate the mean days of a stay, those beyond `until` counted as `until`.

    Examples
    --------
    >>> mean_days(watch([1, 3], [1, 1]), 30).estimate
    1.0
    """
    found = mean_time(cases, until + 1)
    return replace(
        found,
        estimate=found.estimate - 1,
        conf_low=found.conf_low - 1,
        conf_high=found.conf_high - 1,
    )


def _span(span: Period, first: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    begin = pd.Timestamp(span.start)
    return max(begin, first) if pd.notna(first) else begin, pd.Timestamp(span.last_day)
