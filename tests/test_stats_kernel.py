"""Lag kernel, lagged and leading exposure, detectable effect."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats as sps

from salesanalysis.core.errors import InvalidInput
from salesanalysis.stats import (
    Kernel,
    detectable_effect,
    exposure_columns,
    kernel_from_durations,
    lagged_exposure,
    lead_exposure,
    lognormal_kernel,
)


def test_default_kernel_is_the_discretised_lognormal():
    kernel = lognormal_kernel()
    law = sps.norm(np.log(6), 0.6)
    raw = [law.cdf(np.log(0.5))] + [
        law.cdf(np.log(lag + 0.5)) - law.cdf(np.log(lag - 0.5)) for lag in range(1, 17)
    ]
    np.testing.assert_allclose(kernel.weights, np.array(raw) / sum(raw), rtol=1e-12)
    assert kernel.weights.size == 17 and kernel.n == 0


def test_kernel_recovers_planted_durations():
    rng = np.random.default_rng(1)
    kernel = kernel_from_durations(pd.Series(rng.lognormal(np.log(8), 0.5, 4000)))
    assert abs(kernel.median / 8 - 1) < 0.03 and abs(kernel.sigma - 0.5) < 0.02 and kernel.n == 4000
    assert kernel_from_durations(pd.Series([3.0] * 5)).n == 0
    assert np.isfinite(kernel_from_durations(pd.Series([0.0] * 40 + [5.0] * 40)).weights).all()


def test_exposure_is_the_weighted_mean_over_observed_lags():
    kernel = Kernel(np.array([0.5, 0.3, 0.2]), 1.0, 1.0, 0)
    values = np.array([[1.0, 2.0, 4.0, np.nan, 8.0]])
    found = lagged_exposure(values, kernel)[0]
    assert np.isnan(found[0])  # half of the weight only
    assert np.isclose(found[1], (0.5 * 2 + 0.3 * 1) / 0.8)
    assert np.isclose(found[2], 0.5 * 4 + 0.3 * 2 + 0.2 * 1)
    assert np.isnan(found[3])  # its own week, half of the weight, is missing
    assert np.isclose(found[4], (0.5 * 8 + 0.2 * 4) / 0.7)  # exactly 70 %


def test_constant_activity_gives_constant_exposure_and_future_never_leaks():
    kernel, rng = lognormal_kernel(), np.random.default_rng(2)
    flat = lagged_exposure(np.full((2, 40), 3.0), kernel)
    np.testing.assert_allclose(flat[~np.isnan(flat)], 3.0)
    values = rng.poisson(5, (3, 40)).astype(float)
    changed = values.copy()
    changed[:, 25:] += 100
    np.testing.assert_array_equal(
        lagged_exposure(values, kernel)[:, :25], lagged_exposure(changed, kernel)[:, :25]
    )


def test_lead_looks_at_the_next_weeks_only():
    values = np.arange(10.0)[None, :]
    lead = lead_exposure(values, length=4)[0]
    assert lead[0] == 2.5 and lead[5] == 7.5
    assert lead[6] == 8.0 and np.isnan(lead[7:]).all()  # three of four weeks are enough, two are not


def test_columns_follow_rows_gaps_and_dates():
    frame = pd.DataFrame({"rep": ["b", "a", "a", "a"], "week": [3, 1, 2, 4], "calls": [2.0, 1.0, 3.0, 5.0]})
    kernel = Kernel(np.array([0.6, 0.4]), 1.0, 1.0, 0)
    found = exposure_columns(frame.set_axis([7, 3, 5, 9]), ["calls"], unit="rep", time="week", kernel=kernel)
    assert found.index.tolist() == [7, 3, 5, 9]
    assert found["calls"].isna().tolist() == [True, True, False, True]
    assert np.isclose(found.loc[5, "calls"], np.log(0.5 + 0.6 * 3 + 0.4 * 1))
    dated = frame.assign(week=pd.Timestamp("2026-01-05") + pd.to_timedelta(7 * frame["week"], unit="D"))
    again = exposure_columns(dated, ["calls"], unit="rep", time="week", kernel={"calls": kernel})
    np.testing.assert_allclose(again["calls"], found["calls"])


def test_detectable_effect_of_the_design():
    assert round(float(detectable_effect(0.38, 9)), 2) == 1.2
    np.testing.assert_allclose(
        detectable_effect(np.array([0.18, 0.11]), np.array([19, 29])), [0.53, 0.32], atol=0.005
    )


def test_unusable_panels_are_refused():
    good = pd.DataFrame({"rep": ["a", "a"], "week": [1, 2], "calls": [1.0, 2.0]})
    for bad, message in (
        (pd.concat([good, good]), "two rows"),
        (good.assign(calls=-1.0), "negative"),
        (pd.concat([good, good.assign(week=[2.5, 4.2])]), "equal steps"),
    ):
        with pytest.raises(InvalidInput, match=message):
            exposure_columns(bad, ["calls"], unit="rep", time="week")
    for args in ((0.0, 0.6), (1e9, 0.1)):
        with pytest.raises(InvalidInput):
            lognormal_kernel(*args)
