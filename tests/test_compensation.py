"""Pay, worked out by hand: every rule of a plan, and properties that hold for any."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
import tiny
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.compensation.curve import earned_at
from salesanalysis.compensation.plan import ONE, ZERO, Bonus, Commission, PayPlan, Terms, Tier
from salesanalysis.compensation.planfile import plan_of
from salesanalysis.compensation.rules import Case, commission_total, settle
from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput, MissingData

M = 1_000_000
Q3 = "2026-Q3"
VALUE = {"by": "value", "tiers": [{"from": 0, "rate": Decimal("0.05")}]}


@pytest.fixture(scope="module")
def crm():
    """Ani (r1) won 100 + 60 m in Q2 and 90 m in Q3, Budi (r2) 50 m in Q3, Citra (r3) nothing."""
    return tiny.crm(country="")


def of(crm, **everyone):
    """Pay for Q3 by a plan that pays everybody alike."""
    top = {key: everyone.pop(key) for key in list(everyone) if key in TOP}
    return sa.pay(crm, Q3, plan=plan_of({**top, "everyone": everyone}))


TOP = ("splits", "starts_on", "clawback_days", "basis", "settles", "prorate", "decimals", "rounding")


def amounts(found, rep_id, *components):
    rows = found.lines[found.lines["rep_id"] == rep_id]
    return [str(a) for a, c in zip(rows["amount"], rows["component"]) if not components or c in components]


def row(found, rep_id):
    return found.table.set_index("rep_id").loc[rep_id]


def test_tiers_across_the_target_pay_each_for_its_own_slice(crm):
    # 240 m a year are 60 m a quarter; 40 m variable are 10 m. 60 m x 10/60 = 10 m, then 30 m x 10/60 x 1.5.
    found = of(
        crm,
        variable=40 * M,
        commission={
            "target": 240 * M,
            "tiers": [{"from": 0, "multiplier": 1}, {"from": 1, "multiplier": Decimal("1.5")}],
        },
    )
    assert amounts(found, "r1", "commission", "accelerator") == ["10000000.00", "7500000.00"]
    assert row(found, "r1")["attainment"] == pytest.approx(1.5)
    assert row(found, "r1")["on_target"] == 10 * M


def test_the_goal_of_the_table_is_the_target(crm):
    found = of(crm, variable=40 * M, commission={"tiers": [{"from": 0, "multiplier": 1}]})
    assert amounts(found, "r1", "commission") == ["9000000.00"]  # 90 of 100 m
    lines = found.lines[found.lines["component"] == "commission"].set_index("rep_id")
    assert lines.loc["r2", "reason"] == "no_goal"
    assert any(note.code == "pay_without_goal" and note.count == 2 for note in found.notes)


def test_tiers_by_value_retroactive_threshold_and_wins(crm):
    tiers = [{"from": 0, "rate": Decimal("0.05")}, {"from": 50 * M, "rate": Decimal("0.08")}]
    found = of(crm, commission={"by": "value", "tiers": tiers})
    assert amounts(found, "r1", "commission") == ["2500000.00", "3200000.00"]
    found = of(crm, commission={"by": "value", "tiers": tiers, "retroactive": True})
    assert amounts(found, "r1", "commission") == ["7200000.00"]
    found = of(crm, commission={"by": "value", "tiers": tiers, "threshold": 60 * M})
    assert amounts(found, "r1", "commission") == ["2500000.00", "3200000.00"]
    assert amounts(found, "r2", "commission") == ["0.00"]
    wins = {"by": "value", "measure": "wins", "tiers": [{"from": 0, "rate": 750_000}]}
    assert amounts(of(crm, commission=wins), "r1", "commission") == ["750000.00"]


def test_the_cap_takes_off_what_lies_above(crm):
    found = of(crm, commission=VALUE, cap=16 * M)  # 4 m a quarter; 90 m x 5 % = 4.5 m
    assert amounts(found, "r1", "commission", "cap") == ["4500000.00", "-500000.00"]
    assert row(found, "r1")["pay"] == 4 * M


def test_a_draw_is_recovered_from_what_the_next_settlement_earns_above_it(crm):
    # Budi: nothing in Q2, so 1 m is advanced; in Q3 50 m x 5 % = 2.5 m, of which 1 m is taken back.
    plan = {"starts_on": pd.Timestamp("2026-04-01").date(), "everyone": {"commission": VALUE, "draw": 4 * M}}
    before = sa.pay(crm, "2026-Q2", plan=plan_of(plan))
    assert amounts(before, "r2", "draw") == ["1000000.00"] and row(before, "r2")["owed"] == M
    found = sa.pay(crm, Q3, plan=plan_of(plan))
    assert amounts(found, "r2", "recovered", "draw") == ["-1000000.00"]
    assert row(found, "r2")["pay"] == 1.5 * M and row(found, "r2")["owed"] == 0
    plan["everyone"]["draw_recoverable"] = False
    found = sa.pay(crm, Q3, plan=plan_of(plan))
    assert row(found, "r2")["pay"] == 2.5 * M and row(found, "r2")["owed"] == 0


def test_a_draw_may_end_some_months_after_hiring(crm):
    found = of(crm, draw=4 * M, draw_months=3)  # Citra since May; Q3 begins in her third month
    assert amounts(found, "r3", "draw") == ["666666.67"]  # 44 of 66 days
    assert amounts(found, "r1", "draw") == []


def test_a_win_split_sixty_to_forty_by_name(crm):
    given = {"opportunities": {"o05": {"r1": Decimal("0.6"), "Budi Santoso": Decimal("0.4")}}}
    found = of(crm, commission=VALUE, splits=given)
    assert amounts(found, "r1", "commission") == ["2700000.00"]  # 54 m
    assert amounts(found, "r2", "commission") == ["4300000.00"]  # 50 + 36 m
    assert row(found, "r1")[["given", "split_pay", "n"]].tolist() == [36 * M, -1.8 * M, 0.6]
    assert row(found, "r2")[["received", "split_pay", "n"]].tolist() == [36 * M, 1.8 * M, 1.4]


def test_a_tenth_goes_to_whoever_handed_the_lead_over():
    tables = tiny.tables()
    leads = tables["leads"].assign(handed_to=None)
    leads.loc[leads["opportunity_id"] == "o05", ["rep_id", "handed_to"]] = ["r3", "r1"]
    crm = sa.load({**tables, "leads": leads}, Client(name="T", as_of=tiny.AS_OF, country=""))
    found = of(crm, commission=VALUE, splits={"handed_over": Decimal("0.1")})
    assert amounts(found, "r3", "commission") == ["450000.00"]
    assert amounts(found, "r1", "commission") == ["4050000.00"]
    top = of(crm, commission=VALUE, splits={"handed_over": Decimal("0.1"), "on_top": True})
    assert amounts(top, "r1", "commission") == ["4500000.00"] and row(top, "r1")["given"] == 0
    assert row(top, "r3")["credited"] == 9 * M


def test_leavers_are_paid_for_their_working_days(crm):
    found = of(crm, base=120 * M)  # Citra left on 1 September: 44 of 66 weekdays of 30 m
    assert amounts(found, "r3") == ["20000000.00"] and amounts(found, "r1") == ["30000000.00"]
    assert amounts(of(crm, base=120 * M, prorate="none"), "r3") == ["30000000.00"]


def test_leave_counts_where_the_plan_says_present():
    crm = tiny.crm("history", country="")  # Ani was away for ten weekdays in July
    assert amounts(of(crm, base=132 * M, prorate="present"), "r1") == ["28000000.00"]
    assert amounts(of(crm, base=132 * M), "r1") == ["33000000.00"]


def test_bonuses_pay_from_the_floor_to_the_most(crm):
    # Win rate of both is 0.5; Ani's goal 0.5, Budi's the company's 0.4: attainment 1 and 1.25.
    bonus = {"kpi": "win_rate", "amount": 4 * M, "floor": Decimal("0.8"), "most": Decimal("1.2")}
    found = of(crm, bonuses=[bonus])
    assert amounts(found, "r1", "bonus") == ["1000000.00"] and amounts(found, "r2", "bonus") == ["2000000.00"]
    found = of(crm, bonuses=[{**bonus, "target": Decimal("0.51"), "pays": "all_or_nothing"}])
    assert amounts(found, "r1", "bonus") == ["0.00"]


def test_commission_on_cancelled_contracts_is_taken_back_and_never_below_zero():
    # Q2 paid 5 % of 160 m; without the 100 m cancelled in September 5 m less. Q3 earned 4.5 m.
    tables = tiny.tables()
    contracts = tables["contracts"].assign(cancelled_on=None)
    contracts.loc[contracts["contract_id"] == "c1", "cancelled_on"] = "2026-09-15"
    crm = sa.load({**tables, "contracts": contracts}, Client(name="T", as_of=tiny.AS_OF, country=""))
    found = of(crm, commission=VALUE, clawback_days=180, starts_on=pd.Timestamp("2026-04-01").date())
    assert amounts(found, "r1", "clawback") == ["-5000000.00"]
    assert row(found, "r1")["pay"] == 0 and row(found, "r1")["owed"] == 0.5 * M
    late = of(crm, commission=VALUE, clawback_days=30, starts_on=pd.Timestamp("2026-04-01").date())
    assert amounts(late, "r1", "clawback") == []


def test_the_basis_says_which_day_counts(crm):
    with pytest.raises(MissingData, match=r"contracts\.invoiced_on.*signature"):
        of(crm, commission=VALUE, basis="invoiced")
    tables = tiny.tables()
    paid = tables["contracts"].assign(paid_on=["2026-07-10", "2026-08-10", None, "2026-10-02"])
    later = sa.load({**tables, "contracts": paid}, Client(name="T", as_of=tiny.AS_OF, country=""))
    found = of(later, commission=VALUE, basis="paid")
    assert row(found, "r1")["credited"] == 160 * M and row(found, "r2")["credited"] == 0


def test_a_year_is_its_settlements_and_half_a_settlement_is_refused(crm):
    plan = plan_of({"everyone": {"base": 120 * M, "commission": VALUE}})
    whole = sa.pay(crm, "2026-H1", plan=plan).total() + sa.pay(crm, Q3, plan=plan).total()
    parts = [sa.pay(crm, q, plan=plan).total() for q in ("2026-Q1", "2026-Q2", Q3)]
    assert whole == sum(parts)
    with pytest.raises(InvalidInput, match="settles by quarter"):
        sa.pay(crm, "2026-07", plan=plan)
    with pytest.raises(InvalidInput, match="pays Citra Putri nothing"):
        sa.pay(crm, Q3, plan=plan_of({"reps": {"r1": {"base": 1}}}), rep="r3")
    with pytest.raises(InvalidInput, match="is in USD"):
        sa.pay(crm, Q3, plan=plan_of({"currency": "USD", "everyone": {"base": 1}}))


# Properties ------------------------------------------------------------------------------------

money = st.integers(0, 10**11).map(lambda cents: Decimal(cents) / 100)
share = st.integers(0, 300).map(lambda n: Decimal(n) / 100)


@st.composite
def cases(draw):
    starts = sorted(draw(st.sets(st.integers(1, 200), max_size=3)))
    tiers = tuple(Tier(Decimal(s) / 100, draw(share)) for s in (0, *starts))
    rule = Commission(tiers, threshold=draw(share), retroactive=draw(st.booleans()))
    bonus = Bonus("calls", amount=draw(money), floor=Decimal("0.5"), most=Decimal("1.5"))
    terms = Terms(
        base=draw(money),
        commission=rule,
        bonuses=(bonus,),
        cap=draw(st.none() | money),
        draw=draw(money),
        draw_recoverable=draw(st.booleans()),
    )
    days = draw(st.integers(0, 66))
    attained = ((draw(share), False),)
    return Case(terms, Decimal(days) / 66, Decimal(days), Decimal(66), draw(money), draw(money) + 1, attained)


@settings(max_examples=60, deadline=None)
@given(st.lists(cases(), min_size=1, max_size=4), st.lists(money, min_size=4, max_size=4))
def test_lines_are_whole_cents_and_what_is_advanced_is_owed_until_it_is_earned(several, taken):
    plan, owed, paid, earned, lent = PayPlan(), ZERO, ZERO, ZERO, ZERO
    for case, clawback in zip(several, taken):
        lines, now = settle(plan, case, clawback=clawback, owed=owed)
        assert all(line.amount == line.amount.quantize(Decimal("0.01")) for line in lines)
        variable = sum((line.amount for line in lines if line.component != "base"), ZERO)
        moved = [line for line in lines if line.component in ("draw", "recovered")]
        mine = variable - sum((line.amount for line in moved), ZERO)
        lent += sum((line.amount for line in moved if line.reason == "guarantee"), ZERO)
        assert variable >= 0 and now >= 0
        owed, paid, earned = now, paid + variable, earned + mine
    assert paid == earned + owed + lent  # nobody is paid twice, nothing is lost


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_curve_is_the_rule(case):
    plan = PayPlan(decimals=2)
    exact = commission_total(plan, case, case.volume)
    free = Case(Terms(commission=case.terms.commission), ONE, case.days, case.whole, case.volume, case.target)
    found = float(earned_at(plan, free, np.array([float(case.volume)]))[0])
    starts = [float(tier.start * case.target) for tier in case.terms.commission.tiers]
    if (
        min(
            abs(float(case.volume) - s)
            for s in (*starts, float(case.terms.commission.threshold * case.target))
        )
        > 1
    ):
        assert found == pytest.approx(float(exact), rel=1e-9, abs=0.03)
