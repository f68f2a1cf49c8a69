"""Entries of the activity log by day: every kind together, and those written long after they happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Kpi, Measure

if TYPE_CHECKING:
    import ibis.expr.types as ir


def _lag(table: ir.Table) -> ir.IntegerValue:
    return table.logged_on.delta(table.occurred_on, unit="day")


#: Everything that a rep logged, of whatever kind; not in the registry, for more of it is no goal.
ENTRIES = Kpi(
    "entries",
    (Measure("entries", "activities", "occurred_on", lambda t: t.count()),),
    role="activity",
    record="activity_id",
)


def written_late(days: int) -> Kpi:
    """Return the count of entries written more than `days` days after they happened, by the day of writing.

    Examples
    --------
    >>> written_late(3).formula
    'entries_late'
    """
    return Kpi(
        "entries_late",
        (Measure("entries_late", "activities", "logged_on", lambda t: t.count(where=_lag(t) > days)),),
        better="lower",
        role="activity",
        record="activity_id",
    )
