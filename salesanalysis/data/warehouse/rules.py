"""What activities of a database are: the same rules by subject, type and result as for files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from ...core.client import Client
from ...core.kind import KindRule
from ...core.source import TableSource
from ..kinds import preset_kinds
from .cells import Cell
from .texts import all_of, fits, mapped

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Column of activities -> what a rule calls the text in it.
_ASKS = {"subject": "subject", "kind": "type", "outcome": "result"}


def by_rules(
    rows: ir.Table, values: dict[str, ir.Value], cells: dict[str, Cell], spec: TableSource, client: Client
) -> tuple[dict[str, ir.Value], dict[str, Cell]]:
    """Let rules say what activities are: the client's first, then declared values, then the preset's."""
    later = preset_kinds(spec.preset)
    if not (client.kinds or later):
        return values, cells
    said = {name: rows["said_" + name] for name in _ASKS if name in values}
    found = dict(values)
    for name in ("kind", "outcome"):
        declared = {k: v for k, v in spec.values.get(name, {}).items() if k != "*"}
        parts = [_rule(client.kinds, name, said)]
        parts += [mapped(said[name], declared, keep=False)] if declared and name in said else []
        parts += [_rule(later, name, said), values.get(name)]
        known = [part for part in parts if part is not None]
        if known:
            found[name] = ibis.coalesce(*known)
            cells = {**cells, name: cells.get(name, Cell())}
    return found, cells


def _rule(rules: tuple[KindRule, ...], name: str, said: dict[str, ir.StringValue]) -> ir.StringValue | None:
    """Return the kind or outcome that the first fitting rule gives; None where no rule can give any."""
    cases = []
    for rule in rules:
        value = getattr(rule, name)
        asks = {column: getattr(rule, key) for column, key in _ASKS.items() if getattr(rule, key)}
        if value and set(asks) <= set(said):
            cases.append((all_of([fits(said[c], p) for c, p in asks.items()]), ibis.literal(value)))
    return ibis.cases(*cases, else_=None) if cases else None
