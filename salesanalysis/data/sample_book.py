"""Customers of the sample company from long before its export, and what they signed year after year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .sample_contacts import HEADS, MIDDLES, REGIONS, SEGMENTS, TAILS
from .sample_funnel import SOURCES
from .sample_people import People

#: Old customers for each seat, years before the export in which the first of them came, share renewed.
OLD, YEARS, RENEWED = 20, 4, 0.88
#: What a renewal does to the value, and how often.
GROWTH, GROWS = (1.0, 1.08, 1.25, 0.85), (0.45, 0.3, 0.15, 0.1)


def old_customers(
    rng: np.random.Generator, people: People, *, reps: int, accounts: pd.DataFrame, contracts: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Accounts (with their first rep's number in ``rep``) and contracts, numbered after those given."""
    clock, n = people.clock, OLD * reps
    senior = np.flatnonzero(people.hired < clock.start - 365)
    if not senior.size:
        return accounts[:0].assign(rep=0), contracts[:0]
    rep = senior[rng.integers(0, senior.size, n)]
    words = [np.array(part.split(), dtype=object) for part in (HEADS, MIDDLES, TAILS)]
    names = words[0].size * words[1].size * words[2].size
    mixed = rng.choice(names, n, replace=n > names)  # a big company has more customers than there are names
    head, rest = np.divmod(mixed, words[1].size * words[2].size)
    middle, tail = np.divmod(rest, words[2].size)
    signed = clock.working(clock.start - rng.integers(60, 365 * YEARS, n))
    office = people.table["region"].to_numpy()[rep]
    width = len(accounts["account_id"].iloc[-1]) - 1
    found = pd.DataFrame(
        {
            "account_id": [f"C{len(accounts) + k + 1:0{width}d}" for k in range(n)],
            "name": "UD " + words[0][head] + " " + words[1][middle] + " " + words[2][tail],
            "segment": np.array(SEGMENTS, dtype=object)[rng.integers(0, len(SEGMENTS), n)],
            "region": [REGIONS[o][k] for o, k in zip(office, rng.integers(0, 3, n))],
            "source": rng.choice([s for names in SOURCES.values() for s in names], n),
            "created_on": signed - rng.integers(10, 90, n),
            "rep": rep,
        }
    )
    value = np.round(np.exp(rng.normal(np.log(30.0), 0.45, n)) * 4) / 4 * 1e6
    current = pd.DataFrame(
        {
            "account_id": found["account_id"],
            "rep_id": people.table["rep_id"].to_numpy()[rep],
            "signed_on": signed,
            "starts_on": (signed.astype("datetime64[M]") + 1).astype("datetime64[D]"),
            "value": value,
        }
    )
    parts = []
    while len(current):
        parts.append(current)
        current = _renewed(rng, current, last=clock.end)
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.sort_values(["signed_on", "account_id"], kind="stable").reset_index(drop=True)
    rows["ends_on"] = rows["starts_on"] + pd.DateOffset(years=1)
    rows["annual_value"] = rows["value"]
    rows.insert(0, "contract_id", [f"K{len(contracts) + k + 1:04d}" for k in range(len(rows))])
    return found, rows


def _renewed(rng: np.random.Generator, current: pd.DataFrame, *, last: np.datetime64) -> pd.DataFrame:
    """Those who sign for another year from the day their term ends, before `last`."""
    n = len(current)
    start = current["starts_on"] + pd.DateOffset(years=1)
    signed = start - pd.to_timedelta(rng.integers(5, 30, n), unit="D")
    growth = rng.choice(GROWTH, n, p=GROWS)
    value = np.round(current["value"] * growth / 2.5e5) * 2.5e5
    kept = (rng.random(n) < RENEWED) & (signed <= pd.Timestamp(last))
    return current.assign(starts_on=start, signed_on=signed, value=value)[kept]
