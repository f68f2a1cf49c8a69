"""A clean process on a worker of a cluster: reads what to write from its input, tells of each report a line.

``python -m salesanalysis.factory.worker`` is started by `chunk.run_chunk` and by nobody else.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from ..core.errors import SalesAnalysisError
from ..core.versions import of_code
from ..report import index, notebook
from ..report.batch import Job, Limits, run_batch
from ..report.owner import ASIDE
from ..report.pool import Running
from .nearby import fetched
from .plan import ClientPlan
from .putting import put
from .storage import Store


def main(given: IO[str], told: IO[str]) -> None:
    """Run the reports that `given` names and tell what becomes of each."""
    spec = json.load(given)
    with tempfile.TemporaryDirectory(prefix=ASIDE) as aside:
        try:
            if spec["code"] != of_code():
                raise SalesAnalysisError(
                    "The worker has another version of salesanalysis. Install the same one everywhere."
                )
            jobs = _jobs(spec, Path(aside))
        except SalesAnalysisError as error:
            for one in spec["tasks"]:
                _tell(told, "ended", one["number"], entry=None, problem=str(error), kind="failed")
            return
        _run(spec, jobs, Path(aside, "out"), told)


def _jobs(spec: Mapping[str, Any], aside: Path) -> dict[Job, int]:
    """Return the jobs with the numbers of their tasks, with data that lie elsewhere fetched first."""
    client = fetched(ClientPlan(**spec["client"]), aside / "data")
    places = {"client": client.folder, "source": client.source}
    reports = {}
    for one in spec["tasks"]:
        if one["report"] not in reports:
            path = aside / "notebooks" / Path(one["report"]).name
            path.parent.mkdir(exist_ok=True)
            path.write_text(one["notebook"], encoding="utf-8")
            reports[one["report"]] = notebook.find(str(path))
    jobs = {}
    for one in spec["tasks"]:
        values = {**one["parameters"], **{k: v for k, v in places.items() if k in one["parameters"]}}
        report = reports[one["report"]]
        job = Job(
            report,
            report.check(values),
            fingerprint=one["inputs"],
            to=tuple(one["to"]),
            notebook=spec["notebooks"],
        )
        jobs[job] = one["number"]
    return jobs


def _run(spec: Mapping[str, Any], jobs: Mapping[Job, int], aside: Path, told: IO[str]) -> None:
    last = 0.0

    def watch(running: Sequence[Running[Job]]) -> None:
        nonlocal last
        if time.monotonic() - last > 0.5:
            last = time.monotonic()
            for one in running:
                _tell(told, "running", jobs[one.job], seconds=round(one.seconds, 1), cell=one.cell)

    store = Store(spec["out"])
    limits = Limits(*spec["limits"])
    runs = run_batch(list(jobs), out=aside, workers=spec["workers"], limits=limits, watch=watch)
    with closing(runs):
        for outcome in runs:
            said = {"entry": None, "problem": outcome.problem, "kind": outcome.kind, "cell": outcome.cell}
            if outcome.run is not None:
                entry = index.entry(outcome.run, outcome.job.fingerprint)
                try:
                    put(aside, store, entry)
                    said["entry"] = entry
                except SalesAnalysisError as error:
                    said |= {"problem": str(error), "kind": "failed", "refused": True}
            _tell(told, "ended", jobs[outcome.job], **said)


def _tell(told: IO[str], step: str, number: int, **more: Any) -> None:
    told.write(json.dumps({"step": step, "number": number, **more}, default=str) + "\n")
    told.flush()


if __name__ == "__main__":
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is not what is told
    main(sys.stdin, told)
