"""Levels of comparable reps: which shrinkage suits which KPI, and what single periods scatter around them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..kpi import Kpi
from ..stats import (
    Population,
    Singles,
    excess,
    levels_of_means,
    levels_of_rates,
    levels_of_shares,
    partial_pool,
    shrink_rates,
    shrink_shares,
    singles,
)
from .comparable import MIN_PERIODS, MIN_REPS
from .interval import kind

#: Level of the interval of a rep's own shrunk level.
OF_REP = 0.95


@dataclass(frozen=True, eq=False)
class Levels:
    """What comparable reps reach in the long run, and how single periods lie around it.

    Attributes
    ----------
    reason : str
        Why there are none: ``too_few_reps``, ``too_few_periods``, ``nothing_recorded``; else empty.
    population : Population or None
        Shrunk levels: of a total by unit of exposure (a working day), else in the KPI's own unit.
    table : pandas.DataFrame
        One row a rep: ``rep_id, n`` (what the level rests on), ``raw, estimate`` (shrunk), ``conf_low,
        conf_high``.
    periods : pandas.DataFrame
        One row per rep and period with a value: ``rep_id, period, value`` (of a total by unit of exposure).
    single : Singles or None
        What one period of one rep finds: the levels with the scatter of periods put back.
    """

    reason: str = ""
    population: Population | None = None
    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    periods: pd.DataFrame = field(default_factory=pd.DataFrame)
    single: Singles | None = None

    @property
    def reps(self) -> int:
        """How many reps were compared."""
        return len(self.table)


def levels(kpi: Kpi, rows: pd.DataFrame, *, together: int = 1, seed: int = 0) -> Levels:
    """Return the levels of the reps in `rows`, one row per rep and period with sums and ``exposure``.

    Shares of cases are shrunk as such, counts and sums of money as rates (money by units of its own
    scatter), means by the spread of single cases; what exists on a day, counts distinct things or is worked
    out from several sums, by the mean of its values at the periods and their scatter. `together`: how many of
    these periods make the one that `single` speaks of.
    """
    data = _known(kpi, rows)
    enough = _enough(kpi, data)
    if enough:
        return Levels(enough, table=pd.DataFrame({"rep_id": data["rep_id"].unique()}))
    way = _way(kpi, data)
    by = data.groupby("rep_id", sort=True)
    top, base = by["top"].sum(), by["base"].sum()
    if way == "values":
        found, shrunk = _of_values(data, seed)
        raw, n = by["value"].mean(), by["value"].size()
    else:
        raw, n = top / base, base
        found, shrunk = _of_sums(kpi, data, way, seed)
    table = pd.DataFrame({"rep_id": raw.index, "n": n.to_numpy(float), "raw": raw.to_numpy(float)})
    table = table.join(shrunk[["estimate", "conf_low", "conf_high"]])
    periods = data[["rep_id", "period", "value"]].reset_index(drop=True)
    unit = pd.Index(table["rep_id"]).get_indexer(periods["rep_id"])
    how = {"own": table["raw"], "is_added": way == "values", "together": together, "seed": seed}
    single = singles(found, periods["value"], unit, **how)
    return Levels("", found, table, periods, single)


def _of_sums(kpi: Kpi, data: pd.DataFrame, way: str, seed: int) -> tuple[Population, pd.DataFrame]:
    """Return the population of the reps' sums, and each rep's own shrunk level with its interval."""
    by = data.groupby("rep_id", sort=True)
    top, base = by["top"].sum(), by["base"].sum()
    if way == "means":
        variance = _variance(data) / base
        pooled = partial_pool(top / base, variance, level=OF_REP)
        return levels_of_means(top / base, variance, seed=seed), pooled
    scatter = excess(data, "top", unit="rep_id", time="period", base="base", is_share=way == "shares")
    if way == "shares":
        wide = _least(scatter)
        shrunk = shrink_shares(top / wide, base / wide, level=OF_REP)
        return levels_of_shares(top, base, dispersion=wide, seed=seed), shrunk
    wide = _scale(kpi, data, scatter)
    shrunk = shrink_rates(top / wide, base / wide, level=OF_REP)
    return levels_of_rates(top, base, dispersion=wide, seed=seed), shrunk


def counts_by_day(kpi: Kpi) -> bool:
    """Tell whether the goal of `kpi` grows with the working days: a total of what happens."""
    return kpi.is_total


def _known(kpi: Kpi, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with a value: ``rep_id, period, top, base, value, squares``."""
    top = rows[kpi.numerator].astype(float)
    if counts_by_day(kpi):
        base, value = rows["exposure"].astype(float), top / rows["exposure"]
    else:
        value = kpi.values(rows)
        base = rows[kpi.base].astype(float) if kpi.base else pd.Series(1.0, rows.index)
    data = pd.DataFrame(
        {"rep_id": rows["rep_id"], "period": rows["period"], "top": top, "base": base, "value": value}
    )
    data["squares"] = rows[kpi.squares.name].astype(float) if kpi.squares else np.nan
    return data[data["value"].notna() & np.isfinite(data["value"]) & (data["base"] > 0)]


def _enough(kpi: Kpi, data: pd.DataFrame) -> str:
    if data.empty or not (data["top"] != 0).any() or not (data["value"] != 0).any():
        return "nothing_recorded"
    if data["period"].nunique() < MIN_PERIODS:
        return "too_few_periods"
    return "too_few_reps" if data["rep_id"].nunique() < MIN_REPS else ""


def _way(kpi: Kpi, data: pd.DataFrame) -> str:
    which = kind(kpi)
    if kpi.accumulates != "flow" or kpi.combine or which in ("", "records") or (data["top"] < 0).any():
        return "values"
    if which == "wilson" and (data["top"] <= data["base"]).all():
        return "shares"
    return "means" if which == "t" else "rates"


def _least(scatter: float) -> float:
    return max(scatter, 1.0) if np.isfinite(scatter) else 1.0


def _scale(kpi: Kpi, data: pd.DataFrame, scatter: float) -> float:
    """Return the variance of totals over their mean: of counts at least 1, of money at least its own size."""
    if not kpi.squares:
        return _least(scatter)
    total = data["top"].sum()
    least = float(data["squares"].sum() / total) if total else 1.0
    return max(scatter, least) if np.isfinite(scatter) else least


def _variance(data: pd.DataFrame) -> float:
    """Return the variance of single cases within reps, pooled: few of one rep alone say little."""
    by = data.groupby("rep_id")[["top", "base", "squares"]].sum()
    within = (by["squares"] - by["top"] ** 2 / by["base"]).sum()
    return max(float(within) / max(float(by["base"].sum()) - len(by), 1.0), 0.0)


def _of_values(data: pd.DataFrame, seed: int) -> tuple[Population, pd.DataFrame]:
    """Levels of values at the periods, by their scatter once reps and periods are taken out."""
    by_rep = data.groupby("rep_id")["value"]
    rest = data["value"] - by_rep.transform("mean")
    rest = rest - rest.groupby(data["period"]).transform("mean")
    free = max(len(data) - data["rep_id"].nunique() - data["period"].nunique() + 1, 1)
    variance = float((rest**2).sum()) / free
    mean, error = by_rep.mean(), variance / by_rep.size()
    return levels_of_means(mean, error, seed=seed), partial_pool(mean, error, level=OF_REP)
