"""Who is on the scorecard, for how many working days, and who the others are compared with."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from ..core.calendar import employed_days
from ..core.crm import Crm
from ..core.period import Period
from ..kpi.base import Kpi

#: Weeks on board before a rep counts as a peer.
RAMP_WEEKS = 13
#: Fewer peers than this are no benchmark, and would show one person's figures to another.
MIN_PEERS = 3


def staff(crm: Crm, period: Period) -> pd.DataFrame:
    """Return one row per rep employed in `period`, indexed by rep_id.

    Columns: ``name, team, role``, ``days`` (working days employed within the data), ``share`` (of the working
    days of everyone), ``is_peer`` (on board 13 weeks when the period began, and for half of it).
    """
    known = period.clip(crm.as_of)
    reps = crm.reps().set_index("rep_id", drop=False).rename_axis(None)
    for column in ("team", "role", "hired_on", "left_on"):
        if column not in reps:
            reps[column] = None
    hired, left = (pd.to_datetime(reps[c]).dt.date for c in ("hired_on", "left_on"))
    whole = employed_days(known, None, None, crm.client.country)
    reps["days"] = [employed_days(known, _day(h), _day(e), crm.client.country) for h, e in zip(hired, left)]
    reps["share"] = reps["days"] / max(whole, 1)
    latest = period.start - timedelta(weeks=RAMP_WEEKS)
    ramped = pd.Series([_day(h) is None or h <= latest for h in hired], reps.index)
    reps["is_peer"] = ramped & (reps["days"] >= max(whole / 2, 1))
    return reps.loc[reps["days"] > 0, ["rep_id", "name", "team", "role", "days", "share", "is_peer"]]


def peers_of(people: pd.DataFrame, rep_id: str) -> tuple[list[str], bool]:
    """Return the peers of a rep, and whether they share the rep's role.

    Too few of one role, or no roles known: ramped reps of all roles are taken.
    """
    others = people[people["is_peer"] & (people["rep_id"] != rep_id)]
    role = people.at[rep_id, "role"]
    same = others[others["role"] == role] if pd.notna(role) else others.iloc[:0]
    is_same = len(same) >= MIN_PEERS
    return (same if is_same else others)["rep_id"].tolist(), is_same


def pool(sums: pd.DataFrame, people: pd.DataFrame, shown: list[str]) -> pd.DataFrame:
    """Return the peers' pooled sums of every measure for each rep shown, with their number and days.

    Columns beside the measures: ``peer_count``, ``peer_days``, ``is_same_role``.
    """
    rows = {}
    for who in shown:
        peers, is_same = peers_of(people, who)
        days = float(people.loc[peers, "days"].sum())
        facts = {"peer_count": len(peers), "peer_days": days, "is_same_role": is_same}
        rows[who] = {**sums.reindex(peers).fillna(0.0).sum(), **facts}
    return pd.DataFrame.from_dict(rows, orient="index")


def benchmark(kpi: Kpi, pooled: pd.DataFrame, days: pd.Series) -> pd.Series:
    """Return the peers' value of `kpi` for each rep; missing under `MIN_PEERS`.

    Ratios come from pooled sums. Totals are the peers' mean by working day, times the rep's own `days`, so
    that joiners and leavers are compared like with like; a stock is the plain mean.
    """
    value = kpi.values(pooled)
    if kpi.is_total:
        value = value * days / pooled["peer_days"]
    elif not kpi.base and kpi.combine is None:
        value = value / pooled["peer_count"]
    return value.where(pooled["peer_count"] >= MIN_PEERS)


def _day(value: object) -> date | None:
    return None if value is None or pd.isna(value) else value
