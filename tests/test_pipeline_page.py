"""Hygiene, coverage, reasons and the manager's page: by hand on small companies, and read as a page."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pytest
import tiny

from salesanalysis.core.errors import InvalidInput, MissingData, UnknownName
from salesanalysis.data import load
from salesanalysis.kpi import panel
from salesanalysis.pipeline import coverage_of_quota, hygiene, pipeline_overview, reasons
from salesanalysis.pipeline.limits import stay_limits, stays
from salesanalysis.pipeline.states import states
from salesanalysis.prose import explain
from salesanalysis.report.editions import edition
from salesanalysis.report.pages import opening, section
from salesanalysis.stats.share_test import share_difference_p

SECTIONS = ("figures", "movement", "reps", "risks", "quota", "reasons")


@pytest.fixture(scope="module")
def pipeline():
    return tiny.crm("pipeline")


@pytest.fixture(scope="module")
def overview(sample_crm):
    return pipeline_overview(sample_crm, "2026-Q3")


def test_rules_fire_as_counted_by_hand(pipeline):
    found = hygiene(pipeline)
    fired = found.table.groupby("opportunity_id")["rule"].agg(list).to_dict()
    assert fired == {
        "y09": ["untouched", "no_next_step"],
        "y10": ["no_next_step"],
        "y11": ["owner_left", "untouched", "overdue", "no_next_step"],
    }
    facts = found.table.set_index(["opportunity_id", "rule"])["fact"]
    assert facts["y11", "untouched"] == 77 and facts["y11", "overdue"] == 30
    assert found.unchecked == {"stalled": (), "old": (), "far": ()}  # too little has happened for a limit
    by_team = found.summary("team").set_index("team")
    assert by_team.loc["Surabaya", ["n", "value", "flagged", "value_flagged"]].tolist() == [3, 300, 2, 260]


def test_rules_without_data_are_named_and_the_past_does_not_know_next_steps(pipeline):
    assert hygiene(tiny.crm()).unchecked["pushed"] == ("close_date_changes",)
    before = hygiene(pipeline, date(2026, 8, 31))
    assert "no_next_step" in before.unchecked and "no_next_step" not in set(before.table["rule"])
    assert {"y07", "y09", "y11"} <= set(before.open["opportunity_id"])
    with pytest.raises(InvalidInput, match="choose that day or an earlier one"):
        hygiene(pipeline, date(2027, 1, 1))


@pytest.mark.slow
def test_signs_of_risk_agree_with_the_kpis(sample_crm):
    found = hygiene(sample_crm)
    kpis = panel(sample_crm, ["stalled_share", "old_lead_share"], sample_crm.span, by=()).kpis
    counted = kpis.set_index("kpi")["numerator"]
    fired = found.table["rule"].value_counts()
    assert fired["untouched"] == counted["stalled_share"] and fired["old"] == counted["old_lead_share"]


def test_a_limit_counts_open_stays_as_not_over(sample_crm):
    found = stays(states(sample_crm), sample_crm.as_of)
    limits = stay_limits(found)
    over = found[found["is_over"]].groupby("stage")["days"].quantile(0.9)
    assert (limits >= over[limits.index] - 1).all()  # leaving the open ones out would make limits too short
    assert set(limits.index) == set(sample_crm.client.stages)


def test_coverage_by_hand(pipeline):
    found = coverage_of_quota(pipeline, "2026-Q4").table.set_index(["scope", "scope_id"])
    # Goals of reps 200 and 100; n1 has 100 open, n2 240, n3 60 and no goal.
    assert found.loc[("rep", "n1"), "coverage"] == 0.5 and found.loc[("rep", "n2"), "coverage"] == 2.4
    assert found.loc[("rep", "n3"), "reason"] == "no_quota"
    assert found.loc[("organisation", ""), "coverage"] == pytest.approx(400 / 300)
    assert set(found["verdict"]) == {"cannot_tell"}  # one earlier quarter is too few


@pytest.mark.slow
def test_what_is_needed_comes_from_earlier_quarters(sample_crm):
    found = coverage_of_quota(sample_crm)
    row, past = found.company, found.past
    assert str(found.period) == "2026-Q4" and len(past) >= 5
    assert row["needed"] == pytest.approx(past["open_value"].sum() / past["booked_value"].sum())
    assert row["needed_low"] <= row["needed"] <= row["needed_high"] < row["needed_alone"]
    assert (past["won_value"] <= past["booked_value"]).all()
    assert row["verdict"] in ("short", "near", "enough")
    assert coverage_of_quota(sample_crm, "2026-Q3").company["reason"] in ("over", "")


def test_reasons_add_up_and_compare(sample_crm):
    found = reasons(sample_crm, "2026-Q3", by="team")
    sums = found.table.groupby("team")[["estimate", "share"]].sum()
    assert np.allclose(sums, 1.0)
    assert found.stages["n"].sum() == found.n == found.table["n"].sum()
    assert (found.table["p_adjusted"] >= found.table["p_value"]).all()
    assert reasons(sample_crm, "2025-Q2").table["n"].sum() > 0
    with pytest.raises(MissingData, match="lost_reason"):
        reasons(tiny.crm(), "2026-Q3")


def test_a_loss_without_reason_is_a_row_of_its_own():
    tables = tiny.tables()
    sale = tables["opportunities"]
    tables["opportunities"] = sale.assign(lost_reason=[None, None, "price", "price", *[None] * 8])
    crm = load(tables, tiny.crm().client)
    found = reasons(crm, "2026-Q3").table
    assert dict(zip(found["reason"], found["n"])) == {"": 2, "price": 1}


def test_two_shares_are_tested_as_published():
    # Campbell's N - 1 chi-square: 7.2 * (N - 1) / N for 2 of 20 against 9 of 20 is 6.144 * 39 / 40.
    assert share_difference_p((2, 9), (20, 20)) == pytest.approx(0.01441, abs=2e-4)
    assert np.isnan(share_difference_p((0, 1), (0, 5))) and share_difference_p((0, 0), (4, 5)) == 1


@pytest.mark.slow
def test_the_page_agrees_with_itself(overview):
    assert overview.total["n"] == overview.n == overview.table["n"].sum()
    steps = overview.movement_open.of()
    assert steps["n"]["open_end"] == overview.n
    assert steps["value"]["open_end"] == pytest.approx(overview.total["open_value"])
    assert -steps["change"]["won"] == overview.total["wins"]
    assert 0 < overview.total["expected_value"] < overview.total["open_value"]
    assert overview.total["flagged"] == (overview.hygiene.open["risks"] > 0).sum()


@pytest.mark.slow
def test_a_team_has_its_own_rows_and_what_it_took_over(sample_crm, overview):
    found = pipeline_overview(sample_crm, "2026-Q3", team="Surabaya")
    assert set(found.table["team"]) == {"Surabaya"}
    own = overview.table[overview.table["team"] == "Surabaya"].reset_index(drop=True)
    assert found.table["estimate"].tolist() == own["estimate"].tolist()
    assert found.movement_open.of()["n"]["open_end"] == found.n
    with pytest.raises(UnknownName, match="Unknown team 'Surabya'"):
        pipeline_overview(sample_crm, team="Surabya")


@pytest.mark.parametrize(("name", "language"), [("", "en"), ("pipeline", "id")])
def test_every_section_is_there_or_silent(name, language):
    crm = tiny.crm(name, language=language)
    found = pipeline_overview(crm, "2026-Q3")
    page = opening(found, crm)
    assert len(page.title) <= 62 and len(page.answer) == 3
    shown = [section(found, kind) for kind in SECTIONS]
    assert shown[1] is not None and not re.search(r"\bnan\b", str([s.data for s in shown if s is not None]))


@pytest.mark.slow
def test_a_quarter_before_the_record_is_told(sample_crm):
    found = pipeline_overview(sample_crm, "2024-Q4")
    assert len(explain(found).splitlines()) == 3
    for kind in SECTIONS:
        section(found, kind)


def test_a_page_of_nothing_open_says_so():
    tables = tiny.tables()
    sale = tables["opportunities"]
    tables["opportunities"] = sale[sale["outcome"] != "open"]
    crm = load(tables, tiny.crm().client)
    found = pipeline_overview(crm, "2026-Q3")
    assert opening(found, crm).title == "Nothing is open in this pipeline"
    assert section(found, "risks") is None and section(found, "figures") is not None


@pytest.mark.slow
def test_the_clients_edition_names_nobody(sample_crm, overview):
    hidden = edition(overview, sample_crm, "client")
    text = str([s.data for s in (section(hidden, kind) for kind in SECTIONS) if s is not None])
    assert not any(name in text for name in sample_crm.reps()["name"])
