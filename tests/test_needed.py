"""How much data would settle an activity: the rule against simulated panels, and what cannot be reached."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import simulate as sim
from simulate import ACTIVITIES, prepared, simulate

import salesanalysis as sa
from salesanalysis.core.errors import InvalidInput, UnknownName
from salesanalysis.linkage import LinkageResult, link, needed
from salesanalysis.linkage.needed import variance_factor
from salesanalysis.stats import Effects, detectable_effect, ppml


def found(tests=1, **row):
    """A linkage result with one activity."""
    line = {"term": "calls", "std_error": 0.3, "reps": 12, "weeks": 60, "wins": 720, "n": 720} | row
    family = ("calls", *(f"other_{i}" for i in range(tests - 1)))
    return LinkageResult(
        table=pd.DataFrame([line]), method="linkage.link", n=720, client=sa.Client(), family=family
    )


def need(result, what, tests=1, **options):
    table = needed(result, **options).table
    one = table[(table["what"] == what) & (table["tests"] == tests)].iloc[0]
    return one["needed"], one["reason"]


def standard_errors(size, seeds):
    errors = []
    for seed in seeds:
        data, terms = prepared(simulate("mixed", size, seed))
        fit = ppml(data, "wins", terms=terms, effects=Effects("rep", "week"))
        errors.append(fit.table.set_index("term").loc[list(ACTIVITIES), "std_error"].median())
    return float(np.mean(errors))


def test_the_rule_agrees_with_simulated_panels(monkeypatch):
    # From 10 reps x 104 weeks (96 used) to 20 x 78 (70 used) and 14 x 156 (148 used).
    monkeypatch.setitem(sim.SIZES, "B", (14, 156))
    start, usual = standard_errors("S2", range(6)), variance_factor(10, 96, 1.2)
    for size, reps, weeks in (("M", 20, 70), ("B", 14, 148)):
        foretold = start * math.sqrt(variance_factor(reps, weeks, 1.2) / usual)
        assert foretold == pytest.approx(standard_errors(size, range(6)), rel=0.15)


def test_what_is_needed_is_just_enough():
    result = found()
    value, reason = need(result, "reps")
    constant = 0.3**2 / variance_factor(12, 60, 1.0)

    def mde(reps):
        return detectable_effect(math.sqrt(constant * variance_factor(reps, 60, 1.0)), reps - 1)

    assert reason == "" and mde(value) <= 0.5 < mde(value - 1)


def test_reps_matter_more_than_weeks():
    # As many times more reps lower both the error and the critical value.
    reps, weeks = need(found(), "reps")[0] / 12, need(found(), "weeks")[0] / 60
    assert reps < weeks


def test_fewer_tests_need_less_and_a_smaller_effect_more():
    result = found(tests=6)
    assert [need(result, "reps", k)[0] for k in (6, 3, 2, 1)] == sorted(
        (need(result, "reps", k)[0] for k in (6, 3, 2, 1)), reverse=True
    )
    assert need(result, "reps", 6, effect=0.3)[0] > need(result, "reps", 6)[0]
    assert need(result, "reps", 6, power=0.9)[0] > need(result, "reps", 6)[0]


def test_how_many_tests_todays_data_carries():
    assert need(found(tests=6, std_error=0.05), "tests", 6) == (6, "enough")
    value, reason = need(found(tests=6, std_error=0.15), "tests", 6)
    assert 1 <= value < 6 and reason == ""
    assert need(found(tests=6), "tests", 6)[1] == "not_by_fewer_tests"


def test_what_cannot_be_reached_says_so():
    assert need(found(std_error=1.2), "weeks")[1] == "not_by_weeks"
    assert need(found(std_error=0.8), "wins")[1] == "not_by_wins"
    assert math.isnan(need(found(std_error=1.2), "weeks")[0])
    few = found(reps=6, n=360, wins=360)
    assert need(few, "weeks")[1] == "few_reps" and need(few, "reps")[0] >= 8
    assert need(found(weeks=20, n=240, wins=240), "reps")[1] == "few_weeks"
    assert need(found(std_error=math.nan), "reps")[1] == "no_estimate"
    assert need(found(reps=2, n=120, wins=120), "reps")[1] == "no_estimate"


def test_a_verdict_needs_sixty_wins_however_they_come():
    rare = found(std_error=0.1, wins=30)
    assert need(rare, "reps")[0] == 24 and need(rare, "weeks")[0] == 120


def test_enough_is_said():
    assert need(found(std_error=0.05), "reps")[1] == "enough"


def test_with_two_witnesses_the_rep_weeks_are_counted(sample_crm):
    weeks = sa.exposure(sample_crm)
    alone, both = needed(link(weeks)).table, needed(sa.evidence(sample_crm)).table
    keys = ["term", "what", "tests"]
    pd.testing.assert_frame_equal(
        alone.sort_values(keys, ignore_index=True), both.sort_values(keys, ignore_index=True)
    )


def test_opportunity_weeks_alone_have_no_rule():
    result = found()
    cases = replace(result, basis="opportunity_week")
    assert need(cases, "reps")[1] == "not_measured"
    assert sa.explain(needed(cases)).startswith("There is no estimate")


def test_real_results_and_empty_ones():
    result = link(simulate("mixed", "S", 0).frame)
    table = needed(result).table
    assert set(table["term"]) == set(result.family)
    assert (table.loc[table["what"] == "tests", "tests"] == len(result.family)).all()
    assert set(needed(result, "calls").table["term"]) == {"calls"}
    assert not np.isinf(table[["needed", "mde"]].to_numpy(dtype=float)).any()
    nothing = LinkageResult(
        table=pd.DataFrame(columns=["term"]), method="", n=0, client=sa.Client(), reason="no_wins"
    )
    assert needed(nothing).table.empty and needed(nothing).reason == "no_wins"
    assert sa.explain(needed(nothing)).startswith("There is no estimate")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: needed(3), "takes what link"),
        (lambda: needed(found(), effect=0), "'effect' is 0"),
        (lambda: needed(found(), power=0.3), "'power' is 0.3"),
    ],
)
def test_slips_end_in_one_sentence(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()


def test_unknown_activities_are_named():
    with pytest.raises(UnknownName, match="Did you mean calls"):
        needed(found(), "cals")
