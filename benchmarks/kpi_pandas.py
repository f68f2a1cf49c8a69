"""The scorecard's sums by rep and month with pandas, as somebody who knows it would write them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

KEYS = ["rep_id", "month"]
END = pd.Timestamp("2026-06-30")
MONTHS = pd.date_range("2023-07-01", "2026-06-01", freq="MS")


def frames(folder: Path) -> list[pd.DataFrame]:
    """Return one frame of sums a table and date column."""
    deals = pd.read_parquet(folder / "opportunities.parquet")
    for column in ("created_on", "closed_on"):
        deals[column] = pd.to_datetime(deals[column])
    stages = _stages(folder, deals)
    return [_activities(folder), _closed(deals), _created(deals), _open(deals), _prospects(deals), *stages]


def _month(days: pd.Series) -> pd.Series:
    return days.dt.to_period("M").dt.to_timestamp()


def _summed(frame: pd.DataFrame, days: str, columns: list[str]) -> pd.DataFrame:
    frame = frame.assign(month=_month(frame[days]))
    return frame.groupby(KEYS, sort=False, observed=True)[columns].sum().reset_index()


def _activities(folder: Path) -> pd.DataFrame:
    rows = pd.read_parquet(
        folder / "activities.parquet", columns=["rep_id", "kind", "outcome", "occurred_on"]
    )
    rows["occurred_on"] = pd.to_datetime(rows["occurred_on"])
    rows = rows.astype({"rep_id": "category", "kind": "category", "outcome": "category"})
    kind, outcome = rows["kind"], rows["outcome"]
    flags = {
        "calls": kind == "call",
        "connects": (kind == "call") & outcome.isin(["connected", "conversation"]),
        "conversations": (kind == "call") & (outcome == "conversation"),
        "meetings": (kind == "meeting") & (outcome == "held"),
        "proposals": kind == "proposal",
        "emails": kind == "email",
        "followups": kind == "follow_up",
        "voicemails": kind == "voicemail",
        "internal_meetings": kind == "internal_meeting",
        "admin": kind == "admin",
    }
    return _summed(rows[["rep_id", "occurred_on"]].assign(**flags), "occurred_on", list(flags))


def _closed(deals: pd.DataFrame) -> pd.DataFrame:
    rows = deals[deals["closed_on"] <= END]
    won, days = rows["outcome"] == "won", (rows["closed_on"] - rows["created_on"]).dt.days
    sums = {
        "wins": won,
        "losses": rows["outcome"] == "lost",
        "closed": rows["outcome"].isin(["won", "lost"]),
        "bookings": rows["amount"].where(won, 0.0),
        "bookings_squared": (rows["amount"] ** 2).where(won, 0.0),
        "sized_wins": won & (rows["amount"] > 0),
        "cycle_days": days.where(won, 0),
        "cycle_days_squared": (days**2).where(won, 0),
        "cycle_wins": won & rows["created_on"].notna(),
    }
    return _summed(rows[["rep_id", "closed_on"]].assign(**sums), "closed_on", list(sums))


def _created(deals: pd.DataFrame) -> pd.DataFrame:
    sums = {"opportunities_created": 1, "created_value": deals["amount"]}
    return _summed(deals[["rep_id", "created_on"]].assign(**sums), "created_on", list(sums))


def _open(deals: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for month in MONTHS:
        day = month + pd.offsets.MonthEnd(0)
        there = (deals["created_on"] <= day) & ~(deals["closed_on"] <= day)
        rows = deals.loc[there, ["rep_id", "amount", "created_on"]]
        rows = rows.assign(open_days=(day - rows["created_on"]).dt.days)
        by = rows.groupby("rep_id", sort=False)
        sums = by["amount"].agg(open_pipeline="sum", open_opportunities="count")
        parts.append(sums.assign(open_days=by["open_days"].sum(), month=month).reset_index())
    return pd.concat(parts, ignore_index=True)


def _prospects(deals: pd.DataFrame) -> pd.DataFrame:
    first = deals.sort_values(["created_on", "opportunity_id"]).drop_duplicates("account_id")
    return _summed(first[["rep_id", "created_on"]].assign(new_prospects=1), "created_on", ["new_prospects"])


def _stages(folder: Path, deals: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = pd.read_parquet(folder / "stage_history.parquet")
    rows["entered_on"] = pd.to_datetime(rows["entered_on"])
    rows = rows[rows["entered_on"] <= END]
    rows["position"] = rows["stage"].map({"qualification": 0, "discovery": 1, "proposal": 2})
    rows = rows.merge(deals[["opportunity_id", "outcome", "closed_on"]], on="opportunity_id")
    rows = rows.sort_values(["opportunity_id", "entered_on", "position"], ignore_index=True)
    backwards = rows.iloc[::-1]
    furthest = backwards.groupby("opportunity_id", sort=False)["position"].cummax().iloc[::-1]
    rows["stages_moved"] = (furthest > rows["position"]) | (rows["outcome"] == "won")
    first = rows.drop_duplicates(["opportunity_id", "stage"]).assign(stages_entered=1)
    by = rows.groupby("opportunity_id", sort=False)
    rows = rows[by["stage"].shift() != rows["stage"]]  # coming again into the same stage is no new stay
    left_on = rows.groupby("opportunity_id", sort=False)["entered_on"].shift(-1)
    rows = rows.assign(left_on=left_on.fillna(rows["closed_on"]))
    ended = rows[rows["left_on"] <= END]
    days = (ended["left_on"] - ended["entered_on"]).dt.days
    ended = ended.assign(stays_ended=1, stay_days=days, stay_days_squared=days**2)
    return (
        _summed(first, "entered_on", ["stages_entered", "stages_moved"]),
        _summed(ended, "left_on", ["stays_ended", "stay_days", "stay_days_squared"]),
    )
