"""A client loaded by settings alone: Maven Analytics' CRM opportunities (the data stays outside)."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from salesanalysis.core.client import Client
from salesanalysis.data import load, quality, validate
from salesanalysis.kpi import cycle_times

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "maven-crm"


def _data() -> Path | None:
    candidates = [
        Path(os.environ.get("MAVEN_CRM", EXAMPLE)),
        EXAMPLE,
        ROOT.parent / "shared" / "data" / "maven-crm",
    ]
    return next((p for p in candidates if (p / "sales_pipeline.csv").is_file()), None)


needs_data = pytest.mark.skipif(_data() is None, reason="the publisher's files are not here; set MAVEN_CRM")


@pytest.fixture(scope="module")
def crm():
    return load(_data(), EXAMPLE)


def test_the_settings_read():
    client = Client.read(EXAMPLE)
    assert (client.currency, client.as_of, client.language) == ("USD", date(2017, 12, 31), "en")
    assert list(client.tables) == ["reps", "accounts", "opportunities"]


@needs_data
def test_all_rows_load_and_nothing_is_left_out(crm):
    assert dict(crm.rows_in) == {"reps": 35, "accounts": 85, "opportunities": 8800}
    assert crm.exclusions.empty
    assert validate(crm).excluded == 0
    assert not crm.has("activities")


@needs_data
def test_the_cycle_has_its_published_mean_and_median(crm):
    cycle = cycle_times(crm).set_index("term")["estimate"]
    assert cycle["mean"] == pytest.approx(51.781973, abs=1e-6)
    assert cycle["median"] == 57


@needs_data
def test_published_figures_come_out(crm):
    table = crm.frame("opportunities")
    assert table["outcome"].value_counts().to_dict() == {"won": 4238, "lost": 2473, "open": 2089}
    won = table[table["outcome"] == "won"]
    assert won["amount"].sum() == 10_005_534
    assert won["amount"].mean() == pytest.approx(2360.909391, abs=1e-6)
    cycle = (won["closed_on"] - won["created_on"]).dt.days
    assert cycle.mean() == pytest.approx(51.781973, abs=1e-6)
    assert cycle.median() == 57
    assert table["account_id"].isna().sum() == 1425
    assert table["created_on"].isna().sum() == 500


@needs_data
def test_slips_of_the_publisher_are_put_right(crm):
    assert "GTX Pro" in set(crm.frame("opportunities")["product"])
    assert "GTXPro" not in set(crm.frame("opportunities")["product"])
    accounts = crm.frame("accounts")
    assert (accounts["segment"] == "technology").sum() == 12
    assert "Philippines" in set(accounts["region"])


@needs_data
def test_its_traps_are_seen(crm):
    habits = quality(crm).habits.set_index("term")
    assert habits.loc["lost_with_zero_amount", "n"] == 2473
    assert (habits.loc["rep_without_opportunity", ["n", "base"]] == [5, 35]).all()


@needs_data
@pytest.mark.slow
def test_performance_shows_the_known_figures_and_oversells_nothing(crm):
    import salesanalysis as sa

    found = sa.performance_analysis(crm)
    assert (found.n, found.wins, found.won_value) == (6711, 4238, 10_005_534.0)
    assert found.overall[0] == pytest.approx(0.6315005)
    rates = found.of("product").set_index("group")["value"].round(4).to_dict()
    assert (rates["GTX Pro"], rates["MG Special"], rates["GTK 500"]) == (0.6356, 0.6484, 0.6)
    regions = found.of("region").set_index("group")
    assert regions["won_value"].to_dict() == {"West": 3568647.0, "Central": 3346293.0, "East": 3090594.0}
    # Agents, products and regions do not differ beyond chance (chi-square p = 0.26, 0.37, 0.60).
    assert not found.table["verdict"].isin(["higher", "lower"]).any() and found.reversals.empty
    assert found.by == ("region", "segment", "product")  # teams are the regions
    months = found.months.set_index("month")["rate"]
    assert months[3] > 0.78 and months[[1, 2]].max() < 0.57
    assert found.quarters["verdict"].tolist() == ["late"] * 4
    begun = found.start
    assert (begun.verdict, begun.created_on, begun.closed_on) == (
        "truncated",
        date(2016, 10, 20),
        date(2017, 3, 1),
    )


@needs_data
@pytest.mark.slow
def test_dashboards_without_activities_goals_or_stages_say_what_is_missing(crm):
    import salesanalysis as sa

    year = sa.state_of_the_union(crm)
    won = year.table.set_index("kpi")["estimate"] if "kpi" in year.table else year.table
    assert (
        won["wins"] == 4238 and won["bookings"] == 10_005_534 and won["win_rate"] == pytest.approx(0.6315005)
    )
    for result in (year, sa.pipeline_overview(crm), sa.stage_analysis(crm), sa.team_activity(crm)):
        for language in ("en", "id"):
            assert len(sa.explain(result, language=language).splitlines()) == 3
