"""What each rep's pipeline comes to: open, won, lost, how long, how large, what of it is at risk."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..core.rows import rows
from ..kpi import KPIS, panel
from ..kpi.panel import computable
from ..stats import benjamini_hochberg, shrink_shares, wilson
from ..stats.share_test import share_difference_p
from .hygiene import HygieneResult
from .states import values_known

#: KPIs of the period by rep, and what their values are called here.
_KPIS = {
    "open_pipeline": "open_value",
    "weighted_pipeline": "weighted_value",
    "win_rate": "raw",
    "sales_cycle": "cycle",
    "average_deal_size": "deal_size",
    "push_rate.any": "pushed",
}
_FALSE_FINDINGS = 0.05
COLUMNS = (
    *("rep_id", "name", "team", "n", "open_value", "expected_value", "weighted_value", "wins", "base"),
    *("estimate", "conf_low", "conf_high", "p_adjusted", "verdict", "cycle", "cycle_median", "deal_size"),
    *("pushed", "coverage", "flagged", "value_flagged"),
)


def figures(
    crm: Crm,
    span: Period,
    *,
    hygiene: HygieneResult,
    coverage: pd.DataFrame,
    chances: pd.DataFrame,
    own: set[str] | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row per rep, and the sums from which totals of shares are made.

    Win rates are pulled towards those of all reps of the company, and compared with all others of it, also
    where only the reps `own` are shown.
    """
    asked = computable(crm, KPIS.pick(list(_KPIS)), ("rep_id",))
    found = panel(crm, asked, span, by="rep_id")
    held = found.kpis[found.kpis["rep_id"].notna()]
    wide = held.pivot(index="rep_id", columns="kpi", values="estimate").reindex(columns=list(_KPIS))
    wide = wide.rename(columns=_KPIS)
    shares = _sums(held)
    wide = wide.join(_rates(shares)).join(_medians(crm, span)).join(_at_risk(hygiene))
    cover = coverage[coverage["scope"] == "rep"].set_index("scope_id")
    wide = wide.join(cover["coverage"]).join(_expected(hygiene, chances))
    wide = wide[(wide["n"].fillna(0) > 0) | (wide["base"] > 0)]
    wide = wide.join(_who(crm))
    if not values_known(hygiene.open.assign(status="open")):
        unknown = ["open_value", "weighted_value", "expected_value", "value_flagged"]
        wide[unknown] = np.nan
    wide = (
        wide.fillna({"n": 0, "flagged": 0})
        .astype({"n": "int64", "flagged": "int64"})
        .reset_index(names="rep_id")
    )
    if own is not None:
        wide, shares = wide[wide["rep_id"].isin(own)], shares[shares.index.isin(own)]
    wide = wide.sort_values(["open_value", "rep_id"], ascending=[False, True], kind="stable")
    return wide.reindex(columns=list(COLUMNS)).reset_index(drop=True), shares


def totals(
    table: pd.DataFrame, shares: pd.DataFrame, *, coverage: pd.DataFrame, team: str | None
) -> pd.Series:
    """Return the same for everybody in `table`; `team` names whose coverage it is, None: nobody's."""
    sums = table[["n", "open_value", "expected_value", "weighted_value", "flagged", "value_flagged"]]
    found = sums.sum(min_count=1)
    wins, base = table["wins"].sum(), table["base"].sum()
    ends = wilson(wins, base)
    whose = coverage["scope"].eq("team") & coverage["scope_id"].eq(team)
    whose = coverage["scope"].eq("organisation") if team == "" else whose
    ratio = shares.sum()
    return pd.concat(
        [
            found,
            pd.Series(
                {
                    "wins": wins,
                    "base": base,
                    "estimate": float(ends.estimate),
                    "conf_low": float(ends.conf_low),
                    "conf_high": float(ends.conf_high),
                    "cycle": _over(ratio, "sales_cycle"),
                    "deal_size": _over(ratio, "average_deal_size"),
                    "pushed": _over(ratio, "push_rate.any"),
                    "coverage": coverage.loc[whose, "coverage"].sum(min_count=1),
                }
            ),
        ]
    )


def _sums(held: pd.DataFrame) -> pd.DataFrame:
    """Return numerators and bases by rep: columns ``<kpi>|numerator`` and ``<kpi>|base``."""
    wide = held.pivot(index="rep_id", columns="kpi", values=["numerator", "base"])
    wide.columns = [f"{kpi}|{part}" for part, kpi in wide.columns]
    return wide.astype("float64")


def _over(sums: pd.Series, kpi: str) -> float:
    base = sums.get(f"{kpi}|base", np.nan)
    return float(sums[f"{kpi}|numerator"] / base) if base > 0 else float("nan")


def _rates(shares: pd.DataFrame) -> pd.DataFrame:
    """Return win rates pulled towards the company's, and who differs from all others."""
    wins, base = (shares[f"win_rate|{part}"].fillna(0.0) for part in ("numerator", "base"))
    fit = shrink_shares(wins, base)
    p = share_difference_p((wins, wins.sum() - wins), (base, base.sum() - base))
    adjusted = benjamini_hochberg(p)
    found = np.nan_to_num(adjusted, nan=1.0) < _FALSE_FINDINGS
    is_more = wins * (base.sum() - base) > (wins.sum() - wins) * base
    return pd.DataFrame(
        {
            "wins": wins.astype("int64"),
            "base": base.astype("int64"),
            "estimate": fit["estimate"].to_numpy(),
            "conf_low": fit["conf_low"].to_numpy(),
            "conf_high": fit["conf_high"].to_numpy(),
            "p_adjusted": adjusted,
            "verdict": np.select([found & is_more, found], ["above", "below"], "cannot_tell"),
        },
        index=shares.index,
    )


def _medians(crm: Crm, span: Period) -> pd.Series:
    """Return by rep the median of the days whose mean is the KPI ``sales_cycle``."""
    sale = rows(crm, "opportunities", "rep_id", "outcome", "created_on", "closed_on")
    won = sale[(sale["outcome"] == "won") & (sale["closed_on"] >= np.datetime64(span.start, "s"))]
    won = won[won["closed_on"] <= np.datetime64(span.last_day, "s")]
    days = (won["closed_on"] - won["created_on"]).dt.days
    return days.groupby(won["rep_id"]).median().rename("cycle_median")


def _at_risk(hygiene: HygieneResult) -> pd.DataFrame:
    found = hygiene.summary("rep_id")
    return found[found["rep_id"].notna()].set_index("rep_id")[["n", "flagged", "value_flagged"]]


def _who(crm: Crm) -> pd.DataFrame:
    reps = crm.reps(on=crm.as_of).drop_duplicates("rep_id").set_index("rep_id")
    return reps.reindex(columns=["name", "team"])


def _expected(hygiene: HygieneResult, chances: pd.DataFrame) -> pd.Series:
    """Return by rep what the open opportunities are expected to bring: value times chance."""
    chance = chances.set_index("opportunity_id")["estimate"]
    held = hygiene.open
    value = held["amount"] * held["opportunity_id"].map(chance).astype("float64")
    return value.groupby(held["rep_id"]).sum(min_count=1).rename("expected_value")
