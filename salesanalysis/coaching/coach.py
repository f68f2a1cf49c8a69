"""Who could show how: a peer surely above the others, willing as far as known, and not in need of a coach."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..core.crm import Crm
from ..kpi.catalogue import KPIS
from .basis import Basis
from .candidates import COLUMNS, Pool, assess
from .mentees import COLUMNS as GAINS
from .mentees import gains
from .worth import kpi_of


@dataclass(frozen=True)
class Coach:
    """A peer to learn from, with the value that speaks for it (a volume: per working day).

    `willing` is yes, or empty where nobody asked.
    """

    rep_id: str
    name: str
    team: str
    value: float
    willing: str = ""


def suggest(base: Basis, term: str) -> Coach | None:
    """Return the peer to ask first; None when nobody lies surely above the benchmark, or nothing fits.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> from salesanalysis.coaching.basis import basis
    >>> suggest(basis(sa.sample(), "2026-Q3", "Bagas Prakoso"), "calls").name  # doctest: +SKIP
    'Fajar Nugroho'
    """
    found = candidates(base, term)
    fitting = found[found["verdict"] != "not_suitable"]
    return coach_of(base.crm, fitting.iloc[0]) if len(fitting) else None


def coach_of(crm: Crm, row: pd.Series) -> Coach:
    """Return a row of `candidates` as a coach."""
    rep = crm.rep(str(row["rep_id"]))
    team = rep.get("team")
    value = float(row["n"] / row["base"])
    willing = str(row["willing"])
    return Coach(str(row["rep_id"]), str(rep["name"]), team if isinstance(team, str) else "", value, willing)


def candidates(base: Basis, term: str) -> pd.DataFrame:
    """Return the rep's peers on a factor of the chain, the best to ask first; empty for a size."""
    factor = next((f for f in base.chain.factors if f.term == term), None) if base.chain else None
    if factor is None or factor.kind == "size":
        return pd.DataFrame(columns=list(COLUMNS))
    peers = [i for i in base.people.peers if i in base.sums.index]
    rows = pd.DataFrame({"n": base.sums.loc[peers, factor.step], "base": base.sums.loc[peers, factor.of]})
    rows = rows.join(base.sums.loc[peers, ["wins", "days"]]) if "wins" in base.sums else rows
    rows = rows[rows["base"] > 0].assign(willing=willing_of(base.crm))
    is_volume = factor.kind == "volume"
    kpi = kpi_of({"kind": factor.kind, "step": factor.step, "of": factor.of, "term": factor.term})
    return assess(
        Pool(
            table=rows.assign(willing=rows["willing"].fillna("")),
            is_share=not is_volume,
            better="higher",
            benchmark=factor.benchmark / (base.people.days[base.people.rep_id] if is_volume else 1),
            dispersion=base.dispersion if is_volume else 1.0,
            minimum=base.crm.client.minimum_base,
            gains=lambda: gains(base.crm, KPIS[kpi]) if kpi in KPIS else pd.DataFrame(columns=list(GAINS)),
        )
    )


def willing_of(crm: Crm) -> pd.Series:
    """Return what reps said when asked to coach, by rep_id: yes, no, or empty."""
    reps = crm.reps().set_index("rep_id")
    if "willing_to_coach" not in reps:
        return pd.Series("", reps.index, dtype=object)
    return reps["willing_to_coach"].astype(object).where(reps["willing_to_coach"].notna(), "")
