"""The way back from a goal: hand-worked numbers, monotone, exact where it can be, clear where it cannot."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from goals_cases import GOAL, company
from scipy import stats as sps

import salesanalysis as sa
from salesanalysis.data import load
from salesanalysis.goals import WORK
from salesanalysis.stats.backward import cases_for_sum, trials_beta, trials_drawn, trials_known


def steps(found, scope="rep", scope_id="a1"):
    return found.of(scope, scope_id).table.set_index("step")


@pytest.fixture(scope="module")
def crm():
    return company(
        ("wins", "rep", "a1", "2026-Q3", 25, "C average"),
        ("wins", "rep", "a2", "2026-Q3", 1, "C minimum"),
        ("bookings", "rep", "a1", "2026-Q3", 500e6, "C average"),
    )


def test_six_wins_at_four_of_seven():
    found = sa.required(6, wins=4, of=7)
    assert (found.average, found.even, found.sure_known, found.sure) == (10.5, 10, 13, 15)
    assert found.chance == pytest.approx(0.817, abs=5e-4)
    assert sps.binom.sf(5, 10, 4 / 7) >= 0.5 > sps.binom.sf(5, 9, 4 / 7)
    assert sps.binom.sf(5, 13, 4 / 7) == pytest.approx(0.860, abs=5e-4) and sps.binom.sf(5, 12, 4 / 7) < 0.8
    assert sps.betabinom.sf(5, 15, 4.5, 3.5) == pytest.approx(found.chance)
    assert sps.betabinom.sf(5, 14, 4.5, 3.5) < 0.8


def test_more_wins_and_more_certainty_take_more():
    goals = [sa.required(goal, wins=4, of=7) for goal in range(8)]
    for name in ("average", "even", "sure_known", "sure"):
        values = [getattr(found, name) for found in goals]
        assert values == sorted(values) and values[0] == 0
    levels = [sa.required(6, wins=4, of=7, sure=level).sure for level in (0.5, 0.8, 0.9, 0.99)]
    assert levels == sorted(levels) and levels[0] < levels[-1]
    assert sa.required(6, wins=40, of=70).sure < sa.required(6, wins=4, of=7).sure  # a rate known better
    assert all(found.sure >= found.even for found in goals)


def test_a_rate_of_nothing_has_no_average():
    found = sa.required(3, wins=0, of=20)
    assert math.isnan(found.average) and found.even is None and found.sure_known is None
    assert found.sure > 20
    assert sa.required(2, wins=7, of=7).average == 2


@pytest.mark.parametrize(
    ("goal", "kwargs", "message"),
    [
        (3, {"wins": 0, "of": 0}, "0 of 0 tell no rate"),
        (3, {"wins": 8, "of": 7}, "8 of 7 tell no rate"),
        (-1, {"wins": 4, "of": 7}, "whole number of wins, 0 or more"),
        (2.5, {"wins": 4, "of": 7}, "whole number of wins"),
        (float("nan"), {"wins": 4, "of": 7}, "whole number of wins"),
        (3, {"wins": 4, "of": 7, "sure": 1.0}, "level"),
    ],
)
def test_slips_in_the_calculator(goal, kwargs, message):
    with pytest.raises(sa.SalesAnalysisError, match=message):
        sa.required(goal, **kwargs)


def test_draws_of_a_chain_agree_with_the_exact_beta_binomial():
    rng = np.random.default_rng(0)
    assert trials_drawn(6, rng.beta(4.5, 3.5, 40000)) == trials_beta(6, 4.5, 3.5) == 15
    assert trials_drawn(6, np.full(10, 4 / 7)) == trials_known(6, 4 / 7) == 13
    chain = rng.beta(45, 55, 40000) * rng.beta(30, 70, 40000)
    n = trials_drawn(5, chain)
    wins = rng.binomial(rng.binomial(n, rng.beta(45, 55, 40000)), rng.beta(30, 70, 40000))
    assert (wins >= 5).mean() == pytest.approx(0.8, abs=0.015)  # case by case, as it would happen
    assert trials_drawn(0, chain) == 0 and trials_drawn(3, np.zeros(10)) is None


def test_cases_that_add_up_to_a_sum():
    rng = np.random.default_rng(3)
    found = cases_for_sum(100.0, math.log(20.0), 0.0, 0.5, draws=20000)
    amounts = rng.gamma(4, 5, (20000, 40)).cumsum(axis=1)
    truth = (amounts < 100).sum(axis=1) + 1
    assert np.mean(found) == pytest.approx(truth.mean(), rel=0.02)
    assert np.quantile(found, 0.8) == np.quantile(truth, 0.8)
    many = cases_for_sum(2000.0, math.log(20.0), 0.0, 0.5, draws=20000)
    assert np.mean(many) == pytest.approx(100.5, rel=0.02) and np.std(many) == pytest.approx(5.0, rel=0.1)
    assert (cases_for_sum(-5.0, 0.0, 0.1, 0.5, draws=5) == 0).all()


def test_the_chain_of_a_rep(crm):
    """40 calls, 8 conversations and 2 proposals of each closed opportunity; every second one is won."""
    found = sa.required_activity(crm, "2026-Q3")
    mine = steps(found)
    # Whoever was reached had a conversation, so that a step of its own says nothing.
    assert mine.index.tolist() == ["calls", "conversations", "proposals", "wins"]
    missing = 25 - found.pacing.of("rep", "a1").table["so_far"].item()
    assert mine.at["wins", "estimate"] == missing == mine.at["wins", "needed"]
    assert mine.at["proposals", "value"] == pytest.approx(0.25, abs=0.03)
    assert mine.at["conversations", "value"] == pytest.approx(0.25, abs=0.02)
    assert mine.at["calls", "estimate"] == pytest.approx(missing * 80, rel=0.1)
    needed = mine["needed"]
    assert (needed >= mine["estimate"] - 1e-9).all() and needed.is_monotonic_decreasing
    pace = found.pacing.of("rep", "a1").table.iloc[0]
    share = pace["days_this_week"] / pace["days_left"]
    assert np.allclose(mine["this_week"], mine["estimate"] * share)
    assert mine.at["wins", "this_week"] == pytest.approx(pace["need_this_week"])
    assert set(found.table["verdict"]) <= set(WORK)
    assert found.cycle_days == 30 and found.start_by == date(2026, 8, 31) and not found.is_late


def test_a_goal_reached_asks_for_nothing(crm):
    done = steps(sa.required_activity(crm, "2026-Q3"), scope_id="a2")
    assert (done["needed"] == 0).all() and (done["estimate"] == 0).all()
    assert set(done["verdict"]) == {"nothing_left"} and set(done["reason"]) == {"reached"}


def test_money_asks_for_wins_of_an_uncertain_size(crm):
    found = sa.required_activity(crm, "2026-Q3", kpi="bookings", rep="a1")
    mine = steps(found)
    missing = 500e6 - found.pacing.table["so_far"].item()
    assert mine.at["wins", "estimate"] == pytest.approx(missing / 20e6, rel=0.25)
    assert mine.at["wins", "needed"] >= mine.at["wins", "estimate"]
    again = sa.required_activity(crm, "2026-Q3", kpi="bookings", rep="a1")
    assert again.table["needed"].tolist() == found.table["needed"].tolist()


def test_needs_rise_with_the_goal_and_with_certainty():
    needs = []
    for goal in (15, 20, 30):
        crm = company(("wins", "rep", "a1", "2026-Q3", goal, "A"), calls=False)
        needs.append(steps(sa.required_activity(crm, "2026-Q3", rep="a1"))["needed"])
    assert (needs[0] <= needs[1]).all() and (needs[1] < needs[2]).all()
    even, sure = (steps(sa.required_activity(crm, "2026-Q3", rep="a1", sure=s))["needed"] for s in (0.5, 0.9))
    assert (even <= sure).all() and even["closed"] < sure["closed"]


@pytest.mark.parametrize(
    ("goals", "period", "reason"),
    [
        ((), "2026-Q3", "no_goal"),
        ((("wins", "rep", "a1", "2026-Q3", 0, "A"),), "2026-Q3", "goal_zero"),
        ((("wins", "rep", "a1", "2026-Q2", 90, "A"),), "2026-Q2", "over"),
    ],
)
def test_what_cannot_be_told_says_why(goals, period, reason):
    mine = steps(sa.required_activity(company(*goals), period))
    assert set(mine["reason"]) == {reason} and mine["needed"].isna().all()
    assert set(mine["verdict"]) == {"cannot_tell"}


def test_the_next_period_can_be_planned():
    crm = company(("wins", "rep", "a1", "2026-Q4", 13, "A"))
    mine = steps(sa.required_activity(crm, "2026-Q4"))
    assert mine.at["wins", "needed"] == 13 and mine.at["calls", "needed"] > 13 * 60


def test_without_activity_the_way_ends_at_closed_opportunities():
    found = sa.required_activity(company(GOAL, calls=False), "2026-Q3")
    mine = steps(found)
    assert mine.index.tolist() == ["closed", "wins"] and mine.at["closed", "value"] == pytest.approx(
        0.5, abs=0.05
    )
    assert any(note.code == "required_without_activity" for note in found.notes)


def test_without_any_win_there_are_no_rates():
    mine = steps(sa.required_activity(company(GOAL, weeks=0, calls=False), "2026-Q3"))
    assert mine.index.tolist() == ["wins"] and mine.at["wins", "needed"] == 14


def test_who_joined_last_week_has_the_rates_of_the_role():
    crm = company(("wins", "rep", "n1", "2026-Q3", 6, "A"), extra=(("n1", "2026-08-10", None),))
    mine = steps(sa.required_activity(crm, "2026-Q3", rep="n1"), scope_id="n1")
    assert (
        mine.at["proposals", "value"] == pytest.approx(0.25, abs=0.05) and mine.at["proposals", "base"] == 0
    )
    assert mine.at["calls", "needed"] > 0


def test_teams_are_pooled(crm):
    found = sa.required_activity(crm, "2026-Q3")
    north = steps(found, "team", "North")
    assert north.at["proposals", "base"] == sum(
        steps(found, scope_id=r).at["proposals", "base"] for r in ("a1", "a2")
    )
    with pytest.raises(sa.SalesAnalysisError, match="Did you mean North"):
        found.of("team", "Nort")
    with pytest.raises(sa.SalesAnalysisError, match="chance between 0 and 1"):
        sa.required_activity(crm, "2026-Q3", sure=80)


def test_activities_recorded_late_do_not_raise_the_rates(sample_crm):
    """Activities known for half a year, opportunities for longer: wins are counted in that half too."""
    from salesanalysis.goals.route import route

    acts = sample_crm.frame("activities")
    late = acts[acts["occurred_on"] >= pd.Timestamp(2026, 4, 1)].drop(
        columns="attributed_by", errors="ignore"
    )
    tables = {n: sample_crm.frame(n) for n in ("reps", "opportunities")} | {"activities": late}
    half = route(load(tables, sa.Client(as_of=sample_crm.as_of)), "wins").counts.sum()
    whole = route(sample_crm, "wins").counts.sum()
    rates = [counts["wins"] / counts["proposals"] for counts in (half, whole)]
    assert rates[0] == pytest.approx(rates[1], rel=0.15)
