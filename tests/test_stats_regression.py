"""Panel regressions: published values, dummy-variable oracles, full jackknife refits, hostile data."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from reference import data, figures

from salesanalysis.stats import Effects, logit, ols, ppml, wald
from salesanalysis.stats.absorb import Panel

TWO_WAY = Effects("rep", "week")


def panel(seed: int = 0, reps: int = 9, weeks: int = 30) -> pd.DataFrame:
    """A small unbalanced count panel with two terms."""
    rng = np.random.default_rng(seed)
    rep, week = (part.ravel() for part in np.meshgrid(np.arange(reps), np.arange(weeks), indexing="ij"))
    frame = pd.DataFrame({"rep": rep, "week": week})
    level = rng.normal(0, 0.4, reps)[rep] + 0.3 * np.sin(week / 5)
    frame["x"] = level + rng.normal(size=rep.size)
    frame["z"] = 0.4 * frame["x"] + rng.normal(size=rep.size)
    frame["days"] = rng.integers(2, 6, rep.size)
    frame["y"] = rng.poisson(np.exp(0.2 + 0.4 * frame["x"] - 0.2 * frame["z"] + level)).astype(float)
    return frame[rng.random(rep.size) < 0.85].reset_index(drop=True)


def dummies(frame: pd.DataFrame, terms: list[str]) -> pd.DataFrame:
    parts = [frame[terms], pd.get_dummies(frame["rep"], dtype=float)]
    return pd.concat(
        [*parts, pd.get_dummies(frame["week"], dtype=float, drop_first=True).add_prefix("w")], axis=1
    )


def test_grunfeld_within_and_two_way():
    want, frame = figures("grunfeld"), data("plm_Grunfeld.csv")
    fit = ols(frame, "inv", terms=["value", "capital"], effects=Effects("firm"))
    both = ols(frame, "inv", terms=["value", "capital"], effects=Effects("firm", "year"))
    assert fit.table.estimate.round(7).tolist() == want["within"]
    for kind in ("iid", "CR1", "CR3"):
        assert fit.tidy(kind).std_error.round(8).tolist() == want[f"within_{kind.lower()}"]
    assert both.table.estimate.round(7).tolist() == want["twoway"]
    assert both.tidy("iid").std_error.round(8).tolist() == want["twoway_iid"]


def test_patents_fixed_effects_poisson():
    want, frame = figures("patents"), data("patentsrd_long_derived.csv")
    fit = ppml(frame, "pat", terms=[f"logr{lag}" for lag in range(6)], effects=Effects("firm", "year"))
    factor = np.sqrt((fit.n - 1) / fit.residual_df)
    assert fit.estimate.round(4).tolist() == want["estimate"]
    assert round(fit.estimate.sum(), 4) == want["sum"]
    assert (fit.n, fit.dropped["zero_units"]) == (want["n"], want["zero_units"])
    assert (fit.tidy("iid").std_error * factor).round(4).tolist() == want["iid"]
    assert fit.tidy("CR1").std_error.round(4).tolist() == want["cr1"]


def test_poisson_equals_dummy_variables():
    frame = panel()
    fit = ppml(frame, "y", terms=["x", "z"], effects=TWO_WAY)
    oracle = sm.GLM(frame["y"], dummies(frame, ["x", "z"]), family=sm.families.Poisson()).fit(tol=1e-12)
    np.testing.assert_allclose(fit.estimate, oracle.params[["x", "z"]], rtol=1e-8)
    np.testing.assert_allclose(fit.tidy("iid").std_error, oracle.bse[["x", "z"]], rtol=1e-6)
    np.testing.assert_allclose(fit.fitted, oracle.fittedvalues, rtol=1e-7)


def test_poisson_offset_is_exposure():
    frame = panel(1).assign(log_days=lambda d: np.log(d["days"]))
    fit = ppml(frame, "y", terms=["x"], effects=Effects("rep", "week", offset="log_days"))
    family = sm.families.Poisson()
    oracle = sm.GLM(frame["y"], dummies(frame, ["x"]), family=family, offset=frame["log_days"]).fit(tol=1e-12)
    np.testing.assert_allclose(fit.estimate["x"], oracle.params["x"], rtol=1e-8)


def test_logit_equals_dummy_variables():
    frame = panel(2, reps=8, weeks=60)
    frame["won"] = (np.random.default_rng(2).random(len(frame)) < 1 / (1 + np.exp(-frame["x"]))).astype(int)
    frame["week"] //= 10
    fit = logit(frame, "won", terms=["x", "z"], effects=TWO_WAY)
    oracle = sm.GLM(frame["won"], dummies(frame, ["x", "z"]), family=sm.families.Binomial()).fit(tol=1e-12)
    np.testing.assert_allclose(fit.estimate, oracle.params[["x", "z"]], rtol=1e-7)
    np.testing.assert_allclose(fit.tidy("iid").std_error, oracle.bse[["x", "z"]], rtol=1e-5)


def test_clustered_sandwich_equals_statsmodels_up_to_its_factor():
    frame = panel(3)
    fit = ols(frame, "y", terms=["x", "z"], effects=TWO_WAY)
    design = dummies(frame, ["x", "z"])
    oracle = sm.OLS(frame["y"], design).fit(cov_type="cluster", cov_kwds={"groups": frame["rep"]})
    factor = np.sqrt((fit.n - design.shape[1]) / (fit.n - 2))
    np.testing.assert_allclose(fit.tidy("CR1").std_error, oracle.bse[["x", "z"]] * factor, rtol=1e-9)


@pytest.mark.parametrize("effects", [TWO_WAY, Effects("rep"), Effects("rep", "week", cluster="team")])
def test_least_squares_jackknife_is_the_full_refit(effects):
    frame = panel(4).assign(team=lambda d: d["rep"] // 2)
    fit = ols(frame, "y", terms=["x", "z"], effects=effects)
    key = effects.cluster or "rep"
    names = sorted(frame[key].unique())
    refits = pd.DataFrame(
        [ols(frame[frame[key] != name], "y", terms=["x", "z"], effects=effects).estimate for name in names]
    )
    np.testing.assert_allclose(fit.leave_one_out, refits, rtol=1e-8)
    gap = (refits - fit.estimate).to_numpy()
    want = (len(names) - 1) / len(names) * gap.T @ gap
    np.testing.assert_allclose(fit.covariance["CR3"], want, rtol=1e-8)


def test_poisson_jackknife_is_close_to_the_full_refit():
    frame = panel(5, reps=12, weeks=50)
    fit = ppml(frame, "y", terms=["x", "z"], effects=TWO_WAY)
    refits = [
        ppml(frame[frame["rep"] != name], "y", terms=["x", "z"], effects=TWO_WAY).estimate
        for name in range(12)
    ]
    gap = np.array(refits) - fit.estimate.to_numpy()
    full = np.sqrt(11 / 12 * (gap**2).sum(axis=0))
    np.testing.assert_allclose(fit.table.std_error / full, 1.0, atol=0.02)


def test_result_does_not_depend_on_order_scale_or_names():
    frame = panel(6)
    fit = ppml(frame, "y", terms=["x", "z"], effects=TWO_WAY)
    other = frame.sample(frac=1, random_state=1).assign(
        x=lambda d: 1000 * d["x"] + 5e4, rep=lambda d: "r" + d["rep"].astype(str), week=lambda d: -d["week"]
    )
    moved = ppml(other, "y", terms=["z", "x"], effects=TWO_WAY)
    np.testing.assert_allclose(moved.estimate["x"] * 1000, fit.estimate["x"], rtol=1e-7)
    np.testing.assert_allclose(
        moved.covariance["CR3"].loc["z", "z"], fit.covariance["CR3"].loc["z", "z"], rtol=1e-6
    )


def test_weeks_seen_by_one_rep_only_do_no_harm():
    frame = panel(7)
    extra = pd.DataFrame({"rep": 3, "week": [90, 91], "x": [0.5, 2.0], "z": 0.1, "days": 3, "y": [1.0, 4.0]})
    fit = ppml(frame, "y", terms=["x", "z"], effects=TWO_WAY)
    more = ppml(pd.concat([frame, extra]), "y", terms=["x", "z"], effects=TWO_WAY)
    np.testing.assert_allclose(more.table.estimate, fit.table.estimate, rtol=1e-8)
    np.testing.assert_allclose(more.table.std_error, fit.table.std_error, rtol=1e-6)


def test_teams_that_share_no_week_are_fitted_together():
    early, late = panel(8), panel(9).assign(rep=lambda d: d["rep"] + 50, week=lambda d: d["week"] + 200)
    both = pd.concat([early, late], ignore_index=True)
    fit = ppml(both, "y", terms=["x"], effects=TWO_WAY)
    design = dummies(both, ["x"]).drop(columns="w200")
    oracle = sm.GLM(both["y"], design, family=sm.families.Poisson()).fit(tol=1e-12)
    np.testing.assert_allclose(fit.estimate["x"], oracle.params["x"], rtol=1e-7)
    np.testing.assert_allclose(fit.tidy("iid").std_error[0], oracle.bse["x"], rtol=1e-6)
    assert np.isfinite(fit.table.std_error[0])


def test_a_term_that_cannot_be_estimated_says_why():
    frame = panel(10).assign(
        twin=lambda d: 2 * d["x"] + 3,
        fixed=lambda d: d["rep"] * 1.0,
        clock=lambda d: d["rep"] + 2.0 * d["week"],
    )
    terms = ["x", "twin", "z", "fixed", "clock"]
    fit = ppml(frame, "y", terms=terms, effects=TWO_WAY)
    assert fit.reason.to_dict() == {
        "x": "collinear",
        "twin": "collinear",
        "z": "",
        "fixed": "no_variation",
        "clock": "no_variation",
    }
    blocked = fit.table[fit.table.reason != ""]
    assert blocked.drop(columns=["term", "reason", "n", "df"]).isna().all().all()
    alone = ppml(frame, "y", terms=["x", "z"], effects=TWO_WAY)
    np.testing.assert_allclose(fit.estimate["z"], alone.estimate["z"], rtol=1e-8)
    np.testing.assert_allclose(
        fit.covariance["CR3"].loc["z", "z"], alone.covariance["CR3"].loc["z", "z"], rtol=1e-6
    )


def test_reason_of_collinear_terms_ignores_their_order():
    frame = panel(11).assign(total=lambda d: d["x"] + d["z"])
    for terms in (["x", "z", "total"], ["total", "z", "x"]):
        fit = ols(frame, "y", terms=terms, effects=TWO_WAY)
        assert set(fit.reason) == {"collinear"} and fit.estimate.isna().all()


def test_separated_rows_are_dropped_and_never_give_infinite_values():
    frame = panel(12)
    zero = frame.index[frame["y"] == 0][::3]
    frame["flag"] = frame.index.isin(zero).astype(float)
    fit = ppml(frame, "y", terms=["x", "flag"], effects=TWO_WAY)
    without = ppml(frame.drop(index=zero), "y", terms=["x"], effects=TWO_WAY)
    assert fit.reason["flag"] == "separated" and np.isnan(fit.estimate["flag"])
    assert fit.dropped["separated_rows"] == len(zero)
    np.testing.assert_allclose(fit.estimate["x"], without.estimate["x"], rtol=1e-8)
    np.testing.assert_allclose(fit.table.std_error[0], without.table.std_error[0], rtol=1e-6)


def test_separation_in_logit():
    frame = panel(13)
    frame["won"] = (frame["y"] > 1).astype(int)
    frame["flag"] = ((frame["won"] == 1) & (frame.index % 4 == 0)).astype(float)
    fit = logit(frame, "won", terms=["x", "flag"], effects=Effects("rep"))
    assert fit.reason["flag"] == "separated" and np.isfinite(fit.estimate["x"])


def test_a_term_that_rests_on_one_rep_has_no_standard_error():
    frame = panel(14).assign(pilot=lambda d: ((d["rep"] == 2) & (d["week"] > 15)).astype(float))
    fit = ppml(frame, "y", terms=["x", "pilot"], effects=TWO_WAY)
    row = fit.table.set_index("term").loc["pilot"]
    assert row.reason == "one_cluster" and np.isfinite(row.estimate) and np.isnan(row.std_error)
    assert np.isnan(fit.leave_one_out.loc[2, "pilot"]) and np.isfinite(fit.leave_one_out.loc[3, "pilot"])
    assert np.isfinite(fit.table.std_error[0])


def test_reps_and_weeks_without_wins_drop_and_change_nothing():
    frame = panel(15)
    idle = frame[frame["rep"] == 1].assign(rep=77, y=0.0)
    dead = frame[frame["week"] == 2].assign(week=99, y=0.0)
    fit = ppml(frame, "y", terms=["x"], effects=TWO_WAY)
    more = ppml(pd.concat([frame, idle, dead]), "y", terms=["x"], effects=TWO_WAY)
    assert more.dropped["zero_units"] == 1 and more.dropped["zero_times"] == 1
    np.testing.assert_allclose(more.table.std_error, fit.table.std_error, rtol=1e-8)
    assert more.n_clusters == fit.n_clusters


def test_missing_rows_are_counted_and_fitted_values_keep_their_row():
    frame = panel(16)
    frame.loc[[3, 8], "x"] = np.nan
    fit = ppml(frame, "y", terms=["x"], effects=TWO_WAY)
    assert fit.dropped["missing_rows"] == 2
    assert not {3, 8} & set(fit.fitted.index) and fit.n == len(fit.fitted)
    sums = fit.fitted.groupby(frame.loc[fit.fitted.index, "rep"]).sum()
    np.testing.assert_allclose(sums, frame.dropna().groupby("rep")["y"].sum(), rtol=1e-8)


def test_between_units_matches_a_plain_poisson_with_an_intercept():
    frame = panel(17).assign(mean=lambda d: d.groupby("rep")["x"].transform("mean"))
    fit = ppml(frame, "y", terms=["x", "mean"], effects=Effects("rep", "week", absorb=False))
    weeks = pd.get_dummies(frame["week"], dtype=float, drop_first=True).add_prefix("w")
    design = sm.add_constant(pd.concat([frame[["x", "mean"]], weeks], axis=1))
    oracle = sm.GLM(frame["y"], design, family=sm.families.Poisson()).fit(tol=1e-12)
    np.testing.assert_allclose(fit.estimate, oracle.params[["x", "mean"]], rtol=1e-7)


def test_joint_test_agrees_with_one_and_refuses_too_many():
    fit = ppml(panel(18), "y", terms=["x", "z"], effects=TWO_WAY)
    assert np.isclose(wald(fit, ["z"]).p_value, fit.table.p_value[1])
    both, exact = wald(fit, ["x", "z"]), wald(fit, ["x", "z"], hotelling=True)
    assert (both.df_num, both.df_denom, exact.df_denom) == (2, 8, 7)
    assert exact.statistic == pytest.approx(both.statistic * 7 / 8) and exact.p_value > both.p_value
    assert np.isclose(wald(fit, ["z"], hotelling=True).p_value, wald(fit, ["z"]).p_value)
    few = panel(18, reps=3)
    three = few.assign(v=np.random.default_rng(0).normal(size=len(few)))
    assert np.isnan(wald(ppml(three, "y", terms=["x", "z", "v"], effects=TWO_WAY), ["x", "z", "v"]).p_value)


def test_memory_grows_with_rows_not_with_units():
    design = Panel(np.ones((6, 1)), np.arange(6), np.zeros(6, dtype=int), np.arange(6))
    assert design.x.nbytes + design.unit.nbytes < 200 and design.n_units == 6
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"rep": np.repeat(np.arange(4000), 5), "week": np.tile(np.arange(5), 4000)})
    frame["x"] = rng.normal(size=20000)
    frame["y"] = rng.poisson(np.exp(0.3 * frame["x"]))
    fit = ppml(frame, "y", terms=["x"], effects=TWO_WAY)
    assert abs(fit.estimate["x"] - 0.3) < 0.03


def many_reps(seed=0, reps=300, weeks=20):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"rep": np.repeat(np.arange(reps), weeks), "week": np.tile(np.arange(weeks), reps)})
    frame["x"] = rng.normal(size=len(frame)) + 0.1 * frame["week"]
    frame["z"] = rng.normal(size=len(frame))
    frame["y"] = rng.poisson(np.exp(0.3 * frame["x"] + 0.2 * rng.normal(size=reps)[frame["rep"]]))
    return frame[rng.random(len(frame)) < 0.9].reset_index(drop=True)


@pytest.mark.parametrize("effects", [TWO_WAY, Effects("rep"), Effects("rep", "week", absorb=False)])
def test_many_clusters_are_left_out_exactly_too(effects, monkeypatch):
    frame = many_reps()
    fast = ppml(frame, "y", terms=["x", "z"], effects=effects)
    monkeypatch.setattr("salesanalysis.stats.blocks.LARGEST_LEVERAGE", -1.0)
    exact = ppml(frame, "y", terms=["x", "z"], effects=effects)
    np.testing.assert_allclose(fast.leave_one_out, exact.leave_one_out, rtol=1e-9)
    np.testing.assert_allclose(fast.covariance["CR1"], exact.covariance["CR1"], rtol=1e-9)


def test_among_many_clusters_one_that_holds_a_term_alone_is_seen():
    frame = many_reps(1).assign(pilot=lambda d: ((d["rep"] == 2) & (d["week"] > 9)).astype(float))
    fit = ppml(frame, "y", terms=["x", "pilot"], effects=TWO_WAY)
    assert fit.reason.to_dict() == {"x": "", "pilot": "one_cluster"}
    assert np.isnan(fit.leave_one_out.loc[2, "pilot"]) and np.isfinite(fit.leave_one_out.loc[3, "pilot"])


def test_clusters_of_several_units_are_left_out_exactly():
    frame = many_reps(2).assign(team=lambda d: d["rep"] // 3)
    effects = Effects("rep", "week", cluster="team")
    fast = ols(frame, "y", terms=["x", "z"], effects=effects)
    rest = ols(frame[frame["team"] != 7], "y", terms=["x", "z"], effects=effects)
    np.testing.assert_allclose(fast.leave_one_out.loc[7], rest.estimate, rtol=1e-9)
