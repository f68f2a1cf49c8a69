"""Which columns a measure reads: found by running it on a table that has a schema and no rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import ibis
from ibis.expr import operations as ops

from ..core.errors import InvalidInput, did_you_mean
from ..core.schema import column, table

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from .base import Measure

Reduction = Callable[["ir.Table"], "ir.Scalar"]

_TYPES = {
    "string": "string",
    "date": "date",
    "timestamp": "timestamp",
    "float": "float64",
    "int": "int64",
    "bool": "boolean",
}
_DISTINCT = (ops.CountDistinct, ops.CountDistinctStar)
_PORTABLE = (ops.CountStar, ops.Count, ops.Sum, *_DISTINCT)


@lru_cache(maxsize=32)
def schema_table(name: str) -> ir.Table:
    """Return canonical table `name` with its whole schema and no data behind it."""
    columns = table(name).columns
    return ibis.table({c: _TYPES[spec.dtype] for c, spec in columns.items()}, name=name)


def trace(measure: Measure) -> tuple[tuple[str, ...], bool]:
    """Return the columns that `measure` reads and whether it counts distinct values.

    Raises
    ------
    InvalidInput
        It names a column that the table does not have, or reduces by something that does not add up on
        every engine (mean, median, maximum).
    """
    source = schema_table(measure.table)
    try:
        expression = measure.reduce(source)
    except AttributeError as error:
        wrong = str(error).rpartition("'")[0].rpartition("'")[2]
        raise InvalidInput(
            f"Measure '{measure.name}' asks {measure.table} for '{wrong}'."
            f"{did_you_mean(wrong, source.columns)}"
        ) from None
    root = expression.op()
    if not isinstance(root, _PORTABLE):
        raise InvalidInput(
            f"Measure '{measure.name}' reduces by {type(root).__name__.lower()}; use count, sum or nunique, "
            "which every engine has. A mean is a Kpi of two measures: a sum and a count."
        )
    read = {measure.on, *filter(None, [measure.until]), *(field.name for field in root.find(ops.Field))}
    references = tuple(sorted(f"{measure.table}.{name}" for name in read))
    for reference in references:
        column(reference)
    return references, isinstance(root, _DISTINCT)
