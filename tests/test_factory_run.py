"""Batches run: written, kept, resumed after a stop, handed over, compared."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from factory_cases import PLAN, ROOT, write_notebook
from rich.console import Console

from salesanalysis.core.errors import CannotWrite, InvalidInput
from salesanalysis.factory import command, show
from salesanalysis.factory.decide import Decision, recorded
from salesanalysis.factory.delivery import Item, packed
from salesanalysis.factory.difference import difference
from salesanalysis.factory.execute import Done, Options
from salesanalysis.factory.figures import figures
from salesanalysis.factory.show_difference import show_difference
from salesanalysis.factory.storage import Store
from salesanalysis.factory.tasks import Task
from salesanalysis.report import notebook
from salesanalysis.report.watch import Limits

STAMPS = ("seconds",)
#: The plan with fewer reports.
FEW = PLAN.replace('"each"\neditions = ["manager", "rep"]', '["R01", "R02"]\neditions = ["manager"]')


@pytest.fixture
def here(plan_place, tmp_path) -> Path:
    """A copy of clients, notebook and plan, to change at will."""
    shutil.copytree(plan_place, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture(scope="module")
def written(plan_place, tmp_path_factory) -> Path:
    """The plan run once; tests that look do not change it, others copy it."""
    folder = tmp_path_factory.mktemp("written")
    shutil.copytree(plan_place, folder, dirs_exist_ok=True)
    assert run(folder) == 0
    return folder


def run(folder: Path, name: str = "plan.toml", **choices) -> int:
    options = Options(2, Limits(60))
    return command.run_plan(folder / name, command.Choices(options, **choices))


def copied(written: Path, folder: Path) -> Path:
    """Copy what was written as if it had been written there."""
    shutil.copytree(written, folder, dirs_exist_ok=True)
    for manifest in folder.rglob("manifest.json"):
        manifest.write_text(manifest.read_text().replace(str(written), str(folder)))
    return folder


def tree(folder: Path) -> dict[str, str]:
    """Return what lies in a delivery, by name: digests, without what differs from run to run."""
    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        if path.name in ("manifest.json", "delivery.json"):
            listed = json.loads(content)
            for entry in listed["reports"]:
                for stamp in STAMPS:
                    entry.pop(stamp, None)
                entry["parameters"].pop("client", None)  # the folder of the test
            content = json.dumps(listed, sort_keys=True).encode()
        if path.name != "log.jsonl":
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(content).hexdigest()
    return found


def events(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "delivery" / "log.jsonl").read_text().splitlines()]


def test_each_client_has_a_folder_and_each_recipient_only_what_is_theirs(written):
    out = written / "delivery"
    assert sorted(p.name for p in out.iterdir()) == [
        *("acme", "beta", "delivery.json", "index.html", "log.jsonl", "recipients"),
    ]
    assert len(list((out / "acme").glob("*.html"))) == 7 and not list(out.rglob("*.ipynb"))
    parcels = {path.name: zipfile.ZipFile(path) for path in (out / "recipients").iterdir()}
    assert len(parcels) == 7
    for name, parcel in parcels.items():
        pages = [parcel.read(n).decode() for n in parcel.namelist() if n.startswith("small")]
        listed = json.loads(parcel.read("manifest.json"))
        assert all(
            hashlib.sha256(parcel.read(f)).hexdigest() == d
            for r in listed["reports"]
            for f, d in r["sha256"].items()
        )
        assert str(written) not in "".join(parcel.read(n).decode() for n in parcel.namelist())
        if name == "north.zip":
            assert len(pages) == 2 and all("manager, en" in page for page in pages)
            assert not any("Secret of R03" in page for page in pages)
        else:
            assert len(pages) == 1 and "rep, en" in pages[0]
    index = (out / "index.html").read_text()
    assert "Ani Wijaya" in index and 'href="recipients/north.zip"' in index and str(written) not in index
    manifest = json.loads((out / "delivery.json").read_text())
    assert len(manifest["reports"]) == 12 and str(written) not in json.dumps(manifest)
    for one in manifest["recipients"]:
        assert hashlib.sha256((out / one["file"]).read_bytes()).hexdigest() == one["sha256"]


def test_the_log_has_one_event_a_line(written):
    found = events(written)
    assert [found[0]["event"], found[-1]["event"]] == ["batch", "ended"]
    finished = [one for one in found if one["event"] == "finished"]
    assert len(finished) == 12 == len([one for one in found if one["event"] == "started"])
    assert all(set(one["inputs"]) >= {"data", "code", "notebook"} and one["sha256"] for one in finished)


def test_only_what_changed_is_written_again(written, tmp_path, capfd):
    copied(written, tmp_path)
    assert run(tmp_path, only_changed=True) == 0
    assert [one["event"] for one in events(tmp_path)].count("finished") == 12
    with (tmp_path / "acme" / "data" / "reps.csv").open("a") as file:
        file.write("R04,Dian,South\n")
    (tmp_path / "delivery" / "beta" / "small-2026-q3-r02-en.html").write_text("changed by hand")
    capfd.readouterr()
    assert run(tmp_path, only_changed=True, dry_run=True) == 0
    told = capfd.readouterr().out
    assert (
        "changed: data" in told and "file changed: small-2026-q3-r02-en.html" in told and "unchanged" in told
    )
    before = tree(written / "delivery")
    assert run(tmp_path, only_changed=True) == 0
    assert [one["event"] for one in events(tmp_path)].count("finished") == 12 + 6 + 1
    after = tree(tmp_path / "delivery")
    assert after["beta/small-2026-q3-r02-en.html"] == before["beta/small-2026-q3-r02-en.html"]


def test_a_failing_report_is_told_and_the_others_go_on(here, capfd):
    (here / "plan.toml").write_text(FEW + "\n[clients.acme.reports.small]\nparameters = { times = 13 }\n")
    assert run(here) == 1
    said = capfd.readouterr().err
    assert "thirteen brings bad luck" in said and "Failed" in said and "cell" in said
    failed = [one for one in events(here) if one["event"] == "failed"]
    assert len(failed) == 1 and {one["rep"] for one in failed} == {"R02"}
    assert not list((here / "delivery" / "acme").glob("*r02*"))
    assert "1 not written" in (here / "delivery" / "index.html").read_text()


def test_data_that_cannot_be_read_stop_one_client_only(here, capfd):
    (here / "plan.toml").write_text(FEW)
    (here / "beta" / "data" / "reps.csv").unlink()
    assert run(here, dry_run=True) == 1
    said = capfd.readouterr()
    assert "Not read" in said.err and "beta" in said.err
    assert said.out.count("acme") == 3 and "beta" not in said.out


@pytest.mark.slow
def test_a_killed_batch_is_resumed_to_the_same_bytes(written, here):
    order = [sys.executable, "-m", "salesanalysis", "batch", "plan.toml", "--jobs", "1"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(order, cwd=here, env=env, stderr=subprocess.DEVNULL)
    log = here / "delivery" / "log.jsonl"
    until = time.monotonic() + 120
    while time.monotonic() < until and not (log.exists() and log.read_text().count('"finished"') >= 5):
        time.sleep(0.02)
    process.kill()
    process.wait(timeout=60)
    before = log.read_text().count('"finished"')
    assert 5 <= before < 12
    assert run(here, resume=True) == 0
    assert log.read_text().count('"finished"') <= 12 + 1, "what was whole was written again"
    assert tree(here / "delivery") == tree(written / "delivery")


def test_a_batch_that_is_stopped_says_how_to_go_on(here, capfd, monkeypatch):
    def stopped(plan, wanted, options, watch):
        yield Done(wanted[0], problem="no")
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "run_here", stopped)
    assert run(here) == 130
    said = capfd.readouterr().err
    assert "0 of 12 reports written, none half-written." in said and "--resume" in said
    assert events(here)[-1]["event"] == "interrupted"
    assert not (here / "delivery" / "index.html").exists()


@pytest.mark.slow
def test_reports_are_compared_by_cause_and_figure(written, tmp_path, capsys):
    copied(written, tmp_path)
    assert [c.kind for c in difference(written / "delivery/acme", tmp_path / "delivery/acme")] == ["same"] * 6
    (tmp_path / "plan.toml").write_text(PLAN + "\n[clients.acme.reports.small]\nparameters = { times = 8 }\n")
    with (tmp_path / "acme" / "data" / "reps.csv").open("a") as file:
        file.write("R04,Dian,South\n")
    write_notebook(tmp_path / "small.ipynb", "value = 10 * times")
    assert run(tmp_path) == 0
    found = difference(written / "delivery/acme", tmp_path / "delivery/acme")
    assert {c.kind for c in found} == {"changed"}
    assert found[0].because == ("data", "definition")
    assert found[0].details == (
        "data",
        "times: 7 → 8" if "times: 7" in found[0].details[1] else "times: default → 8",
        "notebook",
    )
    assert ("Figures › R01 › value", "21", "80") in found[0].figures
    capsys.readouterr()
    assert show_difference(written / "delivery/acme", tmp_path / "delivery/acme") == 1
    told = capsys.readouterr().out
    assert "data, definition" in told and "6 changed" in told
    with pytest.raises(InvalidInput, match="no manifest"):
        difference(written, tmp_path)


def test_figures_of_a_page_are_found_by_place():
    page = (
        "<title>x</title><h2>KPIs</h2><p>So <b>many</b> calls.</p><table><thead><tr><th>KPI</th><th>now</th>"
        "<th>goal</th></tr></thead><tbody><tr><th>Calls</th><td>7<svg><text>no</text></svg></td><td>9</td></tr>"
        "<tr><td>Calls</td><td>8</td><td>–</td></tr></tbody></table><script>no()</script>"
    )
    found = figures(page)
    assert found["KPIs › Calls › now"] == "7" and found["KPIs › Calls › now (2)"] == "8"
    assert "So many calls." in found.values() and "no" not in "".join(found.values())


def test_parcels_are_the_same_bytes_and_a_changed_file_is_not_handed_over(written, tmp_path):
    shutil.copytree(written / "delivery" / "acme", tmp_path / "acme")
    report = notebook.find(str(written / "small.ipynb"))
    entries = recorded(str(tmp_path / "acme"))
    items = [Item(Task("acme", report, {}, ("html",)), e, str(tmp_path / "acme")) for e in entries]
    first = packed("Small", "Dewi", items, {})
    os.utime(tmp_path / "acme" / entries[0]["files"][0], (0, 0))
    assert packed("Small", "Dewi", items, {}) == first
    assert all(
        info.date_time == (1980, 1, 1, 0, 0, 0) for info in zipfile.ZipFile(io.BytesIO(first)).infolist()
    )
    (tmp_path / "acme" / entries[0]["files"][0]).write_text("other")
    with pytest.raises(InvalidInput, match="is not the file that was written"):
        packed("Small", "Dewi", items, {})


@pytest.mark.slow
def test_notebooks_are_handed_over_only_on_request_and_without_places(here):
    text = FEW.replace('out = "delivery"', 'out = "delivery"\nnotebooks = true').replace(', "R02"', "")
    (here / "plan.toml").write_text(text)
    assert run(here) == 0
    parcel = zipfile.ZipFile(here / "delivery" / "recipients" / "north.zip")
    (name,) = [n for n in parcel.namelist() if n.endswith(".ipynb")]
    content = parcel.read(name).decode()
    assert "Secret of R01" in content
    assert str(here) not in content and sys.executable not in content


@pytest.mark.slow
def test_a_folder_elsewhere_gets_the_same_reports(written, here):
    pytest.importorskip("fsspec")
    source = Store("memory://factory-test/acme")
    for file in sorted(p for p in (here / "acme").rglob("*") if p.is_file()):
        source.write(file.relative_to(here / "acme").as_posix(), file.read_bytes())
    text = PLAN.replace('out = "delivery"', 'out = "memory://factory-test/out"')
    (here / "plan.toml").write_text(text.replace('folder = "acme"', 'folder = "memory://factory-test/acme"'))
    assert run(here) == 0
    there = Store("memory://factory-test/out")
    local = written / "delivery"
    assert there.names("acme") == sorted(p.name for p in (local / "acme").iterdir())
    assert there.names("recipients") == sorted(p.name for p in (local / "recipients").iterdir())
    for name in ("acme/small-2026-q3-r01-en.html", "recipients/north.zip", "index.html"):
        assert there.read(name) == (local / name).read_bytes(), name
    assert run(here, only_changed=True) == 0
    log = there.read("log.jsonl").decode()
    assert log.count('"finished"') == 12 and log.count('"kept"') == 12


def test_a_cluster_that_does_not_answer_is_told(here, monkeypatch):
    pytest.importorskip("distributed")
    from salesanalysis.factory import cluster

    monkeypatch.setattr(cluster, "PATIENCE", "1s")
    with pytest.raises(InvalidInput, match="No Dask scheduler answers"):
        cluster.connected("tcp://127.0.0.1:1")


def test_progress_says_rate_and_time_left(written):
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    task = Task("acme", notebook.find(str(written / "small.ipynb")), {"rep": "R01"}, label="Ani")
    progress = show.Progress(console, 10, 3)
    with progress.shown():
        progress.ended(Done(task, {"name": "a", "files": [], "seconds": {"execute": 1.0}}))
        progress.watch([])
    said = console.file.getvalue()
    assert "1 of 10" in said and "3 unchanged" in said and "left" in said and "a minute" in said


def test_a_folder_that_goes_away_while_the_batch_runs_is_a_failure_and_not_a_wrong_plan(here, monkeypatch):
    def gone(self):
        shutil.rmtree(here / "delivery")
        yield from [Done(self.wanted[0], problem="Its folder has gone away.", kind="failed")]
        raise CannotWrite("Folder 'delivery' cannot be opened.")

    monkeypatch.setattr(command.Batch, "_runs", lambda self, watch: gone(self))
    assert run(here) == 1
    monkeypatch.setattr(command.Batch, "_runs", lambda self, watch: (_ for _ in ()).throw(CannotWrite("No.")))
    with pytest.raises(CannotWrite, match="No"):  # nothing was started
        run(here)


@pytest.mark.parametrize("width", [60, 80])
def test_tables_fit_narrow_screens_without_breaking_words(plan_place, width):
    report = notebook.find(str(plan_place / "small.ipynb"))
    tasks = [Task("PT Sinar Abadi Sentosa", report, {"rep": who}, label=who) for who in ("Ani", "Budi")]
    decisions = [Decision(task, True, "everything was asked for") for task in tasks]
    ended = [Done(tasks[0], {"name": "a", "files": [], "seconds": {"execute": 1.0}}), Done(tasks[1])]
    console = Console(file=io.StringIO(), width=width)
    console.print(show.summary(decisions, ended))
    console.print(show.plan_table(decisions))
    said = console.file.getvalue()
    assert said.count("Sentosa") == 4 and said.count("small") == 4  # each row of each table
    assert "written" in said and "failed" in said and "not made" not in said and "language" not in said


@pytest.mark.slow
def test_the_coaching_report_of_the_sample_is_written_packed_and_kept(tmp_path):
    (tmp_path / "plan.toml").write_text(
        'period = "2026-Q3"\nlanguages = ["id"]\n[[reports]]\nreport = "coaching"\nrep = ["Bagas Prakoso"]\n'
        'editions = ["rep"]\n[clients.demo]\nfolder = "sample"\n'
        '[recipients."Bagas"]\nclients = ["demo"]\neditions = ["rep"]\nreps = ["Bagas Prakoso"]\n'
    )
    assert run(tmp_path) == 0
    parcel = zipfile.ZipFile(tmp_path / "delivery" / "recipients" / "bagas.zip")
    endings = sorted(name.rsplit(".", 1)[-1] for name in parcel.namelist())
    assert endings == ["html", "html", "json", "pdf"]
    before = tree(tmp_path / "delivery")
    assert run(tmp_path, only_changed=True) == 0
    assert events(tmp_path)[-1]["written"] == 0 and tree(tmp_path / "delivery") == before
