"""The interval that suits each kind of KPI, computed from its sums, or from those of single records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from ..core.client import Client
from ..core.crm import Crm
from ..core.period import Period
from ..kpi.base import Kpi
from ..kpi.records import record_sums
from ..stats import mean_from_sums, of_sums, poisson_exact, ratio_of_counts, scaled_poisson, wilson
from ..stats.interval import Interval
from ..stats.resample import Statistic

#: Units of a ratio whose base is no number of cases but days worked, a quota and the like.
EXPOSED = ("share", "rate", "ratio")
#: Sums over records and the panel's own may differ by this much, relatively, and still be the same.
_SAME = 1e-6

#: What each record adds to the sums of a KPI, by its name; see `record_sums`.
Records = Mapping[str, pd.DataFrame]


def kind(kpi: Kpi) -> str:
    """Name the interval of `kpi`: wilson, poisson, scaled_poisson, t, records, or nothing.

    A share of cases has Wilson's, whether the cases are events or exist on a day. Rates have their base as a
    fixed exposure, so theirs is that of the numerator. A total that exists on a day is counted and no sample.
    What is worked out from several sums, or is a mean without sums of squares, takes its interval from single
    records, where the KPI names what a record is.
    """
    of_records = "records" if kpi.record and kpi.base else ""
    if kpi.combine:
        return of_records
    if kpi.base and not kpi.squares and kpi.unit in ("share", "rate"):
        return "wilson" if kpi.unit == "share" else "poisson"
    if kpi.squares and kpi.accumulates != "stock":
        return "t" if kpi.base and kpi.unit not in EXPOSED else "scaled_poisson"
    if kpi.base:
        return of_records
    return "poisson" if kpi.unit == "count" and kpi.accumulates != "stock" else ""


def adds_with_time(kpi: Kpi) -> bool:
    """Tell whether twice the days would give about twice the value: counts and sums of what happens.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> adds_with_time(sa.KPIS["calls"]), adds_with_time(sa.KPIS["open_pipeline"])
    (True, False)
    """
    return not kpi.base and kpi.combine is None and not any(m.until for m in kpi.measures)


def events(kpi: Kpi, sums: pd.DataFrame) -> pd.Series:
    """Return what each value rests on: the base of a ratio, the events of a sum of money, else the count.

    Where the base of a sum of money is money too, such as a quota: so many events of one size as would
    scatter alike.
    """
    if kpi.base and kind(kpi) == "scaled_poisson":
        squares = sums[kpi.squares.name]
        return (sums[kpi.numerator] ** 2 / squares.where(squares > 0)).fillna(0.0)
    if kpi.base:
        return sums[kpi.base]
    if kpi.events:
        return sums[kpi.events.name]
    return sums[kpi.numerator] if kpi.unit == "count" else pd.Series(float("nan"), sums.index)


def minimum(kpi: Kpi, client: Client) -> int:
    """Return the base under which a value of `kpi` is marked too few."""
    if kpi.minimum_base is not None:
        return kpi.minimum_base
    return client.minimum_base if kpi.base else 0


def fetch_records(
    crm: Crm, kpis: Iterable[Kpi], span: Period, *, by: Iterable[str] = (), grain: str | int | None = None
) -> dict[str, pd.DataFrame]:
    """Return what each record adds, for those of `kpis` whose interval rests on records; one query a table.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> fetch_records(sa.sample(), [sa.KPIS["calls"]], Period.parse("2026-Q3"))
    {}
    """
    wanted = [kpi for kpi in kpis if kind(kpi) == "records"]
    found = {kpi.name: record_sums(crm, kpi, span, by=by, grain=grain) for kpi in wanted}
    return {name: records for name, records in found.items() if records is not None}


def intervals(
    kpi: Kpi, sums: pd.DataFrame, *, level: float = 0.95, records: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return ``conf_low, conf_high`` and the ``method`` for each row of a frame of sums.

    Shares: Wilson; where more events than base fall into a period (proposals per conversation), the ratio of
    two counts. Counts and rates: exact Poisson. Money: compound Poisson. Means: Student t. None of these is
    below 0. Products: bootstrap over `records`, which have the levels of the index of `sums` as columns; an
    empty method says that there is no interval.
    """
    which, top = kind(kpi), sums[kpi.numerator]
    if which == "records":
        return _of_records(kpi, sums, records, level)
    if which == "wilson":
        return _share(top, sums[kpi.base], level)
    if which == "t":
        found = mean_from_sums(top, sums[kpi.squares.name], sums[kpi.base], level=level)
        return _ends(found, sums.index, which)
    if which == "poisson":
        ends = _ends(poisson_exact(top.clip(lower=0.0), level=level), sums.index, which)
    elif which == "scaled_poisson":
        ends = _ends(scaled_poisson(top, sums[kpi.squares.name], level=level), sums.index, which)
    else:
        return nowhere(sums.index)
    if kpi.base:
        exposure = sums[kpi.base].where(sums[kpi.base] > 0)
        ends[["conf_low", "conf_high"]] = ends[["conf_low", "conf_high"]].div(exposure, axis=0)
    return ends


def nowhere(index: pd.Index) -> pd.DataFrame:
    """Return rows without an interval."""
    return pd.DataFrame({"conf_low": np.nan, "conf_high": np.nan, "method": ""}, index=index)


def _share(top: pd.Series, base: pd.Series, level: float) -> pd.DataFrame:
    is_part = (top >= 0) & (top <= base)
    within = _ends(wilson(top.where(is_part, 0), base, level=level), top.index, "wilson")
    beyond = _ends(ratio_of_counts(top.clip(lower=0), base, level=level), top.index, "ratio_of_counts")
    return within.where(is_part, beyond)


def _of_records(kpi: Kpi, sums: pd.DataFrame, records: pd.DataFrame | None, level: float) -> pd.DataFrame:
    """Resample the records of each row; rows whose records do not add up to their sums have no interval."""
    found = nowhere(sums.index)
    if records is None or records.empty:
        return found
    measures, keys = [m.name for m in kpi.sums], list(sums.index.names)
    rows = sums.index.to_frame(index=False).assign(_row=range(len(sums)))
    parts = records.merge(rows, on=keys)
    if parts.empty:
        return found
    cells, row = pd.factorize(parts["_row"])
    ends, how = of_sums(parts[measures].to_numpy(float), cells, statistic(kpi), level=level)
    totals = parts.groupby(cells)[measures].sum().to_numpy()
    # A record counted in several rows, or twice, would be drawn as if it were several.
    same = np.isclose(totals, sums[measures].to_numpy(float)[row], rtol=_SAME, atol=_SAME).all(axis=1)
    same &= np.isfinite(ends.conf_low)
    drawn = {"conf_low": ends.conf_low, "conf_high": ends.conf_high, "method": how}
    kept = pd.DataFrame({name: column[same] for name, column in drawn.items()}, index=row[same])
    by_row = found.reset_index(drop=True)
    by_row.loc[kept.index] = kept
    return by_row.set_index(sums.index)


def statistic(kpi: Kpi) -> Statistic:
    """Return the function from an array of sums, one column a measure of `kpi`, to its values."""
    measures = [m.name for m in kpi.sums]

    def value(sums: np.ndarray) -> np.ndarray:
        return kpi.values(pd.DataFrame(sums, columns=measures)).to_numpy(float)

    return value


def _ends(found: Interval, index: pd.Index, method: str) -> pd.DataFrame:
    ends = pd.DataFrame({"conf_low": found.conf_low, "conf_high": found.conf_high}, index=index)
    return ends.clip(lower=0.0).assign(method=method)
