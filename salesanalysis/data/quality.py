"""How complete, timely and consistent the loaded data is: per field, and the habits behind it."""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.result import Result
from ..core.schema import SCHEMA
from .habits import habits

#: Above this many rows, distinct values are counted approximately (within about two percent).
EXACT = 1_000_000


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class QualityResult(Result):
    """Completeness of every field, and habits of record keeping.

    `table` has one row per field that the source has: ``table, column, n`` (rows), ``filled`` (share),
    ``distinct`` (values), ``minimum, maximum`` (as text; dates and numbers only).

    Attributes
    ----------
    habits : pandas.DataFrame
        One row per habit: ``term, table, estimate`` (share), ``n`` (rows concerned), ``base`` (rows looked
        at), ``unit``. Terms are explained by the catalogue sentences ``readiness.habit.<term>``.
    """

    habits: pd.DataFrame


def quality(crm: Crm) -> QualityResult:
    """Look at the completeness of each field and at how activities and opportunities are kept.

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
    return QualityResult(
        table=fields,
        method="data.quality",
        n=int(fields.groupby("table")["n"].first().sum()),
        client=crm.client,
        as_of=crm.as_of,
        habits=habits(crm),
    )


def _fields(name: str, table: ir.Table) -> pd.DataFrame:
    rows = int(table.count().execute())
    asked = {}
    for column in table.columns:
        cell = table[column]
        asked[f"{column}|filled"] = cell.count()
        asked[f"{column}|distinct"] = cell.nunique() if rows <= EXACT else cell.approx_nunique()
        if SCHEMA[name][column].dtype != "string":
            asked[f"{column}|minimum"] = cell.min().cast("string")
            asked[f"{column}|maximum"] = cell.max().cast("string")
    found = table.aggregate(**asked).to_pandas().iloc[0]
    records = [
        {
            "table": name,
            "column": column,
            "n": rows,
            "filled": found[f"{column}|filled"] / rows if rows else float("nan"),
            "distinct": int(found[f"{column}|distinct"]),
            "minimum": _text(found.get(f"{column}|minimum")),
            "maximum": _text(found.get(f"{column}|maximum")),
        }
        for column in table.columns
    ]
    return pd.DataFrame(records)


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)
