"""Days of wins, ages of what is open, hours to an answer: with the medians that no portable sum can give."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from .view import day

_TERMS = ("mean", "median", "p90")


def cycle_times(crm: Crm, period: str | Period = "") -> pd.DataFrame:
    """Return mean, median and 90th percentile of the days from creation to win.

    Medians do not roll up from sums, so this reads the won opportunities of the period once; the KPI
    ``sales_cycle`` is the mean of the same days.

    Parameters
    ----------
    crm : Crm
        The data.
    period : str or Period
        Close dates looked at; empty: all days there are.

    Returns
    -------
    pandas.DataFrame
        Columns ``term`` (``mean``, ``median``, ``p90``), ``estimate`` in days, ``n`` (wins), ``unit``.

    Raises
    ------
    MissingData
        The data has no creation or no close dates.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.cycle_times(sa.sample(), "2026-Q3")["term"].tolist()
    ['mean', 'median', 'p90']
    """
    crm.require("opportunities.created_on", "opportunities.closed_on", wanted_by="cycle_times")
    span = crm.period(period) if period else crm.span
    table = crm.table("opportunities")
    won = table.filter(
        table.outcome == "won",
        table.closed_on >= span.start,
        table.closed_on < span.end,
        table.created_on.notnull(),
    )
    days = won.select(days=won.closed_on.delta(won.created_on, unit="day")).to_pandas()["days"]
    return _described(days, "days")


def lead_ages(crm: Crm, as_of: date | None = None) -> pd.DataFrame:
    """Return mean, median and 90th percentile of the days since entry of what is open on a day.

    The KPI ``lead_age`` is the mean of the same days. Closing stale opportunities makes all three smaller
    without a sale.

    Parameters
    ----------
    crm : Crm
        The data.
    as_of : datetime.date or None
        Day looked at; None, or a later day: the last day of the data.

    Returns
    -------
    pandas.DataFrame
        Columns ``term`` (``mean``, ``median``, ``p90``), ``estimate`` in days, ``n`` (open opportunities),
        ``unit``.

    Raises
    ------
    MissingData
        The data has no creation or no close dates.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> lead_ages(sa.sample())["term"].tolist()
    ['mean', 'median', 'p90']
    """
    crm.require("opportunities.created_on", "opportunities.closed_on", wanted_by="lead_ages")
    looked_at = min(as_of or crm.as_of, crm.as_of)
    table = crm.table("opportunities")
    ends_later = table.closed_on > looked_at
    here = table.filter(
        table.created_on < looked_at + timedelta(days=1),
        ends_later | (table.closed_on.isnull() & (table.outcome == "open")),
    )
    days = here.select(days=day(looked_at).delta(here.created_on, unit="day")).to_pandas()["days"]
    return _described(days, "days")


def response_times(crm: Crm, period: str | Period = "") -> pd.DataFrame:
    """Return mean, median and 90th percentile of the hours from entry to first response.

    Leads that entered in `period` and were answered; the KPI ``lead_response_time`` is the mean of the same
    hours, and ``leads_answered`` says how many leads had an answer at all.

    Parameters
    ----------
    crm : Crm
        The data.
    period : str or Period
        Days of entry looked at; empty: all days there are.

    Returns
    -------
    pandas.DataFrame
        Columns ``term`` (``mean``, ``median``, ``p90``), ``estimate`` in hours, ``n`` (leads answered),
        ``unit``.

    Raises
    ------
    MissingData
        The data has no times of entry or of response.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> response_times(sa.sample())["term"].tolist()  # doctest: +SKIP
    ['mean', 'median', 'p90']
    """
    crm.require("leads.created_at", "leads.responded_at", wanted_by="response_times")
    span = crm.period(period) if period else Period(date.min, crm.as_of + timedelta(days=1))
    table = crm.table("leads")
    known = table.filter(
        table.created_on >= span.start, table.created_on < span.end, table.responded_at >= table.created_at
    )
    seconds = known.responded_at.epoch_seconds() - known.created_at.epoch_seconds()
    return _described(known.select(hours=seconds / 3600.0).to_pandas()["hours"], "hours")


def _described(values: pd.Series, unit: str) -> pd.DataFrame:
    found = [values.mean(), values.median(), values.quantile(0.9)]
    return pd.DataFrame({"term": list(_TERMS), "estimate": found, "n": len(values), "unit": unit})
