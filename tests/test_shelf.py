"""The shelf: computed once by whoever asks first, known by all it depends on, the same as without it."""

from __future__ import annotations

import multiprocessing as mp
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import pandas as pd
import pytest
import tiny

import salesanalysis as sa
from salesanalysis.core import shelf
from salesanalysis.core.period import Period

FORK = pytest.mark.skipif("fork" not in mp.get_all_start_methods(), reason="needs fork")


@pytest.fixture(scope="module")
def crm():
    return sa.load(tiny.tables())


@dataclass(frozen=True)
class Found:
    """What a computation returns: a frame, and references to whose data it is."""

    table: pd.DataFrame
    client: object
    crm: object
    words: MappingProxyType


def found(crm) -> Found:
    table = pd.DataFrame({"a": [0.1 + 0.2, None], "b": ["x", None], "on": [date(2026, 1, 1), None]})
    return Found(table, crm.client, crm, MappingProxyType({"a": 1}))


def fresh(crm):
    """Return the same data as another process would hold it: nothing in memory."""
    return replace(crm)


def test_a_result_comes_back_as_it_was_and_with_the_asker_s_own_data(crm, tmp_path):
    with shelf.shared(tmp_path):
        first = shelf.kept(crm, "t.exact", (), lambda: found(crm))
        other = fresh(crm)
        again = shelf.kept(other, "t.exact", (), lambda: pytest.fail("computed twice"))
    pd.testing.assert_frame_equal(again.table, first.table, check_exact=True)
    assert again.table["a"][0] == 0.1 + 0.2 and again.words == first.words
    assert again.crm is other and again.client is other.client


def test_no_connection_and_no_settings_lie_on_the_shelf(crm, tmp_path):
    with shelf.shared(tmp_path) as place:
        shelf.kept(fresh(crm), "t.small", (), lambda: (crm.client.name, "told"))
        mine = fresh(crm)
        shelf.kept(mine, "t.refers", (), lambda: found(mine))
        stored = b"".join(file.read_bytes() for file in place.glob("*.pickle"))
        assert b"Crm" not in stored and b"core.client" not in stored
        stranger = fresh(crm)  # a result that carries data other than the asker's is a mistake of the code
        for name, other in (("crm", stranger), ("client", replace(crm.client, name="Other"))):
            with pytest.raises(TypeError, match="but the asker's own"):
                shelf.kept(mine, f"t.{name}", (), lambda other=other: (other,))


def test_without_a_shelf_a_result_is_computed_once_for_a_crm(crm):
    one, calls = fresh(crm), []
    for _ in range(2):
        shelf.kept(one, "t.memory", (1,), lambda: calls.append(1))
        shelf.kept(one, "t.handed_out", (1,), lambda: calls.append(2), in_memory=False)
    assert calls == [1, 2, 2]
    assert shelf.kept_in() is None


def test_other_data_settings_scope_day_arguments_or_code_are_other_results(crm, tmp_path, monkeypatch):
    tables = tiny.tables()
    fewer = sa.load(tables | {"activities": tables["activities"][:-1]})
    asked = [
        (crm, ("2026-Q3",)),
        (crm, ("2026-Q2",)),
        (crm, (Period.parse("2026-Q3"),)),
        (crm, ()),
        (fewer, ("2026-Q3",)),
        (replace(crm, client=replace(crm.client, minimum_base=3)), ("2026-Q3",)),
        (replace(crm, as_of=date(2026, 9, 29)), ("2026-Q3",)),
        (crm.only(rep="r1"), ("2026-Q3",)),
        (crm.only(rep="r2"), ("2026-Q3",)),
        (crm.only(on=date(2026, 9, 1), rep="r2"), ("2026-Q3",)),
    ]
    with shelf.shared(tmp_path):
        values = [shelf.kept(fresh(one), "t.key", args, lambda i=i: i) for i, (one, args) in enumerate(asked)]
        assert values[:-1] == list(range(len(asked) - 1))
        again = [shelf.kept(fresh(one), "t.key", args, lambda: "made anew") for one, args in asked]
        assert again == values
        monkeypatch.setattr(shelf.versions, "of_code", lambda: "another")
        assert shelf.kept(fresh(crm), "t.key", ("2026-Q3",), lambda: "by other code") == "by other code"


def test_what_cannot_be_told_apart_is_no_argument(crm):
    with pytest.raises(TypeError, match="cannot be known by a DataFrame"):
        shelf.kept(crm, "t.frame", (pd.DataFrame(),), lambda: 1)


@shelf.kept_by_arguments
def told(crm, period="", *, rep="", frame=None):
    """An analysis that says who computed it."""
    return crm.client, {"for": crm.client.language}


def test_an_analysis_is_run_once_for_the_same_arguments_in_any_language(crm, tmp_path):
    other = replace(crm, client=crm.client.with_language("id"))
    assert told(crm)[1] is not told(crm)[1], "nothing is held without a shelf"
    with shelf.shared(tmp_path) as place:
        assert told(crm, "2026-Q3", rep="") == (crm.client, {"for": "en"})
        assert told(other, period="2026-Q3") == (other.client, {"for": "en"}), "in the asker's own settings"
        assert told(other, "2026-Q2")[1] == {"for": "id"}
        assert told(other, "2026-Q2", frame=pd.DataFrame({"a": [1]}))[1] == {"for": "id"}
        assert len(shelf.made(place)) == 2
        with pytest.raises(TypeError, match="unexpected keyword"):
            told(crm, team="none")


def test_a_failure_is_not_kept_and_a_full_disk_costs_only_time(crm, tmp_path, monkeypatch):
    with shelf.shared(tmp_path) as place:
        with pytest.raises(ZeroDivisionError):
            shelf.once(("t.fails",), lambda: 1 / 0)
        assert shelf.once(("t.fails",), lambda: 7) == 7
        monkeypatch.setattr(shelf.Path, "write_bytes", full)
        assert [shelf.once(("t.full",), lambda: 8) for _ in range(2)] == [8, 8]
        assert shelf.made(place).count("t.full") == 2 and len(list(place.glob("*.pickle"))) == 1


def full(*_):
    raise OSError(28, "No space left on device")


def ask(seconds, pipe):
    """Ask as a report's process would; say what came and in which process it was made."""

    def slow():
        pipe.send("begun")
        time.sleep(seconds)
        return os.getpid()

    pipe.send(shelf.once(("t.slow", 1), slow))


def start(seconds):
    context = mp.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=ask, args=(seconds, theirs), daemon=True)
    child.start()
    return child, ours


@FORK
def test_two_processes_that_ask_at_once_compute_once(tmp_path):
    with shelf.shared(tmp_path) as folder:
        children = [start(0.2) for _ in range(4)]
        told = []
        for _, pipe in children:
            with suppress(EOFError):
                while True:
                    told.append(pipe.recv())
        assert told.count("begun") == 1
        assert len(set(told) - {"begun"}) == 1 and len(told) == 5
        assert shelf.made(folder) == ["t.slow"]


@FORK
def test_who_waits_for_a_killed_process_computes_itself(tmp_path):
    with shelf.shared(tmp_path):
        holder, pipe = start(60)
        assert pipe.recv() == "begun"
        waiting, answer = start(0)
        assert not answer.poll(0.1), "the lock is held"
        os.kill(holder.pid, signal.SIGKILL)
        holder.join(10)
        assert answer.poll(10) and answer.recv() == "begun" and answer.recv() == waiting.pid
        waiting.join(10)


def test_the_shelf_is_private_and_goes_with_its_folder(tmp_path):
    with shelf.shared(tmp_path) as folder:
        assert folder.parent == tmp_path and folder.stat().st_mode & 0o777 == 0o700
        with shelf.shared(tmp_path / ".."):
            assert shelf.kept_in() != folder
        assert shelf.kept_in() == folder


def test_a_process_started_anew_uses_the_shelf_of_who_started_it(tmp_path):
    """As kernels are, and reports where processes cannot be forked."""
    asked = "from salesanalysis.core import shelf; print(shelf.once(('t.new', 1), lambda: 'made'))"
    with shelf.shared(tmp_path) as folder:
        for _ in range(2):
            told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
            assert told.stdout == "made\n"
        assert shelf.made(folder) == ["t.new"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_results_are_not_read_from_where_others_can_write(tmp_path, monkeypatch):
    with shelf.shared(tmp_path) as folder:
        folder.chmod(0o770)
        assert shelf.kept_in() is None and shelf.once(("t.open", 1), lambda: 1) == 1
        assert not list(folder.iterdir())
        folder.chmod(0o700)
        monkeypatch.setattr(os, "getuid", lambda: folder.stat().st_uid + 1)
        assert shelf.kept_in() is None
    monkeypatch.setenv(shelf.PLACE, str(tmp_path / "gone"))
    assert shelf.kept_in() is None
