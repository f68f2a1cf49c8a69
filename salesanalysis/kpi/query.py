"""One query a table and date column: the sums of all measures that share them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from ..core.client import Client
from ..core.crm import Crm
from ..core.errors import InvalidInput, did_you_mean
from ..core.period import Period
from ..core.schema import SCHEMA
from .base import Kpi, Measure
from .bucket import Buckets
from .catalogue import KPIS
from .dimension import attach, dimensions
from .trace import schema_table

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Engines for which `sql` writes.
DIALECTS = ("duckdb", "postgres", "trino", "bigquery", "snowflake", "databricks", "mysql", "clickhouse")
#: Column of the period's key and of the number of rows read, beside the dimensions and the measures.
BUCKET, ROWS = "bucket", "rows_read"


def queries(crm: Crm, kpis: Iterable[Kpi], buckets: Buckets, by: tuple[str, ...]) -> Iterator[ir.Table]:
    """Yield one aggregation for every table and date column that `kpis` need.

    Columns: the dimensions `by`, `BUCKET` unless there is one period, `ROWS`, one column a measure.
    """
    measures = {m.name: m for kpi in kpis for m in kpi.sums}
    groups: dict[tuple[str, str, str], list[Measure]] = {}
    for measure in measures.values():
        groups.setdefault((measure.table, measure.on, measure.until), []).append(measure)
    for (_, _, until), group in groups.items():
        yield _stock(crm, group, buckets, by) if until else _flow(crm, group, buckets, by)


def _flow(crm: Crm, group: list[Measure], buckets: Buckets, by: tuple[str, ...]) -> ir.Table:
    rows = crm.tables[group[0].table]
    on = rows[group[0].on]
    end = min(buckets.end, crm.as_of + timedelta(days=1))
    rows = rows.filter(on >= _day(buckets.start), on < _day(end))
    rows, keys = attach(crm, group[0].table, by, rows)
    bucket = buckets.expression(rows[group[0].on])
    if bucket is not None:
        keys[BUCKET] = bucket
    return _sums(rows, keys, group)


def _stock(crm: Crm, group: list[Measure], buckets: Buckets, by: tuple[str, ...]) -> ir.Table:
    """What exists on the last day of each period; one branch a period, since a row can exist in many."""
    first, parts = group[0], []
    for period in buckets.periods:
        day = _day(min(period.last_day, crm.as_of))
        rows = crm.tables[first.table]
        rows = rows.filter(rows[first.on] <= day, rows[first.until].isnull() | (rows[first.until] > day))
        rows, keys = attach(crm, first.table, by, rows)
        part = _sums(rows, keys, group)
        parts.append(part.mutate(**{BUCKET: ibis.literal(buckets.key(period.start), "int64")}))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _sums(rows: ir.Table, keys: dict[str, ir.Value], group: list[Measure]) -> ir.Table:
    values = {ROWS: rows.count(), **{m.name: m.reduce(rows) for m in group}}
    return rows.group_by(**keys).agg(**values) if keys else rows.aggregate(**values)


def first_days(crm: Crm, kpis: Iterable[Kpi]) -> dict[str, date | None]:
    """Return by KPI the first day on which every measure's table has a row; before it a 0 means "no data"."""
    kpis = list(kpis)
    pairs = {(m.table, m.on) for kpi in kpis for m in kpi.sums}
    first = {pair: crm.tables[pair[0]][pair[1]].min().to_pandas() for pair in pairs}
    found = {pair: None if pd.isna(day) else pd.Timestamp(day).date() for pair, day in first.items()}
    days = {kpi.name: [found[m.table, m.on] for m in kpi.sums] for kpi in kpis}
    return {name: None if None in every else max(every) for name, every in days.items()}


def _day(day: date) -> ir.DateScalar:
    return ibis.literal(day, type="date")


def sql(
    kpis: str | Kpi | Iterable[str | Kpi],
    dialect: str = "duckdb",
    *,
    period: str = "2026-Q3",
    by: Iterable[str] = ("rep_id",),
    grain: str | None = None,
) -> str:
    """Return the SQL that computes `kpis` on a database with the canonical tables.

    Parameters
    ----------
    kpis : str, Kpi or several
        What to compute.
    dialect : str
        One of `DIALECTS`.
    period, by, grain
        As in `panel`.

    Returns
    -------
    str
        One statement a table and date column, separated by empty lines.

    Examples
    --------
    >>> "COUNT(*)" in sql("calls", "trino")
    True
    """
    if dialect not in DIALECTS:
        raise InvalidInput(f"Unknown dialect '{dialect}'.{did_you_mean(dialect, DIALECTS)}")
    span = Period.parse(period)
    tables = {name: schema_table(name) for name in SCHEMA}
    crm = Crm(tables=tables, as_of=span.last_day, client=Client())
    buckets = Buckets.of(span, grain, as_of=crm.as_of)
    expressions = queries(crm, KPIS.pick(kpis), buckets, dimensions(by))
    return ";\n\n".join(str(ibis.to_sql(e, dialect=dialect)).strip() for e in expressions)
