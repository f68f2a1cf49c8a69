"""Rank intervals, control charts and what they say of equals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from planted import company, rates

from salesanalysis.coaching import control_chart, ranks
from salesanalysis.core.errors import InvalidInput, UnknownName
from salesanalysis.stats.rank import rank_intervals
from salesanalysis.stats.shrink import draw_rates, draw_shares, shrink_rates, shrink_shares
from salesanalysis.stats.xmr import autocorrelation, worst_by_chance, xmr


def test_draws_have_the_moments_of_the_shrunk_levels():
    k, m = [2, 9, 4, 30], [13, 20, 30, 60]
    drawn, found = draw_shares(k, m, draws=40_000), shrink_shares(k, m)
    np.testing.assert_allclose(drawn.mean(axis=0), found.estimate, atol=0.004)
    np.testing.assert_allclose(drawn.std(axis=0), found.std_error, rtol=0.06)
    drawn, found = draw_rates(k, m, dispersion=2, draws=40_000), shrink_rates(k, m, dispersion=2)
    np.testing.assert_allclose(drawn.mean(axis=0), found.estimate, rtol=0.02)


def test_ranks_of_equals_are_wide_and_of_the_different_narrow():
    rng = np.random.default_rng(0)
    equal = rank_intervals(draw_shares(rng.binomial(60, 0.3, 12), np.full(12, 60)))
    assert (equal["rank_high"] - equal["rank_low"]).median() >= 8
    assert not (equal["chance_top"] > 0.95).any() and not (equal["chance_bottom"] > 0.95).any()
    apart = rank_intervals(draw_shares([20, 100, 110, 180], [200] * 4), better="lower")
    assert apart.loc[0, ["rank", "rank_low", "rank_high"]].tolist() == [1, 1, 1]
    assert apart.loc[3, "chance_bottom"] > 0.99


def test_rank_intervals_cover_the_true_rank():
    hits = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        truth = rng.beta(6, 14, 12)
        base = rng.integers(20, 80, 12)
        found = rank_intervals(draw_shares(rng.binomial(base, truth), base, draws=1000))
        true = (-truth).argsort().argsort() + 1
        hits.append((found["rank_low"] <= true) & (true <= found["rank_high"]))
    assert 0.88 <= np.mean(hits) <= 0.99


def test_xmr_by_hand():
    found = xmr([10, 12] * 10 + [11, 17], watched=2)
    assert found.mean == 11 and found.high == pytest.approx(11 + 2.66 * 2)
    assert found.distance.tolist() == pytest.approx([0.0, 6 / 5.32]) and found.signals.tolist() == [
        False,
        True,
    ]
    with pytest.raises(InvalidInput, match="Limits need 20"):
        xmr([1.0] * 21, watched=2)
    assert autocorrelation([1, -1] * 10) < -0.9 and math.isnan(autocorrelation([1, 1, 1]))


@pytest.mark.parametrize(
    ("level", "correlation", "alarms"), [(3, 0.0, 0.21), (20, 0.0, 0.16), (3, 0.5, 0.37), (20, 0.5, 0.37)]
)
def test_false_alarms_are_those_measured_for_the_design(level, correlation, alarms):
    """26 points behind the limits, 26 watched, rule 1: the figures of the design, give or take .06."""
    found = worst_by_chance(level, variance=level, correlation=correlation, draws=4000)
    assert (found > 1).mean() == pytest.approx(alarms, abs=0.06)


def test_a_series_that_is_simulated_raises_the_alarms_it_promises():
    rng = np.random.default_rng(3)
    alarms = [xmr(rng.poisson(12, 65), watched=13).signals.any() for _ in range(600)]
    promised = (worst_by_chance(12, variance=12, baseline=52, watched=13) > 1).mean()
    assert np.mean(alarms) == pytest.approx(promised, abs=0.035)


def test_ranks_and_charts_of_the_sample(sample_crm):
    found = ranks(sample_crm, "2026", "win_rate")
    assert {"Agus Setiawan"} <= set(found.sure("bottom")) and {"Siti Rahmawati"} <= set(found.sure("top"))
    assert (found.table["rank_low"] <= found.table["rank"]).all()
    assert set(found.left_out["reason"]) <= {"few", "ramping"}
    with pytest.raises(InvalidInput, match="neither a count"):
        ranks(sample_crm, "2026", "average_deal_size")
    with pytest.raises(UnknownName, match="Did you mean win_rate"):
        ranks(sample_crm, "2026", "win_rat")
    chart = control_chart(sample_crm, "Bagas Prakoso", "connect_rate")
    assert chart.verdict == "no_signal" and 0 < chart.false_alarm < 0.5 and chart.weeks == 1
    young = control_chart(sample_crm, "Galih Saputro", "connect_rate")
    assert young.verdict == "few_points" and young.needed > 0
    assert control_chart(sample_crm, "Galih Saputro", "leads_handed").verdict == "no_data"


@pytest.mark.slow
def test_planted_weaknesses_are_found_and_rates_of_others_are_left_in_peace():
    """One company; six are measured in docs/diagnosis.md."""
    shown = rates(company(2, ["2026-Q3", "2026"])).set_index(["period", "planted"])
    assert float(shown.loc[("2026-Q3", "nothing planted"), "rate or size named"]) <= 0.16
    found = shown.loc["2026", "found"]
    assert sum(float(v) for v in found[found != ""]) >= 3
