"""What a worker of a cluster does with one future: some reports, in a clean process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

#: Under this name workers tell which report begins and which has ended.
TOPIC = "salesanalysis"
#: Seconds that the process gets to tidy up.
GRACE = 20


def run_chunk(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Run some reports in a clean process of its own and return what became of each.

    A worker has threads and an event loop, in which forking is not safe; the new process has neither.
    """
    from distributed import get_worker

    worker = get_worker()
    command = [sys.executable, "-m", "salesanalysis.factory.worker"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    said: list[str] = []
    lines: SimpleQueue[str] = SimpleQueue()
    for pipe, take in ((process.stdout, lines.put), (process.stderr, said.append)):
        threading.Thread(target=_read, args=(pipe, take), daemon=True).start()
    found: list[Mapping[str, Any]] = []
    try:
        with suppress(BrokenPipeError), process.stdin as given:  # type: ignore[union-attr]
            given.write(json.dumps(spec))
        while len(found) < len(spec["tasks"]):
            try:
                event = json.loads(lines.get(timeout=0.5))
            except Empty:
                if process.poll() is None:
                    continue
                break
            worker.log_event(TOPIC, event)
            if event["step"] == "ended":
                found.append(event)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=GRACE)
    finally:
        process.kill()
        process.wait()
    known = {event["number"] for event in found}
    last = next((line.strip() for line in reversed(said) if line.strip()), "it said nothing")
    for one in spec["tasks"]:
        if one["number"] not in known:
            told = {"problem": f"The process on the worker ended early: {last[:300]}", "kind": "died"}
            found.append({"number": one["number"], "entry": None, **told})
    return found


def _read(pipe: Any, take: Callable[[str], None]) -> None:
    """Take the lines of a pipe; not its end is waited for, which a process of a library may hold open."""
    with suppress(ValueError):
        for line in pipe:
            take(line)
