"""Wild cluster bootstrap: refits draw by draw, all sign flips of few clusters, its size without an effect."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from salesanalysis.stats import Effects, wild, wild_cluster_p

TWO_WAY = Effects("rep", "week")


def panel(seed=0, reps=6, weeks=15, slope=0.25):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"rep": np.repeat(np.arange(reps), weeks), "week": np.tile(np.arange(weeks), reps)})
    level = rng.normal(size=reps)[frame["rep"]]
    frame["z"] = level + rng.normal(size=len(frame))
    frame["x"] = 0.5 * frame["z"] + rng.normal(size=len(frame))
    frame["y"] = slope * frame["x"] + level + rng.normal(size=len(frame)) * (1 + frame["rep"] / 4)
    return frame[rng.random(len(frame)) < 0.9].reset_index(drop=True)


def by_refits(frame, term, weights):
    """The same by brute force: dummies, a refit with clustered errors for every draw."""
    effects = [pd.get_dummies(frame["rep"], dtype=float)]
    effects.append(pd.get_dummies(frame["week"], dtype=float, drop_first=True).add_prefix("w"))
    design = pd.concat([frame[["x", "z"]], *effects], axis=1)
    without = design.drop(columns=term)
    null = sm.OLS(frame["y"], without).fit()

    def t(y):
        fit = sm.OLS(y, design).fit(cov_type="cluster", cov_kwds={"groups": frame["rep"]})
        return abs(fit.params[term] / fit.bse[term])

    draws = [t(null.fittedvalues + null.resid * w[frame["rep"].to_numpy()]) for w in weights]
    return (1 + sum(value >= t(frame["y"]) * (1 - 1e-9) for value in draws)) / (1 + len(draws))


@pytest.mark.parametrize("term", ["x", "z"])
def test_all_sign_flips_of_six_reps_agree_with_refits(term, monkeypatch):
    frame = panel()
    flips = np.array(list(product([-1.0, 1.0], repeat=6)))
    monkeypatch.setattr(wild, "wild_weights", lambda clusters, draws, seed: flips)
    found = wild_cluster_p(frame, "y", terms=["x", "z"], effects=TWO_WAY)
    assert found[term] == pytest.approx(by_refits(frame, term, flips), abs=1e-12)


def test_six_point_draws_come_close_to_all_of_them():
    frame = panel(3)
    many = wild_cluster_p(frame, "y", terms=["x", "z"], effects=TWO_WAY, draws=20_000, seed=1)
    usual = wild_cluster_p(frame, "y", terms=["x", "z"], effects=TWO_WAY)
    assert abs(many - usual).max() < 4 * np.sqrt(0.25 / 999)


def test_order_and_names_do_not_matter_and_a_seed_gives_the_same_again():
    frame = panel(1, reps=15)
    plain = wild_cluster_p(frame, "y", terms=["x"], effects=TWO_WAY)
    other = frame.sample(frac=1, random_state=2).assign(
        rep=lambda d: 100 - d["rep"], x=lambda d: 1000 * d["x"]
    )
    assert wild_cluster_p(other, "y", terms=["x"], effects=TWO_WAY)["x"] == plain["x"]


def test_a_term_without_an_estimate_has_no_p_value():
    frame = panel(2).assign(twin=lambda d: 2 * d["x"], fixed=lambda d: d["rep"] * 1.0)
    found = wild_cluster_p(frame, "y", terms=["x", "twin", "z", "fixed"], effects=TWO_WAY)
    assert found.isna().to_dict() == {"x": True, "twin": True, "z": False, "fixed": True}


def test_without_an_effect_five_percent_are_called():
    called = [
        wild_cluster_p(panel(seed, reps=10, slope=0.0), "y", terms=["x", "z"], effects=TWO_WAY, draws=199)[
            "x"
        ]
        <= 0.05
        for seed in range(300)
    ]
    assert 0.02 <= np.mean(called) <= 0.085  # four standard errors of 300 panels
