"""Markets that bring little: is there little to win, or is little done there? What would tell them apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.calendar import working_days
from ..core.crm import Crm
from ..core.period import Period
from ..core.rows import rows
from ..kpi.closed import worked
from ..stats import benjamini_hochberg, mean_from_sums, wilson
from ..stats.spread import against_rest
from .cells import ERROR

#: What accounts are grouped by: where they are, and what they do.
BY = {"market": "region", "segment": "segment"}
VERDICTS = ("little_worked", "wins_less", "both", "unexplained", "not_low", "cannot_tell")
COLUMNS = [
    *("term", "group", "n", "bought", "bought_low", "bought_high", "bought_rest", "bought_p"),
    *("worked", "worked_low", "worked_high", "worked_rest", "worked_p", "customers"),
    *("touches", "touches_low", "touches_high", "touches_rest", "touches_rest_low"),
    *("closed", "rate", "rate_low", "rate_high", "rate_rest", "rate_p"),
    *("size", "value_each", "reps", "created_a_day", "verdict"),
]


def markets(crm: Crm, period: Period) -> pd.DataFrame:
    """Return one row per market and segment of accounts: how far it is worked, and what comes of the work.

    Parameters
    ----------
    crm : Crm
    period : Period

    Returns
    -------
    pandas.DataFrame
        ``n`` accounts; ``bought``: share with a win in the period; ``worked``: share with an activity towards
        them or an opportunity open in it; ``customers``: share that ever bought; ``touches``: activities per
        account; ``rate``: win rate of what was closed; each with its interval, that of all other groups
        (``_rest``) and a p-value over all groups; ``size`` per win, ``value_each`` won per account, ``reps``,
        and the pipeline created a rep and working day. No rows without accounts.

    Notes
    -----
    A group is low when fewer of its accounts bought than of the others. Then: ``little_worked`` (fewer were
    worked, or fewer activities per account: the market cannot be told from the effort); ``wins_less`` (worked
    as much, wins less often); ``both``; ``unexplained`` (neither is sure).
    """
    terms = [t for t, column in BY.items() if crm.has(f"accounts.{column}")]
    if not terms or not crm.has("opportunities.account_id"):
        return pd.DataFrame(columns=COLUMNS)
    accounts, deals = _accounts(crm, period), _deals(crm, period)
    days = working_days(period.start, period.end, crm.client.country)
    accounts = accounts.join(deals.groupby("account_id")[["won_now", "won_ever", "active"]].any(), how="left")
    accounts[["won_now", "won_ever", "active"]] = (
        accounts[["won_now", "won_ever", "active"]].astype("boolean").fillna(False).astype(bool)
    )
    accounts["worked"] = accounts["active"] | (accounts["touches"] > 0)
    parts = [_one(crm, term, accounts, deals, days) for term in terms]
    found = pd.concat([p for p in parts if len(p)] or [pd.DataFrame(columns=COLUMNS)], ignore_index=True)
    for name in ("bought", "worked", "rate"):
        found[f"{name}_p"] = benjamini_hochberg(found[f"{name}_p"].to_numpy(float))
    found["verdict"] = _verdicts(found, crm.client.minimum_base)
    return found[COLUMNS]


def _accounts(crm: Crm, period: Period) -> pd.DataFrame:
    """Return the accounts known by the end of the period, with the activities towards them."""
    found = rows(crm, "accounts", "account_id", "region", "segment", "created_on")
    found = found[~(found["created_on"] >= pd.Timestamp(period.end))].drop_duplicates("account_id")
    touches = worked(crm, period).set_index("account_id")["touches"]
    found = found.set_index("account_id")
    return found.assign(touches=touches.reindex(found.index).fillna(0.0), has_touches=len(touches) > 0)


def _deals(crm: Crm, period: Period) -> pd.DataFrame:
    """Return the opportunities created before the end of the period, and what became of them in it."""
    names = ("opportunity_id", "account_id", "rep_id", "created_on", "closed_on", "outcome", "amount")
    found = rows(crm, "opportunities", *names)
    start, end = pd.Timestamp(period.start), pd.Timestamp(period.end)
    found = found[found["account_id"].notna() & ~(found["created_on"] >= end)]
    is_closed = found["outcome"].isin(["won", "lost"]) & (found["closed_on"] < end)
    now = is_closed & (found["closed_on"] >= start)
    won = found["outcome"].eq("won")
    return found.assign(
        closed_now=now,
        won_now=now & won,
        won_ever=is_closed & won,
        active=now | ~is_closed,
        created_now=found["created_on"] >= start,
    )


def _one(crm: Crm, term: str, accounts: pd.DataFrame, deals: pd.DataFrame, days: int) -> pd.DataFrame:
    column, least = BY[term], crm.client.minimum_group
    known = accounts[accounts[column].notna() & (accounts[column] != "")]
    if known[column].nunique() < 2:
        return pd.DataFrame(columns=COLUMNS)
    by_group = known.groupby(column)
    n = by_group.size()
    found = pd.DataFrame({"term": term, "group": n.index, "n": n.to_numpy()}, index=n.index)
    for name, source in (("bought", "won_now"), ("worked", "worked")):
        found = _share(found, name, by_group[source].sum(), n)
    found["customers"] = by_group["won_ever"].mean()
    found = _touches(found, known, column)
    mine = deals.assign(group=deals["account_id"].map(known[column])).dropna(subset=["group"])
    closed = (
        mine[mine["closed_now"]].groupby("group")["won_now"].agg(["size", "sum"]).reindex(n.index).fillna(0)
    )
    found["closed"] = closed["size"].astype(int)
    found = _share(found, "rate", closed["sum"], closed["size"])
    won = mine[mine["won_now"]].groupby("group")["amount"]
    found["size"] = won.mean().reindex(n.index)
    found["value_each"] = won.sum(min_count=1).reindex(n.index) / n
    active = mine[mine["active"]]
    found["reps"] = active.groupby("group")["rep_id"].nunique().reindex(n.index).fillna(0).astype(int)
    created = mine[mine["created_now"]].groupby("group")["amount"].sum(min_count=1).reindex(n.index)
    found["created_a_day"] = created / (found["reps"] * days).where(found["reps"] > 0)
    return found[found["n"] >= least].sort_values("n", ascending=False).reset_index(drop=True)


def _share(found: pd.DataFrame, name: str, k: pd.Series, n: pd.Series) -> pd.DataFrame:
    share = wilson(k.to_numpy(float), n.to_numpy(float))
    _, rest, p = against_rest(k.to_numpy(float), n.to_numpy(float))
    return found.assign(
        **{
            name: share.estimate,
            f"{name}_low": share.conf_low,
            f"{name}_high": share.conf_high,
            f"{name}_rest": rest,
            f"{name}_p": p,
        }
    )


def _touches(found: pd.DataFrame, accounts: pd.DataFrame, column: str) -> pd.DataFrame:
    """Add activities per account, of the group and of all others."""
    names = ["touches", "touches_low", "touches_high", "touches_rest", "touches_rest_low"]
    if not accounts["has_touches"].any():
        return found.assign(**dict.fromkeys(names, np.nan))
    sums = accounts.assign(squares=accounts["touches"] ** 2).groupby(column)[["touches", "squares"]].sum()
    n = found["n"]
    own = mean_from_sums(sums["touches"], sums["squares"], n)
    rest = mean_from_sums(
        sums["touches"].sum() - sums["touches"], sums["squares"].sum() - sums["squares"], n.sum() - n
    )
    values = (own.estimate, np.maximum(own.conf_low, 0.0), own.conf_high, rest.estimate, rest.conf_low)
    return found.assign(**dict(zip(names, values)))


def _verdicts(found: pd.DataFrame, least: int) -> np.ndarray:
    def below(name: str) -> pd.Series:
        return (found[f"{name}_p"] <= ERROR) & (found[name] < found[f"{name}_rest"])

    low = below("bought")
    # Two intervals apart from each other say more than one difference: a strict rule for a second witness.
    little = below("worked") | (found["touches_high"] < found["touches_rest_low"])
    loses = below("rate")
    few = (found["n"] < least) | (found["bought_p"].isna() & (found["bought"] != found["bought_rest"]))
    return np.select(
        [few, ~low, little & loses, little, loses],
        ["cannot_tell", "not_low", "both", "little_worked", "wins_less"],
        "unexplained",
    )
