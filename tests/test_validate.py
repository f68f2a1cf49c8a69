"""What loading found, completeness of fields, habits of record keeping; sentences in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
import tiny

from salesanalysis.core.client import Client
from salesanalysis.core.i18n import LANGUAGES, Language, catalogue
from salesanalysis.core.result import GLOSSARY
from salesanalysis.core.schema import SCHEMA
from salesanalysis.data import load, quality, validate
from salesanalysis.data.gaps import EVIDENCE
from salesanalysis.data.habits import HABITS, LIMITS
from salesanalysis.data.ledger import COLUMNS, SEVERITIES


@pytest.fixture(scope="module")
def crm():
    return tiny.crm()


@pytest.fixture(scope="module")
def dirty():
    frames = tiny.tables()
    frames["activities"].loc[[0, 1], "kind"] = None
    frames["activities"].loc[2, "occurred_on"] = "2027-01-01"
    frames["opportunities"].loc[0, "amount"] = "-3"
    return load(frames, Client(as_of=tiny.AS_OF))


def test_findings_come_worst_first_with_share_and_example(dirty):
    result = validate(dirty)
    assert tuple(result.table.columns) == COLUMNS
    assert set(COLUMNS) <= set(GLOSSARY)
    rank = result.table["severity"].map(SEVERITIES.index)
    assert rank.is_monotonic_increasing
    first = result.table[result.table["check"] == "missing_value"].iloc[0]
    assert (first["table"], first["column"], first["rows"], first["share"]) == (
        "activities",
        "kind",
        2,
        2 / 40,
    )
    assert first["example"] == "frame 'activities', kind: row 1, row 2"
    assert result.excluded == 3
    assert result.n == sum(dirty.rows_in.values()) == 89
    assert result.as_of == tiny.AS_OF


def test_each_reason_is_a_note_in_both_languages(dirty):
    notes = validate(dirty).notes
    assert sorted(n.text(Language("en")) for n in notes) == [
        "1 row of activities left out: dated after the export.",
        "2 rows of activities left out: a required value is empty.",
    ]
    assert "2 baris aktivitas tidak dipakai: nilai wajib kosong." in [n.text(Language("id")) for n in notes]
    assert dirty.notes("opportunities") == ()


def test_clean_data_has_nothing_left_out(crm):
    result = validate(crm)
    assert result.excluded == 0
    assert set(result.table["severity"]) == {"info"}
    assert "ValidationResult" in repr(result)


def test_every_code_table_severity_and_habit_has_its_sentence():
    source = "".join(
        p.read_text(encoding="utf-8") for p in Path(validate.__code__.co_filename).parent.glob("*.py")
    )
    called = re.findall(r'\bCheck\(\s*"(\w+)"', source)
    called += re.findall(r'ledger\.add\(\s*(?:[\w.]+|"\w*"),\s*"(\w+)"', source)
    codes = {*called, "impossible_date", "negative_value", "unknown_value", "unreadable_value", "missing_key"}
    codes |= {"missing_value", "duplicate_row", "duplicate_key", "closed_before_created", "left_before_hired"}
    codes |= {"converted_before_created", "ends_before_start", "future_dated", "future_cell"}
    assert {"no_such_rep", "future_dated", "orphan", "broken_row", "as_of_found"} <= codes
    habits = {h.term for h in HABITS} | set(LIMITS)
    habits |= {"open_with_left_owner", *(f"gap_beside_{name}" for name in EVIDENCE)}
    wanted = {f"readiness.reason.{code}" for code in codes}
    wanted |= {f"readiness.table.{name}" for name in SCHEMA} | {f"readiness.habit.{term}" for term in habits}
    wanted |= {f"readiness.doubt.{term}" for term in habits}
    for language in LANGUAGES:
        assert set(catalogue(language, "readiness")) >= wanted
        assert set(catalogue(language, "assess")) >= {f"assess.severity.{s}" for s in SEVERITIES}


def test_completeness_of_fields(crm):
    table = quality(crm).table.set_index(["table", "column"])
    closed = table.loc[("opportunities", "closed_on")]
    assert (closed["n"], closed["filled"], closed["distinct"]) == (12, 8 / 12, 8)
    assert (closed["minimum"], closed["maximum"]) == ("2026-05-06", "2026-09-14")
    assert table.loc[("activities", "opportunity_id"), "filled"] == 30 / 40
    assert table.loc[("reps", "rep_id"), "minimum"] == ""
    assert set(quality(crm).table.columns) <= set(GLOSSARY)


def test_habits_worked_by_hand(crm):
    table = quality(crm).habits.set_index("term")
    assert set(table.columns) <= set(GLOSSARY)

    def shown(term: str) -> tuple[int, int]:
        return int(table.loc[term, "n"]), int(table.loc[term, "base"])

    assert shown("logged_late") == (1, 40)  # t36, twelve days
    assert shown("logged_after_a_day") == (2, 40)  # t14 two days, t36
    assert shown("attributed_by_link") == (30, 40)
    assert shown("expected_close_passed") == (2, 4)  # o11 and o12
    assert shown("won_without_amount") == (0, 4)
    assert shown("open_with_left_owner") == (1, 4)  # o12 of Citra, who left
    assert shown("rep_without_opportunity") == (0, 3)
    assert shown("without_stage_history") == (6, 12)
    assert (table["estimate"] == table["n"] / table["base"]).all()


def test_silent_weeks_count_whole_weeks_of_employment():
    activities = tiny.tables()["activities"].iloc[:3].copy()
    activities["rep_id"] = ["r1", "r1", "r3"]
    activities["occurred_on"] = ["2026-05-04", "2026-05-13", "2026-05-12"]  # Mondays 4, 11 and 11 May
    frames = {name: tiny.tables()[name] for name in ("reps", "opportunities")}
    frames["opportunities"] = frames["opportunities"][:2]
    frames["activities"] = activities.drop(columns="logged_on")
    frames["reps"].loc[2, ["hired_on", "left_on"]] = [
        "2026-05-06",
        "2026-05-26",
    ]  # whole weeks of 11 and 18 May
    found = quality(load(frames, as_of="2026-05-31")).habits.set_index("term").loc["silent_rep_weeks"]
    # Ani and Budi have four whole weeks each from 4 May on, Citra two; three of the ten hold an activity.
    assert (found["n"], found["base"]) == (7, 10)


def test_a_company_without_activities_has_fewer_habits_and_no_error():
    frames = {name: tiny.tables()[name] for name in ("reps", "opportunities")}
    table = quality(load(frames)).habits
    assert "silent_rep_weeks" not in set(table["term"])
    assert isinstance(table, pd.DataFrame)
