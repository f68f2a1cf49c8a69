"""Folders of reports: full, forbidden or gone; with leftovers of killed batches; shared by many."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import time
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

import pytest
from kill_driver import write_notebook

from salesanalysis.core import files as core_files
from salesanalysis.core.errors import CannotWrite
from salesanalysis.core.files import locked, sha256, try_lock, write_whole
from salesanalysis.report import batch, index, kernel, notebook, owner, placing, run
from salesanalysis.report.batch import Job
from salesanalysis.report.journal import Journal

pytestmark = pytest.mark.skipif(not batch.can_fork(), reason="processes are forked on Linux only")

REPS = ("ani", "budi", "citra")


@pytest.fixture(autouse=True)
def cold(monkeypatch):
    """These cells need a shell and the exporter, none of the analyses that a batch warms up."""
    monkeypatch.setattr(batch, "warm", lambda: None)
    import_module("salesanalysis.report.export")
    kernel.rehearse()


@pytest.fixture
def own(tmp_path) -> notebook.Report:
    cells = ('client: str = "sample"\nrep: str = ""  # who', "print(rep * 1000)")
    return notebook.find(str(write_notebook(tmp_path / "own.ipynb", cells)))


def jobs(report: notebook.Report, reps: tuple[str, ...] = REPS, **more: str) -> list[Job]:
    return [Job(report, {"rep": rep, **more}) for rep in reps]


def run_all(found: list[Job], out: Path) -> dict[str, batch.Outcome]:
    told = batch.run_batch(found, out=out, to=("html",), workers=2)
    return {one.job.parameters["rep"]: one for one in told}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def wanted(reps: tuple[str, ...] = REPS) -> set[str]:
    return {f"own-{rep}.{end}" for rep in reps for end in ("ipynb", "html")} | {"manifest.json", "index.html"}


def made(folder: Path, name: str, words: str, **more: object) -> run.ReportRun:
    """Write the one file of a report into a staging folder of its own, and of this process's own."""
    aside = folder / f".reports-{name}-{os.getpid()}.part"
    aside.mkdir(exist_ok=True)
    (aside / f"{name}.html").write_text(words)
    facts = {"client": more.pop("client", "A")}
    return run.ReportRun(name, "own", more, facts, (aside / f"{name}.html",))


# A disk that does not do what it is asked to ------------------------------------------------------


def test_a_full_disk_fails_the_reports_that_do_not_fit_and_lists_the_others(own, tmp_path):
    """On a real file system of a size that not all of three reports fit into."""
    out = tmp_path / "small"
    out.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(out)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk can only be mounted by root")
    try:
        (out / "filler").write_bytes(b"x" * 1_300_000)
        told = run_all(jobs(own), out)
        failed = [one for one in told.values() if one.run is None]
        assert failed and len(failed) < 3, told
        for one in failed:
            assert "No space left on device" in one.problem and one.kind == "failed"
        entries = index.read(out)
        assert len(entries) == 3 - len(failed)
        assert all(sha256(out / n) == one["sha256"][n] for one in entries for n in one["files"])
        assert {n for n in names(out) if n.startswith("own-")} == {n for one in entries for n in one["files"]}
        (out / "filler").unlink()
        assert all(one.run for one in run_all(jobs(own), out).values())
        assert names(out) == wanted()
    finally:
        subprocess.run(["umount", "-l", str(out)], check=True)


@pytest.mark.parametrize("call", ["write", "fsync", "replace", "link"])
@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EACCES, errno.EIO, errno.EROFS])
def test_whatever_the_disk_refuses_the_older_report_stays_whole(call, reason, tmp_path, monkeypatch):
    """Each call fails once, at its first, second, … use; the report is the old one or the new one."""
    for number in range(4):
        folder = tmp_path / str(number)
        folder.mkdir()
        Journal(folder).keep(made(folder, "a", "old words"))
        Journal(folder).fold()
        new = made(folder, "a", "new words")
        journal, count, real = Journal(folder), iter(range(100)), getattr(os, call)

        def failing(*arguments, real=real, count=count, number=number, **more):
            if next(count) == number:
                raise OSError(reason, os.strerror(reason))
            return real(*arguments, **more)

        monkeypatch.setattr(os, call, failing)
        try:
            journal.keep(new)
            expected = "new words"
        except CannotWrite as error:
            assert os.strerror(reason) in str(error)
            expected = "old words"
        monkeypatch.setattr(os, call, real)
        assert (folder / "a.html").read_text() == expected
        Journal(folder).fold()
        (entry,) = index.read(folder)
        assert entry["sha256"]["a.html"] == sha256(folder / "a.html")


def test_a_folder_without_the_right_to_write_is_refused_before_anything_runs(own, tmp_path):
    out = tmp_path / "out"
    out.mkdir(mode=0o555)
    if os.access(out, os.W_OK):  # root may write anywhere
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(out)], capture_output=True)
        if mount.returncode:
            pytest.skip("this user may write everywhere")
    try:
        with pytest.raises(CannotWrite, match=r"cannot be written|Read-only"):
            run_all(jobs(own), out)
        assert not list(out.iterdir())
    finally:
        subprocess.run(["umount", "-l", str(out)], capture_output=True)


def test_a_folder_that_vanishes_in_the_middle_is_told_and_nothing_is_made_up(own, tmp_path):
    out = tmp_path / "out"
    told = []
    with pytest.raises(CannotWrite, match="cannot be opened: No such file"):
        for one in batch.run_batch(jobs(own, tuple("abcdef")), out=out, to=("html",), workers=1):
            told.append(one)
            if len(told) == 2:
                shutil.rmtree(out)
    assert [one.run is None for one in told] == [False, False, True, True, True, True]
    assert all("out' has gone away" in one.problem or "No such file" in one.problem for one in told[2:])
    assert not out.exists()


def test_the_list_is_brought_up_to_date_by_the_next_run(tmp_path, monkeypatch):
    """Reports are placed, and then there is no room for the manifest."""
    journal = Journal(tmp_path)
    journal.keep(made(tmp_path, "a", "words"))
    monkeypatch.setattr(
        core_files.os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left"))
    )
    with pytest.raises(CannotWrite, match="No space left"):
        journal.fold()
    monkeypatch.undo()
    assert [one["name"] for one in index.read(tmp_path)] == ["a"]
    assert not (tmp_path / "manifest.json").exists()
    Journal(tmp_path).fold()
    assert json.loads((tmp_path / "manifest.json").read_text())["reports"][0]["name"] == "a"
    assert not (tmp_path / index.JOURNAL).exists()


def test_a_line_cut_short_in_the_journal_is_no_line(tmp_path):
    journal = Journal(tmp_path)
    journal.keep(made(tmp_path, "a", "words"))
    with (tmp_path / index.JOURNAL).open("ab") as file:
        file.write(b'\n{"step": "placing", "name": "b", "ent')
    journal.keep(made(tmp_path, "c", "words"))
    assert [one["name"] for one in index.read(tmp_path)] == ["a", "c"]


def test_a_journal_from_elsewhere_touches_nothing_outside_the_folder(tmp_path):
    out, mine = tmp_path / "out", tmp_path / "mine.html"
    out.mkdir()
    mine.write_text("mine")
    for name, words in (("../mine.html", "mine"), ("b.html", "none")):
        entry = {"name": name, "files": [name], "sha256": {name: sha256(mine)}, "parameters": {}}
        line = {"step": "placing", "name": name, "entry": entry, "aside": "../.."}
        with (out / index.JOURNAL).open("a") as file:
            file.write(json.dumps(line) + "\n" + json.dumps({"step": "placing", "name": words}) + "\n[1]\n")
    Journal(out)
    assert mine.read_text() == "mine" and index.read(out) == []


# What killed batches left ----------------------------------------------------------------------------


def test_leftovers_go_with_the_next_batch_and_what_lives_stays(own, tmp_path):
    out = tmp_path / "out"
    for name in (".reports-dead.part", ".reports-bare.part", ".reports-alive.part", ".mine.part"):
        (out / name).mkdir(parents=True)
        (out / name / "a.html").write_text("half")
    for name in (".reports-dead.part", ".reports-alive.part"):
        (out / name / placing.MARK).touch()
    halves = (".manifest.json-x.part", ".index.html-x.part", ".notes.txt-x.part")
    for name in halves:
        (out / name).write_text("half")
    with (out / ".reports-alive.part" / placing.MARK).open("r+") as mark:
        assert try_lock(mark.fileno())
        run_all(jobs(own), out)
        assert names(out) == wanted() | {".reports-alive.part", ".mine.part", halves[2]}
    run_all(jobs(own), out)
    assert names(out) == wanted() | {".mine.part", halves[2]}


# Several batches, several clients ---------------------------------------------------------------------


def keep_many(folder: str, first: int) -> None:
    journal = Journal(Path(folder))
    for number in range(first, first + 25):
        journal.keep(made(Path(folder), f"r{number:02}", f"words of {os.getpid()}"))
    journal.fold()


def test_batches_at_the_same_time_keep_all_reports_of_both(tmp_path):
    """Ten names are written by both; each is the whole report of one of them."""
    context = get_context("fork")
    both = [context.Process(target=keep_many, args=(str(tmp_path), first)) for first in (0, 15)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
        assert one.exitcode == 0
    entries = index.read(tmp_path)
    assert [one["name"] for one in entries] == [f"r{n:02}" for n in range(40)]
    for one in entries:
        assert one["sha256"] == {f"{one['name']}.html": sha256(tmp_path / f"{one['name']}.html")}
    assert len(json.loads((tmp_path / "manifest.json").read_text())["reports"]) == 40
    assert not (tmp_path / index.JOURNAL).exists()


def test_whoever_waits_too_long_for_a_folder_is_told(tmp_path):
    asked = locked(tmp_path, patience=0.05)
    with locked(tmp_path), pytest.raises(CannotWrite, match="Another run has been writing"), asked:
        pass
    with locked(tmp_path, patience=0.05):
        assert not list(tmp_path.iterdir())


def test_two_clients_never_share_a_folder(own, tmp_path):
    for name in ("acme", "bayu"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "client.toml").write_text(f'name = "PT {name.title()}"\n')
    acme, bayu = str(tmp_path / "acme"), str(tmp_path / "bayu")
    out = tmp_path / "out"
    assert all(one.run for one in run_all(jobs(own, client=acme), out).values())
    before = {name: (out / name).read_bytes() for name in names(out)}
    with pytest.raises(CannotWrite) as refused:
        run_all(jobs(own, client=bayu), out)
    assert acme in str(refused.value) and bayu in str(refused.value) and "--out" in str(refused.value)
    with pytest.raises(CannotWrite, match=r"would hold reports of .*acme and of .*bayu"):
        run_all([*jobs(own, client=acme), *jobs(own, client=bayu)], tmp_path / "both")
    assert {name: (out / name).read_bytes() for name in names(out)} == before
    apart = [
        Job(own, {"rep": "ani", "client": place}, folder=name)
        for name, place in (("acme", acme), ("bayu", bayu))
    ]
    list(batch.run_batch(apart, out=tmp_path / "apart", to=("html",)))
    for name in ("acme", "bayu"):
        assert names(tmp_path / "apart" / name) == wanted(("ani",))
    (tmp_path / "acme").rename(tmp_path / "moved")  # the same client, elsewhere
    assert all(one.run for one in run_all(jobs(own, client=str(tmp_path / "moved")), out).values())


def test_when_nobody_says_where_a_second_client_gets_a_folder_of_its_own(own, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    acme, bayu = tmp_path / "acme", tmp_path / "PT Bayu"
    for place in (acme, bayu):
        place.mkdir()
        (place / "client.toml").write_text('name = "PT"\n')
    assert owner.folder_for({"client": "acme"}) == Path("reports")
    run_all(jobs(own, client=str(acme)), Path("reports"))
    assert owner.folder_for({"client": "acme/client.toml"}) == Path("reports")
    assert owner.folder_for({"client": str(bayu)}) == Path("reports/pt-bayu")
    assert owner.folder_for({"client": "sample"}) == Path("reports/sample")


def test_the_report_of_another_client_is_never_replaced(tmp_path):
    """Where settings do not tell, the client's name in the report does."""
    journal = Journal(tmp_path)
    journal.keep(made(tmp_path, "a", "of acme", client="PT Acme", source="exports/acme"))
    with pytest.raises(CannotWrite, match=r"holds a of PT Acme .*; this one is of PT Bayu"):
        journal.keep(made(tmp_path, "a", "of bayu", client="PT Bayu", source="exports/bayu"))
    assert (tmp_path / "a.html").read_text() == "of acme"
    journal.keep(made(tmp_path, "a", "of acme again", client="PT Acme", source="exports/acme"))
    assert (tmp_path / "a.html").read_text() == "of acme again"


# Small things ------------------------------------------------------------------------------------------


def test_the_same_input_gives_the_same_bytes(own, tmp_path):
    for name in ("one", "two"):
        run_all(jobs(own), tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        if path.name != "manifest.json":
            assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_a_fingerprint_of_the_inputs_goes_into_the_manifest(own, tmp_path):
    list(
        batch.run_batch([Job(own, {"rep": "ani"}, fingerprint="abc123")], out=tmp_path / "out", to=("html",))
    )
    (entry,) = index.read(tmp_path / "out")
    assert entry["inputs"] == "abc123" and set(entry["seconds"]) == {"execute", "html"}


def test_lists_of_five_thousand_reports_cost_little(tmp_path):
    """Keeping the list up to date takes a small share of a batch, however long the list is."""
    journal = Journal(tmp_path)
    template = index.entry(made(tmp_path, "a", "words"))
    journal.entries = {f"r{n:04}": template | {"name": f"r{n:04}"} for n in range(5000)}
    index.write(tmp_path, journal.entries.values())
    journal._seen = journal._state()
    started = time.process_time()
    for number in range(50):
        journal.keep(made(tmp_path, f"n{number}", "words"))
    assert time.process_time() - started < 3
    assert len(index.read(tmp_path)) == 5050


def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    said = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *a, name=name, real=real: said.append(name) or real(*a))
    write_whole(tmp_path / "a.txt", b"text")
    assert said == ["fsync", "replace", "fsync"]
