"""Leads of the sample company on their way: who answered when, what SDRs handed over, what AEs made of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .sample_contacts import Contacts
from .sample_people import Clock, People
from .sample_support import ACCEPTED, EFFORT, Support

#: Share of the opportunities whose lead came from an SDR, where there was time to hand it over.
SOURCED = 0.20
#: Share of the leads that become an opportunity after the end of the export which an SDR has handed over.
WAITING = 0.4
#: An AE who takes only what is sure: planted factor on what is accepted from every SDR.
PICKY, PICKY_TIMES = "Siti Rahmawati", 0.70
#: Share of accepted and of rejected leads that met the criteria.
QUALIFIED = {"accepted": 0.90, "rejected": 0.28}
#: Median minutes to the first response of SDRs and of AEs, spread of the log, share never answered.
MINUTES, MINUTES_SIGMA, UNANSWERED = {"SDR": 35.0, "AE": 240.0}, 1.1, 0.07
#: Leads that came as one list of an event: how many, days before the end, share that nobody called.
IMPORTED, IMPORT_DAY, IGNORED = 420, 139, 0.6
_PAUSE = np.datetime64("NaT", "D")


def first_touch(contacts: Contacts, deals: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Number of the opportunity that each exported lead became (-1: none), and the day its AE first acted."""
    number = contacts.leads["opportunity"].to_numpy()[rows]
    day = np.where(deals["event"] >= 0, deals["day"], deals["created_on"]).astype("datetime64[D]")
    return pd.DataFrame({"number": number, "day": np.where(number >= 0, day[number], _PAUSE)})


def hand_over(
    rng: np.random.Generator, people: People, *, support: Support, leads: pd.DataFrame, touch: pd.DataFrame
) -> pd.DataFrame:
    """Let SDRs have found some leads, and AEs have accepted or rejected them; `touch` from `first_touch`.

    A lead that became an opportunity was accepted on that day. For each pair of SDR and AE as many leads that
    came to nothing were rejected as the planted share asks for.
    """
    clock, leads = people.clock, leads.copy()
    number, touched = touch["number"].to_numpy(), touch["day"].to_numpy().astype("datetime64[D]")
    created, converted = (leads[c].to_numpy().astype("datetime64[D]") for c in ("created_on", "converted_on"))
    sdr = _who(rng, clock, support=support, day=created)
    early = (sdr >= 0) & (created >= clock.start)
    gap = np.where(number >= 0, (touched - created).astype(int), 0)
    warm = early & ~np.isnat(converted) & (gap >= 2) & (rng.random(len(leads)) < SOURCED / 0.75)
    pairs = pd.DataFrame({"sdr": sdr, "ae": leads["rep_id"]})
    rejected = _rejected(rng, people, pairs=pairs, warm=warm, cold=early & (number < 0) & np.isnat(converted))
    # What becomes an opportunity after the end of the export, and whatever waits, is undecided yet.
    late = early & (number >= 0) & np.isnat(converted) & (rng.random(len(leads)) < WAITING)
    days = np.where(warm, np.minimum(gap, 12), 13)
    handed = created + 1 + (rng.random(len(leads)) * (days - 1)).astype(int)
    handed = np.where(warm, np.minimum(clock.working(handed), touched), clock.working(handed))
    decided = np.where(warm, converted, clock.working(handed + rng.integers(1, 16, len(leads))))
    sent = (warm | rejected | late) & (handed <= clock.end)
    known = sent & ~late & (decided <= clock.end)
    good = rng.random(len(leads)) < np.where(warm, QUALIFIED["accepted"], QUALIFIED["rejected"])
    leads["handed_on"] = np.where(sent, handed, _PAUSE)
    leads["handed_to"] = leads["rep_id"].where(sent)
    leads["rep_id"] = np.where(sent, support.sdr["rep_id"].to_numpy()[sdr], leads["rep_id"])
    leads["qualification"] = np.where(known, np.where(good, "qualified", "not qualified"), None)
    leads["decision"] = np.where(known, np.where(warm, "accepted", "rejected"), None)
    leads["decided_on"] = np.where(known, decided, _PAUSE)
    return leads


def _who(rng: np.random.Generator, clock: Clock, *, support: Support, day: np.ndarray) -> np.ndarray:
    """An SDR who was there on each day, more often one who calls more; -1 for none."""
    hired = support.sdr["hired_on"].to_numpy().astype("datetime64[D]")
    effort = np.array([EFFORT[k % len(EFFORT)] for k in range(len(hired))])
    weight = np.where(day[:, None] >= hired + 6, effort, 0.0)
    total = weight.sum(axis=1)
    draw = rng.random(day.size) * total
    return np.where(total > 0, (weight.cumsum(axis=1) <= draw[:, None]).sum(axis=1), -1)


def accept_share(people: People, support: Support) -> pd.DataFrame:
    """Planted share of decided hand-offs that are accepted, SDRs down and AEs across."""
    own = np.array([ACCEPTED[k % len(ACCEPTED)] for k in range(len(support.sdr))])
    picky = np.where(people.table["name"] == PICKY, PICKY_TIMES, 1.0)
    return pd.DataFrame(own[:, None] * picky, support.sdr["rep_id"], people.table["rep_id"])


def _rejected(
    rng: np.random.Generator, people: People, *, pairs: pd.DataFrame, warm: np.ndarray, cold: np.ndarray
) -> np.ndarray:
    picky = dict(zip(people.table["rep_id"], np.where(people.table["name"] == PICKY, PICKY_TIMES, 1.0)))
    accepted = pairs[warm].groupby(["sdr", "ae"]).size()
    chosen = np.zeros(len(pairs), dtype=bool)
    pool = pairs[cold].groupby(["sdr", "ae"]).indices
    rows = np.flatnonzero(cold)
    for (sdr, ae), count in accepted.items():
        share = ACCEPTED[sdr % len(ACCEPTED)] * picky[ae]
        mine = rows[pool.get((sdr, ae), np.zeros(0, dtype=int))]
        wanted = min(rng.poisson(count * (1 - share) / share), mine.size)
        chosen[rng.choice(mine, wanted, replace=False)] = True
    return chosen


def respond(rng: np.random.Generator, clock: Clock, *, leads: pd.DataFrame, sdr: set[str]) -> pd.DataFrame:
    """Add when each lead came in and when it was first answered, in the hours of an office."""
    n = len(leads)
    created = leads["created_on"].to_numpy().astype("datetime64[D]")
    came = 480 + 5 * rng.integers(0, 120, n)  # minutes of the day, from eight to six
    median = np.where(leads["rep_id"].isin(sdr), MINUTES["SDR"], MINUTES["AE"])
    wait = 5 * np.ceil(np.exp(rng.normal(np.log(median), MINUTES_SIGMA)) / 5).astype(int)
    late = came + wait > 1080
    day = np.where(late, clock.working(created + 1 + wait // 1440), created)
    minute = np.where(late, 480 + (came + wait) % 180, came + wait)
    limit = leads["handed_on"].fillna(leads["converted_on"]).to_numpy().astype("datetime64[D]")
    rushed = ~np.isnat(limit) & (day > limit)
    day, minute = np.where(rushed, created, day), np.where(rushed, came + 10, minute)
    touched = leads["handed_on"].notna() | leads["converted_on"].notna()
    unknown = (~touched & (rng.random(n) < UNANSWERED)) | (day > clock.end)
    at = day.astype("datetime64[m]") + minute.astype("timedelta64[m]")
    return leads.assign(
        created_at=created.astype("datetime64[m]") + came.astype("timedelta64[m]"),
        responded_at=np.where(unknown, np.datetime64("NaT", "m"), at),
    )


def imported_leads(
    rng: np.random.Generator, people: People, *, leads: pd.DataFrame, accounts: pd.DataFrame
) -> pd.DataFrame:
    """Leads of one event, written into the CRM on one day as a list; none has come to anything yet."""
    clock = people.clock
    day = clock.working(clock.end - IMPORT_DAY)
    there = people.table[people.table["left_on"].isna() & (people.hired < day)]
    known = accounts[accounts["created_on"] < pd.Timestamp(day)]
    count = min(IMPORTED, len(known) // 4)
    pick = known.iloc[np.sort(rng.choice(len(known), count, replace=False))]
    width = len(leads["lead_id"].iloc[-1]) - 1
    return pd.DataFrame(
        {
            "lead_id": [f"L{len(leads) + k + 1:0{width}d}" for k in range(count)],
            "rep_id": rng.choice(there["rep_id"].to_numpy(dtype=object), count),
            "account_id": pick["account_id"].to_numpy(),
            "created_on": day,
            "source": "Acara",
        }
    )


def as_one_list(rng: np.random.Generator, leads: pd.DataFrame, *, count: int) -> pd.DataFrame:
    """Give the last `count` leads, which came as one list, one time; most of them nobody has called."""
    last = leads.index[len(leads) - count :]
    leads.loc[last, "created_at"] = leads.loc[last, "created_on"] + pd.Timedelta(hours=8)
    leads.loc[last[rng.random(count) < IGNORED], "responded_at"] = pd.NaT
    return leads
