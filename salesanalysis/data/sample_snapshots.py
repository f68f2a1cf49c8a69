"""Copies of the sample company's open pipeline at month ends, with values on their way to the last."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .sample_people import Clock

#: Months copied, the last one being that in which the export ends.
MONTHS = 15
#: Share of opportunities that were entered with another value, and of these the share that changed twice.
REVISED, TWICE = 0.45, 0.3
#: Spread of the first value, on the log scale, and how far above the last one it lies on average.
SPREAD, ABOVE = 0.25, 0.05
#: Values of the company's own currency are whole multiples of this.
UNIT = 2.5e5


def snapshots(rng: np.random.Generator, clock: Clock, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per opportunity and last day of a month on which it was open, as it stood then.

    The stage is that of the stage history, the close date that of its changes, so that the copies agree with
    both; values move towards the one in the table of opportunities.
    """
    sale = tables["opportunities"].reset_index(drop=True)
    created, closed = (sale[c].to_numpy().astype("datetime64[D]") for c in ("created_on", "closed_on"))
    final = clock.end.astype("datetime64[M]")
    ends = (np.arange(final - MONTHS + 1, final + 1) + 1).astype("datetime64[D]") - 1
    ends = ends[(ends >= clock.start) & (ends <= clock.end)]
    is_open = (created[:, None] <= ends) & (np.isnat(closed)[:, None] | (closed[:, None] > ends))
    row, column = np.nonzero(is_open)
    found = (
        sale[["opportunity_id", "currency"]].iloc[row].assign(seen_on=ends[column].astype("datetime64[us]"))
    )
    last = np.where(np.isnat(closed), clock.end, closed)
    found["amount"] = _amounts(rng, sale, days=(created, last), row=row, on=ends[column])
    found = _then(found, tables["stage_history"], "entered_on", ["stage"])
    found["rep_id"] = _owners(found, sale, tables["reps"])
    found["expected_close_on"] = _dates(found, sale, tables["close_date_changes"])
    return found.sort_values(["opportunity_id", "seen_on"], kind="stable")


def _amounts(
    rng: np.random.Generator,
    sale: pd.DataFrame,
    *,
    days: tuple[np.ndarray, np.ndarray],
    row: np.ndarray,
    on: np.ndarray,
) -> np.ndarray:
    """Value of each copied opportunity on the day of the copy, on its way to the final one.

    What was entered with another value changes once or twice between `days`, creation and end.
    """
    n, final = len(sale), sale["amount"].to_numpy()
    is_revised, is_twice = rng.random(n) < REVISED, rng.random(n) < TWICE
    factor = np.where(is_revised, np.exp(rng.normal(ABOVE, SPREAD, n)), 1.0)
    part = np.sort(rng.random((n, 2)), axis=1)
    first, last = days
    length = (last - first).astype("float64")
    change = [first + np.ceil(part[:, k] * length).astype("int64") for k in (0, 1)]
    middle = np.where(is_twice, np.sqrt(factor), 1.0)
    scale = np.where(on < change[0][row], factor[row], np.where(on < change[1][row], middle[row], 1.0))
    unit = np.where(sale["currency"].isna(), UNIT, 0.01)[row]
    return np.where(scale == 1.0, final[row], np.round(final[row] * scale / unit) * unit)


def _then(found: pd.DataFrame, past: pd.DataFrame, day: str, columns: list[str]) -> pd.DataFrame:
    """Add `columns` of the last row of `past` up to the day of the copy."""
    known = (
        past[["opportunity_id", day, *columns]]
        .astype({day: "datetime64[us]"})
        .sort_values(day, kind="stable")
    )
    return pd.merge_asof(
        found.sort_values("seen_on", kind="stable"),
        known,
        left_on="seen_on",
        right_on=day,
        by="opportunity_id",
    ).drop(columns=day)


def _owners(found: pd.DataFrame, sale: pd.DataFrame, reps: pd.DataFrame) -> np.ndarray:
    """Return the owner on each day: the first one until leaving, then the one who took over."""
    own = sale.set_index("opportunity_id").loc[found["opportunity_id"], ["entry_rep_id", "rep_id"]]
    leaves = own["entry_rep_id"].map(reps.set_index("rep_id")["left_on"]).to_numpy()
    return np.where(found["seen_on"].to_numpy() >= leaves, own["rep_id"], own["entry_rep_id"])


def _dates(found: pd.DataFrame, sale: pd.DataFrame, changes: pd.DataFrame) -> pd.Series:
    """Return the close date expected on each day, before the first change its old one."""
    after = _then(found[["opportunity_id", "seen_on"]], changes, "changed_on", ["new_close_on"])
    first = changes.sort_values("changed_on", kind="stable").drop_duplicates("opportunity_id")
    before = found["opportunity_id"].map(first.set_index("opportunity_id")["old_close_on"])
    now = found["opportunity_id"].map(sale.set_index("opportunity_id")["expected_close_on"])
    return after["new_close_on"].fillna(before).fillna(now)
