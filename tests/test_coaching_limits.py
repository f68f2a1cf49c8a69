"""Control limits: who is outside, how often equals are, and how often planted weakness is found."""

from __future__ import annotations

import numpy as np
import pytest
from coaching_cases import basis, basis_of, diagnosis, named, team

from salesanalysis.coaching.limits import differences, limits_basis
from salesanalysis.coaching.results import LIMIT_VERDICTS
from salesanalysis.core.result import GLOSSARY
from salesanalysis.stats.alike import alike_rates, alike_shares


def test_panels_follow_the_sale_and_hold_every_rep_once():
    found = diagnosis("one_certain").limits
    assert found.terms == ["calls", "connect_rate", "conversation_rate", "proposal_rate", "win_rate"]
    assert (found.table.groupby("term")["is_subject"].sum() == 1).all()
    assert set(found.table["verdict"]) <= set(LIMIT_VERDICTS)
    assert set(found.table.columns) <= set(GLOSSARY)
    assert (found.table["conf_low"] <= found.table["benchmark"]).all()
    assert (found.table["conf_high"] >= found.table["benchmark"]).all()


def test_the_rep_with_few_calls_is_outside_and_the_rates_are_not():
    found = diagnosis("one_certain").limits
    assert found.verdict("calls") == "below"
    assert found.verdict("connect_rate") == "inside"
    assert found.verdict("win_rate") == "too_few"
    assert found.verdict("nothing") == ""


def test_limits_narrow_as_the_base_grows():
    curves = diagnosis("one_certain").limits.curves
    for _, curve in curves.groupby("term"):
        width = (curve["conf_high"] - curve["conf_low"]).to_numpy()
        assert width[-1] < width[0]


def test_a_step_that_comes_another_way_too_is_nobodys_weakness():
    sums, dispersion = team(3, weak="proposals", times=0.3, weeks=52)
    before = limits_basis(basis_of(sums, dispersion, "r00"))
    assert before.verdict("proposal_rate") == "below"
    sums.loc["r05", "proposals"] = sums.loc["r05", "conversations"] + 5
    after = limits_basis(basis_of(sums, dispersion, "r00"))
    assert after.verdict("proposal_rate") == "open"


def test_reps_that_do_not_differ_are_said_not_to():
    sums, dispersion = team(11, reps=30, weeks=52)
    apart = differences(limits_basis(basis_of(sums, dispersion, "r00")))
    assert min(apart.values()) > 0.01
    sums.loc["r00", "connects"] = round(sums.loc["r00", "calls"] * 0.1)
    apart = differences(limits_basis(basis_of(sums, dispersion, "r01")))
    assert apart["connect_rate"] < 1e-6


def test_alike_against_values_worked_by_hand():
    # 10 of 50 against 20 of 50: chi-square 4.7619 on 1 degree of freedom.
    assert alike_shares([10, 20], [50, 50]) == pytest.approx(0.0290963, abs=1e-6)
    # 10 against 25 events: 6.4286; halved by a dispersion of 2: 3.2143.
    assert alike_rates([10, 25], [1, 1]) == pytest.approx(0.0112309, abs=1e-4)
    assert alike_rates([10, 25], [1, 1], dispersion=2) == pytest.approx(0.0730, abs=1e-4)
    assert np.isnan(alike_shares([5], [10]))


def test_without_peers_there_are_no_panels():
    assert limits_basis(basis(peers=0)).table.empty


def test_equals_are_rarely_named():
    """Somebody is named in few teams of equals: .02 of 100 teams over a quarter, .05 over a year."""
    teams = 12
    flagged = 0
    for seed in range(teams):
        sums, dispersion = team(seed)
        flagged += any(named(sums, dispersion, who) for who in sums.index)
    assert flagged <= 1


@pytest.mark.slow
def test_equals_are_named_in_at_most_five_percent_of_teams():
    teams = 60
    flagged = sum(
        any(named(sums, dispersion, who) for who in sums.index)
        for sums, dispersion in (team(seed) for seed in range(teams))
    )
    assert flagged / teams <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / teams)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "times", "weeks", "least"),
    [
        ("calls", 0.6, 13, 0.8),
        ("connects", 0.6, 13, 0.75),
        ("conversations", 0.5, 13, 0.6),
        ("proposals", 0.5, 52, 0.9),
    ],
)
def test_a_planted_weakness_is_found(step, times, weeks, least):
    term = {"calls": "calls", "connects": "connect_rate", "conversations": "conversation_rate"}
    hits = 0
    for seed in range(1000, 1060):
        sums, dispersion = team(seed, weak=step, times=times, weeks=weeks)
        hits += term.get(step, "proposal_rate") in named(sums, dispersion, "r00")
    assert hits / 60 >= least
