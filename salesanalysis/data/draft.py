"""A proposed mapping as the text of ``client.toml``: what is certain, and what is guessed and marked so."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from ..core.schema import SCHEMA
from ..core.source import TableSource
from .guess import Guess, outcome_of
from .mapping import value_map
from .preset import common_kinds

#: One row of a proposal: table, column, file, source, status, by.
Row = tuple[str, ...]


def quoted(text: str) -> str:
    """Write a text as TOML does.

    Examples
    --------
    >>> quoted('a "b"')
    '"a \\\\"b\\\\""'
    """
    return json.dumps(text, ensure_ascii=False)


def recognised(label: str, name: str, rows: Sequence[Row]) -> str:
    """Write down what a preset reads, as comments: nothing of it needs to be declared."""
    lines = [f"# Recognised as an export of {label}. Read without further settings:"]
    for table in dict.fromkeys(row[0] for row in rows):
        for file in dict.fromkeys(row[2] for row in rows if row[0] == table):
            lines.append(f"#   {table} from {file}:")
            lines += [f"#     {r[1]} = {r[3]}" for r in rows if r[0] == table and r[2] == file]
    lines.append("# A section such as [tables.opportunities.columns] changes single columns of it.")
    return "\n".join(([f"preset = {quoted(name)}", ""] if name else []) + lines)


def further(rows: Sequence[Row]) -> str:
    """Write columns that a preset does not fill and the export seems to have; commented out."""
    lines = ["# Guessed from names; take the # away from what is right."] if rows else []
    for table in dict.fromkeys(row[0] for row in rows):
        lines.append(f"# [tables.{table}.columns]")
        lines += [f"# {r[1]} = {quoted(r[3])}  # guessed: {r[5]}" for r in rows if r[0] == table]
    return "\n".join(lines)


def section(
    name: str, item: str, found: Mapping[str, Guess], kind: str, links: Mapping[tuple[str, str], str]
) -> str:
    """Write the section of a table that was guessed; `links` says what references point to.

    A guess stands active where nothing loads without it, or where name and content agree; others are
    commented out, for a wrong column gives wrong numbers without a word, while a missing one is named.
    """
    lines = ["", "# Guessed from names and content: confirm each line.", f"[tables.{name}]"]
    lines.append(f"{'sheet' if kind == 'workbook' else 'file'} = {quoted(item)}")
    lines.append(f"[tables.{name}.columns]")
    for column, guess in found.items():
        mark = "" if SCHEMA[name][column].required or guess.is_firm else "# "
        lines.append(f"{mark}{column} = {quoted(guess.source)}  # guessed: {guess.by}")
    for column, guess in found.items():
        if links.get((name, column)) == "name":
            target, _, key = SCHEMA[name][column].references.partition(".")
            lines += [
                f"[tables.{name}.lookups.{column}]  # guessed: its values are names of {target}",
                f"table = {quoted(target)}",
                f'on = {{ {quoted(guess.source)} = "name" }}',
                f"columns = {{ {column} = {quoted(key)} }}",
            ]
    return "\n".join(lines)


def outcomes(values: Sequence[str]) -> str:
    """Write what each value of the outcome's column means."""
    said = {v: outcome_of(v) for v in values}
    lines = ["[tables.opportunities.values.outcome]  # guessed: content"]
    lines += [f"{quoted(v)} = {quoted(o)}" for v, o in said.items() if o != "open"]
    others = ", ".join(v for v, o in said.items() if o == "open") or "nothing yet"
    return "\n".join([*lines, f'"*" = "open"  # guessed, for: {others}'.replace("\n", " ")])


def kinds(values: Sequence[str]) -> str:
    """Write rules for activity types that the words known in English and Indonesian recognise."""
    known = value_map("activities", "kind", TableSource())
    lines = []
    for value in values:
        rule = next((r for r in common_kinds() if r.kind and r.type and _fits(value, r.type)), None)
        if rule and value not in known and value.lower() not in known:
            lines += [
                "[[kinds]]  # guessed: content",
                f"type = {quoted(value)}",
                f"kind = {quoted(rule.kind)}",
            ]
    return "\n".join(lines)


def _fits(value: str, pattern: str) -> bool:
    return fnmatchcase(value.lower(), pattern.lower())


def reps(file: str, column: str) -> str:
    """Write that the reps are those whom another table names."""
    return "\n".join(
        [
            "",
            "# No list of reps was found: the owners named there stand in. Better give one, with teams.",
            "[[tables.reps]]",
            f"file = {quoted(file)}",
            "distinct = true",
            'only_with = ["rep_id"]',
            "by_name = false",
            f"columns = {{ rep_id = {quoted(column)}, name = {quoted(column)} }}  # guessed: opportunities",
        ]
    )
