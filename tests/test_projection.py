"""Projection: hazards by hand and against the life table, no look-ahead, exact sums, kept forecasts."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
import tiny

import salesanalysis as sa
from salesanalysis.core.errors import InvalidInput
from salesanalysis.core.rows import rows
from salesanalysis.pipeline.lives import day_number, told
from salesanalysis.projection.book import Book, book
from salesanalysis.projection.methods import foresee
from salesanalysis.projection.past import choose, past
from salesanalysis.stats import age_hazards
from salesanalysis.stats.survival import at, cumulative_incidence


def person_weeks(length, cause):
    """Ages and what came after, of cases followed for whole weeks; cause 0: still open."""
    age = np.concatenate([np.arange(n) for n in length])
    after = np.zeros(len(age), dtype=int)
    ends = np.cumsum(length) - 1
    after[ends] = cause
    return age, after


def test_hazards_by_hand():
    # Ten cases: two won and one lost in the first week, one won in the second, six open after it.
    age, after = person_weeks([1] * 3 + [2] * 7, [1, 1, 2, 1, 0, 0, 0, 0, 0, 0])
    found = age_hazards(age, np.zeros(len(age), int), after, bands=(0, 1), strength=0)
    assert found.chance[:, 0].round(6).tolist() == [[0.7, 0.2, 0.1], [round(6 / 7, 6), round(1 / 7, 6), 0.0]]
    # Within two weeks of age 0: .2 + .7 / 7; an hour older, the last hazard goes on.
    assert found.within(2)[0, 0] == pytest.approx(0.3)
    assert found.ahead(3)[1, 0] == pytest.approx([1 / 7, 6 / 49, 36 / 343])
    assert found.n[:, 0].tolist() == [10, 7]


def test_hazards_are_the_cumulative_incidence():
    rng = np.random.default_rng(0)
    length, cause = rng.integers(1, 9, 400), rng.integers(0, 3, 400)
    age, after = person_weeks(length, cause)
    found = age_hazards(age, np.zeros(len(age), int), after, bands=tuple(range(9)), strength=0)
    # Censored cases were seen for the whole of their last week: they leave after those that end in it.
    curve = cumulative_incidence(length + np.where(cause == 0, 0.5, 0.0), cause)[1]
    wanted = at(curve, list(range(1, 9)), start=0.0)["estimate"]
    assert found.ahead(8)[0, 0].cumsum() == pytest.approx(wanted.to_numpy())


def test_states_are_drawn_towards_all_and_draws_spread_around_the_mean():
    age, state = np.zeros(1010, int), np.repeat([0, 1], [1000, 10])
    after = np.where(np.arange(1010) % 5 == 0, 2, state)
    after[1000:] = 2  # all ten of the second state are won
    found = age_hazards(age, state, after, states=2, bands=(0,))
    assert found.chance[0, 0, 2] == pytest.approx(0.2, abs=0.01)
    assert 0.3 < found.chance[0, 1, 2] < 0.6
    drawn = found.draw(4000)[:, 0, :, 2]
    assert drawn.mean(axis=0) == pytest.approx(found.chance[0, :, 2], abs=0.01)
    assert drawn[:, 1].std() > 3 * drawn[:, 0].std()


def test_nothing_later_is_known_on_a_past_day(sample_crm):
    day = date(2026, 3, 31)
    held = rows(
        sample_crm,
        "opportunities",
        "opportunity_id",
        "created_on",
        "closed_on",
        "outcome",
        "rep_id",
        "amount",
    )
    held = held[held["created_on"] <= pd.Timestamp(day)]
    later = held["closed_on"] > pd.Timestamp(day)
    cut = held.assign(outcome=held["outcome"].mask(later, "open"), closed_on=held["closed_on"].mask(later))
    now, then = (told(frame, day_number(day)) for frame in (held, cut))
    whole = told(held, day_number(sample_crm.as_of))
    for found in (now, whole):
        assert found.known(day_number(day)).weight == pytest.approx(then.known(day_number(day)).weight)
    assert len(whole.open_on(day_number(day))) == len(then.open_on(day_number(day)))


def test_groups_add_up_to_the_company_whatever_the_groups(sample_crm):
    alone = sa.project(sample_crm).table.set_index("term")["estimate"]
    for by in ("rep", "team", "region", "segment", "source"):
        table = sa.project(sample_crm, by=by).table
        parts = table[table["scope"] != "organisation"].groupby("term")["estimate"].sum()
        assert parts[alone.index].to_numpy() == pytest.approx(alone.to_numpy(), rel=1e-9), by


@pytest.mark.parametrize("dim", ["team", "region"])
def test_a_part_has_one_forecast_wherever_it_stands(sample_crm, dim):
    columns = ["term", "so_far", "from_open", "estimate", "conf_low", "conf_high", "low_95", "high_95", "n"]
    company, reps = (sa.project(sample_crm, by=by).table for by in (dim, "rep"))
    whose = sample_crm.frame("reps").set_index("rep_id")[dim]
    for name in whose.dropna().unique():
        row = company.loc[company["group"] == name, columns].reset_index(drop=True)
        own = sa.project(sample_crm, **{dim: name})
        if not row["estimate"].any():  # a team of SDRs sells nothing
            assert own.table.empty and own.outlook is None and not row["n"].any()
            continue
        pd.testing.assert_frame_equal(own.table[columns], row)
        assert own.taken == sa.project(sample_crm).taken
        assert own.lead["estimate"] == pytest.approx(own.draws()[:, :13].sum(axis=1).mean(), rel=0.03)
        mine = sa.project(sample_crm, by="rep", **{dim: name}).table
        assert mine["estimate"].iloc[0] == pytest.approx(row["estimate"].iloc[0])
        mine = mine[mine["scope"] == "rep_id"]
        both = mine.merge(reps, on=["group", "term"])
        assert len(both) == len(mine) > 0
        for column in columns[1:]:
            assert both[f"{column}_x"].to_numpy() == pytest.approx(both[f"{column}_y"].to_numpy())
        ahead = mine.loc[mine["term"] == "ahead", "estimate"].sum()
        assert ahead == pytest.approx(own.lead["estimate"])
        parts = sa.project(sample_crm, by="segment", **{dim: name}).table
        parts = parts[parts["term"] == "ahead"]
        assert (
            parts["estimate"].iloc[1:].sum()
            == pytest.approx(own.lead["estimate"])
            == parts["estimate"].iloc[0]
        )


def test_a_team_of_a_region_is_its_reps_of_that_region(sample_crm):
    both = sample_crm.frame("reps")[["team", "region"]].dropna().iloc[0].to_dict()
    found = sa.project(sample_crm, by="rep", **both).table
    crm = sample_crm.only(**both)
    there = set(found.loc[found["scope"] == "rep_id", "group"])
    assert there == set(crm.frame("reps")["rep_id"].astype(str))
    ahead = found[found["term"] == "ahead"]["estimate"]
    assert ahead.iloc[1:].sum() == pytest.approx(ahead.iloc[0])


def test_nobody_is_in_a_team_of_another_region(sample_crm):
    both = sample_crm.frame("reps")[["team", "region"]].dropna().drop_duplicates()
    team = both["team"].iloc[0]
    other = next(r for r in both["region"].unique() if r not in set(both.loc[both["team"] == team, "region"]))
    assert sa.project(sample_crm, team=team, region=other).table.empty
    tested = sa.backtest(sample_crm, team=team, region=other)
    assert set(tested.table["verdict"]) <= {"cannot_tell", "reference"}


def test_path_is_the_bookings_of_the_year_and_draws_answer_goals(sample_crm):
    found = sa.project(sample_crm, weeks=13)
    known = sa.panel(sample_crm, ["bookings"], "2026", by=()).kpis["estimate"].iloc[0]
    assert found.path["value"].max() == pytest.approx(known)
    end = found.path.iloc[-1]
    assert end["low_95"] < end["low_80"] < end["estimate"] < end["high_80"] < end["high_95"]
    assert found.chance_of(0) == 1 and found.chance_of(1e15) == 0
    assert found.chance_of(
        float(np.median(found.draws().sum(axis=1) * 0 + found.lead["estimate"]))
    ) == pytest.approx(0.5, abs=0.1)
    assert found.draws().shape[1] >= 13
    assert found.path["day_on"].iloc[-1] == sample_crm.as_of + timedelta(days=91)


def test_chances_come_true_and_beat_the_stated_ones(sample_crm):
    found = sa.reliability(sample_crm)
    assert found.brier < found.base_brier and found.brier < found.stated_brier
    assert (found.table["estimate"] - found.table["share"]).abs().max() < 0.05
    now = sa.win_chances(sample_crm).table
    assert (now["conf_low"] <= now["estimate"]).all() and (now["estimate"] <= now["conf_high"]).all()


def test_too_short_a_past_cannot_tell():
    crm = tiny.crm()
    found = sa.project(crm)
    assert found.table.empty and found.taken == ""
    assert found.notes[0].code == "projection_too_short"
    assert sa.win_chances(crm).basis == "none"
    assert sa.win_chances(crm).table["estimate"].isna().all()
    assert (sa.backtest(crm).table["verdict"] == "cannot_tell").all()
    assert sa.value_projection(crm).table["verdict"].tolist() == ["cannot_tell"]
    assert sa.date_bias(crm).table.empty
    frames = {name: crm.frame(name) for name in ("reps", "opportunities")}
    frames["opportunities"] = frames["opportunities"].drop(columns="account_id", errors="ignore")
    bare = sa.load(frames, as_of=crm.as_of)  # nobody knows who bought
    assert sa.value_projection(bare).table["verdict"].tolist() == ["cannot_tell"]
    with pytest.raises(InvalidInput, match="nothing to keep"):
        sa.freeze(found, "frozen.csv")


def test_wrong_questions_are_answered_in_words(sample_crm):
    with pytest.raises(InvalidInput, match="weeks is 0"):
        sa.project(sample_crm, weeks=0)
    with pytest.raises(sa.SalesAnalysisError, match="bookings"):
        sa.project(sample_crm, kpi="booking")
    with pytest.raises(sa.SalesAnalysisError, match="team"):
        sa.project(sample_crm, by="teem")
    with pytest.raises(InvalidInput, match="after the last day"):
        sa.project(sample_crm, on=date(2030, 1, 1))


def test_kept_projections_stay_and_are_held_against_what_came(sample_crm, tmp_path):
    path = tmp_path / "frozen.csv"
    made = sa.project(sample_crm, on=date(2026, 6, 30))
    sa.freeze(made, path)
    first = path.read_bytes()
    sa.freeze(made, path)
    assert path.read_bytes() == first
    sa.freeze(sa.project(sample_crm, on=date(2026, 3, 31)), path)
    assert path.read_bytes().startswith(first)
    found = sa.compare_frozen(sample_crm, path).table.set_index(["day_on", "term"])
    known = sa.panel(sample_crm, ["bookings"], "2026-Q3", by=()).kpis["estimate"].iloc[0]
    assert found.loc[(date(2026, 6, 30), "2026-Q3"), "value"] == pytest.approx(known)
    assert found.loc[(date(2026, 6, 30), "2027-Q1"), "verdict"] == "running"
    page = sa.section(sa.compare_frozen(sample_crm, path))._repr_mimebundle_()["text/html"]
    assert "Proyeksi yang disimpan dulu" in page and "masih berjalan" in page
    assert sa.compare_frozen(sample_crm).table.empty  # the sample keeps none
    with pytest.raises(InvalidInput, match="no file"):
        sa.compare_frozen(sample_crm, tmp_path / "other.csv")
    other = sa.project(sample_crm, on=date(2026, 6, 30), kpi="bookings", weeks=8)
    with pytest.raises(InvalidInput, match="other numbers"):
        sa.freeze(other, path)


def test_close_dates_by_hand():
    # 20 of 30 said to close in the four weeks after the first day do not; none closes unsaid.
    frame = pd.DataFrame({"slipped": [20], "early": [0]})
    from salesanalysis.stats.interval import binomial_p

    assert binomial_p(int(frame["slipped"][0]), 20) == pytest.approx(2 * 0.5**20)


def test_the_method_is_chosen_by_a_clear_difference_only(sample_crm):
    found = past(book(sample_crm))
    taken, gaps = choose(found)
    assert taken == ("hazard" if gaps["hazard"].is_clear and gaps["hazard"].difference < 0 else "combination")
    assert np.isnan(found.mean["ets"]).all()  # 78 weeks: no series


def test_steady_business_is_foreseen():
    # One opportunity begins every day and is won after exactly 21 days: seven wins a week, for ever.
    days = np.arange(0, 400)
    cases = pd.DataFrame({"opportunity_id": [f"o{d}" for d in days], "rep_id": "r", "amount": 1.0})
    cases["created_on"] = days.astype("datetime64[D]")
    cases["closed_on"] = (days + 21).astype("datetime64[D]")
    cases["outcome"] = np.where(days + 21 <= 399, "won", "open")
    found = told(cases, 399)
    nobody = np.zeros(len(found.cases), dtype=np.int64)
    seen = foresee(Book(found, nobody, nobody, ("",), np.ones(len(nobody)), "count", 399, {}), 399, 13)
    assert seen.mean["run_rate"][0] == pytest.approx(np.full(13, 7.0), rel=0.02)
    assert seen.mean["hazard"][0].sum() == pytest.approx(91, rel=0.05)
