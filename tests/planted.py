"""Diagnoses of generated companies beside what was planted in them."""

from __future__ import annotations

import pandas as pd

from salesanalysis.coaching.decompose import decompose_basis
from salesanalysis.coaching.diagnose import gated
from salesanalysis.coaching.everyone import bases
from salesanalysis.coaching.limits import limits_basis
from salesanalysis.core.client import Client
from salesanalysis.data import load
from salesanalysis.data.sample_crm import generate
from salesanalysis.data.sample_people import PLANTED

#: Factor of the chain in which a planted factor of the generator shows.
SHOWS = {
    "calls": "calls",
    "conversation_rate": "conversation_rate",
    "follow_through": "proposal_rate",
    "win_rate": "win_rate",
    "size": "average_deal_size",
}
NOTHING, STRENGTH = "nothing planted", "only a strength planted"


def company(seed: int, periods: list[str]) -> pd.DataFrame:
    """Return one row per period, rep and factor found (one without any): ``what, factor, ratio``."""
    crm = load(generate(seed=seed).tables, Client())
    rows = []
    for period in periods:
        for rep, base in bases(crm, period).items():
            if base.status == "ok":
                rows += [(seed, period, rep, *row) for row in _rep(base)]
    return pd.DataFrame(rows, columns=["seed", "period", "rep_id", "what", "factor", "ratio"])


def _rep(base: object) -> list[tuple[str, str, float]]:
    split = gated(decompose_basis(base), limits_basis(base))
    found = split.found("enough_evidence")
    what = _planted(str(base.people.rep["name"]))
    named = [(what, r.term, r.value / r.benchmark) for r in found.itertuples()]
    return named or [(what, "", float("nan"))]


def _planted(name: str) -> str:
    factors = PLANTED.get(name, {})
    weak = [SHOWS[f] for f, times in factors.items() if times < 1]
    return weak[0] if weak else (STRENGTH if factors else NOTHING)


def rates(found: pd.DataFrame) -> pd.DataFrame:
    """Return by period and what was planted: reps, share found right, share named for something else."""
    rows = []
    for (period, what), part in found.groupby(["period", "what"], sort=False):
        reps = part.groupby(["seed", "rep_id"])
        right = reps["factor"].apply(lambda f, w=what: (f == w).any())
        calls = reps["factor"].apply(lambda f, w=what: ((f == "calls") & (w != "calls")).any())
        other = reps["factor"].apply(lambda f, w=what: (~f.isin([w, "", "calls"])).any())
        low = part.loc[(part["factor"] == "calls") & (what != "calls"), "ratio"]
        rows.append(
            {
                "period": period,
                "planted": what,
                "reps": len(right),
                "found": "" if what in (NOTHING, STRENGTH) else f"{right.mean():.2f}",
                "calls named": f"{calls.mean():.2f}",
                "their calls": f"{low.max():.2f} at most" if len(low) else "",
                "rate or size named": f"{other.mean():.3f}",
            }
        )
    return pd.DataFrame(rows)
