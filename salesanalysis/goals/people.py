"""Who is on the scorecard, for how many working days, and who the others are compared with."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from ..core.calendar import workdays, working_days
from ..core.crm import Crm
from ..core.history import ATTRIBUTES
from ..core.period import Period
from ..kpi.base import Kpi

#: Weeks on board before a rep counts as a peer.
RAMP_WEEKS = 13
#: Business category that a rep sells to: not a part of the history, since splits by it are of accounts.
SEGMENT = "segment"
#: Fewer peers than this are no benchmark, and would show one person's figures to another.
MIN_PEERS = 3


def staff(crm: Crm, period: Period) -> pd.DataFrame:
    """Return one row per rep employed in `period`, indexed by rep_id.

    Columns: ``name, team, manager, role, region`` (of the period's last day within the data), ``segment``,
    ``days`` (working days employed within the data, without leave, part-timers by their share), ``share`` (of
    the working days there are), ``is_peer`` (on board 13 weeks when the period began, there for half of it).
    """
    known, country = period.clip(crm.as_of), crm.client.country
    reps = crm.reps(on=known.last_day).set_index("rep_id", drop=False).rename_axis(None)
    for column in (*ATTRIBUTES, SEGMENT, "hired_on", "left_on"):
        if column not in reps:
            reps[column] = None
    leave = crm.frame("absences") if crm.has("absences") else None
    worked = workdays(reps, known, absences=leave, country=country).set_axis(reps.index)
    whole = working_days(known.start, known.end, country)
    reps["days"], reps["share"] = worked["days"], worked["days"] / max(whole, 1)
    latest = pd.Timestamp(period.start - timedelta(weeks=RAMP_WEEKS))
    hired = pd.to_datetime(reps["hired_on"])
    # Half-timers and those who took days off are peers like others: rates are by working day.
    reps["is_peer"] = (hired.isna() | (hired <= latest)) & (worked["present"] >= max(whole / 2, 1))
    return reps.loc[reps["days"] > 0, ["rep_id", "name", *ATTRIBUTES, SEGMENT, "days", "share", "is_peer"]]


def peers_of(people: pd.DataFrame, rep_id: str) -> tuple[list[str], bool]:
    """Return the peers of a rep, and whether they share the rep's role.

    Too few of one role, or no roles known: ramped reps of all roles are taken.
    """
    peers, shared = peers_with(people, rep_id)
    return peers, shared != "nothing"


def peers_with(people: pd.DataFrame, rep_id: str) -> tuple[list[str], str]:
    """Return the peers of a rep, and what they share with the rep: ``segment``, ``role`` or ``nothing``.

    Ramped reps of the same role who sell to the same segment, where they are enough; else of the same role;
    else of all roles. A segment is asked of reps whose own is known only.
    """
    others = people[people["is_peer"] & (people["rep_id"] != rep_id)]
    role = people.at[rep_id, "role"]
    same = others[others["role"] == role] if pd.notna(role) else others.iloc[:0]
    segment = people.at[rep_id, SEGMENT] if SEGMENT in people else None
    if pd.notna(segment):
        near = same[same[SEGMENT] == segment]
        if len(near) >= MIN_PEERS:
            return near["rep_id"].tolist(), SEGMENT
    if len(same) >= MIN_PEERS:
        return same["rep_id"].tolist(), "role"
    return others["rep_id"].tolist(), "nothing"


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
