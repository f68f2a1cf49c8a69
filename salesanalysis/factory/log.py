"""What happened in a batch, for programs: one JSON object a line, one line an event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ..core.errors import CannotWrite
from .execute import Done
from .storage import Store
from .tasks import Task

#: Name of the log in the folder of the delivery.
FILE = "log.jsonl"


class Log:
    """Appends events to the log of a delivery; a log that cannot be written does not stop reports.

    Events: ``batch`` (the beginning), ``kept``, ``started``, ``finished``, ``failed``, ``interrupted``,
    ``ended``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     log = Log(folder)
    ...     log.add("ended", written=3)
    ...     [event["written"] for event in log.events()]
    [3]
    """

    def __init__(self, place: str) -> None:
        self._store = Store(place)
        self._waiting: list[bytes] = []
        self.problem = ""

    def add(self, event: str, **told: Any) -> None:
        """Write one event down."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        text = json.dumps({"time": now, "event": event, **told}, ensure_ascii=False, default=str)
        self._waiting.append(text.encode() + b"\n")
        if not self._store.is_remote or len(self._waiting) >= 50 or event in ("interrupted", "ended"):
            self._flush()

    def _flush(self) -> None:
        """Put what waits into the log; elsewhere that is done seldom, for it writes the whole file."""
        try:
            if self._waiting:
                self._store.append(FILE, b"".join(self._waiting))
        except CannotWrite as error:
            self.problem = str(error)
        self._waiting.clear()

    def begun(self, task: Task) -> None:
        """A report is being made."""
        self.add("started", **_told(task))

    def ended(self, done: Done) -> None:
        """A report is written, or has failed."""
        told = _told(done.task)
        if done.entry is None:
            self.add("failed", **told, kind=done.kind, cell=done.cell, problem=done.problem)
            return
        entry = done.entry
        self.add(
            "finished",
            **told,
            name=entry["name"],
            seconds=round(done.seconds, 3),
            files=list(entry["files"]),
            sha256=dict(entry.get("sha256", {})),
            inputs=dict(done.task.parts),
        )

    def events(self) -> list[dict[str, Any]]:
        """Return all events of the log, of earlier runs as well; a line cut short by a kill is none."""
        text = self._store.read(FILE).decode("utf-8", "replace") if self._store.has(FILE) else ""
        found = []
        for line in text.splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
        return [one for one in found if isinstance(one, dict)]

    def was_interrupted(self) -> bool:
        """Tell whether the last batch of this delivery did not come to its end."""
        events = [one.get("event") for one in self.events()]
        begun = [number for number, event in enumerate(events) if event == "batch"]
        return bool(begun) and "ended" not in events[begun[-1] :]


def _told(task: Task) -> Mapping[str, Any]:
    return {
        "client": task.client,
        "report": task.report.name,
        **({task.entity: task.about} if task.entity else {}),
        "edition": task.edition,
        "language": task.language,
        "period": task.parameters.get("period", ""),
    }
