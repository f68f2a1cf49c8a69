"""The total of the fiscal year day by day, what is to come on top of it, and the target beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..goals.target import target_path
from ..kpi import KPIS
from ..pipeline.lives import WEEK, day_number
from .book import Book
from .result import Outlook

#: Columns of what is ahead.
COLUMNS = ["estimate", "low_80", "high_80", "low_95", "high_95"]


def weekly(outlook: Outlook, day: date) -> pd.DataFrame:
    """Return the single weeks ahead of the company with their intervals."""
    drawn = outlook.draws()
    rows = np.quantile(drawn, [0.1, 0.9, 0.025, 0.975], axis=0)
    days = [day + timedelta(days=WEEK * (i + 1)) for i in range(drawn.shape[1])]
    return pd.DataFrame({"day_on": days, **dict(zip(COLUMNS, [outlook.mean.sum(axis=0), *rows]))})


def path(
    crm: Crm, held: Book, outlook: Outlook, day: date, weeks: int, *, where: Mapping[str, str]
) -> pd.DataFrame:
    """Return the total from the start of the fiscal year, and what is to come on top of it."""
    year = Period.containing(day + timedelta(days=1), "year", fiscal_start=crm.client.fiscal_year_start)
    days = [year.start - timedelta(days=1) + timedelta(days=i) for i in range((day - year.start).days + 2)]
    won, amount = held.won_on, held.amount
    first = day_number(year.start)
    kept = (held.group >= 0) & (won >= first) & (won <= day_number(day))
    value = np.bincount(won[kept] - first + 1, amount[kept], minlength=len(days)).cumsum()[: len(days)]
    known = pd.DataFrame({"day_on": days, "value": value})
    cumulative = outlook.draws()[:, :weeks].cumsum(axis=1)
    rows = np.quantile(cumulative, [0.1, 0.9, 0.025, 0.975], axis=0)
    mean = outlook.mean.sum(axis=0)[:weeks].cumsum()
    stack = np.column_stack([np.zeros(5), np.vstack([mean, rows])]) + value[-1]
    ahead = pd.DataFrame({"day_on": [day + timedelta(days=WEEK * i) for i in range(weeks + 1)]})
    ahead = ahead.assign(**dict(zip(COLUMNS, stack)))
    rows = pd.concat([known, ahead], ignore_index=True).reindex(columns=["day_on", "value", *COLUMNS])
    kpi = KPIS["bookings" if held.unit == "money" else "wins"]
    return rows.assign(target=target_path(crm, year, kpi, rows["day_on"], where))
