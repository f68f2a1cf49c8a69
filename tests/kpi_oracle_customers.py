"""Oracle of customers: kept, gained, lost, and the yearly value of the book."""

from __future__ import annotations

import math
from datetime import date
from functools import cache

from kpi_oracle_base import DAY, Company, Fact, Oracle, inside
from kpi_oracle_contracts import rep_of, spells, terms

# Customers -----------------------------------------------------------------------------------------


def customers(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(rep_of(c, s.account), last) for s in spells(c) if s.start <= last < s.end]


def at_start(c: Company, first: date, last: date) -> list[Fact]:
    return customers(c, first, first - DAY)


def kept(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(rep_of(c, s.account), last) for s in spells(c) if s.start < first and last < s.end]


def churned(c: Company, first: date, last: date) -> list[Fact]:
    there = [s for s in spells(c) if s.start <= first - DAY < s.end]
    return [Fact(rep_of(c, s.account), last) for s in there if s.end <= last]


def gained(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(rep_of(c, s.account), s.start) for s in spells(c) if inside(s.start, first, last)]


def lost(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(rep_of(c, s.account), s.end) for s in spells(c) if inside(s.end, first, last)]


def new_present(c: Company, first: date, last: date) -> list[Fact]:
    new = [s for s in spells(c) if inside(s.start, first, last)]
    return [Fact(rep_of(c, s.account), last) for s in new if last < s.end]


# The yearly value of the book ------------------------------------------------------------------------


@cache
def book(c: Company, day: date) -> dict[str, float]:
    """Return the yearly value of all that runs on a day, by account."""
    running: dict[str, list[float]] = {}
    for t in terms(c):
        if t.start <= day < t.end:
            running.setdefault(t.account, []).append(t.yearly)
    return {account: math.fsum(values) for account, values in running.items()}


def active_book(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(rep_of(c, a), last, value) for a, value in book(c, last).items()]


def book_customers(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(rep_of(c, a), last) for a in book(c, last)]


def book_at_start(c: Company, first: date, last: date) -> list[Fact]:
    return [Fact(rep_of(c, a), first - DAY, value) for a, value in book(c, first - DAY).items()]


def book_of_start(c: Company, first: date, last: date) -> list[Fact]:
    both = book(c, first - DAY).keys() & book(c, last).keys()
    return [Fact(rep_of(c, a), last, book(c, last)[a]) for a in both]


def book_held(c: Company, first: date, last: date) -> list[Fact]:
    before, now = book(c, first - DAY), book(c, last)
    return [Fact(rep_of(c, a), last, min(before[a], now[a])) for a in before.keys() & now.keys()]


CUSTOMERS = {
    "customers": Oracle(customers),
    "customers_gained": Oracle(gained),
    "customers_lost": Oracle(lost),
    "customer_retention": Oracle(kept, at_start),
    "customer_retention.seed": Oracle(
        customers, at_start, (gained, lost), lambda end, start, new, gone: (end - (new - gone)) / start
    ),
    "customer_retention.seed_gross": Oracle(
        customers, at_start, (gained,), lambda end, start, new: (end - new) / start
    ),
    "customer_retention.seed_present": Oracle(
        customers, at_start, (new_present,), lambda end, start, new: (end - new) / start
    ),
    "customer_churn": Oracle(churned, at_start),
    "active_book": Oracle(active_book),
    "book_per_customer": Oracle(active_book, book_customers),
    "net_revenue_retention": Oracle(book_of_start, book_at_start),
    "gross_revenue_retention": Oracle(book_held, book_at_start),
    "upsell_rate": Oracle(book_of_start, book_at_start, (), lambda now, then: (now - then) / then),
}
