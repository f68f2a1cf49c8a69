"""`propose`: how an export would be read, what of that is certain, what is guessed and what is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pandas as pd

from ..core.client import Client
from ..core.schema import SCHEMA
from . import draft
from .guess import Guess, guess_table
from .held import Files, Held, Remote
from .mapping import fields
from .open import open_source
from .preset import preset
from .recognise import Recognition, recognise
from .warehouse.source import is_database, open_database

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

#: Share of values of one column that must be found in another for the two to join.
JOIN = 0.5


@dataclass(frozen=True)
class Proposal:
    """How an export would be read.

    Attributes
    ----------
    presets : tuple of str
        Names of the presets recognised, the CRM first.
    label : str
        The same as people know them; empty when none was recognised.
    table : pandas.DataFrame
        One row a canonical column: ``table, column, file, source, status, by``; status is ``recognised``,
        ``guessed`` or ``missing``; `by` says what a guess rests on. A table that is missing as a whole has
        one row with an empty column.
    settings : str
        TOML to put into ``client.toml``. What is guessed is marked so. A guess stands active where nothing
        loads without it, or where name and content agree; others are commented out, for a wrong column gives
        wrong numbers without a word, while a missing one is named.
    """

    presets: tuple[str, ...]
    label: str
    table: pd.DataFrame
    settings: str

    def count(self, status: str) -> int:
        """Return how many columns have this status."""
        return int(((self.table["status"] == status) & (self.table["column"] != "")).sum())


def propose(source: str | Path | Mapping[str, pd.DataFrame] | BaseBackend) -> Proposal:
    """Look at an export and propose how it is read.

    Parameters
    ----------
    source : str, path, dict of DataFrame, or Ibis connection
        As `load` takes it: a folder, a file, a workbook, a DuckDB file, the address of a database, or frames.

    Returns
    -------
    Proposal

    Raises
    ------
    InvalidInput
        There is no such source, or it holds nothing that can be read.

    Examples
    --------
    >>> deals = pd.DataFrame({"Deal No": ["1", "2"], "Sales": ["Ani", "Budi"], "Status": ["Menang", "Kalah"]})
    >>> found = propose({"penjualan": deals}).table
    >>> found.loc[found["column"] == "outcome", ["source", "status"]].values.tolist()
    [['Status', 'guessed']]
    """
    if is_database(source):
        return _proposal(Remote(open_database(source, Client())))
    with duckdb.connect() as con:
        return _proposal(Files(con, open_source(source, con)))


def _proposal(held: Held) -> Proposal:
    tables = held.tables
    seen = recognise(tables)
    rows = [row for name in seen.sources for row in _recognised(name, seen, tables)]
    label = ", ".join(preset(name).label for name in (seen.preset, *seen.added) if name)
    settings = [draft.recognised(label, seen.preset, rows)] if label else []
    if seen.preset:
        more = _further(rows, seen, tables)
        settings.append(draft.further(more))
        rows += more
    else:
        taken = {s.file for many in seen.sources.values() for s in many}
        cells = {item: held.cells(item) for item in tables if item not in taken}
        chosen = _assigned(cells, set(seen.sources))
        links = _links(chosen, cells)
        for name, (item, found) in chosen.items():
            found = {c: _joined(g, links.get((name, c))) for c, g in found.items()}
            rows += [(name, c, item, g.source, "guessed", g.by) for c, g in found.items()]
            settings.append(draft.section(name, item, found, held.kind, links))
            if name == "opportunities":
                settings.append(draft.outcomes(held.values(item, found["outcome"].source)))
            if name == "activities":
                settings.append(draft.kinds(held.values(item, found["kind"].source)))
        settings += _without_reps(rows)
    rows += _missing(rows)
    table = pd.DataFrame(rows, columns=["table", "column", "file", "source", "status", "by"])
    names = tuple(name for name in (seen.preset, *seen.added) if name)
    return Proposal(names, label, table, "\n".join(filter(None, settings)))


def _recognised(name: str, seen: Recognition, tables: Mapping[str, list[str]]) -> list[tuple[str, ...]]:
    rows = []
    for spec in seen.sources[name]:
        found, _ = fields(name, tables[str(spec.file)], spec)
        for column, field in found.items():
            read = field.source or (field.label if not field.is_plain else f'"{field.constant}"')
            if field.source or not field.is_plain or field.constant:
                rows.append((name, column, str(spec.file), read, "recognised", spec.preset or "name"))
    return rows


def _assigned(
    cells: Mapping[str, dict[str, list[str]]], known: set[str]
) -> dict[str, tuple[str, dict[str, Guess]]]:
    """Give each file to the canonical table it fits best; each table takes one file."""
    scored = [
        (score, name, item, found)
        for item, columns in cells.items()
        for name in SCHEMA
        if name not in known
        for score, found in [guess_table(name, item, columns)]
        if score > 0
    ]
    chosen: dict[str, tuple[str, dict[str, Guess]]] = {}
    for _, name, item, found in sorted(scored, key=lambda s: -s[0]):
        if name not in chosen and item not in {i for i, _ in chosen.values()}:
            chosen[name] = (item, found)
    return {name: chosen[name] for name in SCHEMA if name in chosen}


def _links(
    chosen: Mapping[str, tuple[str, dict[str, Guess]]], cells: Mapping[str, dict[str, list[str]]]
) -> dict[tuple[str, str], str]:
    """Return what each reference points to: a key or a name of another table, or nothing (empty)."""
    links: dict[tuple[str, str], str] = {}
    for name, (item, found) in chosen.items():
        for column, guess in found.items():
            target, _, key = SCHEMA[name][column].references.partition(".")
            values = set(cells[item][guess.source])
            if target not in chosen or not values:
                continue
            there, theirs = chosen[target]
            shares = {
                k: len(values & set(cells[there][theirs[k].source])) / len(values)
                for k in (key, "name")
                if k in theirs
            }
            links[name, column] = max(shares, key=shares.__getitem__) if max(shares.values()) >= JOIN else ""
    return links


def _joined(guess: Guess, link: str | None) -> Guess:
    """Return a guess of a reference with what its values say: that they join, or that they do not."""
    if link is None:
        return guess
    return replace(guess, by="name and content" if link else "name, but it does not join")


def _further(
    rows: list[tuple[str, ...]], seen: Recognition, tables: Mapping[str, list[str]]
) -> list[tuple[str, ...]]:
    """Return columns of a CRM's export that are called as canonical ones the preset does not fill."""
    filled, read = (
        {(r[0], r[1]) for r in rows},
        {(r[2], part) for r in rows for part in re.split(r" [/+] ", r[3])},
    )
    more = []
    for name, many in seen.sources.items():
        file = str(many[0].file)
        free: dict[str, list[str]] = {c: [] for c in tables[file] if (file, c) not in read}
        _, found = guess_table(name, file, free)
        for column, guess in found.items():
            if (name, column) not in filled and guess.by == "name":
                more.append((name, column, file, guess.source, "guessed", guess.by))
    return more


def _without_reps(rows: list[tuple[str, ...]]) -> list[str]:
    """Let the reps be those whom the opportunities name, where there is no list of reps."""
    owner = next((r for r in rows if r[0] == "opportunities" and r[1] == "rep_id"), None)
    if owner is None or any(r[0] == "reps" for r in rows):
        return []
    rows += [
        ("reps", column, owner[2], owner[3], "guessed", "opportunities") for column in ("rep_id", "name")
    ]
    return [draft.reps(owner[2], owner[3])]


def _missing(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    filled = {(row[0], row[1]) for row in rows}
    held = {row[0] for row in rows}
    missing = []
    for name, table in SCHEMA.items():
        if name not in held:
            missing.append((name, "", "", "", "missing", ""))
            continue
        missing += [(name, c, "", "", "missing", "") for c in table.columns if (name, c) not in filled]
    return missing
