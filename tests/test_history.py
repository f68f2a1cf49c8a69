"""What loading works out beside attribution: currencies, snapshots, owners, history; leave, working days."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from build_crm import crm_of
from derive_cases import counts, derived, employed_days, reps, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.core.calendar import public_holidays, workdays
from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput, UnknownName
from salesanalysis.core.history import stretches
from salesanalysis.core.period import Period
from salesanalysis.data import load
from salesanalysis.goals.people import staff
from salesanalysis.kpi import Kpi, panel
from salesanalysis.kpi.workforce import rep_days

RATES = "USD 2026-01-01 16000\nUSD 2026-07-01 17000\nSGD 2026-05-01 12500\nSGD 2026-08-01 0"


def days(values: pd.Series) -> list[str | None]:
    """Return days as texts; None for none."""
    return [None if pd.isna(v) else f"{pd.Timestamp(v):%Y-%m-%d}" for v in values]


# Currencies


def test_amounts_take_the_rate_of_their_day():
    deals = """
o1 r1 won 2026-06-30 100 USD
o2 r1 won 2026-07-01 100 usd
o3 r1 lost 2026-07-31 100 SGD
o4 r1 open - 100 USD
o5 r1 won 2026-06-30 100 IDR
o6 r1 won 2026-06-30 100 -
o7 r1 won 2025-12-31 100 USD
o8 r1 won 2026-04-30 100 SGD
o9 r1 won 2026-08-01 100 SGD
p1 r1 won 2026-06-30 100 EUR
p2 r1 won 2026-06-30 - EUR
"""
    frames = {
        "opportunities": rows(
            "opportunities", "opportunity_id rep_id outcome closed_on amount currency", deals
        ),
        "contracts": rows(
            "contracts",
            "contract_id account_id signed_on value annual_value currency",
            "c1 a1 2026-02-01 200 100 USD\nc2 a1 2026-08-01 200 - USD",
        ),
        "snapshots": rows(
            "snapshots",
            "opportunity_id seen_on amount currency",
            "o1 2026-05-01 10 SGD\no1 2026-07-01 10 USD\no1 2026-01-01 10 SGD",
        ),
        "rates": rows("rates", "currency starts_on rate", RATES),
    }
    crm, findings = derived(frames)
    found = crm.frame("opportunities").set_index("opportunity_id")["amount"]
    expected = {
        "o1": 1_600_000.0,  # the last day of the first rate
        "o2": 1_700_000.0,  # the first day of the second
        "o3": 1_250_000.0,
        "o4": 1_700_000.0,  # open: the rate of the day the data is known up to
        "o5": 100.0,
        "o6": 100.0,  # no currency named: the client's
    }
    assert found.dropna().to_dict() == expected
    contracts = crm.frame("contracts").set_index("contract_id")
    assert contracts["value"].to_dict() == {"c1": 3_200_000.0, "c2": 3_400_000.0}
    assert contracts["annual_value"].dropna().to_dict() == {"c1": 1_600_000.0}
    assert crm.frame("snapshots").set_index("seen_on")["amount"].dropna().to_dict() == {
        pd.Timestamp("2026-05-01"): 125_000.0,
        pd.Timestamp("2026-07-01"): 170_000.0,
    }
    # No rate yet (o7, o8), a rate of nothing (o9), a currency without rates (p1); p2 has no amount.
    lost = findings[findings["check"] == "unconverted"].set_index("table")["rows"]
    assert lost.to_dict() == {"opportunities": 4, "snapshots": 1}
    example = findings[findings["check"] == "unconverted"].iloc[0]["example"]
    assert example == "opportunity_id 'o7': no rate of USD is in force on 2025-12-31"


def test_without_rates_nothing_is_taken_one_to_one():
    deals = "o1 r1 won 2026-06-30 100 USD\no2 r1 won 2026-06-30 70 IDR"
    columns = "opportunity_id rep_id outcome closed_on amount currency"
    crm, findings = derived({"opportunities": rows("opportunities", columns, deals)})
    assert crm.frame("opportunities")["amount"].sum() == 70
    assert counts(findings)["unconverted"] == 1
    own, findings = derived({"opportunities": rows("opportunities", columns, deals.replace("USD", "IDR"))})
    assert own.frame("opportunities")["amount"].sum() == 170
    assert "unconverted" not in counts(findings)


def test_codes_that_no_currency_has_are_named():
    deals = "o1 r1 won 2026-06-30 100 RUPIAH\no2 r1 won 2026-06-30 70 USX"
    frames = {
        "opportunities": rows(
            "opportunities", "opportunity_id rep_id outcome closed_on amount currency", deals
        )
    }
    found = derived(frames)[1].set_index("check")
    assert found.loc["unknown_currency", "rows"] == 2
    assert "'RUPIAH' (1), 'USX' (1)" in found.loc["unknown_currency", "example"]
    assert found.loc["unconverted", "rows"] == 2


def test_two_rates_for_one_day_are_none():
    rates = "USD 2026-01-01 16000\nUSD 2026-01-01 15000\nUSD 2026-06-01 17000"
    frames = {
        "opportunities": rows(
            "opportunities",
            "opportunity_id rep_id outcome closed_on amount currency",
            "o1 r1 won 2026-05-01 1 USD\no2 r1 won 2026-06-01 1 USD",
        ),
        "rates": rows("rates", "currency starts_on rate", rates),
    }
    crm, findings = derived(frames)
    assert crm.frame("opportunities").set_index("opportunity_id")["amount"].dropna().to_dict() == {
        "o2": 17000.0
    }
    assert counts(findings)["unconverted"] == 1


# Snapshots

COPIES = """
o1 2026-03-02 qualified r1 2026-05-01
o1 2026-03-09 qualified r1 2026-05-01
o1 2026-03-16 meeting r2 2026-06-01
o1 2026-03-23 qualified r2 2026-06-01
o2 2026-03-09 qualified r1 -
o2 2026-03-16 - r1 2026-04-01
o2 2026-03-23 proposal r1 2026-05-01
o3 2026-03-02 meeting r1 2026-04-01
"""


def snapshots_of(more: dict[str, pd.DataFrame] | None = None):
    deals = "o1 r2 open 2026-01-05\no2 r1 open 2026-03-04\no3 r1 open 2026-03-02"
    return derived(
        {
            "opportunities": rows("opportunities", "opportunity_id rep_id outcome created_on", deals),
            "snapshots": rows("snapshots", "opportunity_id seen_on stage rep_id expected_close_on", COPIES),
            **(more or {}),
        }
    )


def test_stage_history_from_copies_of_the_pipeline():
    crm, findings = snapshots_of()
    found = crm.frame("stage_history").sort_values(["opportunity_id", "entered_on"])
    rebuilt = list(zip(found["opportunity_id"], found["stage"], days(found["entered_on"]), found["rep_id"]))
    # o1 stood in its stage before the first copy of all; o3 was made on that very day.
    assert rebuilt == [
        ("o1", "meeting", "2026-03-16", "r2"),
        ("o1", "qualified", "2026-03-23", "r2"),
        ("o2", "qualified", "2026-03-09", "r1"),
        ("o2", "proposal", "2026-03-23", "r1"),
        ("o3", "meeting", "2026-03-02", "r1"),
    ]
    changes = crm.frame("close_date_changes").sort_values("opportunity_id")
    told = zip(
        changes["opportunity_id"],
        days(changes["changed_on"]),
        days(changes["old_close_on"]),
        days(changes["new_close_on"]),
        changes["rep_id"],
    )
    assert list(told) == [
        ("o1", "2026-03-16", "2026-05-01", "2026-06-01", "r2"),
        ("o2", "2026-03-23", "2026-04-01", "2026-05-01", "r1"),
    ]
    derived_rows = findings[findings["check"] == "rebuilt_from_snapshots"].set_index("table")
    assert derived_rows["rows"].to_dict() == {"stage_history": 5, "close_date_changes": 2}
    assert derived_rows["example"].iloc[0] == (
        "4 copies from 2026-03-02 to 2026-03-23, 7 days apart: days are right to within that"
    )
    assert counts(findings)["entered_before_snapshots"] == 1


def test_recorded_history_stands():
    own = rows("stage_history", "opportunity_id stage entered_on", "o1 qualified 2026-01-05")
    crm, findings = snapshots_of({"stage_history": own})
    assert days(crm.frame("stage_history")["entered_on"]) == ["2026-01-05"]
    told = findings[findings["check"] == "rebuilt_from_snapshots"]
    assert told["table"].tolist() == ["close_date_changes"]


def test_of_several_copies_of_a_day_the_last_counts():
    copies = """
        o1 2026-03-02 2026-03-02T09:00 qualified 100
        o1 2026-03-02 2026-03-02T17:00 meeting 90
        o1 2026-03-02 - proposal 80
        o1 2026-03-09 - meeting 70
        o2 2026-03-02 2026-03-02T08:00 qualified 60
    """
    deals = "o1 r1 open 2026-03-02\no2 r1 open 2026-03-02"
    crm, findings = derived(
        {
            "opportunities": rows("opportunities", "opportunity_id rep_id outcome created_on", deals),
            "snapshots": rows("snapshots", "opportunity_id seen_on seen_at stage amount", copies),
        }
    )
    found = crm.frame("snapshots").sort_values(["opportunity_id", "seen_on"])
    assert list(zip(found["opportunity_id"], days(found["seen_on"]), found["amount"])) == [
        ("o1", "2026-03-02", 90.0),  # a copy whose time is not known comes before those with one
        ("o1", "2026-03-09", 70.0),
        ("o2", "2026-03-02", 60.0),
    ]
    assert counts(findings)["same_day"] == 2
    assert counts(findings)["rebuilt_from_snapshots"] == len(crm.frame("stage_history")) == 2


def test_a_history_of_changes_is_not_called_copies():
    opened = [date(2026, 1, 1 + i) for i in range(20)]
    ids = [f"o{i}" for i in range(20)]
    deals = pd.DataFrame({"opportunity_id": ids, "rep_id": "r1", "outcome": "open", "created_on": opened})
    lines = [
        (one, day + pd.Timedelta(days=30 * k), str(k)) for one, day in zip(ids, opened) for k in range(3)
    ]
    history = pd.DataFrame(lines, columns=["opportunity_id", "seen_on", "stage"])
    crm, findings = derived({"opportunities": deals, "snapshots": history})
    assert len(crm.frame("stage_history")) == 60
    (told,) = findings.loc[findings["check"] == "rebuilt_from_snapshots", "example"]
    assert told == "60 changes of 20 opportunities, each on its own day"


def test_changes_of_a_day_come_to_one_or_none():
    moves = """
        o1 2026-03-02 2026-03-02T17:00 2026-06-01 2026-07-01
        o1 2026-03-02 2026-03-02T09:00 2026-05-01 2026-06-01
        o1 2026-03-09 2026-03-09T09:00 2026-07-01 2026-08-01
        o2 2026-03-02 2026-03-02T09:00 2026-05-01 2026-06-01
        o2 2026-03-02 2026-03-02T10:00 2026-06-01 2026-05-01
        o3 2026-03-02 2026-03-02T09:00 - 2026-06-01
    """
    names = "opportunity_id changed_on changed_at old_close_on new_close_on"
    deals = "o1 r1 open\no2 r1 open\no3 r1 open"
    crm, findings = derived(
        {
            "opportunities": rows("opportunities", "opportunity_id rep_id outcome", deals),
            "close_date_changes": rows("close_date_changes", names, moves),
        }
    )
    found = crm.frame("close_date_changes").sort_values(["opportunity_id", "changed_on"])
    told = zip(
        found["opportunity_id"], *(days(found[c]) for c in ("changed_on", "old_close_on", "new_close_on"))
    )
    assert list(told) == [
        ("o1", "2026-03-02", "2026-05-01", "2026-07-01"),
        ("o1", "2026-03-09", "2026-07-01", "2026-08-01"),
        ("o3", "2026-03-02", None, "2026-06-01"),
    ]
    assert counts(findings)["same_day"] == 3


# The owner at entry


def test_the_owner_at_entry_is_exported_or_first_in_history_or_the_owner_now():
    frames = {
        "opportunities": rows(
            "opportunities",
            "opportunity_id rep_id entry_rep_id outcome",
            "o1 r2 r3 open\no2 r2 - open\no3 r2 - open\no4 - - open",
        ),
        "stage_history": rows(
            "stage_history",
            "opportunity_id stage entered_on rep_id",
            "o1 a 2026-01-01 r1\no2 a 2026-01-01 -\no2 b 2026-01-02 r1\no2 c 2026-02-01 r2\n"
            "o3 a 2026-01-01 -",
        ),
    }
    crm, findings = derived(frames)
    owners = crm.frame("opportunities").set_index("opportunity_id")["entry_rep_id"].dropna()
    assert owners.to_dict() == {"o1": "r3", "o2": "r1", "o3": "r2"}
    told = counts(findings)
    assert (told["entry_owner_from_history"], told["entry_owner_is_current"]) == (1, 1)


def test_of_two_stages_on_the_first_day_the_earlier_in_the_process_tells_the_owner():
    frames = {
        "opportunities": rows("opportunities", "opportunity_id rep_id outcome", "o1 r3 open"),
        "stage_history": rows(
            "stage_history",
            "opportunity_id stage entered_on rep_id",
            "o1 meeting 2026-01-01 r1\no1 qualified 2026-01-01 r2",
        ),
    }
    crm, _ = derived(frames, stages=("qualified", "meeting"))
    assert crm.frame("opportunities")["entry_rep_id"].tolist() == ["r2"]


# History of teams

HISTORY = """
r1 2026-01-01 - Jakarta
r1 2026-04-01 2026-06-01 Bandung
r1 2026-07-01 - Jakarta
r2 2026-01-01 2026-05-01 Jakarta
r2 2026-03-01 - Bandung
"""


def company(**frames: pd.DataFrame):
    people = reps("r1", "r2", "r3").assign(team=["Jakarta", "Surabaya", "Surabaya"], role=["AE", "AE", "SDR"])
    deals = rows(
        "opportunities",
        "opportunity_id rep_id outcome closed_on",
        "o1 r1 won 2026-05-04\no2 r2 won 2026-02-02",
    )
    past = rows("rep_history", "rep_id starts_on ends_on team", HISTORY)
    return derived({"reps": people, "opportunities": deals, "rep_history": past, **frames})


def test_history_is_mended_and_what_was_mended_is_told():
    crm, findings = company()
    past = crm.frame("rep_history").sort_values(["rep_id", "starts_on"])
    assert days(past["ends_on"]) == ["2026-04-01", "2026-06-01", None, "2026-03-01", None]
    told = findings.set_index("check")
    assert told.loc["overlapping_history", "rows"] == 1
    assert told.loc["overlapping_history", "example"] == (
        "rep_id 'r2': the stretch from 2026-01-01 ends on 2026-05-01, the next begins on 2026-03-01"
    )
    assert told.loc["history_disagrees", "example"] == "rep_id 'r2' on 2026-09-30; the history stands"


def test_an_end_before_its_start_is_set_aside():
    past = rows("rep_history", "rep_id starts_on ends_on team", "r1 2026-04-01 2026-01-01 Bandung")
    crm, findings = company(rep_history=past)
    assert crm.frame("rep_history")["ends_on"].isna().all()
    assert counts(findings)["ends_before_start"] == 1


def test_every_day_lies_in_one_stretch_of_every_rep():
    crm, _ = company()
    held = stretches(crm).to_pandas()
    held = held[["rep_id", "starts_on", "ends_on", "team", "role"]].sort_values(["rep_id", "starts_on"])
    for _, own in held.groupby("rep_id"):
        assert (own["starts_on"].iloc[1:].to_numpy() == own["ends_on"].iloc[:-1].to_numpy()).all()
        assert own["starts_on"].iloc[0].year == 1900 and own["ends_on"].iloc[-1].year == 9999
    mine = held[held["rep_id"] == "r2"]
    assert mine["team"].tolist() == ["Surabaya", "Jakarta", "Bandung"]  # before the history: as reps says
    assert set(mine["role"]) == {"AE"}
    assert held[held["rep_id"] == "r1"]["team"].tolist() == [
        "Jakarta",
        "Jakarta",
        "Bandung",
        "Jakarta",
        "Jakarta",
    ]


def test_people_as_they_were_on_a_day():
    crm, _ = company()
    assert crm.reps()["team"].tolist() == ["Jakarta", "Surabaya", "Surabaya"]
    assert crm.reps(on=date(2026, 5, 31))["team"].tolist() == ["Bandung", "Bandung", "Surabaya"]
    assert crm.reps(on=date(2026, 6, 1))["team"].tolist() == ["Jakarta", "Bandung", "Surabaya"]


def test_narrowing_chooses_people_of_today_or_of_a_day_with_all_they_did():
    crm, _ = company()
    assert crm.only(team="Jakarta").reps()["rep_id"].tolist() == ["r1"]
    then = crm.only(team="Bandung", on=date(2026, 5, 4))
    assert then.reps()["rep_id"].tolist() == ["r1", "r2"]
    assert sorted(then.frame("opportunities")["opportunity_id"]) == ["o1", "o2"]
    assert crm.only(team="Bandung", role="AE", on=date(2026, 7, 1)).reps()["rep_id"].tolist() == ["r2"]
    with pytest.raises(UnknownName, match=r"Unknown team 'Bandung'"):
        crm.only(team="Bandung")
    # A split by team is of the day: the win of 4 May was Bandung's.
    split = panel(crm, "wins", "2026-Q2", by="team").kpis.set_index("team")["estimate"]
    assert split["Bandung"] == 1


def test_the_scorecard_names_the_team_of_the_periods_last_day_and_prorates_by_days_worked():
    people = reps("r1", "r2", "r3", "r4").assign(
        team="Jakarta",
        hired_on=["2024-01-01", "2024-01-01", "2026-08-24", "2024-01-01"],
        left_on=[None, "2026-08-10", None, "2026-07-31"],
        working_share=[0.5, None, None, None],
    )
    away = rows("absences", "rep_id starts_on ends_on", "r1 2026-08-03 2026-08-08\nr1 2026-08-05 2026-08-11")
    crm, _ = company(reps=people, absences=away)
    found = staff(crm, Period.parse("2026-08"))
    # Nineteen working days (17 and 25 August are holidays); r1 is away for six of them and works half time.
    assert found["days"].to_dict() == {"r1": 6.5, "r2": 5.0, "r3": 5.0}
    assert found["share"].round(6).to_dict() == {"r1": 0.342105, "r2": 0.263158, "r3": 0.263158}
    assert found["is_peer"].to_dict() == {"r1": True, "r2": False, "r3": False}
    assert found["team"].to_dict() == {"r1": "Jakarta", "r2": "Bandung", "r3": "Jakarta"}


# Working days

DAY = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.none() | DAY, st.none() | DAY), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(0, 4), DAY, DAY), max_size=8),
    DAY,
    st.integers(1, 120),
)
def test_working_days_of_many_are_those_of_each(spans, leave, start, length):
    period = Period(start, start + pd.Timedelta(days=length))
    people = pd.DataFrame(spans, columns=["hired_on", "left_on"]).assign(
        rep_id=[f"r{i}" for i in range(len(spans))]
    )
    away = pd.DataFrame([(f"r{i}", a, b) for i, a, b in leave], columns=["rep_id", "starts_on", "ends_on"])
    found = workdays(people, period, absences=away)
    off = {d for year in (2026, 2027) for d in public_holidays("ID", year)}
    for (hired, left), rep_id in zip(spans, people["rep_id"]):
        assert found.loc[rep_id, "employed"] == employed_days(period, hired, left)
        own = [(a, b) for i, a, b in leave if f"r{i}" == rep_id]
        worked = [
            day.date()
            for day in pd.date_range(period.start, period.last_day)
            if day.weekday() < 5
            and day.date() not in off
            and (hired is None or day.date() >= hired)
            and (left is None or day.date() < left)
            and not any(a <= day.date() < b for a, b in own)
        ]
        assert found.loc[rep_id, "present"] == len(worked)


def test_the_sums_that_a_database_gives_are_the_same_days():
    people = reps("r1", "r2").assign(
        hired_on=["2024-01-01", "2026-08-12"], left_on=None, working_share=[0.8, None]
    )
    leave = rows("absences", "rep_id starts_on ends_on", "r1 2026-07-27 2026-08-05\nr2 2026-09-28 2026-10-05")
    deals = rows("opportunities", "opportunity_id outcome created_on", "o1 open 2026-01-05")
    frames = {"reps": people, "absences": leave, "opportunities": deals}
    crm = crm_of(frames, as_of=date(2026, 9, 30), client=Client())
    sums = panel(crm, [Kpi("rep_days", (rep_days,), unit="days")], "2026-Q3").kpis.set_index("rep_id")[
        "estimate"
    ]
    found = staff(crm, Period.parse("2026-Q3"))["days"]
    assert np.allclose(sums[found.index], found)


def test_a_region_has_its_own_holidays_and_an_unknown_country_is_refused():
    epiphany = Period(date(2026, 1, 6), date(2026, 1, 7))
    one = pd.DataFrame({"rep_id": ["r1"]})
    assert workdays(one, epiphany, country="DE-BY")["days"].tolist() == [0.0]
    assert workdays(one, epiphany, country="DE")["days"].tolist() == [1.0]
    assert workdays(one, epiphany, country="")["days"].tolist() == [1.0]
    frames = {"reps": reps("r1")}
    with pytest.raises(
        InvalidInput, match=r"'country' in the settings: No public holidays known for country 'XX'"
    ):
        load(frames, Client(country="XX"))
    with pytest.raises(InvalidInput, match="region 'ZZ' of country 'DE'"):
        load(frames, Client(country="DE-ZZ"))
