"""Roll-outs by lot: the draw, the promise, the file, and the one result that may say because."""

from __future__ import annotations

import numpy as np
import pytest
from simulate_coaching import simulate_coaching
from training_cases import company, monday, session

import salesanalysis as sa
from salesanalysis.core.errors import InvalidInput, MissingData, NotEnoughData, UnknownName
from salesanalysis.core.i18n import LANGUAGES
from salesanalysis.prose import explain
from salesanalysis.stats import Lots, deal, deals, drawn, levels, number_of_deals, randomisation_test

REPS, PAST, AHEAD = 14, 70, 20


def counts(lift: float = 1.0, plan: sa.RolloutPlan | None = None) -> np.ndarray:
    """Calls of fourteen reps; with a plan also the weeks after it, in which the coached do more."""
    rng = np.random.default_rng(3)
    level = rng.uniform(6, 12, REPS)
    found = rng.poisson(level[:, None], (REPS, PAST))
    if plan is None:
        return found
    weeks = np.arange(PAST, PAST + AHEAD)
    start = np.array([(day - monday(0)).days // 7 for day in plan.table.set_index("rep_id")["held_on"]])
    order = [int(rep[1:]) for rep in plan.reps]
    coached = np.zeros((REPS, AHEAD), dtype=bool)
    coached[order] = weeks[None, :] >= start[:, None]
    return np.hstack([found, rng.poisson(level[:, None] * np.where(coached, lift, 1.0))])


@pytest.fixture(scope="module")
def plan():
    return sa.rollout_plan(company(counts()), "calls", seed=5)


def test_the_lot_is_even_within_teams_and_the_seed_tells_it_all(plan):
    sizes = plan.table.groupby(["team", "wave"]).size()
    assert sizes.tolist() == [4, 3, 3, 4]
    assert plan.table.equals(sa.rollout_plan(company(counts()), "calls", seed=5).table)
    assert not plan.table["wave"].equals(sa.rollout_plan(company(counts()), "calls", seed=6).table["wave"])
    assert plan.draws == 35 * 35
    assert plan.starts == monday(PAST + 2) and plan.read_on == monday(PAST + 15)
    assert set(plan.table["held_on"]) == {monday(PAST + 2), monday(PAST + 15)}


def test_the_promise_grows_with_the_effect(plan):
    assert plan.power["waves"].tolist() == [2, 3, 4]
    assert 0.05 < plan.mde < 0.4 and 0 <= plan.chance <= 1
    assert plan.power["n"].iloc[1] > plan.power["n"].iloc[0]


def test_written_and_read_back(plan, tmp_path):
    path = plan.write(tmp_path / "next.toml")
    back = sa.RolloutPlan.read(path)
    assert back.table.equals(plan.table) and back.power.equals(plan.power)
    assert (back.kpi, back.waves, back.weeks, back.starts, back.seed) == ("calls", 2, 13, plan.starts, 5)
    text = path.read_text(encoding="utf-8")
    for old, new, says in (
        ("seed = 5", "seed = 6", "not what seed 6 draws"),
        ("form = 1", "form = 9", "reads form 1"),
        ("waves = 2", "wave = 2", "wave"),
        ('kpi = "calls"', 'kpi = "charm"', "none of a plan"),
        ("weeks = 13", 'weeks = "x"', "whole number"),
    ):
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(InvalidInput, match=says):
            sa.RolloutPlan.read(path)
    with pytest.raises(InvalidInput, match="No plan at"):
        sa.RolloutPlan.read(tmp_path / "none.toml")


def test_a_planted_lift_is_found_and_put_down_to_the_coaching(plan):
    crm = company(counts(1.5, plan), [session(int(rep[1:]), PAST + 2) for rep in plan.reps])
    found = sa.training_effect(crm, plan=plan)
    row = found.kpi("calls")
    assert row["conf_low"] < np.log(1.5) < row["conf_high"] and row["p_value"] < 0.05
    assert (row["verdict"], row["contrast"], found.is_by_lot) == ("improved", "by_lot", True)
    assert "because of the coaching" in explain(found, "answer", language="en")
    assert "karena coaching" in explain(found, "answer", language="id")
    assert [note.code for note in found.notes] == ["training_followed"]
    assert row["placebo_p"] > 0.05
    for kind in ("naive", "course", "kpis", "checks", "people"):
        assert sa.section(found, kind) is not None


def test_nothing_is_said_without_an_effect_or_before_the_day(plan):
    quiet = sa.training_effect(company(counts(1.0, plan)), plan=plan)
    assert quiet.kpi("calls")["verdict"] == "no_clear_change"
    assert "because" not in explain(quiet, "answer", language="en").replace("because of the", "")
    early = sa.training_effect(company(counts()), plan=plan)
    assert (early.reason, early.read_on) == ("too_early", plan.read_on)
    assert np.isnan(early.kpi("calls")["estimate"])
    for language in LANGUAGES:
        assert len(explain(early, "answer", language=language).splitlines()) == 3
    assert sa.section(early, "checks") is not None and sa.section(early, "naive") is None


def test_observed_coaching_never_says_because():
    crm = company(np.full((12, 60), 5) + np.arange(12)[:, None], [session(rep, 40) for rep in range(6)])
    for language, word in (("en", "because of"), ("id", "karena coaching")):
        assert word not in explain(sa.training_effect(crm), "answer", language=language)


def test_who_can_be_coached_next():
    crm = company(counts(), [session(0, PAST - 3)], left={1: 50}, hired={2: PAST - 10})
    found = sa.rollout_plan(crm, "calls")
    assert found.excluded == {"new": 1, "gone": 1, "coached_lately": 1}
    assert not {"r0", "r1", "r2"} & set(found.reps)
    asked = sa.rollout_plan(crm, "calls", reps=[f"Rep {i:02d}" for i in (0, 3, 4, 5, 6, 7, 8, 9)])
    # Two teams of four have 36 draws, all eight together 70.
    assert len(asked.reps) == 8 and asked.draws == 70


def test_what_cannot_be_planned_is_said(tmp_path):
    crm = company(counts())
    with pytest.raises(UnknownName, match="calls"):
        sa.rollout_plan(crm, "callz")
    with pytest.raises(InvalidInput, match="no count or ratio of counts"):
        sa.rollout_plan(crm, "bookings")
    with pytest.raises(InvalidInput, match="'waves'"):
        sa.rollout_plan(crm, "calls", waves=1)
    with pytest.raises(InvalidInput, match="twice"):
        sa.rollout_plan(crm, "calls", reps=["r1", "r1"])
    with pytest.raises(MissingData):
        sa.rollout_plan(crm, "leads_answered")
    few = company(counts()[:4])
    with pytest.raises(NotEnoughData, match="no draw of the lot"):
        sa.rollout_plan(few, "calls")
    none = sa.next_wave(few, sa.training_effect(few))
    assert none.table.empty and none.reason == "few_reps"
    for language in LANGUAGES:
        assert len(explain(none, "answer", language=language).splitlines()) == 3
    assert sa.section(none) is not None
    with pytest.raises(InvalidInput, match="takes a RolloutPlan"):
        sa.training_effect(crm, plan=3)
    with pytest.raises(InvalidInput, match="give 'plan' alone"):
        sa.training_effect(crm, plan=none, kpi="calls")


def test_deals_are_even_and_counted():
    strata = np.array([1, 1, 1, 2, 2, 2, 2])
    wave = deal(strata, 3, np.random.default_rng(0))
    assert sorted(np.bincount(wave).tolist()) == [2, 2, 3]
    every = {tuple(d) for d in deals(strata, 3, count=2000, seed=1)}
    assert len(every) == number_of_deals(strata, 3) == 6 * 12
    assert (deals(strata, 3, count=1, seed=1)[0] == drawn(strata, 3, 1)).all()


def test_the_test_of_a_roll_out_keeps_its_size():
    refused = []
    for seed in range(60):
        units = simulate_coaching("B", seed).units
        wave = deals(np.zeros(12), 2, count=199, seed=seed)
        rep, week = np.nonzero(np.ones((12, 13)))
        # Weeks 26 to 38, before anybody is coached: the lot is drawn over weeks in which nothing happens.
        level, read = levels(units.counts[:, :26]), units.counts[:, 26:39]
        lots = Lots((wave[:, rep] == 0).astype(float), level[rep], rep, week)
        refused.append(randomisation_test(read[rep, week], lots).p_value <= 0.05)
    assert np.mean(refused) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 60)
