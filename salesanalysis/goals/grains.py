"""One goal by the week, month, quarter and year."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..core.calendar import working_days
from ..core.crm import Crm
from ..core.period import Period
from ..kpi import Kpi
from .goal import Goal, goals_for

#: Grains that goals are told by, with their length in months.
SHOWN = {"week": None, "month": 1, "quarter": 3, "year": 12}
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def per_grain(
    crm: Crm, kpi: Kpi, goal: Goal, span: Period, *, asked: float | None = None
) -> Mapping[str, float]:
    """Return the goal of a usual week, month, quarter and year.

    The period's own goal stands for its grain, or what is `asked` of it for the days there. A shorter one has
    its part: a month of a quarter a third, a week what five working days have. A longer one is what the goals
    table gives for the one around the period, missing where it gives none. Rates are the same by any grain.
    """
    asked = goal.target if asked is None else asked
    if not kpi.is_total:
        return {**dict.fromkeys(SHOWN, np.nan), _own(span): asked}
    days = working_days(span.start, span.end, crm.client.country)
    found = {}
    for grain, months in SHOWN.items():
        own = _MONTHS.get(span.grain)
        if grain == _own(span):
            found[grain] = asked
        elif grain == "week":
            found[grain] = goal.target / days * 5 if days else np.nan
        elif own and own > months:
            found[grain] = goal.target * months / own
        else:
            found[grain] = _around(crm, kpi, goal, span, grain)
    return found


def _own(span: Period) -> str:
    return span.grain if span.grain in SHOWN else "quarter"


def _around(crm: Crm, kpi: Kpi, goal: Goal, span: Period, grain: str) -> float:
    whole = Period.containing(span.start, grain, fiscal_start=crm.client.fiscal_year_start)
    if whole.end < span.end:
        return np.nan
    found = goals_for(crm, whole, [kpi]).get((kpi.name, goal.scope, goal.scope_id))
    return found.target if found else np.nan
