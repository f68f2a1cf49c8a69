"""Panel regressions on data that cannot carry them: a reason or a message, never an infinite value."""

import numpy as np
import pandas as pd
import pytest
from test_stats_regression import TWO_WAY, panel

from salesanalysis.core.errors import InvalidInput
from salesanalysis.stats import Effects, logit, ols, ppml


@pytest.mark.parametrize(
    ("change", "terms", "effects", "message"),
    [
        ({"y": -1.0}, ["x"], TWO_WAY, "cannot be negative"),
        ({"x": np.inf}, ["x"], TWO_WAY, "Infinite values in x"),
        ({"y": 0.0}, ["x"], TWO_WAY, "No usable row"),
        ({"x": np.nan}, ["x"], TWO_WAY, "No usable row"),
        ({"rep": 1}, ["x"], TWO_WAY, "two clusters"),
        ({}, ["calls"], TWO_WAY, "Columns not found: calls"),
        ({}, ["x", "x"], TWO_WAY, "stands twice"),
        ({}, ["y"], TWO_WAY, "cannot be terms as well"),
        ({}, ["x"], Effects("rep", "week", cluster="days"), "must lie inside one days"),
    ],
)
def test_unusable_input_is_refused_with_one_message(change, terms, effects, message):
    with pytest.raises(InvalidInput, match=message):
        ppml(panel(19).assign(**change), "y", terms=terms, effects=effects)


def test_as_many_parameters_as_rows_give_no_estimate():
    frame = pd.DataFrame(
        {"rep": [1, 1, 2, 2], "week": [1, 2, 1, 2], "x": [0.0, 1, 3, 1], "y": [1.0, 2, 5, 3]}
    )
    fit = ppml(frame, "y", terms=["x"], effects=TWO_WAY)
    assert fit.residual_df < 1 and fit.reason["x"] == "saturated" and fit.table.estimate.isna().all()


def test_a_fit_without_any_usable_term_still_tells_why():
    fit = ppml(panel(20).assign(x=1.0), "y", terms=["x"], effects=TWO_WAY)
    assert fit.reason["x"] == "no_variation" and fit.n > 0 and fit.table.p_value.isna().all()


@pytest.mark.parametrize("seed", range(60))
def test_hostile_small_panels_never_give_infinite_values(seed):
    rng = np.random.default_rng(seed)
    frame = panel(seed, reps=int(rng.integers(2, 7)), weeks=int(rng.integers(2, 20)))
    frame["x"] = rng.poisson(rng.choice([0.1, 20]), len(frame)).astype(float)
    frame["z"] *= rng.choice([1e-6, 1.0, 1e6])
    frame["b"] = (rng.random(len(frame)) < 0.1).astype(float)
    frame["y"] = rng.poisson(rng.choice([0.1, 1.0, 300.0]), len(frame)).astype(float)
    for fit_one in (ppml, ols, logit):
        given = frame.assign(y=(frame["y"] > 0).astype(float)) if fit_one is logit else frame
        try:
            table = fit_one(given, "y", terms=["x", "z", "b"], effects=TWO_WAY).table
        except InvalidInput:
            continue
        values = table[["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]]
        assert not np.isinf(values.to_numpy()).any()
        assert (table.loc[table.estimate.isna(), "reason"] != "").all()
        assert (table.loc[table.std_error.isna(), "reason"] != "").all()
