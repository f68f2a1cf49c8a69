"""Guessing a mapping for an export of no known CRM: by what columns are called and what stands in them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from functools import cache

from ..core import share
from ..core.schema import SCHEMA, Column
from . import names

#: Names less alike than this are other names.
ALIKE = 0.84
#: Share of filled cells that must fit a type, or be found among other keys.
FITTING = 0.9
JOINING = 0.5

_DAY = re.compile(
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ](\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{4}|[A-Za-z]{3,9} \d)"
)
_NUMBER = re.compile(r"^(rp\.?|us\$|[$€£])?\s*[-+(]?[\d.,\s]*\d[\d.,\s]*\)?%?$", re.IGNORECASE)

#: Column -> some of its filled cells as text.
Cells = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Guess:
    """One source column for a canonical one.

    Attributes
    ----------
    source : str
        The column of the file.
    by : str
        ``name``: it is called so; ``name and content``: what stands in it agrees; ``similar name``;
        ``content``: only what stands in it says so.
    """

    source: str
    by: str

    @property
    def is_firm(self) -> bool:
        """Whether name and content agree."""
        return self.by == "name and content"


@cache
def vocabulary() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return what tables and columns are called: canonical table -> column (or ``files``) -> names."""
    path = share.mappings()["salesforce"].with_name("_names.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {table: {key: tuple(said) for key, said in spec.items()} for table, spec in data.items()}


def guess_table(table: str, item: str, cells: Cells) -> tuple[float, dict[str, Guess]]:
    """Guess the columns of one canonical table in one file.

    Returns
    -------
    score : float
        How well the file fits, 0 where a required column is not to be found.
    found : dict of str to Guess
        Canonical column -> guess.

    Examples
    --------
    >>> cells = {"Deal ID": ["1", "2"], "Sales": ["Ani", "Budi"], "Hasil": ["Menang", "Kalah"]}
    >>> score, found = guess_table("opportunities", "deals.csv", cells)
    >>> found["outcome"]
    Guess(source='Hasil', by='name and content')
    """
    words = vocabulary().get(table, {})
    found: dict[str, Guess] = {}
    for name, column in SCHEMA[table].columns.items():
        guess = _by_name(column, (name, *words.get(name, ())), cells, table)
        if guess:
            found[name] = guess
    for name, column in SCHEMA[table].columns.items():
        if column.required and name not in found:
            guess = _by_content(table, name, cells, {g.source for g in found.values()})
            if guess:
                found[name] = guess
    if any(c.required and n not in found for n, c in SCHEMA[table].columns.items()):
        return 0.0, found
    called = any(fnmatchcase(names.squeezed(names.stem(item)), f) for f in words.get("files", ()))
    exact = sum(1.0 + SCHEMA[table][n].required for n, g in found.items() if g.by.startswith("name"))
    return (4.0 * called + exact) * (1.0 if called or exact > 3 else 0.0), found


def _by_name(column: Column, said: Sequence[str], cells: Cells, table: str) -> Guess | None:
    """Return the column that goes by a name of the canonical one, the better name first."""
    squeezed = {names.squeezed(c): c for c in cells}
    for name in said:
        source = squeezed.get(names.squeezed(name))
        if source and _agrees(column, cells[source], table) is not False:
            return Guess(source, "name and content" if _agrees(column, cells[source], table) else "name")
    best = max(
        (
            (SequenceMatcher(None, names.squeezed(n), s).ratio(), c)
            for n in said[:6]
            for s, c in squeezed.items()
        ),
        default=(0.0, ""),
    )
    if best[0] >= ALIKE and _agrees(column, cells[best[1]], table) is not False:
        return Guess(best[1], "similar name")
    return None


def _agrees(column: Column, values: Sequence[str], table: str) -> bool | None:
    """Tell whether what stands in a column is what the canonical one holds; None where it cannot be told."""
    if not values:
        return None
    if column.dtype in ("date", "timestamp"):
        return _share(values, lambda v: bool(_DAY.match(v))) >= FITTING
    if column.dtype == "float":
        return _share(values, lambda v: bool(_NUMBER.match(v))) >= FITTING
    if (table, column.name) == ("opportunities", "outcome"):
        return any(outcome_of(v) in ("won", "lost") for v in values)
    if column.values:
        return _share(values, lambda v: v.lower() in column.values) >= FITTING
    if column.name in SCHEMA[table].key and len(SCHEMA[table].key) == 1:
        return len(set(values)) == len(values)
    if column.name == "email":
        return _share(values, lambda v: "@" in v) >= FITTING
    return not _share(values, lambda v: bool(_DAY.match(v))) >= FITTING


def _share(values: Sequence[str], fits: object) -> float:
    return sum(map(fits, values)) / len(values)  # type: ignore[arg-type]


def outcome_of(value: str) -> str:
    """Return won, lost or open for what an export writes as status or stage.

    Examples
    --------
    >>> [outcome_of(v) for v in ("Closed Won", "Kalah", "Negosiasi")]
    ['won', 'lost', 'open']
    """
    said = names.squeezed(value)
    for outcome, words in vocabulary()["outcomes"].items():
        exact = {names.squeezed(w) for w in words}
        if said in exact or any(len(w) > 3 and w in said for w in exact if w != "deal"):
            return outcome
    return "open"


def _by_content(table: str, name: str, cells: Cells, taken: set[str]) -> Guess | None:
    """Return the one column whose content can only be the canonical one's."""
    column, free = SCHEMA[table][name], {c: v for c, v in cells.items() if c not in taken and v}
    if (table, name) == ("opportunities", "outcome"):
        # A stage that is read already may tell the outcome too.
        fitting = [c for c, v in cells.items() if v and _agrees(column, v, table)]
        return Guess(fitting[0], "content") if fitting else None
    if column.dtype == "date":
        fitting = [c for c, v in free.items() if _agrees(column, v, table)]
    elif name == SCHEMA[table].key[0]:
        fitting = [c for c, v in free.items() if len(set(v)) == len(v) and not _share(v, lambda x: " " in x)]
    else:
        fitting = []
    return (
        Guess(fitting[0], "content")
        if len(fitting) == 1 or (fitting and name == SCHEMA[table].key[0])
        else None
    )
