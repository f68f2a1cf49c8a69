"""Goals proposed from the past: hand-worked quantiles, planted companies, edge cases, files read back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from build_crm import crm_of
from goal_cases import DAYS, QUARTERS, one, quarters, truth
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput
from salesanalysis.core.period import Period
from salesanalysis.goals import goals_for, stated
from salesanalysis.goals.comparable import earlier, groups
from salesanalysis.goals.level import levels
from salesanalysis.goals.philosophy import declared, philosophies, quantile_of
from salesanalysis.goals.reach import contradiction, reached, share_reached
from salesanalysis.goals.season import season
from salesanalysis.goals.standard import standard
from salesanalysis.kpi import KPIS
from salesanalysis.prose import explain
from salesanalysis.stats import (
    clustered_share,
    levels_of_means,
    levels_of_rates,
    levels_of_shares,
    shrink_rates,
    shrink_shares,
    singles,
)

COLUMNS = ["kpi", "scope", "scope_id", "period", "target", "philosophy"]


# Levels and single periods ---------------------------------------------------------------------


def test_levels_are_those_of_the_shrinkage_alone():
    chance = np.random.default_rng(3)
    wins, closed = chance.binomial(60, chance.beta(20, 60, 15)), np.full(15, 60)
    assert np.allclose(
        levels_of_shares(wins, closed).mean, shrink_shares(wins, closed)["estimate"], atol=0.012
    )
    calls, days = chance.poisson(chance.gamma(25, 0.4, 15) * 20), np.full(15, 20.0)
    found = levels_of_rates(calls, days).mean
    assert np.allclose(found, shrink_rates(calls, days)["estimate"], rtol=0.02)


def test_quantiles_of_well_known_levels_are_those_of_the_values():
    # Hand-worked: forty levels 1 to 40, each known to a tenth, so half of them lie below 20.5.
    found = levels_of_means(np.arange(1.0, 41), np.full(40, 0.01))
    assert found.quantile(0.5)[0] == pytest.approx(20.5, abs=0.1)
    assert found.quantile(0.875)[0] == pytest.approx(35.5, abs=0.6)
    q, low, high = found.interval(0.5)
    assert low < q < high


def test_pure_chance_is_shrunk_to_one_level_and_put_back_into_single_periods():
    chance = np.random.default_rng(5)
    calls = chance.poisson(10.0, (20, 8)).astype(float)
    levels = levels_of_rates(calls.sum(axis=1), np.full(20, 8.0))
    spread = levels.quantile(0.875)[0] - levels.quantile(0.225)[0]
    assert spread < 0.9 * (np.quantile(calls.mean(axis=1), 0.875) - np.quantile(calls.mean(axis=1), 0.225))
    one = singles(levels, calls.ravel(), np.repeat(np.arange(20), 8), own=calls.mean(axis=1))
    assert one.quantile(0.875)[0] == pytest.approx(np.quantile(calls, 0.875), rel=0.08)
    assert one.share_from(one.quantile(0.5)[0]) == pytest.approx(0.5, abs=0.01)
    year = singles(levels, calls.ravel(), np.repeat(np.arange(20), 8), own=calls.mean(axis=1), together=4)
    assert year.quantile(0.875)[0] < one.quantile(0.875)[0], "four periods together scatter less"


@given(st.lists(st.integers(0, 40), min_size=8, max_size=12), st.sampled_from([0.1, 0.5, 0.9]))
@settings(max_examples=15, deadline=None)
def test_quantiles_are_ordered_and_do_not_feel_the_order_of_units(wins, share):
    closed = np.full(len(wins), 40)
    found = levels_of_shares(wins, closed, draws=20)
    assert found.quantile(0.1)[0] <= found.quantile(share)[0] <= found.quantile(0.9)[0]
    assert 0 <= found.quantile(share)[0] <= 1
    turned = levels_of_shares(wins[::-1], closed, draws=20)
    assert turned.quantile(share)[0] == pytest.approx(found.quantile(share)[0], abs=1e-9)


def test_shares_of_clusters_count_as_many_cases_as_they_are_worth():
    # Twelve reps always do, twelve never: 96 rows are worth 24 cases and not 96.
    rows = np.repeat([1.0] * 12 + [0.0] * 12, 4)
    reps = np.repeat(np.arange(24), 4)
    whole = clustered_share(rows, reps)
    assert whole.estimate == 0.5
    assert whole.conf_high - whole.conf_low == pytest.approx(0.38, abs=0.03)
    alone = clustered_share(np.tile([1.0, 0.0], 48), reps)
    assert alone.conf_high - alone.conf_low == pytest.approx(0.20, abs=0.02)
    assert np.isnan(clustered_share([1.0, 0.0], ["a", "a"]).conf_low)
    assert clustered_share([], []).n == 0


# Planted companies -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "philosophy"),
    [("calls", "A"), ("win_rate", "C minimum"), ("bookings", "C average"), ("sales_cycle", "A")],
)
def test_as_many_reach_the_next_period_as_it_is_meant_for(kind, philosophy):
    found = pd.DataFrame([one(kind, philosophy, seed) for seed in range(8)]).astype(float)
    meant = {"A": 0.125, "C average": 0.5, "C minimum": 0.775}[philosophy]
    assert found["expected"].mean() == pytest.approx(meant, abs=0.01)
    # 160 rep-quarters in clusters: three standard errors.
    assert found["next"].mean() == pytest.approx(meant, abs=0.15)
    assert abs(found["bias"].mean()) < 0.12
    assert found["check"].all()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["calls", "win_rate", "bookings", "sales_cycle"])
def test_the_interval_holds_the_true_quantile_in_four_of_five(kind):
    found = pd.DataFrame([one(kind, p, seed) for p in ("A", "C minimum") for seed in range(40)]).astype(float)
    assert 0.66 <= found["covered"].mean() <= 0.93
    assert abs(found["bias"].mean()) < 0.04


def test_a_skew_total_and_money_keep_their_units():
    row = standard(KPIS["bookings"], quarters("bookings", seed=4), philosophy="C average", days=DAYS).row
    assert row["estimate"] == pytest.approx(truth("bookings", "C average"), rel=0.2)
    double = quarters("bookings", seed=4).assign(
        bookings=lambda d: d["bookings"] * 1e6, bookings_squared=lambda d: d["bookings_squared"] * 1e12
    )
    again = standard(KPIS["bookings"], double, philosophy="C average", days=DAYS).row
    assert again["estimate"] == pytest.approx(row["estimate"] * 1e6, rel=1e-6)


def test_lower_is_better_mirrors_the_quantile():
    assert quantile_of("A", "lower") == pytest.approx(1 - quantile_of("A", "higher"))
    past = quarters("sales_cycle", seed=2)
    few, half, most = (
        standard(KPIS["sales_cycle"], past, philosophy=p, days=DAYS).row["estimate"]
        for p in ("A", "C average", "C minimum")
    )
    assert few < half < most, "few are quick, most are at least as slow"


# What cannot be told ---------------------------------------------------------------------------


def test_too_few_reps_or_periods_and_mostly_nothing_are_reasons():
    past = quarters("calls", seed=1)
    few = past[past["rep_id"] < 7]
    assert levels(KPIS["calls"], few).reason == "too_few_reps"
    assert levels(KPIS["calls"], past[past["period"] < 3]).reason == "too_few_periods"
    assert levels(KPIS["calls"], past.assign(calls=0.0)).reason == "nothing_recorded"
    rare = past.assign(calls=(np.arange(len(past)) % 5 == 0).astype(float))
    row = standard(KPIS["calls"], rare, philosophy="C average", days=DAYS).row
    assert (row["verdict"], row["reason"]) == ("cannot_tell", "mostly_zero")
    assert "estimate" not in row


def company(reps: int = 10, **client) -> sa.Crm:
    """Ten AEs since 2024 with calls every working week of 2025 and 2026 to September, ten SDR-less."""
    chance = np.random.default_rng(11)
    ids = [f"r{i:02d}" for i in range(reps)]
    people = pd.DataFrame({"rep_id": ids, "name": ids, "role": "AE", "hired_on": "2024-01-01"})
    people["team"] = np.where(np.arange(reps) < 2 * reps // 3, "West", "East")
    people["left_on"] = None
    mondays = pd.date_range("2025-01-06", "2026-09-28", freq="7D")
    level = chance.gamma(25, 0.6, reps)
    rows = [
        (rep, "call", "connected", str(day.date()))
        for rep, mean in zip(ids, level)
        for day in mondays
        for _ in range(chance.poisson(mean))
    ]
    calls = pd.DataFrame(rows, columns=["rep_id", "kind", "outcome", "occurred_on"])
    calls.insert(0, "activity_id", [f"t{i}" for i in range(len(calls))])
    return crm_of({"reps": people, "activities": calls}, client=Client(name="Tiny", **client))


@pytest.fixture(scope="module")
def calls_of_ten():
    return company()


def with_reps(crm: sa.Crm, *rows: dict, **tables: pd.DataFrame) -> sa.Crm:
    reps = pd.concat([crm.frame("reps"), pd.DataFrame(rows)], ignore_index=True)
    frames = {"reps": reps.astype(object).where(reps.notna(), None), "activities": crm.frame("activities")}
    return crm_of(frames | tables, client=crm.client)


def test_a_rep_on_leave_one_who_joined_last_week_and_one_alone(calls_of_ten):
    leave = pd.DataFrame({"rep_id": ["r01"], "starts_on": ["2026-10-01"], "ends_on": ["2027-01-01"]})
    crm = with_reps(
        calls_of_ten,
        {"rep_id": "new", "name": "New", "role": "AE", "team": "West", "hired_on": "2026-12-24"},
        {"rep_id": "am", "name": "Alone", "role": "AM", "team": "Solo", "hired_on": "2020-01-01"},
        {"rep_id": "gone", "name": "Gone", "role": "AE", "team": "West", "left_on": "2026-01-01"},
        absences=leave,
    )
    found = sa.propose_goals(crm, "2026-Q4", kpis="calls", philosophy="C average")
    reps = found.table[found.table["scope"] == "rep"].set_index("scope_id")
    assert tuple(reps.loc["r01", ["verdict", "reason"]]) == ("cannot_tell", "no_working_days")
    assert tuple(reps.loc["new", ["verdict", "reason"]]) == ("proposed", "ramping")
    days = reps.loc["new", "days"]
    assert reps.loc["new", "target"] == pytest.approx(
        reps.loc["r02", "target"] * days / reps.loc["r02", "days"]
    )
    assert "am" not in reps.index, "no calls of that role are recorded: they are no part of its work"
    assert "gone" not in reps.index
    team = found.table[found.table["scope"] == "team"].set_index("scope_id")
    west = reps[(reps["team"] == "West") & (reps["verdict"] == "proposed")]
    assert team.loc["West", "target"] == pytest.approx(west["target"].sum())
    assert (team.loc["West", "reason"], team.loc["East", "reason"]) == ("some_without", "")
    whole = found.table[found.table["scope"] == "organisation"].iloc[0]
    assert whole["target"] == pytest.approx(team["target"].sum())
    assert {note.code for note in found.notes} >= {"no_season_correction", "goals_not_proposed"}


def test_no_history_says_so_and_writes_nothing(calls_of_ten, tmp_path):
    found = sa.propose_goals(calls_of_ten, "2025-Q1", kpis="calls")
    assert found.history == () and found.table.empty
    assert [note.code for note in found.notes] == ["no_earlier_periods"]
    assert len(sa.explain(found).splitlines()) == 3
    with pytest.raises(InvalidInput, match="No goal could be proposed"):
        found.write(tmp_path / "goals.csv")
    short = sa.propose_goals(calls_of_ten, "2025-03", kpis="calls")
    assert len(short.history) >= 4 and short.history[0].grain == "week", "weeks where months are too few"
    few = sa.propose_goals(company(reps=3), "2026-Q4", kpis="calls")
    assert set(few.standards["reason"]) == {"too_few_reps"}
    assert set(few.table["verdict"]) == {"cannot_tell"}
    assert "fewer than eight" in sa.explain(few)


def test_every_grain_and_the_days_of_it(calls_of_ten):
    targets = {}
    for period in ("2026-W41", "2026-10", "2026-Q4", "2027", "2026-10-05..2026-10-18"):
        found = sa.propose_goals(calls_of_ten, period, kpis="calls", philosophy="C average")
        rep = found.table[found.table["scope"] == "rep"].iloc[0]
        targets[period] = rep["target"] / rep["days"]
        assert rep["verdict"] == "proposed"
    middle = np.median(list(targets.values()))
    assert all(value == pytest.approx(middle, rel=0.1) for value in targets.values())
    year = sa.propose_goals(calls_of_ten, "2027", kpis="calls")
    assert year.history[0].grain == "quarter"
    assert "goals_from_shorter_periods" in {note.code for note in year.notes}


def test_earlier_periods_lie_in_the_data_and_end_before(calls_of_ten):
    found = earlier(calls_of_ten, Period.parse("2026-Q4"), 8)
    assert found[0].label == "2025-Q1" and found[-1].label == "2026-Q3"
    assert earlier(calls_of_ten, Period.parse("2026-Q3"), 4)[-1].label == "2026-Q2"


def test_segments_make_groups_only_where_enough_reps_share_one():
    rows = pd.DataFrame({"rep_id": [f"r{i}" for i in range(12)], "role": "AE"})
    assert set(groups(rows, {f"r{i}": "retail" for i in range(8)})) == {"AE", "AE · retail"}
    assert set(groups(rows, {f"r{i}": "retail" for i in range(7)})) == {"AE"}


def test_season_needs_two_years_and_vanishes_in_noise():
    quarters_ = tuple(Period.parse(f"{y}-Q{q}") for y in (2023, 2024, 2025) for q in (1, 2, 3, 4))
    days = pd.Series(60.0, [p.label for p in quarters_])
    strong = pd.Series(np.tile([80.0, 100, 100, 120], 3) * np.linspace(1, 1.05, 12), days.index)
    found = season(strong, days, quarters_)
    assert found[4] / found[1] == pytest.approx(1.5, rel=0.05)
    noise = pd.Series([100.0, 120, 90, 110, 120, 95, 112, 92, 92, 108, 115, 101], days.index)
    assert all(abs(factor - 1) < 0.08 for factor in season(noise, days, quarters_).values())
    assert season(strong.iloc[:7], days, quarters_[:7]) == {}
    assert season(strong * 0, days, quarters_) == {}


# Philosophy ------------------------------------------------------------------------------------


def test_philosophy_is_asked_of_the_call_then_the_latest_goal_then_the_settings(calls_of_ten):
    rows = [("calls", "rep", "r01", "2025-Q4", 50, "A"), ("calls", "rep", "r01", "2026-Q1", 50, "C minimum")]
    rows += [("wins", "rep", "r01", "2026-Q1", 5, None)]
    crm = with_reps(calls_of_ten, goals=pd.DataFrame(rows, columns=COLUMNS))
    crm = replace(crm, client=replace(crm.client, philosophy={"calls": "A", "wins": "A"}))
    kpis = [KPIS["calls"], KPIS["wins"], KPIS["emails"]]
    assert declared(crm) == {"calls": "C minimum", "wins": ""}
    assert philosophies(crm, kpis) == {"calls": "C minimum", "wins": "A", "emails": "C average"}
    assert philosophies(crm, kpis, "C average") == dict.fromkeys(["calls", "wins", "emails"], "C average")
    assert philosophies(crm, kpis, {"calls": "A"})["calls"] == "A"
    assert goals_for(crm, Period.parse("2026-Q1"), kpis)["wins", "rep", "r01"].philosophy == "A"
    with pytest.raises(InvalidInput, match="Unknown philosophy 'B'"):
        philosophies(crm, kpis, "B")
    with pytest.raises(InvalidInput, match=r"Unknown KPI 'call' .*Did you mean calls"):
        philosophies(replace(crm, client=replace(crm.client, philosophy={"call": "A"})), kpis)
    with pytest.raises(InvalidInput, match="philosophy is one of"):
        sa.propose_goals(crm, "2026-Q4", kpis="calls", philosophy=3)
    with pytest.raises(InvalidInput, match="at least 4 earlier periods"):
        sa.propose_goals(crm, "2026-Q4", kpis="calls", history=3)


def test_reach_of_goals_in_force_is_counted_and_contradicted(calls_of_ten):
    ids = calls_of_ten.frame("reps")["rep_id"]
    rows = [("calls", "rep", r, f"2026-Q{q}", 1, "A") for r in ids for q in (1, 2)]
    crm = with_reps(calls_of_ten, goals=pd.DataFrame(rows, columns=COLUMNS))
    found = reached(crm, [KPIS["calls"]])
    assert len(found) == 20 and found["is_reached"].all()
    assert contradiction(share_reached(found), "A") == "too_easy"
    assert contradiction(share_reached(found.iloc[:7]), "A") == "cannot_tell"
    assert contradiction(share_reached(found.assign(is_reached=False)), "C minimum") == "too_hard"


# Files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_goals_written_are_read_back_unchanged(tmp_path, sample_crm, ending):
    found = sa.propose_goals(sample_crm, "2026-Q4", kpis=["calls", "win_rate", "bookings", "sales_cycle"])
    folder = tmp_path / "export"
    folder.mkdir()
    for name in ("reps", "opportunities", "activities"):
        sample_crm.frame(name).head(2_000).to_parquet(folder / f"{name}.parquet")
    path = found.write(folder / f"goals.{ending}")
    assert path.name == f"goals.{ending}"
    crm = sa.load(folder, Client(name="Tiny", as_of=sample_crm.as_of, max_loss=1.0))
    back = crm.frame("goals")[COLUMNS].sort_values(COLUMNS[:3], ignore_index=True)
    mine = found.goals.assign(scope_id=found.goals["scope_id"].replace("", None))
    mine = mine.sort_values(COLUMNS[:3], ignore_index=True)
    assert (back["target"] == mine["target"]).all()
    for column in ("kpi", "scope", "period", "philosophy"):
        assert back[column].tolist() == mine[column].tolist()
    assert back["scope_id"].fillna("").tolist() == mine["scope_id"].fillna("").tolist()
    assert {goal.basis for goal in stated(crm)} == {"stated"}


def test_rounded_goals_of_teams_are_the_sums_of_rounded_goals(sample_crm):
    goals = sa.propose_goals(sample_crm, "2026-W41", kpis=["calls", "meetings", "bookings"]).goals
    for _, rows in goals.groupby("kpi"):
        by = rows.groupby("scope")["target"].sum()
        assert by["rep"] == pytest.approx(by["team"], rel=1e-12) == by["organisation"]


def test_other_endings_are_refused(sample_crm, tmp_path):
    found = sa.propose_goals(sample_crm, "2026-Q4", kpis="calls")
    with pytest.raises(InvalidInput, match=r"written as \.csv, \.parquet, \.xlsx, not '\.txt'"):
        found.write(tmp_path / "goals.txt")


def test_periods_have_the_counts_of_the_sample(sample_crm):
    found = sa.propose_goals(sample_crm, "2026-Q4", kpis="calls")
    row = found.standards.set_index("group").loc["AE"]
    assert len(found.history) == 8 and row["periods"] == 6, "calls are recorded since April 2025"
    assert row["conf_low"] < row["estimate"] < row["conf_high"]
    assert row["reach_low"] <= 0.775 <= row["reach_high"]
    assert QUARTERS == 8


def test_quarters_do_not_show_how_many_reach_the_goal_of_a_year(sample_crm):
    """A year scatters less than a quarter, so its floor is higher by the day."""
    found = sa.propose_goals(sample_crm, "2027", kpis="calls")
    told = found.standards[found.standards["verdict"] == "proposed"]
    assert len(told) and (told["check"] == "cannot_tell").all() and told["reach"].isna().all()
    assert explain(found, "title", language="en") == "Goals for 2027: 1 KPI"
