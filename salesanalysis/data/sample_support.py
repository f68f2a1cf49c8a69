"""People beside the seats of the sample company: SDRs who hand leads over, account managers, their work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .sample_people import TEAMS, Clock, People

SDR_TEAM = ("SDR Jakarta", "Yuni Astuti")
_FIRST = ["Tasya", "Raka", "Nadia", "Fikri", "Salsa", "Ilham", "Amel", "Rangga", "Fira", "Daffa"]
_LAST = ["Ramadhani", "Pradana", "Salsabila", "Alamsyah", "Nabila", "Akbar", "Febriani", "Aditama"]
#: Days before the end of the export on which SDRs were hired, in turn.
_HIRED = (760, 690, 400, 170)
#: Planted for SDRs, in turn: share of decided hand-offs that AEs accept, and how much they call.
ACCEPTED, EFFORT = (0.80, 0.52, 0.66, 0.70), (1.0, 1.25, 0.6, 0.9)
#: The third works part of the week.
PART_TIME, PART_TIMER = 0.6, 2
CALLS, EMAILS, CONNECTS, TALKS = 8.0, 3.0, 0.30, 0.42
#: What an account manager without opportunities does a day, for the customers looked after.
CARE = {
    ("call", "connected"): 1.6,
    ("call", "no_answer"): 1.2,
    ("meeting", "held"): 0.5,
    ("email", None): 2.5,
}
#: Days without outreach after the first day of work.
FIRST_OUTREACH = 6
#: Leave at Idul Fitri, from the first day to the day after the last.
LEBARAN = (("2025-03-28", "2025-04-08"), ("2026-03-16", "2026-03-28"), ("2027-03-08", "2027-03-18"))


@dataclass(frozen=True, eq=False)
class Support:
    """Rows of reps (`table`), SDRs first, and the working days on which each is there (T, SDRs)."""

    table: pd.DataFrame
    present: np.ndarray

    @property
    def sdr(self) -> pd.DataFrame:
        """The SDRs."""
        return self.table[self.table["role"] == "SDR"]


def make_support(rng: np.random.Generator, people: People, *, reps: int) -> Support:
    """One SDR for six seats and one account manager for each twenty, beside those who sit there already."""
    clock, many = people.clock, max(round(reps / 6), 1)
    back = np.array([_HIRED[k % len(_HIRED)] + 11 * (k // len(_HIRED)) for k in range(many)])
    extra = max(round(reps / 20), 1)
    hired = np.concatenate([clock.end - back, clock.end - 620 - 30 * np.arange(extra)])
    n, is_sdr = many + extra, np.arange(many + extra) < many
    names = [f"{_FIRST[k % 10]} {_LAST[(k + k // 10) % 8]}" for k in range(n)]
    team = [SDR_TEAM if is_sdr[k] else TEAMS[0] for k in range(n)]
    share = np.full(n, np.nan)
    if many > PART_TIMER:
        share[PART_TIMER] = PART_TIME
    cost = (np.where(is_sdr, 108, 252) + rng.integers(-9, 10, n) * 2) * np.where(np.isnan(share), 1, share)
    table = pd.DataFrame(
        {
            "rep_id": [f"R{people.n + k + 1:02d}" for k in range(n)],
            "name": names,
            "team": [t[0] for t in team],
            "manager": [t[1] for t in team],
            "role": np.where(is_sdr, "SDR", "AM"),
            "region": "Jakarta",
            "hired_on": clock.working(hired),
            "left_on": np.datetime64("NaT", "D"),
            "annual_cost": np.round(cost, 1) * 1e6,
            "working_share": share,
        }
    )
    first = table["hired_on"].to_numpy().astype("datetime64[D]")[:many]
    present = clock.is_working[:, None] & (clock.days[:, None] >= first)
    return Support(table, present & ~_lebaran(clock)[:, None])


def _lebaran(clock: Clock) -> np.ndarray:
    off = np.zeros(clock.days.size, dtype=bool)
    for start, end in LEBARAN:
        off |= (clock.days >= np.datetime64(start)) & (clock.days < np.datetime64(end))
    return off


def support_leave(clock: Clock, support: Support) -> pd.DataFrame:
    """List the leave of the SDRs at Idul Fitri, inside the export."""
    parts = []
    for start, end in LEBARAN:
        there = support.sdr[support.sdr["hired_on"] < pd.Timestamp(start)]
        if clock.days[0] <= np.datetime64(start) and np.datetime64(end) <= clock.end:
            parts.append(there[["rep_id"]].assign(starts_on=start, ends_on=end, kind="cuti Lebaran"))
    frames = parts or [pd.DataFrame({"rep_id": [], "starts_on": [], "ends_on": [], "kind": []})]
    return pd.concat(frames, ignore_index=True)


def support_log(
    rng: np.random.Generator, people: People, *, support: Support, leads: pd.DataFrame
) -> pd.DataFrame:
    """Calls and emails of SDRs; each lead handed over has the conversation in which it was won."""
    clock, sdr = people.clock, support.sdr
    shown = (clock.days >= clock.start)[:, None] & support.present
    ramped = clock.days[:, None] >= sdr["hired_on"].to_numpy().astype("datetime64[D]") + FIRST_OUTREACH
    effort = np.array([EFFORT[k % len(EFFORT)] for k in range(len(sdr))])
    parts = []
    for kind, mean in (("call", CALLS), ("email", EMAILS)):
        counts = rng.poisson(mean * effort * (shown & ramped))
        day, rep = np.nonzero(counts)
        times = counts[day, rep]
        outcome = np.full(times.sum(), None, dtype=object)
        if kind == "call":
            found = rng.random((times.sum(), 2))
            talked = np.where(found[:, 1] < TALKS, "conversation", "connected")
            outcome[:] = np.where(found[:, 0] < CONNECTS, talked, "no_answer")
        rows = {"occurred_on": np.repeat(clock.days[day], times), "rep": np.repeat(rep, times)}
        parts.append(pd.DataFrame({**rows, "kind": kind, "outcome": outcome}))
    log = pd.concat(parts, ignore_index=True)
    log["rep_id"] = sdr["rep_id"].to_numpy()[log["rep"]]
    handed = leads.dropna(subset="handed_on")
    won = pd.DataFrame({"occurred_on": handed["handed_on"], "kind": "call", "outcome": "conversation"})
    won = won.assign(**{c: handed[c] for c in ("rep_id", "lead_id", "account_id")})
    log = pd.concat([log.drop(columns="rep"), won], ignore_index=True)
    log = log.sort_values(["occurred_on", "rep_id", "kind", "outcome"], kind="stable").reset_index(drop=True)
    return log.assign(logged_on=log["occurred_on"])


def care_log(
    rng: np.random.Generator, clock: Clock, *, support: Support, accounts: pd.DataFrame
) -> pd.DataFrame:
    """Calls, meetings and emails of the account managers among `support`, each with one of their accounts."""
    parts = []
    day = clock.is_working & (clock.days >= clock.start) & ~_lebaran(clock)
    for who in support.table[support.table["role"] == "AM"].to_dict("records"):
        mine = accounts.loc[accounts["rep_id"] == who["rep_id"], "account_id"].to_numpy(dtype=object)
        there = day & (clock.days >= np.datetime64(who["hired_on"], "D"))
        for (kind, outcome), mean in CARE.items():
            days = np.repeat(clock.days, rng.poisson(mean * there)) if mine.size else clock.days[:0]
            rows = {"occurred_on": days, "rep_id": who["rep_id"], "kind": kind, "outcome": outcome}
            account = mine[rng.integers(0, max(mine.size, 1), days.size)] if mine.size else None
            parts.append(pd.DataFrame({**rows, "account_id": account}))
    log = pd.concat(parts, ignore_index=True)
    log = log.sort_values(["occurred_on", "rep_id", "kind", "outcome"], kind="stable").reset_index(drop=True)
    return log.assign(logged_on=log["occurred_on"])
