"""A few opportunities of the sample company that are in another currency, and its rates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .sample_people import Clock

CURRENCY, RATE, RATE_SD = "USD", 16_300.0, 0.009
#: Opportunities in that currency by outcome; none that was won, so that no booking depends on a rate.
FOREIGN = {"open": 5, "lost": 7}


def rates(rng: np.random.Generator, clock: Clock) -> pd.DataFrame:
    """A rate a month, from the month in which the export starts on."""
    months = np.arange(clock.start.astype("datetime64[M]"), clock.end.astype("datetime64[M]") + 1)
    steps = np.exp(np.cumsum(rng.normal(0, RATE_SD, months.size)))
    return pd.DataFrame(
        {
            "currency": CURRENCY,
            "starts_on": months.astype("datetime64[us]"),
            "rate": np.round(RATE * steps / 5) * 5,
        }
    )


def in_foreign_money(
    rng: np.random.Generator, clock: Clock, *, opportunities: pd.DataFrame, rates: pd.DataFrame
) -> pd.DataFrame:
    """Write a few amounts in the other currency, so that loading brings back what they were."""
    table = opportunities.copy()
    table["currency"] = pd.Series([None] * len(table), dtype="object", index=table.index)
    day = table["closed_on"].fillna(pd.Timestamp(clock.end))
    for outcome, count in FOREIGN.items():
        pool = np.flatnonzero((table["outcome"] == outcome) & (day >= rates["starts_on"].iloc[0]))
        rows = np.sort(rng.choice(pool, min(count, pool.size), replace=False))
        which = np.searchsorted(rates["starts_on"].to_numpy(), day.to_numpy()[rows], side="right") - 1
        amount = table["amount"].to_numpy()[rows] / rates["rate"].to_numpy()[which]
        table.loc[table.index[rows], "amount"] = np.round(amount, 2)
        table.loc[table.index[rows], "currency"] = CURRENCY
    return table
