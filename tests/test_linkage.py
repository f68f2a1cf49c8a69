"""Verdicts on rep x week frames: planted truth is found, silence stays, bad input gets a clear answer."""

import numpy as np
import pandas as pd
import pytest
from simulate import simulate
from simulate_funnel import simulate_funnel

from salesanalysis.core.errors import InvalidInput, UnknownName
from salesanalysis.linkage import VERDICTS, correlate, from_frame, link, wins_per_more
from salesanalysis.linkage.association import COLUMNS
from salesanalysis.linkage.models import prepare, roles_of

NULL = {"voicemails", "internal_meetings"}
REACTIVE = {"admin", "followups"}


def panel(*, reps=10, weeks=52, seed=0, **columns):
    """A frame without any link: Poisson calls, emails and wins."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"rep": np.repeat(np.arange(reps), weeks), "week": np.tile(np.arange(weeks), reps)})
    frame["calls"] = rng.poisson(20, len(frame)).astype(float)
    frame["emails"] = rng.poisson(10, len(frame)).astype(float)
    frame["wins"] = rng.poisson(1.0, len(frame)).astype(float)
    return frame.assign(**columns)


def share_linked(preset, size, seeds, **options):
    """Share of panels by activity with a positive link, and share of panels with any link at all."""
    verdicts = pd.DataFrame(
        [link(simulate(preset, size, s).frame, **options).table.set_index("term")["verdict"] for s in seeds]
    )
    return (verdicts == "linked").mean(), verdicts.isin(["linked", "linked_negative"]).any(axis=1).mean()


# Planted truth ---------------------------------------------------------------------------------


def test_planted_activities_are_found_in_large_panels():
    found, _ = share_linked("mixed", "L", range(4))
    assert found["calls"] >= 0.75 and found["meetings"] >= 0.75
    assert found[list(REACTIVE)].max() == 0 and found[list(NULL)].max() <= 0.25


def test_reversed_activities_are_never_called_linked():
    result = link(simulate("mixed_rev", "M", 1).frame, reactive=[])
    verdicts = result.table.set_index("term")["verdict"]
    assert verdicts["admin"] == "reacts_to_results" and verdicts["followups"] == "reacts_to_results"


def test_slowing_down_after_wins_does_not_hide_a_positive_link():
    table = link(simulate("mixed_rev", "M", 0).frame).table.set_index("term")
    calls = table.loc["calls"]
    assert calls["lead_p_adjusted"] < 0.05 and calls["lead_estimate"] < 0
    assert (calls["verdict"], calls["reason"]) == ("linked", "slows_after_wins")


def test_small_panels_without_a_link_stay_silent():
    _, any_link = share_linked("null_real", "S", range(12))
    assert any_link <= 0.17


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["null_real", "null_reverse", "null_ramp"])
def test_rate_of_false_links_over_many_panels(preset):
    found, any_link = share_linked(preset, "S", range(120))
    assert any_link <= 0.10  # 5 % wanted, two standard errors of 120 panels
    assert found[list(REACTIVE)].max() == 0


@pytest.mark.slow
def test_power_in_large_panels():
    found, _ = share_linked("mixed", "L", range(20))
    assert found["calls"] >= 0.75 and found["meetings"] >= 0.75 and found[list(NULL)].max() <= 0.15


def test_a_later_stage_takes_the_place_of_the_head():
    frame = simulate_funnel("M", 0).frame
    result = link(frame, funnel=["calls", "connects", "conversations", "proposals"])
    table = result.table.set_index("term")
    # In one model the stages would take the link away from the calls that lead to them.
    together = link(frame, funnel=["calls"]).table.set_index("term")
    assert table.loc["calls", "estimate"] > 0.3 > together.loc["calls", "estimate"]
    assert table.loc["proposals", "verdict"] == "linked"


def test_models_condition_on_nothing_downstream():
    weeks = from_frame(simulate_funnel("S", 0).frame)
    roles = roles_of(weeks, family=None, reactive=["followups", "admin"], funnel=None)
    models = roles.models()
    assert models["main"][0] == "calls"
    assert not {"connects", "conversations", "proposals", "followups", "admin"} & set(models["main"])
    assert models["proposals"] == ("proposals", *models["main"][1:])
    assert set(models["reactive"]) == {*models["main"], "followups", "admin"}


def test_a_stage_never_stands_in_for_an_absent_head():
    frame = simulate_funnel("S", 0).frame.drop(columns="calls")
    roles = roles_of(from_frame(frame), family=None, reactive=None, funnel=None)
    assert not {"connects", "conversations", "proposals"} & set(roles.models()["main"])
    assert set(link(frame[["rep", "week", "proposals", "wins"]]).table["term"]) == {"proposals"}


# What the table says ---------------------------------------------------------------------------


def test_table_has_every_column_and_one_verdict_a_row():
    result = link(panel())
    assert tuple(result.table.columns) == COLUMNS
    assert set(result.table["verdict"]) <= set(VERDICTS)
    row = result.table.iloc[0]
    assert row["conf_low"] < row["estimate"] < row["conf_high"] and row["df"] == 9
    assert (row["reps"], row["n"], row["weeks"]) == (10, result.n, result.weeks)
    assert len(result.leave_one_out) == 10 * len(result.table)
    known = result.leave_one_out.groupby("term")["estimate"].agg(["min", "max"])
    table = result.table.set_index("term")
    pd.testing.assert_series_equal(table["loo_low"], known["min"], check_names=False, check_like=True)


def test_family_decides_what_is_tested_and_all_stay_in_the_model():
    frame = simulate("mixed", "M", 0).frame
    whole, one = link(frame), link(frame, family=["calls"])
    assert one.family == ("calls",) and set(one.table["term"]) == {"calls", *REACTIVE}
    calls = one.table.set_index("term").loc["calls"]
    assert calls["estimate"] == whole.table.set_index("term").loc["calls", "estimate"]
    assert calls["p_adjusted"] == pytest.approx(calls["p_value"])


def test_reactive_activities_are_shown_but_not_tested():
    table = link(simulate("null_reverse", "M", 0).frame).table.set_index("term")
    assert table.loc[list(REACTIVE), "p_adjusted"].isna().all()
    assert table.loc[list(REACTIVE), "p_value"].notna().all()
    assert set(table.loc[list(REACTIVE), "reason"]) == {"declared"}


def test_effects_are_told_for_ten_percent_more():
    assert wins_per_more(0.5) == pytest.approx(0.0488088, abs=1e-7)
    assert wins_per_more(np.array([0.0, 1.0])) == pytest.approx([0.0, 0.1])


def test_level_moves_interval_and_test_together():
    frame = panel()
    wide, narrow = (link(frame, level=level).table.set_index("term").sort_index() for level in (0.99, 0.80))
    assert (wide["conf_low"] < narrow["conf_low"]).all() and (wide["mde"] > narrow["mde"]).all()


# What must not matter --------------------------------------------------------------------------


def test_order_of_rows_and_names_of_reps_do_not_matter():
    frame = simulate("mixed", "S", 3).frame
    plain = link(frame).table
    shuffled = link(frame.sample(frac=1, random_state=1)).table
    renamed = link(frame.assign(rep=frame["rep"].map(lambda r: f"rep {(r * 7) % 10}"))).table
    for other in (shuffled, renamed):
        pd.testing.assert_frame_equal(plain, other, rtol=1e-6)


def test_columns_may_stand_in_any_order():
    frame = simulate("mixed", "S", 3).frame
    pd.testing.assert_frame_equal(link(frame).table, link(frame[frame.columns[::-1]]).table, rtol=1e-6)


def test_dates_and_week_numbers_give_the_same():
    frame = panel()
    dated = frame.assign(week=pd.Timestamp("2026-01-05") + pd.to_timedelta(7 * frame["week"], unit="D"))
    pd.testing.assert_frame_equal(link(frame).table, link(dated).table)


def test_what_happens_later_changes_no_earlier_exposure():
    frame = panel()
    later = frame.assign(calls=frame["calls"].where(frame["week"] < 50, 999.0))
    before = [prepare(from_frame(f)).frame.query("week < 50")["calls"] for f in (frame, later)]
    pd.testing.assert_series_equal(*before)


def test_the_kernel_comes_from_durations_alone():
    frame = panel()
    durations = pd.Series(np.random.default_rng(1).lognormal(1.0, 0.4, 200))
    kernel = from_frame(frame, durations=durations).kernel
    other = from_frame(frame.assign(wins=frame["wins"][::-1].to_numpy()), durations=durations).kernel
    assert kernel.n == 200 and kernel.median == pytest.approx(np.exp(np.log(durations).mean()))
    assert np.array_equal(kernel.weights, other.weights)


# Data that cannot tell -------------------------------------------------------------------------


def reasons(frame, **options):
    table = link(frame, **options).table.set_index("term")
    assert set(table["verdict"]) <= set(VERDICTS)
    return table["verdict"].to_dict(), table["reason"].to_dict()


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (panel(reps=1), "few_reps"),
        (panel(weeks=1), "few_reps"),
        (panel(weeks=10), "few_reps"),
        (panel(reps=5), "few_reps"),  # four-week effects
        (panel(weeks=30), "few_weeks"),
        (panel(wins=0.0), "no_wins"),
        (panel().head(0), "few_reps"),
    ],
    ids=["one rep", "one week", "ten weeks", "five reps", "thirty weeks", "no wins", "no rows"],
)
def test_too_little_of_anything_is_said_so(frame, reason):
    verdicts, why = reasons(frame)
    assert set(verdicts.values()) == {"not_enough_data"} and set(why.values()) == {reason}


def test_few_wins_are_said_so():
    frame = panel(weeks=100)
    rng = np.random.default_rng(5)
    _, why = reasons(frame.assign(wins=(rng.random(len(frame)) < 0.05).astype(float)))
    assert set(why.values()) == {"few_wins"}


def test_an_activity_that_never_happens_does_not_spoil_the_others():
    verdicts, why = reasons(panel(demos=0.0))
    assert (verdicts["demos"], why["demos"]) == ("not_enough_data", "no_variation")
    assert why["calls"] != "no_variation"


def test_activities_in_step_cannot_be_told_apart():
    frame = panel()
    _, why = reasons(frame.assign(dials=frame["calls"]))
    assert why["dials"] == why["calls"] == "collinear" and why["emails"] != "collinear"


def test_a_kind_that_one_rep_logs_gets_no_verdict():
    frame = panel()
    rng = np.random.default_rng(7)
    verdicts, why = reasons(frame.assign(demos=rng.poisson(3, len(frame)) * (frame["rep"] == 4)))
    assert (verdicts["demos"], why["demos"]) == ("not_enough_data", "one_cluster")


def test_missing_weeks_and_values_are_left_out():
    frame = panel()
    frame.loc[frame["rep"].eq(3) & frame["week"].between(20, 24), "calls"] = np.nan
    frame = frame.drop(index=frame.index[frame["rep"].eq(5) & frame["week"].lt(40)])
    result = link(frame)
    assert result.excluded["silent_weeks"] == 5 and result.excluded["short_reps"] == 1
    assert result.reps == 9


def test_reps_with_an_unknown_hiring_day_count_as_ramped():
    frame = simulate("null_ramp", "S", 0).frame
    frame["tenure"] = frame["tenure"].where(frame["rep"] != 0)
    assert len(link(frame).table) == 7


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (panel(calls=-1.0), "'calls' holds -1 in row 1"),
        (panel(wins=-1.0), "'wins' holds -1"),
        (panel(calls=np.inf), "infinite"),
        (panel(calls="many"), "'calls' holds no numbers"),
        (panel(week="W01"), "'week' holds text"),
        (panel(week=1), "two rows for week 1"),
        (panel().drop(columns="wins"), "no column 'wins'"),
        (panel().rename(columns={"rep": "repp"}), "Did you mean repp"),
        (panel()[["rep", "week", "wins"]], "no activity column"),
        (panel(rep=None), "no rep or no week"),
    ],
)
def test_a_frame_that_is_none_gets_one_message(frame, message):
    with pytest.raises(InvalidInput, match=message):
        link(frame)


def test_wrong_names_and_levels_get_one_message():
    frame = panel()
    with pytest.raises(UnknownName, match="Did you mean calls"):
        link(frame, family=["call"])
    with pytest.raises(InvalidInput, match="must be a list"):
        link(frame, family="calls")
    with pytest.raises(InvalidInput, match="funnel stage and reactive"):
        link(frame, funnel=["calls"], reactive=["calls"])
    for level in (0, 1, 95):
        with pytest.raises(InvalidInput, match="between 0 and 1"):
            link(frame, level=level)
        with pytest.raises(InvalidInput, match="between 0 and 1"):
            correlate(frame, level=level)
    for what in (link, correlate):
        with pytest.raises(InvalidInput, match="not list"):
            what([1, 2])


def test_one_activity_is_picked_by_name():
    result = link(panel())
    one = result.activity("emails")
    assert one.term == "emails" and len(one.leave_one_out) == 10 and one.activities == 2
    with pytest.raises(UnknownName, match="Did you mean emails"):
        result.activity("email")
    with pytest.raises(UnknownName, match="Did you mean linked"):
        result.with_verdict("link")


# Correlations ----------------------------------------------------------------------------------


def test_correlations_agree_with_pandas():
    frame = simulate("mixed", "S", 0).frame
    table = correlate(frame).table.set_index(["kind", "contrast", "term"])["estimate"]
    for kind in ("pearson", "spearman"):
        assert table[kind, "pooled", "calls"] == pytest.approx(
            frame["calls"].corr(frame["wins"], method=kind)
        )
    means = frame.groupby("rep")[["calls", "wins"]].mean()
    assert table["pearson", "between", "calls"] == pytest.approx(means["calls"].corr(means["wins"]))


def test_link_carries_the_naive_correlation_for_its_rows():
    result = link(panel())
    assert list(result.correlations["term"]) == list(result.table["term"])


def test_correlations_of_nothing_are_missing_not_wrong():
    assert correlate(panel(calls=0.0)).table.query("term == 'calls'")["estimate"].isna().all()
    assert correlate(panel().head(0)).n == 0
