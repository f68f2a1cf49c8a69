"""Measured error rates on simulated teams: a few of every row here, all of them in benchmarks/calibration.py.

Limits are targets plus two Monte Carlo errors. Pooled correlations call a null activity a finding in four
tests of ten; the procedure keeps its error rate at ten reps and is honest that rep-weeks find little there.
"""

from __future__ import annotations

import time

import numpy as np
import pytest
from calibration_forecast import ROWS as FORECAST_ROWS
from calibration_pacing import ROWS as PACING_ROWS
from calibration_panel import ROWS as PANEL_ROWS
from calibration_rates import ROWS as RATE_ROWS
from calibration_rows import at_least, at_most, between, shown
from calibration_verdicts import ROWS as VERDICT_ROWS
from simulate import prepared, simulate

from salesanalysis.stats import Effects, ppml

ROWS = {row.name: row for row in (*PANEL_ROWS, *PACING_ROWS, *FORECAST_ROWS, *RATE_ROWS, *VERDICT_ROWS)}


def held(name: str, n: int) -> dict[str, float]:
    """Measure a row on a few teams, ask for its targets, return the rates."""
    row = ROWS[name]
    checks = row.judge([row.measure(seed) for seed in range(n)])
    missed = [f"{c.name}: {c.value:.3f}, {c.target}" for c in checks if c.target and not c.holds]
    assert not missed, f"{name}: {missed}"
    return {check.name: check.value for check in checks}


@pytest.mark.parametrize(
    ("name", "n"),
    [
        ("A1", 30),
        ("A2", 12),
        ("A3", 6),
        ("A4", 20),
        ("A5", 8),
        ("A6", 3),
        ("A8", 2),
        ("A12", 12),
        ("A13", 8),
        ("A11", 30),
        ("A14", 60),
        ("A15", 1),
    ],
)
def test_panel_rows(name, n):
    held(name, n)


@pytest.mark.parametrize(("name", "n"), [("V-null-real-S", 3), ("V-null-drift-S", 2), ("V-few", 1)])
def test_nobody_is_told_a_false_link(name, n):
    held(name, n)


def test_opportunities_find_what_rep_weeks_cannot():
    rates = held("V-mixed-S", 4)
    assert rates["opportunities alone: power at 0.5"] > rates["rep-weeks alone: power at 0.5"]


def test_one_panel_is_fast():
    data, terms = prepared(simulate("mixed", "L", 0))
    start = time.perf_counter()
    ppml(data, "wins", terms=terms, effects=Effects("rep", "week"))
    assert time.perf_counter() - start < 2.0


def test_limits_allow_for_two_errors_of_the_simulation():
    flags = np.array([1.0] * 8 + [0.0] * 92)
    assert at_most("", flags, 0.05).holds and not at_most("", flags, 0.01).holds
    assert at_least("", flags, 0.1).holds and not at_least("", flags, 0.5).holds
    assert at_most("", flags, 0.05).high == pytest.approx(0.05 + 2 * np.sqrt(0.05 * 0.95 / 100))
    assert between("", np.full(8, 1.0), 0.93, 0.975).holds  # eight teams cannot tell 1 from 0.975
    assert not shown("", flags).target and shown("", np.append(flags, np.nan)).value == 0.08


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [row.name for row in (*PANEL_ROWS, *PACING_ROWS, *FORECAST_ROWS, *RATE_ROWS)]
)
def test_acceptance(name):
    held(name, min(ROWS[name].n, 60))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "n"),
    [
        ("V-null-plain-S", 20),
        ("V-null-reverse-S", 20),
        ("V-null-ramp-S", 20),
        ("V-null-real-M", 10),
        ("V-mixed-M", 12),
        ("V-mixed_rev-M", 12),
        ("V-stage_null-S", 20),
        ("V-winlog_null-S", 20),
        ("T-proposals-S", 20),
        ("T-workload-M", 20),
    ],
)
def test_verdicts_end_to_end(name, n):
    held(name, n)
