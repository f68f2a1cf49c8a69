"""Goals of a period: as stated, from shorter and longer periods, and whose they are."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
import tiny
from build_crm import crm_of
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.core.calendar import working_days
from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput
from salesanalysis.core.period import Period
from salesanalysis.goals import goals_for, stated
from salesanalysis.goals.goal import elapsed_share, goal_of
from salesanalysis.goals.verdict import attainment, verdict
from salesanalysis.kpi import KPIS

Q3 = Period.parse("2026-Q3")


def crm_with(rows: list[tuple], **client):
    columns = ["kpi", "scope", "scope_id", "period", "target", "philosophy"]
    tables = {**tiny.tables(), "goals": pd.DataFrame(rows, columns=columns)}
    return crm_of(tables, client=Client(name="Tiny", minimum_base=2, **client))


def fitted(rows, period=Q3, **client):
    crm = crm_with(rows, **client)
    return goals_for(crm, Period.parse(period, fiscal_start=crm.client.fiscal_year_start), KPIS.values())


def test_as_stated():
    goals = goals_for(tiny.crm(), Q3, KPIS.values())
    assert {(g.kpi, g.scope, g.scope_id): (g.target, g.philosophy, g.basis) for g in goals.values()} == {
        ("win_rate", "organisation", ""): (0.4, "C average", "stated"),
        ("win_rate", "rep", "r1"): (0.5, "C average", "stated"),
        ("bookings", "rep", "r1"): (1e8, "A", "stated"),
        ("bookings", "team", "Jakarta"): (2e8, "A", "stated"),
        ("calls", "organisation", ""): (8, "C minimum", "stated"),
    }
    assert goals_for(tiny.crm(), Period.parse("2026-Q2"), KPIS.values()) == {}


def test_months_add_up_to_their_quarter_and_rates_are_averaged():
    months = [("2026-07", 10, 0.2), ("2026-08", 20, 0.3), ("2026-09", 30, 0.4)]
    rows = [("calls", "rep", "r1", m, calls, "C minimum") for m, calls, _ in months]
    rows += [("win_rate", "rep", "r1", m, rate, "A") for m, _, rate in months]
    goals = fitted(rows)
    assert goals["calls", "rep", "r1"].target == 60
    assert goals["calls", "rep", "r1"].basis == "summed"
    # 23, 20 (17 August is a holiday) and 22 working days; 25 August too: Maulid
    days = [working_days(p.start, p.end, "ID") for p in Q3.split("month")]
    mean = sum(d * rate for d, (_, _, rate) in zip(days, months)) / sum(days)
    assert goals["win_rate", "rep", "r1"].target == pytest.approx(mean)
    assert fitted(rows[:2]) == {}, "two months do not make a quarter"


def test_a_longer_goal_is_shared_by_working_days():
    rows = [("calls", "rep", "r1", "2026", 1000, "C minimum"), ("win_rate", "rep", "r1", "2026", 0.3, "A")]
    goals = fitted(rows)
    share = working_days(date(2026, 7, 1), date(2026, 10, 1)) / working_days(
        date(2026, 1, 1), date(2027, 1, 1)
    )
    assert goals["calls", "rep", "r1"].target == pytest.approx(1000 * share)
    assert goals["win_rate", "rep", "r1"].target == 0.3
    both = [*rows, ("calls", "rep", "r1", "2026-Q3", 7, "A")]
    assert fitted(both)["calls", "rep", "r1"].target == 7, "the one stated for the very period stands"


def test_fiscal_years():
    goals = fitted(
        [("calls", "rep", "r1", "2026-Q2", 9, "A")],
        Period.parse("2026-07-01..2026-09-30"),
        fiscal_year_start=4,
    )
    assert goals["calls", "rep", "r1"].target == 9


def test_blank_philosophy_is_an_average():
    assert (
        fitted([("calls", "rep", "r1", "2026-Q3", 9, None)])["calls", "rep", "r1"].philosophy == "C average"
    )


def test_a_period_that_makes_no_sense_names_its_goal():
    with pytest.raises(
        InvalidInput, match="Table goals, KPI calls: Period 'third quarter' is not understood"
    ):
        stated(crm_with([("calls", "rep", "r1", "third quarter", 9, "A")]))


def test_whose_goal():
    rows = [
        ("win_rate", "organisation", None, "2026-Q3", 0.3, "A"),
        ("win_rate", "team", "Jakarta", "2026-Q3", 0.4, "A"),
        ("win_rate", "rep", "r1", "2026-Q3", 0.5, "A"),
        ("bookings", "team", "Jakarta", "2026-Q3", 2e8, "A"),
        ("bookings", "organisation", None, "2026-Q3", 3e8, "A"),
    ]
    goals = fitted(rows)
    assert goal_of(KPIS["win_rate"], goals, "r1", "Jakarta").target == 0.5
    assert goal_of(KPIS["win_rate"], goals, "r2", "Jakarta").target == 0.4
    assert goal_of(KPIS["win_rate"], goals, "r3", "Surabaya").target == 0.3
    assert goal_of(KPIS["bookings"], goals, "r2", "Jakarta") is None, "a team's total is nobody's own goal"


def test_no_goals_table():
    tables = tiny.tables()
    del tables["goals"]
    assert stated(crm_of(tables)) == []


def test_share_of_the_period_that_has_passed():
    half = elapsed_share(Q3, date(2026, 8, 14), "ID")
    assert half == working_days(date(2026, 7, 1), date(2026, 8, 15)) / working_days(Q3.start, Q3.end)
    assert elapsed_share(Q3, date(2027, 1, 1), "ID") == 1


# Verdicts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "target", "better", "wanted"),
    [(38, 117, "higher", 38 / 117), (50, 40, "lower", 0.8), (30, 40, "lower", 4 / 3)],
)
def test_attainment_above_one_is_good(value, target, better, wanted):
    assert attainment(value, target, better) == pytest.approx(wanted)


def test_attainment_is_missing_where_division_means_nothing():
    assert pd.isna(attainment(3, 0, "higher"))
    assert pd.isna(attainment(0, 4, "lower"))
    assert pd.isna(attainment(float("nan"), 4, "higher"))


@pytest.mark.parametrize(
    ("value", "low", "high", "target", "better", "philosophy", "wanted"),
    [
        (98.7, 96.3, 99.6, 95.0, "higher", "A", "met"),
        (98.7, 94.0, 99.6, 95.0, "higher", "A", "not_enough_evidence"),
        (29, 19, 42, 40, "higher", "A", "stretch_not_reached"),
        (10, 5, 18, 40, "higher", "A", "stretch_not_reached"),
        (520, 476, 567, 650, "higher", "C minimum", "below_floor"),
        (0.25, 0.177, 0.341, 0.30, "higher", "C average", "not_enough_evidence"),
        (0.35, 0.31, 0.39, 0.30, "higher", "C average", "met"),
        (50, 45, 55, 40, "lower", "C average", "below_floor"),
        (50, 45, 55, 60, "lower", "C average", "met"),
        (50, 45, 55, 52, "lower", "C minimum", "not_enough_evidence"),
        (90, float("nan"), float("nan"), 100, "higher", "C minimum", "below_floor"),
    ],
)
def test_verdicts(value, low, high, target, better, philosophy, wanted):
    assert verdict(value, low, high, target=target, better=better, philosophy=philosophy) == wanted


finite = st.floats(0.01, 1e6, allow_nan=False)


@given(
    st.tuples(finite, finite, finite),
    finite,
    st.sampled_from(["higher", "lower"]),
    st.sampled_from(["A", "C average"]),
)
def test_only_an_interval_on_one_side_decides(ends, target, better, philosophy):
    low, value, high = sorted(ends)
    found = verdict(value, low, high, target=target, better=better, philosophy=philosophy)
    inside = low < target < high
    assert found in ("met", "below_floor", "stretch_not_reached", "not_enough_evidence")
    if inside:
        assert found in ("not_enough_evidence", "stretch_not_reached")
    if philosophy == "A":
        assert found != "below_floor"
    if found == "met":
        assert attainment(value, target, better) >= 1
