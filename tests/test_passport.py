"""The four tests of a KPI: planted truth passes, each kind of doubt is called by its name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import tiny
from build_crm import crm_of

import salesanalysis as sa
from salesanalysis.core.errors import InvalidInput, UnknownName
from salesanalysis.core.result import GLOSSARY
from salesanalysis.kpi import KPIS
from salesanalysis.passport import TESTS
from salesanalysis.passport.coachable import coachable
from salesanalysis.passport.goal import goal_oriented
from salesanalysis.passport.outcome import Outcome, overall


@pytest.fixture(scope="module")
def sample_passport(results):
    return results["PassportResult"]


def company(goals: list[tuple] = (), *, reps: int = 12, moves: float = 0.4, seed: int = 0):
    """Reps who make calls every week of 2025; some of the calls connect."""
    rng = np.random.default_rng(seed)
    frames = tiny.tables()
    names = [f"p{i:02d}" for i in range(reps)]
    frames["reps"] = pd.DataFrame(
        {"rep_id": names, "name": names, "team": "A", "role": "AE", "hired_on": pd.Timestamp("2024-01-01")}
    )
    days = pd.date_range("2025-01-01", "2025-12-31", freq="D")
    rows = []
    for name in names:
        for month in range(1, 13):
            mine = days[days.month == month]
            mean = 60 * (rng.gamma(1 / moves**2, moves**2) if moves else 1.0)
            rows += [(name, day) for day in rng.choice(mine, rng.poisson(mean))]
    calls = pd.DataFrame(rows, columns=["rep_id", "occurred_on"])
    calls["activity_id"] = [f"c{i}" for i in range(len(calls))]
    calls["kind"], calls["outcome"] = "call", rng.choice(["connected", "no_answer"], len(calls), p=[0.3, 0.7])
    frames["activities"] = calls
    columns = ["kpi", "scope", "scope_id", "period", "target", "philosophy"]
    frames["goals"] = pd.DataFrame(list(goals), columns=columns)
    kept = ("reps", "activities", "goals", "accounts", "opportunities")
    return crm_of({k: frames[k] for k in kept}, as_of=pd.Timestamp("2025-12-31").date())


def goals(target: float, philosophy: str | None, reps: int = 12) -> list[tuple]:
    return [
        ("calls", "rep", f"p{i:02d}", f"2025-Q{q}", target, philosophy)
        for i in range(reps)
        for q in (1, 2, 3, 4)
    ]


def test_planted_links_of_the_sample_qualify(sample_passport):
    assert {"calls", "meetings"} <= set(sample_passport.with_verdict("qualified"))
    assert {"voicemails", "internal_meetings"} <= set(sample_passport.with_verdict("rejected"))
    assert set(sample_passport.table.columns) <= set(GLOSSARY)
    shown = sample_passport.table.set_index("kpi")
    for kpi, tests in sample_passport.evidence.groupby("kpi"):
        assert list(tests["check"]) == list(TESTS)
        assert list(tests["verdict"]) == list(shown.loc[kpi, list(TESTS)])


def test_the_verdict_needs_all_four():
    assert overall([Outcome("pass", "x")] * 4) == "qualified"
    assert overall([Outcome("pass", "x")] * 3 + [Outcome("fail", "x")]) == "rejected"
    assert overall([Outcome("cannot_tell", "x"), Outcome("fail", "x")]) == "rejected"


@pytest.mark.parametrize(
    ("target", "philosophy", "verdict", "reason"),
    [
        (0, "C average", "pass", "too_easy"),
        (10_000, "C average", "fail", "too_hard"),
        (10_000, "A", "fail", "too_hard"),
        (172, "C average", "pass", "as_meant"),
        (172, None, "cannot_tell", "no_philosophy"),
    ],
)
def test_a_goal_must_be_reached_by_as_many_as_it_means(target, philosophy, verdict, reason):
    found = goal_oriented(company(goals(target, philosophy)), [KPIS["calls"]], 0.95)["calls"]
    assert (found.verdict, found.reason) == (verdict, reason)
    assert found.n == 48


def test_no_goal_and_too_few_goals_are_told_apart():
    kpi = [KPIS["calls"], KPIS["connect_rate"]]
    found = goal_oriented(company(goals(172, "A", reps=1)), kpi, 0.95)
    assert (found["calls"].verdict, found["calls"].reason) == ("cannot_tell", "few_goals")
    assert (found["connect_rate"].verdict, found["connect_rate"].reason) == ("fail", "no_goal")


def test_the_share_that_reached_a_goal_is_counted_by_hand():
    crm = company(goals(172, "C average"))
    quarter = sa.panel(crm, "calls", "2025", grain="quarter").kpis
    found = goal_oriented(crm, [KPIS["calls"]], 0.95)["calls"]
    assert found.estimate == pytest.approx((quarter["estimate"] >= 172).mean())


def test_what_moves_by_chance_alone_is_not_called_coachable():
    still = coachable(company(moves=0.0), [KPIS["calls"]], 0.95)["calls"]
    assert (still.verdict, still.reason) == ("cannot_tell", "only_chance")
    moving = coachable(company(moves=0.4), [KPIS["calls"]], 0.95)["calls"]
    assert moving.verdict == "pass"
    assert moving.conf_low < 0.4 < moving.conf_high


def test_without_a_lever_nothing_is_coachable(tmp_path):
    crm = company()
    found = coachable(crm, [KPIS["bookings"], KPIS["rep_retention"]], 0.95)
    assert {o.reason for o in found.values()} == {"no_lever"}


def test_few_events_a_quarter_cannot_show_ineffective_behaviour():
    crm = company(moves=0.4)
    rate = coachable(crm, [KPIS["connect_rate"]], 0.95)["connect_rate"]
    assert rate.verdict == "cannot_tell"  # customers answer alike all year: chance alone


def test_a_company_without_activities_is_told_so():
    frames = {k: tiny.tables()[k] for k in ("reps", "accounts", "opportunities")}
    crm = sa.load(frames, sa.Client.from_dict({"as_of": "2026-09-30"}))
    found = sa.qualify(crm, ["calls", "connect_rate"])
    assert found.with_verdict("qualified") == []
    reasons = found.evidence.set_index(["kpi", "check"])["reason"]
    assert reasons["calls", "measurable"] == "not"
    assert reasons["calls", "significant"] == "no_activities"


def test_wrong_questions_are_refused(sample_crm):
    with pytest.raises(UnknownName, match="Did you mean calls"):
        sa.qualify(sample_crm, ["cals"])
    with pytest.raises(InvalidInput, match="level"):
        sa.qualify(sample_crm, level=95)
    with pytest.raises(InvalidInput, match="takes a Crm"):
        sa.qualify("sample")


def test_every_reason_has_words_in_both_languages():
    from salesanalysis.core.i18n import Language
    from salesanalysis.linkage import VERDICTS

    reasons = {
        "measurable": ("computable", "partly", "not"),
        "significant": (*VERDICTS, "not_tested", "not_declared", "no_activities"),
        "goal_oriented": ("no_goal", "no_philosophy", "few_goals", "too_hard", "too_easy", "as_meant"),
        "coachable": ("no_lever", "not_counted", "few_months", "only_chance", "too_few_a_quarter", "moves"),
    }
    for test, codes in reasons.items():
        for code in codes:
            for language in ("en", "id"):
                assert Language(language).has(f"passport.{test}.{code}")


def test_each_kpi_has_its_own_last_periods():
    """Weekly goals of one KPI must not push the quarters of another out of sight."""
    weekly = [
        ("connects", "rep", f"p{i:02d}", f"2025-W{w}", 3, "C minimum")
        for i in range(12)
        for w in range(40, 53)
    ]
    crm = company([*goals(172, "C average"), *weekly])
    found = goal_oriented(crm, [KPIS["calls"], KPIS["connects"]], 0.95)
    assert (found["calls"].n, found["connects"].n) == (48, 48)


def test_the_philosophy_is_that_of_the_latest_goal_wherever_it_stands_in_the_table():
    rows = goals(172, "C average")
    rows = [(*row[:5], "A" if row[3] == "2025-Q4" else row[5]) for row in rows]
    assert goal_oriented(company(rows[::-1]), [KPIS["calls"]], 0.95)["calls"].subject == "A"
