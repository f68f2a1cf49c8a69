"""Value of a rep, growth of client sets, pay of coaches: the articles' own examples to the digit."""

from __future__ import annotations

from functools import cache

import build_crm
import numpy as np
import pandas as pd
import pytest
import tiny

import salesanalysis as sa
from salesanalysis.core.errors import InvalidInput, MissingData
from salesanalysis.core.i18n import LANGUAGES
from salesanalysis.kpi import contract_values, panel

PARTS = ["expansion", "contraction", "churn"]


@cache
def company(name: str):
    return tiny.crm(name)


def estimates(result) -> pd.Series:
    return result.table.set_index(["group", "term"])["estimate"]


# Value against cost ----------------------------------------------------------------------------


def test_the_articles_two_reps_are_worth_five_and_two():
    found = estimates(sa.rep_value(company("worth"), "2025"))
    assert found["v1", "ratio"] == 5  # 500 000 / 100 000
    assert found["v2", "ratio"] == 2  # 80 000 / 40 000
    assert (found["v1", "surplus"], found["v2", "surplus"]) == (400_000, 40_000)
    # Half of it a year, of two clients each: 500 000 / 100 000 and 80 000 / 40 000 again.
    assert (found["v1", "annual_ratio"], found["v2", "annual_ratio"]) == (5, 2)
    assert (found["v1", "annual_surplus"], found["v2", "annual_surplus"]) == (400_000, 40_000)


def test_the_inherited_book_stands_apart():
    found = estimates(sa.rep_value(company("worth"), "2025"))
    assert found["v1", "own_ratio"] == 5
    assert found["v2", "own_ratio"] == 2.5  # 100 000 / 40 000 without the client taken over


def test_without_cost_or_clients_there_is_no_value_and_it_is_said():
    found = sa.rep_value(company("worth"), "2025")
    verdicts = found.table.set_index(["group", "term"])["verdict"]
    assert verdicts["v3", "ratio"] == "no_clients"
    assert verdicts["v4", "ratio"] == "no_cost"
    assert estimates(found)[["v3", "v4"]].isna().all()
    codes = {note.code: note.count for note in found.notes}
    assert codes["value_no_cost"] == codes["value_no_clients"] == 1
    assert "value_revenue" in codes


def test_values_to_date_by_hand():
    found = estimates(sa.rep_value(company("customers"), "2025"))
    assert found["m1", "ratio"] == pytest.approx(2890 / 6 / 100)
    assert found["m2", "ratio"] == pytest.approx(4080 / 2 / 100)
    assert found["m1", "own_ratio"] == pytest.approx((2890 - 1400) / 5 / 100)  # without k1
    assert found["m1", "annual_ratio"] == pytest.approx(1750 / 100)
    before = estimates(sa.rep_value(company("customers"), "2024"))
    assert before["m1", "ratio"] == pytest.approx((400 + 600 + 200 + 100) / 4 / 100)


def test_with_a_margin_values_are_profit():
    found = sa.rep_value(tiny.crm("worth", margin=0.4), "2025")
    assert estimates(found)["v1", "ratio"] == pytest.approx(2)
    assert estimates(found)["v1", "annual_ratio"] == pytest.approx(2)
    assert found.is_profit and "value_revenue" not in {note.code for note in found.notes}


def test_small_cells_are_masked_and_counted():
    found = sa.rep_value(company("worth"), "2025", by="segment", least=3)
    verdicts = found.table.set_index(["group", "term"])["verdict"]
    assert verdicts["logistics", "ratio"] == "masked"
    assert np.isnan(estimates(found)["logistics", "ratio"])
    # w1 600 000 of a rep of 100 000, w3 100 000 and w4 60 000 of one of 40 000; w5's rep has no known cost.
    assert estimates(found)["retail", "ratio"] == pytest.approx((760_000 / 3) / (180_000 / 3))
    assert ("value_masked", 1) in {(note.code, note.count) for note in found.notes}
    for by in ("region", "source", "team", ""):
        rows = sa.rep_value(company("worth"), "2025", by=by, least=1).table
        assert rows.loc[rows["term"] == "ratio", "n"].sum() == 4


def test_intervals_hold_the_value_and_are_the_same_every_time():
    crm = company("customers")
    one, two = (sa.rep_value(crm, "2025", by="").table for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    assert ((one["conf_low"] <= one["estimate"]) & (one["estimate"] <= one["conf_high"])).all()


# Growth ----------------------------------------------------------------------------------------


def test_the_articles_portfolios_grow_by_half_by_two_and_by_four():
    found = estimates(sa.growth(company("customers"), "2025"))
    assert [found[m, "growth"] for m in ("m1", "m2", "m3")] == [0.5, 2.0, 4.0]


def test_the_split_is_exact():
    table = sa.growth(company("customers"), "2025").wide("value")
    assert table[PARTS].sum(axis=1).tolist() == table["growth"].tolist() == [500, 2000, 4000]
    assert table.loc["m1", PARTS].tolist() == [650, -50, -100]
    whole = sa.growth(company("customers"), "2025", by="").wide("value").iloc[0]
    assert whole[["growth", *PARTS, "gained"]].tolist() == [6500, 6650, -50, -100, 310]


@pytest.mark.parametrize("by", ["rep_id", "team", "region", "segment", "source", ""])
def test_groups_add_up_to_all(by):
    table = sa.growth(company("customers"), "2025", by=by, least=1).wide("value")
    assert table["growth"].sum() == 6500
    assert table["retention"].sum() == 5


def test_retention_stands_beside_growth():
    found = estimates(sa.growth(company("customers"), "2025"))
    assert (found["m1", "retention"], found["m1", "top_retention"]) == (0.75, 1.0)
    crowd = sa.growth(company("crowd"), "2025", by="").table.set_index("term")
    assert crowd.loc["retention", ["value", "n", "estimate"]].tolist() == [80, 100, 0.8]
    assert crowd.loc["gained", ["value", "n"]].tolist() == [250, 25]
    # All hundred pay the same, so all are among the largest.
    assert crowd.loc["top_retention", "n"] == 100


def test_ties_among_the_largest_all_count():
    rows = sa.growth(company("customers"), "2025", by="").clients
    assert rows.loc[rows["is_top"], "account_id"].tolist() == ["k7", "k8"]


def test_growth_agrees_with_the_kpi():
    crm = company("customers")
    for quarter in ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"):
        found = estimates(sa.growth(crm, quarter, by=""))["", "growth"]
        kpi = panel(crm, ["upsell_rate"], quarter, by=()).kpis["estimate"].iloc[0]
        assert found == pytest.approx(kpi, abs=1e-12)


def test_a_rep_who_moves_keeps_the_clients_of_the_start_together():
    """By team, a client belongs where its rep was at the start, or parts would not add up."""
    frames = tiny.tables("customers")
    frames["rep_history"] = pd.DataFrame(
        {"rep_id": ["m1", "m1"], "starts_on": ["2022-01-03", "2025-07-01"], "team": ["Key", "Small"]}
    )
    crm = sa.load(frames, tiny.crm("customers").client)
    table = sa.growth(crm, "2025", by="team", least=1).wide("value")
    assert table.loc["Key", "growth"] == 6500


# Contracts, coaches ----------------------------------------------------------------------------


def test_annual_contract_values_in_every_reading():
    found = contract_values(company("customers"), "2025").set_index("term")
    assert found["estimate"].to_dict() == pytest.approx(
        {"seed": 1077.5, "mean": 1078.75, "median": 200, "one_off": 20, "short": 1 / 8}
    )
    assert found["n"].tolist() == [8, 8, 8, 1, 8]


def test_yearly_value_is_worked_out_where_it_is_not_stated():
    frames = tiny.tables("customers")
    frames["contracts"] = frames["contracts"].drop(columns=["annual_value"])
    crm = sa.load(frames, tiny.crm("customers").client)
    found = panel(crm, ["annual_contract_value", "active_book"], "2025", by=()).kpis.set_index("kpi")
    assert found.loc["annual_contract_value", "estimate"] == pytest.approx(8630 / 8)  # K15: 30 for six months
    assert found.loc["active_book", "estimate"] == pytest.approx(9810)


def test_coaches_are_paid_more_than_they_forgo():
    assert sa.coach_pay(200) == 300
    assert sa.coach_pay(200, premium=0) == 200
    for wrong in (-1, float("nan"), "200", True):
        with pytest.raises(InvalidInput):
            sa.coach_pay(wrong)


# Slips and words -------------------------------------------------------------------------------


def test_slips_end_in_one_sentence():
    with pytest.raises(MissingData, match=r"rep_value needs reps\.annual_cost"):
        frames = tiny.tables("worth")
        frames["reps"] = frames["reps"].drop(columns="annual_cost")
        sa.rep_value(sa.load(frames, tiny.crm("worth").client), "2025")
    with pytest.raises(InvalidInput, match="Did you mean segment"):
        sa.growth(company("customers"), "2025", by="segmen")
    with pytest.raises(InvalidInput, match="by is one dimension"):
        sa.growth(company("customers"), "2025", by=("team", "region"))
    with pytest.raises(InvalidInput, match="Nobody was a client"):
        sa.growth(company("customers"), "2020")


@pytest.mark.parametrize("language", LANGUAGES)
def test_results_speak(language):
    growth, worth = sa.growth(company("customers"), "2025"), sa.rep_value(company("worth"), "2025")
    said = sa.explain(growth, language=language)
    assert "5" in said and len(said.splitlines()) == 3
    assert "**4" in sa.explain(worth, "title", language=language)  # 290 000 / 70 000
    assert len(sa.explain(worth, language=language).splitlines()) == 3
    assert repr(worth).startswith("RepValueResult: 20 rows, n = 5")


# Real purchases --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shop():
    file = build_crm.REAL / "cdnow" / "CDNOW_master.txt"
    if not file.is_file():
        pytest.skip("the CDNOW purchases are not here")
    rows = pd.read_csv(file, sep=r"\s+", dtype="str")
    return sa.load({"purchases": rows}, "examples/cdnow")


def test_a_shop_without_reps_has_its_published_figures(shop):
    whole = "1997-01-01..1998-06-30"
    found = panel(shop, ["repeat_rate", "customer_lifetime_value"], whole, by=()).kpis.set_index("kpi")
    assert found.loc["repeat_rate", ["numerator", "base"]].tolist() == [11_516, 23_570]
    assert found.loc["customer_lifetime_value", "estimate"] == pytest.approx(106.08042554094189, rel=1e-9)
    assert found.loc["customer_lifetime_value", "numerator"] == pytest.approx(2_500_315.63, abs=1e-6)
    quarters = panel(shop, ["buying_customers"], whole, by=(), grain="quarter").kpis["estimate"]
    assert quarters.tolist() == [23_570, 5376, 4263, 4221, 3817, 3317]
