"""Activity kinds and outcomes that no measure counts: named, so that they can be mapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.errors import did_you_mean
from .ledger import Ledger
from .mapping import known_values
from .sql import ident, texts
from .stage import Stage

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def check(con: DuckDBPyConnection, stages: list[Stage], ledger: Ledger) -> None:
    """Note kinds and outcomes of activities that are not canonical, with counts; the rows stay."""
    cells = next((s.cells for s in stages if s.table == "activities"), {})
    for name in ("kind", "outcome"):
        if name not in cells:
            continue
        known = known_values("activities", name)
        rows = con.execute(
            f"SELECT {ident(name)}, count(*) FROM activities WHERE {ident(name)} NOT IN {texts(known)} "
            "GROUP BY 1 ORDER BY 2 DESC, 1"
        ).fetchall()
        if rows:
            near = did_you_mean(rows[0][0], known)
            shown = ", ".join(f"'{value}' ({count:,})" for value, count in rows[:8])
            ledger.add(
                "activities",
                "unmeasured_value",
                "warning" if name == "kind" else "info",
                sum(count for _, count in rows),
                column=name,
                example=f"{shown}.{near if 'mean' in near else ''}",
            )
