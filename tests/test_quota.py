"""Quotas: shared out exactly, summed to teams and the company, set against what reps were given."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import tiny
from build_crm import crm_of
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput, MissingData
from salesanalysis.core.period import Period
from salesanalysis.goals.quota import REASONS
from salesanalysis.stats import allocate, rank_correlation

COLUMNS = ["kpi", "scope", "scope_id", "period", "target", "philosophy"]


# Sharing out -----------------------------------------------------------------------------------


def test_the_largest_remainders_get_the_units_left():
    # Ten seats for six parties, the usual example of Hamilton's method.
    votes = [47_000, 16_000, 15_900, 12_000, 6_000, 3_100]
    assert [int(p) for p in allocate(10, votes)] == [5, 2, 1, 1, 1, 0]
    assert [float(p) for p in allocate(1_000_000, [1, 1, 1], step=50_000)] == [350_000, 350_000, 300_000]
    assert [float(p) for p in allocate(-3, [2, 1])] == [-2, -1]
    assert sum(allocate(7.25, [1, 2], step=1)) == Fraction(29, 4), "what is no whole unit is not lost"
    assert [int(p) for p in allocate(5, [0, 0])] == [3, 2]


amounts = st.one_of(st.integers(-(10**12), 10**12), st.floats(-1e9, 1e9, allow_nan=False))
weight = st.one_of(st.integers(0, 1000), st.floats(0, 1e6, allow_nan=False))


@given(amounts, st.lists(weight, min_size=1, max_size=12), st.sampled_from([1, 1000, 0.01, 5e6]))
@settings(max_examples=150, deadline=None)
def test_parts_add_up_exactly_and_a_larger_weight_never_gets_less(total, weights, step):
    parts = allocate(total, weights, step=step)
    assert sum(parts) == Fraction(repr(float(total))) if isinstance(total, float) else sum(parts) == total
    size = [abs(part) for part in parts]
    for i, first in enumerate(weights):
        for j, second in enumerate(weights):
            assert not (first > second and size[i] < size[j])


@given(st.integers(0, 10**6), st.lists(st.integers(0, 50), min_size=1, max_size=10), st.randoms())
@settings(max_examples=100, deadline=None)
def test_the_order_of_the_weights_does_not_matter(total, weights, chance):
    order = list(range(len(weights)))
    chance.shuffle(order)
    straight = sorted(zip(weights, allocate(total, weights)))
    turned = [weights[i] for i in order]
    assert sorted(zip(turned, allocate(total, turned))) == straight


@pytest.mark.parametrize(
    ("total", "weights", "step", "said"),
    [
        (1, [], 1, "nobody to share"),
        (1, [1], 0, "must lie above 0"),
        (1, [-1, 2], 1, "no weight below"),
        (float("nan"), [1], 1, "Only finite numbers"),
    ],
)
def test_what_cannot_be_shared_out_is_said(total, weights, step, said):
    with pytest.raises(InvalidInput, match=said):
        allocate(total, weights, step=step)


# Adding up -------------------------------------------------------------------------------------


def crm_with(rows: list[tuple], name: str = "history"):
    tables = {**tiny.tables(name), "goals": pd.DataFrame(rows, columns=COLUMNS)}
    return crm_of(tables, client=Client(name="Tiny", minimum_base=2))


def quotas(**targets: float) -> list[tuple]:
    """Bookings goals of 2026-Q3 by rep_id, team (with a capital) or ``all``."""
    rows = []
    for who, target in targets.items():
        scope = "organisation" if who == "all" else "team" if who[0].isupper() else "rep"
        rows.append(("bookings", scope, None if who == "all" else who, "2026-Q3", target, "C average"))
    return rows


def rows_of(found) -> dict:
    return found.table.set_index(["scope", "scope_id"]).to_dict("index")


def test_a_transfer_takes_its_days_along():
    # Budi (r2) is in Surabaya until 4 August, in Jakarta since: 25 and 39 of 64 working days.
    crm = crm_with(quotas(r1=100, r2=64, r3=45, Jakarta=164, Surabaya=45, all=209))
    found = sa.quota(crm, "2026-Q3")
    parts = found.parts.set_index(["rep_id", "team", "is_vacant"])
    days = parts["days"]
    assert days["r2", "Surabaya", False] + days["r2", "Jakarta", False] == 64
    assert parts.loc[("r2", "Surabaya", False), "value"] == days["r2", "Surabaya", False]
    rows = rows_of(found)
    moved = days["r2", "Surabaya", False]
    assert rows["team", "Jakarta"]["difference"] == moved
    assert rows["team", "Surabaya"]["difference"] == -moved
    assert rows["organisation", ""]["verdict"] == "adds_up"
    reasons = found.differences.set_index("reason")["estimate"]
    assert reasons["moved"] == moved
    # Citra (r3) left on 1 September: the days after are vacant and stay with Surabaya.
    assert rows["team", "Surabaya"]["vacant"] == reasons["left_with_quota"] > 0
    assert set(found.differences["reason"]) <= set(REASONS)


def test_everything_that_is_loose_is_named():
    crm = crm_with(quotas(r1=100, ghost=30))
    found = sa.quota(crm, "2026-Q3")
    by = found.differences.groupby("reason")["scope_id"].apply(list).to_dict()
    assert by["unknown_rep"] == ["ghost"]
    assert by["no_quota"] == ["r2", "r3"]
    assert by["not_stated"] == ["Jakarta", ""]
    assert rows_of(found)["organisation", ""]["summed"] == 130
    crm = crm_with([("bookings", "rep", "r3", "2026-Q1", 50, "A")])
    never = sa.quota(crm, "2026-Q1").differences
    assert never.set_index("reason").loc["never_there", "estimate"] == 50


def test_parts_of_a_year_add_up_to_it_in_whole_steps():
    year = [("bookings", s, i, "2026", t, "A") for s, i, t in (("rep", "r1", 1000), ("rep", "r2", 777))]
    year += [("bookings", "organisation", None, "2026", 1777, "A")]
    for grain, steps in (("quarter", 1), ("month", 5)):
        crm = crm_with(year, "")
        found = [sa.quota(crm, p, step=steps) for p in Period.parse("2026").split(grain)]
        sums = pd.concat([f.table for f in found]).groupby(["scope", "scope_id"])["summed"].sum()
        assert sums["rep", "r1"] == 1000 and sums["rep", "r2"] == 777
        assert sums["organisation", ""] == 1777
        assert all(rows_of(f)["organisation", ""]["verdict"] == "adds_up" for f in found), grain


targets = st.lists(st.integers(0, 10**6), min_size=3, max_size=3)


@given(targets, st.sampled_from(["2026-Q3", "2026-08", "2026-07-15..2026-08-20", "2026"]), st.integers(1, 50))
@settings(max_examples=6, deadline=None)
def test_reps_teams_and_company_always_agree(amounts, period, step):
    rows = [("bookings", "rep", f"r{i}", "2026-Q3", t, "A") for i, t in enumerate(amounts, 1)]
    found = sa.quota(crm_with(rows), period, step=step)
    by = found.table.groupby("scope")["summed"].sum()
    if len(found.parts):
        assert by["rep"] == found.parts["value"].sum() == by["organisation"]
        assert by["team"] == found.parts.loc[found.parts["team"] != "", "value"].sum()


def test_what_has_no_quota_is_said():
    found = sa.quota(crm_with([], ""), "2026-Q3")
    assert found.n == 0 and found.parts.empty
    assert len(sa.explain(found).splitlines()) == 3
    with pytest.raises(InvalidInput, match="win_rate does not add up"):
        sa.quota(tiny.crm(), "2026-Q3", kpi="win_rate")
    with pytest.raises(InvalidInput, match="must lie above 0"):
        sa.quota(tiny.crm(), "2026-Q3", step=0)
    tables = tiny.tables()
    del tables["goals"]
    with pytest.raises(MissingData, match=r"quota\(\) needs goals"):
        sa.quota(crm_of(tables), "2026-Q3")


# Fairness --------------------------------------------------------------------------------------


def territories(*, follows: bool, reps: int = 16, seed: int = 0):
    """Reps whose accounts number 10 to 85 and bring a like sum each; quotas follow them, or are the same."""
    chance = np.random.default_rng(seed)
    ids = [f"r{i:02d}" for i in range(reps)]
    size = np.linspace(10, 85, reps).round().astype(int)
    people = pd.DataFrame({"rep_id": ids, "name": ids, "team": "West", "role": "AE"})
    owner = np.repeat(ids, size)
    accounts = pd.DataFrame({"account_id": [f"a{i}" for i in range(len(owner))], "rep_id": owner})
    accounts["created_on"] = "2024-01-01"
    rows = []
    for quarter in Period.parse("2025-01-01..2026-09-30").split("quarter"):
        for place, (account, rep) in enumerate(zip(accounts["account_id"], owner)):
            if chance.random() < 0.3:
                day = quarter.start + pd.Timedelta(days=int(chance.integers(10, 80)))
                amount = float(np.exp(chance.normal(2, 0.4)))
                rows.append(
                    (f"{quarter.label}-{place}", rep, account, "won", str(quarter.start), str(day), amount)
                )
    names = ["opportunity_id", "rep_id", "account_id", "outcome", "created_on", "closed_on", "amount"]
    target = size * 2.5 if follows else np.full(reps, 2.5 * size.mean())
    goals = [("bookings", "rep", r, "2026-Q3", float(t), "C average") for r, t in zip(ids, target)]
    frames = {
        "reps": people,
        "accounts": accounts,
        "opportunities": pd.DataFrame(rows, columns=names),
        "goals": pd.DataFrame(goals, columns=COLUMNS),
    }
    return crm_of(frames, client=Client(name="Tiny"))


def test_equal_quotas_on_unequal_territories_are_found():
    found = sa.quota_fairness(territories(follows=False), "2026-Q3")
    assert (found.verdict, found.reason) == ("favours_large", "interval_above_zero")
    table = found.table.set_index("rep_id")
    assert table.loc["r00", "verdict"] == "more" and table.loc["r15", "verdict"] == "less"
    assert table["quota_share"].sum() == pytest.approx(1) == table["potential_share"].sum()
    assert (table["potential_low"] <= table["potential_share"]).all()
    assert found.rates["accounts"] == pytest.approx(0.3 * np.exp(2 + 0.08), rel=0.15)


def test_quotas_that_follow_potential_are_not_accused():
    verdicts = [sa.quota_fairness(territories(follows=True, seed=s), "2026-Q3") for s in (1, 2, 3)]
    assert not {"favours_large"} & {v.verdict for v in verdicts[:1]}
    assert (verdicts[0].table["verdict"] == "in_line").mean() > 0.6


def test_ones_own_luck_does_not_raise_ones_potential():
    crm = territories(follows=False)
    lucky = crm.frame("opportunities")
    lucky.loc[lucky["rep_id"] == "r00", "amount"] *= 50
    frames = {n: crm.frame(n) for n in ("reps", "accounts", "goals")} | {"opportunities": lucky}
    again = crm_of(frames, client=crm.client)
    before, after = (sa.quota_fairness(c, "2026-Q3").table.set_index("rep_id") for c in (crm, again))
    assert after.loc["r00", "potential"] == pytest.approx(before.loc["r00", "potential"])
    assert after.loc["r01", "potential"] > before.loc["r01", "potential"]


def test_fairness_that_cannot_be_told_says_why():
    assert sa.quota_fairness(crm_with([], ""), "2026-Q3").reason == "no_quota"
    few = territories(follows=False, reps=5)
    assert sa.quota_fairness(few, "2026-Q3").reason == "too_few_reps"
    first = sa.quota_fairness(tiny.crm(), "2026-Q3")
    assert (first.verdict, first.reason) == ("cannot_tell", "nothing_given")
    for found in (first, sa.quota_fairness(few, "2026-Q3")):
        assert len(sa.explain(found).splitlines()) == 3
    with pytest.raises(InvalidInput, match="Unknown thing given 'lead'"):
        sa.quota_fairness(few, "2026-Q3", given="lead")


def test_rank_correlation_of_ties_and_of_nothing():
    # Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5) = 0.9487.
    assert rank_correlation([1, 2, 2, 3], [1, 2, 3, 4]).estimate == pytest.approx(0.9487, abs=1e-4)
    assert np.isnan(rank_correlation([1, 1, 1], [1, 2, 3]).estimate)
    assert np.isnan(rank_correlation([], []).conf_low)
