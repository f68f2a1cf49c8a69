"""Peers: same role and segment where they are enough, else the same role, and a note of what was used."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from salesanalysis.coaching import decompose
from salesanalysis.core.client import Client
from salesanalysis.core.period import Period
from salesanalysis.data import load
from salesanalysis.goals.people import peers_of, peers_with, staff


def company(segments: list[str | None]):
    """AEs with these segments, each with won and lost opportunities and calls in every week."""
    names = [f"a{i}" for i in range(len(segments))]
    reps = pd.DataFrame({"rep_id": names, "name": names, "role": "AE", "hired_on": "2024-01-01"})
    if any(segments):
        reps["segment"] = segments
    days = pd.bdate_range("2026-01-05", "2026-03-31", freq="W-MON")
    rows = [
        (f"{n}{d:%m%d}{o}", n, "2026-01-05", d, o, 100.0)
        for n in names
        for d in days
        for o in ("won", "lost")
    ]
    columns = ["opportunity_id", "rep_id", "created_on", "closed_on", "outcome", "amount"]
    return load(
        {"reps": reps, "opportunities": pd.DataFrame(rows, columns=columns)}, Client(as_of=date(2026, 3, 31))
    )


@pytest.mark.parametrize(
    ("segments", "shared", "count", "note"),
    [
        (["retail"] * 4 + ["bank"] * 3, "segment", 3, "coaching_same_segment"),
        (["retail"] * 3 + ["bank"] * 4, "role", 6, "coaching_few_in_segment"),
        ([None] + ["bank"] * 4, "role", 4, None),
        ([None] * 5, "role", 4, None),
    ],
)
def test_peers_share_the_segment_where_they_are_enough(segments, shared, count, note):
    crm = company(segments)
    people = staff(crm, Period.parse("2026-Q1"))
    peers, found = peers_with(people, "a0")
    assert (found, len(peers)) == (shared, count)
    assert peers_of(people, "a0") == (peers, True)
    codes = {n.code for n in decompose(crm, "2026-Q1", "a0").notes}
    wanted = {"coaching_same_segment", "coaching_few_in_segment"}
    assert codes & wanted == ({note} if note else set())
    assert decompose(crm, "2026-Q1", "a0").peers == count


def test_other_roles_stand_in_only_where_the_role_is_too_few():
    people = pd.DataFrame(
        {"rep_id": list("abcd"), "role": ["AE", "AM", "AM", None], "segment": None, "is_peer": True},
        index=list("abcd"),
    )
    assert peers_with(people, "a") == (["b", "c", "d"], "nothing")
