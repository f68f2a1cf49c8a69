"""Where a dimension stands for a table: in the table itself, or one join away that cannot fan out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..core.errors import unknown
from ..core.history import stretches
from ..core.schema import SCHEMA

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from ..core.crm import Crm

OWN = ""
#: Key that joins a fact table to each table looked up.
KEYS = {"reps": "rep_id", "accounts": "account_id", "opportunities": "opportunity_id"}
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
#: Columns that only views have and by which one may split.
VIEW_COLUMNS = ("account_year", "is_new_customer", "sdr_id", "ae_id")
#: Dimensions that describe a rep: those who sold nothing still have a row.
OF_REP = ("rep_id", "team", "manager", "role", "region")


def dimensions(by: str | Iterable[str]) -> tuple[str, ...]:
    """Return the dimension names of `by`, checked: ``rep`` is ``rep_id``."""
    asked = (by,) if isinstance(by, str) else tuple(by)
    names = tuple(dict.fromkeys(_ALIASES.get(name, name) for name in asked))
    known = sorted({*PATHS, *_ALIASES, *VIEW_COLUMNS, *(c for t in SCHEMA.values() for c in t.columns)})
    for name in names:
        if name not in known:
            raise unknown("dimension", name, known)
    return names


def path(crm: Crm, fact: str, columns: Iterable[str], dimension: str) -> str:
    """Return the table that gives `dimension` for a table called `fact`; empty: that table itself.

    Raises
    ------
    MissingData
        Neither the table nor any table joined to it has the dimension.
    """
    columns = set(columns)
    found = _lookup(crm, fact, columns, dimension)
    if found is not None:
        return found
    where = next((t for t in PATHS.get(dimension, (OWN,)) if t != OWN), fact)
    if where in SCHEMA and dimension in SCHEMA[where].columns:
        crm.require(f"{where}.{dimension}", wanted_by=f"Splitting {fact} by {dimension}")
    raise unknown("dimension", dimension, columns, where=fact)


def _lookup(crm: Crm, fact: str, columns: set[str], dimension: str) -> str | None:
    for table in PATHS.get(dimension, (OWN,)):
        if table in (OWN, fact):
            if dimension in columns:
                return OWN
        elif KEYS[table] in columns and crm.has(f"{table}.{dimension}"):
            return table
    return None


def splits(crm: Crm, fact: str, columns: Iterable[str], dims: Iterable[str]) -> bool:
    """Tell whether rows of a table called `fact` can be told apart by every one of `dims`."""
    known = set(columns)
    return all(_lookup(crm, fact, known, dim) is not None for dim in dims)


def attach(
    crm: Crm, fact: str, dims: tuple[str, ...], rows: ir.Table, on: str
) -> tuple[ir.Table, dict[str, ir.Value]]:
    """Join to `rows` what `dims` need; return the rows and the dimension columns to group by.

    Every table looked up is first reduced to one row a key, so that no row of `rows` can appear twice. What
    describes a rep is taken as it was on the day in column `on`, where the data has a history of it.
    """
    paths = {dim: path(crm, fact, rows.columns, dim) for dim in dims}
    for lookup in dict.fromkeys(p for p in paths.values() if p != OWN):
        key, wanted = KEYS[lookup], [d for d in dims if paths[d] == lookup]
        if lookup == "reps" and any(crm.has(f"rep_history.{d}") for d in wanted):
            past = stretches(crm)
            found = past.select(
                by_key=past.rep_id,
                by_start=past.starts_on,
                by_end=past.ends_on,
                **{f"by_{d}": past[d] for d in wanted},
            )
            same_day = [rows[key] == found.by_key, rows[on] >= found.by_start, rows[on] < found.by_end]
            rows = rows.left_join(found, same_day).drop("by_key").drop("by_start").drop("by_end")
            continue
        source = crm.tables[lookup]
        one = source.group_by(by_key=source[key]).agg(**{f"by_{d}": source[d].min() for d in wanted})
        rows = rows.left_join(one, rows[key] == one.by_key).drop("by_key")
    return rows, {dim: rows[dim] if paths[dim] == OWN else rows[f"by_{dim}"] for dim in dims}
