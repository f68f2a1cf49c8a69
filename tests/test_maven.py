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
