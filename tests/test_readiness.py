"""Readiness: verdicts, scores and what to fix, on the sample, on planted faults and on hardly any data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import tiny

import salesanalysis as sa
from salesanalysis.core.client import Client
from salesanalysis.core.i18n import LANGUAGES
from salesanalysis.core.result import GLOSSARY
from salesanalysis.data import load
from salesanalysis.kpi import KPIS
from salesanalysis.linkage import verdict
from salesanalysis.prose import explain
from salesanalysis.readiness import ENOUGH, PARTS, QUESTIONS, ledger
from salesanalysis.report.page_quality import found_rows

SETTINGS = Client(as_of=tiny.AS_OF, minimum_base=2, claim_base=5)


def ready(**changed: pd.DataFrame | None):
    frames = tiny.tables() | changed
    return sa.assess(load({k: v for k, v in frames.items() if v is not None}, SETTINGS))


@pytest.fixture(scope="module")
def whole():
    return ready()


def row(result, kpi: str) -> pd.Series:
    return result.measurable.set_index("kpi").loc[kpi]


def test_every_kpi_of_the_registry_has_a_verdict_a_score_and_its_parts(results):
    table = results["ReadinessResult"].measurable
    assert table["kpi"].tolist() == list(KPIS)
    assert set(table.columns) <= set(GLOSSARY)
    assert set(table["verdict"]) <= {"computable", "partly", "not"}
    assert table["score"].between(0, 100).all()
    known = table[table["verdict"] != "not"]
    product = known[list(PARTS)].fillna(1.0).prod(axis=1) * 100
    assert np.allclose(known["score"], product)
    in_full = known[known["verdict"] == "computable"]
    assert (in_full[list(PARTS)].fillna(1.0) >= ENOUGH).all().all()


def test_the_least_of_a_linkage_is_that_of_its_verdict():
    least = dict(QUESTIONS["linkage"].least)
    assert least == {
        "reps": verdict.MINIMUM_REPS,
        "weeks": verdict.MINIMUM_WEEKS,
        "wins": verdict.MINIMUM_WINS,
    }


def test_scores_worked_by_hand(whole):
    calls = row(whole, "calls")
    late = 1 - 1 / 40  # t36 was logged twelve days later
    assert (calls["completeness"], calls["timeliness"], calls["integrity"]) == (1.0, late, 1.0)
    assert calls["score"] == pytest.approx(100 * late * calls["coverage"])
    bookings = row(whole, "bookings")
    assert np.isnan(bookings["timeliness"]) and bookings["score"] == 100 and not bookings["at_most"]


def test_a_field_half_empty_is_measurable_in_part_and_names_the_field():
    opportunities = tiny.tables()["opportunities"]
    opportunities.loc[[0, 1], "amount"] = None  # two of four won
    found = ready(opportunities=opportunities)
    bookings = row(found, "bookings")
    assert (bookings["verdict"], bookings["reason"], bookings["missing"]) == (
        "partly",
        "incomplete",
        "opportunities.amount",
    )
    assert bookings["completeness"] == bookings["value"] == 0.5
    assert row(found, "wins")["verdict"] == "computable"


def test_a_missing_clock_makes_the_score_a_highest_value():
    activities = tiny.tables()["activities"].drop(columns="logged_on")
    assert row(ready(activities=activities), "calls")["at_most"]


def test_all_logged_late_is_said():
    activities = tiny.tables()["activities"]
    activities["logged_on"] = "2026-09-30"
    activities["occurred_on"] = "2026-08-03"
    found = row(ready(activities=activities), "calls")
    assert (found["reason"], found["timeliness"], found["score"]) == ("late", 0.0, 0.0)


def test_fixes_come_in_the_order_of_what_they_unlock():
    found = ready(activities=None, coaching=None)
    first = found.fixes.iloc[0]
    assert (first["action"], first["subject"]) == ("export_table", "activities")
    assert "diagnosis" in first["questions"] and "calls" in first["unlocks"].split(", ")
    assert found.table.set_index("term").loc["linkage", "reason"] == "missing"
    gains = [len(q.split(", ")) if q else 0 for q in found.fixes["questions"]]
    todo = [gain for gain, action in zip(gains, found.fixes["action"]) if action != "wait"]
    assert todo == sorted(todo, reverse=True)


def test_what_one_fix_unlocks_counts_those_before_it():
    found = ready(activities=None, leads=None)
    table = found.fixes
    unlocked = [name for cell in table["unlocks"] for name in cell.split(", ") if name]
    assert len(unlocked) == len(set(unlocked))
    lacking = found.kpis.loc[found.kpis["verdict"] != "computable", "kpi"]
    assert set(unlocked) == set(lacking)


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_hardly_any_data_cannot_tell_and_says_why(rows):
    frames = tiny.tables()
    one = {"reps": frames["reps"].head(1), "opportunities": frames["opportunities"].head(max(rows, 1))}
    found = sa.assess(load(one, Client(as_of=tiny.AS_OF)))
    results = found.table.set_index("term").loc["results"]
    assert (results["verdict"], results["reason"], results["base"]) == ("no", "too_few", 20)
    wins = row(found, "wins")
    assert (wins["verdict"], wins["reason"]) == ("partly", "too_few")
    for language in LANGUAGES:
        assert len(explain(found, "answer", language=language).splitlines()) == 3


def test_a_kind_that_stopped_makes_its_kpis_doubtful(sample_crm):
    frames = {n: sample_crm.frame(n) for n in ("reps", "opportunities", "activities")}
    activities = frames["activities"]
    # Rare calls from then on: neither gone nor as before.
    late = (activities["kind"] == "email") & (activities["occurred_on"] >= "2026-01-05")
    frames["activities"] = activities[~late | (activities.index % 6 == 0)]
    found = sa.assess(load(frames, Client(as_of=sample_crm.as_of)))
    emails = row(found, "emails")
    assert (emails["verdict"], emails["reason"], emails["missing"]) == ("partly", "shift", "email")
    assert row(found, "meetings")["reason"] != "shift"
    shift = found.quality.shifts.set_index("term").loc["email"]
    assert abs((shift["week"] - pd.Timestamp("2026-01-05")).days) <= 7


def test_the_ledger_adds_up_to_the_rows_in_use(sample_crm, results):
    rows = ledger(sample_crm).set_index("table")
    assert (rows["rows"] == rows["n"] + rows["base"]).all()
    used = results["QualityResult"].table.groupby("table")["n"].first()
    assert used.loc[rows.index].to_dict() == rows["n"].to_dict()
    assert rows.loc["activities", "reason"].startswith("future_dated:4")


def test_too_great_a_loss_stops_with_the_ledger_shown():
    activities = tiny.tables()["activities"]
    activities.loc[:19, "occurred_on"] = "2027-01-01"
    with pytest.raises(sa.SalesAnalysisError, match="max_loss") as error:
        ready(activities=activities)
    said = str(error.value)
    assert "20 of 40 rows" in said and "future_dated: 20 rows" in said and "row 1 '2027-01-01'" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fix_finding_and_reason_has_words(language):
    opportunities = tiny.tables()["opportunities"]
    opportunities.loc[[0, 1], "amount"] = None
    frames = tiny.tables() | {"opportunities": opportunities}
    del frames["goals"]
    found = sa.assess(load(frames, SETTINGS.with_language(language)))
    from salesanalysis.prose.readiness_words import fix_words, unlocks_words, why_kpi, why_question

    words = found.client.words
    assert all(fix_words(r, words) and unlocks_words(r, words) for r in found.fixes.itertuples())
    assert all(why_kpi(r, words) for r in found.measurable.itertuples())
    assert all(why_question(r, words) for r in found.table.itertuples())
    assert all(f.what for f in found_rows(found))
    for kind in ("", "fixes", "questions", "kpis", "tables", "fields", "problems", "habits", "logging"):
        for detail in ("title", "subtitle", "source", "alt"):
            assert "{" not in explain(found, detail, kind=kind)
    assert len(explain(found, "title")) <= 62


def test_export_words_follow_the_language(whole):
    frames = tiny.tables()
    del frames["activities"]
    table = sa.coverage(load(frames, SETTINGS.with_language("id"))).table.set_index("kpi")
    assert table.at["calls", "export"].startswith("tabel activities (Satu baris per telepon")
    assert "Jenisnya" in table.at["calls", "meaning"]


def test_check_prints_the_most_urgent_first(capsys):
    from salesanalysis.report.check import print_check

    frames = tiny.tables()
    del frames["activities"]
    print_check(load(frames, SETTINGS))
    said = capsys.readouterr().out
    order = ["questions can be answered", "Do this first", "Questions", "Rows", "not measurable in full"]
    assert [said.index(text) for text in order] == sorted(said.index(text) for text in order)
    assert "Export activities" in said
