"""Seconds per coaching report, side by side in one run, as ratios.

    python benchmarks/reports.py [--reports N] [--json]

Three ways to the same report are timed alternately on the sample company:

- **commands**: what anybody would do: the `papermill` command, then `jupyter nbconvert --to html` (no PDF);
- **ours**: `salesanalysis report coaching`, HTML and PDF, as the command line runs it, started once;
- **floor**: the cells of the same notebook as plain Python in a warm process, no notebook, no export.

Seconds drift with the machine; ratios are what counts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from salesanalysis.report import batch, notebook

PERIOD = "2026-Q3"
BIN = Path(sys.executable).parent


def commands(report: notebook.Report, rep: str, folder: Path) -> float:
    """Time the two commands for one report."""
    started = time.perf_counter()
    done = folder / "plain.ipynb"
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([BIN / "papermill", report.path, done, "-p", "rep", rep, "-p", "period", PERIOD], **quiet)
    subprocess.run([BIN / "jupyter", "nbconvert", "--to", "html", "--template", "salesreport", done], **quiet)
    return time.perf_counter() - started


def floor(report: notebook.Report, rep: str) -> dict[str, float]:
    """Time the cells as plain Python in this warm process; a shown block makes its JSON and HTML."""
    import nbformat

    space: dict[str, object] = {}
    seconds: dict[str, float] = {}
    for cell in nbformat.read(report.path, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        if "parameters" in cell.metadata.get("tags", []):
            exec(cell.source, space)
            space.update(rep=rep, period=PERIOD)
            continue
        *lines, last = cell.source.splitlines()
        started = time.perf_counter()
        exec("\n".join(lines), space)
        if last.startswith("sa."):
            shown = eval(last, space)
            if shown is not None:
                shown._repr_mimebundle_()
        else:
            exec(last, space)
        seconds[last] = time.perf_counter() - started
    return seconds


def ours(
    report: notebook.Report, reps: list[str], folder: Path, workers: int
) -> tuple[float, dict[str, float]]:
    """Time a batch in a process of its own kind; return seconds per report and the phases' medians."""
    jobs = [batch.Job(report, report.check({"rep": rep, "period": PERIOD})) for rep in reps]
    started = time.perf_counter()
    runs = [outcome.run for outcome in batch.run_batch(jobs, out=folder, workers=workers)]
    total = time.perf_counter() - started
    phases = {
        name: statistics.median(run.seconds[name] for run in runs) for name in ("execute", "html", "pdf")
    }
    return total / len(jobs), phases


def measure(count: int) -> dict[str, object]:
    """Run the three ways alternately and return seconds, ratios and phases."""
    report = notebook.find("coaching")
    started = time.perf_counter()
    batch.warm()
    warm_up = time.perf_counter() - started
    reps = batch.in_child(_reps)[:count]
    plain, single, double, phases, floors = [], [], [], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for rep in reps[:3]:
            plain.append(commands(report, rep, folder))
            seconds, phase = ours(report, [rep], folder, 1)
            single.append(seconds)
            phases.append(phase)
            floors.append(batch.in_child(lambda rep=rep: _floor_twice(report, rep)))
        double.append(ours(report, reps, folder, 2)[0])
    low = statistics.median(sum(f.values()) for f in floors)
    return {
        "reports": len(reps),
        "warm_up_seconds": warm_up,
        "seconds": {
            "commands (HTML only)": statistics.median(plain),
            "ours, one at a time (HTML + PDF)": statistics.median(single),
            "ours, two at once, per report (HTML + PDF)": statistics.median(double),
            "floor (cells only)": low,
        },
        "phases": {k: statistics.median(p[k] for p in phases) for k in phases[0]},
        "cells": {k: statistics.median(f[k] for f in floors) for k in floors[0]},
    }


def _floor_twice(report: notebook.Report, rep: str) -> dict[str, float]:
    floor(report, rep)  # fills the caches that a warm process has
    return floor(report, rep)


def _reps() -> list[str]:
    import salesanalysis as sa

    crm = sa.sample()
    return crm.active(crm.period(PERIOD))


def show(result: dict[str, object]) -> None:
    """Print the figures as tables."""
    console = Console()
    low = result["seconds"]["floor (cells only)"]
    slow = result["seconds"]["commands (HTML only)"]
    table = Table("way", "s", "× floor", "commands ÷ this", title="One coaching report", title_justify="left")
    for name, seconds in result["seconds"].items():
        table.add_row(name, f"{seconds:.2f}", f"{seconds / low:.2f}", f"{slow / seconds:.1f}")
    console.print(table)
    parts = Table("phase", "s", title="Where the time goes, one report", title_justify="left")
    parts.add_row("start-up of the batch (once)", f"{result['warm_up_seconds']:.2f}")
    for name, seconds in {
        **result["phases"],
        **{f"  cell {k}": v for k, v in result["cells"].items()},
    }.items():
        parts.add_row(name, f"{seconds:.3f}")
    console.print(parts)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reports", type=int, default=8, help="reports in the batch (default 8)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    chosen = parser.parse_args()
    result = measure(chosen.reports)
    print(json.dumps(result, indent=1)) if chosen.json else show(result)


if __name__ == "__main__":
    main()
