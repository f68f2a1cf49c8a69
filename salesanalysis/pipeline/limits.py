"""How long is too long: limits for stays and ages, from what happened to the company's own opportunities."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from ..stats.survival import kaplan_meier, quantile

#: Share of stays and of wins that are over by the limit.
SHARE = 0.9
#: Least stays that ended, or wins, from which a limit is read.
LEAST = 20
_DAY = np.timedelta64(1, "D")


def stays(frame: pd.DataFrame, on: date) -> pd.DataFrame:
    """Return one row per unbroken stay of an open opportunity in a stage, as known at the end of `on`.

    Columns ``opportunity_id, stage, entered_on, days`` and ``is_over`` (left the stage, or closed).
    """
    at = np.datetime64(on, "s")
    known = frame[(frame["starts_on"] <= at) & frame["stage"].notna()]
    is_open = known["status"] == "open"
    known = known[is_open]
    before = known.shift(1)
    follows = (known["opportunity_id"] == before["opportunity_id"]) & (
        known["starts_on"] == before["ends_on"]
    )
    number = (~(follows & (known["stage"] == before["stage"]))).cumsum()
    ends = known["ends_on"].fillna(pd.Timestamp.max.floor("s"))
    runs = pd.DataFrame(
        {
            "opportunity_id": known["opportunity_id"].groupby(number).first(),
            "stage": known["stage"].groupby(number).first(),
            "entered_on": known["starts_on"].groupby(number).min(),
            "left_on": ends.groupby(number).max(),
        }
    )
    is_over = runs["left_on"] <= at
    until = runs["left_on"].where(is_over, pd.Timestamp(at))
    days = (until - runs["entered_on"]).dt.days
    return runs.assign(days=days, is_over=is_over).drop(columns="left_on").reset_index(drop=True)


def stay_limits(found: pd.DataFrame) -> pd.Series:
    """Return by stage the days within which `SHARE` of all stays are over; open stays count as not yet over.

    A stage in which fewer than `LEAST` stays ended, or whose curve never comes down so far, has none.
    """
    limits = {}
    for stage, group in found.groupby("stage"):
        if group["is_over"].sum() >= LEAST:
            curve = kaplan_meier(group["days"].to_numpy("float64"), group["is_over"].to_numpy("int64"))
            limits[stage] = quantile(curve, SHARE)[0]
    return pd.Series(limits, dtype="float64").dropna()


def win_limit(frame: pd.DataFrame, on: date) -> float:
    """Return the days within which `SHARE` of the wins known at the end of `on` came; too few: missing."""
    begin = frame.groupby("opportunity_id")["starts_on"].transform("min")
    won = frame[
        (frame["status"] == "won") & (frame["starts_on"] <= np.datetime64(on, "s")) & frame["ends_on"].isna()
    ]
    days = (won["starts_on"] - begin[won.index]) / _DAY
    return float(np.quantile(days, SHARE)) if len(days) >= LEAST else float("nan")
