"""Who is a customer, since when and for how much: views on which retention, value and growth rest.

By the rule ``contracts`` an account is a customer while one of its contracts runs: from its first day (the
day it was signed where none is stated) to the earlier of its end and its cancellation. By the rule
``purchases`` a won opportunity keeps its account a customer for the client's ``active_days``. Terms that
touch or overlap make one unbroken time; who leaves and comes back is lost, and gained again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from .contract import terms
from .view import FOREVER, Tables, View, day

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Days of a year, on average.
YEAR_DAYS = 365.25


def _running(tables: Tables, *, valued: bool = False) -> ir.Table:
    """Return what makes accounts customers: ``account_id, started_on, ended_on``, and ``value`` a year."""
    if tables.customers == "contracts":
        found = terms(tables, *(["yearly_value"] if valued else []))
        ends = ibis.coalesce(found.ended_on, day(FOREVER))
        found = found.mutate(ended_on=ends)
        value = ibis.coalesce(found.yearly_value, 0.0) if valued else None
    else:
        found = bought(tables, valued=valued)
        active = tables.client.active_days
        until = (found.purchased_on + ibis.interval(days=active)).cast("date")
        found = found.mutate(started_on=found.purchased_on, ended_on=until)
        value = ibis.coalesce(found.amount, 0.0) * (YEAR_DAYS / active) if valued else None
    found = found.select("account_id", "started_on", "ended_on", **({"value": value} if valued else {}))
    return found.filter(found.account_id.notnull(), found.started_on < found.ended_on)


def bought(tables: Tables, *, valued: bool = True) -> ir.Table:
    """Return one row a purchase: ``purchase_id, account_id, purchased_on``, and ``amount`` if `valued`.

    A purchase is a signed contract or, by the rule ``purchases``, a won opportunity.
    """
    if tables.customers == "contracts":
        source, key, on, amount = tables["contracts"], "contract_id", "signed_on", "value"
    else:
        source, key, on, amount = tables["opportunities"], "opportunity_id", "closed_on", "amount"
        source = source.select("opportunity_id", "account_id", "closed_on", "outcome", *[amount] * valued)
        source = source.filter(source.outcome == "won", source.closed_on.notnull())
    found = source.select(
        "account_id", purchase_id=key, purchased_on=on, **({"amount": amount} if valued else {})
    )
    return found.filter(found.account_id.notnull())


def _latest_rep(tables: Tables) -> ir.Table | None:
    """Return the rep of each account's latest purchase (``account_id, latest_rep``), where reps are known."""
    if tables.customers == "contracts":
        if not tables.has("contracts.rep_id"):
            return None
        source, key, on = tables["contracts"], "contract_id", "signed_on"
    else:
        source, key, on = tables["opportunities"], "opportunity_id", "closed_on"
        source = source.select("opportunity_id", "account_id", "closed_on", "outcome", "rep_id")
        source = source.filter(source.outcome == "won")
    source = source.select("account_id", "rep_id", key=key, day_on=on)
    source = source.filter(source.account_id.notnull(), source.rep_id.notnull(), source.day_on.notnull())
    latest = [source.day_on.desc(), source.key.desc()]
    ranked = source.mutate(rank=ibis.row_number().over(group_by=source.account_id, order_by=latest))
    return ranked.filter(ranked["rank"] == 0).select("account_id", latest_rep="rep_id")


def with_rep(rows: ir.Table, tables: Tables) -> ir.Table:
    """Add ``rep_id``, who looks after the account: its owner, else the rep of its latest purchase."""
    names, candidates = tuple(rows.columns), []
    if tables.has("accounts.rep_id"):
        accounts = tables["accounts"]
        owners = accounts.group_by(owned_account=accounts.account_id).agg(owner=accounts.rep_id.min())
        rows = rows.left_join(owners, rows.account_id == owners.owned_account).drop("owned_account")
        candidates.append("owner")
    latest = _latest_rep(tables)
    if latest is not None:
        latest = latest.rename(served_account="account_id")
        rows = rows.left_join(latest, rows.account_id == latest.served_account).drop("served_account")
        candidates.append("latest_rep")
    found = ibis.coalesce(*(rows[c] for c in candidates)) if candidates else ibis.null("string")
    return rows.select(*names, rep_id=found)


def _spells(tables: Tables) -> ir.Table:
    """Merge terms that touch or overlap; an unbroken time that has no end has none (`ended_on` missing)."""
    rows = _running(tables)
    in_order = {"group_by": rows.account_id, "order_by": [rows.started_on, rows.ended_on]}
    before = rows.ended_on.max().over(ibis.window(**in_order, preceding=(None, 1)))
    rows = rows.mutate(reached_on=before)
    begins = rows.reached_on.isnull() | (rows.started_on > rows.reached_on)
    rows = rows.mutate(is_break=ibis.ifelse(begins, 1, 0))
    in_order = {"group_by": rows.account_id, "order_by": [rows.started_on, rows.ended_on]}
    rows = rows.mutate(spell=rows.is_break.sum().over(ibis.window(**in_order, preceding=None, following=0)))
    spells = rows.group_by("account_id", "spell").agg(
        started_on=rows.started_on.min(), ended_on=rows.ended_on.max()
    )
    return spells.select(
        "account_id", "started_on", ended_on=spells.ended_on.nullif(day(FOREVER)), never_on=ibis.null("date")
    )


def _stretches(tables: Tables) -> ir.Table:
    """Return one row per account and time in which its running value is the same; begins and ends summed."""
    parts = _running(tables, valued=True)
    # Added and taken away again, numbers leave a rest in the last digit: what is worth nothing is counted.
    parts = parts.mutate(valued=ibis.ifelse(parts.value == 0, 0, 1))
    begun = parts.select("account_id", "value", "valued", day_on="started_on", terms=ibis.literal(1))
    ended = parts.filter(parts.ended_on < day(FOREVER)).select(
        "account_id", day_on="ended_on", value=-parts.value, valued=-parts.valued, terms=ibis.literal(-1)
    )
    both = ibis.union(begun, ended.select(*begun.columns))
    steps = both.group_by("account_id", "day_on").agg(
        **{name: both[name].sum() for name in ("value", "valued", "terms")}
    )
    so_far = ibis.window(group_by=steps.account_id, order_by=steps.day_on, preceding=None, following=0)
    following = steps.day_on.lead().over(group_by=steps.account_id, order_by=steps.day_on)
    found = steps.select(
        "account_id",
        started_on=steps.day_on,
        ended_on=following,
        value=ibis.ifelse(steps.valued.sum().over(so_far) == 0, 0.0, steps.value.sum().over(so_far)),
        terms=steps.terms.sum().over(so_far),
    )
    return found.filter(found.terms > 0).drop("terms")


def _paired(tables: Tables) -> ir.Table:
    """Set every stretch beside the earlier ones of its account, and itself: what it was, what it is."""
    now, names = _stretches(tables), ("account_id", "started_on", "ended_on", "value")
    first = _stretches(tables).rename({f"first_{c}": c for c in names})
    same = [now.account_id == first.first_account_id, first.first_started_on <= now.started_on]
    return with_rep(now.inner_join(first, same).drop("first_account_id"), tables)


def _purchases(tables: Tables) -> ir.Table:
    """Return purchases with what they are to their account: the first of all, the first of a second day."""
    rows = bought(tables)
    whose = {"group_by": rows.account_id}
    in_order = [rows.purchased_on, rows.purchase_id]
    of_day = {"group_by": [rows.account_id, rows.purchased_on], "order_by": rows.purchase_id}
    rows = rows.mutate(
        is_new_customer=ibis.row_number().over(**whose, order_by=in_order) == 0,
        is_repeat=(ibis.dense_rank().over(**whose, order_by=rows.purchased_on) == 1)
        & (ibis.row_number().over(**of_day) == 0),
        account_year=rows.purchased_on.min().over(**whose).year().cast("string"),
        earned=rows.amount * (1.0 if tables.client.margin is None else tables.client.margin),
        never_on=ibis.null("date"),
    )
    return with_rep(rows, tables)


#: One row per account and unbroken time as a customer; `ended_on` is the first day no longer one.
CUSTOMERS = View("customers", lambda tables: with_rep(_spells(tables), tables))
#: One row per account and time in which its yearly value is the same.
BOOK = View("book", lambda tables: with_rep(_stretches(tables), tables))
#: The same beside every earlier state of the account (``first_…``), to compare two days.
BOOK_CHANGES = View("book_changes", _paired)
#: One row a purchase; the time of a row never ends, so that values add up to any day.
PURCHASES = View("purchases", _purchases)
