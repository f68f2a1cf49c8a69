"""Stages: counts by hand, identities for any history, planted weak stages, equals that stay silent."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
import tiny
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.core.errors import InvalidInput, UnknownName
from salesanalysis.core.period import Period
from salesanalysis.pipeline.stage_chain import closed_rows, filled, parts, sides, split
from salesanalysis.pipeline.stage_flow import flow_table
from salesanalysis.pipeline.stage_pace import LEAST
from salesanalysis.pipeline.stage_rows import FATES, built, stage_rows
from salesanalysis.report.editions import edition

Q3 = Period.parse("2026-Q3")
LAST = pd.Timestamp("2026-09-30")
STAGES = ("qualified", "meeting", "proposal")


@pytest.fixture(scope="module")
def crm():
    return tiny.crm("pipeline")


def dated(days):
    return pd.to_datetime(pd.Series(days)).astype("datetime64[s]")


# By hand -----------------------------------------------------------------------------------------


def test_counts_of_the_hand_made_pipeline(crm):
    table = sa.stage_flow(crm, "2026-Q3").table.set_index("stage")
    assert list(table.index) == list(STAGES)
    assert table["entered"].tolist() == [6, 4, 5]
    assert table["moved_on"].tolist() == [4, 3, 0]
    assert table["won"].tolist() == [0, 0, 3]
    assert table["lost"].tolist() == [1, 0, 1]
    assert table["standing"].tolist() == [1, 1, 1]
    assert table["moves_back"].tolist() == [0, 0, 1]  # y03, on 20 July
    assert table["skips"].tolist() == [0, 0, 0]
    before = sa.stage_flow(crm, "2026-Q2").table.set_index("stage")
    assert before.loc["qualified", ["moved_on", "skipped", "skips"]].tolist() == [5, 1, 1]  # y02
    assert table["estimate"].isna().all()  # fewer than ten were watched
    assert table.loc["proposal", "decided"] == 0.75


def test_where_they_went_and_how_far_they_got(crm):
    found = sa.stage_flow(crm, "2026-Q3")
    moves = found.moves.set_index(["stage", "to"])["n"].to_dict()
    assert moves[("proposal", "meeting")] == 1 and moves[("proposal", "won")] == 4
    assert moves[("meeting", "lost")] == 2 and moves[("meeting", "proposal")] == 5
    pairs = found.pairs.set_index(["stage", "to"])
    assert pairs.loc[("qualified", "meeting"), ["n", "base"]].tolist() == [4, 6]
    assert pairs.loc[("qualified", "proposal"), ["n", "base"]].tolist() == [3, 6]
    assert pairs.loc[("qualified", "won"), ["n", "base"]].tolist() == [2, 6]


@pytest.mark.parametrize(
    "stages", [STAGES, pytest.param((), marks=pytest.mark.slow), ("meeting", "qualified")]
)
def test_the_naive_share_is_the_kpi(stages):
    crm = tiny.crm("pipeline", stages=stages)
    for name in ("2026-Q2", "2026-Q3"):
        kpi = sa.panel(crm, "stage_rate", Period.parse(name), by="stage").kpis.set_index("stage")
        found = sa.stage_flow(crm, name).table.set_index("stage")
        for stage in kpi.index:
            row = found.loc[stage]
            assert (row["moved_on"] + row["won"], row["entered"]) == tuple(
                kpi.loc[stage, ["numerator", "base"]]
            )


def test_time_in_stage_agrees_with_the_kpi_where_nothing_is_open(crm):
    stays = stage_rows(crm).stays
    left = stays[(stays["left_on"] >= "2026-07-01") & (stays["left_on"] <= LAST)]
    days = (left["left_on"] - left["entered_on"]).dt.days.groupby(left["stage"]).mean()
    kpi = sa.panel(crm, "time_in_stage", Q3, by="stage").kpis.set_index("stage")["estimate"]
    assert days.to_dict() == pytest.approx(kpi[days.index].to_dict())


def test_bottlenecks_split_the_gap_in_wins_exactly(crm):
    found = sa.bottlenecks(crm, "2026-Q3", by="rep", against="previous")
    mine = found.table[found.table["rep_id"] == "n1"]
    row = found.totals.set_index("rep_id").loc["n1"]
    assert (row["closed"], row["wins"]) == (6, 4)
    assert mine["estimate"].sum() == pytest.approx(row["wins"] - row["expected"])
    assert set(found.table["verdict"]) == {"cannot_tell"}


# Identities --------------------------------------------------------------------------------------

NAMES = ("a", "b", "c", "other", None)
COUNT = 40


@st.composite
def histories(draw):
    """Many opportunities: reopened, backdated, repeated, with unknown stages and missing days."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    span = draw(st.sampled_from([1, 4, 90]))  # days on which anything happens: few make many ties

    def day(count, missing=0.0):
        days = pd.Timestamp("2026-07-01") + pd.to_timedelta(rng.integers(0, span, count), "D")
        return dated(days.where(rng.random(count) >= missing))

    ids = np.array([f"o{i}" for i in range(COUNT)])
    outcome = rng.choice(["won", "lost", "open"], COUNT)
    whole = pd.DataFrame({"opportunity_id": ids, "rep_id": rng.choice(["r0", "r1"], COUNT)})
    whole = whole.assign(created_on=day(COUNT, 0.1), closed_on=day(COUNT, 0.2), outcome=outcome, amount=1.0)
    whole["closed_on"] = whole["closed_on"].where(whole["outcome"] != "open")
    size = draw(st.sampled_from([0, 3 * COUNT]))
    moves = pd.DataFrame({"opportunity_id": rng.choice(ids, size), "stage": rng.choice(NAMES, size)})
    moves = moves.assign(entered_on=day(size), rep_id=rng.choice(["r0", None], size))
    return whole, moves.astype({"opportunity_id": "str", "stage": "str", "rep_id": "str"})


ORDERS = st.sampled_from([(), ("a", "b", "c"), ("c", "a"), ("a", "b", "c", "other", "none")])


@given(histories(), ORDERS)
@settings(max_examples=12, deadline=None)
def test_what_became_of_entries_always_adds_up(history, declared):
    data = built(*history, declared, LAST)
    table = flow_table(data.entries, data.stays, Q3, (), data)
    assert (table["entered"] == table[list(FATES)].sum(axis=1)).all()
    assert (table["skipped"] <= table["moved_on"]).all()
    assert table["entered"].sum() == len(data.entries)
    assert not data.entries.duplicated(["opportunity_id", "stage"]).any()
    shares = table["naive"].dropna()
    assert shares.between(0, 1).all()


@given(histories(), ORDERS)
@settings(max_examples=12, deadline=None)
def test_stays_never_overlap_and_never_end_before_they_begin(history, declared):
    stays = built(*history, declared, LAST).stays
    assert not (stays["left_on"] < stays["entered_on"]).any()
    following = stays.groupby("opportunity_id")["entered_on"].shift(-1)
    assert (stays["left_on"] <= following)[following.notna()].all()
    assert stays["left_on"].notna().eq(stays["way"] != "").all()


@given(histories(), ORDERS, st.sampled_from([(), ("rep_id",)]))
@settings(max_examples=12, deadline=None)
def test_wins_are_closed_times_the_shares_and_the_gap_is_split_whole(history, declared, dims):
    data = built(*history, declared, LAST)
    closed = closed_rows(data)
    if closed.empty:
        return
    stages = data.order[: data.declared]
    against = "peers" if dims else "previous"
    own, other = sides(closed, closed, dims, len(stages), against)
    mine, theirs = filled(own, other)
    heads = own.sums.n[:, 0]
    assert heads * mine.prod(axis=1) == pytest.approx(own.wins)
    assert heads.sum() == len(closed)
    gap = heads * (mine.prod(axis=1) - theirs.prod(axis=1))
    assert heads * split(mine, theirs).sum(axis=1) == pytest.approx(gap)
    table = parts(own, other, stages)
    assert (table["conf_low"].dropna() <= table["conf_high"].dropna() + 1e-9).all()


# Planted truth -----------------------------------------------------------------------------------


@cache
def company(seed: int, weak: bool = False, slow: bool = False, spread: float = 0.0):
    """Four teams of six reps, 25 opportunities a rep; one team may be weak or slow at the second stage."""
    rng = np.random.default_rng(seed)
    reps = np.repeat(np.arange(24), 25)
    n, team = reps.size, reps // 6
    own = rng.normal(0, spread, 24)[reps] if spread else np.zeros(n)
    rates = np.array([0.8, 0.7, 0.5])
    start = pd.Timestamp("2026-01-05") + pd.to_timedelta(rng.integers(0, 200, n), "D")
    day, alive = start, np.ones(n, bool)
    moves, closed, won = [], pd.Series(pd.NaT, range(n)), np.zeros(n, bool)
    for k, rate in enumerate(rates):
        moves.append(pd.DataFrame({"code": np.flatnonzero(alive), "stage": "abc"[k], "on": day[alive]}))
        chance = 1 / (1 + np.exp(-(np.log(rate / (1 - rate)) + own)))
        chance = np.where(weak & (team == 2) & (k == 1), chance - 0.28, chance)
        length = np.where(slow & (team == 2) & (k == 1), 24.0, 10.0)
        day = day + pd.to_timedelta(np.ceil(rng.exponential(length)).astype(int), "D")
        goes = rng.random(n) < chance
        closed[alive & ~goes] = day[alive & ~goes]
        alive &= goes
    closed[alive], won = day[alive], alive
    return _loaded(reps, start, closed, won, pd.concat(moves))


def _loaded(reps, start, closed, won, moves):
    known = pd.to_datetime(closed) <= LAST
    ids = [f"o{i:04d}" for i in range(len(reps))]
    people = pd.DataFrame({"rep_id": [f"r{i:02d}" for i in range(24)]})
    people = people.assign(name=people["rep_id"], team=[f"T{i // 6}" for i in range(24)])
    whole = pd.DataFrame({"opportunity_id": ids, "rep_id": [f"r{i:02d}" for i in reps], "amount": "10"})
    whole["created_on"], whole["closed_on"] = start.strftime("%Y-%m-%d"), closed.where(known)
    whole["closed_on"] = pd.to_datetime(whole["closed_on"]).dt.strftime("%Y-%m-%d")
    whole["outcome"] = np.where(known, np.where(won, "won", "lost"), "open")
    whole["stage"] = "a"
    moves = moves[moves["on"] <= LAST]
    history = pd.DataFrame({"opportunity_id": [ids[c] for c in moves["code"]], "stage": moves["stage"]})
    history["entered_on"] = moves["on"].dt.strftime("%Y-%m-%d").to_numpy()
    client = sa.Client(name="Planted", as_of=LAST.date(), stages=("a", "b", "c"))
    return sa.load({"reps": people, "opportunities": whole, "stage_history": history}, client)


def test_a_weak_stage_of_one_team_is_found_and_nothing_else():
    found = sa.bottlenecks(company(1, weak=True), "2026")
    costs = found.costs
    assert list(zip(costs["team"], costs["stage"])) == [("T2", "b")]
    row = costs.iloc[0]
    assert row["value"] < row["benchmark"] - 0.15 and row["conf_high"] < 0
    # Of the gap in wins most lies in the planted stage.
    gap = found.totals.set_index("team").loc["T2"]
    assert row["estimate"] < 0.5 * (gap["wins"] - gap["expected"])
    assert found.times["verdict"].isin(["no_clear_difference"]).all()


def test_a_slow_stage_of_one_team_is_found_by_its_days():
    found = sa.stage_time(company(2, slow=True), "2026", by="team")
    slower = found.table[found.table["verdict"] == "slower"]
    assert list(zip(slower["team"], slower["stage"])) == [("T2", "b")]
    row = slower.iloc[0]
    assert row["estimate"] > row["reference"] + 5 and row["difference_low"] > 0
    assert sa.bottlenecks(company(2, slow=True), "2026").costs.empty


@pytest.mark.slow
def test_equals_are_silent_even_where_reps_are_unlike():
    said = [sa.bottlenecks(company(100 + k, spread=0.5), "2026") for k in range(8)]
    rows = pd.concat(found.table for found in said)
    days = pd.concat(found.times for found in said)
    assert rows["verdict"].isin(["costs", "gains"]).mean() <= 0.02
    assert days["verdict"].isin(["slower", "faster"]).mean() <= 0.03


def test_conversion_at_the_pace_of_the_period_is_the_planted_one_where_the_naive_share_is_short():
    table = sa.stage_flow(company(3), "2026-Q3").table.set_index("stage")
    for stage, truth in zip("abc", (0.8, 0.7, 0.5)):
        row = table.loc[stage]
        assert row["conf_low"] < truth < row["conf_high"]
    assert table.loc["c", "naive"] < table.loc["c", "estimate"]


def test_trend_follows_the_periods_and_leaves_open_what_cannot_be_told():
    found = sa.stage_trend(company(3), "2026-Q3", grain="month", count=4)
    rows = found.table[(found.table["stage"] == "a") & (found.table["term"] == "conversion")]
    assert rows["period"].tolist() == ["2026-06", "2026-07", "2026-08", "2026-09"]
    known = rows[rows["n"] >= LEAST].dropna(subset=["estimate"])
    assert len(known) >= 2 and known["estimate"].between(known["conf_low"], known["conf_high"]).all()


# The page ----------------------------------------------------------------------------------------


def test_without_a_stage_history_there_is_one_stage_and_what_to_export():
    crm = company(1)
    bare = replace(crm, tables={k: v for k, v in crm.tables.items() if k != "stage_history"})
    found = sa.stage_analysis(bare, "2026-Q3")
    assert not found.has_history and found.table["stage"].tolist() == [""]
    row = found.table.iloc[0]
    assert row["entered"] == row["won"] + row["lost"] + row["standing"] and row["estimate"] > 0
    assert [note.code for note in found.notes] == ["stages_no_history"]
    notice = sa.section(found, "missing").children[0]
    assert "stage_history" in notice.items[0] and notice.warning
    assert sa.section(sa.stage_analysis(crm, "2026-Q3"), "missing") is None
    assert len(sa.section(found, "flow").children) == 2 and sa.section(found, "matrix") is None


def test_an_undeclared_stage_stands_aside_and_is_named():
    crm = tiny.crm("pipeline", stages=("qualified", "proposal"))
    found = sa.stage_flow(crm, "2026-Q3")
    assert found.table["stage"].tolist() == ["qualified", "proposal", "meeting"]
    assert found.table.set_index("stage").loc["qualified", "aside"] == 1  # y09 stands in meeting
    (note,) = found.notes
    assert note.code == "stages_not_declared" and note.values["stages"] == ("meeting",)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda crm: sa.stage_flow(3), InvalidInput, r"stage_flow\(\) takes a Crm"),
        (lambda crm: sa.stage_flow(crm, by="tem"), UnknownName, "Did you mean team"),
        (lambda crm: sa.stage_flow(crm, team="Jakrta"), UnknownName, "Did you mean Jakarta"),
        (lambda crm: sa.stage_time(crm, against="peers"), InvalidInput, "Peers need groups"),
        (lambda crm: sa.bottlenecks(crm, against="peer"), UnknownName, "Did you mean peers"),
        (lambda crm: sa.stage_trend(crm, grain="day"), UnknownName, "grain"),
    ],
)
def test_a_slip_ends_in_one_sentence(crm, call, error, message):
    with pytest.raises(error, match=message):
        call(crm)


def test_the_page_of_next_to_nothing_says_so(crm):
    found = sa.stage_analysis(crm, "2026-04", team="Surabaya")
    assert len(sa.explain(found).splitlines()) == 3
    assert sa.section(found, "flow") is not None
    assert all(sa.section(found, kind) is None for kind in ("teams", "losses", "reps", "year"))


def test_the_clients_edition_names_nobody():
    crm = company(1, weak=True)
    found = edition(sa.stage_analysis(crm, "2026"), crm, "client")
    kinds = ("flow", "reps", "risk", "losses")
    told = " ".join(str(block.data) for kind in kinds if (block := sa.section(found, kind)))
    assert "T2" in told  # a team of six is a group
    assert not any(f"'r{i:02d}'" in told for i in range(24)) and "Rep-" in told
