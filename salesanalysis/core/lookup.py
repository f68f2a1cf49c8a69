"""Parts of a mapping that say more than one name: conditions, values by condition, joins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from .checking import known_keys, names, text_of, typed, yes_or_no
from .errors import InvalidInput, did_you_mean
from .schema import SCHEMA

#: Values a column may have for a condition to hold: texts (``*`` stands for anything), true or false.
Wanted = tuple[str | bool, ...]


@dataclass(frozen=True)
class Case:
    """One value and the conditions under which it holds: source column -> values wanted."""

    value: str
    when: Mapping[str, Wanted] = field(default_factory=dict)


@dataclass(frozen=True)
class Lookup:
    """A join that adds values and never rows: the other table is reduced to one row a key first.

    Attributes
    ----------
    file : tuple of str
        Names of the other file, as in `TableSource`; empty when `table` is given.
    table : str
        Canonical table to look in instead of a file, such as ``reps``.
    on : mapping of str to tuple of str
        Column here -> column there, the first of them that is there. A name such as ``teams.team_id`` is a
        column of an earlier lookup.
    columns : mapping of str to tuple of str
        Canonical column -> column there.
    constants : mapping of str to str
        Canonical column -> text for the rows that find something.
    where, deleted
        As in `TableSource`, for the rows there.
    each : bool
        Cells here hold several names or addresses, parted by ``;`` or ``,``; the first one found counts.
    ignore_case : bool
        Keys are compared in any case.
    rare : bool
        Finding nothing is usual and not worth saying.
    """

    file: tuple[str, ...] = ()
    table: str = ""
    on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, Wanted] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    each: bool = False
    ignore_case: bool = False
    rare: bool = False


def cases(key: str, item: Any, place: str) -> tuple[Case, ...]:
    """Return values by condition: a list of ``{ when = {…}, is = "…" }``.

    Examples
    --------
    >>> cases("cases.outcome", [{"when": {"IsWon": True}, "is": "won"}], "client.toml")[0].value
    'won'
    """
    if not isinstance(item, list):
        raise InvalidInput(
            f"'{key}' in {place} must be a list such as [{{ when = {{ Won = true }}, is = \"won\" }}]."
        )
    found = []
    for one in item:
        spec = known_keys(one, ("when", "is"), f"'{key}' of {place}")
        if "is" not in spec:
            raise InvalidInput(f"'{key}' in {place} lacks 'is', the value that holds under the conditions.")
        found.append(
            Case(
                text_of(f"{key}.is", spec["is"], place),
                conditions(f"{key}.when", spec.get("when", {}), place),
            )
        )
    return tuple(found)


def known_column(table: str, column: str, place: str) -> None:
    """Refuse what is no column of a canonical table.

    Examples
    --------
    >>> known_column("reps", "rep_id", "client.toml")
    """
    if column not in SCHEMA[table].columns:
        raise InvalidInput(
            f"Unknown column '{column}' in {place}.{did_you_mean(column, SCHEMA[table].columns)}"
        )


def conditions(key: str, item: Any, place: str) -> dict[str, Wanted]:
    """Return conditions on source columns: each a text, true, false, or a list of texts.

    Examples
    --------
    >>> conditions("where", {"Field": "StageName", "IsClosed": True}, "client.toml")
    {'Field': ('StageName',), 'IsClosed': (True,)}
    """
    typed(key, item, dict, 'a table such as { Field = "StageName" }', place)
    found: dict[str, Wanted] = {}
    for column, wanted in item.items():
        many = wanted if isinstance(wanted, list) else [wanted]
        if not many or not all(isinstance(w, (str, bool)) for w in many):
            raise InvalidInput(
                f"'{key}.{column}' in {place} is {wanted!r}; write a text, a list of texts, true or false."
            )
        found[column] = tuple(many)
    return found


def lookup(table: str, spec: Any, place: str) -> Lookup:
    """Return one section ``[tables.….lookups.…]``, checked.

    Examples
    --------
    >>> lookup("leads", {"file": "User", "on": {"OwnerId": "Id"}}, "client.toml").on
    {'OwnerId': ('Id',)}
    """
    given = known_keys(spec, [f.name for f in fields(Lookup)], place)
    if bool(given.get("file")) == bool(given.get("table")):
        raise InvalidInput(f"{place} must name a file, or a table of this toolkit; one of the two.")
    there = given.get("table", "")
    if there and there not in SCHEMA:
        raise InvalidInput(f"Unknown table '{there}' in {place}.{did_you_mean(there, SCHEMA)}")
    if not given.get("on"):
        raise InvalidInput(
            f"{place} lacks 'on', such as on = {{ OwnerId = \"Id\" }}: column here = column there."
        )
    on = typed("on", given["on"], dict, "a table of columns", place)
    columns, constants = (
        typed(key, given.get(key, {}), dict, "a table by column", place) for key in ("columns", "constants")
    )
    for column in (*columns, *constants):
        known_column(table, column, place)
    values = {
        "file": names("file", given.get("file", ""), place),
        "table": there,
        "on": {here: names(f"on.{here}", other, place) for here, other in on.items()},
        "columns": {c: names(f"columns.{c}", s, place) for c, s in columns.items()},
        "constants": {c: text_of(f"constants.{c}", s, place) for c, s in constants.items()},
        "where": conditions("where", given.get("where", {}), place),
        "deleted": names("deleted", given.get("deleted", ""), place),
        "each": yes_or_no("each", given.get("each", False), place),
        "ignore_case": yes_or_no("ignore_case", given.get("ignore_case", False), place),
        "rare": yes_or_no("rare", given.get("rare", False), place),
    }
    if values["each"] and len(on) > 1:
        raise InvalidInput(f"{place} has each = true and {len(on)} columns under 'on'; it can have one.")
    return Lookup(**values)
