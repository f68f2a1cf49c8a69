"""People at the accounts of the sample company, and what activities say about them."""

from __future__ import annotations

import numpy as np
import pandas as pd

_FIRST = (
    "Ahmad Ani Bambang Dewi Endang Hesti Irfan Kartini Lukman Murni Ratih Slamet Sutrisno Wahyu Yanti Zainal"
)
_LAST = "Hidayati Kurniawan Mulyadi Nasution Rahayu Suharto Sulistyo Susanti Wibisono Yulianto"
#: Share of accounts with a second person, and of opportunities in which that person has a part.
SECOND, USER = 0.22, 0.6
#: Subject lines by kind and outcome; nobody writes one for a call without answer or a voicemail.
SUBJECTS = {
    ("call", "connected"): "Telepon perkenalan",
    ("call", "conversation"): "Bahas kebutuhan",
    ("meeting", "held"): "Presentasi produk",
    ("meeting", "no_show"): "Presentasi produk",
    ("email", None): "Informasi produk",
    ("proposal", None): "Proposal harga",
    ("follow_up", None): "Tindak lanjut",
    ("internal_meeting", None): "Rapat tim",
    ("admin", None): "Administrasi",
}


def make_persons(rng: np.random.Generator, accounts: pd.Series) -> pd.DataFrame:
    """One person at each of `accounts`, sometimes a second one."""
    ids = np.sort(accounts.dropna().unique())
    ids = np.sort(np.concatenate([ids, ids[rng.random(ids.size) < SECOND]]))
    first, last = np.array(_FIRST.split(), object), np.array(_LAST.split(), object)
    a, b = rng.integers(0, first.size, ids.size), rng.integers(0, last.size, ids.size)
    contact = [f"P{k + 1:04d}" for k in range(ids.size)]
    email = [f"{f}.{c}@{account}.example".lower() for f, c, account in zip(first[a], contact, ids)]
    name = first[a] + " " + last[b]
    return pd.DataFrame({"contact_id": contact, "account_id": ids, "name": name, "email": email})


def parts_taken(
    rng: np.random.Generator, persons: pd.DataFrame, *, opportunities: pd.DataFrame
) -> pd.DataFrame:
    """Who has a part in which opportunity: the first person decides, the second uses."""
    order = persons.groupby("account_id").cumcount()
    pairs = opportunities[["opportunity_id", "account_id"]].merge(
        persons.assign(order=order), on="account_id"
    )
    taken = (pairs["order"] == 0) | (rng.random(len(pairs)) < USER)
    role = np.where(pairs["order"] == 0, "pengambil keputusan", "pengguna")
    return pairs.assign(role=role)[taken][["opportunity_id", "contact_id", "role"]].reset_index(drop=True)


def with_persons(activities: pd.DataFrame, persons: pd.DataFrame) -> pd.DataFrame:
    """Add the subject line, and the person behind what was said, shown or written."""
    first = persons.drop_duplicates("account_id").set_index("account_id")["contact_id"]
    met = activities["outcome"].isin(["conversation", "held"])
    met |= activities["kind"].isin(["email", "proposal"]) & activities["opportunity_id"].notna()
    keys = zip(
        activities["kind"], activities["outcome"].astype(object).where(activities["outcome"].notna(), None)
    )
    return activities.assign(
        contact_id=activities["account_id"].where(met).map(first), subject=[SUBJECTS.get(k) for k in keys]
    )
