"""Randomised tests: the draw, the plan and its file, what the result may say and when it must not."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from experiment_cases import Company

import salesanalysis as sa
from salesanalysis.core.errors import InvalidInput, MissingData, NotEnoughData, UnknownName
from salesanalysis.experiment import ExperimentPlan, experiment_plan, experiment_result
from salesanalysis.experiment.layout import (
    Layout,
    comparable,
    doses,
    drawn,
    draws,
    number_of_draws,
    read_weeks,
)
from salesanalysis.stats import Lots, lognormal_kernel, randomisation_power, randomisation_test

KERNEL = lognormal_kernel().weights


@pytest.fixture(scope="module")
def company():
    return Company(3, 24, elasticity=0.8, wins=3.0)


@pytest.fixture(scope="module")
def plan(company):
    return company.plan(raise_by=1.0, weeks=40, seed=2)


@pytest.fixture
def _no_promises(monkeypatch):
    """Plans without their power, which takes most of the time and does not bear on the result."""

    def none(grid, layouts, outcomes, *, effect):
        rows = [{"outcome": o, "weeks": 1, "n": 0.0, "effect": effect} for o in outcomes]
        return pd.DataFrame(rows).assign(power=math.nan, mde=math.nan)

    monkeypatch.setattr("salesanalysis.experiment.plan.promises", none)


# The draw --------------------------------------------------------------------------------------


def test_half_of_each_group_is_drawn_and_the_seed_decides():
    layout = Layout("parallel", (1, 1, 1, 1, 2, 2, 2, 2, 2), 1, 26, seed=5)
    raised = drawn(layout)[:, 0]
    assert raised[:4].sum() == 2 and raised[4:].sum() == 2
    assert (drawn(layout) == drawn(replace(layout, seed=5))).all()
    seeds = [tuple(drawn(replace(layout, seed=s))[:, 0]) for s in range(40)]
    assert len(set(seeds)) > 20


def test_all_draws_of_a_small_design_once_each_and_the_own_first():
    layout = Layout("parallel", (1, 1, 1, 1, 2, 2), 1, 26, seed=5)
    everything = draws(layout)
    assert len(everything) == number_of_draws([4, 2]) == 12
    assert len(np.unique(everything, axis=0)) == 12 and (everything[0] == drawn(layout)).all()
    assert everything.mean(axis=0) == pytest.approx(0.5)


def test_in_a_rotation_every_rep_has_each_arm_once_in_two_blocks():
    layout = Layout("rotation", (1,) * 8, 4, 10, seed=1)
    raised = drawn(layout)
    assert (raised[:, 0] != raised[:, 1]).all() and (raised[:, 2] != raised[:, 3]).all()
    assert (raised.sum(axis=0) == 4).all()


def test_doses_by_hand():
    layout = Layout("rotation", (1, 1), 2, 2, seed=0)
    assigned = np.array([[[True, False], [False, True]]])
    dose = doses(assigned, layout, np.array([0.7, 0.3]))
    assert dose[0].tolist() == [[0.7, 1.0, 0.3, 0.0], [0.0, 0.0, 0.7, 1.0]]
    # The first week after each change holds .7 of one arm, enough to be read; the week after the end .3.
    assert read_weeks(layout, np.array([0.7, 0.3])).tolist() == [0, 1, 2, 3]
    assert read_weeks(layout, np.array([0.6, 0.4])).tolist() == [1, 3]


def test_weeks_of_mixed_lag_weights_are_not_read():
    layout = Layout("parallel", (1, 1), 1, 26, seed=0)
    read = read_weeks(layout, KERNEL)
    assert read.min() == np.argmax(np.cumsum(KERNEL) >= 2 / 3)
    assert read.max() > 26 and (np.diff(read) == 1).all()


def test_groups_are_of_comparable_reps():
    wins = np.array([1.0, 5, 1.1, 5.1, 3, 3.1, 0.2, 0.3, 8, 8.1, 2, 2.1, 4, 4.1, 6, 6.1])
    group = comparable(wins[:, None])
    assert all(group[i] == group[j] for i, j in [(0, 2), (1, 3), (4, 5), (6, 7), (8, 9)])
    assert len(set(comparable(wins[:8, None]))) == 1  # pairs and fours would leave too few draws
    assert np.bincount(comparable(wins[:15, None]))[1:].tolist() == [2] * 6 + [3]


# The test of the lot ---------------------------------------------------------------------------


def test_p_value_and_interval_by_hand():
    units = np.array([[1.0, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 0, 1], [0, 1, 1, 0]])
    lots = Lots(units, np.ones(4), np.arange(4), np.zeros(4, dtype=int))
    counts = np.array([30.0, 28, 10, 11])
    found = randomisation_test(counts, lots)
    assert found.estimate == pytest.approx(math.log(58 / 21), abs=1e-6)
    assert found.p_value == pytest.approx(2 / 6)
    # Six draws cannot refuse anything at 5 %; at 50 % they can.
    assert math.isnan(found.conf_low) and math.isnan(found.conf_high)
    half = randomisation_test(counts, lots, level=0.5)
    assert 0 < half.conf_low < found.estimate < half.conf_high


def test_the_p_value_is_exact_when_nothing_happens():
    layout = Layout("parallel", (1,) * 8, 1, 1, seed=0)
    everything = draws(layout)[:, :, 0].astype(float)
    lots = Lots(everything, np.full(8, 5.0), np.arange(8), np.zeros(8, dtype=int))
    # Whatever was counted: over all draws the share of p-values at or below p is at most p.
    counts = np.array([3.0, 9, 4, 7, 1, 12, 5, 6])
    p = np.array([randomisation_test(counts, lots, row).p_value for row in range(len(everything))])
    assert all((p <= level + 1e-9).mean() <= level + 1e-9 for level in (0.03, 0.05, 0.1, 0.3))


def test_power_rises_from_the_level_to_one():
    rng = np.random.default_rng(0)
    layout = Layout("parallel", (1,) * 12, 1, 1, seed=0)
    everything = draws(layout)[:, :, 0].astype(float)
    lots = Lots(everything, np.full(12, 40.0), np.arange(12), np.zeros(12, dtype=int))
    power = randomisation_power(rng.poisson(40, 12).astype(float), lots, np.array([0.0, 0.2, 0.4, 0.8]))
    assert power[0] <= 0.08 and (np.diff(power) >= 0).all() and power[-1] > 0.95


# The plan --------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_plan():
    one, same, other = (Company(1, 12).plan(weeks=26, seed=seed) for seed in (2, 2, 3))
    pd.testing.assert_frame_equal(one.table, same.table)
    pd.testing.assert_frame_equal(one.power, same.power)
    assert not other.table["arm"].equals(one.table["arm"])


def test_the_arms_are_alike_and_the_dates_follow_the_lag(company, plan):
    history = company.history()
    wins = history[history["week"] >= 84].groupby("rep")["wins"].sum()
    by_arm = plan.table.set_index("rep_id")["arm"]
    arms = wins.groupby(by_arm).mean()
    assert abs(arms["raise"] / arms["usual"] - 1) < 0.1
    assert (plan.starts, plan.weeks, plan.draws) == (111, 40, 2**12)
    assert plan.table["last_week"].unique().tolist() == [150]
    assert 151 < plan.read_on < 160  # wins of the last raised weeks still come in
    assert plan.intermediate == "connects"


def test_power_of_the_plan_grows_with_raise_and_length(company, plan):
    small = company.plan(raise_by=0.2, weeks=40, seed=2)
    assert small.chance < plan.chance and small.mde == pytest.approx(plan.mde)
    wins = plan.power[plan.power["outcome"] == "wins"].sort_values("weeks")
    assert wins["n"].is_monotonic_increasing
    assert wins["mde"].iloc[0] > wins["mde"].iloc[-1]
    assert plan.reps_needed == math.ceil(24 * (plan.mde / plan.effect) ** 2)


@pytest.mark.usefixtures("_no_promises")
def test_reps_who_cannot_be_compared_are_left_out(company):
    frame = company.history()
    frame["tenure"] = 200.0
    frame.loc[frame["rep"] == 0, "tenure"] = frame["week"] - 90.0
    frame = frame[~((frame["rep"] == 1) & (frame["week"] > 100))]
    frame = frame[~((frame["rep"] == 2) & (frame["week"] < 105))]
    frame.loc[frame["rep"] == 3, "calls"] = 0
    plan = experiment_plan(frame, "calls")
    assert plan.excluded == {"gone": 1, "new": 1, "little_history": 1, "never_does": 1}
    assert not set(plan.reps) & {0, 1, 2, 3}
    assert {note.code for note in plan.notes} >= {"experiment_new", "experiment_never_does"}


def test_a_short_past_promises_little_and_says_so():
    company = Company(1, 12, past=30)
    plan = company.plan(weeks=40)
    assert "experiment_short_history" in {note.code for note in plan.notes}
    hardly = Company(1, 12, past=18).plan(weeks=40)
    assert math.isnan(hardly.chance) and "too short" in sa.explain(hardly)


def test_a_crm_gives_a_plan_in_days(results):
    plan = results["ExperimentPlan"]
    assert isinstance(plan.starts, date) and plan.starts.weekday() == 0
    assert plan.starts > plan.as_of and plan.read_on > plan.starts


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"activity": "cals"}, UnknownName, "Did you mean calls"),
        ({"raise_by": 0}, InvalidInput, "'raise_by' is 0"),
        ({"design": "paralel"}, InvalidInput, "Did you mean parallel"),
        ({"weeks": 2.5}, InvalidInput, "'weeks' is 2.5"),
        ({"seed": -1}, InvalidInput, "'seed' is -1"),
        ({"design": "rotation", "weeks": 12}, InvalidInput, "two blocks of 10 weeks.*weeks=20"),
    ],
)
def test_slips_of_a_plan_end_in_one_sentence(company, options, error, message):
    activity = options.pop("activity", "calls")
    with pytest.raises(error, match=message):
        experiment_plan(company.history(), activity, **options)


@pytest.mark.usefixtures("_no_promises")
def test_too_few_reps_for_any_draw():
    with pytest.raises(NotEnoughData, match=r"fewer than 8.*rotation"):
        Company(0, 6).plan()
    assert len(Company(0, 6).plan(design="rotation", weeks=40).reps) == 6


# The file --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_no_promises")
@pytest.mark.parametrize("design", ["parallel", "rotation"])
def test_a_plan_is_read_back_as_it_was(company, tmp_path, design):
    plan = company.plan(raise_by=0.5, weeks=40, seed=9, design=design)
    path = plan.write(tmp_path / "plan.toml")
    back = ExperimentPlan.read(path)
    pd.testing.assert_frame_equal(back.table, plan.table, check_dtype=False)
    pd.testing.assert_frame_equal(back.power, plan.power)
    for name in ("activity", "raise_by", "layout", "starts", "read_on", "seed", "outcome", "intermediate"):
        assert getattr(back, name) == getattr(plan, name)
    assert back.kernel.weights == pytest.approx(plan.kernel.weights)
    assert back.write(tmp_path / "again.toml").read_text() == path.read_text()


def test_days_and_names_survive_the_file(results, tmp_path):
    plan = results["ExperimentPlan"]
    back = ExperimentPlan.read(plan.write(tmp_path / "plan.toml"))
    pd.testing.assert_frame_equal(back.table, plan.table)
    assert back.starts == plan.starts and back.client.language == plan.client.language
    odd = replace(plan, table=plan.table.assign(name='Ani "A" \\ \t\u2028 Ç'))
    assert (
        ExperimentPlan.read(odd.write(tmp_path / "odd.toml")).table["name"].iloc[0]
        == odd.table["name"].iloc[0]
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "raise_by = 1.0",
            "raise_bye = 1.0",
            "Unknown key 'raise_bye' in .*. Did you mean raise_by",
        ),
        ("seed = 2\n", "", "'seed' is missing in .*plan.toml"),
        ("seed = 2\n", "seed = 3\n", "not those that seed 3 draws"),
        ('arms = ["raise"]', 'arms = ["usual"]', "not those that seed 2 draws"),
        ('arms = ["raise"]', 'arms = ["rise"]', r"'arms' in \[\[reps\]\] number \d+ in .*plan.toml"),
        ('arms = ["raise"]', 'arms = ["raise", "usual"]', "has 2 entries; the plan has 1"),
        ("block_weeks = 40", 'block_weeks = "40"', "'block_weeks' in .*must be a whole number"),
        ("block_weeks = 40", "block_weeks = 0", "'block_weeks' in .*at least 1"),
        ("rep_id = 1\n", "rep_id = 0\n", "'0' stands twice"),
        ('design = "parallel"', 'design = "both"', "'design' in .*parallel or rotation"),
        ("form = 1", "form = 2", "'form' in .*reads form 1"),
        ("starts = 111", "starts = 2026-10-05", "both be days"),
        ("sigma = ", "sigm = ", r"Unknown key 'sigm' in \[kernel\] of"),
        ("seed = 2", "seed =", "not valid TOML"),
    ],
)
def test_a_file_that_is_no_such_plan_is_refused(plan, tmp_path, old, new, message):
    path = plan.write(tmp_path / "plan.toml")
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(InvalidInput, match=message):
        ExperimentPlan.read(path)


def test_a_missing_or_unreadable_file(tmp_path):
    with pytest.raises(InvalidInput, match="No plan at"):
        ExperimentPlan.read(tmp_path / "none.toml")
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidInput, match="not UTF-8"):
        ExperimentPlan.read(tmp_path / "odd.toml")


# The result ------------------------------------------------------------------------------------


def test_a_planted_effect_is_found_and_covered(company, plan):
    result = experiment_result(company.run(plan), plan)
    table = result.table.set_index(["term", "kind"])
    truth = 0.8 * math.log(2)
    for kind in ("intention_to_treat", "adjusted"):
        row = table.loc[("wins", kind)]
        assert row["conf_low"] < truth < row["conf_high"] and row["p_value"] < 0.05
    assert result.verdict == "raises" and table.loc[("connects", "intention_to_treat"), "verdict"] == "raises"
    rose = table.loc[("calls", "compliance")]
    assert rose["conf_low"] < math.log(2) < rose["conf_high"]
    assert "cause" in sa.explain(result) and "menyebabkan" in sa.explain(result, language="id")


@pytest.mark.usefixtures("_no_promises")
def test_a_rotation_is_judged_within_reps():
    company = Company(5, 12, elasticity=0.8, wins=3.0)
    plan = company.plan(raise_by=1.0, weeks=60, design="rotation", seed=1)
    result = experiment_result(company.run(plan), plan)
    row = result.table[result.table["kind"] == "intention_to_treat"].iloc[0]
    assert row["conf_low"] < 0.8 * math.log(2) < row["conf_high"]
    assert result.verdict == "raises"


def test_nothing_is_said_before_the_day(company, plan):
    frame = company.run(plan)
    result = experiment_result(frame[frame["week"] < plan.read_on - 1], plan)
    effects = result.table[result.table["kind"] != "compliance"]
    assert effects[["estimate", "p_value", "conf_low"]].isna().all(axis=None)
    assert result.table.loc[0, "estimate"] > 0  # whether the activity rose may be looked at
    assert (result.verdict, result.reason) == ("cannot_tell", "too_early")
    assert experiment_result(frame[frame["week"] < plan.read_on], plan).reason != "too_early"


def test_an_activity_that_did_not_rise_says_nothing_about_it(company, plan):
    result = experiment_result(company.run(plan, done=0.0), plan)
    assert (result.verdict, result.reason) == ("cannot_tell", "activity_not_raised")


def test_reps_who_left_and_weeks_that_are_missing(company, plan):
    frame = company.run(plan)
    left = frame[~((frame["rep"] < 6) & (frame["week"] > plan.starts + 10))]
    result = experiment_result(left, plan)
    assert (result.verdict, result.reason, result.reps_lost) == ("cannot_tell", "reps_left", 6)
    gaps = frame[~((frame["week"] % 3 == 0) & (frame["week"] > plan.starts))]
    assert experiment_result(gaps, plan).reason == "weeks_missing"
    one = frame[~((frame["rep"] == 0) & (frame["week"] > plan.starts + 5))]
    assert experiment_result(one, plan).reason == ""


@pytest.mark.usefixtures("_no_promises")
def test_a_tight_interval_below_what_mattered_says_so():
    company = Company(2, 30, elasticity=0.0, wins=6.0)
    plan = company.plan(raise_by=3.0, weeks=52, seed=1)
    result = experiment_result(company.run(plan), plan)
    assert result.verdict == "smaller_than_planned"
    assert len(sa.explain(result).splitlines()) == 3


def test_row_order_and_other_columns_change_nothing(company, plan):
    frame = company.run(plan)
    shuffled = frame.sample(frac=1, random_state=1).assign(emails=1)
    pd.testing.assert_frame_equal(
        experiment_result(shuffled, plan).table, experiment_result(frame, plan).table
    )


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda f: f.drop(columns="connects"), MissingData, "no 'connects', which the plan names"),
        (
            lambda f: f.assign(week=pd.Timestamp("2020-01-06") + pd.to_timedelta(7 * f["week"], "D")),
            InvalidInput,
            "of another kind",
        ),
        (lambda f: 3, InvalidInput, "takes a Crm"),
    ],
)
def test_data_that_does_not_fit_the_plan(company, plan, change, error, message):
    with pytest.raises(error, match=message):
        experiment_result(change(company.run(plan)), plan)
    with pytest.raises(InvalidInput, match="takes an ExperimentPlan"):
        experiment_result(company.history(), "plan.toml")


def test_outcomes_that_never_happened(company, plan):
    result = experiment_result(company.run(plan).assign(wins=0, connects=0), plan)
    assert (result.verdict, result.reason) == ("cannot_tell", "no_events")


# Error rates -----------------------------------------------------------------------------------


def rates(seeds, reps, *, elasticity, wins=1.2, **options):
    """Share of tests with p <= .05, share of intervals that hold the truth, mean of the promised power."""
    rows = []
    for seed in seeds:
        company = Company(seed, reps, elasticity=elasticity, wins=wins)
        plan = company.plan(seed=seed, **options)
        table = experiment_result(company.run(plan), plan).table
        row = table[(table["term"] == "wins") & (table["kind"] == "intention_to_treat")].iloc[0]
        truth = elasticity * math.log1p(plan.raise_by)
        held = not (row["conf_low"] > truth or row["conf_high"] < truth)
        rows.append((row["p_value"] <= 0.05, held, plan.chance))
    return np.array(rows, dtype=float).mean(axis=0)


@pytest.mark.slow
@pytest.mark.usefixtures("_no_promises")
@pytest.mark.parametrize(
    ("reps", "options"),
    [(12, {"weeks": 26}), (9, {"weeks": 26}), (12, {"weeks": 40, "design": "rotation"})],
)
def test_five_in_a_hundred_at_most_when_nothing_happens(reps, options):
    size, held, _ = rates(range(100), reps, elasticity=0.0, raise_by=0.5, **options)
    assert size <= 0.05 + 2 * 0.022
    assert held >= 0.95 - 2 * 0.022


@pytest.mark.slow
def test_power_is_what_the_plan_promised():
    power, held, promised = rates(range(40), 24, elasticity=0.5, wins=3.0, raise_by=1.0, weeks=40)
    assert abs(power - promised) <= 2.5 * math.sqrt(promised * (1 - promised) / 40)
    assert held >= 0.86
