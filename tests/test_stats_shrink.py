"""Shrinkage and funnel limits: brute-force oracles, coverage of planted rates, few false flags."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats as sps

from salesanalysis.core.errors import InvalidInput
from salesanalysis.stats import funnel_rates, funnel_shares, overdispersion, shrink_rates, shrink_shares


def test_shares_equal_a_brute_force_grid():
    k, m = np.array([2, 9, 4]), np.array([13, 20, 30])
    mean, strength = (
        g.ravel() for g in np.meshgrid(np.linspace(0.001, 0.999, 999), np.geomspace(2, 400, 25))
    )
    weight = np.ones(mean.size)
    for i in range(3):
        weight *= sps.betabinom(m[i], mean * strength, (1 - mean) * strength).pmf(k[i])
    weight /= weight.sum()
    a, b = mean[:, None] * strength[:, None] + k, (1 - mean[:, None]) * strength[:, None] + m - k
    found = shrink_shares(k, m)
    np.testing.assert_allclose(found.estimate, weight @ (a / (a + b)), atol=2e-4)
    np.testing.assert_allclose([weight @ sps.beta.cdf(found.conf_low, a, b)], [[0.025] * 3], atol=5e-4)
    np.testing.assert_allclose([weight @ sps.beta.cdf(found.conf_high, a, b)], [[0.975] * 3], atol=5e-4)


def test_small_units_move_more_and_nobody_leaves_the_range():
    found = shrink_shares([0, 0, 40, 30, 0], [2, 60, 100, 100, 0])
    assert found.estimate[0] > found.estimate[1]
    assert np.isnan(found.raw[4]) and 0 < found.estimate[4] < 1
    assert found.conf_high[4] - found.conf_low[4] > found.conf_high[2] - found.conf_low[2]
    assert ((found.conf_low <= found.estimate) & (found.estimate <= found.conf_high)).all()


def coverage(repeats: int) -> tuple[float, float]:
    """Coverage of 95 % intervals, and mean squared error as a share of the raw rate's."""
    hits, error, raw_error = [], [], []
    for seed in range(repeats):
        rng = np.random.default_rng(seed)
        truth = rng.beta(6, 14, 12)
        m = rng.integers(8, 60, 12)
        k = rng.binomial(m, truth)
        found = shrink_shares(k, m)
        hits.append((found.conf_low <= truth) & (truth <= found.conf_high))
        error.append((found.estimate - truth) ** 2)
        raw_error.append((k / m - truth) ** 2)
    return float(np.mean(hits)), float(np.mean(error) / np.mean(raw_error))


def test_intervals_cover_planted_rates():
    covered, error = coverage(40)
    assert 0.91 <= covered <= 0.97 and error <= 0.75


@pytest.mark.slow
def test_intervals_cover_planted_rates_many():
    covered, error = coverage(300)
    assert 0.92 <= covered <= 0.96 and error <= 0.7


def test_rates_cover_and_respect_dispersion():
    hits = []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        truth = rng.gamma(8, 0.125, 12)
        weeks = rng.integers(6, 40, 12)
        found = shrink_rates(rng.poisson(truth * weeks), weeks)
        hits.append((found.conf_low <= truth) & (truth <= found.conf_high))
    assert 0.91 <= np.mean(hits) <= 0.98
    tight, wide = shrink_rates([30, 50], [20, 20]), shrink_rates([30, 50], [20, 20], dispersion=4)
    assert wide.std_error[0] > 1.2 * tight.std_error[0]


def test_rates_scale_with_the_unit_of_time():
    weeks, days = shrink_rates([3, 12, 7], [4, 10, 9]), shrink_rates([3, 12, 7], [28, 70, 63])
    np.testing.assert_allclose(weeks.estimate, 7 * days.estimate, rtol=1e-6)


def test_mid_p_by_hand():
    # Binomial(4, 1/2): P(X = 0) = 1/16, so the mid-p of 0 is 2 x 1/32; the middle value is never remarkable.
    found = funnel_shares([0, 2, 4], [4, 4, 4], expected=0.5)
    np.testing.assert_allclose(found.p_value, [1 / 16, 1.0, 1 / 16])
    counted = funnel_rates([0], [1], expected=2.0)
    np.testing.assert_allclose(counted.p_value, [np.exp(-2)])


def test_crossing_the_limit_and_a_small_p_value_are_the_same():
    n = np.repeat([5, 12, 40, 200], 30)
    k = np.minimum(np.tile(np.arange(30), 4) * np.repeat([1, 1, 1, 6], 30), n)
    found = funnel_shares(k, n, expected=0.3)
    outside = (found.estimate < found.limit_low) | (found.estimate > found.limit_high)
    np.testing.assert_array_equal(outside, found.p_value < 0.05)
    counted = funnel_rates(k, n, expected=0.4, dispersion=1.7)
    beyond = (counted.estimate < counted.limit_low - 1e-9) | (counted.estimate > counted.limit_high + 1e-9)
    np.testing.assert_array_equal(beyond, counted.p_value < 0.05)


def test_alike_teams_are_left_in_peace():
    flagged, naive = [], []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        m = rng.integers(10, 60, 12)
        k = rng.binomial(m, 0.3)
        flagged.append((funnel_shares(k, m).p_adjusted <= 0.05).any())
        naive.append((k / m < 0.8 * k.sum() / m.sum()).any())
    assert np.mean(flagged) <= 0.05 and np.mean(naive) >= 0.9


def test_overdispersion_of_planted_counts():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"u": np.repeat(np.arange(40), 50)})
    frame["plain"] = rng.poisson(3, 2000)
    frame["clumped"] = rng.poisson(rng.gamma(1.5, 2, 2000))
    assert overdispersion(frame, "plain", unit="u") < 1.1
    assert abs(overdispersion(frame, "clumped", unit="u") - 3) < 0.4
    assert overdispersion(frame.head(1), "plain", unit="u") == 1.0


def test_unusable_counts_are_refused():
    for bad in (
        lambda: shrink_shares([3], [2]),
        lambda: shrink_shares([1, 2], [3]),
        lambda: shrink_rates([1], [0]),
        lambda: funnel_shares([3], [2]),
        lambda: funnel_rates([1], [1], dispersion=0.5),
        lambda: funnel_shares([0], [0]),
    ):
        with pytest.raises(InvalidInput):
            bad()
