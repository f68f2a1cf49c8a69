"""Looking at the texts of one source column before it is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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

    def count(self, **conditions: str) -> dict[str, int]:
        """Count the cells that meet each condition on ``cell``; ``filled`` counts all that are not empty."""
        parts = [
            f"coalesce(sum(n) FILTER ({sql}), 0)::BIGINT AS {ident(name)}"
            for name, sql in {"filled": "cell IS NOT NULL", **conditions}.items()
        ]
        # Each written value is looked at once, for patterns cost more than grouping.
        values = f"SELECT {self.cell} AS cell, count(*) AS n FROM {self.numbered} GROUP BY 1"
        found = self.con.execute(f"SELECT {', '.join(parts)} FROM ({values})")
        names = [d[0] for d in found.description]
        return dict(zip(names, found.fetchone(), strict=True))

    def examples(self, condition: str, limit: int = 3) -> str:
        """Return the first rows whose ``cell`` meets a condition, with what stands there."""
        rows = self.con.execute(
            f"SELECT {ROW}, cell FROM (SELECT {ROW}, {self.cell} AS cell FROM {self.numbered}) "
            f"WHERE cell IS NOT NULL AND ({condition}) ORDER BY {ROW} LIMIT {limit}"
        ).fetchall()
        return ", ".join(f"row {row} '{value}'" for row, value in rows)
