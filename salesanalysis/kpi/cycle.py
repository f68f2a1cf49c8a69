"""How long won opportunities took, with the median that no portable sum can give."""

from __future__ import annotations

import pandas as pd

from ..core.crm import Crm
from ..core.period import Period


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
    values = [days.mean(), days.median(), days.quantile(0.9)]
    return pd.DataFrame(
        {"term": ["mean", "median", "p90"], "estimate": values, "n": len(days), "unit": "days"}
    )
