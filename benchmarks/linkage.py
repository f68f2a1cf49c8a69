"""The panel model side by side in one run: ours, pyfixest, and refitting without each rep.

    python benchmarks/linkage.py [--reps N] [--weeks N] [--rounds N] [--threads N]
                                    [--json]

- **client**: a company of 30 reps × 104 weeks with 7 activities: `link()` and all tables behind its verdicts;
- **ours**: 2,000 reps × 156 weeks × 12 activities: Poisson with rep and week effects, cluster jackknife by
  rep, and the lag profile of one activity (its four exposures, fit, jackknife, joint test);
- **fepois**: `pyfixest.fepois` on the same rows with plain clustering by rep, no lag profile;
- **refit**: what the jackknife costs by fitting again without each rep: a few refits, times the reps.

Every way runs in a process and on a thread of its own, after a fit of a small panel that loads and compiles
what it needs; the ways take turns, the best round of each counts. Peak memory is that of the process; it is
told for half the reps as well, since it must grow with the rows and no faster. pyfixest comes with the extra
``bench``; without it its line is left out. Seconds drift with the machine; ratios are what counts.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

ACTIVITIES = 12
REFITS = 3
TARGETS = {"client": 1.0, "fepois": 1.5, "refit": 50.0}


def counts(reps: int, weeks: int, kinds: int, seed: int = 0) -> pd.DataFrame:
    """Draw a rep x week frame: busy weeks, habits, and wins that follow three of the activities."""
    rng = np.random.default_rng(seed)
    rep, week = np.repeat(np.arange(reps), weeks), np.tile(np.arange(weeks), reps)
    frame = pd.DataFrame({"rep": rep, "week": week})
    busy = rng.normal(0, 0.3, rep.size)
    drive = rng.normal(0, 0.35, reps)[rep] + 0.2 * np.sin(week / 8)
    for k in range(kinds):
        wave = 0.4 * np.sin(week / rng.uniform(5, 12, reps)[rep] + rng.uniform(0, 6, reps)[rep])
        mean = (4 + 3 * k) * np.exp(busy + wave + rng.normal(0, 0.3, reps)[rep])
        frame[f"activity_{k}"] = rng.poisson(mean).astype(float)
        drive = drive + (0.3 * wave if k < 3 else 0.0)
    frame["wins"] = rng.poisson(0.9 * np.exp(drive) * rng.gamma(6, 1 / 6, rep.size)).astype(float)
    return frame


def client(reps: int, weeks: int) -> dict[str, float]:
    """Time all of the panel model for one company; `reps` and `weeks` are those of size L."""
    from salesanalysis.linkage import link

    frame = counts(30, 104, 7)
    _everything(link(frame))
    started, used = time.perf_counter(), time.process_time()
    found = link(frame)
    linked = time.perf_counter()
    _everything(found)
    times = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - used}
    return times | {"link": linked - started, "rows": found.n}


def _everything(found: object) -> None:
    for name in ("lag_profile", "between", "robustness", "rep_slopes", "partial_residuals"):
        getattr(found, name)


def ours(reps: int, weeks: int) -> dict[str, float]:
    """Time the fit with the cluster jackknife and the lag profile of one activity."""
    _fit(_depth(40, 60))
    depth = _depth(reps, weeks)
    started, used = time.perf_counter(), time.process_time()
    fit, profile, first = _fit(depth)
    done, cpu = time.perf_counter(), time.process_time() - used
    slopes = fit.estimate[list(depth.weeks.activities)].tolist()
    return {
        "seconds": done - started,
        "cpu": cpu,
        "fit": first - started,
        "rows": fit.n,
        "estimates": slopes,
        "p_joint": float(profile["p_joint"].iloc[0]),
    }


def _depth(reps: int, weeks: int) -> object:
    from salesanalysis.linkage.depth import Depth
    from salesanalysis.linkage.frame import from_frame
    from salesanalysis.linkage.models import prepare, roles_of

    counted = from_frame(counts(reps, weeks, ACTIVITIES))
    roles = roles_of(counted, family=None, reactive=None, funnel=None)
    return Depth(weeks=counted, roles=roles, data=prepare(counted), fits={}, level=0.95)


def _fit(depth: object) -> tuple[object, pd.DataFrame, float]:
    from salesanalysis.linkage.models import fit
    from salesanalysis.linkage.profile import lag_profile

    found = fit(depth.data, depth.weeks.activities)
    first = time.perf_counter()
    depth.fits["main"] = found
    return found, lag_profile(depth, depth.weeks.activities[0]), first


def fepois(reps: int, weeks: int) -> dict[str, float]:
    """Time pyfixest with plain clustering on the same rows."""
    import pyfixest

    def run(depth: object) -> object:
        formula = f"wins ~ {' + '.join(depth.weeks.activities)} | rep_id + week"
        return pyfixest.fepois(formula, depth.data.frame, vcov={"CRV1": "rep_id"})

    run(_depth(40, 60))
    depth = _depth(reps, weeks)
    started, used = time.perf_counter(), time.process_time()
    found = run(depth)
    times = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - used}
    return times | {"rows": len(depth.data.frame), "estimates": found.coef().tolist()}


def refit(reps: int, weeks: int) -> dict[str, float]:
    """Time a few fits without one rep, in the same code, and multiply."""
    from salesanalysis.stats import ppml

    depth = _depth(reps, weeks)
    data, terms = depth.data, list(depth.weeks.activities)
    ppml(_depth(40, 60).data.frame, "wins", terms=terms, effects=data.effects())
    started, used = time.perf_counter(), time.process_time()
    for rep in range(REFITS):
        ppml(data.frame[data.frame["rep_id"] != rep], "wins", terms=terms, effects=data.effects())
    each = (time.perf_counter() - started) / REFITS
    cpu = (time.process_time() - used) / REFITS * reps
    return {"seconds": each * reps, "cpu": cpu, "each": each, "rows": len(data.frame)}


WAYS = {"client": client, "ours": ours, "fepois": fepois, "refit": refit}


def alone(way: str, reps: int, weeks: int, threads: int) -> dict[str, object]:
    """Run one way in a process of its own."""
    limits = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS")
    environment = os.environ | dict.fromkeys(limits, str(threads))
    command = [sys.executable, __file__, "--way", way, "--reps", str(reps), "--weeks", str(weeks)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return json.loads(done.stdout)


def compare(reps: int, weeks: int, *, rounds: int, threads: int) -> dict[str, dict[str, object]]:
    """Let the ways take turns and keep the best round of each."""
    ways = [way for way in WAYS if way != "fepois" or importlib.util.find_spec("pyfixest")]
    best: dict[str, dict[str, object]] = {}
    for _ in range(rounds):
        for way in ways:
            found = alone(way, reps, weeks, threads)
            if way not in best or found["seconds"] < best[way]["seconds"]:
                best[way] = found
    best["half"] = alone("ours", reps // 2, weeks, threads)
    if "fepois" in best:
        gap = np.abs(np.subtract(best["ours"]["estimates"], best["fepois"]["estimates"])).max()
        if gap > 1e-5:
            sys.exit(f"ours and pyfixest differ by {gap:.2g}")
    return best


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reps", type=int, default=2000)
    parser.add_argument("--weeks", type=int, default=156)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--way", choices=list(WAYS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        found = WAYS[given.way](given.reps, given.weeks)
        found["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sys.stdout.write(json.dumps(found))
        return
    best = compare(given.reps, given.weeks, rounds=given.rounds, threads=given.threads)
    if given.json:
        sys.stdout.write(json.dumps(best, indent=1))
        return
    _print(best)


def _print(best: dict[str, dict[str, object]]) -> None:
    console = Console()
    table = Table("way", "rows", "seconds", "CPU s", "ours is", "target", "peak MB")
    mine = best["ours"]
    for way, found in best.items():
        ratio, target = "", ""
        if way == "client":
            target = f"≤ {TARGETS[way]:g} s"
        elif way == "fepois":
            ratio, target = f"{mine['seconds'] / found['seconds']:.2f} × its time", f"≤ {TARGETS[way]:g}"
        elif way == "refit":
            ratio, target = f"{found['seconds'] / mine['seconds']:,.0f} × faster", f"≥ {TARGETS[way]:g}"
        seconds, cpu = f"{found['seconds']:,.2f}", f"{found['cpu']:,.2f}"
        table.add_row(way, f"{found['rows']:,}", seconds, cpu, ratio, target, f"{found['megabytes']:,.0f}")
    console.print(table)
    half = best["half"]
    per_row = (mine["megabytes"] - half["megabytes"]) * 2**20 / (mine["rows"] - half["rows"])
    console.print(
        f"link() alone {best['client']['link']:.2f} s; our fit and jackknife alone {mine['fit']:.2f} s; "
        f"{per_row:,.0f} bytes a row more; refits: {REFITS} timed, {best['refit']['each']:.2f} s each"
    )
    if "fepois" not in best:
        console.print("pyfixest is not installed: pip install 'salesanalysis[bench]'", markup=False)


if __name__ == "__main__":
    main()
