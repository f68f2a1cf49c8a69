"""The day up to which a source is known, found in the data when nobody declares it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from .ledger import Ledger
from .sql import ident
from .stage import Stage

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Dates on which something was recorded, by table.
EVENTS = {
    "leads": ("created_on",),
    "opportunities": ("created_on", "closed_on"),
    "stage_history": ("entered_on",),
    "activities": ("occurred_on", "logged_on"),
    "contracts": ("signed_on",),
}
#: Longest silence, in days, over which events still count as the same record.
GAP = 31
#: Longest time, in days, that may lie between the last event and a declared day that is yet to come.
FAR = 366


def latest_day(con: DuckDBPyConnection, stages: list[Stage], ledger: Ledger) -> date | None:
    """Return the latest plausible day of events.

    All event days are put in order. From the day below which 99.9 % of the events lie (at least one lies
    above), later days are taken as long as no more than `GAP` days without any event lie between: a slip such
    as 2062 for 2026 is left behind, the true last days are not.
    """
    return found_day(_days(con, stages), ledger)


def found_day(rows: list[tuple[date, int]], ledger: Ledger) -> date | None:
    """Return the latest plausible day of events, given in order with how many happened on each."""
    if not rows:
        if not ledger.blockers:
            ledger.block("No date tells up to which day the data is known. Declare as_of in client.toml.")
        return None
    day = _walk(rows)
    ledger.add("", "as_of_found", "info", 0, example=day.isoformat())
    return day


def check_day(con: DuckDBPyConnection, stages: list[Stage], day: date, ledger: Ledger) -> date:
    """Return the declared day; one long after the last event of the data blocks, for it is a slip."""
    return checked_day(_days(con, stages), day, ledger) if day > date.today() else day


def checked_day(rows: list[tuple[date, int]], day: date, ledger: Ledger) -> date:
    """Return a declared day that is yet to come; one long after the last event blocks."""
    last = _walk(rows) if rows else day
    if day - last > timedelta(days=FAR):
        ledger.block(
            f"as_of is {day}, but the last event in the data is of {last}. Every KPI would stand still in "
            f"between. Write as_of = {last}, or leave it out."
        )
    return day


def _days(con: DuckDBPyConnection, stages: list[Stage]) -> list[tuple[date, int]]:
    """Return the days of events, in order, and how many happened on each."""
    parts = []
    for staged in stages:
        for name in EVENTS.get(staged.table, ()):
            if name in staged.cells:
                # A close date that an open opportunity carries is a plan, not an event.
                real = " AND outcome <> 'open'" if name == "closed_on" and "outcome" in staged.cells else ""
                view = ident("stage_" + staged.table)
                parts.append(f"SELECT {ident(name)} AS day FROM {view} WHERE {ident(name)} IS NOT NULL{real}")
    return (
        con.execute(
            f"SELECT day, count(*) FROM ({' UNION ALL '.join(parts)}) GROUP BY day ORDER BY day"
        ).fetchall()
        if parts
        else []
    )


def _walk(rows: list[tuple[date, int]]) -> date:
    total = sum(count for _, count in rows)
    limit, seen, at = total - max(1, total // 1000), rows[0][1], 0
    while seen < limit:
        at += 1
        seen += rows[at][1]
    while at + 1 < len(rows) and rows[at + 1][0] - rows[at][0] <= timedelta(days=GAP):
        at += 1
    return rows[at][0]
