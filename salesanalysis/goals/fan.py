"""A total day by day: what there was, and how far apart what is to come may lie."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from ..core.calendar import working_days
from ..core.crm import Crm
from ..kpi import panel
from .pacing import PacingResult
from .standing import Standing

COLUMNS = ("day_on", "days", "value", "estimate", "low_80", "high_80", "low_95", "high_95")


def fan(crm: Crm, pace: PacingResult, scope: str, scope_id: str = "") -> pd.DataFrame:
    """Return the cumulative total of one row of a pacing, and what is to come by the week.

    Columns: ``day_on``, ``days`` (working days of the period up to it), ``value`` (so far), then ``estimate``
    and the ends of the intervals, missing on known days.
    """
    standing = pace.standing
    known = _known(crm, standing, pace, scope, scope_id)
    cut, end = standing.cut, standing.span.end
    rows = [known]
    if cut.state != "over" and standing.rest.is_known:
        so_far = float(known["value"].iloc[-1]) if len(known) else 0.0
        rows.append(_ahead(crm, pace, scope, scope_id, so_far))
    table = pd.concat(rows, ignore_index=True).reindex(columns=list(COLUMNS))
    start, country = standing.span.start, crm.client.country
    table["days"] = [working_days(start, min(d + timedelta(days=1), end), country) for d in table["day_on"]]
    return table


def _known(crm: Crm, standing: Standing, pace: PacingResult, scope: str, scope_id: str) -> pd.DataFrame:
    span = standing.span
    if standing.cut.state == "not_begun":
        return pd.DataFrame({"day_on": pd.Series(dtype=object), "value": pd.Series(dtype=float)})
    span = span.clip(crm.as_of)
    row = standing.table.set_index(["scope", "scope_id"]).loc[(scope, scope_id)]
    by = "team" if scope == "team" and row["is_summed"] is not True else "rep_id"
    whole = scope == "organisation" and row["is_summed"] is not True
    found = panel(crm, [standing.kpi], span, by=() if whole else by, grain="day").kpis
    if not whole:
        kept = [scope_id] if by == "team" else list(pace.groups[scope, scope_id])
        found = found[found[by].isin(kept)]
    daily = found.groupby("period")["estimate"].sum()
    days = [span.start + timedelta(days=i) for i in range(span.days)]
    value = daily.reindex([d.isoformat() for d in days]).fillna(0.0).cumsum()
    return pd.DataFrame({"day_on": days, "value": value.to_numpy()})


def _ahead(crm: Crm, pace: PacingResult, scope: str, scope_id: str, so_far: float) -> pd.DataFrame:
    """Return the bands at the as-of day, each Sunday after it, and the end."""
    standing, country = pace.standing, crm.client.country
    first, end = standing.cut.ahead
    whole = max(working_days(first, end, country), 1)
    row = standing.table.set_index(["scope", "scope_id"]).loc[(scope, scope_id)]
    members = standing.counted(scope, scope_id, row["members"], is_summed=row["is_summed"] is True)
    rows = []
    for day in _sundays(first, end):
        rest = standing.rest.until(day, working_days(first, day + timedelta(days=1), country) / whole)
        inner, outer = (rest.bring(members, np.nan, level) for level in (0.8, 0.95))
        rows.append(
            {
                "day_on": day,
                "estimate": so_far + inner["rest"],
                **{f"{side}_80": so_far + inner[side] for side in ("low", "high")},
                **{f"{side}_95": so_far + outer[side] for side in ("low", "high")},
            }
        )
    return pd.DataFrame(rows)


def _sundays(first: date, end: date) -> list[date]:
    days = [first + timedelta(days=i) for i in range((end - first).days)]
    return [first - timedelta(days=1), *(d for d in days if d.weekday() == 6 or d == days[-1])]
