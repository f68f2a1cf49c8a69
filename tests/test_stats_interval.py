"""Intervals and p-value adjustment against R, papers and scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import figures
from scipy import stats as sps
from statsmodels.stats.multitest import multipletests

from salesanalysis.core.errors import InvalidInput
from salesanalysis.stats import (
    benjamini_hochberg,
    bootstrap,
    correlation_interval,
    holm,
    mean_t,
    newcombe,
    poisson_exact,
    wilson,
)
from salesanalysis.stats.resample import delta


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_equals_newcombe_1998(k, n, low, high):
    found = wilson(k, n)
    assert (round(found.conf_low, 4), round(found.conf_high, 4)) == (low, high)


def test_wilson_equals_scipy_and_is_vectorised():
    k, n = np.array([0, 3, 7, 10]), np.array([10, 10, 10, 10])
    found = wilson(k, n, level=0.9)
    for i in range(4):
        want = sps.binomtest(int(k[i]), 10).proportion_ci(0.9, method="wilson")
        np.testing.assert_allclose([found.conf_low[i], found.conf_high[i]], [want.low, want.high], atol=1e-12)


@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_holds_its_share_and_stays_in_bounds(k, n):
    k = min(k, n)
    found = wilson(k, n)
    assert 0 <= found.conf_low <= k / n <= found.conf_high <= 1
    mirror = wilson(n - k, n)
    assert np.isclose(mirror.conf_low, 1 - found.conf_high)


def test_no_trials_give_no_interval():
    found = wilson([0, 1], [0, 2])
    assert np.isnan([found.estimate[0], found.conf_low[0], found.conf_high[0]]).all()
    assert np.isnan(poisson_exact(0, 0).conf_high) and np.isnan(mean_t([]).estimate)
    assert np.isnan(bootstrap([1.0]).conf_low) and np.isnan(correlation_interval(0.4, 3).conf_low)


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0, 3.688879), (3, 0.618672, 8.767273), (10, 4.795389, 18.390356)]
)
def test_poisson_exact_equals_r_poisson_test(count, low, high):
    found = poisson_exact(count)
    np.testing.assert_allclose([found.conf_low, found.conf_high], [low, high], rtol=2e-6, atol=1e-12)
    help_page = poisson_exact(137, 24.19893)
    np.testing.assert_allclose([help_page.conf_low, help_page.conf_high], [4.753125, 6.692709], rtol=2e-7)
    weekly = poisson_exact([count], [4.0])
    np.testing.assert_allclose(weekly.conf_high * 4, high, rtol=2e-6)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        ((56, 48), (70, 80), 0.0524, 0.3339),
        ((9, 3), (10, 10), 0.1705, 0.8090),
        ((10, 0), (10, 20), 0.6791, 1.0),
        ((5, 0), (56, 29), -0.0381, 0.1926),
    ],
)
def test_newcombe_equals_the_paper(k, n, low, high):
    found = newcombe(k, n)
    assert (round(found.conf_low, 4), round(found.conf_high, 4)) == (low, high)


def test_correlation_interval_equals_scipy():
    rng = np.random.default_rng(0)
    x = rng.normal(size=40)
    y = x + rng.normal(size=40)
    want = sps.pearsonr(x, y)
    found = correlation_interval(want.statistic, 40)
    np.testing.assert_allclose([found.conf_low, found.conf_high], want.confidence_interval(), rtol=1e-10)
    wide = correlation_interval(want.statistic, 40, spearman=True)
    assert wide.conf_low < found.conf_low and correlation_interval(1.0, 9).conf_high <= 1


def test_mean_intervals():
    values = [4.0, 7.0, np.nan, 9.0, 6.0]
    want = sps.ttest_1samp(np.array([4.0, 7, 9, 6]), 0).confidence_interval(0.95)
    found = mean_t(values)
    np.testing.assert_allclose([found.conf_low, found.conf_high], want)
    assert found.n == 4
    once, again = bootstrap(values, seed=4), bootstrap(values, seed=4)
    assert (once.conf_low, once.conf_high) == (again.conf_low, again.conf_high)
    assert once.conf_low < found.estimate < once.conf_high


def test_bootstrap_draws_do_not_depend_on_blocks():
    long = np.random.default_rng(0).normal(size=5000)
    found = bootstrap(long, draws=1000)
    assert abs((found.conf_high - found.conf_low) / (2 * 1.96 / np.sqrt(5000)) - 1) < 0.1


def test_benjamini_hochberg_1995():
    want = figures("benjamini_hochberg")
    adjusted = benjamini_hochberg(want["p"])
    np.testing.assert_allclose(adjusted[:6], want["adjusted_first"], atol=5e-7)
    assert (adjusted <= 0.05).sum() == want["bh_rejected"]
    np.testing.assert_allclose(holm(want["p"]), multipletests(want["p"], method="holm")[1])
    assert (holm(want["p"]) <= 0.05).sum() == want["holm_rejected"]


@given(st.lists(st.floats(0, 1), max_size=20), st.integers(0, 5))
def test_adjustment_ignores_nan_and_never_lowers_a_p_value(p, blanks):
    padded = np.array(p + [np.nan] * blanks)
    for adjust in (benjamini_hochberg, holm):
        found = adjust(padded)
        assert np.isnan(found[len(p) :]).all()
        np.testing.assert_allclose(found[: len(p)], adjust(p))
        assert (found[: len(p)] >= np.array(p) - 1e-12).all()


def test_impossible_input_is_refused():
    for bad in (
        lambda: wilson(5, 3),
        lambda: wilson(1, 3, level=95),
        lambda: poisson_exact(-1),
        lambda: correlation_interval(1.2, 9),
    ):
        with pytest.raises(InvalidInput):
            bad()


def test_sums_of_whole_numbers_have_the_interval_of_the_same_real_ones():
    whole, products, n = np.array([[6, 3]]), np.array([[[14.0, 6.0], [6.0, 3.0]]]), np.array([3])
    found, real = (delta(sums, products, n, lambda s: s[:, 0] / s[:, 1]) for sums in (whole, whole * 1.0))
    assert found.conf_low.tolist() == real.conf_low.tolist() and found.conf_low[0] < 2
