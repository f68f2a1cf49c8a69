"""Bad input: each gets one clear message - what, where, remedy - and all of them come at once."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
import tiny

from salesanalysis.compensation import pay_plan
from salesanalysis.core.client import Client, TableSource
from salesanalysis.core.errors import DataProblem, InvalidInput
from salesanalysis.data import load
from salesanalysis.factory.difference import difference
from salesanalysis.factory.planfile import read_plan
from salesanalysis.report import notebook

SETTINGS = Client(as_of=tiny.AS_OF)


def write(folder, **replaced: str | bytes) -> None:
    """Write the tiny tables as text files; some with other content, none where it is empty."""
    for name, frame in tiny.tables().items():
        if replaced.get(name, "-") is not None:
            frame.to_csv(folder / f"{name}.csv", index=False)
    for name, content in replaced.items():
        if content is not None:
            data = content.encode() if isinstance(content, str) else content
            (folder / f"{name}.csv").write_bytes(data)


def text_of(name: str) -> str:
    return tiny.tables()[name].to_csv(index=False)


def problems(source, client: Client = SETTINGS) -> list[str]:
    """Return the numbered lines of the one error that loading raises."""
    with pytest.raises(DataProblem) as caught:
        load(source, client)
    head, *lines = re.split(r"\n(?=\d+\. )", str(caught.value))
    assert re.search(r"cannot be used: (1 problem|\d+ problems)\.$", head)
    assert [line.partition(". ")[0] for line in lines] == [str(i) for i in range(1, len(lines) + 1)]
    return [line.partition(". ")[2] for line in lines]


def with_table(name: str, **spec: object) -> Client:
    return Client(as_of=tiny.AS_OF, tables={name: TableSource(**spec)})


# Files -----------------------------------------------------------------------------------------


def test_a_missing_folder_names_a_close_one(tmp_path):
    (tmp_path / "exports").mkdir()
    with pytest.raises(InvalidInput, match=r"No data at '.*export'\. Did you mean exports\?"):
        load(tmp_path / "export")


def test_an_empty_folder_and_a_stray_file(tmp_path):
    with pytest.raises(InvalidInput, match="holds no CSV, Parquet, Excel or JSON file"):
        load(tmp_path)
    (tmp_path / "one.pdf").write_text("a\n1\n")
    with pytest.raises(InvalidInput, match="is no file that can be read"):
        load(tmp_path / "one.pdf")


def test_what_is_no_database_and_no_workbook(tmp_path):
    for name in ("crm.duckdb", "crm.xlsx"):
        (tmp_path / name).write_text("nothing of the kind")
    with pytest.raises(InvalidInput, match="cannot be opened as a DuckDB file"):
        load(tmp_path / "crm.duckdb")
    with pytest.raises(DataProblem, match="cannot be read as an Excel workbook"):
        load(tmp_path / "crm.xlsx")


def test_a_parquet_file_that_is_none(tmp_path):
    write(tmp_path, accounts=None)
    (tmp_path / "accounts.parquet").write_text("nothing of the kind")
    assert "accounts.parquet cannot be read as Parquet" in problems(tmp_path)[0]


def test_frames_must_be_frames():
    with pytest.raises(InvalidInput, match="Table 'reps' is a list; give a pandas DataFrame"):
        load({"reps": []})


def test_a_missing_table_lists_what_is_there(tmp_path):
    write(tmp_path, opportunities=None)
    said = problems(tmp_path)
    assert said[0].startswith(
        "Table 'opportunities' (One row per opportunity, open ones included) is missing."
    )
    assert "accounts.csv" in said[0]
    assert '[tables.opportunities] file = "…"' in said[0]


def test_a_declared_file_that_is_not_there(tmp_path):
    write(tmp_path)
    said = problems(tmp_path, with_table("reps", file="rep.csv"))
    assert said[0].startswith("[tables.reps] names 'rep.csv', which Folder")
    assert "Did you mean reps.csv" in said[0]


def test_two_files_for_one_table(tmp_path):
    write(tmp_path)
    (tmp_path / "Reps.txt").write_text(text_of("reps"))
    assert 'Keep one, or name it: [tables.reps] file = "Reps.txt"' in problems(tmp_path)[0]


def test_empty_files_and_files_without_rows(tmp_path):
    write(
        tmp_path, opportunities="", reps=text_of("reps").splitlines()[0] + "\n", accounts="account_id,name\n"
    )
    said = problems(tmp_path)
    assert said[0].startswith("reps.csv has a header but no rows; table 'reps' is needed")
    assert said[1].startswith("opportunities.csv is empty.")
    assert len(said) == 2  # accounts are not needed: a table without rows is as good as none


def test_a_wrong_encoding_is_refused_with_its_row_and_read_when_declared(tmp_path):
    text = text_of("accounts").replace("PT Timur", "Café")
    write(tmp_path, accounts=text.encode("cp1252"))
    said = problems(tmp_path, with_table("accounts", encoding="utf-8"))[0]
    assert said.startswith("accounts.csv, row 4: byte 0xE9 is not utf-8 text.")
    crm = load(tmp_path, with_table("accounts", encoding="cp1252"))
    assert "Café" in set(crm.frame("accounts")["name"])
    assert "unknown encoding 'utf8-ish'" in problems(tmp_path, with_table("accounts", encoding="utf8-ish"))[0]
    assert "is not ascii text" in problems(tmp_path, with_table("accounts", encoding="ascii"))[0]


def test_utf_16_is_known_by_its_mark(tmp_path):
    write(tmp_path, accounts=text_of("accounts").replace("PT Timur", "Café").encode("utf-16"))
    assert "Café" in set(load(tmp_path, SETTINGS).frame("accounts")["name"])


def test_a_separator_must_be_one_sign(tmp_path):
    write(tmp_path, accounts=text_of("accounts").replace(",", "~"))
    crm = load(tmp_path, with_table("accounts", separator="~"))
    assert len(crm.frame("accounts")) == 3
    assert "separator ';;' is not one sign" in problems(tmp_path, with_table("accounts", separator=";;"))[0]


def test_lines_with_too_few_or_too_many_fields_are_left_out_and_row_numbers_stay_right(tmp_path):
    lines = text_of("activities").splitlines()
    lines[3] += ",more,and,more"  # row 4
    lines[5] = "t05,r1"  # row 6
    lines[10] = lines[10].replace("2026-06-03", "soon", 1)  # row 11
    write(tmp_path, activities="\n".join(lines) + "\n")
    crm = load(tmp_path, SETTINGS)
    found = crm.findings.set_index("check")["example"]
    assert found["broken_row"] == "activities.csv, row 4, row 6"
    assert found["unreadable_value"] == "activities.csv, occurred_on: row 11 'soon'"
    assert crm.rows_in["activities"] == 40
    assert crm.activities.count().execute() == 37


def test_a_quote_that_never_ends(tmp_path):
    write(tmp_path, accounts=text_of("accounts").replace("PT Sinar", '"PT Sinar'))
    try:
        crm = load(tmp_path, SETTINGS)
    except DataProblem as problem:
        assert "accounts.csv" in str(problem)
    else:
        assert crm.exclusions["reason"].tolist() == ["broken_row"]


# Columns ---------------------------------------------------------------------------------------


def test_missing_columns_say_what_they_mean_and_what_is_close(tmp_path):
    write(tmp_path, reps=text_of("reps").replace("rep_id", "rep_idd"))
    said = problems(tmp_path)
    assert said[0] == (
        "reps.csv: required column 'rep_id' (Identifies the rep) is missing. Did you mean rep_idd? "
        'Declare it: [tables.reps] columns.rep_id = "rep_idd".'
    )


def test_an_outcome_can_come_from_the_stage_and_the_message_says_so():
    frames = tiny.tables()
    frames["opportunities"] = frames["opportunities"].drop(columns="outcome")
    assert "It can also be read from the stage: declare values.outcome." in problems(frames)[0]


def test_a_declared_column_that_is_not_there():
    said = problems(tiny.tables(), with_table("reps", columns={"team": "taem"}))
    assert (
        said[0] == "frame 'reps': column 'team' is declared as 'taem', which is not there. Did you mean team?"
    )


def test_two_columns_of_one_name(tmp_path):
    write(tmp_path, reps=text_of("reps").replace("team", "name"))
    assert problems(tmp_path)[0].startswith("reps.csv, row 1: column 'name' stands there more than once")
    frames = tiny.tables()
    frames["reps"]["Rep ID"], frames["reps"]["REP ID"] = "x", "y"
    frames["reps"] = frames["reps"].drop(columns="rep_id")
    assert "column 'rep_id' fits 'Rep ID' and 'REP ID'" in problems(frames)[0]


def test_a_type_that_makes_no_sense():
    frames = tiny.tables()
    frames["activities"]["occurred_on"] = 46000.5
    frames["opportunities"]["amount"] = pd.Timestamp("2026-01-01")
    said = problems(frames)
    assert any("occurred_on) holds double values, not dates" in line for line in said)
    assert any("amount) holds timestamp" in line and "not numbers" in line for line in said)


def test_values_outside_a_closed_list_are_listed_with_counts():
    frames = tiny.tables()
    frames["opportunities"]["outcome"] = frames["opportunities"]["outcome"].replace(
        {"won": "wonn", "lost": "Gone"}
    )
    said = problems(frames)[0]
    assert "holds values that are none of won, lost, open: 'Gone' (4), 'wonn' (4)." in said
    assert '[tables.opportunities.values.outcome] "Gone" = "won"' in said


def test_a_closed_list_that_may_be_empty_only_loses_the_cell():
    frames = tiny.tables()
    frames["goals"].loc[0, "philosophy"] = "B"
    crm = load(frames, SETTINGS)
    row = crm.findings[crm.findings["check"] == "unknown_value"].iloc[0]
    assert (row["severity"], row["rows"]) == ("warning", 1)
    assert "'B' (1)" in row["example"]


def test_names_where_identifiers_stand():
    frames = tiny.tables()
    frames["opportunities"]["rep_id"] = "Ani Lestari"
    said = problems(frames)[0]
    assert "none of its 12 values is a rep_id of table reps (here 'Ani Lestari', there 'r1')" in said


def test_a_constant_outside_its_list():
    said = problems(tiny.tables(), with_table("goals", constants={"scope": "squad"}))[0]
    assert "constants.scope (goals.scope) is 'squad'. Known: rep, team, organisation" in said


# Dates -----------------------------------------------------------------------------------------


def dated(*values: str, **spec: object):
    """Load opportunities whose close dates are written as given; return the dates read."""
    frames = tiny.tables()
    frames["opportunities"] = frames["opportunities"][: len(values)].drop(
        columns=["created_on", "expected_close_on"]
    )
    frames["opportunities"]["closed_on"] = list(values)
    frames["opportunities"]["outcome"] = "won"
    frames["opportunities"]["rep_id"] = "r1"
    keep = {name: frames[name] for name in ("reps", "opportunities")}
    crm = load(
        keep, Client(as_of=tiny.AS_OF, timezone="Asia/Jakarta", tables={"opportunities": TableSource(**spec)})
    )
    return crm.frame("opportunities")["closed_on"].dt.strftime("%Y-%m-%d").tolist()


def refused(*values: str, **spec: object) -> str:
    with pytest.raises(DataProblem) as caught:
        dated(*values, **spec)
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["03/04/2026", "25/04/2026"], ["2026-04-03", "2026-04-25"]),
        (["03/04/2026", "04/25/2026"], ["2026-03-04", "2026-04-25"]),
        (["3.4.2026", "25.4.2026 14:30"], ["2026-04-03", "2026-04-25"]),
        (["2026-4-3", "2026-04-25T23:59:59"], ["2026-04-03", "2026-04-25"]),
        (["2026/04/03", "2026/04/25"], ["2026-04-03", "2026-04-25"]),
        (["20260403", "20260425"], ["2026-04-03", "2026-04-25"]),
        (["3-Apr-2026", "25-May-2026"], ["2026-04-03", "2026-05-25"]),
        (["3 April 2026", "25 March 2026"], ["2026-04-03", "2026-03-25"]),
        (["Apr 3, 2026", "May 25, 2026"], ["2026-04-03", "2026-05-25"]),
        # 17:30 in UTC is half past midnight of the next day in Jakarta.
        (["2026-04-03T17:30:00Z", "2026-04-25T10:00:00+07:00"], ["2026-04-04", "2026-04-25"]),
    ],
)
def test_a_unanimous_format_is_read(written, meant):
    assert dated(*written) == meant


def test_day_first_and_month_first_together_are_refused_with_their_rows():
    said = refused("25/04/2026", "03/04/2026", "04/26/2026", "27/04/2026")
    assert "mixes day-first and month-first dates" in said
    assert "2 can only be day-first: row 1 '25/04/2026', row 4 '27/04/2026'" in said
    assert "1 can only be month-first: row 3 '04/26/2026'" in said
    assert 'declare date_format = "%d/%m/%Y"' in said


def test_what_can_be_read_both_ways_is_refused_until_declared():
    assert "day-first and month-first alike" in refused("03/04/2026", "05/06/2026")
    assert dated("03/04/2026", "05/06/2026", date_format="%d/%m/%Y") == ["2026-04-03", "2026-06-05"]
    assert dated("03/04/2026", date_formats={"closed_on": "%m/%d/%Y"}) == ["2026-03-04"]


def test_mixed_shapes_short_years_and_no_dates_at_all():
    said = refused("2026-04-03", "25/04/2026")
    assert "mixes formats: 1 like row 1 '2026-04-03'; 1 like row 2 '25/04/2026'" in said
    assert "years of two digits" in refused("03/04/26")
    assert dated("03/04/26", date_format="%d/%m/%y") == ["2026-04-03"]
    assert "holds no date that can be read: row 1 'soon'" in refused("soon")
    assert "holds no date written as '%Y'" in refused("soon", date_format="%Y")


def test_single_slips_are_counted_and_days_that_do_not_exist_are_slips():
    read = dated("2026-04-03", "2026-02-31", "soon")
    assert read[0] == "2026-04-03"
    assert pd.isna(read[1:]).all()


# Numbers ---------------------------------------------------------------------------------------


def amounts(*values: str, **spec: object) -> list[float]:
    frames = {name: tiny.tables()[name] for name in ("reps", "opportunities")}
    frames["opportunities"] = frames["opportunities"][: len(values)].assign(amount=list(values))
    crm = load(frames, Client(as_of=tiny.AS_OF, tables={"opportunities": TableSource(**spec)}))
    return crm.frame("opportunities").sort_values("opportunity_id")["amount"].tolist()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["1.234.567,50", "12,5"], [1234567.5, 12.5]),
        (["1,234,567.50", "12.5"], [1234567.5, 12.5]),
        (["1 234 567,5", "7"], [1234567.5, 7]),
        (["Rp 1.500.000", "Rp2.000.000,00"], [1.5e6, 2e6]),
        (["$1,500.00", "1500 USD"], [1500, 1500]),
        (["1234.567", "0.125"], [1234.567, 0.125]),
        (["1e6", "2500"], [1e6, 2500]),
    ],
)
def test_numbers_are_read_where_their_signs_leave_no_doubt(written, meant):
    assert amounts(*written) == meant


def test_numbers_that_leave_doubt_are_refused_until_declared():
    with pytest.raises(DataProblem, match=r"can be thousands or decimals alike: row 1 '1\.234'"):
        amounts("1.234", "500")
    assert amounts("1.234", "500", decimal=",") == [1234, 500]
    assert amounts("1.234", "500", decimal=".") == [1.234, 500]
    with pytest.raises(
        DataProblem, match=r"mixes decimal points \(row 1 '1\.5'\) and decimal commas \(row 2 '1,5'\)"
    ):
        amounts("1.5", "1,5")
    with pytest.raises(DataProblem, match="decimal = ';'"):
        amounts("1", decimal=";")


def test_brackets_are_a_minus_and_a_minus_is_no_amount():
    assert pd.isna(amounts("(1,234.50)", "10.5")[0])


# All at once -----------------------------------------------------------------------------------


def test_all_problems_come_in_one_message(tmp_path):
    write(
        tmp_path,
        reps=text_of("reps").replace("name", "nickname"),
        opportunities=text_of("opportunities").replace(",won,", ",gewonnen,"),
        activities=text_of("activities").replace("2026-04-02,", "02/04/2026,"),
        accounts=b"",
        leads="lead_id,created_on\nl1,2026-13-45\n",
    )
    said = problems(tmp_path)
    assert len(said) >= 5
    for part in ("reps.csv", "opportunities.csv", "activities.csv", "accounts.csv", "leads"):
        assert any(part in line for line in said), part


#: What no file can be called: longer than a disk allows, with a NUL, of a user who is not there.
NO_NAMES = ("9" * 5000, "a\0b", "~nobody-of-that-name/data")


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_name_that_no_file_can_have_is_a_file_that_is_not_there(name):
    missing = "No data at|No settings file|No plan|No pay plan|No reports at|Unknown report|No notebook"
    for ask in (
        lambda: load(name),
        lambda: load(Path(name)),
        lambda: load(client=name),
        lambda: pay_plan(name),
        lambda: read_plan(name),
        lambda: difference(name, name),
        lambda: notebook.find(name),
        lambda: notebook.find(f"{name}.ipynb"),
    ):
        with pytest.raises(InvalidInput, match=missing):
            ask()
