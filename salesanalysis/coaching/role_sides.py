"""Each side of a role: the rep's value beside the peers', tested over the role's reps."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.errors import InvalidInput, MissingData
from ..core.period import Period
from ..core.shelf import kept
from ..goals.people import MIN_PEERS
from ..kpi.base import Kpi
from ..kpi.catalogue import KPIS
from ..kpi.panel import panel
from ..stats.funnel import funnel_rates, funnel_shares
from ..stats.interval import poisson_exact
from ..stats.multiple import benjamini_hochberg
from ..stats.shrink import shrink_shares
from ..value import growth
from . import counts
from .peers import Group

#: By sort of role: the two sides of the balance, the first one the side that can be had at the other's cost.
SIDES = {
    "sdr": ("leads_handed", "handoff_acceptance"),
    "ae": ("acceptance_rate", "closing_rate"),
    "am": ("growth", "retention"),
}
LEVEL = 0.05
COLUMNS = [
    *("term", "n", "base", "value", "estimate", "conf_low", "conf_high", "benchmark", "p_value"),
    *("p_adjusted", "unit", "verdict"),
]


def sides_of(crm: Crm, period: Period, people: Group, sort: str) -> pd.DataFrame:
    """Return the table of a `RoleResult`: one row a side, empty where the data does not hold them."""
    terms = SIDES[sort]
    if sort == "am":
        return _of_clients(crm, period, people)
    if not all(crm.has(need) for term in terms for need in KPIS[term].needs):
        return no_sides()
    sums = panel(crm, list(terms), period).wide().reset_index().set_index("rep_id")
    sums = sums.reindex(people.everyone).drop(columns="period").fillna(0.0)
    sides = [
        _share(crm, sums, KPIS[t], people) if KPIS[t].base else _volume(crm, period, sums, t, people)
        for t in terms
    ]
    return _joined([side for side in sides if side], len(terms))


def _joined(sides: list[dict[str, object]], families: int) -> pd.DataFrame:
    if not sides:
        return no_sides()
    table = pd.DataFrame(sides)
    table["p_adjusted"] = (table["p_adjusted"].astype("float64") * families).clip(upper=1.0)
    table["verdict"] = [_side(row) for row in table.itertuples()]
    return table[COLUMNS]


def _share(crm: Crm, sums: pd.DataFrame, kpi: Kpi, people: Group) -> dict[str, object] | None:
    top, base = sums[kpi.numerator], sums[kpi.base]
    own = people.rep_id
    if not base[own] > 0:
        return None
    pooled = base.drop(own).sum()
    centre = float(top.drop(own).sum() / pooled) if pooled and len(people.peers) >= MIN_PEERS else math.nan
    shrunk = _shrunk(crm, sums.sort_index(), kpi)
    facts = {
        "term": kpi.name,
        "n": float(top[own]),
        "base": float(base[own]),
        "value": float(top[own] / base[own]),
        **{c: float(shrunk.at[own, c]) for c in ("estimate", "conf_low", "conf_high")},
        "benchmark": centre,
        "unit": "share",
    }
    if math.isnan(centre):
        return facts | {"p_value": math.nan, "p_adjusted": math.nan, "enough": True}
    tested = funnel_shares(top, base, expected=centre).set_axis(sums.index)
    return facts | _p(tested["p_value"], base, own, crm.client.claim_base)


def _shrunk(crm: Crm, sums: pd.DataFrame, kpi: Kpi) -> pd.DataFrame:
    """Return the shares of a group, drawn together; the same group of colleagues serves each of them."""
    top, base = sums[kpi.numerator], sums[kpi.base]
    known_by = (kpi.name, tuple(sums.index), tuple(top.tolist()), tuple(base.tolist()))
    return kept(crm, "coaching.shares", known_by, lambda: shrink_shares(top, base).set_axis(sums.index))


def _volume(crm: Crm, period: Period, sums: pd.DataFrame, term: str, people: Group) -> dict[str, object]:
    own, n = people.rep_id, sums[term]
    days = pd.Series({i: float(people.days[i]) for i in sums.index}).clip(lower=1.0)
    spread = counts.dispersion(crm, period, people.everyone, term)
    centre = math.nan
    if len(people.peers) >= MIN_PEERS and n.drop(own).sum() > 0:
        centre = float(n.drop(own).sum() / days.drop(own).sum())
    ends = poisson_exact(n[own] / spread, days[own] / spread)
    facts = {
        "term": term,
        "n": float(n[own]),
        "base": float(days[own]),
        "value": float(n[own] / days[own]),
        "estimate": float(n[own] / days[own]),
        "conf_low": float(ends.conf_low),
        "conf_high": float(ends.conf_high),
        "benchmark": centre,
        "unit": "rate",
    }
    if math.isnan(centre):
        return facts | {"p_value": math.nan, "p_adjusted": math.nan, "enough": True}
    tested = funnel_rates(n, days, expected=centre, dispersion=spread).set_axis(sums.index)
    return facts | _p(tested["p_value"], centre * days, own, crm.client.claim_base)


def _p(p: pd.Series, base: pd.Series, own: str, least: int) -> dict[str, object]:
    able = p.where(base >= least)
    adjusted = pd.Series(benjamini_hochberg(able), index=p.index)
    return {"p_value": float(p[own]), "p_adjusted": float(adjusted[own]), "enough": bool(base[own] >= least)}


def _of_clients(crm: Crm, period: Period, people: Group) -> pd.DataFrame:
    """Return growth and retention of the rep's clients beside those of the peers' together."""
    try:
        found = growth(crm, period).table
    except (MissingData, InvalidInput):
        return no_sides()
    sides = []
    for term in SIDES["am"]:
        rows = found[found["term"] == term].set_index("group")
        rows = rows[rows.index.isin(people.everyone) & (rows["base"] > 0)]
        if people.rep_id not in rows.index:
            return no_sides()
        sides.append(_of_growth(crm, rows, term, people))
    return _joined(sides, len(SIDES["am"]))


def _of_growth(crm: Crm, rows: pd.DataFrame, term: str, people: Group) -> dict[str, object]:
    own = rows.loc[people.rep_id]
    peers = rows.drop(people.rep_id)
    centre = float(peers["value"].sum() / peers["base"].sum()) if len(peers) >= MIN_PEERS else math.nan
    facts = {
        "term": term,
        "n": float(own["n"]),
        "base": float(own["base"]),
        **{c: float(own[c]) for c in ("estimate", "conf_low", "conf_high")},
        "value": float(own["estimate"]),
        "benchmark": centre,
        "unit": "share",
    }
    if math.isnan(centre):
        return facts | {"p_value": math.nan, "p_adjusted": math.nan, "enough": True}
    least = crm.client.minimum_base
    if term == "retention":
        tested = funnel_shares(rows["value"], rows["base"], expected=centre).set_axis(rows.index)
        return facts | _p(tested["p_value"], rows["n"], people.rep_id, least)
    # The bootstrap gives ends, no p-value: the normal one whose interval would have this width.
    z = np.abs(rows["estimate"] - centre) / ((rows["conf_high"] - rows["conf_low"]) / (2 * 1.959964))
    p = pd.Series([math.erfc(v / math.sqrt(2)) for v in z], index=rows.index)
    return facts | _p(p, rows["n"], people.rep_id, least)


def _side(row: tuple) -> str:
    if math.isnan(row.benchmark):
        return "no_peers"
    if not row.enough:
        return "too_few"
    if not row.p_adjusted <= LEVEL:
        return "open"
    return "below" if row.value < row.benchmark else "above"


def no_sides() -> pd.DataFrame:
    """Return a table without a side."""
    return pd.DataFrame(columns=COLUMNS)
