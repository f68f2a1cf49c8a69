"""The sample company: the same each time, its tables agree, and what was planted can be found."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput, UnknownName
from salesanalysis.core.period import Period
from salesanalysis.core.schema import SCHEMA
from salesanalysis.data.sample_changes import team_on
from salesanalysis.data.sample_crm import EFFECTS, generate, write
from salesanalysis.data.sample_goals import PHILOSOPHY, quarter_values
from salesanalysis.data.sample_lessons import GOALS
from salesanalysis.kpi import KPIS

ROOT = Path(__file__).resolve().parent.parent
FOLDER, TRUTH = ROOT / "data" / "sample", ROOT / "tests" / "reference" / "sample_truth.json"
END = pd.Timestamp("2026-09-30")
#: What the sample company does not have: loading attributes activities.
NO_TABLES: set[str] = set()
NO_COLUMNS = {"contracts.currency", "activities.attributed_by", "reps.segment"}
NO_COLUMNS |= {
    "contracts.invoiced_on",
    "contracts.paid_on",
    "snapshots.seen_at",
    "close_date_changes.changed_at",
}
QUARTERS = ("2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")


@pytest.fixture(scope="module")
def sample():
    return generate()


@pytest.fixture(scope="module")
def clean(sample):
    """The tables without the planted flaws."""
    acts = sample.tables["activities"].drop_duplicates("activity_id")
    return {**sample.tables, "activities": acts[acts["rep_id"].notna() & (acts["occurred_on"] <= END)]}


@pytest.fixture(scope="module")
def totals(clean):
    """KPI counts of each rep over the whole export, indexed by rep."""
    whole = Period(date(2025, 3, 31), date(2026, 10, 1))
    return quarter_values(clean, whole).set_index("rep_id")


def load(crm):
    return sa.load(crm.tables, Client.from_dict(tomllib.loads(crm.client)))


# --- the same each time ---


def test_same_seed_gives_the_same_tables_and_bytes(tmp_path):
    first, second = (generate(reps=6, weeks=30, seed=5) for _ in range(2))
    for name, frame in first.tables.items():
        pd.testing.assert_frame_equal(frame, second.tables[name])
    assert first.truth == second.truth
    for one, two in zip(write(tmp_path / "a", first), write(tmp_path / "b", second), strict=True):
        assert one.name == two.name and one.read_bytes() == two.read_bytes()


def test_another_seed_gives_another_company():
    one, two = (generate(reps=6, weeks=30, seed=seed).tables["opportunities"] for seed in (1, 2))
    assert not one["amount"].head(50).equals(two["amount"].head(50))


def test_the_files_in_the_repository_come_from_the_generator(sample):
    # Counts and not values: another version of numpy may round a draw the other way.
    for name, frame in sample.tables.items():
        stored = pd.read_parquet(FOLDER / f"{name}.parquet")
        assert list(stored.columns) == list(frame.columns)
        assert len(stored) == pytest.approx(len(frame), rel=0.02), f"{name}: run tests/make_sample.py"
    assert (FOLDER / "client.toml").read_text(encoding="utf-8") == sample.client
    stored = json.loads(TRUTH.read_text(encoding="utf-8"))
    for key in ("seed", "effects", "planted", "flaws", "null", "reactive", "history", "part_time"):
        assert stored[key] == sample.truth[key], key


def test_the_files_are_small_and_hold_no_truth():
    files = list(FOLDER.iterdir())
    assert {f.name for f in files} == {
        "client.toml",
        "plan.toml",
        *(f"{name}.parquet" for name in set(SCHEMA) - NO_TABLES),
    }
    assert sum(f.stat().st_size for f in files) < 2_300_000


def test_dates_are_stored_as_days(tmp_path):
    import pyarrow.parquet as pq

    schema = pq.read_schema(FOLDER / "opportunities.parquet")
    assert str(schema.field("created_on").type) == "date32[day]"


# --- tables agree with the schema and with each other ---


def test_columns_types_and_required_values(clean):
    for name, frame in clean.items():
        table = SCHEMA[name]
        assert list(frame.columns) == [c for c in table.columns if f"{name}.{c}" not in NO_COLUMNS], name
        for column in frame.columns:
            declared, values = table[column], frame[column]
            if declared.filled:
                assert values.notna().all(), f"{name}.{column}"
            if declared.values:
                assert set(values.dropna()) <= set(declared.values), f"{name}.{column}"
            if declared.minimum is not None:
                assert (values.dropna() >= declared.minimum).all(), f"{name}.{column}"


def test_keys_are_unique(clean):
    for name, frame in clean.items():
        key = [column for column in SCHEMA[name].key if column in frame]
        assert key[:1] and not frame.duplicated(key).any(), name


def test_references_point_to_rows(clean):
    for name, frame in clean.items():
        for column, declared in SCHEMA[name].columns.items():
            if declared.references and column in frame:
                table, key = declared.references.split(".")
                assert frame[column].dropna().isin(clean[table][key]).all(), f"{name}.{column}"


def test_dates_follow_each_other(clean):
    names = ("opportunities", "stage_history", "leads", "activities", "contracts")
    o, h, lead, a, c = (clean[n] for n in names)
    assert (o["closed_on"].dropna() <= END).all() and (o["created_on"] <= END).all()
    assert (o["closed_on"].isna() == (o["outcome"] == "open")).all()
    closed = o.dropna(subset="closed_on")
    assert (closed["closed_on"] >= closed["created_on"]).all()
    assert (o["expected_close_on"] >= o["created_on"]).all()
    steps = h.merge(o, on="opportunity_id", suffixes=("", "_now"))
    assert (steps["entered_on"] >= steps["created_on"]).all()
    assert (steps["entered_on"] <= steps["closed_on"].fillna(END)).all()
    assert h.groupby("opportunity_id")["entered_on"].is_monotonic_increasing.all()
    assert (lead["converted_on"].isna() | (lead["converted_on"] >= lead["created_on"])).all()
    assert (a["logged_on"] >= a["occurred_on"]).all() and (a["logged_on"] <= END).all()
    assert ((c["starts_on"] > c["signed_on"]) & (c["ends_on"] > c["starts_on"])).all()


def test_the_stage_of_an_opportunity_is_the_last_of_its_history(clean):
    last = clean["stage_history"].groupby("opportunity_id")["stage"].last()
    now = clean["opportunities"].set_index("opportunity_id")["stage"]
    assert now.equals(last.reindex(now.index))


def test_won_opportunities_contracts_proposals_and_leads_agree(clean):
    o, a = clean["opportunities"], clean["activities"]
    won = o[o["outcome"] == "won"].set_index("opportunity_id")
    signed = clean["contracts"].dropna(subset="opportunity_id").set_index("opportunity_id")
    assert set(signed.index) == set(won.index)
    assert signed["value"].equals(won["amount"].reindex(signed.index).rename("value"))
    assert signed["signed_on"].equals(won["closed_on"].reindex(signed.index).rename("signed_on"))
    reached = clean["stage_history"].query("stage == 'proposal' and entered_on >= '2025-03-31'")
    sent = a[a["kind"] == "proposal"]
    assert set(sent["opportunity_id"].dropna()) <= set(reached["opportunity_id"])
    assert len(sent) == pytest.approx(len(reached), abs=10)  # flaws hide a few
    leads = clean["leads"].dropna(subset="opportunity_id").set_index("opportunity_id")
    assert leads.index.is_unique and set(leads.index) == set(o["opportunity_id"])
    assert leads["account_id"].equals(o.set_index("opportunity_id")["account_id"].reindex(leads.index))


def test_nobody_works_before_hiring_after_leaving_or_on_a_holiday(clean):
    a = clean["activities"].merge(clean["reps"], on="rep_id")
    assert (a["occurred_on"] >= a["hired_on"]).all()
    assert (a["left_on"].isna() | (a["occurred_on"] < a["left_on"])).all()
    assert (a["occurred_on"].dt.day_of_week < 5).all()
    assert not a["occurred_on"].isin(pd.to_datetime(["2025-08-17", "2026-05-27", "2025-12-25"])).any()


def test_activity_kinds_and_outcomes_are_the_canonical_ones(clean):
    found = clean["activities"].groupby("kind")["outcome"].agg(lambda v: set(v.dropna()))
    plain = ("email", "proposal", "follow_up", "voicemail", "internal_meeting", "admin")
    expected = {kind: set() for kind in plain}
    expected |= {"call": {"no_answer", "connected", "conversation"}, "meeting": {"held", "no_show"}}
    assert found.to_dict() == expected


def test_flaws_are_few_counted_and_left_out_on_loading(sample):
    flaws, acts = sample.truth["flaws"], sample.tables["activities"]
    assert acts["rep_id"].isna().sum() == flaws["without_owner"]
    assert (acts["occurred_on"] > END).sum() == flaws["in_future"]
    assert acts.duplicated().sum() == acts.duplicated("activity_id").sum() == flaws["duplicates"]
    crm = load(sample)
    assert crm.exclusions.set_index("reason")["rows"].sum() == flaws["in_future"] + flaws["duplicates"]
    assert set(crm.exclusions["table"]) == {"activities"}


# --- people, goals, coaching ---


def test_people(clean):
    reps = clean["reps"]
    assert reps["name"].is_unique and set(reps["team"]) == {
        "Jakarta 1",
        "Jakarta 2",
        "Surabaya",
        "SDR Jakarta",
    }
    there = reps[(reps["hired_on"] <= "2026-04-01") & reps["left_on"].isna()]
    assert (there["role"] == "AE").sum() >= 20
    assert reps["role"].value_counts().to_dict() == {"AE": 25, "SDR": 4, "AM": 3}
    assert len(reps) - reps["left_on"].notna().sum() == 24 + 5  # four SDRs and an AM beside the seats
    assert reps["email"].is_unique and reps["working_share"].dropna().tolist() == [0.6]


def test_goals_cover_six_quarters_and_add_up(clean):
    every = clean["goals"]
    goals, plan = every[every["period"] != "2026"], every[every["period"] == "2026"].set_index("kpi")
    assert tuple(sorted(goals["period"].unique())) == QUARTERS
    assert set(plan.index) == {"bookings", "win_rate", "sales_cycle"}
    assert set(plan["scope"]) == {"organisation"} and plan.loc["bookings", "target"] == 44.5e9
    of_sdrs = {kpi for kpi, *_ in GOALS}
    assert set(goals["kpi"]) == {*PHILOSOPHY, *of_sdrs} and all(kpi in KPIS for kpi in goals["kpi"])
    books = goals[goals["kpi"] == "bookings"].merge(
        clean["reps"], left_on="scope_id", right_on="rep_id", how="left"
    )
    own = books[books["scope"] == "rep"].copy()
    for quarter, part in own.groupby("period"):
        start = Period.parse(quarter).start
        own.loc[part.index, "team"] = team_on(
            clean["rep_history"], rep=part["rep_id"], team=part["team"], day=start
        )
    team = books[books["scope"] == "team"].set_index(["period", "scope_id"])["target"]
    assert own.groupby(["period", "team"])["target"].sum().to_dict() == team.to_dict()
    whole = books[books["scope"] == "organisation"].set_index("period")
    assert whole["scope_id"].isna().all()
    assert own.groupby("period")["target"].sum().to_dict() == whole["target"].to_dict()


@pytest.mark.parametrize(
    ("kpi", "low", "high"), [("calls", 0.65, 0.9), ("connect_rate", 0.35, 0.65), ("win_rate", 0.04, 0.25)]
)
def test_philosophy_says_how_many_reach_a_goal(clean, kpi, low, high):
    values = pd.concat([quarter_values(clean, Period.parse(q)).assign(period=q) for q in QUARTERS])
    goals = clean["goals"].query("scope == 'rep' and kpi == @kpi")
    met = goals.merge(values, left_on=["scope_id", "period"], right_on=["rep_id", "period"])
    assert low <= (met[kpi] >= met["target"]).mean() <= high


def test_coaching_follows_the_truth(sample):
    table = sample.tables["coaching"]
    for planted in sample.truth["coaching"]:
        rows = table[(table["rep_id"] == planted["rep_id"]) & (table["held_on"] == planted["held_on"])]
        assert len(rows) and (rows["kpi"] == planted["kpi"]).all()
    assert (table["due_on"] >= table["held_on"]).all() and (table["held_on"] <= END).all()
    assert ((table["due_on"] > END) == (table["status"] == "open")).all()
    assert set(table["status"]) == {"done", "partly", "not done", "open"}


# --- what was planted can be found ---


def test_planted_reps_stand_at_the_ends(sample, totals):
    ae = sample.tables["reps"].query("role == 'AE' and left_on.isna() and hired_on < '2025-06-01'")["rep_id"]
    table = totals.loc[ae]
    table["follow_through"] = table["proposals"] / table["closed"]
    table["size"] = table["average_deal_size"]
    table["win_rate"] = table["proposal_to_win_rate"]
    for planted in sample.truth["planted"]:
        rank = table[planted["factor"]].rank(ascending=planted["times"] < 1)
        assert rank[planted["rep_id"]] <= 2, planted


def test_the_rep_with_few_calls_is_clearly_below_the_floor_in_the_last_quarter(sample, clean):
    planted = next(p for p in sample.truth["planted"] if p["name"] == "Bagas Prakoso")
    calls = quarter_values(clean, Period.parse("2026-Q3")).set_index("rep_id").loc[planted["rep_id"], "calls"]
    goal = clean["goals"].query("kpi == 'calls' and period == '2026-Q3' and scope_id == @planted['rep_id']")
    assert calls + 3 * np.sqrt(calls) < goal["target"].item()


def test_wins_come_from_where_they_were_planted(sample):
    sources = sample.truth["won_by_source"]
    for name, share in EFFECTS.items():
        assert sources[name] == pytest.approx(share, abs=0.06), name


def test_cycle_and_volume_are_plausible(clean, totals):
    o = clean["opportunities"]
    won = o[o["outcome"] == "won"]
    assert 33 <= (won["closed_on"] - won["created_on"]).dt.days.median() <= 45
    assert 20e6 < won["amount"].median() < 60e6
    assert 0.6 < len(won) / (24 * 78) < 1.2
    assert totals["win_rate"].mean() == pytest.approx(0.32, abs=0.1)


def test_planted_links_are_found_and_null_ones_are_not():
    table = sa.link(sa.sample()).table.set_index("term")
    verdict = table["verdict"]
    assert verdict["calls"] == verdict["meetings"] == "linked"
    assert verdict["followups"] == verdict["admin"] == "reacts_to_results"
    assert not verdict[["voicemails", "internal_meetings"]].isin(["linked", "linked_negative"]).any()
    assert (table["mde"] < 1).all()


def test_without_effects_nothing_is_linked():
    crm = generate(effects={}, seed=3)
    assert crm.truth["won_by_source"] == {"inbound": 1.0}
    assert set(crm.truth["effects"].values()) == {0.0}
    assert "linked" not in set(sa.link(load(crm)).table["verdict"])


@pytest.mark.slow
def test_links_are_found_in_most_seeds_and_false_ones_in_few():
    found, false = [], []
    for seed in range(1, 11):
        verdict = sa.link(load(generate(seed=seed))).table.set_index("term")["verdict"] == "linked"
        found += list(verdict[["calls", "meetings"]])
        false += list(verdict[["voicemails", "internal_meetings"]])
    assert np.mean(found) >= 0.7 and np.mean(false) <= 0.15


# --- arguments ---


def test_size_and_length():
    crm = generate(reps=9, weeks=40, seed=2, end=date(2025, 12, 31))
    reps = crm.tables["reps"]
    assert (reps["left_on"].isna() & (reps["role"] != "SDR")).sum() == 9 + 1
    days = crm.tables["activities"]["occurred_on"]
    assert days.min() >= pd.Timestamp("2025-03-24") and "as_of = 2025-12-31" in crm.client


def test_noise_moves_wins_only():
    calm, wild = (generate(reps=6, weeks=30, seed=4, noise=noise) for noise in (0.0, 3.0))
    calls = [c.tables["activities"].query("kind == 'call'")["activity_id"].size for c in (calm, wild)]
    assert calls[0] == pytest.approx(calls[1], rel=0.01)
    assert len(calm.tables["opportunities"]) != len(wild.tables["opportunities"])


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"effects": {"call": 0.5}}, InvalidInput, "Did you mean calls"),
        ({"effects": {"calls": 0.7, "meetings": 0.7}}, InvalidInput, "together at most 1"),
        ({"effects": {"calls": -0.1}}, InvalidInput, "at least 0"),
        ({"reps": 3}, InvalidInput, "at least 6 reps"),
        ({"weeks": 10}, InvalidInput, "26 weeks"),
        ({"noise": -1.0}, InvalidInput, "cannot be negative"),
    ],
)
def test_wrong_arguments_say_what_is_wrong(arguments, error, words):
    with pytest.raises(error, match=words):
        generate(**arguments)


def test_names_stay_unique_in_a_large_company():
    reps = generate(reps=90, weeks=26, seed=1).tables["reps"]
    assert reps["name"].is_unique and len(reps) > 90


def test_the_settings_are_read_strictly(sample):
    client = Client.from_dict(tomllib.loads(sample.client))
    assert client.name == "PT Nusa Cakra Solusi" and client.language == "id" and client.currency == "IDR"
    assert client.as_of == date(2026, 9, 30)
    with pytest.raises(UnknownName):
        load(sample).rep("Nobody")
