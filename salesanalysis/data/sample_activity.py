"""The activity log of the sample company: what reps chose to do, what followed from it, how it was logged."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .sample_contacts import Contacts, pick_open
from .sample_funnel import Events, owner_on
from .sample_people import Clock, People
from .sample_work import Work

#: Follow-ups a week on an open opportunity, follow-ups and paperwork after a win, meetings to find out more.
FOLLOW_UPS, AFTER_WIN, PAPERWORK, DISCOVERY_MEETINGS = 0.55, 1.2, 1.2, 0.12
#: Rows of each kind of flaw.
WITHOUT_OWNER, IN_FUTURE, DUPLICATES = 31, 4, 2
ORDER = (
    "call",
    "connected",
    "meeting",
    "proposal",
    "follow_up",
    "email",
    "voicemail",
    "internal_meeting",
    "admin",
)


def make_log(
    rng: np.random.Generator, work: Work, *, events: Events, opportunities: pd.DataFrame
) -> pd.DataFrame:
    """All activities as one frame: day, rep, kind, outcome, number of the opportunity (-1: none)."""
    people, clock = work.people, work.people.clock
    chosen = pd.DataFrame(
        {"day": events.day, "rep": events.rep, "kind": events.kind, "outcome": events.outcome}
    )
    chosen["opportunity"] = events.opportunity
    sourced = opportunities.index[opportunities["event"] >= 0].to_numpy()
    chosen["sourced"] = -1
    chosen.loc[opportunities["event"].to_numpy()[sourced], "sourced"] = sourced
    later = [_proposals(opportunities), _meetings(rng, opportunities)]
    later += [_follow_ups(rng, work, opportunities), *_after_win(rng, opportunities)]
    follow = pd.concat(later, ignore_index=True).assign(sourced=-1)
    number = follow["opportunity"].to_numpy()
    day = clock.working(follow["day"].to_numpy())
    follow["day"], follow["rep"] = day, owner_on(people, opportunities, number=number, day=day)
    log = pd.concat([chosen, follow], ignore_index=True)
    inside = (log["day"] >= clock.start) & (log["day"] <= clock.end)
    return log[inside].reset_index(drop=True)


def _proposals(table: pd.DataFrame) -> pd.DataFrame:
    number = np.flatnonzero(table["proposal_on"].notna())
    return _rows(table["proposal_on"].to_numpy()[number], number, "proposal")


def _meetings(rng: np.random.Generator, table: pd.DataFrame) -> pd.DataFrame:
    number = np.flatnonzero(table["discovery_on"].notna() & (rng.random(len(table)) < DISCOVERY_MEETINGS))
    return _rows(table["discovery_on"].to_numpy()[number], number, "meeting").assign(outcome="held")


def _follow_ups(rng: np.random.Generator, work: Work, table: pd.DataFrame) -> pd.DataFrame:
    """Driven by what is open, and by how busy the rep is that week; never a reason for a win."""
    people, clock = work.people, work.people.clock
    begins, ends = (table[c].to_numpy().astype("datetime64[D]") for c in ("created_on", "quiet_on"))
    life = np.maximum((ends - begins).astype(int), 1)
    follow = people.factors["follow_through"].to_numpy()[table["rep"]]
    number = np.repeat(np.arange(len(table)), rng.poisson(2 * FOLLOW_UPS * follow * life / 7))
    day = begins[number] + np.ceil(rng.beta(1.6, 1.0, number.size) * life[number]).astype(int)
    at = np.minimum(clock.index(day), clock.days.size - 1)
    keep = rng.random(number.size) < 0.5 * work.load[clock.week[at], table["rep"].to_numpy()[number]]
    return _rows(day[keep], number[keep], "follow_up")


def _after_win(rng: np.random.Generator, table: pd.DataFrame) -> list[pd.DataFrame]:
    won = np.flatnonzero(table["is_won"])
    closed = table["closed_on"].to_numpy().astype("datetime64[D]")
    parts = []
    for kind, mean, span in (("follow_up", AFTER_WIN, 28), ("admin", PAPERWORK, 14)):
        number = np.repeat(won, rng.poisson(mean, won.size))
        parts.append(_rows(closed[number] + rng.integers(1, span, number.size), number, kind))
    return parts


def _rows(day: np.ndarray, number: np.ndarray, kind: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"day": day.astype("datetime64[D]"), "kind": kind, "outcome": None, "opportunity": number}
    )


def attach(
    rng: np.random.Generator, log: pd.DataFrame, *, opportunities: pd.DataFrame, contacts: Contacts
) -> pd.DataFrame:
    """Give activities the lead, opportunity and account they concerned."""
    leads = contacts.leads
    day, rep, kind = (
        log["day"].to_numpy().astype("datetime64[D]"),
        log["rep"].to_numpy(),
        log["kind"].to_numpy(),
    )
    lead_of = np.full(len(opportunities), -1)
    warm = leads.index[leads["opportunity"] >= 0].to_numpy()
    lead_of[leads["opportunity"].to_numpy()[warm]] = warm
    lead, deal = np.full(len(log), -1), log["opportunity"].to_numpy().copy()
    sourced = log["sourced"].to_numpy()
    lead[sourced >= 0] = lead_of[sourced[sourced >= 0]]
    chance = rng.random(len(log))
    to_deal = (deal < 0) & (sourced < 0) & (kind == "email") & (chance < 0.4)
    pool = opportunities.rename(columns={"created_on": "begins", "closed_on": "ends"})
    deal[to_deal] = pick_open(rng, pool, day=day[to_deal], rep=rep[to_deal])
    limits = (
        pd.Series(kind)
        .map({"call": 1.0, "voicemail": 1.0, "meeting": 0.7, "email": 0.9})
        .fillna(0)
        .to_numpy()
    )
    to_lead = (deal < 0) & (lead < 0) & (chance < limits)
    pool = leads.rename(columns={"created_on": "begins", "converted_on": "ends"})
    lead[to_lead] = pick_open(rng, pool, day=day[to_lead], rep=rep[to_lead])
    account = np.full(len(log), -1)
    account[lead >= 0] = leads["account"].to_numpy()[lead[lead >= 0]]
    account[deal >= 0] = leads["account"].to_numpy()[lead_of[deal[deal >= 0]]]
    return log.assign(opportunity=deal, lead=lead, account=account)


def record(rng: np.random.Generator, people: People, *, log: pd.DataFrame) -> pd.DataFrame:
    """Add when each activity was logged, due and done, and how long it took; sorted by day."""
    clock = people.clock
    log = log.sort_values(["day", "rep", "kind", "outcome"], kind="stable").reset_index(drop=True)
    n, day = len(log), log["day"].to_numpy().astype("datetime64[D]")
    late = np.clip(0.12 * people.factors["logging"].to_numpy()[log["rep"]], 0.02, 0.6)
    lag = np.where(rng.random(n) < late, 1 + rng.geometric(0.45, n), rng.random(n) < 0.25).astype(int)
    log["logged_on"] = np.minimum(day + lag, clock.end)
    task = log["kind"].isin(["follow_up", "admin"]).to_numpy()
    open_ = np.clip(0.06 + 0.4 * (1 - people.factors["follow_through"].to_numpy()[log["rep"]]), 0.02, 0.5)
    undone = task & (rng.random(n) < open_)
    due = clock.working(day + rng.integers(-2, 6, n))
    log["due_on"] = np.where(task, np.where(undone, day, due), np.datetime64("NaT", "D"))
    log["completed_on"] = np.where(task & ~undone, day, np.datetime64("NaT", "D"))
    log["duration_minutes"] = _minutes(rng, log)
    return log


def _minutes(rng: np.random.Generator, log: pd.DataFrame) -> np.ndarray:
    what = log["outcome"].where(log["outcome"].notna(), log["kind"]).to_numpy()
    minutes = np.full(len(log), np.nan)
    ranges = {"no_answer": (1, 2), "connected": (1, 5), "conversation": (6, 26)}
    for name, (low, high) in ranges.items():
        mark = what == name
        minutes[mark] = rng.integers(low, high, mark.sum())
    for name, lengths in {"held": (30, 45, 60, 90), "internal_meeting": (30, 60)}.items():
        mark = what == name
        minutes[mark] = rng.choice(lengths, mark.sum())
    return minutes


def soil(
    rng: np.random.Generator, clock: Clock, *, table: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Add the few flaws that every export has: no owner, a date in the future, a row exported twice."""
    table = table.copy()
    rows = rng.choice(len(table), WITHOUT_OWNER + IN_FUTURE + DUPLICATES, replace=False)
    plain = np.sort(rows[:WITHOUT_OWNER])
    table.loc[plain, "rep_id"] = None
    ahead = np.sort(rows[WITHOUT_OWNER : WITHOUT_OWNER + IN_FUTURE])
    future = (clock.end + rng.integers(12, 380, IN_FUTURE)).astype("datetime64[us]")
    table.loc[ahead, "occurred_on"] = future
    twice = np.sort(rows[WITHOUT_OWNER + IN_FUTURE :])
    order = np.sort(np.concatenate([np.arange(len(table)), twice]))
    flaws = {"without_owner": WITHOUT_OWNER, "in_future": IN_FUTURE, "duplicates": DUPLICATES}
    return table.iloc[order].reset_index(drop=True), flaws
