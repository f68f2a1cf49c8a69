"""Secrets in the environment, in addresses and in a home's path stay out of every file and message."""

from __future__ import annotations

import sys
import traceback
import types
from pathlib import Path

import nbformat
import pytest
import tiny

from salesanalysis.core import secrets
from salesanalysis.core.errors import InvalidInput, SalesAnalysisError
from salesanalysis.data.warehouse.address import filled
from salesanalysis.report import batch, kernel, notebook, run

#: Values that must be found nowhere; one has signs that addresses, TOML and JSON write in another way.
CANARIES = {
    "CRM_PASSWORD": "c4n4ry/p@ss w:rd#1",
    "ACME_TOKEN": "tok-9f8e7d6c5b4a",
    "AWS_SECRET_ACCESS_KEY": 'wJalr"XUtnFEMI\\K7',
    "CRM_PW": "sh0rt-n4me",
    "SIGNING_KEY": "s1gn-h3re",
    "DATABASE_URL": "w4lk%21ng",
}
#: Variables that hold more than the secret.
ADDRESSES = {"DATABASE_URL": "postgresql://ani:{}@host/crm"}


@pytest.fixture
def canaries(monkeypatch):
    for name, value in CANARIES.items():
        monkeypatch.setenv(name, ADDRESSES.get(name, "{}").format(value))
    monkeypatch.setattr(secrets, "_taken", {})


def forms(value: str) -> set[str]:
    """Return a value as it stands in an address, in JSON and in code."""
    from json import dumps
    from urllib.parse import quote

    return {value, quote(value, safe=""), quote(value), dumps(value)[1:-1], repr(value)[1:-1]}


def leaks(*texts: str) -> list[str]:
    return [
        name for name, value in CANARIES.items() for form in forms(value) if any(form in t for t in texts)
    ]


def company(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, frame in tiny.tables().items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    (folder / "client.toml").write_text('name = "PT X"\nlanguage = "en"\nas_of = 2026-09-30\n')
    return folder


def own_notebook(folder: Path, *cells: str) -> Path:
    """Write a report of one's own with cells that say too much."""
    parameters = 'client: str = ""  # whose\nsource: str = ""  # data'
    made = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
            *map(nbformat.v4.new_code_cell, cells),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    path = folder / "own.ipynb"
    nbformat.write(made, path)
    return path


def written(folder: Path) -> list[str]:
    return [p.read_bytes().decode("latin-1") for p in folder.rglob("*") if p.is_file()]


# Reports ----------------------------------------------------------------------------------------


def test_a_report_holds_no_secret_and_no_path_of_ones_home(tmp_path, monkeypatch, canaries):
    home = tmp_path / "home" / "ani"
    data = company(home / "clients" / "x")
    monkeypatch.setenv("IPYTHONDIR", str(Path.home() / ".ipython"))  # what IPython opens outlives the test
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    said = "import os; print(*os.environ.values()); os.environ['ACME_TOKEN']"
    own = own_notebook(home, said, "raise_nothing = {**os.environ}; raise_nothing['CRM_PASSWORD']")
    out = tmp_path / "out"
    run.run_report("leaderboard", {"client": str(data)}, out=out, engine=kernel.NAME, to=("html",))
    done = run.run_report(str(own), {"client": str(data)}, out=out, engine=kernel.NAME)
    assert not leaks(*written(out))
    notebooks = list(out.glob("*.ipynb"))
    assert notebooks and all(str(home) not in p.read_text("utf-8") for p in notebooks)
    assert 'client = "~/clients/x"' in done.files[0].read_text("utf-8").replace('\\"', '"')
    assert not [
        p.name for p in out.glob("*.html") if p.name != "index.html" and str(home) in p.read_text("utf-8")
    ]
    assert notebook.find("leaderboard").check({"client": "~/clients/x"}), "what is written there works again"


@pytest.mark.parametrize(
    "cell",
    [
        "import os; raise RuntimeError('no ' + os.environ['CRM_PASSWORD'])",
        "import os; raise ValueError(f\"postgresql://ani:{os.environ['ACME_TOKEN']}@host/crm\")",
        "import os, salesanalysis as sa; sa.load('nowhere/' + os.environ['ACME_TOKEN'])",
        "raise OSError('cannot reach postgresql://ani:geheim99@host/crm?password=geheim99')",
        "import os; os.write(2, os.environ['CRM_PASSWORD'].encode()); os._exit(1)",
        "x = 'tok-9f8e7d6c5b4a'; import time; time.sleep(600)",
        "import os; raise ValueError(os.environ['DATABASE_URL'][7:])",
        """import salesanalysis.report.export as export
from salesanalysis.data.warehouse.address import filled
def broken(nb): raise ValueError(secret)
secret, export.render_html = filled('a://b:${WAREHOUSE}@h'), broken""",
    ],
)
def test_a_report_that_fails_tells_no_secret(cell, tmp_path, canaries, monkeypatch):
    monkeypatch.setenv("WAREHOUSE", "geheim99")
    own = own_notebook(tmp_path, cell)
    job = batch.Job(report := notebook.find(str(own)), report.check({}))
    limits = batch.Limits(seconds=10)
    (outcome,) = batch.run_batch([job], out=tmp_path / "out", to=("html",), workers=1, limits=limits)
    assert outcome.run is None and outcome.problem
    assert not leaks(outcome.problem, outcome.cell, *written(tmp_path / "out"))
    assert "geheim99" not in outcome.problem


# Addresses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ani:geheim99@host/crm",
        "postgresql://host/crm?password=geheim99",
        "snowflake://ani@account/db?access_token=geheim99",
    ],
)
def test_an_address_with_a_secret_is_refused_before_anything_starts(address, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "execute", lambda *a, **k: pytest.fail("it started"))
    with pytest.raises(InvalidInput, match="environment") as caught:
        run.run_report("leaderboard", {"source": address}, out=tmp_path / "out")
    assert "geheim99" not in "".join(traceback.format_exception(caught.value))
    assert "geheim99" not in "".join(written(tmp_path))


def test_a_database_that_does_not_answer_is_named_without_its_password(canaries):
    from salesanalysis.data import load

    pytest.importorskip("psycopg")
    with pytest.raises(SalesAnalysisError) as caught:
        load("postgresql://ani:${CRM_PASSWORD}@127.0.0.1:1/crm")
    assert not leaks("".join(traceback.format_exception(caught.value)))


def test_a_report_from_a_database_holds_no_password(postgres, tmp_path, canaries):
    import places
    import postgres_server

    address = postgres_server.fill(postgres, "discreet", tiny.tables(), places.TEXT)
    address = address.replace("reader@", "reader:${CRM_PASSWORD}@")
    out = tmp_path / "out"
    done = run.run_report("leaderboard", {"source": address}, out=out, engine=kernel.NAME, to=("html",))
    assert "${CRM_PASSWORD}" in done.files[0].read_text("utf-8") and not leaks(*written(out))


def test_a_secret_of_any_name_is_hidden_once_it_was_used(monkeypatch):
    monkeypatch.setattr(secrets, "_taken", {})
    monkeypatch.setenv("CRM_WHO", "reader")
    monkeypatch.setenv("CRM_PW", "v3ry-h1dd3n")
    assert filled("trino://${CRM_WHO}:${CRM_PW}@host/x") == "trino://reader:v3ry-h1dd3n@host/x"
    assert secrets.hidden("reader of v3ry-h1dd3n") == "reader of ${CRM_PW}"


# Keyring ----------------------------------------------------------------------------------------


@pytest.fixture
def keyring(monkeypatch):
    """A keyring with one entry, in place of the system's."""
    fake, errors = types.ModuleType("keyring"), types.ModuleType("keyring.errors")
    errors.KeyringError = type("KeyringError", (Exception,), {})
    fake.get_password = lambda service, name: {("crm", "reader"): "fr0m-the-r1ng"}.get((service, name))
    fake.errors = errors
    monkeypatch.setitem(sys.modules, "keyring", fake)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    monkeypatch.setattr(secrets, "_taken", {})


def test_a_password_may_come_from_the_keyring(keyring):
    url = filled("postgresql://reader:${keyring:crm:reader}@host/crm")
    assert url == "postgresql://reader:fr0m-the-r1ng@host/crm"
    assert secrets.hidden("no fr0m-the-r1ng here") == "no ${keyring:crm:reader} here"
    with pytest.raises(InvalidInput, match="keyring set crm other"):
        filled("postgresql://reader:${keyring:crm:other}@host/crm")


def test_without_a_keyring_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(InvalidInput, match=r"pip install 'salesanalysis\[keyring\]'"):
        filled("postgresql://reader:${keyring:crm:reader}@host/crm")


# Texts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x://a:b@h", "x://a:***@h"),
        ("x://a:${CRM}@h", "x://a:${CRM}@h"),
        ("host=h password=abc user=u", "host=h password=*** user=u"),
        ("?api_key=abc&x=1", "?api_key=***&x=1"),
        ("12:30 at http://host/path", "12:30 at http://host/path"),
        ("a = b", "a = b"),
    ],
)
def test_what_is_hidden_in_messages(text, shown):
    assert secrets.hidden(text) == shown


def test_short_values_and_numbers_stay_for_they_stand_there_by_chance(monkeypatch):
    monkeypatch.setenv("SOME_TOKEN", "1234567")
    monkeypatch.setenv("OTHER_TOKEN", "yes")
    assert secrets.scrubbed("yes, 1234567") == "yes, 1234567"
