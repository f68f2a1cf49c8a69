"""Teams made by hand for the coaching tests: sums per rep, no tables behind them."""

from __future__ import annotations

from datetime import date

import ibis
import numpy as np
import pandas as pd

from salesanalysis.coaching.basis import Basis
from salesanalysis.coaching.chain import build
from salesanalysis.coaching.peers import Group
from salesanalysis.core.client import Client
from salesanalysis.core.crm import Crm
from salesanalysis.core.period import Period

#: The worked example: rep, and what the same working days bring peers (money in millions).
REP = {"days": 65.0, "calls": 520, "connects": 104, "conversations": 26, "proposals": 13, "wins": 2}
POOL = {"days": 65.0, "calls": 650, "connects": 130, "conversations": 39, "proposals": 19.5, "wins": 5.85}
REP |= {"bookings": 38e6, "closed": 9}
POOL |= {"bookings": 117e6, "closed": 19}
AS_OF = date(2026, 9, 30)
NAMES = ("Bagas Prakoso", "Wulan Anggraini", "Hendra Saputra", "Siti Rahma", "Dian Lestari", "Eko Wijaya")


def chain(**changes: float):
    """The worked example's chain with other sums for the rep; None drops a column on both sides."""
    gone = {k for k, v in changes.items() if v is None}
    rep = {k: v for k, v in (REP | changes).items() if k not in gone}
    return build(rep, {k: v for k, v in POOL.items() if k not in gone})


def basis(
    *,
    language: str = "en",
    status: str = "ok",
    drop: tuple[str, ...] = (),
    peers: int = 11,
    spread: float = 0.04,
    **changes: float,
) -> Basis:
    """The worked example with peers spread a little around the pool, ready for the coaching functions."""
    rng = np.random.default_rng(7)
    rows = [REP | changes]
    for _ in range(peers):
        scale = rng.uniform(0.7, 1.0) * 65
        row = {"days": round(scale)}
        share = row["days"] / 65
        for step in ("calls", "connects", "conversations", "proposals", "wins", "closed"):
            row[step] = float(max(round(POOL[step] * share * rng.normal(1, spread)), 1))
        row["bookings"] = row["wins"] * 20e6
        rows.append(row)
    ids = [f"r{i:02d}" for i in range(peers + 1)]
    sums = pd.DataFrame(rows, index=ids).drop(columns=list(drop)).astype(float)
    people = Group(
        rep={"rep_id": "r00", "name": NAMES[0], "team": "Jakarta 2", "manager": "Sri Hartati", "role": "AE"},
        peers=tuple(ids[1:]),
        days={i: int(d) for i, d in sums["days"].items()},
        weeks=9.0 if status == "ramping" else 82.0,
        has_left=status == "left",
        left_out=1,
        is_same_role=True,
    )
    crm = Crm({"reps": _reps(ids)}, AS_OF, Client(name="PT Nusa Cakra Solusi", language=language))
    own, pool = sums.loc["r00"].to_dict(), sums.iloc[1:].sum().to_dict()
    found = build(own, pool) if peers else None
    period = Period.parse("2026-Q3")
    return Basis(crm, period, period, people, sums, found, dispersion=2.5)


def _reps(ids: list[str]):
    names = [NAMES[i] if i < len(NAMES) else f"Rekan {i}" for i in range(len(ids))]
    return ibis.memtable(pd.DataFrame({"rep_id": ids, "name": names, "team": "Jakarta 1"}))
