"""What was agreed last time, and what the numbers did since: a picture only, without a comparison group."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from ..core.calendar import workdays
from ..core.crm import Crm
from ..core.period import Period
from ..core.shelf import kept
from ..kpi.catalogue import KPIS
from ..kpi.panel import panel
from .peers import day_of
from .results import Action

#: Weeks measured before and after the day of agreement.
WEEKS = 13
#: Actions that fit on the page.
MOST = 5


def last_actions(crm: Crm, rep_id: str, until: date) -> tuple[Action, ...]:
    """Return the actions of the rep's last coaching session on or before `until`, by due day.

    Actions that an earlier session left open follow, so that nothing agreed is forgotten.
    """
    if not crm.has("coaching"):
        return ()
    frame = crm.frame("coaching")
    frame = frame[frame["rep_id"] == rep_id].copy()
    frame["held_on"] = pd.to_datetime(frame["held_on"])
    frame = frame[frame["held_on"] <= pd.Timestamp(until)]
    if frame.empty:
        return ()
    is_last = frame["held_on"] == frame["held_on"].max()
    is_open = frame["status"] == "open" if "status" in frame else pd.Series(False, frame.index)
    frame = frame.assign(is_earlier=~is_last)[is_last | is_open]
    order = ["is_earlier", *(["due_on"] if "due_on" in frame else [])]
    frame = frame.sort_values(order, kind="stable")
    return tuple(_action(crm, rep_id, row, until) for _, row in frame.head(MOST).iterrows())


def _action(crm: Crm, rep_id: str, row: pd.Series, until: date) -> Action:
    agreed = row["held_on"].date()
    kpi = _text(row, "kpi")
    before = after = float("nan")
    end = min(agreed + timedelta(weeks=WEEKS), until + timedelta(days=1))
    if kpi in KPIS and end > agreed and all(crm.has(reference) for reference in KPIS[kpi].needs):
        spans = Period(agreed - timedelta(weeks=WEEKS), agreed), Period(agreed, end)
        before, after = (float(_values(crm, kpi, span).get(rep_id, float("nan"))) for span in spans)
    return Action(
        action=_text(row, "action"),
        agreed_on=agreed,
        due_on=day_of(row, "due_on"),
        status=_text(row, "status"),
        note=_text(row, "note"),
        kpi=kpi,
        unit=("rate" if KPIS[kpi].is_total and KPIS[kpi].unit == "count" else KPIS[kpi].unit)
        if kpi in KPIS
        else "",
        before=before,
        after=after,
        weeks_after=max((end - agreed).days, 0) / 7,
    )


def _values(crm: Crm, kpi: str, span: Period) -> pd.Series:
    """Return a KPI over a span by rep_id, for all reps at once: several have agreed on the same day.

    Counts are by working day employed, so that spans of any length compare.
    """
    return kept(crm, "coaching.around_actions", (kpi, span), lambda: _counted(crm, kpi, span))


def _counted(crm: Crm, kpi: str, span: Period) -> pd.Series:
    rows = panel(crm, [kpi], span).kpis
    values = rows.dropna(subset=["rep_id"]).set_index("rep_id")["estimate"].astype("float64")
    if not (KPIS[kpi].is_total and KPIS[kpi].unit == "count"):
        return values
    leave = crm.frame("absences") if crm.has("absences") else None
    days = workdays(crm.frame("reps"), span, absences=leave, country=crm.client.country)["days"]
    return values.reindex(days.index).fillna(0.0) / days.where(days > 0)


def _text(row: pd.Series, column: str) -> str:
    value = row.get(column)
    return "" if value is None or pd.isna(value) else str(value)
