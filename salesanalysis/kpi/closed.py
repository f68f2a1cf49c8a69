"""Closed opportunities one by one, with what they are told apart by; and how much accounts are worked."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from .dimension import attach, splits
from .view import day

#: What closed opportunities can be told apart by, in the order reports show it.
DIMENSIONS = ("region", "segment", "product", "source", "type", "team")
_COLUMNS = ("opportunity_id", "rep_id", "account_id", "created_on", "closed_on", "amount", "lost_reason")
#: Kinds of activity that are not towards an account.
_INSIDE = ("admin", "internal_meeting")


def known_dimensions(crm: Crm) -> tuple[str, ...]:
    """Return those of `DIMENSIONS` that this data can tell opportunities apart by.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> known_dimensions(sa.sample())
    ('region', 'segment', 'product', 'source', 'type', 'team')
    """
    columns = crm.table("opportunities").columns
    return tuple(d for d in DIMENSIONS if splits(crm, "opportunities", columns, (d,)))


def closed(crm: Crm, period: Period, dims: Iterable[str] = ()) -> pd.DataFrame:
    """Return one row per opportunity closed in `period`; one query.

    Parameters
    ----------
    crm : Crm
    period : Period
        Days of closing.
    dims : sequence of str
        Dimensions; what describes a rep is taken as on the day of closing.

    Returns
    -------
    pandas.DataFrame
        ``opportunity_id, rep_id, account_id, created_on, closed_on, amount, lost_reason, is_won`` and `dims`;
        columns that the data lacks are empty.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> len(closed(sa.sample(), Period.parse("2026-Q3"), ["product"]))
    969
    """
    dims = tuple(dims)
    rows = crm.table("opportunities")
    crm.require("opportunities.closed_on", wanted_by="Closed opportunities")
    rows = rows.filter(
        rows.outcome.isin(["won", "lost"]),
        rows.closed_on >= day(period.start),
        rows.closed_on < day(period.end),
    )
    rows, keys = attach(crm, "opportunities", dims, rows, "closed_on")
    held = {c: rows[c] for c in _COLUMNS if c in rows.columns}
    found = rows.select(**held, **keys, is_won=rows.outcome == "won").to_pandas()
    days = dict.fromkeys(("created_on", "closed_on"), "datetime64[s]")
    texts = {c: "str" for c in _COLUMNS if c not in (*days, "amount")}
    for column, kind in {**days, **texts, "amount": "float64"}.items():
        values = found[column] if column in found else pd.Series(None, found.index, dtype="object")
        found[column] = values.astype(kind)
    for name in dims:
        found[name] = found[name].astype("str").fillna("")
    return found


def worked(crm: Crm, period: Period) -> pd.DataFrame:
    """Return by account how many activities towards it fell into `period`; summed where they lie.

    Activities without an account count for that of their opportunity.

    Returns
    -------
    pandas.DataFrame
        ``account_id, touches``; no rows where the data has no activities that name accounts.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> worked(sa.sample(), Period.parse("2026-Q3")).columns.tolist()
    ['account_id', 'touches']
    """
    nothing = pd.DataFrame({"account_id": pd.Series(dtype="str"), "touches": pd.Series(dtype="float64")})
    by_link = crm.has("activities.opportunity_id") and crm.has("opportunities.account_id")
    if not (crm.has("activities.account_id") or by_link):
        return nothing
    rows = crm.tables["activities"]
    rows = rows.filter(
        rows.occurred_on >= day(period.start), rows.occurred_on < day(period.end), rows.kind.notin(_INSIDE)
    )
    account = rows.account_id if "account_id" in rows.columns else None
    if by_link:
        linked = crm.tables["opportunities"].select(linked_to="opportunity_id", linked_account="account_id")
        rows = rows.left_join(linked, rows.opportunity_id == linked.linked_to)
        own = rows.account_id if account is not None else rows.linked_account
        account = own.coalesce(rows.linked_account)
    else:
        account = rows.account_id
    found = rows.group_by(account_id=account).agg(touches=rows.count()).to_pandas().dropna()
    return found.astype({"account_id": "str", "touches": "float64"})
