"""Teams made by hand for the coaching tests: sums per rep, no tables behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import ibis
import numpy as np
import pandas as pd

from salesanalysis.coaching.basis import Basis, chain_of
from salesanalysis.coaching.chain import build
from salesanalysis.coaching.decompose import decompose_basis
from salesanalysis.coaching.diagnose import about, findings, gated
from salesanalysis.coaching.limits import differences, limits_basis
from salesanalysis.coaching.peers import Group
from salesanalysis.coaching.results import Action, DiagnosisResult
from salesanalysis.core.client import Client
from salesanalysis.core.crm import Crm
from salesanalysis.core.period import Period
from salesanalysis.stats import overdispersion

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
    period = Period.parse("2026-Q3")
    return Basis(crm, period, period, people, sums, chain_of(sums, people, crm), dispersion=2.5)


#: Cases that every sentence and figure has to hold for.
CASES: dict[str, dict] = {
    "one_certain": {},
    "one_open": {"conversations": 22},
    "nothing_certain": {"calls": 640},
    "zero_wins": {"wins": 0, "bookings": 0},
    "no_activities": {"drop": ("calls", "connects", "conversations", "proposals")},
    "no_amounts": {"drop": ("bookings",)},
    "ahead": {
        "calls": 800,
        "connects": 170,
        "conversations": 60,
        "proposals": 40,
        "wins": 14,
        "bookings": 400e6,
    },
    "ramping": {"status": "ramping"},
    "left": {"status": "left"},
    "no_peers": {"peers": 0},
    "nothing_recorded": {k: 0 for k in (*REP,) if k != "days"},
}


def diagnosis(name: str, language: str = "en") -> DiagnosisResult:
    """One of `CASES` as a whole diagnosis, without a query."""
    base = replace(basis(language=language, spread=0.03, **CASES[name]), dispersion=1.6)
    limits = limits_basis(base)
    split = gated(decompose_basis(base), limits)
    found, declined = findings(base, split) if base.status == "ok" else ((), ())
    day = date(2026, 7, 2)
    agreed = (
        Action("Bersihkan 14 peluang", day, date(2026, 7, 15), "done", "14 dari 14"),
        Action("Blok telepon", day, None, "partly", "", "calls", "rate", 8.3, 8.0, 13.0),
        Action("Dua simulasi", day, date(2026, 8, 28), "", ""),
    )
    left = {"left_on": date(2026, 9, 15)} if base.status == "left" else {}
    return DiagnosisResult(
        table=split.table,
        method="coaching.diagnose",
        n=split.n,
        client=base.crm.client,
        period=base.period,
        as_of=AS_OF,
        rep=about(base) | left,
        decomposition=split,
        limits=limits,
        findings=found,
        declined=declined,
        differences=differences(limits),
        actions=agreed if name != "ahead" else (),
        review_on=None if left else date(2026, 11, 2),
    )


RATES = {"connects": 0.2, "conversations": 0.3, "proposals": 0.5, "wins": 0.3}


def team(seed: int, *, weak: str = "", times: float = 1.0, reps: int = 12, weeks: int = 13) -> tuple:
    """A team with equal true rates and over-dispersed weeks, but for the first rep's `weak` step."""
    rng = np.random.default_rng(seed)
    rows, weekly = [], []
    for i in range(reps):
        factor = {weak: times} if i == 0 else {}
        mean = 50 * factor.get("calls", 1.0)
        calls = rng.negative_binomial(mean / 2, 1 / 3, weeks)
        weekly += [(i, c) for c in calls]
        row = {"days": 5.0 * weeks, "calls": calls.sum()}
        for (step, rate), before in zip(RATES.items(), ("calls", "connects", "conversations", "proposals")):
            row[step] = rng.binomial(row[before], rate * factor.get(step, 1.0))
        rows.append(row | {"closed": row["proposals"], "bookings": row["wins"] * 20e6})
    sums = pd.DataFrame(rows, index=[f"r{i:02d}" for i in range(reps)]).astype(float)
    return sums, overdispersion(pd.DataFrame(weekly, columns=["rep", "n"]), "n", unit="rep")


def basis_of(sums: pd.DataFrame, dispersion: float, who: str) -> Basis:
    """The basis of one member of a team."""
    ids = [who, *(i for i in sums.index if i != who)]
    days = {i: int(sums.at[i, "days"]) for i in ids}
    people = Group({"rep_id": who, "name": who}, tuple(ids[1:]), days, 99.0, False, 0, True)
    period, rows, crm = Period.parse("2026-Q3"), sums.loc[ids], Crm({}, AS_OF, Client())
    return Basis(crm, period, period, people, rows, chain_of(rows, people, crm), dispersion)


def named(sums: pd.DataFrame, dispersion: float, who: str) -> set[str]:
    """Factors that a diagnosis of `who` calls certain."""
    base = basis_of(sums, dispersion, who)
    return set(gated(decompose_basis(base), limits_basis(base)).found("enough_evidence")["term"])


def _reps(ids: list[str]):
    names = [NAMES[i] if i < len(NAMES) else f"Rekan {i}" for i in range(len(ids))]
    return ibis.memtable(pd.DataFrame({"rep_id": ids, "name": names, "team": "Jakarta 1"}))
