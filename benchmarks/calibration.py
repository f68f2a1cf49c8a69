"""How often the verdicts are wrong and how much they find, on simulated teams with known truth.

    python benchmarks/calibration.py [ROW ...] [--n N] [--processes P] [--markdown FILE] [--list]

Rows are named A1 to A8 and A15 (the panel model, the hazard, published values), A9, A10 and E-... (what
coaching changed), A11 and A14 (rates of small units, parts of a gap), A12 (pacing), A13 (projection) and
V-... (the whole verdict, every gate included: V-null-..., planted and stressed companies); the start of a
name picks all that begin so. Each rate comes with its Monte Carlo error; naive ways stand beside ours. Exits
1 when a row falls short of its target by more than two Monte Carlo errors.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from threadpoolctl import threadpool_limits

# The simulators and the rows stand with the tests, which run a few teams of each.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from calibration_coaching import ROWS as COACHING_ROWS
from calibration_forecast import ROWS as FORECAST_ROWS
from calibration_pacing import ROWS as PACING_ROWS
from calibration_panel import ROWS as PANEL_ROWS
from calibration_rates import ROWS as RATE_ROWS
from calibration_rows import Check, Row, at_most, shown
from calibration_verdicts import ROWS as VERDICT_ROWS

ROWS = (*PANEL_ROWS, *COACHING_ROWS, *PACING_ROWS, *FORECAST_ROWS, *RATE_ROWS, *VERDICT_ROWS)
Measured = tuple[Row, int, float, list[Check]]


def chosen(names: list[str]) -> list[Row]:
    """Rows asked for: A is all of A1 to A15, A1 is A1 alone, V-null all that begin so."""
    if not names:
        return list(ROWS)
    known = {row.name for row in ROWS}
    picked = {n: {n} & known or {k for k in known if k.startswith(n)} for n in names}
    rows = [row for row in ROWS if any(row.name in found for found in picked.values())]
    wrong = [n for n, found in picked.items() if not found]
    if wrong:
        raise SystemExit(f"Unknown row: {', '.join(wrong)}. Known: {', '.join(sorted(known))}.")
    return rows


def quiet() -> None:
    """One thread, since the processes share the cores; simulated data is often extreme, as the rates show."""
    warnings.simplefilter("ignore")
    threadpool_limits(1)


def measure(rows: list[Row], n: int | None, processes: int) -> list[Measured]:
    """Measure every row, all teams of all rows shared out over the processes."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    done: list[Measured] = []
    with (
        ProcessPoolExecutor(processes, initializer=quiet) as pool,
        Progress(*columns, console=Console(stderr=True)) as bar,
    ):
        counts = {row.name: row.n if n is None or row.n == 1 else n for row in rows}
        task = bar.add_task("", total=sum(counts.values()))
        for row in rows:
            bar.update(task, description=row.name)
            teams, start, found = counts[row.name], time.perf_counter(), []
            for one in pool.map(row.measure, range(teams), chunksize=4):
                found.append(one)
                bar.advance(task)
            done.append((row, teams, time.perf_counter() - start, row.judge(found)))
    return done


def together(done: list[Measured]) -> list[Measured]:
    """One more row: any false link over all null rows that were measured, each team counting once."""
    parts = [(n, c) for row, n, _, checks in done if row.name.startswith("V-null") for c in checks]
    sums = {}
    for n, check in parts:
        if check.name.endswith("any false link"):
            teams, flags = sums.get(check.name, (0, 0.0))
            sums[check.name] = (teams + n, flags + n * check.value)
    if not sums or len(parts) < 8:
        return []
    flags = {name: np.repeat([1.0, 0.0], [round(k), n - round(k)]) for name, (n, k) in sums.items()}
    ours = at_most("any false link", flags.pop("any false link"), 0.05)
    row = Row("V-null", "all null rows together", sums["any false link"][0], int, (), list)
    return [(row, row.n, 0.0, [ours, *(shown(name, values) for name, values in flags.items())])]


def show(done: list[Measured]) -> None:
    """Print the table."""
    table = Table(title="Calibration", show_lines=False)
    for name, justify in (("row", "left"), ("what", "left"), ("measured", "left"), ("rate", "right")):
        table.add_column(name, justify=justify)
    for name in ("target", "holds"):
        table.add_column(name)
    for row, teams, seconds, checks in done:
        first = (row.name, f"{row.what} (n={teams}, {seconds:.0f} s)")
        for check in checks:
            verdict = "" if not check.target else "yes" if check.holds else "[bold red]NO[/]"
            table.add_row(*first, check.name, rate(check), check.target, verdict)
            first = ("", "")
        table.add_section()
    Console(width=150).print(table)


def rate(check: Check) -> str:
    return f"{check.value:.3f} ± {check.error:.3f}"


def markdown(done: list[Measured]) -> str:
    """The table as docs/statistics.md holds it."""
    lines = [
        "| row | teams | n | measured | rate ± Monte Carlo error | target |",
        "|---|---|---|---|---|---|",
    ]
    for row, teams, _, checks in done:
        for i, check in enumerate(checks):
            head = f"| {row.name} | {row.what} | {teams} " if i == 0 else "| | | "
            missed = " **missed**" if check.target and not check.holds else ""
            lines.append(f"{head}| {check.name} | {rate(check)} | {check.target.replace('|', '')}{missed} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="names, or starts of names; all by default")
    parser.add_argument("--n", type=int, help="teams per row, instead of each row's own number")
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write the table there")
    parser.add_argument("--list", action="store_true", help="name the rows and stop")
    asked = parser.parse_args()
    rows = chosen(asked.rows)
    if asked.list:
        for row in rows:
            print(f"{row.name:24} n={row.n:<4} {row.what}")
        return 0
    done = measure(rows, asked.n, asked.processes)
    done += together(done)
    show(done)
    if asked.markdown:
        asked.markdown.write_text(markdown(done), encoding="utf-8")
    short = [row.name for row, *_, checks in done if not all(c.holds for c in checks if c.target)]
    if short:
        print(f"Short of its target: {', '.join(short)}.")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
