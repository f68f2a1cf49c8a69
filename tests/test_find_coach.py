"""The coach finder: planted good coaches are found, lucky ones are not, and what is not known is said."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from salesanalysis.coaching import find_coach
from salesanalysis.coaching.candidates import OPEN, VERDICTS
from salesanalysis.coaching.mentees import MIN_MENTEES, gains
from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput, MissingData, UnknownName
from salesanalysis.core.result import GLOSSARY
from salesanalysis.data import load
from salesanalysis.kpi import KPIS

WEEKS, START = 90, pd.Timestamp("2024-01-01")
#: Weekly calls of everybody else.
USUAL = 12.0
COACH, LUCKY = "Good Coach", "Lucky Coach"


def company(
    *, seed: int = 0, lift: float = 1.5, mentees: int = 5, willing: str | None = "ya", chosen: str = "random"
) -> object:
    """24 AEs who call every day; two of them call more and coach colleagues, once in week 60.

    The good coach's mentees call `lift` times as much from then on. The lucky coach's are those with the
    fewest calls in the eight weeks before, and nothing changes in them but their luck.
    """
    rng = np.random.default_rng(seed)
    names = [COACH, LUCKY, *(f"Rep {i:02d}" for i in range(22))]
    level = np.array([1.8, 1.8, *[1.0] * 22])
    spell = np.ones((24, WEEKS))
    for week in range(1, WEEKS):  # good and bad spells of about a month
        spell[:, week] = np.exp(0.75 * np.log(spell[:, week - 1]) + rng.normal(0, 0.18, 24))
    mean = USUAL * level[:, None] * spell
    others = np.arange(2, 24)
    good = rng.choice(others, mentees, replace=False)
    low = others[np.argsort(spell[others, 52:60].sum(axis=1))]
    unlucky = [i for i in low if i not in good][:mentees]
    if chosen == "unlucky":
        good, unlucky = np.array(unlucky), []
    mean[good, 60:] *= lift
    rows = [
        (f"r{rep:02d}", START + pd.Timedelta(weeks=week) + pd.Timedelta(days=int(day)))
        for rep in range(24)
        for week in range(WEEKS)
        for day in rng.integers(0, 5, rng.poisson(mean[rep, week]))
    ]
    calls = pd.DataFrame(rows, columns=["rep_id", "occurred_on"])
    calls = calls.assign(activity_id=[f"c{i}" for i in range(len(calls))], kind="call")
    reps = pd.DataFrame({"rep_id": [f"r{i:02d}" for i in range(24)], "name": names, "role": "AE"})
    reps["hired_on"] = "2022-01-03"
    if willing is not None:
        reps["willing_to_coach"] = [willing, "ya", *["tidak"] * 22]
    held = [(f"r{i:02d}", COACH) for i in good] + [(f"r{i:02d}", LUCKY) for i in unlucky]
    coaching = pd.DataFrame(held, columns=["rep_id", "coach"])
    coaching = coaching.assign(session_id=[f"s{i}" for i in range(len(held))], kpi="calls", action="x")
    coaching["held_on"] = START + pd.Timedelta(weeks=60)
    won = pd.DataFrame({"opportunity_id": [f"o{i}" for i in range(240)], "outcome": "won"})
    won["rep_id"] = [f"r{i % 24:02d}" for i in range(240)]
    won["created_on"] = START
    won["closed_on"] = [START + pd.Timedelta(days=5 * int(i // 2)) for i in range(240)]
    frames = {"reps": reps, "activities": calls, "opportunities": won}
    return load(frames | ({"coaching": coaching} if len(held) else {}), Client(as_of=date(2025, 9, 21)))


@pytest.fixture(scope="module")
def planted():
    return company()


def test_a_planted_good_coach_is_recommended_and_a_lucky_one_shows_no_gain(planted):
    found = find_coach(planted, "calls").table.set_index("name")
    good, lucky = found.loc[COACH], found.loc[LUCKY]
    assert good["verdict"] == "recommended" and not good["reason"]
    assert good["gain_low"] > 0 and good["gain_low"] < 0.5 < good["gain_high"]
    assert (good["mentees"], good["compared"]) == (5, 5)
    assert lucky["verdict"] == "possible" and lucky["reason"] == "gain_not_shown"
    assert lucky["gain_low"] < 0
    rest = found.drop(index=[COACH, LUCKY])
    assert set(rest["verdict"]) == {"not_suitable"}
    assert list(found.index[:2]) == [COACH, LUCKY]


@pytest.mark.slow
def test_coaches_of_reps_in_a_bad_spell_rarely_show_a_gain():
    """Mentees chosen for their last eight weeks, nothing changed in them: a gain in 6 of 40 at most."""
    shown = []
    for seed in range(40):
        found = gains(company(seed=100 + seed, lift=1.0, chosen="unlucky"), KPIS["calls"])
        shown.append(bool((found["gain_low"] > 0).any()))
    assert np.mean(shown) <= 0.15


def test_nobody_is_asked_and_few_mentees_are_said():
    crm = company(willing=None, mentees=2)
    found = find_coach(crm, "calls").table.set_index("name").loc[COACH]
    assert found["verdict"] == "possible" and found["reason"] == "willing_unknown few_mentees"
    assert found["compared"] == 2 < MIN_MENTEES and np.isnan(found["gain"])


def test_who_is_not_willing_is_not_asked():
    found = find_coach(company(willing="tidak"), "calls").table.set_index("name").loc[COACH]
    assert (found["verdict"], found["reason"]) == ("not_suitable", "unwilling")


def test_who_wins_less_than_the_others_is_not_suggested(planted):
    frames = {name: planted.frame(name) for name in planted.tables}
    won = frames["opportunities"]
    frames["opportunities"] = won.assign(rep_id=won["rep_id"].replace({"r00": "r05", "r01": "r06"}))
    more = pd.concat([won.assign(opportunity_id=won["opportunity_id"] + f"x{i}") for i in range(8)])
    more["rep_id"] = more["rep_id"].replace({"r00": "r05", "r01": "r06"})
    frames["opportunities"] = pd.concat([frames["opportunities"], more])
    crm = load(frames, Client(as_of=date(2025, 9, 21)))
    found = find_coach(crm, "calls", period="2025").table.set_index("name")
    assert found.loc[COACH, "reason"] == "in_trouble"


def test_the_rep_is_never_the_own_coach_and_roles_stay_apart(planted, sample_crm):
    found = find_coach(planted, "calls", rep=COACH)
    assert COACH not in set(found.table["name"]) and found.rep["name"] == COACH
    assert set(find_coach(sample_crm, "calls", rep="Bagas Prakoso").table["role"]) == {"AE"}
    assert set(found.table.columns) <= set(GLOSSARY)
    assert set(found.table["verdict"]) <= set(VERDICTS)
    told = {code for text in found.with_verdict("possible")["reason"] for code in text.split()}
    assert told <= set(OPEN)


def test_too_few_colleagues_of_a_role_give_an_empty_answer_that_says_so(sample_crm):
    manager = sample_crm.reps().query("role == 'AM'")["rep_id"].iloc[0]
    found = find_coach(sample_crm, "calls", rep=manager)
    assert found.table.empty and [note.code for note in found.notes] == ["coach_few_peers"]


@pytest.mark.parametrize(
    ("kpi", "error", "message"),
    [
        ("cals", UnknownName, "Did you mean calls"),
        ("bookings", InvalidInput, "a count such as calls or a share"),
        ("leads_handed", MissingData, "leads"),
    ],
)
def test_what_cannot_be_coached_this_way_is_refused(planted, kpi, error, message):
    with pytest.raises(error, match=message):
        find_coach(planted, kpi)
