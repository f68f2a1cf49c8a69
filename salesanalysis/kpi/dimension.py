"""Where a dimension stands for a table: in the table itself, or one join away that cannot fan out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..core.errors import unknown
from ..core.schema import SCHEMA

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from ..core.crm import Crm

OWN = ""
#: Key that joins a fact table to each table looked up.
_KEYS = {"reps": "rep_id", "accounts": "account_id", "opportunities": "opportunity_id"}
#: Where each dimension is looked for, first match first; any other name must be a column of the table.
PATHS: dict[str, tuple[str, ...]] = {
    "team": ("reps",),
    "manager": ("reps",),
    "role": ("reps",),
    # The rep's region first: calls and the wins they lead to must fall in the same region.
    "region": ("reps", OWN, "accounts"),
    "segment": ("accounts",),
    "product": (OWN, "opportunities"),
    "source": (OWN, "opportunities", "accounts"),
}
_ALIASES = {"rep": "rep_id"}
#: Dimensions that describe a rep: those who sold nothing still have a row.
OF_REP = ("rep_id", "team", "manager", "role", "region")


def dimensions(by: str | Iterable[str]) -> tuple[str, ...]:
    """Return the dimension names of `by`, checked: ``rep`` is ``rep_id``."""
    asked = (by,) if isinstance(by, str) else tuple(by)
    names = tuple(dict.fromkeys(_ALIASES.get(name, name) for name in asked))
    known = sorted({*PATHS, *_ALIASES, *(c for table in SCHEMA.values() for c in table.columns)})
    for name in names:
        if name not in known:
            raise unknown("dimension", name, known)
    return names


def path(crm: Crm, fact: str, dimension: str) -> str:
    """Return the table that gives `dimension` for table `fact`; empty: `fact` itself.

    Raises
    ------
    MissingData
        Neither the table nor any table joined to it has the dimension.
    """
    candidates = PATHS.get(dimension, (OWN,))
    for table in candidates:
        if table in (OWN, fact):
            needs = (f"{fact}.{dimension}",)
        else:
            needs = (f"{fact}.{_KEYS[table]}", f"{table}.{dimension}")
        if all(_declared(need) and crm.has(need) for need in needs):
            return OWN if table == fact else table
    where = next((t for t in candidates if t != OWN), fact)
    if dimension in SCHEMA[where].columns:
        crm.require(f"{where}.{dimension}", wanted_by=f"Splitting {fact} by {dimension}")
    raise unknown("dimension", dimension, SCHEMA[fact].columns, where=fact)


def _declared(reference: str) -> bool:
    table, _, column = reference.partition(".")
    return column in SCHEMA[table].columns


def attach(
    crm: Crm, fact: str, dims: tuple[str, ...], rows: ir.Table
) -> tuple[ir.Table, dict[str, ir.Value]]:
    """Join to `rows` what `dims` need; return the rows and the dimension columns to group by.

    Every table looked up is first reduced to one row a key, so that no row of `rows` can appear twice.
    """
    paths = {dim: path(crm, fact, dim) for dim in dims}
    for lookup in dict.fromkeys(p for p in paths.values() if p != OWN):
        key, wanted = _KEYS[lookup], [d for d in dims if paths[d] == lookup]
        source = crm.tables[lookup]
        one = source.group_by(by_key=source[key]).agg(**{f"by_{d}": source[d].min() for d in wanted})
        rows = rows.left_join(one, rows[key] == one.by_key).drop("by_key")
    return rows, {dim: rows[dim] if paths[dim] == OWN else rows[f"by_{dim}"] for dim in dims}
