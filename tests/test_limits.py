"""What a report can do to the machine: each is ended, named and told, and the others go on."""

from __future__ import annotations

import os
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from kill_driver import write_notebook

from salesanalysis.core.errors import InvalidInput
from salesanalysis.report import batch, family, index, kernel, notebook
from salesanalysis.report.batch import Job, Limits, Outcome

pytestmark = pytest.mark.skipif(not batch.can_fork(), reason="processes are forked on Linux only")

#: What goes wrong, and the kind it is told as.
CELLS = {
    "hangs": ("import time\ntime.sleep(600)", "timeout"),
    "grows": ("a = []\nwhile True: a.append(bytearray(b'x' * 20_000_000))", "memory"),
    "huge": ("a = bytearray(10**12)", "memory"),
    "prints": (
        "while True:\n    try:\n        print('x' * 1000)\n    except BaseException:\n        pass",
        "output",
    ),
    "shows": ("while True: display('x' * 1000)", "output"),
    "shouts": ("import subprocess\nsubprocess.run(['yes'])", "output"),
    "leaves": ("import os\nos._exit(3)", "died"),
    "crashes": ("import ctypes, faulthandler\nfaulthandler.disable()\nctypes.string_at(0)", "died"),
    "is killed": ("import os\nos.kill(os.getpid(), 9)", "died"),
    "fails": ("1 / 0", "failed"),
    "exits": ("raise SystemExit(3)", "failed"),
    "exits well": ("exit()", "failed"),
    "asks": ("input('Who? ')", "failed"),
    "says nothing": ("class Dumb(Exception):\n    def __str__(self): return 1 / 0\nraise Dumb", "failed"),
    "has half a character": ("print('\\ud800')\nraise ValueError('\\ud801')", "failed"),
    "prints half a character": ("print('\\ud800')\ndisplay('\\ud801')", ""),
    "has no picture": ("from IPython.display import Image\nImage(b'none', format='png')", ""),
    "is well": ("print('well')", ""),
    "leaves a thread": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()",
        "",
    ),
}
#: Memory with room for what a process that has run many tests leaves to a child.
LIMITS = Limits(seconds=10, memory_mb=800, output_mb=2)


@pytest.fixture(autouse=True)
def cold(monkeypatch):
    """These cells need a shell and the exporter, none of the analyses that a batch warms up."""
    monkeypatch.setattr(batch, "warm", lambda: None)
    import_module("salesanalysis.report.export")
    kernel.rehearse()


def job(folder: Path, name: str, *cells: str) -> Job:
    path = write_notebook(folder / f"{name.replace(' ', '_')}.ipynb", ('rep: str = ""  # who', *cells))
    return Job(notebook.find(str(path)), {"rep": "ani"})


def told(folder: Path, jobs: list[Job], limits: Limits = LIMITS, **more: Any) -> dict[str, Outcome]:
    found = batch.run_batch(jobs, out=folder / "out", limits=limits, **{"to": ("html",), **more})
    return {one.job.report.name: one for one in found}


def test_each_mishap_is_contained_named_and_told_and_the_others_go_on(tmp_path):
    jobs = [job(tmp_path, name, "x = 1", cell) for name, (cell, _) in CELLS.items()]
    outcomes = told(tmp_path, jobs, workers=4)
    for name, (cell, kind) in CELLS.items():
        one = outcomes[name.replace(" ", "_")]
        assert one.kind == kind, (name, one)
        assert (one.run is None) == bool(kind)
        if kind:
            first = cell.splitlines()[0]
            assert one.cell.startswith(f"cell 3 ({first}"), (name, one)
            assert one.cell in one.problem and len(one.problem) > len(one.cell) + 40
    assert "longer than 10 s" in outcomes["hangs"].problem and "--timeout" in outcomes["hangs"].problem
    assert "800 MB of memory" in outcomes["grows"].problem and "--memory" in outcomes["grows"].problem
    assert "MemoryError" in outcomes["huge"].problem
    assert "more than 2 MB of output" in outcomes["prints"].problem
    assert "SIGSEGV" in outcomes["crashes"].problem and "exit code 3" in outcomes["leaves"].problem
    assert "ZeroDivisionError: division by zero" in outcomes["fails"].problem
    assert "take out what ends it early" in outcomes["exits_well"].problem
    assert "parameter for it" in outcomes["asks"].problem and "Allow more" in outcomes["huge"].problem
    out = tmp_path / "out"
    listed = {name for entry in index.read(out) for name in entry["files"]} | {"manifest.json", "index.html"}
    well = sum(not kind for _, kind in CELLS.values())
    assert {p.name for p in out.iterdir()} == listed and len(listed) == 2 + 2 * well


def test_what_a_report_started_ends_with_it(tmp_path):
    start = "import subprocess\nfrom pathlib import Path\np = subprocess.Popen(['sleep', '600'])"
    note = f"Path({str(tmp_path)!r}, rep + str(p.pid)).touch()"
    # Its parent is gone, and it has a session of its own.
    away = f"""subprocess.run(['sh', '-c', 'setsid sleep 600 & touch "{tmp_path}/ani"$!'])"""
    jobs = [
        job(tmp_path, "well", start, note, away),
        job(tmp_path, "hangs", start, note, away, "import time\ntime.sleep(600)"),
        job(tmp_path, "leaves", start, note, "import os\nos._exit(0)"),
    ]
    outcomes = told(tmp_path, jobs, Limits(seconds=8), workers=3)
    assert [outcomes[n].kind for n in ("well", "hangs", "leaves")] == ["", "timeout", "died"]
    pids = [int(path.name.removeprefix("ani")) for path in tmp_path.glob("ani*")]
    assert len(pids) == 5
    time.sleep(0.1)
    assert not any(is_alive(pid) for pid in pids)


def test_what_a_report_started_ends_also_when_the_batch_is_killed(tmp_path):
    start = "import subprocess, time\nfrom pathlib import Path\np = subprocess.Popen(['sleep', '600'])"
    note = f"Path({str(tmp_path)!r}, rep + str(p.pid)).touch()\ntime.sleep(600)"
    jobs = [job(tmp_path, "hangs", start, note)]
    pid = os.fork()
    if not pid:
        told(tmp_path, jobs)
        os._exit(0)
    until = time.monotonic() + 60
    while not list(tmp_path.glob("ani*")) and time.monotonic() < until:
        time.sleep(0.02)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    (path,) = tmp_path.glob("ani*")
    while is_alive(int(path.name.removeprefix("ani"))) and time.monotonic() < until:
        time.sleep(0.02)
    assert not is_alive(int(path.name.removeprefix("ani")))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_an_error_outside_the_cells_says_what_and_where(tmp_path):
    break_it = "import salesanalysis.report.export as e\ndef broken(*a): raise ValueError('no way')"
    outcomes = told(tmp_path, [job(tmp_path, "own", break_it, "e.render_html = broken")])
    assert outcomes["own"].kind == "died"
    assert "in the writing of HTML" in outcomes["own"].problem
    assert "Its last words: ValueError: no way." in outcomes["own"].problem


def test_a_user_mistake_keeps_its_own_words_and_the_cell_is_known(tmp_path):
    wrong = "from salesanalysis.core.errors import *\nraise InvalidInput('No rep Anni. Did you mean Ani?')"
    one = told(tmp_path, [job(tmp_path, "own", "x = 1", wrong)])["own"]
    assert one.problem == "No rep Anni. Did you mean Ani?" and one.kind == "failed"
    assert one.cell.startswith("cell 3 (from salesanalysis")


def test_without_limits_nothing_is_ended(tmp_path):
    loud = job(tmp_path, "loud", "for _ in range(4000): print('x' * 1000)")
    assert told(tmp_path, [loud], Limits(0, 0, 0))["loud"].kind == ""
    assert told(tmp_path, [loud])["loud"].kind == "output"


@pytest.mark.parametrize("limits", [{"seconds": -1}, {"memory_mb": -5}, {"output_mb": float("nan")}])
def test_limits_below_nothing_are_refused(limits):
    with pytest.raises(InvalidInput, match="give 0 for none"):
        Limits(**limits)


def test_memory_counts_what_a_process_has_for_itself():
    before = family.memory(os.getpgid(0)) if os.getpgid(0) == os.getpid() else None
    kept = bytearray(b"x" * 50_000_000)
    pid = os.fork()
    if not pid:
        os.setpgid(0, 0)
        own = b"y" * 80_000_000
        time.sleep(60 if own else 0)
        os._exit(0)
    try:
        until = time.monotonic() + 20
        while family.memory(pid) < 75 and time.monotonic() < until:
            time.sleep(0.05)
        assert 75 < family.memory(pid) < 125, "what the parent has is not the child's"
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
    assert kept and (before is None or before > 0)


@pytest.mark.parametrize("form", ["html", "pdf"])
@pytest.mark.parametrize("has_set_a_page", [False, True])
def test_only_what_needs_typst_s_threads_is_not_forked(form, has_set_a_page, tmp_path, monkeypatch):
    asked = {}

    def none(tasks, **how):
        asked.update(how)
        yield from ()

    monkeypatch.setattr(batch.pdf, "is_started", lambda: has_set_a_page)
    monkeypatch.setattr(batch, "run_each", none)
    told(tmp_path, [job(tmp_path, "own", "x = 1")], to=(form,))
    assert asked["fork"] == (form == "html" or not has_set_a_page)


@pytest.mark.slow
def test_where_nothing_can_be_forked_papermills_own_engine_runs_in_watched_processes(tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "can_fork", lambda: False)
    parent = "import os; print(os.getppid())"  # a kernel's parent is the watched process, not this one
    note = f"import os\nfrom pathlib import Path\nPath({str(tmp_path)!r}, 'ani' + str(os.getpid())).touch()"
    wrong = {"hangs": "timeout", "grows": "memory", "prints": "output", "shows": "output"}
    wrong |= {"leaves": "died", "exits": "failed", "exits well": "failed", "asks": "failed"}
    jobs = [job(tmp_path, "well", parent), *(job(tmp_path, name, note, CELLS[name][0]) for name in wrong)]
    outcomes = told(tmp_path, jobs, Limits(seconds=20, memory_mb=900, output_mb=2), workers=2)
    run = outcomes["well"].run
    assert run is not None, outcomes["well"]
    assert f'"{os.getpid()}' not in run.files[0].read_text()
    for name, kind in wrong.items():
        first, one = CELLS[name][0].splitlines()[0], outcomes[name.replace(" ", "_")]
        assert one.kind == kind and one.run is None, one
        assert one.cell.startswith(f"cell 3 ({first}"), one
    assert "take out what ends it early" in outcomes["exits_well"].problem
    assert "parameter for it" in outcomes["asks"].problem
    kernels = [int(path.name.removeprefix("ani")) for path in tmp_path.glob("ani*")]
    assert len(kernels) == len(wrong) and not any(map(is_alive, kernels))
