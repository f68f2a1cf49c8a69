"""Kills at any moment: what is listed is whole, and the same batch again ends where an unbroken one does."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import nbformat
import pypdf
import pytest

from salesanalysis.core.files import sha256
from salesanalysis.report import batch, index
from salesanalysis.report.journal import Journal
from salesanalysis.report.placing import place
from salesanalysis.report.run import ReportRun

pytestmark = pytest.mark.skipif(not batch.can_fork(), reason="processes are forked on Linux only")

#: What the system is asked for when a folder changes.
CHANGES = ("open", "os.rename", "os.remove", "os.link", "os.truncate")
REPS = [f"rep-{n}" for n in range(4)]


# What must hold of a folder, whatever happened ---------------------------------------------------


def whole(path: Path) -> bool:
    """Tell whether a file of a report can be read to its end."""
    if path.suffix == ".html":
        return path.read_text("utf-8").rstrip().endswith("</html>")
    if path.suffix == ".pdf":
        return len(pypdf.PdfReader(path).pages) > 0
    return bool(nbformat.read(path, 4).cells)


def check(folder: Path) -> int:
    """Check that every file is whole and that every report listed is; return how many are listed."""
    entries = index.read(folder) if folder.is_dir() else []
    for entry in entries:
        assert set(entry["sha256"]) == set(entry["files"])
        for name in entry["files"]:
            assert sha256(folder / name) == entry["sha256"][name], f"{name} is not the one listed"
            assert (folder / name).stat().st_size == entry["bytes"][name]
    for path in folder.glob("own-*"):
        assert whole(path), path
    return len(entries)


def content(folder: Path) -> dict[str, bytes | list]:
    """Return the files of a folder by name; of the manifest all but how long each report took."""
    found: dict[str, bytes | list] = {path.name: path.read_bytes() for path in folder.iterdir()}
    reports = json.loads(found[index.MANIFEST])["reports"]
    found[index.MANIFEST] = [{key: one[key] for key in one if key != "seconds"} for one in reports]
    return found


# Batches, killed ---------------------------------------------------------------------------------


class Driver:
    """A warm process that starts batches."""

    def __init__(self, folder: Path) -> None:
        script = Path(__file__).with_name("kill_driver.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )

    def start(self, out: Path, text: str) -> int:
        order = {"out": str(out), "text": text, "reps": REPS}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def finish(self, out: Path, text: str) -> float:
        """Run a batch to its end and return the seconds that it took."""
        started = time.monotonic()
        gone([self.start(out, text)], 120)
        told = json.loads(Path(f"{out}.outcomes").read_text())
        assert [one for one in told if one[1]] == []
        return time.monotonic() - started


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pids: list[int], seconds: float) -> None:
    until = time.monotonic() + seconds
    while any(map(alive, pids)):
        assert time.monotonic() < until, f"still there after {seconds} s: {[p for p in pids if alive(p)]}"
        time.sleep(0.005)


def children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    one = Driver(tmp_path_factory.mktemp("driver"))
    yield one
    one.process.stdin.close()
    one.process.wait(30)
    one.process.stdout.close()


@pytest.mark.slow
def test_kills_at_random_moments_lose_and_halve_nothing(driver, tmp_path, full, record_property):
    """Half of the time an older edition of each report is there, which a kill must not mix with the new."""
    driver.finish(tmp_path / "old", "older text")
    seconds = driver.finish(tmp_path / "new", "newer text")
    wanted = content(tmp_path / "new")
    draw, count = random.Random(7), Counter()
    for number in range(200 if full else 6):
        out = tmp_path / f"out-{number}"
        if number % 2:
            shutil.copytree(tmp_path / "old", out)
        pid = driver.start(out, "newer text")
        time.sleep(draw.uniform(0, seconds))
        of_child = draw.random() < 0.4
        own = children(pid)
        victim = draw.choice(own) if of_child and own else pid
        if alive(victim):
            os.kill(victim, signal.SIGKILL)
            count["child" if victim != pid else "batch"] += 1
        gone([pid, *own], 60)
        listed = check(out)
        count["reports listed after the kill"] += listed
        count["folders with less than all"] += listed < len(REPS)
        driver.finish(out, "newer text")
        assert check(out) == len(REPS)
        assert content(out) == wanted
        shutil.rmtree(out)
    record_property("kills", dict(count))
    if full:
        sys.stderr.write(f"\n{dict(count)}\n")


# Every step of placing one report ------------------------------------------------------------------


def made(folder: Path, text: str) -> ReportRun:
    """Write the files of a report into a staging folder of its own."""
    aside = folder / ".reports-test.part"
    aside.mkdir(exist_ok=True)
    files = []
    for ending in ("ipynb", "html", "pdf"):
        files.append(aside / f"own-a.{ending}")
        files[-1].write_text(f"{text} {ending}")
    return ReportRun("own-a", "own", {"rep": "a"}, {"client": "A"}, tuple(files))


def state(folder: Path) -> set[str]:
    """Return the words in the files that are listed, and in those that lie there."""
    entries = index.read(folder)
    for entry in entries:
        assert all(sha256(folder / name) == entry["sha256"][name] for name in entry["files"])
    listed = {(folder / name).read_text().split()[0] for entry in entries for name in entry["files"]}
    return listed or {"none"}


def dies_at(step: int, folder: Path, old: str) -> bool:
    """Keep and list a report in a forked process that is gone before its `step`-th change of the folder."""
    pid = os.fork()
    if not pid:
        steps = iter(range(1, step + 1))

        def counting(event: str, arguments: tuple) -> None:
            if event in CHANGES and next(steps, 0) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        run = made(folder, "new")
        journal = Journal(folder)
        sys.addaudithook(counting)
        journal.keep(run)
        journal.fold()
        os._exit(0)
    return os.waitpid(pid, 0)[1] != 0


@pytest.mark.parametrize("old", ["", "old"])
def test_a_crash_at_any_step_of_placing_leaves_the_old_report_or_the_new(old, tmp_path):
    """Never a mixture, never a half one that is listed; and the next run ends in the new one."""
    step, seen = 0, Counter()
    is_dead = True
    while is_dead:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()
        if old:
            Journal(folder).keep(made(folder, "old"))
            Journal(folder).fold()
        is_dead = dies_at(step, folder, old)
        found = state(folder)
        assert len(found) == 1, "a mixture"
        Journal(folder)  # whoever comes next
        after = state(folder)
        assert after in ({"new"}, {old or "none"})
        assert not found & {"new"} or after == {"new"}, "what was listed is lost"
        left = {p.read_text().split()[0] for p in folder.glob("own-a.*")}
        assert left == (after - {"none"}), "files that no list names"
        seen[f"{found} {after}"] += 1
    assert step > 15 and len(seen) >= 3, seen  # before, in the middle (mended) and after


def test_a_crash_whose_staging_folder_is_gone_leaves_no_half_report(tmp_path):
    """Somebody cleaned up: what cannot be completed is removed, and the rest of the folder stays."""
    Journal(tmp_path).keep(made(tmp_path, "old"))
    Journal(tmp_path).fold()
    run = made(tmp_path, "new")
    journal = Journal(tmp_path)
    entry = index.entry(run)
    journal._add({"step": "placing", "name": run.name, "entry": entry, "aside": run.files[0].parent.name})
    place(run.files[:1], tmp_path)
    shutil.rmtree(run.files[0].parent)
    (tmp_path / "mine.txt").write_text("mine")
    assert index.read(tmp_path) == []
    Journal(tmp_path)
    assert index.read(tmp_path) == []
    assert {p.name for p in tmp_path.iterdir()} == {"mine.txt", index.MANIFEST, index.INDEX}
