"""Loading: every kind of source gives the same tables, every row left out has one counted reason."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import tiny
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesanalysis.core.client import Client, TableSource
from salesanalysis.core.errors import DataProblem, InvalidInput
from salesanalysis.data import load

SETTINGS = Client(as_of=tiny.AS_OF)


@pytest.fixture(scope="module")
def expected() -> str:
    return load(tiny.tables(), SETTINGS).fingerprint


def changed(table: str, **columns: dict[int, object]) -> dict[str, pd.DataFrame]:
    """Return the tiny tables with some cells of one table changed: column={position: value}."""
    frames = tiny.tables()
    for column, cells in columns.items():
        for position, value in cells.items():
            frames[table].loc[position, column] = value
    return frames


def reasons(crm, table: str) -> dict[str, int]:
    rows = crm.exclusions[crm.exclusions["table"] == table]
    return dict(zip(rows["reason"], rows["rows"], strict=True))


def finding(crm, check: str) -> pd.Series:
    return crm.findings[crm.findings["check"] == check].iloc[0]


def with_table(name: str, **spec: object) -> Client:
    return Client(as_of=tiny.AS_OF, tables={name: TableSource(**spec)})


# Kinds of sources ------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_text_files_load_alike_whatever_separates_their_columns(tmp_path, expected, separator):
    for name, frame in tiny.tables().items():
        frame.to_csv(tmp_path / f"{name}.csv", sep=separator, index=False)
    assert load(tmp_path, SETTINGS).fingerprint == expected


def test_a_byte_order_mark_line_ends_of_windows_and_gzip_make_no_difference(tmp_path, expected):
    for name, frame in tiny.tables().items():
        data = frame.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
        (tmp_path / f"{name}.csv.gz").write_bytes(gzip.compress(data))
    assert load(tmp_path, SETTINGS).fingerprint == expected


def as_read(crm, name):
    """Return a table with the columns of its source, without those that loading works out."""
    return crm.frame(name)[list(tiny.tables()[name].columns)]


def test_parquet_loads_as_views_and_needs_no_copy(tmp_path, expected):
    crm = load(tiny.tables(), SETTINGS)
    for name in crm.tables:
        as_read(crm, name).to_parquet(tmp_path / f"{name}.parquet")
    again = load(tmp_path, SETTINGS)
    assert again.fingerprint == expected
    con = again.opportunities.get_backend().con
    kinds = con.execute("SELECT table_name, table_type FROM information_schema.tables").fetchall()
    # Only what loading works out with a join is stored: who owned an opportunity at entry.
    assert {name for name, kind in kinds if kind != "VIEW"} == {"derived_opportunities"}


def test_a_folder_of_parquet_parts_is_one_table(tmp_path, expected):
    crm = load(tiny.tables(), SETTINGS)
    for name in crm.tables:
        frame = as_read(crm, name)
        (tmp_path / name).mkdir()
        frame[:2].to_parquet(tmp_path / name / "part1.parquet")
        frame[2:].to_parquet(tmp_path / name / "part2.parquet")
    assert load(tmp_path, SETTINGS).fingerprint == expected


def test_excel_files_and_one_workbook_load_alike(tmp_path, expected):
    book = tmp_path / "book" / "all.xlsx"
    book.parent.mkdir()
    with pd.ExcelWriter(book) as writer:
        for name, frame in tiny.tables().items():
            frame.to_excel(writer, sheet_name=name, index=False)
            frame.to_excel(tmp_path / f"{name}.xlsx", index=False)
    assert load(book, SETTINGS).fingerprint == expected
    assert load(tmp_path, SETTINGS).fingerprint == expected


def test_excel_dates_and_numbers_keep_their_type(tmp_path):
    frames = tiny.tables()
    frames["reps"]["hired_on"] = pd.to_datetime(frames["reps"]["hired_on"])
    frames["reps"]["annual_cost"] = frames["reps"]["annual_cost"].astype(float)
    for name, frame in frames.items():
        frame.to_excel(tmp_path / f"{name}.xlsx", index=False)
    reps = load(tmp_path, SETTINGS).frame("reps")
    assert reps["hired_on"].tolist() == [pd.Timestamp(d) for d in ("2024-01-15", "2025-06-02", "2026-05-04")]
    assert reps["annual_cost"].sum() == 620e6


def test_a_duckdb_file_loads_alike_and_twice_at_once(tmp_path, expected):
    path = tmp_path / "crm.duckdb"
    with duckdb.connect(str(path)) as con:
        for name, frame in tiny.tables().items():
            con.register("incoming", frame)
            con.execute(f"CREATE TABLE {name} AS FROM incoming")
            con.unregister("incoming")
    first, second = load(path, SETTINGS), load(path, SETTINGS)
    assert first.fingerprint == second.fingerprint == expected


def test_typed_frames_load_like_texts(expected):
    frames = tiny.tables()
    for frame in frames.values():
        for column in frame.columns:
            if column.endswith("_on"):
                frame[column] = pd.to_datetime(frame[column])
    frames["opportunities"]["amount"] = frames["opportunities"]["amount"].astype(int)
    frames["activities"]["kind"] = frames["activities"]["kind"].astype("category")
    assert load(frames, SETTINGS).fingerprint == expected


def test_whole_numbers_read_as_floats_are_still_the_same_identifiers():
    frames = {
        "reps": pd.DataFrame({"rep_id": [1, 2], "name": ["Ani", "Budi"]}),
        "opportunities": pd.DataFrame(
            {
                "opportunity_id": [7, 8, 9],
                "rep_id": [1.0, 2.0, None],
                "outcome": "won",
                "closed_on": "2026-09-30",
            }
        ),
    }
    crm = load(frames)
    assert crm.opportunities.to_pandas()["rep_id"].tolist()[:2] == ["1", "2"]
    assert finding(crm, "no_rep")["rows"] == 1


def test_file_names_with_signs_that_readers_take_for_patterns(tmp_path, expected):
    folder = tmp_path / "export [2026]*"
    folder.mkdir()
    for name, frame in tiny.tables().items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    assert load(folder, SETTINGS).fingerprint == expected


def test_types_are_exactly_the_declared_ones_and_in_the_order_of_the_schema():
    crm = load(tiny.tables(), SETTINGS)
    schema = crm.opportunities.schema()
    assert list(schema)[:3] == ["opportunity_id", "rep_id", "account_id"]
    assert str(schema["closed_on"]) == "date"
    assert str(schema["amount"]) == "float64"
    assert crm.frame("opportunities")["closed_on"].dtype == "datetime64[s]"
    assert not crm.has("opportunities.lost_reason")


def test_the_fingerprint_ignores_the_order_of_rows_and_sees_every_cell(expected):
    shuffled = {name: frame[::-1] for name, frame in tiny.tables().items()}
    assert load(shuffled, SETTINGS).fingerprint == expected
    assert load(changed("opportunities", amount={3: "40000001"}), SETTINGS).fingerprint != expected
    assert len(expected) == 8


FORK = """
import os, sys
import salesanalysis.data as data, tiny
child = os.fork()
if child == 0:
    sys.stdout.write(str(len(tiny.crm().frame("reps"))))
    sys.stdout.flush()
    os._exit(0)
os.waitpid(child, 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_loading_works_in_a_child_forked_from_a_process_that_only_imported():
    tests = Path(__file__).parent
    path = os.pathsep.join([str(tests), str(tests.parent)])
    run = subprocess.run(
        [sys.executable, "-c", FORK],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert run.stdout == "3", run.stderr


def test_several_companies_at_once_do_not_mix():
    one, other = tiny.crm(), load(changed("reps", name={0: "Zaki"}), SETTINGS)
    assert set(one.frame("reps")["name"]) == {"Ani Lestari", "Budi Santoso", "Citra Putri"}
    assert "Zaki" in set(other.frame("reps")["name"])


# Columns and values ----------------------------------------------------------------------------


def test_columns_map_by_declaration_and_by_their_own_name_in_any_case():
    frames = tiny.tables()
    frames["opportunities"] = frames["opportunities"].rename(
        columns={"amount": "Nilai", "opportunity_id": "Opportunity ID", "closed_on": "CLOSED-ON"}
    )
    crm = load(frames, with_table("opportunities", columns={"amount": "nilai"}))
    assert crm.frame("opportunities")["amount"].sum() == 765e6
    assert crm.has("opportunities.closed_on")


def test_outcome_can_be_read_from_the_stage_and_a_star_stands_for_all_other_values():
    frames = tiny.tables()
    opportunities = frames["opportunities"]
    opportunities["stage"] = (
        opportunities["outcome"].map({"won": "Closed Won", "lost": "closed lost"}).fillna("Talk")
    )
    frames["opportunities"] = opportunities.drop(columns="outcome")
    values = {"outcome": {"Closed Won": "won", "Closed Lost": "lost", "*": "open"}}
    outcomes = load(frames, with_table("opportunities", values=values)).frame("opportunities")["outcome"]
    assert outcomes.value_counts().to_dict() == {"won": 4, "lost": 4, "open": 4}


def test_usual_spellings_of_kinds_are_recognised_and_others_are_named():
    frames = changed("activities", kind={0: "Call", 4: "Follow Up", 8: "Surel"})
    crm = load(frames, SETTINGS)
    assert set(crm.frame("activities")["kind"]) >= {"call", "follow_up", "Surel"}
    assert finding(crm, "unmeasured_value")["example"].startswith("'Surel' (1)")


def test_the_same_text_for_every_row():
    crm = load(tiny.tables(), with_table("accounts", constants={"segment": "retail"}))
    assert set(crm.frame("accounts")["segment"]) == {"retail"}


def test_columns_nobody_reads_are_listed():
    frames = tiny.tables()
    frames["reps"]["shoe_size"] = "41"
    assert finding(load(frames, SETTINGS), "ignored_columns")["example"] == "shoe_size"


# Rows left out and cells set aside -------------------------------------------------------------


def test_exact_duplicates_and_conflicting_ones_are_told_apart():
    frames = tiny.tables()
    twice = frames["opportunities"].iloc[[0, 1]].copy()
    twice.loc[1, "amount"] = "1"
    frames["opportunities"] = pd.concat([frames["opportunities"], twice], ignore_index=True)
    crm = load(frames, SETTINGS)
    assert reasons(crm, "opportunities") == {"duplicate_row": 1, "duplicate_key": 1}
    kept = crm.frame("opportunities").set_index("opportunity_id")["amount"]
    assert kept["o02"] == 60e6
    assert "row 14 'o02'" in finding(crm, "duplicate_key")["example"]


def test_duplicates_in_parquet_are_left_out_too(tmp_path):
    crm = load(tiny.tables(), SETTINGS)
    for name in crm.tables:
        frame = as_read(crm, name)
        pd.concat([frame, frame[:1]]).to_parquet(tmp_path / f"{name}.parquet")
    again = load(tmp_path, SETTINGS)
    assert again.fingerprint == crm.fingerprint
    assert set(again.exclusions["reason"]) == {"duplicate_row"}
    assert again.exclusions["rows"].tolist() == [1] * 9


def test_every_reason_is_counted_once_and_in_order():
    frames = changed(
        "activities",
        activity_id={0: None},
        kind={0: None, 1: "  "},  # the first row has no identifier either: one reason only
        occurred_on={2: "soon", 3: "2026-10-01", 4: "2062-05-04", 5: "1900-01-01"},
    )
    crm = load(frames, SETTINGS)
    wanted = {
        "missing_key": 1,
        "missing_value": 1,
        "unreadable_value": 1,
        "future_dated": 2,
        "impossible_date": 1,
    }
    assert reasons(crm, "activities") == wanted
    assert crm.activities.count().execute() == 34
    assert crm.rows_in["activities"] == 40
    assert finding(crm, "unreadable_value")["example"] == "frame 'activities', occurred_on: row 3 'soon'"


def test_cells_that_cannot_be_right_are_set_aside_and_their_rows_stay():
    frames = changed(
        "opportunities",
        amount={0: "-5", 1: "free"},
        created_on={3: "2026-08-01"},  # closed on 15 July
        closed_on={8: "2026-12-01", 2: None},  # open with a date; lost without one
        expected_close_on={0: "0001-01-01"},
        rep_id={4: "r9", 5: None},
    )
    crm = load(frames, SETTINGS)
    assert reasons(crm, "opportunities") == {}
    table = crm.frame("opportunities").set_index("opportunity_id")
    assert table.loc[["o01", "o02"], "amount"].isna().all()
    assert pd.isna(table.loc["o04", "created_on"])
    assert table.loc["o04", "closed_on"] == pd.Timestamp("2026-07-15")
    assert pd.isna(table.loc["o09", "closed_on"])
    assert table.loc[["o05", "o06"], "rep_id"].isna().all()
    found = crm.findings[crm.findings["severity"] == "warning"].set_index("check")["rows"].to_dict()
    assert found == {
        "negative_value": 1,
        "unreadable_value": 1,
        "impossible_date": 1,
        "closed_before_created": 1,
        "closed_on_while_open": 1,
        "closed_without_date": 1,
        "no_such_rep": 1,
        "no_rep": 1,
    }


def test_closed_after_the_export_is_left_out_but_a_plan_is_not():
    frames = changed("opportunities", closed_on={0: "2026-10-05"}, expected_close_on={9: "2027-03-01"})
    assert reasons(load(frames, SETTINGS), "opportunities") == {"future_dated": 1}


def test_what_points_nowhere_is_counted_and_kept():
    crm = load(changed("activities", opportunity_id={1: "o99"}), SETTINGS)
    row = finding(crm, "orphan")
    assert (row["table"], row["column"], row["rows"]) == ("activities", "opportunity_id", 1)
    assert crm.activities.count().execute() == 40


def test_coaching_of_nobody_is_left_out():
    assert reasons(load(changed("coaching", rep_id={0: "r9"}), SETTINGS), "coaching") == {"no_such_rep": 1}


def test_too_many_rows_lost_stops_and_shows_the_ledger():
    frames = changed("activities", occurred_on=dict.fromkeys(range(20), "soon"))
    with pytest.raises(
        DataProblem, match=r"20 of 40 rows of activities \(50%\) would be left out.*\n.*unreadable_value: 20"
    ):
        load(frames, SETTINGS)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["opportunity_id", "created_on", "closed_on", "amount", "rep_id", "account_id"]),
            st.integers(0, 11),
            st.sampled_from(
                [None, "", "  ", "o01", "r1", "2026-02-31", "2030-01-01", "-1", "1e3", "xx", "NULL"]
            ),
        ),
        max_size=8,
    )
)
def test_rows_read_are_rows_kept_plus_rows_left_out(dirt):
    frames = tiny.tables()
    for column, position, value in dirt:
        frames["opportunities"].loc[position, column] = value
    crm = load(frames, Client(as_of=tiny.AS_OF, max_loss=1.0))
    for name, rows in crm.rows_in.items():
        assert crm.tables[name].count().execute() + sum(reasons(crm, name).values()) == rows


# The day up to which data is known -------------------------------------------------------------


def test_as_of_is_the_latest_plausible_day_when_nobody_declares_it():
    assert load(tiny.tables()).as_of == date(2026, 9, 21)
    slip = load(changed("activities", occurred_on={39: "2062-08-13"}, logged_on={39: "2026-08-13"}))
    assert slip.as_of == date(2026, 9, 21)
    assert reasons(slip, "activities") == {"future_dated": 1}
    assert finding(slip, "as_of_found")["example"] == "2026-09-21"


def test_as_of_of_the_call_beats_the_client():
    assert load(tiny.tables(), SETTINGS, as_of="2026-10-15").as_of == date(2026, 10, 15)
    with pytest.raises(InvalidInput, match="write a day such as 2026-09-30"):
        load(tiny.tables(), SETTINGS, as_of="autumn")


# Settings and source go together ---------------------------------------------------------------


def test_settings_are_found_beside_the_data_and_data_beside_the_settings(tmp_path):
    (tmp_path / "data").mkdir()
    for name, frame in tiny.tables().items():
        frame.to_csv(tmp_path / "data" / f"{name}.csv", index=False)
    (tmp_path / "client.toml").write_text(
        'name = "Acme"\nsource = "data"\nlanguage = "id"\n', encoding="utf-8"
    )
    for crm in (load(client=tmp_path), load("", str(tmp_path)), load(tmp_path / "client.toml")):
        assert (crm.client.name, crm.client.language) == ("Acme", "id")
    (tmp_path / "data" / "client.toml").write_text('name = "Inside"\n', encoding="utf-8")
    assert load(tmp_path / "data", language="id").client.name == "Inside"
    with pytest.raises(InvalidInput, match="No source given"):
        load()


def test_a_folder_with_data_and_no_settings_loads_with_the_defaults(tmp_path):
    for name, frame in tiny.tables().items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    assert load(client=tmp_path).client == Client()
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput, match="No settings file"):
        load(client=tmp_path / "empty")
