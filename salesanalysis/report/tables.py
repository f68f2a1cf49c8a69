"""What the command ``check`` prints, whose data a command reads, and how its tables look."""

from __future__ import annotations

from dataclasses import dataclass

from rich.table import Table

from ..core.crm import Crm
from ..core.errors import InvalidInput

#: How values can be printed.
FORMATS = ("table", "csv", "json")


@dataclass(frozen=True)
class Source:
    """Whose data a command reads."""

    client: str = ""
    source: str = ""
    language: str = ""

    @property
    def given(self) -> bool:
        """Whether there is any data to read."""
        return bool(self.client or self.source)

    def load(self) -> Crm:
        """Load the data; say what to give when nothing was given."""
        from ..data import load

        if not self.given:
            raise InvalidInput("Say whose data: --client DIR, --source DIR, or --client sample.")
        return load(self.source or None, self.client or None, language=self.language)


def show_check(source: Source) -> None:
    """Print what loading found and which KPIs the data can answer."""
    from .check import print_check

    print_check(source.load())


def plain_table(*heads: str, right: tuple[str, ...] = (), head: bool = True) -> Table:
    """Return an empty table without lines, numbers to the right; its first column is bold."""
    table = Table(box=None, pad_edge=False, header_style="dim", show_header=head)
    for index, name in enumerate(heads):
        side = "right" if name in right else "left"
        table.add_column(name, justify=side, style="bold" if index == 0 else "", overflow="fold")
    return table
