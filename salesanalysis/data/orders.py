"""Days in an order that cannot be: decided before handed over, a stage entered after the close."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from ..core.crm import Crm
from ..core.schema import SCHEMA


@dataclass(frozen=True)
class Order:
    """`first` must not come after `last`, a column of the same table or ``table.column`` joined by `key`."""

    term: str
    table: str
    first: str
    last: str
    key: str = ""

    @property
    def other(self) -> str:
        """The table that holds `last` where it is another one."""
        return self.last.rpartition(".")[0]

    @property
    def needs(self) -> tuple[str, ...]:
        """Columns without which the order cannot be looked at."""
        if not self.other:
            return f"{self.table}.{self.first}", f"{self.table}.{self.last}"
        return f"{self.table}.{self.first}", self.last, f"{self.table}.{self.key}", f"{self.other}.{self.key}"


#: Every pair looked at. What loading sets aside (closed before created, say) is in its own findings.
ORDERS = (
    Order("handed_before_created", "leads", "created_on", "handed_on"),
    Order("decided_before_created", "leads", "created_on", "decided_on"),
    Order("decided_before_handed", "leads", "handed_on", "decided_on"),
    Order("responded_before_created", "leads", "created_at", "responded_at"),
    Order("accepted_before_created", "opportunities", "created_on", "accepted_on"),
    Order("accepted_after_close", "opportunities", "accepted_on", "closed_on"),
    Order("starts_before_signed", "contracts", "signed_on", "starts_on"),
    Order("cancelled_before_signed", "contracts", "signed_on", "cancelled_on"),
    Order("leave_ends_first", "absences", "starts_on", "ends_on"),
    Order("history_ends_first", "rep_history", "starts_on", "ends_on"),
    Order("due_before_session", "coaching", "held_on", "due_on"),
    Order("lead_after_opportunity", "leads", "created_on", "opportunities.created_on", "opportunity_id"),
    Order("stage_after_close", "stage_history", "entered_on", "opportunities.closed_on", "opportunity_id"),
    Order("snapshot_after_close", "snapshots", "seen_on", "opportunities.closed_on", "opportunity_id"),
    Order(
        "change_after_close", "close_date_changes", "changed_on", "opportunities.closed_on", "opportunity_id"
    ),
    Order("activity_after_leaving", "activities", "occurred_on", "reps.left_on", "rep_id"),
)
#: Pairs in which the joined day comes first.
AFTERWARDS = (
    Order(
        "stage_before_creation", "stage_history", "entered_on", "opportunities.created_on", "opportunity_id"
    ),
    Order("signed_before_creation", "contracts", "signed_on", "opportunities.created_on", "opportunity_id"),
    Order("activity_before_hiring", "activities", "occurred_on", "reps.hired_on", "rep_id"),
)


def orders(crm: Crm) -> pd.DataFrame:
    """Return the pairs that this data can show: ``term, table, column, estimate, n, base, example``.

    `base` counts the rows that have both days, `n` those in which they stand in the wrong order.
    """
    found = []
    groups: dict[tuple[str, str, str], list[tuple[Order, bool]]] = {}
    for order, forward in [*((o, True) for o in ORDERS), *((o, False) for o in AFTERWARDS)]:
        if all(crm.has(need) for need in order.needs):
            groups.setdefault((order.table, order.other, order.key), []).append((order, forward))
    for (name, other, key), members in groups.items():
        rows = _joined(crm, name, other, key, [o for o, _ in members])
        found += _counted(rows, name, members)
    columns = ["term", "table", "column", "estimate", "n", "base", "example"]
    return pd.DataFrame(found, columns=columns)


def _joined(crm: Crm, name: str, other: str, key: str, members: list[Order]) -> ir.Table:
    """Return the rows with both days of each pair, the joined one under its dotted name."""
    table = crm.table(name)
    if not other:
        return table
    wanted = {o.last: o.last.rpartition(".")[2] for o in members}
    theirs = crm.table(other)
    theirs = theirs.select(**{"joined_key": theirs[key], **{d: theirs[c] for d, c in wanted.items()}})
    firsts = {o.first for o in members}
    mine = table.select(*dict.fromkeys([*(k for k in SCHEMA[name].key if k in table.columns), key, *firsts]))
    return mine.join(theirs, mine[key] == theirs["joined_key"])


def _wrong(rows: ir.Table, order: Order, forward: bool) -> ir.BooleanValue:
    first, last = rows[order.first], rows[order.last]
    if order.term == "activity_after_leaving":  # the day of leaving is the first one no longer employed
        return first >= last
    return last < first if forward else first < last


def _counted(rows: ir.Table, name: str, members: list[tuple[Order, bool]]) -> list[dict[str, object]]:
    identity = ibis.literal("")
    for position, column in enumerate(k for k in SCHEMA[name].key if k in rows.columns):
        text = rows[column].cast("string")
        identity = text if position == 0 else identity + ibis.literal(" ") + text
    asked = {}
    for order, forward in members:
        wrong = _wrong(rows, order, forward)
        asked[f"{order.term}|n"] = rows.count(where=wrong)
        asked[f"{order.term}|base"] = rows.count(where=wrong.notnull())
        asked[f"{order.term}|least"] = identity.min(where=wrong)
    counts = rows.aggregate(**asked).to_pandas().iloc[0]
    found = []
    for order, _ in members:
        n, base = int(counts[f"{order.term}|n"]), int(counts[f"{order.term}|base"])
        found.append(
            {
                "term": order.term,
                "table": name,
                "column": order.first,
                "estimate": n / base if base else float("nan"),
                "n": n,
                "base": base,
                "example": str(counts[f"{order.term}|least"]) if n else "",
            }
        )
    return found
