"""The scorecard by rep and month, side by side in one run: ours, SQL written by hand, and pandas.

    python benchmarks/kpis.py [--activities 10e6] [--rounds N] [--json] [--folder DIR]

The data: 2,000 reps over three years, a tenth as many opportunities as activities and three stage rows each,
in Parquet. Every way runs in a process of its own and is timed from the first query to the last frame; the
ways take turns, the best round of each counts. All three must give the same totals.

- **ours**: `panel(crm, …, by="rep_id", grain="month")`; loading and its checks are told apart;
- **hand**: the same sums as DuckDB SQL, one query a table and date column, fetched as frames: the floor;
- **pandas**: the same with `read_parquet` and `groupby`.

Seconds drift with the machine; ratios are what counts.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import kpi_data
from rich.console import Console
from rich.table import Table

#: KPIs of the scorecard: activities and their rates, outcomes, pipeline, prospects, stages, days worked.
KPIS = [
    "calls",
    "connects",
    "conversations",
    "meetings",
    "proposals",
    "emails",
    "followups",
    "voicemails",
    "internal_meetings",
    "admin",
    "connect_rate",
    "conversation_rate",
    "meeting_rate",
    "show_rate",
    "proposal_rate",
    "proposal_to_win_rate",
    "wins",
    "losses",
    "bookings",
    "win_rate",
    "average_deal_size",
    "sales_cycle",
    "opportunities_created",
    "pipeline_created",
    "open_pipeline",
    "lead_age",
    "new_prospects",
    "stage_rate",
    "time_in_stage",
    "rep_days",
]
WAYS = ("ours", "hand", "pandas")


def ours(folder: Path) -> dict[str, object]:
    """Compute the scorecard with the package."""
    import salesanalysis as sa

    started = time.perf_counter()
    crm = sa.load(client=folder)
    loaded = time.perf_counter()
    found = sa.panel(crm, KPIS, kpi_data.PERIOD, by="rep_id", grain="month")
    done = time.perf_counter()
    return {"seconds": done - loaded, "load": loaded - started, "totals": _totals([found.sums])}


def by_hand(folder: Path) -> dict[str, object]:
    """Compute the same sums with SQL."""
    import duckdb
    from kpi_sql import QUERIES

    started = time.perf_counter()
    con = duckdb.connect()
    for name in ("reps", "activities", "opportunities", "stage_history"):
        con.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{folder / name}.parquet')")
    frames = [con.execute(query).df() for query in QUERIES]
    return {"seconds": time.perf_counter() - started, "totals": _totals(frames)}


def with_pandas(folder: Path) -> dict[str, object]:
    """Compute the same sums with pandas."""
    from kpi_pandas import frames

    started = time.perf_counter()
    found = frames(folder)
    return {"seconds": time.perf_counter() - started, "totals": _totals(found)}


def _totals(frames: list) -> dict[str, float]:
    keys = ("rep_id", "month", "period")
    return {c: float(f[c].sum()) for f in frames for c in f.columns if c not in keys}


def alone(way: str, folder: Path) -> dict[str, object]:
    """Run one way in a process of its own; its peak memory is that of the process."""
    command = [sys.executable, __file__, "--way", way, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def compare(folder: Path, rounds: int) -> dict[str, dict[str, object]]:
    """Let the ways take turns and keep the best round of each."""
    best: dict[str, dict[str, object]] = {}
    for _ in range(rounds):
        for way in WAYS:
            found = alone(way, folder)
            if way not in best or found["seconds"] < best[way]["seconds"]:
                best[way] = found
    _check(best)
    return best


def _check(best: dict[str, dict[str, object]]) -> None:
    mine = best["ours"]["totals"]
    for way in WAYS[1:]:
        for name, total in best[way]["totals"].items():
            if abs(mine[name] - total) > 1e-9 * max(1.0, abs(total)):
                sys.exit(f"{way} gives {total} for {name}, ours {mine[name]}")


def main() -> None:
    """Write the data, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--activities", type=float, nargs="+", default=[10e6])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "salesanalysis-bench")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        found = {"ours": ours, "hand": by_hand, "pandas": with_pandas}[given.way](given.folder)
        found["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sys.stdout.write(json.dumps(found))
        return
    sizes = [int(size) for size in given.activities]
    results = {size: compare(kpi_data.write(given.folder, size), given.rounds) for size in sizes}
    if given.json:
        sys.stdout.write(json.dumps(results, indent=1))
        return
    _print(results)


def _print(results: dict[int, dict[str, dict[str, object]]]) -> None:
    console = Console()
    for size, best in results.items():
        table = Table("way", "seconds", "× ours", "peak MB", "× ours", title=f"{size:,} activities")
        mine = best["ours"]
        for way in WAYS:
            seconds, peak = best[way]["seconds"], best[way]["megabytes"]
            table.add_row(
                way,
                f"{seconds:.2f}",
                f"{seconds / mine['seconds']:.2f}",
                f"{peak:,.0f}",
                f"{peak / mine['megabytes']:.2f}",
            )
        console.print(table)
        ratio = mine["seconds"] / best["hand"]["seconds"]
        console.print(f"ours ÷ hand {ratio:.2f}; loading and its checks {mine['load']:.1f} s")


if __name__ == "__main__":
    main()
