"""Exact splits of a gap and their posterior: the worked example, properties, zeros."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import figures

from salesanalysis.core.errors import InvalidInput
from salesanalysis.stats import Chain, chain_posterior, decompose_product, lmdi, shapley
from salesanalysis.stats.decompose import log_mean

NAMES = ["calls", "connect", "conversation", "proposal", "win", "size"]
RATES = {"connect": (104, 520), "conversation": (26, 104), "proposal": (13, 26), "win": (2, 13)}


def worked() -> tuple[Chain, pd.Series]:
    benchmark = pd.Series(figures("gap")["benchmark"], index=NAMES, dtype=float)
    return Chain(520, RATES, 38.0, volume_name="calls"), benchmark


def test_worked_example():
    want = figures("gap")
    chain, benchmark = worked()
    assert round(float(log_mean(38.0, 117.0)), 8) == want["log_mean"]
    for method in ("lmdi", "shapley"):
        found = decompose_product(chain.factors(benchmark), benchmark, method=method)
        assert (found.estimate.round(4) + 0.0).tolist() == want[method]
        assert abs(found.estimate.sum() + 79) < 1e-9
        assert np.isclose(found.share.sum(), 1)
    np.testing.assert_allclose(found.ratio, [0.8, 1, 5 / 6, 1, 20 / 39, 0.95])


def test_posterior_of_the_worked_example():
    want = figures("gap")
    found = chain_posterior(*worked(), draws=60_000)
    np.testing.assert_allclose(found.posterior_mean, want["posterior_mean"], atol=0.4)
    np.testing.assert_allclose(found.conf_low, want["posterior_low"], atol=0.7)
    np.testing.assert_allclose(found.conf_high, want["posterior_high"], atol=0.9)
    np.testing.assert_allclose(found.p_below, want["p_below"], atol=0.012)
    assert found.n.tolist() == [520, 520, 104, 26, 13, 2]


def test_posterior_is_seeded_and_dispersion_widens_volume_only():
    one, two = (chain_posterior(*worked(), seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    wide = chain_posterior(*worked(), seed=3, dispersion=9.0)
    span = (wide.conf_high - wide.conf_low) / (one.conf_high - one.conf_low)
    assert span[0] > 1.9 and (span[1:] < 1.2).all()
    assert wide.p_below[0] < one.p_below[0]


def test_no_wins_is_split_by_shapley_and_stays_finite():
    _, benchmark = worked()
    chain = Chain(520, {**RATES, "proposal": (0, 26), "win": (0, 0)}, 0.0, volume_name="calls")
    found = chain_posterior(chain, benchmark)
    assert set(found.method) == {"shapley"}
    assert abs(found.estimate.sum() + 117) < 1e-9
    assert found.set_index("term").estimate[["win", "size"]].tolist() == [
        0,
        0,
    ]  # no base, so no verdict on them
    assert np.isfinite(found[["posterior_mean", "conf_low", "conf_high"]]).all().all()


def test_chain_without_sizes_ends_with_cases():
    benchmark = pd.Series({"volume": 10.0, "win": 0.3})
    found = chain_posterior(Chain(8, {"win": (2, 8)}, None), benchmark)
    assert found.term.tolist() == ["volume", "win"] and abs(found.estimate.sum() - (2 - 3)) < 1e-12


factor = st.floats(1e-3, 1e3)
pairs = st.lists(st.tuples(factor, factor), min_size=1, max_size=6)


@given(pairs)
def test_parts_add_up_exactly_in_both_methods(factors):
    actual, benchmark = np.array(factors).T
    gap = actual.prod() - benchmark.prod()
    for method in (lmdi, shapley):
        part = method(actual, benchmark)
        assert abs(part.sum() - gap) <= 1e-9 * max(1.0, np.abs(part).max())


@given(pairs)
def test_swapping_sides_turns_signs_and_order_does_not_matter(factors):
    actual, benchmark = np.array(factors).T
    for method in (lmdi, shapley):
        part = method(actual, benchmark)
        scale = max(1.0, np.abs(part).max())
        np.testing.assert_allclose(method(benchmark, actual), -part, atol=1e-9 * scale)
        np.testing.assert_allclose(method(actual[::-1], benchmark[::-1])[::-1], part, atol=1e-9 * scale)
        assert (np.sign(part) * np.sign(actual - benchmark) >= 0).all()


def test_many_draws_at_once_equal_one_by_one():
    rng = np.random.default_rng(0)
    actual, benchmark = rng.uniform(0.5, 2, (50, 4)), np.array([1.0, 1.2, 0.9, 1.1])
    for method in (lmdi, shapley):
        np.testing.assert_allclose(method(actual, benchmark), [method(row, benchmark) for row in actual])


def test_nearly_equal_products_lose_no_digits():
    assert np.isclose(log_mean(1.0, 1.0 + 1e-12), 1.0 + 5e-13, rtol=1e-14)
    assert lmdi([2.0, 3.0], [3.0, 2.0]).sum() == pytest.approx(0, abs=1e-12)


def test_unusable_factors_are_refused():
    good = pd.Series({"a": 1.0, "b": 2.0})
    for actual, method in (
        (pd.Series({"a": 1.0}), "auto"),
        (pd.Series({"a": -1.0, "b": 2.0}), "auto"),
        (pd.Series({"a": np.nan, "b": 2.0}), "auto"),
        (pd.Series({"a": 0.0, "b": 2.0}), "lmdi"),
        (good, "laspeyres"),
    ):
        with pytest.raises(InvalidInput):
            decompose_product(actual, good, method=method)
    chain, benchmark = worked()
    for bad in (benchmark.drop("win"), benchmark.replace(0.3, 0.0), benchmark.replace(0.5, 1.0)):
        with pytest.raises(InvalidInput):
            chain_posterior(chain, bad)
    with pytest.raises(InvalidInput, match="win: successes"):
        chain_posterior(Chain(5, {"win": (9, 5)}, None), pd.Series({"volume": 5.0, "win": 0.3}))
