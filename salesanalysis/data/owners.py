"""Opportunities an activity may belong to: by the people in them, and by account and owner of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from .days import NEVER, number

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from .derive import Work

#: Columns of candidates beside their key.
COLUMNS = ("opportunity_id", "created_day", "closed_day", "first_day", "next_day")


def candidates_of_contact(work: Work) -> ir.Table:
    """Return one row per person and opportunity: ``contact_id`` and `COLUMNS`."""
    people = work.tables["opportunity_contacts"]
    people = people.select(of=people.opportunity_id, contact_id=people.contact_id).distinct()
    found = _windows(work)
    return found.inner_join(people, found.opportunity_id == people.of).select("contact_id", *COLUMNS)


def candidates_of_account(work: Work) -> ir.Table:
    """Return one row per opportunity and time a rep owned it: ``account_id, rep_id`` and `COLUMNS`.

    The owner of the day comes from the stage history where it names reps; whoever owns the opportunity now
    counts from the last day it knows. Without such a history the owners at entry and now both count
    throughout, for nobody knows the day it changed hands.
    """
    found = _windows(work, "account_id").filter(lambda t: t.account_id.notnull())
    held = _terms(work) if work.has("stage_history.rep_id") else _throughout(work)
    both = found.inner_join(held, found.opportunity_id == held.of)
    both = both.mutate(
        first_day=ibis.greatest(ibis.coalesce(both.from_day, both.first_day), both.first_day),
        next_day=ibis.least(ibis.coalesce(both.until_day, both.next_day), both.next_day),
    )
    # Terms that begin after the window is over, or end before it opens, are none.
    return both.filter(both.first_day < both.next_day).select("account_id", "rep_id", *COLUMNS)


def _windows(work: Work, *more: str) -> ir.Table:
    """Return each opportunity whose days are known, with the window in which it can take activities."""
    rows, reach = work.tables["opportunities"], work.client.attribution_days
    closed = rows.closed_on if "closed_on" in rows.columns else ibis.null("date")
    rows = rows.mutate(end_on=ibis.ifelse(rows.outcome == "open", ibis.null("date"), closed))
    rows = rows.filter(rows.created_on.notnull(), (rows.outcome == "open") | rows.end_on.notnull())
    created = number(rows.created_on)
    end = ibis.coalesce(number(rows.end_on), ibis.literal(NEVER, "int64"))
    rows = rows.select("opportunity_id", *more, created_day=created, closed_day=end)
    return rows.mutate(first_day=rows.created_day - reach, next_day=rows.closed_day + reach + 1)


def _throughout(work: Work) -> ir.Table:
    """Return the owners at entry and now, for the whole window: ``of, rep_id, from_day, until_day``."""
    rows = work.tables["opportunities"]
    names = [c for c in ("rep_id", "entry_rep_id") if c in rows.columns]
    parts = [rows.select(of=rows.opportunity_id, rep_id=rows[name]) for name in names]
    owners = ibis.union(*parts, distinct=True) if len(parts) > 1 else parts[0]
    owners = owners.filter(owners.rep_id.notnull())
    return owners.mutate(from_day=ibis.null("int64"), until_day=ibis.null("int64"))


def _terms(work: Work) -> ir.Table:
    """Return the time each rep owned an opportunity, as the stage history tells; open ends are missing."""
    past, rows = work.tables["stage_history"], work.tables["opportunities"]
    past = past.select(of=past.opportunity_id, rep_id=past.rep_id, day=number(past.entered_on))
    past = past.filter(past.rep_id.notnull(), past.day.notnull())
    seen = past.group_by(seen_of=past.of).agg(one=past.rep_id.min(), other=past.rep_id.max())
    rows = rows.select("rep_id", "entry_rep_id", of=rows.opportunity_id, day=number(rows.created_on))
    rows = rows.left_join(seen, rows.of == seen.seen_of).drop("seen_of")
    first, now = ibis.coalesce(rows.entry_rep_id, rows.rep_id), ibis.coalesce(rows.rep_id, rows.entry_rep_id)
    is_one = (first == now) & (ibis.coalesce(rows.one, now) == now) & (ibis.coalesce(rows.other, now) == now)
    rows = rows.mutate(is_one=ibis.coalesce(is_one, ibis.literal(True)), holder=now)
    unbounded = {"from_day": ibis.null("int64"), "until_day": ibis.null("int64")}
    whole = rows.filter(rows.is_one & rows.holder.notnull()).select("of", rep_id="holder", **unbounded)
    moved = rows.filter(~rows.is_one)
    told = _told(moved, past)
    terms = told.mutate(from_day=ibis.ifelse(told.before.isnull(), ibis.null("int64"), told.day))
    last = told.filter(told.until_day.isnull()).select(last_of="of", last_rep="rep_id", from_day="last_day")
    now = moved.select("of", "rep_id").left_join(last, moved.of == last.last_of)
    now = now.filter(now.rep_id.notnull(), now.last_rep.isnull() | (now.last_rep != now.rep_id))
    now = now.select("of", "rep_id", "from_day", until_day=ibis.null("int64"))
    return ibis.union(whole, terms.select("of", "rep_id", "from_day", "until_day"), now)


def _told(moved: ir.Table, past: ir.Table) -> ir.Table:
    """Return one row each time the owner of an opportunity that changed hands is another than before."""
    # On the day of entry the owner at entry comes before what the history says of that day.
    entry = moved.select("of", rep_id=moved.entry_rep_id, day=moved.day, place=ibis.literal(0))
    past = past.semi_join(moved, "of").select("of", "rep_id", "day", place=ibis.literal(1))
    told = ibis.union(entry.filter(entry.rep_id.notnull(), entry.day.notnull()), past, distinct=True)
    order = [told.day, told.place, told.rep_id]
    told = told.mutate(
        before=told.rep_id.lag().over(group_by=told.of, order_by=order),
        last_day=told.day.max().over(group_by=told.of),
    )
    told = told.filter(told.before.isnull() | (told.before != told.rep_id))
    order = [told.day, told.place, told.rep_id]
    return told.mutate(until_day=told.day.lead().over(group_by=told.of, order_by=order))
