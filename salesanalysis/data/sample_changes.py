"""What changed over the weeks of the sample company: teams, managers, roles, leave, expected close dates."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from .sample_people import PLANTED, TEAMS, People
from .sample_work import Work

#: Days before the end on which somebody changed team, a team its manager, and somebody became an AM.
MOVED, NEW_MANAGER, PROMOTED = 226, 364, 456
FORMER_MANAGER = "Agung Wicaksono"
#: Pushes of the expected close date of an opportunity, and how much more often the planted rep does it.
PUSHES, PUSHER, PUSHES_MORE = 0.45, "Fajar Nugroho", 2.5
_COLUMNS = ("rep_id", "starts_on", "ends_on", "team", "manager", "role", "region")


def rep_history(work: Work) -> pd.DataFrame:
    """One rep who changed team, one team that changed its manager, one AE who became an AM.

    Reps to whom nothing happened have no rows: what `reps` says held all the time.
    """
    people = work.people
    table, clock = people.table, people.clock
    until: dict[str, dict] = {}
    for rep in table.loc[table["team"] == TEAMS[2][0], "rep_id"]:
        until[rep] = {"day": clock.end - NEW_MANAGER, "manager": FORMER_MANAGER}
    promoted = table.loc[(table["role"] == "AM") & (table["team"] != TEAMS[2][0]), "rep_id"]
    for rep in promoted[:1]:
        until[rep] = {"day": clock.end - PROMOTED, "role": "AE"}
    for rep in _movable(work)[:1]:
        until[rep] = {"day": clock.end - MOVED, "team": TEAMS[1][0], "manager": TEAMS[1][1]}
    rows = []
    for who, hired, left in zip(table.to_dict("records"), people.hired, people.left):
        change = until.get(who["rep_id"])
        if change and hired < change["day"] and not left <= change["day"]:
            before = {k: v for k, v in change.items() if k != "day"}
            rows.append({**who, **before, "starts_on": hired, "ends_on": change["day"]})
            rows.append({**who, "starts_on": change["day"], "ends_on": np.datetime64("NaT", "D")})
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _movable(work: Work) -> list[str]:
    """AEs of the first team about whom nothing is planted and who were never coached."""
    table = work.people.table
    coached = {lift.rep for lift in work.lifts}
    plain = (table["team"] == TEAMS[0][0]) & (table["role"] == "AE") & table["left_on"].isna()
    plain &= ~table["name"].isin(PLANTED) & ~table.index.isin(coached)
    return table.loc[plain, "rep_id"].tolist()


def team_on(history: pd.DataFrame, *, rep: pd.Series, team: pd.Series, day: date) -> pd.Series:
    """Team of each rep on `day`; `team` is today's."""
    stamp = pd.Timestamp(day)
    then = history[(history["starts_on"] <= stamp) & ~(history["ends_on"] <= stamp)]
    return rep.map(then.set_index("rep_id")["team"]).fillna(team)


def absences(people: People) -> pd.DataFrame:
    """Days off as stretches: working days away that follow one another."""
    clock = people.clock
    rows = []
    working = np.flatnonzero(clock.is_working & (clock.days >= clock.start))
    away = (people.employed & ~people.present)[working]
    edge = np.zeros((1, people.n), dtype=int)
    steps = np.diff(np.vstack([edge, away.astype(int), edge]), axis=0)
    for rep in range(people.n):
        first, after = np.flatnonzero(steps[:, rep] == 1), np.flatnonzero(steps[:, rep] == -1)
        for a, b in zip(first, after):
            start, last = clock.days[working[a]], clock.days[working[b - 1]]
            kind = "cuti tahunan" if b - a >= 4 else ("sakit", "izin")[(a + rep) % 2]
            rows.append((people.table["rep_id"].iloc[rep], start, last + 1, kind))
    return pd.DataFrame(rows, columns=["rep_id", "starts_on", "ends_on", "kind"])


def close_date_changes(
    rng: np.random.Generator, people: People, *, opportunities: pd.DataFrame
) -> pd.DataFrame:
    """Walk back from the expected close date as it stands to the one first entered."""
    clock, table = people.clock, opportunities.reset_index(drop=True)
    days = {c: table[c].to_numpy().astype("datetime64[D]") for c in ("created_on", "closed_on")}
    last = np.where(np.isnat(days["closed_on"]), clock.end, days["closed_on"])
    new = table["expected_close_on"].to_numpy().astype("datetime64[D]")
    pusher = people.table.loc[people.table["name"] == PUSHER, "rep_id"]
    mean = PUSHES * np.where(table["rep_id"].isin(pusher), PUSHES_MORE, 1.0)
    mean = mean * np.where(table["outcome"] == "open", 2.0, 1.0)
    left = rng.poisson(mean)
    leaves = table["entry_rep_id"].map(people.table.set_index("rep_id")["left_on"])
    leaves = leaves.fillna(pd.Timestamp.max.floor("D")).to_numpy().astype("datetime64[D]")
    parts = []
    for _ in range(4):
        n = len(table)
        earlier = rng.random(n) < 0.12  # now and then a date moves forward
        old = clock.working(new + np.where(earlier, 1, -1) * rng.integers(7, 41, n))
        changed = clock.working(np.minimum(old, new) - rng.integers(1, 8, n))
        good = (left > 0) & (changed > days["created_on"] + 2) & (changed <= last)
        good &= (old > days["created_on"] + 2) & (changed >= clock.start)
        step = {"changed_on": changed, "old_close_on": old, "new_close_on": new}
        step["rep_id"] = np.where(changed < leaves, table["entry_rep_id"], table["rep_id"])
        parts.append(table[["opportunity_id"]].assign(**step)[good])
        # A change is only followed back where it came before the one already known.
        last = np.where(good, changed - 1, last)
        new, left = np.where(good, old, new), np.where(good, left - 1, 0)
    found = pd.concat(parts, ignore_index=True)
    return found.sort_values(["opportunity_id", "changed_on"], kind="stable").reset_index(drop=True)
