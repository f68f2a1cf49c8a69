"""A team's activity: silence by own habits, bursts, goals by working day, and who may read what."""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.activity.grid import grid
from salesanalysis.core.calendar import workdays, workdays_by_day
from salesanalysis.core.errors import InvalidInput, UnknownName
from salesanalysis.core.period import Period
from salesanalysis.prose import explain
from salesanalysis.prose.activity_ask import items
from salesanalysis.stats.funnel import count_chance
from salesanalysis.stats.runs import habits, longest_run, run_chance, transitions

SPAN = Period.parse("2026-Q2")
DAYS = pd.bdate_range("2026-01-05", "2026-06-30")


def company(change=None, *, leave=None, goals=None, reps=6):
    """Six reps with five calls on every weekday of half a year; `change(rep, day)` gives another count."""
    people = pd.DataFrame(
        {
            "rep_id": [f"r{i}" for i in range(reps)],
            "name": [f"Person {i}" for i in range(reps)],
            "team": ["North"] * (reps - 1) + ["South"],
            "role": "AE",
            "hired_on": "2024-01-01",
        }
    )
    rows = []
    for rep, day in itertools.product(people["rep_id"], DAYS):
        count = 5 if change is None else change(rep, day)
        rows += [(rep, day, day)] * count
    done = pd.DataFrame(rows, columns=["rep_id", "occurred_on", "logged_on"])
    done["activity_id"] = [f"a{i}" for i in range(len(done))]
    done["kind"], done["outcome"] = "call", "no_answer"
    sale = {"opportunity_id": ["o1"], "rep_id": ["r0"], "created_on": ["2026-01-05"], "outcome": ["open"]}
    tables = {"reps": people, "activities": done, "opportunities": pd.DataFrame(sale)}
    if leave is not None:
        tables["absences"] = leave
    if goals is not None:
        tables["goals"] = goals
    client = sa.Client(name="Test", country="", language="en", as_of=date(2026, 6, 30))
    return sa.load(tables, client)


def silent_in_may(rep, day):
    return 0 if rep == "r2" and "2026-05-11" <= str(day.date()) <= "2026-05-20" else 5


# Runs -----------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(
    length=st.integers(1, 5),
    days=st.integers(1, 9),
    begin=st.floats(0.05, 0.95),
    go_on=st.floats(0.05, 0.95),
)
def test_the_chance_of_a_run_is_that_of_all_sequences_together(length, days, begin, go_on):
    usual, total = begin / (begin + 1 - go_on), 0.0
    for days_of in itertools.product([0, 1], repeat=days):
        chance = usual if days_of[0] else 1 - usual
        for before, now in itertools.pairwise(days_of):
            step = go_on if before else begin
            chance *= step if now else 1 - step
        if longest_run(np.array(days_of, dtype=bool))[1] >= length:
            total += chance
    assert run_chance(length, days, begin, go_on) == pytest.approx(total, abs=1e-12)


def test_silence_by_habit_is_seldom_called_unusual():
    """Reps whose days are silent by a chain of their own: all flags are false."""
    rng, flagged = np.random.default_rng(3), 0
    for _ in range(40):
        begin, go_on = rng.uniform(0.01, 0.2, 12), rng.uniform(0.1, 0.5, 12)
        silent = np.zeros((12, 190), dtype=bool)
        for day in range(1, 190):
            silent[:, day] = rng.random(12) < np.where(silent[:, day - 1], go_on, begin)
        known, rest, found = np.ones_like(silent), np.ones_like(silent), []
        for rep in range(12):
            start, length = longest_run(silent[rep, 125:])
            rest[rep, 125 + start : 125 + start + length] = False
            found.append(length)
        own, whole = transitions(silent, rest), transitions(silent, known)
        starts, stays = habits(own, whole.sum(axis=0) - whole + own, weight=(20.0, 5.0))
        chances = [run_chance(n, 65, b, g) for n, b, g in zip(found, starts, stays)]
        ordered = np.sort(chances) * 12 / np.arange(1, 13)
        flagged += bool((ordered <= 0.05).any())
    assert flagged <= 6  # .05 of 40 and two standard errors


def test_counts_far_out_are_as_rare_as_the_law_says():
    assert count_chance([3], [3.0])[0] == pytest.approx(0.4648, abs=1e-4)
    assert count_chance([9], [3.0])[0] < count_chance([9], [3.0], dispersion=3.0)[0]
    assert np.isnan(count_chance([3], [np.nan])[0])


def test_days_of_everyone_add_up_to_the_working_days(sample_crm):
    reps, leave, span = sample_crm.reps(), sample_crm.frame("absences"), Period.parse("2026-Q3")
    by_day = workdays_by_day(reps, span, absences=leave).sum(axis=1)
    assert by_day.to_dict() == pytest.approx(workdays(reps, span, absences=leave)["days"].to_dict())


# Silence and bursts ---------------------------------------------------------------------------


def test_a_long_silence_is_named_and_says_what_to_ask():
    found = sa.team_activity(company(silent_in_may), SPAN)
    row = found.silences.iloc[0]
    assert (row["rep_id"], row["days"], row["verdict"]) == ("r2", 8, "unusual")
    assert row["reason"] == "nothing_recorded"
    assert (found.silences["verdict"] == "unusual").sum() == 1
    assert "ask" in explain(found, "answer", language="en")
    assert items(found)[0].name == "Person 2"
    assert found.asked["rep_id"].tolist() == ["r2"]


def test_leave_and_a_pause_of_the_company_are_no_silence():
    leave = {"rep_id": ["r2"], "starts_on": ["2026-05-11"], "ends_on": ["2026-05-21"]}
    away = sa.team_activity(company(silent_in_may, leave=pd.DataFrame(leave)), SPAN)
    assert not (away.silences["verdict"] == "unusual").any()
    closed = company(lambda rep, day: 0 if day.month == 5 and day.day < 8 else 5)
    paused = sa.team_activity(closed, SPAN)
    assert not (paused.silences["verdict"] == "unusual").any()
    assert any(note.code == "activity_pauses" for note in paused.notes)


def test_somebody_often_silent_is_judged_by_that_habit():
    def seldom(rep, day):
        return 0 if rep == "r1" and day.day_of_year % 3 != 0 else 5

    found = sa.team_activity(company(seldom), SPAN)
    assert not (found.silences["verdict"] == "unusual").any()


def test_a_burst_and_late_writing_are_told_apart():
    crm = company(lambda rep, day: 90 if rep == "r3" and str(day.date()) == "2026-06-10" else 5)
    found = sa.team_activity(crm, SPAN)
    assert found.bursts[["rep_id", "kind", "n"]].to_numpy().tolist() == [["r3", "many", 90.0]]


def test_nothing_on_record_is_said_and_not_judged():
    crm = company(lambda rep, day: 0 if rep == "r4" else 5)
    found = sa.team_activity(crm, SPAN)
    row = found.silences.set_index("rep_id").loc["r4"]
    assert (row["verdict"], row["reason"]) == ("cannot_tell", "never")


# Counts and goals -----------------------------------------------------------------------------


def test_sums_are_those_of_the_kpis(sample_crm):
    found = sa.team_activity(sample_crm, "2026-Q1")
    whole = sa.panel(sample_crm, ["calls", "emails", "meetings"], "2026-Q1").kpis
    theirs = whole[whole["rep_id"].isin(found.people["rep_id"])]
    totals = found.totals.set_index("kpi")["n"]
    for kpi, n in theirs.groupby("kpi")["estimate"].sum().items():
        assert totals[kpi] == n
    assert found.table.groupby("kpi")["n"].sum().to_dict() == totals.to_dict()
    assert found.tasks.iloc[-1]["tasks_due"] == found.tasks.iloc[:-1]["tasks_due"].sum()


def test_the_goal_is_asked_by_the_days_there():
    goals = pd.DataFrame(
        [("calls", "rep", f"r{i}", "2026-Q2", 260.0) for i in range(6)],
        columns=["kpi", "scope", "scope_id", "period", "target"],
    )
    leave = {"rep_id": ["r0"], "starts_on": ["2026-04-01"], "ends_on": ["2026-07-01"]}
    found = sa.team_activity(company(goals=goals, leave=pd.DataFrame(leave)), SPAN)
    row, path = found.goals.iloc[0], found.path
    assert row["target_whole"] == pytest.approx(5 * 260.0)
    # On leave all quarter, r0 is not on the page; what r0 logged nevertheless is told.
    assert path["value"].iloc[-1] == row["so_far"] == 5 * 5 * 65
    assert [note.count for note in found.notes if note.code == "activity_others"] == [5 * 65]
    assert path["expected"].iloc[-1] == pytest.approx(1300.0)
    assert row["verdict"] == "reached"


def test_everyone_alike_is_nobody_outside_the_range():
    table = sa.team_activity(company(), SPAN).table
    assert set(table["verdict"]) == {"usual"}
    assert table["estimate"].tolist() == pytest.approx([5.0] * 6)


def test_no_activities_is_an_answer(tmp_path):
    crm = company(lambda rep, day: 0)
    found = sa.team_activity(crm, "2026-01")
    assert found.missing == ("activities",)
    assert len(explain(found, "answer").splitlines()) == 3
    assert sa.section(found, "tiles") is None and sa.section(found, "missing") is not None


def test_a_wrong_team_and_an_empty_one_say_so():
    crm = company()
    with pytest.raises(UnknownName, match="North"):
        sa.team_activity(crm, SPAN, team="Nort")
    with pytest.raises(InvalidInput, match="minimum_group"):
        sa.edition(sa.team_activity(crm, SPAN, team="South"), crm, "client")


def test_the_clients_edition_names_nobody(sample_crm):
    found = sa.edition(sa.team_activity(sample_crm, "2026-Q1"), sample_crm, "client")
    blocks = [sa.opening(found, sample_crm), *(sa.section(found, k) for k in ("tiles", "heat", "reps"))]
    told = " ".join(str(block.data) for block in blocks if block)
    for name in sample_crm.reps()["name"]:
        assert name not in told
    assert "Rep-" in told


@pytest.mark.parametrize("language", ["en", "id"])
def test_titles_fit_on_one_line(sample_crm, language):
    for period in ("2026-Q1", "2026-Q3"):
        found = sa.team_activity(sample_crm, period)
        assert len(explain(found, "title", language=language)) <= 62
        for kind in ("tiles", "path", "ask", "heat", "reps"):
            assert explain(found, "title", kind=kind, language=language)


def test_the_grid_holds_every_entry_once(sample_crm):
    found = grid(sample_crm, Period.parse("2026-Q3"))
    log = sample_crm.frame("activities")
    day = pd.to_datetime(log["occurred_on"])
    held = found.counts["entries"][:, found.inside].sum() + found.outside["entries"].sum() + found.others
    assert held == ((day >= "2026-07-01") & (day < "2026-10-01")).sum()
