"""Values of KPIs by dimension and period, each with its interval, base, method and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ..core.calendar import working_days
from ..core.crm import Crm
from ..core.period import Period
from ..kpi import Kpi, PanelResult, panel
from .interval import Records, adds_with_time, events, fetch_records, intervals, minimum
from .people import staff

LEVEL = 0.95
#: Days at the start of a period that the records may miss before a total counts as partial.
GRACE = timedelta(days=7)


@dataclass(frozen=True, eq=False)
class Values:
    """Values with all that a comparison needs.

    Attributes
    ----------
    table : pandas.DataFrame
        The dimensions, ``period, kpi, estimate, conf_low, conf_high, n, numerator, base, method, is_too_few,
        excluded, unit, better``, ``exposure``: working days of the row's period, of a rep those employed, and
        ``is_partial``: the records begin within the period, so that a total is not that of the whole.
    panel : PanelResult
        The sums behind them.
    records : Records
        What single records add, for KPIs whose interval rests on them.
    """

    table: pd.DataFrame
    panel: PanelResult
    records: Records


def values(
    crm: Crm,
    kpis: tuple[Kpi, ...],
    span: Period,
    *,
    by: tuple[str, ...],
    grain: str | int | None,
    begun: dict[str, date | None],
) -> Values:
    """Return the values of `kpis`; those of periods before the first record (`begun`) are missing, not 0.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm, calls = sa.sample(), sa.KPIS["calls"]
    >>> found = values(crm, (calls,), sa.Period.parse("2026-Q3"), by=(), grain=None, begun={})
    >>> found.table["method"].tolist()
    ['poisson']
    """
    found = panel(crm, kpis, span, by=by, grain=grain)
    sums = found.wide().rename_axis(index=[*by, "period"])
    records = fetch_records(crm, kpis, span, by=by, grain=grain)
    spans = {p.label: p for p in found.periods}
    exposure = _exposures(crm, sums.index, spans, by)
    parts = []
    for kpi in kpis:
        part = pd.DataFrame({"kpi": kpi.name, "estimate": kpi.values(sums)}, index=sums.index)
        part = part.join(intervals(kpi, sums, level=LEVEL, records=records.get(kpi.name)))
        part["n"] = _cases(kpi, sums, records.get(kpi.name))
        part["numerator"] = sums[kpi.numerator]
        part["base"] = sums[kpi.base] if kpi.base else np.nan
        part["is_too_few"] = (part["n"] < minimum(kpi, crm.client)) | part["estimate"].isna()
        part["excluded"] = _excluded(crm, kpi)
        part["unit"], part["better"], part["exposure"] = kpi.unit, kpi.better, exposure
        first = begun.get(kpi.name, date.min)
        late = {label for label, p in spans.items() if first and first > p.start + GRACE}
        part["is_partial"] = part.index.get_level_values("period").isin(late) & adds_with_time(kpi)
        none = {label for label, p in spans.items() if first is None or first > p.last_day}
        parts.append(_without(part, none).reset_index())
    return Values(pd.concat(parts, ignore_index=True), found, records)


def _cases(kpi: Kpi, sums: pd.DataFrame, records: pd.DataFrame | None) -> pd.Series:
    """Return what each value rests on; where records are drawn, those in its base."""
    if records is None:
        return events(kpi, sums)
    inside = records[records[kpi.base] != 0]
    return inside.groupby(list(sums.index.names), dropna=False).size().reindex(sums.index).fillna(0.0)


def _without(part: pd.DataFrame, labels: set[str]) -> pd.DataFrame:
    gone = part.index.get_level_values("period").isin(labels)
    numbers = ["estimate", "conf_low", "conf_high", "n", "numerator", "base"]
    part.loc[gone, numbers] = np.nan
    part.loc[gone, "method"] = ""
    part.loc[gone, "is_too_few"] = True
    return part


def _excluded(crm: Crm, kpi: Kpi) -> int:
    """Count the rows left out in loading the tables that `kpi` reads."""
    tables = {need.partition(".")[0] for need in kpi.needs}
    rows = crm.exclusions
    return int(rows.loc[rows["table"].isin(tables), "rows"].sum()) if len(rows) else 0


def _exposures(crm: Crm, index: pd.Index, spans: dict[str, Period], by: tuple[str, ...]) -> pd.Series:
    """Working days within the data: of a rep those employed, else those of the period."""
    country = crm.client.country
    if by != ("rep_id",):
        known = {label: p.clip(crm.as_of) for label, p in spans.items()}
        days = {label: working_days(p.start, p.end, country) for label, p in known.items()}
        found = [float(days[label]) for label in index.get_level_values("period")]
        return pd.Series(found, index)
    employed = {label: staff(crm, p)["days"].to_dict() for label, p in spans.items()}
    found = [float(employed[label].get(rep, np.nan)) for rep, label in index]
    return pd.Series(found, index)
