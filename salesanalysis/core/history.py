"""Where a rep belonged on each day: team, manager, role and region as they were."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis

from .shelf import kept

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from .crm import Crm

#: What can change in the course of a rep's employment.
ATTRIBUTES = ("team", "manager", "role", "region")
#: Stand for "from the beginning" and "until further notice".
BEGINNING, FOREVER = date(1900, 1, 1), date(9999, 1, 1)


def stretches(crm: Crm) -> ir.Table:
    """Return one row per rep and stretch of time; every day lies in exactly one stretch of every rep.

    Columns: ``rep_id, starts_on, ends_on`` (the day after the last one) and those of `ATTRIBUTES` that the
    data has. Days outside the recorded stretches, and empty cells in them, have what the table of reps says.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> stretches(sa.sample()).columns[:3]
    ('rep_id', 'starts_on', 'ends_on')
    """
    known = [a for a in ATTRIBUTES if crm.has(f"reps.{a}") or crm.has(f"rep_history.{a}")]
    reps = crm.table("reps")
    today = reps.select("rep_id", **{a: _attribute(reps, a) for a in known})
    if not crm.has("rep_history"):
        return today.mutate(starts_on=_day(BEGINNING), ends_on=_day(FOREVER)).select(
            "rep_id", "starts_on", "ends_on", *known
        )
    past = _bounded(crm, known)
    first = past.group_by("rep_id").agg(until=past.starts_on.min())
    before = today.left_join(first, "rep_id").drop("rep_id_right")
    before = before.mutate(starts_on=_day(BEGINNING), ends_on=ibis.coalesce(before.until, _day(FOREVER)))
    after = past.filter(past.ends_on < past.next_on)
    after = today.inner_join(after.select("rep_id", starts_on="ends_on", ends_on="next_on"), "rep_id")
    held = past.inner_join(today.rename({f"today_{a}": a for a in known}), "rep_id")
    held = held.mutate(**{a: ibis.coalesce(held[a], held[f"today_{a}"]) for a in known})
    columns = ("rep_id", "starts_on", "ends_on", *known)
    return ibis.union(*(part.select(*columns) for part in (before, held, after)))


def stretch_rows(crm: Crm) -> pd.DataFrame:
    """Return the rows of `stretches` in memory, fetched once for a Crm and once in a batch.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> stretch_rows(sa.sample())["rep_id"].nunique() == sa.sample().reps()["rep_id"].nunique()
    True
    """
    return kept(crm, "core.stretches", (), lambda: stretches(crm).to_pandas()).copy()


def _bounded(crm: Crm, known: list[str]) -> ir.Table:
    """Return the recorded stretches, each ending where the next one begins at the latest (``next_on``)."""
    past = crm.table("rep_history")
    end = past.ends_on if "ends_on" in past.columns else ibis.null("date")
    following = past.starts_on.lead().over(group_by=past.rep_id, order_by=past.starts_on)
    past = past.select(
        "rep_id",
        "starts_on",
        stated_on=end,
        next_on=ibis.coalesce(following, _day(FOREVER)),
        **{a: _attribute(past, a) for a in known},
    )
    return past.mutate(ends_on=ibis.least(ibis.coalesce(past.stated_on, past.next_on), past.next_on))


def _attribute(table: ir.Table, name: str) -> ir.Value:
    return table[name] if name in table.columns else ibis.null("string")


def _day(value: date) -> ir.DateScalar:
    return ibis.literal(value, type="date")
