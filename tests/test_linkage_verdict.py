"""The six verdicts: the first rule that fits wins, each with its reason."""

import numpy as np
import pandas as pd
import pytest

from salesanalysis.linkage.verdict import Rules, by_strength, judge

CLEAR = {
    "estimate": 0.4,
    "std_error": 0.1,
    "conf_low": 0.2,
    "conf_high": 0.6,
    "p_value": 0.001,
    "p_adjusted": 0.004,
    "mde": 0.3,
    "lead_estimate": 0.0,
    "lead_p_adjusted": 0.6,
    "loo_low": 0.35,
    "loo_high": 0.45,
    "reps": 20,
    "weeks": 60,
    "wins": 500,
    "problem": "",
    "is_reactive": False,
}
NEGATIVE = {"estimate": -0.4, "conf_low": -0.6, "conf_high": -0.2, "loo_low": -0.45, "loo_high": -0.35}
NOTHING = {"estimate": 0.0, "conf_low": -0.15, "conf_high": 0.15, "p_value": 0.9, "p_adjusted": 0.95}
WIDE = NOTHING | {"conf_low": -0.5, "conf_high": 0.5}


@pytest.mark.parametrize(
    ("change", "verdict", "reason"),
    [
        ({}, "linked", ""),
        (NEGATIVE, "linked_negative", ""),
        (NOTHING, "no_link_found", ""),
        (WIDE, "undecided", "wide_interval"),
        ({"p_adjusted": 0.06, "p_value": 0.02}, "undecided", "one_of_many"),
        # Too little data comes before everything.
        ({"reps": 7}, "not_enough_data", "few_reps"),
        ({"weeks": 25}, "not_enough_data", "few_weeks"),
        ({"wins": 59}, "not_enough_data", "few_wins"),
        ({"mde": 1.01}, "not_enough_data", "small_effects_hidden"),
        ({"mde": np.nan}, "not_enough_data", "small_effects_hidden"),
        ({"reps": 7, "is_reactive": True}, "not_enough_data", "few_reps"),
        ({"problem": "collinear"}, "not_enough_data", "collinear"),
        ({"reps": 8, "weeks": 26, "wins": 60, "mde": 1.0}, "linked", ""),
        # Wins that come first.
        ({"is_reactive": True}, "reacts_to_results", "declared"),
        ({"lead_p_adjusted": 0.01, "lead_estimate": 0.3}, "reacts_to_results", "lead_positive"),
        ({"lead_p_adjusted": 0.01, "lead_estimate": -0.3}, "linked", "slows_after_wins"),
        (
            WIDE | {"lead_p_adjusted": 0.01, "lead_estimate": -0.3},
            "reacts_to_results",
            "lead_negative",
        ),
        (NEGATIVE | {"lead_p_adjusted": 0.01, "lead_estimate": -0.3}, "reacts_to_results", "lead_negative"),
        ({"lead_p_adjusted": np.nan}, "undecided", "lead_not_tested"),
        # One rep.
        ({"loo_low": -0.01}, "undecided", "one_rep"),
        ({"loo_high": 0.51}, "undecided", "one_rep"),
        ({"loo_low": np.nan}, "undecided", "one_rep"),
        # An interval below zero is not "no link", whatever keeps it from being linked.
        (NEGATIVE | {"loo_high": 0.01}, "undecided", "one_rep"),
        (NEGATIVE | {"p_adjusted": 0.2, "p_value": 0.03}, "undecided", "one_of_many"),
    ],
)
def test_first_rule_that_fits_wins(change, verdict, reason):
    assert judge(pd.Series(CLEAR | change), Rules()) == (verdict, reason)


@pytest.mark.parametrize(
    ("change", "verdict", "reason"),
    [
        ({}, "linked", ""),
        ({"lead_p_adjusted": 0.01, "lead_estimate": 0.3}, "reacts_to_results", "goes_with_losses"),
        ({"lead_p_adjusted": 0.01, "lead_estimate": -0.3}, "linked", ""),
        (
            NEGATIVE | {"lead_p_adjusted": 0.01, "lead_estimate": -0.3},
            "reacts_to_results",
            "goes_with_losses",
        ),
        ({"weeks": 4}, "linked", ""),
    ],
)
def test_what_goes_with_losses_too_only_announces_the_close(change, verdict, reason):
    assert judge(pd.Series(CLEAR | change), Rules(against="losses", minimum_weeks=1)) == (verdict, reason)


def test_rows_are_sorted_by_strength_of_the_verdict():
    table = pd.DataFrame(
        {
            "term": ["e", "d", "c", "b", "a"],
            "verdict": ["not_enough_data", "linked", "linked", "linked_negative", "not_enough_data"],
            "estimate": [np.nan, 0.3, 0.5, -0.9, 0.1],
        }
    )
    assert by_strength(table)["term"].tolist() == ["c", "d", "b", "a", "e"]
