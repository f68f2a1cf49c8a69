"""Contracts: what each is worth a year, how long it runs, and what was signed in a period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from .base import Kpi, Measure
from .trace import Reduction
from .view import Tables, View

if TYPE_CHECKING:
    import ibis.expr.types as ir

_SEED = "Nine KPIs of sales performance (article 001)"
#: A mean of money over fewer contracts than this says more about single contracts than about the rep.
FEW_CONTRACTS = 5
#: Terms under this many months are short of a year; whole years end a day early in some books.
SHORT_MONTHS = 11.5
_MONTH_DAYS = 365.25 / 12


def terms(tables: Tables, *columns: str) -> ir.Table:
    """Return one row a contract with its term, and of the other columns no more than asked for.

    Always there: ``contract_id, account_id, signed_on, started_on, ended_on``. A contract without a start
    begins when it is signed; one that was cancelled ends then. `columns`: ``rep_id``, ``value`` (over the
    term), ``one_off_value``, ``months``, ``yearly_value`` (recurring, a year).
    """
    contracts = tables["contracts"]
    cancelled, ends = tables.maybe("contracts.cancelled_on"), contracts.ends_on
    started = ibis.coalesce(tables.maybe("contracts.starts_on"), contracts.signed_on)
    values = {
        "contract_id": contracts.contract_id,
        "account_id": contracts.account_id,
        "signed_on": contracts.signed_on,
        "started_on": started,
        "ended_on": ibis.coalesce(ibis.least(ends, cancelled), ends, cancelled),
    }
    if "rep_id" in columns:
        values["rep_id"] = tables.maybe("contracts.rep_id")
    if {"months", "yearly_value"} & {*columns}:
        values["months"] = months(started, ends)
    if {"value", "one_off_value", "yearly_value"} & {*columns}:
        values["value"] = contracts.value
        values["one_off_value"] = ibis.coalesce(tables.maybe("contracts.one_off_value"), 0.0)
    if "yearly_value" in columns:
        recurring = (values["value"] - values["one_off_value"]) * 12 / values["months"].nullif(0)
        stated = tables.maybe("contracts.annual_value")
        values["yearly_value"] = ibis.coalesce(stated, ibis.ifelse(values["months"] > 0, recurring, None))
    return contracts.select(**values)


def months(start: ir.DateColumn, end: ir.DateColumn) -> ir.FloatingColumn:
    """Return the months from `start` to `end`: whole ones by the calendar, the rest by days."""
    whole = (end.year() - start.year()) * 12 + end.month() - start.month()
    # As floats: some engines divide whole numbers by a literal as decimals of six places.
    return whole + (end.day() - start.day()).cast("float64") / _MONTH_DAYS


SIGNED = View(
    "signed_contracts",
    lambda tables: terms(tables, "rep_id", "value", "one_off_value", "months", "yearly_value"),
)


def _signed(name: str, reduce: Reduction) -> Measure:
    return Measure(name, SIGNED, "signed_on", reduce)


contracts_signed = Measure("contracts_signed", "contracts", "signed_on", lambda t: t.count())
valued_contracts = _signed("valued_contracts", lambda t: t.value.count())
contract_value = _signed("contract_value", lambda t: t.value.sum())
contract_value_squared = _signed("contract_value_squared", lambda t: (t.value * t.value).sum())
yearly_contracts = _signed("yearly_contracts", lambda t: t.yearly_value.count())
yearly_value = _signed("yearly_value", lambda t: t.yearly_value.sum())
yearly_value_squared = _signed("yearly_value_squared", lambda t: (t.yearly_value * t.yearly_value).sum())
one_off_fees = _signed("one_off_fees", lambda t: t.one_off_value.sum())
one_off_fees_squared = _signed("one_off_fees_squared", lambda t: (t.one_off_value * t.one_off_value).sum())
one_off_contracts = _signed("one_off_contracts", lambda t: t.count(where=t.one_off_value > 0))
short_contracts = _signed("short_contracts", lambda t: t.count(where=t.months < SHORT_MONTHS))

CONTRACT = (
    Kpi("contracts_signed", (contracts_signed,), record="contract_id"),
    Kpi(
        "annual_contract_value",
        (yearly_value, yearly_contracts),
        unit="money",
        squares=yearly_value_squared,
        minimum_base=FEW_CONTRACTS,
        source=_SEED,
        formula_text="recurring value a year of the contracts signed ÷ their number",
        record="contract_id",
    ),
    Kpi(
        "annual_contract_value.seed",
        (contract_value, valued_contracts),
        unit="money",
        squares=contract_value_squared,
        minimum_base=FEW_CONTRACTS,
        source=_SEED,
        formula_text="total value of the contracts signed ÷ their number",
        record="contract_id",
    ),
    Kpi(
        "one_off_fees",
        (one_off_fees,),
        unit="money",
        squares=one_off_fees_squared,
        events=one_off_contracts,
        minimum_base=FEW_CONTRACTS,
        formula_text="fees paid once, of the contracts signed",
        record="contract_id",
    ),
    Kpi(
        "short_contracts",
        (short_contracts,),
        better="lower",
        formula_text="contracts signed whose term is under twelve months",
        record="contract_id",
    ),
)
