"""What a person sees of a batch: progress, tables before and after; plain lines without a terminal."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from .decide import Decision
from .execute import Done, Now

#: Rows of a table of reports that are shown one by one.
_ROWS = 40
#: What stands for no reports.
_NONE = "–"
#: Columns of the table of what would run.
_PLANNED = ("client", "report", "about", "edition", "language", "formats", "run", "why")
#: Columns of the closing table.
_ENDED = ("client", "report", "written", "unchanged", "failed", "not made", "s each")
#: Seconds over which the rate is taken.
_WINDOW = 60.0


def console(*, stderr: bool = False) -> Console:
    """Return where to print; in a file or a pipe lines are as long as they need to be."""
    made = Console(stderr=stderr, markup=False)
    return made if made.is_terminal else Console(stderr=stderr, markup=False, width=max(made.width, 160))


class Progress:
    """The live part of the screen: one bar for the whole batch, one line for each report that is being made.

    Nothing is drawn by a thread of its own: children are forked from this process meanwhile.
    """

    def __init__(self, console: Console, total: int, kept: int) -> None:
        self.console, self.total, self.kept = console, total, kept
        self.done = self.failed = 0
        self._started = self._drawn = time.monotonic()
        self._ends: deque[float] = deque()
        self._running: Sequence[Now] = ()
        self._live: Live | None = None

    @contextmanager
    def shown(self) -> Iterator[Progress]:
        """Show it while the block runs; it is gone afterwards, for the summary says the same."""
        if not self.console.is_terminal:
            yield self
            return
        with Live(console=self.console, auto_refresh=False, transient=True) as self._live:
            yield self
        self._live = None

    def watch(self, running: Sequence[Now]) -> None:
        """Hear what is running."""
        self._running = running
        if time.monotonic() - self._drawn > 0.2:
            self._draw()

    def ended(self, one: Done) -> None:
        """Hear that a report is written or has failed."""
        self.done += 1
        self.failed += one.entry is None
        self._ends.append(time.monotonic())
        if one.entry is None:
            self.console.print(failure(one), soft_wrap=True, highlight=False)
        elif not self.console.is_terminal:
            told = f"[{self.done}/{self.total}] {one.task.client}: {one.task.title}, {one.seconds:.1f} s"
            self.console.print(told, soft_wrap=True, highlight=False)
        self._draw()

    def rate(self) -> float:
        """Return reports a second, lately."""
        now = time.monotonic()
        while len(self._ends) > 1 and now - self._ends[0] > _WINDOW:
            self._ends.popleft()
        since = self._started if len(self._ends) == self.done else self._ends[0]
        return len(self._ends) / max(now - since, 1e-3)

    def _draw(self) -> None:
        self._drawn = time.monotonic()
        if self._live is not None:
            self._live.update(self._picture(), refresh=True)

    def _picture(self) -> RenderableType:
        bar = Table.grid(padding=(0, 2))
        rate = self.rate()
        left = (self.total - self.done) / rate if self.done else 0
        told = [f"{self.done} of {self.total}"]
        told += [f"{self.kept} unchanged"] if self.kept else []
        told += [f"{self.failed} failed"] if self.failed else []
        told += [f"{rate * 60:.0f} a minute", f"{clock(left)} left"] if self.done else ["warming up"]
        bar.add_row(
            ProgressBar(self.total, self.done, width=max(8, min(30, self.console.width - 66))),
            Text("  ".join(told)),
            Text(clock(time.monotonic() - self._started), "dim"),
        )
        rows = Table.grid(padding=(0, 2))
        rows.add_column(no_wrap=True, min_width=8)
        rows.add_column(no_wrap=True, overflow="ellipsis", min_width=36)
        rows.add_column(justify="right", style="dim", no_wrap=True, min_width=5)
        rows.add_column(no_wrap=True, overflow="ellipsis", style="dim", max_width=40)
        for one in self._running:
            rows.add_row(Text(one.job.client), Text(one.job.title), f"{one.seconds:.0f} s", Text(one.cell))
        return Group(bar, rows)


def clock(seconds: float) -> str:
    """Return a duration as people read it.

    Examples
    --------
    >>> clock(5), clock(65), clock(3700)
    ('5 s', '1 min 5 s', '1 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def failure(one: Done) -> Text:
    """Return what went wrong with a report: which, why, and what to do."""
    kind = {"timeout": "Too long", "memory": "Too much memory", "output": "Too much output"}
    kind |= {"died": "Process died"}
    said = one.problem if not one.cell or one.cell in one.problem else f"{one.cell}: {one.problem}"
    return trouble(kind.get(one.kind, "Failed"), f"{one.task.client}: {one.task.title}\n        {said}")


def trouble(what: str, text: str) -> Text:
    """Return a line about something that is not as asked for."""
    return Text.assemble((what, "bold red"), f"  {text}")


def say(console: Console, what: str, text: str) -> None:
    """Print a line about something that is not as asked for, however long it is."""
    console.print(trouble(what, text), soft_wrap=True, highlight=False)


def table(*heads: str, right: int = 0) -> Table:
    """Return an empty table whose last `right` columns hold numbers."""
    made = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for number, head in enumerate(heads):
        is_number = number >= len(heads) - right
        made.add_column(head, justify="right" if is_number else "left", overflow="fold", no_wrap=is_number)
    return made


def _filled(heads: Sequence[str], rows: Iterable[Sequence[str | Text]], *, right: int = 0) -> Table:
    """Return a table without columns that say nothing; on a narrow screen long words are cut, not broken."""
    cells = [[Text(one) if isinstance(one, str) else one for one in row] for row in rows]
    said = [n for n in range(len(heads)) if any(row[n].plain not in ("", _NONE) for row in cells)]
    made = table(*(heads[n] for n in said), right=sum(n >= len(heads) - right for n in said))
    for column in made.columns:
        column.overflow = "ellipsis"
    for row in cells:
        made.add_row(*(row[n] for n in said))
    return made


def plan_table(decisions: Sequence[Decision], *, every: bool = False) -> RenderableType:
    """Return what would run and why; of long plans the first rows, and how many more."""
    rows = len(decisions) if every else _ROWS
    hidden = max(0, len(decisions) - rows)
    listed = _filled(_PLANNED, map(_planned, decisions[:rows]))
    whole: list[RenderableType] = [listed]
    if hidden:
        whole.append(Text(f"… and {hidden} more; --all shows them, the counts are below.", "dim"))
    counts = []
    for (client, report), some in grouped(decisions).items():
        runs = sum(one.runs for one in some)
        counts.append((client, report, str(runs), str(len(some) - runs)))
    return Group(*whole, Text(), _filled(("client", "report", "run", "unchanged"), counts, right=2))


def _planned(one: Decision) -> Sequence[str | Text]:
    task = one.task
    what = (task.client, task.report.name, task.label or "everybody", task.edition, task.language)
    return *what, ", ".join(task.formats), Text("yes", "bold") if one.runs else Text("no", "dim"), one.why


def grouped(decisions: Sequence[Decision]) -> Mapping[tuple[str, str], list[Decision]]:
    """Return decisions by client and report, in the order of the plan."""
    found: dict[tuple[str, str], list[Decision]] = {}
    for one in decisions:
        found.setdefault((one.task.client, one.task.report.name), []).append(one)
    return found


def summary(decisions: Sequence[Decision], ended: Sequence[Done]) -> Table:
    """Return the closing table: per client and report what was written, kept, failed; seconds each."""
    results = {one.task.id: one for one in ended}
    rows: list[Sequence[str | Text]] = []
    for (client, report), some in grouped(decisions).items():
        known = [results.get(one.task.id) for one in some if one.runs]
        written = [one for one in known if one and one.entry is not None]
        failed = sum(1 for one in known if one and one.entry is None)
        each = sum(one.seconds for one in written) / len(written) if written else 0
        rows.append(
            (
                client,
                report,
                counted(len(written)),
                counted(sum(not one.runs for one in some)),
                Text(str(failed), "bold red") if failed else counted(0),
                counted(sum(one is None for one in known)),
                f"{each:.1f}" if written else counted(0),
            )
        )
    return _filled(_ENDED, rows, right=5)


def counted(number: int) -> Text:
    """Return a count; none is a dash, so that what there is stands out."""
    return Text(str(number)) if number else Text(_NONE, "dim")
