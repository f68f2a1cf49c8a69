"""Which rows should have a value in a column: an open opportunity has no close date, and lacks none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Columns read and the condition under which a row should have a value.
Rule = tuple[tuple[str, ...], Callable[["ir.Table"], "ir.BooleanValue"]]

#: Kinds of activity that have an outcome and a length.
TALKS = ("call", "meeting")

_TALK: Rule = (("kind",), lambda t: t["kind"].isin(TALKS))
_OPEN: Rule = (("outcome",), lambda t: t["outcome"] == "open")

#: Columns that only some rows should have.
WHERE: Mapping[str, Rule] = MappingProxyType(
    {
        "leads.opportunity_id": (("converted_on",), lambda t: t["converted_on"].notnull()),
        "leads.handed_to": (("handed_on",), lambda t: t["handed_on"].notnull()),
        "leads.qualification": (("handed_on",), lambda t: t["handed_on"].notnull()),
        "leads.decided_on": (("decision",), lambda t: t["decision"].notnull()),
        "opportunities.closed_on": (("outcome",), lambda t: t["outcome"] != "open"),
        "opportunities.amount": (("outcome",), lambda t: t["outcome"] != "lost"),
        "opportunities.lost_reason": (("outcome",), lambda t: t["outcome"] == "lost"),
        "opportunities.expected_close_on": _OPEN,
        "opportunities.next_step": _OPEN,
        "opportunities.probability": _OPEN,
        "activities.outcome": _TALK,
        "activities.duration_minutes": _TALK,
        "activities.completed_on": (
            ("due_on", "occurred_on"),
            lambda t: t["due_on"].notnull() & (t["due_on"] < t["occurred_on"]),
        ),
        "goals.scope_id": (("scope",), lambda t: t["scope"] != "organisation"),
    }
)

#: Columns in which an empty cell says something: still employed, not cancelled, in the client's currency.
MAY_BE_EMPTY = frozenset(
    {
        "reps.left_on",
        "reps.working_share",
        "reps.willing_to_coach",
        "rep_history.ends_on",
        "leads.account_id",
        "leads.converted_on",
        "leads.responded_at",
        "leads.handed_on",
        "leads.decision",
        "opportunities.accepted_on",
        "opportunities.referred_by_account_id",
        "opportunities.currency",
        "snapshots.seen_at",
        "snapshots.currency",
        "close_date_changes.changed_at",
        "activities.due_on",
        "activities.opportunity_id",
        "activities.account_id",
        "activities.contact_id",
        "activities.lead_id",
        "activities.attributed_by",
        "contracts.opportunity_id",
        "contracts.one_off_value",
        "contracts.cancelled_on",
        "contracts.invoiced_on",
        "contracts.paid_on",
        "contracts.currency",
        "goals.philosophy",
        "coaching.note",
    }
)


def expected(name: str, column: str, table: ir.Table) -> ir.BooleanValue | None:
    """Return the condition under which a row of `table` should have a value; None: it may always be empty.

    A rule that reads a column which this data does not have asks for a value in every row.
    """
    reference = f"{name}.{column}"
    if reference in MAY_BE_EMPTY:
        return None
    needs, condition = WHERE.get(reference, ((), None))
    if condition is None or not set(needs) <= set(table.columns):
        return table[column].notnull() | table[column].isnull()
    return condition(table)
