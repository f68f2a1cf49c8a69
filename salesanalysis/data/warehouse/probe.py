"""Looking at the texts of one column of a database before it is typed: one aggregation a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ..shape import Shape

if TYPE_CHECKING:
    import ibis.expr.types as ir


def counts(asked: ir.Table) -> dict[str, int]:
    """Return the one row of an aggregation of counts; some engines count nothing as missing, which is 0.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"a": [1, 2]})
    >>> counts(rows.aggregate(n=rows.count()))
    {'n': 2}
    """
    row = asked.to_pandas().iloc[0]
    return {str(name): 0 if pd.isna(value) else int(value) for name, value in row.items()}


@dataclass(frozen=True)
class Probe:
    """One text column: the rows, and the name of the column that holds its cells."""

    rows: ir.Table
    column: str

    @property
    def cell(self) -> ir.StringValue:
        """The cell, missing where it is empty."""
        return self.rows[self.column]

    def count(self, **shapes: Shape) -> dict[str, int]:
        """Count the cells of each shape; ``filled`` counts all that are not empty."""
        asked = {name: self.rows.count(where=shape.expression(self.cell)) for name, shape in shapes.items()}
        return counts(self.rows.aggregate(filled=self.cell.count(), **asked))

    def unread(self, value: ir.Value) -> tuple[int, int]:
        """Return how many cells are filled, and for how many of them an expression has no value."""
        filled = self.cell.notnull()
        missed = self.rows.count(where=filled & value.isnull())
        found = counts(self.rows.aggregate(filled=self.cell.count(), missed=missed))
        return found["filled"], found["missed"]

    def examples(self, shape: Shape, limit: int = 3) -> str:
        """Return the first different cells, in order, that have a shape."""
        rows = self.rows.filter(self.cell.notnull() & shape.expression(self.cell))
        cells = rows.select(cell=rows[self.column]).distinct().order_by("cell").limit(limit).to_pandas()
        return ", ".join(f"'{value}'" for value in cells["cell"])
