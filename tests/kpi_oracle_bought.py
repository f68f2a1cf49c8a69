"""Oracle of what customers bought to date, and of whom they referred."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date

from kpi_oracle_base import DAY, Company, Fact, Oracle, Quantity, Row, inside
from kpi_oracle_contracts import Purchase, purchases, rep_of, spells
from kpi_oracle_customers import at_start

# What they bought ------------------------------------------------------------------------------------


def bought(of: Callable[[Purchase], float | None]) -> Quantity:
    """Add something over the purchases of the period, where it is known."""
    return lambda c, first, last: [
        Fact(rep_of(c, p.account), p.day, of(p))
        for p in purchases(c)
        if inside(p.day, first, last) and of(p) is not None
    ]


def buying(c: Company, first: date, last: date) -> list[Fact]:
    rows = [p for p in purchases(c) if inside(p.day, first, last)]
    return [Fact(rep_of(c, p.account), p.day, key=p.account) for p in rows]


def value_to_date(c: Company, first: date, last: date) -> list[Fact]:
    margin = 1 if c.client.margin is None else c.client.margin
    rows = [p for p in purchases(c) if p.day <= last]
    return [Fact(rep_of(c, p.account), last, (p.amount or 0) * margin) for p in rows]


def _buyers(c: Company, last: date, least: int) -> list[Fact]:
    """Count the accounts that bought on so many different days, up to one."""
    bought_on: dict[str, set[date]] = {}
    for p in purchases(c):
        if p.day <= last:
            bought_on.setdefault(p.account, set()).add(p.day)
    return [Fact(rep_of(c, a), last) for a, on in bought_on.items() if len(on) >= least]


def to_date(c: Company, first: date, last: date) -> list[Fact]:
    return _buyers(c, last, 1)


def repeated(c: Company, first: date, last: date) -> list[Fact]:
    return _buyers(c, last, 2)


def customer_days(c: Company, first: date, last: date) -> list[Fact]:
    """Add the days as a customer so far."""
    begun = [s for s in spells(c) if s.start <= last]
    return [Fact(rep_of(c, s.account), last, (min(s.end, last + DAY) - s.start).days) for s in begun]


def customer_days_before(c: Company, first: date, last: date) -> list[Fact]:
    return customer_days(c, first, first - DAY)


def _formula(value: float, count: float, so_far: float, before: float, buyers: float) -> float:
    """Value of a purchase × purchases a year and customer × years as a customer."""
    if so_far <= before or buyers <= 0:
        return math.nan
    customer_years = (so_far - before) / 365.25
    return (value / count) * (count / customer_years) * (so_far / 365.25 / buyers)


# Referrals -------------------------------------------------------------------------------------------


def _referred(c: Company, *, by_customers: bool) -> dict[str, list[Row]]:
    """Return the opportunities that another account referred, in order, by prospect."""
    found: dict[str, list[Row]] = {}
    for o in sorted(c["opportunities"], key=lambda o: (o.created_on or date.max, o.opportunity_id)):
        who, prospect = o.referred_by_account_id, o.account_id or o.opportunity_id
        if who and o.created_on and who != prospect:
            its = [s for s in spells(c) if s.account == who]
            if not by_customers or any(s.start <= o.created_on < s.end for s in its):
                found.setdefault(prospect, []).append(o)
    return found


def referred(c: Company, first: date, last: date) -> list[Fact]:
    rows = [its[0] for its in _referred(c, by_customers=True).values()]
    rows = [o for o in rows if inside(o.created_on, first, last)]
    return [Fact(rep_of(c, o.referred_by_account_id), o.created_on) for o in rows]


def referred_by_anyone(c: Company, first: date, last: date) -> list[Fact]:
    rows = [its[0] for its in _referred(c, by_customers=False).values()]
    return [Fact(o.rep_id, o.created_on) for o in rows if inside(o.created_on, first, last)]


def referred_value(c: Company, first: date, last: date) -> list[Fact]:
    found = []
    for its in _referred(c, by_customers=True).values():
        won = [o for o in its if o.outcome == "won"]
        if won and inside(its[0].created_on, first, last):
            rep = rep_of(c, its[0].referred_by_account_id)
            found.append(Fact(rep, its[0].created_on, math.fsum(o.amount or 0 for o in won)))
    return found


def referred_won(c: Company, first: date, last: date) -> list[Fact]:
    return [f._replace(value=1.0) for f in referred_value(c, first, last)]


BOUGHT = {
    "buying_customers": Oracle(buying),
    "repeat_rate": Oracle(repeated, to_date),
    "customer_lifetime_value": Oracle(value_to_date, to_date),
    "customer_lifetime_value.seed": Oracle(
        bought(lambda p: p.amount),
        bought(lambda p: None if p.amount is None else 1),
        (customer_days, customer_days_before, to_date),
        _formula,
    ),
    "referrals": Oracle(referred),
    "referrals.seed": Oracle(referred_by_anyone),
    "referral_rate": Oracle(referred, at_start, (), lambda new, start: 100 * new / start),
    "referral_conversion": Oracle(referred_won, referred),
    "referral_value": Oracle(referred_value),
}
