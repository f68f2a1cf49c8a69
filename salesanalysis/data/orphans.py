"""References that lead nowhere: counted, and a blocker where none of them is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.schema import SCHEMA
from .ledger import Ledger
from .sql import ident
from .stage import Stage

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def check(con: DuckDBPyConnection, stages: list[Stage], ledger: Ledger) -> None:
    """Count values that point to no row of the table they refer to; rep_id is looked up while cleaning.

    The rows stay: an activity of an account that was not exported is still an activity.
    """
    names = {s.table: s for s in stages}
    for staged in stages:
        for name in staged.cells:
            target, _, key = SCHEMA[staged.table][name].references.partition(".")
            if not target or target not in names or key not in names[target].cells:
                continue
            if name == "rep_id":
                _all_unknown(con, staged, ledger)
                continue
            unknown = f"{ident(name)} NOT IN (SELECT {ident(key)} FROM {ident(target)})"
            found, example = con.execute(
                f"SELECT count(*), min({ident(name)}) FROM {ident(staged.table)} "
                f"WHERE {ident(name)} IS NOT NULL AND {unknown}"
            ).fetchone()
            ledger.add(
                staged.table,
                "orphan",
                "warning",
                found,
                column=name,
                example=f"'{example}' is not in {target}",
            )


def _all_unknown(con: DuckDBPyConnection, staged: Stage, ledger: Ledger) -> None:
    """Refuse a table whose rep_id never names a rep: names were mapped where ids stand, say."""
    stage = ident("stage_" + staged.table)
    given, known, theirs = con.execute(
        f"SELECT count(rep_id), count_if(rep_id IN (SELECT rep_id FROM reps)), min(rep_id) FROM {stage}"
    ).fetchone()
    ours = con.execute("SELECT min(rep_id) FROM reps").fetchone()[0]
    if given and not known and ours is not None:
        if staged.of_preset:  # the column is known to be right, so the table of reps is of other people
            example = f"{staged.raw.label}, {staged.source_of('rep_id')}: '{theirs}'; reps: '{ours}'"
            ledger.add(staged.table, "no_rep_joins", "warning", given, column="rep_id", example=example)
            return
        ledger.block(
            f"{staged.raw.label}, column '{staged.source_of('rep_id')}': none of its {given:,} values is a "
            f"rep_id of table reps (here '{theirs}', there '{ours}'). Map the column that names the rep."
        )
