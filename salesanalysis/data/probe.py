"""Looking at the texts of one source column before it is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .shape import Shape
from .sql import ROW, ident

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def asked(name: str) -> str:
    """Return the identifier under which the text cell of canonical column `name` is staged.

    Examples
    --------
    >>> asked("amount")
    '"amount?"'
    """
    return ident(name + "?")


@dataclass(frozen=True)
class Probe:
    """One text column of a source.

    Attributes
    ----------
    con : duckdb connection
        Where it is registered.
    numbered : str
        SQL of the rows with their numbers.
    cell : str
        SQL of the text, missing where the cell is empty.
    name : str
        Identifier that the staged query gives to `cell`.
    """

    con: DuckDBPyConnection
    numbered: str
    cell: str
    name: str

    def __post_init__(self) -> None:
        # Each written value is looked at once, for patterns cost more than grouping.
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE probed AS SELECT {self.cell} AS cell, count(*) AS n "
            f"FROM {self.numbered} GROUP BY 1"
        )

    def reads_all(self, expression: str) -> bool:
        """Tell whether `expression`, written in terms of `name`, has a value for every filled cell."""
        values = f"SELECT cell AS {self.name} FROM probed WHERE cell IS NOT NULL"
        missed = self.con.execute(f"SELECT count(*) FROM ({values}) WHERE ({expression}) IS NULL").fetchone()
        return missed == (0,)

    def reads_none(self, expression: str) -> bool:
        """Tell whether there are filled cells and `expression` has a value for none of them."""
        values = f"SELECT cell AS {self.name} FROM probed WHERE cell IS NOT NULL"
        counts = self.con.execute(f"SELECT count(*), count({expression}) FROM ({values})").fetchone()
        return counts[0] > 0 and counts[1] == 0

    def count(self, **shapes: Shape) -> dict[str, int]:
        """Count the cells of each shape; ``filled`` counts all that are not empty."""
        conditions = {"filled": "cell IS NOT NULL", **{n: shape.sql("cell") for n, shape in shapes.items()}}
        parts = [
            f"coalesce(sum(n) FILTER ({sql}), 0)::BIGINT AS {ident(name)}" for name, sql in conditions.items()
        ]
        found = self.con.execute(f"SELECT {', '.join(parts)} FROM probed")
        names = [d[0] for d in found.description]
        return dict(zip(names, found.fetchone(), strict=True))

    def examples(self, shape: Shape, limit: int = 3) -> str:
        """Return the first rows whose cell has a shape, with what stands there."""
        rows = self.con.execute(
            f"SELECT {ROW}, cell FROM (SELECT {ROW}, {self.cell} AS cell FROM {self.numbered}) "
            f"WHERE cell IS NOT NULL AND {shape.sql('cell')} ORDER BY {ROW} LIMIT {limit}"
        ).fetchall()
        return ", ".join(f"row {row} '{value}'" for row, value in rows)
