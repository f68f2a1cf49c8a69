"""What reports of a batch save each other: CPU seconds of every report of the sample company.

    python benchmarks/shelf.py [REPORT ...]

Each in a forked process of its own, HTML and PDF: the first of its kind in an empty batch; the same for
another rep or team, where it has one; and that one in another language, whose analysis is there already.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from salesanalysis.core import shelf
from salesanalysis.report import batch, kernel, notebook, pool, run

#: Whom a report that takes one is about, first and next.
WHO = {"rep": ("R02", "R03"), "team": ("Jakarta 1", "Surabaya")}
#: Reports that are about one rep; others that know a rep can do without.
OF_REPS = ("coaching", "rep", "goals")


def cost(report: notebook.Report, values: Mapping[str, str], folder: Path) -> float:
    """Return the CPU seconds of one report in a process of its own."""

    def made() -> float:
        started = time.process_time()
        run.write(report, report.check(values), folder, to=("html", "pdf"), engine=kernel.NAME)
        return time.process_time() - started

    return pool.in_child(made)


def costs(report: notebook.Report) -> list[float]:
    """Return the CPU seconds of the first report, of the next and of the next in another language."""
    about = "rep" if report.name in OF_REPS else "team" if "team" in report.parameters else ""
    one, other = ({about: name} for name in WHO[about]) if about else ({}, {})
    with tempfile.TemporaryDirectory() as folder, shelf.shared(folder):
        found = [cost(report, one, Path(folder))]
        found.append(cost(report, other, Path(folder)) if about else float("nan"))
        return [*found, cost(report, other | {"language": "en"}, Path(folder))]


def main() -> None:
    batch.warm()
    table = Table("report", "first", "next rep or team", "another language", title="CPU seconds")
    for name in sys.argv[1:] or [name for name, one in notebook.discover().items() if one.is_exported]:
        found = costs(notebook.find(name))
        table.add_row(name, *("" if value != value else f"{value:.1f}" for value in found))
    Console().print(table)


if __name__ == "__main__":
    main()
