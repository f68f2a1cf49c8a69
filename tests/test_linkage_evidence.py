"""Opportunity weeks from plain frames, two witnesses in one verdict, intermediate outcomes, roles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from simulate import simulate
from simulate_funnel import simulate_funnel
from simulate_opportunities import ACTIVITIES, Team, simulate_team

from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput, UnknownName
from salesanalysis.data import load
from salesanalysis.linkage import (
    VERDICTS,
    chain,
    combine,
    evidence,
    from_frame,
    link,
    link_before,
    link_role,
    opportunity_link,
    through,
)
from salesanalysis.linkage.association import COLUMNS
from salesanalysis.linkage.before_after import without_same_week
from salesanalysis.linkage.casework import casework
from salesanalysis.linkage.landmark import landmark_cases, landmark_weeks
from salesanalysis.linkage.outcomes import leading_to
from salesanalysis.linkage.result import WITNESS_COLUMNS
from salesanalysis.linkage.roles import sort_of
from salesanalysis.prose import explain
from salesanalysis.stats import Kernel, beyond, chained, lognormal_kernel, pool

REACTIVE = ["followups", "admin"]


@pytest.fixture(scope="module")
def world():
    return simulate_team("mixed", "M", 0)


@pytest.fixture(scope="module")
def both(world):
    return evidence(from_frame(world.reps, durations=world.durations), world.opportunities)


def rows(**columns):
    """Two opportunities: one won in its third week, one still open after two."""
    frame = pd.DataFrame(
        {
            "opportunity": ["a", "a", "a", "b", "b"],
            "rep": ["x", "x", "x", "y", "y"],
            "week": [3, 4, 5, 4, 5],
            "calls": [2.0, 1.0, 7.0, 0.0, 3.0],
            "is_won": [0, 0, 1, 0, 0],
            "is_lost": 0,
        }
    )
    return frame.assign(**columns)


# Frames ----------------------------------------------------------------------------------------


def test_counts_are_those_of_the_weeks_before():
    known = casework(rows()).known_before()
    assert known["age"].tolist() == [1, 2, 1]
    assert np.exp(known["calls"]).tolist() == pytest.approx([2.5, 3.5, 0.5])
    assert known["is_won"].tolist() == [0, 1, 0]


def test_age_week_and_date_say_the_same():
    plain = casework(rows()).rows
    by_age = casework(rows(week=[0, 1, 2, 0, 1]).rename(columns={"week": "age"})).rows
    start = pd.Timestamp("2026-01-05")
    by_date = casework(rows(week=start + pd.to_timedelta(7 * rows()["week"], unit="D"))).rows
    pd.testing.assert_frame_equal(plain, by_date)
    pd.testing.assert_frame_equal(plain.drop(columns="span"), by_age.drop(columns="span"))


def test_an_outcome_column_holds_for_the_last_week():
    told = rows(outcome=["won"] * 3 + ["open"] * 2).drop(columns=["is_won", "is_lost"])
    pd.testing.assert_frame_equal(casework(told).rows, casework(rows()).rows)


def test_activity_after_the_close_changes_nothing(world):
    frame = world.opportunities
    ends = frame[frame["is_won"] + frame["is_lost"] > 0]
    late = ends.assign(week=ends["week"] + 1, is_won=0.0, is_lost=0.0, meetings=50.0)
    in_the_week = frame.assign(meetings=frame["meetings"] + 9 * (frame["is_won"] + frame["is_lost"]))
    plain = opportunity_link(frame).table
    for other in (pd.concat([frame, late]), in_the_week):
        pd.testing.assert_frame_equal(plain, opportunity_link(other).table)


def test_order_names_and_calendar_do_not_matter(world, both):
    frame = world.opportunities
    plain = opportunity_link(frame, reactive=REACTIVE)
    shuffled = opportunity_link(frame.sample(frac=1, random_state=1), reactive=REACTIVE)
    renamed = opportunity_link(
        frame.assign(
            rep=frame["rep"].map(lambda r: f"rep {(r * 7) % 20}"),
            opportunity=frame["opportunity"].map(lambda o: f"o{-o}"),
            week=frame["week"] + 1000,
        ),
        reactive=REACTIVE,
    )
    for other in (shuffled, renamed):
        pd.testing.assert_frame_equal(plain.table, other.table, rtol=1e-6)
    again = evidence(
        from_frame(world.reps.sample(frac=1, random_state=2), durations=world.durations),
        frame.sample(frac=1, random_state=3),
    )
    pd.testing.assert_frame_equal(both.table, again.table, rtol=1e-6)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (rows().drop(columns="rep"), "no column 'rep'"),
        (rows().rename(columns={"opportunity": "oportunity"}), "Did you mean oportunity"),
        (rows().drop(columns="week"), "neither 'week' nor 'age'"),
        (rows().drop(columns=["is_won", "is_lost"]), "does not say what was won"),
        (rows().drop(columns="calls"), "no activity column"),
        (rows(calls=-1.0), "'calls' holds -1 in row 1"),
        (rows(calls=[1, 2, np.nan, 1, 1]), "'calls' holds nan in row 3"),
        (rows(calls="many"), "'calls' holds no numbers"),
        (rows(week="W1"), "'week' holds text"),
        (rows(week=4), "two rows for one week"),
        (rows(rep=None), "no opportunity or no rep"),
        (rows(is_lost=[0, 0, 1, 0, 0]), "never both 1"),
        (rows(is_won=[0, 0, 2, 0, 0]), "are 0 or 1"),
    ],
)
def test_a_frame_that_is_none_gets_one_message(frame, message):
    with pytest.raises(InvalidInput, match=message):
        opportunity_link(frame)


def test_too_little_is_said_so():
    assert opportunity_link(rows(is_won=0)).reason == "no_wins"
    assert opportunity_link(rows(calls=0.0)).reason == "no_activities"
    table = opportunity_link(rows()).table
    assert table["verdict"].tolist() == ["not_enough_data"]
    with pytest.raises(InvalidInput, match="Crm or a DataFrame"):
        casework([1])


def test_all_zero_collinear_and_huge_counts_stay_finite(world):
    frame = world.opportunities[["opportunity", "rep", "week", "calls", "emails", "is_won", "is_lost"]]
    table = opportunity_link(
        frame.assign(demos=0.0, dials=frame["calls"], mails=frame["emails"] * 1e9)
    ).table.set_index("term")
    assert "demos" not in table.index
    assert (table.loc[["calls", "dials"], "reason"] == "collinear").all()
    assert np.isfinite(table.loc[["emails", "mails"], ["estimate", "std_error"]]).all(axis=None)


# Landmark --------------------------------------------------------------------------------------


def test_the_landmark_comes_from_cycle_times_alone(world):
    work = casework(world.opportunities)
    busy = casework(world.opportunities.assign(calls=world.opportunities["calls"] * 3))
    assert landmark_weeks(work) == landmark_weeks(busy)
    landmark, last = landmark_weeks(work)
    assert 2 <= landmark < last


def test_only_what_was_done_before_the_landmark_counts(world):
    work = casework(world.opportunities)
    landmark, _ = landmark_weeks(work)
    later = work.rows.assign(calls=work.rows["calls"] + 99 * (work.rows["age"] >= landmark))
    pd.testing.assert_frame_equal(
        landmark_cases(work, ("calls",)), landmark_cases(replace(work, rows=later), ("calls",))
    )


# Two witnesses ---------------------------------------------------------------------------------


def test_planted_links_are_told_and_no_other(both):
    assert set(both.with_verdict("linked")) >= {"calls", "meetings"}
    assert not set(both.with_verdict("linked")) & {"voicemails", "internal_meetings", *REACTIVE}
    assert both.basis == "both" and tuple(both.table.columns) == COLUMNS
    assert set(both.table["verdict"]) <= set(VERDICTS)


def test_every_estimate_stands_beside_the_verdict(world, both):
    assert tuple(both.witnesses.columns) == WITNESS_COLUMNS
    of_calls = both.witnesses[both.witnesses["term"] == "calls"].set_index("witness")
    assert list(of_calls.index) == [
        *("rep_weeks", "opportunity_weeks", "pooled", "difference", "landmark", "won_not_lost"),
    ]
    weeks = link(from_frame(world.reps, durations=world.durations)).table.set_index("term")
    cases = opportunity_link(world.opportunities, reactive=REACTIVE).table.set_index("term")
    assert of_calls.loc["rep_weeks", "estimate"] == weeks.loc["calls", "estimate"]
    assert of_calls.loc["opportunity_weeks", "estimate"] == cases.loc["calls", "estimate"]
    assert of_calls.index[of_calls["is_shown"]].tolist() == ["opportunity_weeks"]
    weight = of_calls["weight"]
    assert weight["rep_weeks"] + weight["opportunity_weeks"] == pytest.approx(1)
    row = both.table.set_index("term").loc["calls"]
    assert row["estimate"] == cases.loc["calls", "estimate"]  # the sharper witness, which shows the link
    left = both.leave_one_out[both.leave_one_out["term"] == "calls"]["estimate"]
    assert (row["loo_low"], row["loo_high"]) == (left.min(), left.max())


def test_a_link_must_lie_beyond_what_attention_can_feign(world):
    weak = opportunity_link(simulate_team("hot_strong", "M", 1).opportunities, reactive=REACTIVE).table
    strict = weak[weak["p_value"] < 0.05]
    assert len(strict) and not (strict["verdict"] == "linked").any()


def test_rep_weeks_may_carry_a_link_that_opportunities_cannot_see():
    team = simulate_team(Team(creation={"calls": 1.0}), "M", 0)
    result = evidence(from_frame(team.reps, durations=team.durations), team.opportunities)
    assert result.with_verdict("linked") == ["calls"]
    one = result.witnesses[result.witnesses["term"] == "calls"].set_index("witness")["estimate"]
    assert result.table["estimate"].iloc[0] == one["rep_weeks"]
    assert abs(one["opportunity_weeks"]) < 0.2


def test_one_witness_decides_where_the_other_cannot(world, both):
    weeks = link(from_frame(world.reps))
    cases = opportunity_link(world.opportunities, reactive=REACTIVE)
    few = opportunity_link(world.opportunities.query("rep < 5"), reactive=REACTIVE)
    pd.testing.assert_frame_equal(combine(weeks, few).table, weeks.table)
    nothing = replace(cases, table=cases.table.head(0))
    assert combine(weeks, nothing) is weeks
    short = link(from_frame(world.reps.query("week < 30")))
    alone = combine(short, cases).table.set_index("term")
    assert set(short.table["verdict"]) == {"not_enough_data"}
    assert alone.loc["calls", "verdict"] == "linked"
    assert alone.loc["calls", "estimate"] == cases.table.set_index("term").loc["calls", "estimate"]


def test_a_frame_without_opportunities_is_a_plain_link(world):
    frame = world.reps
    pd.testing.assert_frame_equal(evidence(frame).table, link(frame).table)


def test_fewer_than_eight_reps_get_no_verdict():
    team = simulate_team("mixed", "XS", 0)
    result = evidence(team.reps, team.opportunities)
    assert set(result.table["verdict"]) == {"not_enough_data"}


def test_family_is_tested_and_the_rest_shown(world):
    result = evidence(world.reps, world.opportunities, family=["calls"])
    table = result.table.set_index("term")
    assert result.family == ("calls",) and set(table.index) == {"calls", *REACTIVE}
    assert table.loc["calls", "p_adjusted"] == pytest.approx(table.loc["calls", "p_value"])


# Statistics ------------------------------------------------------------------------------------


def test_pooling_by_hand():
    # Changes of a: .1, -.1, 0; of b: -.2, .2, 0. V = 2/3 [[.02, -.04], [-.04, .08]]; weights .8 and .2.
    found = pool(np.array([1.0, 3.0]), pd.DataFrame({"a": [0.9, 1.1, 1.0], "b": [3.2, 2.8, 3.0]}))
    assert found.weights == pytest.approx([0.8, 0.2]) and found.estimate == pytest.approx(1.4)
    variance = 2 / 3 * (0.64 * 0.02 + 0.04 * 0.08 - 2 * 0.16 * 0.04)
    assert found.std_error == pytest.approx(np.sqrt(variance)) and found.df == 2
    assert found.leave_one_out.tolist() == pytest.approx([1.36, 1.44, 1.4])
    low, high = found.interval()
    assert (low + high) / 2 == pytest.approx(1.4)
    with pytest.raises(InvalidInput, match="Two clusters"):
        pool(np.array([1.0, 3.0]), pd.DataFrame({"a": [0.9], "b": [3.2]}))
    with pytest.raises(InvalidInput, match="stays the same"):
        pool(np.array([1.0, 3.0]), pd.DataFrame({"a": [1.0, 1.0], "b": [3.2, 2.8]}))


def test_a_product_by_hand():
    found = chained(np.array([0.5, 2.0]), pd.DataFrame({"a": [0.4, 0.6], "b": [2.0, np.nan]}))
    assert found.estimate == 1.0 and found.leave_one_out.tolist() == pytest.approx([0.8, 1.2])
    assert found.std_error == pytest.approx(np.sqrt(0.5 * (0.04 + 0.04)))


def test_inside_the_allowance_nothing_is_shown():
    assert beyond(np.array([0.2, -0.2]), np.array([0.01, 0.01]), 9, allowance=0.2).tolist() == [1, 1]
    two = beyond(np.array([0.5, -0.5]), np.array([0.1, 0.1]), 9, allowance=0.2)
    assert two[0] == two[1] == pytest.approx(0.014956, abs=1e-6)  # t = 3 with 9 degrees of freedom


# By way of an outcome --------------------------------------------------------------------------


def funnel(size="M", seed=0):
    frame = simulate_funnel(size, seed).frame.drop(columns="connects")
    return frame, ["calls", "conversations", "proposals"]


def test_calls_go_with_wins_by_way_of_proposals():
    frame, stages = funnel()
    result = through(frame, "proposals", funnel=stages)
    assert "calls" in result.with_verdict("linked")
    assert not set(result.with_verdict("linked")) & {"voicemails", "internal_meetings", "followups"}
    parts = result.table[result.table["term"] == "calls"].set_index("contrast")
    estimate = parts["estimate"]
    assert estimate["through"] == pytest.approx(estimate["to_outcome"] * estimate["outcome_to_wins"])
    assert parts.loc["through", "p_value"] == parts.loc[["to_outcome", "outcome_to_wins"], "p_value"].max()
    assert parts.loc["through", "conf_low"] < estimate["through"] < parts.loc["through", "conf_high"]


def test_an_outcome_that_does_not_go_with_wins_says_nothing():
    frame, stages = funnel()
    rng = np.random.default_rng(0)
    blind = through(frame.assign(wins=rng.poisson(1.0, len(frame))), "proposals", funnel=stages)
    assert not blind.with_verdict("linked")
    assert "outcome_not_linked" in set(blind.table["reason"])


def test_busy_weeks_are_not_taken_for_a_link():
    weeks = leading_to(
        from_frame(simulate("null_real", "M", 4).frame),
        "meetings",
        stages=(),
        kernel=lognormal_kernel(2.0),
    )
    assert "wins" not in weeks.activities and weeks.outcome == "meetings"
    assert not link_before(weeks).table["verdict"].isin(["linked", "linked_negative"]).any()


def test_the_week_itself_tells_no_order():
    kernel = without_same_week(lognormal_kernel(2.0))
    assert kernel.weights[0] == 0 and kernel.weights.sum() == pytest.approx(1)
    assert without_same_week(Kernel(np.array([1.0]), 1.0, 1.0, 0)).weights.tolist() == [0, 1]


def test_wrong_outcomes_get_one_message():
    frame, stages = funnel("S")
    with pytest.raises(UnknownName, match="Did you mean proposals"):
        through(frame, "proposal")
    with pytest.raises(InvalidInput, match="No activity is left"):
        through(frame[["rep", "week", "calls", "wins"]], "calls")
    second = link(frame, funnel=stages)
    with pytest.raises(UnknownName):
        chain(second, second, "demos")


# Companies -------------------------------------------------------------------------------------


def company(world, per_week=6):
    """The opportunities of a simulated team as a company's tables; one row an activity."""
    frame, monday = world.opportunities, pd.Timestamp("2025-01-06")
    by_case = frame.groupby("opportunity")
    ends = frame[frame["is_won"] + frame["is_lost"] > 0].set_index("opportunity")
    opportunities = pd.DataFrame({"rep_id": by_case["rep"].first().map("r{}".format)})
    first = by_case["week"].min()
    opportunities["created_on"] = monday + pd.to_timedelta(7 * first, unit="D")
    opportunities["closed_on"] = monday + pd.to_timedelta(7 * ends["week"] + 4, unit="D")
    won = ends["is_won"].reindex(opportunities.index)
    opportunities["outcome"] = won.map({1.0: "won", 0.0: "lost"}).fillna("open")
    opportunities = opportunities.rename_axis("opportunity_id").reset_index()
    kinds = {"calls": "call", "meetings": "meeting", "voicemails": "voicemail"}
    parts = []
    for name, kind in kinds.items():
        rows = frame.loc[frame.index.repeat(frame[name].astype(int)), ["opportunity", "rep", "week"]]
        parts.append(rows.assign(kind=kind))
    acts = pd.concat(parts, ignore_index=True)
    acts["occurred_on"] = monday + pd.to_timedelta(7 * acts["week"], unit="D")
    acts = acts.rename(columns={"opportunity": "opportunity_id"}).drop(columns="week")
    acts["rep_id"], acts["outcome"] = acts.pop("rep").map("r{}".format), "held"
    acts["activity_id"] = [f"a{i}" for i in range(len(acts))]
    people = sorted(set(opportunities["rep_id"]))
    reps = pd.DataFrame({"rep_id": people, "name": people, "role": "AE"})
    opportunities["opportunity_id"] = opportunities["opportunity_id"].map("o{}".format)
    acts["opportunity_id"] = acts["opportunity_id"].map("o{}".format)
    tables = {"reps": reps, "opportunities": opportunities, "activities": acts}
    end = (monday + pd.Timedelta(weeks=int(frame["week"].max()) + 1, days=-1)).date()
    return tables, replace(Client(), as_of=end)


@pytest.fixture(scope="module")
def small():
    return simulate_team("mixed", "S", 0)


def test_a_company_and_its_frame_give_the_same(small):
    tables, client = company(small)
    kept = ["calls", "meetings", "voicemails"]
    frame = small.opportunities.drop(columns=[a for a in ACTIVITIES if a not in kept])
    ours = opportunity_link(load(tables, client)).table.set_index("term")
    plain = opportunity_link(frame).table.set_index("term")
    columns = ["estimate", "std_error", "n", "wins"]
    pd.testing.assert_frame_equal(ours[columns], plain.loc[ours.index, columns])
    assert evidence(load(tables, client)).basis in ("both", "opportunity_week")


def test_what_was_written_down_after_the_close_came_too_late(small):
    tables, client = company(small)
    plain = opportunity_link(load(tables, client)).table
    acts = tables["activities"].assign(logged_on=tables["activities"]["occurred_on"])
    ends = tables["opportunities"].dropna(subset="closed_on")
    filled = acts.merge(ends.query("outcome == 'won'")[["opportunity_id", "closed_on"]], on="opportunity_id")
    filled = filled.assign(logged_on=filled.pop("closed_on"), kind="meeting").head(300)
    filled["activity_id"] = [f"late{i}" for i in range(len(filled))]
    more = load(tables | {"activities": pd.concat([acts, filled], ignore_index=True)}, client)
    pd.testing.assert_frame_equal(plain, opportunity_link(more).table)


def test_each_role_is_judged_by_its_own_outcome():
    panel = simulate("mixed", "S2", 3).frame.query("week < 60")
    monday = pd.Timestamp("2025-01-06")
    week = monday + pd.to_timedelta(7 * panel["week"] + 2, unit="D")
    rep = panel["rep"].map("s{}".format)
    counts = {"meeting": panel["meetings"], "voicemail": panel["internal_meetings"]}
    acts = pd.concat(
        [
            pd.DataFrame({"rep_id": rep, "occurred_on": week, "kind": kind, "outcome": "held"}).loc[
                panel.index.repeat(count.astype(int))
            ]
            for kind, count in counts.items()
        ],
        ignore_index=True,
    )
    acts["activity_id"] = [f"a{i}" for i in range(len(acts))]
    leads = pd.DataFrame({"rep_id": rep, "handed_on": week, "created_on": week - pd.Timedelta(days=21)})
    leads = leads.loc[panel.index.repeat(panel["wins"].astype(int))].reset_index(drop=True)
    leads = leads.assign(lead_id=[f"l{i}" for i in range(len(leads))], handed_to="e1", decision="accepted")
    names = [*sorted(set(rep)), "e1"]
    roles = ["Senior SDR"] * (len(names) - 1) + ["AE"]
    reps = pd.DataFrame({"rep_id": names, "name": names, "role": roles})
    sale = {
        "opportunity_id": "o1",
        "rep_id": "e1",
        "created_on": monday,
        "closed_on": monday,
        "outcome": "won",
    }
    extra = pd.DataFrame({"activity_id": ["e"], "rep_id": "e1", "occurred_on": monday, "kind": "meeting"})
    tables = {"reps": reps, "leads": leads, "opportunities": pd.DataFrame([sale])}
    crm = load(tables | {"activities": pd.concat([acts, extra], ignore_index=True)}, Client())
    found = link_role(crm, "sdr")
    assert found.reps == 10 and found.wins <= len(leads)
    assert found.kernel.median == pytest.approx(3.0) and found.kernel.n == len(leads)
    assert [note.code for note in found.notes if "role" in note.code] == ["linkage_role_sdr"]
    assert set(link_role(crm, "ae").table["verdict"]) <= {"not_enough_data"}
    assert link_role(crm, "am").reason == "no_role_outcome"
    with pytest.raises(UnknownName):
        link_role(crm, "ceo")


def test_roles_are_read_from_their_names():
    names = [
        "BDR",
        "sales development rep",
        "AE",
        "Closer",
        "Customer Success Manager",
        "AM / Jakarta",
        "",
        None,
    ]
    assert [sort_of(n) for n in names] == ["sdr", "sdr", "ae", "ae", "am", "am", "", ""]


def test_words_say_which_witness_saw_the_link(both):
    """Weeks of a rep are not the weeks of an opportunity: the sentence is that of the estimate shown."""
    english = replace(both, client=both.client.with_language("en"))
    linked = english.with_verdict("linked")
    assert linked
    answer = explain(english).splitlines()[0]
    seen = {english.seen_in(term) for term in linked}
    assert ("Opportunities that got more" in answer) == ("opportunity_week" in seen)
    assert ("Weeks in which a rep had more" in answer) == ("rep_week" in seen)
    for term in linked:
        assert english.activity(term).seen_in == english.seen_in(term)
    alone = replace(english, basis="rep_week")
    assert {alone.seen_in(term) for term in linked} == {"rep_week"}
