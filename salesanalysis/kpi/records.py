"""What each single record adds to the sums of a KPI: for intervals of products, and to trace differences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..core.shelf import kept
from .base import Kpi, Measure
from .bucket import Buckets
from .catalogue import KPIS
from .dimension import dimensions
from .query import BUCKET, ROWS, queries
from .view import View


def record_sums(
    crm: Crm, kpi: Kpi, span: Period, *, by: Iterable[str] = (), grain: str | int | None = None
) -> pd.DataFrame | None:
    """Return the sums of `kpi` by record: one row per dimensions, period and record that adds anything.

    Parameters
    ----------
    crm : Crm
        The data.
    kpi : Kpi
        What to compute; its `record` names the column that tells one record from another.
    span : Period
        Span of days.
    by, grain
        As in `panel`.

    Returns
    -------
    pandas.DataFrame or None
        Columns: `by`, ``period``, ``record`` and one a measure; added up over the records they are the sums
        that `panel` gives, unless a record is counted more than once. None where the KPI names no record, or
        one of its tables does not have it.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import salesanalysis as sa
    >>> wins = replace(sa.KPIS["win_rate"], record="opportunity_id")
    >>> float(record_sums(sa.sample(), wins, Period.parse("2026-Q3"))["closed"].max())
    1.0
    """
    dims = dimensions(by)
    if not kpi.record or not all(kpi.record in _columns(crm, m) for m in kpi.sums):
        return None
    plain = replace(kpi, record=KPIS[kpi.name].record) if kpi.name in KPIS else kpi
    if kpi.name not in KPIS or plain != KPIS[kpi.name]:  # one of somebody's own
        return _fetched(crm, kpi, span, dims, grain)
    known_by = (kpi.name, kpi.record, span, dims, grain)
    return kept(crm, "kpi.records", known_by, lambda: _fetched(crm, kpi, span, dims, grain), in_memory=False)


def _fetched(
    crm: Crm, kpi: Kpi, span: Period, dims: tuple[str, ...], grain: str | int | None
) -> pd.DataFrame:
    buckets = Buckets.of(span, grain, as_of=crm.as_of)
    only = buckets.key(buckets.periods[0].start)
    split = tuple(dict.fromkeys((*dims, kpi.record)))
    keys = [*split, BUCKET]
    frames = [e.to_pandas().drop(columns=ROWS) for e in queries(crm, (kpi,), buckets, split)]
    stacked = pd.concat([f.assign(**{BUCKET: f.get(BUCKET, only)}) for f in frames], ignore_index=True)
    measures = [m.name for m in kpi.sums]
    stacked[measures] = stacked[measures].astype("float64").fillna(0.0)
    found = stacked.groupby(keys, dropna=False, sort=True)[measures].sum().reset_index()
    found = found[(found[measures] != 0).any(axis=1)]
    period = found.pop(BUCKET).astype("int64").map(buckets.labels())
    found = found.assign(record=found[kpi.record], period=period)
    return found[[*dims, "period", "record", *measures]].reset_index(drop=True)


def _columns(crm: Crm, measure: Measure) -> tuple[str, ...]:
    if isinstance(measure.table, View):
        return measure.table.columns
    return tuple(crm.tables[measure.table].columns)
