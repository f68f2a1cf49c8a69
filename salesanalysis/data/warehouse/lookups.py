"""Lookups on a database: another table reduced to one row a key, so that joining it adds no rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import ibis

from ...core.errors import DataProblem, did_you_mean
from ...core.lookup import Lookup
from ...core.source import TableSource
from .. import names
from ..ledger import Ledger
from .probe import counts
from .texts import all_of, as_text, holds, is_yes

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Given what a mapping calls a table (or, with True, a canonical table), returns its label and its rows.
Find = Callable[[str, bool], "tuple[str, ir.Table] | None"]


def join(
    rows: ir.Table,
    place: tuple[str, str],
    spec: TableSource,
    cells: Mapping[str, ir.StringValue],
    find: Find,
    ledger: Ledger,
) -> tuple[ir.Table, dict[str, str]]:
    """Join one lookup of a mapping; `place` is the canonical table and the name of the lookup.

    Returns
    -------
    rows : ibis table
        The rows, as many as before.
    found : dict of str to str
        ``lookup:canonical column`` and ``lookup.column there`` -> column of `rows`.

    Raises
    ------
    DataProblem
        The other table or a column of it is not there, or cells hold several names.
    """
    table, name = place
    lookup = spec.lookups[name]
    held = _other(name, lookup, find)
    if held is None:
        return rows, {}
    label, there = held
    asked = _asked(name, spec)
    texts = {c: as_text(there[_column(c, there, label)]) for c in _wanted(lookup, asked)}
    keys = {f"look_{name}_k{i}": _cased(texts[many[0]], lookup) for i, many in enumerate(lookup.on.values())}
    values = {f"look_{name}_c_{c}": texts[many[0]] for c, many in lookup.columns.items()}
    values |= {f"look_{name}_a_{c}": texts[c] for c in asked}
    kept = [holds(texts, lookup.where), *(~is_yes(texts[c]) for c in lookup.deleted)]
    one = _one_each(there.filter(all_of(kept)).select(**keys, **values), list(keys), list(values))
    if not lookup.table and lookup.columns:
        many = int(one.filter(one.look_many > 1).count().to_pyarrow().as_py())
        ledger.add(table, "lookup_repeated", "warning", many, example=f"table '{spec.file}' → {label}")
    here = {f"here_{name}_k{i}": _cased(_key(k, cells, name), lookup) for i, k in enumerate(lookup.on)}
    rows = rows.mutate(**here)
    pairs = zip(here, keys, strict=True)
    rows = rows.left_join(one.drop("look_many"), [rows[h] == one[k] for h, k in pairs])
    is_found = rows[next(iter(keys))].notnull()
    texts_found = {
        f"look_{name}_c_{c}": ibis.ifelse(is_found, ibis.literal(value), ibis.null("string"))
        for c, value in lookup.constants.items()
    }
    rows = rows.mutate(**texts_found) if texts_found else rows
    if not (lookup.table or lookup.rare):
        _missed(rows, place, (next(iter(here)), next(iter(keys))), label, ledger)
    found = {f"{name}:{c}": f"look_{name}_c_{c}" for c in (*lookup.columns, *lookup.constants)}
    return rows, found | {f"{name}.{c}": f"look_{name}_a_{c}" for c in asked}


def _other(name: str, lookup: Lookup, find: Find) -> tuple[str, ir.Table] | None:
    """Return the table looked in; None for a canonical table that this source lacks."""
    if lookup.each:
        raise DataProblem(
            f"lookup '{name}' looks for several names in one cell, which a database is not asked for. Make a "
            "view with one name a row."
        )
    if lookup.table:
        return find(lookup.table, True)
    held = next((found for found in (find(pattern, False) for pattern in lookup.file) if found), None)
    if held is None:
        raise DataProblem(f"A lookup names '{lookup.file[0]}', which the database does not hold.")
    return held


def _cased(key: ir.StringValue, lookup: Lookup) -> ir.StringValue:
    return key.lower() if lookup.ignore_case else key


def _asked(name: str, spec: TableSource) -> list[str]:
    """Return the columns of a lookup that conditions and other lookups speak of as ``lookup.column``."""
    said = [c for many in spec.cases.values() for case in many for c in case.when]
    said += [*spec.deleted, *(here for one in spec.lookups.values() for here in one.on)]
    return list(dict.fromkeys(c.partition(".")[2] for c in said if c.partition(".")[0] == name and "." in c))


def _wanted(lookup: Lookup, asked: list[str]) -> list[str]:
    named = [many[0] for many in (*lookup.on.values(), *lookup.columns.values())]
    return list(dict.fromkeys([*named, *asked, *lookup.where, *lookup.deleted]))


def _column(wanted: str, there: ir.Table, label: str) -> str:
    found = names.column(wanted, there.columns)
    if not found:
        near = did_you_mean(wanted, there.columns)
        raise DataProblem(f"A lookup names column '{wanted}' of {label}, which is not there.{near}")
    return found


def _key(here: str, cells: Mapping[str, ir.StringValue], name: str) -> ir.StringValue:
    if here not in cells:
        raise DataProblem(f"lookup '{name}' looks up '{here}', which is in no earlier lookup.")
    return cells[here]


def _one_each(rows: ir.Table, keys: list[str], values: list[str]) -> ir.Table:
    """Return one row a key, the one whose values come first, and how many different ones there were."""
    rows = rows.filter([rows[k].notnull() for k in keys]).distinct()
    order = [ibis.asc(rows[v], nulls_first=False) for v in values] or [rows[keys[0]]]
    by = [rows[k] for k in keys]
    ranked = rows.mutate(
        look_place=ibis.row_number().over(group_by=by, order_by=order),
        look_many=rows.count().over(group_by=by),
    )
    return ranked.filter(ranked.look_place == 0).drop("look_place")


def _missed(
    rows: ir.Table, place: tuple[str, str], columns: tuple[str, str], label: str, ledger: Ledger
) -> None:
    """Note how many rows look for something that the other table does not hold."""
    here, there = (rows[c] for c in columns)
    lost = rows.count(where=here.notnull() & there.isnull())
    found = counts(rows.aggregate(keyed=here.count(), missed=lost))
    keyed, missed = found["keyed"], found["missed"]
    if missed:
        said = f"lookup '{place[1]}': {missed:,} of {keyed:,} not in {label}"
        severity = "warning" if missed == keyed else "info"
        ledger.add(place[0], "lookup_missed", severity, missed, example=said)
