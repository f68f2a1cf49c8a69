"""Wins by fifths of an activity: hand-worked groups, a planted curve, silence where reps differ only."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.core.errors import InvalidInput


def weeks(elasticity: float, seed: int = 0, *, reps: int = 20) -> pd.DataFrame:
    """Reps who do more win more; within a rep wins follow last week's calls with `elasticity`."""
    rng = np.random.default_rng(seed)
    rep, week = np.repeat(np.arange(reps), 80), np.tile(np.arange(80), reps)
    level = np.exp(rng.normal(0, 0.6, reps))[rep]
    own = np.repeat(np.exp(rng.normal(0, 0.4, reps * 8)), 10)
    calls = rng.poisson(20 * level * own)
    wins = rng.poisson(0.8 * level * own**elasticity)
    return pd.DataFrame({"rep": rep, "week": week, "calls": calls, "wins": wins})


def curve(frame: pd.DataFrame, contrast: str) -> pd.DataFrame:
    return sa.quantiles(frame).table.query("contrast == @contrast").set_index("group")


def test_groups_are_equal_and_add_up():
    frame = weeks(0.5)
    found = sa.quantiles(frame)
    for _, rows in found.table.groupby(["term", "contrast"]):
        assert rows["n"].sum() == found.n
        assert rows["n"].max() - rows["n"].min() <= 2
        assert (rows["low"].to_numpy()[1:] >= rows["high"].to_numpy()[:-1] - 1e-9).all()
    pooled = curve(frame, "pooled")
    assert np.allclose(pooled["estimate"], pooled["wins"] / pooled["n"])


def test_reps_who_differ_are_no_rise_within_reps():
    frame = weeks(0.0)
    pooled, within = curve(frame, "pooled"), curve(frame, "within")
    assert pooled.loc[5, "conf_low"] > 2 * pooled.loc[1, "conf_high"]
    assert ((within["conf_low"] <= 1) & (within["conf_high"] >= 1)).sum() >= 4
    assert within["estimate"].max() - within["estimate"].min() < 0.3


def test_a_planted_link_rises_within_reps():
    within = curve(weeks(0.8), "within")
    assert within.loc[5, "conf_low"] > within.loc[1, "conf_high"]
    assert within["estimate"].is_monotonic_increasing


def test_too_little_says_so():
    found = sa.quantiles(weeks(0.5).head(60))
    assert found.table.empty and found.reason
    assert len(sa.explain(found).splitlines()) == 3


@pytest.mark.parametrize("wrong", [{"groups": 1}, {"groups": 50}, {"level": 95}])
def test_wrong_questions_are_refused(wrong):
    with pytest.raises(InvalidInput):
        sa.quantiles(weeks(0.5), **wrong)


def test_each_reps_slope_is_that_of_the_own_weeks():
    frame = weeks(0.8)
    found = sa.quantiles(frame).points.set_index("rep_id")
    one = sa.quantiles(frame).points.query("term == 'calls'").iloc[0]
    assert len(found) == 20
    assert found["slope"].median() > 0
    assert one["low"] < one["activity"] < one["high"]
    still = sa.quantiles(weeks(0.0)).points
    between = np.polyfit(still["activity"], still["wins"], 1)[0]
    assert between > 0.02
    assert abs(still["slope"].median()) < between / 3
