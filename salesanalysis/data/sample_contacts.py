"""Leads and accounts of the sample company, and which of them an activity concerned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .sample_funnel import NEVER, SOURCES
from .sample_people import People

HEADS = "Sinar Mitra Karya Bumi Cahaya Surya Tirta Graha Mega Citra Anugerah Bintang Duta Indo Harapan Jaya"
MIDDLES = "Abadi Makmur Sentosa Nusantara Lestari Mandiri Utama Prima Sejahtera Perkasa Gemilang Bersama"
TAILS = "Jaya Raya Persada Logistik Medika Pangan Tekstil Farma Retail Motor Elektrik Niaga Pratama Buana"
SEGMENTS = ("Ritel", "Manufaktur", "Logistik", "Kesehatan", "Pendidikan", "Perhotelan")
REGIONS = {
    "Jakarta": ("DKI Jakarta", "Jawa Barat", "Banten"),
    "Surabaya": ("Jawa Timur", "Bali", "Jawa Tengah"),
}
#: Prospects a rep takes up in a full week that never become an opportunity.
COLD_LEADS = 2.6
#: Share of leads at an account that the rep already knows.
KNOWN = 0.15


@dataclass(frozen=True, eq=False)
class Contacts:
    """`leads` (rep, created_on, converted_on, account, opportunity, source) and `accounts`, by number."""

    leads: pd.DataFrame
    accounts: pd.DataFrame


def make_contacts(rng: np.random.Generator, people: People, *, opportunities: pd.DataFrame) -> Contacts:
    """One lead for each opportunity, more that came to nothing, and the companies behind them."""
    clock = people.clock
    n = len(opportunities)
    ahead = np.minimum(rng.exponential(12, n), 60).astype(int)
    first_touch = np.where(opportunities["event"] >= 0, opportunities["day"], opportunities["created_on"])
    warm = pd.DataFrame(
        {
            "rep": opportunities["rep"],
            "created_on": first_touch.astype("datetime64[D]") - ahead,
            "converted_on": opportunities["created_on"].to_numpy().astype("datetime64[D]"),
            "opportunity": np.arange(n),
            "source": _sources(rng, opportunities["channel"].to_numpy()),
        }
    )
    counts = rng.poisson(COLD_LEADS / 5 * people.present)
    day, rep = np.nonzero(counts)
    day, rep = np.repeat(day, counts[day, rep]), np.repeat(rep, counts[day, rep])
    channel = rng.choice(list(SOURCES), day.size, p=[0.5, 0.25, 0.15, 0.1])
    cold = pd.DataFrame(
        {
            "rep": rep,
            "created_on": clock.days[day],
            "converted_on": NEVER,
            "opportunity": -1,
            "source": _sources(rng, channel),
        }
    )
    leads = pd.concat([warm, cold], ignore_index=True)
    # Nobody owns a lead before the first day of work.
    leads["created_on"] = np.maximum(leads["created_on"].to_numpy(), people.hired[leads["rep"]])
    leads = leads.sort_values(["created_on", "rep", "opportunity"], kind="stable").reset_index(drop=True)
    leads["account"] = _accounts_of(rng, leads["rep"].to_numpy())
    return Contacts(leads, _accounts(rng, people, leads))


def _sources(rng: np.random.Generator, channel: np.ndarray) -> np.ndarray:
    draw = rng.random(channel.size)
    return np.array([SOURCES[c][int(u * len(SOURCES[c]))] for c, u in zip(channel, draw)], dtype=object)


def _accounts_of(rng: np.random.Generator, rep: np.ndarray) -> np.ndarray:
    """Account number of each lead in order of time: mostly a new one, sometimes one the rep has met."""
    account, fresh = np.zeros(rep.size, dtype=int), 0
    known: dict[int, list[int]] = {}
    draws = rng.random((rep.size, 2))
    for i, who in enumerate(rep):
        mine = known.setdefault(int(who), [])
        if mine and draws[i, 0] < KNOWN:
            account[i] = mine[int(draws[i, 1] * len(mine))]
        else:
            account[i], fresh = fresh, fresh + 1
            mine.append(int(account[i]))
    return account


def _accounts(rng: np.random.Generator, people: People, leads: pd.DataFrame) -> pd.DataFrame:
    first = leads.drop_duplicates("account").sort_values("account").reset_index(drop=True)
    n = len(first)
    heads, middles, tails = (np.array(words.split(), object) for words in (HEADS, MIDDLES, TAILS))
    legal = np.where(rng.random(n) < 0.75, "PT ", "CV ").astype(object)
    a, b, c = (rng.integers(0, k.size, n) for k in (heads, middles, tails))
    base = legal + heads[a] + " " + middles[b] + " " + tails[c]
    repeat = pd.Series(base).groupby(base).cumcount().to_numpy()
    name = np.where(repeat == 0, base, base + np.array([f" {k + 1}" for k in repeat], dtype=object))
    pick = rng.choice(3, n, p=[0.6, 0.25, 0.15])
    office = people.table["region"].to_numpy()[first["rep"]]
    return pd.DataFrame(
        {
            "name": name,
            "segment": np.array(SEGMENTS, dtype=object)[
                rng.choice(6, n, p=[0.28, 0.24, 0.16, 0.14, 0.1, 0.08])
            ],
            "region": [REGIONS[o][k] for o, k in zip(office, pick)],
            "source": first["source"],
            "created_on": first["created_on"],
            "rep": first["rep"],
        }
    )


def pick_open(
    rng: np.random.Generator, pool: pd.DataFrame, *, day: np.ndarray, rep: np.ndarray
) -> np.ndarray:
    """For each (`day`, `rep`) a row of `pool` (rep, begins, ends) that is open that day, or -1.

    Rows begun in the last 60 days are looked at; a few draws that find none leave -1.
    """
    found = np.full(day.size, -1)
    for who in np.unique(rep):
        mine = np.flatnonzero(pool["rep"].to_numpy() == who)
        if mine.size == 0:
            continue
        begins = pool["begins"].to_numpy().astype("datetime64[D]")[mine]
        ends = pool["ends"].to_numpy().astype("datetime64[D]")[mine]
        order = np.argsort(begins, kind="stable")
        mine, begins, ends = mine[order], begins[order], ends[order]
        asked = np.flatnonzero(rep == who)
        low = np.searchsorted(begins, day[asked] - 60, "left")
        high = np.searchsorted(begins, day[asked], "right")
        for _ in range(4):
            open_ = np.flatnonzero((found[asked] < 0) & (high > low))
            choice = low[open_] + (rng.random(open_.size) * (high - low)[open_]).astype(int)
            good = ends[choice] >= day[asked[open_]]
            found[asked[open_[good]]] = mine[choice[good]]
    return found
