"""The command line as a user meets it: every mistake ends in one sentence, and nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess:
    """Run the command as a process of its own, as a shell would."""
    return subprocess.run(
        [sys.executable, "-m", "salesanalysis", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "COLUMNS": "200", **environment},
        timeout=300,
    )


def refused(*arguments: str, saying: str, cwd: Path | None = None) -> str:
    """Run a command that must end in one clear message and exit code 2."""
    done = run(*arguments, cwd=cwd)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    message = " ".join(done.stderr.split())
    assert saying in message, message
    return message


def test_help_teaches_and_starts_at_once():
    done = run("--help")
    assert done.returncode == 0
    for command in ("report", "params", "kpis", "kpi", "check", "new", "sample"):
        assert command in done.stdout
    assert "salesanalysis report --sample" in done.stdout


def test_help_imports_nothing_heavy():
    code = (
        "import sys, salesanalysis.cli\n"
        "names = {'pandas', 'numpy', 'ibis', 'matplotlib', 'papermill', 'statsmodels', 'babel'}\n"
        "heavy = names & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_params_shows_names_types_defaults_and_meaning():
    done = run("params", "coaching")
    assert done.returncode == 0
    for word in ("period", "rep", "language", "str", "2026-Q3"):
        assert word in done.stdout


def test_kpi_prints_json_csv_and_tables_of_the_same_figures():
    options = ("--client", "sample", "--by", "team", "--period", "2026-Q3")
    rows = json.loads(run("kpi", "win_rate", *options, "--format", "json").stdout)["values"]
    rates = {row["team"]: row["estimate"] for row in rows}
    assert rates.pop("SDR Jakarta") is None  # SDRs close nothing
    assert len(rates) == 3 and all(0 < rate < 1 for rate in rates.values())
    csv = run("kpi", "win_rate", *options, "--format", "csv").stdout.splitlines()
    assert csv[0].startswith("team,period,kpi,estimate") and len(csv) == 1 + 4
    assert "Jakarta" in run("kpi", "win_rate", *options).stdout


def test_kpi_compares_and_writes_for_machines(tmp_path):
    options = ("kpi", "win_rate", "calls", "--client", "sample", "--by", "team", "--period", "2026-Q3")
    file = tmp_path / "rows.csv"
    done = run(*options, "--against", "previous,year_ago", "--grain", "quarter", "--json", "--csv", file)
    rows = json.loads(done.stdout)["values"]
    assert {row["contrast"] for row in rows} == {"previous", "year_ago"}
    assert {"conf_low", "conf_high", "method", "reference", "verdict", "reason"} <= set(rows[0])
    assert len(file.read_text(encoding="utf-8").splitlines()) == len(rows) + 1


def test_a_comparison_fits_a_terminal_of_a_hundred_columns():
    options = ("--client", "sample", "--by", "rep", "--against", "peers", "--period", "2026-Q3")
    done = run("kpi", "win_rate", *options, "--language", "en", COLUMNS="100")
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines()[:20])) <= 100
    assert "Bagas Prakoso" in done.stdout and "no clear difference" in done.stdout
    assert "would show a difference by chance" in done.stdout


def test_kpis_are_listed_by_subject_searched_and_shown_whole():
    listed = run("kpis").stdout
    assert "What reps do" in listed and "rep_retention" in listed
    found = run("kpis", "retention").stdout
    assert "customer_retention" in found and "win_rate" not in found
    done = run("kpis", "--role", "activity").stdout
    assert "calls" in done and "win_rate" not in done
    page = run("kpis", "win_rate", "--client", "sample").stdout
    for word in ("wins ÷ closed", "opportunities.closed_on", "Wilson", ".seed", "n = "):
        assert word in page
    assert "n = " not in run("kpis", "win_rate").stdout


def test_the_query_of_a_kpi_for_a_dialect():
    query = run("kpis", "win_rate", "--sql", "trino", "--by", "product", "--period", "2026-Q3").stdout
    assert "SELECT" in query and "product" in query
    refused("kpis", "--sql", "trino", saying="Name the KPI whose query you want")
    refused("kpis", "win_rate", "--sql", "trinno", saying="Did you mean trino")


def test_tabs_complete_names_dimensions_and_dialects():
    from salesanalysis.report import complete

    assert "win_rate" in complete.kpis("win") and "rep_retention.seed" in complete.kpis("rep_")
    assert complete.dimensions("team,re") == ["team,rep", "team,region"]
    assert complete.dialects("tr") == ["trino"] and complete.roles("act") == ["activity"]
    assert complete.contrasts("previous,y") == ["previous,year_ago"] and complete.grains("q") == ["quarter"]
    assert "coaching" in complete.reports("coa")


@pytest.mark.parametrize(
    ("arguments", "saying"),
    [
        (("kpi", "win_rat", "--client", "sample"), "Did you mean win_rate"),
        (("kpi", "win_rate", "--client", "sample", "--by", "teem"), "Did you mean team"),
        (("kpi", "win_rate", "--client", "sample", "--period", "2026-Q5"), "not understood"),
        (("kpi", "win_rate", "--client", "sample", "--period", "2031-Q1"), "Choose an earlier period"),
        (("kpi", "win_rate", "--client", "sample", "--format", "jsn"), "Did you mean json"),
        (("kpi", "win_rate", "--client", "sample", "--grain", "mont"), "month"),
        (("kpi", "win_rate"), "Say whose data"),
        (("kpi", "win_rate", "--client", "sample", "--against", "yaer_ago"), "Did you mean year_ago"),
        (("kpi", "win_rate", "--client", "sample", "--against", "peers"), "compare by='rep'"),
        (("kpis", "retenshun"), "Unknown KPI 'retenshun'"),
        (("kpis", "--role", "activty"), "Did you mean activity"),
        (("report", "coachin", "--sample"), "Did you mean coaching"),
        (("report", "coaching"), "Say whose data"),
        (("report", "coaching", "--sample", "--client", "acme"), "--sample and --client name two companies"),
        (("report", "coaching", "--sample", "--set", "client=acme"), "say the same thing twice"),
        (("report", "coaching", "--sample", "--workers", "-3"), "Invalid value for '--workers'"),
        (("report", "coaching", "--sample", "--period", "2026-09-30..2026-07-01"), "ends before it starts"),
        (
            ("report", "coaching", "--sample", "--period", "2020", "--for-each", "rep"),
            "before the data begins",
        ),
        (("report", "coaching", "--sample", "--period", "2031", "--for-each", "rep"), "after the data ends"),
        (("report", "coaching", "--sample", "--to", "docx"), "Cannot write 'docx'"),
        (("report", "coaching", "--sample", "--language", "fr"), "Unknown language 'fr'"),
        (("report", "coaching", "--sample", "--set", "perod=2026"), "Did you mean period"),
        (("report", "coaching", "--sample", "--set", "period"), "NAME=VALUE"),
        (("report", "coaching", "--sample", "--for-each", "reps"), "Did you mean rep"),
        (("report", "significance", "--sample", "--for-each", "rep"), "no parameter 'rep'"),
        (("report", "coaching", "--client", "nowhere"), "No settings file"),
        (("params", "coachin"), "Did you mean coaching"),
        (("kpis", "win_rat"), "Did you mean win_rate"),
        (("check", "nowhere"), "nowhere"),
    ],
)
def test_a_mistake_ends_in_one_sentence(arguments, saying, tmp_path):
    refused(*arguments, saying=saying, cwd=tmp_path)
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_new_writes_settings_that_read_back_and_never_overwrites(tmp_path):
    assert run("new", "acme", "--name", "Acme", cwd=tmp_path).returncode == 0
    from salesanalysis.core.client import Client

    assert Client.read(tmp_path / "acme").name == "Acme"
    before = (tmp_path / "acme" / "client.toml").read_text()
    refused("new", "acme", saying="client.toml", cwd=tmp_path)
    assert (tmp_path / "acme" / "client.toml").read_text() == before


def test_a_sample_never_overwrites_settings_and_says_when_it_cannot_be_written(tmp_path):
    (tmp_path / "client.toml").write_text('name = "Mine"')
    refused("sample", tmp_path, saying="has a client.toml already")
    assert [p.name for p in tmp_path.iterdir()] == ["client.toml"]
    few = ("--reps", "6", "--weeks", "30")
    refused("sample", tmp_path / "client.toml" / "x", *few, saying="Cannot write")


def test_lists_may_have_blanks_and_square_brackets_are_no_markup(tmp_path):
    done = run(
        "report",
        "coaching",
        "--sample",
        "--set",
        "rep=[/x]",
        "--to",
        "html, pdf",
        "--language",
        "id, id",
        "--out",
        tmp_path,
    )
    assert done.returncode == 1
    assert "Failed coaching [/x] id: Unknown rep '[/x]'" in done.stderr and "0/1" not in done.stdout
    assert "Traceback" not in done.stderr and not list(tmp_path.iterdir())


def test_output_folder_that_is_a_file_is_refused_before_anything_runs(tmp_path):
    (tmp_path / "out").write_text("mine")
    refused("report", "coaching", "--sample", "--out", tmp_path / "out", saying="it is a file")
    assert (tmp_path / "out").read_text() == "mine"


def test_an_unknown_rep_fails_with_the_close_match_and_writes_nothing(tmp_path):
    done = run("report", "coaching", "--sample", "--set", "rep=Wulan Angraini", "--out", tmp_path)
    assert done.returncode == 1
    assert "Did you mean Wulan Anggraini" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_one_report_becomes_notebook_html_and_pdf_with_manifest_and_index(tmp_path):
    done = run("report", "coaching", "--sample", "--set", "rep=R02", "--period", "2026-Q3", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    kinds = sorted(p.suffix for p in tmp_path.iterdir())
    assert kinds == [".html", ".html", ".ipynb", ".json", ".pdf"]
    entry = json.loads((tmp_path / "manifest.json").read_text())["reports"][0]
    assert entry["parameters"]["rep"] == "R02" and entry["period"] == "2026-Q3"
    assert len(entry["fingerprint"]) >= 8 and entry["as_of"] == "2026-09-30"
    assert entry["versions"]["pandas"]
    index = (tmp_path / "index.html").read_text()
    assert all(name in index for name in entry["files"])


@pytest.mark.slow
def test_a_batch_goes_on_after_a_failure_and_says_so(tmp_path):
    """One team's report cannot be written because a folder stands in its way; the others are."""
    first = run(
        "report", "pipeline", "--sample", "--set", "team=Surabaya", "--period", "2026-Q3", "--out", tmp_path
    )
    assert first.returncode == 0
    victim = next(p for p in tmp_path.iterdir() if p.suffix == ".pdf")
    victim.unlink()
    victim.mkdir()
    done = run(
        "report",
        "pipeline",
        "--sample",
        "--for-each",
        "team",
        "--period",
        "2026-Q3",
        "--to",
        "pdf",
        "--out",
        tmp_path,
    )
    assert done.returncode == 1
    assert "Cannot write" in done.stderr and "Traceback" not in done.stderr
    written = json.loads((tmp_path / "manifest.json").read_text())["reports"]
    teams = {entry["parameters"].get("team") for entry in written}
    assert {"Jakarta 1", "Jakarta 2", "SDR Jakarta"} <= teams
    assert len(list(tmp_path.glob("*.pdf"))) == 4 and victim.is_dir()
    assert not list(tmp_path.glob(".*.part"))


def interrupted(tmp_path: Path, *, ready: Callable[[], bool]) -> str:
    """Run a batch, press Ctrl-C when `ready`, and return what it says; every file must be listed."""
    command = [sys.executable, "-m", "salesanalysis", "report", "coaching", "--sample", "--for-each", "rep"]
    process = subprocess.Popen(
        [*command, "--to", "html", "--out", str(tmp_path)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until = time.monotonic() + 120
    while not ready() and time.monotonic() < until:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the children get it too
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Stopped by you." in err and "Traceback" not in err
    path = tmp_path / "manifest.json"
    reports = json.loads(path.read_text())["reports"] if path.exists() else []
    named = {name for entry in reports for name in entry["files"]}
    made = {p.name for p in tmp_path.iterdir()} - {"manifest.json", "index.html"}
    assert made == named and all((tmp_path / name).stat().st_size > 1000 for name in named)
    assert f"{len(reports)} of 30 reports written, none half-written" in " ".join(err.split())
    return err


@pytest.mark.slow
def test_an_interrupt_leaves_whole_files_only(tmp_path):
    assert "Open" in interrupted(tmp_path, ready=lambda: any(tmp_path.glob("*.html")))


@pytest.mark.slow
def test_an_interrupt_before_the_first_report_leaves_nothing(tmp_path):
    interrupted(tmp_path, ready=lambda: any(tmp_path.glob(".*.part")))
    assert not list(tmp_path.iterdir())


def test_the_exit_code_survives_an_interrupt_in_the_middle_of_an_exec(tmp_path):
    (tmp_path / "pressed.py").write_text(
        "from salesanalysis import __main__ as command, cli\n"
        "def app():\n"
        "    try: exec('raise KeyboardInterrupt')\n"
        "    except KeyboardInterrupt: raise SystemExit(130)\n"
        "cli.app = app\n"
        "command.main()\n"
    )
    # `python -m`, for only this way of starting looks at CPython's mark of an unhandled interrupt
    done = subprocess.run([sys.executable, "-m", "pressed"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, "Stopped by you.\n")


@pytest.mark.parametrize("module", ["salesanalysis.cli", "typer", "salesanalysis.report.complete"])
def test_an_interrupt_while_the_command_is_being_imported_is_no_traceback(module):
    code = (
        "import os, signal, sys\n"
        "class Pressing:\n"
        "    def find_spec(self, name, *more):\n"
        f"        if name == {module!r}: os.kill(os.getpid(), signal.SIGINT)\n"
        "from salesanalysis.__main__ import main\n"
        "sys.meta_path.insert(0, Pressing())\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, "Stopped by you.\n")
