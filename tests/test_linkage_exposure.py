"""From a company's data to rep x week counts: hand-counted weeks, usable weeks, lag weights, missing data."""

import tomllib
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
import tiny

from salesanalysis.core.client import Client
from salesanalysis.core.errors import UnknownName
from salesanalysis.data import load
from salesanalysis.data.sample_crm import generate
from salesanalysis.linkage import correlate, exposure, link, opportunity_link


@cache
def company(seed=1, reps=24, weeks=78):
    made = generate(seed=seed, reps=reps, weeks=weeks)
    return load(made.tables, Client.from_dict(tomllib.loads(made.client))), made


def without(**columns):
    """The tiny company without some tables (True) or columns (list of names)."""
    tables = tiny.tables()
    for name, what in columns.items():
        if what is True:
            del tables[name]
        else:
            tables[name] = tables[name].drop(columns=what)
    return load(tables, as_of=tiny.AS_OF)


def test_counts_agree_with_the_tables():
    crm, _ = company()
    found = exposure(crm)
    activities, opportunities = crm.frame("activities"), crm.frame("opportunities")
    monday = pd.Timestamp("2026-03-02")
    one = found.table.query("week == @monday").set_index("rep_id")
    inside = activities[activities["occurred_on"].between(monday, monday + pd.Timedelta(days=6))]
    calls = inside[inside["kind"] == "call"].groupby("rep_id").size().reindex(one.index, fill_value=0)
    assert one["calls"].tolist() == calls.tolist()
    closed = opportunities[opportunities["closed_on"].between(monday, monday + pd.Timedelta(days=6))]
    won = closed[closed["outcome"] == "won"].groupby("rep_id").size().reindex(one.index, fill_value=0)
    assert one["wins"].tolist() == won.tolist()


def test_weeks_are_whole_and_inside_employment():
    crm, _ = company()
    table = exposure(crm).table.merge(crm.reps()[["rep_id", "hired_on", "left_on"]], on="rep_id")
    assert (table["week"].dt.day_of_week == 0).all()
    assert table["week"].max() + pd.Timedelta(days=6) <= pd.Timestamp(crm.as_of)
    assert (table["hired_on"] <= table["week"]).all()
    assert not (table["left_on"] < table["week"] + pd.Timedelta(days=5)).any()
    assert (table["tenure"] == (table["week"] - table["hired_on"]).dt.days // 7).all()


def test_weeks_with_nothing_logged_are_not_usable():
    crm, made = company(reps=8, weeks=40)
    tables = dict(made.tables)
    rep, start = "R01", pd.Timestamp("2026-04-06")
    rep = tables["reps"]["rep_id"].iloc[0] if rep not in set(tables["reps"]["rep_id"]) else rep
    acts = tables["activities"]
    days = pd.to_datetime(acts["occurred_on"])
    gap = (acts["rep_id"] == rep) & days.between(start, start + pd.Timedelta(days=13))
    tables["activities"] = acts[~gap]
    found = exposure(load(tables, crm.client))
    silent = found.table.loc[~found.table["is_usable"], ["rep_id", "week"]]
    assert set(silent["week"][silent["rep_id"] == rep]) >= {start, start + pd.Timedelta(days=7)}
    assert link(found).excluded["silent_weeks"] == len(silent)


def test_lag_weights_are_the_cycle_times_of_early_won_opportunities():
    crm, _ = company()
    found = exposure(crm)
    opportunities = crm.frame("opportunities")
    last = (
        found.table["week"].max() + pd.Timedelta(days=7) - pd.Timedelta(weeks=len(found.kernel.weights) - 1)
    )
    early = opportunities[(opportunities["outcome"] == "won") & (opportunities["created_on"] <= last)]
    weeks = (early["closed_on"] - early["created_on"]).dt.days / 7
    assert found.kernel.n == len(weeks)
    assert found.kernel.median == pytest.approx(np.exp(np.log(weeks.clip(lower=0.25)).mean()))


def test_kinds_without_a_measure_are_counted_under_their_own_name():
    crm, made = company(reps=8, weeks=40)
    acts = made.tables["activities"].copy()
    acts.loc[acts["kind"] == "voicemail", "kind"] = "demo"
    found = exposure(load(made.tables | {"activities": acts}, crm.client))
    assert "demo" in found.activities and "voicemails" not in found.activities


def test_only_the_asked_activities_are_counted():
    crm, _ = company(reps=8, weeks=40)
    assert exposure(crm, family=["calls", "meetings"]).activities == ("calls", "meetings")
    with pytest.raises(UnknownName, match="Did you mean calls"):
        exposure(crm, family=["call"])


def test_narrowed_data_gives_the_narrowed_panel():
    crm, _ = company(reps=8, weeks=40)
    some = list(crm.reps()["rep_id"][:3])
    assert set(exposure(crm.only(rep=some)).table["rep_id"]) <= set(some)


# Data that cannot tell -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gone", "reason"),
    [
        ({"activities": True}, "no_activities"),
        ({"opportunities": ["closed_on"]}, "no_close_dates"),
    ],
)
def test_missing_tables_and_columns_are_a_reason_not_an_error(gone, reason):
    crm = without(**gone)
    result = link(crm)
    assert result.table.empty and result.reason == reason and result.n == 0
    assert correlate(crm).table.empty and exposure(crm).reason == reason


def test_no_win_at_all_is_a_reason():
    tables = tiny.tables()
    tables["opportunities"] = tables["opportunities"].replace({"outcome": {"won": "lost"}})
    assert link(load(tables, as_of=tiny.AS_OF)).reason == "no_wins"


def test_three_reps_and_six_months_are_not_enough():
    result = link(load(tiny.tables(), as_of=tiny.AS_OF))
    assert set(result.table["verdict"]) == {"not_enough_data"}


def test_hiring_days_may_be_missing():
    crm = without(reps=["hired_on", "left_on"])
    found = exposure(crm)
    assert "tenure" not in found.table and len(found.table)


# Planted truth of the sample -------------------------------------------------------------------


def test_the_sample_company_finds_what_was_planted():
    crm, made = company()
    result = link(crm)
    assert "meetings" in result.with_verdict("linked")
    assert not set(result.with_verdict("linked")) & {*made.truth["null"], *made.truth["reactive"]}
    assert set(made.truth["reactive"]) <= set(result.with_verdict("reacts_to_results"))


@pytest.mark.slow
def test_planted_found_and_null_silent_over_sample_seeds():
    linked = []
    for seed in range(2, 10):
        result = link(company(seed)[0])
        linked.append({t: t in result.with_verdict("linked") for t in result.table["term"]})
    share = pd.DataFrame(linked).mean()
    assert share["meetings"] >= 0.75 and share["calls"] >= 0.5
    assert share[["voicemails", "internal_meetings"]].max() <= 0.125
    assert share[["admin", "followups"]].max() == 0


# Opportunities week by week --------------------------------------------------------------------


def test_activity_after_the_close_changes_nothing():
    crm, made = company(reps=8, weeks=40)
    acts, opps = made.tables["activities"], made.tables["opportunities"]
    closed = opps[(opps["outcome"] != "open") & (opps["closed_on"] < pd.Timestamp("2026-08-01"))]
    late = acts.head(len(closed)).assign(
        activity_id=[f"late{i}" for i in range(len(closed))],
        opportunity_id=closed["opportunity_id"].to_numpy(),
        rep_id=closed["rep_id"].to_numpy(),
        kind="meeting",
        outcome="held",
        occurred_on=(closed["closed_on"] + pd.Timedelta(days=8)).to_numpy(),
    )
    more = load(made.tables | {"activities": pd.concat([acts, late], ignore_index=True)}, crm.client)
    before, after = (opportunity_link(c).table for c in (crm, more))
    pd.testing.assert_frame_equal(before, after)


def test_opportunities_need_their_activities_to_name_them():
    assert opportunity_link(without(activities=["opportunity_id"])).reason == "no_opportunity_ids"
    assert opportunity_link(without(opportunities=["created_on"])).reason == "no_created_dates"
    assert opportunity_link(without(activities=True)).reason == "no_activities"


def test_what_only_announces_the_close_is_not_linked():
    result = opportunity_link(company()[0])
    assert result.basis == "opportunity_week"
    followups = result.table.set_index("term").loc["followups"]
    # Follow-ups of the sample thicken towards the close of an opportunity, won or lost.
    assert followups["p_value"] < 0.001 and followups["lead_estimate"] > 0
    assert (followups["verdict"], followups["reason"]) == ("reacts_to_results", "goes_with_losses")


def test_opportunities_are_followed_to_their_close():
    crm, _ = company(reps=8, weeks=40)
    result = opportunity_link(crm)
    won = crm.frame("opportunities").query("outcome == 'won'")
    later = (won["closed_on"] - won["created_on"]).dt.days // 7
    assert result.wins <= (later > 0).sum() and result.reps <= len(crm.reps())


def null_company(seed, reps=10, size=300):
    """Opportunities with weekly follow-ups that change nothing; those that live longer collect more."""
    rng = np.random.default_rng(seed)
    rows, acts = [], []
    start = pd.Timestamp("2025-01-06")
    skill = rng.normal(0, 0.3, reps)
    for i in range(reps * size):
        rep = i % reps
        created = start + pd.Timedelta(days=int(rng.integers(0, 300)))
        hot = rng.gamma(4, 0.25)
        win = 0.05 * hot * np.exp(skill[rep])
        length = int(min(rng.geometric(win + 0.04), 40))
        is_won = rng.random() < win / (win + 0.04)
        rows.append((f"o{i}", f"r{rep}", created, created + pd.Timedelta(days=7 * length - 3), is_won))
        for week in range(length):
            days = [7 * week + int(d) for d in rng.integers(0, 7, rng.poisson(0.8))]
            days = [d for d in days if d < 7 * length - 3]
            acts += [(f"o{i}", f"r{rep}", created + pd.Timedelta(days=d)) for d in days]
    opportunities = pd.DataFrame(rows, columns=["opportunity_id", "rep_id", "created_on", "closed_on", "won"])
    opportunities["outcome"] = np.where(opportunities.pop("won"), "won", "lost")
    activities = pd.DataFrame(acts, columns=["opportunity_id", "rep_id", "occurred_on"])
    activities = activities.assign(kind="follow_up", activity_id=[f"a{i}" for i in range(len(activities))])
    people = pd.DataFrame(
        {"rep_id": [f"r{i}" for i in range(reps)], "name": [f"Rep {i}" for i in range(reps)]}
    )
    frames = {"reps": people, "opportunities": opportunities, "activities": activities}
    return load(frames, replace(Client(), as_of=pd.Timestamp("2026-12-31").date()))


@pytest.mark.slow
def test_follow_ups_that_change_nothing_stay_unlinked():
    found = [opportunity_link(null_company(seed)).table.iloc[0] for seed in range(60)]
    # 0.053 over 150 companies, and two standard errors of sixty.
    assert np.mean([row["p_value"] < 0.05 for row in found]) <= 0.11
    assert np.mean([row["verdict"] == "linked" for row in found]) <= 0.08


def test_days_worked_leave_out_holidays_leave_and_the_rest_of_part_time():
    made = generate(seed=1, reps=8, weeks=40)
    tables = dict(made.tables)
    reps = tables["reps"].drop(columns="working_share", errors="ignore")
    last = exposure(company(reps=8, weeks=40)[0]).table["week"].max()
    weeks = [last - pd.Timedelta(weeks=back) for back in (10, 9, 8)]
    half, away = reps["rep_id"].iloc[0], reps["rep_id"].iloc[1]
    tables["reps"] = reps.assign(working_share=np.where(reps["rep_id"] == half, "0.5", ""))
    leave = {"rep_id": [away], "starts_on": [weeks[0] + pd.Timedelta(days=3)], "ends_on": [weeks[2]]}
    tables["absences"] = pd.DataFrame(leave).astype("string")
    client = Client.from_dict(tomllib.loads(made.client) | {"country": ""})
    found = exposure(load(tables, client))
    days = found.table.pivot(index="rep_id", columns="week", values="days")[weeks]
    assert days.loc[half].tolist() == [2.5, 2.5, 2.5]
    assert days.loc[away].tolist() == [3.0, 0.0, 5.0]
    assert days.drop(index=[half, away]).stack().eq(5).all()
    assert link(found).excluded["off_weeks"] == 1
    holidays = exposure(load(tables, replace(client, country="ID"))).table.groupby("week")["days"].max()
    assert holidays.min() < 5 == holidays.max()
