"""Series carried forward: on made series, and in a company of two and a half years, season included."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.stats.series import ets, sarimax

AS_OF = date(2026, 9, 30)


def test_a_level_series_is_carried_on_at_its_level():
    rng = np.random.default_rng(4)
    series = rng.poisson(20.0, 130).astype(float)
    for carry in (ets, sarimax):
        ahead = carry(series, 13)
        assert ahead.shape == (13,) and abs(ahead.mean() - 20.0) < 2.5


def test_errors_that_hang_together_are_carried_on_for_a_while():
    rng = np.random.default_rng(7)
    error = np.zeros(300)
    for t in range(1, 300):
        error[t] = 0.9 * error[t - 1] + rng.normal()
    error[-1] = 6.0  # far above the level: comes back to it step by step
    ahead = sarimax(30.0 + error, 40)
    assert ahead[0] > 33.0 and abs(ahead[-1] - 30.0) < 2.0
    assert np.all(np.diff(ahead[:20]) < 0)


def test_what_has_grown_by_steps_is_not_carried_on_for_ever():
    series = np.linspace(10.0, 40.0, 120)
    ahead = ets(series, 52)
    assert 40.0 < ahead[0] < 42.0 and np.all(np.diff(np.diff(ahead)) <= 1e-9)  # the trend fades


@pytest.mark.parametrize("carry", [ets, sarimax])
def test_a_series_without_any_change_stays(carry):
    assert carry(np.full(120, 5.0), 4) == pytest.approx([5.0] * 4, abs=0.05)


@pytest.fixture(scope="module")
def long_company():
    """Eight reps, 140 weeks, six new opportunities a week that close within ten weeks; value 100."""
    rng = np.random.default_rng(11)
    weeks, each = 140, 6
    n = weeks * each
    created = pd.Timestamp(AS_OF) - pd.to_timedelta(np.repeat(np.arange(weeks)[::-1] * 7, each), unit="D")
    closed = created + pd.to_timedelta(rng.integers(7, 70, n), unit="D")
    known = closed <= pd.Timestamp(AS_OF)
    is_won = rng.random(n) < 0.4
    sales = pd.DataFrame(
        {
            "opportunity_id": [f"o{i}" for i in range(n)],
            "rep_id": [f"r{i}" for i in rng.integers(0, 8, n)],
            "created_on": created,
            "closed_on": pd.Series(closed).where(known),
            "outcome": np.where(known, np.where(is_won, "won", "lost"), "open"),
            "amount": 100.0,
        }
    )
    reps = pd.DataFrame({"rep_id": [f"r{i}" for i in range(8)], "name": [f"Rep {i}" for i in range(8)]})
    return sa.load({"reps": reps, "opportunities": sales}, as_of=AS_OF)


def test_two_years_of_weeks_bring_the_series_into_the_back_test(long_company):
    tested = sa.backtest(long_company, kpi="wins").table
    soon = tested[tested["contrast"] == "weeks"].set_index("term")
    assert {"hazard", "run_rate", "combination", "ets", "sarimax"} <= set(soon.index)
    assert soon.loc[["ets", "sarimax"], "estimate"].between(0, 0.5).all()
    assert np.isfinite(soon.loc["ets", "difference"])


def test_a_steady_company_is_projected_at_its_level(long_company):
    found = sa.project(long_company, kpi="wins")
    row = found.table[(found.table["term"] == "ahead")].iloc[0]
    expected = 13 * 6 * 0.4  # six a week, four in ten won
    assert row["conf_low"] < expected < row["conf_high"]
    assert row["estimate"] == pytest.approx(expected, rel=0.2)
    assert "projection_no_season" not in {note.code for note in found.notes}
