"""A cluster or a store that goes away in the middle: what is whole stays, one message says what to do."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from factory_cases import PLAN, ROOT, write_client, write_notebook

from salesanalysis.core.errors import CannotWrite, InvalidInput
from salesanalysis.core.files import sha256
from salesanalysis.factory import cluster, execute, putting, storage
from salesanalysis.factory.putting import BatchStopped, Listing
from salesanalysis.factory.storage import Store
from salesanalysis.factory.tasks import Task
from salesanalysis.report import notebook

#: Two reports of one client.
TWO = (
    PLAN.partition("[clients.beta]")[0]
    .replace('"each"', '["R01", "R02"]')
    .replace('"manager", "rep"', '"rep"')
)
BATCH = [sys.executable, "-m", "salesanalysis", "batch", "plan.toml"]
START = """\
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    made = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", scheduler_port=0)
    print(made.scheduler_address, *(one.process.pid for one in made.workers.values()), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def here(tmp_path) -> Path:
    """A client, a cheap notebook that takes its time, and a plan of two reports."""
    write_notebook(tmp_path / "small.ipynb")
    write_client(tmp_path / "acme", "PT Acme")
    plan(tmp_path, pause=4)
    return tmp_path


def plan(folder: Path, out: str = "delivery", pause: float = 0) -> None:
    text = TWO.replace('"delivery"', f'"{out}"').replace(
        "[clients", f"parameters = {{ pause = {pause} }}\n[clients"
    )
    (folder / "plan.toml").write_text(text)


def started(folder: Path, *more: str, **env: str) -> subprocess.Popen[str]:
    whole = {**os.environ, "PYTHONPATH": str(ROOT), **env}
    pipe = subprocess.PIPE
    return subprocess.Popen([*BATCH, *more], cwd=folder, env=whole, stdout=pipe, stderr=pipe, text=True)


def until(what, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


def count(folder: Path, event: str) -> int:
    log = folder / "delivery" / "log.jsonl"
    return log.read_text().count(f'"event": "{event}"') if log.exists() else 0


# Dask -----------------------------------------------------------------------------------------


@contextmanager
def two_workers(folder: Path):
    """Give a cluster of two worker processes: its process, its address, the numbers of the workers."""
    (folder / "start.py").write_text(START)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [sys.executable, "start.py"], cwd=folder, env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    )
    try:
        address, *workers = process.stdout.readline().split()
        yield process, address, [int(one) for one in workers]
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
def test_a_lost_worker_costs_time_and_a_lost_scheduler_stops_the_batch(here):
    pytest.importorskip("distributed")
    with two_workers(here) as (process, address, workers):
        batch = started(here, "--cluster", address)
        until(lambda: count(here, "started") == 2)
        os.kill(workers[0], signal.SIGKILL)
        said = batch.communicate(timeout=200)[1]
        assert batch.returncode == 0, said
        assert count(here, "finished") == 2 and "Traceback" not in said
        out = here / "delivery" / "acme"
        entries = json.loads((out / "manifest.json").read_text())["reports"]
        assert len(entries) == 2
        assert all(sha256(out / name) == digest for one in entries for name, digest in one["sha256"].items())

        before = (out / "manifest.json").read_bytes()
        pages = {path.name: path.read_bytes() for path in out.glob("small*")}
        plan(here, pause=30)
        batch = started(here, "--cluster", address)
        until(lambda: count(here, "started") == 4)
        process.kill()
        killed = time.monotonic()
        said = batch.communicate(timeout=100)[1]
        assert time.monotonic() - killed < 60, "it hung"
        assert batch.returncode == 1
        assert "The scheduler of the cluster has gone" in said and "Start it and its workers again" in said
        assert "0 of 2 reports written, none half-written" in said and "--resume" in said
        assert "Traceback" not in said and "distributed" not in said
        assert (out / "manifest.json").read_bytes() == before, "the older reports are listed as before"
    plan(here)
    batch = started(here, "--resume")
    assert batch.communicate(timeout=200) and batch.returncode == 0
    assert count(here, "finished") == 4
    assert {path.name: path.read_bytes() for path in out.glob("small*")} == pages, "as on one machine"


def test_reports_of_one_client_go_together_and_all_cores_get_some():
    tasks = [Task(client, notebook.find("goals"), {}) for client in ("acme", "beta") for _ in range(5)]
    assert cluster.chunks(tasks, 1) == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]
    assert cluster.chunks(tasks, 2) == [[0, 1, 2], [3, 4], [5, 6, 7], [8, 9]]
    assert cluster.chunks(tasks[:1] * 100, 2)[0] == list(range(cluster.CHUNK))


class Future:
    def __init__(self, status: str, error: Exception | None = None) -> None:
        self.status, self._error = status, error

    def exception(self) -> Exception | None:
        return self._error


def test_what_became_of_a_future_is_told_in_plain_words():
    class KilledWorker(Exception):
        """Named as Dask names it."""

    with pytest.raises(BatchStopped, match="The scheduler of the cluster has gone"):
        cluster._results(Future("cancelled"), [1])
    (told,) = cluster._results(Future("error", KilledWorker("x")), [1])
    assert told["number"] == 1 and "died again and again" in told["problem"] and told["entry"] is None
    (told,) = cluster._results(Future("error", ValueError("password=geheim")), [2])
    assert "Its worker failed: password=***." in told["problem"]


def test_a_cluster_without_workers_is_not_waited_for_for_ever(monkeypatch):
    class Client:
        scheduler = type("S", (), {"address": "tcp://host:8786"})
        workers = 1

        def scheduler_info(self, n_workers):
            return {"workers": dict.fromkeys(range(self.workers))}

    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    run = cluster._Run(None, [], Client())
    for moment in (30, 100, 150):
        now[0] = moment
        run._look_for_workers()
    Client.workers = 0
    now[0] = 200
    run._look_for_workers()
    now[0] = 211
    with pytest.raises(BatchStopped, match=r"no worker for 60 seconds.*dask worker tcp://host:8786"):
        run._look_for_workers()


# Stores ---------------------------------------------------------------------------------------


class Refused(Exception):
    """What a store's library raises; as botocore's, no OSError."""


def test_what_a_library_of_a_store_raises_becomes_one_plain_sentence(monkeypatch):
    monkeypatch.setenv("STORE_SECRET", "very-secret-key")
    store = Store("memory://refused")
    for words, remedy in (
        ("Unable to locate credentials for very-secret-key", "never in the address"),
        ("Could not connect to the endpoint", "can be reached"),
        ("The specified bucket does not exist", "Make it first"),
        ("quota", "Free space"),
    ):
        for name, verb in (("cat_file", "read"), ("pipe_file", "write"), ("isfile", "has")):

            def refuse(*_, words=words, **__):
                raise Refused(words)

            with monkeypatch.context() as patch:
                patch.setattr(type(store._system), name, refuse)
                with pytest.raises((CannotWrite, InvalidInput)) as told:
                    store.write("a", b"") if verb == "write" else getattr(store, verb)("a")
            assert "memory://refused/a" in str(told.value) and remedy in str(told.value)
            assert "very-secret-key" not in str(told.value)


def test_a_missing_package_is_named():
    for address, package in (("gs://bucket/x", "gcsfs"), ("sftp://host/x", "paramiko")):
        try:
            __import__(package)
        except ImportError:
            with pytest.raises(InvalidInput, match=f"pip install {package}"):
                Store(address)


def test_an_upload_that_fails_fails_its_report_and_three_in_a_row_stop_the_batch(monkeypatch, tmp_path):
    tasks = [Task("acme", notebook.find("goals"), {"rep": str(n)}) for n in range(6)]
    bad = {"1", "3", "4", "5"}

    def made(plan, wanted, options, watch, place):
        for one in wanted:
            yield execute.Done(one, {"name": one.parameters["rep"], "files": []})

    def put(folder, store, entry):
        if entry["name"] in bad:
            raise CannotWrite(f"Cannot write {entry['name']}.")

    listed = {}
    monkeypatch.setattr(execute, "_in_place", made)
    monkeypatch.setattr(execute, "put", put)
    monkeypatch.setattr(putting, "list_reports", lambda place, new: listed.setdefault(place, []).extend(new))
    found = []
    with pytest.raises(BatchStopped, match="3 reports in a row"):
        for one in execute._elsewhere(None, tasks, None, None, ("memory://x", "{client}")):
            found.append(one)
    assert [one.entry is not None for one in found] == [True, False, True, False, False, False]
    assert found[1].problem == "Cannot write 1."
    assert [one["name"] for one in listed["memory://x/acme"]] == ["0", "2"]


def test_lists_that_cannot_be_written_at_the_end_are_told(monkeypatch):
    def refuse(place, new):
        raise CannotWrite("No room.")

    monkeypatch.setattr(putting, "list_reports", refuse)
    with pytest.raises(BatchStopped, match="No room"), Listing().kept() as listing:
        listing.add("memory://x", {"name": "a"})


def test_a_folder_by_its_address_of_files(tmp_path):
    store = Store(f"file://{tmp_path}/out")
    store.write("a/b.txt", b"text")
    assert (tmp_path / "out" / "a" / "b.txt").read_text() == "text" and store.names("a") == ["b.txt"]
    assert [p.name for p in (tmp_path / "out" / "a").iterdir()] == ["b.txt"], "nothing is left aside"
    store.append("a/b.txt", b" more")
    assert Store(f"file://{tmp_path}/out").read("a/b.txt") == b"text more" and storage.is_remote(store.place)


@contextmanager
def s3():
    """Give the environment of a store that speaks as S3 does, on this machine, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    order = [sys.executable, "-m", "moto.server", "-p", str(port)]
    process = subprocess.Popen(order, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answers() -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", port)) == 0

    try:
        until(answers, 60)
        yield (
            process,
            {
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
                "AWS_ACCESS_KEY_ID": "example-identity",
                "AWS_SECRET_ACCESS_KEY": "example-very-secret-key",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_MAX_ATTEMPTS": "1",
            },
        )
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_a_real_store_gets_whole_reports_and_one_that_goes_away_is_told(here, monkeypatch):
    s3fs = pytest.importorskip("s3fs")
    pytest.importorskip("moto")
    with s3() as (process, env):
        plan(here, "s3://reports/september")
        batch = started(here, **env)
        said = batch.communicate(timeout=100)[1]
        assert batch.returncode == 2 and "bucket does not exist. Make it first" in said, said
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        there = s3fs.S3FileSystem(endpoint_url=env["AWS_ENDPOINT_URL"], skip_instance_cache=True)
        there.mkdir("reports")
        batch = started(here, **env)
        assert batch.communicate(timeout=100) and batch.returncode == 0
        names = [name.removeprefix("reports/september/") for name in there.find("reports")]
        assert [name for name in names if "/" not in name] == ["delivery.json", "index.html", "log.jsonl"]
        manifest = json.loads(there.cat_file("reports/september/acme/manifest.json"))
        assert len(manifest["reports"]) == 2 and str(here) not in json.dumps(manifest)
        batch = started(here, "--only-changed", **env)
        said = batch.communicate(timeout=100)[1]
        assert batch.returncode == 0 and "[1/" not in said

        plan(here, "s3://reports/september", pause=3)
        batch = started(here, "--jobs", "1", **env)
        key = "reports/september/acme/small-2026-q3-r01-rep-edition-en.html"
        first = there.info(key)["LastModified"]
        until(lambda: there.info(key, refresh=True)["LastModified"] > first)
        process.kill()
        said = batch.communicate(timeout=200)[1]
        assert batch.returncode == 1
        assert "Cannot write s3://reports/september/" in said and "can be reached from here" in said
        # What was put before may have been listed in time, then only the second report and the parcels fail.
        assert "1 of 2 reports written" in said or "Failed  acme: small Budi" in said
        assert "Traceback" not in said
        assert "example-very-secret-key" not in said
