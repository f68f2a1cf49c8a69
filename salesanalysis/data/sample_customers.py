"""Customers of the sample company: who looks after them, what they add, when they leave, whom they refer."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .sample_people import Clock, People
from .sample_support import Support

#: Planted for account managers, in turn: share of their customers that is lost, expansions of a customer a
#: year, and how willing their customers are to refer others. The second grows a book that leaks.
AM_LOST, AM_EXPANSIONS, AM_REFERS = (0.06, 0.22, 0.12), (0.12, 1.70, 0.40), (3.0, 0.6, 1.0)
#: How large these expansions are beside everybody's.
AM_SIZE = (1.0, 1.8, 1.0)
#: Customers of an account manager, and expansions a year of everybody else's.
BOOK, EXPANSIONS = 120, 0.05
#: Share of running contracts cancelled before their term, of opportunities with a fee paid once, and of
#: prospects by reference for whom the CRM says who referred them, a former customer now and then.
CANCELLED, ONE_OFF, NAMED, BY_FORMER = 0.03, 0.30, 0.50, 0.10
REFERENCE = "Referensi pelanggan"
_NEVER = np.datetime64("NaT", "D")


def fees_and_cancellations(rng: np.random.Generator, clock: Clock, contracts: pd.DataFrame) -> pd.DataFrame:
    """Take a fee paid once out of the recurring value of some first contracts, and end a few early.

    Only the last contract of a customer can have been cancelled: whoever renewed was there.
    """
    contracts = contracts.copy()
    n = len(contracts)
    start, end = (contracts[c].to_numpy().astype("datetime64[D]") for c in ("starts_on", "ends_on"))
    fee = np.round(contracts["value"].to_numpy() * rng.uniform(0.05, 0.12, n) / 2.5e5) * 2.5e5
    has_fee = contracts["opportunity_id"].notna().to_numpy() & (rng.random(n) < ONE_OFF) & (fee > 0)
    months = (end.astype("datetime64[M]") - start.astype("datetime64[M]")).astype(int)
    recurring = np.round((contracts["value"] - fee) * 12 / months, 0)
    contracts["annual_value"] = np.where(has_fee, recurring, contracts["annual_value"])
    contracts["one_off_value"] = np.where(has_fee, fee, np.nan)
    is_last = end == contracts.groupby("account_id")["ends_on"].transform("max").to_numpy().astype(
        "datetime64[D]"
    )
    stop = start + 60 + (rng.random(n) * np.maximum((end - start).astype(int) - 90, 1)).astype(int)
    stopped = is_last & (rng.random(n) < CANCELLED) & (stop <= clock.end) & (stop < end)
    contracts["cancelled_on"] = np.where(stopped, stop, _NEVER)
    return contracts


def stretches(contracts: pd.DataFrame) -> pd.DataFrame:
    """First and last day of each contract as it ran (`begins`, `ends`: the day after), by account."""
    ends = contracts["cancelled_on"].fillna(contracts["ends_on"])
    return pd.DataFrame(
        {"account_id": contracts["account_id"], "begins": contracts["starts_on"], "ends": ends}
    )


def owners(
    rng: np.random.Generator,
    people: People,
    *,
    support: Support,
    accounts: pd.DataFrame,
    contracts: pd.DataFrame,
) -> pd.DataFrame:
    """Who looks after each account today, and whether they took it over from somebody.

    `accounts` has the first owner in `rep`. Each account manager gets a book of customers: lost and kept ones
    in the planted shares.
    """
    clock, table = people.clock, people.table
    first = accounts["rep"].to_numpy()
    now = np.where(np.isnat(people.left[first]), first, people.heir[first])
    owner = pd.Series(table["rep_id"].to_numpy(dtype=object)[now], accounts["account_id"])
    inherited = pd.Series(np.where(now != first, "yes", "no"), accounts["account_id"], dtype=object)
    spans = stretches(contracts).groupby("account_id").agg(begins=("begins", "min"), ends=("ends", "max"))
    spans = spans[spans["begins"] <= pd.Timestamp(clock.end - 90)]
    lost = spans["ends"] <= pd.Timestamp(clock.end)
    pools = [spans.index[lost].to_numpy(dtype=object), spans.index[~lost].to_numpy(dtype=object)]
    pools = [rng.permutation(pool) for pool in pools]
    managers = account_managers(people, support)
    book = min(BOOK, len(spans) // (3 * max(len(managers), 1)))
    for k, rep in enumerate(managers):
        for pool, share in enumerate((AM_LOST[k % 3], 1 - AM_LOST[k % 3])):
            count = round(book * share)
            mine, pools[pool] = pools[pool][:count], pools[pool][count:]
            owner[mine] = rep
            # What was there before the export was taken over; what came later was theirs from the start.
            inherited[mine] = np.where(spans.loc[mine, "begins"] < pd.Timestamp(clock.start), "yes", "no")
    both = {"rep_id": owner.to_numpy(), "inherited": inherited.to_numpy()}
    return accounts.drop(columns="rep").assign(**both)


def account_managers(people: People, support: Support) -> list[str]:
    """Every account manager's rep_id, those with a seat first."""
    table = people.table
    seated = table.loc[(table["role"] == "AM") & table["left_on"].isna(), "rep_id"]
    return [*seated, *support.table.loc[support.table["role"] == "AM", "rep_id"]]


def expansions(
    rng: np.random.Generator, clock: Clock, *, contracts: pd.DataFrame, owner: pd.Series, managers: list[str]
) -> pd.DataFrame:
    """Contracts that customers signed on top of a running one, ending with it; `owner` by account."""
    who = contracts["account_id"].map(owner)
    yearly = who.map({rep: AM_EXPANSIONS[k % 3] for k, rep in enumerate(managers)}).fillna(EXPANSIONS)
    runs = stretches(contracts)
    first = runs["begins"].to_numpy().astype("datetime64[D]") + 60
    last = np.minimum(runs["ends"].to_numpy().astype("datetime64[D]") - 120, clock.end)
    first = np.maximum(first, clock.start)
    span = (last - first).astype(int)
    hit = np.flatnonzero((span > 0) & (rng.random(len(contracts)) < yearly * span / 365))
    signed = clock.working(first[hit] + (rng.random(hit.size) * span[hit]).astype(int))
    part = contracts.iloc[hit]
    start = signed.astype("datetime64[M]") + 1
    end = part["ends_on"].to_numpy().astype("datetime64[D]")
    months = (end.astype("datetime64[M]") - start).astype(int)
    size = who.map({rep: AM_SIZE[k % 3] for k, rep in enumerate(managers)}).fillna(1.0).to_numpy()[hit]
    annual = np.round(part["annual_value"] * size * rng.uniform(0.25, 0.85, hit.size) / 5e5) * 5e5
    rows = pd.DataFrame(
        {
            "account_id": part["account_id"].to_numpy(),
            "rep_id": who.to_numpy()[hit],
            "signed_on": signed,
            "starts_on": start.astype("datetime64[D]"),
            "ends_on": end,
            "value": np.round(annual.to_numpy() * months / 12, 0),
            "annual_value": annual.to_numpy(),
            "cancelled_on": part["cancelled_on"].to_numpy(),
        }
    )
    rows = rows[(months > 0) & (rows["annual_value"] > 0) & (signed <= clock.end)]
    rows = rows.sort_values(["signed_on", "account_id"], kind="stable").reset_index(drop=True)
    rows.insert(0, "contract_id", [f"K{len(contracts) + k + 1:04d}" for k in range(len(rows))])
    return rows


def referrers(
    rng: np.random.Generator,
    opportunities: pd.DataFrame,
    *,
    contracts: pd.DataFrame,
    owner: pd.Series,
    managers: list[str],
) -> np.ndarray:
    """Customer that referred each opportunity that came by reference, most of them active on the day."""
    runs = stretches(contracts).groupby("account_id").agg(begins=("begins", "min"), ends=("ends", "max"))
    refers = runs.index.map(owner).map({rep: AM_REFERS[k % 3] for k, rep in enumerate(managers)})
    weight = np.where(pd.isna(refers), 1.0, refers.to_numpy(dtype=float))
    begins, ends = (runs[c].to_numpy().astype("datetime64[D]") for c in ("begins", "ends"))
    names = runs.index.to_numpy(dtype=object)
    found = np.full(len(opportunities), None, dtype=object)
    by_reference = (opportunities["source"] == REFERENCE).to_numpy()
    draws = rng.random((len(opportunities), 3))
    days = opportunities["created_on"].to_numpy().astype("datetime64[D]")
    own = opportunities["account_id"].to_numpy(dtype=object)
    for row in np.flatnonzero(by_reference & (draws[:, 0] < NAMED)):
        former = draws[row, 1] < BY_FORMER
        fits = ends <= days[row] if former else (begins <= days[row]) & (ends > days[row])
        chance = (weight * (fits & (names != own[row]))).cumsum()
        if chance[-1] > 0:
            found[row] = names[np.searchsorted(chance, draws[row, 2] * chance[-1], side="right")]
    return found


def kind_of_sale(opportunities: pd.DataFrame, contracts: pd.DataFrame) -> np.ndarray:
    """Expansion where the account had signed before the opportunity was created, else new business."""
    first = contracts.groupby("account_id")["signed_on"].min()
    known = opportunities["account_id"].map(first) < opportunities["created_on"]
    return np.where(known, "expansion", "new")
