"""Which columns a measure reads: found by running it on tables that have a schema and no rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ibis.expr import operations as ops

from ..core.errors import InvalidInput, did_you_mean
from ..core.schema import SCHEMA
from .view import FIRST, LOOKED_AT, Tables, View, day, schema_table

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from .base import Measure

Reduction = Callable[["ir.Table"], "ir.Scalar"]

_DISTINCT = (ops.CountDistinct, ops.CountDistinctStar)
_PORTABLE = (ops.CountStar, ops.Count, ops.Sum, *_DISTINCT)


class Trace(NamedTuple):
    """Columns read (``table.column``), whether values are counted once each, whether the day is asked for."""

    columns: tuple[str, ...]
    is_distinct: bool
    asks_day: bool


@lru_cache(maxsize=1024)
def trace(measure: Measure, customers: str = "contracts") -> Trace:
    """Find out what `measure` reads and how it reduces.

    `customers` is the rule by which an account is a customer: what views of customers read depends on it.

    Raises
    ------
    InvalidInput
        It names a column that the table does not have, or reduces by something that does not add up on
        every engine (mean, median, maximum).
    """
    if isinstance(measure.table, View):
        source = _view(measure.table, customers)
        columns = tuple(c for c in source.columns if c not in (LOOKED_AT, FIRST))
    else:
        source = schema_table(measure.table, dated=True)
        columns = tuple(SCHEMA[measure.table].columns)
    expression = _reduced(measure, source, columns)
    root = expression.op()
    if not isinstance(root, _PORTABLE):
        raise InvalidInput(
            f"Measure '{measure.name}' reduces by {type(root).__name__.lower()}; use count, sum or nunique, "
            "which every engine has. A mean is a Kpi of two measures: a sum and a count."
        )
    read = {
        f"{field.rel.name}.{field.name}"
        for part in (root, *(source[name].op() for name in (measure.on, measure.until) if name))
        for field in part.find(ops.Field)
        if isinstance(field.rel, ops.UnboundTable)
    }
    known = (r for r in read if r.partition(".")[2] not in (LOOKED_AT, FIRST))
    columns = tuple(sorted(r for r in known if r.partition(".")[0] in SCHEMA))
    asked = {field.name for field in root.find(ops.Field)}
    return Trace(columns, isinstance(root, _DISTINCT), LOOKED_AT in asked)


@lru_cache(maxsize=128)
def _view(view: View, customers: str) -> ir.Table:
    """Return a view of the schema's tables, with the days that a reduction may ask for."""
    rows = view.build(Tables.schema(customers))
    return rows.mutate(**dict.fromkeys((LOOKED_AT, FIRST), day(Tables.schema().start)))


def _reduced(measure: Measure, source: ir.Table, columns: tuple[str, ...]) -> ir.Scalar:
    for name in filter(None, (measure.on, measure.until)):
        if name not in columns:
            raise InvalidInput(
                f"Measure '{measure.name}' has no column '{name}' in {measure.source}."
                f"{did_you_mean(name, columns)}"
            )
    try:
        return measure.reduce(source)
    except AttributeError as error:
        wrong = str(error).rpartition("'")[0].rpartition("'")[2]
        raise InvalidInput(
            f"Measure '{measure.name}' asks {measure.source} for '{wrong}'.{did_you_mean(wrong, columns)}"
        ) from None
