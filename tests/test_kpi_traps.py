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

from salesanalysis.core.calendar import working_days
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


def odd_company(seed: int):
    """Null owners, null amounts and odd dates, beside the tasks, pushes and goals of another company."""
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
    frame["entry_rep_id"] = frame["rep_id"].where(rng.random(n) < 0.8, "r2")
    frame["accepted_on"] = frame["created_on"].where(rng.random(n) < 0.5)
    frame["probability"] = rng.random(n)
    frame["entered_by"] = rng.choice(["rep", "import"], n)
    moved = frame.head(30)
    pushes = pd.DataFrame(
        {
            "opportunity_id": moved["opportunity_id"],
            "changed_on": moved["created_on"] + pd.to_timedelta(rng.integers(0, 90, 30), "D"),
            "old_close_on": moved["created_on"] + pd.to_timedelta(rng.integers(30, 90, 30), "D"),
            "new_close_on": moved["created_on"] + pd.to_timedelta(rng.integers(30, 190, 30), "D"),
        }
    )
    activities = tiny.tables()["activities"]
    activities["due_on"] = activities["occurred_on"]
    activities["completed_on"] = activities["logged_on"].where(rng.random(len(activities)) < 0.7)
    goals = pd.concat(
        [tiny.tables()["goals"], pd.DataFrame([["bookings", "rep", "r2", "2026", 9e8, "A"]], columns=GOALS)]
    )
    history = tiny.tables("history")["rep_history"]
    return crm_of(
        changed(
            opportunities=frame,
            close_date_changes=pushes,
            activities=activities,
            goals=goals,
            rep_history=history,
        )
    )


def asked_two_ways(crm, rules, grain):
    """Every KPI that adds up so, by team: asked directly, and rolled up from reps (and weeks)."""
    kpis = [k for k, kpi in KPIS.items() if kpi.accumulates in rules and all(map(crm.has, kpi.needs))]
    direct = panel(crm, kpis, "2026-04-01..2026-09-30", by="team").kpis
    parts = panel(crm, kpis, "2026-04-01..2026-09-30", by=("team", "rep_id"), grain=grain)
    rolled = parts.roll_up("team", over_time=bool(grain)).kpis
    found = [f.set_index(["team", "kpi"])[["estimate", "numerator", "base"]] for f in (direct, rolled)]
    return kpis, *(frame.sort_index() for frame in found)


@pytest.mark.parametrize("seed", [1, 2])
def test_rolled_up_equals_asked_directly(seed):
    """Parts add up to the whole for every KPI that adds over reps and time, though one changed teams."""
    kpis, left, right = asked_two_ways(odd_company(seed), ("flow",), "week")
    assert {"win_rate", "calls.per_day", "stage_rate", "ramp_time", "quota_attainment"} < set(kpis)
    pd.testing.assert_frame_equal(left, right, check_index_type=False, rtol=1e-9)


@pytest.mark.parametrize("seed", [3, 4])
def test_stocks_roll_up_over_reps(seed):
    kpis, left, right = asked_two_ways(odd_company(seed), ("flow", "stock"), None)
    assert {"win_rate.seed", "rep_retention", "lead_age", "stalled_share", "pipeline_coverage"} < set(kpis)
    pd.testing.assert_frame_equal(left, right, check_index_type=False, rtol=1e-9)


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 10**6))
def test_shares_of_cases_stay_between_0_and_1(seed):
    """Numerators are parts of their bases, whatever the split; so the article's conversion rate too."""
    names = [
        *("connect_rate", "conversation_rate", "show_rate", "win_rate", "win_rate.seed", "win_rate.value"),
        *("win_rate.cohort", "push_rate", "push_rate.any", "stalled_share", "old_lead_share", "stage_rate"),
        *("stage_rate.decided", "rep_retention", "ramp_started", "tasks_in_time"),
    ]
    crm = odd_company(seed)
    for by in ("team", "rep_id", "product"):
        asked = names if by != "product" else names[3:-3]
        found = panel(crm, asked, "2026-Q3", by=by, grain="month").kpis
        wrong = found[(found["estimate"] < 0) | (found["estimate"] > 1)]
        assert wrong.empty, wrong


def test_a_distinct_share_does_not_roll_up():
    found = panel(odd_company(1), ["push_rate"], "2026-Q3")
    with pytest.raises(InvalidInput, match="distinct things"):
        found.roll_up()


# People ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def history():
    return crm_of(tiny.tables("history"))


@pytest.fixture(scope="module")
def people():
    return crm_of(tiny.tables("people"), as_of=date(2025, 12, 31))


def test_the_team_is_that_of_the_day(history, crm):
    """Budi changed teams on 5 August: what he did before belongs to Surabaya, though he is in Jakarta now."""
    by_day = panel(history, ["calls", "wins", "bookings"], "2026-Q3", by="team")
    now = panel(crm, ["calls", "wins", "bookings"], "2026-Q3", by="team")
    wanted = {
        "Jakarta": ((4, 7), (1, 2), (90e6, 140e6)),
        "Surabaya": ((5, 2), (1, 0), (50e6, 0)),
    }
    for team, pairs in wanted.items():
        for kpi, (then, today) in zip(("calls", "wins", "bookings"), pairs):
            assert value(by_day, kpi, team=team) == then
            assert value(now, kpi, team=team) == today
    assert by_day.roll_up().kpis["estimate"].tolist() == now.roll_up().kpis["estimate"].tolist()


def test_what_is_open_belongs_to_the_team_of_the_day_looked_at(history):
    found = panel(history, ["open_pipeline"], "2026-Q3", by="team", grain="month")
    # 31 July: Budi in Surabaya with o06 50, o07 30, o11 45, Citra with o08 70, o12 25; Ani o05 90.
    assert value(found, "open_pipeline", team="Surabaya", period="2026-07") == 220e6
    assert value(found, "open_pipeline", team="Jakarta", period="2026-07") == 90e6
    # 31 August: Budi in Jakarta with o07 30, o11 45, Ani with o09 120; Citra o12 25.
    assert value(found, "open_pipeline", team="Jakarta", period="2026-08") == 195e6
    assert value(found, "open_pipeline", team="Surabaya", period="2026-08") == 25e6


def test_roles_and_managers_are_those_of_the_day(history):
    assert value(panel(history, ["calls"], "2026-Q2", by="role"), "calls", role="SDR") == 2  # t18, t19
    found = panel(history, ["calls"], "2026-Q3", by="role")
    assert found.kpis[["role", "estimate"]].values.tolist() == [["AE", 9], ["SDR", 0]]
    managers = panel(history, ["wins"], "2026-Q3", by="manager").kpis
    assert managers[["manager", "estimate"]].values.tolist() == [["Dewi", 1], ["Eko", 1]]


def test_working_days_move_with_the_rep(history):
    """23 working days in July and 2 in August in Surabaya, the other 17 and September's 22 in Jakarta."""
    found = panel(history, ["rep_days"], "2026-Q3", by=("team", "rep_id"))
    assert value(found, "rep_days", team="Surabaya", rep_id="r2") == 23 + 2
    assert value(found, "rep_days", team="Jakarta", rep_id="r2") == 17 + 22
    assert value(found, "rep_days", team="Jakarta", rep_id="r1") == 64 - 10  # away for two weeks


def test_prospects_belong_to_the_owner_at_entry(history, crm):
    """o05 is Ani's now and was entered by Budi."""
    now = panel(crm, ["new_prospects.seed"], "2026-Q3").kpis.set_index("rep_id")["estimate"]
    then = panel(history, ["new_prospects.seed"], "2026-Q3").kpis.set_index("rep_id")["estimate"]
    assert now.to_dict() == {"r1": 2, "r2": 2, "r3": 1}
    assert then.to_dict() == {"r1": 1, "r2": 3, "r3": 1}


def test_former_reps_stay_in_history(people, crm):
    """Who left keeps what was done, and the team its work; who left before the period has no row."""
    found = panel(crm, ["calls", "meetings"], "2026-Q3", by="team")
    assert (value(found, "calls", team="Surabaya"), value(found, "meetings", team="Surabaya")) == (2, 1)
    reps = panel(people, ["calls", "rep_days"], "2025-Q4").kpis
    assert {"p00", "p09", "p10"}.isdisjoint(reps["rep_id"])
    assert value(panel(people, ["rep_days"], "2025-Q1"), "rep_days", rep_id="p09") == 40
    open_now = panel(tiny.crm("pipeline"), ["open_pipeline"], "2026-09", by="rep_id")
    assert value(open_now, "open_pipeline", rep_id="n3") == 60, "left on the 1st and still owns y11"


def test_joiners_leavers_part_time_and_leave_are_prorated(people):
    july = panel(people, ["rep_days"], "2025-07")
    assert [value(july, "rep_days", rep_id=r) for r in ("p01", "p05", "p12")] == [18, 11.5, 23]
    june = panel(people, ["rep_days", "calls.per_day"], "2025-06")
    assert value(june, "calls.per_day", rep_id="p13") == 1 / 19, "hired on the 2nd, 19 working days"
    year = panel(people, ["rep_days"], "2025", by=("rep_id",), grain="month").kpis
    months = year[(year["rep_id"] == "p13") & (year["estimate"] > 0)]["period"]
    assert (months.min(), months.max()) == ("2025-06", "2025-10")  # 1 and 2 November are a weekend


def test_retention_by_the_team_on_the_last_day(people):
    """North: p01 p03 p04 p05; South: p02 (since May) p06 p07 p08 and p09 p10, who left."""
    found = panel(people, ["rep_retention"], "2025", by="team")
    assert value(found, "rep_retention", team="North") == 4 / 4
    assert value(found, "rep_retention", team="South") == 4 / 6
    assert found.roll_up().kpis["estimate"].tolist() == [0.8]


def test_the_first_and_the_last_day_of_work_count():
    """Who starts on the first day of a period is there on it; who leaves on the day after it was there."""
    reps = tiny.tables()["reps"]
    reps["hired_on"] = ["2026-07-01", "2026-07-02", "2026-01-05"]
    reps["left_on"] = ["2026-10-01", None, "2026-07-01"]
    found = panel(crm_of(changed(reps=reps)), ["rep_retention", "rep_retention.seed"], "2026-Q3", by=())
    row = found.kpis.set_index("kpi")
    assert row.loc["rep_retention", ["numerator", "base"]].tolist() == [1, 1], "r1 only"
    assert row.at["rep_retention.seed", "base"] == 1, "the day before r3 was there, and nobody else"


# Quotas ----------------------------------------------------------------------------------------

GOALS = ["kpi", "scope", "scope_id", "period", "target", "philosophy"]


def with_goals(rows, **frames):
    return crm_of(changed(goals=pd.DataFrame(rows, columns=GOALS), **frames))


def test_team_quota_is_the_sum_of_its_members_and_nobody_without_one_counts():
    rows = [
        ("bookings", "rep", "r1", "2026-Q3", 100e6, "A"),
        ("bookings", "rep", "r2", "2026-Q3", 200e6, "A"),
    ]
    found = panel(with_goals(rows), ["quota_attainment"], "2026-Q3", by="team")
    assert found.kpis.set_index("team").loc["Jakarta", ["numerator", "base"]].tolist() == pytest.approx(
        [140e6, 300e6]
    )
    one = panel(with_goals(rows[:1]), ["quota_attainment"], "2026-Q3", by=())
    assert value(one, "quota_attainment") == pytest.approx(0.9), "Budi's 50 meet no quota"
    team_only = [("bookings", "team", "Jakarta", "2026-Q3", 300e6, "A")]
    assert np.isnan(
        value(panel(with_goals(team_only), ["quota_attainment"], "2026-Q3", by=()), "quota_attainment")
    )


def test_the_shortest_goal_stands_and_the_year_covers_the_rest():
    """The second quarter has its working days' part of the year's goal, the third its own."""
    rows = [("bookings", "rep", "r1", "2026", 1e9, "A"), ("bookings", "rep", "r1", "2026-Q3", 100e6, "A")]
    crm = with_goals(rows)
    quarters = panel(crm, ["quota_attainment"], "2026-04-01..2026-09-30", by=(), grain="quarter").kpis
    share = working_days(date(2026, 4, 1), date(2026, 7, 1)) / working_days(
        date(2026, 1, 1), date(2027, 1, 1)
    )
    assert quarters["base"].tolist() == pytest.approx([1e9 * share, 100e6])
    months = panel(crm, ["quota_attainment"], "2026-Q3", by=(), grain="month")
    assert months.roll_up(over_time=True).kpis["base"].tolist() == pytest.approx([100e6])


def test_a_running_period_has_the_quota_of_the_days_so_far():
    rows = [("bookings", "rep", "r1", "2026-Q3", 64e6, "A")]
    crm = crm_of(changed(goals=pd.DataFrame(rows, columns=GOALS)), as_of=date(2026, 8, 9))
    found = panel(crm, ["quota_attainment", "pipeline_coverage"], "2026-Q3", by=())
    assert found.kpis.set_index("kpi").at["quota_attainment", "base"] == pytest.approx(28e6)  # 23 + 5 days
    # Nothing of Ani's 64 m is won yet; o05 90 and o09 120 are open.
    assert value(found, "pipeline_coverage") == pytest.approx(210 / 64)


def test_a_goal_with_a_period_that_is_none_says_so():
    with pytest.raises(InvalidInput, match="Table goals, KPI bookings"):
        panel(with_goals([("bookings", "rep", "r1", "2026-Q9", 1, "A")]), ["quota_attainment"], "2026-Q3")


# What later days would change ------------------------------------------------------------------


def test_nothing_after_the_day_of_the_data_moves_a_stage_or_a_cohort():
    early = crm_of(tiny.tables(), as_of=date(2026, 7, 10))
    found = panel(early, ["stage_rate", "old_lead_share", "win_rate.seed"], "2026-Q3", by=())
    assert value(found, "stage_rate") == 1 / 2  # o05 qualified moved on, its meeting has not yet
    # Wins so far took 20 and 30 days, P90 29: older are o04 39, o08 32, o11 60, not o06 25, o05 9, o07 4.
    assert value(found, "old_lead_share") == 3 / 6
    assert value(found, "win_rate.seed") == 0 / 6


def test_a_skip_is_no_failure_and_a_step_back_no_second_entry():
    """Pipeline: y02 went from qualified straight to proposal, y03 from proposal back to a meeting."""
    world = tiny.crm("pipeline")
    found = panel(world, ["stage_rate"], "2026-04-01..2026-09-30", by="stage").kpis.set_index("stage")
    assert found["base"].to_dict() == {"meeting": 8, "proposal": 7, "qualified": 13}
    assert found["numerator"].to_dict() == {"meeting": 6, "proposal": 5, "qualified": 9}
    # Where the client declares no order, the order of the first entries says the same here.
    frames = tiny.tables("pipeline")
    unsaid = panel(crm_of(frames), ["stage_rate"], "2026-04-01..2026-09-30", by="stage").kpis
    assert unsaid.set_index("stage")["numerator"].to_dict() == {"meeting": 6, "proposal": 5, "qualified": 9}


def test_an_account_is_a_new_prospect_once_and_one_without_account_for_itself():
    opportunities = tiny.tables()["opportunities"]
    opportunities.loc[opportunities["opportunity_id"].isin(["o07", "o10"]), "account_id"] = None
    crm = crm_of(changed(opportunities=opportunities))
    assert value(panel(crm, ["new_prospects"], "2026-Q3", by=()), "new_prospects") == 2
    assert value(panel(crm, ["new_prospects"], "2026-04-01..2026-09-30", by=()), "new_prospects") == 5


def test_leads_never_answered_and_answered_before_they_came():
    leads = tiny.tables("handoffs")["leads"]
    assert leads["responded_at"].isna().sum() == 2
    leads.loc[0, "responded_at"] = "2020-01-01 09:00"
    frames = {**tiny.tables("handoffs"), "leads": leads}
    found = panel(
        crm_of(frames, as_of=date(2026, 4, 30)), ["lead_response_time", "leads_answered"], "2026-Q1", by=()
    )
    assert found.kpis["base"].tolist() == [12, 15]
    assert value(found, "leads_answered") == 12 / 15


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
    without = {k for k, kpi in KPIS.items() if any(not crm.has(need) for need in kpi.needs)}
    assert set(found.index[found["verdict"] == "missing"]) == without
    assert {"calls", "bookings", "calls.per_day", "quota_attainment", "stalled_share"} < without
    computable = {"wins", "losses", "win_rate", "win_rate.seed", "sales_cycle", "lead_age", "rep_retention"}
    assert computable <= set(found.index[found["verdict"] == "computable"])
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
