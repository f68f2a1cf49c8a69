"""What customers bought: purchases of a period, and the value of a customer to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pandas as pd

from .base import Kpi, Measure
from .customer import CUSTOMERS, PURCHASES
from .trace import Reduction
from .view import FOREVER, day

if TYPE_CHECKING:
    import ibis.expr.types as ir

_SEED = "Nine KPIs of sales performance (article 001)"
#: Lifetime values of fewer customers than this say more about single customers than about the rep.
FEW_CUSTOMERS = 5


def _bought(name: str, reduce: Reduction) -> Measure:
    return Measure(name, PURCHASES, "purchased_on", reduce)


def _to_date(name: str, reduce: Reduction) -> Measure:
    return Measure(name, PURCHASES, "purchased_on", reduce, until="never_on")


purchases = _bought("purchases", lambda t: t.amount.count())
purchase_value = _bought("purchase_value", lambda t: t.amount.sum())
buying_customers = _bought("buying_customers", lambda t: t.account_id.nunique())
value_to_date = _to_date("value_to_date", lambda t: t.earned.sum())
customers_to_date = _to_date("customers_to_date", lambda t: t.count(where=t.is_new_customer))
repeat_customers = _to_date("repeat_customers", lambda t: t.count(where=t.is_repeat))


def _days_so_far(t: ir.Table) -> ir.IntegerScalar:
    whole = ibis.coalesce(t.ended_on, day(FOREVER)).delta(t.started_on, unit="day")
    return ibis.least(whole, t.as_of_on.delta(t.started_on, unit="day") + 1).sum()


def _customer_days(name: str, at: str) -> Measure:
    return Measure(name, CUSTOMERS, "started_on", _days_so_far, until="never_on", at=at)


customer_days = _customer_days("customer_days", "end")
customer_days_before = _customer_days("customer_days_before", "start")


def _seed(sums: pd.DataFrame) -> pd.Series:
    """Value a purchase × purchases a customer and day × days of a customer: the length of a year cancels."""
    of_period = sums["customer_days"] - sums["customer_days_before"]
    each = sums["purchase_value"] / sums["purchases"]
    often = sums["purchases"] / of_period.where(of_period > 0)
    known = sums["customers_to_date"].where(sums["customers_to_date"] > 0)
    return each * often * sums["customer_days"] / known


LIFETIME = (
    Kpi(
        "buying_customers",
        (buying_customers,),
        formula_text="customers with a purchase in the period",
        record="account_id",
    ),
    Kpi(
        "repeat_rate",
        (repeat_customers, customers_to_date),
        unit="share",
        formula_text="customers who bought on two days or more ÷ customers, to date",
        record="account_id",
    ),
    Kpi(
        "customer_lifetime_value",
        (value_to_date, customers_to_date),
        unit="money",
        minimum_base=FEW_CUSTOMERS,
        source=_SEED,
        formula_text="value of all purchases to date ÷ customers who ever bought",
        record="account_id",
    ),
    Kpi(
        "customer_lifetime_value.seed",
        (purchase_value, purchases, customer_days, customer_days_before, customers_to_date),
        unit="money",
        combine=_seed,
        minimum_base=FEW_CUSTOMERS,
        source=_SEED,
        formula_text="mean value of a purchase × purchases a year and customer × years as a customer so far",
        record="account_id",
    ),
)
