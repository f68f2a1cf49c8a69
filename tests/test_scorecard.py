"""Scorecards: intervals, goals by days, peers, trends, verdicts and the words for them."""

from __future__ import annotations

import math
import re
from datetime import date

import build_crm
import pandas as pd
import pytest
import tiny
from build_crm import crm_of
from derive_cases import employed_days

from salesanalysis.core.calendar import working_days
from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput, UnknownName
from salesanalysis.core.i18n import NBSP, catalogue
from salesanalysis.core.period import Period
from salesanalysis.goals import VERDICTS, scorecard
from salesanalysis.goals.interval import events, intervals
from salesanalysis.kpi import KPIS, panel
from salesanalysis.prose import explain
from salesanalysis.stats import mean_t, poisson_exact

Q3 = Period.parse("2026-Q3")
REPS = """
s1 Sari AE 2024-01-01 -
s2 Tono AE 2024-01-01 -
s3 Umar AE 2024-01-01 -
s4 Vina AE 2024-01-01 -
s5 Wati AE 2026-08-03 -
s6 Yuda SDR 2024-01-01 -
s7 Zaki AE 2024-01-01 2026-08-01
"""
#: Calls, of which conversations (the others nobody answered), opportunities won and lost; size of a win.
WORK = {
    "s1": (104, 26, 2, 11, 19e6),
    "s2": (130, 26, 6, 14, 20e6),
    "s3": (110, 33, 5, 15, 22e6),
    "s4": (120, 31, 9, 21, 18e6),
    "s5": (60, 12, 0, 3, 0),
    "s6": (400, 50, 0, 0, 0),
    "s7": (40, 10, 1, 2, 25e6),
}
GOALS = [
    ("calls", "s1", 150, "C minimum"),
    ("calls", "s2", 100, "C minimum"),
    ("calls", "s5", 130, "C minimum"),
    ("connect_rate", "s1", 0.20, "C average"),
    ("win_rate", "s1", 0.30, "C average"),
    ("win_rate", "s2", 0.90, "A"),
    ("bookings", "s1", 117e6, "C average"),
    ("bookings", "s5", 40e6, "C average"),
    ("sales_cycle", "s4", 60, "A"),
]


def frames() -> dict[str, pd.DataFrame]:
    reps = pd.DataFrame([r.split() for r in REPS.strip().splitlines()])
    reps.columns = ["rep_id", "name", "role", "hired_on", "left_on"]
    reps["left_on"] = reps["left_on"].where(reps["left_on"] != "-")
    acts, opps = [], []
    for rep, (calls, talks, won, lost, size) in WORK.items():
        day = "2026-08-05" if rep == "s5" else "2026-07-06"
        acts += [(rep, "call", "conversation" if i < talks else "no_answer", day) for i in range(calls)]
        opps += [(rep, "won", size) for _ in range(won)] + [(rep, "lost", 0) for _ in range(lost)]
    acts.append(("s1", "call", "no_answer", "2026-04-01"))  # data begin with the second quarter
    activities = pd.DataFrame(acts, columns=["rep_id", "kind", "outcome", "occurred_on"])
    activities.insert(0, "activity_id", [f"t{i}" for i in range(len(acts))])
    opportunities = pd.DataFrame(opps, columns=["rep_id", "outcome", "amount"])
    opportunities.insert(0, "opportunity_id", [f"o{i}" for i in range(len(opps))])
    opportunities["created_on"], opportunities["closed_on"] = "2026-06-01", "2026-07-20"
    goals = pd.DataFrame(GOALS, columns=["kpi", "scope_id", "target", "philosophy"]).assign(
        scope="rep", period="2026-Q3"
    )
    return {"reps": reps, "activities": activities, "opportunities": opportunities, "goals": goals}


def company(*, as_of=tiny.AS_OF, **client):
    return crm_of(frames(), as_of=as_of, client=Client(name="Seven", **client))


@pytest.fixture(scope="module")
def card():
    return scorecard(company(), Q3)


def row(result, rep, kpi) -> pd.Series:
    table = result.table
    return table[(table["rep_id"] == rep) & (table["kpi"] == kpi)].iloc[0]


# Intervals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kpi", "sums", "low", "high"),
    [
        ("calls", {"calls": 520}, 476, 567),
        ("connect_rate", {"connects": 104, "calls": 520}, 0.168, 0.237),
        ("conversation_rate", {"conversations": 26, "connects": 104}, 0.177, 0.341),
        ("proposal_rate", {"proposals": 13, "conversations": 26}, 0.321, 0.679),
        ("proposal_to_win_rate", {"wins": 2, "proposals": 13}, 0.043, 0.422),
        ("opportunities_created", {"opportunities_created": 29}, 19, 42),
    ],
)
def test_intervals_of_shares_and_counts(kpi, sums, low, high):
    """The printed intervals of the design's example."""
    found = intervals(KPIS[kpi], pd.DataFrame([sums])).iloc[0]
    digits = 3 if KPIS[kpi].unit == "share" else 0
    assert (round(found["conf_low"], digits), round(found["conf_high"], digits)) == (low, high)


def test_interval_of_money_is_the_count_times_the_size_when_sizes_are_equal():
    sums = pd.DataFrame([{"bookings": 60e6, "bookings_squared": 3 * 400e12, "sized_wins": 3}])
    found, count = intervals(KPIS["bookings"], sums).iloc[0], poisson_exact(3)
    assert found["conf_low"] == pytest.approx(count.conf_low * 20e6)
    assert found["conf_high"] == pytest.approx(count.conf_high * 20e6)
    assert events(KPIS["bookings"], sums).tolist() == [3]


def test_interval_of_a_mean_equals_that_of_the_values():
    days = [30.0, 20.0, 40.0, 50.0]
    squares = sum(d * d for d in days)
    sums = pd.DataFrame([{"cycle_days": sum(days), "cycle_wins": 4, "cycle_days_squared": squares}])
    found, wanted = intervals(KPIS["sales_cycle"], sums).iloc[0], mean_t(days)
    assert found[["conf_low", "conf_high"]].tolist() == pytest.approx([wanted.conf_low, wanted.conf_high])


def test_more_proposals_than_conversations_still_have_an_interval():
    found = intervals(KPIS["proposal_rate"], pd.DataFrame([{"proposals": 30, "conversations": 20}])).iloc[0]
    assert found["conf_low"] < 1.5 < found["conf_high"]


def test_a_stock_has_no_interval():
    found = intervals(KPIS["open_pipeline"], pd.DataFrame([{"open_pipeline": 5.0}]))
    assert found[["conf_low", "conf_high"]].isna().all(axis=None) and found["method"].tolist() == [""]


# Rows ------------------------------------------------------------------------------------------


def test_verdicts_of_the_company(card):
    wanted = {
        ("s1", "calls"): "below_floor",  # 104, interval 85 to 126, of 150
        ("s2", "calls"): "met",  # 130, interval 109 to 154, of 100
        ("s1", "connect_rate"): "not_enough_evidence",
        ("s1", "win_rate"): "too_few",  # 13 closed, the client asks for 20
        ("s2", "win_rate"): "stretch_not_reached",
        ("s1", "bookings"): "too_few",  # two wins
        ("s4", "sales_cycle"): "met",  # 49 days each time
        ("s3", "calls"): "no_goal",
    }
    assert {key: row(card, *key)["verdict"] for key in wanted} == wanted
    assert set(card.table["verdict"]) <= set(VERDICTS)


def test_values_bases_and_attainment(card):
    rate = row(card, "s1", "win_rate")
    assert (rate["estimate"], rate["base"], rate["n"]) == (pytest.approx(2 / 13), 13, 13)
    assert rate["attainment"] == pytest.approx(2 / 13 / 0.3)
    money = row(card, "s1", "bookings")
    assert (money["estimate"], money["n"], money["attainment"]) == (38e6, 2, pytest.approx(38 / 117))
    cycle = row(card, "s4", "sales_cycle")
    assert cycle["attainment"] == pytest.approx(60 / 49)
    assert cycle["attainment_low"] <= cycle["attainment"] <= cycle["attainment_high"]
    calls = row(card, "s1", "calls")
    assert calls["attainment_low"] == pytest.approx(calls["conf_low"] / 150)


def test_kpis_stand_in_the_order_of_the_sales_process(card):
    for _, rows in card.table.groupby("rep_id"):
        order = [list(KPIS).index(k) for k in rows["kpi"]]
        assert order == sorted(order)
    assert {"bookings", "win_rate"} <= set(card.table["kpi"])


def test_goals_of_joiners_go_by_the_days_they_were_there(card):
    calls, bookings = row(card, "s5", "calls"), row(card, "s5", "bookings")
    days = employed_days(Q3, date(2026, 8, 3), None, "ID") / working_days(Q3.start, Q3.end, "ID")
    assert calls["target"] == pytest.approx(130 * days)
    assert calls["target_whole"] == 130
    assert bookings["target"] == 40e6, "what is sold is asked as the goal says"
    assert ("goals_by_days_employed", 2) in [(n.code, n.count) for n in card.notes]  # Wati and Zaki


def test_goals_of_a_running_period_go_by_the_days_so_far():
    early = scorecard(company(as_of=date(2026, 8, 14)), Q3, rep="s1")
    share = working_days(Q3.start, date(2026, 8, 15), "ID") / working_days(Q3.start, Q3.end, "ID")
    assert row(early, "s1", "calls")["target"] == pytest.approx(150 * share)
    assert row(early, "s1", "bookings")["target"] == pytest.approx(117e6 * share)
    assert row(early, "s1", "win_rate")["target"] == 0.3
    assert "period_incomplete" in [n.code for n in early.notes]


def test_peers_are_ramped_reps_of_the_role_pooled_from_sums(card):
    """For Sari: Tono, Umar, Vina. Not Wati (new), Yuda (SDR) or Zaki (gone before half of the period)."""
    rate = row(card, "s1", "win_rate")
    assert rate["peer_count"] == 3
    assert rate["peer_estimate"] == pytest.approx((6 + 5 + 9) / (20 + 20 + 30))
    assert row(card, "s1", "calls")["peer_estimate"] == pytest.approx((130 + 110 + 120) / 3)
    share = employed_days(Q3, date(2026, 8, 3), None, "ID") / working_days(Q3.start, Q3.end, "ID")
    assert row(card, "s5", "calls")["peer_estimate"] == pytest.approx((104 + 130 + 110 + 120) / 4 * share)
    # Nobody else is an SDR: all ramped reps are taken, and a note says so.
    assert row(card, "s6", "calls")["peer_estimate"] == pytest.approx((104 + 130 + 110 + 120) / 4)
    assert "peers_of_all_roles" in [n.code for n in card.notes]


def test_too_few_peers_give_no_benchmark():
    found = scorecard(tiny.crm(), Q3, trend=0)
    assert found.table["peer_estimate"].isna().all()
    assert ("too_few_peers", 3) in [(n.code, n.count) for n in found.notes]


def test_trend_is_missing_before_the_data_and_equals_single_periods(card):
    calls = row(card, "s1", "calls")["trend"]
    assert [p.label for p in card.periods][-2:] == ["2026-Q2", "2026-Q3"]
    assert len(calls) == 8 and all(math.isnan(v) for v in calls[:6]) and calls[6:] == (1.0, 104.0)
    assert math.isnan(row(card, "s5", "calls")["trend"][-2]), "not hired yet"
    months = scorecard(company(), "2026-07", rep="s2", trend=3)
    single = [
        panel(company(), ["calls"], p).kpis.set_index("rep_id")["estimate"]["s2"] for p in months.periods
    ]
    assert row(months, "s2", "calls")["trend"] == tuple(single)


def test_any_span_of_days_has_a_trend():
    found = scorecard(company(), "2026-07-01..2026-07-10", rep="s1", kpis="calls", trend=3)
    assert [p.label for p in found.periods] == [
        "2026-06-11..2026-06-20",
        "2026-06-21..2026-06-30",
        "2026-07-01..2026-07-10",
    ]
    assert found.table["trend"].iloc[0] == (0.0, 0.0, 104.0)
    assert scorecard(company(), Q3, rep="s1", trend=0).table["trend"].tolist()[0] == ()


def test_one_rep_by_name(card):
    alone = scorecard(company(), Q3, rep="sari")
    pd.testing.assert_frame_equal(alone.table, card.of("Sari").table)
    with pytest.raises(UnknownName, match="Did you mean Sari"):
        card.of("Sary")
    with pytest.raises(InvalidInput, match=r"No working day in 2026-09 .*: s7"):
        scorecard(company(), "2026-09", rep="Zaki")


def test_goals_for_unknown_kpis_are_told():
    tables = frames()
    tables["goals"].loc[0, "kpi"] = "cals"
    notes = scorecard(crm_of(tables), Q3).notes
    assert [n.values["kpis"] for n in notes if n.code == "goals_of_unknown_kpis"] == [("cals",)]


def test_what_was_never_recorded_is_left_out_and_told():
    tables = frames()
    tables["goals"].loc[0, "kpi"] = "emails"
    found = scorecard(crm_of(tables, client=Client(language="id")), Q3)
    assert "emails" not in set(found.table["kpi"])
    text = [n.text(found.client.words) for n in found.notes if n.code == "nothing_recorded"]
    assert text == ["Tidak ditampilkan karena tidak pernah tercatat: Email terkirim."]


def test_real_company_without_goals_activities_or_roles():
    folder = build_crm.REAL / "maven-crm"
    if not folder.is_dir():
        pytest.skip("the Maven CRM files are not here")
    from salesanalysis.core.share import path
    from salesanalysis.data import load

    found = scorecard(load(folder, path("examples", "maven-crm")), "2017-Q3")
    assert set(found.table["kpi"]) == {"wins", "bookings", "win_rate"}
    assert set(found.table["verdict"]) == {"no_goal"}
    assert explain(found, "title") == "No goals are set for this period"


# Words -----------------------------------------------------------------------------------------

WORDS = {
    ("en", "title"): "One KPI is surely below its floor; no goal is surely reached",
    ("id", "title"): "Satu KPI pasti di bawah batas, belum ada target yang pasti tercapai",
    ("en", "answer"): (
        "Sari booked **Rp 38 m of the goal of Rp 117 m (32 %)** from two wins.\n"
        "Surely below the floor: **outbound calls, 104 against 150 (−31 %)**.\n"
        "Win rate (15.4 %) may look low, but n = 13 is **too few to judge**."
    ),
    ("id", "answer"): (
        "Sari menutup **Rp 38 jt dari target Rp 117 jt (32 %)** dari dua kemenangan.\n"
        "Pasti di bawah batas: **telepon keluar, 104 dari 150 (−31 %)**.\n"
        "Tingkat menang (15,4 %) tampak rendah, tetapi n = 13 **terlalu sedikit untuk dinilai**."
    ),
}


@pytest.mark.parametrize(("language", "detail"), WORDS)
def test_words_of_one_rep(card, language, detail):
    text = explain(card.of("Sari"), detail, language=language)
    assert text.replace(NBSP, " ") == WORDS[language, detail]


@pytest.mark.parametrize(
    ("below", "met", "stretch", "wanted"),
    [
        (0, 0, 0, "No KPI is surely below its floor; no goal is surely reached"),
        (1, 0, 1, "One KPI is surely below its floor; one stretch goal reached"),
        (2, 1, 0, "Two KPIs are surely below their floor; one goal reached"),
        (12, 2, 1, "12 KPIs are surely below their floor; three goals reached"),
    ],
)
def test_title_by_number(card, below, met, stretch, wanted):
    from dataclasses import replace

    verdicts = (
        [("below_floor", "C minimum")] * below + [("met", "C average")] * met + [("met", "A")] * stretch
    )
    verdicts = verdicts or [("not_enough_evidence", "A")]
    table = pd.DataFrame(verdicts, columns=["verdict", "philosophy"]).assign(rep_id="s1")
    assert explain(replace(card, table=table), "title") == wanted


def test_a_missed_average_is_no_floor(card):
    from dataclasses import replace

    from salesanalysis.report.page_coaching import _verdict

    rows = [("below_floor", "C minimum"), ("below_floor", "C average")]
    table = pd.DataFrame(rows, columns=["verdict", "philosophy"]).assign(rep_id="s1")
    title = explain(replace(card, table=table), "title")
    assert title == "Two KPIs are surely below floor or average; no goal is surely reached"
    words = Client(language="en").words
    assert [_verdict(row, words) for _, row in table.iterrows()] == ["Below the floor", "Below the average"]


@pytest.mark.parametrize("language", ["en", "id"])
def test_every_detail_of_every_rep_and_of_the_team_has_words(card, language):
    for result in (card, *(card.of(name) for name in card.table["name"].unique())):
        for detail in ("title", "subtitle", "answer", "source", "alt", "method"):
            text = explain(result, detail, language=language)
            assert text and not re.search(r"[{}]|\bnan\b", text)
        assert len(explain(result, "answer", language=language).splitlines()) == 3


def test_both_languages_have_the_same_messages():
    for subject in ("kpi", "scorecard", "notes"):
        assert catalogue("en", subject).keys() == catalogue("id", subject).keys()
    verdicts = {k for k in catalogue("en", "scorecard") if k.startswith("scorecard.verdict.")}
    assert verdicts == {f"scorecard.verdict.{v}" for v in (*VERDICTS, "below_average")}


def test_notes_are_written_in_both_languages(card):
    for language in ("en", "id"):
        for note in card.notes:
            assert "{" not in note.text(card.client.with_language(language).words)
