"""What stands in the data although it looks wrong: planted once each, and found as planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import tiny
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.core.client import Client
from salesanalysis.core.expected import MAY_BE_EMPTY, WHERE
from salesanalysis.core.i18n import LANGUAGES, catalogue
from salesanalysis.core.schema import SCHEMA
from salesanalysis.data import load, quality
from salesanalysis.data.duplicates import FORMS, plain_name
from salesanalysis.data.imports import outstanding
from salesanalysis.data.orders import AFTERWARDS, ORDERS
from salesanalysis.data.shifts import ALL, jumps, shifts


def looked(**tables: pd.DataFrame):
    frames = tiny.tables() | tables
    return quality(load({k: v for k, v in frames.items() if v is not None}, Client(as_of=tiny.AS_OF)))


def test_rules_name_columns_of_the_schema_and_every_term_has_its_sentence():
    for reference in [*WHERE, *MAY_BE_EMPTY]:
        table, _, column = reference.partition(".")
        assert column in SCHEMA[table].columns
    for order in (*ORDERS, *AFTERWARDS):
        for need in order.needs:
            table, _, column = need.partition(".")
            assert column in SCHEMA[table].columns, order.term
    terms = {f"order.{o.term}" for o in (*ORDERS, *AFTERWARDS)}
    terms |= {f"duplicate.{t}_twice" for t in ("activity", "opportunity", "account", "contact")}
    for language in LANGUAGES:
        assert set(catalogue(language, "readiness")) >= {f"readiness.{term}" for term in terms}
        assert set(catalogue(language, "schema")) == {f"schema.{t}" for t in SCHEMA} | {
            f"schema.{t}.{c}" for t in SCHEMA for c in SCHEMA[t].columns
        }
    english = catalogue("en", "schema")
    assert all(english[f"schema.{t}.{c}"] == d.meaning for t in SCHEMA for c, d in SCHEMA[t].columns.items())


def test_only_rows_that_should_have_a_value_lack_one():
    fields = looked().table.set_index(["table", "column"])
    closed = fields.loc[("opportunities", "closed_on")]
    assert (closed["expected"], closed["complete"]) == (8, 1.0)  # four are open
    outcome = fields.loc[("activities", "outcome")]
    assert (outcome["expected"], outcome["complete"]) == (26, 1.0)  # 18 calls, 8 meetings
    assert fields.loc[("reps", "left_on"), "expected"] == 0


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("PT. Maju-Jaya, Tbk", "maju jaya"),
        ("CV MAJU JAYA", "maju jaya"),
        ("Maju Jaya (Persero)", "maju jaya"),
        ("Maju Jaya Co., Ltd.", "maju jaya"),
        ("PT", "pt"),
        ("Ptarmigan Inc", "ptarmigan"),
    ],
)
def test_names_are_compared_without_form_and_marks(name, plain):
    import ibis

    assert plain_name(ibis.literal(name)).to_pandas() == plain
    assert "pt" in FORMS.split("|")


def test_likely_duplicates_are_found_and_namesakes_are_not():
    accounts = pd.DataFrame(
        {
            "account_id": ["a1", "a2", "a3", "b1", "b2", "b3", "b4"],
            "name": [
                "PT Maju Sentosa",
                "Sinar",
                "Timur",
                "Maju Sentosa Tbk.",
                "Unit Dagang 1",
                "Unit Dagang 2",
                "maju santosa",
            ],
        }
    )
    opportunities = tiny.tables()["opportunities"]
    twin = opportunities.iloc[[8]].assign(opportunity_id="o99", name="MAJU  five", created_on="2026-08-10")
    later = opportunities.iloc[[9]].assign(opportunity_id="o98", created_on="2026-01-10")
    activities = tiny.tables()["activities"].assign(subject=None)
    activities.loc[1, "subject"] = "Offer for o01"
    again = activities.iloc[[1]].assign(activity_id="t99")
    found = looked(
        accounts=accounts,
        opportunities=pd.concat([opportunities, twin, later]),
        activities=pd.concat([activities, again]),
    ).duplicates.set_index("term")
    assert found["n"].to_dict() == {"activity_twice": 1, "opportunity_twice": 1, "account_twice": 2}
    assert found.loc["opportunity_twice", "example"] == "o09 = o99"
    assert "Offer for o01" in found.loc["activity_twice", "example"]


def test_activities_without_a_subject_are_not_called_duplicates():
    activities = tiny.tables()["activities"]
    assert "activity_twice" not in set(
        looked(
            activities=pd.concat([activities, activities.assign(activity_id=lambda d: d.activity_id + "x")])
        ).duplicates["term"]
    )


def test_impossible_orders_are_counted_and_named():
    history = tiny.tables()["stage_history"]
    history.loc[0, "entered_on"] = "2026-05-20"  # o01 was won on 6 May
    history.loc[10, "entered_on"] = "2026-06-20"  # o09 was created on 3 August
    contracts = tiny.tables()["contracts"]
    contracts.loc[0, "starts_on"] = "2026-05-01"
    activities = tiny.tables()["activities"]
    activities.loc[38, "occurred_on"] = "2026-09-01"  # Citra's first day gone
    found = looked(stage_history=history, contracts=contracts, activities=activities).orders
    wrong = found[found["n"] > 0].set_index("term")
    assert wrong["n"].to_dict() == {
        "starts_before_signed": 1,
        "stage_after_close": 1,
        "stage_before_creation": 1,
        "activity_after_leaving": 1,
    }
    assert wrong.loc["starts_before_signed", "example"] == "c1"
    assert wrong.loc["activity_after_leaving", "example"] == "t39"


def test_a_day_of_import_stands_out_against_its_weekday():
    days = pd.date_range("2025-01-06", periods=200)
    usual = pd.DataFrame({"day_on": days, "n": np.where(days.day_of_week < 5, 10, 0)})
    assert outstanding(usual).empty
    usual.loc[5, "n"] = 300  # a Saturday
    found = outstanding(usual)
    assert found["day_on"].tolist() == [days[5]] and found["value"].tolist() == [0.0]


def _levels(calls: list[int], emails: list[int]) -> pd.DataFrame:
    weeks = pd.date_range("2025-01-06", periods=len(calls), freq="7D")
    series = {ALL: np.add(calls, emails), "call": calls, "email": emails}
    parts = [pd.DataFrame({"week": weeks, "term": k, "n": np.array(v, float)}) for k, v in series.items()]
    return pd.concat(parts).assign(value=lambda d: d["n"] / 5)


def test_a_kind_that_ends_is_a_jump_at_its_week():
    found = shifts(_levels([100] * 40, [60] * 20 + [0] * 20))
    email = found[found["term"] == "email"].iloc[0]
    assert email["week"] == pd.Timestamp("2025-01-06") + pd.Timedelta(weeks=20)
    assert email["estimate"] == 0 and email["value"] == pytest.approx(60 / 160)
    assert ALL not in set(found["term"])  # 160 to 100 is less than a factor of two


def test_a_quiet_week_and_a_slow_drift_are_no_jumps():
    holiday = [100] * 20 + [5] + [100] * 20
    assert shifts(_levels(holiday, [n // 2 for n in holiday])).empty
    drift = [int(50 * 1.03**week) for week in range(60)]
    assert shifts(_levels(drift, drift)).empty
    assert shifts(_levels([9] * 15, [9] * 15)).empty  # too short to tell


def test_the_false_alarm_rate_is_at_most_five_in_a_hundred():
    """Companies whose counts vary as those of the sample do: overdispersed, correlated, with holidays."""
    rng, alarms, companies = np.random.default_rng(11), 0, 150
    for _ in range(companies):
        common = _autoregressive(rng, 104) + 0.2 * np.sin(np.arange(104) / 52 * 2 * np.pi + rng.uniform(0, 6))
        common[[12, 13, 51, 64, 65, 103]] -= 1.6
        kinds = {}
        for kind, usual in (("call", 200), ("email", 110), ("meeting", 35), ("proposal", 12)):
            mean = usual * np.exp(common + _autoregressive(rng, 104))
            kinds[kind] = rng.poisson(rng.gamma(20, mean / 20)).astype(float)
        total = sum(kinds.values())
        alarms += bool(jumps(total / 12, total, 0.9)) or any(jumps(n / total, n) for n in kinds.values())
    assert alarms / companies <= 0.05


def _autoregressive(rng: np.random.Generator, weeks: int) -> np.ndarray:
    noise = rng.normal(0, 0.15 * np.sqrt(1 - 0.25), weeks)
    for week in range(1, weeks):
        noise[week] += 0.5 * noise[week - 1]
    return noise


def test_silence_is_a_gap_only_beside_work():
    activities = pd.DataFrame(
        [
            (f"a{rep}{week}{i}", rep, "call", f"2026-0{6 + week // 4}-{1 + 7 * (week % 4):02d}")
            for rep in ("r1", "r2")
            for week in range(16)
            for i in range(6)
            if not (rep == "r1" and week == 6)
        ],
        columns=["activity_id", "rep_id", "kind", "occurred_on"],
    )
    found = looked(activities=activities).weeks
    assert found.silent > 0 and found.gaps == sum(found.beside.values()) <= found.silent
    assert found.table.set_index("rep_id").loc["r2", "n"] == 0
    assert 0 < found.coverage <= 1


def test_recorded_leave_is_no_gap():
    activities = tiny.tables()["activities"].query("rep_id != 'r2'")
    away = pd.DataFrame({"rep_id": ["r2"], "starts_on": ["2026-04-01"], "ends_on": ["2026-10-01"]})
    with_leave = looked(activities=activities, absences=away).weeks
    assert "r2" not in set(with_leave.table["rep_id"])


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 500), min_size=0, max_size=60))
def test_no_counts_crash_the_rules(counts):
    days = pd.DataFrame({"day_on": pd.date_range("2026-01-01", periods=len(counts)), "n": counts})
    assert len(outstanding(days)) <= len(counts)
    values = np.array(counts, dtype=float)
    assert all(0 < at < len(counts) for at, _, _ in jumps(values, values))
