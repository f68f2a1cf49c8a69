"""Rows fetched once, for what no sum can give: spans of time, one row a case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import ibis
import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from .customer import BOOK, CUSTOMERS
from .dimension import attach, dimensions
from .view import Tables, day


def opportunity_spans(
    crm: Crm, period: Period, by: str | Iterable[str] = ()
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return one row per opportunity created in `period`: the dimensions, ``created_on, closed_on, outcome``.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> opportunity_spans(sa.sample(), sa.Period.parse("2026-Q3"), "team")[1]
    ('team',)
    """
    dims = dimensions(by)
    rows = crm.table("opportunities")
    rows = rows.filter(rows.created_on >= day(period.start), rows.created_on < day(period.end))
    rows, keys = attach(crm, "opportunities", dims, rows, "created_on")
    found = rows.select(**keys, **{c: rows[c] for c in ("created_on", "closed_on", "outcome")}).to_pandas()
    return _dated(found, "created_on", "closed_on"), dims


def first_events(crm: Crm, event: str) -> pd.Series:
    """Return by rep the day of the first outreach, held meeting, owned opportunity or win.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> first_events(sa.sample(), "win").index.name
    'rep_id'
    """
    name, on = (
        ("activities", "occurred_on") if event in ("outreach", "meeting") else ("opportunities", "created_on")
    )
    if event == "win":
        on = "closed_on"
    rows = crm.table(name, wanted_by=f"ramp to {event}")
    crm.require(f"{name}.{on}", wanted_by=f"ramp to {event}")
    if event == "outreach":
        rows = rows.filter(rows.kind.isin(["call", "email"]))
    elif event == "meeting":
        rows = rows.filter(rows.kind == "meeting", rows.outcome == "held")
    elif event == "win":
        rows = rows.filter(rows.outcome == "won")
    rows = rows.filter(rows.rep_id.notnull())
    found = _dated(rows.group_by("rep_id").agg(first=rows[on].min()).to_pandas(), "first")
    return found.set_index("rep_id")["first"]


def spells(crm: Crm, by: str | Iterable[str] = ()) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return one row per unbroken time as a customer: the dimensions, ``account_id, started_on, ended_on``.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> spells(sa.sample())[0].columns.tolist()
    ['account_id', 'started_on', 'ended_on']
    """
    dims = dimensions(by)
    rows = CUSTOMERS.build(_tables(crm))
    rows, keys = attach(crm, "customers", dims, rows, "started_on")
    columns = ("account_id", "started_on", "ended_on")
    found = rows.select(**keys, **{c: rows[c] for c in columns if c not in keys}).to_pandas()
    return _dated(found, "started_on", "ended_on"), dims


def _tables(crm: Crm) -> Tables:
    """Return the tables that customers are told from.

    Raises
    ------
    MissingData
        They do not name the account.
    """
    found = Tables(crm.tables, crm.client, crm.span.start, crm.as_of + timedelta(days=1))
    source = "contracts" if found.customers == "contracts" else "opportunities"
    crm.require(f"{source}.account_id", wanted_by="Customers")
    return found


def book(crm: Crm) -> pd.DataFrame:
    """Return what each customer brought within the data: ``account_id, value_days, days``.

    `days` are those on which it was a customer, `value_days` its yearly value summed over them: their
    ratio is what it brings in a year.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> book(sa.sample()).columns.tolist()
    ['account_id', 'value_days', 'days']
    """
    end = crm.as_of + timedelta(days=1)
    rows = BOOK.build(_tables(crm))
    first = ibis.greatest(rows.started_on, day(crm.span.start))
    last = ibis.least(ibis.coalesce(rows.ended_on, day(end)), day(end))
    rows = rows.mutate(days=last.delta(first, unit="day"))
    rows = rows.filter(rows.days > 0)
    sums = rows.group_by("account_id").agg(value_days=(rows.value * rows.days).sum(), days=rows.days.sum())
    return sums.to_pandas().astype({"value_days": "float64", "days": "float64"})


def _dated(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Days in one type, whichever engine gave them."""
    return frame.assign(**{c: frame[c].astype("datetime64[s]") for c in columns})
