"""Movement of the pipeline: by hand, and exact in count and value for any history."""

from __future__ import annotations

from datetime import timedelta

import pytest
import tiny
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pipeline_cases import FIRST, LAST, bare, companies, day
from test_pipeline_states import sale, step

from salesanalysis.core.errors import InvalidInput, UnknownName
from salesanalysis.kpi import panel
from salesanalysis.pipeline import movement
from salesanalysis.pipeline.movement import END, START
from salesanalysis.pipeline.steps import STEPS


def adds_up(found):
    """Check start plus changes against the end, for every group, in count and value."""
    for key, group in found.table.groupby(list(found.by), dropna=False) if found.by else [("", found.table)]:
        sums = group.set_index("step")[["change", "value"]]
        moved = sums.loc[[s for s in STEPS if s in sums.index]].sum()
        assert (sums.loc[START] + moved == sums.loc[END]).all(), key


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(companies(), st.integers(0, LAST), st.integers(0, 40), st.sampled_from(["", "all"]))
def test_steps_add_up_for_any_history(crm, start, length, due):
    first = FIRST + timedelta(days=start)
    last = min(first + timedelta(days=length), crm.as_of)
    for by in ((), ("team", "rep")):
        found = movement(crm, first, last, by=by, due=due)
        if found.table["value"].isna().all():
            continue  # most of what is open has no value
        adds_up(found)
        # What is won is what was won: nothing is won twice, and nothing is forgotten.
        sales = crm.frame("opportunities")
        won = sales[(sales["outcome"] == "won") & sales["closed_on"].between(str(first), str(last))]
        assert found.table.loc[found.table["step"] == "won", "change"].sum() == -len(won)


def steps(found, column="change"):
    rows = found.table[found.table["n"] > 0]
    return dict(zip(rows["step"], rows[column].astype(int)))


def test_each_step_by_hand():
    crm = bare(
        opportunities=[
            sale(opportunity_id="new", created_on=40, expected_close_on=70),
            sale(opportunity_id="later", created_on=40, expected_close_on=200),
            sale(opportunity_id="pushed", created_on=0, expected_close_on=150),
            sale(opportunity_id="pulled", created_on=0, expected_close_on=80),
            sale(opportunity_id="won", created_on=0, closed_on=60, outcome="won", amount=30.0),
            sale(opportunity_id="given", created_on=0, rep_id="r2", entry_rep_id="r1", expected_close_on=85),
        ],
        close_date_changes=[
            {"opportunity_id": "pushed", "changed_on": 50, "old_close_on": 80, "new_close_on": 150},
            {"opportunity_id": "pulled", "changed_on": 50, "old_close_on": 150, "new_close_on": 80},
        ],
        snapshots=[
            {"opportunity_id": "won", "seen_on": 35, "amount": 20.0, "expected_close_on": 75},
            {"opportunity_id": "given", "seen_on": 40, "rep_id": "r1"},
        ],
    )
    due = movement(crm, day(31), day(79))  # due by 31 March, day 89
    assert due.due_on == day(89)
    expected = {START: 3, "created": 1, "pulled_in": 1, "value_up": 0, "pushed_out": -1, "won": -1, END: 3}
    assert steps(due) == expected
    assert steps(due, "value")["won"] == -30 and steps(due, "value")["value_up"] == 10
    whole = steps(movement(crm, day(31), day(79), due="all"))
    assert whole == {START: 4, "created": 2, "value_up": 0, "won": -1, END: 5}
    rep = movement(crm, day(31), day(79), by="rep")
    assert rep.of(rep_id="r2")["change"]["assigned_in"] == 1 == -rep.of(rep_id="r1")["change"]["assigned_out"]
    adds_up(rep)


def test_closing_earlier_than_expected_pulls_in_first():
    crm = bare(opportunities=[sale(created_on=0, closed_on=50, outcome="won", expected_close_on=300)])
    assert steps(movement(crm, day(31), day(79))) == {"pulled_in": 1, "won": -1}


def test_an_end_that_was_taken_back_is_a_step_of_its_own():
    lost = {"outcome": "lost", "stage": "Lost it", "created_on": 0}
    crm = bare(
        opportunities=[sale(created_on=0, stage="b")]
        + [sale(opportunity_id=f"x{i}", closed_on=5 + i, **lost) for i in range(3)],
        stage_history=[step(0, "a"), step(40, "Lost it"), step(60, "b")]
        + [step(5 + i, "Lost it", opportunity_id=f"x{i}") for i in range(3)],
    )
    found = steps(movement(crm, day(31), day(79), due="all"))
    assert found == {START: 1, "reopened": 1, "lost": -1, END: 1}


def test_what_the_data_cannot_tell_is_no_row_and_a_note():
    found = movement(tiny.crm(), "2026-Q3", by="team")
    assert {"value_up", "value_down"} <= set(found.untold) and "value_up" not in set(found.table["step"])
    assert {note.code for note in found.notes} == {"pipeline_values_untold", "pipeline_dates_untold"}
    adds_up(found)


@pytest.mark.slow
def test_movement_agrees_with_the_kpis(sample_crm):
    found = movement(sample_crm, "2026-Q3", by="rep", due="all")
    adds_up(found)
    kpis = panel(sample_crm, ["wins", "losses", "opportunities_created", "bookings"], "2026-Q3", by=())
    said = kpis.kpis.set_index("kpi")["estimate"]
    sums = found.table.groupby("step")[["change", "value"]].sum()
    assert -sums["change"]["won"] == said["wins"] and -sums["change"]["lost"] == said["losses"]
    assert sums["change"]["created"] == said["opportunities_created"]
    assert -sums["value"]["won"] == pytest.approx(said["bookings"])


def test_mistakes_are_said_plainly(sample_crm):
    with pytest.raises(UnknownName, match="Unknown dimension 'teem'"):
        movement(sample_crm, "2026-Q3", by="teem")
    with pytest.raises(InvalidInput, match="write 'all'"):
        movement(sample_crm, "2026-Q3", due="soon")
    with pytest.raises(InvalidInput, match="no day within the data"):
        movement(sample_crm, "2027-01-01", "2027-02-01")
    with pytest.raises(InvalidInput, match="write a day"):
        movement(sample_crm, "2026-07-01", "soon")


def test_a_win_entered_in_the_books_after_the_data_ends_is_a_win():
    late = sale(opportunity_id="late", created_on=LAST + 40, closed_on=40, outcome="won", amount=40.0)
    crm = bare(opportunities=[late, sale(opportunity_id="other", created_on=0)])
    found = steps(movement(crm, day(31), day(60), due="all"))
    assert found["won"] == -1 and found[START] == found[END] == 1
