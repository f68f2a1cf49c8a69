"""From activities to opportunities to contracts in the sample company."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .sample_people import Clock, People
from .sample_work import BASE, CONNECT_RATE, CONVERSATION_RATE, HELD_RATE, KINDS, Work

#: Stages of the sales process in order.
STAGES = ("qualification", "discovery", "proposal", "negotiation")
#: Opportunities that an average rep opens in a full week, from all sources together.
OPPORTUNITIES = 3.3
PROPOSAL_RATE, WIN_AFTER_PROPOSAL = 0.68, 0.46
#: Days from creation to the win: median and standard deviation of the log.
CYCLE_MEDIAN, CYCLE_SIGMA = 38.0, 0.5
SOURCES = {
    "calls": ("Telepon keluar",),
    "meetings": ("Acara", "Referensi pelanggan"),
    "emails": ("Email",),
    "inbound": ("Situs web",),
}
PRODUCTS = {"Cakra Akuntansi": 1.0, "Cakra Gudang": 1.25, "Cakra HRIS": 0.9, "Cakra Kasir": 0.65}
LOST_REASONS = ("Harga", "Memilih pesaing", "Tidak ada anggaran", "Waktu belum tepat", "Tidak ada kabar")
NEVER = np.datetime64("2100-01-01", "D")


@dataclass(frozen=True, eq=False)
class Events:
    """Activities one row each: arrays of equal length (day, rep, kind, outcome, opportunity number or -1)."""

    day: np.ndarray
    rep: np.ndarray
    kind: np.ndarray
    outcome: np.ndarray
    opportunity: np.ndarray


def make_events(rng: np.random.Generator, work: Work) -> Events:
    """Turn counts into single activities with outcomes."""
    people, clock = work.people, work.people.clock
    day, rep, kind = np.nonzero(work.counts)
    times = work.counts[day, rep, kind]
    day, rep, kind = (np.repeat(a, times) for a in (day, rep, kind))
    names = np.array(KINDS, dtype=object)[kind]
    outcome = np.full(day.size, None, dtype=object)
    call, meeting = names == "call", names == "meeting"
    connects = rng.random(day.size) < CONNECT_RATE * people.factors["connect_rate"].to_numpy()[rep]
    talks = rng.random(day.size) < work.conversation[clock.week[day], rep]
    outcome[call] = np.where(connects, np.where(talks, "conversation", "connected"), "no_answer")[call]
    outcome[meeting] = np.where(rng.random(day.size) < HELD_RATE, "held", "no_show")[meeting]
    return Events(clock.days[day], rep, names, outcome, np.full(day.size, -1))


def make_opportunities(
    rng: np.random.Generator, work: Work, *, events: Events, shares: dict[str, float]
) -> pd.DataFrame:
    """Open opportunities where activities lead to them, and decide their course.

    `shares` gives the share of opportunities that come from calls, meetings and emails; the rest comes in by
    itself. An opportunity keeps the number of its activity in `event` (-1 when it came by itself).
    """
    people, clock = work.people, work.people.clock
    means = {
        "calls": BASE[0] * CONNECT_RATE * CONVERSATION_RATE,
        "meetings": BASE[1] * HELD_RATE,
        "emails": BASE[2],
    }
    marks = {
        "calls": events.outcome == "conversation",
        "meetings": (events.kind == "meeting") & (events.outcome == "held"),
        "emails": events.kind == "email",
    }
    week = clock.week[clock.index(events.day)]
    appetite = work.quality[week, events.rep] * np.sqrt(work.growth[week, events.rep])
    appetite = appetite * people.factors["qualifying"].to_numpy()[events.rep]
    parts = []
    for channel, mark in marks.items():
        chance = np.clip(shares[channel] * OPPORTUNITIES / means[channel] * appetite, 0, 0.97)
        hit = np.flatnonzero(mark & (rng.random(mark.size) < chance))
        parts.append(
            pd.DataFrame({"rep": events.rep[hit], "day": events.day[hit], "event": hit, "channel": channel})
        )
    parts.append(_inbound(rng, work, share=1 - sum(shares.values())))
    table = pd.concat(parts, ignore_index=True)
    delay = rng.choice([0, 0, 1, 2, 5], len(table))
    table["created_on"] = clock.working(table["day"].to_numpy().astype("datetime64[D]") + delay)
    table = table.sort_values(["created_on", "rep", "event"], kind="stable").reset_index(drop=True)
    return _course(rng, work, table)


def _inbound(rng: np.random.Generator, work: Work, *, share: float) -> pd.DataFrame:
    people, clock = work.people, work.people.clock
    # Customers write in whether or not the rep is on leave.
    mean = max(share, 0.0) * OPPORTUNITIES / 5 * people.employed * work.quality[clock.week]
    day, rep = np.nonzero(counts := rng.poisson(mean))
    times = counts[day, rep]
    return pd.DataFrame(
        {
            "rep": np.repeat(rep, times),
            "day": clock.days[np.repeat(day, times)],
            "event": -1,
            "channel": "inbound",
        }
    )


def _course(rng: np.random.Generator, work: Work, table: pd.DataFrame) -> pd.DataFrame:
    """Add the stage days, the end and the amount of each opportunity, as they will be known in the end."""
    people, clock = work.people, work.people.clock
    n, rep = len(table), table["rep"].to_numpy()
    created = table["created_on"].to_numpy().astype("datetime64[D]")
    week = clock.week[np.minimum(clock.index(created), clock.days.size - 1)]
    factor = people.factors.iloc[rep].reset_index(drop=True)
    follow = factor["follow_through"].to_numpy()
    proposes = rng.random(n) < np.clip(PROPOSAL_RATE * follow, 0, 0.97)
    chance = WIN_AFTER_PROPOSAL * factor["win_rate"].to_numpy() * work.growth[week, rep] ** 0.5
    wins = proposes & (rng.random(n) < np.clip(chance, 0, 0.95))
    stalls = ~wins & (rng.random(n) < np.clip(0.10 + 0.4 * (1 - follow), 0.03, 0.6))
    length = np.exp(rng.normal(np.log(np.where(wins, CYCLE_MEDIAN, 0.9 * CYCLE_MEDIAN)), CYCLE_SIGMA))
    length = np.where(proposes, length, 0.75 * length).clip(3, 240)
    cut = np.sort(rng.beta(2.2, 2.2, (n, 3)), axis=1) * 0.9
    table["discovery_on"] = clock.working(created + np.ceil(cut[:, 0] * length).astype(int))
    table["proposal_on"] = clock.working(created + np.ceil(cut[:, 1] * length).astype(int))
    table["negotiation_on"] = clock.working(created + np.ceil(cut[:, 2] * length).astype(int))
    talks_terms = wins | (proposes & (rng.random(n) < 0.6))
    begins = proposes | (rng.random(n) < 0.55)
    table.loc[~talks_terms, "negotiation_on"] = pd.NaT
    table.loc[~proposes, "proposal_on"] = pd.NaT
    table.loc[~begins, "discovery_on"] = pd.NaT
    table["quiet_on"] = clock.working(created + np.ceil(length).astype(int))
    # A stalled opportunity stays open until somebody tidies up.
    tidy = rng.integers(90, 330, n)
    closed = clock.working(created + np.ceil(np.where(stalls, length + tidy, length)).astype(int))
    latest = (
        table[["discovery_on", "proposal_on", "negotiation_on"]]
        .max(axis=1)
        .to_numpy()
        .astype("datetime64[D]")
    )
    table["closed_on"] = np.where(
        np.isnat(latest), closed, np.maximum(closed, np.where(np.isnat(latest), closed, latest))
    )
    table["is_won"], table["is_stalled"] = wins, stalls
    slip = np.where(stalls, rng.integers(20, 70, n), np.round(rng.normal(-2, 9, n) + length)).astype(int)
    table["expected_close_on"] = clock.working(created + np.maximum(slip, 3))
    product = rng.choice(len(PRODUCTS), n, p=[0.35, 0.2, 0.25, 0.2])
    table["product"] = np.array(list(PRODUCTS), dtype=object)[product]
    scale = np.array(list(PRODUCTS.values()))[product] * factor["size"].to_numpy()
    table["amount"] = np.round(np.exp(rng.normal(np.log(36.0), 0.45, n)) * scale * 4) / 4 * 1e6
    reason = rng.choice(len(LOST_REASONS), n, p=[0.3, 0.25, 0.18, 0.15, 0.12])
    table["lost_reason"] = np.where(stalls, LOST_REASONS[4], np.array(LOST_REASONS, dtype=object)[reason])
    return _handed_over(people, table)


def _handed_over(people: People, table: pd.DataFrame) -> pd.DataFrame:
    """Who owns each opportunity in the end: the heir, if the rep left before it closed."""
    rep = table["rep"].to_numpy()
    leaves = np.where(np.isnat(people.left[rep]), NEVER, people.left[rep])
    table["handed_on"] = leaves
    moved = table["closed_on"].to_numpy().astype("datetime64[D]") >= leaves
    table["owner"] = np.where(moved, people.heir[rep], rep)
    return table


def owner_on(people: People, table: pd.DataFrame, *, number: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Owner of opportunities `number` on `day`."""
    rep = table["rep"].to_numpy()[number]
    return np.where(
        day >= table["handed_on"].to_numpy().astype("datetime64[D]")[number], people.heir[rep], rep
    )


def stage_history(people: People, table: pd.DataFrame) -> pd.DataFrame:
    """One row each time an opportunity enters a stage; `number` points into `table`."""
    parts = []
    for order, stage in enumerate(STAGES):
        day = table["created_on" if order == 0 else f"{stage}_on"].to_numpy().astype("datetime64[D]")
        number = np.flatnonzero(~np.isnat(day) & (day <= people.clock.end))
        owner = owner_on(people, table, number=number, day=day[number])
        parts.append(
            pd.DataFrame(
                {"number": number, "stage": stage, "order": order, "entered_on": day[number], "rep": owner}
            )
        )
    return pd.concat(parts, ignore_index=True).sort_values(["number", "order"]).reset_index(drop=True)


def visible(clock: Clock, table: pd.DataFrame) -> np.ndarray:
    """Whether each opportunity is in the export: created by its end and not closed before its start."""
    created = table["created_on"].to_numpy().astype("datetime64[D]")
    closed = table["closed_on"].to_numpy().astype("datetime64[D]")
    return (created <= clock.end) & (closed >= clock.start)
