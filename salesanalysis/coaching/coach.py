"""Who could show how: a peer whose own interval lies above the benchmark on that factor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..stats.interval import poisson_exact, wilson
from .basis import Basis


@dataclass(frozen=True)
class Coach:
    """A peer to learn from, with the value that speaks for it (a volume: per working day)."""

    rep_id: str
    name: str
    team: str
    value: float


def suggest(base: Basis, term: str) -> Coach | None:
    """Return the peer whose 95 % interval lies furthest above the benchmark; None when nobody's does.

    The interval is Wilson's for a rate and Garwood's for a volume, its count divided by the dispersion; a
    peer under the client's minimum base is not considered. Sizes suggest nobody.
    """
    factor = next((f for f in base.chain.factors if f.term == term), None) if base.chain else None
    if factor is None or factor.kind == "size":
        return None
    peers = [i for i in base.people.peers if i in base.sums.index]
    count, of = base.sums.loc[peers, factor.step], base.sums.loc[peers, factor.of]
    if factor.kind == "volume":
        low = poisson_exact(count / base.dispersion, of / base.dispersion).conf_low
        benchmark, enough = factor.benchmark / base.people.days[base.people.rep_id], count
    else:
        low = wilson(np.minimum(count, of), of).conf_low
        benchmark, enough = factor.benchmark, of
    low = np.where(enough >= base.crm.client.minimum_base, low, np.nan)
    if not (low > benchmark).any():
        return None
    best = peers[int(np.nanargmax(low))]
    row = base.crm.rep(best)
    team = row.get("team")
    return Coach(best, str(row["name"]), team if isinstance(team, str) else "", float(count[best] / of[best]))
