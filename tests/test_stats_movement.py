"""Movement within units beyond chance: silent where chance alone is at work, right where it is planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesanalysis.stats import movement


def panel(seed: int, *, moves: float, mean: float = 60.0, base: float = 0.0) -> pd.DataFrame:
    """Twenty units over twelve months: own levels, a common season, and `moves` of their own."""
    rng = np.random.default_rng(seed)
    unit, month = np.repeat(np.arange(20), 12), np.tile(np.arange(12), 20)
    level = np.exp(rng.normal(0, 0.4, 20))[unit] * np.exp(0.3 * np.sin(month / 2))
    own = rng.gamma(1 / moves**2, moves**2, 240) if moves else np.ones(240)
    frame = pd.DataFrame({"unit": unit, "month": month})
    if base:
        frame["of"] = rng.poisson(base * level)
        share = np.clip(0.3 * np.exp(rng.normal(0, 0.2, 20))[unit] * own, 0, 1)
        return frame.assign(y=rng.binomial(frame["of"], share))
    return frame.assign(y=rng.poisson(mean * level * own))


def found(frame: pd.DataFrame, base: str = ""):
    return movement(frame, "y", unit="unit", time="month", base=base)


@pytest.mark.parametrize("base", [0.0, 200.0])
def test_chance_alone_is_no_movement(base):
    runs = [found(panel(seed, moves=0.0, base=base), "of" if base else "") for seed in range(60)]
    assert np.mean([run.p_value < 0.05 for run in runs]) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 60)
    assert np.median([run.estimate for run in runs]) < 0.05
    assert 0.9 < np.mean([run.dispersion for run in runs]) < 1.1


@pytest.mark.parametrize("base", [0.0, 200.0])
def test_planted_movement_comes_back(base):
    runs = [found(panel(seed, moves=0.25, base=base), "of" if base else "") for seed in range(60)]
    assert all(run.p_value < 0.001 for run in runs)
    assert np.mean([run.estimate for run in runs]) == pytest.approx(0.25, abs=0.02)
    inside = [run.conf_low <= 0.25 <= run.conf_high for run in runs]
    assert np.mean(inside) >= 0.85  # the jackknife of a variance of twenty units is a little narrow


def test_a_hand_worked_table():
    # Two units, two months, expected 10 everywhere; two times (4 squared) over 10, four cells.
    frame = pd.DataFrame({"unit": list("aabb"), "month": [1, 2, 1, 2], "y": [14, 6, 6, 14]})
    run = found(frame)
    assert run.dispersion == pytest.approx(4 * 16 / 10)
    assert run.estimate == pytest.approx(np.sqrt((4 * 16 * 4 - 40) / 400))


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_too_little_is_nan(rows):
    run = found(panel(0, moves=0.2).head(rows))
    assert np.isnan(run.estimate) and np.isnan(run.p_value) and run.n == rows


def ratios(seed: int, moves: float) -> pd.DataFrame:
    """About one of the one thing for each of the other: the top is often more than the base."""
    rng = np.random.default_rng(seed)
    frame = panel(seed, moves=0.0, base=30.0)
    own = rng.gamma(1 / moves**2, moves**2, 240) if moves else 1.0
    return frame.assign(y=rng.poisson(frame["of"] * own))


def test_a_ratio_above_one_is_scattered_as_counts():
    still = [found(ratios(seed, 0.0), "of") for seed in range(60)]
    assert np.mean([run.p_value < 0.05 for run in still]) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 60)
    moving = [found(ratios(seed, 0.3), "of") for seed in range(60)]
    assert np.mean([run.estimate for run in moving]) == pytest.approx(0.3, abs=0.03)
    assert found(ratios(0, 0.0), "of").n == 240
