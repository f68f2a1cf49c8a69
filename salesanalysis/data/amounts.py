"""Amounts that look filled in rather than agreed, and amounts in currencies without a rate."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from ..core.crm import Crm

#: Term, rows concerned, rows looked at, example.
Found = tuple[str, str, int, int, str]


def amounts(crm: Crm) -> list[Found]:
    """Return what this data can show about amounts: ``(term, table, n, base, example)``.

    - ``amount_of_one_digit``: a single digit and zeros, such as 50 000 000;
    - ``same_amount``: the one amount that stands most often, from two rows on;
    - ``currency_without_rate``: in a currency for which the rates hold nothing.
    """
    return [*_round(crm), *_same(crm), *_currencies(crm)]


def _round(crm: Crm) -> list[Found]:
    if not crm.has("opportunities.amount"):
        return []
    table = crm.table("opportunities")
    rows = table.filter(table["amount"] > 0)
    lead = rows["amount"] / ibis.literal(10.0) ** rows["amount"].log10().floor()
    one_digit = (lead - lead.round()).abs() < 1e-9
    row = rows.aggregate(n=rows.count(where=one_digit), base=rows.count()).to_pandas().iloc[0]
    base = int(row["base"])
    return [("amount_of_one_digit", "opportunities", int(row["n"]) if base else 0, base, "")]


def _same(crm: Crm) -> list[Found]:
    if not crm.has("opportunities.amount"):
        return []
    table = crm.table("opportunities")
    rows = table.filter(table["amount"] > 0)
    counts = rows.group_by(amount=rows["amount"]).agg(n=lambda t: t.count())
    top = counts.order_by(ibis.desc("n"), "amount").limit(1).to_pandas()
    base = int(counts["n"].sum().to_pandas() or 0) if len(top) else 0
    most = int(top["n"].iloc[0]) if len(top) else 0
    if most < 2:
        return [("same_amount", "opportunities", 0, base, "")]
    return [("same_amount", "opportunities", most, base, f"{top['amount'].iloc[0]:.0f}")]


def _currencies(crm: Crm) -> list[Found]:
    found = []
    for name in ("opportunities", "contracts"):
        if not crm.has(f"{name}.currency"):
            continue
        table = crm.table(name)
        foreign = table.filter(table["currency"].notnull() & (table["currency"] != crm.client.currency))
        without = foreign
        if crm.has("rates.currency"):
            without = foreign.anti_join(crm.table("rates").select("currency"), "currency")
        row = _counted(foreign, without)
        found.append(("currency_without_rate", name, *row))
    return found


def _counted(foreign: ir.Table, without: ir.Table) -> tuple[int, int, str]:
    base = int(foreign.count().execute())
    row = without.aggregate(n=without.count(), example=without["currency"].min()).to_pandas().iloc[0]
    n = int(row["n"])
    return n, base, str(row["example"]) if n else ""
