"""What lies in an export, for a look: its tables, some cells of each, and the values of a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ..core.errors import DataProblem
from ..core.source import TableSource
from .look import headers
from .read import Source
from .sql import ROW, as_text, ident

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from .warehouse.source import Database

#: Rows looked at before guessing what a column holds, and values of a column that are spoken of.
LOOK, VALUES = 2000, 100


class Held(Protocol):
    """An export that can be looked at; `kind` is that of `Source`."""

    kind: str
    tables: Mapping[str, Sequence[str]]

    def cells(self, item: str) -> dict[str, list[str]]:
        """Return some filled cells of every column of a table, as text; none of what cannot be read."""
        ...

    def values(self, item: str, column: str) -> list[str]:
        """Return the values of a column, the most frequent first."""
        ...


@dataclass(frozen=True)
class Files:
    """Files, frames or a DuckDB file."""

    con: DuckDBPyConnection
    source: Source

    @property
    def kind(self) -> str:
        """What the source is."""
        return self.source.kind

    @property
    def tables(self) -> Mapping[str, Sequence[str]]:
        """Columns by table."""
        return headers(self.con, self.source)

    def cells(self, item: str) -> dict[str, list[str]]:
        """Return some filled cells of every column of a file, as text."""
        try:
            raw = self.source.read(self.con, "sample", item, TableSource(file=item), list)
        except DataProblem:
            return {}  # reading it later says why
        names = [c for c in raw.columns if c != ROW]
        texts = ", ".join(f"{as_text(ident(c), raw.columns[c])} AS {ident(c)}" for c in names)
        rows = (
            self.con.execute(f"SELECT {texts} FROM {raw.relation} LIMIT {LOOK}").fetchall() if names else []
        )
        self.con.execute("DROP TABLE IF EXISTS raw_sample")
        return {c: [str(row[i]) for row in rows if row[i] is not None] for i, c in enumerate(names)}

    def values(self, item: str, column: str) -> list[str]:
        """Return the values of a column, the most frequent first."""
        raw = self.source.read(self.con, "sample", item, TableSource(file=item), lambda columns: [column])
        cell = as_text(ident(column), raw.columns[column])
        rows = self.con.execute(
            f"SELECT {cell}, count(*) FROM {raw.relation} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {VALUES}"
        ).fetchall()
        self.con.execute("DROP TABLE IF EXISTS raw_sample")
        return [row[0] for row in rows if row[0]]


@dataclass(frozen=True)
class Remote:
    """Tables of a database that Ibis reaches."""

    database: Database
    kind: str = "remote"

    @property
    def tables(self) -> Mapping[str, Sequence[str]]:
        """Columns by table."""
        return self.database.columns()

    def cells(self, item: str) -> dict[str, list[str]]:
        """Return some filled cells of every column of a table, as text."""
        frame = self.database.source.items[item].limit(LOOK).to_pandas()
        texts = {c: [str(v).strip() for v in frame[c].dropna()] for c in frame.columns}
        return {c: [v for v in values if v] for c, values in texts.items()}

    def values(self, item: str, column: str) -> list[str]:
        """Return the values of a column, the most frequent first."""
        table = self.database.source.items[item]
        counts = table.filter(table[column].notnull()).group_by(said=table[column].cast("string"))
        counted = counts.agg(n=lambda t: t.count()).order_by("n", "said").to_pandas()
        return [v for v in counted["said"].tolist()[::-1] if v][:VALUES]
