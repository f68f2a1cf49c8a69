"""Lasting jumps in what is logged: a tool changed, a kind came or went, and no one worked differently.

The rule compares the `WINDOW` weeks from a week on with those before it. There is a jump where their medians
differ by a factor of at least `FACTOR`, those of the `BESIDE` weeks on either side too (it is sudden, no
drift or season), and at least a share `APART` of all pairs of weeks, one from each side, lie in one order.
It looks at activities per rep who logs, so that hiring is no jump, and at the share of
each kind in all activities, in which seasons and holidays cancel. How often it fires on data without any jump
is measured in ``docs/readiness.md``.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm

#: Weeks on each side, and weeks right beside the jump; least ratio of the medians of either.
WINDOW, BESIDE, FACTOR = 10, 4, 2.0
#: Least share of pairs in one order: for the share of a kind, and for all activities, which holidays disturb.
APART, APART_ALL = 0.95, 0.9
#: A usual week of the higher side must hold at least so many activities.
LEAST_COUNT = 10
#: Name of the series of all activities together.
ALL = "all"


def weekly(crm: Crm) -> pd.DataFrame:
    """Return logged activities a week: ``week, term`` (kind, or `ALL`), ``n, reps, value`` (n per rep).

    Whole weeks only, from the first to the last that is over; a week without any activity counts 0.
    """
    columns = ["week", "term", "n", "reps", "value"]
    if not crm.has("activities.occurred_on"):
        return pd.DataFrame(columns=columns)
    table = crm.table("activities")
    rows = table.mutate(week=table["occurred_on"].truncate("W"))
    kinds = rows.group_by("week", term=rows["kind"]).agg(n=lambda t: t.count()).to_pandas()
    owner = rows["rep_id"] if "rep_id" in rows.columns else rows["kind"]
    reps = rows.group_by("week").agg(reps=owner.nunique()).to_pandas()
    if kinds.empty:
        return pd.DataFrame(columns=columns)
    wide = kinds.pivot(index="week", columns="term", values="n")
    wide.index = pd.to_datetime(wide.index).astype("datetime64[s]")
    after = crm.as_of + timedelta(days=1)
    last = pd.Timestamp(after - timedelta(days=after.weekday())) - pd.Timedelta(days=7)
    weeks = pd.date_range(wide.index.min(), last, freq="7D", unit="s", name="week")
    wide = wide.reindex(weeks).fillna(0.0)
    wide.insert(0, ALL, wide.sum(axis=1))
    who = reps.assign(week=pd.to_datetime(reps["week"]).astype("datetime64[s]")).set_index("week")["reps"]
    who = who.reindex(weeks).fillna(0)
    long = wide.melt(ignore_index=False, var_name="term", value_name="n").reset_index()
    long["reps"] = long["week"].map(who).astype("int64")
    long["value"] = long["n"] / long["reps"].clip(lower=1)
    return long[columns]


def shifts(levels: pd.DataFrame) -> pd.DataFrame:
    """Return the lasting jumps: ``week`` (the first new one), ``term, estimate`` (after ÷ before), ``value``.

    Parameters
    ----------
    levels : pandas.DataFrame
        ``week, term, n, value``, as `weekly` gives them.

    Returns
    -------
    pandas.DataFrame
        For `ALL` the ratio is that of activities per rep who logs, for a kind that of its share in all
        activities; `value` is the median before. A kind that was not logged before has an infinite ratio.

    Examples
    --------
    >>> weeks = pd.date_range("2026-01-05", periods=30, freq="7D")
    >>> calls = pd.DataFrame({"week": weeks, "term": ALL, "n": [90.0] * 15 + [30.0] * 15})
    >>> found = shifts(calls.assign(value=calls["n"] / 3))
    >>> [(row.week.date().isoformat(), round(row.estimate, 2)) for row in found.itertuples()]
    [('2026-04-20', 0.33)]
    """
    found = []
    if len(levels):
        counts = levels.pivot(index="week", columns="term", values="n").sort_index()
        level = levels.pivot(index="week", columns="term", values="value").sort_index()
        for term in dict.fromkeys(levels["term"]):
            whole = term == ALL
            values = level[term] if whole else counts[term] / counts[ALL].clip(lower=1)
            apart = APART_ALL if whole else APART
            for at, before, after in jumps(values.to_numpy(float), counts[term].to_numpy(float), apart):
                estimate = after / before if before else float("inf")
                found.append({"week": counts.index[at], "term": term, "estimate": estimate, "value": before})
    table = pd.DataFrame(found, columns=["week", "term", "estimate", "value"])
    return table.sort_values("week", kind="stable", ignore_index=True)


def jumps(values: np.ndarray, counts: np.ndarray, apart: float = APART) -> list[tuple[int, float, float]]:
    """Return position, median before and median after of each lasting jump, the largest first.

    Of jumps nearer to each other than a window only the largest stays.
    """
    if len(values) < 2 * WINDOW:
        return []
    sides = np.lib.stride_tricks.sliding_window_view(values, WINDOW)
    volume = np.median(np.lib.stride_tricks.sliding_window_view(counts, WINDOW), axis=1)
    left, right = sides[:-WINDOW], sides[WINDOW:]
    pairs = right[:, :, None] - left[:, None, :]
    above = ((pairs > 0) + 0.5 * (pairs == 0)).mean(axis=(1, 2))
    before, after = np.median(left, axis=1), np.median(right, axis=1)
    high, low = np.maximum(before, after), np.minimum(before, after)
    enough = np.maximum(volume[:-WINDOW], volume[WINDOW:]) >= LEAST_COUNT
    near = np.median(left[:, -BESIDE:], axis=1), np.median(right[:, :BESIDE], axis=1)
    sudden = np.maximum(*near) >= FACTOR * np.minimum(*near)
    clear = (np.maximum(above, 1 - above) >= apart) & (high >= FACTOR * low) & sudden & enough
    size = np.abs(np.log((after + 0.02 * high + 1e-12) / (before + 0.02 * high + 1e-12)))
    # Where every week on one side is the new kind of week, the step between the two neighbours is largest.
    step = np.abs(values[WINDOW : len(values) - WINDOW + 1] - values[WINDOW - 1 : len(values) - WINDOW])
    kept: list[int] = []
    for i in sorted(np.flatnonzero(clear), key=lambda i: (-round(size[i], 1), -step[i])):
        if all(abs(i - k) >= WINDOW for k in kept):
            kept.append(int(i))
    return [(i + WINDOW, float(before[i]), float(after[i])) for i in kept]
