"""How complete, timely and consistent the loaded data is: per field, and the habits behind it."""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.expected import expected
from ..core.result import Result
from ..core.schema import SCHEMA
from .duplicates import duplicates
from .gaps import Weeks, rep_weeks
from .habits import habits
from .imports import imports
from .orders import orders
from .shifts import shifts, weekly

#: Above this many rows, distinct values are counted approximately (within about two percent).
EXACT = 1_000_000


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class QualityResult(Result):
    """Completeness of every field, habits of record keeping, and what looks wrong.

    `table` has one row per field that the source has: ``table, column, n`` (rows), ``filled`` (share of all
    rows), ``expected`` (rows that should have a value), ``complete`` (share of those that do; missing where
    an empty cell says something), ``distinct`` (values), ``minimum, maximum`` (as text).

    Attributes
    ----------
    habits : pandas.DataFrame
        One row per habit: ``term, table, estimate`` (share), ``n`` (rows concerned), ``base`` (rows looked
        at), ``unit, severity`` (``warning`` above the habit's own limit, else ``info``). Terms are explained
        by the catalogue sentences ``readiness.habit.<term>``.
    duplicates : pandas.DataFrame
        Likely duplicates: ``term, table, estimate, n, base, example``.
    orders : pandas.DataFrame
        Days in an order that cannot be: ``term, table, column, estimate, n, base, example``.
    imports : pandas.DataFrame
        Days on which many rows at once were created or closed: ``table, column, day_on, n, value`` (what
        such a weekday usually has), ``share`` (of the table's rows).
    weeks : Weeks
        Rep-weeks: how many are expected, silent, and silent beside evidence of work.
    levels, shifts : pandas.DataFrame
        Logged activities a week (``week, term, n, reps, value``, per rep who logs), and the weeks from which
        they lastingly differ (``week, term, estimate``: level after ÷ before, ``value``: level before).
    """

    habits: pd.DataFrame
    duplicates: pd.DataFrame
    orders: pd.DataFrame
    imports: pd.DataFrame
    weeks: Weeks
    levels: pd.DataFrame
    shifts: pd.DataFrame


def quality(crm: Crm) -> QualityResult:
    """Look at the completeness of each field and at how activities and opportunities are kept.

    A few aggregate queries a table; no more than one row per rep and week leaves the engine.

    Examples
    --------
    >>> from salesanalysis.data import sample
    >>> found = quality(sample()).table.set_index(["table", "column"])
    >>> float(found.loc[("opportunities", "outcome"), "filled"])
    1.0
    """
    check_crm(crm, "quality()")
    parts = [_fields(name, table) for name, table in crm.tables.items()]
    fields = pd.concat(parts, ignore_index=True)
    weeks, levels = rep_weeks(crm), weekly(crm)
    return QualityResult(
        table=fields,
        method="data.quality",
        n=int(fields.groupby("table")["n"].first().sum()),
        client=crm.client,
        as_of=crm.as_of,
        habits=habits(crm, weeks),
        duplicates=duplicates(crm),
        orders=orders(crm),
        imports=imports(crm),
        weeks=weeks,
        levels=levels,
        shifts=shifts(levels),
    )


def _fields(name: str, table: ir.Table) -> pd.DataFrame:
    rows = int(table.count().execute())
    asked, rules = {}, {column: expected(name, column, table) for column in table.columns}
    for column in table.columns:
        cell = table[column]
        asked[f"{column}|filled"] = cell.count()
        asked[f"{column}|distinct"] = cell.nunique() if rows <= EXACT else cell.approx_nunique()
        if rules[column] is not None:
            asked[f"{column}|expected"] = table.count(where=rules[column])
            asked[f"{column}|complete"] = table.count(where=rules[column] & cell.notnull())
        if SCHEMA[name][column].dtype != "string":
            asked[f"{column}|minimum"] = cell.min().cast("string")
            asked[f"{column}|maximum"] = cell.max().cast("string")
    found = table.aggregate(**asked).to_pandas().iloc[0]
    records = [
        {
            "table": name,
            "column": column,
            "n": rows,
            "filled": _share(found[f"{column}|filled"], rows),
            "expected": int(found.get(f"{column}|expected", 0)),
            "complete": _share(found.get(f"{column}|complete", 0), found.get(f"{column}|expected", 0)),
            "distinct": int(found[f"{column}|distinct"]),
            "minimum": _text(found.get(f"{column}|minimum")),
            "maximum": _text(found.get(f"{column}|maximum")),
        }
        for column in table.columns
    ]
    return pd.DataFrame(records)


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else float("nan")


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)
