"""The coaching log: written once, filled in by people, read back; nothing that was there is ever lost."""

from __future__ import annotations

from datetime import date, datetime

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

import salesanalysis as sa
from salesanalysis.cli import app
from salesanalysis.coaching import coaching_log, logfile
from salesanalysis.core.errors import CannotWrite, DataProblem, InvalidInput, UnknownName

HEAD = list(logfile.HEADS.values())
PERIOD = "2026-Q3"


def cells(path) -> list[list]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [[c.date() if isinstance(c, datetime) else c for c in row] for row in sheet.values]


def company(folder, *, settings: str = "") -> None:
    """A source folder with three reps and one opportunity, to which a log is added."""
    folder.mkdir(exist_ok=True)
    (folder / "reps.csv").write_text(
        "rep_id,name,manager\nR02,Bagas Prakoso,Sri Hartati\nR05,Rina Marlina,Sri Hartati\nR09,Dimas,Sri\n"
    )
    (folder / "opportunities.csv").write_text(
        "opportunity_id,rep_id,created_on,closed_on,outcome\no1,R02,2026-07-01,2026-09-30,won\n"
    )
    (folder / "client.toml").write_text(f'name = "X"\nas_of = 2026-12-31\n{settings}', encoding="utf-8")


def fill(path, **values) -> None:
    """What a manager does in Excel: fill in cells of the first row below the head."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for name, value in values.items():
        sheet.cell(2, HEAD.index(name.replace("_", " ").capitalize()) + 1, value)
    book.save(path)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_log_goes_round(tmp_path, sample_crm, suffix):
    source = tmp_path / "source"
    company(source)
    path = source / f"coaching{suffix}"
    made = coaching_log(sample_crm, path, period=PERIOD, reps=["Bagas Prakoso"])
    row = made.added.iloc[0]
    assert (row["session_id"], row["rep_id"], row["kpi"]) == ("2026-Q3-R02", "R02", "calls")
    assert row["due_on"] == date(2026, 10, 30) and row["action"]
    # Not held yet: a plan, left out without being a loss of the table.
    crm = sa.load(source)
    assert crm.frame("coaching").empty
    left_out = crm.exclusions.set_index("table").loc["coaching"]
    assert (left_out["reason"], left_out["rows"]) == ("not_held_yet", 1)
    if suffix == ".xlsx":
        fill(path, held_on=date(2026, 10, 5), status="Selesai", note="Sembilan dari sepuluh hari")
    else:
        text = path.read_text(encoding="utf-8-sig").splitlines()
        text[1] = (
            text[1].replace("Sri Hartati,,", "Sri Hartati,2026-10-05,").removesuffix(",,") + ",Selesai,Ya"
        )
        path.write_text("\n".join(text), encoding="utf-8-sig")
    read = sa.load(source).frame("coaching").iloc[0]
    assert read["status"] == "done"
    assert (read["held_on"], read["due_on"]) == (pd.Timestamp("2026-10-05"), pd.Timestamp("2026-10-30"))
    assert (read["rep_id"], read["kpi"], read["action"]) == ("R02", "calls", row["action"])


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_what_is_there_stays_and_nobody_is_written_twice(tmp_path, sample_crm, suffix):
    path = tmp_path / f"log{suffix}"
    coaching_log(sample_crm, path, period=PERIOD, reps=["R02"])
    if suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        book.worksheets[0].cell(1, 11, "My own column")
        book.worksheets[0].cell(2, 11, "=1+1")
        book.create_sheet("Notes").cell(1, 1, "kept")
        book.save(path)
    else:
        head, first = path.read_text(encoding="utf-8-sig").splitlines()
        path.write_text(f"{head},My own column\n{first},kept", encoding="utf-8-sig")  # no line end
    before = cells(path) if suffix == ".xlsx" else path.read_bytes()
    made = coaching_log(sample_crm, path, period=PERIOD, reps=["R02", "R05"])
    assert (list(made.added["rep_id"]), made.kept) == (["R05"], 1)
    if suffix == ".xlsx":
        after = cells(path)
        assert after[:2] == before and len(after) == 3
        assert openpyxl.load_workbook(path)["Notes"]["A1"].value == "kept"
    else:
        assert path.read_bytes().startswith(before)
        assert len(path.read_text(encoding="utf-8-sig").splitlines()) == 3
    content = path.read_bytes()
    assert coaching_log(sample_crm, path, period=PERIOD, reps=["R02", "R05"]).added.empty
    assert path.read_bytes() == content


def test_days_are_added_as_the_others_are_written(tmp_path, sample_crm):
    path = tmp_path / "log.csv"
    path.write_text(";".join(HEAD) + "\nS1;R02;Bagas;Sri;13/07/2026;calls;Blok;28/07/2026;sebagian;\n")
    coaching_log(sample_crm, path, period=PERIOD, reps=["R02"])
    assert path.read_text().splitlines()[2].split(";")[7] == "30/10/2026"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", r"log.csv is no coaching log: .*session_id"),
        (",".join(HEAD) + "\nS1,R02,B,S,2026-07-13,,x,31/02/2026,,\n", r"row 2, column '(Held|Due) on'"),
        (
            "Session id,Rep id,Held on\nS1,R02,2026-07-13\n",
            "has no column 'Coach', so its words would be lost",
        ),
    ],
)
def test_a_file_that_is_no_log_is_refused_and_left_alone(tmp_path, sample_crm, text, message):
    path = tmp_path / "log.csv"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=message):
        coaching_log(sample_crm, path, period=PERIOD, reps=["R02"])
    assert path.read_text() == text


def test_other_files_and_open_ones_are_refused(tmp_path, sample_crm):
    with pytest.raises(InvalidInput, match=r"is a \.xlsx or a \.csv file"):
        coaching_log(sample_crm, tmp_path / "log.docx", period=PERIOD, reps=["R02"])
    with pytest.raises(UnknownName, match="Did you mean Bagas Prakoso"):
        coaching_log(sample_crm, tmp_path / "log.csv", period=PERIOD, reps=["Bagas Prakosa"])
    (tmp_path / "broken.xlsx").write_bytes(b"no workbook")
    with pytest.raises(InvalidInput, match=r"broken.xlsx cannot be read as an Excel workbook"):
        logfile.read(tmp_path / "broken.xlsx")
    (tmp_path / "~$broken.xlsx").write_bytes(b"")
    with pytest.raises(InvalidInput, match=r"is open in Excel"):
        logfile.read(tmp_path / "broken.xlsx")


def test_nothing_is_written_when_something_would_change(tmp_path, monkeypatch, sample_crm):
    path = tmp_path / "log.csv"
    coaching_log(sample_crm, path, period=PERIOD, reps=["R02"])
    before = path.read_bytes()
    monkeypatch.setattr(logfile, "_csv", lambda log, rows: b"Session id,Rep id\n")
    with pytest.raises(CannotWrite, match="nothing was written"):
        coaching_log(sample_crm, path, period=PERIOD, reps=["R05"])
    assert path.read_bytes() == before


def test_a_name_that_looks_like_a_formula_stays_a_name(tmp_path, sample_crm):
    rows = [["s", "r", "=1+1", None, None, None, None, None, None, None]]
    path = tmp_path / "log.xlsx"
    path.write_bytes(logfile.written(None, path, rows, sample_crm.client.words))
    assert openpyxl.load_workbook(path).worksheets[0]["C2"].data_type == "s"


LINE = "S1,{rep},B,Sri,{held},calls,Blok,{due},{status},"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("selesai", "done"),
        ("Sebagian", "partly"),
        ("tidak", "not done"),
        ("TERBUKA", "open"),
        ("done", "done"),
    ],
)
def test_indonesian_words_of_status_are_read(tmp_path, word, status):
    company(tmp_path)
    line = LINE.format(rep="R02", held="2026-07-13", due="2026-07-28", status=word)
    (tmp_path / "coaching.csv").write_text(f"{','.join(HEAD)}\n{line}\n")
    assert sa.load(tmp_path).frame("coaching")["status"].tolist() == [status]


def test_a_row_added_by_hand_needs_no_identifier(tmp_path):
    company(tmp_path)
    usual = {"rep": "R02", "due": "2026-07-28", "status": "done"}
    lines = [LINE.replace("S1", "").format(**usual | {"held": held}) for held in ("2026-07-13", "")]
    (tmp_path / "coaching.csv").write_text("\n".join([",".join(HEAD), *lines]))
    crm = sa.load(tmp_path)
    assert crm.frame("coaching")["session_id"].tolist() == ["R02 2026-07-13"]
    left_out = crm.exclusions[crm.exclusions["table"] == "coaching"]
    assert left_out["reason"].tolist() == ["not_held_yet"]


@pytest.mark.parametrize(
    ("changes", "check", "told"),
    [
        ({"status": "selesei"}, "unknown_value", "Status: row 2 'selesei'; .* Did you mean selesai"),
        ({"held": "13/25/2026"}, "unreadable_value", r"(?s)Held on.*row 2 '13/25/2026'"),
        ({"rep": "R99"}, "no_such_rep", "Rep id: row 2 'R99'"),
    ],
)
def test_what_is_wrong_in_a_log_is_told_with_row_and_column(tmp_path, changes, check, told):
    company(tmp_path)
    usual = {"rep": "R02", "held": "2026-07-13", "due": "2026-07-28", "status": "done"}
    lines = [LINE.format(**usual | changes)] + [
        LINE.replace("S1", f"S{i}").format(**usual) for i in (2, 3, 4)
    ]
    (tmp_path / "coaching.csv").write_text("\n".join([",".join(HEAD), *lines]))
    try:
        findings = sa.load(tmp_path).findings
    except DataProblem as error:
        findings = pd.DataFrame({"table": ["coaching"], "check": [check], "example": [str(error)]})
    found = findings[(findings["table"] == "coaching") & (findings["check"] == check)]
    assert found["example"].str.contains(told, regex=True).all() and len(found) == 1, found[
        "example"
    ].tolist()


def test_a_log_named_in_the_settings_is_read(tmp_path):
    company(tmp_path, settings='[tables.coaching]\nfile = "log of sessions.xlsx"\ncolumns.status = "Hasil"\n')
    book = openpyxl.Workbook()
    book.active.append([*HEAD[:8], "Hasil", "Note"])
    day = datetime(2026, 7, 13)
    book.active.append(["S1", "R02", "B", "Sri", day, "calls", "Blok", datetime(2026, 7, 28), "tidak", None])
    book.save(tmp_path / "log of sessions.xlsx")
    assert sa.load(tmp_path).frame("coaching")["status"].tolist() == ["not done"]


def test_the_command_writes_a_log_and_says_what_to_do_with_it(tmp_path):
    path = tmp_path / "coaching.xlsx"
    asked = ["coaching-log", "--client", "sample", "--period", PERIOD, "--rep", "R02", "--to", str(path)]
    first, second = (CliRunner().invoke(app, asked) for _ in range(2))
    assert first.exit_code == second.exit_code == 0, first.output
    assert "Bagas Prakoso" in first.output and "1 row added" in first.output
    assert "Nothing to add" in second.output
    assert cells(path)[0] == HEAD and len(cells(path)) == 2
