"""Training effect: worked by hand, what is left out and why, and what the data cannot tell."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import tiny
from build_crm import crm_of
from training_cases import company, monday, session, steps

import salesanalysis as sa
from salesanalysis.core.errors import InvalidInput, UnknownName
from salesanalysis.core.i18n import LANGUAGES
from salesanalysis.prose import explain

COACHED = range(6)
BEFORE = [4, 4, 4, 8, 8, 8] * 2
AFTER = [6, 6, 7, 11, 12, 12, 4, 5, 4, 8, 8, 9]


def bad_spell(counts, weeks=range(32, 40)):
    """The coached had half as many calls just before: that is why they were chosen."""
    counts = counts.copy()
    for rep in COACHED:
        counts[rep, list(weeks)] //= 2
    return counts


@pytest.fixture(scope="module")
def found():
    crm = company(bad_spell(steps(BEFORE, AFTER)), [session(rep, 40) for rep in COACHED])
    return sa.training_effect(crm)


def test_calls_by_hand(found):
    row = found.kpi("calls")
    assert row["estimate"] == pytest.approx(np.log((54 / 36) / (38 / 36)))
    assert row["naive_estimate"] == pytest.approx(np.log(54 / 18))
    assert row["placebo_estimate"] == pytest.approx(0)
    assert (row["before"], row["after"]) == pytest.approx((6, 9))
    assert row["without"] == pytest.approx(9 / (54 / 38))
    assert (row["coached"], row["controls"], row["n"], row["weeks"]) == (6, 6, 12, 78)
    assert (row["verdict"], row["reason"], row["contrast"]) == ("improved", "", "coached_on_it")
    assert not found.excluded and (found.people["reason"] == "").all() and found.reason == ""


def test_behaviours_come_first_and_revenue_never_alone(found):
    assert found.table["kpi"].tolist() == ["calls", "wins", "bookings"]
    assert found.kpi("wins")["contrast"] == "all_coached"
    assert found.main["kpi"] == "calls"
    crm = company(steps(BEFORE, AFTER), [session(rep, 40) for rep in COACHED])
    only = sa.training_effect(crm, kpi="bookings").table
    assert only["kpi"].tolist()[0] == "calls" and only["kpi"].tolist()[-1] == "bookings"


def test_the_course_shows_what_was_expected(found):
    course = found.course[found.course["kpi"] == "calls"].set_index("time")
    assert course.loc[-20, "estimate"] == pytest.approx(6) == course.loc[-20, "expected"]
    assert course.loc[-1, "estimate"] == pytest.approx(3) and course.loc[-1, "expected"] == pytest.approx(6)
    assert course.loc[5, "estimate"] == pytest.approx(9)
    assert course.loc[5, "expected"] == pytest.approx(6 * 38 / 36)


def test_without_leaving_the_bad_spell_out_the_lift_is_larger():
    crm = company(bad_spell(steps(BEFORE, AFTER)), [session(rep, 40) for rep in COACHED])
    whole = sa.training_effect(crm, selection_weeks=0).kpi("calls")
    assert whole["estimate"] == pytest.approx(np.log((54 / (36 * 18 + 18 * 8) * 26) / (38 / 36)))


def test_days_may_be_given_instead_of_sessions(found):
    crm = company(bad_spell(steps(BEFORE, AFTER)))
    starts = {f"Rep {rep:02d}": "2025-10-15" for rep in COACHED}
    given = sa.training_effect(crm, starts=starts, kpi="calls").kpi("calls")
    assert monday(40) <= date(2025, 10, 15) < monday(41)
    assert given["estimate"] == pytest.approx(found.kpi("calls")["estimate"])
    assert given["contrast"] == "all_coached"


def test_rates_are_read_as_ratios_of_sums():
    calls = np.full((12, 60), 8)
    talks = steps([2] * 12, [4, 4, 3, 4, 4, 5, 2, 3, 2, 2, 2, 1])
    crm = company(calls, [session(rep, 40, "conversation_rate") for rep in COACHED], talks=talks)
    row = sa.training_effect(crm).kpi("conversation_rate")
    assert row["estimate"] == pytest.approx(np.log(24 / 12))
    assert (row["before"], row["after"]) == pytest.approx((0.25, 0.5))


def test_no_coaching_on_record_is_said_and_not_an_error():
    found = sa.training_effect(company(steps(BEFORE, AFTER)))
    assert found.table.empty and found.reason == "no_sessions" and found.main is None
    for language in LANGUAGES:
        assert len(explain(found, "answer", language=language).splitlines()) == 3
        assert explain(found, "title", language=language)
    assert sa.section(found, "naive") is None and sa.section(found, "people") is None
    assert not sa.next_wave(company(steps(BEFORE, AFTER)), found).table.empty


def test_everybody_coached_leaves_nobody_to_compare_with():
    crm = company(steps(BEFORE, AFTER), [session(rep, 40) for rep in range(12)])
    found = sa.training_effect(crm)
    row = found.kpi("calls")
    assert (row["verdict"], row["controls"]) == ("not_enough_data", 0)
    assert set(found.people["reason"]) == {"no_controls"}
    assert row["naive_estimate"] > 0 and "misleads" in explain(found, "answer", language="en")


def test_one_coached_rep_cannot_tell_but_shows_what_misleads():
    crm = company(bad_spell(steps(BEFORE, AFTER)), [session(0, 40)])
    found = sa.training_effect(crm)
    row = found.kpi("calls")
    assert (row["verdict"], row["reason"], row["coached"]) == ("not_enough_data", "few_coached", 1)
    assert np.isnan(row["std_error"]) and row["naive_estimate"] == pytest.approx(np.log(3))
    assert "+200" in explain(found, "answer", language="en")


def test_sessions_at_the_very_end_wait():
    found = sa.training_effect(company(steps(BEFORE, AFTER), [session(rep, 58) for rep in COACHED]))
    assert found.excluded == {"too_early": 6} and found.read_on == monday(58 + 13)
    assert explain(found, "title", language="en") == "Too early to tell what coaching changed"
    assert np.isnan(found.kpi("calls")["estimate"])
    for kind in ("kpis", "checks", "people"):
        assert sa.section(found, kind) is not None


def test_who_left_who_is_new_and_who_has_no_history_is_left_out():
    sessions = [session(rep, 40) for rep in COACHED] + [session(6, 20)]
    crm = company(steps(BEFORE, AFTER), sessions, left={0: 44}, hired={1: 20})
    found = sa.training_effect(crm)
    why = found.people.set_index("rep_id")["reason"]
    assert why["r0"] == "left" and why["r1"] == "new" and why["r6"] == "short_history"
    row = found.kpi("calls")
    # Who was coached before is no control either.
    assert (row["coached"], row["controls"]) == (4, 5)
    assert found.excluded == {"left": 1, "new": 1, "short_history": 1}


def test_coached_on_something_else_is_no_control():
    sessions = [session(rep, 40) for rep in COACHED] + [session(6, 44, "emails"), session(7, 55, "emails")]
    found = sa.training_effect(company(steps(BEFORE, AFTER), sessions))
    assert found.kpi("calls")["controls"] == 5  # rep 7 only later than the weeks read


def test_by_coach_and_since():
    sessions = [session(rep, 40, coach="Sri" if rep < 4 else "Budi") for rep in COACHED] + [session(6, 30)]
    crm = company(steps(BEFORE, AFTER), sessions)
    one = sa.training_effect(crm, coach="Sri", since=monday(35))
    why = one.people.set_index("rep_id")["reason"]
    assert why["r4"] == "other_coach" and why["r6"] == "coached_before"
    assert one.kpi("calls")["coached"] == 4 and one.kpi("calls")["controls"] == 5
    with pytest.raises(UnknownName, match="Did you mean Budi"):
        sa.training_effect(crm, coach="Bud")


def test_unknown_names_and_days_end_in_one_sentence():
    crm = company(steps(BEFORE, AFTER), [session(0, 40, "charm"), session(1, 40, None)])
    with pytest.raises(UnknownName, match="Did you mean calls"):
        sa.training_effect(crm, kpi="callz")
    with pytest.raises(InvalidInput, match="give a day such as"):
        sa.training_effect(crm, since="soon")
    with pytest.raises(InvalidInput, match="selection_weeks"):
        sa.training_effect(crm, selection_weeks=30)
    with pytest.raises(UnknownName, match="Unknown rep"):
        sa.training_effect(crm, starts={"Rep 0": "2025-10-15"})
    found = sa.training_effect(crm)
    assert found.people.set_index("rep_id")["reason"].to_dict()["r0"] == "unknown_kpi"
    assert found.table["kpi"].tolist()[0] == "calls"  # behaviours, held against all coached


def test_what_cannot_be_counted_by_week_says_so():
    sessions = [session(rep, 40, kpi) for rep in COACHED for kpi in ("open_pipeline", "lead_response_time")]
    found = sa.training_effect(company(steps(BEFORE, AFTER), sessions))
    reasons = found.table.set_index("kpi")["reason"]
    assert reasons["lead_response_time"] == "not_in_data" and reasons["open_pipeline"] == "not_weekly"
    assert {"not_in_data", "not_weekly"} <= set(found.people["reason"])


def test_zero_counts_do_not_crash():
    counts = steps(BEFORE, AFTER)
    counts[:, :40] = 0
    row = sa.training_effect(company(counts, [session(rep, 40) for rep in COACHED])).kpi("calls")
    assert row["verdict"] in ("not_enough_data", "no_clear_change") or np.isfinite(row["estimate"])
    nothing = company(np.zeros((12, 60), dtype=int), [session(rep, 40) for rep in COACHED])
    assert sa.training_effect(nothing, kpi="calls").kpi("calls")["verdict"] == "not_enough_data"


def test_the_sample_is_told_honestly(sample_crm):
    truth = json.loads(
        (Path(__file__).parent / "reference" / "sample_truth.json").read_text(encoding="utf-8")
    )
    found = sa.training_effect(sample_crm)
    row = found.kpi("calls")
    planted = [c["log_lift"] for c in truth["coaching"] if c["kpi"] == "calls"]
    truth = np.mean([*planted, 0.0])  # and one whose weakness was coached without any change
    assert row["conf_low"] < truth < row["conf_high"] and row["naive_estimate"] > truth + 0.1
    assert abs(row["estimate"] - truth) < abs(row["naive_estimate"] - truth)
    assert row["verdict"] == "not_enough_data" and row["reason"] == "wide_mde"
    assert found.lag == pytest.approx(6, abs=1)


def test_a_change_for_the_worse_must_lie_beyond_what_fades(found):
    from salesanalysis.training.verdict import judge

    row = found.table.iloc[[0]].assign(reason="", placebo_p=0.9, p_value=0.01, mde=0.1)
    for low, high, better, verdict in (
        (-0.20, -0.10, "higher", "worsened"),
        (-0.20, -0.03, "higher", "no_clear_change"),
        (0.03, 0.20, "lower", "no_clear_change"),
        (0.10, 0.20, "lower", "worsened"),
        (-0.20, -0.03, "lower", "improved"),
    ):
        one = row.assign(estimate=(low + high) / 2, conf_low=low, conf_high=high, better=better)
        assert judge(one, 0.95)["verdict"].tolist() == [verdict]
    assert judge(row.assign(placebo_p=0.01), 0.95)["reason"].tolist() == ["placebo_moved"]
    assert judge(row.assign(mde=0.5), 0.95)["reason"].tolist() == ["wide_mde"]


@pytest.mark.parametrize("case", ["as it is", "no activities", "one rep", "bare reps", "empty", "no names"])
def test_tiny_data_is_told_in_three_sentences(case):
    frames = tiny.tables()
    held = frames["coaching"]
    frames |= {
        "as it is": {},
        "no activities": {"activities": frames["activities"][:0]},
        "one rep": {"reps": frames["reps"][:1], "coaching": held.assign(rep_id="r1")},
        "bare reps": {"reps": frames["reps"][["rep_id", "name"]]},
        "empty": {"coaching": held[:0]},
        "no names": {"coaching": held.drop(columns=["kpi", "coach"])},
    }[case]
    crm = crm_of(frames)
    effect = sa.training_effect(crm)
    wave = sa.next_wave(crm, effect)
    assert set(effect.table["verdict"]) <= {"not_enough_data"} and wave.reason == "few_reps"
    for one in (effect, wave):
        assert len(explain(one, "answer").splitlines()) == 3 and explain(one, "title")
    for kind in ("naive", "course", "kpis", "checks", "people"):
        assert sa.section(effect, kind) is None or effect.reason != "no_sessions"
