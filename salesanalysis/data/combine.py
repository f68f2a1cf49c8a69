"""Several sources of one canonical table, each typed for itself, as one table to be checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.schema import SCHEMA
from .ledger import Ledger
from .read import Raw
from .sql import ROW, ident
from .stage import Cell, Stage

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Row numbers of the second source start here, those of the third at twice that.
STEP = 1 << 40


@dataclass(frozen=True)
class Combined(Stage):
    """Sources of one table put one below the other; `parts` are the single ones, in order."""

    parts: tuple[Stage, ...] = ()

    def sql(self, *, numbered: bool = True, flags: bool = True) -> str:
        """Return the query of all typed rows; row numbers tell the source too."""
        each = []
        for i, part in enumerate(self.parts):
            body = f"({part.sql(numbered=numbered, flags=flags)})"
            each.append(
                f"SELECT * REPLACE ({ROW} + {i * STEP} AS {ROW}) FROM {body}" if numbered else f"FROM {body}"
            )
        return f"FROM ({' UNION ALL BY NAME '.join(each)}){self.once(numbered=numbered)}"

    def once(self, *, numbered: bool = True) -> str:
        """Return the end of a query that keeps one row a key, where rows that repeat one are none."""
        key = [ident(k) for k in SCHEMA[self.table].key if k in self.cells]
        if not (self.is_distinct and key):
            return ""
        order = f" ORDER BY {ROW}" if numbered else ""
        return f" QUALIFY row_number() OVER (PARTITION BY {', '.join(key)}{order}) = 1"

    def source_of(self, name: str) -> str:
        """Return the source columns of canonical `name`."""
        return " / ".join(dict.fromkeys(p.source_of(name) for p in self.parts if name in p.fields))

    def examples(self, con: DuckDBPyConnection, name: str, rows: list[int]) -> str:
        """Return where rows stand and what their source holds there."""
        shown = []
        for i, part in enumerate(self.parts):
            mine = [row - i * STEP for row in rows if row // STEP == i]
            if mine:
                shown.append(part.examples(con, name, mine))
        return "; ".join(shown) or self.raw.label

    def unmapped(self, con: DuckDBPyConnection, name: str) -> list[tuple[str, int]]:
        """Return the values of a closed-list column that are not on its list, the most frequent first."""
        counts: dict[str, int] = {}
        for part in self.parts:
            if name in part.cells and part.cells[name].flagged:
                for value, count in part.unmapped(con, name):
                    counts[value] = counts.get(value, 0) + count
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:8]


def combine(con: DuckDBPyConnection, table: str, parts: list[Stage], ledger: Ledger) -> Stage:
    """Put staged sources one below the other under ``stage_<table>``.

    Each part stands under ``stage_<table>_<number>`` before; where all are read when asked for, so is the
    whole.
    """
    names = list(dict.fromkeys(n for p in parts for n in p.cells))
    flagged = {n: any(p.cells[n].flagged for p in parts if n in p.cells) for n in names}
    raw = Raw(
        label=", ".join(dict.fromkeys(p.raw.label for p in parts)),
        relation="",
        numbered="",
        columns={},
        all_columns=(),
        lazy=all(p.raw.lazy for p in parts),
        rejected=tuple(row for p in parts for row in p.raw.rejected),
    )
    whole = Combined(
        table=table,
        raw=raw,
        cells={n: Cell(ident(n), flagged=flagged[n]) for n in names},
        fields={n: f for p in reversed(parts) for n, f in p.fields.items()},
        deleted=sum(p.deleted for p in parts),
        example="; ".join(p.example for p in parts if p.example),
        of_preset=all(p.of_preset for p in parts),
        is_distinct=all(p.is_distinct for p in parts),
        parts=tuple(parts),
    )
    staged = ident("stage_" + table)
    if raw.lazy:
        con.execute(f"CREATE VIEW {staged} AS {whole.sql()}")
    else:
        each = tuple(
            f"SELECT * REPLACE ({ROW} + {i * STEP} AS {ROW}) FROM {ident(f'stage_{table}_{i}')}"
            for i in range(len(parts))
        )
        body = f"FROM ({' UNION ALL BY NAME '.join(each)})"
        con.execute(f"CREATE TABLE {staged} AS {body}{whole.once()}")
        if whole.once():
            before, after = con.execute(
                f"SELECT (SELECT count(*) {body}), (SELECT count(*) FROM {staged})"
            ).fetchone()
            if before > after:
                ledger.add(table, "repeated_row", "info", before - after, example=raw.label)
        for i, part in enumerate(parts):
            con.execute(f"DROP {'VIEW' if part.raw.lazy else 'TABLE'} {ident(f'stage_{table}_{i}')}")
    return whole
