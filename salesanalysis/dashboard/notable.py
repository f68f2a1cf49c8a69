"""The opportunities that a leader should know by name: the largest open ones, the largest closed ones."""

from __future__ import annotations

import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..core.rows import rows
from ..pipeline import HygieneResult, win_chances

#: Opportunities listed on each side.
SHOWN = 5
OPEN = [
    *("opportunity_id", "label", "account", "rep_id", "name", "amount", "stage", "stage_days", "age_days"),
    *("estimate", "conf_low", "conf_high", "n", "rule", "fact", "threshold", "unit"),
]
CLOSED = [
    *("opportunity_id", "label", "account", "rep_id", "name", "amount", "outcome", "closed_on"),
    *("lost_reason", "source", "type"),
]


def largest_open(crm: Crm, health: HygieneResult) -> pd.DataFrame:
    """Return the largest open opportunities with their chance from history and the first rule that fired.

    Parameters
    ----------
    crm : Crm
    health : HygieneResult
        Of those to look at; its day is the day looked at.
    """
    chances = win_chances(crm, health.as_of).table
    names = ["opportunity_id", "stage_days", "age_days", "estimate", "conf_low", "conf_high", "n"]
    there = health.open.merge(chances[names], on="opportunity_id", how="left")
    # Where no values are known, the likeliest come first.
    there = there.sort_values(["amount", "estimate"], ascending=False, kind="stable").head(SHOWN)
    first = health.table.drop_duplicates("opportunity_id")
    there = there.merge(
        first[["opportunity_id", "rule", "fact", "threshold", "unit"]], on="opportunity_id", how="left"
    )
    return there[OPEN]


def largest_closed(crm: Crm, span: Period) -> pd.DataFrame:
    """Return the largest opportunities that were won or lost within `span`, largest first."""
    names = ("opportunity_id", "rep_id", "account_id", "amount", "outcome", "closed_on")
    sales = rows(crm, "opportunities", *names, "lost_reason", "source", "type", "name")
    day = sales["closed_on"]
    known = sales["outcome"].isin(["won", "lost"]) & (day >= pd.Timestamp(span.start))
    sales = sales[known & (day < pd.Timestamp(min(span.end, span.clip(crm.as_of).end)))]
    sales = sales.sort_values("amount", ascending=False, kind="stable").head(SHOWN)
    accounts = rows(crm, "accounts", "account_id", "name").drop_duplicates("account_id")
    reps = crm.reps().drop_duplicates("rep_id").set_index("rep_id")["name"]
    sales = sales.rename(columns={"name": "label"})
    sales = sales.assign(
        account=sales["account_id"].map(accounts.set_index("account_id")["name"]),
        name=sales["rep_id"].map(reps),
    )
    return sales[CLOSED].reset_index(drop=True)
