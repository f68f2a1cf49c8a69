"""Effects of treatment in waves: worked by hand, by public reference values, and at the edges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from calibration_coaching import ROWS
from reference import data

from salesanalysis.core.errors import InvalidInput, NotEnoughData
from salesanalysis.stats import Units, Windows, before_after, group_time, stacked

SHORT = Windows(after=2, before=4, gap=2, earlier=6)
NAN = np.nan


def units(counts, starts, **more):
    starts = np.array(starts, dtype=float)
    clean = more.pop("clean", np.where(np.isnan(starts), np.inf, starts))
    return Units(np.array(counts, dtype=float), starts, np.array(clean, dtype=float), **more)


#: Six weeks before (two for the placebo, two baseline, two of selection), two after; in order a: treated in
#: week 6 with a bad spell before, b and c: never treated.
COUNTS = [[4, 4, 5, 5, 1, 1, 8, 8], [10, 10, 10, 10, 10, 10, 12, 12], [2, 2, 4, 2, 2, 2, 3, 3]]
STARTS = [6, NAN, NAN]


def test_by_hand():
    found = stacked(units(COUNTS, STARTS), SHORT)
    # a: 16 over 10; controls together: 30 over 26. The bad spell of 1 and 1 counts nowhere.
    assert found.estimate == pytest.approx(np.log(16 / 10) - np.log(30 / 26))
    without = {1: np.log(1.6) - np.log(6 / 6), 2: np.log(1.6) - np.log(24 / 20)}
    left = found.left_out.set_index("unit")["estimate"]
    assert left.loc[[1, 2]].tolist() == pytest.approx([without[1], without[2]])
    # Without the only treated unit nothing is left, so there is no error to give.
    assert np.isnan(left.loc[0]) and np.isnan(found.std_error) and np.isnan(found.p_value)
    placebo = stacked(units(COUNTS, STARTS), SHORT, is_placebo=True)
    assert placebo.estimate == pytest.approx(np.log(10 / 8) - np.log(26 / 24))


def test_two_waves_and_the_jackknife_by_hand():
    counts = [[2, 2, 2, 2, 2, 2, 6, 6, 6, 6], [4, 4, 4, 4, 4, 4, 4, 4, 6, 6], [8] * 10, [4] * 6 + [5] * 4]
    found = stacked(units(counts, [6, 8, NAN, NAN]), SHORT)
    # Wave 6: 12 over 4 against b, c, d (b is treated only after the weeks read): 34 over 32. Wave 8: 12 over
    # 8 against c, d: 26 over 24. Weights 4 and 8.
    waves = [np.log(3) - np.log(34 / 32), np.log(1.5) - np.log(26 / 24)]
    assert found.waves["wave"].tolist() == [6, 8] and found.waves["weight"].tolist() == [4, 8]
    assert found.waves["controls"].tolist() == [3, 2]
    assert found.waves["estimate"].tolist() == pytest.approx(waves)
    assert found.estimate == pytest.approx((4 * waves[0] + 8 * waves[1]) / 12)
    left = found.left_out["estimate"].to_numpy()
    assert left[0] == pytest.approx(waves[1])
    assert found.std_error == pytest.approx(np.sqrt(3 / 4 * ((left - found.estimate) ** 2).sum()))


def test_rates_are_ratios_of_sums():
    base = [[10] * 8, [20] * 8, [20] * 8]
    counts = [[2] * 6 + [4] * 2, [4] * 8, [4] * 6 + [6] * 2]
    found = stacked(units(counts, STARTS, base=np.array(base, dtype=float)), SHORT)
    assert found.estimate == pytest.approx(np.log(2) - np.log((20 / 80) / (16 / 80)))
    twice = stacked(units(np.array(counts) * 3, STARTS, base=np.array(base) * 7.0), SHORT)
    assert twice.estimate == pytest.approx(found.estimate)


def test_plain_before_and_after_takes_the_bad_spell_for_the_level():
    counts = np.full((4, 60), 4.0)
    counts[:, 32:40] = 2.0
    of = units(counts, [40.0] * 4)
    assert before_after(of).estimate == pytest.approx(np.log(2))
    assert np.isnan(stacked(of).estimate)  # everybody treated: no controls


def test_unknown_weeks_scale_and_too_few_of_them_leave_a_unit_out():
    counts = np.array(COUNTS, dtype=float)
    counts[1, 7] = NAN  # half of the weeks read are known: 12 becomes 24
    assert stacked(units(counts, STARTS), SHORT).estimate == pytest.approx(np.log(1.6) - np.log(30 / 26))
    counts[1, 6] = NAN
    found = stacked(units(counts, STARTS), SHORT)
    assert found.controls.tolist() == [2] and found.estimate == pytest.approx(np.log(1.6))


def test_zero_counts_give_a_number_and_an_empty_side_none():
    counts = np.array(COUNTS, dtype=float)
    counts[0, 6:] = 0
    found = stacked(units(counts, STARTS), SHORT)
    assert found.estimate == pytest.approx(np.log(0.5 / 10.5) - np.log(30 / 26))
    assert np.isnan(stacked(units(np.zeros((3, 8)), STARTS), SHORT).estimate)
    assert np.isnan(stacked(units(COUNTS, [NAN] * 3), SHORT).estimate)
    assert np.isnan(stacked(units(COUNTS, [7, NAN, NAN]), SHORT).estimate)  # one week after is not two
    assert np.isnan(stacked(units(COUNTS, [2, NAN, NAN]), SHORT).estimate)  # no baseline


def test_controls_are_of_the_same_kind_and_untouched():
    kinds = stacked(units(COUNTS, STARTS, kind=np.array([1, 2, 1])), SHORT)
    assert kinds.controls.tolist() == [2]
    clean = stacked(units(COUNTS, STARTS, clean=[6, 7, np.inf]), SHORT)
    assert clean.controls.tolist() == [2]  # b was treated otherwise in week 7


def mpdta():
    return data("mpdta.csv")


def test_effects_by_group_and_time_match_the_published_ones():
    found = group_time(mpdta(), "lemp", unit="countyreal", time="year", group="first.treat")
    cells = found.cells.set_index(["group", "time"])["estimate"]
    assert len(cells) == 12
    for (g, t), value in {(2004, 2004): -0.0105, (2004, 2006): -0.1373, (2007, 2007): -0.0261}.items():
        assert cells[g, t] == pytest.approx(value, abs=5e-5)
    overall = {how: found.aggregate(how).iloc[0] for how in ("simple", "dynamic", "group")}
    for how, value in {"simple": -0.0399513, "dynamic": -0.0772398, "group": -0.0310183}.items():
        assert overall[how]["estimate"] == pytest.approx(value, abs=5e-8)
    # The errors agree with leaving out one county at a time, which takes half a minute and was done once.
    errors = [overall[how]["std_error"] for how in ("simple", "dynamic", "group")]
    assert errors == pytest.approx([0.01211, 0.02067, 0.01249], rel=0.04)


def test_units_not_yet_treated_may_serve():
    never = group_time(mpdta(), "lemp", unit="countyreal", time="year", group="first.treat")
    also = group_time(
        mpdta(), "lemp", unit="countyreal", time="year", group="first.treat", controls="not_yet"
    )
    assert (also.cells["base"] >= never.cells["base"]).all()
    assert also.cells["base"].iloc[0] == 480  # all but the 20 of 2004: by 2004 nobody else is treated
    assert also.aggregate()["estimate"].iloc[0] == pytest.approx(-0.0398, abs=1e-4)


def test_one_wave_of_equal_units_is_the_same_both_ways():
    counts = np.full((4, 60), 4.0)
    counts[:2, 40:53], counts[2:, 40:53] = 6.0, 5.0
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(4), 2),
            "time": np.tile([0, 1], 4),
            "first": np.repeat([1.0, 1.0, np.nan, np.nan], 2),
            "y": np.log(np.column_stack([counts[:, 14:32].mean(1), counts[:, 40:53].mean(1)]).ravel()),
        }
    )
    both = group_time(frame, "y", unit="unit", time="time", group="first")
    one = stacked(units(counts, [40, 40, NAN, NAN]))
    assert both.aggregate()["estimate"].iloc[0] == pytest.approx(one.estimate) == pytest.approx(np.log(1.2))


def test_group_time_says_what_is_wrong():
    frame = pd.DataFrame({"u": [1, 1, 2, 2], "t": [1, 2, 1, 2], "g": [2, 2, 0, 0], "y": [1.0, 2, 1, 1]})
    keys = {"unit": "u", "time": "t", "group": "g"}
    with pytest.raises(InvalidInput, match="two rows at one time"):
        group_time(pd.concat([frame, frame]), "y", **keys)
    with pytest.raises(InvalidInput, match="more than one 'g'"):
        group_time(frame.assign(g=[2, 1, 0, 0]), "y", **keys)
    with pytest.raises(InvalidInput, match="Did you mean never"):
        group_time(frame, "y", **keys, controls="nevr")
    with pytest.raises(InvalidInput, match="aggregation"):
        group_time(frame, "y", **keys).aggregate("mean")
    with pytest.raises(NotEnoughData, match="no controls"):
        group_time(frame.assign(g=2), "y", **keys)


@pytest.mark.parametrize("name", [row.name for row in ROWS])
def test_measured_error_rates(name):
    row = next(row for row in ROWS if row.name == name)
    checks = row.judge([row.measure(seed) for seed in range(40)])
    missed = [f"{c.name}: {c.value:.3f}, {c.target}" for c in checks if c.target and not c.holds]
    assert not missed, f"{name}: {missed}"
