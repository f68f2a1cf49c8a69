"""Pacing: the worked example, scatter, working days, edges of a period, money, season."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from goals_cases import AS_OF, GOAL, company
from scipy import stats as sps

import salesanalysis as sa
from salesanalysis.goals import PACES
from salesanalysis.goals.past import Past, expect
from salesanalysis.goals.progress import REASONS
from salesanalysis.stats.compound import Sizes, draw_counts, draw_sums, sizes
from salesanalysis.stats.pace import Scatter, ahead, scatter


def row(found, scope="rep", scope_id="a1"):
    return found.of(scope, scope_id).table.iloc[0]


@pytest.fixture(scope="module")
def crm():
    return company(GOAL, ("bookings", "rep", "a1", "2026-Q3", 300e6, "C average"))


def test_the_worked_example_of_the_method():
    """Goal 10 in 13 weeks, 2 wins in 4, prior Gamma(6.5, 10); going on as so far would say .0866."""
    rest = ahead(6.5 + 2, 10 + 4, 9)
    assert float(rest.mean) / 9 == pytest.approx(0.607, abs=5e-4)
    assert float(rest.mean) == pytest.approx(5.46, abs=5e-3)
    assert float(rest.chance(8)) == pytest.approx(0.2256, abs=5e-5)
    assert float(rest.chance(8)) == pytest.approx(sps.nbinom(8.5, 14 / 23).sf(7), rel=1e-9)
    assert [int(v) for v in rest.interval(0.8)] == [2, 9]
    assert sps.poisson(2 / 4 * 9).sf(7) == pytest.approx(0.0866, abs=5e-5)
    assert float(rest.chance(0)) == 1 and float(rest.chance(-3)) == 1


def test_scatter_widens_a_forecast_and_leaves_its_mean():
    plain, wide = ahead(8.5, 14, 9), ahead(8.5, 14, 9, spread=Scatter(1.5, 0.1, 8))
    assert float(plain.mean) == float(wide.mean)
    m = float(plain.mean)
    assert float(wide.variance - plain.variance) == pytest.approx(0.5 * m + 0.1 * m**2)


def test_shared_ups_and_downs_are_told_from_a_units_own():
    rng = np.random.default_rng(1)
    level = np.exp(rng.normal(0, 0.3, (20, 1)))
    alone = scatter(rng.poisson(8 * level, (20, 40)), np.ones((20, 40)))
    together = rng.gamma(10, 0.1, (1, 40))  # variance 0.1
    shared = scatter(rng.poisson(8 * level * together), np.ones((20, 40)))
    assert alone.own < 1.15 and alone.shared < 0.01
    assert shared.own < 1.15 and shared.shared == pytest.approx(0.1, abs=0.05)
    own = scatter(rng.poisson(8 * rng.gamma(4, 0.25, (20, 40))), np.ones((20, 40)))  # 1 + 8 / 4
    assert own.own == pytest.approx(3.0, abs=0.3) and own.shared < 0.02
    assert scatter(np.ones((3, 4)), np.ones((3, 4))).blocks == 0  # four stretches tell nothing


def test_a_rep_is_set_against_the_working_days_gone(crm):
    """1 Jul to 14 Aug are 33 working days, 33 more follow; without a country there are no holidays."""
    found = sa.pacing(crm, "2026-Q3")
    mine = row(found)
    assert (mine["days_gone"], mine["days_left"]) == (33, 33)
    assert mine["expected_so_far"] == pytest.approx(14 / 2)
    won = crm.frame("opportunities").query("rep_id == 'a1' and outcome == 'won'")["closed_on"]
    assert mine["so_far"] == (pd.to_datetime(won) >= "2026-07-01").sum()
    assert mine["estimate"] == pytest.approx(mine["so_far"] + mine["rest"])
    assert mine["conf_low"] <= mine["estimate"] <= mine["conf_high"]
    assert mine["run_rate"] == pytest.approx(mine["so_far"] * 2)
    assert mine["need_per_day"] == pytest.approx((14 - mine["so_far"]) / 33)
    assert mine["need_this_week"] == pytest.approx(mine["need_per_day"] * 5)
    assert (found.week.start, found.week.last_day) == (date(2026, 8, 17), date(2026, 8, 23))
    assert set(found.table["verdict"]) <= set(PACES) and set(found.table["reason"]) <= {"", *REASONS}


def test_leave_and_part_days_count():
    away = (("a1", date(2026, 8, 17), date(2026, 9, 7)), ("a2", date(2026, 7, 1), date(2026, 10, 1)))
    crm = company(GOAL, ("wins", "rep", "a2", "2026-Q3", 8, "A"), leave=away)
    found = sa.pacing(crm, "2026-Q3")
    assert row(found)["days_left"] == 33 - 15
    assert row(found)["days_this_week"] == 0 and row(found)["need_this_week"] == 0
    gone = row(found, scope_id="a2")
    assert gone["days_gone"] + gone["days_left"] == 0
    assert gone["verdict"] in ("cannot_tell", "reached") and gone["rest"] == 0


def test_the_team_and_the_company_are_sums_of_the_reps(crm):
    found = sa.pacing(company(), "2026-Q3")
    by = found.table.groupby("scope")[["rest", "so_far", "days_left", "n"]].sum()
    assert np.allclose(by.loc["team"], by.loc["rep"]) and np.allclose(by.loc["organisation"], by.loc["rep"])
    # What reps share does not cancel out: the company is no narrower than independent reps would be.
    widths = found.table["conf_high"] - found.table["conf_low"]
    reps, whole = (widths[found.table["scope"] == scope] for scope in ("rep", "organisation"))
    assert whole.item() >= 0.9 * np.sqrt((reps**2).sum())


def test_a_team_without_a_goal_has_those_of_its_members(crm):
    found = sa.pacing(crm, "2026-Q3")
    whole = row(found, "organisation", "")
    assert row(found, "team", "North")["target_whole"] == 14
    assert whole["target_whole"] == 14 and whole["so_far"] == row(found)["so_far"]
    assert any(note.code == "pacing_summed_goals" for note in found.notes)


def test_a_stated_team_goal_counts_everybody():
    crm = company(GOAL, ("wins", "team", "North", "2026-Q3", 40, "C average"))
    found = sa.pacing(crm, "2026-Q3")
    north = row(found, "team", "North")
    reps = found.table[(found.table["team"] == "North") & (found.table["scope"] == "rep")]
    assert north["target_whole"] == 40 and north["so_far"] == reps["so_far"].sum()


@pytest.mark.parametrize("kpi", ["wins", "bookings"])
def test_a_larger_goal_is_never_more_likely(kpi):
    size = 1 if kpi == "wins" else 20e6
    chances = [
        row(sa.pacing(company((kpi, "rep", "a1", "2026-Q3", n * size, "A")), "2026-Q3", kpi=kpi))["chance"]
        for n in (6, 14, 30)
    ]
    assert chances[0] >= chances[1] >= chances[2] and chances[0] > chances[2]


def test_money_is_wins_times_sizes(crm):
    wins, money = (row(sa.pacing(crm, "2026-Q3", kpi=kpi)) for kpi in ("wins", "bookings"))
    assert money["rest"] / wins["rest"] == pytest.approx(20e6, rel=0.25)
    again = row(sa.pacing(crm, "2026-Q3", kpi="bookings"))
    assert again["chance"] == money["chance"] and again["conf_low"] == money["conf_low"]
    spread = (money["conf_high"] - money["conf_low"]) / money["rest"]
    assert spread >= (wins["conf_high"] - wins["conf_low"]) / wins["rest"] * 0.9


def test_draws_have_the_moments_asked_for():
    drawn = draw_counts([40.0], [10.0], [3.0], spread=Scatter(1.5, 0.1, 8), draws=40000)[:, 0]
    assert drawn.mean() == pytest.approx(12, rel=0.02)
    assert drawn.var() == pytest.approx(1.5 * 12 + 0.1 * 144 + 0.3**2 * 40, rel=0.06)
    sums = draw_sums(np.full((40000, 1), 12.0), Sizes(np.log([5.0]), np.array([0.0]), 0.6))[:, 0]
    assert sums.mean() == pytest.approx(60, rel=0.02) and sums.var() == pytest.approx(12 * 9, rel=0.05)
    assert sizes([], [], ["a"]) is None
    one = sizes(["a"], [7.0], ["a", "b"])
    assert one.mean.shape == (2,) and np.isfinite(one.mean).all()


@pytest.mark.parametrize(
    ("goals", "period", "as_of", "verdict", "reason"),
    [
        ((), "2026-Q3", AS_OF, "cannot_tell", "no_goal"),
        ((("wins", "rep", "a1", "2026-Q3", 0, "A"),), "2026-Q3", AS_OF, "cannot_tell", "goal_zero"),
        ((("wins", "rep", "a1", "2026-Q3", 1, "A"),), "2026-Q3", AS_OF, "reached", ""),
        ((("wins", "rep", "a1", "2026-Q3", 60, "A"),), "2026-Q3", AS_OF, "behind", ""),
        ((("wins", "rep", "a1", "2026-Q2", 1, "A"),), "2026-Q2", AS_OF, "reached", ""),
        ((("wins", "rep", "a1", "2026-Q2", 90, "A"),), "2026-Q2", AS_OF, "missed", ""),
        ((("wins", "rep", "a1", "2026-Q4", 13, "A"),), "2026-Q4", AS_OF, "cannot_tell", "not_begun"),
    ],
)
def test_every_state_has_its_word(goals, period, as_of, verdict, reason):
    mine = row(sa.pacing(company(*goals, as_of=as_of), period))
    assert (mine["verdict"], mine["reason"]) == (verdict, reason)
    assert np.isnan(mine["chance"]) == (reason in ("no_goal", "goal_zero") or period == "2026-Q2")


def test_who_joined_last_week_or_left_is_told_so():
    goals = [("wins", "rep", who, "2026-Q3", 6, "C average") for who in ("n1", "n2", "n3", "n4")]
    extra = (
        ("n1", "2026-08-10", None),  # last week
        ("n2", "2026-09-07", None),  # next month
        ("n3", "2024-01-01", "2026-08-01"),  # left
        ("n4", "2025-01-06", None),  # there for long and never won
    )
    found = sa.pacing(company(*goals, extra=extra), "2026-Q3")
    word = {who: tuple(row(found, scope_id=who)[["verdict", "reason"]]) for who in ("n1", "n2", "n3", "n4")}
    assert word["n1"] == ("cannot_tell", "no_past")
    assert word["n2"] == ("cannot_tell", "no_days_yet")
    assert word["n3"] == ("missed", "")
    assert word["n4"][0] == "cannot_tell"
    assert row(found, scope_id="n1")["rest"] > row(found, scope_id="n4")["rest"] > 0
    assert any(note.code == "pacing_new_reps" for note in found.notes)


def test_without_any_win_nothing_is_foreseen():
    crm = company(GOAL, calls=False).only(rep=["a1"])
    empty = company(GOAL, weeks=0, calls=False)
    found = sa.pacing(empty, "2026-Q3")
    assert row(found)["verdict"] == "cannot_tell" and row(found)["reason"] == "no_past"
    assert np.isnan(row(found)["rest"]) and found.notes[0].code == "pacing_no_past"
    alone = sa.pacing(crm, "2026-Q3")
    assert np.isfinite(row(alone)["chance"]) and alone.spread.shared == 0  # one rep shares with nobody


def test_a_season_is_found_where_two_years_show_it():
    plain = sa.pacing(company(GOAL, weeks=90, season=0.5), "2026-Q3")
    assert not plain.has_season and plain.season == 1
    assert any(note.code == "pacing_no_season" for note in plain.notes)
    found = sa.pacing(company(GOAL, weeks=170, season=0.5), "2026-Q3")
    assert found.has_season and 1.1 < found.season < 1.7
    none = sa.pacing(company(GOAL, weeks=170, season=0.0), "2026-Q3")
    assert none.season == pytest.approx(1, abs=0.12)


def test_a_short_past_says_that_its_chances_are_too_sure():
    found = sa.pacing(company(GOAL, weeks=4), "2026-Q3")
    assert any(note.code == "pacing_short_past" for note in found.notes)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda crm: sa.pacing(crm, "2026-Q3", kpi="win_rate"), "does not add up day by day. Take bookings"),
        (lambda crm: sa.pacing(crm, "2026-Q3", kpi="losses"), "does not add up day by day"),
        (lambda crm: sa.pacing(crm, "2029-Q1"), "more than a year after the data ends"),
        (lambda crm: sa.pacing(crm, "2020-Q1"), "ends before the data begins"),
        (lambda crm: sa.pacing(crm, "2026-Q3", rep="nobody"), "nobody"),
        (lambda crm: sa.pacing("crm", "2026-Q3"), "takes a Crm"),
    ],
)
def test_slips_end_in_one_sentence(crm, call, message):
    with pytest.raises(sa.SalesAnalysisError, match=message):
        call(crm)


def test_the_rate_is_drawn_towards_the_role():
    count = pd.DataFrame(np.vstack([np.full((9, 60), 1.0), np.zeros((1, 60))]), index=list("abcdefghij"))
    count.columns = pd.date_range("2025-01-06", periods=60, freq="7D")
    days = count * 0 + 5.0
    days.iloc[9, :-1] = 0.0  # a week on board
    found = expect(Past(count, days, pd.Series("AE", count.index)), 63)
    rates = found.table["shape"] / found.table["rate"] * 5
    assert rates.iloc[:9].between(0.95, 1.05).all() and 0.5 < rates.iloc[9] < 1.0


def test_what_a_rep_does_is_asked_by_the_days_there_as_on_a_scorecard(sample_crm):
    """Both reports give one attainment for a rep: leave and days before the hiring count in neither."""
    card = sa.scorecard(sample_crm, "2026-Q3", kpis=["calls", "leads_handed", "bookings"], trend=0).table
    for kpi, mine in card[card["target"].notna()].groupby("kpi"):
        found = sa.pacing(sample_crm, "2026-Q3", kpi=kpi).table.set_index("scope_id").loc[mine["rep_id"]]
        mine = mine.set_index("rep_id")
        assert found["target_whole"].to_numpy() == pytest.approx(mine["target"].to_numpy())
        assert (found["so_far"] / found["target_whole"]).to_numpy() == pytest.approx(mine["attainment"])
    assert (card.loc[card["kpi"] == "calls", "target"] < 530).any()  # somebody was on leave


def test_weeks_before_the_first_event_are_no_season(sample_crm):
    """The sample's opportunities begin half a year after its activities: no two years of them are known."""
    found = sa.pacing(sample_crm, "2026-Q4", kpi="bookings")
    assert not found.has_season and found.season == 1.0
    # The last five quarters brought 10.5 to 13.8 thousand million.
    assert 10e9 < found.of("organisation").table["estimate"].iloc[0] < 16e9
