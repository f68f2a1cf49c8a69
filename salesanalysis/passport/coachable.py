"""Test four: does the KPI move within reps, is there a lever, and do a quarter's numbers show a change?"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date

import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..core.playbook import entry_for, playbook
from ..kpi import KPIS, Kpi, panel
from ..kpi.panel import computable
from ..stats import movement
from .outcome import Outcome

#: Share of a month's working days that a rep must have been employed for the month to count.
MOST_OF = 0.75
#: Change that a quarter of one rep's numbers must be able to show, and the standard errors that takes (80 %
#: power at 5 %).
NOTICEABLE, _STANDARD_ERRORS = 0.5, 2.8


def coachable(crm: Crm, kpis: Iterable[Kpi], level: float) -> dict[str, Outcome]:
    """Return the outcome of the fourth test for each KPI.

    Without an entry in the playbook there is nothing to do about it. A KPI passes that moves within reps by
    more than chance and more than what all reps share, and of which one rep's quarter shows a change by half:
    otherwise ineffective behaviour cannot be told from bad luck.
    """
    kpis, book = list(kpis), playbook(crm.client)
    levers = {kpi.name: entry_for(kpi.name, book) for kpi in kpis}
    counted = computable(crm, [k for k in kpis if levers[k.name] and _is_counted(k)], ["rep_id"])
    months = _months(crm, counted)
    found = {}
    for kpi in kpis:
        if levers[kpi.name] is None:
            found[kpi.name] = Outcome("fail", "no_lever")
        elif kpi not in counted:
            found[kpi.name] = Outcome("cannot_tell", "not_counted")
        else:
            found[kpi.name] = _outcome(kpi, months, level)
    return found


def _is_counted(kpi: Kpi) -> bool:
    """Tell whether chance scatters the KPI in a known way: a count, or a share of counts."""
    if kpi.accumulates != "flow" or kpi.combine is not None:
        return False
    return kpi.unit == ("share" if kpi.base else "count")


def _months(crm: Crm, kpis: tuple[Kpi, ...]) -> pd.DataFrame:
    """Return the sums by rep and month: the last year's whole months, if the rep was there for most."""
    month = Period.parse(f"{crm.as_of:%Y-%m}")
    end = month.end if month.last_day == crm.as_of else month.start
    start = date(end.year - 1, end.month, 1)
    if not kpis or crm.span.start >= end:
        return pd.DataFrame(columns=["rep_id", "period"])
    days = computable(crm, [KPIS["rep_days"]])
    year = Period(max(start, crm.span.start), end)
    sums = panel(crm, [*kpis, *days], year, by="rep_id", grain="month").sums
    sums = sums[sums["rep_id"].notna()]
    if days:
        worked = sums[KPIS["rep_days"].numerator]
        sums = sums[worked >= MOST_OF * worked.groupby(sums["period"]).transform("max")]
    return sums


def _outcome(kpi: Kpi, months: pd.DataFrame, level: float) -> Outcome:
    if months.empty:
        return Outcome("cannot_tell", "few_months", n=0)
    moved = movement(months, kpi.numerator, base=kpi.base, unit="rep_id", time="period", level=level)
    ends = {"estimate": moved.estimate, "conf_low": moved.conf_low, "conf_high": moved.conf_high}
    if math.isnan(moved.estimate):
        return Outcome("cannot_tell", "few_months", n=moved.n)
    if moved.p_value > 1 - level or moved.estimate == 0:
        return Outcome("cannot_tell", "only_chance", **ends, n=moved.n)
    change = _shown_in_a_quarter(kpi, months)
    if change > NOTICEABLE:
        quarters = math.ceil((change / NOTICEABLE) ** 2)
        return Outcome("cannot_tell", "too_few_a_quarter", estimate=change, n=quarters)
    return Outcome("pass", "moves", **ends, n=moved.n)


def _shown_in_a_quarter(kpi: Kpi, months: pd.DataFrame) -> float:
    """Return the smallest change of the middle rep's quarter, as a share, that chance alone does not bring.

    What a rep did is known for certain; how customers answered is a draw.
    """
    if kpi.role == "activity" and not kpi.base:
        return 0.0
    mine = months.groupby("rep_id")[[kpi.numerator, *([kpi.base] if kpi.base else [])]].mean()
    mine = 3 * mine[mine[kpi.numerator] > 0]
    count = float(mine[kpi.numerator].median())
    left = max(1 - count / float(mine[kpi.base].median()), 0.0) if kpi.base else 1.0
    return _STANDARD_ERRORS * math.sqrt(left / count)
