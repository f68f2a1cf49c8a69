"""Customers kept, lost and gained, and the yearly value of the book: how it holds and grows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from .base import Combine, Kpi, Measure
from .customer import BOOK, BOOK_CHANGES, CUSTOMERS

if TYPE_CHECKING:
    import ibis.expr.types as ir

_SEED = "Nine KPIs of sales performance (article 001)"
_ROLES = "Metrics of SDR, AE and AM (article 004)"


def _customers(name: str, at: str) -> Measure:
    return Measure(name, CUSTOMERS, "started_on", lambda t: t.count(), until="ended_on", at=at)


customers = _customers("customers", "end")
customers_at_start = _customers("customers_at_start", "start")
customers_kept = _customers("customers_kept", "both")
customers_churned = Measure(
    "customers_churned",
    CUSTOMERS,
    "started_on",
    lambda t: t.count(where=(t.started_on < t.first_on) & (t.ended_on <= t.as_of_on)),
    until="ended_on",
    at="during",
)
customers_gained = Measure("customers_gained", CUSTOMERS, "started_on", lambda t: t.count())
customers_lost = Measure("customers_lost", CUSTOMERS, "ended_on", lambda t: t.count())
customers_new_present = Measure(
    "customers_new_present",
    CUSTOMERS,
    "started_on",
    lambda t: t.count(where=t.started_on >= t.first_on),
    until="ended_on",
)

active_book = Measure("active_book", BOOK, "started_on", lambda t: t.value.sum(), until="ended_on")
book_customers = Measure("book_customers", BOOK, "started_on", lambda t: t.count(), until="ended_on")
book_at_start = Measure(
    "book_at_start", BOOK, "started_on", lambda t: t.value.sum(), until="ended_on", at="start"
)


def _of_start(name: str, reduce: Callable[[ir.Table, ir.BooleanColumn], ir.Scalar]) -> Measure:
    """Reduce the book at the end over those who were customers on the day before the period."""

    def of_start(t: ir.Table) -> ir.Scalar:
        still = t.first_ended_on.isnull() | (t.first_ended_on >= t.first_on)
        return reduce(t, (t.first_started_on < t.first_on) & still)

    return Measure(name, BOOK_CHANGES, "started_on", of_start, until="ended_on")


book_of_start = _of_start("book_of_start", lambda t, was: t.value.sum(where=was))
book_held = _of_start("book_held", lambda t, was: ibis.least(t.value, t.first_value).sum(where=was))


def _net_of(*signed: tuple[int, str]) -> Combine:
    """Return the article's formula: customers at the end without the net new ones, of those at the start."""

    def value(sums: pd.DataFrame) -> pd.Series:
        new = sum(sign * sums[name] for sign, name in signed)
        return (sums["customers"] - new) / sums["customers_at_start"]

    return value


def _share(name: str, measures: tuple[Measure, ...], text: str, combine: Combine | None = None) -> Kpi:
    better = "lower" if name == "customer_churn" else "higher"
    source = _ROLES if name == "upsell_rate" else _SEED
    return Kpi(
        name,
        measures,
        unit="share",
        better=better,
        combine=combine,
        source=source,
        formula_text=text,
        record="account_id",
    )


CUSTOMER = (
    Kpi("customers", (customers,), source=_SEED, record="account_id"),
    Kpi("customers_gained", (customers_gained,), source=_SEED, record="account_id"),
    Kpi("customers_lost", (customers_lost,), better="lower", source=_SEED, record="account_id"),
    _share(
        "customer_retention",
        (customers_kept, customers_at_start),
        "customers at the start who stayed to the end ÷ customers at the start",
    ),
    # The article does not say what "net new" is. Read as gained − lost the formula gives 100 % always.
    _share(
        "customer_retention.seed",
        (customers, customers_at_start, customers_gained, customers_lost),
        "(customers at the end − (gained − lost)) ÷ customers at the start",
        _net_of((1, "customers_gained"), (-1, "customers_lost")),
    ),
    _share(
        "customer_retention.seed_gross",
        (customers, customers_at_start, customers_gained),
        "(customers at the end − gained) ÷ customers at the start",
        _net_of((1, "customers_gained")),
    ),
    _share(
        "customer_retention.seed_present",
        (customers, customers_at_start, customers_new_present),
        "(customers at the end − those gained who are still there) ÷ customers at the start",
        _net_of((1, "customers_new_present")),
    ),
    _share(
        "customer_churn",
        (customers_churned, customers_at_start),
        "customers at the start who did not stay to the end ÷ customers at the start",
    ),
)

BOOK_OF_CUSTOMERS = (
    Kpi("active_book", (active_book,), unit="money", events=book_customers, record="account_id"),
    Kpi(
        "book_per_customer",
        (active_book, book_customers),
        unit="money",
        formula_text="yearly value of all that runs ÷ customers",
        record="account_id",
    ),
    # Sums of money are no counts: `combine` keeps them from an interval for counts.
    _share(
        "net_revenue_retention",
        (book_of_start, book_at_start),
        "yearly value at the end of those who were customers at the start ÷ their value then",
        lambda sums: sums["book_of_start"] / sums["book_at_start"],
    ),
    _share(
        "gross_revenue_retention",
        (book_held, book_at_start),
        "the same, with no customer counted for more than at the start",
        lambda sums: sums["book_held"] / sums["book_at_start"],
    ),
    _share(
        "upsell_rate",
        (book_of_start, book_at_start),
        "(value at the end of the customers of the start − their value then) ÷ their value then",
        lambda sums: sums["book_of_start"] / sums["book_at_start"] - 1,
    ),
)
