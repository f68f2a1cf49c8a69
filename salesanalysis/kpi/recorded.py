"""How well a KPI's events are recorded: fields filled in, reps who record them, months in which they are."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
from ibis.expr import operations as ops

from ..core.crm import Crm
from ..core.expected import expected
from ..core.schema import SCHEMA
from .base import Kpi, Measure
from .panel import panel
from .view import FIRST, LOOKED_AT, Tables, View, day, schema_table

#: Chance of empty months at one end of a series below which they are no chance.
UNLIKELY = 0.001
#: Share of the reps of a role from which an activity counts as part of that role's work.
OF_ROLE = 1 / 3
#: Activities of a rep from which their not having one kind says something.
BUSY = 30


@dataclass(frozen=True)
class Recorded:
    """How one KPI's events are recorded.

    Attributes
    ----------
    filled : float
        Share of the rows that its sums count which have the day and the value summed; missing without rows.
    field : str
        The emptiest of these fields; empty where all are full.
    judged : frozenset of str
        Fields that `filled` speaks about.
    reps : float
        Share of the busy reps who record the activity at all, among roles in which it is usual; missing for
        what no rep decides to do.
    months : float
        Share of the months of its table in which it is recorded: less than 1 only where the first or the last
        months are empty by more than chance.
    first, last : str
        Months from and until which it is recorded, where `months` is less than 1.
    """

    filled: float = math.nan
    field: str = ""
    judged: frozenset[str] = frozenset()
    reps: float = math.nan
    months: float = math.nan
    first: str = ""
    last: str = ""


def recorded(crm: Crm, kpis: Iterable[Kpi]) -> dict[str, Recorded]:
    """Return for each KPI that this data can give how well its events are recorded.

    One aggregate query a table for the fields, one panel by month and one by rep.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> recorded(sa.sample(), [sa.KPIS["bookings"]])["bookings"].filled
    1.0
    """
    kpis = list(kpis)
    measures = {m.name: m for kpi in kpis for m in kpi.measures if isinstance(m.table, str)}
    fields = _fields(crm, measures.values())
    months = _months(crm, [m for m in measures.values() if m.accumulates == "flow" and _counts(m)])
    reps = _reps(
        crm, {m.name: m for k in kpis if k.role == "activity" for m in k.measures if m.name in measures}
    )
    return {kpi.name: _together(kpi, fields, months, reps) for kpi in kpis}


def kinds(kpi: Kpi) -> frozenset[str]:
    """Return the kinds of activity that a KPI's formula names.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sorted(kinds(sa.KPIS["proposal_rate"]))
    ['call', 'proposal']
    """
    found: set[str] = set()
    for measure in kpi.measures:
        if isinstance(measure.table, View):
            rows = measure.table.build(Tables.schema())
            rows = rows.mutate(**dict.fromkeys((LOOKED_AT, FIRST), day(Tables.schema().start)))
        else:
            rows = schema_table(measure.table, dated=True)
        for part in (rows.op(), measure.reduce(rows).op()):
            for test in part.find((ops.Equals, ops.InValues)):
                value, options = (
                    (test.left, (test.right,)) if isinstance(test, ops.Equals) else (test.value, test.options)
                )
                if isinstance(value, ops.Field) and value.name == "kind":
                    found |= {o.value for o in options if isinstance(o, ops.Literal)}
    return frozenset(found)


def _counts(measure: Measure) -> bool:
    """Tell whether a measure counts rows, so that chance can be told from its size."""
    return isinstance(
        measure.reduce(schema_table(str(measure.table), dated=True)).op(), ops.CountStar | ops.Count
    )


def _fields(crm: Crm, measures: Iterable[Measure]) -> dict[str, dict[str, tuple[int, int]]]:
    """Return by measure and field the rows that are counted and those of them that have the field."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    tables: dict[str, list[Measure]] = {}
    for measure in measures:
        tables.setdefault(str(measure.table), []).append(measure)
    for name, members in tables.items():
        rows = crm.table(name).mutate(**{LOOKED_AT: day(crm.as_of), FIRST: day(crm.as_of)})
        asked, places = {}, {}
        for measure in members:
            root = measure.reduce(rows).op()
            # What is counted need not be there; what is summed, or counted once each, must be.
            summed = () if isinstance(root, ops.CountStar | ops.Count) else root.arg.find(ops.Field)
            own = {f.name for f in summed if f.rel == rows.op()}
            for column in sorted({measure.on, *own} & set(SCHEMA[name].columns)):
                should = expected(name, column, rows)
                if should is None or SCHEMA[name][column].filled:
                    continue
                place = places.setdefault((root.where, column), f"c{len(places)}")
                places[measure.name, column] = place
                where = should if column == measure.on and root.where is None else None
                where = root.where.to_expr() if root.where is not None else where
                where = rows[column].isnull() | rows[column].notnull() if where is None else where
                asked[f"{place}|n"] = rows.count(where=where)
                asked[f"{place}|there"] = rows.count(where=where & rows[column].notnull())
        counts = rows.aggregate(**asked).to_pandas().iloc[0] if asked else {}
        for measure in members:
            mine = {c: p for (m, c), p in places.items() if m == measure.name}
            found[measure.name] = {
                f"{name}.{c}": (int(counts[f"{p}|there"]), int(counts[f"{p}|n"])) for c, p in mine.items()
            }
    return found


def _months(crm: Crm, flows: list[Measure]) -> dict[str, tuple[float, str, str]]:
    """Return by measure the share of its table's months in which it is recorded, and the first and last."""
    if not flows:
        return {}
    whole = {
        (str(m.table), m.on): Measure(f"rows|{m.table}|{m.on}", m.table, m.on, lambda t: t.count())
        for m in flows
    }
    asked = [Kpi(m.name, (m,)) for m in [*flows, *whole.values()]]
    monthly = panel(crm, asked, crm.span, by=(), grain="month")
    wide = monthly.wide().reindex([p.label for p in monthly.periods]).fillna(0.0)
    found = {}
    for measure in flows:
        live = wide[f"rows|{measure.table}|{measure.on}"].ne(0).to_numpy().nonzero()[0]
        if len(live) > 2:  # the first and the last month may not be whole
            found[measure.name] = _stretch(wide[measure.name].iloc[live[0] + 1 : live[-1]])
    return found


def _stretch(series: pd.Series) -> tuple[float, str, str]:
    """Return the share of months outside empty ends that are no chance, and the first and last of them."""
    on = series.ne(0).to_numpy().nonzero()[0]
    if not len(on):
        return math.nan, "", ""
    first, last = int(on[0]), int(on[-1])
    usual = float(series.iloc[first : last + 1].mean())
    lead, trail = first, len(series) - 1 - last
    chance = [months * usual < -math.log(UNLIKELY) for months in (lead, trail)]
    begins, ends = (0 if chance[0] else first), (len(series) - 1 if chance[1] else last)
    share = (ends - begins + 1) / len(series)
    if share == 1:
        return 1.0, "", ""
    return share, str(series.index[begins]), str(series.index[ends])


def _reps(crm: Crm, measures: dict[str, Measure]) -> dict[str, float]:
    """Return by measure the share of busy reps who record it, among the roles in which it is usual."""
    own = {name: m for name, m in measures.items() if m.table == "activities" and m.accumulates == "flow"}
    if not own or not crm.has("activities.rep_id"):
        return {}
    every = Measure("rows|activities", "activities", "occurred_on", lambda t: t.count())
    wide = panel(crm, [Kpi(m.name, (m,)) for m in [*own.values(), every]], crm.span, by="rep_id").wide()
    wide = wide.reset_index().dropna(subset="rep_id").set_index("rep_id")
    busy = wide[wide[every.name] >= BUSY]
    roles = crm.frame("reps").set_index("rep_id")
    role = (
        roles["role"].reindex(busy.index).fillna("") if "role" in roles else pd.Series("", index=busy.index)
    )
    found = {}
    for name in own:
        does = busy[name].gt(0)
        usual = does.groupby(role).transform("mean") >= OF_ROLE
        found[name] = float(does[usual].mean()) if usual.any() else math.nan
    return found


def _together(
    kpi: Kpi,
    fields: dict[str, dict[str, tuple[int, int]]],
    months: dict[str, tuple[float, str, str]],
    reps: dict[str, float],
) -> Recorded:
    """Return the worst of what is known about a KPI's measures."""
    pairs = [(c, there, n) for m in kpi.measures for c, (there, n) in fields.get(m.name, {}).items()]
    shares = sorted((there / n, c) for c, there, n in pairs if n)
    stretches = [
        months[m.name] for m in kpi.measures if m.name in months and not math.isnan(months[m.name][0])
    ]
    share, first, last = min(stretches, default=(math.nan, "", ""))
    people = [reps[m.name] for m in kpi.measures if m.name in reps and not math.isnan(reps[m.name])]
    return Recorded(
        filled=shares[0][0] if shares else math.nan,
        field=shares[0][1] if shares and shares[0][0] < 1 else "",
        judged=frozenset(c for c, _, _ in pairs),
        reps=min(people, default=math.nan),
        months=share,
        first=first,
        last=last,
    )
