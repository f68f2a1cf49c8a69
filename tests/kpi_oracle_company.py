"""Random small companies for the oracle: ties, days on borders, gaps in columns, changes of all sorts."""

from __future__ import annotations

from datetime import date, timedelta

import kpi_oracle_events as events
import numpy as np
import pandas as pd
from kpi_oracle_events import AS_OF, STAGES, Dice

from salesanalysis.core.client import Client

#: Two sorts of company. ``wide`` declares its stages, has contracts and the history of its teams; ``bare``
#: does neither, has a fiscal year of its own, and who bought is a customer for 120 days.
CLIENTS = {
    "wide": Client(name="Wide", as_of=AS_OF, stages=STAGES, max_loss=1.0, attribution=("link",)),
    "bare": Client(
        name="Bare",
        as_of=AS_OF,
        country="DE",
        fiscal_year_start=2,
        customers="purchases",
        active_days=120,
        margin=0.3,
        max_loss=1.0,
        attribution=("link",),
    ),
}


def company(sort: str, seed: int) -> dict[str, pd.DataFrame]:
    """Return the tables of a random company, none of them knowing anything after `AS_OF`."""
    dice = Dice(seed)
    reps = _reps(dice)
    ids = reps["rep_id"].tolist()
    accounts = [f"a{k:02d}" for k in range(60)]
    frames = {"reps": reps, "accounts": _accounts(dice, accounts, ids)}
    if sort == "wide":
        frames |= {"rep_history": _history(dice, ids), "absences": _absences(dice, ids)}
    frames["opportunities"] = events.opportunities(dice, ids, accounts)
    frames["stage_history"] = events.stage_history(dice, frames["opportunities"], ids)
    frames["close_date_changes"] = events.changes(dice, frames["opportunities"])
    opportunity_ids = frames["opportunities"]["opportunity_id"].tolist()
    frames["activities"] = events.activities(dice, ids, opportunity_ids)
    frames["leads"] = events.leads(dice, ids, accounts, opportunity_ids)
    frames["contracts"] = events.contracts(dice, ids, accounts)
    frames["goals"] = _goals(dice, ids)
    frames["coaching"] = _coaching(dice, reps)
    return {name: _typed(frame) for name, frame in frames.items()}


def later(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Add to every table of events rows from after the last day, which must not count anywhere."""
    on = {
        "opportunities": "created_on",
        "stage_history": "entered_on",
        "close_date_changes": "changed_on",
        "activities": "occurred_on",
        "leads": "created_on",
        "contracts": "signed_on",
        "coaching": "held_on",
    }
    found = dict(frames)
    for name, column in on.items():
        rows = frames[name].iloc[::9].copy()
        steps = pd.to_timedelta(np.arange(len(rows)) % 40 + 1, unit="D")
        rows[column] = pd.Timestamp(AS_OF) + steps
        key = f"{name[:-1] if name != 'opportunities' else 'opportunity'}_id"
        key = {"activities": "activity_id", "coaching": "session_id"}.get(name, key)
        if key in rows and name not in ("stage_history", "close_date_changes"):
            rows[key] = "later " + rows[key]
        if name == "opportunities":
            rows["closed_on"] = rows["created_on"].where(rows["outcome"] != "open")
        found[name] = pd.concat([frames[name], rows], ignore_index=True)
    return found


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    numbers = ("amount", "probability", "value", "annual_value", "one_off_value", "target", "working_share")
    for column in frame:
        if column.endswith(("_on", "_at")):
            frame[column] = pd.to_datetime(frame[column]).astype("datetime64[us]")
        elif column in numbers:
            frame[column] = pd.to_numeric(frame[column]).astype("float64")
    return frame


def _reps(dice: Dice, n: int = 25) -> pd.DataFrame:
    hired = dice.days(n, date(2024, 1, 1), date(2026, 8, 30), gaps=0.1)
    left = [
        d + timedelta(days=int(dice.rng.integers(1, 500))) if d and dice.chance(0.4) else None for d in hired
    ]
    names = [f"Rep {k}" for k in range(n)]
    names[n - 1] = names[n - 2]  # two of one name
    return pd.DataFrame(
        {
            "rep_id": [f"r{k:02d}" for k in range(n)],
            "name": names,
            "team": dice.one_of(["East", "North", "West"], n, gaps=0.1),
            "role": dice.one_of(["SDR", "AE", "AM", "Senior sdr"], n, gaps=0.05),
            "hired_on": hired,
            "left_on": left,
            "working_share": dice.one_of([0.5, 0.8, 1.0], n, gaps=0.5),
        }
    )


def _accounts(dice: Dice, accounts: list[str], ids: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_id": accounts,
            "name": accounts,
            "segment": dice.one_of(["retail", "logistics"], len(accounts), gaps=0.1),
            "rep_id": dice.one_of(ids, len(accounts), gaps=0.4),
        }
    )


def _history(dice: Dice, ids: list[str]) -> pd.DataFrame:
    rows = []
    for rep in ids:
        begins = sorted(set(dice.days(int(dice.rng.integers(0, 4)))))
        for day in begins:
            team, role = dice.one_of(["East", "South"], 1, gaps=0.2), dice.one_of(["SDR", "AE"], 1, gaps=0.2)
            rows.append((rep, day, dice.after(day, 400) if dice.chance(0.6) else None, team[0], role[0]))
    return pd.DataFrame(rows, columns=["rep_id", "starts_on", "ends_on", "team", "role"])


def _absences(dice: Dice, ids: list[str], n: int = 40) -> pd.DataFrame:
    starts = dice.days(n)
    rows = pd.DataFrame({"rep_id": dice.one_of(ids, n), "starts_on": starts})
    rows["ends_on"] = [d + timedelta(days=int(dice.rng.integers(1, 25))) for d in starts]
    return rows.drop_duplicates(["rep_id", "starts_on"])


def _goals(dice: Dice, ids: list[str]) -> pd.DataFrame:
    """Goals for years, quarters and months that overlap, for other KPIs and for teams."""
    rows = [("bookings", "team", "East", "2026", 9e7), ("bookings", "organisation", None, "2026", 5e8)]
    periods = ["2025", "2026", "2025-H2", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-03", "2026-08"]
    for rep in ids:
        for period in periods:
            if dice.chance(0.35):
                rows.append(("bookings", "rep", rep, period, float(dice.rng.choice([0.0, 1e6, 4e6, 9e6]))))
        rows.append(("calls", "rep", rep, "2026-Q3", 50.0))
    return pd.DataFrame(rows, columns=["kpi", "scope", "scope_id", "period", "target"])


def _coaching(dice: Dice, reps: pd.DataFrame, n: int = 250) -> pd.DataFrame:
    names = reps["name"].tolist()
    return pd.DataFrame(
        {
            "session_id": [
                f"s{k // 2:03d}" for k in range(n)
            ],  # two actions a session, at times by two coaches
            "rep_id": dice.one_of(reps["rep_id"], n),
            "coach": dice.one_of([*names[:12], *names[-2:], "Somebody"], n, gaps=0.05),
            "held_on": dice.days(n),
            "action": [f"action {k}" for k in range(n)],
        }
    )
