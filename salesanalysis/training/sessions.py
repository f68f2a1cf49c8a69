"""Who was coached on what, when: from the coaching table, or as given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import pandas as pd

from ..core.crm import Crm
from ..core.errors import InvalidInput, unknown
from ..kpi import KPIS

#: One row per rep and KPI: the first session on it.
COLUMNS = ("rep_id", "kpi", "held_on", "coach", "reason")
#: KPI of sessions that name none.
ANY = ""


def sessions(crm: Crm) -> pd.DataFrame:
    """Return the coaching sessions held up to the as-of day: ``rep_id, kpi, held_on, coach``."""
    if not crm.has("coaching"):
        return pd.DataFrame(columns=["rep_id", "kpi", "held_on", "coach"])
    frame = crm.frame("coaching")
    for name in ("kpi", "coach"):
        frame[name] = frame[name].fillna("").astype(str) if name in frame else ""
    frame["rep_id"] = frame["rep_id"].astype(str)
    frame["held_on"] = pd.to_datetime(frame["held_on"]).dt.date
    frame = frame[frame["held_on"].notna() & (frame["held_on"] <= crm.as_of)]
    return frame[["rep_id", "kpi", "held_on", "coach"]].drop_duplicates().reset_index(drop=True)


def first_on(frame: pd.DataFrame, *, coach: str | None = None, since: date | None = None) -> pd.DataFrame:
    """Return the first session of each rep on each KPI, and why it is left out.

    Parameters
    ----------
    frame : DataFrame
        As `sessions` returns it.
    coach : str, optional
        Only first sessions with this coach count.
    since : date, optional
        Only first sessions from this day on count.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; ``reason``: ``coached_before``, ``other_coach`` or nothing.

    Examples
    --------
    >>> day = [date(2026, 1, 5), date(2026, 3, 2)]
    >>> held = pd.DataFrame({"rep_id": "a", "kpi": "calls", "held_on": day, "coach": "x"})
    >>> first_on(held, since=date(2026, 2, 1))["reason"].tolist()
    ['coached_before']
    """
    first = frame.sort_values("held_on", kind="stable").drop_duplicates(["rep_id", "kpi"])
    reason = pd.Series("", first.index, dtype=object)
    if coach is not None:
        names = sorted(set(frame["coach"]) - {""})
        if coach not in names:
            raise unknown("coach", coach, names)
        reason[(first["coach"] != coach).to_numpy()] = "other_coach"
    if since is not None:
        reason[(first["held_on"] < since).to_numpy()] = "coached_before"
    return first.assign(reason=reason)[list(COLUMNS)].reset_index(drop=True)


def first_of_any(first: pd.DataFrame) -> pd.DataFrame:
    """Return the first session of each rep on anything."""
    return first.sort_values("held_on", kind="stable").drop_duplicates("rep_id").assign(kpi=ANY)


def as_given(crm: Crm, starts: Mapping[str, date]) -> pd.DataFrame:
    """Return days given by rep as if they were first sessions.

    Raises
    ------
    InvalidInput
        An unknown rep, one named twice, or something that is no day.
    """
    if not isinstance(starts, Mapping):
        raise InvalidInput(f"'starts' maps reps to days, and is {type(starts).__name__}.")
    rows, seen = [], set()
    for who, day in starts.items():
        rep = str(crm.rep(who)["rep_id"]) if who else ""
        if not rep or rep in seen:
            raise InvalidInput(f"'starts' names {who!r} twice or not at all; give each rep one day.")
        seen.add(rep)
        rows.append((rep, ANY, day_of(day, "starts"), "", ""))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def day_of(value: object, name: str) -> date:
    """Read a day: a date, or text such as ``2026-03-02``.

    Examples
    --------
    >>> day_of("2026-03-02", "since")
    datetime.date(2026, 3, 2)
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise InvalidInput(f"'{name}' is {value!r}; give a day such as 2026-03-02.") from None


def worked_on(frame: pd.DataFrame) -> list[str]:
    """Return the KPIs that sessions name, in the order of the sales process."""
    named = set(frame["kpi"])
    return [name for name in KPIS if name in named]
