"""Pay plans as files: read strictly and taught; what they pay for and would pay, and whom that is shown."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace

import pandas as pd
import pytest
import tiny

import salesanalysis as sa
from salesanalysis.compensation import TEMPLATE, PayrollResult
from salesanalysis.compensation.planfile import _KEYS, plan_of
from salesanalysis.compensation.terms import _BONUS, _COMMISSION, _TERMS
from salesanalysis.core.errors import InvalidInput, UnknownName
from salesanalysis.core.result import Result
from salesanalysis.passport import PassportResult

Q3 = "2026-Q3"
TIERS = [{"from": 0, "rate": 0.05}]
PLAN = {
    "name": "Plan",
    "everyone": {
        "base": 120_000_000,
        "commission": {
            "by": "value",
            "tiers": [{"from": 0, "rate": 0.05}, {"from": 100_000_000, "rate": 0.1}],
        },
        "bonuses": [
            {"kpi": "calls", "amount": 4_000_000},
            {"kpi": "emails", "amount": 2_000_000, "target": 1},
        ],
        "cap": 20_000_000,
    },
}


@pytest.fixture(scope="module")
def crm():
    return tiny.crm(country="", minimum_group=3)


@pytest.fixture(scope="module")
def passport(crm):
    tests = ("measurable", "significant", "goal_oriented", "coachable")
    rows = [
        ("calls", "activity", "qualified", *["pass"] * 4),
        ("meetings", "activity", "qualified", *["pass"] * 4),
    ]
    rows.append(("emails", "activity", "rejected", "pass", "pass", "fail", "pass"))
    table = pd.DataFrame(rows, columns=["kpi", "role", "verdict", *tests])
    return PassportResult(table=table, method="passport.qualify", n=3, client=crm.client, gaming=None)


def test_the_template_teaches_every_key_and_reads_back(tmp_path):
    plan = sa.pay_plan(sa.write_plan(tmp_path))
    assert plan.roles["AE"].commission.tiers[2].multiplier == 1.5 and plan.path.name == "plan.toml"
    missing = [k for k in (*_KEYS, *_TERMS, *_COMMISSION, *_BONUS) if not re.search(rf"\b{k}\b", TEMPLATE)]
    assert not missing
    with pytest.raises(InvalidInput, match="exists already"):
        sa.write_plan(tmp_path)
    with pytest.raises(InvalidInput, match="No pay plan at"):
        sa.pay_plan(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"bases": "paid"}, "Unknown key 'bases' in plan.toml. Did you mean basis"),
        ({"basis": "pad"}, "Unknown value 'pad' of 'basis'.*Did you mean paid"),
        ({}, "pays nobody"),
        ({"everyone": {"bse": 1}}, r"Unknown key 'bse' in \[everyone\].*Did you mean base"),
        ({"everyone": {"base": -1}}, "cannot be negative"),
        ({"everyone": {"commission": {"tiers": []}}}, "has no tiers"),
        ({"everyone": {"commission": {"tiers": [{"from": 1, "rate": 1}]}}}, "must begin at 0"),
        ({"everyone": {"commission": {"tiers": [*TIERS, *TIERS]}}}, "do not rise"),
        ({"everyone": {"commission": {"tiers": [{"from": 0, "multiplier": 1}]}}}, "needs 'variable'"),
        ({"everyone": {"bonuses": [{"kpi": "call", "amount": 1}]}}, "Unknown KPI 'call'.*Did you mean calls"),
        ({"everyone": {"bonuses": [{"kpi": "calls"}]}}, "either 'amount'"),
        ({"splits": {"handed_over": 0.7, "entered": 0.5}, "everyone": {}}, "more than the whole"),
        ({"splits": {"opportunities": {"o1": {"r1": 0.5}}}, "everyone": {}}, "add up to 0.5"),
        ({"splits": {"file": "no.csv"}, "everyone": {}}, "No file of splits"),
        ({"reps": {"r1": {"like": "AE"}}, "roles": {"SDR": {}}}, "Unknown role 'AE'"),
        ({"clawback_days": -1, "everyone": {}}, "must lie between"),
        ({"starts_on": "2026", "everyone": {}}, "write a day without quotes"),
    ],
)
def test_mistakes_are_named_with_their_place(data, said):
    with pytest.raises(InvalidInput, match=said):
        plan_of(data)


def test_a_rep_may_have_own_terms_like_a_role(tmp_path):
    file = tmp_path / "splits.csv"
    file.write_text("opportunity_id,rep_id,share\no05,r1,0.75\no05,r2,0.25\n", encoding="utf-8")
    data = {"roles": {"AE": {"base": 10, "draw": 4}}, "reps": {"r1": {"like": "AE", "base": 20}}}
    plan = plan_of({**data, "splits": {"file": "splits.csv"}}, folder=tmp_path)
    assert (plan.terms("r1", "Ani", "AE").base, plan.terms("r1", "Ani", "AE").draw) == (20, 4)
    assert plan.terms("r9", "x", "SDR") is None and plan.splits.given["o05"]["r2"] == plan_of_share()
    with pytest.raises(UnknownName, match="o99"):
        unknown = plan_of({**data, "splits": {"opportunities": {"o99": {"r1": 1}}}})
        sa.pay(tiny.crm(), Q3, plan=unknown)


def plan_of_share():
    from decimal import Decimal

    return Decimal("0.25")


def test_pay_for_names_what_failed_and_what_is_not_paid(crm, passport):
    found = sa.pay_for(crm, Q3, plan=plan_of(PLAN), passport=passport)
    said = found.table.set_index("kpi")["reason"].to_dict()
    assert said == {"bookings": "result", "calls": "in_order", "emails": "failed", "meetings": "unpaid"}
    # 90 + 50 m at 5 % are 7 m; Ani's one email reaches its target of 1: 0.5 m.
    rows = found.table.set_index("kpi")
    assert rows.loc["bookings", "earned"] == 7_000_000 and rows.loc["emails", "earned"] == 500_000
    assert found.table["share"].sum() == pytest.approx(1)
    assert "failed" in sa.explain(found, "title") and "result" in sa.explain(found, "source")


def test_what_if_scenarios_another_plan_and_one_more_win(crm):
    other = {**PLAN, "name": "Other", "everyone": {**PLAN["everyone"], "base": 132_000_000}}
    found = sa.what_if(crm, Q3, plan=plan_of(PLAN), other=plan_of(other), levels=(0.5, 1.0))
    gains = found.compared.set_index("rep_id")["difference"]
    assert gains["r1"] == 3_000_000 and gains["r3"] == 2_000_000  # Citra for 44 of 66 days
    # Ani is at 4.5 of 5 m: one more win would hit the cap.
    more = found.marginal.set_index("rep_id")
    assert more.loc["r1", "verdict"] == "capped" or more.loc["r1", "estimate"] <= 500_000
    assert found.table["level"].tolist() == [0.5, 1.0] and found.table["estimate"].is_monotonic_increasing
    assert found.ahead.period.label == "2026-Q4" and found.ahead.conf_low <= found.ahead.conf_high
    with pytest.raises(InvalidInput, match="level is 9"):
        sa.what_if(crm, Q3, plan=plan_of(PLAN), levels=(9,))


def test_without_a_plan_the_report_says_what_to_write(crm):
    found = sa.payroll(crm, Q3)
    assert found.state == "no_plan" and "No pay plan" in sa.explain(found, "title")
    assert len(sa.explain(found, "answer").splitlines()) == 3
    assert sa.section(found, "template") is not None and sa.section(found, "slips") is None
    with pytest.raises(InvalidInput, match="new DIR --plan"):
        sa.pay(crm, Q3)


def texts(value: object) -> str:
    """Return everything a result holds, as text."""
    if isinstance(value, pd.DataFrame):
        return value.to_csv()
    if isinstance(value, Result) or (is_dataclass(value) and not isinstance(value, type)):
        return " ".join(texts(getattr(value, f.name)) for f in fields(value) if f.name != "client")
    if isinstance(value, dict):
        return " ".join(f"{k} {texts(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return " ".join(texts(v) for v in value)
    return str(value)


def test_a_reps_edition_holds_nobody_elses_pay(crm):
    data = {**PLAN, "reps": {"r2": {"base": 77_123_456}}}
    found = sa.payroll(crm, Q3, plan=plan_of(data), whose=("r1", ""))
    own = sa.edition(found, crm, "rep")
    held = texts(own)
    others = sa.pay(crm, Q3, plan=plan_of(data)).table.set_index("rep_id").drop("r1")
    assert isinstance(own, PayrollResult) and "Ani Lestari" in held
    for word in ("r2", "r3", "Budi", "Citra", "77123456", *(f"{p:.2f}" for p in others["pay"])):
        assert not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", held), word
    with pytest.raises(InvalidInput, match="about one rep"):
        sa.edition(sa.payroll(crm, Q3, plan=plan_of(data), whose=("", "Jakarta")), crm, "rep")


def test_a_clients_edition_names_nobody_and_masks_small_groups(crm, passport):
    found = sa.payroll(crm, Q3, plan=plan_of(PLAN), passport=passport)
    group = sa.edition(found, crm, "client")
    held = texts(group)
    for word in ("r1", "r2", "r3", "Ani", "Budi", "Citra", "Jakarta", "Surabaya"):
        assert not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", held), word
    assert len(group.table) == 1 and group.table["pay"].sum() == found.table["pay"].sum()
    strict = replace(crm, client=replace(crm.client, minimum_group=4))
    with pytest.raises(InvalidInput, match="fewer than minimum_group"):
        sa.edition(found, strict, "client")
    assert all(sa.section(group, kind) for kind in ("tiles", "slips", "levels"))


@pytest.mark.parametrize("language", ["en", "id"])
def test_every_section_can_be_shown(crm, passport, language):
    data = {**PLAN, "budget": 30_000_000}
    other = {**data, "everyone": {**PLAN["everyone"], "base": 1}}
    here = replace(crm, client=crm.client.with_language(language))
    found = sa.payroll(here, Q3, plan=plan_of(data), other=plan_of(other), passport=passport)
    assert len(sa.explain(found, "title")) <= 62 and len(sa.opening(found, here).answer) == 3
    assert all(sa.section(found, kind) for kind in ("tiles", "levels", "compared", "slips"))
    slip = sa.payroll(here, Q3, plan=plan_of(data), whose=("r1", ""))
    assert sa.section(slip, "slip") and sa.section(slip, "tiles") is None
    total = sa.section(slip, "slip").children[0].rows[-1]
    assert here.client.words.number(float(slip.paid.total()), 2) in str(total)


def test_the_command_line_writes_a_plan(tmp_path):
    from typer.testing import CliRunner

    from salesanalysis.cli import app

    done = CliRunner().invoke(app, ["new", str(tmp_path), "--plan"])
    assert done.exit_code == 0 and "plan.toml" in done.output and not (tmp_path / "client.toml").exists()
    assert sa.pay_plan(tmp_path).roles
