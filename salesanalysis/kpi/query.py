"""One query a table and date column: the sums of all measures that share them."""

from __future__ import annotations

from collections import Counter
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
from .catalogue import KPIS, kept_of
from .dimension import KEYS, attach, dimensions
from .trace import trace
from .view import CALENDAR, FIRST, FOREVER, LOOKED_AT, MADE, Tables, View, day, schema_table

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Engines for which `sql` writes.
DIALECTS = ("duckdb", "postgres", "trino", "bigquery", "snowflake", "databricks", "mysql", "clickhouse")
#: Column of the period's key and of the number of rows read, beside the dimensions and the measures.
BUCKET, ROWS = "bucket", "rows_read"
#: Day before a period, for the rows of a stock.
BEFORE = "before_on"


def queries(crm: Crm, kpis: Iterable[Kpi], buckets: Buckets, by: tuple[str, ...]) -> Iterator[ir.Table]:
    """Yield one aggregation for every table and date column that `kpis` need.

    Columns: the dimensions `by`, `BUCKET` unless there is one period, `ROWS`, one column a measure.
    """
    measures = {m.name: m for kpi in kpis for m in kpi.sums}
    groups: dict[tuple[str, ...], list[Measure]] = {}
    for measure in measures.values():
        groups.setdefault((measure.source, measure.on, measure.until, measure.at), []).append(measure)
    views = _views(crm, groups.values(), buckets)
    for (_, _, until, _), group in groups.items():
        yield (_stock if until else _flow)(crm, group, buckets, by, views)


def _views(crm: Crm, groups: Iterable[list[Measure]], buckets: Buckets) -> dict[View, ir.Table]:
    """Return the views in use; what several queries read is worked out once, where the engine is our own."""
    used = Counter(group[0].table for group in groups if isinstance(group[0].table, View))
    built = {view: _rows(crm, view, buckets) for view in used}
    is_ours = CALENDAR not in crm.tables and crm.tables["reps"].get_backend().name == "duckdb"
    return {view: rows.cache() if is_ours and used[view] > 1 else rows for view, rows in built.items()}


def _pruned(crm: Crm, group: list[Measure], by: tuple[str, ...], views: dict[View, ir.Table]) -> ir.Table:
    """Return the rows that a group of measures reads, with no more columns than it needs."""
    if isinstance(group[0].table, View):
        return views[group[0].table]
    rows = crm.tables[group[0].table]
    needed = {reference.partition(".")[2] for measure in group for reference in measure.needs}
    needed |= {*by, *(KEYS.values() if by else ())}
    return rows.select(*(c for c in rows.columns if c in needed))


def _rows(crm: Crm, table: str | View, buckets: Buckets) -> ir.Table:
    if isinstance(table, str):
        return crm.tables[table]
    start, end = buckets.start, min(buckets.end, crm.as_of + timedelta(days=1))
    if CALENDAR not in crm.tables:  # months in which nothing is known need no calendar
        start = max(start, crm.span.start.replace(day=1))
    built = table.build(Tables(crm.tables, crm.client, start, max(start, end), as_of=crm.as_of))
    return built.view()  # closed, or a join to it would join its own parts


def _flow(
    crm: Crm, group: list[Measure], buckets: Buckets, by: tuple[str, ...], views: dict[View, ir.Table]
) -> ir.Table:
    first = group[0]
    rows = _pruned(crm, group, by, views)
    end = min(buckets.end, crm.as_of + timedelta(days=1))
    rows = rows.filter(rows[first.on] >= day(buckets.start), rows[first.on] < day(end))
    rows, keys = attach(crm, first.source, by, rows, first.on)
    if any(trace(m).asks_day for m in group):
        rows = rows.mutate(**{LOOKED_AT: day(crm.as_of)})
        keys = {dim: rows[key.get_name()] for dim, key in keys.items()}
    bucket = buckets.expression(rows[first.on])
    if bucket is not None:
        keys[BUCKET] = bucket
    return _sums(rows, keys, group)


def _stock(
    crm: Crm, group: list[Measure], buckets: Buckets, by: tuple[str, ...], views: dict[View, ir.Table]
) -> ir.Table:
    """What exists on a day of each period: rows are joined to the days on which they exist."""
    first = group[0]
    rows = _pruned(crm, group, by, views)
    days = _days(buckets, crm.as_of, first.at)
    begins, ends = rows[first.on], ibis.coalesce(rows[first.until], day(FOREVER))
    # A row that exists at both ends of a period began before it and ends after it; one that exists during it
    # began before its end and ended after the day before it.
    begun_by = days[BEFORE] if first.at == "both" else days[LOOKED_AT]
    lasts_beyond = days[BEFORE] if first.at == "during" else days[LOOKED_AT]
    rows = rows.join(days, [begins <= begun_by, ends > lasts_beyond]).drop(BEFORE)
    rows, keys = attach(crm, first.source, by, rows, LOOKED_AT)
    return _sums(rows, {**keys, BUCKET: rows[BUCKET]}, group)


def _days(buckets: Buckets, as_of: date, at: str) -> ir.Table:
    """Return one row a period: its key, the day looked at, its first day and the day before that."""
    parts = []
    for period in buckets.periods:
        before = period.start - timedelta(days=1)
        looked_at = before if at == "start" else min(period.last_day, as_of)
        key = ibis.literal(buckets.key(period.start), type="int64").name(BUCKET).as_table()
        days = {LOOKED_AT: looked_at, FIRST: period.start, BEFORE: before}
        parts.append(key.mutate(**{name: day(value) for name, value in days.items()}))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _sums(rows: ir.Table, keys: dict[str, ir.Value], group: list[Measure]) -> ir.Table:
    values = {ROWS: rows.count(), **{m.name: m.reduce(rows) for m in group}}
    return rows.group_by(**keys).agg(**values) if keys else rows.aggregate(**values)


def first_days(crm: Crm, kpis: Iterable[Kpi]) -> dict[str, date | None]:
    """Return by KPI the first day on which every measure's table has a row; before it a 0 means "no data"."""
    kpis = list(kpis)
    return kept_of(crm, "kpi.first_days", kpis, (), lambda: _first_days(crm, kpis))


def _first_days(crm: Crm, kpis: list[Kpi]) -> dict[str, date | None]:
    whole = Buckets.of(crm.span, None, as_of=crm.as_of)
    sources = {(m.source, m.on): m for kpi in kpis for m in kpi.sums}
    first = {pair: _rows(crm, m.table, whole)[m.on].min().to_pandas() for pair, m in sources.items()}
    found = {pair: None if pd.isna(day) else pd.Timestamp(day).date() for pair, day in first.items()}
    days = {kpi.name: [found[m.source, m.on] for m in kpi.sums] for kpi in kpis}
    return {name: None if None in every else max(every) for name, every in days.items()}


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
    tables = {name: schema_table(name) for name in SCHEMA if name != "rep_history"}
    tables |= {name: schema_table(name) for name in MADE}
    crm = Crm(tables=tables, as_of=span.last_day, client=Client())
    buckets = Buckets.of(span, grain, as_of=crm.as_of)
    expressions = queries(crm, KPIS.pick(kpis), buckets, dimensions(by))
    return ";\n\n".join(str(ibis.to_sql(e, dialect=dialect)).strip() for e in expressions)
