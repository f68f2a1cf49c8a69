"""Shapes of written values, asked of DuckDB as SQL and of any other engine as an Ibis expression.

Patterns keep to what the regular expressions of DuckDB, PostgreSQL and Java read alike: no look-around, no
back-references, ``$`` for the end of a text without line ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .sql import text

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class Like:
    """A text that fits a pattern: as a whole, or with `anywhere` in some part."""

    pattern: str
    anywhere: bool = False

    def sql(self, cell: str) -> str:
        """Return DuckDB's condition on the text expression `cell`."""
        name = "regexp_matches" if self.anywhere else "regexp_full_match"
        return f"{name}({cell}, {text(self.pattern)})"

    def expression(self, cell: ir.StringValue) -> ir.BooleanValue:
        """Return the same condition on an Ibis text."""
        return cell.re_search(self.pattern if self.anywhere else f"^({self.pattern})$")


@dataclass(frozen=True)
class Above:
    """A text at whose beginning a pattern stands, the number in one of its groups above a limit."""

    pattern: str
    group: int
    limit: int

    def sql(self, cell: str) -> str:
        """Return DuckDB's condition on the text expression `cell`."""
        part = f"regexp_extract({cell}, {text('^' + self.pattern)}, {self.group})"
        return f"try_cast({part} AS INT) > {self.limit}"

    def expression(self, cell: ir.StringValue) -> ir.BooleanValue:
        """Return the same condition on an Ibis text."""
        return number_in(cell, "^" + self.pattern, self.group) > self.limit


Shape = Like | Above


def number_in(cell: ir.StringValue, pattern: str, group: int) -> ir.IntegerValue:
    """Return the whole number that a group of digits in a pattern finds, missing where it finds none.

    Examples
    --------
    >>> import ibis
    >>> number_in(ibis.literal("7 May"), r"^([0-9]+)", 1).execute()
    7
    """
    # Nothing but digits is ever cast, for an engine may fail on the rest.
    return cell.re_extract(pattern, group).nullif("").cast("int64")
