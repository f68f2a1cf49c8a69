"""Amounts in several currencies brought into the client's, at the rate of the day; never one to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pandas as pd

from ..core.errors import did_you_mean
from ..core.i18n import currencies
from .days import literal

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from .derive import Work

#: Money of each table that names a currency.
AMOUNTS = {
    "opportunities": ("amount",),
    "snapshots": ("amount",),
    "contracts": ("value", "annual_value", "one_off_value"),
}


def convert(work: Work) -> None:
    """Turn every amount in another currency into the client's, at the rate in force on its day.

    The day is that of the close (open opportunities: the day up to which the data is known), of the
    signature, of the copy. Where no rate is in force the amount is set aside and counted as ``unconverted``.
    ``currency`` keeps the code of the source.
    """
    for name, columns in AMOUNTS.items():
        amounts = [c for c in columns if work.has(f"{name}.{c}")]
        if amounts and work.has(f"{name}.currency"):
            foreign = _foreign(work, name)
            if foreign:
                _convert(work, name, amounts)


def _foreign(work: Work, name: str) -> list[str]:
    """Return the codes beside the client's own, and note those that no currency has."""
    table = work.tables[name]
    code = _code(table)
    counted = table.group_by(code=code).agg(n=table.count()).to_pandas().dropna(subset=["code"])
    counted = counted[counted["code"] != work.client.currency].sort_values("code")
    strange = counted[~counted["code"].isin(currencies())]
    if len(strange):
        shown = ", ".join(f"'{r.code}' ({r.n:,})" for r in strange.head(8).itertuples())
        first = strange["code"].iloc[0]
        hint = did_you_mean(first, currencies())
        work.ledger.add(
            name,
            "unknown_currency",
            "warning",
            int(strange["n"].sum()),
            column="currency",
            example=f"{shown}.{hint if 'mean' in hint else ''} Declare them: [tables.{name}.values.currency] "
            f'"{first}" = "{work.client.currency}".',
        )
    return list(counted["code"])


def _code(table: ir.Table) -> ir.StringValue:
    code = table.currency.strip().upper()
    return ibis.ifelse(code == "", ibis.null("string"), code)


def _convert(work: Work, name: str, amounts: list[str]) -> None:
    columns = work.tables[name].columns
    rows = work.tables[name].mutate(rate_code=_code(work.tables[name]))
    is_own = rows.rate_code.isnull() | (rows.rate_code == work.client.currency)
    rows = rows.mutate(is_own=is_own, rate_on=_day(work, rows, name))
    rates = _rates(work)
    if rates is None:
        rows = rows.mutate(rate=ibis.null("float64"))
    else:
        on = (
            rows.rate_code == rates.code,
            rows.rate_on >= rates.first_on,
            rates.next_on.isnull() | (rows.rate_on < rates.next_on),
        )
        rows = rows.left_join(rates, on).drop("code", "first_on", "next_on")
    rows = rows.mutate(factor=ibis.ifelse(rows.is_own, 1.0, rows.rate))
    _unconverted(work, rows, name, amounts)
    values = {c: rows[c] * rows.factor if c in amounts else rows[c] for c in columns}
    work.put(name, rows.select(**values))


def _rates(work: Work) -> ir.Table | None:
    """Return one row per currency and stretch of days; two different rates for a day, or 0, are none."""
    if not work.has("rates"):
        return None
    rates = work.tables["rates"]
    code = rates.currency.strip().upper()
    one = rates.group_by(code=code, first_on=rates.starts_on).agg(
        rate=rates.rate.min(), most=rates.rate.max()
    )
    is_one = (one.rate == one.most) & (one.rate > 0)
    one = one.mutate(rate=ibis.ifelse(is_one, one.rate, ibis.null("float64"))).drop("most")
    return one.mutate(next_on=one.first_on.lead().over(group_by=one.code, order_by=one.first_on))


def _day(work: Work, rows: ir.Table, name: str) -> ir.DateValue:
    """Return the day whose rate holds for a row."""
    if name == "snapshots":
        return rows.seen_on
    if name == "contracts":
        return rows.signed_on
    today = literal(work.as_of)
    if "closed_on" not in rows.columns:
        return today
    is_closed = (rows.outcome != "open") & rows.closed_on.notnull()
    return ibis.ifelse(is_closed, rows.closed_on, today)


def _unconverted(work: Work, rows: ir.Table, name: str, amounts: list[str]) -> None:
    first_key = "contract_id" if name == "contracts" else "opportunity_id"
    for column in amounts:
        lost = rows.filter(rows[column].notnull(), rows.factor.isnull())
        count = int(lost.count().to_pyarrow().as_py())
        if not count:
            continue
        one = lost.order_by(first_key, "rate_on").limit(1).to_pandas().iloc[0]
        day = f"{pd.Timestamp(one['rate_on']):%Y-%m-%d}"
        example = f"{first_key} '{one[first_key]}': no rate of {one['rate_code']} is in force on {day}"
        work.ledger.add(name, "unconverted", "warning", count, column=column, example=example)
