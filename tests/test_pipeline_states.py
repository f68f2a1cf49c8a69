"""How opportunities stood: by hand, and for any history one state per opportunity and day."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
import tiny
from hypothesis import HealthCheck, given, settings
from pipeline_cases import AS_OF, LAST, bare, companies, day

from salesanalysis.kpi import panel
from salesanalysis.pipeline import states, states_on


def story(**tables):
    """Return the stretches of one opportunity: its days, and the rest, as plain values."""
    frame = states(bare(**tables))

    def plain(value):
        if isinstance(value, pd.Timestamp):
            return (value - pd.Timestamp(day(0))).days
        return None if pd.isna(value) else value

    columns = ("starts_on", "ends_on", "status", "stage", "rep_id", "amount", "expected_close_on")
    return [tuple(plain(getattr(row, name)) for name in columns) for row in frame.itertuples()]


def sale(**values):
    return {"opportunity_id": "o", "rep_id": "r1", "outcome": "open", "stage": "a", "amount": 10.0} | values


def step(entered_on, stage, **values):
    return {"opportunity_id": "o", "entered_on": entered_on, "stage": stage} | values


def test_a_plain_history_is_read_stage_by_stage():
    found = story(
        opportunities=[sale(created_on=0, closed_on=20, outcome="won", stage="b", expected_close_on=30)],
        stage_history=[step(0, "a"), step(5, "b")],
    )
    assert found == [
        (0, 5, "open", "a", "r1", 10.0, 30),
        (5, 20, "open", "b", "r1", 10.0, 30),
        (20, None, "won", "b", "r1", 10.0, 30),
    ]


def test_what_is_dated_before_the_entry_counts_from_it_and_after_the_close_not_at_all():
    found = story(
        opportunities=[sale(created_on=10, closed_on=20, outcome="lost", stage="b")],
        stage_history=[step(3, "a"), step(7, "b"), step(25, "c")],
    )
    assert [row[:4] for row in found] == [(10, 20, "open", "b"), (20, None, "lost", "b")]


def test_without_a_creation_day_it_begins_with_the_first_thing_recorded():
    assert story(opportunities=[sale()], stage_history=[step(12, "a")])[0][0] == 12


def test_of_several_stages_on_a_day_the_furthest_counts():
    found = story(opportunities=[sale(created_on=0, stage="c")], stage_history=[step(4, "c"), step(4, "b")])
    assert [row[:4] for row in found] == [(0, 4, "open", None), (4, None, "open", "c")]


def test_a_closing_stage_followed_by_another_is_a_close_and_a_reopening():
    lost = {"outcome": "lost", "stage": "Lost it", "created_on": 0}
    found = states(
        bare(
            opportunities=[sale(created_on=0, closed_on=40, outcome="won", stage="b")]
            + [sale(opportunity_id=f"x{i}", closed_on=30 + i, **lost) for i in range(3)],
            stage_history=[step(0, "a"), step(10, "Lost it"), step(20, "b")]
            + [step(30 + i, "Lost it", opportunity_id=f"x{i}") for i in range(3)],
        )
    )
    own = found[found["opportunity_id"] == "o"]
    assert own["status"].tolist() == ["open", "lost", "open", "won"]
    assert [(d - pd.Timestamp(day(0))).days for d in own["starts_on"]] == [0, 10, 20, 40]


def test_values_owners_and_close_dates_come_from_copies_and_changes():
    found = story(
        opportunities=[sale(created_on=0, closed_on=50, outcome="won", rep_id="r2", expected_close_on=60)],
        close_date_changes=[
            {"opportunity_id": "o", "changed_on": 10, "old_close_on": 40, "new_close_on": 60}
        ],
        snapshots=[
            {"opportunity_id": "o", "seen_on": 20, "amount": 8.0, "rep_id": "r1"},
            {"opportunity_id": "o", "seen_on": 30, "amount": 9.0, "rep_id": "r1"},
        ],
    )
    assert [(a, rep, amount, close) for a, _, _, _, rep, amount, close in found] == [
        (0, "r1", 8.0, 40),  # before the first copy its value; before the first change its old day
        (10, "r1", 8.0, 60),
        (30, "r1", 9.0, 60),
        (31, "r2", 9.0, 60),  # the present owner from the day after the last record of another one
        (50, "r2", 10.0, 60),
    ]


def test_closed_without_a_day_is_left_out_and_closed_later_is_open():
    assert story(opportunities=[sale(created_on=0, outcome="won")]) == []
    later = story(opportunities=[sale(created_on=0, outcome="won", closed_on=LAST + 3)])
    assert {row[2] for row in later} == {"open"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(companies())
def test_any_history_gives_one_state_per_opportunity_and_day(crm):
    frame = states(crm)
    last = frame.groupby("opportunity_id").tail(1)
    assert last["ends_on"].isna().all()
    inner = frame.drop(last.index)
    following = frame["starts_on"].shift(-1)[inner.index]
    assert (inner["ends_on"] == following).all() and (inner["starts_on"] < inner["ends_on"]).all()
    assert (frame["starts_on"] <= np.datetime64(AS_OF, "s")).all()
    said = crm.frame("opportunities").set_index("opportunity_id")
    ends = last.set_index("opportunity_id")["status"]
    is_known = ~(said["closed_on"] > np.datetime64(AS_OF, "s"))
    assert (ends == said["outcome"].where(is_known, "open").reindex(ends.index)).all()
    for back in (0, 20, 60):
        assert states_on(frame, AS_OF - timedelta(days=back))["opportunity_id"].is_unique


@pytest.mark.parametrize("name", ["", "pipeline", "handoffs"])
def test_what_is_open_agrees_with_the_kpi(name):
    crm = tiny.crm(name)
    there = states_on(states(crm), crm.as_of)
    there = there[there["status"] == "open"]
    kpi = panel(crm, "open_pipeline", crm.span, by=()).kpis["estimate"].iloc[0]
    assert there["amount"].sum() == kpi
