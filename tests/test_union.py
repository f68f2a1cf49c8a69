"""The state of the union: targets by day, key figures, notable opportunities, words without goals or past."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.core.errors import UnknownName
from salesanalysis.dashboard.figures import figures
from salesanalysis.dashboard.notable import largest_closed
from salesanalysis.goals.target import target_of, target_path
from salesanalysis.prose import explain

YEAR = sa.Period.parse("2026")


def _sales(n: int = 12) -> pd.DataFrame:
    """Wins of 100 in January and July of 2026, by turns lost; two still open."""
    days = pd.to_datetime(["2026-01-05", "2026-07-06"] * (n // 2))
    return pd.DataFrame(
        {
            "opportunity_id": [f"o{i}" for i in range(n)],
            "rep_id": "r1",
            "created_on": days - pd.Timedelta(days=30),
            "closed_on": days.where(np.arange(n) < n - 2),
            "outcome": ["won", "lost"] * (n // 2 - 1) + ["open", "open"],
            "amount": [100.0 + i for i in range(n)],
        }
    )


def _crm(**more: pd.DataFrame) -> sa.Crm:
    reps = pd.DataFrame({"rep_id": ["r1"], "name": ["Ayu"], "team": ["North"]})
    return sa.load({"reps": reps, "opportunities": _sales(), **more}, as_of=date(2026, 9, 30))


def _goals(*rows: tuple[str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"kpi": "bookings", "scope": "organisation", "scope_id": "", "period": p, "target": t}
            for p, t in rows
        ]
    )


def test_the_target_of_a_day_follows_the_quarters_and_spreads_the_rest():
    crm = _crm(goals=_goals(("2026", 1000.0), ("2026-Q1", 100.0), ("2026-Q2", 300.0)))
    kpi = sa.KPIS["bookings"]
    ends = [date(2026, 3, 31), date(2026, 6, 30), date(2026, 12, 31)]
    assert target_path(crm, YEAR, kpi, ends).tolist() == pytest.approx([100.0, 400.0, 1000.0])
    middle = target_path(crm, YEAR, kpi, [date(2026, 9, 30)])[0]
    assert 660 < middle < 740  # about half of the working days of the second half-year, 600 left
    assert target_of(crm, YEAR, kpi) == 1000.0
    assert np.isnan(target_of(crm, YEAR, kpi, {"team": "North"}))
    assert np.isnan(target_path(crm, YEAR, kpi, ends, {"region": "x"})).all()
    assert target_path(crm, YEAR, kpi, [date(2025, 12, 31), date(2027, 1, 1)])[0] == 0.0


def test_without_a_goal_of_the_year_the_target_is_known_as_far_as_quarters_go():
    crm = _crm(goals=_goals(("2026-Q1", 100.0), ("2026-Q2", 300.0), ("2026-Q4", 50.0)))
    days = [date(2026, 3, 31), date(2026, 6, 30), date(2026, 7, 1), date(2026, 12, 31)]
    found = target_path(crm, YEAR, sa.KPIS["bookings"], days)
    assert found[:2].tolist() == pytest.approx([100.0, 400.0]) and np.isnan(found[2:]).all()


def test_the_target_goes_on_into_the_next_year_with_its_goals():
    crm = _crm(goals=_goals(("2026", 1000.0), ("2026-Q1", 100.0), ("2027-Q1", 60.0)))
    days = pd.Series([date(2026, 9, 30), date(2026, 12, 31), date(2027, 3, 31)])
    found = target_path(crm, YEAR, sa.KPIS["bookings"], days)
    assert found[1:].tolist() == pytest.approx([1000.0, 1060.0])


def test_a_figure_is_held_against_the_goal_else_the_year_before_else_nothing():
    span = sa.Period.parse("2026-01-01..2026-09-30")
    crm = _crm(goals=_goals(("2026", 1000.0)))
    found = figures(crm, span, ["bookings", "wins"]).set_index("kpi")
    assert found.loc["bookings", "contrast"] == "goal" and found.loc["wins", "contrast"] == ""
    row = found.loc["bookings"]
    assert row["estimate"] == 520.0  # 100 + 102 + 104 + 106 + 108
    assert row["attainment"] == pytest.approx(520.0 / row["reference"])
    assert row["attainment_low"] < row["attainment"] < row["attainment_high"]
    assert len(row["trend"]) == 8 and np.isnan(row["trend"][0]) and row["trend"][-1] == 0.0


def test_the_largest_closed_come_from_the_days_of_the_period_alone():
    found = largest_closed(_crm(), sa.Period.parse("2026-Q1"))
    assert found["amount"].tolist() == [108.0, 106.0, 104.0, 102.0, 100.0]
    assert set(found["outcome"]) == {"won"} and set(found["name"]) == {"Ayu"}


@pytest.mark.parametrize("language", ["en", "id"])
def test_without_goals_and_a_year_before_the_page_says_so(language):
    crm = _crm()
    found = sa.state_of_the_union(crm)
    assert found.kpi == "bookings" and found.leaders.empty and np.isnan(found.outlook["target"])
    said = explain(found, "answer", language=language).splitlines()
    assert len(said) == 3
    for kind in ("year", "reps", "open", "closed"):
        assert explain(found, "title", kind=kind, language=language)
    assert sa.drawing(found, "year").svg and sa.drawing(found, "reps").svg


@pytest.mark.slow
def test_a_team_is_held_against_its_own_goal(sample_crm):
    found = sa.state_of_the_union(sample_crm, "2026-Q3", team="Jakarta 1")
    row = found.table.set_index("kpi").loc["bookings"]
    goals = sample_crm.frame("goals")
    own = goals[(goals["scope_id"] == "Jakarta 1") & (goals["period"] == "2026-Q3")]["target"].iloc[0]
    assert row["reference"] == own and row["verdict"] == "lower"
    assert set(found.open["name"]) <= set(sample_crm.only(team="Jakarta 1").reps()["name"])
    assert found.covered["scope_id"] == "Jakarta 1"


def test_a_past_year_is_over_and_forecasts_nothing(sample_crm):
    found = sa.state_of_the_union(sample_crm, "2025")
    assert found.state == "over" and found.path["estimate"].isna().all()
    assert found.open.empty and found.coverage is None


def test_an_unknown_team_is_named(sample_crm):
    with pytest.raises(UnknownName, match="Jakarta 1"):
        sa.state_of_the_union(sample_crm, team="Jakarta1")


def test_a_year_ago_of_zero_is_nothing_to_be_held_against():
    sold = _sales().assign(outcome="lost")
    sold.loc[0, ["created_on", "closed_on", "outcome"]] = [
        pd.Timestamp("2024-01-01"),
        pd.Timestamp("2024-02-01"),
        "won",
    ]
    sold.loc[1, ["closed_on", "outcome"]] = [pd.Timestamp("2026-07-06"), "won"]
    reps = pd.DataFrame({"rep_id": ["r1"], "name": ["Ayu"], "team": ["North"]})
    crm = sa.load({"reps": reps, "opportunities": sold}, as_of=date(2026, 9, 30))
    found = sa.state_of_the_union(crm)
    row = found.table.set_index("kpi").loc["bookings"]
    assert row["contrast"] == "" and np.isnan(row["reference"])
    assert explain(found, "title", language="en") and explain(found, "answer", language="en")


def test_a_rep_of_whom_nothing_is_on_record_has_a_page():
    reps = pd.DataFrame({"rep_id": ["r1", "r2"], "name": ["Ayu", "Budi"], "role": ["AE", "Support"]})
    crm = sa.load({"reps": reps, "opportunities": _sales()}, as_of=date(2026, 9, 30))
    found = sa.rep_dashboard(crm, "2026-Q3", "Budi")
    assert found.headline == "" and len(explain(found, "answer", language="en").splitlines()) == 3
