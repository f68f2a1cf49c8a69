"""What activities are: rules by subject, type and result; what no measure counts is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.client import Client
from ..core.errors import did_you_mean
from ..core.kind import ACTIVITIES, KindRule
from . import condition
from .ledger import Ledger
from .mapping import known_values
from .preset import common_kinds, preset
from .probe import asked
from .sql import ident, text, texts

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from .stage import Stage


def preset_kinds(name: str) -> tuple[KindRule, ...]:
    """Return the rules that a preset brings: its own, then those in English and Indonesian for all."""
    return (*preset(name).kinds, *common_kinds()) if name else ()


def rule_value(rules: tuple[KindRule, ...], name: str, known: set[str]) -> str:
    """Return SQL of the kind or outcome that the first fitting rule gives, ``NULL`` where none can.

    Parameters
    ----------
    rules : tuple of KindRule
        In order.
    name : str
        ``kind`` or ``outcome``.
    known : set of str
        Which of the columns subject, kind and outcome the source has; their texts stand under ``name?``.

    Examples
    --------
    >>> print(rule_value((KindRule(type="Telepon", kind="call"),), "kind", {"kind"}))
    CASE WHEN lower("kind?") = 'telepon' THEN 'call' END
    """
    whens = []
    for rule in rules:
        value = getattr(rule, name)
        asks = {"subject": rule.subject, "kind": rule.type, "outcome": rule.result}
        asks = {column: pattern for column, pattern in asks.items() if pattern}
        if value and set(asks) <= known:
            fits = " AND ".join(condition.fits(asked(column), pattern) for column, pattern in asks.items())
            whens.append(f"WHEN {fits} THEN {text(value)}")
    return f"CASE {' '.join(whens)} END" if whens else "NULL"


def check_names(con: DuckDBPyConnection, stages: list[Stage], client: Client, ledger: Ledger) -> None:
    """Refuse activities that the settings name and nothing counts: they would be ignored without a word."""
    known = {*ACTIVITIES, *(rule.kind for rule in client.kinds if rule.kind)}
    if any(s.table == "activities" and "kind" in s.cells for s in stages):
        rows = con.execute("SELECT DISTINCT kind FROM activities WHERE kind IS NOT NULL").fetchall()
        known |= {r[0] for r in rows}
    refuse_unknown(known, client, ledger)


def refuse_unknown(known: set[str], client: Client, ledger: Ledger) -> None:
    """Block activities that the settings name and that are not among the `known` ones."""
    for key in ("family", "funnel", "reactive"):
        for name in getattr(client, key):
            if name not in known:
                place, near = client.path or "client.toml", did_you_mean(name, sorted(known))
                ledger.block(f"Unknown activity '{name}' in '{key}' of {place}.{near}")


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
        note_unmeasured(name, rows, ledger)


def note_unmeasured(name: str, rows: list[tuple[str, int]], ledger: Ledger) -> None:
    """Note kinds or outcomes that no measure counts, given with their counts, the most frequent first."""
    known = known_values("activities", name)
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
