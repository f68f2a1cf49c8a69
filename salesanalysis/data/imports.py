"""Bulk imports and clean-ups: days on which far more rows appear than that weekday usually has."""

from __future__ import annotations

import pandas as pd

from ..core.crm import Crm

#: Days looked at: when rows were created, logged or closed.
DAYS = (
    ("accounts", "created_on"),
    ("leads", "created_on"),
    ("opportunities", "created_on"),
    ("opportunities", "closed_on"),
    ("stage_history", "entered_on"),
    ("activities", "logged_on"),
    ("activities", "occurred_on"),
    ("contracts", "signed_on"),
)
#: A day stands out with so many rows, and so many times its weekday's median and the mean of all days.
LEAST_ROWS, TIMES = 20, 10.0
#: Weeks around a day whose median of its weekday is the usual.
AROUND = 27
COLUMNS = ["table", "column", "day_on", "n", "value", "share"]


def imports(crm: Crm) -> pd.DataFrame:
    """Return the days that stand out, the largest share of a table first.

    Columns: ``table, column, day_on, n`` (rows of that day), ``value`` (median of its weekday over the
    half year around it, days without rows counting 0), ``share`` (of the table's rows). An activity that was
    logged on its own day is looked at once, by the day of logging.

    Examples
    --------
    >>> from salesanalysis.data import sample
    >>> imports(sample())[["table", "n"]].to_numpy().tolist()
    [['leads', 441.0]]
    """
    parts = []
    for name, column in DAYS:
        if not crm.has(f"{name}.{column}") or (column == "occurred_on" and crm.has(f"{name}.logged_on")):
            continue
        table = crm.table(name)
        daily = (
            table.filter(table[column].notnull()).group_by(day_on=table[column]).agg(n=lambda t: t.count())
        )
        found = outstanding(daily.to_pandas())
        parts.append(found.assign(table=name, column=column))
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame({c: pd.Series(dtype="object") for c in COLUMNS})
    found = pd.concat(parts, ignore_index=True)[COLUMNS]
    return found.sort_values("share", ascending=False, kind="stable", ignore_index=True)


def outstanding(daily: pd.DataFrame) -> pd.DataFrame:
    """Return the days of ``day_on, n`` that stand out against their weekday's median around them.

    Examples
    --------
    >>> days = pd.DataFrame({"day_on": pd.date_range("2026-01-05", periods=56), "n": [4] * 55 + [200]})
    >>> outstanding(days)[["n", "value"]].to_numpy().tolist()
    [[200.0, 4.0]]
    """
    if daily.empty:
        return daily.assign(value=[], share=[])
    counts = daily.assign(day_on=pd.to_datetime(daily["day_on"])).set_index("day_on")["n"].astype("float64")
    counts = counts.reindex(pd.date_range(counts.index.min(), counts.index.max()), fill_value=0.0)
    # Against the weeks around it: a company that grows has no import on each day of its later years.
    usual = counts.groupby(counts.index.day_of_week).transform(
        lambda same: same.rolling(AROUND, center=True, min_periods=1).median()
    )
    mean = counts.rolling(7 * AROUND, center=True, min_periods=1).mean()
    base = usual.clip(lower=mean.clip(lower=1.0))
    stands_out = (counts >= LEAST_ROWS) & (counts >= TIMES * base)
    found = pd.DataFrame({"n": counts, "value": usual, "share": counts / counts.sum()})[stands_out]
    return found.rename_axis("day_on").reset_index()
