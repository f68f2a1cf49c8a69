"""When wins fall within a quarter, and how the data begins."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from ..core.calendar import working_days
from ..core.crm import Crm
from ..core.period import Period
from ..core.rows import rows
from ..stats import newcombe, wilson
from ..stats.median import medians
from .result import Start

#: Days before the end of a quarter that count as its end, and quarters looked back at.
LAST_DAYS, QUARTERS = 14, 8
#: Days into a quarter within which the first close must lie, so that the quarter is whole.
_WHOLE = 14
#: Expected closes from which their absence shows that they were left out; cases that tell the pace.
_EXPECTED, _PACE = 5.0, 50
_ERROR = 0.05


def _closes(crm: Crm, until: date) -> pd.DataFrame:
    names = ("opportunity_id", "created_on", "closed_on", "outcome", "amount")
    found = rows(crm, "opportunities", *names)
    return found[found["outcome"].isin(["won", "lost"]) & (found["closed_on"] < pd.Timestamp(until))]


def quarter_end(crm: Crm, period: Period) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return wins in the last two weeks of each whole quarter, and win rates by month of the quarter.

    Parameters
    ----------
    crm : Crm
    period : Period
        Quarters that ended by its end, at most eight, those before the data is whole left out.

    Returns
    -------
    (DataFrame, DataFrame)
        ``period, n`` wins, ``late, share, conf_low, conf_high, expected`` (their share of the working days),
        ``rate_late, rate_before, difference`` with its interval, ``size_late, size_before``, ``verdict``
        (late, even, cannot_tell), all quarters together last (period empty); and ``month`` (1 to 3), ``n``,
        ``wins, rate, rate_low, rate_high``.
    """
    end = min(period.end, crm.as_of + timedelta(days=1))
    closes = _closes(crm, end)
    quarters = _quarters(crm, closes, end)
    if not quarters:
        return pd.DataFrame(columns=["period", "n", "verdict"]), pd.DataFrame(columns=["month", "n", "rate"])
    starts = pd.to_datetime([q.start for q in quarters])
    closes = closes[closes["closed_on"] >= starts[0]]
    place = np.searchsorted(starts, closes["closed_on"], side="right") - 1
    ends = pd.to_datetime([q.end for q in quarters])[place]
    closes = closes.assign(quarter=place, is_won=closes["outcome"] == "won")
    closes["late"] = (ends - closes["closed_on"]).dt.days.to_numpy() <= LAST_DAYS
    months = closes["closed_on"].dt.month - pd.Series(starts[place].month, closes.index)
    spans = [(q.start, q.end) for q in quarters]
    country = crm.client.country
    late_days = [working_days(end - timedelta(days=LAST_DAYS), end, country) for _, end in spans]
    all_days = [working_days(first, end, country) for first, end in spans]
    # Each quarter alone is judged as one of several.
    level = 1 - _ERROR / len(spans)
    table = [
        _quarter(closes[closes["quarter"] == i], late_days[i] / all_days[i], level) for i in range(len(spans))
    ]
    whole = _quarter(closes, sum(late_days) / sum(all_days))
    found = pd.DataFrame([*table, whole])
    found.insert(0, "period", [*(q.label for q in quarters), ""])
    by_month = closes.groupby(months % 12 + 1)["is_won"].agg(["size", "sum"])
    rate = wilson(by_month["sum"], by_month["size"])
    return found, pd.DataFrame(
        {
            "month": by_month.index,
            "n": by_month["size"].to_numpy(),
            "wins": by_month["sum"].to_numpy(),
            "rate": rate.estimate,
            "rate_low": rate.conf_low,
            "rate_high": rate.conf_high,
        }
    )


def _quarters(crm: Crm, closes: pd.DataFrame, end: date) -> list[Period]:
    if closes.empty:
        return []
    first = closes["closed_on"].min().date()
    quarter = Period.containing(end, "quarter", fiscal_start=crm.client.fiscal_year_start)
    if quarter.end > end:
        quarter = quarter.previous()
    found: list[Period] = []
    while len(found) < QUARTERS and first <= quarter.start + timedelta(days=_WHOLE):
        found.insert(0, quarter)
        quarter = quarter.previous()
    return found


def _quarter(closes: pd.DataFrame, expected: float, level: float = 1 - _ERROR) -> dict[str, object]:
    won = closes[closes["is_won"]]
    n, late = len(won), int(won["late"].sum())
    share, strict = wilson(late, n), wilson(late, n, level=level)
    parts = [closes[closes["late"]], closes[~closes["late"]]]
    apart = newcombe(tuple(int(p["is_won"].sum()) for p in parts), tuple(len(p) for p in parts))
    verdict = "late" if strict.conf_low > expected else "early" if strict.conf_high < expected else "even"
    return {
        "n": n,
        "late": late,
        "share": share.estimate,
        "conf_low": share.conf_low,
        "conf_high": share.conf_high,
        "expected": expected,
        "rate_late": parts[0]["is_won"].mean(),
        "rate_before": parts[1]["is_won"].mean(),
        "difference": apart.estimate,
        "difference_low": apart.conf_low,
        "difference_high": apart.conf_high,
        "size_late": won.loc[won["late"], "amount"].mean(),
        "size_before": won.loc[~won["late"], "amount"].mean(),
        "verdict": verdict if n else "cannot_tell",
    }


def start(crm: Crm) -> Start:
    """Tell whether opportunities closed early on are missing from the data.

    Notes
    -----
    An export by day of closing holds no early close of the opportunities created before: their number is
    expected from the pace at which later ones were closed, looked at for as long as the first ones could be.
    Five expected and none there leave no doubt (a chance of less than 1 in 100).

    Examples
    --------
    >>> import salesanalysis as sa
    >>> start(sa.sample()).verdict
    'truncated'
    """
    cases = rows(crm, "opportunities", "created_on", "closed_on", "outcome").dropna(subset=["created_on"])
    closed = cases[cases["outcome"].isin(["won", "lost"]) & cases["closed_on"].notna()]
    if closed.empty:
        return Start()
    created, first = cases["created_on"].min(), closed["closed_on"].min()
    gap = (first - created).days
    known = {"created_on": created.date(), "closed_on": first.date()}
    before = cases[cases["created_on"] < first]
    followed = cases[
        (cases["created_on"] >= first)
        & (cases["created_on"] <= pd.Timestamp(crm.as_of) - pd.Timedelta(days=max(gap, 0)))
    ]
    if gap <= 0 or len(followed) < _PACE:
        return Start("whole" if gap <= 0 else "cannot_tell", **known, n=len(before))
    ages = np.sort((followed["closed_on"] - followed["created_on"]).dt.days.dropna().to_numpy())
    exposed = (first - before["created_on"]).dt.days.to_numpy()
    expected = float(np.searchsorted(ages, exposed, side="left").sum()) / len(followed)
    if expected < _EXPECTED:
        return Start("whole", **known, expected=expected, n=len(before))
    safe = first + pd.Timedelta(days=int(np.quantile(ages, 0.9)) if len(ages) else gap)
    return Start("truncated", **known, expected=expected, n=len(before), **_cycles(closed, safe))


def _cycles(closed: pd.DataFrame, safe: pd.Timestamp) -> dict[str, object]:
    """Return the median days to a win before and after the day from which none is missing."""
    won = closed[closed["outcome"] == "won"]
    found = medians((won["closed_on"] - won["created_on"]).dt.days, won["closed_on"] < safe)
    sides = {"cycle_early": True, "cycle_later": False}
    values = {
        name: tuple(float(found.loc[side, c]) for c in ("estimate", "conf_low", "conf_high"))
        for name, side in sides.items()
        if side in found.index
    }
    return {**values, "safe_from": safe.date()}
