"""Traps of sales reporting: each would give a wrong number without a word of warning."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
import tiny
from build_crm import crm_of
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput, MissingData, UnknownName
from salesanalysis.kpi import KPIS, Kpi, Measure, Registry, coverage, panel

buyers = Measure(
    "buyers", "opportunities", "closed_on", lambda t: t.account_id.nunique(where=t.outcome == "won")
)
BUYERS = Kpi("buyers", (buyers,))


@pytest.fixture(scope="module")
def crm():
    return crm_of(tiny.tables())


def value(result, kpi, **keys):
    frame = result.kpis[result.kpis["kpi"] == kpi]
    for column, wanted in keys.items():
        frame = frame[frame[column] == wanted]
    assert len(frame) == 1
    return frame["estimate"].iloc[0]


def changed(**frames):
    return {**tiny.tables(), **frames}


# Rows counted twice ----------------------------------------------------------------------------


def test_duplicate_keys_of_a_lookup_do_not_fan_out():
    tables = tiny.tables()
    doubled = changed(
        reps=pd.concat([tables["reps"]] * 2), accounts=pd.concat([tables["accounts"]] * 3, ignore_index=True)
    )
    for by in ("team", "segment", "source", "region"):
        found = panel(crm_of(doubled), ["wins", "bookings"], "2026-Q3", by=by)
        assert found.roll_up().kpis["estimate"].tolist() == [2, 140e6], by


def test_two_facts_are_never_joined_row_by_row(crm):
    """Activities and opportunities of a rep meet as sums only: a join would multiply them (chasm trap)."""
    found = panel(crm, ["calls", "wins", "proposal_to_win_rate"], "2026-Q3", by="team")
    assert value(found, "calls", team="Jakarta") == 7
    assert value(found, "wins", team="Jakarta") == 2
    assert value(found, "proposal_to_win_rate", team="Jakarta") == pytest.approx(2 / 3)


def test_activities_reach_the_product_of_their_opportunity(crm):
    found = panel(crm, ["calls", "wins"], "2026-Q3", by="product")
    assert value(found, "calls", product="plus") == 2  # t21 on o05, t25 on o09
    assert value(found, "calls", product="basic") == 3  # t31, t32 and t38
    assert found.kpis[found.kpis["product"].isna() & (found.kpis["kpi"] == "calls")]["estimate"].tolist() == [
        4
    ]


# Missing owners and zero denominators ----------------------------------------------------------


def test_rows_without_owner_count_in_the_total_and_for_nobody():
    opportunities = tiny.tables()["opportunities"]
    opportunities.loc[opportunities["opportunity_id"] == "o05", "rep_id"] = None
    found = panel(crm_of(changed(opportunities=opportunities)), ["wins"], "2026-Q3")
    assert value(found, "wins", rep_id="r1") == 0
    assert found.kpis[found.kpis["rep_id"].isna()]["estimate"].tolist() == [1]
    assert found.roll_up().kpis["estimate"].tolist() == [2]
    assert [(n.code, n.count) for n in found.notes] == [("no_owner", 1)]


def test_zero_denominator_is_missing_not_zero(crm):
    found = panel(crm, ["proposal_rate", "win_rate"], "2026-Q3").kpis.set_index(["rep_id", "kpi"])
    assert np.isnan(found.at[("r3", "proposal_rate"), "estimate"])
    assert found.at[("r3", "proposal_rate"), "base"] == 0
    assert found.at[("r3", "win_rate"), "estimate"] == 0  # one lost of one closed is a real 0


def test_lost_and_unpriced_opportunities_never_enter_the_mean():
    opportunities = tiny.tables()["opportunities"]
    opportunities.loc[opportunities["outcome"] == "lost", "amount"] = "0"
    opportunities.loc[opportunities["opportunity_id"] == "o06", "amount"] = "0"
    found = panel(crm_of(changed(opportunities=opportunities)), None, "2026-Q3", by=())
    assert value(found, "average_deal_size") == 90e6
    assert value(found, "wins") == 2
    opportunities.loc[opportunities["opportunity_id"] == "o06", "amount"] = None
    found = panel(crm_of(changed(opportunities=opportunities)), None, "2026-Q3", by=())
    assert (value(found, "average_deal_size"), value(found, "bookings")) == (90e6, 90e6)


def test_a_rep_who_did_nothing_has_zeros_and_one_not_employed_has_no_row(crm):
    found = panel(crm, ["calls"], "2026-04", grain="month")
    assert set(found.kpis["rep_id"]) == {"r1", "r2"}  # Citra starts in May
    later = panel(crm, ["calls"], "2026-Q3", grain="month").kpis
    assert (
        len(later[(later["rep_id"] == "r3") & (later["period"] == "2026-09")]) == 0
    )  # she left on 1 September
    assert later[(later["rep_id"] == "r3") & (later["period"] == "2026-08")]["estimate"].tolist() == [0]


# Time ------------------------------------------------------------------------------------------


def test_periods_are_half_open(crm):
    assert value(panel(crm, ["wins"], "2026-08-04..2026-08-09", by=()), "wins") == 1  # o06 closes on the 4th
    assert value(panel(crm, ["wins"], "2026-08-05..2026-08-09", by=()), "wins") == 0
    assert value(panel(crm, ["wins"], "2026-08-05/2026-08-10", by=()), "wins") == 0  # o05 closes on the 10th


def test_nothing_after_the_day_of_the_data():
    early = crm_of(tiny.tables(), as_of=date(2026, 8, 9))
    found = panel(early, ["wins", "open_pipeline"], "2026-Q3", by=(), grain="month")
    assert found.kpis.set_index(["kpi", "period"])["estimate"].to_dict() == {
        ("wins", "2026-07"): 0,
        ("wins", "2026-08"): 1,
        # 31 July: o05 90, o06 50, o07 30, o08 70, o11 45, o12 25; 9 August: o06 out, o09 in.
        ("open_pipeline", "2026-07"): 310e6,
        ("open_pipeline", "2026-08"): 380e6,
    }
    assert [n.code for n in found.notes] == ["period_incomplete"]
    with pytest.raises(InvalidInput, match="begins after the data ends"):
        panel(early, ["wins"], "2026-Q4")


def test_weeks_are_iso_weeks_across_new_year():
    activities = tiny.tables()["activities"].head(3)
    activities["occurred_on"] = ["2026-12-31", "2027-01-03", "2027-01-04"]
    activities["kind"] = "call"
    crm = crm_of(changed(activities=activities), as_of=date(2027, 1, 10))
    found = panel(crm, ["calls"], "2026-12-28..2027-01-10", by=(), grain="week")
    assert found.kpis[["period", "estimate"]].values.tolist() == [["2026-W53", 2], ["2027-W01", 1]]


def test_fiscal_quarters():
    crm = crm_of(tiny.tables(), client=Client(fiscal_year_start=5))
    found = panel(crm, ["wins", "opportunities_created"], "2026", by=(), grain="quarter")
    assert [str(p.start) for p in found.periods] == ["2026-05-01", "2026-08-01"]
    assert found.kpis["estimate"].tolist() == [2, 2, 8, 2]  # May to July: o02 o04 o05 o06 o07 o08 o11 o12
    assert found.kpis["period"].tolist() == ["2026-Q1", "2026-Q2"] * 2


def test_a_number_of_days_is_a_grain(crm):
    found = panel(crm, ["calls"], "2026-07-01..2026-07-10", by=(), grain=4)
    assert found.kpis[["period", "estimate"]].values.tolist() == [
        ["2026-07-01..2026-07-04", 1],
        ["2026-07-05..2026-07-08", 2],
        ["2026-07-09..2026-07-10", 1],
    ]


# Roll-up ---------------------------------------------------------------------------------------


def test_a_stock_adds_over_reps_and_not_over_time(crm):
    found = panel(crm, ["open_pipeline"], "2026-Q3", grain="month")
    by_month = found.roll_up().kpis.set_index("period")["estimate"]
    assert by_month["2026-09"] == 245e6
    with pytest.raises(InvalidInput, match=r"stock .* does not add up over time"):
        found.roll_up("rep_id", over_time=True)


def test_a_distinct_count_adds_over_nothing(crm):
    assert BUYERS.accumulates == "distinct"
    found = panel(crm, [BUYERS], "2026-04-01..2026-09-30", by="rep_id", grain="quarter")
    assert found.roll_up("rep_id").kpis["estimate"].sum() == 4
    with pytest.raises(InvalidInput, match="distinct things"):
        found.roll_up()
    with pytest.raises(InvalidInput, match="distinct things"):
        found.roll_up("rep_id", over_time=True)
    # Ani and Budi both sold to a2: 2 buyers in all, where adding up gives 4.
    assert value(panel(crm, [BUYERS], "2026-04-01..2026-09-30", by=()), "buyers") == 2


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_rolled_up_equals_asked_directly(seed):
    """Null owners, null amounts and odd dates included: parts add up to the whole for every flow KPI."""
    rng = np.random.default_rng(seed)
    n = 80
    days = np.datetime64("2026-04-01") + np.sort(rng.integers(0, 183, (2, n)), axis=0)
    created, closed = pd.Series(days[0]), pd.Series(days[1])
    outcome = rng.choice(["won", "lost", "open"], n)
    frame = pd.DataFrame(
        {
            "opportunity_id": [f"x{i}" for i in range(n)],
            "rep_id": rng.choice(["r1", "r2", "r3", None], n),
            "account_id": rng.choice(["a1", "a2", "a3", None], n),
            "created_on": created,
            "closed_on": closed.where(outcome != "open"),
            "outcome": outcome,
            "amount": np.where(rng.random(n) < 0.2, np.nan, rng.integers(0, 9, n) * 1e7),
            "product": rng.choice(["basic", "plus", None], n),
        }
    )
    crm = crm_of(changed(opportunities=frame))
    kpis = [k for k in KPIS if KPIS[k].accumulates == "flow"]
    direct = panel(crm, kpis, "2026-04-01..2026-09-30", by="team").kpis
    parts = panel(crm, kpis, "2026-04-01..2026-09-30", by=("team", "rep_id"), grain="week")
    rolled = parts.roll_up("team", over_time=True).kpis
    left, right = (
        f.set_index(["team", "kpi"])[["estimate", "numerator", "base"]].sort_index() for f in (direct, rolled)
    )
    pd.testing.assert_frame_equal(left, right, check_index_type=False, rtol=1e-12)


# Names and missing data ------------------------------------------------------------------------


def test_close_names_are_suggested(crm):
    with pytest.raises(UnknownName, match="Did you mean win_rate"):
        KPIS["win_rat"]
    with pytest.raises(UnknownName, match="Did you mean team"):
        panel(crm, ["wins"], "2026-Q3", by="teams")
    with pytest.raises(InvalidInput, match="Did you mean month"):
        panel(crm, ["wins"], "2026-Q3", grain="mont")


def test_a_missing_column_names_itself_and_who_wants_it():
    tables = tiny.tables()
    tables["opportunities"] = tables["opportunities"].drop(columns="amount")
    del tables["activities"]
    crm = crm_of(tables)
    with pytest.raises(MissingData, match=r"bookings needs opportunities\.amount"):
        panel(crm, ["bookings"], "2026-Q3")
    assert "bookings" not in set(panel(crm, None, "2026-Q3").kpis["kpi"])
    found = coverage(crm).table.set_index("kpi")
    assert found["verdict"].value_counts().to_dict() == {"missing": 18, "computable": 5}
    assert found.at["bookings", "missing"] == "opportunities.amount"
    assert found.at["bookings", "export"] == "opportunities with amount"
    assert found.at["calls", "export"].startswith("a table of activities (One row per call")


def test_columns_without_events_are_no_evidence_of_zero():
    activities = tiny.tables()["activities"]
    activities["outcome"] = activities["outcome"].replace({"conversation": "connected"})
    found = coverage(crm_of(changed(activities=activities))).table.set_index("kpi")["verdict"]
    assert (
        found["conversations"] == found["conversation_rate"] == found["proposal_rate"] == "nothing_recorded"
    )
    assert found["connect_rate"] == "computable"


def test_a_kpi_of_ones_own_is_five_lines(crm):
    video = Measure(
        "no_shows",
        "activities",
        "occurred_on",
        lambda t: t.count(where=(t.kind == "meeting") & (t.outcome == "no_show")),
    )
    mine = KPIS | [Kpi("no_shows", (video,), better="lower", role="objective")]
    assert isinstance(mine, Registry) and "no_shows" in mine and "no_shows" not in KPIS
    assert value(panel(crm, mine["no_shows"], "2026-Q3", by=()), "no_shows") == 1


@pytest.mark.parametrize(
    ("reduce", "message"),
    [
        (lambda t: t.amount.mean(), "reduces by mean; use count, sum or nunique"),
        (lambda t: t.amount.sum() / t.count(), "reduces by divide"),
        (lambda t: t.amout.sum(), "asks opportunities for 'amout'. Did you mean amount"),
    ],
)
def test_measures_that_would_not_add_up_are_refused(reduce, message):
    with pytest.raises(InvalidInput, match=message):
        Kpi("odd", (Measure("odd", "opportunities", "closed_on", reduce),)).needs  # noqa: B018


def test_one_name_cannot_mean_two_sums():
    other = Measure("calls", "activities", "logged_on", lambda t: t.count())
    with pytest.raises(InvalidInput, match="'calls' differently"):
        KPIS | [Kpi("late_calls", (other,))]
