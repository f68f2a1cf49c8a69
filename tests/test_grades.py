"""The report card: marks from comparable reps, a grade for each result and the grades it could be."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.core.errors import UnknownName
from salesanalysis.goals import GRADES
from salesanalysis.goals.grade import MARKS, grade_of


@pytest.fixture(scope="module")
def card(sample_crm):
    return sa.grades(sample_crm, "2026-Q3")


def test_grades_by_hand():
    assert [grade_of(v, [90, 60, 40]) for v in (91, 90, 89, 60, 59, 40, 39, 0)] == list("AABBCCDD")
    assert [grade_of(v, [30, 40, 50], "lower") for v in (29, 30, 31, 50, 51)] == list("AABCD")
    assert grade_of(float("nan"), [3, 2, 1]) == ""


@given(
    marks=st.lists(st.floats(0, 1e6), min_size=3, max_size=3).map(lambda m: sorted(m, reverse=True)),
    low=st.floats(0, 1e6),
    more=st.floats(0, 1e6),
)
def test_more_never_gives_a_worse_grade(marks, low, more):
    assert GRADES.index(grade_of(low + more, marks)) <= GRADES.index(grade_of(low, marks))


def test_the_planted_weakness_has_a_certain_grade(card):
    row = card.table.set_index(["rep_id", "kpi"]).loc[("R02", "calls")]
    assert (row["grade"], row["grade_low"], row["grade_high"], row["verdict"]) == ("D", "D", "D", "certain")


def test_a_grade_lies_between_its_ends_and_certain_ones_have_one(card):
    told = card.table[card.table["verdict"] != "cannot_tell"]
    place = {grade: i for i, grade in enumerate(GRADES)}
    best, own, worst = (told[c].map(place) for c in ("grade_high", "grade", "grade_low"))
    assert ((best <= own) & (own <= worst)).all()
    assert ((best == worst) == (told["verdict"] == "certain")).all()


def test_marks_fall_from_what_few_reach_to_the_floor(card):
    told = card.table.dropna(subset=list(MARKS))
    a, average, least = (told[m].to_numpy() for m in MARKS)
    up = (told["better"] == "higher").to_numpy()
    assert ((a >= average) & (average >= least))[up].all()
    assert ((a <= average) & (average <= least))[~up].all()


def test_as_many_have_each_grade_as_the_marks_are_meant_for(card):
    """Over all KPIs: 12.5, 37.5, 27.5 and 22.5 of 100, which 300 results of 22 reps scatter around."""
    told = card.table[card.table["verdict"] != "cannot_tell"]
    share = told["grade"].value_counts(normalize=True)
    for grade, meant in zip(GRADES, (0.125, 0.375, 0.275, 0.225)):
        assert abs(share[grade] - meant) < 0.10, (grade, share[grade])


def test_part_of_the_period_is_held_against_its_part_of_the_marks(sample_crm, card):
    """Someone on board for a part of the days has smaller marks for what adds up, not for rates."""
    calls = card.table[card.table["kpi"] == "calls"].dropna(subset=["mark_average"])
    ae = calls[calls["role"] == "AE"].set_index("rep_id")
    full = ae["mark_average"].max()
    assert ae.loc["R27", "mark_average"] < 0.75 * full  # hired in August
    rates = card.table[(card.table["kpi"] == "connect_rate") & (card.table["role"] == "AE")]
    assert rates["mark_average"].dropna().nunique() == 1


def test_without_history_or_comparable_reps_there_is_no_grade(sample_crm, card):
    sdr = card.table[(card.table["role"] == "SDR") & (card.table["kpi"] == "leads_handed")]
    assert set(sdr["reason"]) == {"too_few_reps"} and (sdr["grade"] == "").all()
    early = sa.grades(sample_crm, "2024-Q4", kpis="calls")
    assert set(early.table["verdict"]) == {"cannot_tell"}
    assert "No result can be graded" in sa.explain(early, language="en")


def test_a_period_that_has_not_begun_has_no_grades(sample_crm):
    ahead = sa.grades(sample_crm, "2026-Q4")
    assert ahead.table.empty and sa.section(ahead) is None
    assert "No result can be graded" in sa.explain(ahead, language="en")


def test_an_unknown_team_is_refused_with_the_close_one(sample_crm):
    with pytest.raises(UnknownName, match="Jakarta 1"):
        sa.grades(sample_crm, "2026-Q3", team="Jakarta 11")


@pytest.mark.parametrize("language", ["en", "id"])
def test_words_and_page(card, language):
    from dataclasses import replace

    told = replace(card, client=card.client.with_language(language))
    for detail in ("title", "subtitle", "answer", "source", "alt", "method"):
        text = sa.explain(told, detail)
        assert text and "{" not in text and not re.search(r"\bnan\b", text)
    whole = sa.section(told).children[0]
    assert len(whole.rows) == told.table["kpi"].nunique()
    one = replace(told, table=told.table[told.table["rep_id"] == "R02"].reset_index(drop=True))
    rows = {row[0]: row for row in sa.section(one).children[0].rows}
    assert any("**D**" in str(row[5]) for row in rows.values())
    assert np.isfinite(pd.to_numeric(one.table["estimate"])).any()
