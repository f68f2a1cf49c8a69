"""What stands behind a verdict: lags, slopes between reps, least squares, single reps, partial residuals."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from simulate import simulate

from salesanalysis.linkage import from_frame, link, without_reps
from salesanalysis.linkage.models import prepare
from salesanalysis.linkage.profile import span_columns, spans
from salesanalysis.linkage.result import SECONDARY
from salesanalysis.stats import Effects, partial_pool, ppml, robustness_value, unit_slopes, wald

TABLES = tuple(SECONDARY)


@cache
def large(seed=0, preset="mixed"):
    return link(simulate(preset, "L", seed).frame)


def flat(*, reps=12, weeks=70, seed=0, lag=0, elasticity=0.0, between=0.0):
    """Calls that go with wins `lag` weeks later, or only from rep to rep; nothing else moves."""
    rng = np.random.default_rng(seed)
    habit = rng.normal(0, 0.5, reps)
    pace = habit[:, None] + rng.normal(0, 0.5, (reps, weeks))
    calls = rng.poisson(30 * np.exp(pace)).astype(float)
    past = np.roll(np.log(0.5 + calls), lag, axis=1) - habit[:, None]
    wins = rng.poisson(1.5 * np.exp(elasticity * (past - past.mean()) + between * habit[:, None]))
    rep, week = (part.ravel() for part in np.meshgrid(np.arange(reps), np.arange(weeks), indexing="ij"))
    frame = pd.DataFrame({"rep": rep, "week": week, "calls": calls.ravel(), "wins": wins.ravel()})
    return frame[frame["week"] >= lag]


# Lags -------------------------------------------------------------------------------------------


def test_spans_cut_the_reach_of_the_kernel():
    assert spans(16) == [(0, 3), (4, 7), (8, 11), (12, 16)]
    assert spans(39) == [(0, 9), (10, 19), (20, 29), (30, 39)]
    assert spans(0) == [(0, 0)] and spans(5) == [(0, 0), (1, 1), (2, 2), (3, 5)]
    for length in range(60):
        covered = [lag for low, high in spans(length) for lag in range(low, high + 1)]
        assert covered == list(range(length + 1))


def test_spans_hold_the_mean_of_their_weeks():
    weeks = from_frame(flat(reps=8, weeks=40))
    data = prepare(weeks)
    columns = span_columns(weeks, data, "calls")
    row = data.frame.index[(data.frame["rep_id"] == 3) & (data.frame["week"] == 30)][0]
    counts = weeks.table.query("rep_id == 3").set_index("week")["calls"]
    assert columns.loc[row, "calls 4-7"] == pytest.approx(np.log(0.5 + counts.loc[23:26].mean()))
    assert columns.loc[row, "calls 12-16"] == pytest.approx(np.log(0.5 + counts.loc[14:18].mean()))


@pytest.mark.parametrize(("lag", "low"), [(1, 0), (9, 8), (14, 12)])
def test_the_profile_shows_when_the_link_is(lag, low):
    profile = link(flat(reps=20, weeks=90, lag=lag, elasticity=1.0)).lag_profile
    assert profile.loc[profile["estimate"].idxmax(), "lag_low"] == low
    assert profile["p_joint"].nunique() == 1 and profile["p_joint"].iloc[0] < 0.001


def test_the_profile_is_one_model_with_the_others_as_they_are():
    result = link(simulate("mixed", "M", 0).frame)
    depth, names = result.depth, ["calls 0-3", "calls 4-7", "calls 8-11", "calls 12-16"]
    frame = pd.concat([depth.data.frame, span_columns(depth.weeks, depth.data, "calls")], axis=1)
    others = [a for a in depth.model("calls")[1] if a != "calls"]
    fit = ppml(frame, "wins", terms=[*names, *others], effects=Effects("rep_id", "week"))
    profile = result.activity("calls").lag_profile
    np.testing.assert_allclose(profile["estimate"], fit.estimate[names], rtol=1e-7)
    np.testing.assert_allclose(profile["p_joint"], wald(fit, names, hotelling=True).p_value, rtol=1e-6)


def test_the_joint_test_keeps_its_level_with_few_reps():
    p = [link(flat(reps=10, weeks=50, seed=seed)).lag_profile["p_joint"].iloc[0] for seed in range(60)]
    assert np.mean(np.array(p) < 0.05) <= 0.12  # 0.05 and two standard errors of sixty


def test_spans_add_up_to_about_the_elasticity():
    sums = large().lag_profile.groupby("term")["estimate"].sum()
    whole = large().table.set_index("term")["estimate"]
    assert abs(sums - whole).max() < 0.25


# Between reps -----------------------------------------------------------------------------------


def test_a_link_that_is_only_between_reps_is_selection():
    table = link(flat(reps=40, weeks=50, between=0.8)).between.set_index("contrast")
    assert table.loc["between", "estimate"] == pytest.approx(0.8, abs=0.25)
    assert table.loc["selection", "conf_low"] > 0 and table.loc["between", "reps"] == 40


def test_the_slope_between_reps_equals_a_plain_poisson():
    result = link(flat(reps=15, between=0.5))
    frame = result.depth.data.frame
    mean = frame.groupby("rep_id")["calls"].transform("mean")
    design = pd.concat([(frame["calls"] - mean).rename("within"), mean.rename("mean")], axis=1)
    weeks = pd.get_dummies(frame["week"], dtype=float, drop_first=True).add_prefix("w")
    design = sm.add_constant(pd.concat([design, weeks], axis=1))
    oracle = sm.GLM(frame["wins"], design, family=sm.families.Poisson()).fit(tol=1e-12)
    table = result.between.set_index("contrast")["estimate"]
    within = result.table["estimate"].iloc[0]
    assert table["between"] == pytest.approx(oracle.params["mean"], rel=1e-7)
    assert table["selection"] == pytest.approx(oracle.params["mean"] - within, rel=1e-6)


def test_reps_who_never_won_are_compared_too():
    frame = flat(reps=15)
    frame.loc[frame["rep"] == 3, "wins"] = 0
    result = link(frame)
    assert result.reps == 14 and set(result.between["reps"]) == {15}
    assert result.between["conf_low"].notna().all()


# Least squares ----------------------------------------------------------------------------------


def test_robustness_follows_from_the_clustered_t():
    table = large().robustness.set_index("term")
    row = table.loc["calls"]
    assert row["df"] == 29 and row["robustness"] == pytest.approx(robustness_value(row["statistic"], 29))
    alpha = robustness_value(row["statistic"], 29, level=0.95)
    assert row["robustness_alpha"] == pytest.approx(alpha) and 0 < alpha < row["robustness"] < 1
    assert (table["robustness_alpha"][table["p_value"] > 0.05] == 0).all()


def test_bootstrap_and_t_agree_about_clear_cases():
    table = large().robustness.set_index("term")
    assert table.loc[["calls", "meetings"], "wild_p"].max() < 0.05
    assert table["wild_p"].between(0.001, 1).all()
    assert large().activity("calls").robustness["wild_p"].iloc[0] == table.loc["calls", "wild_p"]


# Rep by rep -------------------------------------------------------------------------------------


def test_pooled_slopes_lie_between_the_reps_own_and_the_teams():
    one = large().activity("calls")
    slopes, team = one.rep_slopes, one.table["estimate"].iloc[0]
    assert len(slopes) == 30 and slopes["own_share"].between(0, 1).all()
    assert slopes["estimate"].std() < slopes["own_estimate"].std()
    assert slopes["estimate"].mean() == pytest.approx(team, abs=0.1)
    order = slopes.sort_values("std_error")
    assert order["own_share"].is_monotonic_decreasing
    assert slopes["wins"].sum() == one.table["wins"].iloc[0]


def test_intervals_of_single_reps_hold_the_truth():
    """All reps share one elasticity here, so each interval should hold it as often as it says."""
    held = []
    for seed in range(6):
        frame = flat(reps=20, weeks=80, seed=seed, lag=6, elasticity=0.6)
        found = link(frame.assign(rep=frame["rep"].astype(str)))
        slopes = found.rep_slopes
        centre = found.table["estimate"].iloc[0]
        own = (slopes["own_estimate"] - centre).abs() < 1.96 * slopes["std_error"]
        pooled = slopes["conf_low"].le(centre) & slopes["conf_high"].ge(centre)
        held.append((own.mean(), pooled.mean()))
    own, pooled = np.mean(held, axis=0)
    assert 0.88 <= own <= 0.99 and pooled >= 0.93


def test_pooling_is_a_weighted_mean_and_never_infinite():
    found = partial_pool(np.array([0.0, 1.0, 2.0, np.nan, 1.0]), np.array([0.1, 0.1, 0.1, np.nan, np.inf]))
    assert np.isfinite(found.to_numpy()).all()
    assert found.loc[3, "own_share"] == 0 and found.loc[3, "estimate"] == pytest.approx(1.0)
    assert 0 < found.loc[0, "estimate"] < 1 and found.loc[2, "estimate"] == pytest.approx(
        2 - found.loc[0, "estimate"]
    )
    assert partial_pool(np.array([1.0, 2.0]), np.array([0.1, 0.1])).isna().all(axis=None)
    same = partial_pool(np.full(30, 0.4), np.full(30, 0.04))
    assert same["estimate"].round(6).eq(0.4).all() and same["own_share"].max() < 0.2


def test_a_rep_whose_weeks_tell_nothing_gets_the_teams_slope():
    rest = pd.DataFrame({"unit": np.repeat(list("abcd"), 20), "time": np.tile(np.arange(20), 4)})
    rest["x"] = np.where(rest["unit"] == "d", 0.0, np.tile([-1.0, 1.0], 40))
    rest["weight"], rest["y"] = 1.0, 1.0
    rest["residual"] = np.random.default_rng(0).normal(size=80)
    found = unit_slopes(rest, 0.5).set_index("unit")
    assert np.isnan(found.loc["d", "own_estimate"]) and found.loc["d", "own_share"] == 0
    assert found["estimate"].notna().all()


def test_partial_residuals_lie_on_the_line_of_the_estimate():
    one = large().activity("meetings")
    table, slope = one.partial_residuals, one.table["estimate"].iloc[0]
    assert len(table) == 12 and table["exposure"].is_monotonic_increasing
    line = np.polyfit(table["exposure"], table["estimate"], 1, w=np.sqrt(table["n"]))
    assert line[0] == pytest.approx(slope, abs=0.15) and abs(line[1]) < 0.05
    held = table["conf_low"].lt(slope * table["exposure"]) & table["conf_high"].gt(slope * table["exposure"])
    assert held.mean() >= 0.75
    assert table["n"].sum() == one.n and (table["reps"] <= 30).all()


# All together -----------------------------------------------------------------------------------


@pytest.mark.parametrize("what", TABLES)
def test_tables_are_tidy_and_in_the_order_of_the_verdicts(what):
    result = large()
    table = getattr(result, what)
    assert tuple(table.columns) == SECONDARY[what]
    assert list(dict.fromkeys(table["term"])) == list(result.table["term"])
    one = getattr(result.activity("calls"), what)
    pd.testing.assert_frame_equal(one, table[table["term"] == "calls"].reset_index(drop=True))


def test_nothing_is_worked_out_before_it_is_asked_for():
    result = link(simulate("mixed", "S", 0).frame)
    assert not result.depth._known
    first = result.activity("calls").lag_profile
    assert set(result.depth._known) == {("lag_profile", "calls")}
    first["estimate"] = 0.0  # what was handed out is a copy
    assert result.activity("calls").lag_profile["estimate"].ne(0).all()


@pytest.mark.parametrize("what", TABLES)
def test_where_nothing_was_tested_the_tables_are_empty(what):
    assert (
        getattr(link(flat().assign(wins=0)), what)
        .select_dtypes("number")
        .drop(columns=["n", "reps", "lag_low", "lag_high"], errors="ignore")
        .isna()
        .all(axis=None)
    )


def test_an_edition_without_names_has_none():
    frame = simulate("mixed", "S", 0).frame
    result = without_reps(link(frame.assign(rep="Ani " + frame["rep"].astype(str))))
    slopes = result.rep_slopes
    assert set(slopes["name"]) == {str(code) for code in range(1, 11)}
    assert slopes["rep_id"].equals(slopes["name"])


def test_a_later_stage_has_its_own_model_behind_it():
    frame = flat(reps=10).assign(connects=lambda d: (d["calls"] * 0.3).round())
    result = link(frame)
    assert result.depth.model("connects")[1] == ("connects",)
    assert set(result.lag_profile["term"]) == {"calls", "connects"}


# Days worked ------------------------------------------------------------------------------------


def test_days_worked_are_the_measure_of_exposure():
    frame = flat(reps=12, lag=6, elasticity=0.5)
    rng = np.random.default_rng(4)
    days = rng.integers(1, 6, len(frame)).astype(float)
    scarce = frame.assign(wins=rng.binomial(frame["wins"].to_numpy(), days / 5), days=days)
    fit = link(scarce).depth.fits["main"]
    rows = prepare(from_frame(scarce)).frame
    oracle = ppml(
        rows.assign(offset=np.log(rows["days"])),
        "wins",
        terms=["calls"],
        effects=Effects("rep_id", "week", offset="offset"),
    )
    assert fit.estimate["calls"] == pytest.approx(oracle.estimate["calls"], rel=1e-8)
    plain = link(scarce.drop(columns="days")).depth.fits["main"]
    assert fit.table["std_error"][0] < plain.table["std_error"][0]


def test_days_that_only_weeks_differ_in_change_nothing():
    frame = flat(reps=12)
    days = frame["week"].map(lambda w: 4.0 if w % 5 == 0 else 5.0)
    with_days, without = link(frame.assign(days=days)), link(frame)
    pd.testing.assert_frame_equal(with_days.table, without.table, rtol=1e-6)


def test_weeks_without_a_day_of_work_are_left_out():
    frame = flat(reps=12).assign(days=5.0)
    frame.loc[(frame["rep"] == 3) & frame["week"].between(40, 42), "days"] = 0.0
    result = link(frame)
    assert result.excluded["off_weeks"] == 3 and result.excluded["silent_weeks"] == 0
    assert result.n == link(frame.assign(days=5.0)).n - 3
    assert any(note.code == "linkage_off_weeks" for note in result.notes)
