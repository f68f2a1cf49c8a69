"""Seconds and memory of reports, side by side in one run, as ratios, with the targets met or missed.

    python benchmarks/reports.py [--reports N] [--json]
    python benchmarks/reports.py --curve 1,10,50,200,500     seconds and memory by number of reports
    python benchmarks/reports.py --reps 24,100,500           the same for companies of so many reps

Ways to the same coaching report of the sample company, timed alternately:

- **commands**: what anybody would do: the `papermill` command, then `jupyter nbconvert --to html` (no PDF);
- **ours**: a batch of one report, HTML and PDF, as `salesanalysis report coaching` runs it once started;
- **floor**: the cells of the same notebook as plain Python, loading included, in a process forked from the
  same warm one, after another rep's, so that every cache of a process is filled; no notebook, no export;
- **in a batch**: ours and the floor once other reports have left on the shelf what does not depend on the
  rep: tables, sums of everybody, the passport.

Seconds drift with the machine; ratios are what counts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from rich.console import Console
from rich.table import Table

from salesanalysis.core import shelf
from salesanalysis.report import batch, notebook, pool

PERIOD = "2026-Q3"
PERIODS = (
    *(f"2026-Q{n}" for n in (3, 2, 1)),
    *(f"2025-Q{n}" for n in (4, 3)),
    *(f"2026-{n:02}" for n in range(9, 0, -1)),
    *(f"2025-{n:02}" for n in range(12, 6, -1)),
)
BIN = Path(sys.executable).parent
#: Ratio, what it must be at most (at least for the last), and between which ways.
TARGETS = (
    ("one report ÷ floor", "at most", 1.15, "ours, one report (HTML + PDF)", "floor, alone"),
    ("a report on two cores ÷ floor", "at most", 0.65, "ours, batch, two at once", "floor, alone"),
    ("commands ÷ a report in a batch", "at least", 12.0, "commands (HTML only)", "ours, batch, two at once"),
)
#: Ratios that say what is left, without a bound; the last is what two cores of this machine can save at all.
BESIDE = (
    ("next report of a batch ÷ its floor", "ours, next of a batch", "floor, in a batch"),
    ("two at once ÷ one at a time", "ours, batch, two at once", "ours, batch, one at a time"),
    ("two floors at once ÷ one after the other", "floor, two at once", "floor, in a batch"),
)


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


def floors(report: notebook.Report, rep: str, before: str) -> dict[str, float]:
    """Return the floor of `rep` in this process, after the report of the rep `before`."""
    floor(report, before)  # fills the caches that a warm process has
    return floor(report, rep)


def both(report: notebook.Report, reps: list[str], before: str) -> list[float]:
    """Return the seconds of the floors of two reps that are run at the same time."""
    tasks = [(rep, lambda rep=rep: sum(floors(report, rep, before).values())) for rep in reps]
    return [end.value for _, end in pool.run_each(tasks, at_once=2)]


def ours(report: notebook.Report, reps: list[str], folder: Path, workers: int) -> dict[str, Any]:
    """Time a batch; return its seconds, when each report was there, and the phases' medians."""
    jobs = [batch.Job(report, report.check({"rep": rep, "period": PERIOD})) for rep in reps]
    started = time.perf_counter()
    there, runs = [], []
    for outcome in batch.run_batch(jobs, out=folder, workers=workers):
        if outcome.run is None:
            raise SystemExit(f"{outcome.job.label}: {outcome.problem}")
        there.append(time.perf_counter() - started)
        runs.append(outcome.run)
    names = ("execute", "html", "pdf")
    phases = {name: statistics.median(run.seconds[name] for run in runs) for name in names}
    total = time.perf_counter() - started
    return {"seconds": total, "each": total / len(jobs), "there": there, "phases": phases}


def measure(count: int) -> dict[str, Any]:
    """Run the ways alternately and return seconds and phases."""
    report = notebook.find("coaching")
    started = time.perf_counter()
    batch.warm()
    warm_up = time.perf_counter() - started
    everyone = pool.in_child(_reps)
    reps = [everyone[i % len(everyone)] for i in range(count)]
    plain, single, bare, shared, cells, phases = [], [], [], [], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for rep in everyone[:3]:
            plain.append(commands(report, rep, folder))
            single.append(ours(report, [rep], folder, 1)["seconds"])
            bare.append(sum(pool.in_child(lambda rep=rep: floors(report, rep, everyone[3])).values()))
        one, two = ours(report, reps, folder, 1), ours(report, reps, folder, 2)
        with shelf.shared(folder):
            pool.in_child(lambda: floors(report, everyone[4], everyone[3]))
            for rep in everyone[:3]:
                cells.append(pool.in_child(lambda rep=rep: floors(report, rep, everyone[3])))
                shared.append(sum(cells[-1].values()))
            pairs = [statistics.mean(both(report, everyone[k : k + 2], everyone[3])) / 2 for k in (5, 7, 9)]
        phases = one["phases"]
    steps = [after - before for before, after in zip(one["there"], one["there"][1:])]
    return {
        "reports": count,
        "warm_up_seconds": warm_up,
        "first_seconds": one["there"][0],
        "seconds": {
            "commands (HTML only)": statistics.median(plain),
            "ours, one report (HTML + PDF)": statistics.median(single),
            "floor, alone": statistics.median(bare),
            "ours, batch, one at a time": one["each"],
            "ours, batch, two at once": two["each"],
            "ours, next of a batch": statistics.median(steps) if steps else float("nan"),
            "floor, in a batch": statistics.median(shared),
            "floor, two at once": statistics.median(pairs),
        },
        "phases": phases,
        "cells": {k: statistics.median(c[k] for c in cells) for k in cells[0]},
    }


def _reps(source: str = "sample") -> list[str]:
    import salesanalysis as sa

    crm = sa.load(client=source)
    return crm.active(crm.period(PERIOD))


class Memory(threading.Thread):
    """Looks every 50 ms how much this process and all it started hold in memory (Linux)."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak, self.over = 0.0, threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.05):
            self.peak = max(self.peak, _megabytes())

    def __enter__(self) -> Memory:
        self.start()
        return self

    def __exit__(self, *told: object) -> None:
        self.over.set()
        self.join()


def _megabytes() -> float:
    """Sum the proportional memory of this process and its children, shared pages counted once."""
    import os

    found, asked = 0.0, [os.getpid()]
    while asked:
        here = Path("/proc", str(asked.pop()))
        try:
            asked += [int(pid) for pid in (here / "task" / here.name / "children").read_text().split()]
            lines = (here / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue  # it has ended meanwhile
        found += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return found


def curve(counts: list[int], source: str = "sample", workers: int = 2) -> list[dict[str, float]]:
    """Time batches of `counts` reports; peak memory of the parent and all children together."""
    report = notebook.find("coaching")
    batch.warm()
    everyone = pool.in_child(lambda: _reps(source))
    # No report twice: where there are more than reps, those of earlier periods follow.
    asked = [{"client": source, "rep": rep, "period": period} for period in PERIODS for rep in everyone]
    found = []
    for count in counts:
        jobs = [batch.Job(report, report.check(values)) for values in asked[:count]]
        with tempfile.TemporaryDirectory() as folder, Memory() as memory:
            started = time.perf_counter()
            good = sum(o.run is not None for o in batch.run_batch(jobs, out=folder, workers=workers))
            seconds = time.perf_counter() - started
        row = {"reps": len(everyone), "reports": len(jobs), "written": good, "seconds": seconds}
        found.append(row | {"each": seconds / len(jobs), "peak_mb": memory.peak})
    return found


def companies(sizes: list[int], make: Callable[[Path, int], None]) -> list[dict[str, float]]:
    """Time a batch of 24 reports for companies of `sizes` reps."""
    found = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            make(Path(name), size)
            found += curve([24], name)
    return found


def larger(folder: Path, reps: int) -> None:
    """Write the sample company several times over: each copy has people and opportunities of its own."""
    import pandas as pd

    from salesanalysis.core import share

    source = share.path("data", "sample")
    (folder / "client.toml").write_text((source / "client.toml").read_text("utf-8"), "utf-8")
    copies = max(1, round(reps / 24))
    for file in sorted(source.glob("*.parquet")):
        rows = pd.read_parquet(file)
        ids = [c for c in rows if c.endswith("_id") or c == "handed_to"]
        of_somebody = rows[rows[ids].notna().any(axis=1)]  # the rest is the company's
        parts = [rows]
        for copy in range(1, copies):
            part = of_somebody.copy()
            for column in ids:
                part[column] = part[column].where(part[column].isna(), part[column] + f"-{copy}")
            if file.stem == "reps":
                part["name"] = part["name"] + f" {copy}"
            parts.append(part)
        pd.concat(parts, ignore_index=True).to_parquet(folder / file.name)


def judged(seconds: dict[str, float]) -> list[tuple[str, str, float, bool]]:
    """Return each target with its bound, the ratio found, and whether it is met."""
    found = []
    for name, side, bound, above, below in TARGETS:
        ratio = seconds[above] / seconds[below]
        found.append(
            (name, f"{side} {bound:g}", ratio, ratio <= bound if side == "at most" else ratio >= bound)
        )
    return found


def show(result: dict[str, Any]) -> None:
    """Print the figures as tables."""
    console = Console()
    seconds = result["seconds"]
    table = Table("way", "s a report", "commands ÷ this", title="One coaching report", title_justify="left")
    for name, value in seconds.items():
        table.add_row(name, f"{value:.2f}", f"{seconds['commands (HTML only)'] / value:.1f}")
    console.print(table)
    targets = Table(
        "target", "bound", "found", "", title=f"Batch of {result['reports']}", title_justify="left"
    )
    for name, bound, ratio, is_met in judged(seconds):
        targets.add_row(name, bound, f"{ratio:.2f}", "met" if is_met else "missed")
    for name, above, below in BESIDE:
        targets.add_row(name, "", f"{seconds[above] / seconds[below]:.2f}", "")
    console.print(targets)
    parts = Table("phase", "s", title="Where the time of a report in a batch goes", title_justify="left")
    parts.add_row("start-up of the batch (once)", f"{result['warm_up_seconds']:.2f}")
    parts.add_row("first report, which makes what is shared (once)", f"{result['first_seconds']:.2f}")
    for name, value in {**result["phases"], **{f"  cell {k}": v for k, v in result["cells"].items()}}.items():
        parts.add_row(name, f"{value:.3f}")
    console.print(parts)


def show_curve(rows: list[dict[str, float]]) -> None:
    """Print seconds and memory, one row a batch."""
    table = Table(*rows[0], title="Seconds and peak memory (MB, all processes)", title_justify="left")
    for row in rows:
        table.add_row(*(f"{value:.2f}" if isinstance(value, float) else str(value) for value in row.values()))
    Console().print(table)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reports", type=int, default=24, help="reports in the batch (default 24)")
    parser.add_argument("--curve", default="", help="batches of so many reports, such as 1,10,50,200,500")
    parser.add_argument("--reps", default="", help="companies of so many reps, such as 24,100,500")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    chosen = parser.parse_args()
    if chosen.curve or chosen.reps:
        rows = curve([int(n) for n in chosen.curve.split(",") if n])
        rows += companies([int(n) for n in chosen.reps.split(",") if n], larger)
        print(json.dumps(rows, indent=1)) if chosen.json else show_curve(rows)
        return
    result = measure(chosen.reports)
    result["targets"] = [list(row) for row in judged(result["seconds"])]
    print(json.dumps(result, indent=1)) if chosen.json else show(result)


if __name__ == "__main__":
    main()
