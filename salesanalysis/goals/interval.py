"""The interval that suits each kind of KPI, computed from its sums."""

from __future__ import annotations

import pandas as pd

from ..kpi.base import Kpi
from ..stats import mean_from_sums, poisson_exact, ratio_of_counts, scaled_poisson, wilson
from ..stats.interval import Interval


#: Units of a ratio whose base is no number of cases but days worked, a quota and the like.
EXPOSED = ("share", "rate", "ratio")


def kind(kpi: Kpi) -> str:
    """Name the interval of `kpi`: wilson, poisson, scaled_poisson, t, or nothing.

    A share of cases has Wilson's, whether the cases are events or exist on a day. Rates and ratios have their
    base as a fixed exposure, so theirs is that of the numerator. A stock that is no share is counted on a day
    and is no sample; a KPI with its own way to combine has no interval here.
    """
    if kpi.combine:
        return ""
    if kpi.base and not kpi.squares and kpi.unit in ("share", "rate"):
        return "wilson" if kpi.unit == "share" else "poisson"
    if kpi.accumulates == "stock":
        return ""
    if kpi.squares:
        return "t" if kpi.base and kpi.unit not in EXPOSED else "scaled_poisson"
    return "poisson" if kpi.unit == "count" and not kpi.base else ""


def events(kpi: Kpi, sums: pd.DataFrame) -> pd.Series:
    """Return what each value rests on: the base of a ratio, the events of a sum of money, else the count."""
    if kpi.base:
        return sums[kpi.base]
    if kpi.events:
        return sums[kpi.events.name]
    return sums[kpi.numerator] if kpi.unit == "count" else pd.Series(float("nan"), sums.index)


def intervals(kpi: Kpi, sums: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Return ``conf_low, conf_high`` for each row of a frame of sums.

    Shares: Wilson; where more events than base fall into a period (proposals per conversation), the ratio of
    two counts. Counts: exact Poisson. Money: compound Poisson. Means: Student t. None of them is below 0.
    """
    which = kind(kpi)
    if not which:
        missing = pd.Series(float("nan"), sums.index)
        return pd.DataFrame({"conf_low": missing, "conf_high": missing})
    top = sums[kpi.numerator]
    if which == "wilson":
        return _share(top, sums[kpi.base], level)
    if which == "t":
        found = mean_from_sums(top, sums[kpi.squares.name], sums[kpi.base], level=level)
        return _ends(found, sums.index).clip(lower=0.0)
    if which == "poisson":
        found = poisson_exact(top, level=level)
    else:
        found = scaled_poisson(top, sums[kpi.squares.name], level=level)
    ends = _ends(found, sums.index).clip(lower=0.0)
    return ends.div(sums[kpi.base].where(sums[kpi.base] > 0), axis=0) if kpi.base else ends


def _share(top: pd.Series, base: pd.Series, level: float) -> pd.DataFrame:
    within = _ends(wilson(top.where(top <= base, 0), base, level=level), top.index)
    beyond = _ends(ratio_of_counts(top, base, level=level), top.index)
    return within.where(top <= base, beyond)


def _ends(found: Interval, index: pd.Index) -> pd.DataFrame:
    return pd.DataFrame({"conf_low": found.conf_low, "conf_high": found.conf_high}, index=index)
