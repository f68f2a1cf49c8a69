"""Oracle of contracts: what was signed, and who is a customer from when to when, and whose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from kpi_oracle_base import Company, Fact, Oracle, Quantity, Row, inside


def _months(k: Row) -> float | None:
    """Return the months of a contract's term: whole ones by the calendar, the rest by days."""
    start, end = k.starts_on or k.signed_on, k.ends_on
    if end is None:
        return None
    return (end.year - start.year) * 12 + end.month - start.month + (end.day - start.day) / (365.25 / 12)


def _yearly(k: Row) -> float | None:
    """Return the recurring value a year: as stated, else the value without fees over the term."""
    if k.annual_value is not None:
        return k.annual_value
    if k.value is None or _months(k) is None or _months(k) <= 0:
        return None
    return (k.value - (k.one_off_value or 0)) * 12 / _months(k)


def signed(of: Callable[[Row], float | None]) -> Quantity:
    """Add something over the contracts signed in the period, where it is known."""
    return lambda c, first, last: [
        Fact(k.rep_id, k.signed_on, of(k))
        for k in c["contracts"]
        if inside(k.signed_on, first, last) and of(k) is not None
    ]


def known(of: Callable[[Row], float | None]) -> Callable[[Row], int | None]:
    return lambda k: None if of(k) is None else 1


def _short(k: Row) -> int | None:
    return 1 if _months(k) is not None and _months(k) < 11.5 else None


# Who is a customer, and with whom ----------------------------------------------------------------


@dataclass(frozen=True)
class Term:
    """A time in which something runs for an account, up to the day before its end, and its yearly value."""

    account: str
    start: date
    end: date
    yearly: float


@dataclass(frozen=True)
class Purchase:
    """A contract signed or an opportunity won."""

    key: str
    account: str
    day: date
    amount: float | None
    rep: str | None


def _by_contracts(c: Company) -> bool:
    return (c.client.customers or ("contracts" if c["contracts"] else "purchases")) == "contracts"


@cache
def purchases(c: Company) -> list[Purchase]:
    if _by_contracts(c):
        rows = [k for k in c["contracts"] if k.account_id]
        return [Purchase(k.contract_id, k.account_id, k.signed_on, k.value, k.rep_id) for k in rows]
    won = [o for o in c["opportunities"] if o.outcome == "won" and o.closed_on and o.account_id]
    return [Purchase(o.opportunity_id, o.account_id, o.closed_on, o.amount, o.rep_id) for o in won]


@cache
def terms(c: Company) -> list[Term]:
    found = []
    if _by_contracts(c):
        for k in c["contracts"]:
            end = min([d for d in (k.ends_on, k.cancelled_on) if d], default=date.max)
            if k.account_id:
                found.append(Term(k.account_id, k.starts_on or k.signed_on, end, _yearly(k) or 0))
    else:
        active = c.client.active_days
        for p in purchases(c):
            yearly = (p.amount or 0) * 365.25 / active
            found.append(Term(p.account, p.day, p.day + timedelta(days=active), yearly))
    return [t for t in found if t.start < t.end]


@cache
def spells(c: Company) -> list[Term]:
    """Return the unbroken times as a customer: terms that touch or overlap are one."""
    found: list[Term] = []
    for t in sorted(terms(c), key=lambda t: (t.account, t.start)):
        if found and found[-1].account == t.account and t.start <= found[-1].end:
            found[-1] = Term(t.account, found[-1].start, max(found[-1].end, t.end), 0)
        else:
            found.append(t)
    return found


@cache
def rep_of(c: Company, account: str) -> str | None:
    """Return who looks after an account: its owner, else the rep of its latest purchase that names one."""
    owners = [a.rep_id for a in c["accounts"] if a.account_id == account and a.rep_id]
    if owners:
        return owners[0]
    bought = sorted((p.day, p.key, p.rep) for p in purchases(c) if p.account == account and p.rep)
    return bought[-1][2] if bought else None


CONTRACTS = {
    "contracts_signed": Oracle(signed(lambda k: 1)),
    "annual_contract_value": Oracle(signed(_yearly), signed(known(_yearly))),
    "annual_contract_value.seed": Oracle(signed(lambda k: k.value), signed(known(lambda k: k.value))),
    "one_off_fees": Oracle(signed(lambda k: k.one_off_value)),
    "short_contracts": Oracle(signed(_short)),
}
