"""Tables that must be there, and where each canonical table comes from."""

from __future__ import annotations

from collections.abc import Collection

from ..core.client import Client
from ..core.schema import SCHEMA
from ..core.source import TableSource
from .ledger import Ledger
from .read import Source
from .recognise import Recognition


def sources_of(table: str, found: Recognition, client: Client) -> tuple[TableSource, ...]:
    """Return where a table comes from; without a preset it may still go by its own name."""
    if table in found.sources:
        return found.sources[table]
    return () if found.preset else client.sources(table) or (TableSource(),)


def check_required(staged: Collection[str], source: Source, found: Recognition, ledger: Ledger) -> None:
    """Say which tables are missing, unless it has been said already why they could not be read."""
    for name, declared in SCHEMA.items():
        if not declared.required or name in staged or found.sources.get(name):
            continue
        if source.named(name) and not found.preset:
            continue
        held = ", ".join(list(source.items)[:12]) or "nothing"
        what = "table" if source.kind in ("database", "remote") else "file"
        ledger.block(
            f"Table '{name}' ({declared.meaning.rstrip('.')}) is missing. {source.label} holds {held}. "
            f'Name its {what} in client.toml: [tables.{name}] file = "…".'
        )
