"""The goals report: whose page, every state in both languages, pictures, tables, quotas."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from goals_cases import company

import salesanalysis as sa
from salesanalysis.core.errors import InvalidInput
from salesanalysis.core.i18n import LANGUAGES
from salesanalysis.plots import drawing
from salesanalysis.prose import explain
from salesanalysis.report.pages import closing, opening, section

KINDS = ("path", "steps", "goals", "members", "quota", "meaning")
GOALS = (
    ("wins", "rep", "a1", "2026-Q3", 14, "C average"),
    ("wins", "rep", "a2", "2026-Q3", 1, "C minimum"),
    ("wins", "rep", "a3", "2026-Q3", 60, "A"),
    ("win_rate", "rep", "a1", "2026-Q3", 0.5, "A"),
    ("wins", "rep", "n1", "2026-Q3", 5, "C average"),
    ("wins", "rep", "z1", "2026-Q3", 0, "C average"),
    ("wins", "rep", "v1", "2026-Q3", 9, "C average"),
    ("wins", "team", "North", "2026-Q3", 80, "C average"),
    ("wins", "rep", "a1", "2026-Q2", 2, "C average"),
    ("wins", "rep", "a2", "2026-Q2", 90, "C minimum"),
    ("wins", "rep", "a3", "2026-Q2", 90, "A"),
    ("wins", "rep", "a4", "2026-Q2", 90, "C average"),
    ("wins", "rep", "a1", "2026-Q4", 13, "C average"),
)
EXTRA = (("n1", "2026-08-10", None), ("z1", "2024-01-01", None), ("v1", "2024-01-01", None))
AWAY = (("v1", date(2026, 6, 1), date(2026, 12, 31)),)


@pytest.fixture(scope="module")
def crm():
    return company(*GOALS, extra=EXTRA, leave=AWAY)


def texts(found):
    return [explain(found, detail) for detail in ("title", "subtitle", "answer", "alt", "method")]


@pytest.mark.parametrize(
    ("period", "rep", "title"),
    [
        ("2026-Q3", "a1", "expected, goal 14; chance 0."),
        ("2026-Q3", "a2", "Opportunities won: goal reached, "),
        ("2026-Q3", "a3", "expected, goal 60; chance <\N{NO-BREAK SPACE}0.01"),
        ("2026-Q3", "a5", "No goal for bookings in this period"),
        ("2026-Q3", "n1", "expected, goal 5"),
        ("2026-Q3", "z1", "The goal is 0: nothing is asked"),
        ("2026-Q3", "v1", "No working day in this period: nothing to follow"),
        ("2026-Q2", "a1", "Opportunities won: goal reached, "),
        ("2026-Q2", "a2", ": below the floor, "),
        ("2026-Q2", "a3", ": stretch not reached, "),
        ("2026-Q2", "a4", ": below the average goal, "),
        ("2026-Q4", "a1", "13 asked for; chance to reach it 0."),
    ],
)
def test_every_state_has_a_page_in_both_languages(crm, period, rep, title):
    found = sa.expectations(crm, period, rep=rep)
    assert title in explain(found, "title", language="en")
    for language in LANGUAGES:
        told = replace(found, client=found.client.with_language(language))
        assert all(text.strip() and not re.search(r"\bnan\b", text) for text in texts(told))
        assert len(explain(told, "title")) <= 62
        assert len(explain(told).splitlines()) == 3
        shown = [section(replace_client(told, language), kind) for kind in KINDS]
        assert shown[0] is not None and opening(told, crm).answer and closing(told, crm)


def replace_client(found, language):
    """The parts of a page speak the page's language."""
    client = found.client.with_language(language)
    parts = {
        name: replace(part, client=client)
        for name in ("pacing", "members", "activity", "quota")
        if (part := getattr(found, name)) is not None
    }
    return replace(found, client=client, **parts)


@pytest.mark.parametrize(("rep", "team"), [("", ""), ("", "North"), ("", "south")])
def test_a_team_and_the_company(crm, rep, team):
    found = sa.expectations(crm, "2026-Q3", rep=rep, team=team)
    assert found.scope == ("team" if team else "organisation")
    for kind in ("path", "goals", "members", "quota"):
        assert section(found, kind) is not None, kind
    # In the south only those have a goal who never won anything: the way back cannot be told.
    assert (section(found, "steps") is None) == (team == "south")
    assert found.members.table["target_whole"].notna().all()
    assert len(drawing(found.members, "ends").data)
    if team == "North":
        north = found.quota.table.iloc[0]
        assert (north["summed"], north["stated"], north["verdict"]) == (75, 80, "does_not_add_up")
        assert "Does not" in section(found, "quota").data["children"][0]["rows"][0][-1]["text"]


def test_goals_by_week_to_year(crm):
    """14 wins in 66 working days: 14 / 66 * 5 a week, a third of it a month; nothing is said of the year."""
    found = sa.expectations(crm, "2026-Q3", rep="a1")
    wins = found.table.set_index("kpi").loc["wins"]
    assert wins["target_week"] == pytest.approx(14 / 66 * 5) and wins["target_month"] == pytest.approx(14 / 3)
    assert wins["target_quarter"] == 14 and wins[["target_year"]].isna().all()
    rate = found.table.set_index("kpi").loc["win_rate"]
    assert rate["target_quarter"] == 0.5 and rate["verdict"] in ("not_enough_evidence", "stretch_not_reached")
    months = sa.expectations(crm, "2026-08", rep="a1").table.set_index("kpi").loc["wins"]
    assert months["target_month"] == pytest.approx(14 * 21 / 66) and months["target_quarter"] == 14


def test_the_path_ends_where_the_pacing_says(crm):
    found = sa.expectations(crm, "2026-Q3", rep="a1")
    last, lead = found.path.iloc[-1], found.lead
    assert (last["estimate"], last["low_80"], last["high_80"]) == pytest.approx(
        (lead["estimate"], lead["conf_low"], lead["conf_high"])
    )
    assert found.path["value"].max() == lead["so_far"]
    assert (found.path["low_95"].dropna() <= found.path["low_80"].dropna()).all()
    over = sa.expectations(crm, "2026-Q2", rep="a1")
    assert over.path["estimate"].isna().all() and over.activity is None
    assert len(drawing(over).data) == 91


def test_what_a_miss_means_stands_beside_how_many_reach_it(crm):
    found = sa.expectations(crm, "2026-Q3", rep="a1")
    wins = found.table.set_index("kpi").loc["wins"]
    assert (wins["share_meant_low"], wins["share_meant_high"]) == (0.5, 0.5)
    assert wins["n"] == 4 and wins["check"] == "cannot_tell"  # goals of four reps in one finished period
    assert wins["share_reached"] == 0.25
    text = explain(sa.expectations(crm, "2026-Q2", rep="a3"), language="en")
    assert "stretch not reached, no failure" in text
    assert "lies below the floor" in explain(sa.expectations(crm, "2026-Q2", rep="a2"), language="en")


def test_without_any_goals_the_page_still_says_where_it_goes():
    crm = company()
    for who in ({}, {"rep": "a1"}, {"team": "North"}):
        found = sa.expectations(crm, **who)
        assert found.table.empty and found.lead["reason"] == "no_goal"
        assert section(found, "goals") is None and section(found, "quota") is None
        assert section(found, "path") is not None and len(explain(found).splitlines()) == 3


@pytest.mark.parametrize(
    ("who", "message"),
    [
        ({"rep": "a1", "team": "North"}, "Give a rep or a team, not both"),
        ({"team": "Nort"}, "Did you mean North"),
        ({"rep": "a9"}, "a9"),
    ],
)
def test_slips_end_in_one_sentence(crm, who, message):
    with pytest.raises(sa.SalesAnalysisError, match=message):
        sa.expectations(crm, "2026-Q3", **who)


def test_a_rep_hired_after_the_period_is_refused_and_nothing_recorded_gives_no_chance(sample_crm):
    with pytest.raises(InvalidInput, match="Galih Saputro is not employed in 2026-Q2"):
        sa.expectations(sample_crm, "2026-Q2", rep="R27")
    sdr = sa.pacing(sample_crm, "2026-Q4", kpi="bookings").of("team", "SDR Jakarta").table.iloc[0]
    assert np.isnan(sdr["estimate"])  # nobody of the role ever won: 0 would be a claim


@pytest.mark.slow
def test_goals_and_projection_say_one_end_and_one_chance(sample_crm):
    found, ahead = sa.expectations(sample_crm, "2026-Q4"), sa.project(sample_crm)
    row = ahead.table.set_index(["scope", "term"]).loc[("organisation", "2026-Q4")]
    lead = found.lead
    assert found.pacing.is_projected and lead["rest"] == pytest.approx(row["estimate"])
    assert lead["conf_low"] == pytest.approx(row["conf_low"]) and lead["conf_high"] == pytest.approx(
        row["conf_high"]
    )
    last = found.path.iloc[-1]
    assert last["estimate"] == pytest.approx(lead["estimate"]) and last["low_80"] == pytest.approx(
        lead["conf_low"]
    )
    reps = found.members.table if found.members else found.pacing.table
    reps = reps[reps["scope"] == "rep"]
    assert reps["rest"].sum() == pytest.approx(
        lead["rest"], rel=0.02
    )  # all but what those who left still own


@pytest.mark.slow
def test_a_team_s_page_projects_the_team(sample_crm):
    found = sa.expectations(sample_crm, "2026-Q4", team="surabaya")
    own = sa.project(sample_crm, team="Surabaya").table.set_index("term").loc["2026-Q4"]
    assert found.lead["rest"] == pytest.approx(own["estimate"])
    assert found.pacing.of("organisation").table["rest"].isna().all()  # nothing is said of anybody else
