"""CSV and Excel files that are written here: no cell is a formula, and all is read back as it was."""

from __future__ import annotations

import csv
import io

import hostile
import pandas as pd
import pytest
import tiny
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from typer.testing import CliRunner

import salesanalysis as sa
from salesanalysis.cli import app
from salesanalysis.coaching import logfile
from salesanalysis.core.client import Client
from salesanalysis.core.i18n import Language
from salesanalysis.core.sheetsafe import inert, inert_frame, original, workbook_text
from salesanalysis.data import load
from salesanalysis.goals.goalfile import COLUMNS, write_goals
from salesanalysis.projection.frozen import COLUMNS as KEPT
from salesanalysis.projection.frozen import frozen

SIGNS = tuple("=+-@\t\r\n|\uff1d\uff0b\uff0d\uff20")
#: Names that begin as formulas do, and a few of all others.
NAMES = [n for n in hostile.names() if n.strip(hostile.BLANKS) == n and n.lstrip("'").startswith(SIGNS)]
SETTINGS = Client.from_dict({"as_of": "2026-09-30", "max_loss": 1})


def cells(text: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


def is_safe(cell: str) -> bool:
    """Tell whether no spreadsheet computes a cell of text; numbers may be negative."""
    try:
        float(cell)
    except ValueError:
        return not cell.startswith(SIGNS)
    return True


def formulas(content: bytes) -> list[str]:
    book = load_workbook(io.BytesIO(content))
    return [str(c.value) for sheet in book for row in sheet for c in row if c.data_type == "f"]


@given(st.text())
def test_every_text_is_read_back_as_it_was(text):
    assert original(inert(text)) == text
    assert not inert(text).startswith(SIGNS)


def test_there_is_something_to_try():
    assert len(NAMES) > 40
    assert all(inert(n) != n for n in NAMES)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_coaching_log_of_formulas_is_text_and_is_loaded_as_it_was(ending, tmp_path):
    path, head = tmp_path / f"coaching{ending}", list(logfile.HEADS)
    pool = [n for n in NAMES if workbook_text(n) == n][:60]
    reps = pd.DataFrame({"rep_id": pool, "name": pool})
    rows = [[f"s{i}", n, n, n, "2026-09-01", "calls", n, None, None, n] for i, n in enumerate(pool)]
    half = len(rows) // 2
    path.write_bytes(logfile.written(None, path, rows[:half], Language("en")))
    path.write_bytes(logfile.written(logfile.read(path), path, rows[half:], Language("en")))
    if ending == ".csv":
        assert all(map(is_safe, cells(path.read_text("utf-8-sig"))))
    else:
        assert not formulas(path.read_bytes())
    assert len(head) == len(rows[0])
    reps.to_csv(tmp_path / "reps.csv", index=False)
    deals = tiny.tables()["opportunities"].assign(rep_id=pool[0])
    deals.to_csv(tmp_path / "opportunities.csv", index=False)
    crm = load(tmp_path, SETTINGS)
    found = crm.coaching.to_pandas().sort_values("session_id", key=lambda c: c.str[1:].astype(int))
    for column in ("rep_id", "coach", "action", "note"):
        assert found[column].tolist() == pool, column


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_goals_for_teams_called_like_formulas_are_text(ending, tmp_path):
    pool = [n for n in NAMES if workbook_text(n) == n][:60]
    goals = pd.DataFrame(
        {
            "kpi": "calls",
            "scope": "team",
            "scope_id": pool,
            "period": "2026-Q3",
            "target": 5.0,
            "philosophy": "A",
        }
    )
    path = write_goals(goals[list(COLUMNS)], tmp_path / f"goals{ending}")
    if ending == ".csv":
        assert all(map(is_safe, cells(path.read_text("utf-8"))))
    else:
        assert not formulas(path.read_bytes())
    tables = tiny.tables()
    for name in ("reps", "opportunities"):
        tables[name].to_csv(tmp_path / f"{name}.csv", index=False)
    assert set(load(tmp_path, SETTINGS).goals.to_pandas()["scope_id"]) == set(pool)


def test_control_characters_do_not_stop_a_workbook(tmp_path):
    path = tmp_path / "log.xlsx"
    row = ["s1", "r\x001", "A\x07ni", None, None, "calls", "=1+1", None, None, "x" * 40_000]
    path.write_bytes(logfile.written(None, path, [row], Language("en")))
    assert logfile.read(path).rows[0][2] == "A\ufffdni" and not formulas(path.read_bytes())


def test_kept_projections_are_text_and_are_read_back(tmp_path):
    path = tmp_path / "frozen.csv"
    row = dict.fromkeys(KEPT, "1") | dict.fromkeys(("made_on", "starts_on", "ends_on"), "2026-09-30")
    rows = pd.DataFrame([row | {"group": n, "name": n} for n in NAMES])
    path.write_text(inert_frame(rows).to_csv(index=False), encoding="utf-8", newline="")
    assert all(map(is_safe, cells(path.read_bytes().decode())))
    assert frozen(path)["name"].tolist() == NAMES


@pytest.mark.parametrize("form", ["--csv", "--format"])
def test_values_of_reps_called_like_formulas_are_text(form, tmp_path):
    folder = tmp_path / "data"
    who = hostile.company(folder, NAMES, ids=True)
    file = tmp_path / "out.csv"
    how = ["--csv", str(file)] if form == "--csv" else ["--format", "csv"]
    asked = ["kpi", "calls", "--client", str(folder), "--by", "rep", "--period", "2026-Q3", *how]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    text = file.read_bytes().decode() if form == "--csv" else done.output
    assert any(inert(name) in cells(text) for name in who), "no rep stands there"
    assert all(map(is_safe, cells(text)))


@pytest.mark.slow
def test_a_log_made_from_results_is_text(tmp_path):
    who = hostile.company(tmp_path / "data", NAMES, ids=True)
    crm = sa.load(tmp_path / "data")
    for ending in (".csv", ".xlsx"):
        found = sa.coaching_log(crm, tmp_path / f"log{ending}", period="2026-Q3", reps=list(who))
        assert len(found.rows if hasattr(found, "rows") else logfile.read(tmp_path / f"log{ending}").rows)
    assert all(map(is_safe, cells((tmp_path / "log.csv").read_bytes().decode("utf-8-sig"))))
    assert not formulas((tmp_path / "log.xlsx").read_bytes())
