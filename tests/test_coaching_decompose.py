"""The gap of a rep as a sum of parts: the worked example, exact sums, shorter chains, small bases."""

from __future__ import annotations

import math

import numpy as np
import pytest
from coaching_cases import CASES, POOL, REP, basis, chain, diagnosis
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.coaching import decompose
from salesanalysis.coaching.chain import build, check_funnel
from salesanalysis.coaching.decompose import decompose_basis, reading_of, split
from salesanalysis.coaching.results import FACTOR_VERDICTS, READINGS, STATUSES
from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput
from salesanalysis.core.period import Period
from salesanalysis.core.result import GLOSSARY
from salesanalysis.goals.people import staff

#: Millions: ratio, LMDI, posterior mean, ends of the 90 % interval, probability of lying below.
WORKED = {
    "calls": (0.8, -15.6754, -19.8, -30.3, -11.8, 1.000),
    "connect_rate": (1.0, 0.0, 0.0, -12.7, 13.1, 0.51),
    "conversation_rate": (0.8333, -12.8077, -13.6, -35.6, 8.0, 0.86),
    "proposal_rate": (1.0, 0.0, 0.0, -21.9, 21.7, 0.50),
    "win_rate": (0.5128, -46.9137, -19.1, -59.1, 23.2, 0.79),
    "average_deal_size": (0.95, -3.6032, 4.4, -33.2, 58.2, 0.51),
}


@pytest.fixture(scope="module")
def crm(sample_crm):
    return sample_crm


@pytest.mark.parametrize("term", WORKED)
def test_the_worked_example(term):
    row = split(chain(), Client()).set_index("term").loc[term]
    ratio, part, mean, low, high, chance = WORKED[term]
    assert row["value"] / row["benchmark"] == pytest.approx(ratio, abs=1e-4)
    assert row["estimate"] / 1e6 == pytest.approx(part, abs=5e-5)
    # Ends and means of the posterior come from draws.
    assert row["posterior_mean"] / 1e6 == pytest.approx(mean, abs=0.8)
    assert row["conf_low"] / 1e6 == pytest.approx(low, abs=1.0)
    assert row["conf_high"] / 1e6 == pytest.approx(high, abs=1.6)
    assert row["chance_below"] == pytest.approx(chance, abs=0.015)


def test_only_the_calls_of_the_worked_example_have_enough_evidence():
    table = split(chain(), Client())
    named = dict(zip(table["term"], table["verdict"]))
    assert named.pop("calls") == "enough_evidence"
    # 46.9 of the 79 million stand at the win rate, but two of thirteen are too few.
    assert named["win_rate"] == "too_few"
    assert set(named.values()) == {"not_enough_evidence", "too_few"}
    assert reading_of(table, -79e6) == "low_activity"


counts = st.integers(0, 2000)
#: Money won: nothing, or from one unit of currency up; a logarithm of less loses digits of the gap.
amounts = st.just(0.0) | st.floats(1, 1e9)


@settings(max_examples=60, deadline=None)
@given(st.lists(counts, min_size=5, max_size=5), amounts, st.integers(1, 66))
def test_parts_add_up_to_the_gap_exactly(steps, bookings, days):
    own = dict(zip(("calls", "connects", "conversations", "proposals", "wins"), steps))
    own |= {"days": days, "bookings": bookings if own["wins"] else 0.0}
    found = build(own, POOL)
    table = split(found, Client())
    gap = found.actual - found.expected
    assert abs(table["estimate"].sum() - gap) <= 1e-9 * max(1.0, abs(gap))
    assert found.actual == pytest.approx(own["bookings"])
    assert set(table["verdict"]) <= set(FACTOR_VERDICTS)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 99),
    st.floats(0, 1),
    st.sampled_from(["connects", "conversations", "proposals", "wins"]),
)
def test_a_small_base_never_makes_a_finding(base, share, step):
    before = {
        "connects": "calls",
        "conversations": "connects",
        "proposals": "conversations",
        "wins": "proposals",
    }
    order = ["calls", "connects", "conversations", "proposals", "wins"]
    own = dict.fromkeys(order, 0.0) | {"days": 65.0, "bookings": 0.0}
    for name in order[: order.index(step)]:
        own[name] = float(base)
    own[step] = float(round(base * share))
    found = build(own, POOL)
    table = split(found, Client()).set_index("of")
    row = table.loc[before[step]] if before[step] in table.index else None
    assert row is None or row["verdict"] in ("too_few", "not_enough_evidence")


@pytest.mark.parametrize(
    ("gone", "terms"),
    [
        (
            (),
            ["calls", "connect_rate", "conversation_rate", "proposal_rate", "win_rate", "average_deal_size"],
        ),
        (("conversations",), ["calls", "connect_rate", "proposal_rate", "win_rate", "average_deal_size"]),
        (("calls", "connects", "conversations", "proposals"), ["closed", "win_rate", "average_deal_size"]),
        (("calls", "connects", "conversations", "proposals", "bookings"), ["closed", "win_rate"]),
        (("calls", "connects", "conversations", "proposals", "closed"), ["wins", "average_deal_size"]),
    ],
)
def test_missing_steps_shorten_the_chain(gone, terms):
    found = chain(**dict.fromkeys(gone))
    assert [f.term for f in found.factors] == terms
    table = split(found, Client())
    assert table["estimate"].sum() == pytest.approx(found.actual - found.expected, rel=1e-9)


def test_someone_who_sells_without_calls_gets_a_chain_from_proposals():
    found = chain(calls=3, connects=0, conversations=0)
    assert [f.term for f in found.factors] == ["proposals", "win_rate", "average_deal_size"]
    assert found.dropped == ("calls", "connects", "conversations")


def test_no_win_at_all_is_split_without_error():
    table = split(chain(wins=0, bookings=0), Client()).set_index("term")
    assert table["estimate"].sum() == pytest.approx(-117e6)
    assert table.loc["average_deal_size", "estimate"] == 0
    assert math.isnan(table.loc["average_deal_size", "value"])
    assert np.isfinite(table[["conf_low", "conf_high", "chance_below"]].to_numpy()).all()


def test_peers_without_a_win_are_no_benchmark():
    assert build(REP, POOL | {"wins": 0, "bookings": 0}) is None


def test_an_unknown_step_names_the_close_one():
    with pytest.raises(InvalidInput, match="Did you mean connects"):
        check_funnel(["calls", "conects"])


@pytest.mark.parametrize("name", CASES)
def test_every_case_gives_a_result(name):
    found = diagnosis(name).decomposition
    assert found.status in STATUSES
    assert found.reading in READINGS
    assert set(found.table.columns) <= set(GLOSSARY)
    if len(found.table):
        assert found.table["estimate"].sum() == pytest.approx(found.gap, rel=1e-9)


def test_a_rep_ahead_is_not_told_of_weaknesses():
    base = basis(calls=400, connects=200, conversations=70, proposals=50, wins=30, bookings=900e6)
    assert "enough_evidence" not in set(decompose_basis(base).table["verdict"])
    assert decompose_basis(base).reading == "ahead"


def test_the_sample_rep_with_planted_low_calls(crm):
    found = decompose(crm, "2026-Q3", "Bagas Prakoso")
    assert found.reading == "low_activity"
    assert found.row("calls")["chance_below"] > 0.99
    assert abs(found.table["estimate"].sum() - found.gap) <= 1e-9 * abs(found.gap)


def test_goals_are_the_benchmark_where_every_step_has_one(crm):
    found = decompose(crm, "2026-Q3", "Bagas Prakoso", against="goal")
    assert found.against == "goal"
    goals = crm.frame("goals")
    mine = goals[(goals["scope_id"] == found.rep_id) & (goals["period"] == "2026-Q3")].set_index("kpi")[
        "target"
    ]
    share = staff(crm, Period.parse("2026-Q3")).at[found.rep_id, "share"]  # days of leave ask for nothing
    assert found.row("calls")["benchmark"] == pytest.approx(mine["calls"] * share)
    assert found.benchmark == pytest.approx(found.table["benchmark"].prod())


def test_a_period_after_the_data_and_an_unknown_benchmark_are_refused(crm):
    with pytest.raises(InvalidInput, match="begins after the data ends"):
        decompose(crm, "2031-Q1", "Bagas Prakoso")
    with pytest.raises(InvalidInput, match="Did you mean peers"):
        decompose(crm, "2026-Q3", "Bagas Prakoso", against="peer")
