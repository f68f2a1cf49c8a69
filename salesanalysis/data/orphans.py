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
        place = (staged.table, staged.raw.label, staged.source_of("rep_id"))
        none_joins(place, (given, theirs, ours), ledger, of_preset=staged.of_preset)


def none_joins(
    place: tuple[str, str, str], found: tuple[int, str, str], ledger: Ledger, *, of_preset: bool
) -> None:
    """Say that no rep_id of a table is a rep.

    Parameters
    ----------
    place : tuple of str
        Canonical table, its source and the column of it.
    found : tuple of int, str and str
        Values given, one of them, and one rep_id of the reps.
    ledger : Ledger
        Takes the finding.
    of_preset : bool
        The column is known to be right, so that the table of reps is of other people: no blocker.
    """
    (table, label, source), (given, theirs, ours) = place, found
    if of_preset:
        example = f"{label}, {source}: '{theirs}'; reps: '{ours}'"
        ledger.add(table, "no_rep_joins", "warning", given, column="rep_id", example=example)
        return
    ledger.block(
        f"{label}, column '{source}': none of its {given:,} values is a rep_id of table reps "
        f"(here '{theirs}', there '{ours}'). Map the column that names the rep."
    )
